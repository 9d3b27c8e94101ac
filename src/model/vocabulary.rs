//! Which attributes the types of resources have, as far as somebody says.

use std::collections::BTreeMap;

use super::{Model, Value};

/// Types of resources, and what they have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    types: BTreeMap<String, Shape>,
    /// What is not in it does not exist.
    pub is_complete: bool,
}

/// What is known of an attribute, of the elements of a list of them, or of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Its type, where it is a scalar.
    pub scalar: Option<Scalar>,
    /// Its members; None where it may have any.
    pub members: Option<BTreeMap<String, Shape>>,
}

/// The types of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
}

impl Scalar {
    /// The type in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scalar::String => "a string",
            Scalar::Number => "a number",
            Scalar::Bool => "true or false",
        }
    }
}

impl Vocabulary {
    /// One that nothing stands in yet, and that will hold all there is.
    #[must_use]
    pub fn complete() -> Self {
        Vocabulary { is_complete: true, ..Vocabulary::default() }
    }

    /// Adds what a type has.
    pub fn add(&mut self, resource_type: &str, shape: Shape) {
        let known = self.types.entry(resource_type.to_owned()).or_insert_with(Shape::empty);
        known.join(shape);
    }

    /// What a type has.
    #[must_use]
    pub fn get(&self, resource_type: &str) -> Option<&Shape> {
        self.types.get(resource_type)
    }

    /// True when a type of the same provider is known: names of types begin with a word for it.
    #[must_use]
    pub fn has_provider_of(&self, resource_type: &str) -> bool {
        let provider = |name: &str| name.split('_').next().map(str::to_owned);
        self.types().any(|known| provider(known) == provider(resource_type))
    }

    /// The names of the types.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.keys().map(String::as_str)
    }

    /// Adds what the resources of `model` have. A plan names every attribute of a resource, but a list
    /// without elements says nothing of what they would have.
    pub fn add_model(&mut self, model: &Model) {
        for resource in &model.resources {
            let mut shape = Shape::empty();
            for value in [&resource.values, &resource.before].into_iter().flatten() {
                shape.join(Shape::of(value));
            }
            for path in &resource.unknown {
                if let (Some(root), Some(members)) = (path.root(), &mut shape.members) {
                    members.insert(root.to_owned(), Shape::default());
                }
            }
            self.add(&resource.address.resource_type, shape);
        }
    }
}

impl Shape {
    /// What has no members, so far.
    #[must_use]
    pub fn empty() -> Self {
        Shape { scalar: None, members: Some(BTreeMap::new()) }
    }

    /// What is of one of the types of scalars.
    #[must_use]
    pub fn of_scalar(scalar: Scalar) -> Self {
        Shape { scalar: Some(scalar), members: None }
    }

    /// The shape of a value at hand, of which only objects in lists are taken for blocks: an object
    /// may be a map with any keys.
    fn of(value: &Value) -> Self {
        let Value::Object(members) = value else { return Shape::default() };
        let members = members.iter().map(|(name, value)| (name.to_string(), Shape::inner(value)));
        Shape { scalar: None, members: Some(members.collect()) }
    }

    fn inner(value: &Value) -> Self {
        match value {
            Value::String(_) => Shape::of_scalar(Scalar::String),
            Value::Integer(_) | Value::Number(_) => Shape::of_scalar(Scalar::Number),
            Value::Bool(_) => Shape::of_scalar(Scalar::Bool),
            Value::Array(elements) if elements.iter().any(|e| e.as_object().is_some()) => {
                let mut shape = Shape::empty();
                elements.iter().for_each(|element| shape.join(Shape::of(element)));
                shape
            }
            _ => Shape::default(),
        }
    }

    /// Adds what another one knows; where they differ, nothing is certain.
    fn join(&mut self, other: Shape) {
        match (&mut self.members, other.members) {
            (Some(members), Some(others)) => {
                for (name, shape) in others {
                    match members.entry(name) {
                        std::collections::btree_map::Entry::Vacant(entry) => {
                            entry.insert(shape);
                        }
                        std::collections::btree_map::Entry::Occupied(mut entry) => {
                            entry.get_mut().join(shape);
                        }
                    }
                }
            }
            (members, others) if members.is_none() != others.is_none() => *members = None,
            _ => {}
        }
        if self.scalar != other.scalar {
            self.scalar = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_not_certain() {
        let mut vocabulary = Vocabulary::default();
        let shape = |scalar| Shape {
            scalar: None,
            members: Some(BTreeMap::from([("a".to_owned(), Shape::of_scalar(scalar))])),
        };
        vocabulary.add("t", shape(Scalar::String));
        let a = |vocabulary: &Vocabulary| {
            vocabulary.get("t").unwrap().members.clone().unwrap()["a"].clone()
        };
        assert_eq!(a(&vocabulary).scalar, Some(Scalar::String));
        vocabulary.add("t", shape(Scalar::Number));
        assert_eq!(a(&vocabulary).scalar, None);
    }
}
