//! Reading a tree: from the root directory, level by level, along the calls.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use super::file::{SourceFile, without_shadowed};
use super::module::SourceModule;
use super::tree::{Origin, SourceTree, TreeModule, child_key, origin};
use crate::input::files::Files;

/// The file that `terraform init` writes for its next run, and that is to be committed.
const LOCK_FILE: &str = ".terraform.lock.hcl";
/// The largest file that is read.
const LARGEST_FILE: u64 = 16 << 20;
/// How many files are read, and how much in all.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 512 << 20;
/// How many modules a tree has.
const MOST_MODULES: usize = 10_000;
/// How deep modules are nested: what walks a tree calls itself for each level.
pub(super) const DEEPEST: usize = 32;

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

/// Reads a configuration from its root directory.
pub(super) struct TreeReader<'a> {
    files: &'a dyn Files,
    root: String,
    installed: HashMap<String, Installed>,
    /// What was read of each directory.
    parsed: HashMap<String, Arc<SourceModule>>,
    /// Why directories could not be read.
    unreadable: HashMap<String, String>,
    /// How much may still be read.
    modules_left: usize,
    files_left: usize,
    bytes_left: u64,
    tree: SourceTree,
}

impl<'a> TreeReader<'a> {
    pub(super) fn new(files: &'a dyn Files, root: &str) -> Self {
        let mut reader = TreeReader {
            files,
            root: joined("", root),
            installed: HashMap::new(),
            parsed: HashMap::new(),
            unreadable: HashMap::new(),
            modules_left: MOST_MODULES,
            files_left: MOST_FILES,
            bytes_left: MOST_BYTES,
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

    /// Reads the modules that `terraform init` put down, and those with local sources.
    pub(super) fn tree(mut self) -> SourceTree {
        let names = self.files.list(&self.root).ok();
        self.tree.has_lock_file = names.map(|names| names.iter().any(|name| name == LOCK_FILE));
        let mut level = vec![Pending {
            key: String::new(),
            source: String::new(),
            directories: vec![self.root.clone()],
            origin: Origin::Own,
        }];
        while !level.is_empty() {
            self.parse(&level);
            level = level.into_iter().flat_map(|pending| self.place(pending)).collect();
        }
        self.tree
    }

    /// Reads the directories that no earlier call has needed; parses their files in parallel.
    fn parse(&mut self, level: &[Pending]) {
        let mut wanted: Vec<&str> = level.iter().map(Pending::directory).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|directory| !self.parsed.contains_key(*directory));
        let mut contents = Vec::new();
        for directory in wanted {
            self.parsed.insert(directory.to_owned(), Arc::default());
            for name in self.names_in(directory) {
                let path = joined(directory, &name);
                contents.extend(self.content(&path).map(|bytes| (directory, path, bytes)));
            }
        }
        let parse =
            |(directory, path, bytes): (_, String, _)| (directory, SourceFile::parse(&path, bytes));
        let parsed: Vec<(&str, SourceFile)> = contents.into_par_iter().map(parse).collect();
        let mut by_directory: BTreeMap<&str, Vec<SourceFile>> = BTreeMap::new();
        for (directory, file) in parsed {
            by_directory.entry(directory).or_default().push(file);
        }
        for (directory, files) in by_directory {
            let module = SourceModule::new(directory, files);
            self.tree.notices.extend(module.notices.iter().cloned());
            self.parsed.insert(directory.to_owned(), Arc::new(module));
        }
    }

    /// The configuration files in a directory.
    fn names_in(&mut self, directory: &str) -> Vec<String> {
        let shown = if directory.is_empty() { "." } else { directory };
        let mut names = match self.files.list(directory) {
            Ok(names) => without_shadowed(names),
            Err(error) => {
                let reason = format!("{shown} cannot be read: {error}");
                self.unreadable.insert(directory.to_owned(), reason.clone());
                self.tree.notices.push(reason);
                return Vec::new();
            }
        };
        if names.len() > self.files_left {
            let notice = format!("{shown}: more than {MOST_FILES} files, the rest is left out");
            self.tree.notices.push(notice);
            names.truncate(self.files_left);
        }
        self.files_left -= names.len();
        names
    }

    fn content(&mut self, path: &str) -> Option<Vec<u8>> {
        match self.files.read(path, self.bytes_left.min(LARGEST_FILE)) {
            Ok(bytes) => {
                self.bytes_left = self.bytes_left.saturating_sub(bytes.len() as u64);
                Some(bytes)
            }
            Err(error) => {
                self.tree.notices.push(format!("{path} is not read: {error}"));
                None
            }
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
            let found = match call.body.text("source").or(installed).map(str::to_owned) {
                Some(source) => {
                    let directory = self.directory_of(&key, &source, &pending);
                    directory.map(|directory| (source, directory))
                }
                None => Err(format!("the source of `module.{name}` is computed")),
            };
            match found {
                Ok((source, directory)) => {
                    let origin = origin(pending.origin, &source, &directory);
                    let mut directories = pending.directories.clone();
                    directories.push(directory);
                    called.push(Pending { key, source, directories, origin });
                }
                Err(reason) => {
                    self.tree.absent.insert(key, reason);
                }
            }
        }
        let Pending { key, source, origin, .. } = pending;
        self.tree.modules.insert(key, TreeModule { module, origin, source });
        if called.len() > self.modules_left {
            let notice = format!("more than {MOST_MODULES} modules, the rest is left out");
            self.tree.notices.push(notice);
            called.truncate(self.modules_left);
        }
        self.modules_left -= called.len();
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

pub(super) fn is_local(source: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start))
        || matches!(source, "." | "..")
}

/// `path` as seen from `directory`, without `.` and, as far as possible, without `..`.
pub(crate) fn joined(directory: &str, path: &str) -> String {
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
