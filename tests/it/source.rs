//! The reader of Terraform source: places, and the configuration that it makes.

mod configuration;
mod corpus;
mod places;

use std::path::Path;

use plangate::input::files::FileSystem;
use plangate::input::terraform::source::SourceTree;

/// Reads the configuration in a directory.
fn tree(root: &Path) -> SourceTree {
    SourceTree::read(&FileSystem::new(root), &root.display().to_string())
}
