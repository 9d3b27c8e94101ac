//! A few words of a source, for showing where a finding is.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::base::neutralise;
use crate::base::secret::{MASK, Scrubber};
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
    /// The line of `location`, or the part around it. What may not be shown is left out, before
    /// anything is measured, so that what is underlined stays so. None when the source is no
    /// text, or the location is all of it.
    #[must_use]
    pub fn new(location: &Location, scrubber: &Scrubber) -> Option<Self> {
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
        let first = hide(part.lines().next().unwrap_or_default(), scrubber);
        let shown = if location.is_quotable { shorten(&first) } else { withhold(&first) };
        let indent = scrubber.clean(&mask_values(indent)).into_owned();
        let before = format!("{}{}", neutralise(&indent), neutralise(&hide(before, scrubber)));
        let after = scrubber.clean(&mask_strings(after)).into_owned();
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

/// `text` without secrets: those in other forms and among other words, and strings and numbers
/// that equal one, however short.
fn hide(text: &str, scrubber: &Scrubber) -> String {
    let secrets = scrubber.secrets();
    if secrets.is_empty() {
        return text.to_owned();
    }
    let is_secret = |value: &str| secrets.contains(value);
    // The long ones first: nobody knows them again without a part.
    let clean = scrubber.clean(text);
    let hidden = replace_strings(&clean, |content, is_label| {
        let plain = content.replace("\\\"", "\"").replace("\\\\", "\\");
        (!is_label && (is_secret(content) || is_secret(&plain))).then_some(MASK)
    });
    let words = hidden.split_inclusive(|c: char| !c.is_alphanumeric() && c != '.');
    let words = words.map(|word| {
        let number = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_number = number.starts_with(|c: char| c.is_ascii_digit());
        if is_number && is_secret(number) {
            word.replacen(number, MASK, 1)
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

/// `text` without the strings that are values: what precedes on the line may be another
/// attribute. Labels of blocks stay.
fn mask_values(text: &str) -> String {
    replace_strings(text, |_, is_label| (!is_label).then_some("…"))
}

/// `text` with its strings replaced by what `replace` makes of their content, where it makes
/// something. It is told of each string whether it labels a block: such a string follows a word
/// or another string.
fn replace_strings(text: &str, replace: impl Fn(&str, bool) -> Option<&'static str>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, string)) = rest.split_once('"') {
        let mut is_escaped = false;
        let end = string.find(|c: char| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let (content, after) = string.split_at(end.unwrap_or(string.len()));
        replaced.push_str(before);
        let previous = replaced.trim_end().chars().next_back();
        let is_label = previous.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"');
        replaced.push('"');
        replaced.push_str(replace(content, is_label).unwrap_or(content));
        rest = match after.strip_prefix('"') {
            Some(after) => {
                replaced.push('"');
                after
            }
            None => after,
        };
    }
    replaced.push_str(rest);
    replaced
}

/// `text` without what stands in quotes: what follows on the line may be another attribute.
fn mask_strings(text: &str) -> String {
    let parts = text.split('"').enumerate();
    let parts =
        parts.map(|(index, part)| if index % 2 == 1 && !part.is_empty() { "…" } else { part });
    parts.collect::<Vec<_>>().join("\"")
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST / 2).collect();
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
    use std::sync::Arc;

    use crate::base::{Source, Span};

    fn snippet(text: &str, value: &str, is_quotable: bool) -> Snippet {
        snippet_without(&[], text, value, is_quotable)
    }

    fn snippet_without(secrets: &[&str], text: &str, value: &str, is_quotable: bool) -> Snippet {
        let secrets = secrets.iter().map(|secret| Arc::from(*secret)).collect();
        let scrubber = Scrubber::new(&secrets, []);
        let source = Source::new("plan.json", text);
        let start = text.find(value).unwrap();
        let span = Span { start, end: start + value.len() };
        let precision = Precision::InputAttribute;
        Snippet::new(&Location { source, span, precision, is_quotable }, &scrubber).unwrap()
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

    #[test]
    fn what_equals_a_secret_is_masked_and_the_label_stays_right() {
        let secrets = ["ab", "99", "a long secret", "say \"hi\" now"];
        for (line, shown) in [
            ("name = \"ab\"", "name = \"(sensitive)\""),
            ("resource \"ab\" \"ab\" { a = 99 }", "resource \"ab\" \"ab\" { a = (sensitive) }"),
            ("x = \"it is a long secret\"", "x = \"it is (sensitive)\""),
            ("x = [\"say \\\"hi\\\" now\", \"abc\", 199]", "x = [\"(sensitive)\", \"abc\", 199]"),
        ] {
            let shown_line = snippet_without(&secrets, line, line, true);
            assert_eq!(shown_line.text, shown);
            assert_eq!(shown_line.label, (0, shown.len()));
        }
        let line = "{ pin = \"ab\", acl = \"public\" }";
        let found = snippet_without(&secrets, line, "acl = \"public\"", true);
        assert_eq!(found.text, "{ pin = \"…\", acl = \"public\" }");
        assert_eq!(&found.text[found.label.0..][..found.label.1], "acl = \"public\"");
        assert_eq!(found.column + found.text[..found.label.0].chars().count(), 14);
    }
}
