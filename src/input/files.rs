//! Where source files come from: a trait, and the file system behind it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// A set of files in directories. Paths have `/` between their parts.
pub trait Files: Sync {
    /// The names of the files that stand in `directory` itself.
    ///
    /// # Errors
    /// When the directory is not there or may not be read.
    fn list(&self, directory: &str) -> Result<Vec<String>, FilesError>;

    /// The content of the file at `path`, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// When the file is not there, is too large or may not be read.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FilesError>;
}

/// Why a file or a directory could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// It is not there.
    #[error("it does not exist")]
    Missing,
    /// It is larger than allowed.
    #[error("it is larger than {limit} bytes")]
    TooLarge {
        /// The largest size that is read.
        limit: u64,
    },
    /// A symbolic link leads out of the repository.
    #[error("a symbolic link leads out of the repository")]
    Outside,
    /// The system refuses.
    #[error("{reason}")]
    Unreadable {
        /// The system's words.
        reason: String,
    },
}

/// The file system, seen from one directory.
///
/// Plain paths may lead anywhere, as Terraform lets them. Symbolic links may not leave the
/// repository that holds the directory (without one, the directory): a pull request could
/// otherwise have a report quote files that are none of its business.
#[derive(Debug, Clone)]
pub struct FileSystem {
    boundary: Option<PathBuf>,
}

impl FileSystem {
    /// The file system for a configuration in `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        let root = fs::canonicalize(root).ok();
        let repository = root.as_deref().and_then(|root| {
            root.ancestors().find(|directory| directory.join(".git").exists()).map(Path::to_owned)
        });
        FileSystem { boundary: repository.or(root) }
    }

    fn check(&self, path: &Path) -> Result<(), FilesError> {
        let real = fs::canonicalize(path).map_err(|error| refusal(&error))?;
        let is_inside = self.boundary.as_ref().is_some_and(|boundary| real.starts_with(boundary));
        if is_inside || !passes_link(path) { Ok(()) } else { Err(FilesError::Outside) }
    }
}

impl Files for FileSystem {
    fn list(&self, directory: &str) -> Result<Vec<String>, FilesError> {
        let path = native(directory);
        self.check(&path)?;
        let mut names = Vec::new();
        for entry in fs::read_dir(&path).map_err(|error| refusal(&error))? {
            let entry = entry.map_err(|error| refusal(&error))?;
            let is_file = entry.path().is_file();
            names.extend(entry.file_name().into_string().ok().filter(|_| is_file));
        }
        Ok(names)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FilesError> {
        let path = native(path);
        self.check(&path)?;
        let file = File::open(&path).map_err(|error| refusal(&error))?;
        let mut bytes = Vec::new();
        let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| refusal(&error))?;
        if bytes.len() as u64 > limit { Err(FilesError::TooLarge { limit }) } else { Ok(bytes) }
    }
}

fn native(path: &str) -> PathBuf {
    if path.is_empty() { PathBuf::from(".") } else { PathBuf::from(path) }
}

/// True when a part of the path that was written out is a symbolic link.
fn passes_link(path: &Path) -> bool {
    let mut so_far = PathBuf::new();
    path.components().any(|part| {
        so_far.push(part);
        let is_name = matches!(part, Component::Normal(_));
        is_name && fs::symlink_metadata(&so_far).is_ok_and(|metadata| metadata.is_symlink())
    })
}

fn refusal(error: &io::Error) -> FilesError {
    match error.kind() {
        io::ErrorKind::NotFound => FilesError::Missing,
        _ => {
            let text = error.to_string();
            let reason = text.split(" (os error").next().unwrap_or_default().to_lowercase();
            FilesError::Unreadable { reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_stay_in_the_repository() {
        let top = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(top.path()).unwrap();
        let root = top.join("repository/live");
        fs::create_dir_all(root.join("modules")).unwrap();
        fs::create_dir_all(top.join("repository/.git")).unwrap();
        fs::write(top.join("outside.tf"), "x").unwrap();
        fs::write(top.join("repository/shared.tf"), "y").unwrap();
        std::os::unix::fs::symlink(top.join("outside.tf"), root.join("out.tf")).unwrap();
        std::os::unix::fs::symlink(top.join("repository/shared.tf"), root.join("in.tf")).unwrap();
        let files = FileSystem::new(&root);
        let read = |name: &str| files.read(&format!("{}/{name}", root.display()), 9);
        assert_eq!(read("out.tf"), Err(FilesError::Outside));
        assert_eq!(read("in.tf"), Ok(b"y".to_vec()));
        assert_eq!(read("../../outside.tf"), Ok(b"x".to_vec()));
        assert_eq!(read("none.tf"), Err(FilesError::Missing));
        let path = format!("{}/in.tf", root.display());
        assert_eq!(files.read(&path, 0), Err(FilesError::TooLarge { limit: 0 }));
        let mut names = files.list(&root.display().to_string()).unwrap();
        names.sort_unstable();
        assert_eq!(names, ["in.tf", "out.tf"]);
    }
}
