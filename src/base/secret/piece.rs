//! The pieces of a secret that give it away: its lines, and parts of long ones.
//!
//! A value of many lines appears line by line in an excerpt, and a long one is cut short. So each
//! line is looked for by itself, and long ones in parts, which together cover the whole.

/// The fewest characters of a text that is looked for.
const LEAST: usize = 6;

/// How many of them must differ: `------` and `000000` stand in too many texts.
const LEAST_DIFFERENT: usize = 3;

/// How many characters of a line must be letters or digits: a script has lines such as `})();`.
const LEAST_WORD: usize = 5;

/// The length in bytes of the parts of a long line.
const PART: usize = 32;

/// True for a text that is looked for wherever text is printed. Anything shorter or plainer is
/// masked only where its place says that it is secret.
pub(super) fn is_telling(text: &str) -> bool {
    let text = text.trim();
    let mut seen: Vec<char> = Vec::with_capacity(LEAST_DIFFERENT);
    for character in text.chars() {
        if seen.len() < LEAST_DIFFERENT && !seen.contains(&character) {
            seen.push(character);
        }
    }
    seen.len() >= LEAST_DIFFERENT && text.chars().nth(LEAST - 1).is_some()
}

/// The pieces of `secret` to look for.
pub(super) fn pieces(secret: &str) -> Vec<&str> {
    let whole = secret.trim();
    if !is_telling(whole) {
        return Vec::new();
    }
    if !whole.contains(['\n', '\r']) {
        return parts(whole);
    }
    let lines = whole.split(['\n', '\r']).map(str::trim).filter(|line| is_telling_line(line));
    lines.flat_map(parts).collect()
}

/// A line says less than a whole value: armour such as `-----BEGIN …` is the same for everyone.
fn is_telling_line(line: &str) -> bool {
    let word = line.chars().filter(|c| c.is_alphanumeric()).count();
    is_telling(line) && word >= LEAST_WORD && !line.starts_with("-----")
}

/// `text` in parts; the last takes the rest.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() >= 2 * PART {
        let at = (PART..rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts.retain(|part| is_telling(part));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_plain_texts_are_no_pieces() {
        for text in ["", "true", "12345", "      ", "------", "aaaabbbb", " abc "] {
            assert!(pieces(text).is_empty(), "{text:?}");
        }
        assert_eq!(pieces(" hunter2\n"), ["hunter2"]);
    }

    #[test]
    fn lines_and_parts_cover_what_is_long() {
        let key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA\n  qw3rt=\n})();\n-----END KEY-----\n";
        assert_eq!(pieces(key), ["MIIEpAIBAAKCAQEA", "qw3rt="]);
        let long: String = ('a'..='z').cycle().take(200).collect();
        assert_eq!(pieces(&long).concat(), long);
        let accents = "äöüß".repeat(40);
        assert_eq!(pieces(&accents).concat(), accents);
    }
}
