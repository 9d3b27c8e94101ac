//! The GitHub Action: its steps are run by a shell, as a runner would.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::support;

const VIOLATING: &str = "fixtures/scenarios/eks-gke/violating/plan.json";
const COMPLIANT: &str = "fixtures/scenarios/eks-gke/compliant/plan.json";

#[derive(Deserialize)]
struct Action {
    inputs: BTreeMap<String, Input>,
    outputs: BTreeMap<String, Output>,
    runs: Runs,
}

#[derive(Deserialize)]
struct Input {
    description: String,
    #[serde(default)]
    required: bool,
    default: Option<String>,
}

#[derive(Deserialize)]
struct Output {
    value: String,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    id: Option<String>,
    shell: Option<String>,
    uses: Option<String>,
    run: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

fn text() -> String {
    std::fs::read_to_string(support::path("action.yml")).unwrap()
}

fn action() -> Action {
    serde_saphyr::from_str(&text()).unwrap()
}

/// What a step left behind.
struct Ran {
    code: i32,
    log: String,
    outputs: String,
    summary: String,
    json: String,
}

impl Ran {
    fn exit_code(&self) -> &str {
        let line = self.outputs.lines().find_map(|line| line.strip_prefix("exit-code="));
        line.unwrap_or_default()
    }
}

/// Runs the step `id` in the root of the project, with `directory` as the runner's.
fn run(directory: &Path, id: &str, variables: &[(&str, &str)]) -> Ran {
    let action = action();
    let step = action.runs.steps.iter().find(|step| step.id.as_deref() == Some(id)).unwrap();
    let known = |(name, _): &(&str, &str)| step.env.contains_key(*name);
    assert!(variables.iter().all(known), "{id} is given other variables than the step has");
    let script = directory.join("step.sh");
    std::fs::write(&script, step.run.as_deref().unwrap()).unwrap();
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
        .arg(&script)
        .current_dir(support::root())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("RUNNER_TEMP", directory)
        .env("GITHUB_OUTPUT", directory.join("output"))
        .env("GITHUB_STEP_SUMMARY", directory.join("summary"))
        // A runner sets every variable of the step, if only to nothing.
        .envs(step.env.keys().map(|name| (name, "")))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap_or_default();
    let log = [output.stdout, output.stderr].concat();
    Ran {
        code: output.status.code().unwrap(),
        log: String::from_utf8_lossy(&log).into_owned(),
        outputs: read("output"),
        summary: read("summary"),
        json: read("plangate.json"),
    }
}

/// Checks `plan` and returns what `check` and then `summary` left.
fn check(directory: &Path, plan: &str, more: &[(&str, &str)]) -> (Ran, Ran) {
    let sarif = directory.join("reports/plangate.sarif");
    let sarif = sarif.to_str().unwrap();
    let given = [("PLANGATE", env!("CARGO_BIN_EXE_plangate")), ("PLAN", plan), ("SARIF", sarif)];
    let checked = run(directory, "check", &[given.as_slice(), more].concat());
    assert_eq!(checked.code, 0, "{}", checked.log);
    let summarised = run(directory, "summary", &[("CODE", checked.exit_code())]);
    assert_eq!(summarised.code, 0, "{}", summarised.log);
    (checked, summarised)
}

fn has_tools() -> bool {
    let is_there = |name: &str| Command::new(name).arg("--version").output().is_ok();
    let has_tools = is_there("bash") && is_there("jq");
    if !has_tools {
        support::say("skipped: the steps of the action need bash and jq");
    }
    has_tools
}

#[test]
fn it_is_well_formed() {
    let action = action();
    assert_eq!(action.runs.using, "composite");
    for (name, input) in &action.inputs {
        assert!(!input.description.is_empty(), "{name}");
        assert_ne!(input.required, input.default.is_some(), "{name}");
    }
    let ids: Vec<_> = action.runs.steps.iter().filter_map(|step| step.id.as_deref()).collect();
    for step in &action.runs.steps {
        assert_ne!(step.run.is_some(), step.uses.is_some(), "a step runs or uses");
        assert_eq!(step.run.is_some(), step.shell.as_deref() == Some("bash"));
        let script = step.run.as_deref().unwrap_or_default();
        assert!(!script.contains("${{"), "an expression in a script is an injection: {script}");
    }
    assert!(action.outputs.contains_key("exit-code"));
    for value in action.outputs.values().map(|output| &output.value) {
        assert!(value.starts_with("${{ "), "{value}");
    }
    let text = text();
    for name in names_after(&text, "steps.") {
        assert!(ids.contains(&name), "there is no step `{name}`");
    }
    for name in names_after(&text, "inputs.") {
        assert!(action.inputs.contains_key(name), "there is no input `{name}`");
    }
}

/// The names that follow `prefix` in expressions.
fn names_after<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '-';
    text.split(prefix).skip(1).map(move |rest| {
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn its_inputs_and_outputs_are_documented() {
    let action = action();
    let guide = std::fs::read_to_string(support::path("docs/github.md")).unwrap();
    for (name, input) in &action.inputs {
        let default = match input.default.as_deref().unwrap_or_default() {
            "" => String::new(),
            default => format!("`{default}` "),
        };
        let row = format!("| `{name}` | {default}| ");
        assert!(guide.contains(&row), "the guide has no row `{row}`");
    }
    for name in action.outputs.keys() {
        assert!(guide.contains(&format!("`{name}`")), "the guide does not name `{name}`");
    }
}

#[test]
fn it_reports_before_it_fails() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (checked, summarised) = check(directory.path(), VIOLATING, &[("CATEGORY", "network/")]);
    assert_eq!(checked.exit_code(), "1");
    assert!(checked.json.contains("\"gate\": \"closed\""));
    let summary = &summarised.summary;
    assert!(summary.starts_with("### plangate: the gate is closed\n\n"), "{summary}");
    assert!(summary.contains("\n| violation | "), "{summary}");
    let row = "| critical | <code>aws-eks-open-endpoint</code> | <code>module&#46;eks&#46;";
    assert!(summary.contains(row), "{summary}");
    let sarif = directory.path().join("reports/plangate.sarif");
    let sarif: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(sarif).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["automationDetails"]["id"], "network/");
}

#[test]
fn what_a_plan_fixes_is_not_uploaded() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (checked, _) = check(directory.path(), "fixtures/plans/changes.out", &[]);
    assert_eq!(checked.exit_code(), "1");
    let json: serde_json::Value = serde_json::from_str(&checked.json).unwrap();
    assert_eq!(json["fixed"].as_array().unwrap().len(), 1);
    let sarif = std::fs::read_to_string(directory.path().join("reports/plangate.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> =
        results.iter().map(|r| r["baselineState"].as_str().unwrap_or("nobody can tell")).collect();
    // What is wrong with the plan as a whole has no state.
    let (whole, of_resources) = states.split_at(2);
    assert_eq!(whole, ["nobody can tell"; 2]);
    assert_eq!(of_resources.iter().filter(|state| **state == "new").count(), 2);
    assert!(of_resources.iter().all(|state| ["new", "unchanged"].contains(state)), "{states:?}");
}

#[test]
fn an_open_gate_is_said_too() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let plans = format!("{COMPLIANT}\nfixtures/scenarios/s3-static-website/compliant/plan.json\n");
    let (checked, summarised) = check(directory.path(), &plans, &[]);
    assert_eq!(checked.exit_code(), "0", "{}", checked.log);
    assert!(checked.log.contains("in 2 plans with"), "{}", checked.log);
    assert!(summarised.summary.starts_with("### plangate: the gate is open\n"));
    assert!(!summarised.summary.contains("Severity"));
}

#[test]
fn policies_and_arguments_are_passed_on() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let more = [("POLICY", "fixtures/policies/good\n"), ("ARGS", "--timeout\n5\n")];
    let (checked, _) = check(directory.path(), COMPLIANT, &more);
    assert_eq!(checked.exit_code(), "1");
    assert!(checked.json.contains("team-network-public-cluster"));
    let (checked, summarised) = check(directory.path(), COMPLIANT, &[("ARGS", "--nonsense")]);
    assert!(checked.outputs.ends_with("exit-code=2\n"), "{}", checked.outputs);
    assert!(summarised.summary.ends_with("its log says why.\n"), "the old report is gone");
}

#[test]
fn a_plan_that_cannot_be_read_is_said() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (checked, summarised) = check(directory.path(), "Cargo.toml", &[]);
    assert_eq!(checked.exit_code(), "3");
    assert!(summarised.summary.contains("| <code>Cargo&#46;toml</code> | "));
}

#[test]
fn nothing_in_a_plan_acts_on_the_runner() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let plan = std::fs::read_to_string(support::path(VIOLATING)).unwrap();
    let key = r"x|y](javascript:1)<img src=x>@someone #1 \n::error::pwned\u202e";
    let module = format!("module.eks[\\\"{key}\\\"]");
    let hostile = plan.replace("module.eks.", &format!("{module}."));
    let hostile = hostile.replace("\"module.eks\"", &format!("\"{module}\""));
    let path = directory.path().join("plan.json");
    std::fs::write(&path, hostile).unwrap();
    let (checked, summarised) = check(directory.path(), path.to_str().unwrap(), &[]);
    assert_ne!(checked.exit_code(), "0");
    let mut lines = checked.log.lines().filter(|line| line.starts_with("::"));
    let stop = lines.next().and_then(|line| line.strip_prefix("::stop-commands::")).unwrap();
    assert_eq!(stop.len(), 32);
    assert_eq!(lines.collect::<Vec<_>>(), [format!("::{stop}::")]);
    let summary = &summarised.summary;
    assert!(
        summary.contains("&#91;&#34;x&#124;y&#93;&#40;javascript&#58;1&#41;&#60;img src"),
        "{summary}"
    );
    for mark in ["](", "<img", "@", " #1", "::", "\u{202e}", "javascript:"] {
        assert!(!summary.contains(mark), "{mark}: {summary}");
    }
    let is_row = |line: &&str| line.starts_with('|');
    for row in summary.lines().filter(is_row) {
        assert!([3, 5].contains(&row.matches('|').count()), "{row}");
    }
}

#[test]
fn the_verdict_is_the_exit_code() {
    if !has_tools() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let verdict =
        |code: &str, fail| run(directory.path(), "verdict", &[("CODE", code), ("FAIL", fail)]);
    for code in ["0", "1", "2", "3", "4", "5", "70", "127"] {
        assert_eq!(verdict(code, "true").code.to_string(), code);
    }
    assert_eq!(verdict("", "true").code, 70, "the check did not come to its end");
    assert_eq!(verdict("1", "false").code, 0);
    assert!(verdict("1", "false").log.starts_with("::notice title=plangate::"));
    for code in ["2", "3", "4", "5", "70"] {
        assert_eq!(verdict(code, "false").code.to_string(), code, "nothing else is forgiven");
    }
}
