//! Adoption on an old estate: what is there is recorded, and only what is new closes the gate.

use plangate::base::Source;
use plangate::check::{self, Options, Policies};
use plangate::input::Document;
use plangate::report::Report;
use plangate::waiver::Baseline;
use serde_json::{Value, json};

use crate::support;

fn check(document: Document, baseline: Option<&Baseline>) -> Report {
    let options = Options { baseline: baseline.cloned(), ..Options::default() };
    let none: &[&str] = &[];
    let policies = Policies::load(none, &options);
    assert!(policies.config_errors.is_empty());
    check::check(vec![document], Vec::new(), &policies, &options, &support::Silent).0
}

fn recorded(document: Document) -> Baseline {
    let text = Baseline::of(&check(document, None).findings).to_text();
    Baseline::read(&Source::new("baseline.json", text)).unwrap()
}

fn blocking(report: &Report) -> Vec<&str> {
    let blocking = report.findings.iter().filter(|finding| finding.blocks);
    blocking.map(|finding| finding.address.as_str()).collect()
}

/// The plan with `address` planned once more, as `name` of the same type.
fn with_another(plan: &[u8], address: &str, name: &str) -> Vec<u8> {
    let mut plan: Value = serde_json::from_slice(plan).unwrap();
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    let mut another = changes.iter().find(|change| change["address"] == address).unwrap().clone();
    another["address"] = json!(format!("{}.{name}", another["type"].as_str().unwrap()));
    another["name"] = json!(name);
    changes.push(another);
    serde_json::to_vec(&plan).unwrap()
}

fn assert_only_new_blocks(plan: Vec<u8>, address: &str) -> Baseline {
    let document = |bytes: &[u8]| Document { label: "plan.json".to_owned(), bytes: bytes.to_vec() };
    assert!(!blocking(&check(document(&plan), None)).is_empty());
    let baseline = recorded(document(&plan));
    let report = check(document(&plan), Some(&baseline));
    assert!(report.gate.is_open(), "{:?}", blocking(&report));
    assert_eq!(report.findings.iter().filter(|f| f.in_baseline).count(), baseline.len());

    let changed = with_another(&plan, address, "added");
    let report = check(document(&changed), Some(&baseline));
    let found = blocking(&report);
    assert!(!found.is_empty() && found.iter().all(|a| a.ends_with(".added")), "{found:?}");
    assert_eq!(report.gate.exit_code(), 1);
    baseline
}

#[test]
fn only_what_is_new_blocks() {
    let plan = support::document("fixtures/waivers/estate/plan.json").bytes;
    assert_only_new_blocks(plan, "aws_db_instance.orders");
}

#[test]
fn terragoat_is_adopted() {
    let Some(corpus) = support::corpus() else { return };
    let path = corpus.join("plans/checkov-terragoat-aws/plan.json");
    let plan = std::fs::read(path).unwrap();
    let baseline = assert_only_new_blocks(plan, "aws_db_instance.default");
    support::say(&format!("terragoat: {} findings in the baseline", baseline.len()));
}

#[test]
fn a_baseline_is_the_same_whatever_the_order_and_holds_no_message() {
    let plan = support::document("fixtures/waivers/estate/plan.json");
    let mut findings = check(plan, None).findings;
    let text = Baseline::of(&findings).to_text();
    findings.reverse();
    assert_eq!(Baseline::of(&findings).to_text(), text);
    assert!(findings.iter().all(|finding| !text.contains(&finding.message)));
    let lines = text.lines().filter(|line| line.contains("\"policy\"")).count();
    assert_eq!(lines, findings.len(), "one a line");
    serde_json::from_str::<Value>(&text).unwrap();
}
