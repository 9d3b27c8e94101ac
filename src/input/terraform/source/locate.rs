//! From an address and an attribute to the place where a person would mend it.

use serde::Serialize;

use super::block::Block;
use super::expression::{Expression, Shape, Step};
use super::place::{self, Found, SourcePlace};
use super::tree::{self, Origin, SourceTree};
use super::value;
use crate::base::{Address, AttributePath, PathStep};
use crate::finding::Precision;
use crate::model::Value;

/// Where something is written.
#[derive(Debug, Clone)]
pub struct Located {
    /// The best place.
    pub place: SourcePlace,
    /// How exactly it is the place of the attribute.
    pub precision: Precision,
    /// Why it is not a better one, where there is more to say than that it is not written.
    pub note: Option<String>,
    /// Places that explain it: the resource in a downloaded module, where the value comes
    /// from (nearest first), the module calls on the way (nearest first).
    pub related: Vec<RelatedPlace>,
}

/// A place that explains another.
#[derive(Debug, Clone)]
pub struct RelatedPlace {
    /// The place.
    pub place: SourcePlace,
    /// What is there.
    pub role: Role,
}

/// What a related place has to do with the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The place in a downloaded module.
    Inner,
    /// The argument of a module call that gives the value.
    Argument,
    /// The local value that gives it.
    Local,
    /// The default of a variable that no argument sets.
    Default,
    /// The root module's variable that gives it; the value may be set outside of the source.
    Variable,
    /// A call of the module.
    ModuleCall,
}

/// Nothing is there to point at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unlocated {
    /// Why, in one sentence.
    pub reason: String,
}

/// The place of a resource, or of one of its attributes.
///
/// # Errors
/// When the source does not hold the resource nor a call of its module.
pub fn locate(
    tree: &SourceTree,
    address: &Address,
    attribute: Option<&AttributePath>,
) -> Result<Located, Unlocated> {
    locate_by_values(tree, address, attribute, &Value::Null)
}

/// As [`locate`]. The values of the resource tell its nested blocks apart, whose order in a
/// plan may not be the order in the file.
///
/// # Errors
/// As [`locate`].
pub fn locate_by_values(
    tree: &SourceTree,
    address: &Address,
    attribute: Option<&AttributePath>,
    values: &Value,
) -> Result<Located, Unlocated> {
    if tree.is_empty() {
        return Err(Unlocated { reason: "there is no Terraform source here".to_owned() });
    }
    let way = Way::new(tree, address);
    let path = attribute.map_or(&[][..], |attribute| &attribute.0);
    let inner = way.resource(address).map(|block| found_in(block, path, values));
    let mut related = Vec::new();
    if let Ok(Found { value: Some((expression, rest)), .. }) = &inner {
        value::follow(tree, &way.key, expression, rest, &mut related);
    }
    let primary = match (inner, way.outermost_foreign) {
        (Ok(found), None) => Primary::found(found, None),
        (Ok(found), Some(call)) => {
            related.insert(0, RelatedPlace { place: found.place, role: Role::Inner });
            way.call(Some(call), None)?
        }
        (Err(error), Some(call)) => way.call(Some(call), Some(error.reason))?,
        (Err(error), None) => match removal(tree, address) {
            Some(block) => Primary::found(header(block), Some(REMOVED.to_owned())),
            None => way.call(way.calls.len().checked_sub(1), Some(error.reason))?,
        },
    };
    let calls = way.calls.iter().enumerate().rev();
    let calls = calls.filter(|(depth, _)| Some(*depth) != primary.call);
    related.extend(calls.map(|(_, call)| {
        let place = SourcePlace::block(call);
        RelatedPlace { place, role: Role::ModuleCall }
    }));
    let Primary { place, precision, note, .. } = primary;
    Ok(Located { place, precision, note, related })
}

/// The best place, before those that explain it.
struct Primary {
    place: SourcePlace,
    precision: Precision,
    note: Option<String>,
    /// Which of the calls on the way it is.
    call: Option<usize>,
}

impl Primary {
    fn found(found: Found<'_>, note: Option<String>) -> Self {
        let Found { place, precision, .. } = found;
        Primary { place, precision, note, call: None }
    }
}

/// Why a place that is no resource block is that of a resource.
const REMOVED: &str = "the resource is no longer declared; this block removes it";

/// The best place in the block for the path, the header if there is no better one.
fn found_in<'a>(block: &'a Block, path: &'a [PathStep], values: &Value) -> Found<'a> {
    let values = (*values != Value::Null).then_some(values);
    place::find(&block.body, path, values).unwrap_or_else(|| header(block))
}

fn header(block: &Block) -> Found<'_> {
    Found { place: SourcePlace::block(block), precision: Precision::Resource, value: None }
}

/// The user's `removed` block for a resource, or for a module on the way to it.
fn removal<'a>(tree: &'a SourceTree, address: &Address) -> Option<&'a Block> {
    let names: Vec<&str> = address.module.names().collect();
    (0..=names.len()).rev().find_map(|depth| {
        let (outer, inner) = names.split_at_checked(depth)?;
        let module = tree.module_at(&tree::key(outer.iter().copied()))?;
        let mut words: Vec<&str> = inner.iter().flat_map(|name| ["module", name]).collect();
        words.extend([&*address.resource_type, &*address.name]);
        let is_meant = |block: &&Block| {
            let from = block.body.value("from").and_then(words_of);
            let is_module =
                |from: &[&str]| from.first() == Some(&"module") && from.len().is_multiple_of(2);
            from.is_some_and(|from| words == from || (words.starts_with(&from) && is_module(&from)))
        };
        let mut removals = module.module.of_kind("removed");
        removals.find(is_meant).filter(|_| module.origin == Origin::Own)
    })
}

/// The words of an address without keys; the JSON syntax has it as a text.
fn words_of(expression: &Expression) -> Option<Vec<&str>> {
    match &expression.shape {
        Shape::Text(text) => Some(text.split('.').collect()),
        Shape::Reference(reference) => {
            let steps = reference.steps.iter().map(|step| match step {
                Step::Attribute(name) | Step::Key(name) => &**name,
                Step::Index(_) => "",
            });
            Some(std::iter::once(&*reference.root).chain(steps).collect())
        }
        _ => None,
    }
}

/// The way from the root module to the module of an address.
struct Way<'a> {
    tree: &'a SourceTree,
    /// The key of the module.
    key: String,
    /// The calls, the outermost first, as far as they are known.
    calls: Vec<&'a Block>,
    /// The first call of a module that is not the user's own, or is not there.
    outermost_foreign: Option<usize>,
}

impl<'a> Way<'a> {
    fn new(tree: &'a SourceTree, address: &Address) -> Self {
        let key = tree::key(address.module.names());
        let mut way = Way { tree, key, calls: Vec::new(), outermost_foreign: None };
        let mut parent = String::new();
        for (depth, name) in address.module.names().enumerate() {
            let call = tree.module_at(&parent).and_then(|module| module.module.call(name));
            let Some(call) = call else { break };
            way.calls.push(call);
            parent = tree::child_key(&parent, name);
            let is_own = tree.module_at(&parent).is_some_and(|m| m.origin == Origin::Own);
            if !is_own && way.outermost_foreign.is_none() {
                way.outermost_foreign = Some(depth);
            }
        }
        way
    }

    /// A call on the way as the best place.
    fn call(&self, depth: Option<usize>, note: Option<String>) -> Result<Primary, Unlocated> {
        match depth.and_then(|depth| self.calls.get(depth)) {
            Some(call) => Ok(Primary {
                place: SourcePlace::block(call),
                precision: Precision::ModuleCall,
                note,
                call: depth,
            }),
            None => Err(Unlocated { reason: note.unwrap_or_default() }),
        }
    }

    /// The one block that declares the resource.
    fn resource(&self, address: &Address) -> Result<&'a Block, Unlocated> {
        let module = match self.tree.module_at(&self.key) {
            Some(module) if self.calls.len() == address.module.0.len() => module,
            _ => return Err(self.why_absent(address)),
        };
        let blocks = module.module.resource(address.mode, &address.resource_type, &address.name);
        let what = format!("`{}{}.{}`", address.mode.prefix(), address.resource_type, address.name);
        let place = match self.key.as_str() {
            "" => "the root module".to_owned(),
            key => format!("module `{key}`"),
        };
        let reason = match blocks {
            [block] => return Ok(block),
            [] => format!("{place} has no block for {what}"),
            _ => format!("{place} has several blocks for {what}"),
        };
        Err(Unlocated { reason })
    }

    /// Why there is no module for the address.
    fn why_absent(&self, address: &Address) -> Unlocated {
        let names: Vec<&str> = address.module.names().collect();
        let known = (0..=names.len()).filter_map(|depth| names.get(..depth));
        let known = known.map(|names| tree::key(names.iter().copied()));
        let reason = known.filter_map(|key| self.tree.why_absent(&key).map(str::to_owned)).next();
        let reason = reason.unwrap_or_else(|| match names.get(self.calls.len()) {
            Some(missing) => format!("there is no block for `module.{missing}`"),
            None => format!("the source of module `{}` is not here", self.key),
        });
        Unlocated { reason }
    }
}
