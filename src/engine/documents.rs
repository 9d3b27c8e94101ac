//! The documents of a model as people may see them: what policies see, without its secrets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::Document;
use super::link::{Link, Links, Via, Wanted};
use super::literal;
use super::plan::PlanSubject;
use super::reads::Reads;
use crate::base::secret::{MASK, Secrets};
use crate::base::{AttributePath, PathStep};
use crate::model::{Model, Object, Resource, Value, names_secret, sounds_secret};

/// The members of a document that hold attributes.
const ATTRIBUTES: [&str; 3] = ["values", "before", "configured"];

/// The documents of one model.
pub struct Documents<'a> {
    model: &'a Model,
    links: Links,
    reads: Reads,
}

impl<'a> Documents<'a> {
    /// Finds everything that belongs together in `model`.
    #[must_use]
    pub fn new(model: &'a Model) -> Self {
        let links = Links::new(model, &Wanted::all());
        Documents { model, links, reads: Reads::everything() }
    }

    /// The document of a resource, with the addresses of those that are linked to it and what links
    /// them.
    #[must_use]
    pub fn brief(&self, at: usize) -> Option<Value> {
        let named = |document: &Value| {
            let kept = ["address", "via"].into_iter();
            let kept = kept.filter_map(|name| Some((Arc::from(name), document.get(name)?.clone())));
            object(kept.collect())
        };
        self.document(at, &BTreeMap::new(), named)
    }

    /// The document of a resource, with the documents of those that are linked to it.
    #[must_use]
    pub fn whole(&self, at: usize) -> Option<Value> {
        self.document(at, &BTreeMap::new(), Value::clone)
    }

    /// The same with what is behind those of the types in `links_of`, as a policy asks for it.
    pub(super) fn deep(
        &self,
        at: usize,
        links_of: &BTreeMap<String, Vec<String>>,
    ) -> Option<Value> {
        self.document(at, links_of, Value::clone)
    }

    /// The document of the input as a whole.
    #[must_use]
    pub fn plan(&self) -> Value {
        let known = literal::plain(&PlanSubject::new(self.model, &self.reads).known());
        let by_label: BTreeMap<String, &Resource> =
            self.model.resources.iter().map(|resource| (resource.label(), resource)).collect();
        let masked = |document: &Value| {
            let label = document.get("address").and_then(Value::as_str).unwrap_or_default();
            // What has drifted may have gone since, and then nobody marks it.
            let drifted = || self.model.drift.iter().find(|resource| resource.label() == label);
            match by_label.get(label).copied().or_else(drifted) {
                Some(resource) => self.masked(resource, document.clone()),
                None => self.without_texts(&without_names(document), &Secrets::default()),
            }
        };
        let members = known.as_object().into_iter().flatten().map(|(name, value)| {
            let value = match &**name {
                "resources" => each_member(value, |_, document| masked(document)),
                "by_type" => each_member(value, |_, group| each_element(group, masked)),
                "drift" => each_element(value, masked),
                _ => self.part(name, value),
            };
            (name.clone(), value)
        });
        object(members.collect())
    }

    /// What a plan holds besides resources, without secrets.
    fn part(&self, name: &str, value: &Value) -> Value {
        let value = match name {
            "variables" => each_member(value, |name, variable| {
                masked_where(names_secret(name), variable, &["value", "default"])
            }),
            "outputs" => each_member(value, |_, output| masked_where(false, output, &["value"])),
            "providers" | "backend" => without_names(value),
            _ => value.clone(),
        };
        self.without_texts(&value, &Secrets::default())
    }

    fn document(
        &self,
        at: usize,
        links_of: &BTreeMap<String, Vec<String>>,
        linked: impl Fn(&Value) -> Value,
    ) -> Option<Value> {
        let resource = self.model.resources.get(at)?;
        let own = literal::plain(&Document::of(resource, &self.reads).into_value());
        let path = [PathStep::Key(Arc::from("linked"))];
        let others = self.others(at, |link, other, document| {
            let types = links_of.get(&*other.address.resource_type);
            let behind = types.map(|types| {
                let is_asked = |resource_type: &str| types.iter().any(|t| t == resource_type);
                self.others(link.to, |link, other, document| {
                    let is_shown = link.to != at && is_asked(&other.address.resource_type);
                    is_shown.then_some(document)
                })
            });
            let document = linked(&document);
            Some(behind.map_or(document.clone(), |behind| document.with(&path, &behind)))
        });
        Some(self.masked(resource, own).with(&path, &others))
    }

    /// The documents of the links of a resource by type, as far as `show` shows them.
    fn others(&self, at: usize, show: impl Fn(&Link, &Resource, Value) -> Option<Value>) -> Value {
        let mut by_type: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
        for link in self.links.of(at) {
            let Some(other) = self.model.resources.get(link.to) else { continue };
            let via: Vec<&Via> = link.via.iter().collect();
            let document = Document::of_companion(other, &self.reads).via(&via, &self.reads);
            let document = self.masked(other, literal::plain(&document));
            let Some(document) = show(link, other, document) else { continue };
            by_type.entry(other.address.resource_type.clone()).or_default().push(document);
        }
        let by_type = by_type.into_iter().map(|(name, all)| (name, Value::Array(all.into())));
        object(by_type.collect())
    }

    /// The document of `resource` without what is secret: by its place, by what it is called where the
    /// input does not mark every secret, and by its value.
    fn masked(&self, resource: &Resource, mut document: Value) -> Value {
        let mask = Value::String(Arc::from(MASK));
        for path in &resource.sensitive {
            for root in ATTRIBUTES {
                let whole: Vec<PathStep> =
                    std::iter::once(PathStep::Key(Arc::from(root))).chain(path.0.clone()).collect();
                if document.at(&whole).is_some_and(|value| *value != Value::Null) {
                    document = document.with(&whole, &mask);
                }
            }
        }
        let mut near = Secrets::default();
        resource.add_secrets(self.model.marks_every_secret, &mut near);
        each_member(&document, |name, value| {
            let value = match name {
                "derived" => each_member(value, |attribute, value| {
                    let path = AttributePath(vec![PathStep::Key(Arc::from(attribute))]);
                    if resource.is_sensitive(&path) { mask.clone() } else { value.clone() }
                }),
                name if ATTRIBUTES.contains(&name) => {
                    without_sensitive(resource, &AttributePath::default(), value)
                }
                _ => return value.clone(),
            };
            let value = match self.model.marks_every_secret {
                true => value,
                false => without_names(&value),
            };
            self.without_texts(&value, &near)
        })
    }

    /// `value` without the secrets of the model, and the short ones in `near`, in its texts and
    /// numbers. What members are called is no secret.
    fn without_texts(&self, value: &Value, near: &Secrets) -> Value {
        let clean = |text: &str| self.model.secrets.clean_made(text, near);
        match value {
            Value::String(text) => Value::String(Arc::from(clean(text))),
            Value::Integer(number) if clean(&number.to_string()) != number.to_string() => {
                Value::String(Arc::from(MASK))
            }
            Value::Number(text) if clean(text) != **text => Value::String(Arc::from(MASK)),
            Value::Object(_) => each_member(value, |_, value| self.without_texts(value, near)),
            Value::Array(_) => each_element(value, |value| self.without_texts(value, near)),
            scalar => scalar.clone(),
        }
    }

    /// `text`, which was made of values, without secrets.
    #[must_use]
    pub fn hide(&self, text: &str) -> String {
        self.model.secrets.clean_made(text, &Secrets::default())
    }
}

/// `value`, which stands at `path` of `resource`, without what is sensitive there.
fn without_sensitive(resource: &Resource, path: &AttributePath, value: &Value) -> Value {
    let step = |step: PathStep| AttributePath(path.0.iter().cloned().chain([step]).collect());
    match value {
        Value::Object(_) => each_member(value, |name, value| {
            without_sensitive(resource, &step(PathStep::Key(Arc::from(name))), value)
        }),
        Value::Array(elements) => {
            let elements = elements.iter().enumerate();
            let clean = elements
                .map(|(at, value)| without_sensitive(resource, &step(PathStep::Index(at)), value));
            Value::Array(clean.collect())
        }
        Value::Null => Value::Null,
        _ if resource.is_sensitive(path) => Value::String(Arc::from(MASK)),
        scalar => scalar.clone(),
    }
}

/// `value` without what is called like a secret.
fn without_names(value: &Value) -> Value {
    match value {
        Value::Object(_) => each_member(value, |name, value| {
            match sounds_secret(name) && !matches!(value, Value::Null | Value::Bool(_)) {
                true => Value::String(Arc::from(MASK)),
                false => without_names(value),
            }
        }),
        Value::Array(_) => each_element(value, without_names),
        scalar => scalar.clone(),
    }
}

/// A variable or an output: what stands in `members` is masked where it is secret.
fn masked_where(is_secret: bool, value: &Value, members: &[&str]) -> Value {
    let is_secret = is_secret || value.get("sensitive") == Some(&Value::Bool(true));
    each_member(value, |name, value| {
        match is_secret && members.contains(&name) && *value != Value::Null {
            true => Value::String(Arc::from(MASK)),
            false => value.clone(),
        }
    })
}

/// An object with other values; what is none is left as it is.
fn each_member(value: &Value, change: impl Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            object(members.map(|(name, value)| (name.clone(), change(name, value))).collect())
        }
        other => other.clone(),
    }
}

/// A list with other elements; what is none is left as it is.
fn each_element(value: &Value, change: impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(elements) => Value::Array(elements.iter().map(change).collect()),
        other => other.clone(),
    }
}

/// An object of `members`; of two with one name the first stays.
fn object(mut members: Vec<(Arc<str>, Value)>) -> Value {
    members.sort_by(|a, b| a.0.cmp(&b.0));
    members.dedup_by(|later, kept| later.0 == kept.0);
    Value::Object(Object::new(members).unwrap_or_default())
}
