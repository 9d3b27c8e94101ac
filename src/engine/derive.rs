//! Documents inside strings: IAM policies, container definitions and the like, parsed once.
//!
//! The result mirrors the values: what is no document is absent, and the elements of a list
//! keep their places. IAM documents come in one spelling, whatever the author's (source of
//! the grammar: AWS's "Grammar of the IAM JSON policy language").

use std::sync::Arc;

use crate::model::{Object, Value};

/// The documents in `values`, at the paths of their strings; None without any.
pub(super) fn documents(values: &Value) -> Option<Value> {
    match values {
        Value::String(text) => parse(text),
        Value::Array(elements) => {
            let derived: Vec<Option<Value>> = elements.iter().map(documents).collect();
            if derived.iter().all(Option::is_none) {
                return None;
            }
            let elements = derived.into_iter().map(Option::unwrap_or_default);
            Some(Value::Array(elements.collect()))
        }
        Value::Object(object) => {
            let members = object.iter().filter_map(|(k, v)| Some((k.clone(), documents(v)?)));
            let members: Vec<(Arc<str>, Value)> = members.collect();
            if members.is_empty() { None } else { self::object(members) }
        }
        _ => None,
    }
}

fn parse(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    Some(if value.get("Statement").is_some() { iam(&value) } else { value })
}

/// An IAM document with lists in the place of single values.
fn iam(document: &Value) -> Value {
    rewrite(document, |key, value| match key {
        "Statement" => Value::Array(list(value).iter().map(statement).collect()),
        _ => value.clone(),
    })
}

fn statement(statement: &Value) -> Value {
    rewrite(statement, |key, value| match key {
        "Action" | "NotAction" | "Resource" | "NotResource" => Value::Array(list(value).into()),
        "Principal" | "NotPrincipal" => principal(value),
        _ => value.clone(),
    })
}

/// `"*"` becomes `{"*": ["*"]}`, and every kind of principal a list.
fn principal(value: &Value) -> Value {
    match value {
        Value::Object(_) => rewrite(value, |_, value| Value::Array(list(value).into())),
        other => {
            let all = vec![(Arc::from("*"), Value::Array(list(other).into()))];
            object(all).unwrap_or_default()
        }
    }
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements.to_vec(),
        Value::Null => Vec::new(),
        other => vec![other.clone()],
    }
}

fn rewrite(value: &Value, member: impl Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), member(key, value)));
            object(members.collect()).unwrap_or_default()
        }
        other => other.clone(),
    }
}

fn object(members: Vec<(Arc<str>, Value)>) -> Option<Value> {
    Object::new(members).ok().map(Value::Object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(values: &str) -> String {
        let values: Value = serde_json::from_str(values).unwrap();
        serde_json::to_string(&documents(&values)).unwrap()
    }

    #[test]
    fn iam_documents_come_in_one_spelling() {
        let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":"*"}}"#;
        let values = serde_json::json!({ "policy": policy, "name": "x" }).to_string();
        assert_eq!(
            derived(&values),
            r#"{"policy":{"Statement":[{"Action":["*"],"Effect":"Allow","Principal":{"*":["*"]}}]}}"#
        );
    }

    #[test]
    fn elements_keep_their_places() {
        assert_eq!(
            derived(r#"{"inline_policy":[{"policy":""},{"policy":"[1]"}]}"#),
            r#"{"inline_policy":[null,{"policy":[1]}]}"#
        );
        assert_eq!(derived(r#"{"a":"{broken","b":"${x}"}"#), "null");
    }
}
