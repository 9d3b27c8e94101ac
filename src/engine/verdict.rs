//! What a policy said: its `deny` read as violations, and the outcome they make.

use regorus::Value as RegoValue;

use crate::base::{AttributePath, PathStep};
use crate::finding::Outcome;

/// What a policy said of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// The violations, for the outcome violation; those that may come true, for undetermined.
    pub violations: Vec<Violation>,
    /// Of a plan as a whole: violations that may come true besides.
    pub possible: Vec<Violation>,
    /// What the verdict waits for, or what went wrong.
    pub reason: Option<String>,
    /// The assumptions that a pass rests on.
    pub assumed: Vec<String>,
}

/// A violation as the policy wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The fact.
    pub message: String,
    /// Where in the resource.
    pub attribute: Option<AttributePath>,
    /// Addresses of resources that have to do with it.
    pub related: Vec<String>,
    /// Whose it is, as a policy of the whole plan says; None for the plan itself.
    pub address: Option<String>,
}

impl Verdict {
    /// The verdict that the value of `deny` makes, whose texts go through `hide`.
    pub(super) fn read(value: &RegoValue, hide: impl Fn(&str) -> String) -> Self {
        let verdict = Self::read_plan(value, hide);
        if verdict.violations.iter().any(|violation| violation.address.is_some()) {
            let reason = "only a policy with `scope: plan` gives violations an `address`";
            return Verdict::error(reason.to_owned());
        }
        verdict
    }

    /// The same for a plan as a whole, whose violations may have addresses.
    pub(super) fn read_plan(value: &RegoValue, hide: impl Fn(&str) -> String) -> Self {
        let RegoValue::Set(found) = value else {
            return Verdict::error("`deny` has no value: it must be a set".to_owned());
        };
        if found.is_empty() {
            return Verdict::plain(Outcome::Pass);
        }
        let violations: Result<Vec<Violation>, String> =
            found.iter().map(|value| violation(value, &hide)).collect();
        match violations {
            Ok(mut violations) => {
                violations.sort();
                Verdict { violations, ..Verdict::plain(Outcome::Violation) }
            }
            Err(reason) => Verdict::error(reason),
        }
    }

    pub(super) fn plain(outcome: Outcome) -> Self {
        Verdict {
            outcome,
            violations: Vec::new(),
            possible: Vec::new(),
            reason: None,
            assumed: Vec::new(),
        }
    }

    pub(super) fn error(reason: String) -> Self {
        Verdict { reason: Some(reason), ..Verdict::plain(Outcome::Error) }
    }

    /// What is undetermined between two verdicts that differ, and what it waits for.
    pub(super) fn undetermined(a: &Verdict, b: &Verdict, reason: String) -> Self {
        let violated = if a.outcome == Outcome::Violation { a } else { b };
        Verdict {
            violations: violated.violations.clone(),
            reason: Some(reason),
            ..Verdict::plain(Outcome::Undetermined)
        }
    }
}

/// The outcome that the value of `deny` makes.
pub(super) fn outcome(value: &RegoValue) -> Outcome {
    Verdict::read(value, str::to_owned).outcome
}

/// A member of `deny`: `{"message": …, "attribute"?: […], "related"?: […], "address"?: …}`.
fn violation(value: &RegoValue, hide: &impl Fn(&str) -> String) -> Result<Violation, String> {
    let RegoValue::Object(members) = value else {
        return Err("a violation must be an object with a `message`".to_owned());
    };
    let mut message = None;
    let mut attribute = None;
    let mut related = Vec::new();
    let mut address = None;
    for (key, value) in members.iter() {
        match (key.as_string().map(AsRef::as_ref), value) {
            (Ok("message"), RegoValue::String(text)) => message = Some(text),
            (Ok("address"), RegoValue::String(text)) => {
                address = Some(hide(text)).filter(|text| !text.is_empty());
            }
            (Ok("attribute"), RegoValue::Array(steps)) => {
                let steps: Option<Vec<PathStep>> = steps.iter().map(step).collect();
                let steps = steps.ok_or("`attribute` must hold names and indexes alone")?;
                attribute = Some(AttributePath(steps)).filter(|path| !path.0.is_empty());
            }
            (Ok("related"), RegoValue::Array(addresses)) => {
                let texts = addresses.iter().filter_map(|address| address.as_string().ok());
                related = texts.map(|text| hide(text)).collect();
            }
            (Ok(key), _) => {
                return Err(format!("a violation has no member `{}` of this type", hide(key)));
            }
            (Err(_), _) => return Err("the members of a violation are named by strings".to_owned()),
        }
    }
    let message = message.ok_or("a violation needs a `message`, a string")?;
    Ok(Violation { message: hide(message), attribute, related, address })
}

fn step(value: &RegoValue) -> Option<PathStep> {
    match value {
        RegoValue::String(key) => Some(PathStep::Key(key.clone())),
        RegoValue::Number(_) => {
            value.as_u64().ok().and_then(|n| usize::try_from(n).ok()).map(PathStep::Index)
        }
        _ => None,
    }
}
