//! What rules of other tools say: texts, or objects with a `msg`.

use std::sync::Arc;

use regorus::Value as RegoValue;

use super::Shape;
use crate::model::{Object, Value};

/// What a rule says of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawMessage {
    /// The text; empty when the rule gives none.
    pub text: String,
    /// What else the rule says, by name.
    pub members: Vec<(Arc<str>, Value)>,
}

/// What the elements of the value of a rule may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Texts, or objects with a `msg`.
    Messages,
    /// Anything: whatever is there is a finding.
    Anything,
}

/// The messages in `value`, the value of a rule; `clean` takes the secrets out of a text.
///
/// # Errors
/// When it cannot be read as messages: such a rule would seem to pass whatever it found.
pub(super) fn messages(
    value: &RegoValue,
    shape: Shape,
    reading: Reading,
    clean: &dyn Fn(&str) -> String,
) -> Result<Vec<RawMessage>, String> {
    match value {
        RegoValue::Set(found) => found.iter().map(|value| element(value, reading, clean)).collect(),
        RegoValue::Array(found) => {
            found.iter().map(|value| element(value, reading, clean)).collect()
        }
        // `deny[msg] if …` without `contains` makes an object whose keys are the messages.
        RegoValue::Object(found) if shape == Shape::Partial => {
            let is_true = |value: &RegoValue| matches!(value, RegoValue::Bool(true));
            if !found.iter().all(|(_, value)| is_true(value)) {
                return Err("its value is an object, and must be a set of messages".to_owned());
            }
            found.iter().map(|(key, _)| element(key, reading, clean)).collect()
        }
        RegoValue::Undefined if shape == Shape::Partial => Ok(Vec::new()),
        RegoValue::Undefined => Err("it has no value: it must be a set of messages".to_owned()),
        _ => Err("its value must be a set of messages".to_owned()),
    }
}

fn element(
    value: &RegoValue,
    reading: Reading,
    clean: &dyn Fn(&str) -> String,
) -> Result<RawMessage, String> {
    match (message(value, clean), reading) {
        (Err(_), Reading::Anything) => {
            Ok(RawMessage { text: plain(value, clean).to_json(), members: Vec::new() })
        }
        (message, _) => message,
    }
}

fn message(value: &RegoValue, clean: &dyn Fn(&str) -> String) -> Result<RawMessage, String> {
    match value {
        RegoValue::String(text) => Ok(RawMessage { text: clean(text), members: Vec::new() }),
        RegoValue::Object(members) => {
            let mut message = RawMessage::default();
            let mut has_text = false;
            for (key, value) in members.iter() {
                let Ok(key) = key.as_string() else {
                    return Err("the members of a message are named by strings".to_owned());
                };
                match (&**key, value) {
                    ("msg", RegoValue::String(text)) => {
                        message.text = clean(text);
                        has_text = true;
                    }
                    ("msg", _) => return Err("the `msg` of a message must be a string".to_owned()),
                    _ => message.members.push((key.clone(), plain(value, clean))),
                }
            }
            if has_text { Ok(message) } else { Err("a message without `msg`".to_owned()) }
        }
        _ => Err("a message must be a string, or an object with a `msg`".to_owned()),
    }
}

/// `value` as one of ours, its texts and numbers through `clean`.
fn plain(value: &RegoValue, clean: &dyn Fn(&str) -> String) -> Value {
    let each = |values: &mut dyn Iterator<Item = &RegoValue>| {
        Value::Array(values.map(|value| plain(value, clean)).collect())
    };
    match value {
        RegoValue::Bool(truth) => Value::Bool(*truth),
        RegoValue::String(text) => Value::String(clean(text).into()),
        RegoValue::Number(_) => {
            let text = value.to_string();
            let shown = clean(&text);
            match value.as_i64() {
                _ if shown != text => Value::String(shown.into()),
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Number(text.into()),
            }
        }
        RegoValue::Array(values) => each(&mut values.iter()),
        RegoValue::Set(values) => each(&mut values.iter()),
        RegoValue::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let name = key.as_string().map_or_else(|_| key.to_string(), ToString::to_string);
                (Arc::from(clean(&name)), plain(value, clean))
            });
            let mut members: Vec<(Arc<str>, Value)> = members.collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            members.dedup_by(|a, b| a.0 == b.0);
            Object::new(members).map_or(Value::Null, Value::Object)
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(json: &str, shape: Shape) -> Result<Vec<String>, String> {
        let value = RegoValue::from_json_str(json).unwrap();
        let found = messages(&value, shape, Reading::Messages, &str::to_owned)?;
        Ok(found.into_iter().map(|message| message.text).collect())
    }

    #[test]
    fn messages_are_strings_or_objects_with_msg() {
        let found = texts(r#"["a", {"msg": "b", "n": 1}]"#, Shape::Partial);
        assert_eq!(found, Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(texts(r#"{"a": true}"#, Shape::Partial), Ok(vec!["a".to_owned()]));
    }

    #[test]
    fn anything_else_is_no_pass() {
        for wrong in ["true", "\"a\"", "null", "[1]", "[{}]", r#"[{"msg": 1}]"#, r#"{"a": true}"#] {
            assert!(texts(wrong, Shape::Complete).is_err(), "{wrong}");
        }
        assert!(texts(r#"{"a": false}"#, Shape::Partial).is_err());
        assert!(
            messages(&RegoValue::Undefined, Shape::Complete, Reading::Messages, &str::to_owned)
                .is_err()
        );
    }
}
