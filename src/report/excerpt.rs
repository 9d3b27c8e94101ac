//! A few words of a source, for showing where a finding is.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::base::neutralise;
use crate::finding::{Location, Precision};

/// The longest line that is shown whole, and the most that is shown of a longer one.
const MOST: usize = 120;

/// A part of one line, which knows the line and column that it begins at. Plans are often one
/// line of megabytes, so a snippet is cut out before anything is rendered.
#[derive(Debug)]
pub struct Snippet {
    name: String,
    text: String,
    /// The line of the source, from 0.
    line: usize,
    /// The column of the source at which the text begins, from 0.
    column: usize,
    /// What to underline.
    label: (usize, usize),
}

impl Snippet {
    /// The line of `location`, or the part around it. What may not be shown is left out.
    /// None when the source is no text, or the location is all of it.
    #[must_use]
    pub fn new(location: &Location) -> Option<Self> {
        let source = &location.source;
        if source.text().is_empty() || location.precision == Precision::Input {
            return None;
        }
        let place = source.place(location.span.start);
        let line = source.line(place.line);
        let at = location.span.start - source.line_start(location.span.start);
        let from = member_start(line, at);
        let (before, rest) = (line.get(from..at), line.get(at..));
        let (before, rest) = (before.unwrap_or_default(), rest.unwrap_or_default());
        let length = (location.span.end - location.span.start).min(rest.len());
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let (indent, before, after) = if line.len() <= MOST && location.is_quotable {
            (line.get(..from).unwrap_or_default(), before, after)
        } else {
            ("", before, "")
        };
        let shown = if location.is_quotable { shorten(part) } else { withhold(part) };
        let before = format!("{}{}", neutralise(indent), neutralise(before));
        let after = mask_strings(after);
        let shown = neutralise(&shown).into_owned();
        let column = place.column.saturating_sub(1 + before.chars().count());
        Some(Snippet {
            name: neutralise(source.name()).into_owned(),
            label: (before.len(), shown.len()),
            text: format!("{before}{shown}{}", neutralise(&after)),
            line: place.line - 1,
            column,
        })
    }

    /// The bytes of the text to underline.
    #[must_use]
    pub fn label(&self) -> SourceSpan {
        self.label.into()
    }
}

/// Where the member that holds the value at `at` begins: at its name.
fn member_start(line: &str, at: usize) -> usize {
    let before = line.get(..at).unwrap_or_default().trim_end();
    let Some(before) = before.strip_suffix(':') else { return at };
    let name = before.trim_end().strip_suffix('"').and_then(|name| name.rfind('"'));
    name.unwrap_or(at)
}

/// `name = …` of an attribute, `…` of a value.
fn withhold(text: &str) -> String {
    let name = text.split_once('=').map(|(name, _)| name.trim_end());
    let is_name = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || "_-\"".contains(c));
    name.filter(is_name).map_or_else(|| "…".to_owned(), |name| format!("{name} = …"))
}

/// `text` without what stands in quotes: what follows on the line may be another attribute.
fn mask_strings(text: &str) -> String {
    let parts = text.split('"').enumerate();
    let parts =
        parts.map(|(index, part)| if index % 2 == 1 && !part.is_empty() { "…" } else { part });
    parts.collect::<Vec<_>>().join("\"")
}

fn shorten(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    if first.chars().count() <= MOST {
        return first.to_owned();
    }
    let cut: String = first.chars().take(MOST / 2).collect();
    format!("{cut}…")
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let before = self.text.get(..span.offset()).unwrap_or_default();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            self.line,
            self.column + before.chars().count(),
            1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Source, Span};

    fn snippet(text: &str, value: &str, is_quotable: bool) -> Snippet {
        let source = Source::new("plan.json", text);
        let start = text.find(value).unwrap();
        let span = Span { start, end: start + value.len() };
        let precision = Precision::InputAttribute;
        Snippet::new(&Location { source, span, precision, is_quotable }).unwrap()
    }

    #[test]
    fn short_lines_are_shown_whole() {
        let shown = snippet("{\n  \"acl\": \"public\",\n}", "\"public\"", true);
        assert_eq!(
            (shown.text.as_str(), shown.line, shown.column),
            ("  \"acl\": \"public\",", 1, 0)
        );
        assert_eq!(&shown.text[shown.label.0..][..shown.label.1], "\"public\"");
    }

    #[test]
    fn of_long_lines_the_member_is_shown() {
        let text = format!("{{{}\"acl\":\"public\",\"x\":1}}", "\"a\":1,".repeat(40));
        let shown = snippet(&text, "\"public\"", true);
        assert_eq!((shown.text.as_str(), shown.column), ("\"acl\":\"public\"", 241));
    }

    #[test]
    fn what_may_be_secret_is_left_out() {
        let shown = snippet("  \"password\": \"hunter2\", \"b\": 1", "\"hunter2\"", false);
        assert_eq!(shown.text, "\"password\": …");
        let shown = snippet("  password = \"hunter2\"", "password = \"hunter2\"", false);
        assert_eq!(shown.text, "password = …");
        let header = "resource \"a\" \"b\"";
        let shown = snippet(&format!("{header} {{ password = \"hunter2\" }}"), header, true);
        assert_eq!(shown.text, format!("{header} {{ password = \"…\" }}"));
    }
}
