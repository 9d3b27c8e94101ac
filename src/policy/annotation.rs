//! Annotations as OPA documents them, of modules that were written for other tools: read as far as
//! they can be read, since nothing depends on them but texts.

use std::sync::Arc;

use crate::base::Source;
use crate::model::{Object, Value};

/// The scope of an annotation of one rule.
const RULE: &str = "rule";

/// A `# METADATA` block.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// The last of its lines, from 1.
    pub last_line: usize,
    /// What it says.
    pub value: Value,
}

impl Annotation {
    /// A text that it says under `key`.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.as_str().map(str::trim)
    }

    /// What `rego.metadata.rule()` yields where it stands before a rule: with its scope, and with
    /// authors and resources taken apart. None where its scope is another one.
    #[must_use]
    pub fn of_rule(&self) -> Option<Value> {
        let scope = match self.text("scope") {
            Some(scope) => scope,
            None if self.value.get("entrypoint") == Some(&Value::Bool(true)) => "document",
            None => RULE,
        };
        let Value::Object(members) = &self.value else { return None };
        let mut result: Vec<(Arc<str>, Value)> = members
            .iter()
            .filter(|(name, _)| name.as_ref() != "scope")
            .map(|(name, value)| {
                let value = match name.as_ref() {
                    "authors" => each_text(value, author),
                    "related_resources" => each_text(value, |text| object(&[("ref", text)])),
                    _ => value.clone(),
                };
                (Arc::from(name.as_ref()), value)
            })
            .collect();
        result.push((Arc::from("scope"), Value::String(RULE.into())));
        (scope == RULE).then(|| Object::new(result).map_or(Value::Null, Value::Object))
    }
}

/// `value`, a list, with `make` of each text in it.
fn each_text(value: &Value, make: impl Fn(&str) -> Value) -> Value {
    let Value::Array(elements) = value else { return value.clone() };
    let made =
        elements.iter().map(|element| element.as_str().map_or_else(|| element.clone(), &make));
    Value::Array(made.collect())
}

/// `Name <address>`, as OPA takes it apart.
fn author(text: &str) -> Value {
    let text = text.trim();
    let (name, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    match last.strip_prefix('<').and_then(|last| last.strip_suffix('>')) {
        Some(email) if name.trim().is_empty() => object(&[("email", email)]),
        Some(email) => object(&[("email", email), ("name", name.trim())]),
        None => object(&[("name", text)]),
    }
}

fn object(members: &[(&str, &str)]) -> Value {
    let members =
        members.iter().map(|(name, text)| (Arc::from(*name), Value::String((*text).into())));
    Object::new(members.collect()).map_or(Value::Null, Value::Object)
}

/// The blocks of a module, in their order. One that is no YAML is none.
#[must_use]
pub fn annotations(source: &Source) -> Vec<Annotation> {
    let mut found = Vec::new();
    let mut lines = source.text().lines().enumerate().peekable();
    while let Some((_, line)) = lines.next() {
        if line.trim() != "# METADATA" {
            continue;
        }
        let mut yaml = String::new();
        let mut last_line = 0;
        while let Some((at, line)) = lines.next_if(|(_, line)| line.starts_with('#')) {
            let text = line.trim_start_matches('#');
            yaml.push_str(text.strip_prefix(' ').unwrap_or(text));
            yaml.push('\n');
            last_line = at + 1;
        }
        if let Ok(value) = serde_saphyr::from_str::<Value>(&yaml) {
            found.push(Annotation { last_line, value });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_far_as_they_can_be() {
        let source = Source::new(
            "a.rego",
            "# METADATA\n# title: One\n# custom:\n#   severity: low\ndeny if true\n\n\
             # METADATA\n# : {\nx := 1\n",
        );
        let found = annotations(&source);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].last_line, found[0].text("title")), (4, Some("One")));
    }

    #[test]
    fn what_belongs_to_a_rule_is_taken_apart_as_opa_does() {
        let of_rule = |yaml: &str| {
            let text = format!("# METADATA\n# {}\ndeny if true\n", yaml.replace('\n', "\n# "));
            let found = annotations(&Source::new("a.rego", text));
            found[0].of_rule().map(|value| value.to_json())
        };
        for (yaml, json) in [
            ("title: T", r#"{"scope":"rule","title":"T"}"#),
            (
                "authors:\n- A B\n- C <c@d.e>\n- <f@g.h>\n- name: I",
                r#"{"authors":[{"name":"A B"},{"email":"c@d.e","name":"C"},{"email":"f@g.h"},{"name":"I"}],"scope":"rule"}"#,
            ),
            (
                "related_resources:\n- https://a.b\n- ref: https://c.d\nscope: rule",
                r#"{"related_resources":[{"ref":"https://a.b"},{"ref":"https://c.d"}],"scope":"rule"}"#,
            ),
        ] {
            assert_eq!(of_rule(yaml).as_deref(), Some(json), "{yaml}");
        }
        assert_eq!(of_rule("title: T\nscope: document"), None);
        assert_eq!(of_rule("title: T\nentrypoint: true"), None);
    }
}
