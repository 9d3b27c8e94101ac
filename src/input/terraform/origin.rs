//! Which source a plan or state belongs to: the files inside a saved plan, or a directory.

use std::path::Path;
use std::sync::Arc;

use super::configuration::declaration;
use super::saved_plan::EmbeddedSources;
use super::source::{self, ModuleFiles, Precision, SourceTree};
use crate::input::files::{FileSystem, Files};
use crate::model::Model;

/// How many resources are looked for before a directory is taken for another configuration.
const MOST_LOOKED_FOR: usize = 200;

/// The tree of the files inside a saved plan. Their names begin with the directory in which the
/// root module stands now: `root` where it is given, else the working directory or that of the
/// plan, whichever holds the same files.
pub(in crate::input) fn embedded(
    sources: EmbeddedSources,
    plan: &str,
    root: Option<&str>,
) -> SourceTree {
    let beside = Path::new(plan).parent().map(|path| path.display().to_string());
    let candidates = [Some(String::new()), beside];
    let found = candidates.into_iter().flatten().find(|directory| holds(directory, &sources));
    let found = found.unwrap_or_default();
    let root = root.unwrap_or(&found);
    let modules = sources.modules.into_iter().map(|module| ModuleFiles {
        key: module.path.join("."),
        source: module.source,
        directory: source::joined(root, &module.dir),
        files: module.files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect(),
    });
    SourceTree::from_modules(modules.collect())
}

/// True when `directory` holds the files of the root module as they were when the plan was made.
fn holds(directory: &str, sources: &EmbeddedSources) -> bool {
    let files = FileSystem::new(Path::new(if directory.is_empty() { "." } else { directory }));
    let root = sources.modules.iter().find(|module| module.path.is_empty());
    let mut names = root.into_iter().flat_map(|module| &module.files).peekable();
    names.peek().is_some()
        && names.all(|(name, text)| {
            let path = source::joined(directory, name);
            files.read(&path, text.len() as u64).is_ok_and(|bytes| bytes == text.as_bytes())
        })
}

/// Gives a model the configuration that its sources say.
pub(in crate::input) fn declare(model: &mut Model, tree: &SourceTree) {
    let configuration = source::configuration(tree);
    for resource in model.resources.iter_mut().chain(&mut model.drift) {
        resource.declaration = declaration(&configuration, &resource.address);
    }
    model.configuration = Some(Arc::new(configuration));
}

/// The source in `directory`.
#[must_use]
pub fn read(directory: &str) -> SourceTree {
    SourceTree::read(&FileSystem::new(Path::new(directory)), directory)
}

/// True when `tree` declares a resource of `model`, so that it is the model's own source.
#[must_use]
pub fn declares(tree: &SourceTree, model: &Model) -> bool {
    model.resources.iter().take(MOST_LOOKED_FOR).any(|resource| {
        source::locate(tree, &resource.address, None)
            .is_ok_and(|located| located.precision == Precision::Resource)
    })
}
