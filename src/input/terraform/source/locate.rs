//! From an address and an attribute to the place where a person would mend it.

use std::sync::Arc;

use serde::Serialize;

use super::block::Block;
use super::expression::{Expression, Reference, Shape, Step};
use super::place::{self, Found, Precision, SourcePlace};
use super::tree::{self, Origin, SourceTree, TreeModule};
use crate::base::{Address, AttributePath, PathStep};
use crate::model::Value;

/// How many variables and locals a value is followed through.
const LONGEST_WAY: usize = 16;

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
    let way = Way::new(tree, address)?;
    let path = attribute.map_or(&[][..], |attribute| &attribute.0);
    let inner = way.holder().map_or_else(
        || Err(way.why_absent()),
        |module| resource(module, address).map(|block| (block, found_in(block, path, values))),
    );
    let mut related = Vec::new();
    if let Ok((_, Found { value: Some((expression, rest)), .. })) = &inner {
        let scope = Scope { tree, key: way.key.clone() };
        scope.follow(expression, rest, &mut related);
    }
    let Some(outermost) = way.outermost_foreign else {
        let (_, found) = inner?;
        related.extend(way.calls.iter().rev().map(|call| call_place(call)));
        let Found { place, precision, .. } = found;
        return Ok(Located { place, precision, note: None, related });
    };
    let call = way.calls.get(outermost).copied();
    let call = call.ok_or_else(|| way.why_absent())?;
    let note = inner.as_ref().err().map(|error| error.reason.clone());
    if let Ok((_, found)) = inner {
        related.insert(0, RelatedPlace { place: found.place, role: Role::Inner });
    }
    let others = way.calls.iter().enumerate().rev().filter(|(at, _)| *at != outermost);
    related.extend(others.map(|(_, call)| call_place(call)));
    Ok(Located { place: SourcePlace::block(call), precision: Precision::ModuleCall, note, related })
}

fn call_place(call: &Block) -> RelatedPlace {
    RelatedPlace { place: SourcePlace::block(call), role: Role::ModuleCall }
}

/// The best place in the block for the path, the header if there is no better one.
fn found_in<'a>(block: &'a Block, path: &'a [PathStep], values: &Value) -> Found<'a> {
    let values = (*values != Value::Null).then_some(values);
    place::find(&block.body, path, values).unwrap_or_else(|| Found {
        place: SourcePlace::block(block),
        precision: Precision::Resource,
        value: None,
    })
}

/// The one block that declares the resource.
fn resource<'a>(module: &'a TreeModule, address: &Address) -> Result<&'a Block, Unlocated> {
    let blocks = module.module.resource(address.mode, &address.resource_type, &address.name);
    let what = format!("`{}{}.{}`", address.mode.prefix(), address.resource_type, address.name);
    let key = tree::key(address.module.names());
    let place =
        if key.is_empty() { "the root module".to_owned() } else { format!("module `{key}`") };
    let reason = match blocks {
        [block] => return Ok(block),
        [] => format!("{place} has no block for {what}"),
        _ => format!("{place} has several blocks for {what}"),
    };
    Err(Unlocated { reason })
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
    fn new(tree: &'a SourceTree, address: &Address) -> Result<Self, Unlocated> {
        let key = tree::key(address.module.names());
        let mut way = Way { tree, key, calls: Vec::new(), outermost_foreign: None };
        let mut parent = String::new();
        for (depth, name) in address.module.names().enumerate() {
            let child = tree::child_key(&parent, name);
            let call = tree.module_at(&parent).and_then(|module| module.module.call(name));
            let Some(call) = call else {
                if way.outermost_foreign.is_some() {
                    return Ok(way);
                }
                let reason = format!("there is no block for `module.{name}`");
                return Err(Unlocated { reason });
            };
            way.calls.push(call);
            let is_own = tree.module_at(&child).is_some_and(|m| m.origin == Origin::Own);
            if !is_own && way.outermost_foreign.is_none() {
                way.outermost_foreign = Some(depth);
            }
            parent = child;
        }
        Ok(way)
    }

    /// The module that holds the resource.
    fn holder(&self) -> Option<&'a TreeModule> {
        self.tree.module_at(&self.key)
    }

    fn why_absent(&self) -> Unlocated {
        let mut absent = self.key.as_str();
        let reason = loop {
            if let Some(reason) = self.tree.why_absent(absent) {
                break reason.to_owned();
            }
            match absent.rsplit_once('.') {
                Some((parent, _)) => absent = parent,
                None => break format!("the source of module `{}` is not here", self.key),
            }
        };
        Unlocated { reason }
    }
}

/// The module in which a value is followed.
struct Scope<'a> {
    tree: &'a SourceTree,
    key: String,
}

impl<'a> Scope<'a> {
    /// Adds the places that an expression gets its value from, while there is no choice.
    fn follow(
        mut self,
        expression: &Expression,
        rest: &[PathStep],
        related: &mut Vec<RelatedPlace>,
    ) {
        let mut next = as_reference(expression).cloned();
        let mut rest = rest.to_vec();
        for _ in 0..LONGEST_WAY {
            let Some(reference) = next else { return };
            let path: Vec<PathStep> =
                reference.steps.iter().skip(1).map(path_step).chain(rest).collect();
            let Some((attribute, role)) = self.origin_of(&reference, related) else { return };
            let found = place::find_in_attribute(attribute, &path, None);
            let is_known = |known: &RelatedPlace| {
                known.place.span == found.place.span
                    && known.place.source.name() == found.place.source.name()
            };
            if related.iter().any(is_known) {
                return;
            }
            related.push(RelatedPlace { place: found.place, role });
            let Some((expression, left)) = found.value else { return };
            next = as_reference(expression).cloned();
            rest = left.to_vec();
        }
    }

    /// The attribute that a variable or local gets its value from. A variable of the root
    /// module may be set outside of the source.
    fn origin_of(
        &mut self,
        reference: &Reference,
        related: &mut Vec<RelatedPlace>,
    ) -> Option<(&'a super::Attribute, Role)> {
        let module = &self.tree.module_at(&self.key)?.module;
        let name = reference.name()?;
        match &*reference.root {
            "local" => Some((module.local(name)?, Role::Local)),
            "var" => {
                let variable = module.variable(name)?;
                let default = variable.body.attribute("default");
                if self.key.is_empty() {
                    if default.is_none() {
                        let place = SourcePlace::block(variable);
                        related.push(RelatedPlace { place, role: Role::Variable });
                    }
                    return Some((default?, Role::Variable));
                }
                let (parent, call) = self.key.rsplit_once('.').unwrap_or(("", &self.key));
                let call = self.tree.module_at(parent)?.module.call(call)?;
                match call.body.attribute(name) {
                    Some(argument) => {
                        self.key = parent.to_owned();
                        Some((argument, Role::Argument))
                    }
                    None => Some((default?, Role::Default)),
                }
            }
            _ => None,
        }
    }
}

fn as_reference(expression: &Expression) -> Option<&Reference> {
    match &expression.shape {
        Shape::Reference(reference) => Some(reference),
        _ => None,
    }
}

fn path_step(step: &Step) -> PathStep {
    match step {
        Step::Attribute(name) | Step::Key(name) => PathStep::Key(Arc::clone(name)),
        Step::Index(index) => PathStep::Index(usize::try_from(*index).unwrap_or(usize::MAX)),
    }
}
