//! Where reports go: standard output, or files that are replaced as a whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::NOT_WRITTEN;
use super::sink;
use super::terminal::Color;
use crate::base::secret::Syntax;
use crate::config::{Config, ConfigError, ConfigFault, Sourced};
use crate::report::{Look, REPORTERS, Report, Reporter};

/// A report that was asked for: `FORMAT`, or `FORMAT=PATH`.
#[derive(Clone)]
pub(super) struct Output {
    reporter: &'static Reporter,
    /// The file; None for standard output.
    pub(super) path: Option<PathBuf>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={:?}", self.reporter.name, self.path)
    }
}

impl Output {
    /// The report that `format` asks for.
    ///
    /// # Errors
    /// When there is no such format, or nothing stands after `=`.
    pub(super) fn new(format: &Sourced<String>) -> Result<Self, ConfigError> {
        let text = &format.value;
        let (name, path) = match text.split_once('=') {
            Some((name, "-")) => (name, None),
            Some((name, path)) => (name, Some(path)),
            None => (text.as_str(), None),
        };
        let known: Vec<&str> = REPORTERS.iter().map(|reporter| reporter.name).collect();
        let reporter = REPORTERS.iter().find(|reporter| reporter.name == name);
        let fault = match (reporter, path) {
            (Some(_), Some("")) => ConfigFault::BadValue {
                reason: "there is no path after `=`".to_owned(),
                help: "write a path, such as `sarif=plangate.sarif`".to_owned(),
            },
            (Some(reporter), path) => {
                let path = path.map(|path| format.clone().map(|_| path.to_owned()));
                let path = path.map(|path| PathBuf::from(Config::path(&path)));
                return Ok(Output { reporter, path });
            }
            (None, _) => ConfigFault::UnknownName {
                what: "format",
                name: name.to_owned(),
                help: format!("use {}", known.join(", ")),
            },
        };
        Err(ConfigError::new(&format.origin, fault))
    }

    /// Writes `report` to where it shall go.
    ///
    /// # Errors
    /// What went wrong, with the path.
    pub(super) fn write(&self, report: &Report, color: Color) -> Result<(), String> {
        let Reporter { syntax, write, .. } = *self.reporter;
        put(self.path.as_deref(), color, syntax, |look, out| write(report, look, out))
    }
}

/// Writes what `write` writes: to the file `path`, or to standard output.
///
/// # Errors
/// What went wrong, with the path.
pub(super) fn put(
    path: Option<&Path>,
    color: Color,
    syntax: Syntax,
    write: impl FnOnce(Look, &mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    let Some(path) = path else {
        let look = sink::look(color);
        let written = sink::print(syntax, |out| write(look, out));
        return written.map_err(|error| format!("standard output: {error}"));
    };
    let look = Look { color: false, unicode: true, width: 100 };
    sink::write_file(path, syntax, |out| write(look, out)).map_err(|error| {
        // An old report must not be taken for a new one.
        if sink::is_file(path) {
            let _ = fs::remove_file(path);
        }
        format!("{}: {error}", path.display())
    })
}

/// Writes `text` to standard output, and returns the exit code.
pub(super) fn text(syntax: Syntax, text: &str) -> u8 {
    match sink::print(syntax, |out| out.write_all(text.as_bytes())) {
        Ok(()) => 0,
        Err(error) => {
            sink::say(&format!("error: standard output cannot be written: {error}"));
            NOT_WRITTEN
        }
    }
}
