//! JSON syntax, by `jsonc-parser`.
//!
//! Without a provider's schema it does not say whether a member of a resource is an attribute
//! or a nested block: members are attributes, and whoever asks for a nested block looks for
//! it among their objects too.

use std::sync::Arc;

use jsonc_parser::ast::{Array, Object, ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::block::{Attribute, Block, Body};
use super::expression::{Expression, Member, Shape};
use super::hcl;
use crate::base::{Source, Span};

/// How many labels the blocks of a file have; `locals` has none, as the others.
const LABELS: [(&str, usize); 14] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("check", 1),
    ("terraform", 0),
    ("locals", 0),
    ("moved", 0),
    ("removed", 0),
    ("import", 0),
    ("action", 2),
];

/// Reads a file.
///
/// # Errors
/// Why it is no JSON, in a few words.
pub(super) fn parse(source: &Source) -> Result<Body, String> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(source.text(), &CollectOptions::default(), &strict);
    let value = parsed.map_err(|error| error.to_string())?.value;
    let mut body = Body::default();
    let Some(value) = value else { return Ok(body) };
    for property in objects(&value).flat_map(|object| &object.properties) {
        let kind = property.name.as_str();
        if let Some((_, labels)) = LABELS.iter().find(|(name, _)| *name == kind) {
            let header = key_span(property);
            let opened = Opened { source, kind, header, labels: Vec::new() };
            opened.read(&property.value, span(property), *labels, &mut body.blocks);
        }
    }
    Ok(body)
}

/// A block of which the outer words are read.
struct Opened<'a> {
    source: &'a Source,
    kind: &'a str,
    header: Span,
    labels: Vec<Arc<str>>,
}

impl Opened<'_> {
    /// Reads the blocks in `value`, which still has `missing` levels of labels.
    fn read(&self, value: &Value<'_>, span: Span, missing: usize, blocks: &mut Vec<Block>) {
        for object in objects(value) {
            if missing == 0 {
                blocks.push(Block {
                    kind: Arc::from(self.kind),
                    labels: self.labels.clone(),
                    header: self.header,
                    span,
                    source: self.source.clone(),
                    body: body(self.source, object),
                });
                continue;
            }
            for property in members(object) {
                let mut labels = self.labels.clone();
                labels.push(Arc::from(property.name.as_str()));
                let header = key_span(property);
                let inner = Opened { source: self.source, kind: self.kind, header, labels };
                inner.read(&property.value, self::span(property), missing - 1, blocks);
            }
        }
    }
}

/// The object, or the objects of a list.
fn objects<'a, 'b>(value: &'b Value<'a>) -> impl Iterator<Item = &'b Object<'a>> {
    let (one, many): (_, &[Value<'a>]) = match value {
        Value::Array(array) => (None, &array.elements),
        other => (other.as_object(), &[]),
    };
    one.into_iter().chain(many.iter().filter_map(Value::as_object))
}

/// The members that are not comments.
fn members<'a, 'b>(object: &'b Object<'a>) -> impl Iterator<Item = &'b ObjectProp<'a>> {
    object.properties.iter().filter(|property| property.name.as_str() != "//")
}

fn body(source: &Source, object: &Object<'_>) -> Body {
    let mut body = Body::default();
    for property in members(object) {
        match property.name.as_str() {
            "dynamic" => dynamic(source, property, &mut body.blocks),
            name => body.attributes.push(Attribute {
                name: Arc::from(name),
                name_span: key_span(property),
                value: expression(&property.value),
                source: source.clone(),
            }),
        }
    }
    body
}

/// `"dynamic": {"name": {"for_each": …, "content": {…}}}`.
fn dynamic(source: &Source, property: &ObjectProp<'_>, blocks: &mut Vec<Block>) {
    let opened = Opened { source, kind: "dynamic", header: key_span(property), labels: Vec::new() };
    let before = blocks.len();
    opened.read(&property.value, span(property), 1, blocks);
    let bodies =
        objects(&property.value).flat_map(members).flat_map(|property| objects(&property.value));
    for (block, object) in blocks.iter_mut().skip(before).zip(bodies) {
        block.body.attributes.retain(|attribute| &*attribute.name != "content");
        let content = members(object).filter(|property| property.name.as_str() == "content");
        for property in content {
            let header = key_span(property);
            let opened = Opened { source, kind: "content", header, labels: Vec::new() };
            opened.read(&property.value, span(property), 0, &mut block.body.blocks);
        }
    }
}

fn span(node: &impl Ranged) -> Span {
    let range = node.range();
    Span { start: range.start, end: range.end }
}

fn key_span(property: &ObjectProp<'_>) -> Span {
    span(&property.name)
}

fn expression(value: &Value<'_>) -> Expression {
    let shape = match value {
        Value::NullKeyword(_) => Shape::Null,
        Value::BooleanLit(literal) => Shape::Bool(literal.value),
        Value::NumberLit(literal) => Shape::Number(Arc::from(literal.value)),
        Value::StringLit(literal) => text_shape(&literal.value),
        Value::Array(array) => list(array),
        Value::Object(object) => Shape::Object(members(object).map(member).collect()),
    };
    Expression { span: span(value), shape }
}

fn list(array: &Array<'_>) -> Shape {
    Shape::List(array.elements.iter().map(expression).collect())
}

fn member(property: &ObjectProp<'_>) -> Member {
    let name = property.name.as_str();
    let shape = text_shape(name);
    let key = match &shape {
        Shape::Text(text) => Some(text.clone()),
        _ => None,
    };
    let computed = Expression { span: key_span(property), shape };
    Member {
        key,
        key_span: key_span(property),
        key_references: computed.references().into_iter().cloned().collect(),
        value: expression(&property.value),
    }
}

/// A string is a template; one that is broken is a text.
fn text_shape(text: &str) -> Shape {
    let is_template = text.contains("${") || text.contains("%{");
    let shape = if is_template { hcl::template_shape(text) } else { None };
    shape.unwrap_or_else(|| Shape::Text(Arc::from(text)))
}
