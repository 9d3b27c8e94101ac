//! Values as they were written, before anybody says what they must be: from TOML with their
//! places, or from a variable or an option as a word.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigFault};
use super::origin::{Origin, Sourced};
use crate::base::Source;
use crate::model::{Object, Value};

/// A value as it was written, and where.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub raw: Raw,
    /// The place.
    pub origin: Origin,
}

/// A value as it was written.
#[derive(Debug, Clone)]
pub enum Raw {
    /// The text of a variable or an option, which may stand for any type.
    Word(String),
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// Another number, as it was written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// A date, with or without a time, as it was written.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Vec<(Sourced<String>, Node)>),
}

impl Node {
    /// Reads a file.
    ///
    /// # Errors
    /// Everything in it that is no TOML.
    pub fn parse(source: &Source) -> Result<Self, Vec<ConfigError>> {
        let (table, errors) = DeTable::parse_recoverable(source.text());
        if errors.is_empty() {
            let span = table.span();
            let raw = Raw::Table(table_entries(source, table.get_ref()));
            return Ok(Node { raw, origin: Origin::File(source.clone(), span.into()) });
        }
        let mut errors: Vec<ConfigError> = errors
            .iter()
            .map(|error| {
                let span = error.span().unwrap_or_default();
                let reason = error.message().lines().next().unwrap_or_default().to_owned();
                let origin = Origin::File(source.clone(), span.into());
                ConfigError::new(&origin, ConfigFault::Syntax { reason })
            })
            .collect();
        errors.sort_by_key(|error| error.origin.order());
        Err(errors)
    }

    /// A table without anything in it.
    #[must_use]
    pub fn empty() -> Self {
        Node { raw: Raw::Table(Vec::new()), origin: Origin::Default }
    }

    /// The value as one of the model, as parameters of policies have them; dates are strings.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.raw {
            Raw::Word(text) | Raw::Text(text) | Raw::Date(text) => {
                Value::String(text.as_str().into())
            }
            Raw::Integer(number) => Value::Integer(*number),
            Raw::Number(text) => Value::Number(text.as_str().into()),
            Raw::Bool(value) => Value::Bool(*value),
            Raw::List(nodes) => Value::Array(nodes.iter().map(Node::to_value).collect()),
            Raw::Table(entries) => {
                let members = entries.iter();
                let members =
                    members.map(|(key, node)| (key.value.as_str().into(), node.to_value()));
                // TOML refuses a key that occurs twice.
                Value::Object(Object::new(members.collect()).unwrap_or_default())
            }
        }
    }

    /// The value as TOML on one line.
    #[must_use]
    pub fn to_toml(&self) -> String {
        match &self.raw {
            Raw::Word(text) | Raw::Text(text) => quoted(text),
            Raw::Integer(number) => number.to_string(),
            Raw::Number(text) | Raw::Date(text) => text.clone(),
            Raw::Bool(value) => value.to_string(),
            Raw::List(nodes) => {
                let nodes: Vec<String> = nodes.iter().map(Node::to_toml).collect();
                format!("[{}]", nodes.join(", "))
            }
            Raw::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Raw::Table(entries) => {
                let entries = entries.iter();
                let entries: Vec<String> = entries
                    .map(|(key, node)| format!("{} = {}", bare(&key.value), node.to_toml()))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}

impl Raw {
    /// What it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Raw::Word(_) | Raw::Text(_) => "a string",
            Raw::Integer(_) | Raw::Number(_) => "a number",
            Raw::Bool(_) => "true or false",
            Raw::Date(_) => "a date",
            Raw::List(_) => "a list",
            Raw::Table(_) => "a table",
        }
    }
}

/// A key as TOML writes it, with quotes where it needs them.
pub(super) fn bare(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

/// A string as TOML writes it, on one line and without anything that acts on a reader.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if crate::base::text::is_hostile(character) => {
                quoted.push_str(&format!("\\U{:08x}", character as u32));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn table_entries(source: &Source, table: &DeTable<'_>) -> Vec<(Sourced<String>, Node)> {
    let mut entries: Vec<(Sourced<String>, Node)> = table
        .iter()
        .map(|(key, value)| {
            let origin = Origin::File(source.clone(), key.span().into());
            (Sourced { value: key.get_ref().to_string(), origin }, node(source, value))
        })
        .collect();
    // In the order in which they are written, so that errors are too.
    entries.sort_by_key(|(key, _)| match &key.origin {
        Origin::File(_, span) => span.start,
        _ => 0,
    });
    entries
}

fn node(source: &Source, value: &Spanned<DeValue<'_>>) -> Node {
    let raw = match value.get_ref() {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Raw::Integer(number),
            Err(_) => Raw::Number(number.as_str().to_owned()),
        },
        DeValue::Float(number) => Raw::Number(number.as_str().to_owned()),
        DeValue::Boolean(value) => Raw::Bool(*value),
        DeValue::Datetime(date) => Raw::Date(date.to_string()),
        DeValue::Array(values) => {
            Raw::List(values.iter().map(|value| node(source, value)).collect())
        }
        DeValue::Table(table) => Raw::Table(table_entries(source, table)),
    };
    Node { raw, origin: Origin::File(source.clone(), value.span().into()) }
}
