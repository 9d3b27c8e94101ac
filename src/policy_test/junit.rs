//! A report of tests as JUnit XML: a suite for each file, a case for each test.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Status, TestReport, Tested, View};
use crate::base::neutralise;

/// Writes the report.
pub(super) fn write(report: &TestReport, _view: &View, out: &mut dyn Write) -> io::Result<()> {
    let problems: Vec<String> = report
        .problems()
        .map(|problem| match problem.help() {
            Some(help) => format!("{problem}\n{help}"),
            None => problem.to_string(),
        })
        .collect();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"plangate test\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        report.tests.len() + problems.len(),
        report.count("failed"),
        problems.len()
    )?;
    for tests in report.tests.chunk_by(|a, b| a.file.name() == b.file.name()) {
        suite(tests, out)?;
    }
    if !problems.is_empty() {
        let number = problems.len();
        writeln!(
            out,
            "  <testsuite name=\"not run\" tests=\"{number}\" failures=\"0\" errors=\"{number}\">"
        )?;
        for problem in problems {
            let first = escaped(problem.lines().next().unwrap_or_default());
            writeln!(
                out,
                "    <testcase classname=\"plangate\" name=\"{first}\"><error message=\"{first}\">{}</error></testcase>",
                escaped(&problem)
            )?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(tests: &[Tested], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = tests.first() else { return Ok(()) };
    let file = escaped(first.file.name());
    let count = |status: &str| tests.iter().filter(|test| test.status.as_str() == status).count();
    writeln!(
        out,
        "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        tests.len(),
        count("failed"),
        count("skipped")
    )?;
    for test in tests {
        let line = test.file.place(test.span.start).line;
        let name = escaped(&test.name);
        let case = format!(
            "<testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\" line=\"{line}\""
        );
        match &test.status {
            Status::Passed => writeln!(out, "    {case}/>")?,
            Status::Skipped => writeln!(out, "    {case}><skipped/></testcase>")?,
            Status::Failed(failure) => {
                let place = failure.source.place(failure.span.start);
                let mut text = format!(
                    "{}:{}:{}: {}",
                    failure.source.name(),
                    place.line,
                    place.column,
                    failure.reason
                );
                for note in failure.notes() {
                    let _ = write!(text, "\n{note}");
                }
                writeln!(
                    out,
                    "    {case}><failure message=\"{}\">{}</failure></testcase>",
                    escaped(&failure.title),
                    escaped(&text)
                )?;
            }
        }
    }
    writeln!(out, "  </testsuite>")
}

/// `text` in XML, lines kept, without characters that XML forbids.
fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| neutralise(line).into_owned()).collect();
    let mut escaped = String::with_capacity(text.len());
    for character in lines.join("\n").chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_no_markup() {
        assert_eq!(escaped("a <b> & \"c\"\n'd'"), "a &lt;b&gt; &amp; &quot;c&quot;\n&apos;d&apos;");
        assert!(!escaped("\u{1b}[31m\u{0}").contains(['\u{1b}', '\u{0}']));
    }
}
