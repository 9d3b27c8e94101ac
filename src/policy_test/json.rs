//! A report of tests for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Status, TestReport, Tested, View};
use crate::report;

/// The version of the form.
const VERSION: u32 = 1;

/// Writes the report.
pub(super) fn write(tests: &TestReport, _view: &View, out: &mut dyn Write) -> io::Result<()> {
    let coverage = tests.coverage.iter().map(|file| {
        json!({
            "file": file.file,
            "covered": file.covered,
            "missed": file.missed,
            "percent": file.percent(),
        })
    });
    let problems = tests.problems().map(|problem| {
        let help = problem.help().map(|help| help.to_string());
        json!({ "message": problem.to_string(), "help": help })
    });
    let text = report::json_text(&json!({
        "version": VERSION,
        "summary": {
            "passed": tests.count("passed"),
            "failed": tests.count("failed"),
            "skipped": tests.count("skipped"),
            "coverage": tests.percent(),
            "exit_code": tests.exit_code(),
        },
        "tests": tests.tests.iter().map(test).collect::<Vec<_>>(),
        "coverage": coverage.collect::<Vec<_>>(),
        "problems": problems.collect::<Vec<_>>(),
    }));
    out.write_all(text.as_bytes())
}

fn test(test: &Tested) -> Value {
    let place = test.file.place(test.span.start);
    let mut value = json!({
        "file": test.file.name(),
        "line": place.line,
        "name": test.name,
        "status": test.status.as_str(),
    });
    let Some(members) = value.as_object_mut() else { return value };
    if let Status::Failed(failure) = &test.status {
        let place = failure.source.place(failure.span.start);
        let values = failure.values.iter();
        let values = values.map(|(text, value)| json!({ "expression": text, "value": value }));
        let failure = json!({
            "title": failure.title,
            "file": failure.source.name(),
            "line": place.line,
            "column": place.column,
            "reason": failure.reason,
            "values": values.collect::<Vec<_>>(),
            "remarks": failure.remarks,
        });
        members.insert("failure".to_owned(), failure);
    }
    if !test.prints.is_empty() {
        let prints = test.prints.iter();
        let prints = prints.map(|p| json!({ "file": p.file, "line": p.line, "text": p.text }));
        members.insert("prints".to_owned(), prints.collect());
    }
    value
}
