//! Floor 1: the normalized resource model.
//!
//! A [`Model`] says what will be true (a plan) or is true (a state): every resource
//! instance with its values, what changes, and how its block was written. It knows no
//! tool and no file format; `input/` fills it, `engine/` judges it.

pub mod configuration;
pub mod constant;
pub mod refinement;
pub mod resource;
pub mod secret;
pub mod value;
mod vocabulary;
pub mod write_only;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::secret::Secrets;
use crate::base::{AttributePath, Source};
pub use configuration::{
    Backend, BlockArguments, Configuration, Declaration, Instances, Module, ModuleCall, Provider,
    References, RequiredProvider, Settings, VariableDeclaration, Written,
};
pub use refinement::{Bound, Refinement};
pub use resource::Resource;
pub use secret::{names_secret, sounds_secret};
pub use value::{Object, Value};
pub use vocabulary::{Scalar, Shape, Vocabulary};

/// Everything that plangate knows of one input.
#[derive(Debug, Clone, Serialize)]
pub struct Model {
    /// A plan or a state.
    pub kind: Kind,
    /// The version of the document's format, such as `1.2` or `4`.
    pub format_version: String,
    /// The version of Terraform or OpenTofu that wrote it, where it says so.
    pub tool_version: Option<String>,
    /// Every resource instance, sorted by address; deposed objects after the current one.
    pub resources: Vec<Resource>,
    /// What changed outside of Terraform since the last run.
    pub drift: Vec<Resource>,
    /// Root module variables by name.
    pub variables: BTreeMap<String, Variable>,
    /// Root module outputs by name, as they will be.
    pub outputs: BTreeMap<String, Output>,
    /// What its conditions and `check` blocks found.
    pub checks: Vec<Check>,
    /// The attributes that something in the configuration depends on, where the document says so:
    /// the address of a resource without its key, and the path.
    pub relevant_attributes: Vec<(String, AttributePath)>,
    /// How it was written, where the input says so.
    pub configuration: Option<Arc<Configuration>>,
    /// Whether the document tells the whole story.
    pub completeness: Completeness,
    /// Every secret value is marked as one. Where it is false, a provider may hold an attribute
    /// as sensitive that is not marked, so no value may be quoted.
    pub marks_every_secret: bool,
    /// Every secret value that the document holds.
    #[serde(skip)]
    pub secrets: Secrets,
    /// Where the spans of resources lie.
    #[serde(skip)]
    pub source: Source,
}

/// What kind of document a model was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What is about to be done.
    Plan,
    /// What has been done.
    State,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Plan => "plan",
            Kind::State => "state",
        }
    }
}

/// A root module variable.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Variable {
    /// Its value in this run, or its default; absent when unknown.
    pub value: Option<Value>,
    /// Declared `sensitive` or `ephemeral`.
    pub sensitive: bool,
}

/// A root module output.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Output {
    /// Its value after apply; absent when unknown or deleted.
    pub value: Option<Value>,
    /// Declared `sensitive`, or marked so.
    pub sensitive: bool,
    /// Known only after apply.
    pub unknown: bool,
}

/// The result of one `check` block, or of the conditions of one resource, output or variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Whose it is.
    pub address: String,
    /// `resource`, `output_value`, `check` or `var`.
    pub kind: String,
    /// `pass`, `fail`, `error` or `unknown`.
    pub status: String,
}

/// Whether a document covers everything that its configuration declares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Completeness {
    /// Planning stopped with an error; resources are missing.
    pub errored: bool,
    /// `complete: false`: resources were targeted or deferred.
    pub incomplete: bool,
    /// The document says whether it is complete.
    #[serde(skip)]
    pub is_stated: bool,
    /// Addresses and reasons of changes put off to a later run.
    pub deferred: Vec<(String, String)>,
    /// Blocks that are configured, and of which the plan says nothing.
    #[serde(skip)]
    pub unplanned: Vec<String>,
}
