//! Names with `*` and `?` in them, for choosing policies and resources.

use std::fmt;

use wildmatch::WildMatch;

/// A name, or a pattern of names: `*` stands for any text, `?` for one character. Brackets and
/// quotes mean themselves, so that addresses can be written as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    text: String,
    pattern: WildMatch,
}

impl Pattern {
    /// The pattern that `text` writes.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Pattern { text: text.to_owned(), pattern: WildMatch::new(text) }
    }

    /// True when it stands for `name`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.pattern.matches(name)
    }

    /// True when it can stand for one name only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.text.contains(['*', '?'])
    }

    /// The pattern as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_text() {
        for (pattern, name, is_match) in [
            ("aws-s3-*", "aws-s3-unencrypted-bucket", true),
            ("aws-s3-*", "aws-ec2-public-ip", false),
            ("*", "", true),
            ("aws-?3-*", "aws-s3-x", true),
            ("aws-s3", "aws-s3-x", false),
            (r#"module.a["x"].aws_s3_bucket.b[*]"#, r#"module.a["x"].aws_s3_bucket.b[0]"#, true),
            (r#"module.a["x"].aws_s3_bucket.b[*]"#, r#"module.a["y"].aws_s3_bucket.b[0]"#, false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(name), is_match, "{pattern} and {name}");
        }
    }

    #[test]
    fn only_plain_names_are_exact() {
        assert!(Pattern::new(r#"aws_s3_bucket.b["x"]"#).is_exact());
        assert!(!Pattern::new("aws_s3_bucket.*").is_exact());
        assert!(!Pattern::new("aws_s3_bucket.b?").is_exact());
    }
}
