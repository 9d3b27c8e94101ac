//! Values that an unknown attribute could take, and that could decide a verdict.
//!
//! Absent, both booleans, a fresh value, empty collections, the whole world's addresses, and
//! what the policy compares with: its literals and those of its libraries, its parameters, the
//! numbers beside its numbers, a text that each of its patterns matches. For comparisons with
//! literals that is complete.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use regex_syntax::hir::{Class, Hir, HirKind};
use regorus::{Rc, Value as RegoValue};

use super::derive::table::Kind;
use super::derive::typical;
use super::focus::Focus;
use super::leaf::{FRESH, Leaf};
use super::reads::{MOST_COUNTED, Reads};
use crate::base::PathStep;
use crate::model::{Object, Value};

/// At most so many values for one attribute.
const MOST: usize = 192;

/// So many collections are tried for what a policy compares below an attribute.
const MOST_BELOW: usize = 4;

/// Of so many texts each may be a key and another its value.
const MOST_PAIRED: usize = 4;

/// So many of them stand for all where several attributes are unknown.
const GENERAL: usize = 13;

/// The values to try for a policy.
#[derive(Debug, Default, Clone)]
pub(super) struct Candidates {
    /// All of them, those that most often decide first.
    all: Vec<Value>,
    focus: Focus,
    /// Every name and text that the policy and its libraries mention, its own texts first.
    words: Vec<Rc<str>>,
    /// A block that has every name in the policy.
    block: Value,
    /// Documents of each kind of which nothing is known: made when first asked for.
    documents: [OnceLock<Vec<Value>>; 3],
}

impl Candidates {
    /// The values for a policy that reads `reads` and has the parameters `params`.
    pub(super) fn new<'a>(
        reads: &Reads,
        focus: Focus,
        params: impl Iterator<Item = &'a Value>,
    ) -> Self {
        let mut values = Vec::new();
        values.extend([
            string(FRESH),
            Value::Bool(true),
            Value::Bool(false),
            list("0.0.0.0/0"),
            string("0.0.0.0/0"),
            Value::Array(Box::default()),
            several(2),
        ]);
        for other in [Value::Bool(true), Value::Bool(false), string(FRESH)] {
            let block = block(reads, &other);
            values.extend([Value::Array(vec![block.clone()].into()), block]);
        }
        values.extend([
            list("::/0"),
            string("::/0"),
            list(FRESH),
            string("*"),
            string(""),
            Value::Object(Object::default()),
        ]);
        for value in params {
            literals_of(value, &mut values);
            values.extend(pairs(texts_in(value)));
            values.extend(keyed(value));
        }
        reads
            .literals
            .iter()
            .chain(&reads.library_literals)
            .filter_map(literal)
            .for_each(|value| literals_of(&value, &mut values));
        let mut seen = BTreeSet::new();
        values.retain(|value| seen.insert(value.to_json()));
        values.truncate(MOST);
        let block = block(reads, &string(FRESH));
        let own = reads.literals.iter().filter_map(|value| match value {
            RegoValue::String(text) => Some(text),
            _ => None,
        });
        let mut named = BTreeSet::new();
        let words = own.chain(&reads.words).filter(|word| named.insert(*word)).cloned().collect();
        let documents = Default::default();
        Candidates { all: values, focus, words, block, documents }
    }

    /// Every value for a `leaf` that is unknown alone: what it is compared with, then all others.
    pub(super) fn of(&self, leaf: &Leaf) -> impl Iterator<Item = Value> {
        self.compared(leaf).into_iter().chain(self.all.iter().cloned())
    }

    /// The most general values.
    pub(super) fn general(&self) -> impl Iterator<Item = &Value> {
        self.all.iter().take(GENERAL)
    }

    /// The `number`th value, counted around.
    pub(super) fn pick(&self, number: usize) -> Option<&Value> {
        self.all.get(number.checked_rem(self.all.len())?)
    }

    /// The values that most likely decide about `leaf`: what the policy compares it with, then
    /// the most general ones.
    pub(super) fn likely(&self, leaf: &Leaf) -> Vec<Value> {
        if !leaf.limits.worlds().is_empty() {
            return leaf.limits.worlds().to_vec();
        }
        let mut values = self.compared(leaf);
        values.extend(self.general().cloned());
        values
    }

    /// The texts that may be told apart in a list that has `leaf` as an element: what the policy compares
    /// it with, then its parameters and literals.
    pub(super) fn elements(&self, leaf: &Leaf) -> Vec<Value> {
        let mut seen = BTreeSet::new();
        self.of(leaf)
            .filter(|value| value.as_str().is_some_and(|text| seen.insert(text.to_owned())))
            .collect()
    }

    /// Every text, for those parts of a document that are not known.
    pub(super) fn texts(&self) -> Vec<Arc<str>> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            _ => None,
        };
        self.all.iter().filter_map(text).collect()
    }

    /// Documents of a kind of which nothing is known.
    pub(super) fn documents(&self, kind: Kind) -> Vec<Value> {
        let [iam, containers, json] = &self.documents;
        let made = match kind {
            Kind::Iam => iam,
            Kind::Containers => containers,
            Kind::Json => json,
        };
        let words = || self.words.iter().map(|word| &**word);
        made.get_or_init(|| typical::documents(kind, words(), &self.texts())).clone()
    }

    /// What the policy compares `leaf` with: literals, and values of the same name.
    fn compared(&self, leaf: &Leaf) -> Vec<Value> {
        let mut values = Vec::new();
        let compared = leaf.name().map_or(&[][..], |name| self.focus.of_name(name));
        compared.iter().filter_map(literal).for_each(|value| literals_of(&value, &mut values));
        values.extend(leaf.alike.iter().cloned());
        if let Some(name) = leaf.name() {
            values.extend(self.collections(name));
            let texts = compared.iter().filter_map(literal).filter(|v| v.as_str().is_some());
            values.extend(pairs(texts.take(MOST_PAIRED).collect()));
        }
        values
    }

    /// Collections that have at every path below `name` one of those that it is compared with,
    /// alone and beside every other name.
    fn collections(&self, name: &str) -> Vec<Value> {
        let below = self.focus.below(name);
        let most = below.iter().map(|below| below.literals.len()).max().unwrap_or_default();
        let numbers = (0..most.min(MOST_BELOW)).flat_map(|number| {
            [&Value::Null, &self.block].map(|others| {
                below.iter().fold(others.clone(), |value, below| {
                    let literal = below.literals.iter().cycle().nth(number).and_then(literal);
                    literal.map_or(value.clone(), |literal| value.with(&below.path, &literal))
                })
            })
        });
        numbers.filter(|value| *value != Value::Null).collect()
    }

    /// What an attribute could be at its most open: as its name suggests, or as the policy asks
    /// first. Flags are alike.
    pub(super) fn open(&self, leaf: &Leaf, flag: bool) -> Option<Value> {
        if let Some(world) = leaf.limits.open_world() {
            return Some(world.clone());
        }
        let name = leaf.name()?;
        let compared = || self.focus.of_name(name).first().filter(|_| flag).and_then(literal);
        let value = by_name(name).or_else(compared).unwrap_or(Value::Bool(flag));
        let is_element = matches!(leaf.path.0.last(), Some(PathStep::Index(_)));
        match value {
            Value::Array(elements) if is_element => elements.first().cloned(),
            value => Some(value),
        }
    }
}

/// The texts of a parameter that says a key and a value.
fn texts_in(value: &Value) -> Vec<Value> {
    let members = value.as_object().into_iter().flatten();
    let texts = members.filter(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()));
    texts.map(|(_, value)| value.clone()).take(MOST_PAIRED).collect()
}

/// A map that has all keys that a parameter lists.
fn keyed(value: &Value) -> Option<Value> {
    let keys = value.as_array()?.iter().filter_map(|key| match key {
        Value::String(key) => Some((key.clone(), string(FRESH))),
        _ => None,
    });
    Object::new(keys.collect()).ok().map(Value::Object)
}

/// Maps of one of `texts` to another.
fn pairs(texts: Vec<Value>) -> Vec<Value> {
    let keys = || texts.iter().filter_map(Value::as_str).enumerate();
    let pair = |(at, key): (usize, &str)| {
        let values = texts.iter().enumerate().filter(move |(other, _)| *other != at);
        let path = [PathStep::Key(key.into())];
        values.map(|(_, value)| Value::Null.with(&path, value)).collect::<Vec<_>>()
    };
    keys().flat_map(pair).collect()
}

fn string(text: &str) -> Value {
    Value::String(Arc::from(text))
}

fn list(text: &str) -> Value {
    Value::Array(vec![string(text)].into())
}

/// A list of so many different texts, which no policy compares with.
fn several(number: usize) -> Value {
    Value::Array((1..=number).map(|nth| string(&format!("{FRESH} {nth}"))).collect())
}

/// Lists that have about `number` elements, where a policy may count so many.
fn about(number: i64) -> impl Iterator<Item = Value> {
    let number = usize::try_from(number).unwrap_or_default();
    let numbers = number.saturating_sub(1)..=number.saturating_add(1);
    numbers.filter(|number| (2..=MOST_COUNTED).contains(number)).map(several)
}

/// A nested block, or a map, that has every name in the policy: open to the world, and `other`
/// where the name says nothing.
fn block(reads: &Reads, other: &Value) -> Value {
    let is_name = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/".contains(c))
    };
    let names = reads.words.iter().filter(|word| is_name(word));
    let value = |word: &str| by_name(word).unwrap_or_else(|| other.clone());
    let members = names.map(|word| (word.clone(), value(word))).collect();
    Value::Object(Object::new(members).unwrap_or_default())
}

/// What an attribute of this name could be at its most open.
fn by_name(name: &str) -> Option<Value> {
    Some(match name {
        "protocol" | "ip_protocol" => string("-1"),
        "cidr_ipv4" | "source_address_prefix" => string("0.0.0.0/0"),
        "cidr_ipv6" => string("::/0"),
        "from_port" => Value::Integer(0),
        "to_port" => Value::Integer(65535),
        _ if name.contains("ports") => list("0-65535"),
        _ if name.contains("port") => string("*"),
        _ if name.contains("ipv6") => list("::/0"),
        _ if name.contains("cidr") || name.contains("range") => list("0.0.0.0/0"),
        _ => return None,
    })
}

fn literal(value: &RegoValue) -> Option<Value> {
    match value {
        RegoValue::String(text) => Some(Value::String(text.clone())),
        RegoValue::Number(number) => number.as_i64().map(Value::Integer),
        RegoValue::Bool(flag) => Some(Value::Bool(*flag)),
        RegoValue::Array(elements) => {
            Some(Value::Array(elements.iter().map(literal).collect::<Option<_>>()?))
        }
        RegoValue::Object(members) => {
            let member = |(key, value): (&RegoValue, &RegoValue)| match key {
                RegoValue::String(key) => Some((key.clone(), literal(value)?)),
                _ => None,
            };
            let members: Option<Vec<_>> = members.iter().map(member).collect();
            Object::new(members?).ok().map(Value::Object)
        }
        _ => None,
    }
}

/// What could be equal to `value`, lie beside it, hold it or match it.
fn literals_of(value: &Value, values: &mut Vec<Value>) {
    match value {
        Value::Integer(number) => {
            let beside = [Some(*number), number.checked_sub(1), number.checked_add(1)];
            values.extend(beside.into_iter().flatten().map(Value::Integer));
            values.push(string(&number.to_string()));
            values.extend(about(*number));
        }
        Value::String(text) => {
            values.extend([value.clone(), Value::Array(vec![value.clone()].into())]);
            values.extend(matching(text).map(|text| string(&text)));
        }
        Value::Array(elements) => {
            values.push(value.clone());
            elements.iter().for_each(|value| literals_of(value, values));
        }
        Value::Object(object) => {
            values.push(value.clone());
            for (key, value) in object {
                values.push(Value::String(key.clone()));
                literals_of(value, values);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A short text that `pattern` matches, if it is a pattern and not a plain text.
fn matching(pattern: &str) -> Option<String> {
    let is_pattern = pattern.contains(['\\', '^', '$', '*', '+', '?', '[', '(', '|']);
    let hir = is_pattern.then(|| regex_syntax::parse(pattern).ok()).flatten()?;
    let mut text = Vec::new();
    write_match(&hir, &mut text);
    String::from_utf8(text).ok().filter(|text| text != pattern)
}

fn write_match(hir: &Hir, text: &mut Vec<u8>) {
    const LONGEST: usize = 256;
    if text.len() > LONGEST {
        return;
    }
    match hir.kind() {
        HirKind::Literal(literal) => text.extend_from_slice(&literal.0),
        HirKind::Class(Class::Unicode(class)) => {
            let first = class.iter().next().map(|range| range.end());
            text.extend(first.map(String::from).unwrap_or_default().bytes());
        }
        HirKind::Class(Class::Bytes(class)) => {
            text.extend(class.iter().next().map(|range| range.end()));
        }
        HirKind::Repetition(repetition) => {
            let fewest = repetition.min.max(u32::from(repetition.max != Some(0)));
            (0..fewest.min(64)).for_each(|_| write_match(&repetition.sub, text));
        }
        HirKind::Capture(capture) => write_match(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write_match(part, text)),
        HirKind::Alternation(parts) => {
            parts.first().into_iter().for_each(|part| write_match(part, text));
        }
        HirKind::Empty | HirKind::Look(_) => {}
    }
}
