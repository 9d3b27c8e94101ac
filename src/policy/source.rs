//! Where policies come from: the binary itself, directories, and archives.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use walkdir::WalkDir;

use super::bundle::{self, Bundle, BundleFault, BundleFiles};
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
    let (found, mut errors) = files_below(directory, &["rego"]);
    let files = policy_files(found);
    refuse_none(&directory.display().to_string(), &files, &mut errors);
    (files, errors)
}

/// Every file below `directory` that has one of `extensions`, with its path below it, in order of
/// these paths; or the file `directory` itself. Links are not followed.
///
/// # Errors
/// One for each file or directory that cannot be read.
#[must_use]
pub fn files_below(
    directory: &Path,
    extensions: &[&str],
) -> (Vec<(String, Source)>, Vec<PolicyError>) {
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
        let has = |known: &&str| path.extension().is_some_and(|extension| extension == *known);
        if !extensions.iter().any(has) || entry.file_type().is_dir() {
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
                files.push((path, Source::new(name, text)));
            }
            Err(error) => errors.push(unreadable(&name, &error.to_string())),
        }
    }
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
    let (found, mut errors) = texts(directory, contents);
    let files = policy_files(found);
    refuse_none(directory, &files, &mut errors);
    (files, errors)
}

/// Files whose contents are at hand, as texts: their paths below `directory`, empty for itself, and
/// what they hold.
///
/// # Errors
/// One for each file that is no text.
#[must_use]
pub fn texts(
    directory: &str,
    contents: Vec<(String, Vec<u8>)>,
) -> (Vec<(String, Source)>, Vec<PolicyError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for (path, bytes) in contents {
        let name = match path.as_str() {
            "" => directory.to_owned(),
            below => Path::new(directory).join(below).display().to_string(),
        };
        match String::from_utf8(bytes) {
            Ok(text) => files.push((path, Source::new(name, text))),
            Err(_) => errors.push(unreadable(&name, "it is no UTF-8")),
        }
    }
    (files, errors)
}

/// The policies of a bundle called `name`: their paths are those below a directory of policies, or
/// below `policies/`.
///
/// # Errors
/// When there is no policy at all.
#[must_use]
pub fn from_bundle(name: &str, bundle: Bundle) -> (Vec<PolicyFile>, Vec<PolicyError>) {
    let files = bundle.modules.into_iter().map(|module| {
        let path = module.path.strip_prefix("policies/").unwrap_or(&module.path).to_owned();
        PolicyFile { path, origin: Origin::User, source: module.source }
    });
    let (files, mut errors): (Vec<PolicyFile>, _) = (files.collect(), Vec::new());
    refuse_none(name, &files, &mut errors);
    (files, errors)
}

/// The files of the archive at `path`.
///
/// # Errors
/// When it cannot be read, or is no bundle.
pub fn read_archive(path: &str) -> Result<BundleFiles, BundleFault> {
    let file = File::open(path).map_err(|error| not_read(&error))?;
    let mut bytes = Vec::new();
    let read = file.take(bundle::MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| not_read(&error))?;
    BundleFiles::unpack(&bytes)
}

/// All files below `directory`, as those of a bundle. Links are not followed.
///
/// # Errors
/// When one cannot be read, or is nothing that a bundle holds.
pub fn read_files(directory: &str) -> Result<BundleFiles, BundleFault> {
    let mut files = BundleFiles::default();
    for entry in WalkDir::new(directory).follow_links(false).sort_by_file_name() {
        let entry = entry.map_err(|error| match error.io_error() {
            Some(error) => not_read(error),
            None => BundleFault::Unreadable { reason: error.to_string() },
        })?;
        let below = entry.path().strip_prefix(directory).unwrap_or(entry.path());
        let below = below.to_string_lossy().replace('\\', "/");
        let kind = entry.file_type();
        if kind.is_file() {
            let file = File::open(entry.path()).map_err(|error| not_read(&error))?;
            let mut bytes = Vec::new();
            let read = file.take(bundle::MOST_BYTES + 1).read_to_end(&mut bytes);
            read.map_err(|error| not_read(&error))?;
            files.add(&below, bytes)?;
        } else if !kind.is_dir() {
            let what = if kind.is_symlink() { "a symbolic link" } else { "no file" };
            return Err(BundleFault::NoFile { path: below, what });
        }
    }
    Ok(files)
}

/// A bundle called `name` that cannot be used.
#[must_use]
pub fn bad_bundle(name: &str, fault: BundleFault) -> PolicyError {
    *PolicyError::whole_file(&Source::new(name, ""), fault.into())
}

fn not_read(error: &io::Error) -> BundleFault {
    BundleFault::Unreadable { reason: reason(&error.to_string()) }
}

fn policy_files(found: Vec<(String, Source)>) -> Vec<PolicyFile> {
    let file = |(path, source)| PolicyFile { path, origin: Origin::User, source };
    found.into_iter().map(file).collect()
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
    let reason = self::reason(reason);
    *PolicyError::whole_file(&Source::new(path, ""), PolicyFault::Unreadable { reason })
}

/// The words of the system, as a part of a sentence.
fn reason(text: &str) -> String {
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
