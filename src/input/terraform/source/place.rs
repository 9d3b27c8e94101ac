//! Places in source files, and the best one for an attribute of a block.

use super::block::{Attribute, Block, Body, Nested};
use super::expression::{Expression, Shape};
use crate::base::{PathStep, Source, Span};
use crate::finding::Precision;
use crate::model::Value;

/// A place in a source file.
#[derive(Debug, Clone)]
pub struct SourcePlace {
    /// The file.
    pub source: Source,
    /// All of the attribute or block.
    pub span: Span,
    /// What to underline: the block's header, or the attribute as far as its first line goes.
    pub label: Span,
}

/// What was found at the end of a path.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub(super) place: SourcePlace,
    pub(super) precision: Precision,
    /// The expression there, and the steps that lead on into its value.
    pub(super) value: Option<(&'a Expression, &'a [PathStep])>,
}

impl SourcePlace {
    /// The place of a block.
    #[must_use]
    pub fn block(block: &Block) -> Self {
        SourcePlace { source: block.source.clone(), span: block.span, label: block.header }
    }

    /// The place of an attribute, a member or an element that takes up `span`.
    #[must_use]
    pub fn expression(source: &Source, span: Span) -> Self {
        let line = source.slice(span).lines().next().unwrap_or_default().trim_end();
        let label = Span { start: span.start, end: span.start + line.len() };
        SourcePlace { source: source.clone(), span, label }
    }
}

/// The best place for `path` below `body`; none when not even its first step is written.
///
/// `values` are the values of the body's attributes, as far as they are known: the order of
/// nested blocks in a set is not the order in the file, but their values tell them apart.
pub(super) fn find<'a>(
    body: &'a Body,
    path: &'a [PathStep],
    values: Option<&Value>,
) -> Option<Found<'a>> {
    let (PathStep::Key(name), rest) = path.split_first()? else { return None };
    let values = values.and_then(|values| values.get(name));
    if let Some(attribute) = body.attribute(name) {
        return Some(find_in_attribute(attribute, rest, values));
    }
    let nested = body.nested(name);
    let (index, rest) = match rest.split_first() {
        Some((PathStep::Index(index), rest)) => (Some(*index), rest),
        _ => (None, rest),
    };
    let values = match index {
        Some(index) => values.and_then(Value::as_array).and_then(|all| all.get(index)),
        None => values,
    };
    let chosen = match (index, nested.as_slice()) {
        (None, [only]) => Some(only),
        // The attribute as a whole begins with its first block.
        (None, [first, ..]) if rest.is_empty() => Some(first),
        (None, _) => None,
        (Some(index), all) => choose(all, index, values),
    };
    let chosen = chosen?;
    find(chosen.body(), rest, values).or_else(|| {
        Some(Found {
            place: SourcePlace::block(chosen.block()),
            precision: Precision::Block,
            value: None,
        })
    })
}

/// The nested block at `index`, unless its constants contradict the value that is there; then
/// the only one that agrees with it. A `dynamic` block stands for any number of blocks, so
/// positions after it are not known.
fn choose<'a, 'b>(
    all: &'b [Nested<'a>],
    index: usize,
    value: Option<&Value>,
) -> Option<&'b Nested<'a>> {
    let is_dynamic = |nested: &Nested<'_>| matches!(nested, Nested::Dynamic { .. });
    let by_position = match all.iter().position(is_dynamic) {
        Some(first) if first <= index => all.get(first).filter(|_| first + 1 == all.len()),
        _ => all.get(index),
    };
    let Some(value) = value else { return by_position };
    choose_fitting(all, by_position, |nested| fit_of_body(nested.body(), value))
}

/// What the constants of an expression say to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// There are none.
    Silent,
    /// All are the same.
    Agrees,
    /// One differs.
    Contradicts,
}

fn fit_of_body(body: &Body, value: &Value) -> Fit {
    let fits = body.attributes.iter().map(|attribute| match value.get(&attribute.name) {
        None | Some(Value::Null) => Fit::Silent,
        Some(value) => fit(&attribute.value, value),
    });
    fits.max().unwrap_or(Fit::Silent)
}

/// Providers turn texts into numbers, lists into sets, and large letters into small ones: none
/// of these counts as a difference.
fn fit(expression: &Expression, value: &Value) -> Fit {
    match &expression.shape {
        Shape::Bool(truth) => fit_of_text(&truth.to_string(), value),
        Shape::Number(text) | Shape::Text(text) => fit_of_text(text, value),
        Shape::List(elements) => {
            let values = value.as_array().unwrap_or_default();
            let best = |element| values.iter().map(|value| fit(element, value)).min();
            let fits = elements.iter().map(|element| best(element).unwrap_or(Fit::Silent));
            fits.max().unwrap_or(Fit::Silent)
        }
        Shape::Object(members) => {
            let fits = members.iter().map(|member| {
                let value = member.key.as_ref().and_then(|key| value.get(key));
                let value = value.filter(|value| **value != Value::Null);
                value.map_or(Fit::Silent, |value| fit(&member.value, value))
            });
            fits.max().unwrap_or(Fit::Silent)
        }
        Shape::Null
        | Shape::Reference(_)
        | Shape::Template(_)
        | Shape::Call { .. }
        | Shape::Choice(_)
        | Shape::Item { .. }
        | Shape::Each { .. }
        | Shape::For { .. }
        | Shape::Computed(_) => Fit::Silent,
    }
}

fn fit_of_text(text: &str, value: &Value) -> Fit {
    let is_same = match value {
        Value::String(value) => value.eq_ignore_ascii_case(text),
        Value::Bool(truth) => truth.to_string() == text,
        Value::Integer(number) => match text.parse::<f64>() {
            Ok(text) => text == *number as f64,
            Err(_) => false,
        },
        _ => return Fit::Silent,
    };
    if is_same { Fit::Agrees } else { Fit::Contradicts }
}

/// The place of `path` in the value of an attribute: a member or an element, or else all of it.
pub(super) fn find_in_attribute<'a>(
    attribute: &'a Attribute,
    path: &'a [PathStep],
    values: Option<&Value>,
) -> Found<'a> {
    let start = Landing { span: attribute.span(), expression: &attribute.value, rest: path };
    let landing = descend(start, values);
    // In the JSON syntax nested blocks are attributes too.
    let is_block = attribute.source.name().ends_with(".json")
        && matches!(landing.expression.shape, Shape::Object(_))
        && !landing.rest.is_empty();
    Found {
        place: SourcePlace::expression(&attribute.source, landing.span),
        precision: if is_block { Precision::Block } else { Precision::Attribute },
        value: Some((landing.expression, landing.rest)),
    }
}

/// How far a path could be followed into an expression.
#[derive(Clone, Copy)]
struct Landing<'a> {
    span: Span,
    expression: &'a Expression,
    rest: &'a [PathStep],
}

fn descend<'a>(landing: Landing<'a>, values: Option<&Value>) -> Landing<'a> {
    let Some((step, rest)) = landing.rest.split_first() else { return landing };
    let next = match (step, &landing.expression.shape) {
        (PathStep::Key(key), Shape::Object(_)) => landing.expression.member(key).map(|member| {
            let values = values.and_then(|values| values.get(key));
            (Landing { span: member.span(), expression: &member.value, rest }, values)
        }),
        // One nested block may be written as an object, or stand in a list alone.
        (PathStep::Index(0), Shape::Object(_)) => Some((
            Landing { rest, ..landing },
            values.and_then(Value::as_array).and_then(<[_]>::first),
        )),
        (PathStep::Key(_), Shape::List(elements)) => match elements.as_slice() {
            [only] => {
                Some((Landing { span: only.span, expression: only, rest: landing.rest }, values))
            }
            _ => None,
        },
        (PathStep::Index(index), Shape::List(elements)) => {
            let value = values.and_then(Value::as_array).and_then(|all| all.get(*index));
            element(elements, *index, value)
                .map(|element| (Landing { span: element.span, expression: element, rest }, value))
        }
        _ => None,
    };
    match next {
        Some((landing, values)) => descend(landing, values),
        None => landing,
    }
}

/// The element at `index`, unless it contradicts the value there; then the only one that
/// agrees with it.
fn element<'a>(
    elements: &'a [Expression],
    index: usize,
    value: Option<&Value>,
) -> Option<&'a Expression> {
    let by_position = elements.get(index);
    let Some(value) = value else { return by_position };
    choose_fitting(elements, by_position, |element| fit(element, value))
}

/// The one at its position if nothing contradicts, else the only one that fits, if it agrees.
fn choose_fitting<'a, T>(
    all: &'a [T],
    by_position: Option<&'a T>,
    fit: impl Fn(&T) -> Fit,
) -> Option<&'a T> {
    by_position.filter(|chosen| fit(chosen) != Fit::Contradicts).or_else(|| {
        let mut fitting = all.iter().filter(|other| fit(other) != Fit::Contradicts);
        let first = fitting.next().filter(|first| fit(first) == Fit::Agrees);
        first.filter(|_| fitting.next().is_none())
    })
}
