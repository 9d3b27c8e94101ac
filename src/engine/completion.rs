//! What an unknown value could become: the completions under which a policy is judged.
//!
//! A value known only after apply is neither there nor absent. Its verdict is the one that
//! every completion agrees on; where they differ it is undetermined. The set tried is
//! finite: absent, both booleans, the policy's own literals, a fresh value, empty
//! collections, the whole world's addresses. For comparisons with literals that is complete.

use std::sync::Arc;

use super::reads::Reads;
use crate::base::{AttributePath, PathStep};
use crate::model::{Object, Resource, Value};

/// At most so many evaluations for one pair.
pub(super) const MOST: usize = 256;

/// An unknown attribute that a policy may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The resource that has it, by its index in the model.
    pub(super) at: usize,
    /// Where in the resource.
    pub(super) path: AttributePath,
}

/// What to put in the place of leaves; None leaves the attribute absent.
pub(super) type Completion = Vec<(Leaf, Option<Value>)>;

/// The unknown attributes of resource `at` that matter to a policy.
///
/// What is computed and was not written is no such attribute: it has the provider's default,
/// and a policy judges it as absent.
pub(super) fn leaves(at: usize, resource: &Resource, reads: &Reads) -> Vec<Leaf> {
    let paths = resource
        .unknown
        .iter()
        .filter(|path| reads.may_depend_on(path) && is_configured(resource, path));
    paths.map(|path| Leaf { at, path: path.clone() }).collect()
}

/// True for nested blocks of which not even the number is known, as a `dynamic` block may make
/// them. No finite set of completions stands for whatever they could hold.
pub(super) fn are_blocks(resource: &Resource, path: &AttributePath) -> bool {
    let declaration = resource.declaration.as_ref();
    let written = declaration.and_then(|declaration| declaration.arguments.at(&path.0));
    matches!(written, Some(Value::Array(_)))
}

/// True when the author wrote the attribute, or the input does not say.
fn is_configured(resource: &Resource, path: &AttributePath) -> bool {
    let Some(declaration) = &resource.declaration else { return true };
    let mut written = &declaration.arguments;
    for step in &path.0 {
        let next = match (written, step) {
            // A leaf: the argument as a whole was written, whatever is below it.
            (Value::Bool(_), _) => return true,
            // A single nested block may be given as an object.
            (Value::Object(_), PathStep::Index(_)) => Some(written),
            (Value::Object(object), PathStep::Key(key)) => object.get(key),
            // Blocks may be sorted or merged on their way into the plan.
            (Value::Array(blocks), PathStep::Index(index)) => {
                blocks.get(*index).or_else(|| blocks.last())
            }
            _ => None,
        };
        let Some(next) = next else { return false };
        written = next;
    }
    true
}

/// The completions of `leaves`: all absent first, then each as its name suggests, then all
/// alike, then one at a time beside others that are absent or open.
pub(super) fn completions(leaves: &[Leaf], reads: &Reads) -> Vec<Completion> {
    let absent = |leaf: &Leaf| (leaf.clone(), None);
    let mut all: Vec<Completion> = vec![leaves.iter().map(absent).collect()];
    if leaves.is_empty() {
        return all;
    }
    // Attributes that matter together, such as a protocol and its ranges, take different values.
    for flag in [true, false] {
        all.push(leaves.iter().map(|leaf| (leaf.clone(), open(leaf, flag))).collect());
    }
    let candidates = candidates(reads);
    for candidate in &candidates {
        all.push(leaves.iter().map(|leaf| (leaf.clone(), Some(candidate.clone()))).collect());
    }
    if leaves.len() > 1 {
        for candidate in &candidates {
            for special in leaves {
                // The others absent, and the others at their most open.
                for is_open in [false, true] {
                    let complete = |leaf: &Leaf| {
                        let other = if is_open { open(leaf, true) } else { None };
                        let value = if leaf == special { Some(candidate.clone()) } else { other };
                        (leaf.clone(), value)
                    };
                    all.push(leaves.iter().map(complete).collect());
                }
            }
        }
    }
    all.truncate(MOST);
    all
}

/// What an attribute could be at its most open, as its name suggests.
fn open(leaf: &Leaf, flag: bool) -> Option<Value> {
    let name = leaf.path.0.iter().rev().find_map(|step| match step {
        PathStep::Key(key) => Some(&**key),
        PathStep::Index(_) => None,
    });
    name.map(|name| by_name(name, flag))
}

/// Values that an attribute could take, those that most often decide first.
fn candidates(reads: &Reads) -> Vec<Value> {
    let string = |text: &str| Value::String(Arc::from(text));
    let list = |text: &str| Value::Array(vec![string(text)].into());
    let mut candidates = vec![
        string("a value known after apply"),
        Value::Bool(true),
        Value::Bool(false),
        list("0.0.0.0/0"),
        string("0.0.0.0/0"),
        Value::Array(Box::default()),
        list("::/0"),
        string("::/0"),
        list("a value known after apply"),
        string("*"),
        Value::Object(Object::default()),
    ];
    if reads.words.contains("derived") {
        candidates.insert(0, string(ALLOW_ALL));
        candidates.insert(1, string(r#"{"Statement": []}"#));
    }
    candidates.extend([true, false].map(|flag| blocks(reads, flag)));
    candidates.extend(reads.literals.iter().filter_map(literal));
    candidates
}

/// A nested block that has every attribute the policy names: open to the world, and with all
/// flags alike.
fn blocks(reads: &Reads, flag: bool) -> Value {
    let is_name = |word: &str| {
        !word.is_empty()
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
    };
    let names = reads.words.iter().filter(|word| is_name(word));
    let members = names.map(|word| (word.clone(), by_name(word, flag))).collect();
    let block = Object::new(members).unwrap_or_default();
    Value::Array(vec![Value::Object(block)].into())
}

/// What an attribute of this name could be at its most open.
fn by_name(name: &str, flag: bool) -> Value {
    let world = |text: &str| Value::Array(vec![Value::String(Arc::from(text))].into());
    match name {
        "protocol" | "ip_protocol" => Value::String(Arc::from("-1")),
        "cidr_ipv4" => Value::String(Arc::from("0.0.0.0/0")),
        "cidr_ipv6" => Value::String(Arc::from("::/0")),
        _ if name.contains("ipv6") => world("::/0"),
        _ if name.contains("cidr") || name.contains("range") => world("0.0.0.0/0"),
        _ if name.contains("port") => Value::Null,
        _ => Value::Bool(flag),
    }
}

/// A document that allows everyone everything.
const ALLOW_ALL: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#;

fn literal(value: &regorus::Value) -> Option<Value> {
    match value {
        regorus::Value::String(text) => Some(Value::String(text.clone())),
        regorus::Value::Number(number) => number.as_i64().map(Value::Integer),
        _ => None,
    }
}
