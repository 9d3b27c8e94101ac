//! One resource instance: what it is, what happens to it, and what its values will be.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::{Declaration, Refinement, Value};
use crate::base::{Address, AttributePath, Span};

/// A resource instance, or a deposed object of one.
#[derive(Debug, Clone, Serialize)]
pub struct Resource {
    /// Where it stands.
    pub address: Address,
    /// The key of a deposed object; such an object waits to be destroyed.
    pub deposed: Option<Arc<str>>,
    /// The address before a `moved` block took effect.
    pub previous_address: Option<Address>,
    /// The provider's source address, such as `registry.terraform.io/hashicorp/aws`.
    pub provider: Arc<str>,
    /// What is about to be done.
    pub action: Action,
    /// Why, in Terraform's own word.
    pub action_reason: Option<Arc<str>>,
    /// The object enters management by an `import` block.
    pub importing: bool,
    /// Paths that force a replacement.
    pub replace_paths: Vec<AttributePath>,
    /// What will be true after apply; unknown members are absent. None when it will not exist.
    pub values: Option<Value>,
    /// What is true before. None when it does not exist.
    pub before: Option<Value>,
    /// Paths known only after apply.
    pub unknown: Vec<AttributePath>,
    /// What is known of some of those, where the input says so.
    pub refinements: Vec<(AttributePath, Refinement)>,
    /// Paths whose values are secret, before or after.
    pub sensitive: Vec<AttributePath>,
    /// The block that declares it, where the input holds its configuration.
    pub declaration: Option<Arc<Declaration>>,
    /// Its own lines in the input.
    #[serde(skip)]
    pub span: Span,
    /// Its address as written in the input.
    #[serde(skip)]
    pub header: Span,
}

/// What is about to be done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It will be made.
    Create,
    /// It will be changed in place.
    Update,
    /// It will be destroyed and made anew, in either order.
    Replace,
    /// It will be destroyed.
    Delete,
    /// It leaves management and stays alive.
    Forget,
    /// A data source will be read during apply, or an ephemeral resource opened.
    Read,
    /// Nothing.
    NoOp,
    /// The document is a state: there is no plan for it.
    None,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 8] = [
        Action::Create,
        Action::Update,
        Action::Replace,
        Action::Delete,
        Action::Forget,
        Action::Read,
        Action::NoOp,
        Action::None,
    ];

    /// The word that policies see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace => "replace",
            Action::Delete => "delete",
            Action::Forget => "forget",
            Action::Read => "read",
            Action::NoOp => "no-op",
            Action::None => "none",
        }
    }

    /// True when the resource exists under management afterwards.
    #[must_use]
    pub fn leaves_it_managed(self) -> bool {
        !matches!(self, Action::Delete | Action::Forget)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Resource {
    /// The address as text; a deposed object is told apart from the current one.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.deposed {
            Some(key) => format!("{} (deposed object {key})", self.address),
            None => self.address.to_string(),
        }
    }

    /// True when a value at or below `path`, or above it, is secret.
    #[must_use]
    pub fn is_sensitive(&self, path: &AttributePath) -> bool {
        self.sensitive.iter().any(|secret| secret.contains(path) || path.contains(secret))
    }
}
