//! Reports are valid against their schemas.

use jsonschema::Validator;
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
