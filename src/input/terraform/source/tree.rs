//! A configuration: the root module and those that it calls, each with its directory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::file::{SourceFile, without_shadowed};
use super::module::SourceModule;
use crate::base::ModuleAddress;
use crate::input::files::Files;

/// The largest file that is read.
const LARGEST_FILE: u64 = 16 << 20;
/// How many files are read.
const MOST_FILES: usize = 20_000;
/// How many modules a tree has, and how deep they are nested.
const MOST_MODULES: usize = 10_000;
const DEEPEST: usize = 32;

/// Every module of a configuration that could be found.
#[derive(Debug, Clone, Default)]
pub struct SourceTree {
    /// The modules by their call names, joined by dots; the root module is at the empty text.
    modules: BTreeMap<String, TreeModule>,
    /// Why modules are absent, by the same names.
    absent: BTreeMap<String, String>,
    notices: Vec<String>,
}

/// A module at its place in the tree.
#[derive(Debug, Clone)]
pub struct TreeModule {
    /// Its blocks. Calls of one directory share them.
    pub module: Arc<SourceModule>,
    /// Whose it is.
    pub origin: Origin,
    /// The source, as the call says it; empty for the root module.
    pub source: String,
}

/// Whose files a module consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The user's: the root module, or one that it reaches by local paths.
    Own,
    /// Downloaded from a registry or a repository, or part of such a download.
    Downloaded,
}

/// The files of one module, for trees that are not found by directories.
#[derive(Debug, Clone, Default)]
pub struct ModuleFiles {
    /// The call names on the way, joined by dots; empty for the root module.
    pub key: String,
    /// The source of the call; empty for the root module.
    pub source: String,
    /// The directory that goes before the names of the files.
    pub directory: String,
    /// Names and contents.
    pub files: Vec<(String, Vec<u8>)>,
}

/// `.terraform/modules/modules.json`.
#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules", default)]
    modules: Vec<Installed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Installed {
    key: String,
    #[serde(default)]
    source: String,
    dir: String,
}

impl SourceTree {
    /// Reads the configuration in directory `root`: the modules that `terraform init` put
    /// down, and those with local sources.
    #[must_use]
    pub fn read(files: &dyn Files, root: &str) -> Self {
        let mut reader = TreeReader::new(files, root);
        let root = Pending {
            key: String::new(),
            source: String::new(),
            directories: vec![joined("", root)],
            origin: Origin::Own,
        };
        let mut level = vec![root];
        while !level.is_empty() {
            reader.parse(&level);
            level = level.into_iter().flat_map(|pending| reader.place(pending)).collect();
        }
        reader.tree
    }

    /// The tree of modules whose files are at hand, as in a saved plan file.
    #[must_use]
    pub fn from_modules(modules: Vec<ModuleFiles>) -> Self {
        let mut tree = SourceTree::default();
        let read = |module: ModuleFiles| {
            let mut files: HashMap<String, Vec<u8>> = module.files.into_iter().collect();
            let names = without_shadowed(files.keys().cloned().collect());
            let contents: Vec<_> =
                names.into_iter().filter_map(|name| files.remove_entry(&name)).collect();
            let parse = |(name, bytes): (String, Vec<u8>)| {
                SourceFile::parse(&joined(&module.directory, &name), bytes)
            };
            let files = contents.into_par_iter().map(parse).collect();
            let parsed = SourceModule::new(&module.directory, files);
            (module.key, module.source, parsed)
        };
        let mut read: Vec<_> = modules.into_par_iter().map(read).collect();
        read.sort_by(|a, b| a.0.cmp(&b.0));
        for (key, source, module) in read {
            let parent = key.rsplit_once('.').map_or("", |(parent, _)| parent);
            let parent = tree.modules.get(parent).map_or(Origin::Own, |parent| parent.origin);
            let origin = if key.is_empty() {
                Origin::Own
            } else {
                origin(parent, &source, &module.directory)
            };
            tree.notices.extend(module.notices.iter().cloned());
            tree.modules.insert(key, TreeModule { module: Arc::new(module), origin, source });
        }
        tree
    }

    /// The module that `address` is an instance of.
    #[must_use]
    pub fn module(&self, address: &ModuleAddress) -> Option<&TreeModule> {
        self.module_at(&key(address.names()))
    }

    /// The module at call names that are joined by dots.
    #[must_use]
    pub fn module_at(&self, key: &str) -> Option<&TreeModule> {
        self.modules.get(key)
    }

    /// Why the module at `key` is not in the tree, where that is known.
    #[must_use]
    pub fn why_absent(&self, key: &str) -> Option<&str> {
        self.absent.get(key).map(String::as_str)
    }

    /// The modules with their call names, joined by dots; parents first.
    pub fn modules(&self) -> impl Iterator<Item = (&str, &TreeModule)> {
        self.modules.iter().map(|(key, module)| (key.as_str(), module))
    }

    /// What the reader of its places should know.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// True when there is no source at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.modules.values().all(|module| module.module.is_empty())
    }
}

/// Call names, joined by dots.
pub(super) fn key<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(".")
}

/// The key of the module that `name` is called in at `parent`.
pub(super) fn child_key(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// A module whose directory is known and whose files are not placed yet.
struct Pending {
    key: String,
    source: String,
    /// Its directory and those of its callers, the root's first.
    directories: Vec<String>,
    origin: Origin,
}

impl Pending {
    fn directory(&self) -> &str {
        self.directories.last().map_or("", String::as_str)
    }
}

struct TreeReader<'a> {
    files: &'a dyn Files,
    root: String,
    installed: HashMap<String, Installed>,
    /// What was read of each directory.
    parsed: HashMap<String, Arc<SourceModule>>,
    /// Why directories could not be read.
    unreadable: HashMap<String, String>,
    /// How many files may still be read.
    left: usize,
    tree: SourceTree,
}

impl<'a> TreeReader<'a> {
    fn new(files: &'a dyn Files, root: &str) -> Self {
        let mut reader = TreeReader {
            files,
            root: joined("", root),
            installed: HashMap::new(),
            parsed: HashMap::new(),
            unreadable: HashMap::new(),
            left: MOST_FILES,
            tree: SourceTree::default(),
        };
        let path = joined(&reader.root, ".terraform/modules/modules.json");
        let Ok(bytes) = files.read(&path, LARGEST_FILE) else { return reader };
        match serde_json::from_slice::<Manifest>(&bytes) {
            Ok(manifest) => {
                let keyed = manifest.modules.into_iter().map(|module| (module.key.clone(), module));
                reader.installed = keyed.collect();
            }
            Err(error) => reader.tree.notices.push(format!("{path} cannot be read: {error}")),
        }
        reader
    }

    /// Reads the directories that no earlier call has needed, in parallel.
    fn parse(&mut self, level: &[Pending]) {
        let mut wanted: Vec<&str> = level.iter().map(Pending::directory).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut paths = Vec::new();
        for directory in wanted {
            if self.parsed.contains_key(directory) {
                continue;
            }
            let mut names = match self.files.list(directory) {
                Ok(names) => without_shadowed(names),
                Err(error) => {
                    let shown = if directory.is_empty() { "." } else { directory };
                    let reason = format!("{shown} cannot be read: {error}");
                    self.tree.notices.push(reason.clone());
                    self.unreadable.insert(directory.to_owned(), reason);
                    Vec::new()
                }
            };
            if names.len() > self.left {
                let notice =
                    format!("{directory}: more than {MOST_FILES} files, the rest is left out");
                self.tree.notices.push(notice);
                names.truncate(self.left);
            }
            self.left -= names.len();
            self.parsed.insert(directory.to_owned(), Arc::default());
            paths.extend(names.into_iter().map(|name| (directory.to_owned(), name)));
        }
        let files = self.files;
        let read = |(directory, name): (String, String)| {
            let path = joined(&directory, &name);
            let file = files.read(&path, LARGEST_FILE);
            let file = file.map(|bytes| SourceFile::parse(&path, bytes));
            (directory, file.map_err(|error| format!("{path} is not read: {error}")))
        };
        let parsed: Vec<_> = paths.into_par_iter().map(read).collect();
        let mut by_directory: BTreeMap<String, Vec<SourceFile>> = BTreeMap::new();
        for (directory, file) in parsed {
            match file {
                Ok(file) => by_directory.entry(directory).or_default().push(file),
                Err(notice) => self.tree.notices.push(notice),
            }
        }
        for (directory, files) in by_directory {
            let module = SourceModule::new(&directory, files);
            self.tree.notices.extend(module.notices.iter().cloned());
            self.parsed.insert(directory, Arc::new(module));
        }
    }

    /// Puts a module into the tree; returns those that it calls.
    fn place(&mut self, pending: Pending) -> Vec<Pending> {
        if let Some(reason) = self.unreadable.get(pending.directory()) {
            self.tree.absent.insert(pending.key, reason.clone());
            return Vec::new();
        }
        let module = self.parsed.get(pending.directory()).cloned().unwrap_or_default();
        let mut called = Vec::new();
        for call in module.of_kind("module") {
            let Some(name) = call.label(0) else { continue };
            let key = child_key(&pending.key, name);
            // OpenTofu lets a source be computed; what was installed says what it came to.
            let installed = self.installed.get(&key).map(|installed| installed.source.as_str());
            let source = call.body.text("source").or(installed).map(str::to_owned);
            match source.as_deref().map(|source| self.directory_of(&key, source, &pending)) {
                Some(Ok(directory)) => {
                    let source = source.unwrap_or_default();
                    let origin = origin(pending.origin, &source, &directory);
                    let mut directories = pending.directories.clone();
                    directories.push(directory);
                    called.push(Pending { key, source, directories, origin });
                }
                Some(Err(reason)) => drop(self.tree.absent.insert(key, reason)),
                None => {
                    let reason = format!("the source of `module.{name}` is computed");
                    self.tree.absent.insert(key, reason);
                }
            }
        }
        let Pending { key, source, origin, .. } = pending;
        self.tree.modules.insert(key, TreeModule { module, origin, source });
        let room = MOST_MODULES.saturating_sub(self.tree.modules.len());
        if called.len() > room {
            self.tree
                .notices
                .push(format!("more than {MOST_MODULES} modules, the rest is left out"));
            called.truncate(room);
        }
        called
    }

    /// Where the module that is called as `key` lies.
    fn directory_of(&self, key: &str, source: &str, caller: &Pending) -> Result<String, String> {
        let directory = match self.installed.get(key) {
            _ if is_local(source) => joined(caller.directory(), source),
            Some(installed) if !is_local(&installed.source) => joined(&self.root, &installed.dir),
            _ => return Err(format!("`{source}` is not downloaded here; run `terraform init`")),
        };
        if caller.directories.contains(&directory) || caller.directories.len() > DEEPEST {
            return Err(format!("`{source}` calls itself"));
        }
        Ok(directory)
    }
}

/// A module is the user's own only when all of the way to it is.
fn origin(parent: Origin, source: &str, directory: &str) -> Origin {
    let is_own = parent == Origin::Own
        && is_local(source)
        && !format!("/{directory}/").contains("/.terraform/modules/");
    if is_own { Origin::Own } else { Origin::Downloaded }
}

fn is_local(source: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start))
        || matches!(source, "." | "..")
}

/// `path` as seen from `directory`, without `.` and, as far as possible, without `..`.
fn joined(directory: &str, path: &str) -> String {
    let path = path.replace('\\', "/");
    let base = if path.starts_with('/') { "" } else { directory };
    let is_absolute = path.starts_with('/') || base.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    let text = parts.join("/");
    if is_absolute { format!("/{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_a_saved_plan_have_their_owners() {
        let module = |key: &str, source: &str, directory: &str| ModuleFiles {
            key: key.to_owned(),
            source: source.to_owned(),
            directory: directory.to_owned(),
            files: vec![("main.tf".to_owned(), b"locals { a = 1 }".to_vec())],
        };
        let tree = SourceTree::from_modules(vec![
            module("vpc.flow", "./flow", ".terraform/modules/vpc/flow"),
            module("vpc", "terraform-aws-modules/vpc/aws", ".terraform/modules/vpc"),
            module("", "", "."),
            module("site", "./site", "site"),
        ]);
        let owners: Vec<_> = tree.modules().map(|(key, module)| (key, module.origin)).collect();
        let foreign = Origin::Downloaded;
        assert_eq!(
            owners,
            [("", Origin::Own), ("site", Origin::Own), ("vpc", foreign), ("vpc.flow", foreign)]
        );
        let local = tree.module_at("site").and_then(|site| site.module.local("a")).unwrap();
        assert_eq!(local.source.name(), "site/main.tf");
        assert!(!tree.is_empty());
        assert!(SourceTree::from_modules(Vec::new()).is_empty());
    }

    #[test]
    fn paths_are_joined_as_written() {
        for (directory, path, expected) in [
            ("", ".", ""),
            ("", "./modules/a", "modules/a"),
            ("live/eu", "../../modules/a", "modules/a"),
            ("", "../a", "../a"),
            ("../a", "../b", "../b"),
            ("..", "../b", "../../b"),
            ("/x/y", "../../../z", "/z"),
            ("x", "/y", "/y"),
        ] {
            assert_eq!(joined(directory, path), expected, "{directory} {path}");
        }
    }
}
