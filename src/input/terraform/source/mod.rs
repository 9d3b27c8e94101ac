//! Terraform's and OpenTofu's source: where every block and attribute stands, and what the
//! blocks refer to.
//!
//! A [`SourceFile`] is what one file holds, whichever syntax and parser; a [`SourceModule`] is
//! one directory, merged as Terraform merges it; a [`SourceTree`] is a configuration. From it
//! [`locate()`] finds the place of a resource or an attribute, and [`configuration()`] makes what
//! a plan's JSON would have said. Nothing is evaluated, and nothing is guessed: what the
//! source leaves open has no place.

mod argument;
mod block;
mod comment;
mod configuration;
mod expression;
mod fallback;
mod file;
mod hcl;
mod json;
mod local;
mod locate;
mod module;
mod part;
mod place;
mod provider;
mod reader;
mod secret;
mod setting;
mod tree;
mod value;
mod version;

pub use crate::finding::Precision;
pub use block::{Attribute, Block, Body, Nested};
pub use comment::{Comment, Comments, Target};
pub use configuration::configuration;
pub use expression::{Expression, Member, Reference, Shape, Step};
pub use file::{FileNotice, SourceFile};
pub use locate::{Located, RelatedPlace, Role, Unlocated, locate, locate_by_values};
pub use module::SourceModule;
pub use part::locate_part;
pub use place::SourcePlace;
pub(crate) use reader::joined;
pub use secret::{secrets, sensitive_variables};
pub use tree::{ModuleFiles, Origin, SourceTree, TreeModule};
