//! One evaluation of a policy: a panic, an error or a timeout is a value like any other.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use regorus::{Engine as Rego, LimitError, Value as RegoValue};

use super::compile::Compiled;
use super::coverage::Coverage;
use super::fault_text;
use super::print::{self, Print};
use super::reads::Reads;
use crate::base::secret::Secrets;
use crate::base::{Place, Source};

thread_local! {
    static IS_JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread evaluates a policy. A panic then is caught and becomes an outcome;
/// a panic hook has nothing to print, and must not: its text may hold values.
#[must_use]
pub fn is_judging() -> bool {
    IS_JUDGING.get()
}

/// Why an evaluation has no value.
#[derive(Debug)]
pub(super) enum Failed {
    /// It took longer than this.
    Slow(Duration),
    /// The interpreter panicked, so that its state is not known.
    Panicked,
    /// What the interpreter said.
    Said(String),
}

impl Failed {
    /// What went wrong, without values that are quoted and without `secrets`, and where in `sources`. `original` says where a place of what
    /// the interpreter read, in a source by its index, stands in the file.
    pub(super) fn describe(
        self,
        sources: &[&Source],
        secrets: &Secrets,
        original: impl Fn(usize, Place) -> Place,
    ) -> String {
        let text = match self {
            Failed::Slow(limit) => {
                return format!("the policy took longer than {} ms", limit.as_millis());
            }
            Failed::Panicked => return "the interpreter panicked".to_owned(),
            Failed::Said(text) => without_secrets(&text, secrets),
        };
        let fault = fault_text::read(&text, sources);
        let message = fault_text::without_values(&fault.message);
        let place = fault.place.and_then(|(index, place)| {
            let place = original(index, place);
            Some((sources.get(index)?, place))
        });
        match place {
            Some((source, place)) => {
                format!("{}:{}:{}: {message}", source.name(), place.line, place.column)
            }
            None => message,
        }
    }
}

/// Evaluates something, so that a panic is a value like any other.
///
/// # Errors
/// Why there is no value.
pub(super) fn fenced<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<T, Failed>
where
    E: std::fmt::Display + AsRef<dyn std::error::Error + Send + Sync>,
{
    let was_judging = IS_JUDGING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    IS_JUDGING.set(was_judging);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(match error.as_ref().downcast_ref::<LimitError>() {
            Some(LimitError::TimeLimitExceeded { limit, .. }) => Failed::Slow(*limit),
            _ => Failed::Said(error.to_string()),
        }),
        Err(_) => Err(Failed::Panicked),
    }
}

/// What went wrong in an evaluation.
#[derive(Debug)]
pub(super) struct Fault {
    /// Without values that are quoted and without secrets.
    pub(super) reason: String,
    /// It took too long, or the interpreter panicked: then nobody knows what it would have said. Any
    /// other error is what the policy comes to on this input.
    pub(super) is_fatal: bool,
}

/// Runs `policy` once on `input` and returns the value of its `deny`, with `rego` a clone of its
/// interpreter.
///
/// # Errors
/// What went wrong, without `secrets`.
pub(super) fn evaluate(
    policy: &Compiled,
    rego: &mut Option<Rego>,
    input: RegoValue,
    secrets: &Secrets,
) -> Result<RegoValue, Fault> {
    let interpreter = rego.get_or_insert_with(|| policy.rego.clone());
    interpreter.set_input(input);
    let result = fenced(|| interpreter.eval_rule(policy.entry.clone()));
    // What it printed would only take room.
    let _ = interpreter.take_prints();
    result.map_err(|failed| {
        if matches!(failed, Failed::Panicked) {
            // Its state is unknown now: the next pair gets a new one.
            *rego = None;
        }
        let is_fatal = !matches!(failed, Failed::Said(_));
        let sources: Vec<&Source> = policy.sources.iter().collect();
        Fault { reason: failed.describe(&sources, secrets, |_, place| place), is_fatal }
    })
}

/// The same, and what the policy came to read on the way; None where that is not known.
pub(super) fn evaluate_and_trace(
    policy: &Compiled,
    rego: &mut Option<Rego>,
    input: RegoValue,
    secrets: &Secrets,
) -> (Result<RegoValue, Fault>, Option<Reads>) {
    let interpreter = rego.get_or_insert_with(|| policy.rego.clone());
    interpreter.set_enable_coverage(true);
    interpreter.clear_coverage_data();
    let result = evaluate(policy, rego, input, secrets);
    let reached = rego.as_ref().and_then(|interpreter| policy.slices.reached(interpreter));
    if let Some(interpreter) = rego {
        interpreter.set_enable_coverage(false);
    }
    (result, reached)
}

/// Runs the policy once, with an interpreter of its own, and returns the lines that it came to.
pub(super) fn evaluate_and_cover(policy: &Compiled, input: RegoValue) -> Coverage {
    let mut rego = policy.rego.clone();
    rego.set_enable_coverage(true);
    let mut rego = Some(rego);
    // What it says is known already; an error comes to lines too.
    let _ = evaluate(policy, &mut rego, input, &Secrets::default());
    rego.map(|rego| Coverage::of(&rego)).unwrap_or_default()
}

/// Runs the policy once, with an interpreter of its own, and returns what it printed.
pub(super) fn evaluate_and_print(policy: &Compiled, input: RegoValue) -> Vec<Print> {
    let mut rego = policy.rego.clone();
    rego.set_input(input);
    match fenced(|| rego.eval_rule(policy.entry.clone())) {
        Err(Failed::Panicked) => Vec::new(),
        _ => print::take(&mut rego),
    }
}

/// The text of an error without secrets in what it says; some builtins quote nothing. This comes
/// first: of a text that is cut nobody knows what it was a part of.
fn without_secrets(text: &str, secrets: &Secrets) -> String {
    const SAID: &str = "\nerror: ";
    let at = text.find(SAID).map_or(0, |at| at + SAID.len());
    let (place, message) = text.split_at(at);
    format!("{place}{}", secrets.clean_made(message, &Secrets::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Anything = Box<dyn std::error::Error + Send + Sync>;

    #[test]
    fn a_panic_is_a_failure_like_any_other() {
        let failed = fenced(|| -> Result<u8, Anything> { Ok("".parse().unwrap()) }).unwrap_err();
        assert!(matches!(failed, Failed::Panicked) && !is_judging());
        let said = failed.describe(&[], &Secrets::default(), |_, place| place);
        assert_eq!(said, "the interpreter panicked");
    }
}
