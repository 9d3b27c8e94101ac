//! Types of Terraform's values, as JSON documents write them.
//!
//! Source: cty's documentation, "JSON serialization": `"string"`, `"number"`, `"bool"`,
//! `"dynamic"`, `["list", T]`, `["set", T]`, `["map", T]`, `["tuple", [T, …]]`, and
//! `["object", {"name": T, …}, ["optional", …]]`. Where the schema says only "dynamic", a
//! value carries its type beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Object, Value};

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CtyType {
    /// Text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Any value, with its type beside it.
    Dynamic,
    /// A list or a set: elements of one type.
    Elements(Box<CtyType>),
    /// A map: members of one type.
    Map(Box<CtyType>),
    /// A tuple: each element has a type.
    Tuple(Vec<CtyType>),
    /// An object: each member has a type.
    Object(BTreeMap<Arc<str>, CtyType>),
}

impl CtyType {
    /// The type that a JSON value writes.
    pub(super) fn read(value: &Value) -> Option<CtyType> {
        if let Value::String(name) = value {
            return match &**name {
                "string" => Some(CtyType::String),
                "number" => Some(CtyType::Number),
                "bool" => Some(CtyType::Bool),
                "dynamic" => Some(CtyType::Dynamic),
                _ => None,
            };
        }
        match value.as_array()? {
            [Value::String(kind), of] => match (&**kind, of) {
                ("list" | "set", of) => Some(CtyType::Elements(Box::new(CtyType::read(of)?))),
                ("map", of) => Some(CtyType::Map(Box::new(CtyType::read(of)?))),
                ("tuple", Value::Array(types)) => {
                    types.iter().map(CtyType::read).collect::<Option<_>>().map(CtyType::Tuple)
                }
                ("object", Value::Object(members)) => CtyType::object(members),
                _ => None,
            },
            [Value::String(kind), Value::Object(members), Value::Array(_)]
                if &**kind == "object" =>
            {
                CtyType::object(members)
            }
            _ => None,
        }
    }

    fn object(members: &Object) -> Option<CtyType> {
        let types = members.iter().map(|(name, of)| Some((name.clone(), CtyType::read(of)?)));
        types.collect::<Option<_>>().map(CtyType::Object)
    }

    /// The type of the element at `index` of a list, set or tuple.
    pub(super) fn element(&self, index: usize) -> Option<&CtyType> {
        match self {
            CtyType::Elements(of) => Some(of),
            CtyType::Tuple(types) => types.get(index),
            _ => None,
        }
    }

    /// The type of the member `name` of a map or object.
    pub(super) fn member(&self, name: &str) -> Option<&CtyType> {
        match self {
            CtyType::Map(of) => Some(of),
            CtyType::Object(types) => types.get(name),
            _ => None,
        }
    }

    /// True for a value that can be of this type.
    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (CtyType::Dynamic, _)
            | (_, Value::Null)
            | (CtyType::String, Value::String(_))
            | (CtyType::Number, Value::Integer(_) | Value::Number(_))
            | (CtyType::Bool, Value::Bool(_)) => true,
            (CtyType::Elements(of), Value::Array(elements)) => {
                elements.iter().all(|element| of.holds(element))
            }
            (CtyType::Tuple(types), Value::Array(elements)) => {
                types.len() == elements.len()
                    && types.iter().zip(elements).all(|(of, element)| of.holds(element))
            }
            (CtyType::Map(of), Value::Object(members)) => {
                members.iter().all(|(_, member)| of.holds(member))
            }
            (CtyType::Object(types), Value::Object(members)) => {
                types.len() == members.iter().len()
                    && members
                        .iter()
                        .all(|(name, member)| types.get(name).is_some_and(|of| of.holds(member)))
            }
            _ => false,
        }
    }
}

/// `value` without the types that a raw state writes beside dynamic values:
/// `{"value": V, "type": T}` becomes `V`, if `V` is of the type `T`.
///
/// An attribute that is an object with these two members and happens to fit is taken for one:
/// only the provider's schema could tell.
pub(super) fn without_types(value: Value) -> Value {
    if has_types(&value) { strip(&value) } else { value }
}

fn has_types(value: &Value) -> bool {
    typed(value).is_some()
        || match value {
            Value::Array(elements) => elements.iter().any(has_types),
            Value::Object(members) => members.iter().any(|(_, member)| has_types(member)),
            _ => false,
        }
}

fn strip(value: &Value) -> Value {
    if let Some(inner) = typed(value) {
        return strip(inner);
    }
    match value {
        Value::Array(elements) => Value::Array(elements.iter().map(strip).collect()),
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), strip(member)));
            Value::Object(Object::new(members.collect()).unwrap_or_default())
        }
        other => other.clone(),
    }
}

/// The value that stands beside its type.
fn typed(value: &Value) -> Option<&Value> {
    let object = value.as_object().filter(|object| object.iter().len() == 2)?;
    let (inner, of) = (object.get("value")?, object.get("type")?);
    CtyType::read(of)?.holds(inner).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn types_beside_values_are_taken_off() {
        for (with, without) in [
            (r#"{"input":{"value":"x","type":"string"}}"#, r#"{"input":"x"}"#),
            (
                r#"{"a":{"value":{"b":[1]},"type":["object",{"b":["list","number"]}]},"c":null}"#,
                r#"{"a":{"b":[1]},"c":null}"#,
            ),
            (
                r#"[{"value":[{"value":true,"type":"bool"}],"type":["tuple",["dynamic"]]}]"#,
                "[[true]]",
            ),
            (r#"{"type":"string","value":1}"#, r#"{"type":"string","value":1}"#),
            (r#"{"type":"String","value":"x"}"#, r#"{"type":"String","value":"x"}"#),
            (r#"{"type":"string","value":"x","id":1}"#, r#"{"type":"string","value":"x","id":1}"#),
        ] {
            assert_eq!(without_types(value(with)), value(without), "{with}");
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in ["1", r#""text""#, r#"["list"]"#, r#"["object",[]]"#, r#"["list","x"]"#] {
            assert_eq!(CtyType::read(&value(text)), None, "{text}");
        }
    }
}
