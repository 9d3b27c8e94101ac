//! Floor 2: bytes in, [`Model`] out.
//!
//! The kind of a document is read from its content, never from its name. What cannot be
//! judged is refused with a message of its own and the command that makes the right file.
//! Nothing here judges.

mod commit;
mod decode;
mod detect;
mod error;
pub mod files;
mod json;
pub mod locate;
mod read;
mod schema;
mod sourced;
pub mod terraform;

use crate::base::Source;
use crate::model::{Model, write_only};
pub use commit::{Commit, CommitError};
pub use error::InputError;
pub use read::{Document, Found, ReadOptions, find};
pub use schema::load_schema;
pub use sourced::Directories;

use detect::Head;
use terraform::source::SourceTree;

/// A format that can be judged: how to recognise it, and how to read it.
pub(crate) struct Format {
    /// Whether the top level of a JSON document is of this format.
    pub(crate) matches: fn(&Head<'_>) -> bool,
    /// Reads the model.
    pub(crate) read: fn(&Source, &Head<'_>) -> Result<Model, InputError>,
}

/// Every format that is JSON, the more particular first. To add one: a file below `input/` and a
/// line here. A saved plan file is no JSON: [`load`] knows it by its first bytes.
pub(crate) const FORMATS: &[Format] =
    &[terraform::raw_state::FORMAT, terraform::plan::FORMAT, terraform::show_state::FORMAT];

/// A document that was read.
#[derive(Debug)]
pub struct Loaded {
    /// What it says.
    pub model: Model,
    /// The Terraform source inside it; empty for all but saved plan files.
    pub sources: SourceTree,
}

/// Reads one document. The root module of a saved plan file stands in the directory `root` now, or
/// where its files are found.
///
/// # Errors
/// When the bytes are no document that can be judged; the error says why and what to do.
pub fn load(document: &Document, root: Option<&str>) -> Result<Loaded, InputError> {
    if terraform::saved_plan::is_zip(&document.bytes) {
        let mut plan = terraform::saved_plan::read(&document.label, &document.bytes)?;
        let sources = terraform::origin::embedded(plan.sources, &document.label, root);
        terraform::origin::declare(&mut plan.model, &sources, plan.backend);
        plan.model.resources.iter_mut().for_each(write_only::mark);
        plan.model.secrets.merge(&plan.model.values_of_secrets());
        return Ok(Loaded { model: plan.model, sources });
    }
    let text = decode::decode(&document.label, &document.bytes)?;
    let mut model = load_text(&Source::new(document.label.clone(), text))?;
    model.resources.iter_mut().for_each(write_only::mark);
    Ok(Loaded { model, sources: SourceTree::default() })
}

/// The JSON of a document that [`load`] reads.
#[derive(Debug)]
pub enum Json {
    /// What the tool wrote.
    Whole(String),
    /// What [`convert`] makes of a saved plan file, which lacks its `configuration`.
    WithoutConfiguration(String),
}

/// The JSON of a document, as policies of other tools see it.
///
/// # Errors
/// As [`load`].
pub fn as_json(document: &Document) -> Result<Json, InputError> {
    if terraform::saved_plan::is_zip(&document.bytes) {
        return convert(document).map(Json::WithoutConfiguration);
    }
    decode::decode(&document.label, &document.bytes).map(Json::Whole)
}

/// Writes a saved plan file as plan JSON of Terraform's shape.
///
/// # Errors
/// As [`load`], and when the document is anything else.
pub fn convert(document: &Document) -> Result<String, InputError> {
    if terraform::saved_plan::is_zip(&document.bytes) {
        return terraform::saved_plan::to_json(&document.label, &document.bytes);
    }
    // A saved plan may be no zip: what is encrypted or kept elsewhere is said first.
    load(document, None)?;
    Err(InputError::refused(&document.label, error::Refusal::NotSavedPlan))
}

/// Reads the model of a document that is text already.
///
/// # Errors
/// As [`load`].
pub fn load_text(source: &Source) -> Result<Model, InputError> {
    let head = detect::head(source)?;
    let format = detect::format(source, &head)?;
    let mut model = (format.read)(source, &head)?;
    model.secrets.merge(&model.values_of_secrets());
    Ok(model)
}
