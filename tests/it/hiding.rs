//! Hiding values at random, any number of them and at any depth, never turns a verdict around.
//!
//! Each round hides a random share of what every resource of a plan holds, as if it came from
//! a variable and were known only after apply. Whatever a policy said under full knowledge it
//! must say again, or that it cannot tell.

mod links;

use std::collections::{BTreeMap, BTreeSet};

use plangate::check::Policies;
use plangate::finding::Outcome;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use crate::support;

/// Where a value stands: names and indexes.
pub(crate) type Path = Vec<Value>;

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
pub(crate) fn paths(value: &Value, above: &Path, found: &mut Vec<Path>) {
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

pub(crate) fn step<'a>(value: &'a mut Value, step: &Value) -> Option<&'a mut Value> {
    match step {
        Value::String(key) => value.get_mut(key),
        index => value.get_mut(usize::try_from(index.as_u64()?).ok()?),
    }
}

/// The expressions of a resource's block in the configuration of its module.
pub(crate) fn expressions<'a>(plan: &'a mut Value, change: &Value) -> Option<&'a mut Value> {
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
pub(crate) fn is_leaf(members: &serde_json::Map<String, Value>) -> bool {
    members.is_empty()
        || members.contains_key("references")
        || members.contains_key("constant_value")
}

/// Hides the value at `path` of a resource: what is there is known after apply.
pub(crate) fn hide(plan: &mut Value, index: usize, path: &Path) -> bool {
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

/// A verdict that is another than under full knowledge, and not undetermined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    policy: String,
    address: String,
    was: &'static str,
    is: &'static str,
}

/// Every verdict in `found` that is another than what is `known`, and not undetermined.
fn turns(known: &Outcomes, found: &Outcomes) -> BTreeSet<Turn> {
    let keys = known.keys().chain(found.keys());
    let turn = |key: &(String, String)| {
        let before = known.get(key).copied().unwrap_or(Outcome::Pass);
        let after = found.get(key).copied().unwrap_or(Outcome::Pass);
        let is_sound = after == before || after == Outcome::Undetermined;
        let (policy, address) = key.clone();
        (!is_sound).then(|| Turn { policy, address, was: before.as_str(), is: after.as_str() })
    };
    keys.filter_map(turn).collect()
}

/// A plan of which the same things can be taken again and again.
struct Trial<'a> {
    name: String,
    plan: Value,
    known: Outcomes,
    policies: &'a Policies,
}

/// Something that a plan can lose.
trait Loss: Clone {
    /// Makes the loss in `plan`; false where it cannot be.
    fn of(&self, plan: &mut Value) -> bool;
    /// What is lost, in words.
    fn said(&self, plan: &Value) -> String;
}

/// A value of a resource that is known only after apply.
#[derive(Debug, Clone)]
struct Hidden(usize, Path);

impl Loss for Hidden {
    fn of(&self, plan: &mut Value) -> bool {
        hide(plan, self.0, &self.1)
    }

    fn said(&self, plan: &Value) -> String {
        let path: Vec<String> = self.1.iter().map(ToString::to_string).collect();
        format!("{} {}", plan["resource_changes"][self.0]["address"], path.join("."))
    }
}

/// The plan without what `losses` name, and how many of them could be made.
fn without(plan: &Value, losses: &[impl Loss]) -> (Value, usize) {
    let mut plan = plan.clone();
    let lost = losses.iter().filter(|loss| loss.of(&mut plan)).count();
    (plan, lost)
}

impl<'a> Trial<'a> {
    fn new(name: String, policies: &'a Policies) -> Self {
        let plan: Value = serde_json::from_slice(&support::document(&name).bytes).unwrap();
        let known = outcomes(&plan, policies);
        Trial { name, plan, known, policies }
    }

    /// What turned around after `losses`, in words: of each policy one turn with few losses that
    /// make it.
    fn told(&self, turns: BTreeSet<Turn>, losses: &[impl Loss]) -> BTreeMap<String, String> {
        let mut told = BTreeMap::new();
        for turn in turns {
            told.entry(turn.policy.clone())
                .or_insert_with(|| self.smallest(&turn, losses.to_vec()));
        }
        told
    }

    /// Few of `losses` that still make `turn`, in words. Only its policy judges, and whole chunks
    /// are left out first, so that this ends soon.
    fn smallest<L: Loss>(&self, turn: &Turn, mut losses: Vec<L>) -> String {
        let alone = Policies::load(&[] as &[&std::path::Path], &support::only(&[&turn.policy]));
        let known = outcomes(&self.plan, &alone);
        let still_turns = |losses: &[L]| {
            turns(&known, &outcomes(&without(&self.plan, losses).0, &alone)).contains(turn)
        };
        let mut chunk = losses.len().div_ceil(2);
        while chunk > 0 {
            let mut at = 0;
            while at < losses.len() {
                let mut fewer = losses.clone();
                fewer.drain(at..losses.len().min(at + chunk));
                if still_turns(&fewer) {
                    losses = fewer;
                } else {
                    at += chunk;
                }
            }
            chunk /= 2;
        }
        let Turn { policy, address, was, is } = turn;
        let said: Vec<String> = losses.iter().map(|loss| loss.said(&self.plan)).collect();
        format!(
            "{}: {policy} on {address} is {is} instead of {was} without {}",
            self.name,
            said.join(", ")
        )
    }

    /// How many pairs of policy and resource had something hidden.
    fn pairs(&self, chosen: &[Hidden]) -> usize {
        let mut resources: Vec<usize> = chosen.iter().map(|hidden| hidden.0).collect();
        resources.dedup();
        let types = resources.iter().map(|index| &self.plan["resource_changes"][*index]["type"]);
        let judged = |name: &str| {
            let policies = self.policies.iter();
            policies.filter(|p| p.metadata.resource_types.iter().any(|t| t == name)).count()
        };
        types.map(|name| judged(name.as_str().unwrap())).sum()
    }
}

/// What the rounds of a test found.
#[derive(Default)]
struct Tally {
    cases: usize,
    undetermined: usize,
    findings: usize,
    wrong: BTreeMap<String, String>,
}

impl Tally {
    /// Judges the plan of `trial` after `losses`, of which `cases` are new.
    fn judge(&mut self, trial: &Trial<'_>, losses: &[impl Loss], cases: usize) {
        let (plan, _) = without(&trial.plan, losses);
        let found = outcomes(&plan, trial.policies);
        self.cases += cases;
        self.findings += found.keys().chain(trial.known.keys()).collect::<BTreeSet<_>>().len();
        self.undetermined += found.values().filter(|o| **o == Outcome::Undetermined).count();
        let mut new = turns(&trial.known, &found);
        new.retain(|turn| !self.wrong.contains_key(&turn.policy));
        self.wrong.extend(trial.told(new, losses));
    }

    /// Prints how much there was; of all verdicts that are not passes before and after, those
    /// that are undetermined after.
    fn say(&self, cases: &str) {
        let Tally { undetermined, findings, .. } = self;
        let share = 100 * undetermined / (*findings).max(1);
        support::say(&format!(
            "{} {cases}; {undetermined} of {findings} findings undetermined, {share} %",
            self.cases
        ));
    }

    fn assert_sound(&self) {
        let wrong: Vec<&str> = self.wrong.values().map(String::as_str).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// How many rounds each plan gets; `HIDING=100` makes more than 100,000 cases.
fn rounds() -> usize {
    std::env::var("HIDING").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn choose(plan: &Value, rng: &mut TestRng) -> Vec<Hidden> {
    let shares = [2, 5, 15, 40, 100];
    let share = shares[rng.next_u32() as usize % shares.len()];
    let mut chosen = Vec::new();
    for (index, change) in plan["resource_changes"].as_array().unwrap().iter().enumerate() {
        let mut all = Vec::new();
        paths(&change["change"]["after"], &Path::new(), &mut all);
        all.retain(|_| rng.next_u32() % 100 < share);
        // The deepest first, so that a parent hides its children and not the other way round.
        all.reverse();
        chosen.extend(all.into_iter().map(|path| Hidden(index, path)));
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

/// The policies that are tried: all, or as `HIDING_ONLY` names them.
fn policies() -> &'static Policies {
    match std::env::var("HIDING_ONLY") {
        Ok(ids) => {
            let ids: Vec<&str> = ids.split(',').collect();
            support::keep(Policies::load(&[] as &[&std::path::Path], &support::only(&ids)))
        }
        Err(_) => support::built_in(),
    }
}

#[test]
fn hiding_at_random_never_turns_a_verdict_around() {
    let policies = policies();
    let mut tally = Tally::default();
    for name in plans() {
        let mut rng = random(&name);
        let trial = Trial::new(name, policies);
        for _ in 0..rounds() {
            let chosen = choose(&trial.plan, &mut rng);
            tally.judge(&trial, &chosen, trial.pairs(&chosen));
        }
    }
    tally.say("cases");
    tally.assert_sound();
    assert!(tally.cases > 40 * rounds() && tally.undetermined > 4 * rounds());
}
