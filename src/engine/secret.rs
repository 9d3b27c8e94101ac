//! The secrets that a policy may have seen, and texts without them.

use std::sync::Arc;

use crate::model::{Model, Resource, Value, sounds_secret};

/// Secret strings, the longest first.
#[derive(Debug, Default)]
pub(super) struct Secrets(Vec<Arc<str>>);

impl Secrets {
    /// The secret strings of `resources`, which are of `model`.
    pub(super) fn of<'a>(model: &Model, resources: impl Iterator<Item = &'a Resource>) -> Self {
        let mut secrets = Vec::new();
        for resource in resources {
            for value in [&resource.values, &resource.before].into_iter().flatten() {
                for path in &resource.sensitive {
                    if let Some(secret) = value.at(&path.0) {
                        secret.for_each_string(&mut |text| secrets.push(text.clone()));
                    }
                }
                if !model.marks_every_secret {
                    unmarked_secrets(value, &mut secrets);
                }
            }
        }
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Secrets(secrets)
    }

    /// `text` without the secrets that stand in it.
    pub(super) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            if text.contains(&**secret) { text.replace(&**secret, "(sensitive)") } else { text }
        })
    }
}

/// The strings below members that are called like secrets.
fn unmarked_secrets(value: &Value, secrets: &mut Vec<Arc<str>>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if sounds_secret(key) {
                    value.for_each_string(&mut |text| secrets.push(text.clone()));
                } else {
                    unmarked_secrets(value, secrets);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|v| unmarked_secrets(v, secrets)),
        _ => {}
    }
}
