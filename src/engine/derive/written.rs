//! A document that is not known yet, rebuilt from how the source writes it: `jsonencode(…)` of an object,
//! a text with parts, or one of several by a condition.

use std::sync::Arc;

use super::partial::{Part, Unknown};
use super::table::Kind;
use crate::base::{Address, InstanceKey, Mode, PathStep};
use crate::engine::link::name_and_key;
use crate::engine::referred;
use crate::model::{Model, References, Resource, Value, Written};

/// The most documents that conditions may make of one.
const MOST: usize = 32;

/// The documents that an argument of `resource` may hold that is written as `written`. None where
/// more of it is unknown than texts.
pub(super) fn parts(
    model: &Model,
    resource: &Resource,
    kind: Kind,
    written: &Written,
) -> Option<Vec<Part>> {
    let reader = Reader { model, resource, kind };
    match written {
        Written::Choice(all) => {
            let all: Option<Vec<_>> =
                all.iter().map(|one| parts(model, resource, kind, one)).collect();
            Some(all?.into_iter().flatten().collect())
        }
        Written::Encoded(_) | Written::Text(_) => reader.alternatives(written, &mut Vec::new()),
        Written::Constant(value @ Value::String(_)) => Some(vec![Part::Known(value.clone())]),
        _ => None,
    }
}

/// One of the texts in a list of the data source `resource`, from how it is written. None where more
/// than one text may become of it.
pub(super) fn element(model: &Model, resource: &Resource, written: &Written) -> Option<Part> {
    let is_text =
        matches!(written, Written::Constant(_) | Written::Reference(_) | Written::Text(_));
    let reader = Reader { model, resource, kind: Kind::Iam };
    let mut path = ELEMENT.map(Arc::from).to_vec();
    let mut parts = reader.alternatives(written, &mut path).filter(|_| is_text)?;
    parts.pop().filter(|_| parts.is_empty()).map(plain)
}

/// A text as the data source writes it: `&{…}` stands for a variable of IAM.
pub(super) fn plain(part: Part) -> Part {
    match part {
        Part::Known(Value::String(text)) if text.contains("&{") => {
            Part::text(&text.replace("&{", "${"))
        }
        Part::Text(parts) => Part::Text(parts.into_iter().map(plain).collect()),
        other => other,
    }
}

/// An element of a document that takes a text.
const ELEMENT: [&str; 2] = ["statement", "resource"];

struct Reader<'a> {
    model: &'a Model,
    resource: &'a Resource,
    kind: Kind,
}

impl Reader<'_> {
    /// What an expression may come to; `path` are the names of the members around it.
    fn alternatives(&self, written: &Written, path: &mut Vec<Arc<str>>) -> Option<Vec<Part>> {
        match written {
            Written::Constant(value) => Some(vec![Part::Known(value.clone())]),
            Written::Reference(references) => {
                let part = self.reference(references);
                let is_free = part == Part::Unknown(Unknown::Text);
                (!is_free || self.takes_text(path)).then(|| vec![part])
            }
            Written::Item { .. }
            | Written::Each { .. }
            | Written::Map { .. }
            | Written::Call { .. }
            | Written::Other(_) => {
                let part = self.around(&written.references());
                self.takes_text(path).then(|| vec![part])
            }
            Written::List(elements) => {
                let elements = elements.iter().map(|element| self.alternatives(element, path));
                Some(combined(elements)?.into_iter().map(Part::List).collect())
            }
            Written::Text(parts) => {
                // Whatever stands in a text is a text.
                let parts = parts.iter().map(|part| match part {
                    Written::Reference(references) => Some(vec![self.reference(references)]),
                    Written::Item { .. } | Written::Call { .. } | Written::Other(_) => {
                        Some(vec![self.around(&part.references())])
                    }
                    other => self.alternatives(other, path),
                });
                Some(combined(parts)?.into_iter().map(Part::Text).collect())
            }
            Written::Encoded(inner) => {
                let inner = self.alternatives(inner, path)?;
                Some(inner.into_iter().map(|part| Part::Encoded(Box::new(part))).collect())
            }
            Written::Choice(all) => {
                let all: Option<Vec<_>> =
                    all.iter().map(|one| self.alternatives(one, path)).collect();
                Some(all?.into_iter().flatten().collect())
            }
            Written::Object(members) => {
                let mut parts = Vec::new();
                for (name, member) in members {
                    path.push(name.clone());
                    parts.push(self.alternatives(member, path));
                    path.pop();
                }
                let names = || members.iter().map(|(name, _)| name.clone());
                let named = |parts: Vec<Part>| Part::object(names().zip(parts).collect());
                Some(combined(parts.into_iter())?.into_iter().map(named).collect())
            }
        }
    }

    /// True where a document takes a text or a list of texts, so that a text stands for whatever comes.
    fn takes_text(&self, path: &[Arc<str>]) -> bool {
        let path: Vec<String> = path.iter().map(|name| name.to_lowercase()).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.kind == Kind::Iam
            && matches!(
                path.as_slice(),
                ["version" | "id"]
                    | [
                        "statement",
                        "effect" | "sid" | "action" | "notaction" | "resource" | "notresource"
                    ]
                    | ["statement", "principal" | "notprincipal", _]
                    | ["statement", "condition", _, _]
            )
    }

    fn unknown(&self, references: &References) -> Part {
        let is_identity = referred::speaks_of_identity(references);
        Part::Unknown(if is_identity { Unknown::Identity } else { Unknown::Text })
    }

    /// The same for what a function or the like makes of `references`.
    fn around(&self, references: &References) -> Part {
        match self.unknown(references) {
            Part::Unknown(Unknown::Identity) => Part::Unknown(Unknown::Within),
            other => other,
        }
    }

    /// The value of a reference, where the plan says it and it is no secret.
    fn reference(&self, references: &References) -> Part {
        let known = references.first().and_then(|longest| self.known(longest));
        known.map_or_else(|| self.unknown(references), Part::Known)
    }

    fn known(&self, reference: &str) -> Option<Value> {
        let address = &self.resource.address;
        match reference {
            "each.key" | "count.index" => match address.key.as_ref()? {
                InstanceKey::Index(index) => Some(Value::Integer(i64::try_from(*index).ok()?)),
                InstanceKey::Key(key) => Some(Value::String(key.clone())),
            },
            _ => match reference.strip_prefix("var.") {
                Some(name) => {
                    let variable = self.model.variables.get(name);
                    let known = variable.filter(|v| address.module.is_root() && !v.sensitive)?;
                    known.value.clone().filter(is_text)
                }
                None => self.attribute(reference),
            },
        }
    }

    /// The value of `TYPE.NAME.ATTRIBUTE`, of a resource or a data source of the same module.
    fn attribute(&self, reference: &str) -> Option<Value> {
        let (mode, rest) = match reference.strip_prefix("data.") {
            Some(rest) => (Mode::Data, rest),
            None => (Mode::Managed, reference),
        };
        let (resource_type, None, rest) = name_and_key(rest)? else { return None };
        let (name, key, rest) = name_and_key(rest.strip_prefix('.')?)?;
        let attribute = rest.strip_prefix('.')?;
        let address = Address {
            module: self.resource.address.module.clone(),
            mode,
            resource_type: Arc::from(resource_type),
            name: Arc::from(name),
            key,
        };
        let at = self.model.resources.binary_search_by(|r| r.address.cmp(&address)).ok()?;
        let resource = self.model.resources.get(at).filter(|r| r.deposed.is_none())?;
        let path = crate::base::AttributePath(vec![PathStep::from(attribute)]);
        let value = resource.values.as_ref()?.get(attribute)?.clone();
        (is_text(&value) && !resource.is_sensitive(&path)).then_some(value)
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Integer(_) | Value::Bool(_))
}

/// Every combination of one of each; None where one has none, or there are too many.
fn combined(all: impl Iterator<Item = Option<Vec<Part>>>) -> Option<Vec<Vec<Part>>> {
    let mut combinations: Vec<Vec<Part>> = vec![Vec::new()];
    for alternatives in all {
        let alternatives = alternatives?;
        if alternatives.is_empty() || combinations.len() * alternatives.len() > MOST {
            return None;
        }
        let extended = combinations.iter().flat_map(|begun| {
            alternatives.iter().map(move |next| begun.iter().chain([next]).cloned().collect())
        });
        combinations = extended.collect();
    }
    Some(combinations)
}
