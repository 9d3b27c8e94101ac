//! Why a configuration cannot be used, at which line, and what to do.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::origin::Origin;
use crate::base::{Source, neutralise};

/// Something in the configuration that is wrong, with the place to look at.
#[derive(Debug, Clone)]
pub struct ConfigError {
    /// Where it was set.
    pub origin: Origin,
    /// What is wrong.
    pub fault: Box<ConfigFault>,
    snippet: Option<Box<NamedSource<String>>>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[expect(missing_docs, reason = "each variant's message says what it means")]
pub enum ConfigFault {
    #[error("`{path}` cannot be read: {reason}")]
    #[diagnostic(help("check the path and its permissions, or go without with `--no-config`"))]
    Unreadable { path: String, reason: String },

    #[error("this is no TOML: {reason}")]
    #[diagnostic(help("see https://toml.io for the form of the file"))]
    Syntax { reason: String },

    #[error("there is no key `{key}`{table}")]
    #[diagnostic(help("{help}"))]
    UnknownKey { key: String, table: String, help: String },

    #[error("{expected} is needed here, and this is {found}")]
    #[diagnostic(help("{help}"))]
    WrongType { expected: String, found: &'static str, help: String },

    #[error("{reason}")]
    #[diagnostic(help("{help}"))]
    BadValue { reason: String, help: String },

    #[error("`{key}` is missing{table}")]
    #[diagnostic(help("{help}"))]
    MissingKey { key: String, table: String, help: String },

    #[error("there is no {what} `{name}`")]
    #[diagnostic(help("{help}"))]
    UnknownName { what: &'static str, name: String, help: String },
}

impl ConfigError {
    /// What is wrong with what came from `origin`; the report shows the line, if there is one.
    #[must_use]
    pub fn new(origin: &Origin, fault: ConfigFault) -> Self {
        let snippet = match origin {
            Origin::File(source, _) => Some(Box::new(snippet(source))),
            _ => None,
        };
        ConfigError { origin: origin.clone(), fault: Box::new(fault), snippet }
    }
}

fn snippet(source: &Source) -> NamedSource<String> {
    NamedSource::new(neutralise(source.name()), source.text().to_owned()).with_language("TOML")
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = self.fault.to_string();
        match &self.origin {
            Origin::Variable(_) | Origin::Flag(_) => {
                write!(f, "{}: {}", self.origin, neutralise(&fault))
            }
            _ => f.write_str(&neutralise(&fault)),
        }
    }
}

impl Diagnostic for ConfigError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.fault.help().map(|help| help.to_string()).filter(|help| !help.is_empty());
        help.map(|help| Box::new(neutralise(&help).into_owned()) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_deref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Origin::File(_, span) = &self.origin else { return None };
        let length = span.end.saturating_sub(span.start);
        let label = LabeledSpan::new(Some("here".to_owned()), span.start, length);
        Some(Box::new(std::iter::once(label)))
    }
}
