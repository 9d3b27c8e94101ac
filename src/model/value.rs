//! A compact JSON value: shared strings, sorted objects, numbers with every digit.

use std::sync::Arc;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::base::PathStep;

/// A value of an attribute. Cloning a string shares its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits.
    Integer(i64),
    /// Any other number, as it was written.
    Number(Arc<str>),
    /// A string.
    String(Arc<str>),
    /// A list, set or tuple, or the nested blocks of one name.
    Array(Box<[Value]>),
    /// An object or a map.
    Object(Object),
}

/// Members sorted by key; each key once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Object(Box<[(Arc<str>, Value)]>);

impl Object {
    /// Sorts `members` by key.
    ///
    /// # Errors
    /// The key that occurs twice.
    pub fn new(mut members: Vec<(Arc<str>, Value)>) -> Result<Self, Arc<str>> {
        members.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let twice = members.iter().zip(members.iter().skip(1)).find(|(a, b)| a.0 == b.0);
        match twice {
            Some((member, _)) => Err(member.0.clone()),
            None => Ok(Object(members.into())),
        }
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let index = self.0.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// The members in order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, (Arc<str>, Value)> {
        self.0.iter()
    }

    /// True without members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = &'a (Arc<str>, Value);
    type IntoIter = std::slice::Iter<'a, (Arc<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Value {
    /// The value as JSON on one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members of an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// A member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The value at `path`.
    #[must_use]
    pub fn at(&self, path: &[PathStep]) -> Option<&Value> {
        path.iter().try_fold(self, |value, step| match step {
            PathStep::Key(key) => value.get(key),
            PathStep::Index(index) => value.as_array()?.get(*index),
        })
    }

    /// The same value with `leaf` at `path`; what is missing on the way is made.
    #[must_use]
    pub fn with(&self, path: &[PathStep], leaf: &Value) -> Value {
        let Some((step, rest)) = path.split_first() else { return leaf.clone() };
        match step {
            PathStep::Key(key) => {
                let object = self.as_object();
                let inner = object.and_then(|object| object.get(key)).unwrap_or(&Value::Null);
                let changed = (key.clone(), inner.with(rest, leaf));
                let others = object.into_iter().flatten().filter(|(name, _)| name != key).cloned();
                let members = others.chain([changed]).collect();
                Value::Object(Object::new(members).unwrap_or_default())
            }
            PathStep::Index(index) => {
                let mut elements = self.as_array().unwrap_or_default().to_vec();
                while elements.len() <= *index {
                    elements.push(Value::Null);
                }
                if let Some(element) = elements.get_mut(*index) {
                    *element = element.with(rest, leaf);
                }
                Value::Array(elements.into())
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(value) => serializer.serialize_i64(*value),
            Value::Number(text) => match text.parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_str(text),
            },
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(elements) => {
                let mut sequence = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| sequence.serialize_element(element))?;
                sequence.end()
            }
            Value::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}
