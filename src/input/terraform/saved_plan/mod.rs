//! Saved plan files, as `terraform plan -out` and `tofu plan -out` write them.
//!
//! Such a file is a zip: `tfplan` is the plan as protocol buffers whose values are
//! MessagePack, `tfstate` the state it starts from, `tfconfig/` every module's source,
//! `.terraform.lock.hcl` the versions of its providers. It is judged alone, without the
//! tool, its providers or the repository.
//!
//! Against `show -json` of the same plan it lacks the providers' schemas: attributes that
//! they hold as sensitive are not marked, so no value of such a file is ever quoted.
//!
//! Sources: OpenTofu's packages `planfile` and `planproto` (MPL-2.0), read for facts; what
//! only Terraform writes was read off files of Terraform 1.11.

mod archive;
mod change;
mod contents;
mod document;
mod fault;
mod model;
mod msgpack;
mod reader;
mod sources;
mod unknown;
mod wire;

use crate::base::Source;
use crate::input::InputError;
use crate::model::{Backend, Model};
pub use sources::{EmbeddedModule, EmbeddedSources};

use archive::Archive;
use contents::Contents;

/// A saved plan file: what will be true, and the configuration that it was made from.
#[derive(Debug)]
pub struct SavedPlan {
    /// The model; without configuration and declarations, which only its sources tell.
    pub model: Model,
    /// The source files of every module.
    pub sources: EmbeddedSources,
    /// Where the state is kept.
    pub backend: Option<Backend>,
}

/// Reads the saved plan file `bytes`, called `label`.
///
/// # Errors
/// When it is damaged, beyond the limits, of another version, or a zip of anything else.
pub fn read(label: &str, bytes: &[u8]) -> Result<SavedPlan, InputError> {
    let mut contents = Contents::read(label, bytes)?;
    let sources = std::mem::take(&mut contents.sources);
    let backend = contents.backend.take();
    let model = model::of(contents, &Source::new(label, ""))?;
    Ok(SavedPlan { model, sources, backend })
}

/// Writes the saved plan file `bytes` as `terraform show -json` writes plans, one line.
///
/// # Errors
/// As [`read`].
pub fn to_json(label: &str, bytes: &[u8]) -> Result<String, InputError> {
    document::write(label, &Contents::read(label, bytes)?)
}

/// True for the beginning of a zip archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// True for a zip archive that holds a plan, or is damaged and names one.
pub(crate) fn may_hold_plan(bytes: &[u8]) -> bool {
    match Archive::open(bytes) {
        Ok(archive) => archive.has(archive::PLAN),
        Err(_) => {
            let name = archive::PLAN.as_bytes();
            bytes.windows(name.len()).any(|window| window == name)
        }
    }
}
