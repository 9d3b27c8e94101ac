//! Documents inside strings: IAM policies, container definitions and the like, parsed once.
//!
//! The result mirrors the values: what is no document is absent, and the elements of a list
//! keep their places. Where an attribute is known to hold a document (`table.rs`) it has the
//! canonical form of its kind, and a text that is none is a fault. Elsewhere a text that looks like
//! JSON and is some is a document, too.

mod container;
mod iam;
pub(super) mod partial;
pub(super) mod rebuild;
pub(super) mod table;
pub(super) mod typical;
mod written;

use std::sync::Arc;

use crate::base::{AttributePath, PathStep};
use crate::model::{Object, Value};
use table::Kind;

/// The documents in the values of a resource.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Documents {
    /// At the paths of their strings; None without any.
    pub(super) found: Option<Value>,
    /// Strings that must be documents and are none, with the reason.
    pub(super) faults: Vec<(AttributePath, String)>,
}

/// The documents in `values`, which are of a resource of type `resource_type`.
pub(super) fn documents(resource_type: &str, values: &Value) -> Documents {
    let mut reader = Reader { resource_type, path: Vec::new(), faults: Vec::new() };
    let found = reader.below(values, "");
    Documents { found, faults: reader.faults }
}

/// The same for the attribute `name` alone.
pub(super) fn documents_of(resource_type: &str, name: &Arc<str>, value: &Value) -> Documents {
    let mut reader =
        Reader { resource_type, path: vec![PathStep::Key(name.clone())], faults: Vec::new() };
    let found = reader.below(value, name);
    Documents { found, faults: reader.faults }
}

struct Reader<'a> {
    resource_type: &'a str,
    path: Vec<PathStep>,
    faults: Vec<(AttributePath, String)>,
}

impl Reader<'_> {
    /// The documents at and below `value`, whose innermost attribute is `name`.
    fn below(&mut self, value: &Value, name: &str) -> Option<Value> {
        match value {
            Value::String(text) => self.document(text, name),
            Value::Array(elements) => {
                let mut found = Vec::with_capacity(elements.len());
                for (index, element) in elements.iter().enumerate() {
                    self.path.push(PathStep::Index(index));
                    found.push(self.below(element, name));
                    self.path.pop();
                }
                if found.iter().all(Option::is_none) {
                    return None;
                }
                Some(Value::Array(found.into_iter().map(Option::unwrap_or_default).collect()))
            }
            Value::Object(object) => {
                let mut members = Vec::new();
                for (key, value) in object {
                    self.path.push(PathStep::Key(key.clone()));
                    let found = self.below(value, key);
                    self.path.pop();
                    members.extend(found.map(|found| (key.clone(), found)));
                }
                if members.is_empty() { None } else { Object::new(members).ok().map(Value::Object) }
            }
            _ => None,
        }
    }

    fn document(&mut self, text: &str, name: &str) -> Option<Value> {
        let kind = table::kind(self.resource_type, name);
        if kind.is_none() && !text.trim_start().starts_with(['{', '[']) || text.trim().is_empty() {
            return None;
        }
        match (parse(text, kind), kind) {
            (Ok(document), _) => Some(document),
            (Err(_), None) => None,
            (Err(fault), Some(_)) => {
                self.faults.push((AttributePath(self.path.clone()), fault));
                None
            }
        }
    }
}

/// The document that `text` holds.
///
/// # Errors
/// Why it holds none, in words that quote nothing of it.
pub(super) fn parse(text: &str, kind: Option<Kind>) -> Result<Value, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let what = if error.is_data() { "it has a member twice" } else { "it is no JSON" };
        format!("{what}: line {}, column {}", error.line(), error.column())
    })?;
    let has_statements = value.get("Statement").is_some();
    match kind {
        Some(Kind::Iam) => Ok(iam::canonical(&value)?),
        Some(Kind::Containers) => Ok(container::canonical(&value)?),
        Some(Kind::Json) | None if has_statements => Ok(iam::canonical(&value).unwrap_or(value)),
        Some(Kind::Json) | None => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(resource_type: &str, values: &str) -> String {
        let values: Value = serde_json::from_str(values).unwrap();
        let documents = documents(resource_type, &values);
        let faults = documents.faults.iter().map(|(path, fault)| format!("; {path}: {fault}"));
        serde_json::to_string(&documents.found).unwrap() + &faults.collect::<String>()
    }

    #[test]
    fn elements_keep_their_places() {
        assert_eq!(
            derived("x", r#"{"inline_policy":[{"policy":""},{"policy":"[1]"}]}"#),
            r#"{"inline_policy":[null,{"policy":[1]}]}"#
        );
        assert_eq!(derived("x", r#"{"a":"{broken","b":"${x}"}"#), "null");
        assert_eq!(
            derived("x", r#"{"a":"{\"Statement\":{\"Action\":\"*\"}}"}"#),
            r#"{"a":{"Statement":[{"Action":["*"]}]}}"#
        );
    }

    #[test]
    fn what_must_be_a_document_and_is_none_is_a_fault() {
        for (resource_type, values, expected) in [
            ("aws_iam_policy", r#"{"policy":""}"#, "null"),
            ("aws_iam_policy", r#"{"policy":"{}"}"#, r#"{"policy":{"Statement":[]}}"#),
            (
                "aws_iam_policy",
                r#"{"policy":"{"}"#,
                "null; policy: it is no JSON: line 1, column 1",
            ),
            (
                "aws_iam_policy",
                r#"{"policy":"x"}"#,
                "null; policy: it is no JSON: line 1, column 1",
            ),
            ("aws_iam_policy", r#"{"policy":"[]"}"#, "null; policy: it is no JSON object"),
            (
                "aws_iam_role",
                r#"{"inline_policy":[{"policy":"{\"a\":1,\"a\":2}"}]}"#,
                "null; inline_policy[0].policy: it has a member twice: line 1, column 13",
            ),
            (
                "aws_ecs_task_definition",
                r#"{"container_definitions":"{}"}"#,
                "null; container_definitions: it is no JSON list of objects",
            ),
            ("aws_sqs_queue", r#"{"redrive_policy":"{\"a\":1}"}"#, r#"{"redrive_policy":{"a":1}}"#),
        ] {
            assert_eq!(derived(resource_type, values), expected);
        }
    }
}
