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
        Secrets::longest_first(secrets)
    }

    fn longest_first(mut secrets: Vec<Arc<str>>) -> Self {
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        secrets.dedup();
        Secrets(secrets)
    }

    /// The secret strings of everything that `model` holds: of its resources, and of what is
    /// called or declared secret among its variables, outputs, and arguments of providers and of the backend.
    pub(super) fn of_plan(model: &Model) -> Self {
        let mut all = Secrets::of(model, model.resources.iter().chain(&model.drift)).0;
        let mut add = |value: &Value| value.for_each_string(&mut |text| all.push(text.clone()));
        let configuration = model.configuration.as_deref();
        for (name, variable) in &model.variables {
            if variable.sensitive || sounds_secret(name) {
                variable.value.iter().for_each(&mut add);
            }
        }
        for (name, variable) in configuration.iter().flat_map(|known| &known.root.variables) {
            if variable.is_secret() || sounds_secret(name) {
                variable.default.iter().for_each(&mut add);
            }
        }
        for (name, output) in &model.outputs {
            if output.sensitive || sounds_secret(name) {
                output.value.iter().for_each(&mut add);
            }
        }
        let providers = configuration.iter().flat_map(|known| known.providers.values());
        let backend = configuration.and_then(|known| known.settings.as_ref()?.backend.as_ref());
        let arguments = providers.map(|provider| &provider.arguments);
        for written in arguments.chain(backend.map(|backend| &backend.arguments)) {
            unmarked_secrets(&written.constants, &mut all);
        }
        Secrets::longest_first(all)
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
