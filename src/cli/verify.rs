//! `plangate verify`: say whether a report is the verdict on a plan, so that an approval belongs to
//! exactly this verdict.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::check::GateArguments;
use super::judge::JudgeArguments;
use super::sink;
use super::{BAD_INPUT, BLOCKED, BUG};
use crate::report::{Look, REPORTERS, Report};

const EXAMPLES: &str = "\
Judges the plan again and compares. The options are those that the report was made with.

Examples:
  plangate check plan.out --trusted-ref origin/main --format json=report.json
  plangate verify report.json plan.out --trusted-ref origin/main

Exit codes: 0 if the report is the verdict on the plan, whether the gate is open or closed; 1 if
not; others as for `check`.";

/// The arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyArguments {
    /// The report, as `--format json` wrote it
    #[arg(value_name = "REPORT")]
    report: PathBuf,

    #[command(flatten)]
    judge: JudgeArguments,

    #[command(flatten)]
    gate: GateArguments,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &VerifyArguments) -> u8 {
    let judge = &arguments.judge;
    let path = &arguments.report;
    let claimed = match read(path) {
        Ok(claimed) => claimed,
        Err(reason) => {
            sink::say(&format!("error: {}: {reason}", path.display()));
            return BAD_INPUT;
        }
    };
    let gate = &arguments.gate;
    let prepared = judge.prepare(gate.trusted_ref(), |layers| gate.flags(layers));
    match prepared.and_then(|prepared| prepared.with_baseline(judge.color)) {
        Ok(prepared) => judge.judge(prepared, |report| compare(path, &claimed, &report)),
        Err(code) => code,
    }
}

/// The report at `path`.
fn read(path: &Path) -> Result<Value, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let report: Value =
        serde_json::from_slice(&bytes).map_err(|_| "this is no report in JSON".to_owned())?;
    let version = member(&report, &["version"]).as_str().unwrap_or_default();
    let is_ours = member(&report, &["tool", "name"]) == env!("CARGO_PKG_NAME");
    if !is_ours
        || version.split('.').next() != Some("1")
        || !member(&report, &["digests"]).is_object()
    {
        return Err("this is no report of plangate with digests, version 1".to_owned());
    }
    Ok(report)
}

fn compare(path: &Path, claimed: &Value, report: &Report) -> u8 {
    let Some(found) = rendered(report) else { return BUG };
    let differences = differences(claimed, &found);
    let path = path.display();
    if differences.is_empty() {
        let gate = member(&found, &["gate"]).as_str().unwrap_or_default().to_owned();
        sink::say(&format!("{path} is the verdict on this plan: the gate is {gate}"));
        // What cannot be judged is no verdict, even where it is the same again.
        return match report.gate.exit_code() {
            0 | BLOCKED => 0,
            code => code,
        };
    }
    for difference in differences {
        sink::say(&format!("error: {path}: {difference}"));
    }
    BLOCKED
}

/// The report as a program would read it.
fn rendered(report: &Report) -> Option<Value> {
    let reporter = REPORTERS.iter().find(|reporter| reporter.name == "json")?;
    let mut bytes = Vec::new();
    let look = Look { color: false, unicode: false, width: 100 };
    (reporter.write)(report, look, &mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// In what a report differs from what was found now.
fn differences(claimed: &Value, found: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    if digests(claimed) != digests(found) {
        differences.push("it is about another plan".to_owned());
    }
    let parts = [
        ("policies", "the policies are others"),
        ("configuration", "the configuration, the waivers or the baseline are others"),
    ];
    for (part, text) in parts {
        if member(claimed, &["digests", part]) != member(found, &["digests", part]) {
            differences.push(text.to_owned());
        }
    }
    let gate = |report: &Value| member(report, &["gate"]).as_str().unwrap_or("nothing").to_owned();
    if gate(claimed) != gate(found) {
        let (claimed, found) = (gate(claimed), gate(found));
        differences.push(format!("it says that the gate is {claimed}, and the gate is {found}"));
    }
    let members = ["exit_code", "pairs", "counts"];
    if members.iter().any(|name| member(claimed, &[name]) != member(found, &[name])) {
        differences.push("its counts are others".to_owned());
    }
    let different: i64 = beyond(claimed, found).values().map(|number| number.abs()).sum();
    if different > 0 {
        let what = if different == 1 { "finding differs" } else { "findings differ" };
        differences.push(format!("{different} {what}"));
    }
    differences
}

/// The digests of the inputs, in order.
fn digests(report: &Value) -> Vec<&Value> {
    let inputs = member(report, &["inputs"]).as_array().map(Vec::as_slice).unwrap_or_default();
    let mut digests: Vec<&Value> = inputs.iter().map(|input| member(input, &["sha256"])).collect();
    digests.sort_by_key(|digest| digest.as_str());
    digests
}

/// How many more findings of each kind one report has than the other. Where a file lies does not
/// matter: a report may be looked at in another directory.
fn beyond(claimed: &Value, found: &Value) -> BTreeMap<String, i64> {
    const PLACES: [&str; 4] = ["input", "location", "location_note", "related_locations"];
    let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
    for (report, step) in [(claimed, 1), (found, -1)] {
        for list in ["findings", "fixed", "problems"] {
            for finding in member(report, &[list]).as_array().into_iter().flatten() {
                let mut finding = finding.clone();
                if let Some(members) = finding.as_object_mut() {
                    PLACES.iter().chain(&["path"]).for_each(|place| drop(members.remove(*place)));
                    let acceptance = members.get_mut("acceptance").and_then(Value::as_object_mut);
                    if let Some(acceptance) = acceptance {
                        acceptance.remove("path");
                    }
                }
                *numbers.entry(format!("{list} {finding}")).or_default() += step;
            }
        }
    }
    numbers
}

/// The member at `path`, or null.
fn member<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}
