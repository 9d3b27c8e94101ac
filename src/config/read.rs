//! What a value must be: the types that settings have.

use std::time::Duration;

use super::error::{ConfigError, ConfigFault};
use super::node::{Node, Raw};
use super::origin::Sourced;
use crate::base::{Date, Enforcement, Pattern, Profile, Severity};
use crate::finding::FailOn;

/// A type that a value of the configuration can have.
pub trait Read: Sized {
    /// What a value must be, for messages.
    const EXPECTED: &'static str;

    /// The value that `raw` writes; None when it is of another type.
    ///
    /// # Errors
    /// Why a value of the right type is wrong.
    fn read(raw: &Raw) -> Option<Result<Self, String>>;
}

/// Reads a value where it stands.
///
/// # Errors
/// The place, and what would be right there.
pub fn read<T: Read>(node: &Node) -> Result<Sourced<T>, ConfigError> {
    let fault = match T::read(&node.raw) {
        Some(Ok(value)) => return Ok(Sourced { value, origin: node.origin.clone() }),
        Some(Err(reason)) => ConfigFault::BadValue { reason, help: String::new() },
        None => ConfigFault::WrongType {
            expected: T::EXPECTED.to_owned(),
            found: node.raw.kind(),
            help: String::new(),
        },
    };
    Err(ConfigError::new(&node.origin, fault))
}

/// Reads every element of a list; a word is a list whose elements are separated by commas.
///
/// # Errors
/// The first element that is wrong, or that it is no list.
pub fn read_list<T: Read>(node: &Node) -> Result<Vec<Sourced<T>>, ConfigError> {
    match &node.raw {
        Raw::List(nodes) => nodes.iter().map(read).collect(),
        Raw::Word(text) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            let word =
                |part: &str| Node { raw: Raw::Word(part.to_owned()), origin: node.origin.clone() };
            parts.map(|part| read(&word(part))).collect()
        }
        raw => {
            let expected = "a list".to_owned();
            let help = "put it into brackets: `[…]`".to_owned();
            let fault = ConfigFault::WrongType { expected, found: raw.kind(), help };
            Err(ConfigError::new(&node.origin, fault))
        }
    }
}

/// The text of a string or a word.
fn text(raw: &Raw) -> Option<&str> {
    match raw {
        Raw::Word(text) | Raw::Text(text) => Some(text),
        _ => None,
    }
}

/// A word, or the number it is written as.
fn digits(raw: &Raw) -> Option<String> {
    match raw {
        Raw::Word(text) | Raw::Number(text) => Some(text.clone()),
        Raw::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Read for String {
    const EXPECTED: &'static str = "a string";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        let full = |text: &str| match text.trim() {
            "" => Err("there is nothing in it".to_owned()),
            _ => Ok(text.to_owned()),
        };
        text(raw).map(full)
    }
}

impl Read for Pattern {
    const EXPECTED: &'static str = "a name or a pattern";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        Some(String::read(raw)?.map(|text| Pattern::new(&text)))
    }
}

impl Read for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        match raw {
            Raw::Bool(value) => Some(Ok(*value)),
            Raw::Word(text) => {
                Some(text.parse().map_err(|_| format!("`{text}` is neither true nor false")))
            }
            _ => None,
        }
    }
}

impl Read for u64 {
    const EXPECTED: &'static str = "a whole number";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        let text = digits(raw)?;
        Some(text.parse().map_err(|_| format!("`{text}` is no whole number from 0")))
    }
}

/// A number of seconds, up to an hour.
impl Read for Duration {
    const EXPECTED: &'static str = "a number of seconds";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        let text = digits(raw)?;
        let seconds = text.parse::<f64>().ok().filter(|s| *s > 0.0 && *s <= 3600.0);
        let needed = "a number of seconds from 0 to 3600 is needed";
        Some(seconds.map(Duration::from_secs_f64).ok_or_else(|| needed.to_owned()))
    }
}

/// A date, or a string that holds one.
impl Read for Date {
    const EXPECTED: &'static str = "a date";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        let (Raw::Word(text) | Raw::Text(text) | Raw::Date(text)) = raw else { return None };
        Some(text.parse::<Date>().map_err(|error| error.to_string()))
    }
}

impl Read for Severity {
    const EXPECTED: &'static str = "a severity";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        Some(text(raw)?.parse::<Severity>().map_err(|error| error.to_string()))
    }
}

impl Read for Enforcement {
    const EXPECTED: &'static str = "an enforcement";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        Some(text(raw)?.parse::<Enforcement>().map_err(|error| error.to_string()))
    }
}

impl Read for Profile {
    const EXPECTED: &'static str = "a profile";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        Some(text(raw)?.parse::<Profile>().map_err(|error| error.to_string()))
    }
}

impl Read for FailOn {
    const EXPECTED: &'static str = "`all` or `introduced`";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        let text = text(raw)?;
        let known = [FailOn::All, FailOn::Introduced].into_iter().find(|w| w.as_str() == text);
        Some(known.ok_or_else(|| format!("`{text}` is neither all nor introduced")))
    }
}
