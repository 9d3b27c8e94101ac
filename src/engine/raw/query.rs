//! One query to modules of other tools, for comparing answers with those that OPA documents.

use std::time::Duration;

use regorus::Value as RegoValue;

use super::load;
use crate::base::Source;
use crate::base::secret::Secrets;
use crate::engine::evaluate::fenced;
use crate::policy::PolicyError;

/// Why a query has no answer.
#[derive(Debug)]
pub enum QueryError {
    /// The modules must not be used.
    Refused(Vec<PolicyError>),
    /// The evaluation failed.
    Failed(String),
}

/// The bindings of every answer to `query`, as JSON, with `modules`, and `data` and `input` as JSON.
///
/// # Errors
/// When the modules are refused, or the evaluation fails.
pub fn query(
    modules: &[Source],
    data: Option<&str>,
    input: Option<&str>,
    query: &str,
    time_limit: Duration,
) -> Result<Vec<String>, QueryError> {
    let data: Vec<Source> = data.map(|json| Source::new("data.json", json)).into_iter().collect();
    let mut program =
        load::without_rules(modules, &data, time_limit).map_err(QueryError::Refused)?;
    let input = match input.map(RegoValue::from_json_str).transpose() {
        Ok(input) => input,
        Err(_) => return Err(QueryError::Failed("the input is no JSON".to_owned())),
    };
    input.into_iter().for_each(|input| program.rego.set_input(input));
    match fenced(|| program.rego.eval_query(query.to_owned(), false)) {
        Ok(answers) => {
            let answers = answers.result.into_iter();
            Ok(answers.map(|answer| answer.bindings.to_string()).collect())
        }
        Err(failed) => {
            let sources: Vec<&Source> = program.modules.iter().map(|m| &m.source).collect();
            Err(QueryError::Failed(
                failed.describe(&sources, &Secrets::default(), |_, place| place),
            ))
        }
    }
}
