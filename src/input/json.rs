//! JSON into [`Value`]s: numbers keep every digit, duplicate members are an error.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::InputError;
use super::error::Refusal;
use crate::base::{AttributePath, PathStep, Source, Span};
use crate::model::{Object, Value};

/// The member name under which `serde_json` hands over a number as it was written.
/// A document that holds it as a real member is refused, so the two cannot be confused.
pub(super) const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// What the message of a duplicate member begins with; the member follows in backticks.
const DUPLICATE: &str = "duplicate member `";

/// Parses `text`, a slice of `source`.
///
/// # Errors
/// A message with the place in the whole source.
pub(super) fn parse<'a, T: Deserialize<'a>>(
    source: &Source,
    text: &'a str,
    format: &'static str,
) -> Result<T, InputError> {
    serde_json::from_str(text).map_err(|error| explain(source, text, &error, format))
}

/// Turns an error of `serde_json` on a slice of `source` into ours.
pub(super) fn explain(
    source: &Source,
    text: &str,
    error: &serde_json::Error,
    format: &'static str,
) -> InputError {
    let base = source.span_of(text).start;
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let offset = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let mut at = (base + offset).min(source.text().len());
    while !source.text().is_char_boundary(at) {
        at -= 1;
    }
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default().to_owned();
    let duplicate = reason
        .strip_prefix(DUPLICATE)
        .or_else(|| reason.strip_prefix("duplicate field `"))
        .and_then(|rest| rest.strip_suffix('`'));
    let refusal = if let Some(key) = duplicate {
        Refusal::DuplicateKey { key: key.to_owned() }
    } else if error.is_eof() {
        Refusal::Truncated
    } else if error.is_data() {
        Refusal::Shape { format, reason: hide_values(&reason), command: command_for(format) }
    } else {
        Refusal::Syntax { reason }
    };
    InputError::at(source, Span { start: at, end: at }, refusal)
}

/// The command that writes a document of `format`.
pub(super) fn command_for(format: &str) -> &'static str {
    match format {
        "plan" => "terraform show -json plan.out > plan.json",
        "raw state" => "terraform state pull > terraform.tfstate",
        _ => "terraform show -json > state.json",
    }
}

/// `invalid type: string "secret", expected …` without the string.
fn hide_values(reason: &str) -> String {
    let Some((before, rest)) = reason.split_once('"') else { return reason.to_owned() };
    match rest.rsplit_once('"') {
        Some((_, after)) => format!("{}{}", before.trim_end(), after),
        None => before.trim_end().to_owned(),
    }
}

/// The paths of a tree of marks (`after_unknown`, `after_sensitive`) that are `true`.
pub(super) fn marked_paths(tree: &Value) -> Vec<AttributePath> {
    fn collect(tree: &Value, path: &mut Vec<PathStep>, found: &mut Vec<AttributePath>) {
        match tree {
            Value::Bool(true) => found.push(AttributePath(path.clone())),
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    path.push(PathStep::Index(index));
                    collect(element, path, found);
                    path.pop();
                }
            }
            Value::Object(object) => {
                for (key, value) in object {
                    path.push(PathStep::Key(key.clone()));
                    collect(value, path, found);
                    path.pop();
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(tree, &mut Vec::new(), &mut found);
    found
}

/// The span of a raw member within its source.
pub(super) fn span_of(source: &Source, raw: &RawValue) -> Span {
    source.span_of(raw.get())
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(number(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(number(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(Arc::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::with_capacity(access.size_hint().unwrap_or(0));
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Value::Array(elements.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(Key(key)) = access.next_key()? {
            if &*key == NUMBER_TOKEN {
                return Ok(number(access.next_value::<String>()?));
            }
            members.push((key, access.next_value()?));
        }
        let twice = |key: Arc<str>| de::Error::custom(format_args!("{DUPLICATE}{key}`"));
        Object::new(members).map(Value::Object).map_err(twice)
    }
}

fn number(text: String) -> Value {
    match text.parse::<i64>() {
        Ok(integer) => Value::Integer(integer),
        Err(_) => Value::Number(text.into()),
    }
}

/// A member name; the same name is allocated once a thread.
struct Key(Arc<str>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Key, E> {
                Ok(Key(shared(text)))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Member names to share at most, so that hostile input cannot grow the table.
const MOST_SHARED: usize = 4096;

thread_local! {
    static SHARED: RefCell<HashSet<Arc<str>>> = RefCell::default();
}

/// `text`, allocated once a thread.
pub(super) fn shared(text: &str) -> Arc<str> {
    SHARED.with_borrow_mut(|table| match table.get(text) {
        Some(shared) => shared.clone(),
        None => {
            let shared: Arc<str> = Arc::from(text);
            if table.len() < MOST_SHARED {
                table.insert(shared.clone());
            }
            shared
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_keep_every_digit() {
        for text in ["9007199254740993", "123456789012345678901234567890", "1.10", "1e400", "-0.5"]
        {
            assert_eq!(
                serde_json::to_string(&value(text)).unwrap(),
                text.replace("1e400", "1e+400")
            );
        }
        assert_eq!(value("9007199254740993"), Value::Integer(9_007_199_254_740_993));
    }

    #[test]
    fn a_member_stands_once() {
        let error = serde_json::from_str::<Value>(r#"{"a":{"b":1,"c":2,"b":3}}"#).unwrap_err();
        assert!(error.to_string().starts_with("duplicate member `b`"), "{error}");
    }

    #[test]
    fn marks_become_paths() {
        let paths = marked_paths(&value(r#"{"id":true,"x":[{"y":true,"z":false},true],"t":{}}"#));
        let texts: Vec<String> = paths.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["id", "x[0].y", "x[1]"]);
    }
}
