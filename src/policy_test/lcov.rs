//! Which lines were evaluated, in the form of lcov's tracefiles.

use std::io::{self, Write};

use super::{TestReport, View};
use crate::base::neutralise;

/// Writes the report.
pub(super) fn write(report: &TestReport, _view: &View, out: &mut dyn Write) -> io::Result<()> {
    for file in &report.coverage {
        writeln!(out, "TN:\nSF:{}", neutralise(&file.file))?;
        let covered = file.covered.iter().map(|line| (line, 1));
        let mut lines: Vec<(&u32, u8)> =
            covered.chain(file.missed.iter().map(|line| (line, 0))).collect();
        lines.sort();
        for (line, hits) in &lines {
            writeln!(out, "DA:{line},{hits}")?;
        }
        writeln!(out, "LF:{}\nLH:{}\nend_of_record", lines.len(), file.covered.len())?;
    }
    Ok(())
}
