//! Values of the interpreter as texts and as values of ours.

use std::fmt::Write as _;
use std::sync::Arc;

use regorus::Value as RegoValue;

use crate::model::{Object, Value};

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

/// `value` as one of the model: sets are lists, and keys that are no strings are written out.
pub(super) fn plain(value: &RegoValue) -> Value {
    match value {
        RegoValue::Null | RegoValue::Undefined => Value::Null,
        RegoValue::Bool(value) => Value::Bool(*value),
        RegoValue::String(text) => Value::String(text.clone()),
        RegoValue::Array(elements) => Value::Array(elements.iter().map(plain).collect()),
        RegoValue::Set(elements) => Value::Array(elements.iter().map(plain).collect()),
        RegoValue::Object(members) => {
            let members = members.iter_sorted().map(|(key, value)| {
                let key = key.as_string().cloned().unwrap_or_else(|_| Arc::from(shown(key)));
                (key, plain(value))
            });
            Value::Object(Object::new(members.collect()).unwrap_or_default())
        }
        number => match number.as_i64() {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Number(Arc::from(number.to_string())),
        },
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
