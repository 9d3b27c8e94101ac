//! The one way out: whatever this process prints or writes goes through here, and no secret of a
//! document that it has read passes.
//!
//! Standard output, standard error and files are the process's own, and so is what may not leave
//! by them: a command says what is secret once, by [`know`], and everybody's output is scrubbed.
//! Nothing else below `cli/` or elsewhere may name these streams; a test looks.

use std::any::Any;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tempfile::NamedTempFile;

use super::terminal::{self, Color};
use crate::base::neutralise;
use crate::base::secret::{Scrubbed, Scrubber, Syntax};
use crate::report::Look;

/// What is known to be secret. Commands read their documents before they print of them.
static KNOWN: RwLock<Option<Arc<Scrubber>>> = RwLock::new(None);

/// From now on nothing leaves that `scrubber` knows.
pub(super) fn know(scrubber: &Scrubber) {
    *KNOWN.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(scrubber.clone()));
}

fn known() -> Arc<Scrubber> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    known.clone().unwrap_or_default()
}

/// Says something beside the report, on standard error. Where nobody listens there is nothing to
/// do about it.
pub(super) fn say(text: &str) {
    let _ = write_to(io::stderr().lock(), Syntax::Text, |out| writeln!(out, "{text}"));
}

/// Writes to standard output what `write` writes.
pub(super) fn print(
    syntax: Syntax,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    write_to(io::stdout().lock(), syntax, write)
}

/// Writes `text` to standard output as it is, secrets too: for what the reader asked to have, and
/// nothing less would do.
pub(super) fn print_with_secrets(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// How to write to standard output.
pub(super) fn look(color: Color) -> Look {
    terminal::look(color, &io::stdout())
}

/// How to write to standard error.
pub(super) fn look_of_errors(color: Color) -> Look {
    terminal::look(color, &io::stderr())
}

/// Prints what there is to say about the command line: help, the version, or what is wrong with
/// it. Nothing has been read yet. True when it was written.
pub(super) fn say_usage(error: &clap::Error) -> bool {
    error.print().is_ok()
}

/// True where somebody watches standard error.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Writes a file: beside it, and moves it into place, so that nobody reads half of it. What is no
/// file, such as a device or a pipe, is written to as it is; a link is followed.
pub(super) fn write_file(
    path: &Path,
    syntax: Syntax,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if path.exists() && !is_file(path) {
        return write_to(fs::OpenOptions::new().write(true).open(path)?, syntax, write);
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = target.as_path();
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let file = NamedTempFile::new_in(directory)?;
    write_to(file.as_file(), syntax, write)?;
    file.as_file().sync_all()?;
    keep_readable(&file, path)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file that is not there yet, and the directories on the way. One that is there, of
/// whatever kind, stays as it is.
pub(super) fn write_new_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    write_to(file, Syntax::Text, |out| out.write_all(text.as_bytes()))
}

/// True for a file that may be replaced, through links too.
pub(super) fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Says that the program is at fault.
pub(super) fn say_panic(information: &PanicHookInfo<'_>) {
    let place = information.location().map(ToString::to_string).unwrap_or_default();
    let message = panic_message(information.payload());
    let backtrace = std::backtrace::Backtrace::capture();
    let backtrace = match backtrace.status() {
        std::backtrace::BacktraceStatus::Captured => format!("\n{backtrace}"),
        _ => String::new(),
    };
    say(&format!(
        "error: this is a bug in plangate, at {place}: {message}\n  help: report it with the \
         versions of plangate and Terraform; a plan is not needed, and may hold secrets{backtrace}"
    ));
}

/// The message of a panic where it is part of the program. One that was put together may hold a
/// value of a document that is not read to its end.
fn panic_message(payload: &dyn Any) -> String {
    match payload.downcast_ref::<&str>() {
        Some(message) => neutralise(message).into_owned(),
        None => "its message may hold values, and is not shown".to_owned(),
    }
}

fn write_to(
    out: impl Write,
    syntax: Syntax,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let known = known();
    let mut out = Scrubbed::new(out, &known, syntax);
    write(&mut out)?;
    out.finish()
}

/// A temporary file is private; a report has the permissions of the file that it replaces, or
/// those that any new file would get.
#[cfg(unix)]
fn keep_readable(file: &NamedTempFile, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match fs::metadata(path) {
        Ok(known) => known.permissions(),
        Err(_) => fs::Permissions::from_mode(0o644),
    };
    file.as_file().set_permissions(permissions)
}

#[cfg(not(unix))]
fn keep_readable(_file: &NamedTempFile, _path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_quotes_no_value() {
        let value = "hunter2".to_owned();
        let message = panic_message(&format!("called `Option::unwrap()` on {value}"));
        assert_eq!(message, "its message may hold values, and is not shown");
        assert_eq!(panic_message(&"every pair has one outcome"), "every pair has one outcome");
    }
}
