//! One configuration file: which syntax it has, and what is said when it cannot be read.
//! None of that is an error: a place is a service to the reader, and no verdict depends on it.

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
    /// What the reader of its places should know.
    pub notice: Option<FileNotice>,
}

/// What is not as usual with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileNotice {
    /// The first parser refuses it, the second takes it.
    #[error("{path}:{line} was read by the second parser; all of it is located")]
    SecondParser {
        /// The file.
        path: String,
        /// Where the first parser stopped.
        line: usize,
    },
    /// Neither parser takes all of it.
    #[error("{path}:{line} cannot be read; the rest of the file is located as far as possible")]
    Broken {
        /// The file.
        path: String,
        /// Where the first parser stopped.
        line: usize,
    },
    /// It is called JSON and is none.
    #[error("{path} is not valid JSON, nothing in it is located: {reason}")]
    NotJson {
        /// The file.
        path: String,
        /// The parser's words.
        reason: String,
    },
    /// It is no text.
    #[error("{path} is not UTF-8, nothing in it is located")]
    NotText {
        /// The file.
        path: String,
    },
}

impl SourceFile {
    /// Reads a file. The path says which syntax it has.
    #[must_use]
    pub fn parse(path: &str, bytes: Vec<u8>) -> Self {
        let Ok(text) = String::from_utf8(bytes) else {
            let notice = Some(FileNotice::NotText { path: path.to_owned() });
            return SourceFile { source: Source::new(path, ""), body: Body::default(), notice };
        };
        // Without the mark columns count as editors count them.
        let source = Source::new(path, text.strip_prefix('\u{feff}').unwrap_or(&text));
        let (body, notice) =
            if path.ends_with(".json") { parse_json(&source) } else { parse_native(&source) };
        SourceFile { source, body, notice }
    }
}

fn parse_json(source: &Source) -> (Body, Option<FileNotice>) {
    match json::parse(source) {
        Ok(body) => (body, None),
        Err(reason) => {
            let path = source.name().to_owned();
            (Body::default(), Some(FileNotice::NotJson { path, reason }))
        }
    }
}

fn parse_native(source: &Source) -> (Body, Option<FileNotice>) {
    let error = match hcl::parse(source) {
        Ok(body) => return (body, None),
        Err(error) => error,
    };
    let (path, line) = (source.name().to_owned(), error.location().line());
    match fallback::parse(source) {
        Some(recovered) if !recovered.is_broken => {
            (recovered.body, Some(FileNotice::SecondParser { path, line }))
        }
        recovered => {
            let body = recovered.map(|recovered| recovered.body).unwrap_or_default();
            (body, Some(FileNotice::Broken { path, line }))
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
