//! How deep literals nest, counted before anything parses them.
//!
//! regorus 0.14.1 parses nested `[` and `{` in time that doubles with every level; a line
//! of sixty bytes would stop the gate for minutes.

use super::{PolicyError, PolicyFault};
use crate::base::{Source, Span};

/// The deepest nesting of brackets and braces that is parsed.
const DEEPEST: usize = 12;

/// Refuses a text that nests deeper.
pub(super) fn check(source: &Source) -> Result<(), Box<PolicyError>> {
    match first_too_deep(source.text()) {
        None => Ok(()),
        Some(at) => {
            let fault = PolicyFault::DeepNesting { limit: DEEPEST };
            Err(PolicyError::at(source, Span { start: at, end: at + 1 }, fault))
        }
    }
}

/// The offset of the first opening bracket below the deepest level.
fn first_too_deep(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'#' => {
                bytes.by_ref().find(|(_, byte)| *byte == b'\n');
            }
            b'`' => {
                bytes.by_ref().find(|(_, byte)| *byte == b'`');
            }
            b'"' => skip_string(&mut bytes),
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(at);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn skip_string(bytes: &mut impl Iterator<Item = (usize, u8)>) {
    while let Some((_, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' | b'\n' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_texts() {
        let deep = format!("x := {}{}", "[".repeat(13), "]".repeat(13));
        assert_eq!(first_too_deep(&deep), Some(17));
        for flat in [
            format!("# {deep}"),
            format!("x := `{deep}`"),
            format!("x := \"\\\"{deep}\""),
            "x := [[1], [2]]\n".repeat(40),
        ] {
            assert_eq!(first_too_deep(&flat), None, "{flat}");
        }
    }
}
