//! Frameworks of controls: which controls policies serve, and of some frameworks, which there are.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Policy;
use crate::base::PolicyId;

/// The controls of one framework, and the policies that serve them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The framework, such as `cis-aws-5.0`.
    pub framework: String,
    /// The controls that policies serve, in their order.
    pub covered: Vec<Control>,
    /// Those that no policy serves; None where it is not known which there are.
    pub uncovered: Option<Vec<String>>,
}

/// A control, and the policies that serve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Control {
    /// Its number.
    pub number: String,
    /// The policies, by id.
    pub policies: Vec<PolicyId>,
}

/// Numbers in a row: what they begin with, the first and the last.
type Row = (&'static str, u16, u16);

/// How the recommendations of frameworks are numbered, as the benchmarks of the Center for Internet
/// Security list them. Of others it is not kept, and so nothing is said of what is not covered.
const NUMBERS: [(&str, &[Row]); 4] = [
    (
        "cis-aws-1.4",
        &[
            ("1.", 1, 21),
            ("2.1.", 1, 5),
            ("2.2.", 1, 1),
            ("2.3.", 1, 1),
            ("3.", 1, 11),
            ("4.", 1, 15),
            ("5.", 1, 4),
        ],
    ),
    (
        "cis-aws-3.0",
        &[
            ("1.", 1, 22),
            ("2.1.", 1, 4),
            ("2.2.", 1, 1),
            ("2.3.", 1, 3),
            ("2.4.", 1, 1),
            ("3.", 1, 9),
            ("4.", 1, 16),
            ("5.", 1, 6),
        ],
    ),
    (
        "cis-aws-5.0",
        &[
            ("1.", 1, 21),
            ("2.1.", 1, 4),
            ("2.2.", 1, 4),
            ("2.3.", 1, 1),
            ("3.", 1, 9),
            ("4.", 1, 16),
            ("5.1.", 1, 2),
            ("5.", 2, 7),
        ],
    ),
    (
        "cis-gcp-4.0",
        &[
            ("1.", 1, 17),
            ("2.", 1, 16),
            ("3.", 1, 10),
            ("4.", 1, 12),
            ("5.", 1, 2),
            ("6.1.", 1, 3),
            ("6.2.", 1, 8),
            ("6.3.", 1, 7),
            ("6.", 4, 7),
            ("7.", 1, 4),
            ("8.", 1, 1),
        ],
    ),
];

impl Coverage {
    /// The coverage of every framework that one of `policies` serves, by name.
    pub fn of<'a>(policies: impl Iterator<Item = &'a Policy>) -> Vec<Coverage> {
        let mut frameworks: BTreeMap<&str, BTreeMap<&str, BTreeSet<&PolicyId>>> = BTreeMap::new();
        for policy in policies {
            for (framework, numbers) in &policy.metadata.controls {
                let controls = frameworks.entry(framework).or_default();
                for number in numbers {
                    controls.entry(number).or_default().insert(&policy.id);
                }
            }
        }
        let frameworks = frameworks.into_iter();
        frameworks.map(|(framework, controls)| Coverage::new(framework, &controls)).collect()
    }

    fn new(framework: &str, controls: &BTreeMap<&str, BTreeSet<&PolicyId>>) -> Self {
        let mut covered: Vec<Control> = controls
            .iter()
            .map(|(number, policies)| Control {
                number: (*number).to_owned(),
                policies: policies.iter().map(|id| (*id).clone()).collect(),
            })
            .collect();
        covered.sort_by_key(|control| order(&control.number));
        let uncovered = numbers(framework).map(|numbers| {
            numbers.into_iter().filter(|number| !controls.contains_key(number.as_str())).collect()
        });
        Coverage { framework: framework.to_owned(), covered, uncovered }
    }
}

/// The numbers of all controls of a framework, in their order; None where they are not known.
#[must_use]
pub fn numbers(framework: &str) -> Option<Vec<String>> {
    let (_, rows) = NUMBERS.iter().find(|(name, _)| *name == framework)?;
    let numbers = rows.iter().flat_map(|(prefix, first, last)| {
        (*first..=*last).map(move |number| format!("{prefix}{number}"))
    });
    Some(numbers.collect())
}

/// Numbers by their value, and what is no number by its text.
fn order(number: &str) -> Vec<(u64, String)> {
    let parts = number.split(['.', '-']);
    parts.map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_numbers_are_there() {
        let count = |name: &str| numbers(name).map(|numbers| numbers.len());
        assert_eq!(count("cis-aws-1.4"), Some(58));
        assert_eq!(count("cis-aws-3.0"), Some(62));
        assert_eq!(count("cis-aws-5.0"), Some(63));
        assert_eq!(count("cis-gcp-4.0"), Some(84));
        assert_eq!(count("soc2"), None);
    }

    #[test]
    fn controls_are_in_their_order() {
        let mut numbers = ["2.10", "10.1", "2.1.1", "2.2", "EC2.10", "EC2.9"];
        numbers.sort_by_key(|number| order(number));
        assert_eq!(numbers, ["2.1.1", "2.2", "2.10", "10.1", "EC2.9", "EC2.10"]);
    }
}
