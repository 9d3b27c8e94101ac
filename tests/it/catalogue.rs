//! The built-in policies: complete, tested, tripped and passed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use plangate::base::{Profile, Severity};
use plangate::check::{Options, Policies};
use plangate::engine;
use plangate::finding::Outcome;
use plangate::policy::{self, PolicySet, Scope};
use plangate::policy_test;
use plangate::report::Report;
use serde_json::{Value, json};

use crate::support;

/// The part of all lines of policies and libraries that their tests evaluate, in per cent.
const LEAST_COVERAGE: f64 = 95.0;

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
            let is_any = metadata.scope == Scope::Plan || metadata.resource_types == ["*"];
            let is_judged = is_any || metadata.resource_types.iter().any(declares);
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

/// What a policy must have Rego tests of, and the words by which their names say so.
const KINDS: [(&str, &[&str]); 4] = [
    ("denies", &["denies"]),
    ("allows", &["allows"]),
    ("has something unknown", &["unknown"]),
    ("has something null or absent", &["null", "absent", "nothing", "empty", "without"]),
];

/// The Rego tests beside `policy`.
fn tests(policy: &policy::Policy) -> String {
    let test = policy.source.name().replace(".rego", "_test.rego");
    std::fs::read_to_string(support::path(&test)).unwrap_or_default()
}

/// The words of a line of Rego.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// True when a test that denies has linked resources, itself or through the helpers of the file.
fn denies_by_a_link(text: &str) -> bool {
    let mut rules: Vec<(&str, BTreeSet<&str>)> = Vec::new();
    for line in text.lines() {
        if line.starts_with('_') || line.starts_with("test_") {
            rules.push((words(line).next().unwrap_or_default(), BTreeSet::new()));
        }
        if let Some((_, mentioned)) = rules.last_mut() {
            mentioned.extend(words(line));
        }
    }
    let mut linking = BTreeSet::from(["with_linked", "linked"]);
    for _ in 0..rules.len() {
        let more = rules.iter().filter(|(_, mentioned)| !linking.is_disjoint(mentioned));
        let more: Vec<&str> = more.map(|(name, _)| *name).collect();
        linking.extend(more);
    }
    linking.iter().any(|name| name.starts_with("test_denies"))
}

#[test]
fn every_policy_has_tests_of_each_kind_beside_it() {
    let policies = support::built_in();
    let mut missing = Vec::new();
    for policy in built_in().policies.values() {
        let text = tests(policy);
        let names = text.lines().filter(|line| line.starts_with("test_"));
        let words: BTreeSet<&str> = names.flat_map(|line| line.split(['_', ' '])).collect();
        let lacks = |(_, known): &&(_, &[&str])| !known.iter().any(|word| words.contains(*word));
        let lacking = KINDS.iter().filter(lacks);
        missing.extend(lacking.map(|(kind, _)| format!("{}: no test {kind}", policy.id)));
        let is_linking = policies.read_set(&policy.id).is_some_and(|read| !read.links.is_empty());
        if is_linking && !denies_by_a_link(&text) {
            missing.push(format!("{}: no test denies by what is linked", policy.id));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn ids_and_aliases_are_of_one_policy() {
    let mut owners = BTreeMap::new();
    for policy in built_in().policies.values() {
        for name in policy.names() {
            let other = owners.insert(name.to_lowercase(), policy.id.clone());
            assert!(other.is_none(), "{name} means {other:?} and {}", policy.id);
        }
    }
}

#[test]
fn controls_are_those_of_their_frameworks() {
    for policy in built_in().policies.values() {
        for (framework, numbers) in &policy.metadata.controls {
            let Some(known) = policy::numbers(framework) else { continue };
            let unknown: Vec<_> = numbers.iter().filter(|n| !known.contains(n)).collect();
            assert!(unknown.is_empty(), "{}: {framework} has no {unknown:?}", policy.id);
        }
    }
}

#[test]
fn profiles_build_on_each_other() {
    let set = built_in();
    let only_strict = |policy: &&policy::Policy| policy.metadata.profiles == [Profile::Strict];
    for policy in set.policies.values() {
        let profiles = &policy.metadata.profiles;
        assert!(profiles.contains(&Profile::Strict), "{}: strict leaves nothing out", policy.id);
    }
    for policy in set.policies.values().filter(only_strict) {
        let severity = policy.metadata.severity;
        assert!(
            severity < Severity::Critical,
            "{}: everyone agrees on what is critical",
            policy.id
        );
    }
    let none: &[&std::path::Path] = &[];
    let baseline = Policies::load(none, &Options::default());
    let left_out =
        |policy: &&policy::Policy| only_strict(policy) || policy.unset_parameter().is_some();
    assert_eq!(baseline.left_out, set.policies.values().filter(left_out).count());
    assert!(baseline.left_out >= 8);
}

#[test]
fn rego_tests_pass_and_evaluate_what_is_written() {
    let options = policy_test::Options {
        built_in: true,
        time_limit: Duration::from_secs(20),
        ..policy_test::Options::default()
    };
    let report = policy_test::run(&options);
    let problems: Vec<String> = report.problems().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    let failed: Vec<_> =
        report.tests.iter().filter(|test| test.status.as_str() != "passed").collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let (tests, percent) = (report.count("passed"), report.percent());
    assert!(tests >= 100, "{tests} tests");
    let files = report.coverage.iter().filter(|file| !file.missed.is_empty());
    let missed: Vec<String> =
        files.map(|file| format!("{} without lines {:?}", file.file, file.missed)).collect();
    assert!(percent >= LEAST_COVERAGE, "{percent} % of all lines: {missed:#?}");
    support::say(&format!("{tests} Rego tests passed and evaluated {percent:.1} % of all lines"));
}

#[test]
fn secrets_are_looked_for_wherever_state_keeps_them() {
    let library =
        std::fs::read_to_string(support::path("policies/lib/stored_secret.rego")).unwrap();
    let entries = library.lines().filter_map(|line| line.strip_prefix("\t\"")?.split_once("\": {"));
    let known: BTreeSet<&str> = entries.map(|(resource_type, _)| resource_type).collect();
    let set = built_in();
    let judging = |p: &&policy::Policy| p.id.as_str() == "terraform-secrets-literal-secret";
    let policy = set.policies.values().find(judging).unwrap();
    let judged = policy.metadata.resource_types.iter().map(String::as_str).collect();
    assert_eq!(known, judged);
    assert!(known.contains("aws_db_instance"));
}

#[test]
fn nothing_in_the_catalogue_is_hardly_meant() {
    let mut files = policy::built_in();
    files.extend(policy::built_in_tests());
    let lints = engine::lint(&PolicySet::load(files), &|_| true, None);
    let said: Vec<String> =
        lints.iter().map(|lint| format!("{}: {lint}", lint.source.name())).collect();
    assert!(said.is_empty(), "{said:#?}");
}

/// The names of arguments that policies may read, by the types that they judge.
fn arguments(policies: &Policies) -> BTreeMap<String, BTreeSet<String>> {
    let mut by_type: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for policy in policies.iter() {
        let reads = policies.read_set(&policy.id).unwrap();
        let paths = reads.subject.iter().chain(&reads.others);
        let names = paths.filter_map(|path| path.trim_start_matches("values.").split('.').next());
        let names: Vec<&str> = names.filter(|name| !name.is_empty() && *name != "*").collect();
        for resource_type in policy.metadata.resource_types.iter().filter(|name| *name != "*") {
            let known = by_type.entry(resource_type.clone()).or_default();
            known.extend(names.iter().map(|name| (*name).to_owned()));
        }
    }
    by_type
}

/// A resource that is created, and its block: nothing of it is written; `null` is; or what nobody
/// knows before apply.
fn bare(resource_type: &str, name: &str, names: &BTreeSet<String>) -> (Value, Value) {
    let all =
        |value: Value| -> Value { names.iter().map(|n| (n.clone(), value.clone())).collect() };
    let none = || json!({});
    let (after, unknown, expressions) = match name {
        "absent" => (none(), none(), none()),
        "null" => (all(Value::Null), none(), all(json!({"constant_value": null}))),
        _ => (none(), all(json!(true)), all(json!({"references": ["var.x"]}))),
    };
    let address = format!("{resource_type}.{name}");
    let provider = resource_type.split('_').next().unwrap();
    let change =
        json!({"actions": ["create"], "before": null, "after": after, "after_unknown": unknown});
    let resource = json!({
        "address": address, "mode": "managed", "type": resource_type, "name": name,
        "provider_name": format!("registry.terraform.io/hashicorp/{provider}"), "change": change,
    });
    let block = json!({
        "address": address, "mode": "managed", "type": resource_type, "name": name,
        "provider_config_key": provider, "expressions": expressions,
    });
    (resource, block)
}

#[test]
fn every_policy_bears_arguments_that_are_absent_null_or_unknown() {
    let policies = support::built_in();
    let types = arguments(policies);
    let of_each =
        |name: &str| types.iter().map(|(t, names)| bare(t, name, names)).collect::<Vec<_>>();
    let (resources, blocks): (Vec<Value>, Vec<Value>) =
        ["absent", "null", "unknown"].iter().flat_map(|name| of_each(name)).unzip();
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "complete": true,
        "resource_changes": resources, "configuration": {"root_module": {"resources": blocks}},
    });
    let document = support::text_document("plan.json", &plan.to_string());
    let report = support::check_with(vec![document], policies);
    let outcomes: BTreeMap<(String, String), Outcome> = report
        .findings
        .iter()
        .map(|f| ((f.policy.to_string(), f.address.clone()), f.outcome))
        .collect();
    let (mut wrong, mut undetermined) = (Vec::new(), 0);
    for policy in policies.iter() {
        for resource_type in types.keys() {
            let of = |name: &str| {
                let address = format!("{resource_type}.{name}");
                outcomes.get(&(policy.id.to_string(), address)).copied().unwrap_or(Outcome::Pass)
            };
            let (absent, null, unknown) = (of("absent"), of("null"), of("unknown"));
            let is_sound = unknown == Outcome::Undetermined || unknown == absent;
            if absent == Outcome::Error || absent != null || !is_sound {
                let id = &policy.id;
                wrong.push(format!("{id} {resource_type}: {absent:?}, {null:?}, {unknown:?}"));
            }
            undetermined += usize::from(unknown == Outcome::Undetermined);
        }
    }
    assert!(wrong.is_empty(), "absent, null, unknown:\n{}", wrong.join("\n"));
    assert!(undetermined >= 50, "{undetermined} verdicts wait for what is unknown");
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
