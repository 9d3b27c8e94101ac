//! Where reports go: standard output, or files that are replaced as a whole.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::terminal::{self, Color};
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
        match &self.path {
            None => {
                let look = terminal::look(color, &io::stdout());
                let mut out = BufWriter::new(io::stdout().lock());
                let written =
                    (self.reporter.write)(report, look, &mut out).and_then(|()| out.flush());
                written.map_err(|error| format!("standard output: {error}"))
            }
            Some(path) => self.write_file(report, path).map_err(|error| {
                // An old report must not be taken for a new one.
                if is_file(path) {
                    let _ = fs::remove_file(path);
                }
                format!("{}: {error}", path.display())
            }),
        }
    }

    /// Writes beside the file and moves it into place, so that nobody reads half a report. What is
    /// no file, such as a device or a pipe, is written to as it is; a link is followed.
    fn write_file(&self, report: &Report, path: &Path) -> io::Result<()> {
        let look = Look { color: false, unicode: true, width: 100 };
        if path.exists() && !is_file(path) {
            let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
            (self.reporter.write)(report, look, &mut out)?;
            return out.flush();
        }
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let path = target.as_path();
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = NamedTempFile::new_in(directory)?;
        let mut out = BufWriter::new(file);
        (self.reporter.write)(report, look, &mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        keep_readable(&file, path)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// True for a file that may be replaced, through links too.
fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// A temporary file is private; a report has the permissions of the file that it replaces, or
/// those that any new file would get.
#[cfg(unix)]
pub(super) fn keep_readable(file: &NamedTempFile, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match fs::metadata(path) {
        Ok(known) => known.permissions(),
        Err(_) => fs::Permissions::from_mode(0o644),
    };
    file.as_file().set_permissions(permissions)
}

#[cfg(not(unix))]
pub(super) fn keep_readable(_file: &NamedTempFile, _path: &Path) -> io::Result<()> {
    Ok(())
}
