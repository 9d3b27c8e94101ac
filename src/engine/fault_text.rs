//! regorus reports errors as text alone: getting the place and the words back out of it.

use crate::base::{Place, Source, Span};

/// The place and message of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FaultText {
    /// Which of the known sources, and where.
    pub(super) place: Option<(usize, Place)>,
    /// What regorus says, in one line.
    pub(super) message: String,
}

/// Reads texts of the form
/// ```text
/// --> policies/a.rego:6:8
///   |
/// 6 |   y := := 3
///   |        ^
/// error: expecting expression
/// ```
pub(super) fn read(text: &str, sources: &[&Source]) -> FaultText {
    let place = text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("--> ")?;
        let (file_and_line, column) = rest.rsplit_once(':')?;
        let (file, line) = file_and_line.rsplit_once(':')?;
        let index = sources.iter().position(|source| source.name() == file)?;
        Some((index, Place { line: line.parse().ok()?, column: column.parse().ok()? }))
    });
    let message = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("error: "))
        .or_else(|| text.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or("unknown error");
    FaultText { place, message: message.trim().to_owned() }
}

/// `message` without the values that regorus quotes in it: they may be secrets.
pub(super) fn without_values(message: &str) -> String {
    let mut safe = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(start) = rest.find(['`', '"', '{', '[']) {
        let (before, quoted) = rest.split_at(start);
        safe.push_str(before);
        let closing = match quoted.chars().next() {
            Some('{') => '}',
            Some('[') => ']',
            Some(quote) => quote,
            None => break,
        };
        let after = quoted.get(1..).and_then(|inner| inner.rfind(closing).map(|end| (inner, end)));
        safe.push('…');
        rest = after.and_then(|(inner, end)| inner.get(end + 1..)).unwrap_or_default();
    }
    safe.push_str(rest);
    safe
}

/// The word at a place: what a label should underline.
pub(super) fn word_at(source: &Source, place: Place) -> Span {
    let start = source.offset(place);
    let rest = source.text().get(start..).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    Span { start, end: start + length.max(first) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_messages_are_found() {
        let source = Source::new("a/b.rego", "package a\nx := :=\n");
        let text = "\n--> a/b.rego:2:6\n  |\n2 | x := :=\n  |      ^\nerror: expecting expression";
        let place = Place { line: 2, column: 6 };
        assert_eq!(
            read(text, &[&source]),
            FaultText { place: Some((0, place)), message: "expecting expression".to_owned() }
        );
    }

    #[test]
    fn values_are_not_repeated() {
        assert_eq!(
            without_values("expects number. Got `\"hunter2\"` instead"),
            "expects number. Got … instead"
        );
        assert_eq!(without_values("bad {\"a\": \"b\"} here"), "bad … here");
        assert_eq!(without_values("plain"), "plain");
    }
}
