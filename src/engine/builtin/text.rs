//! Functions on texts, done as in OPA: what is replaced is not looked at again.

use regorus::Value;

use super::{Function, text};

pub(super) const FUNCTIONS: [Function; 2] =
    [("strings.replace_n", 2, replace_n), ("strings.split_n", 3, split_n)];

/// At each place, the first of the texts in their order that stands there is replaced.
fn replace_n(arguments: &[Value]) -> Result<Value, String> {
    let Some(Value::Object(patterns)) = arguments.first() else {
        return Err("operand 1 must be an object".to_owned());
    };
    let pair = |(old, new): (&Value, &Value)| {
        let (old, new) = (old.as_string().ok()?, new.as_string().ok()?);
        Some((old.to_string(), new.to_string()))
    };
    let pairs: Option<Vec<(String, String)>> = patterns.iter().map(pair).collect();
    let pairs = pairs.ok_or("operand 1 must hold texts by texts")?;
    let mut rest = text(arguments, 1)?;
    let mut replaced = String::with_capacity(rest.len());
    // The empty text stands once at each place.
    let mut was_empty = false;
    loop {
        let mut standing = pairs.iter().filter(|(old, _)| rest.starts_with(old.as_str()));
        match standing.find(|(old, _)| !(old.is_empty() && was_empty)) {
            Some((old, new)) => {
                replaced.push_str(new);
                rest = rest.get(old.len()..).unwrap_or_default();
                was_empty = old.is_empty();
            }
            None => {
                was_empty = false;
                let mut characters = rest.chars();
                let Some(kept) = characters.next() else { return Ok(Value::from(replaced)) };
                replaced.push(kept);
                rest = characters.as_str();
            }
        }
    }
}

/// The first parts of a text, or the last ones for a negative number.
fn split_n(arguments: &[Value]) -> Result<Value, String> {
    let (whole, delimiter) = (text(arguments, 0)?, text(arguments, 1)?);
    let number = arguments.get(2).and_then(|number| number.as_i64().ok());
    let number = number.ok_or("operand 3 must be an integer")?;
    let parts: Vec<Value> = match delimiter {
        "" => whole.chars().map(|c| Value::from(c.to_string())).collect(),
        delimiter => whole.split(delimiter).map(Value::from).collect(),
    };
    let wanted = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    let skipped = if number < 0 { parts.len().saturating_sub(wanted) } else { 0 };
    Ok(Value::from(parts.into_iter().skip(skipped).take(wanted).collect::<Vec<Value>>()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    #[test]
    fn what_is_replaced_is_not_looked_at_again() {
        for (patterns, whole, replaced) in [
            (r#"{"x": "y", "y": "x"}"#, "xyyx", "yxxy"),
            (r#"{"<": "&lt;", "&": "&amp;"}"#, "a<b&", "a&lt;b&amp;"),
            (r#"{"a": "1", "ab": "2"}"#, "abab", "1b1b"),
            (r#"{"ab": "2", "b": "3"}"#, "abb", "23"),
            (r#"{"": "-"}"#, "ab", "-a-b-"),
            (r#"{"": "-", "a": "+"}"#, "ab", "-+-b-"),
            (r#"{"": "-"}"#, "", "-"),
            (r#"{"é": "e"}"#, "été", "ete"),
            ("{}", "a", "a"),
        ] {
            let whole = format!("\"{whole}\"");
            let found = run("strings.replace_n", &[patterns, &whole]).unwrap();
            assert_eq!(found, format!("\"{replaced}\""), "{patterns}");
        }
        assert!(run("strings.replace_n", &[r#"{"a": 1}"#, "\"a\""]).is_err());
        assert!(run("strings.replace_n", &["[]", "\"a\""]).is_err());
    }

    #[test]
    fn texts_are_split_from_either_end() {
        for (whole, delimiter, number, parts) in [
            ("a/b/c", "/", "2", r#"["a","b"]"#),
            ("a/b/c", "/", "-2", r#"["b","c"]"#),
            ("a/b/c", "/", "0", "[]"),
            ("a/b/c", "/", "9", r#"["a","b","c"]"#),
            ("", "/", "1", r#"[""]"#),
            ("abc", "", "-2", r#"["b","c"]"#),
        ] {
            let (whole, delimiter) = (format!("\"{whole}\""), format!("\"{delimiter}\""));
            assert_eq!(run("strings.split_n", &[&whole, &delimiter, number]).unwrap(), parts);
        }
        assert!(run("strings.split_n", &["\"a\"", "\"/\"", "1.5"]).is_err());
    }
}
