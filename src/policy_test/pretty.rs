//! A report of tests for people.

use std::io::{self, Write};

use super::{Status, TestReport, Tested, View};
use crate::base::neutralise;
use crate::engine::FileCoverage;
use crate::report;

/// The most lines that are named as missed, for one file.
const MOST_RANGES: usize = 8;

/// Writes the report.
pub(super) fn write(report: &TestReport, view: &View, out: &mut dyn Write) -> io::Result<()> {
    for problem in report.problems() {
        writeln!(out, "{}\n", report::render(problem, view.look))?;
    }
    if view.detail.every_test {
        each(report, out)?;
    }
    for test in &report.tests {
        if let Status::Failed(failure) = &test.status {
            writeln!(out, "{}\n", report::render(failure.as_ref(), view.look))?;
        }
    }
    if view.detail.coverage || report.is_short() {
        coverage(report, out)?;
    }
    summary(report, out)
}

/// Every test, below the name of its file, and what it printed.
fn each(report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    let mut file = None;
    for test in &report.tests {
        let Tested { name, status, prints, .. } = test;
        if file != Some(test.file.name()) {
            file = Some(test.file.name());
            writeln!(out, "{}", neutralise(test.file.name()))?;
        }
        writeln!(out, "  {:7}  {}", status.as_str(), neutralise(name))?;
        for print in prints {
            writeln!(out, "           {}", neutralise(&print.to_string()))?;
        }
    }
    if file.is_some() { writeln!(out) } else { Ok(()) }
}

/// How much of each file was evaluated, the least first.
fn coverage(report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    let mut files: Vec<&FileCoverage> = report.coverage.iter().collect();
    files.sort_by(|a, b| a.percent().total_cmp(&b.percent()).then(a.file.cmp(&b.file)));
    for file in files {
        let missed = ranges(file.missed.iter().copied());
        let missed = if missed.is_empty() { missed } else { format!("  without {missed}") };
        writeln!(out, "{:5.1} %  {}{missed}", floor(file.percent()), neutralise(&file.file))?;
    }
    if report.coverage.is_empty() { Ok(()) } else { writeln!(out) }
}

fn summary(report: &TestReport, out: &mut dyn Write) -> io::Result<()> {
    let (passed, failed) = (report.count("passed"), report.count("failed"));
    let mut parts = vec![format!("{passed} passed"), format!("{failed} failed")];
    match report.count("skipped") {
        0 => {}
        number => parts.push(format!("{number} to be written")),
    }
    let problems = report.problems().count();
    if problems > 0 {
        parts.push(format!("{problems} could not be run"));
    }
    writeln!(out, "{}", parts.join(", "))?;
    match report.is_narrowed {
        _ if passed + failed + problems > 0 => {}
        true => writeln!(out, "No test has a name that `--run` matches.")?,
        false => writeln!(out, "There is no test: a rule whose name begins with `test_`.")?,
    }
    let covered: usize = report.coverage.iter().map(|file| file.covered.len()).sum();
    let missed: usize = report.coverage.iter().map(|file| file.missed.len()).sum();
    if covered + missed == 0 {
        return Ok(());
    }
    let least = match report.least_coverage {
        Some(least) if report.is_short() => format!(", and {least} % must be"),
        _ => String::new(),
    };
    let (percent, all) = (floor(report.percent()), covered + missed);
    let lines = if all == 1 { "line" } else { "lines" };
    writeln!(out, "{percent:.1} % of {all} {lines} evaluated{least}")
}

/// Never more than there is: 99.96 % are no 100.
fn floor(percent: f64) -> f64 {
    (percent * 10.0).floor() / 10.0
}

/// Numbers of lines as ranges, such as `3, 7-9`.
fn ranges(lines: impl Iterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == line => *last = line,
            _ => ranges.push((line, line)),
        }
    }
    let more = ranges.len().saturating_sub(MOST_RANGES);
    let shown = ranges.iter().take(MOST_RANGES).map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    let text = shown.collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_to_ranges() {
        assert_eq!(ranges([3, 7, 8, 9, 12].into_iter()), "3, 7-9, 12");
        assert_eq!(ranges((1..40).step_by(2)), "1, 3, 5, 7, 9, 11, 13, 15 and 12 more");
        assert_eq!(floor(99.96), 99.9);
    }
}
