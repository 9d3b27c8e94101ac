//! The parts of a policy that an evaluation came to.
//!
//! Where a policy stops early, such as at the wrong type or a harmless port, the rest of it reads
//! nothing: whatever is unknown there cannot change the verdict. The interpreter tells which
//! lines it came to; a statement of which it came to no line read nothing.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use regorus::Engine as Rego;
use regorus::unstable::{Module, Ref};

use super::reader::Reader;
use super::reads::Reads;

/// What the statements of a policy and its libraries read, each for itself.
#[derive(Debug, Default)]
pub(super) struct Slices {
    /// By the file they stand in.
    statements: HashMap<String, Vec<Statement>>,
    /// What is read outside of them.
    always: Reads,
}

/// A statement, or the value that a rule has when its statements hold.
#[derive(Debug)]
struct Statement {
    lines: RangeInclusive<u32>,
    reads: Reads,
}

impl Slices {
    /// Cuts `modules` up; the first is the policy, the others its libraries.
    pub(super) fn of(modules: &[Ref<Module>]) -> Self {
        let reader = Reader::new(modules);
        let mut slices = Slices::default();
        for (file, rule) in reader.rules() {
            let parts = rule.parts();
            slices.always.merge_all(&rule.read(&parts.always));
            let statements = slices.statements.entry(file.to_owned()).or_default();
            for (lines, expressions) in parts.statements {
                statements.push(Statement { lines, reads: rule.read(&expressions) });
            }
        }
        slices
    }

    /// Everything that may be read.
    pub(super) fn all(&self) -> Reads {
        let mut reads = self.always.clone();
        let statements = self.statements.values().flatten();
        statements.for_each(|statement| reads.merge_all(&statement.reads));
        reads
    }

    /// What `rego` came to read since its coverage was last cleared; None where it does not say.
    pub(super) fn reached(&self, rego: &Rego) -> Option<Reads> {
        let report = rego.get_coverage_report().ok()?;
        let mut reads = self.always.clone();
        for file in &report.files {
            let statements = self.statements.get(&file.path).into_iter().flatten();
            let reached = statements.filter(|statement| {
                let lines = || statement.lines.clone();
                let is_passed_over = file.not_covered.range(lines()).next().is_some();
                file.covered.range(lines()).next().is_some() || !is_passed_over
            });
            reached.for_each(|statement| reads.merge(&statement.reads));
        }
        Some(reads)
    }
}
