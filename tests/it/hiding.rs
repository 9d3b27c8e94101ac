//! Hiding values at random, any number of them and at any depth, never turns a verdict around.
//!
//! Each round hides a random share of what every resource of a plan holds, as if it came from
//! a variable and were known only after apply. Whatever a policy said under full knowledge it
//! must say again, or that it cannot tell.

use std::collections::BTreeMap;

use plangate::check::Policies;
use plangate::finding::Outcome;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use crate::support;

/// Where a value stands: names and indexes.
type Path = Vec<Value>;

/// What a policy said of a resource, where it did not pass.
type Outcomes = BTreeMap<(String, String), Outcome>;

fn plans() -> Vec<String> {
    let pattern = support::path("fixtures/scenarios");
    let walk = walkdir::WalkDir::new(pattern).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.unwrap().into_path());
    let plans = files.filter(|path| path.ends_with("plan.json"));
    plans
        .map(|path| path.strip_prefix(support::root()).unwrap().to_str().unwrap().to_owned())
        .collect()
}

fn outcomes(plan: &Value, policies: &Policies) -> Outcomes {
    let text = serde_json::to_string(plan).unwrap();
    let report = support::check_with(vec![support::text_document("plan.json", &text)], policies);
    // What counts only where somebody wrote it is gone when it is hidden.
    let known_only: Vec<_> =
        policies.iter().filter(|p| p.metadata.known_only).map(|p| p.id.clone()).collect();
    let findings = report.findings.into_iter().filter(|f| !known_only.contains(&f.policy));
    findings.map(|f| ((f.policy.to_string(), f.address), f.outcome)).collect()
}

/// The paths of all values below `value`, parents before children.
fn paths(value: &Value, above: &Path, found: &mut Vec<Path>) {
    let mut go = |step: Value, value: &Value| {
        if !value.is_null() {
            let path: Path = above.iter().cloned().chain([step]).collect();
            found.push(path.clone());
            paths(value, &path, found);
        }
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| go(json!(key), value)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, value)| go(json!(index), value));
        }
        _ => {}
    }
}

fn step<'a>(value: &'a mut Value, step: &Value) -> Option<&'a mut Value> {
    match step {
        Value::String(key) => value.get_mut(key),
        index => value.get_mut(usize::try_from(index.as_u64()?).ok()?),
    }
}

/// The expressions of a resource's block in the configuration of its module.
fn expressions<'a>(plan: &'a mut Value, change: &Value) -> Option<&'a mut Value> {
    let mut module = &mut plan["configuration"]["root_module"];
    let address = change["module_address"].as_str().unwrap_or_default();
    for name in address.split("module.").skip(1) {
        let name = name.split(['[', '.']).next()?;
        module = module.get_mut("module_calls")?.get_mut(name)?.get_mut("module")?;
    }
    let resources = module.get_mut("resources")?.as_array_mut()?;
    let same = |r: &&mut Value| r["type"] == change["type"] && r["name"] == change["name"];
    resources.iter_mut().find(same)?.get_mut("expressions")
}

/// Writes into the configuration that the value at `path` comes from a variable. False where
/// it cannot: an element of a list of blocks is never unknown as a whole.
fn refer(written: &mut Value, path: &[Value]) -> bool {
    let reference = || json!({ "references": ["var.hidden"] });
    match (written, path) {
        (Value::Array(blocks), [index, rest @ ..]) if index.is_number() => {
            // Blocks may stand in another order than the plan's.
            !rest.is_empty() && blocks.iter_mut().all(|block| refer(block, rest))
        }
        // Of blocks not even the number is known.
        (Value::Array(_), []) => true,
        // A single block may be given as an object.
        (Value::Object(block), [index, rest @ ..]) if index.is_number() && !is_leaf(block) => {
            !rest.is_empty() && refer_members(block, rest)
        }
        (Value::Object(members), path) if !path.is_empty() && !is_leaf(members) => {
            refer_members(members, path)
        }
        (written, _) => {
            *written = reference();
            true
        }
    }
}

fn refer_members(members: &mut serde_json::Map<String, Value>, path: &[Value]) -> bool {
    let [Value::String(key), rest @ ..] = path else { return false };
    match members.get_mut(key) {
        Some(written) => refer(written, rest),
        None => {
            members.insert(key.clone(), json!({ "references": ["var.hidden"] }));
            true
        }
    }
}

/// True for an expression, as opposed to the arguments of a block.
fn is_leaf(members: &serde_json::Map<String, Value>) -> bool {
    members.is_empty()
        || members.contains_key("references")
        || members.contains_key("constant_value")
}

/// Hides the value at `path` of a resource: what is there is known after apply.
fn hide(plan: &mut Value, index: usize, path: &Path) -> bool {
    let change = plan["resource_changes"][index].clone();
    if !expressions(plan, &change).is_some_and(|written| refer(written, path)) {
        return false;
    }
    let change = &mut plan["resource_changes"][index]["change"];
    let (mut after, mut unknown) = (change["after"].take(), change["after_unknown"].take());
    mark(&mut after, &mut unknown, path);
    change["after"] = after;
    change["after_unknown"] = unknown;
    true
}

fn mark(after: &mut Value, unknown: &mut Value, path: &[Value]) {
    let [first, rest @ ..] = path else { return };
    if unknown == &json!(true) {
        return;
    }
    match after {
        Value::Array(elements) => {
            if !unknown.is_array() {
                *unknown = json!([]);
            }
            let marks = unknown.as_array_mut().unwrap();
            while marks.len() < elements.len() {
                marks.push(json!(false));
            }
        }
        _ if !unknown.is_object() => *unknown = json!({}),
        _ => {}
    }
    if rest.is_empty() {
        match (&mut *after, first) {
            (Value::Object(members), Value::String(key)) => drop(members.remove(key)),
            (after, first) => *step(after, first).unwrap() = Value::Null,
        }
    }
    if let (Value::Object(marks), Value::String(key)) = (&mut *unknown, first) {
        marks.entry(key.clone()).or_insert(json!(false));
    }
    let mark_below = step(unknown, first).unwrap();
    if rest.is_empty() {
        *mark_below = json!(true);
    } else if let Some(after_below) = step(after, first) {
        mark(after_below, mark_below, rest);
    }
}

/// The first verdict that is another in `found` than what is `known`, and not undetermined.
fn turned(known: &Outcomes, found: &Outcomes) -> Option<String> {
    known.keys().chain(found.keys()).find_map(|key| {
        let before = known.get(key).copied().unwrap_or(Outcome::Pass);
        let after = found.get(key).copied().unwrap_or(Outcome::Pass);
        let is_sound = after == before || after == Outcome::Undetermined;
        let (was, is) = (before.as_str(), after.as_str());
        (!is_sound).then(|| format!("{} on {} is {is} instead of {was}", key.0, key.1))
    })
}

/// A plan of which the same values can be hidden again and again.
struct Trial<'a> {
    name: String,
    plan: Value,
    known: Outcomes,
    policies: &'a Policies,
}

impl Trial<'_> {
    /// The plan without the values that `chosen` names, by resource.
    fn without(&self, chosen: &[(usize, Path)]) -> (Value, usize) {
        let mut plan = self.plan.clone();
        let mut hidden = 0;
        for (index, path) in chosen {
            hidden += usize::from(hide(&mut plan, *index, path));
        }
        (plan, hidden)
    }

    /// The first verdict that turns around without what `chosen` names.
    fn turned(&self, chosen: &[(usize, Path)]) -> Option<String> {
        turned(&self.known, &outcomes(&self.without(chosen).0, self.policies))
    }

    /// The fewest of the hidden values that still turn a verdict around, in words.
    fn smallest(&self, mut chosen: Vec<(usize, Path)>) -> String {
        let mut at = 0;
        while at < chosen.len() {
            let mut fewer = chosen.clone();
            fewer.remove(at);
            match self.turned(&fewer) {
                Some(_) => chosen = fewer,
                None => at += 1,
            }
        }
        let hidden = chosen.iter().map(|(index, path)| {
            let path: Vec<String> = path.iter().map(ToString::to_string).collect();
            format!("{} {}", self.plan["resource_changes"][*index]["address"], path.join("."))
        });
        let hidden: Vec<String> = hidden.collect();
        let turned = self.turned(&chosen).unwrap_or_default();
        format!("{}: {turned} without {}", self.name, hidden.join(", "))
    }

    /// How many pairs of policy and resource had something hidden.
    fn pairs(&self, chosen: &[(usize, Path)]) -> usize {
        let mut resources: Vec<usize> = chosen.iter().map(|(index, _)| *index).collect();
        resources.dedup();
        let types = resources.iter().map(|index| &self.plan["resource_changes"][*index]["type"]);
        let judged = |name: &str| {
            let policies = self.policies.iter();
            policies.filter(|p| p.metadata.resource_types.iter().any(|t| t == name)).count()
        };
        types.map(|name| judged(name.as_str().unwrap())).sum()
    }
}

/// How many rounds each plan gets; `HIDING=2000` makes more than 100,000 cases.
fn rounds() -> usize {
    std::env::var("HIDING").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn choose(plan: &Value, rng: &mut TestRng) -> Vec<(usize, Path)> {
    let shares = [2, 5, 15, 40, 100];
    let share = shares[rng.next_u32() as usize % shares.len()];
    let mut chosen = Vec::new();
    for (index, change) in plan["resource_changes"].as_array().unwrap().iter().enumerate() {
        let mut all = Vec::new();
        paths(&change["change"]["after"], &Path::new(), &mut all);
        all.retain(|_| rng.next_u32() % 100 < share);
        // The deepest first, so that a parent hides its children and not the other way round.
        all.reverse();
        chosen.extend(all.into_iter().map(|path| (index, path)));
    }
    chosen
}

/// What is hidden in one plan does not depend on the others.
fn random(name: &str) -> TestRng {
    let mut seed = [0; 32];
    for (at, byte) in name.bytes().enumerate() {
        seed[at % 32] ^= byte.rotate_left(u32::try_from(at / 32).unwrap());
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

/// The policies that are held to it; the others are not proven yet.
const SOUND: &[&str] = &[
    "aws-cloudfront-*",
    "aws-ec2-public-ip",
    "aws-eks-open-endpoint",
    "aws-eks-public-nodes",
    "aws-elb-*",
    "aws-iam-wildcard-policy",
    "aws-rds-public-database",
    "aws-rds-unencrypted-storage",
    "aws-s3-public-*",
    "aws-s3-unblocked-public-access",
    "aws-s3-unencrypted-bucket",
    "aws-vpc-open-a*",
    "azure-aks-*",
    "azure-network-*",
    "google-gke-public-nodes",
    "google-gke-open-endpoint",
    "google-network-*",
];

#[test]
fn hiding_at_random_never_turns_a_verdict_around() {
    let policies = support::keep(Policies::load(&[] as &[&std::path::Path], &support::only(SOUND)));
    let (mut cases, mut undetermined, mut wrong) = (0, 0, Vec::new());
    for name in plans() {
        let mut rng = random(&name);
        let plan: Value = serde_json::from_slice(&support::document(&name).bytes).unwrap();
        let known = outcomes(&plan, policies);
        let trial = Trial { name, plan, known, policies };
        for _ in 0..rounds() {
            let chosen = choose(&trial.plan, &mut rng);
            cases += trial.pairs(&chosen);
            if trial.turned(&chosen).is_some() {
                wrong.push(trial.smallest(chosen));
                continue;
            }
            let found = outcomes(&trial.without(&chosen).0, policies);
            undetermined += found.values().filter(|o| **o == Outcome::Undetermined).count();
        }
    }
    support::say(&format!("{cases} cases, {undetermined} verdicts undetermined"));
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 40 * rounds() && undetermined > 4 * rounds());
}
