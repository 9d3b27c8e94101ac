//! Where a value of the configuration comes from.

use std::fmt;

use crate::base::{Source, Span, neutralise};

/// The layers of configuration, the weakest first, and the place in each.
#[derive(Debug, Clone, Default)]
pub enum Origin {
    /// Nobody set it.
    #[default]
    Default,
    /// A place in `plangate.toml`.
    File(Source, Span),
    /// An environment variable, by its name.
    Variable(String),
    /// An option of the command line, such as `--profile`.
    Flag(String),
}

/// A value, and where it comes from.
#[derive(Debug, Clone, Default)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// Another value from the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: change(self.value), origin: self.origin }
    }
}

impl Origin {
    /// True for what nobody set.
    #[must_use]
    pub fn is_default(&self) -> bool {
        matches!(self, Origin::Default)
    }

    /// The order of errors: through the file from its beginning, then the other layers.
    pub(crate) fn order(&self) -> (u8, usize) {
        match self {
            Origin::Default => (0, 0),
            Origin::File(_, span) => (1, span.start),
            Origin::Variable(_) => (2, 0),
            Origin::Flag(_) => (3, 0),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(source, span) => {
                let line = source.place(span.start).line;
                write!(f, "{}:{line}", neutralise(source.name()))
            }
            Origin::Variable(name) | Origin::Flag(name) => f.write_str(&neutralise(name)),
        }
    }
}
