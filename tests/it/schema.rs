//! Reports are valid against their schemas.

use jsonschema::Validator;
use plangate::check::Policies;
use plangate::engine::{self, DEFAULT_TIME_LIMIT, Engine};
use plangate::policy::{self, PolicySet};
use plangate::report;
use serde_json::Value;

use crate::support;

const SCENARIOS: [&str; 6] = [
    "fixtures/scenarios/s3-static-website/violating/plan.json",
    "fixtures/scenarios/vpc-alb-asg-rds/violating/plan.json",
    "fixtures/scenarios/eks-gke/violating/plan.json",
    "fixtures/scenarios/eks-gke/compliant/plan.json",
    "fixtures/scenarios/state-and-secrets/violating/plan.json",
    "fixtures/scenarios/state-and-secrets/violating/terraform.tfstate",
];

fn validator(path: &str) -> Validator {
    let text = std::fs::read_to_string(support::path(path)).unwrap();
    // One pattern of the SARIF schema is no regular expression: a bracket closes nothing.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// What is wrong with the JSON `text` by the schema at `path`.
pub(crate) fn errors(path: &str, text: &str) -> Vec<String> {
    let report = serde_json::from_str(text).unwrap();
    validator(path).iter_errors(&report).map(|error| error.to_string()).collect()
}

fn assert_valid(validator: &Validator, format: &str) {
    let mut reports: Vec<_> = SCENARIOS.iter().map(|name| vec![support::document(name)]).collect();
    reports.push(vec![support::text_document("plan.json", "{")]);
    reports.push(SCENARIOS.iter().map(|name| support::document(name)).collect());
    for documents in reports {
        let name = documents[0].label.clone();
        let text = support::render(&support::check(documents), format);
        let report: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> =
            validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name} as {format}: {errors:#?}");
    }
}

#[test]
fn json_is_valid() {
    assert_valid(&validator("docs/report.schema.json"), "json");
}

#[test]
fn sarif_is_valid() {
    assert_valid(&validator("tests/schema/sarif-2.1.0.json"), "sarif");
}

#[test]
fn every_sarif_result_has_a_place() {
    for name in SCENARIOS {
        let text = support::render(&support::check(vec![support::document(name)]), "sarif");
        let sarif: Value = serde_json::from_str(&text).unwrap();
        for result in sarif["runs"][0]["results"].as_array().unwrap() {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(support::path(uri).is_file(), "{name}: {uri} is no file");
            assert!(place["region"]["startLine"].as_u64().unwrap() >= 1, "{result}");
        }
    }
}

/// GitHub refuses a file of more than 25,000 results.
#[test]
fn of_too_many_results_the_gravest_are_kept() {
    let resource = |kind: &str, number: usize, after: &str| {
        format!(
            r#"{{"address":"{kind}.n{number}","mode":"managed","type":"{kind}","name":"n{number}","provider_name":"p","change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{{}}}}}}"#
        )
    };
    let instances = (0..300)
        .map(|number| resource("aws_instance", number, r#"{"associate_public_ip_address":true}"#));
    let buckets = (0..12_400).map(|number| resource("aws_s3_bucket", number, "{}"));
    let changes: Vec<String> = instances.chain(buckets).collect();
    let plan = format!(
        r#"{{"format_version":"1.2","resource_changes":[{}],"configuration":{{"root_module":{{}}}}}}"#,
        changes.join(",")
    );
    let none: &[&std::path::Path] = &[];
    let ids = ["aws-ec2-public-ip", "aws-s3-unblocked-public-access", "aws-s3-unencrypted-bucket"];
    let policies = Policies::load(none, &support::only(&ids));
    let report = support::check_with(vec![support::text_document("plan.json", &plan)], &policies);
    assert_eq!(report.findings.len(), 25_100);
    let sarif: Value = serde_json::from_str(&support::render(&report, "sarif")).unwrap();
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    let of_level = |level: &str| results.iter().filter(|result| result["level"] == level).count();
    assert_eq!((of_level("error"), of_level("warning")), (24_800, 200));
    let notes = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notes.contains("100 results of lower severity are left out"), "{notes}");
}

#[test]
fn sarif_of_lints_is_valid_and_has_places() {
    let validator = validator("tests/schema/sarif-2.1.0.json");
    let mut levels = Vec::new();
    for directory in ["fixtures/lint", "fixtures/policies/broken"] {
        let (files, errors) = policy::read_directory(&support::path(directory));
        assert!(errors.is_empty(), "{errors:?}");
        let set = PolicySet::load(files);
        let (_, errors) = Engine::new(&set, DEFAULT_TIME_LIMIT);
        let lints = engine::lint(&set, &|_| true, None);
        let mut bytes = Vec::new();
        report::write_lints(&lints, &errors, &mut bytes).unwrap();
        let sarif: Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<_> = validator.iter_errors(&sarif).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{directory}: {errors:#?}");
        for result in sarif["runs"][0]["results"].as_array().unwrap() {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            assert!(region["startLine"].as_u64().unwrap() >= 1, "{result}");
            levels.push(result["level"].as_str().unwrap().to_owned());
        }
    }
    assert!(levels.contains(&"error".to_owned()) && levels.contains(&"warning".to_owned()));
}
