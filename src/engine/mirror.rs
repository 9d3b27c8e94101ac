//! Attributes that a provider makes of what is written: all tags of a resource are its own and
//! those that its provider adds. Such an attribute is computed and never configured, and still it
//! waits for what it is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::AttributePath;
use crate::model::{BlockArguments, Declaration, Model, Object, Resource, Value};

/// The attribute, the argument that it repeats, and the argument of the provider whose members it
/// has besides: a map, or a block with a map in it.
const MIRRORS: [(&str, &str, &str); 3] = [
    ("tags_all", "tags", "default_tags"),
    ("effective_labels", "labels", "default_labels"),
    ("terraform_labels", "labels", "default_labels"),
];

/// What is known of such an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Mirror {
    /// The members that it will have for certain.
    sure: Members,
    /// The members that it will have unless the resource says otherwise.
    unless_said: Members,
    /// It will have no others.
    pub(super) is_whole: bool,
}

type Members = BTreeMap<Arc<str>, Value>;

impl Mirror {
    /// The mirror at `path`, where it is one and something that was written makes it.
    pub(super) fn of(model: &Model, resource: &Resource, path: &AttributePath) -> Option<Self> {
        let root = path.root()?;
        let (_, argument, added) = MIRRORS.iter().find(|(name, ..)| *name == root)?;
        let declaration = resource.declaration.as_deref()?;
        let added = Added::of(model, declaration, added);
        if declaration.arguments.get(argument).is_none() && !added.is_written {
            return None;
        }
        if path.0.len() > 1 {
            return Some(Mirror::default());
        }
        let is_own_known = !resource.unknown.iter().any(|path| path.root() == Some(argument));
        let sure = resource.values.as_ref().and_then(|values| values.get(argument));
        Some(Mirror {
            sure: members(sure),
            unless_said: added.members,
            is_whole: is_own_known && added.is_constant,
        })
    }

    /// The same value with the members that it has in any case. All members are texts.
    pub(super) fn fit(&self, value: Option<Value>) -> Option<Value> {
        let mut all = self.unless_said.clone();
        let text = |value: Value| match value {
            Value::String(_) => value,
            other => Value::String(other.to_json().into()),
        };
        all.extend(members(value.as_ref()).into_iter().map(|(key, value)| (key, text(value))));
        all.extend(self.sure.clone());
        Object::new(all.into_iter().collect()).ok().map(Value::Object)
    }
}

/// What a provider configuration adds.
struct Added {
    is_written: bool,
    is_constant: bool,
    members: Members,
}

impl Added {
    fn of(model: &Model, declaration: &Declaration, argument: &str) -> Self {
        let providers = model.configuration.as_ref().map(|configuration| &configuration.providers);
        let key = declaration.provider_key.as_deref();
        let provider = providers.zip(key).and_then(|(providers, key)| providers.get(key));
        let nothing = BlockArguments::default();
        let arguments = provider.map_or(&nothing, |provider| &provider.arguments);
        let constants = arguments.constants.get(argument);
        let block = constants.and_then(Value::as_array).and_then(<[Value]>::first);
        let map = match block {
            Some(Value::Object(block)) => block.iter().next().map(|(_, map)| map),
            _ => constants,
        };
        let is_constant =
            !arguments.references.iter().any(|(path, _)| path.split('.').next() == Some(argument));
        Added {
            is_written: constants.is_some() || !is_constant,
            is_constant,
            members: members(map),
        }
    }
}

fn members(value: Option<&Value>) -> Members {
    let object = value.and_then(Value::as_object);
    let known = object.into_iter().flatten().filter(|(_, value)| *value != Value::Null);
    known.cloned().collect()
}
