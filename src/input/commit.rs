//! The files of a commit: what the repository holds, whatever its working copy says.
//!
//! `git` is asked for objects and nothing else, without its user's settings and without the
//! variables that lead it elsewhere. No attributes, filters, hooks or index take part, and nothing
//! is fetched. Symbolic links and submodules are refused, since neither has its content in the
//! commit.

use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::files::{Files, FilesError};

/// The largest file below a directory that is read.
const LARGEST: u64 = 16 << 20;

/// The variables that lead `git` to another repository, other objects or other settings.
const MISLEADING: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_SYSTEM",
    "GIT_DIR",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
    "GIT_WORK_TREE",
];

/// A commit of the repository that holds the working directory.
#[derive(Debug, Clone)]
pub struct Commit {
    /// What it was asked for by, such as `origin/main`.
    name: String,
    /// Its full id.
    id: String,
    /// The root of the working copy.
    root: PathBuf,
    /// The directory that paths are relative to.
    directory: PathBuf,
}

/// Why a commit cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what it means")]
pub enum CommitError {
    #[error("`git` cannot be run, and only it knows what a commit holds: {reason}")]
    NoGit { reason: String },
    #[error("there is no repository with a working copy here")]
    NoRepository,
    #[error(
        "this directory is in a submodule, whose history comes with the change under review: run \
         from the repository around it"
    )]
    Submodule,
    #[error(
        "`{name}` is no branch, tag or full commit id of this repository; it may have to be \
         fetched first, as with `git fetch origin main`"
    )]
    Missing { name: String },
    #[error("`{name}` may be {found}: give the full name of the one that is meant")]
    Ambiguous { name: String, found: String },
}

/// What stands at a path of a commit.
struct Entry {
    kind: Kind,
    /// The id of its object.
    object: String,
    /// Its bytes, for a file.
    size: u64,
    path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
    Link,
    Submodule,
}

impl Commit {
    /// The commit that `name` stands for in the repository around `directory`: a full id, a full
    /// name such as `refs/remotes/origin/main`, or a short one that means one thing only.
    ///
    /// # Errors
    /// When there is no such repository or commit.
    pub fn find(directory: &Path, name: &str) -> Result<Self, CommitError> {
        let directory = fs::canonicalize(directory).map_err(|_| CommitError::NoRepository)?;
        let probe = git(&directory, &["--version"]);
        probe.map_err(|error| CommitError::NoGit { reason: error.to_string() })?;
        let root = git(&directory, &["rev-parse", "--show-toplevel"]);
        let root = root.ok().and_then(|path| fs::canonicalize(line(&path)).ok());
        let root = root.ok_or(CommitError::NoRepository)?;
        let outer = git(&directory, &["rev-parse", "--show-superproject-working-tree"]);
        if outer.map_err(|_| CommitError::NoRepository)?.iter().any(|byte| *byte != b'\n') {
            return Err(CommitError::Submodule);
        }
        let id = resolve(&root, name)?;
        Ok(Commit { name: name.to_owned(), id, root, directory })
    }

    /// What it was asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its full id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// True for a path in the repository, whether or not the commit has anything there.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// Paths and contents of the files below `directory` that end with one of `extensions`, in order.
    ///
    /// # Errors
    /// When there is no such directory, or something in it has no content in the commit.
    pub fn read_below(
        &self,
        directory: &str,
        extensions: &[&str],
    ) -> Result<Vec<(String, Vec<u8>)>, FilesError> {
        let has = |path: &Path, known: &&str| path.extension() == Some(OsStr::new(known));
        self.below(directory, |path| extensions.iter().any(|known| has(path, known)))
    }

    /// Paths and contents of all files below `directory`, in order.
    ///
    /// # Errors
    /// As [`Commit::read_below`].
    pub fn read_all_below(&self, directory: &str) -> Result<Vec<(String, Vec<u8>)>, FilesError> {
        self.below(directory, |_| true)
    }

    fn below(
        &self,
        directory: &str,
        is_wanted: impl Fn(&Path) -> bool,
    ) -> Result<Vec<(String, Vec<u8>)>, FilesError> {
        let place = self.directory_at(directory)?;
        let prefix = if place.is_empty() { String::new() } else { format!("{place}/") };
        let mut found = Vec::new();
        for entry in self.entries(&["-r"], &prefix)? {
            let below = entry.path.strip_prefix(&prefix).unwrap_or(&entry.path);
            let is_wanted = is_wanted(Path::new(below));
            match entry.kind {
                Kind::File if is_wanted => {
                    let bytes = self.content(&entry, LARGEST);
                    found.push((below.to_owned(), bytes.map_err(|error| at(below, &error))?));
                }
                Kind::Submodule => return Err(at(below, &refused(entry.kind))),
                Kind::Link if is_wanted => return Err(at(below, &refused(entry.kind))),
                Kind::File | Kind::Link | Kind::Directory => {}
            }
        }
        found.sort();
        Ok(found)
    }

    /// Where `path` is below the root of the repository; None outside of it.
    fn place(&self, path: &str) -> Option<String> {
        let full = cleaned(&self.directory.join(path));
        let below = |path: &Path| path.strip_prefix(&self.root).map(Path::to_owned).ok();
        // The root is known by its real path, and a path may be written through a link to it.
        let place = below(&full).or_else(|| {
            let mut ancestors = full.ancestors();
            let (real, known) =
                ancestors.find_map(|above| Some((fs::canonicalize(above).ok()?, above)))?;
            below(&real.join(full.strip_prefix(known).ok()?))
        });
        let place = place?;
        let parts = place.components().map(|part| part.as_os_str().to_str());
        parts.collect::<Option<Vec<&str>>>().map(|parts| parts.join("/"))
    }

    /// The place of a directory of the commit.
    fn directory_at(&self, path: &str) -> Result<String, FilesError> {
        let place = self.place(path).ok_or(FilesError::Outside)?;
        if !place.is_empty() {
            let entry = self.entry(&place)?;
            if entry.kind != Kind::Directory {
                return Err(refused(entry.kind));
            }
        }
        Ok(place)
    }

    fn entry(&self, place: &str) -> Result<Entry, FilesError> {
        let entries = self.entries(&[], place)?;
        let entry = entries.into_iter().find(|entry| entry.path == place);
        entry.ok_or(FilesError::Missing)
    }

    /// What stands at `place`, or directly in it where that ends with a slash.
    fn entries(&self, options: &[&str], place: &str) -> Result<Vec<Entry>, FilesError> {
        let mut arguments = vec!["ls-tree", "-z", "-l", "--full-tree"];
        arguments.extend(options);
        arguments.push(&self.id);
        if !place.is_empty() {
            arguments.extend(["--", place]);
        }
        let output = git(&self.root, &arguments)?;
        let records = output.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        let unreadable = || FilesError::Unreadable { reason: "git lists it oddly".to_owned() };
        records.map(|record| Entry::read(record).ok_or_else(unreadable)).collect()
    }

    fn content(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, FilesError> {
        if entry.kind != Kind::File {
            return Err(refused(entry.kind));
        }
        if entry.size > limit {
            return Err(FilesError::TooLarge { limit });
        }
        git(&self.root, &["cat-file", "blob", &entry.object])
    }
}

impl Files for Commit {
    fn list(&self, directory: &str) -> Result<Vec<String>, FilesError> {
        let place = self.directory_at(directory)?;
        let prefix = if place.is_empty() { String::new() } else { format!("{place}/") };
        let entries = self.entries(&[], &prefix)?.into_iter();
        let files = entries.filter(|entry| entry.kind == Kind::File);
        Ok(files.filter_map(|e| e.path.strip_prefix(&prefix).map(str::to_owned)).collect())
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, FilesError> {
        let place = self.place(path).ok_or(FilesError::Outside)?;
        self.content(&self.entry(&place)?, limit)
    }
}

impl Entry {
    /// A line of `git ls-tree -l`: `MODE TYPE OBJECT SIZE`, a tab and the path.
    fn read(record: &[u8]) -> Option<Self> {
        let (head, path) = std::str::from_utf8(record).ok()?.split_once('\t')?;
        let mut words = head.split_whitespace();
        let kind = match (words.next()?, words.next()?) {
            ("120000", _) => Kind::Link,
            (_, "blob") => Kind::File,
            (_, "tree") => Kind::Directory,
            (_, "commit") => Kind::Submodule,
            _ => return None,
        };
        let object = words.next()?.to_owned();
        let size = match kind {
            Kind::File => words.next()?.parse().ok()?,
            _ => 0,
        };
        Some(Entry { kind, object, size, path: path.to_owned() })
    }
}

/// The id that `name` stands for. A tag called like a branch of a remote would come first by
/// git's rules, and anybody who may push can make one.
fn resolve(root: &Path, name: &str) -> Result<String, CommitError> {
    let missing = || CommitError::Missing { name: name.to_owned() };
    let is_id = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let commit = |name: &str| {
        let name = format!("{name}^{{commit}}");
        let id = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name]);
        id.map(|id| line(&id)).map_err(|_| missing())
    };
    if is_id || name == "HEAD" {
        return commit(name);
    }
    let full: Vec<String> = if name.starts_with("refs/") {
        vec![name.to_owned()]
    } else {
        let ways = ["refs", "refs/tags", "refs/heads", "refs/remotes"];
        ways.iter().map(|way| format!("{way}/{name}")).collect()
    };
    let mut arguments = vec!["for-each-ref", "--format=%(refname)", "--"];
    arguments.extend(full.iter().map(String::as_str));
    let listed = git(root, &arguments).map_err(|_| missing())?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let known: Vec<&str> = listed.lines().filter(|line| full.iter().any(|f| f == line)).collect();
    let ids: Vec<String> = known.iter().map(|full| commit(full)).collect::<Result<_, _>>()?;
    let first = ids.first().ok_or_else(missing)?;
    if ids.iter().any(|id| id != first) {
        let (name, found) = (name.to_owned(), known.join(" or "));
        return Err(CommitError::Ambiguous { name, found });
    }
    Ok(first.clone())
}

/// What `git` prints when it runs in `directory`.
fn git(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>, FilesError> {
    let mut command = Command::new("git");
    for name in MISLEADING {
        command.env_remove(name);
    }
    let settings = [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" }),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
    ];
    // Whoever owns the repository: only objects are read, and that runs nothing.
    let output = command
        .envs(settings)
        .args(["-c", "safe.directory=*", "--no-pager"])
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| unreadable(&error.to_string()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(unreadable(&String::from_utf8_lossy(&output.stderr)))
    }
}

/// Why something of this kind is not read.
fn refused(kind: Kind) -> FilesError {
    unreadable(match kind {
        Kind::Link => "it is a symbolic link, and links are not followed",
        Kind::Submodule => "it is a submodule, and its content is not in the commit",
        Kind::Directory => "it is a directory",
        Kind::File => "it is no directory",
    })
}

fn at(path: &str, error: &FilesError) -> FilesError {
    FilesError::Unreadable { reason: format!("{path}: {error}") }
}

/// The first line of what is wrong.
fn unreadable(text: &str) -> FilesError {
    let reason = text.lines().next().unwrap_or_default();
    let reason = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
    FilesError::Unreadable { reason }
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// `path` without the detours in it, as in `a/../b`.
fn cleaned(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(cleaned.pop()),
            Component::CurDir => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}
