//! Links by known values: `subnet_ids = ["subnet-0123"]` and the subnet whose `id` that is.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Certainty, Found, Index};
use crate::model::Value;

/// The attributes by which others speak of a resource.
const GLOBAL: [&str; 2] = ["arn", "self_link"];
const LOCAL: [&str; 3] = ["id", "name", "bucket"];

/// Known identities by their value.
pub(super) struct Identities {
    of: HashMap<Arc<str>, Vec<Identity>>,
}

struct Identity {
    at: usize,
    /// The value alone says which resource is meant, whatever the attribute is called.
    is_global: bool,
}

impl Identities {
    /// The identities of the resources that take part.
    pub(super) fn new(index: &Index<'_>) -> Self {
        let mut of: HashMap<Arc<str>, Vec<Identity>> = HashMap::new();
        for at in 0..index.model.resources.len() {
            if !index.takes_part(at) || !index.concerns(at) {
                continue;
            }
            let values = index.resource(at).and_then(|resource| resource.values.as_ref());
            for attribute in GLOBAL.into_iter().chain(LOCAL) {
                let Some(Value::String(text)) = values.and_then(|v| v.get(attribute)) else {
                    continue;
                };
                if !text.is_empty() {
                    let is_global = GLOBAL.contains(&attribute) || is_generated(text);
                    of.entry(text.clone()).or_default().push(Identity { at, is_global });
                }
            }
        }
        Identities { of }
    }

    /// The resources whose identities stand among the values of resource `at`.
    pub(super) fn links(&self, index: &Index<'_>, at: usize) -> Found {
        let mut found = Found::new();
        let Some(resource) = index.resource(at) else { return found };
        let members = resource.values.iter().filter_map(Value::as_object).flatten();
        for (attribute, value) in members {
            self.below(index, at, attribute, value, &mut found);
        }
        found
    }

    fn below(&self, index: &Index<'_>, at: usize, name: &str, value: &Value, found: &mut Found) {
        if is_own(name) {
            return;
        }
        match value {
            Value::String(text) => {
                for identity in self.of.get(text).into_iter().flatten() {
                    let target = index.resource(identity.at);
                    let is_meant = target.is_some_and(|target| {
                        identity.is_global || speaks_of(name, &target.address.resource_type)
                    });
                    if is_meant && index.wants(at, identity.at) {
                        found.push((at, identity.at, Certainty::Exact));
                    }
                }
            }
            Value::Array(elements) => {
                elements.iter().for_each(|value| self.below(index, at, name, value, found));
            }
            Value::Object(object) => {
                for (key, value) in object {
                    // `launch_template { id, name }`: the block says what the value is of.
                    let is_generic = matches!(&**key, "id" | "name" | "arn");
                    self.below(index, at, if is_generic { name } else { key }, value, found);
                }
            }
            _ => {}
        }
    }
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

/// True when an attribute is called after a type: `bucket` after `aws_s3_bucket`, `subnet_ids`
/// after `aws_subnet`, `kms_master_key_id` after `aws_kms_key`.
pub(super) fn speaks_of(attribute: &str, resource_type: &str) -> bool {
    let words: Vec<&str> = attribute.split(['_', '.']).collect();
    let words = match words.split_last() {
        Some((&("id" | "ids" | "name" | "names" | "arn" | "arns" | "self_link"), rest))
            if !rest.is_empty() =>
        {
            rest
        }
        _ => &words,
    };
    match (words.last(), resource_type.rsplit('_').next()) {
        (Some(word), Some(last)) => *word == last || word.strip_suffix('s') == Some(last),
        _ => false,
    }
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
