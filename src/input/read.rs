//! Finding and reading input files: paths, `-`, and directories.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::error::{InputError, Refusal};
use super::terraform::saved_plan;

/// A document as read, with the name to show for it.
#[derive(Debug, Clone)]
pub struct Document {
    /// The path as the user gave it, or `<stdin>`.
    pub label: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What may be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The size of the largest file to read, in bytes.
    pub max_input: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { max_input: 2 << 30 }
    }
}

/// What a list of input arguments came to.
#[derive(Debug, Default)]
pub struct Found {
    /// The documents to judge, in order of the arguments and, below a directory, by path.
    pub documents: Vec<Document>,
    /// What could not be read.
    pub errors: Vec<InputError>,
    /// Files below directories that are neither plan nor state.
    pub ignored: usize,
}

impl Found {
    /// The same documents once more; what could not be read is told once.
    #[must_use]
    pub fn again(&self) -> Self {
        Found { documents: self.documents.clone(), ..Found::default() }
    }
}

/// Directories that hold working files of tools and no plans of the user's.
const SKIPPED: [&str; 5] = [".git", ".terraform", ".terragrunt-cache", "node_modules", ".svn"];

/// How much of a file tells whether it may be a plan or a state.
const HEAD: u64 = 4096;

/// Reads every argument: `-` is standard input, a directory stands for the plans and
/// states below it.
#[must_use]
pub fn find(arguments: &[PathBuf], options: &ReadOptions) -> Found {
    let mut found = Found::default();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            let stdin = io::stdin().lock();
            keep(&mut found, "<stdin>".to_owned(), read_all("<stdin>", stdin, options));
        } else if argument.is_dir() {
            find_below(argument, options, &mut found);
        } else {
            let label = argument.display().to_string();
            let document = open(argument, &label).and_then(|file| read_all(&label, file, options));
            keep(&mut found, label, document);
        }
    }
    found
}

fn keep(found: &mut Found, label: String, bytes: Result<Vec<u8>, InputError>) {
    match bytes {
        Ok(bytes) => found.documents.push(Document { label, bytes }),
        Err(error) => found.errors.push(error),
    }
}

fn find_below(directory: &Path, options: &ReadOptions, found: &mut Found) {
    let before = found.documents.len() + found.errors.len();
    let ignored = found.ignored;
    let is_wanted = |entry: &DirEntry| {
        entry.depth() == 0 || !SKIPPED.iter().any(|name| entry.file_name() == *name)
    };
    let walk = WalkDir::new(directory).follow_links(false).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(is_wanted) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => find_file(entry.path(), options, found),
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(directory).display().to_string();
                let reason = error.io_error().map_or_else(|| error.to_string(), reason);
                found.errors.push(InputError::refused(&path, Refusal::Unreadable { reason }));
            }
        }
    }
    if found.documents.len() + found.errors.len() == before {
        let refusal = Refusal::NothingFound { seen: found.ignored - ignored };
        found.errors.push(InputError::refused(&directory.display().to_string(), refusal));
    }
}

fn find_file(path: &Path, options: &ReadOptions, found: &mut Found) {
    let label = path.display().to_string();
    let mut head = Vec::new();
    let read = open(path, &label).and_then(|file| {
        file.take(HEAD).read_to_end(&mut head).map_err(|error| unreadable(&label, &error))
    });
    if let Err(error) = read {
        found.errors.push(error);
        return;
    }
    if !may_be_input(path, &head) {
        found.ignored += 1;
        return;
    }
    let bytes = open(path, &label).and_then(|file| read_all(&label, file, options));
    match bytes {
        Ok(bytes) if is_input(&bytes) => found.documents.push(Document { label, bytes }),
        Ok(_) => found.ignored += 1,
        Err(error) => found.errors.push(error),
    }
}

/// True for the beginning of a JSON object or a saved plan, whatever the file is called;
/// an empty file counts by its name: the command that should have written it failed.
fn may_be_input(path: &Path, head: &[u8]) -> bool {
    let text = match head {
        [] => return has_plan_name(path),
        [b'P', b'K', 3, 4, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return true,
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        bytes => bytes,
    };
    text.trim_ascii_start().first() == Some(&b'{') || (has_plan_name(path) && is_input(head))
}

fn has_plan_name(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["json", "tfplan", "tfstate"].iter().any(|known| extension == *known)
}

/// True when the content speaks of a plan or a state, well-formed or not; so a broken plan
/// is an error and a `package.json` is not.
fn is_input(bytes: &[u8]) -> bool {
    if saved_plan::is_zip(bytes) {
        return saved_plan::may_hold_plan(bytes);
    }
    const MARKS: [&str; 8] = [
        "\"format_version\"",
        "\"terraform_version\"",
        "\"resource_changes\"",
        "\"planned_values\"",
        "\"encrypted_data\"",
        "\"remote_plan_format\"",
        "\"lineage\"",
        "\"@level\"",
    ];
    let is_utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let narrow: Vec<u8> = if is_utf16 {
        bytes.iter().copied().filter(|byte| *byte != 0).collect()
    } else {
        Vec::new()
    };
    let text = if is_utf16 { &narrow } else { bytes };
    bytes.is_empty() || MARKS.iter().any(|mark| contains(text, mark.as_bytes()))
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn open(path: &Path, label: &str) -> Result<File, InputError> {
    File::open(path).map_err(|error| unreadable(label, &error))
}

fn read_all(label: &str, reader: impl Read, options: &ReadOptions) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    reader
        .take(options.max_input.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(label, &error))?;
    if bytes.len() as u64 > options.max_input {
        let refusal = Refusal::TooLarge { limit: options.max_input };
        return Err(InputError::refused(label, refusal));
    }
    Ok(bytes)
}

fn unreadable(label: &str, error: &io::Error) -> InputError {
    InputError::refused(label, Refusal::Unreadable { reason: reason(error) })
}

/// The system's words, without its error number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
