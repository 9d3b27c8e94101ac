//! Queries in Rego over a document, for trying things out.

use std::time::Duration;

use regorus::Value as RegoValue;

use super::evaluate::{Failed, fenced};
use super::print::{self, Print};
use super::{compile, document, literal};
use crate::base::Source;
use crate::model::Value;
use crate::policy::{Parameter, PolicyError, PolicyFault, PolicySet, check_text};

/// What the interpreter calls the query.
const NAME: &str = "<query.rego>";

/// What a query comes to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// One for each way in which the query holds: its variables as an object, or its value where it has
    /// none.
    pub values: Vec<Value>,
    /// What was printed.
    pub prints: Vec<Print>,
}

/// Evaluates `query` with `input` over the policies and libraries of `set`.
///
/// # Errors
/// The policies that do not parse, or why the query has no answer.
pub fn query(
    set: &PolicySet,
    query: &str,
    input: Option<&Value>,
    time_limit: Duration,
) -> Result<Answer, Vec<PolicyError>> {
    let asked = Source::new(NAME, query);
    check_text(&asked).map_err(|error| vec![*error])?;
    let mut rego = compile::new_rego(time_limit);
    let policies = set.policies.values().map(|policy| &policy.source);
    for source in policies.chain(set.libraries.values().map(|library| &library.source)) {
        compile::add(&mut rego, source)?;
    }
    let fail = |text: &str| {
        let mut error = compile::interpreter_error(text, std::slice::from_ref(&asked));
        if let PolicyFault::Syntax { reason } = error.fault {
            error.fault = PolicyFault::BadQuery { reason };
        }
        vec![error]
    };
    // Parameters are those of the policy that the query speaks of.
    let meant = set.policies.values().filter(|policy| query.contains(&policy.package));
    let params = meant.flat_map(|policy| policy.metadata.params.iter());
    let params = params.map(|(name, parameter)| (name, Parameter::value(parameter)));
    rego.add_data(document::data(params, &[])).map_err(|error| fail(&error.to_string()))?;
    rego.set_input(input.map_or(RegoValue::Undefined, document::convert));
    let results = fenced(|| rego.eval_query(query.to_owned(), false));
    let prints = print::take(&mut rego);
    let results = results.map_err(|failed| match failed {
        Failed::Slow(limit) => slow(&asked, limit),
        Failed::Panicked => fail("the interpreter panicked"),
        Failed::Said(text) => fail(&text),
    })?;
    let values = results.result.iter().filter_map(|result| {
        let bindings = result.bindings.as_object().ok().filter(|bindings| !bindings.is_empty());
        match bindings {
            Some(_) => Some(literal::plain(&result.bindings)),
            None => result.expressions.last().map(|expression| literal::plain(&expression.value)),
        }
    });
    Ok(Answer { values: values.collect(), prints })
}

fn slow(asked: &Source, limit: Duration) -> Vec<PolicyError> {
    let reason = format!("it took longer than {} ms", limit.as_millis());
    vec![*PolicyError::whole_file(asked, PolicyFault::BadQuery { reason })]
}
