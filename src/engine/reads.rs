//! What a policy may read of a resource.
//!
//! One idea, two gains: which unknown values matter to a policy, and which attributes have to
//! become values of the interpreter at all. Whatever goes by a computed name counts as all.

use std::collections::{BTreeMap, BTreeSet};

use regorus::{Rc, Value as RegoValue};

use crate::base::{AttributePath, PathStep};

/// What a policy and its libraries mention.
#[derive(Debug, Default, Clone)]
pub(super) struct Reads {
    /// Every name and string in them: attributes, resource types, literals.
    pub(super) words: BTreeSet<Rc<str>>,
    /// Those that do not only stand for what is read of the subject itself.
    pub(super) of_others: BTreeSet<Rc<str>>,
    /// The strings and numbers of the policy itself, to try for unknown values.
    pub(super) literals: Vec<RegoValue>,
    /// Those of its libraries.
    pub(super) library_literals: BTreeSet<RegoValue>,
    /// Any attribute may be read.
    pub(super) whole: bool,
    /// Any member of the nested blocks that are mentioned may be read.
    pub(super) nested: bool,
    /// The addresses of other resources may be compared, and not only said in violations.
    pub(super) compares_addresses: bool,
    /// Members of the subject's own document.
    pub(super) own: BTreeSet<Rc<str>>,
    /// Types of linked resources, with the types that are asked for behind them.
    pub(super) links_of: BTreeMap<String, Vec<String>>,
}

/// The member of a document that says what a resource is called.
pub(super) const ADDRESS: &str = "address";

/// A policy that counts further is not followed.
pub(super) const MOST_COUNTED: usize = 16;

impl Reads {
    /// Whatever there is.
    pub(super) fn everything() -> Self {
        Reads { whole: true, ..Reads::default() }
    }

    /// Takes over what `other` reads.
    pub(super) fn merge(&mut self, other: &Reads) {
        self.words.extend(other.words.iter().cloned());
        self.of_others.extend(other.of_others.iter().cloned());
        self.own.extend(other.own.iter().cloned());
        for (of, others) in &other.links_of {
            self.links_of.entry(of.clone()).or_default().extend(others.iter().cloned());
        }
        self.whole |= other.whole;
        self.nested |= other.nested;
        self.compares_addresses |= other.compares_addresses;
    }

    /// The same, with the literals of `other`.
    pub(super) fn merge_all(&mut self, other: &Reads) {
        self.merge(other);
        let literals = other.literals.iter().filter(|literal| !self.literals.contains(literal));
        let literals: Vec<RegoValue> = literals.cloned().collect();
        self.literals.extend(literals);
        self.library_literals.extend(other.library_literals.iter().cloned());
    }

    /// True when anything may be read.
    pub(super) fn is_everything(&self) -> bool {
        self.whole
    }

    /// Takes note of a name; `of_others` where it may stand for what is read of linked resources.
    pub(super) fn mention(&mut self, word: Rc<str>, of_others: bool) {
        if of_others {
            self.of_others.insert(word.clone());
        }
        self.words.insert(word);
    }

    /// The largest number that the policy may count to; at least one.
    pub(super) fn most_counted(&self) -> usize {
        let numbers = self.literals.iter().chain(&self.library_literals);
        let numbers = numbers.filter_map(|literal| usize::try_from(literal.as_u64().ok()?).ok());
        numbers.filter(|number| *number <= MOST_COUNTED).max().unwrap_or_default().max(1)
    }

    /// True when a verdict may depend on how a linked resource is called.
    pub(super) fn decides_by_address(&self) -> bool {
        self.whole || self.compares_addresses
    }

    /// True when the attribute or member `name` of a linked resource may be read.
    pub(super) fn may_read_of_linked(&self, name: &str) -> bool {
        self.whole || self.of_others.contains(name)
    }

    /// True when the member `name` of the subject's own document may be read.
    pub(super) fn may_read_member(&self, name: &str) -> bool {
        // The values go from hand to hand, without their name.
        self.whole || name == "values" || self.own.contains(name)
    }

    /// True when the attribute or member `name` may be read.
    pub(super) fn may_read(&self, name: &str) -> bool {
        self.whole || self.words.contains(name)
    }

    /// True when the value at `path` of the subject, or of a linked resource, may matter. Below a
    /// nested block its own name must be mentioned; the entries of a map belong to the map.
    pub(super) fn may_depend_on(&self, path: &AttributePath, is_linked: bool) -> bool {
        if self.whole {
            return true;
        }
        let words = if is_linked { &self.of_others } else { &self.words };
        let mut steps = path.0.iter();
        let root = match steps.next() {
            Some(PathStep::Key(root)) => root,
            _ => return true,
        };
        let mut is_in_block = false;
        words.contains(&**root)
            && steps.all(|step| match step {
                PathStep::Index(_) => {
                    is_in_block = true;
                    true
                }
                PathStep::Key(key) => {
                    let is_attribute = std::mem::take(&mut is_in_block);
                    self.nested || !is_attribute || words.contains(&**key)
                }
            })
    }
}
