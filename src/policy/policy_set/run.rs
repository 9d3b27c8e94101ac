//! What policies of a set see as `input.run`: the run of HCP Terraform, as somebody writes it down.

use super::fail;
use crate::base::Source;
use crate::model::{Object, Value};
use crate::policy::PolicyError;

/// What a member must be.
enum Kind {
    Text,
    TextOrNull,
    Truth,
    Texts,
    Map,
    MapOrNull,
    Object(&'static [(&'static str, Kind)]),
}

/// The members of a run that HCP Terraform documents.
const MEMBERS: &[(&str, Kind)] = &[
    ("commit_sha", Kind::Text),
    ("created_at", Kind::Text),
    ("created_by", Kind::Text),
    ("id", Kind::Text),
    ("is_destroy", Kind::Truth),
    ("message", Kind::Text),
    ("organization", Kind::Object(&[("name", Kind::Text)])),
    ("project", Kind::Object(&[("id", Kind::Text), ("name", Kind::Text)])),
    ("refresh", Kind::Truth),
    ("refresh_only", Kind::Truth),
    ("replace_addrs", Kind::Texts),
    ("speculative", Kind::Truth),
    ("target_addrs", Kind::Texts),
    ("variables", Kind::Map),
    (
        "workspace",
        Kind::Object(&[
            ("auto_apply", Kind::Truth),
            ("created_at", Kind::Text),
            ("description", Kind::TextOrNull),
            ("execution_mode", Kind::Text),
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("tags", Kind::Texts),
            ("vcs_repo", Kind::MapOrNull),
            ("working_directory", Kind::TextOrNull),
        ]),
    ),
];

/// The run that `source` says, as JSON. A member that is misspelt would be absent from what
/// policies see, and so seem to be in order.
///
/// # Errors
/// When it is no JSON, or a member is unknown or of the wrong type.
pub fn read_run(source: &Source) -> Result<String, Box<PolicyError>> {
    let help = "it is a JSON object with members of a run, such as \
                `{\"organization\": {\"name\": \"acme\"}, \"workspace\": {\"name\": \"prod\"}}`";
    let wrong = |reason: &str| fail(source, None, reason, help);
    let value: Value =
        serde_json::from_str(source.text()).map_err(|_| wrong("it cannot be read as JSON"))?;
    let run = value.as_object().ok_or_else(|| wrong("it is no object"))?;
    check("", run, MEMBERS).map_err(|reason| wrong(&reason))?;
    Ok(value.to_json())
}

fn check(path: &str, object: &Object, members: &[(&str, Kind)]) -> Result<(), String> {
    for (name, value) in object {
        let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        let known = members.iter().find(|(known, _)| *known == &**name);
        let Some((_, kind)) = known else {
            let known: Vec<&str> = members.iter().map(|(known, _)| *known).collect();
            let (path, known) = (path.escape_debug(), known.join(", "));
            return Err(format!("a run has no `{path}`; known there are {known}"));
        };
        let is_texts = || {
            let all = value.as_array();
            all.is_some_and(|all| all.iter().all(|one| one.as_str().is_some()))
        };
        let is_null = matches!(value, Value::Null);
        let (is_right, expected) = match kind {
            Kind::Text => (value.as_str().is_some(), "a string"),
            Kind::TextOrNull => (is_null || value.as_str().is_some(), "a string or null"),
            Kind::Truth => (matches!(value, Value::Bool(_)), "true or false"),
            Kind::Texts => (is_texts(), "a list of strings"),
            Kind::Map => (value.as_object().is_some(), "an object"),
            Kind::MapOrNull => (is_null || value.as_object().is_some(), "an object or null"),
            Kind::Object(members) => match value.as_object() {
                Some(inner) => {
                    check(&path, inner, members)?;
                    (true, "")
                }
                None => (false, "an object"),
            },
        };
        if !is_right {
            return Err(format!("`{path}` of a run is {expected}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_what_is_documented() {
        let run = |text: &str| {
            read_run(&Source::new("run.json", text)).map_err(|error| error.fault.to_string())
        };
        let whole = r#"{"is_destroy":false,"workspace":{"description":null,"tags":["a"]}}"#;
        assert_eq!(run(whole).as_deref(), Ok(whole));
        assert_eq!(run("{}").as_deref(), Ok("{}"));
        for (text, says) in [
            ("[]", "it is no object"),
            ("{", "it cannot be read as JSON"),
            (r#"{"organisation": {}}"#, "a run has no `organisation`"),
            (r#"{"workspace": {"autoapply": true}}"#, "a run has no `workspace.autoapply`"),
            (
                r#"{"workspace": {"auto_apply": "true"}}"#,
                "`workspace.auto_apply` of a run is true or false",
            ),
            (r#"{"target_addrs": [1]}"#, "`target_addrs` of a run is a list of strings"),
            (r#"{"id": null}"#, "`id` of a run is a string"),
        ] {
            let found = run(text).unwrap_err();
            assert!(found.contains(says), "{text}: {found}");
        }
    }
}
