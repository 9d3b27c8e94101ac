//! Making text from somebody else's file harmless to whoever reads our output.
//!
//! A `for_each` key reaches an address verbatim, and a message may quote an attribute.
//! Terminals obey escape sequences, readers trust the direction of text, and build
//! runners execute lines such as `::set-output …` or `##vso[…]`.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with everything that could act on a reader written out as `\u{…}`.
///
/// Escaped are control characters (line breaks too), bidirectional and zero-width
/// characters, line separators, and the openers of workflow commands.
#[must_use]
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) && !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if is_hostile(character) || opens_command(rest) {
            let _ = write!(safe, "\\u{{{:x}}}", character as u32);
        } else {
            safe.push(character);
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    Cow::Owned(safe)
}

/// True for a character that must not reach a terminal or a log as itself.
#[must_use]
pub fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// `::word` (GitHub) and `##[word` or `##vso[` (GitHub, Azure). An IPv6 address such as
/// `fd00::abcd` stays readable: a word of hexadecimal digits is no command.
fn opens_command(rest: &str) -> bool {
    if rest.starts_with("##") {
        return rest.contains('[');
    }
    let Some(after) = rest.strip_prefix("::") else { return false };
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(after.len());
    after.get(..end).unwrap_or_default().chars().any(|c| !c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_written_out() {
        for (text, safe) in [
            ("plain é 日本", "plain é 日本"),
            ("a\u{1b}[2J", "a\\u{1b}[2J"),
            ("a\nb\rc\t", "a\\u{a}b\\u{d}c\\u{9}"),
            ("\u{202e}gpj", "\\u{202e}gpj"),
            ("::error file=x::pwn", "\\u{3a}:error file=x\\u{3a}:pwn"),
            ("##vso[task.setvariable]", "\\u{23}#vso[task.setvariable]"),
            ("from ::/0 and fd00::abcd", "from ::/0 and fd00::abcd"),
        ] {
            assert_eq!(neutralise(text), safe, "{text:?}");
        }
    }
}
