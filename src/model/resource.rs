//! One resource instance: what it is, what happens to it, and what its values will be.

use std::sync::Arc;

use serde::Serialize;

use super::{Declaration, Refinement, Value};
use crate::base::{Action, Address, AttributePath, Span};

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
    /// The object is marked as damaged, and is to be replaced.
    pub tainted: bool,
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

impl Resource {
    /// The address as text; a deposed object is told apart from the current one.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.deposed {
            Some(key) => format!("{} (deposed object {key})", self.address),
            None => self.address.to_string(),
        }
    }

    /// What will be true of the object after apply, managed or not: what is forgotten stays as it
    /// is.
    #[must_use]
    pub fn lasting(&self) -> Option<&Value> {
        match self.action {
            Action::Forget => self.values.as_ref().or(self.before.as_ref()),
            _ => self.values.as_ref(),
        }
    }
}
