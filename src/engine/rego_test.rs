//! Runs the `test_*` rules that stand beside policies.

use std::time::Duration;

use regorus::Value as RegoValue;

use super::compile;
use super::syntax;
use crate::policy::{PolicyError, PolicyFile};

/// What became of one test rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// The file that holds it.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Why it failed; None when it passed.
    pub failure: Option<String>,
}

/// Runs every `test_*` rule of the test files among `files`, against all the others.
///
/// # Errors
/// The first file that does not parse.
pub fn run_tests(
    files: &[PolicyFile],
    time_limit: Duration,
) -> Result<Vec<TestResult>, Box<PolicyError>> {
    let mut rego = compile::new_rego(time_limit);
    for file in files {
        let source = file.source.clone();
        rego.add_policy(source.name().to_owned(), source.text().to_owned())
            .map_err(|error| Box::new(compile::interpreter_error(&error.to_string(), &[source])))?;
    }
    let mut tests = Vec::new();
    for module in rego.get_modules() {
        let package = syntax::package(module).join(".");
        let file = module.package.span.source.file().clone();
        for rule in &module.policy {
            let name = syntax::rule_name(rule).and_then(|(_, name)| name.first().copied());
            if let Some(name) = name.filter(|name| name.starts_with("test_")) {
                tests.push((file.clone(), name.to_owned(), format!("data.{package}.{name}")));
            }
        }
    }
    tests.sort();
    tests.dedup();
    let results = tests.into_iter().map(|(file, name, path)| {
        let failure = match rego.eval_rule(path) {
            Ok(RegoValue::Bool(true)) => None,
            Ok(RegoValue::Undefined) => Some("the rule is undefined".to_owned()),
            Ok(other) => Some(format!("the rule is {other}, not true")),
            Err(error) => Some(error.to_string()),
        };
        TestResult { file, name, failure }
    });
    Ok(results.collect())
}
