//! The identity of a policy: its path below the policy directory.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// `aws/s3/unencrypted_bucket.rego` ⇔ package `policies.aws.s3.unencrypted_bucket`
/// ⇔ id `aws-s3-unencrypted-bucket`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PolicyId(Arc<str>);

/// Why a path names no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` cannot name a policy: {reason}")]
pub struct PolicyIdError {
    /// The path as given.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl PolicyId {
    /// The id of the policy in `path`, which is relative to its policy directory and
    /// written with `/`.
    ///
    /// # Errors
    /// When the path does not end in `.rego` or holds anything but lower-case words.
    pub fn from_path(path: &str) -> Result<Self, PolicyIdError> {
        let error = |reason| PolicyIdError { path: path.to_owned(), reason };
        let stem = path.strip_suffix(".rego").ok_or_else(|| error("it does not end in `.rego`"))?;
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if !stem.split('/').all(is_word) {
            return Err(error("directories and file use lower-case letters, digits and `_`"));
        }
        Ok(PolicyId(stem.replace(['/', '_'], "-").into()))
    }

    /// The id of a rule that is a policy by itself, such as `main.deny_public`. It holds a dot, and
    /// no id of a path does.
    #[must_use]
    pub fn of_rule(package: &str, rule: &str) -> Self {
        PolicyId(format!("{package}.{rule}").into())
    }

    /// The package that the file at `path` must declare.
    #[must_use]
    pub fn package_of(path: &str) -> String {
        let stem = path.strip_suffix(".rego").unwrap_or(path);
        format!("policies.{}", stem.replace('/', "."))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_the_path() {
        let path = "aws/s3/unencrypted_bucket.rego";
        assert_eq!(PolicyId::from_path(path).unwrap().as_str(), "aws-s3-unencrypted-bucket");
        assert_eq!(PolicyId::package_of(path), "policies.aws.s3.unencrypted_bucket");
    }

    #[test]
    fn other_paths_are_refused() {
        for path in ["aws/S3/x.rego", "a b.rego", "x.txt", ".rego", "a//b.rego", "../x.rego"] {
            assert!(PolicyId::from_path(path).is_err(), "{path}");
        }
    }
}
