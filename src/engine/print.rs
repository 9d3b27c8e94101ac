//! What policies print while they are evaluated: kept, bounded, and never written by the interpreter
//! itself, which knows neither secrets nor terminals.

use std::fmt;

use regorus::Engine as Rego;

/// At most so many lines of one evaluation are kept.
const MOST_LINES: usize = 100;
/// The most characters of a line.
const MOST_CHARACTERS: usize = 1000;

/// One line that a policy printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Print {
    /// The file.
    pub file: String,
    /// The line of the call; 0 for a remark of ours.
    pub line: u32,
    /// What was printed.
    pub text: String,
}

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.text),
            line => write!(f, "{}:{line}: {}", self.file, self.text),
        }
    }
}

/// Takes what `rego` has printed, in order. What is more than a person reads is cut off and counted.
pub(super) fn take(rego: &mut Rego) -> Vec<Print> {
    let lines = rego.take_prints().unwrap_or_default();
    let more = lines.len().saturating_sub(MOST_LINES);
    let mut prints: Vec<Print> = lines.iter().take(MOST_LINES).map(|line| read(line)).collect();
    if let Some(last) = prints.last().filter(|_| more > 0).cloned() {
        prints.push(Print { line: 0, text: format!("and {more} more"), ..last });
    }
    prints
}

/// Reads `FILE:LINE: TEXT`.
fn read(line: &str) -> Print {
    let places = line.match_indices(": ").map(|(at, _)| at);
    let parts = places.filter_map(|at| {
        let (place, text) = (line.get(..at)?, line.get(at + 2..)?);
        let (file, number) = place.rsplit_once(':')?;
        Some((file, number.parse::<u32>().ok()?, text))
    });
    let (file, number, text) = parts.take(1).next().unwrap_or(("", 0, line));
    let mut shown: String = text.chars().take(MOST_CHARACTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    Print { file: file.to_owned(), line: number, text: shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_texts() {
        let print = |file: &str, line, text: &str| Print {
            file: file.to_owned(),
            line,
            text: text.to_owned(),
        };
        assert_eq!(read("a/b.rego:12: at x:1: y"), print("a/b.rego", 12, "at x:1: y"));
        assert_eq!(read("odd"), print("", 0, "odd"));
        assert_eq!(read("a.rego:1: "), print("a.rego", 1, ""));
        let long = format!("a.rego:1: {}", "ä".repeat(2000));
        assert_eq!(read(&long).text.chars().count(), MOST_CHARACTERS + 1);
    }
}
