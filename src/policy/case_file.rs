//! Finds the files `cases/*.toml` that say what policies should make of a plan.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{PolicyError, PolicyFault};
use crate::base::Source;

/// What the directories are called that hold cases.
const DIRECTORY: &str = "cases";

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Every file of cases below `directory`, in order of its path. Links are not followed.
///
/// # Errors
/// One for each that cannot be read.
#[must_use]
pub fn read_cases(directory: &Path) -> (Vec<Source>, Vec<PolicyError>) {
    let mut cases = Vec::new();
    let mut errors = Vec::new();
    // What a walk cannot enter is reported where the policies are read.
    let walk = WalkDir::new(directory).follow_links(false).sort_by_file_name();
    for entry in walk.into_iter().filter_map(Result::ok) {
        let path = entry.path();
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        let parent = path.parent().and_then(Path::file_name);
        if !is_toml || entry.file_type().is_dir() || parent.is_none_or(|name| name != DIRECTORY) {
            continue;
        }
        let name = path.display().to_string();
        match text(path) {
            Ok(text) => cases.push(Source::new(name, text)),
            Err(reason) => {
                let fault = PolicyFault::Unreadable { reason };
                errors.push(*PolicyError::whole_file(&Source::new(name, ""), fault));
            }
        }
    }
    (cases, errors)
}

fn text(path: &Path) -> Result<String, String> {
    let metadata = fs::symlink_metadata(path);
    match metadata {
        Ok(metadata) if metadata.is_symlink() => {
            return Err("it is a symbolic link, and links are not followed".to_owned());
        }
        Ok(metadata) if metadata.len() > LARGEST => {
            return Err(format!("it is larger than {LARGEST} bytes"));
        }
        _ => {}
    }
    let read = metadata.and_then(|_| fs::read_to_string(path));
    read.map_err(|error| {
        error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase()
    })
}
