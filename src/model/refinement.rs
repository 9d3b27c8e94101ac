//! What is known of a value that is known only after apply.

use std::sync::Arc;

use serde::Serialize;

use super::Value;

/// Limits within which an unknown value will lie.
///
/// The kinds are those of cty, the type system of Terraform: its documentation,
/// "Refinements". A refinement narrows what may come; it never says the value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Refinement {
    /// It will not be null.
    pub not_null: bool,
    /// The text that the string will begin with.
    pub prefix: Option<Arc<str>>,
    /// The least that the number will be.
    pub minimum: Option<Bound>,
    /// The most that the number will be.
    pub maximum: Option<Bound>,
    /// The fewest elements that the collection will have.
    pub least_elements: Option<u64>,
    /// The most elements that the collection will have.
    pub most_elements: Option<u64>,
}

/// One end of a range of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Bound {
    /// The number.
    pub value: Value,
    /// The range holds the number itself.
    pub is_inclusive: bool,
}
