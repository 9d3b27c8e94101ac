//! Format versions: which are read, and which are refused.

use crate::base::Source;
use crate::input::InputError;
use crate::input::detect::Head;
use crate::input::error::Refusal;

/// The `format_version` of a document that `show -json` wrote: 0.1 up to, not including, 2.
///
/// The range is that of HashiCorp's own reader (`hashicorp/terraform-json`, MPL-2.0): minor
/// versions only add members, which are ignored.
pub(super) fn show_version(source: &Source, head: &Head<'_>) -> Result<String, InputError> {
    let Some(version) = head.text("format_version") else {
        return Err(InputError::refused(source.name(), Refusal::NoVersion));
    };
    let known = version.split_once('.').is_some_and(|(major, minor)| {
        matches!((major, minor.parse::<u32>()), ("0", Ok(1..)) | ("1", Ok(_)))
    });
    if known {
        return Ok(version.to_owned());
    }
    let refusal = Refusal::UnknownVersion { version: version.to_owned(), supported: "0.1 to 1.x" };
    Err(InputError::refused(source.name(), refusal))
}
