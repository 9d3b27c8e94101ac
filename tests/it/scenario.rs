//! Snapshots: what plangate reads, and what it says, over the fixtures.

use plangate::check::{Options, Policies};
use plangate::input;
use serde_json::Value;

use crate::support;

/// The fixtures that match, by name from the root.
fn fixtures(pattern: &str, check: impl Fn(&str)) {
    insta::glob!("../../fixtures", pattern, |path| {
        let root = support::root().canonicalize().unwrap();
        let path = path.canonicalize().unwrap();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        check(&name.replace('\\', "/"));
    });
}

#[test]
fn models() {
    for pattern in [
        "plans/*.json",
        "terraform-1.11/*/*.json",
        "terraform-1.11/*/terraform.tfstate",
        "scenarios/state-and-secrets/violating/terraform.tfstate",
    ] {
        fixtures(pattern, |name| {
            let model = input::load(&support::document(name), None).unwrap().model;
            insta::assert_json_snapshot!("model", model);
        });
    }
}

#[test]
fn reports() {
    for pattern in ["scenarios/*/*/*.json", "scenarios/*/*/*.tfstate"] {
        fixtures(pattern, |name| {
            let report = support::check(vec![support::document(name)]);
            insta::assert_snapshot!("pretty", support::render(&report, "pretty"));
            let json: Value = serde_json::from_str(&support::render(&report, "json")).unwrap();
            let mut json = json;
            // They change with every policy.
            for name in ["policies", "digests"] {
                json.as_object_mut().unwrap().remove(name);
            }
            insta::assert_json_snapshot!("json", json);
            let sarif: Value = serde_json::from_str(&support::render(&report, "sarif")).unwrap();
            insta::assert_json_snapshot!("sarif", sarif["runs"][0]["results"]);
        });
    }
}

#[test]
fn rules() {
    let report = support::check(Vec::new());
    let sarif: Value = serde_json::from_str(&support::render(&report, "sarif")).unwrap();
    insta::assert_json_snapshot!("rules", sarif["runs"][0]["tool"]);
}

#[test]
fn secrets_are_in_no_report() {
    for form in ["violating", "compliant"] {
        for file in ["plan.json", "state.json", "terraform.tfstate"] {
            let name = format!("fixtures/scenarios/state-and-secrets/{form}/{file}");
            let text = String::from_utf8(support::document(&name).bytes).unwrap();
            assert!(text.contains("canary-s3cr3t"), "{name} holds no canary");
            let report = support::check(vec![support::document(&name)]);
            for format in ["pretty", "json", "sarif"] {
                let text = support::render(&report, format);
                assert!(!text.contains("canary-s3cr3t"), "{name} as {format}");
            }
        }
    }
}

/// A policy that says what it must not.
const TALKATIVE: &str = r#"# METADATA
# title: Talks
# custom:
#   severity: low
#   resource_types: [aws_db_instance]
package policies.team.talkative

deny contains violation if {
	violation := {"message": sprintf("the password is %v", [input.values.password]), "attribute": ["password"]}
}
"#;

#[test]
fn a_policy_cannot_print_a_secret() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("team")).unwrap();
    std::fs::write(directory.path().join("team/talkative.rego"), TALKATIVE).unwrap();
    let policies = Policies::load(&[directory.path()], &Options::default());
    assert!(policies.errors.is_empty(), "{:?}", policies.errors);
    for file in ["plan.json", "plan.out", "state.json", "terraform.tfstate"] {
        let name = format!("fixtures/scenarios/state-and-secrets/violating/{file}");
        let report = support::check_with(vec![support::document(&name)], &policies);
        let talk = report.findings.iter().find(|f| f.policy.as_str() == "team-talkative");
        assert_eq!(talk.unwrap().message, "the password is (sensitive)", "{file}");
        for format in ["pretty", "json", "sarif"] {
            let text = support::render(&report, format);
            assert!(!text.contains("canary-s3cr3t"), "{name} as {format}");
        }
    }
}

#[test]
fn nothing_in_a_plan_acts_on_the_reader() {
    let plan = r#"{"format_version":"1.2","resource_changes":[{"address":"x","module_address":"","mode":"managed","type":"aws_s3_bucket","name":"b","index":"k\u001b[2J\n::error file=x::pwn\u202e##vso[x]","provider_name":"p","change":{"actions":["create"],"before":null,"after":{},"after_unknown":{}}}]}"#;
    let report = support::check(vec![support::text_document("a\u{1b}]8;;\u{7}.json", plan)]);
    assert!(report.findings.len() >= 2);
    for format in ["pretty", "json", "sarif"] {
        let text = support::render(&report, format);
        let hostile = ['\u{1b}', '\u{7}', '\u{202e}'];
        assert!(!text.contains(hostile), "{format}:\n{text}");
        let is_command = |line: &str| line.trim_start().starts_with("::");
        assert!(!text.lines().any(is_command), "{format}:\n{text}");
    }
    let pretty = support::render(&report, "pretty");
    assert!(!pretty.contains("::error") && !pretty.contains("##vso["), "{pretty}");
}
