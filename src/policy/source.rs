//! Where policies come from: the binary itself, and directories.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{PolicyError, PolicyFault};
use crate::base::Source;

/// A `.rego` file and its path below the policy directory.
#[derive(Debug, Clone)]
pub struct PolicyFile {
    /// The path below its directory, written with `/`.
    pub path: String,
    /// Built in, or the user's.
    pub origin: Origin,
    /// Its text; the name is the path as the user would write it.
    pub source: Source,
}

/// Who wrote a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It is part of plangate.
    BuiltIn,
    /// It was given with `--policy`.
    User,
}

impl PolicyFile {
    /// True for a file of Rego tests.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.path.ends_with("_test.rego")
    }

    /// True for a library.
    #[must_use]
    pub fn is_library(&self) -> bool {
        self.path.starts_with("lib/")
    }
}

/// The files below `policies/` when plangate was built.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// Their tests.
const BUILT_IN_TESTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policy_tests.rs"));

/// The built-in policies and libraries.
#[must_use]
pub fn built_in() -> Vec<PolicyFile> {
    embedded(BUILT_IN)
}

/// The tests of the built-in policies and libraries.
#[must_use]
pub fn built_in_tests() -> Vec<PolicyFile> {
    embedded(BUILT_IN_TESTS)
}

fn embedded(files: &[(&str, &str)]) -> Vec<PolicyFile> {
    let files = files.iter().map(|(path, text)| PolicyFile {
        path: (*path).to_owned(),
        origin: Origin::BuiltIn,
        source: Source::new(format!("policies/{path}"), *text),
    });
    files.collect()
}

/// Every `.rego` file below `directory`, in order of its path. Links are not followed.
///
/// # Errors
/// One for each file or directory that cannot be read, and one when there is no policy at all.
pub fn read_directory(directory: &Path) -> (Vec<PolicyFile>, Vec<PolicyError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for entry in WalkDir::new(directory).follow_links(false).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(directory).display().to_string();
                let reason =
                    error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                errors.push(unreadable(&path, &reason));
                continue;
            }
        };
        let path = entry.path();
        let is_rego = path.extension().is_some_and(|extension| extension == "rego");
        if !is_rego || entry.file_type().is_dir() {
            continue;
        }
        let name = path.display().to_string();
        if entry.file_type().is_symlink() {
            errors.push(unreadable(&name, "it is a symbolic link, and links are not followed"));
            continue;
        }
        match fs::read_to_string(path) {
            Ok(text) => {
                let below = path.strip_prefix(directory).unwrap_or(path);
                let path = below.to_string_lossy().replace('\\', "/");
                let source = Source::new(name, text);
                files.push(PolicyFile { path, origin: Origin::User, source });
            }
            Err(error) => errors.push(unreadable(&name, &error.to_string())),
        }
    }
    refuse_none(&directory.display().to_string(), &files, &mut errors);
    (files, errors)
}

/// The files of a directory whose contents are at hand, as those of a commit are: their paths
/// below it, and what they hold.
///
/// # Errors
/// One for each file that is no text, and one when there is no policy at all.
#[must_use]
pub fn from_contents(
    directory: &str,
    contents: Vec<(String, Vec<u8>)>,
) -> (Vec<PolicyFile>, Vec<PolicyError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for (path, bytes) in contents {
        let name = Path::new(directory).join(&path).display().to_string();
        match String::from_utf8(bytes) {
            Ok(text) => {
                let source = Source::new(name, text);
                files.push(PolicyFile { path, origin: Origin::User, source });
            }
            Err(_) => errors.push(unreadable(&name, "it is no UTF-8")),
        }
    }
    refuse_none(directory, &files, &mut errors);
    (files, errors)
}

/// A directory that cannot be read as one of policies.
#[must_use]
pub fn unreadable_directory(directory: &str, reason: &str) -> PolicyError {
    unreadable(directory, reason)
}

/// A directory without a policy is a mistake.
fn refuse_none(directory: &str, files: &[PolicyFile], errors: &mut Vec<PolicyError>) {
    if errors.is_empty() && !files.iter().any(|file| !file.is_test() && !file.is_library()) {
        let empty = Source::new(directory, "");
        errors.push(*PolicyError::whole_file(&empty, PolicyFault::NoPolicies));
    }
}

fn unreadable(path: &str, reason: &str) -> PolicyError {
    let reason = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
    *PolicyError::whole_file(&Source::new(path, ""), PolicyFault::Unreadable { reason })
}
