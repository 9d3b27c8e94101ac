//! A configuration: the root module and those that it calls, each with its directory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::file::{SourceFile, without_shadowed};
use super::module::SourceModule;
use super::reader::{DEEPEST, TreeReader, is_local, joined};
use crate::base::ModuleAddress;
use crate::input::files::Files;

/// Every module of a configuration that could be found.
#[derive(Debug, Clone, Default)]
pub struct SourceTree {
    /// The modules by their call names, joined by dots; the root module is at the empty text.
    pub(super) modules: BTreeMap<String, TreeModule>,
    /// Why modules are absent, by the same names.
    pub(super) absent: BTreeMap<String, String>,
    /// What the reader of its places should know.
    pub(super) notices: Vec<String>,
    /// A dependency lock file stands in the root directory; None where there is no directory: a saved
    /// plan file holds the versions that were taken, whether they were locked or not.
    pub(super) has_lock_file: Option<bool>,
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

impl SourceTree {
    /// Reads the configuration in directory `root`: the modules that `terraform init` put
    /// down, and those with local sources.
    #[must_use]
    pub fn read(files: &dyn Files, root: &str) -> Self {
        TreeReader::new(files, root).tree()
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
        let is_sane = |module: &ModuleFiles| module.key.split('.').count() <= DEEPEST;
        let (modules, deep): (Vec<_>, Vec<_>) = modules.into_iter().partition(is_sane);
        if !deep.is_empty() {
            let notice = format!("{} modules are nested too deeply and left out", deep.len());
            tree.notices.push(notice);
        }
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

    /// The module that is called `name` in the module at `key`.
    #[must_use]
    pub fn called(&self, key: &str, name: &str) -> Option<&TreeModule> {
        self.module_at(&child_key(key, name))
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

/// Whose a called module is: the user's own only when all of the way to it is.
pub(super) fn origin(parent: Origin, source: &str, directory: &str) -> Origin {
    let is_own = parent == Origin::Own
        && is_local(source)
        && !format!("/{directory}/").contains("/.terraform/modules/");
    if is_own { Origin::Own } else { Origin::Downloaded }
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
}
