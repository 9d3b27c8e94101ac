//! One configuration file: which syntax it has, and what is said when it cannot be read.

use super::block::Body;
use super::{fallback, hcl, json};
use crate::base::Source;

/// The endings of configuration files. OpenTofu's come first: they shadow the others.
const ENDINGS: [(&str, &str); 4] =
    [(".tofu.json", ".tf.json"), (".tf.json", ".tf.json"), (".tofu", ".tf"), (".tf", ".tf")];

/// A configuration file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The text, without a byte order mark.
    pub source: Source,
    /// What it holds; empty when it cannot be read.
    pub body: Body,
    /// What its reader should know.
    pub notice: Option<String>,
}

impl SourceFile {
    /// Reads a file. The path says which syntax it has.
    #[must_use]
    pub fn parse(path: &str, bytes: Vec<u8>) -> Self {
        let Ok(text) = String::from_utf8(bytes) else {
            let notice = format!("{path} is not UTF-8: nothing in it is located");
            let source = Source::new(path, "");
            return SourceFile { source, body: Body::default(), notice: Some(notice) };
        };
        // Without the mark columns count as editors count them.
        let source = Source::new(path, text.strip_prefix('\u{feff}').unwrap_or(&text));
        let (body, notice) =
            if path.ends_with(".json") { parse_json(&source) } else { parse_native(&source) };
        SourceFile { source, body, notice }
    }
}

fn parse_json(source: &Source) -> (Body, Option<String>) {
    match json::parse(source) {
        Ok(body) => (body, None),
        Err(error) => {
            let name = source.name();
            let notice = format!("{name} is not valid JSON, nothing in it is located: {error}");
            (Body::default(), Some(notice))
        }
    }
}

fn parse_native(source: &Source) -> (Body, Option<String>) {
    let error = match hcl::parse(source) {
        Ok(body) => return (body, None),
        Err(error) => error,
    };
    let (name, line) = (source.name(), error.location().line());
    match fallback::parse(source) {
        Some(recovered) if !recovered.is_broken => {
            let notice = format!("{name}:{line} needed the second parser; its places are right");
            (recovered.body, Some(notice))
        }
        recovered => {
            let notice = format!("{name}:{line} cannot be read; the rest of the file is located");
            (recovered.map(|recovered| recovered.body).unwrap_or_default(), Some(notice))
        }
    }
}

/// Whether Terraform reads a file of this name, hidden files and those of editors aside.
pub(super) fn is_configuration(name: &str) -> bool {
    stem(name).is_some() && !name.starts_with('.') && !name.starts_with('#')
}

/// The name without its ending, and the ending that a Terraform file would have.
pub(super) fn stem(name: &str) -> Option<(&str, &'static str)> {
    ENDINGS.iter().find_map(|(ending, plain)| Some((name.strip_suffix(ending)?, *plain)))
}

/// Whether the file changes blocks of other files instead of declaring its own.
pub(super) fn is_override(name: &str) -> bool {
    stem(name).is_some_and(|(stem, _)| stem == "override" || stem.ends_with("_override"))
}

/// The names without those that OpenTofu's own form of the same file shadows.
pub(super) fn without_shadowed(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| is_configuration(name));
    names.sort_unstable();
    let is_tofu = |name: &str| name.ends_with(".tofu") || name.ends_with(".tofu.json");
    let tofu: Vec<String> = names.iter().filter(|name| is_tofu(name)).cloned().collect();
    names.retain(|name| is_tofu(name) || !tofu.iter().any(|other| stem(other) == stem(name)));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opentofu_files_shadow_those_of_the_same_name() {
        let names = ["b.tf", "a.tofu", "a.tf", "a.tf.json", ".x.tf", "#y.tf", "z.tf~", "c.txt"];
        let kept = without_shadowed(names.map(str::to_owned).to_vec());
        assert_eq!(kept, ["a.tf.json", "a.tofu", "b.tf"]);
    }

    #[test]
    fn overrides_are_known_by_their_names() {
        for name in ["override.tf", "x_override.tf.json", "override.tofu"] {
            assert!(is_override(name), "{name}");
        }
        assert!(!is_override("override_x.tf"));
    }
}
