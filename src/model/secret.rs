//! What of a document is secret: what it marks, what providers call sensitive, and what sounds
//! like a secret in documents that do not mark them all.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::{Model, Resource, Value};
use crate::base::secret::Secrets;
use crate::base::{AttributePath, PathStep};

/// Words in the names of attributes that are secret, whether their provider says so or not.
const SECRET_WORDS: [&str; 9] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "private_key",
    "access_key",
    "credential",
    "auth",
];

/// Lines of a resource type and the path of an attribute. Written from the providers' schemas:
/// saved plan files and states mark what the configuration calls sensitive, and no more.
const SENSITIVE_ATTRIBUTES: &str = include_str!("sensitive_attributes.txt");

/// The names on the way to the sensitive attributes of each resource type.
static BY_TYPE: LazyLock<HashMap<&str, Vec<Vec<&str>>>> = LazyLock::new(|| {
    let mut by_type: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
    let lines = SENSITIVE_ATTRIBUTES.lines().filter(|line| !line.starts_with('#'));
    for (resource_type, path) in lines.filter_map(|line| line.split_once(' ')) {
        by_type.entry(resource_type).or_default().push(path.split('.').collect());
    }
    by_type
});

/// How deep JSON within strings is followed: a document in a document in a document.
const DEEPEST: usize = 4;

/// True for a name that is likely that of a secret. Asked where a document does not mark them
/// all. Who or what is authorized is no secret.
#[must_use]
pub fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace("authorized", "");
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// True for a name that ends as those of secrets do, such as `db_password`, but not
/// `password_length`. Asked of names that the author chose.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_suffix("_wo").unwrap_or(&name);
    let name = name.strip_suffix('s').unwrap_or(name);
    let words = SECRET_WORDS.iter().filter(|word| **word != "auth");
    words.into_iter().chain(&["secret_key", "api_key"]).any(|word| name.ends_with(word))
}

impl Resource {
    /// True when a value at or below `path`, or above it, is secret: marked, or so called by the
    /// provider and there.
    #[must_use]
    pub fn is_sensitive(&self, path: &AttributePath) -> bool {
        let is_marked = |mark: &AttributePath| mark.contains(path) || path.contains(mark);
        let mut by_schema = by_schema(&self.address.resource_type);
        self.sensitive.iter().any(is_marked)
            || by_schema.any(|names| meets(names, path) && self.has_value_at(names))
    }

    fn has_value_at(&self, names: &[&str]) -> bool {
        let mut found = Secrets::default();
        let values = [&self.values, &self.before].into_iter().flatten();
        values.for_each(|value| add_at(value, names, &mut found));
        !found.is_empty()
    }

    /// Adds the secret values of the resource; those that sound like secrets too, unless the
    /// document marks every secret.
    pub fn add_secrets(&self, marks_every_secret: bool, secrets: &mut Secrets) {
        for value in [&self.values, &self.before].into_iter().flatten() {
            add_sensitive(value, &self.address.resource_type, &self.sensitive, secrets);
            if !marks_every_secret {
                add_sounding(value, secrets);
            }
        }
    }
}

/// True for a resource type of which a provider calls an attribute sensitive.
#[must_use]
pub fn has_secrets(resource_type: &str) -> bool {
    BY_TYPE.contains_key(resource_type)
}

/// Adds what is secret of the values of a resource: what stands at the paths `marks`, and what
/// the provider calls sensitive.
pub fn add_sensitive(
    values: &Value,
    resource_type: &str,
    marks: &[AttributePath],
    secrets: &mut Secrets,
) {
    let marked = marks.iter().filter_map(|path| values.at(&path.0));
    marked.for_each(|value| add_value(value, secrets));
    by_schema(resource_type).for_each(|names| add_at(values, names, secrets));
}

/// The names on the way to each attribute that the provider calls sensitive.
fn by_schema(resource_type: &str) -> impl Iterator<Item = &'static [&'static str]> {
    BY_TYPE.get(resource_type).into_iter().flatten().map(Vec::as_slice)
}

impl Model {
    /// The secret values of resources, variables and outputs.
    #[must_use]
    pub fn values_of_secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        for resource in self.resources.iter().chain(&self.drift) {
            resource.add_secrets(self.marks_every_secret, &mut secrets);
        }
        if let Some(configuration) = &self.configuration {
            let providers = configuration.providers.values().map(|provider| &provider.arguments);
            let settings = configuration.settings.as_ref();
            let backend = settings.and_then(|settings| Some(&settings.backend.as_ref()?.arguments));
            providers.chain(backend).for_each(|a| add_sounding(&a.constants, &mut secrets));
            let declared = configuration.root.variables.iter();
            declared
                .filter(|(name, variable)| variable.is_secret() || names_secret(name))
                .filter_map(|(_, variable)| variable.default.as_ref())
                .for_each(|value| add_value(value, &mut secrets));
        }
        let variables = self.variables.iter();
        let variables = variables.filter(|(name, v)| v.sensitive || names_secret(name));
        let outputs = self.outputs.values().filter(|output| output.sensitive);
        let values = variables.filter_map(|(_, variable)| variable.value.as_ref());
        values
            .chain(outputs.filter_map(|output| output.value.as_ref()))
            .for_each(|value| add_value(value, &mut secrets));
        secrets
    }
}

/// Adds every string and number of `value`, which is secret as a whole; those of JSON in strings
/// too. Names of members are not secret.
pub fn add_value(value: &Value, secrets: &mut Secrets) {
    add_to_depth(value, DEEPEST, secrets);
}

fn add_to_depth(value: &Value, depth: usize, secrets: &mut Secrets) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Integer(number) => secrets.add(&Arc::from(number.to_string())),
        Value::Number(text) => secrets.add(text),
        Value::String(text) => {
            secrets.add(text);
            if depth > 0
                && let Some(inner) = document(text)
            {
                add_to_depth(&inner, depth - 1, secrets);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|v| add_to_depth(v, depth, secrets)),
        Value::Object(object) => object.iter().for_each(|(_, v)| add_to_depth(v, depth, secrets)),
    }
}

/// The JSON document that a string holds.
fn document(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_document = text.starts_with(['{', '[', '"']);
    is_document.then(|| serde_json::from_str(text).ok()).flatten()
}

/// Adds what stands in `value` at `names`, in every element of the lists on the way.
fn add_at(value: &Value, names: &[&str], secrets: &mut Secrets) {
    match (value, names.split_first()) {
        (_, None) => add_value(value, secrets),
        (Value::Array(elements), _) => elements.iter().for_each(|v| add_at(v, names, secrets)),
        (Value::Object(object), Some((name, rest))) => {
            object.get(name).into_iter().for_each(|value| add_at(value, rest, secrets));
        }
        _ => {}
    }
}

/// Adds what stands below members that are called like secrets.
fn add_sounding(value: &Value, secrets: &mut Secrets) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if sounds_secret(key) {
                    add_value(value, secrets);
                } else {
                    add_sounding(value, secrets);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|v| add_sounding(v, secrets)),
        _ => {}
    }
}

/// True when `path` leads to the attribute at `names`, above it or below.
fn meets(names: &[&str], path: &AttributePath) -> bool {
    let keys = path.0.iter().filter_map(|step| match step {
        PathStep::Key(key) => Some(&**key),
        PathStep::Index(_) => None,
    });
    keys.zip(names).all(|(key, name)| key == *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for name in ["db_password", "GITHUB_TOKEN", "aws_secret_access_key", "passwords", "api_key"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in ["password_length", "author", "token_ttl", "key_name", "secret_arn"] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_in_documents_within_strings_are_found() {
        let text = r#"{"user":"admin-1","keys":[{"pin":123456}],"inner":"[\"deep-one\"]"}"#;
        let mut secrets = Secrets::default();
        add_value(&Value::String(Arc::from(text)), &mut secrets);
        let found: Vec<&str> = secrets.iter().map(|text| &**text).collect();
        assert_eq!(found, ["123456", "[\"deep-one\"]", "admin-1", "deep-one", text]);
    }

    #[test]
    fn the_table_is_read() {
        assert!(BY_TYPE.len() > 100);
        let path =
            |names: &[&str]| AttributePath(names.iter().map(|name| (*name).into()).collect());
        let is_known =
            |kind: &str, names: &[&str]| by_schema(kind).any(|known| meets(known, &path(names)));
        assert!(is_known("aws_ssm_parameter", &["value"]));
        assert!(is_known("aws_mq_broker", &["user", "password"]));
        assert!(is_known("aws_mq_broker", &["user"]), "what lies above is secret too");
        assert!(!is_known("aws_mq_broker", &["user", "username"]));
        assert!(!is_known("aws_mq_broker", &["tags"]));
    }
}
