//! Where the files of a configuration are taken from: the working copy, or a commit.

use std::fs;
use std::path::{Path, PathBuf};

use crate::base::Source;
use crate::config::{ConfigError, ConfigFault, FILE_NAME, Origin};
use crate::input::Commit;
use crate::input::files::{Files, FilesError};
use crate::policy::bundle::{BundleFault, BundleFiles, MOST_BYTES};
use crate::policy::{self, PolicyError, PolicyFile, raw};

/// The largest configuration that is read.
const LARGEST: u64 = 1 << 20;

/// Where files are taken from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shelf<'a> {
    /// The files as they lie there.
    WorkingCopy,
    /// What a commit holds; what lies outside of its repository, as it lies there.
    Commit(&'a Commit),
}

impl Shelf<'_> {
    /// `plangate.toml` in the working directory, or the nearest above it within the repository.
    ///
    /// # Errors
    /// When there is something by that name that cannot be read.
    pub(super) fn find(self) -> Result<Option<Source>, ConfigError> {
        let Shelf::Commit(commit) = self else {
            return find().map(|path| read(&path)).transpose();
        };
        // The path is a relative one, as the reader would write it.
        let mut path = PathBuf::new();
        loop {
            let file = path.join(FILE_NAME);
            if !commit.covers(&file.display().to_string()) {
                return Ok(None);
            }
            match commit.read(&file.display().to_string(), LARGEST) {
                Err(FilesError::Missing) => {}
                _ => return self.read(&file).map(Some),
            }
            path.push("..");
        }
    }

    /// The text of a file of the configuration.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(self, path: &Path) -> Result<Source, ConfigError> {
        let name = path.display().to_string();
        let commit = match self {
            Shelf::Commit(commit) if commit.covers(&name) => commit,
            _ => return read(path),
        };
        let reason = match commit.read(&name, LARGEST).map(String::from_utf8) {
            Ok(Ok(text)) => return Ok(Source::new(name, text)),
            Ok(Err(_)) => "it is no UTF-8".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(unreadable(&name, format!("{reason} ({})", commit.name())))
    }

    /// The files below `path` that end with one of `extensions`, or the file `path` itself; and what
    /// could not be read there.
    pub(super) fn files_below(self, path: &str, extensions: &[&str]) -> raw::Found {
        let commit = match self {
            Shelf::Commit(commit) if commit.covers(path) => commit,
            _ => return policy::files_below(Path::new(path), extensions),
        };
        let below = match commit.read_below(path, extensions) {
            Ok(contents) => return policy::texts(path, contents),
            Err(error) => error,
        };
        let is_wanted =
            extensions.iter().any(|end| Path::new(path).extension() == Some(end.as_ref()));
        match commit.read(path, LARGEST) {
            Ok(content) if is_wanted => policy::texts(path, vec![(String::new(), content)]),
            _ => {
                let reason = format!("{below} ({})", commit.name());
                (Vec::new(), vec![policy::unreadable_directory(path, &reason)])
            }
        }
    }

    /// The policies below `directory`, and what could not be read there.
    pub(super) fn policies(self, directory: &str) -> (Vec<PolicyFile>, Vec<PolicyError>) {
        let commit = match self {
            Shelf::Commit(commit) if commit.covers(directory) => commit,
            _ => return policy::read_directory(Path::new(directory)),
        };
        match commit.read_below(directory, &["rego"]) {
            Ok(contents) => policy::from_contents(directory, contents),
            Err(error) => {
                let reason = format!("{error} ({})", commit.name());
                (Vec::new(), vec![policy::unreadable_directory(directory, &reason)])
            }
        }
    }

    /// The files of the archive at `path`.
    ///
    /// # Errors
    /// When it cannot be read, or is no bundle.
    pub(super) fn archive(self, path: &str) -> Result<BundleFiles, BundleFault> {
        match self {
            Shelf::Commit(commit) if commit.covers(path) => {
                let bytes = commit.read(path, MOST_BYTES);
                BundleFiles::unpack(&bytes.map_err(|error| not_of(commit, &error))?)
            }
            _ => policy::read_archive(path),
        }
    }

    /// All files below `directory`, as those of a bundle.
    ///
    /// # Errors
    /// When one cannot be read, or is nothing that a bundle holds.
    pub(super) fn all_files(self, directory: &str) -> Result<BundleFiles, BundleFault> {
        let commit = match self {
            Shelf::Commit(commit) if commit.covers(directory) => commit,
            _ => return policy::read_files(directory),
        };
        let mut files = BundleFiles::default();
        let all = commit.read_all_below(directory);
        for (path, bytes) in all.map_err(|error| not_of(commit, &error))? {
            files.add(&path, bytes)?;
        }
        Ok(files)
    }
}

/// `plangate.toml` in the working directory, or the nearest above it within the repository.
/// Without a repository only the working directory counts: what lies above may be anybody's.
fn find() -> Option<PathBuf> {
    let directory = std::env::current_dir().ok()?;
    let root = directory.ancestors().position(|above| above.join(".git").exists());
    let levels = root.map_or(1, |levels| levels + 1);
    // The path is a relative one, as the reader would write it.
    let mut path = PathBuf::new();
    for _ in 0..levels {
        let file = path.join(FILE_NAME);
        // A link that leads nowhere is not overlooked.
        if file.symlink_metadata().is_ok() {
            return Some(file);
        }
        path.push("..");
    }
    None
}

fn not_of(commit: &Commit, error: &FilesError) -> BundleFault {
    BundleFault::Unreadable { reason: format!("{error} ({})", commit.name()) }
}

/// The text of a file as it lies there.
fn read(path: &Path) -> Result<Source, ConfigError> {
    let name = path.display().to_string();
    let refused = |error: std::io::Error| unreadable(&name, error.to_string());
    let length = fs::metadata(path).map_err(refused)?.len();
    if length > LARGEST {
        return Err(unreadable(&name, format!("it is larger than {LARGEST} bytes")));
    }
    let text = fs::read_to_string(path).map_err(refused)?;
    Ok(Source::new(name.clone(), text))
}

fn unreadable(name: &str, reason: String) -> ConfigError {
    let reason = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
    let fault = ConfigFault::Unreadable { path: name.to_owned(), reason };
    ConfigError::new(&Origin::Default, fault)
}
