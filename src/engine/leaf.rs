//! The unknown attributes that matter to a policy, and what is known of them all the same.

use std::cmp::Ordering;
use std::sync::Arc;

use super::derive::partial::OPEN_WORLD;
use super::mirror::Mirror;
use super::reads::Reads;
use super::referred::Referred;
use crate::base::{AttributePath, PathStep};
use crate::model::{Bound, Model, Refinement, Resource, Value, write_only};

/// A text that no policy compares with.
pub(super) const FRESH: &str = "a value known after apply";

/// An unknown attribute that a policy may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The resource that has it, by its index in the model.
    pub(super) at: usize,
    /// Where in the resource.
    pub(super) path: AttributePath,
    /// That is a resource linked to the subject.
    pub(super) is_linked: bool,
    /// What it can become.
    pub(super) limits: Limits,
    /// Known elements of the same list, and values of the same name in the same resource: a policy may
    /// compare it with these.
    pub(super) alike: Vec<Value>,
}

/// So many values of the same name are tried.
pub(super) const MOST_ALIKE: usize = 4;

/// What an unknown value can become.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Limits {
    /// It will be there.
    is_present: bool,
    /// It is an identity that its provider makes: no policy's literal, and never absent.
    is_identity: bool,
    /// How many resources it refers to, and to nothing else: a list of them holds no more.
    most_elements: Option<usize>,
    /// It stands in a list, and is none itself.
    is_element: bool,
    /// Nobody shows it, since it is a secret: no flag.
    is_write_only: bool,
    refinement: Option<Refinement>,
    /// What it can become and nothing else, what says the least first; empty for anything.
    worlds: Vec<Value>,
    /// Which of these opens the most.
    most_open: usize,
    /// What it has in any case, being made of what was written elsewhere.
    mirror: Option<Arc<Mirror>>,
}

/// The unknown attributes of resource `at` of `model` that matter to a policy of which it is the
/// subject, or a link.
///
/// What is computed and was not written is no such attribute: it has the provider's default,
/// and a policy judges it as absent. Unless it is made of something else that was written.
pub(super) fn leaves(model: &Model, at: usize, reads: &Reads, is_linked: bool) -> Vec<Leaf> {
    let Some(resource) = model.resources.get(at) else { return Vec::new() };
    let leaf = |path: &AttributePath| {
        let mirror = Mirror::of(model, resource, path);
        let is_written = write_only::is_write_only(path) || is_configured(resource, path);
        if mirror.is_none() && !is_written {
            return None;
        }
        let limits = Limits { mirror: mirror.map(Arc::new), ..Limits::of(model, resource, path) };
        let mut alike = Vec::new();
        if let (Some(values), Some(name)) = (&resource.values, path.name()) {
            note_elements(values, &path.0, &mut alike);
            note_alike(values, name, &mut alike);
        }
        Some(Leaf { at, path: path.clone(), is_linked, limits, alike })
    };
    let read = resource.unknown.iter().filter(|path| reads.may_depend_on(path, is_linked));
    read.filter_map(leaf).collect()
}

/// Collects the other elements of the list that the last step of `path` leads into: one may be like
/// another.
fn note_elements(values: &Value, path: &[PathStep], alike: &mut Vec<Value>) {
    let Some(list) = list_of(path) else { return };
    for element in values.at(list).and_then(Value::as_array).into_iter().flatten() {
        let is_new = *element != Value::Null && !alike.contains(element);
        if is_new && alike.len() < MOST_ALIKE {
            alike.push(element.clone());
        }
    }
}

/// Where the list stands that the last step of `path` leads into.
fn list_of(path: &[PathStep]) -> Option<&[PathStep]> {
    match path.split_last() {
        Some((PathStep::Index(_), list)) => Some(list),
        _ => None,
    }
}

/// Collects the values called `name` below `value`, none twice.
fn note_alike(value: &Value, name: &str, alike: &mut Vec<Value>) {
    match value {
        Value::Array(elements) => {
            elements.iter().for_each(|element| note_alike(element, name, alike));
        }
        Value::Object(object) => {
            for (key, value) in object.iter() {
                let is_new = &**key == name && *value != Value::Null && !alike.contains(value);
                if is_new && alike.len() < MOST_ALIKE {
                    alike.push(value.clone());
                }
                note_alike(value, name, alike);
            }
        }
        _ => {}
    }
}

impl Leaf {
    /// True for a whole resource, for nested blocks of which not even the number is known, as a `dynamic`
    /// block may make them, and for one of several objects of which nothing is known. No finite set of
    /// completions stands for whatever they could hold.
    pub(super) fn are_blocks(&self, resource: &Resource) -> bool {
        let declaration = resource.declaration.as_ref();
        let is_object = |value: &Value| value.as_object().is_some();
        self.path.0.is_empty()
            || self.list().is_some() && self.alike.iter().any(is_object)
            || declaration.is_some_and(|d| are_blocks(&d.arguments, &self.path.0))
    }

    /// True when a policy that reads `reads` may read it.
    pub(super) fn is_read_by(&self, reads: &Reads) -> bool {
        reads.may_depend_on(&self.path, self.is_linked)
    }

    /// Why it is not known.
    pub(super) fn state(&self) -> &'static str {
        if write_only::is_write_only(&self.path) {
            "is written and never shown"
        } else {
            "is known after apply"
        }
    }

    /// Where the list stands of which it is an element.
    pub(super) fn list(&self) -> Option<&[PathStep]> {
        list_of(&self.path.0)
    }

    /// The name of the innermost attribute.
    pub(super) fn name(&self) -> Option<&str> {
        self.path.name()
    }
}

impl Limits {
    fn of(model: &Model, resource: &Resource, path: &AttributePath) -> Self {
        let refinements = &resource.refinements;
        let refinement = refinements.iter().find(|(at, _)| at == path).map(|(_, r)| r.clone());
        let referred = Referred::of(model, resource, path);
        let (names_something, is_identity) = (referred.is_identity(), referred.is_made());
        let is_element = matches!(path.0.last(), Some(PathStep::Index(_)));
        let is_refined = refinement.as_ref().is_some_and(|refinement| refinement.not_null);
        let is_present = names_something || is_element || is_refined;
        let is_write_only = write_only::is_write_only(path);
        Limits {
            is_present,
            is_identity,
            most_elements: referred.most_elements(),
            is_element,
            is_write_only,
            refinement,
            ..Limits::default()
        }
    }

    /// The same value, of which it is known that it will be one of `worlds`.
    pub(super) fn one_of(&mut self, worlds: Vec<Value>) {
        self.is_present = true;
        self.worlds = worlds;
        self.most_open = OPEN_WORLD;
    }

    /// The same value, of which `worlds` stand for everything that it will be, if it will be there.
    pub(super) fn such_as(&mut self, worlds: Vec<Value>) {
        self.worlds = worlds;
    }

    /// What opens the most, of what it can become.
    pub(super) fn open_world(&self) -> Option<&Value> {
        self.worlds.get(self.most_open)
    }

    /// What it can become and nothing else; empty for anything.
    pub(super) fn worlds(&self) -> &[Value] {
        &self.worlds
    }

    /// True when the value can be so; None for absent.
    pub(super) fn allow(&self, value: Option<&Value>) -> bool {
        let Some(value) = value.filter(|value| **value != Value::Null) else {
            return !self.is_present;
        };
        if !self.worlds.is_empty() {
            return self.worlds.contains(value);
        }
        if self.is_element && matches!(value, Value::Array(_)) {
            return false;
        }
        if self.is_write_only && matches!(value, Value::Bool(_)) {
            return false;
        }
        if self.is_identity && !is_fresh(value) {
            return false;
        }
        let elements = value.as_array().map(<[Value]>::len);
        if elements.zip(self.most_elements).is_some_and(|(elements, most)| elements > most) {
            return false;
        }
        self.refinement.as_ref().is_none_or(|refinement| is_within(value, refinement))
    }

    /// What it is when nothing speaks for another value: absent, if it can be.
    pub(super) fn plain(&self) -> Option<Value> {
        self.fit(self.least())
    }

    /// The value, with whatever it has in any case.
    pub(super) fn fit(&self, value: Option<Value>) -> Option<Value> {
        match &self.mirror {
            Some(mirror) if mirror.is_whole => mirror.fit(None),
            Some(mirror) => mirror.fit(value),
            None => value,
        }
    }

    fn least(&self) -> Option<Value> {
        if !self.is_present {
            return None;
        }
        if let Some(world) = self.worlds.first() {
            return Some(world.clone());
        }
        let refinement = self.refinement.as_ref();
        let bound = refinement.and_then(|r| r.minimum.as_ref().or(r.maximum.as_ref()));
        if let Some(bound) = bound {
            return Some(bound.value.clone());
        }
        if let Some(fewest) = refinement.and_then(|r| r.least_elements) {
            let fewest = usize::try_from(fewest).unwrap_or(usize::MAX).min(MOST_ELEMENTS);
            return Some(Value::Array(vec![self.fresh(); fewest].into()));
        }
        Some(self.fresh())
    }

    /// A text that no policy compares with, and that it can be.
    pub(super) fn fresh(&self) -> Value {
        let prefix = self.refinement.as_ref().and_then(|refinement| refinement.prefix.as_deref());
        Value::String(Arc::from(format!("{}{FRESH}", prefix.unwrap_or_default())))
    }
}

/// A collection that has at least so many elements is as good as one with more.
const MOST_ELEMENTS: usize = 16;

fn is_within(value: &Value, refinement: &Refinement) -> bool {
    let is_number = refinement.minimum.is_some() || refinement.maximum.is_some();
    let is_collection = refinement.least_elements.is_some() || refinement.most_elements.is_some();
    let number_of_elements = match value {
        Value::Array(elements) => Some(elements.len()),
        Value::Object(object) => Some(object.iter().count()),
        _ => None,
    };
    let has_prefix = refinement
        .prefix
        .as_ref()
        .is_none_or(|prefix| value.as_str().is_some_and(|text| text.starts_with(&**prefix)));
    let is_in_range = !is_number
        || (lies(value, refinement.minimum.as_ref(), Ordering::Less)
            && lies(value, refinement.maximum.as_ref(), Ordering::Greater));
    let has_elements = !is_collection
        || number_of_elements.is_some_and(|number| {
            let number = number as u64;
            refinement.least_elements.is_none_or(|least| number >= least)
                && refinement.most_elements.is_none_or(|most| number <= most)
        });
    has_prefix && is_in_range && has_elements
}

/// True for an integer that does not lie on the `outer` side of `bound`. A bound that is no
/// integer limits nothing here.
fn lies(value: &Value, bound: Option<&Bound>, outer: Ordering) -> bool {
    let Value::Integer(value) = value else { return false };
    match bound {
        Some(Bound { value: Value::Integer(bound), is_inclusive }) => match value.cmp(bound) {
            Ordering::Equal => *is_inclusive,
            side => side != outer,
        },
        _ => true,
    }
}

fn is_fresh(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(FRESH),
        Value::Array(elements) => !elements.is_empty() && elements.iter().all(is_fresh),
        Value::Object(object) => !object.is_empty() && object.iter().all(|(_, v)| is_fresh(v)),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Number(_) => false,
    }
}

/// True when the author wrote the attribute, or the input does not say.
fn is_configured(resource: &Resource, path: &AttributePath) -> bool {
    let declaration = resource.declaration.as_ref();
    declaration.is_none_or(|declaration| is_written(&declaration.arguments, &path.0))
}

/// True when nested blocks were written at `path`; they may stand in another order than the plan's.
fn are_blocks(written: &Value, path: &[PathStep]) -> bool {
    match (written, path) {
        (Value::Array(_), []) => true,
        (Value::Array(blocks), [PathStep::Index(_), rest @ ..]) => {
            blocks.iter().any(|block| are_blocks(block, rest))
        }
        (Value::Object(_), [PathStep::Index(_), rest @ ..]) => are_blocks(written, rest),
        (Value::Object(object), [PathStep::Key(key), rest @ ..]) => {
            object.get(key).is_some_and(|written| are_blocks(written, rest))
        }
        _ => false,
    }
}

fn is_written(written: &Value, path: &[PathStep]) -> bool {
    match (written, path) {
        // A leaf: the argument as a whole was written, whatever is below it.
        (Value::Bool(_), _) | (_, []) => true,
        // A single nested block may be given as an object.
        (Value::Object(_), [PathStep::Index(_), rest @ ..]) => is_written(written, rest),
        (Value::Object(object), [PathStep::Key(key), rest @ ..]) => {
            object.get(key).is_some_and(|written| is_written(written, rest))
        }
        // Blocks may be sorted or merged on their way into the plan: any of them may be meant.
        (Value::Array(blocks), [PathStep::Index(_), rest @ ..]) => {
            blocks.iter().any(|block| is_written(block, rest))
        }
        _ => false,
    }
}
