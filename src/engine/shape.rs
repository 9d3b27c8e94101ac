//! What a verdict depends on, in a number: pairs of one shape have one verdict.
//!
//! Most resources of a plan are like others: the instances of one block, the rules of one group. What
//! a policy cannot read cannot decide, so that resources which agree in all the rest are judged
//! once. Numbers have 128 bits and are made with random keys (SipHash): nobody can write a plan in
//! which two that differ are taken for one.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use regorus::{Rc, Value as Rego};

use super::document::BY_ATTRIBUTE;
use super::reads::{ADDRESS, Reads};
use super::trial::Found;

/// What stands for everything that was written into a [`Shaper`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape(u64, u64);

/// Makes a shape of what is written into it.
pub(super) struct Shaper {
    halves: [<RandomState as BuildHasher>::Hasher; 2],
}

impl Shaper {
    /// The shape of everything that was written so far.
    pub(super) fn shape(&self) -> Shape {
        let [first, second] = &self.halves;
        Shape(first.finish(), second.finish())
    }

    /// Writes a value of the interpreter.
    pub(super) fn write_rego(&mut self, value: &Rego) {
        std::mem::discriminant(value).hash(self);
        match value {
            Rego::Null | Rego::Undefined => {}
            Rego::Bool(flag) => flag.hash(self),
            Rego::String(text) => text.hash(self),
            Rego::Array(elements) => {
                elements.len().hash(self);
                elements.iter().for_each(|element| self.write_rego(element));
            }
            Rego::Object(members) => {
                members.len().hash(self);
                for (key, value) in members.iter() {
                    self.write_rego(key);
                    self.write_rego(value);
                }
            }
            // Numbers of any size, sets, and whatever else there may be one day.
            other => other.to_string().hash(self),
        }
    }
}

impl Hasher for Shaper {
    fn write(&mut self, bytes: &[u8]) {
        self.halves.iter_mut().for_each(|half| half.write(bytes));
    }

    fn finish(&self) -> u64 {
        self.shape().0
    }
}

/// The shapes of what a policy can read of a document by itself.
#[derive(Debug)]
pub(super) struct Outline(Vec<Part>);

#[derive(Debug)]
struct Part {
    member: Rc<str>,
    /// The attribute, of a member that is read by attribute.
    attribute: Option<Rc<str>>,
    shape: Shape,
}

impl Outline {
    /// The outline of a document of a resource.
    pub(super) fn of(document: &Rego, memory: &Memory) -> Self {
        let mut parts = Vec::new();
        let mut note = |member: &Rc<str>, attribute: Option<&Rc<str>>, value: &Rego| {
            let mut shaper = memory.shaper();
            (member, attribute).hash(&mut shaper);
            shaper.write_rego(value);
            let (member, attribute) = (member.clone(), attribute.cloned());
            parts.push(Part { member, attribute, shape: shaper.shape() });
        };
        for (member, value) in document.as_object().into_iter().flat_map(|all| all.iter()) {
            let Rego::String(member) = member else { continue };
            match value {
                Rego::Object(attributes) if BY_ATTRIBUTE.contains(&&**member) => {
                    for (attribute, value) in attributes.iter() {
                        note(member, attribute.as_string().ok(), value);
                    }
                }
                value => note(member, None, value),
            }
        }
        Outline(parts)
    }

    /// Writes what of it `reads` can read of the subject.
    pub(super) fn write_subject(&self, reads: &Reads, shaper: &mut Shaper) {
        let is_read = |name: &str| reads.may_read_member(name);
        self.write(shaper, is_read, |name| reads.may_read(name));
    }

    /// Writes what of it `reads` can read of a linked resource; without an address that is only said.
    pub(super) fn write_linked(&self, reads: &Reads, shaper: &mut Shaper) {
        let is_said = |name: &str| name == ADDRESS && !reads.decides_by_address();
        let is_read = |name: &str| {
            // The values go from hand to hand, without their name.
            name == "values" || (reads.may_read_of_linked(name) && !is_said(name))
        };
        self.write(shaper, is_read, |name| reads.may_read_of_linked(name));
    }

    fn write(
        &self,
        shaper: &mut Shaper,
        is_member_read: impl Fn(&str) -> bool,
        is_attribute_read: impl Fn(&str) -> bool,
    ) {
        let is_read = |part: &&Part| {
            let is_attribute_read = || part.attribute.as_deref().is_none_or(&is_attribute_read);
            is_member_read(&part.member) && is_attribute_read()
        };
        for part in self.0.iter().filter(is_read) {
            part.shape.hash(shaper);
        }
        // Nothing that follows is taken for a part of this.
        shaper.write_u8(u8::MAX);
    }
}

/// What was found for the shapes of one run.
#[derive(Debug, Default)]
pub(super) struct Memory {
    keys: [RandomState; 2],
    /// By shape, in parts, so that threads seldom wait for each other.
    found: [Mutex<HashMap<Shape, Arc<Found>>>; PARTS],
}

const PARTS: usize = 16;

/// In a run in which so many shapes fall into one part, few of them are like others.
const MOST: usize = 1 << 14;

impl Memory {
    /// Something to make a shape with.
    pub(super) fn shaper(&self) -> Shaper {
        let [first, second] = &self.keys;
        Shaper { halves: [first.build_hasher(), second.build_hasher()] }
    }

    /// What was found for `shape`.
    pub(super) fn get(&self, shape: Shape) -> Option<Arc<Found>> {
        let part = self.part(shape)?.lock().unwrap_or_else(PoisonError::into_inner);
        part.get(&shape).cloned()
    }

    /// Keeps what was found for `shape`.
    pub(super) fn keep(&self, shape: Shape, found: &Arc<Found>) {
        let Some(part) = self.part(shape) else { return };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if part.len() < MOST {
            part.insert(shape, Arc::clone(found));
        }
    }

    fn part(&self, shape: Shape) -> Option<&Mutex<HashMap<Shape, Arc<Found>>>> {
        self.found.get(usize::try_from(shape.0 % PARTS as u64).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(memory: &Memory, json: &str) -> Shape {
        let mut shaper = memory.shaper();
        shaper.write_rego(&Rego::from_json_str(json).unwrap());
        shaper.shape()
    }

    #[test]
    fn values_that_differ_have_other_shapes() {
        let memory = Memory::default();
        let texts = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "1.5",
            "-1",
            "\"\"",
            "\"1\"",
            "\"ab\"",
            "[]",
            "{}",
            "[\"ab\"]",
            "[\"a\",\"b\"]",
            "[[\"a\"],\"b\"]",
            "[[\"a\",\"b\"]]",
            "{\"a\":\"b\"}",
            "{\"a\":[\"b\"]}",
            "{\"ab\":\"\"}",
            "{\"a\":null}",
        ];
        let shapes: std::collections::HashSet<Shape> =
            texts.iter().map(|text| shape(&memory, text)).collect();
        assert_eq!(shapes.len(), texts.len());
        assert_eq!(shape(&memory, "{\"a\":[1,2]}"), shape(&memory, "{ \"a\": [1, 2] }"));
    }

    #[test]
    fn shapes_of_two_runs_have_nothing_to_do_with_each_other() {
        assert_ne!(shape(&Memory::default(), "1"), shape(&Memory::default(), "1"));
    }
}
