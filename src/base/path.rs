//! Paths into the attributes of a resource.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A path from a resource to one of its attributes, such as `ingress[0].cidr_blocks`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributePath(pub Vec<PathStep>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// A member of an object, or a key of a map.
    Key(Arc<str>),
    /// An element of a list.
    Index(usize),
}

impl AttributePath {
    /// The name of the attribute that the path begins with.
    #[must_use]
    pub fn root(&self) -> Option<&str> {
        match self.0.first() {
            Some(PathStep::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// The name of the innermost attribute.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            PathStep::Key(key) => Some(&**key),
            PathStep::Index(_) => None,
        })
    }

    /// The argument that it lies in, as its names without indexes: `ingress.cidr_blocks`.
    #[must_use]
    pub fn argument(&self) -> String {
        let names: Vec<&str> = self
            .0
            .iter()
            .filter_map(|step| match step {
                PathStep::Key(key) => Some(&**key),
                PathStep::Index(_) => None,
            })
            .collect();
        names.join(".")
    }

    /// True when `other` is this path or lies below it.
    #[must_use]
    pub fn contains(&self, other: &AttributePath) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Index(index) => write!(f, "[{index}]")?,
                PathStep::Key(key) if is_identifier(key) && position == 0 => f.write_str(key)?,
                PathStep::Key(key) if is_identifier(key) => write!(f, ".{key}")?,
                PathStep::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl Serialize for AttributePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl Serialize for PathStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            PathStep::Key(key) => serializer.serialize_str(key),
            PathStep::Index(index) => serializer.serialize_u64(*index as u64),
        }
    }
}

impl From<&str> for PathStep {
    fn from(key: &str) -> Self {
        PathStep::Key(Arc::from(key))
    }
}

impl From<usize> for PathStep {
    fn from(index: usize) -> Self {
        PathStep::Index(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_terraform_expressions() {
        let path = AttributePath(vec!["ingress".into(), 0.into(), "cidr_blocks".into()]);
        assert_eq!(path.to_string(), "ingress[0].cidr_blocks");
        assert_eq!(path.argument(), "ingress.cidr_blocks");
        assert_eq!(path.name(), Some("cidr_blocks"));
        let path = AttributePath(vec!["tags".into(), "a.b".into()]);
        assert_eq!(path.to_string(), "tags[\"a.b\"]");
    }

    #[test]
    fn a_path_contains_what_lies_below_it() {
        let path = AttributePath(vec!["a".into()]);
        assert!(path.contains(&AttributePath(vec!["a".into(), 1.into()])));
        assert!(!path.contains(&AttributePath(vec!["ab".into()])));
    }
}
