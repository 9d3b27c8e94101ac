//! Reads what `terraform providers schema -json` and `tofu providers schema -json` print.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::error::{InputError, Refusal};
use super::{Document, decode};
use crate::model::{Scalar, Shape, Vocabulary};

#[derive(Deserialize)]
struct Schemas {
    #[serde(default)]
    provider_schemas: Option<BTreeMap<String, Provider>>,
}

#[derive(Deserialize)]
struct Provider {
    #[serde(default)]
    resource_schemas: BTreeMap<String, Schema>,
    #[serde(default)]
    data_source_schemas: BTreeMap<String, Schema>,
}

#[derive(Deserialize)]
struct Schema {
    block: Block,
}

#[derive(Deserialize)]
struct Block {
    #[serde(default)]
    attributes: BTreeMap<String, Attribute>,
    #[serde(default)]
    block_types: BTreeMap<String, Nested>,
}

#[derive(Deserialize)]
struct Nested {
    nesting_mode: String,
    block: Block,
}

#[derive(Deserialize)]
struct Attribute {
    r#type: Option<Json>,
    nested_type: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    nesting_mode: String,
    #[serde(default)]
    attributes: BTreeMap<String, Attribute>,
}

/// What the providers of `document` have.
///
/// # Errors
/// When it is something else.
pub fn load_schema(document: &Document) -> Result<Vocabulary, InputError> {
    let text = decode::decode(&document.label, &document.bytes)?;
    let refuse = || InputError::refused(&document.label, Refusal::NotSchema);
    let schemas: Schemas = serde_json::from_str(&text).map_err(|_| refuse())?;
    let providers = schemas.provider_schemas.ok_or_else(refuse)?;
    let mut vocabulary = Vocabulary::complete();
    for provider in providers.into_values() {
        let types = provider.resource_schemas.into_iter().chain(provider.data_source_schemas);
        types.for_each(|(name, schema)| vocabulary.add(&name, block(schema.block)));
    }
    Ok(vocabulary)
}

fn block(block: Block) -> Shape {
    let attributes = block.attributes.into_iter().map(|(name, a)| (name, attribute(a)));
    let blocks = block
        .block_types
        .into_iter()
        .map(|(name, n)| (name, nested(&n.nesting_mode, self::block(n.block))));
    Shape { scalar: None, members: Some(attributes.chain(blocks).collect()) }
}

fn attribute(attribute: Attribute) -> Shape {
    match (attribute.r#type, attribute.nested_type) {
        (Some(json), _) => typed(&json),
        (None, Some(object)) => {
            let members = object.attributes.into_iter().map(|(name, a)| (name, self::attribute(a)));
            nested(&object.nesting_mode, Shape { scalar: None, members: Some(members.collect()) })
        }
        (None, None) => Shape::default(),
    }
}

/// A map of blocks has keys of the author's.
fn nested(mode: &str, shape: Shape) -> Shape {
    if mode == "map" { Shape::default() } else { shape }
}

/// The shape of `"string"`, `["list", "string"]` or `["object", {…}]`.
fn typed(json: &Json) -> Shape {
    match json {
        Json::String(name) => match name.as_str() {
            "string" => Shape::of_scalar(Scalar::String),
            "number" => Shape::of_scalar(Scalar::Number),
            "bool" => Shape::of_scalar(Scalar::Bool),
            _ => Shape::default(),
        },
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(kind), inner] if kind == "list" || kind == "set" => {
                // The elements stand for the list, which is no scalar itself.
                Shape { scalar: None, ..typed(inner) }
            }
            [Json::String(kind), Json::Object(members)] if kind == "object" => {
                let members = members.iter().map(|(name, json)| (name.clone(), typed(json)));
                Shape { scalar: None, members: Some(members.collect()) }
            }
            _ => Shape::default(),
        },
        _ => Shape::default(),
    }
}
