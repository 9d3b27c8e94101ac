//! Documents with the Terraform source that belongs to them.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use super::terraform::source::SourceTree;
use super::terraform::{origin, pending};
use super::{Document, InputError, Loaded, load};
use crate::model::Model;

/// The source trees of directories, each read once.
#[derive(Default)]
pub struct Directories {
    trees: HashMap<String, Rc<SourceTree>>,
}

impl Directories {
    /// Reads `document` and completes it by its source, which stands in the directory `named` or
    /// where it is found.
    ///
    /// # Errors
    /// As [`load`].
    pub fn load(
        &mut self,
        document: &Document,
        named: Option<&str>,
    ) -> Result<(Model, Rc<SourceTree>), InputError> {
        load(document, named).map(|loaded| self.complete(loaded, named))
    }

    /// Adds to a model what its source says, and what the plan passes over.
    pub fn complete(&mut self, loaded: Loaded, named: Option<&str>) -> (Model, Rc<SourceTree>) {
        let Loaded { mut model, sources } = loaded;
        let is_embedded = !sources.is_empty();
        let tree = self.tree(sources, &model, named);
        if !is_embedded {
            origin::supplement(&mut model, &tree);
        }
        pending::add(&mut model);
        (model, tree)
    }

    /// The source of `model`: what came with it, else the directory that was named, else the
    /// working directory or that of the document, where they declare what the model holds.
    fn tree(&mut self, embedded: SourceTree, model: &Model, named: Option<&str>) -> Rc<SourceTree> {
        if !embedded.is_empty() {
            return Rc::new(embedded);
        }
        if let Some(directory) = named {
            return self.read(directory);
        }
        let beside = Path::new(model.source.name()).parent().map(|path| path.display().to_string());
        let candidates = [Some(String::new()), beside];
        for directory in candidates.into_iter().flatten() {
            let tree = self.read(&directory);
            if origin::declares(&tree, model) {
                return tree;
            }
        }
        Rc::default()
    }

    fn read(&mut self, directory: &str) -> Rc<SourceTree> {
        let read = || Rc::new(origin::read(directory));
        self.trees.entry(directory.to_owned()).or_insert_with(read).clone()
    }
}
