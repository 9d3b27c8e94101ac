//! Links by known values: `subnet_ids = ["subnet-0123"]` and the subnet whose `id` that is.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Certainty, Found, Index, Mention, follow};
use crate::model::{Resource, Value};

/// The attributes by which others speak of a resource.
const GLOBAL: [&str; 2] = ["arn", "self_link"];
const LOCAL: [&str; 3] = ["id", "name", "bucket"];

/// The most resources of one name among which the one that is meant is looked for.
const MOST_NAMESAKES: usize = 64;

/// Known identities by their value.
pub(super) struct Identities<'a> {
    /// Those whose value alone says which resource is meant.
    global: HashMap<&'a str, Vec<usize>>,
    /// Those that count only where the attribute is called after the type, by the last word
    /// of the type.
    local: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// Resources whose name is written and not known yet, by the last word of their type, with what
    /// it begins with.
    unnamed: HashMap<&'a str, Vec<(usize, &'a str)>>,
}

impl<'a> Identities<'a> {
    /// The identities of the resources that take part.
    pub(super) fn new(index: &Index<'a>) -> Self {
        let mut identities =
            Identities { global: HashMap::new(), local: HashMap::new(), unnamed: HashMap::new() };
        for at in 0..index.model.resources.len() {
            if !index.takes_part(at) || !index.concerns(at) {
                continue;
            }
            let Some(resource) = index.resource(at) else { continue };
            let word = last_word(&resource.address.resource_type);
            if let Some(beginning) = unnamed(resource) {
                identities.unnamed.entry(word).or_default().push((at, beginning));
            }
            for attribute in GLOBAL.into_iter().chain(LOCAL) {
                let value = resource.lasting().and_then(|values| values.get(attribute));
                let Some(text) = value.and_then(Value::as_str).filter(|text| !text.is_empty())
                else {
                    continue;
                };
                let known = if GLOBAL.contains(&attribute) || is_generated(text) {
                    identities.global.entry(text).or_default()
                } else {
                    identities.local.entry((text, word)).or_default()
                };
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        identities
    }

    /// The resources whose identities stand among the values of resource `at`, of which `said` are
    /// linked by references.
    pub(super) fn links(&self, index: &Index<'_>, at: usize, said: &[Mention]) -> Found {
        let mut search =
            Search { identities: self, index, at, said, path: Vec::new(), found: Vec::new() };
        let Some(resource) = index.resource(at) else { return search.found };
        for (attribute, value) in
            resource.lasting().into_iter().filter_map(Value::as_object).flatten()
        {
            search.below(attribute, attribute, value);
        }
        search.found
    }
}

/// The search through the values of one resource.
struct Search<'a> {
    identities: &'a Identities<'a>,
    index: &'a Index<'a>,
    at: usize,
    /// What its references say.
    said: &'a [Mention],
    /// The names on the way to the value.
    path: Vec<&'a str>,
    found: Found,
}

impl<'a> Search<'a> {
    /// Looks at the value of the member `name`; `speaking` is the name that says what it is of.
    fn below(&mut self, name: &'a str, speaking: &'a str, value: &'a Value) {
        if !is_own(speaking) {
            self.path.push(name);
            self.value(speaking, value);
            self.path.pop();
        }
    }

    fn value(&mut self, speaking: &'a str, value: &'a Value) {
        match value {
            Value::String(text) => self.meant(speaking, text),
            Value::Array(elements) => elements.iter().for_each(|value| self.value(speaking, value)),
            Value::Object(object) => {
                for (key, value) in object {
                    // `launch_template { id, name }`: the block says what the value is of.
                    let is_generic = matches!(&**key, "id" | "name" | "arn");
                    self.below(key, if is_generic { speaking } else { key }, value);
                }
            }
            _ => {}
        }
    }

    /// Notes the resources that `text` may mean as the value of an attribute called `name`.
    fn meant(&mut self, name: &str, text: &str) {
        let (index, at) = (self.index, self.at);
        let mut meant: Vec<(usize, Certainty)> = Vec::new();
        if let Some(known) = self.identities.global.get(text) {
            let wanted = known.iter().filter(|to| index.wants(at, **to));
            meant.extend(wanted.map(|to| (*to, Certainty::Exact)));
        }
        for word in subject_words(name) {
            let known = self.identities.local.get(&(text, word));
            meant.extend(known.map(|known| namesakes(index, at, known)).unwrap_or_default());
        }
        let is_known = !meant.is_empty();
        if !is_known && !text.is_empty() {
            meant.extend(self.perhaps(name, text));
        }
        if meant.is_empty() {
            return;
        }
        let attribute: Arc<str> = Arc::from(self.path.join("."));
        if !is_known {
            meant.retain(|(to, _)| !self.is_another(&attribute, text, *to));
        }
        // A bucket and its parts have one identity: which of them names the other is not said.
        let is_shared = matches!(self.path.as_slice(), [name] if LOCAL.contains(name));
        for (to, certainty) in meant {
            let mention = |from: usize, to: usize| {
                let attribute = Some(attribute.clone());
                Mention { from, to, attribute, certainty }
            };
            self.found.push(mention(at, to));
            self.found.extend(is_shared.then(|| mention(to, at)));
        }
    }

    /// True when the reference in `attribute` leads to a resource of the type of `to` that may be called
    /// `text`, so that no other is.
    fn is_another(&self, attribute: &str, text: &str, to: usize) -> bool {
        let type_of = |at| self.index.resource(at).map(|resource| &resource.address.resource_type);
        self.said.iter().any(|mention| {
            mention.certainty == Certainty::Exact
                && mention.attribute.as_deref() == Some(attribute)
                && mention.to != to
                && type_of(mention.to) == type_of(to)
                && self.index.resource(mention.to).is_some_and(|said| may_be_called(said, text))
        })
    }

    /// The resources that an attribute called `name` may mean by `text`: those whose name is not known and
    /// may become this one.
    fn perhaps<'b>(
        &'b self,
        name: &str,
        text: &'b str,
    ) -> impl Iterator<Item = (usize, Certainty)> + 'b {
        let unnamed = subject_words(name).find_map(|word| self.identities.unnamed.get(word));
        let may_be = move |(to, beginning): &&(usize, &str)| {
            text.starts_with(beginning) && self.index.wants(self.at, *to)
        };
        let unnamed = unnamed.into_iter().flatten().filter(may_be);
        unnamed.map(|(to, _)| (*to, Certainty::May)).take(MOST_NAMESAKES)
    }
}

/// True when an identity of `resource` is `text`, or none is known.
pub(super) fn may_be_called(resource: &Resource, text: &str) -> bool {
    let attributes = GLOBAL.into_iter().chain(LOCAL);
    let known = attributes
        .filter_map(|attribute| resource.lasting()?.get(attribute).and_then(Value::as_str));
    let known: Vec<&str> = known.filter(|known| !known.is_empty()).collect();
    known.is_empty() || known.contains(&text)
}

/// What the name of `resource` begins with, where it is written and not known yet. A name that the
/// provider makes is never one that is known already, and `bucket` names a part's bucket, not the part.
fn unnamed(resource: &Resource) -> Option<&str> {
    let is_part = last_word(&resource.address.resource_type) != "bucket";
    let is_open = |name: &&&str| {
        if is_part && **name == "bucket" {
            return false;
        }
        let mut unknown = resource.unknown.iter();
        unknown.any(|path| path.root() == Some(**name)) && !follow::is_made(resource, name)
    };
    let name = LOCAL.iter().find(is_open)?;
    let refinements = resource.refinements.iter();
    let mut of_name = refinements.filter(|(path, _)| path.root() == Some(*name));
    Some(of_name.find_map(|(_, known)| known.prefix.as_deref()).unwrap_or_default())
}

/// Attributes that say what the resource itself is.
fn is_own(name: &str) -> bool {
    matches!(name, "id" | "arn" | "self_link" | "name" | "tags" | "tags_all" | "labels")
}

/// True for an identity that a provider made up: `subnet-0a1b2c3d`, or a path.
fn is_generated(text: &str) -> bool {
    let hexadecimal = |tail: &str| tail.len() >= 8 && tail.chars().all(|c| c.is_ascii_hexdigit());
    text.contains(['/', ':']) || text.rsplit_once('-').is_some_and(|(_, tail)| hexadecimal(tail))
}

/// Of resources with the same name those in the module of resource `at`, or all.
fn namesakes(index: &Index<'_>, at: usize, known: &[usize]) -> Vec<(usize, Certainty)> {
    let module = index.resource(at).map(|resource| &resource.address.module);
    let is_near =
        |to: &&usize| index.resource(**to).map(|resource| &resource.address.module) == module;
    let wanted: Vec<usize> = known.iter().copied().filter(|to| index.wants(at, *to)).collect();
    let near: Vec<usize> = wanted.iter().filter(is_near).copied().collect();
    let meant = if near.is_empty() { wanted } else { near };
    let certainty = if meant.len() == 1 { Certainty::Exact } else { Certainty::May };
    meant.into_iter().take(MOST_NAMESAKES).map(|to| (to, certainty)).collect()
}

/// True when an attribute is called after a type: `bucket` after `aws_s3_bucket`, `subnet_ids`
/// after `aws_subnet`, `kms_master_key_id` after `aws_kms_key`.
pub(in crate::engine) fn speaks_of(attribute: &str, resource_type: &str) -> bool {
    subject_words(attribute).any(|word| word == last_word(resource_type))
}

/// The word that says what an attribute is about, and its singular: `subnets` and `subnet` of `subnets`.
pub(super) fn subject_words(attribute: &str) -> impl Iterator<Item = &str> {
    let word = subject_word(attribute);
    std::iter::once(word).chain(word.strip_suffix('s'))
}

/// The word that says what an attribute is about: `subnet` of `subnet_ids`.
fn subject_word(attribute: &str) -> &str {
    let mut words = attribute.rsplit(['_', '.']);
    match words.next() {
        Some("id" | "ids" | "identifier" | "name" | "names" | "arn" | "arns" | "link") => {
            words.next().unwrap_or_default()
        }
        Some(word) => word,
        None => "",
    }
}

pub(super) fn last_word(resource_type: &str) -> &str {
    resource_type.rsplit('_').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_called_after_types() {
        for (attribute, resource_type) in [
            ("bucket", "aws_s3_bucket"),
            ("subnet_ids", "aws_subnet"),
            ("subnets", "aws_subnet"),
            ("kms_master_key_id", "aws_kms_key"),
            ("launch_template.id", "aws_launch_template"),
            ("cluster_name", "aws_eks_cluster"),
            ("cluster", "google_container_cluster"),
        ] {
            assert!(speaks_of(attribute, resource_type), "{attribute}");
        }
        assert!(!speaks_of("vpc_id", "aws_subnet"));
        assert!(!speaks_of("name", "aws_s3_bucket"));
    }
}
