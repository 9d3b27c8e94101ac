//! The major versions of providers that the built-in policies know.
//!
//! What an argument is called, and what holds where it is not written, is a matter of the provider's
//! version. Of a version that nobody has looked at, a policy can say nothing. Where the plan allows a
//! version that is known, or says nothing of versions, the policy judges.

use std::ops::RangeInclusive;

use crate::model::{Model, Provider, Resource};
use crate::policy::{Origin, Policy};

/// Providers by namespace and name, and the majors that the built-in policies were written for.
const KNOWN: [(&str, RangeInclusive<u64>); 4] = [
    ("hashicorp/aws", 2..=6),
    ("hashicorp/azurerm", 2..=4),
    ("hashicorp/google", 3..=7),
    ("hashicorp/google-beta", 3..=7),
];

/// The registries that hold these providers.
const REGISTRIES: [&str; 2] = ["registry.terraform.io/", "registry.opentofu.org/"];

/// Why `policy` can say nothing of `resource`: no version of its provider that `model` allows is known
/// to it. None where one is, or may be.
pub(super) fn unknown(policy: &Policy, model: &Model, resource: &Resource) -> Option<String> {
    if policy.origin != Origin::BuiltIn {
        return None;
    }
    let provider = &*resource.provider;
    let name = REGISTRIES.iter().find_map(|registry| provider.strip_prefix(registry))?;
    let (name, known) = KNOWN.iter().find(|(known, _)| *known == name)?;
    let configuration = model.configuration.as_ref()?;
    // A configuration has one version of a provider: what any of its modules asks for holds.
    let is_same = |other: &&Provider| match &other.source {
        Some(source) => source == provider,
        None => name.ends_with(&format!("/{}", other.name)),
    };
    let same = configuration.providers.values().filter(is_same);
    let constraints: Vec<&str> =
        same.filter_map(|provider| provider.version_constraint.as_deref()).collect();
    let is_allowed = |major: u64| {
        constraints.iter().flat_map(|all| all.split(',')).all(|one| allows(one, major))
    };
    let is_known = known.clone().any(is_allowed);
    let (first, last) = (known.start(), known.end());
    (!is_known).then(|| {
        format!(
            "the configuration asks for {name} {}, and the policy knows the versions {first} to {last} alone",
            constraints.join(", ")
        )
    })
}

/// True when `constraint` may allow a version with this major; what is no constraint allows any.
fn allows(constraint: &str, major: u64) -> bool {
    let constraint = constraint.trim();
    let start = constraint.find(|c: char| c.is_ascii_digit()).unwrap_or(constraint.len());
    let (operator, version) = constraint.split_at(start);
    let version = version.split(['-', '+']).next().unwrap_or_default();
    let mut numbers = version.split('.').map(|number| number.trim().parse::<u64>());
    let Some(Ok(wanted)) = numbers.next() else { return true };
    let is_first_of_major = numbers.all(|number| number == Ok(0));
    match operator.trim_end_matches('v').trim() {
        "" | "=" | "~>" => major == wanted,
        ">" | ">=" => major >= wanted,
        "<" => major < wanted || major == wanted && !is_first_of_major,
        "<=" => major <= wanted,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_allow_majors() {
        for (constraint, allowed) in [
            ("5.1.0", vec![5]),
            ("= v5.1", vec![5]),
            ("~> 5.80", vec![5]),
            ("~> 5", vec![5]),
            (">= 5.2", vec![5, 6, 7]),
            ("> 6.0.0", vec![6, 7]),
            ("< 6.0.0", vec![4, 5]),
            ("< 6.0.1", vec![4, 5, 6]),
            ("<= 5.9", vec![4, 5]),
            ("!= 5.1.0", vec![4, 5, 6, 7]),
            ("= 7.0.0-beta1", vec![7]),
            ("latest", vec![4, 5, 6, 7]),
        ] {
            let found: Vec<u64> = (4..=7).filter(|major| allows(constraint, *major)).collect();
            assert_eq!(found, allowed, "{constraint}");
        }
    }
}
