//! A writer that lets no secret through, also not one that arrives in several writes.

use std::io::{self, Write};

use super::{MASK, Scrubber};

/// How many bytes are gathered before they are looked at and passed on.
const BATCH: usize = 1 << 16;

/// What a stream consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Text, in which a secret may stand anywhere.
    Text,
    /// JSON. Secrets are looked for within the strings that are values, so that whatever they
    /// are, the document stays one; names of members are nobody's secret.
    Json,
}

/// A writer in front of another. It gathers what is written and passes it on in batches, without
/// secrets; [`Scrubbed::finish`] passes on the rest.
pub struct Scrubbed<'a, W: Write> {
    inner: W,
    scrubber: &'a Scrubber,
    syntax: Syntax,
    held: Vec<u8>,
    /// So many bytes at the beginning of what is held belong to a secret that began before them.
    masked: usize,
    json: Json,
    is_finished: bool,
}

impl<'a, W: Write> Scrubbed<'a, W> {
    /// A writer in front of `inner`.
    pub fn new(inner: W, scrubber: &'a Scrubber, syntax: Syntax) -> Self {
        let (held, json) = (Vec::with_capacity(BATCH), Json::default());
        Scrubbed { inner, scrubber, syntax, held, masked: 0, json, is_finished: false }
    }

    /// Passes on all that was written, and ends.
    ///
    /// # Errors
    /// Those of the writer behind.
    pub fn finish(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        if self.is_finished {
            return Ok(());
        }
        self.is_finished = true;
        self.pass_on(true)?;
        self.inner.flush()
    }

    fn pass_on(&mut self, is_end: bool) -> io::Result<()> {
        if self.scrubber.is_idle() {
            let written = self.inner.write_all(&self.held);
            self.held.clear();
            return written;
        }
        match self.syntax {
            Syntax::Text => self.pass_text(is_end),
            Syntax::Json => {
                let mut out = Vec::with_capacity(self.held.len());
                self.held.drain(..).for_each(|byte| self.json.take(byte, self.scrubber, &mut out));
                if is_end {
                    self.json.end(self.scrubber, &mut out);
                }
                self.inner.write_all(&out)
            }
        }
    }

    /// Keeps as much back as a secret that has not arrived as a whole could have.
    fn pass_text(&mut self, is_end: bool) -> io::Result<()> {
        let keep = if is_end { 0 } else { self.scrubber.longest().saturating_sub(1) };
        let cut = self.held.len().saturating_sub(keep);
        let mut at = self.masked.min(cut);
        let mut beyond = self.masked - at;
        for range in self.scrubber.find(&self.held) {
            if range.start >= cut {
                break;
            }
            if range.start > at || self.masked == 0 {
                self.inner.write_all(self.held.get(at..range.start).unwrap_or_default())?;
                self.inner.write_all(MASK.as_bytes())?;
            }
            at = at.max(range.end.min(cut));
            beyond = range.end.saturating_sub(cut).max(beyond);
        }
        self.inner.write_all(self.held.get(at..cut).unwrap_or_default())?;
        self.held.drain(..cut);
        self.masked = beyond;
        Ok(())
    }
}

impl<W: Write> Write for Scrubbed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= BATCH {
            self.pass_on(false)?;
        }
        Ok(bytes.len())
    }

    /// Passes on what can hold no beginning of a secret.
    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(false)?;
        self.inner.flush()
    }
}

/// Nothing is lost when an error ends the writing early.
impl<W: Write> Drop for Scrubbed<'_, W> {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Where in a JSON document a stream stands.
#[derive(Default)]
struct Json {
    /// The content of the string that is open, or was closed last.
    content: Vec<u8>,
    /// The blanks behind it.
    blanks: Vec<u8>,
    place: JsonPlace,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum JsonPlace {
    #[default]
    Outside,
    Inside,
    /// Behind a backslash in a string.
    Escaped,
    /// Behind a string of which is not known yet whether it is a name: the blanks that follow.
    Behind,
}

impl Json {
    fn take(&mut self, byte: u8, scrubber: &Scrubber, out: &mut Vec<u8>) {
        match (self.place, byte) {
            (JsonPlace::Outside, b'"') => self.place = JsonPlace::Inside,
            (JsonPlace::Outside, _) => out.push(byte),
            (JsonPlace::Inside, b'"') => self.place = JsonPlace::Behind,
            (JsonPlace::Inside, _) => {
                self.content.push(byte);
                if byte == b'\\' {
                    self.place = JsonPlace::Escaped;
                }
            }
            (JsonPlace::Escaped, _) => {
                self.content.push(byte);
                self.place = JsonPlace::Inside;
            }
            (JsonPlace::Behind, b' ' | b'\n' | b'\r' | b'\t') => self.blanks.push(byte),
            (JsonPlace::Behind, _) => {
                self.close(byte != b':', scrubber, out);
                self.take(byte, scrubber, out);
            }
        }
    }

    /// Writes the string that was closed: without secrets, unless it is a name.
    fn close(&mut self, is_value: bool, scrubber: &Scrubber, out: &mut Vec<u8>) {
        out.push(b'"');
        let mut at = 0;
        let found = if is_value { scrubber.find(&self.content) } else { Vec::new() };
        for range in found {
            out.extend_from_slice(self.content.get(at..range.start).unwrap_or_default());
            out.extend_from_slice(MASK.as_bytes());
            at = range.end;
        }
        out.extend_from_slice(self.content.get(at..).unwrap_or_default());
        out.push(b'"');
        out.append(&mut self.blanks);
        self.content.clear();
        self.place = JsonPlace::Outside;
    }

    fn end(&mut self, scrubber: &Scrubber, out: &mut Vec<u8>) {
        if self.place != JsonPlace::Outside {
            self.close(true, scrubber, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn written(secrets: &[&str], syntax: Syntax, text: &str, step: usize) -> String {
        let secrets = secrets.iter().map(|text| Arc::from(*text)).collect();
        let scrubber = Scrubber::new(&secrets, []);
        let mut bytes = Vec::new();
        let mut out = Scrubbed::new(&mut bytes, &scrubber, syntax);
        for chunk in text.as_bytes().chunks(step) {
            out.write_all(chunk).unwrap();
            out.flush().unwrap();
        }
        out.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_secret_in_several_writes_is_masked() {
        let text = "é hunter2-abc hunter2-abchunter2-abc, hunter2-ab";
        for step in 1..20 {
            assert_eq!(
                written(&["hunter2-abc"], Syntax::Text, text, step),
                "é (sensitive) (sensitive), hunter2-ab",
                "{step}"
            );
        }
    }

    #[test]
    fn a_long_secret_is_masked_as_one() {
        let long: String = (0..9_000).map(|at| char::from(b'a' + (at * at % 26) as u8)).collect();
        for step in [7, 1000, 70_000] {
            let text = format!("a {long} b");
            let masked = written(&[&long], Syntax::Text, &text, step);
            assert!(masked.starts_with("a (sensitive)") && masked.ends_with("(sensitive) b"));
            assert!(masked.len() < 40, "{masked}");
        }
    }

    #[test]
    fn json_stays_json_whatever_is_secret() {
        let text =
            r#"{"results" : [ "\\", "a \" results", {"level": "x: hunter2\"q" }, 123456 ] }"#;
        let clean =
            r#"{"results" : [ "\\", "a \" (sensitive)", {"level": "x: (sensitive)" }, 123456 ] }"#;
        let secrets = ["\", \"a \"", "results", "hunter2\"q", "123456", "\": \"x: h"];
        for step in [1, 3, 100] {
            assert_eq!(written(&secrets, Syntax::Json, text, step), clean, "{step}");
        }
    }

    #[test]
    fn without_secrets_everything_passes() {
        let text = "x".repeat(200_000);
        assert_eq!(written(&[], Syntax::Text, &text, 999), text);
        assert_eq!(written(&["true"], Syntax::Json, "[1, true]", 2), "[1, true]");
    }
}
