//! The use case `conftest test`: plans and states judged by policies for conftest alone, and
//! counted as it counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use miette::Diagnostic;

use super::raw::read_input;
use crate::base::secret::Secrets;
use crate::engine::DEFAULT_TIME_LIMIT;
use crate::engine::raw::{RawMessage, RawProgram, RawRule, RawVerdict, RuleKind};
use crate::finding::Outcome;
use crate::input::{self, Document};
use crate::model::Value;
use crate::policy::raw::{Namespaces, RawSet};
use crate::policy::{self, PolicyError};

/// What the policies of one package say of one document.
#[derive(Debug)]
pub struct TestResult {
    /// The document, as it was named.
    pub file: String,
    /// The package.
    pub namespace: String,
    /// How many rules found nothing.
    pub successes: usize,
    /// What denies.
    pub failures: Vec<Said>,
    /// What warns.
    pub warnings: Vec<Said>,
    /// The rules that do not count, as queries.
    pub exceptions: Vec<String>,
}

/// What a rule says.
#[derive(Debug)]
pub struct Said {
    /// The text.
    pub message: String,
    /// What else, by name.
    pub members: Vec<(Arc<str>, Value)>,
    /// The rule, as a query.
    pub query: String,
}

/// What a test came to.
#[derive(Debug, Default)]
pub struct Tested {
    /// By package, and for each in the order of the documents.
    pub results: Vec<TestResult>,
    /// What could not be judged: the test fails then, whatever the results are.
    pub errors: Vec<String>,
    /// The secrets of the documents: none of them may be printed.
    pub secrets: Secrets,
}

/// Reads and compiles the policies below `paths` with the data below `data`.
///
/// # Errors
/// Everything that is wrong with them.
pub fn program(
    paths: &[String],
    data: &[String],
    namespaces: Namespaces,
) -> Result<RawProgram, Vec<PolicyError>> {
    let files_below =
        |path: &str, extensions: &[&str]| policy::files_below(Path::new(path), extensions);
    let set = RawSet::read(paths, data, namespaces, files_below)?;
    RawProgram::new(&set, DEFAULT_TIME_LIMIT)
}

/// Judges `documents` by `program`.
#[must_use]
pub fn test(documents: &[Document], program: &RawProgram) -> Tested {
    let mut tested = Tested::default();
    let mut by_namespace: BTreeMap<&str, Vec<TestResult>> = BTreeMap::new();
    for document in documents {
        let verdicts = match judge(document, program, &mut tested.secrets) {
            Ok(verdicts) => verdicts,
            Err(error) => {
                tested.errors.push(error);
                continue;
            }
        };
        let mut packages: BTreeMap<&str, Vec<RawVerdict<'_>>> = BTreeMap::new();
        for verdict in verdicts {
            packages.entry(&verdict.rule.policy.package).or_default().push(verdict);
        }
        for (package, verdicts) in packages {
            let failed = verdicts.iter().filter_map(|verdict| verdict.reason.clone());
            tested.errors.extend(failed.map(|reason| format!("{}: {reason}", document.label)));
            let result = TestResult::new(document, package, verdicts);
            by_namespace.entry(package).or_default().push(result);
        }
    }
    tested.results = by_namespace.into_values().flatten().collect();
    tested
}

fn judge<'p>(
    document: &Document,
    program: &'p RawProgram,
    secrets: &mut Secrets,
) -> Result<Vec<RawVerdict<'p>>, String> {
    let explained = |error: input::InputError| match error.help() {
        Some(help) => format!("{error}; {help}"),
        None => error.to_string(),
    };
    let model = input::load(document, None).map_err(explained)?.model;
    secrets.merge(&model.secrets);
    if model.completeness.errored {
        let label = &document.label;
        return Err(format!(
            "{label} is an errored plan: planning stopped, and resources are missing from it"
        ));
    }
    let input = read_input(document).map_err(explained)?;
    Ok(program.judge(&input, &model))
}

impl TestResult {
    fn new(document: &Document, package: &str, verdicts: Vec<RawVerdict<'_>>) -> Self {
        let mut result = TestResult {
            file: document.label.clone(),
            namespace: package.to_owned(),
            successes: 0,
            failures: Vec::new(),
            warnings: Vec::new(),
            exceptions: Vec::new(),
        };
        let mut definitions = 0;
        for RawVerdict { rule, outcome, messages, is_excepted, .. } in verdicts {
            // What fails has not passed, however often it is defined.
            definitions += if outcome == Outcome::Error { 0 } else { rule.definitions };
            match outcome {
                _ if is_excepted => result.exceptions.push(exception(rule)),
                Outcome::Pass => result.successes += 1,
                _ => {
                    let said = messages.into_iter().map(|message| Said::new(rule, message));
                    match rule.kind {
                        RuleKind::Denies => result.failures.extend(said),
                        RuleKind::Warns => result.warnings.extend(said),
                    }
                }
            }
        }
        // A rule that is defined several times and finds less than that passes for the rest.
        result.successes += definitions.saturating_sub(result.total());
        result
    }

    /// How many tests it stands for.
    #[must_use]
    pub fn total(&self) -> usize {
        self.successes + self.failures.len() + self.warnings.len() + self.exceptions.len()
    }
}

impl Said {
    fn new(rule: &RawRule, message: RawMessage) -> Self {
        let text = message.text;
        let title = || rule.policy.metadata.title.clone();
        Said {
            message: if text.is_empty() { title() } else { text },
            members: message.members,
            query: format!("data.{}.{}", rule.policy.package, rule.name),
        }
    }
}

/// The query by which an exception for `rule` is found.
fn exception(rule: &RawRule) -> String {
    let name = rule.name.split_once('_').map_or(rule.name.as_str(), |(_, rest)| rest);
    format!("data.{}.exception[_][_] == \"{name}\"", rule.policy.package)
}
