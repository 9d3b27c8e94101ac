//! The forms that a text takes in somebody's output: escaped for a syntax, or encoded.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::base::neutralise;

/// The alphabets of base64, the second for addresses on the web.
const ALPHABETS: [&[u8; 64]; 2] = [
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
];

/// How many strings within strings a text may stand in.
const DEEPEST: usize = 3;

/// `text` as it is written out: plain, in strings of several syntaxes, and in strings within
/// strings.
pub(super) fn written(text: &str) -> BTreeSet<String> {
    let hcl = text.replace("${", "$${").replace("%{", "%%{");
    let mut forms = BTreeSet::from([text.to_owned(), hcl, neutralise(text).into_owned()]);
    for escape in [escaped as fn(&str) -> String, escaped_for_web, escaped_to_ascii] {
        // A policy may write JSON within JSON, which a report holds as a string.
        for _ in 0..DEEPEST {
            let more: Vec<String> = forms.iter().map(|form| escape(form)).collect();
            forms.extend(more);
        }
    }
    let quoted: Vec<String> = forms.iter().map(|form| neutralise(form).into_owned()).collect();
    forms.extend(quoted);
    forms
}

/// `text`, and what a JSON string in a JSON string makes of it, percent-encoded, in base64 and in
/// hexadecimal.
pub(super) fn encoded(text: &str) -> BTreeSet<String> {
    let mut texts = BTreeSet::from([text.to_owned()]);
    for escape in [escaped as fn(&str) -> String, escaped_for_web, escaped_to_ascii] {
        let once = escape(text);
        texts.extend([escape(&once), once]);
    }
    texts.iter().flat_map(|text| encoded_once(text)).collect()
}

fn encoded_once(text: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for keeps in ["-._~", "-._~/", "-._~!*'()", "-._~!$&'()*+,;=:@/"] {
        let percent = percent(text, keeps);
        forms.insert(percent.replace("%20", "+"));
        forms.insert(lowercase_digits(&percent));
        forms.insert(percent);
    }
    forms.extend(base64(text.as_bytes()));
    let hex = |upper: bool| {
        text.bytes().fold(String::new(), |mut hex, byte| {
            let _ = if upper { write!(hex, "{byte:02X}") } else { write!(hex, "{byte:02x}") };
            hex
        })
    };
    forms.extend([hex(false), hex(true)]);
    forms
}

/// `text` in a JSON string.
fn escaped(text: &str) -> String {
    escape(text, |c| (c as u32) < 0x20)
}

/// The same as tools write it that mind web pages: `<`, `>` and `&` escaped.
fn escaped_for_web(text: &str) -> String {
    escape(text, |c| (c as u32) < 0x20 || matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'))
}

/// The same in ASCII alone.
fn escaped_to_ascii(text: &str) -> String {
    escape(text, |c| !(' '..='~').contains(&c))
}

fn escape(text: &str, by_number: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            other if by_number(other) => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// `text` with a percent sign and a number for each byte, but for letters, digits and `keeps`.
fn percent(text: &str, keeps: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let character = char::from(byte);
        if character.is_ascii_alphanumeric() || keeps.contains(character) {
            encoded.push(character);
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// `%2F` as `%2f`.
fn lowercase_digits(percent: &str) -> String {
    let mut digits = 0;
    let lower = |character: char| {
        let is_digit = digits > 0;
        digits = if character == '%' {
            2
        } else if is_digit {
            digits - 1
        } else {
            0
        };
        if is_digit { character.to_ascii_lowercase() } else { character }
    };
    percent.chars().map(lower).collect()
}

/// What base64 makes of `bytes` wherever they stand in what is encoded: at each of the three
/// positions those characters that come of `bytes` alone.
fn base64(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for alphabet in ALPHABETS {
        for before in 0..3_usize {
            let first = (before * 8).div_ceil(6);
            let last = (before + bytes.len()) * 8 / 6;
            let digit = |position: usize| -> Option<char> {
                let bit = |at: usize| -> Option<u8> {
                    let byte = bytes.get((at / 8).checked_sub(before)?)?;
                    Some(byte >> (7 - at % 8) & 1)
                };
                let number = (position * 6..position * 6 + 6)
                    .try_fold(0, |number: u8, at| Some(number << 1 | bit(at)?))?;
                alphabet.get(usize::from(number)).map(|digit| char::from(*digit))
            };
            forms.extend((first..last).map(digit).collect::<Option<String>>());
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_known_in_every_syntax() {
        let forms = written("a\"b\n<é");
        for form in [
            "a\"b\n<é",
            "a\\\"b\\n<é",
            "a\\\"b\\n\\u003cé",
            "a\\\"b\\n<\\u00e9",
            "a\\\\\\\"b\\\\n<é",
            "a\"b\\u{a}<é",
        ] {
            assert!(forms.contains(form), "{form}: {forms:?}");
        }
        assert_eq!(written("plain-text_1").len(), 1);
    }

    #[test]
    fn texts_are_known_encoded() {
        let forms = encoded("p/ss word?");
        for form in ["p%2Fss%20word%3F", "p%2fss%20word%3f", "p%2Fss+word%3F", "p/ss%20word%3F"] {
            assert!(forms.contains(form), "{form}: {forms:?}");
        }
        assert!(forms.contains("702f737320776f72643f"));
        // What was a JSON string before: `"a\"b"`.
        assert!(encoded("a\"bcdef").iter().any(|form| "ImFcImJjZGVmIg==".contains(form)));
        // `hunter2` alone, after one byte and after two.
        let forms = base64(b"hunter2");
        for (form, whole) in [
            ("aHVudGVyM", "aHVudGVyMg=="),
            ("h1bnRlcj", "eGh1bnRlcjI="),
            ("odW50ZXIy", "eHhodW50ZXIy"),
        ] {
            assert!(forms.iter().any(|known| known == form), "{form}: {forms:?}");
            assert!(whole.contains(form));
        }
    }
}
