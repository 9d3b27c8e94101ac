//! What is about to be done to a resource.

use std::fmt;

use serde::Serialize;

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
    /// It is no object: a provider's action that apply invokes.
    Invoke,
    /// Nothing.
    NoOp,
    /// The document is a state: there is no plan for it.
    None,
    /// The plan does not say: it was cut down, stopped early, or puts the change off.
    Unknown,
}

impl Action {
    /// All actions that a policy can judge on.
    pub const ALL: [Action; 9] = [
        Action::Create,
        Action::Update,
        Action::Replace,
        Action::Delete,
        Action::Forget,
        Action::Read,
        Action::Invoke,
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
            Action::Invoke => "invoke",
            Action::NoOp => "no-op",
            Action::None => "none",
            Action::Unknown => "unknown",
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
