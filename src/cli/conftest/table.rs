//! The results of a test as a table.

use std::fmt::Write as _;

use crate::base::neutralise;
use crate::check::conftest::TestResult;

const HEADINGS: [&str; 4] = ["RESULT", "FILE", "NAMESPACE", "MESSAGE"];

/// A table with a row for each result; nothing without any.
pub(super) fn table(results: &[TestResult]) -> String {
    let rows: Vec<[String; 4]> = results.iter().flat_map(rows).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut widths = HEADINGS.map(|heading| heading.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let ruler = |left: char, middle: char, right: char| {
        let lines: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
        format!("{left}{}{right}\n", lines.join(&middle.to_string()))
    };
    let mut text = ruler('┌', '┬', '┐');
    line(&mut text, widths.iter().zip(HEADINGS).map(|(width, cell)| format!("{cell:^width$}")));
    text.push_str(&ruler('├', '┼', '┤'));
    for row in &rows {
        line(&mut text, widths.iter().zip(row).map(|(width, cell)| format!("{cell:<width$}")));
    }
    text.push_str(&ruler('└', '┴', '┘'));
    text
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    let _ = writeln!(text, "│ {} │", cells.join(" │ "));
}

fn rows(result: &TestResult) -> Vec<[String; 4]> {
    let row = |word: &str, message: &str| {
        let inert = |text: &str| neutralise(text).into_owned();
        [word.to_owned(), inert(&result.file), inert(&result.namespace), inert(message)]
    };
    let successes = (0..result.successes).map(|_| row("success", "SUCCESS"));
    let exceptions = result.exceptions.iter().map(|query| row("exception", query));
    let warnings = result.warnings.iter().map(|said| row("warning", &said.message));
    let failures = result.failures.iter().map(|said| row("failure", &said.message));
    successes.chain(exceptions).chain(warnings).chain(failures).collect()
}
