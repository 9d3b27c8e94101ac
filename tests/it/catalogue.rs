//! The built-in policies: complete, tested, tripped and passed.

use std::collections::{BTreeMap, BTreeSet};

use plangate::engine::{self, DEFAULT_TIME_LIMIT};
use plangate::finding::Outcome;
use plangate::policy::{self, Origin, PolicySet};
use plangate::report::Report;

use crate::support;

fn built_in() -> PolicySet {
    PolicySet::load(policy::built_in())
}

/// The reports on the plans and states of the scenarios of one form.
fn scenarios(form: &str) -> Vec<Report> {
    let root = support::path("fixtures/scenarios");
    let walk = walkdir::WalkDir::new(&root).sort_by_file_name();
    let entries = walk.into_iter().map(Result::unwrap);
    let documents = entries.filter(|entry| {
        let path = entry.path();
        let is_form = path.parent().and_then(|parent| parent.file_name()) == Some(form.as_ref());
        let is_document = path.extension().is_some_and(|end| end == "json" || end == "tfstate");
        is_form && is_document
    });
    let names = documents
        .map(|entry| entry.path().strip_prefix(support::root()).unwrap().display().to_string());
    names.map(|name| support::check(vec![support::document(&name)])).collect()
}

#[test]
fn every_policy_loads_and_is_complete() {
    let set = built_in();
    assert!(set.errors.is_empty(), "{:?}", set.errors);
    assert!(set.policies.len() >= 12);
    for policy in set.policies.values() {
        let id = &policy.id;
        let metadata = &policy.metadata;
        assert!(metadata.description.len() > 80, "{id} does not say why");
        assert!(metadata.description.to_lowercase().contains("waive"), "{id}: when to waive it");
        assert!(!metadata.remediation.is_empty(), "{id} has no remedy");
        assert!(!metadata.references.is_empty(), "{id} has nothing to read");
        assert!(metadata.params.values().all(|p| !p.description.is_empty()), "{id}: parameters");
        assert!(!metadata.title.ends_with('.'), "{id}: the title is no sentence");
    }
}

#[test]
fn every_policy_shows_its_fault_and_its_remedy() {
    for policy in built_in().policies.values() {
        let id = &policy.id;
        let metadata = &policy.metadata;
        let examples = metadata.examples.as_ref().unwrap_or_else(|| panic!("{id} has no examples"));
        assert_ne!(examples.fails, examples.passes, "{id}");
        for (form, text) in [("fails", &examples.fails), ("passes", &examples.passes)] {
            let declares = |name: &String| text.contains(&format!("resource \"{name}\" \""));
            let is_judged = metadata.resource_types.iter().any(declares);
            assert!(is_judged, "{id}: the example that {form} declares nothing that is judged");
            assert!(is_balanced(text), "{id}: the example that {form} is not balanced");
            assert!(text.lines().count() <= 24, "{id}: the example that {form} is long");
            assert!(text.lines().all(|line| line.len() <= 76), "{id}: {form} is wide");
        }
    }
}

/// True when every bracket outside of strings is closed by its own kind, and every string ends
/// on its line.
fn is_balanced(text: &str) -> bool {
    let mut open = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let mut is_string = false;
        for character in line.chars() {
            match character {
                '"' => is_string = !is_string,
                '{' | '[' | '(' if !is_string => open.push(character),
                '}' if !is_string && open.pop() != Some('{') => return false,
                ']' if !is_string && open.pop() != Some('[') => return false,
                ')' if !is_string && open.pop() != Some('(') => return false,
                _ => {}
            }
        }
        if is_string {
            return false;
        }
    }
    open.is_empty()
}

#[test]
fn every_policy_has_a_test_beside_it() {
    for policy in built_in().policies.values() {
        let test = policy.source.name().replace(".rego", "_test.rego");
        let text = std::fs::read_to_string(support::path(&test)).unwrap_or_default();
        for (kind, words) in
            [("denies", ["denied", "denies", "deny"]), ("allows", ["allowed", "allows", "pass"])]
        {
            assert!(words.iter().any(|word| text.contains(word)), "{test}: no case that {kind}");
        }
    }
}

#[test]
fn aliases_are_of_one_policy() {
    let mut owners = BTreeMap::new();
    for policy in built_in().policies.values() {
        for alias in &policy.metadata.aliases {
            let other = owners.insert(alias.clone(), policy.id.clone());
            assert!(other.is_none(), "{alias} is an alias of {other:?} and {}", policy.id);
        }
    }
}

#[test]
fn rego_tests_pass() {
    let (files, errors) = policy::read_directory(&support::path("policies"));
    assert!(errors.is_empty(), "{errors:?}");
    assert!(files.iter().all(|file| file.origin == Origin::User));
    let results = engine::run_tests(&files, DEFAULT_TIME_LIMIT).unwrap();
    let failed: Vec<_> = results.iter().filter(|result| result.failure.is_some()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(results.len() >= 100, "{} tests", results.len());
    support::say(&format!("{} Rego tests passed", results.len()));
}

#[test]
fn violating_scenarios_trip_every_policy() {
    let mut tripped = BTreeSet::new();
    for report in scenarios("violating") {
        let violations = report.findings.iter().filter(|f| f.outcome == Outcome::Violation);
        tripped.extend(violations.map(|finding| finding.policy.clone()));
    }
    let all: BTreeSet<_> = built_in().policies.into_keys().collect();
    assert_eq!(tripped, all);
}

#[test]
fn compliant_scenarios_pass_every_policy() {
    let mut passed = BTreeSet::new();
    for report in scenarios("compliant") {
        assert!(report.findings.is_empty(), "{:#?}", report.findings);
        assert!(report.gate.is_open());
        let passing = report.by_policy.iter().filter(|(_, c)| c.get(Outcome::Pass) > 0);
        passed.extend(passing.map(|(policy, _)| policy.clone()));
    }
    let all: BTreeSet<_> = built_in().policies.into_keys().collect();
    let unpassed: Vec<_> = all.difference(&passed).map(ToString::to_string).collect();
    assert!(unpassed.is_empty(), "no compliant scenario passes {unpassed:?}");
}
