//! One evaluation of a policy: a panic, an error or a timeout is a value like any other.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

use regorus::{Engine as Rego, LimitError, Value as RegoValue};

use super::compile::Compiled;
use super::fault_text;
use super::reads::Reads;

thread_local! {
    static IS_JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread evaluates a policy. A panic then is caught and becomes an outcome;
/// a panic hook has nothing to print, and must not: its text may hold values.
#[must_use]
pub fn is_judging() -> bool {
    IS_JUDGING.get()
}

/// Runs `policy` once on `input` and returns the value of its `deny`, with `rego` a clone of its
/// interpreter.
///
/// # Errors
/// What went wrong, without values.
pub(super) fn evaluate(
    policy: &Compiled,
    rego: &mut Option<Rego>,
    input: RegoValue,
) -> Result<RegoValue, String> {
    let interpreter = rego.get_or_insert_with(|| policy.rego.clone());
    let was_judging = IS_JUDGING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        interpreter.set_input(input);
        interpreter.eval_rule(policy.entry.clone())
    }));
    IS_JUDGING.set(was_judging);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            let limit = error.downcast_ref::<LimitError>().copied();
            Err(describe(policy, limit, &error.to_string()))
        }
        Err(_) => {
            // Its state is unknown now: the next pair gets a new one.
            *rego = None;
            Err("the interpreter panicked".to_owned())
        }
    }
}

/// The same, and what the policy came to read on the way; None where that is not known.
pub(super) fn evaluate_and_trace(
    policy: &Compiled,
    rego: &mut Option<Rego>,
    input: RegoValue,
) -> (Result<RegoValue, String>, Option<Reads>) {
    let interpreter = rego.get_or_insert_with(|| policy.rego.clone());
    interpreter.set_enable_coverage(true);
    interpreter.clear_coverage_data();
    let result = evaluate(policy, rego, input);
    let reached = rego.as_ref().and_then(|interpreter| policy.slices.reached(interpreter));
    if let Some(interpreter) = rego {
        interpreter.set_enable_coverage(false);
    }
    (result, reached)
}

/// An error of the interpreter: where in the policy, and what, without values.
fn describe(policy: &Compiled, limit: Option<LimitError>, text: &str) -> String {
    if let Some(LimitError::TimeLimitExceeded { limit, .. }) = limit {
        return format!("the policy took longer than {} ms", limit.as_millis());
    }
    let sources: Vec<_> = policy.sources.iter().collect();
    let fault = fault_text::read(text, &sources);
    let message = fault_text::without_values(&fault.message);
    match fault.place.and_then(|(index, place)| Some((sources.get(index)?, place))) {
        Some((source, place)) => {
            format!("{}:{}:{}: {message}", source.name(), place.line, place.column)
        }
        None => message,
    }
}
