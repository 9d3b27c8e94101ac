//! Values of the interpreter as texts.

use std::fmt::Write as _;

use regorus::Value as RegoValue;

/// The most characters of a value that are shown.
const MOST_SHOWN: usize = 400;

/// `value` as Rego writes it, on one line, and not all of it where it is long.
pub(super) fn shown(value: &RegoValue) -> String {
    let mut text = String::new();
    write(value, &mut text);
    match text.char_indices().nth(MOST_SHOWN) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// `value` as an expression that has this value; None where there is none to write down.
pub(super) fn expression(value: &RegoValue) -> Option<String> {
    if matches!(value, RegoValue::Undefined) {
        return None;
    }
    let mut text = String::new();
    write(value, &mut text);
    Some(text)
}

fn write(value: &RegoValue, text: &mut String) {
    match value {
        RegoValue::Undefined => text.push_str("undefined"),
        RegoValue::Array(elements) => {
            text.push('[');
            separated(elements.iter(), text, write);
            text.push(']');
        }
        RegoValue::Set(elements) if elements.is_empty() => text.push_str("set()"),
        RegoValue::Set(elements) => {
            text.push('{');
            separated(elements.iter(), text, write);
            text.push('}');
        }
        RegoValue::Object(members) => {
            text.push('{');
            separated(members.iter_sorted(), text, |(key, value), text| {
                write(key, text);
                text.push_str(": ");
                write(value, text);
            });
            text.push('}');
        }
        scalar => drop(write!(text, "{scalar}")),
    }
}

fn separated<T>(
    elements: impl Iterator<Item = T>,
    text: &mut String,
    write: impl Fn(T, &mut String),
) {
    for (at, element) in elements.enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        write(element, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_rego_writes_them() {
        let mut rego = regorus::Engine::new();
        for text in ["set()", "{1, \"a\"}", "{\"a\": [true, null], \"b\": {{1}}}", "-1.5"] {
            let results = rego.eval_query(text.to_owned(), false).unwrap();
            let value = results.result[0].expressions[0].value.clone();
            assert_eq!(shown(&value), text);
            assert_eq!(expression(&value).as_deref(), Some(text));
        }
        let long = RegoValue::from("x".repeat(1000));
        assert_eq!(shown(&long).chars().count(), MOST_SHOWN + 1);
    }
}
