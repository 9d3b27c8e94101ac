//! One directory's files as one module, the way Terraform merges them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::block::{Attribute, Block, Body};
use super::file::{SourceFile, is_override};
use crate::base::{Mode, Source};

/// A module: the blocks of the files in one directory.
#[derive(Debug, Clone, Default)]
pub struct SourceModule {
    /// The directory.
    pub directory: String,
    /// Its files.
    pub files: Vec<Source>,
    /// What the reader of its places should know.
    pub notices: Vec<String>,
    /// The blocks by kind and labels, joined by dots.
    blocks: BTreeMap<String, Vec<Block>>,
    /// The local values by name.
    locals: BTreeMap<Arc<str>, Attribute>,
}

impl SourceModule {
    /// Merges files: first those that declare, then those that override.
    #[must_use]
    pub fn new(directory: &str, mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.source.name().cmp(b.source.name()));
        let mut module = SourceModule { directory: directory.to_owned(), ..Self::default() };
        module.files = files.iter().map(|file| file.source.clone()).collect();
        module.notices =
            files.iter().filter_map(|file| file.notice.as_ref()).map(ToString::to_string).collect();
        let (overrides, declarations): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| is_override(file_name(file.source.name())));
        for block in declarations.into_iter().flat_map(|file| file.body.blocks) {
            module.declare(block);
        }
        for block in overrides.into_iter().flat_map(|file| file.body.blocks) {
            module.override_with(block);
        }
        module
    }

    /// The blocks that declare a resource: one, unless the module is broken.
    #[must_use]
    pub fn resource(&self, mode: Mode, resource_type: &str, name: &str) -> &[Block] {
        let kind = match mode {
            Mode::Managed => "resource",
            Mode::Data => "data",
            Mode::Ephemeral => "ephemeral",
        };
        self.at(&format!("{kind}.{resource_type}.{name}"))
    }

    /// The `module` block called `name`.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<&Block> {
        self.at(&format!("module.{name}")).first()
    }

    /// The `variable` block called `name`.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Block> {
        self.at(&format!("variable.{name}")).first()
    }

    /// The local value called `name`.
    #[must_use]
    pub fn local(&self, name: &str) -> Option<&Attribute> {
        self.locals.get(name)
    }

    /// The local values, sorted by name.
    pub fn locals(&self) -> impl Iterator<Item = &Attribute> {
        self.locals.values()
    }

    /// All blocks but `locals`, sorted by kind and labels.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.values().flatten()
    }

    /// The blocks of one kind, sorted by labels.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        let all = self.blocks.range(kind.to_owned()..).take_while(move |(key, _)| {
            key.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        all.flat_map(|(_, blocks)| blocks)
    }

    /// True without any block.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.locals.is_empty()
    }

    fn at(&self, key: &str) -> &[Block] {
        self.blocks.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    fn declare(&mut self, block: Block) {
        if &*block.kind == "locals" {
            let named = block.body.attributes.into_iter().map(|local| (local.name.clone(), local));
            self.locals.extend(named);
            return;
        }
        if &*block.kind == "check" {
            // The data source of a check is one of the module's.
            let nested = block.body.blocks.iter().filter(|nested| &*nested.kind == "data");
            nested.cloned().for_each(|data| self.declare(data));
        }
        self.blocks.entry(key(&block)).or_default().push(block);
    }

    fn override_with(&mut self, block: Block) {
        let mergeable =
            ["resource", "data", "ephemeral", "module", "variable", "output", "provider"];
        if !mergeable.contains(&&*block.kind) {
            // Locals win by name; of `terraform` blocks the later wins wherever they are read.
            self.declare(block);
            return;
        }
        let alias = |block: &Block| block.body.text("alias").map(str::to_owned);
        let wanted = alias(&block);
        let bases = self.blocks.entry(key(&block)).or_default();
        let is_provider = &*block.kind == "provider";
        match bases.iter_mut().find(|base| !is_provider || alias(base) == wanted) {
            Some(base) => merge(&mut base.body, block.body),
            None => bases.push(block),
        }
    }
}

fn key(block: &Block) -> String {
    std::iter::once(&block.kind)
        .chain(&block.labels)
        .map(|word| &**word)
        .collect::<Vec<_>>()
        .join(".")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// An attribute of the override wins; nested blocks of one name are replaced together,
/// those of `dynamic` blocks included; `lifecycle` is merged by its attributes.
fn merge(base: &mut Body, over: Body) {
    let mut replaced: Vec<String> =
        over.blocks.iter().filter_map(Block::as_nested).map(|n| n.name().to_owned()).collect();
    replaced.retain(|name| name != "lifecycle");
    // The JSON syntax writes nested blocks as attributes.
    let names = || over.attributes.iter().map(|attribute| &*attribute.name);
    base.blocks.retain(|block| {
        let name = block.as_nested().map(|nested| nested.name());
        !name.is_some_and(|name| replaced.iter().any(|r| r == name) || names().any(|n| n == name))
    });
    base.attributes.retain(|attribute| {
        !replaced.iter().any(|name| *name == *attribute.name)
            && !names().any(|name| *name == *attribute.name)
    });
    base.attributes.extend(over.attributes);
    for block in over.blocks {
        let lifecycle = base.blocks.iter_mut().find(|b| &*b.kind == "lifecycle");
        match lifecycle {
            Some(base) if &*block.kind == "lifecycle" => merge(&mut base.body, block.body),
            _ => base.blocks.push(block),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(files: &[(&str, &str)]) -> SourceModule {
        let parse = |(name, text): &(&str, &str)| SourceFile::parse(name, text.as_bytes().to_vec());
        SourceModule::new("", files.iter().map(parse).collect())
    }

    #[test]
    fn overrides_replace_attributes_and_nested_blocks() {
        let module = module(&[
            (
                "main.tf",
                "resource \"a\" \"b\" {\n  x = 1\n  y = 2\n  n { z = 1 }\n  n { z = 2 }\n  \
                 dynamic \"n\" {\n    for_each = []\n    content {}\n  }\n  m {}\n  \
                 lifecycle {\n    prevent_destroy = true\n  }\n}\nlocals { l = 1 }\n",
            ),
            (
                "main_override.tf",
                "resource \"a\" \"b\" {\n  x = 3\n  n { z = 4 }\n  \
                 lifecycle {\n    ignore_changes = [x]\n  }\n}\nlocals { l = 2 }\n",
            ),
        ]);
        let [block] = module.resource(Mode::Managed, "a", "b") else { panic!() };
        assert_eq!(block.body.attribute("x").unwrap().source.name(), "main_override.tf");
        assert_eq!(block.body.attribute("y").unwrap().source.name(), "main.tf");
        assert_eq!(block.body.nested("n").len(), 1);
        assert_eq!(block.body.nested("m").len(), 1);
        let lifecycle = block.body.nested("lifecycle")[0].body();
        assert_eq!(lifecycle.attributes.len(), 2);
        assert_eq!(module.local("l").unwrap().source.name(), "main_override.tf");
    }

    #[test]
    fn a_check_may_hold_a_data_source() {
        let module =
            module(&[("a.tf", "check \"c\" {\n  data \"http\" \"h\" { url = \"x\" }\n}\n")]);
        assert_eq!(module.resource(Mode::Data, "http", "h").len(), 1);
    }

    #[test]
    fn kinds_are_not_confused_by_their_beginnings() {
        let module = module(&[("a.tf", "module \"m\" {}\nmoved {}\nmod \"x\" {}\n")]);
        assert_eq!(module.of_kind("mod").count(), 1);
        assert_eq!(module.of_kind("module").count(), 1);
        assert_eq!(module.of_kind("moved").count(), 1);
    }
}
