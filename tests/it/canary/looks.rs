//! Commands that show what policies see, and policies of other tools, which print what they see.

use super::shape::named;
use super::{assert_clean, beside_its_source, case, every, plan, policy, run};

/// A policy for conftest that prints whatever values it sees. The id of an import and the text of
/// generated configuration are nobody's secret: Terraform prints them itself.
const RAW: &str = "package main

import rego.v1

deny contains json.marshal(member) if {
	some name in [\"planned_values\", \"prior_state\", \"variables\", \"output_changes\"]
	member := input[name]
}

deny contains sprintf(\"%v and %v\", [change.change.before, change.change.after]) if {
	some change in input.resource_changes
}

warn contains msg if {
	walk(input.planned_values, [_, value])
	is_string(value)
	msg := value
}

violation contains {\"msg\": \"x\", \"details\": {\"seen\": change.change.after}} if {
	some change in input.resource_changes
}
";

#[test]
fn no_canary_leaves_by_a_look() {
    let case = beside_its_source();
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    case.write(at);
    policy::write_talkative(&at.join("talkative"));
    let (code, listed) = run(at, &["inspect", case.input, "--source", "."]);
    assert_eq!(code, 0, "{}", listed[1].1);
    let addresses: Vec<String> = listed[0].1.lines().map(str::to_owned).collect();
    let address = addresses.iter().find(|line| line.contains('.')).unwrap().trim().to_owned();
    let plan = ["--input", case.input, "--source", "."];
    let policies = ["--policy", "talkative"];
    let mut shown = 0;
    for arguments in [
        vec!["inspect", case.input, "--source", "."],
        vec!["inspect", case.input, "--source", ".", "--linked", "--format", "json"],
        vec!["inspect", case.input, "--source", ".", "plan", "--format", "json"],
        [&["eval", "input"][..], &plan].concat(),
        [&["eval", "input", "--address", &address][..], &plan].concat(),
        [&["eval", "--verbose", "print(input); to_number(json.marshal(input))"][..], &plan]
            .concat(),
        [&["explain", "team-says", &address][..], &policies, &plan].concat(),
        [&["explain", "team-dumps", &address][..], &policies, &plan].concat(),
        [&["explain", "team-dumps-plan", "plan"][..], &policies, &plan].concat(),
        [&["check", case.input, "--source", ".", "--verbose"][..], &policies].concat(),
        vec!["lint", "talkative", "--input", case.input],
    ] {
        let (_, texts) = run(at, &arguments);
        shown += named(&texts[0].1).len();
        assert_clean(&arguments.join(" "), &texts);
    }
    assert!(shown > 100, "documents are shown: {shown} places");
}

#[test]
fn policies_of_other_tools_print_no_canary() {
    let (plan, seen) = plan::plan(every());
    let case = case("a plan", "plan.json", plan.to_string().into_bytes(), seen);
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    case.write(at);
    std::fs::create_dir(at.join("policy")).unwrap();
    std::fs::write(at.join("policy/main.rego"), RAW).unwrap();
    let mut hidden = 0;
    for output in ["stdout", "json", "table", "tap", "junit", "github"] {
        let arguments = ["conftest", "test", "--output", output, case.input];
        let (code, texts) = run(at, &arguments);
        assert_eq!(code, 1, "{output}: {}", texts[1].1);
        hidden += texts[0].1.matches("(sensitive)").count();
        assert_clean(&arguments.join(" "), &texts);
    }
    for format in ["pretty", "json", "sarif"] {
        let arguments =
            ["check", case.input, "--conftest", "policy", "--only", "main.*", "-f", format];
        let (_, texts) = run(at, &arguments);
        hidden += texts[0].1.matches("(sensitive)").count();
        assert_clean(&arguments.join(" "), &texts);
    }
    assert!(hidden > 100, "secrets are hidden: {hidden}");
}
