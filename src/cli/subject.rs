//! One input and one of its resources, for commands that look at single ones.

use std::path::PathBuf;

use super::sink;
use super::terminal::Color;
use super::{BAD_INPUT, USAGE};
use crate::base::likeness;
use crate::base::neutralise;
use crate::base::secret::Scrubber;
use crate::engine::MEMBERS;
use crate::input::{self, Directories, ReadOptions};
use crate::model::{Model, Resource};
use crate::report;

/// What the input as a whole is called where a resource could stand.
pub(super) const WHOLE: &str = "plan";

/// Reads one plan or state, with its source; from now on its secrets are not printed. Besides the names
/// in it, the `public` texts are.
///
/// # Errors
/// The exit code, after saying what is wrong.
pub(super) fn load(
    path: &PathBuf,
    source: Option<&str>,
    max_input: u64,
    public: &[&str],
) -> Result<Model, u8> {
    let found = input::find(std::slice::from_ref(path), &ReadOptions { max_input });
    let look = sink::look_of_errors(Color::Auto);
    for error in &found.errors {
        sink::say(&report::render(error, look));
    }
    match found.documents.as_slice() {
        [document] if found.errors.is_empty() => {
            let (model, _) = Directories::default().load(document, source).map_err(|error| {
                sink::say(&report::render(&error, look));
                BAD_INPUT
            })?;
            let labels: Vec<String> = model.resources.iter().map(Resource::label).collect();
            let names = labels.iter().map(String::as_str).chain([model.source.name()]);
            let names = names.chain(MEMBERS.iter().map(|member| member.name));
            sink::know(&Scrubber::new(&model.secrets, names.chain(public.iter().copied())));
            Ok(model)
        }
        documents if documents.len() > 1 => {
            let path = neutralise(&path.display().to_string()).into_owned();
            sink::say(&format!(
                "error: {path} holds {} inputs\n  help: name one of them, such as {}",
                documents.len(),
                documents.first().map(|d| neutralise(&d.label).into_owned()).unwrap_or_default()
            ));
            Err(USAGE)
        }
        _ => Err(BAD_INPUT),
    }
}

/// The index of the resource at `address`.
///
/// # Errors
/// The exit code, after saying which there are.
pub(super) fn find(model: &Model, address: &str) -> Result<usize, u8> {
    let labels: Vec<String> = model.resources.iter().map(Resource::label).collect();
    if let Some(at) = labels.iter().position(|label| label == address) {
        return Ok(at);
    }
    let offers = likeness::meant(labels.iter().map(String::as_str), address);
    let help = likeness::question(&offers).unwrap_or_else(|| match labels.first() {
        Some(first) => format!("an address is written as in a report, such as `{first}`"),
        None => "the input holds no resource".to_owned(),
    });
    let path = model.source.name();
    sink::say(&neutralise(&format!("error: there is no `{address}` in {path}")));
    sink::say(&format!("  help: {}", neutralise(&help)));
    Err(USAGE)
}
