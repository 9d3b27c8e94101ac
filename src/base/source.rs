//! Texts with names, and places in them.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

/// A text that was read, and the name to show for it. Cloning shares the text.
#[derive(Clone)]
pub struct Source(Arc<Inner>);

struct Inner {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
    /// How many characters stand before each [`STRIDE`] of bytes. Plans are often one line of
    /// many megabytes, and counting it anew for each place would take long.
    characters: OnceLock<Vec<usize>>,
}

/// How many bytes are counted anew for a place, at the most.
const STRIDE: usize = 1 << 14;

/// A range of bytes in a [`Source`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A line and column, both from 1; columns count Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Source {
    /// Names `text` as `name`.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source(Arc::new(Inner {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            characters: OnceLock::new(),
        }))
    }

    /// The name: a path as the user gave it, or `<stdin>`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// True for the same text under the same name.
    #[must_use]
    pub fn is_same(&self, other: &Source) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.name() == other.name() && self.text() == other.text())
    }

    /// The text of `span`; empty when the span does not lie in this source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.start..span.end).unwrap_or_default()
    }

    /// The span of `part`, which must be a slice of this source's text.
    #[must_use]
    pub fn span_of(&self, part: &str) -> Span {
        let start = (part.as_ptr() as usize).saturating_sub(self.text().as_ptr() as usize);
        Span { start, end: start + part.len() }
    }

    /// The line and column of a byte offset.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        let start = self.line_start(offset);
        let column = self.characters_before(offset) - self.characters_before(start) + 1;
        Place { line: line.max(1), column }
    }

    /// The byte offset at which the line of `offset` begins.
    #[must_use]
    pub fn line_start(&self, offset: usize) -> usize {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset);
        starts.get(line.saturating_sub(1)).copied().unwrap_or(0)
    }

    /// The text of a line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let start = line.checked_sub(1).and_then(|index| starts.get(index)).copied();
        let end = starts.get(line).copied().unwrap_or(self.text().len());
        let text = start.and_then(|start| self.text().get(start..end)).unwrap_or_default();
        text.trim_end_matches(['\n', '\r'])
    }

    /// The byte offset of a line and column; the end of the text when it has no such place.
    #[must_use]
    pub fn offset(&self, place: Place) -> usize {
        let index = place.line.saturating_sub(1);
        let Some(&start) = self.line_starts().get(index) else { return self.text().len() };
        let line = self.text().get(start..).unwrap_or_default();
        let column = place.column.saturating_sub(1);
        start + line.char_indices().nth(column).map_or(line.len(), |(offset, _)| offset)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let bytes = self.text().as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        let known = self.0.characters.get_or_init(|| {
            let strides = bytes.chunks(STRIDE).scan(0, |sum, stride| {
                let before = *sum;
                *sum += count(stride);
                Some(before)
            });
            strides.collect()
        });
        let stride = offset / STRIDE;
        let rest = bytes.get(stride * STRIDE..offset).unwrap_or_default();
        known.get(stride).copied().unwrap_or(0) + count(rest)
    }

    fn line_starts(&self) -> &[usize] {
        self.0.line_starts.get_or_init(|| {
            let newlines = self.text().bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(offset, _)| offset + 1)).collect()
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name(), self.text().len())
    }
}

impl Span {
    /// The same span in a text that begins `offset` bytes earlier.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Span { start: self.start + offset, end: self.end + offset }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span { start: range.start, end: range.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_places_agree() {
        let source = Source::new("x", "ab\nçd\n");
        for (offset, line, column) in [(0, 1, 1), (1, 1, 2), (3, 2, 1), (5, 2, 2), (7, 3, 1)] {
            let place = Place { line, column };
            assert_eq!(source.place(offset), place);
            assert_eq!(source.offset(place), offset);
        }
        assert_eq!(source.line(2), "çd");
        assert_eq!(source.line(9), "");
    }
}
