//! Hiding what is known never turns a verdict around: it stays, or is undetermined.

use std::collections::BTreeMap;

use plangate::finding::Outcome;
use serde_json::{Value, json};

use crate::support;

const PLANS: [&str; 6] = [
    "fixtures/scenarios/s3-static-website/violating/plan.json",
    "fixtures/scenarios/s3-static-website/compliant/plan.json",
    "fixtures/scenarios/vpc-alb-asg-rds/violating/plan.json",
    "fixtures/scenarios/vpc-alb-asg-rds/compliant/plan.json",
    "fixtures/scenarios/eks-gke/violating/plan.json",
    "fixtures/scenarios/eks-gke/compliant/plan.json",
];

/// Every how many of the choices are tried, so that the tests stay short. `SOUNDNESS=1` tries
/// each.
fn stride(usual: usize) -> usize {
    std::env::var("SOUNDNESS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The outcome of each policy on each resource that it does not pass.
fn outcomes(
    plan: &Value,
    policies: &plangate::check::Policies,
) -> BTreeMap<(String, String), Outcome> {
    let text = serde_json::to_string(plan).unwrap();
    let report = support::check_with(vec![support::text_document("plan.json", &text)], policies);
    let findings = report.findings.into_iter();
    findings.map(|f| ((f.policy.to_string(), f.address), f.outcome)).collect()
}

/// The block of a resource in the configuration of its module.
fn block<'a>(plan: &'a mut Value, change: &Value) -> Option<&'a mut Value> {
    let mut module = &mut plan["configuration"]["root_module"];
    let address = change["module_address"].as_str().unwrap_or_default();
    for name in address.split("module.").skip(1) {
        let name = name.split(['[', '.']).next()?;
        module = module.get_mut("module_calls")?.get_mut(name)?.get_mut("module")?;
    }
    let resources = module.get_mut("resources")?.as_array_mut()?;
    resources.iter_mut().find(|r| r["type"] == change["type"] && r["name"] == change["name"])
}

/// Hides an attribute: the plan says that it comes from a variable and is known after apply.
fn hide(plan: &mut Value, index: usize, attribute: &str) -> bool {
    let change = plan["resource_changes"][index].clone();
    let Some(block) = block(plan, &change) else { return false };
    // Nested blocks are written as blocks: what is hidden is their number too.
    let is_block = block["expressions"][attribute].is_array();
    if !is_block {
        block["expressions"][attribute] = json!({ "references": ["var.hidden"] });
    }
    let change = &mut plan["resource_changes"][index]["change"];
    change["after"].as_object_mut().unwrap().remove(attribute);
    change["after_unknown"][attribute] = json!(true);
    true
}

/// Hides the attributes that `choose` names, one choice after the other, and compares.
fn assert_sound(what: &str, stride: usize, choose: impl Fn(&[String]) -> Vec<Vec<String>>) {
    let policies = support::built_in();
    let (mut cases, mut undetermined, mut wrong) = (0, 0, Vec::new());
    let mut turn = 0;
    for name in PLANS {
        let plan: Value = serde_json::from_slice(&support::document(name).bytes).unwrap();
        let known = outcomes(&plan, &policies);
        let changes = plan["resource_changes"].as_array().unwrap().clone();
        for (index, change) in changes.iter().enumerate() {
            let Some(after) = change["change"]["after"].as_object() else { continue };
            for chosen in choose(&after.keys().cloned().collect::<Vec<_>>()) {
                turn += 1;
                let mut hidden = plan.clone();
                if turn % stride != 0 || !chosen.iter().all(|name| hide(&mut hidden, index, name)) {
                    continue;
                }
                cases += 1;
                let found = outcomes(&hidden, &policies);
                undetermined += found.values().filter(|o| **o == Outcome::Undetermined).count();
                for key in known.keys().chain(found.keys()) {
                    let before = known.get(key).copied().unwrap_or(Outcome::Pass);
                    let after = found.get(key).copied().unwrap_or(Outcome::Pass);
                    if after != before && after != Outcome::Undetermined {
                        let address = &change["address"];
                        wrong.push(format!(
                            "{name}: without {chosen:?} of {address}, {key:?} is {} instead of {}",
                            after.as_str(),
                            before.as_str()
                        ));
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    support::say(&format!("{cases} times {what} hidden, {undetermined} verdicts undetermined"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 100 && undetermined > 0);
}

#[test]
fn hiding_a_value_never_turns_a_verdict_around() {
    assert_sound("a value", stride(7), |names| {
        names.iter().map(|name| vec![name.clone()]).collect()
    });
}

#[test]
fn hiding_two_values_never_turns_a_verdict_around() {
    assert_sound("two values", stride(83), |names| {
        let pair = |(at, a): (usize, &String)| {
            names.iter().skip(at + 1).map(|b| vec![a.clone(), b.clone()]).collect::<Vec<_>>()
        };
        names.iter().enumerate().flat_map(pair).collect()
    });
}
