//! Commands that show documents and verdicts show no secrets, and `plangate new` writes what works.

use std::path::Path;
use std::process::Command;

use crate::support;

const PLAN: &str = "fixtures/scenarios/state-and-secrets/violating/plan.json";
const STATE: &str = "fixtures/scenarios/state-and-secrets/violating/terraform.tfstate";

fn plangate(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn no_secret_is_shown() {
    for input in [PLAN, STATE] {
        let text = std::fs::read_to_string(support::path(input)).unwrap();
        assert!(text.contains("canary-"), "{input} holds a canary to look for");
        for arguments in [
            vec!["inspect", input, "--linked", "--format", "json"],
            vec!["inspect", input, "--linked"],
            vec!["inspect", input, "plan", "--format", "json"],
            vec!["eval", "input", "--input", input, "--no-config"],
            vec!["eval", "print(input)", "--input", input, "--verbose", "--no-config"],
        ] {
            let (code, text) = plangate(support::root(), &arguments);
            assert_eq!(code, Some(0), "{arguments:?}: {text}");
            assert!(!text.contains("canary-"), "{arguments:?} shows a secret");
            assert!(text.contains("(sensitive)"), "{arguments:?} says that there are secrets");
        }
    }
}

#[test]
fn what_policies_print_holds_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("team")).unwrap();
    let policy = "\
# METADATA
# title: Prints everything
# custom:
#   severity: low
#   resource_types: [\"*\"]
package policies.team.printing

deny contains {\"message\": \"x\"} if {
\tprint(\"\\u001b[31m\", input)
\tfalse
}
";
    std::fs::write(directory.path().join("team/printing.rego"), policy).unwrap();
    let policies = directory.path().display().to_string();
    for input in [PLAN, STATE] {
        let (_, silent) =
            plangate(support::root(), &["check", input, "--no-config", "-p", &policies]);
        assert!(!silent.contains("printing.rego:9"), "nothing is printed unless asked for");
        let arguments = ["check", input, "--no-config", "-p", &policies, "--verbose"];
        let (_, text) = plangate(support::root(), &arguments);
        assert!(text.contains("printing.rego:9: \\u{1b}[31m"), "{text}");
        assert!(!text.contains("canary-"), "a secret is printed");
        assert!(text.contains("(sensitive)"), "secrets are replaced");
    }
}

#[test]
fn why_a_verdict_is_what_it_is_holds_no_secret() {
    let policies = support::built_in();
    let document = support::document(PLAN);
    let model = support::load(&document).unwrap();
    let inspector = policies.inspector(&model);
    let mut traces = 0;
    for policy in policies.iter() {
        for subject in inspector.subjects(&policy.id) {
            let trace = inspector.trace(&policy.id, subject).unwrap();
            assert!(!format!("{trace:?}").contains("canary-"), "{} on {subject:?}", policy.id);
            traces += 1;
        }
    }
    assert!(traces > 10, "{traces} traces");
}

#[test]
fn a_new_policy_passes_its_tests_and_loads() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let (code, text) = plangate(path, &["new", "aws/s3/unlogged_bucket"]);
    assert_eq!(code, Some(0), "{text}");
    let second =
        ["new", "team/network/nameless_vpc", "--type", "aws_vpc", "--attribute", "cidr_block"];
    assert_eq!(plangate(path, &second).0, Some(0));
    let (code, text) = plangate(path, &["test", "policies"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("4 passed, 0 failed"), "{text}");
    assert!(text.contains("100.0 %"), "{text}");
    let (code, text) = plangate(path, &["lint", "policies"]);
    assert_eq!((code, text.as_str()), (Some(0), "Nothing is wrong.\n"));
    let plan = support::path("fixtures/scenarios/s3-static-website/violating/plan.json");
    let plan = plan.display().to_string();
    let only = ["check", &plan, "--policy", "policies", "--only", "aws-s3-unlogged-bucket"];
    let (code, text) = plangate(path, &only);
    assert!(matches!(code, Some(0 | 1)), "{text}");
    assert!(text.contains("with 1 policy"), "{text}");
}

#[test]
fn a_new_policy_overwrites_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::create_dir_all(path.join("policies/team")).unwrap();
    let test = path.join("policies/team/odd_test.rego");
    std::fs::write(&test, "# mine\n").unwrap();
    let (code, text) = plangate(path, &["new", "team/odd", "--type", "aws_vpc"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("`policies/team/odd_test.rego` is there already"), "{text}");
    assert!(!path.join("policies/team/odd.rego").exists(), "half a policy is worse than none");
    assert_eq!(std::fs::read_to_string(&test).unwrap(), "# mine\n");
    for (name, words) in [
        (
            "aws/s3/unencrypted_bucket",
            "there is a built-in policy aws-s3-unencrypted-bucket already",
        ),
        ("AWS/S3/Unlogged-Bucket", "such as `aws/s3/unlogged_bucket`"),
        ("team/network/odd", "`--type aws_s3_bucket`"),
        ("../../etc/odd", "cannot name a policy"),
    ] {
        let (code, text) = plangate(path, &["new", name]);
        assert_eq!(code, Some(2), "{name}: {text}");
        assert!(text.contains(words), "{name}: {text}");
        assert!(text.contains("help: "), "{name}: {text}");
    }
}
