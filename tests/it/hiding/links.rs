//! Losing what resolves a link never turns a verdict around.
//!
//! Each round takes from a random share of the references of a plan what says where they lead, as
//! if they stood behind a local value, behind a module that is not there, or had a key that something
//! chooses; and hides known names at both ends of links, as if they came from a variable.

use serde_json::{Value, json};

use super::{Outcomes, Path, Trial, hide, outcomes, plans, random, rounds, turned};
use crate::support;
use plangate::finding::Outcome;
use proptest::prelude::Rng;
use proptest::test_runner::TestRng;

/// A way to lose where a link leads.
#[derive(Debug, Clone)]
enum Loss {
    /// The reference at a place stands behind a local value.
    Local(String),
    /// It stands behind a module that is not there.
    Module(String),
    /// It has no key, and something chooses.
    Key(String),
    /// The name at a path of a resource comes from a variable.
    Name(usize, Path),
}

/// Attributes by which resources name each other.
const NAMES: [&str; 6] = ["arn", "bucket", "id", "name", "self_link", "key_id"];

impl Loss {
    /// Makes the loss in `plan`; false where it cannot be.
    fn of(&self, plan: &mut Value) -> bool {
        match self {
            Loss::Local(place) => set(plan, place, json!(["local.hidden"])),
            Loss::Module(place) => set(plan, place, json!(["module.gone.output", "module.gone"])),
            Loss::Key(place) => {
                let listed = plan.pointer(place).and_then(Value::as_array).cloned();
                let texts = listed.into_iter().flatten();
                let plain =
                    texts.filter_map(|text| Some(text.as_str()?.split('[').next()?.to_owned()));
                let kept: Vec<String> = plain.chain(["local.hidden".to_owned()]).collect();
                set(plan, place, json!(kept))
            }
            Loss::Name(index, path) => hide(plan, *index, path),
        }
    }
}

fn set(plan: &mut Value, place: &str, references: Value) -> bool {
    plan.pointer_mut(place).map(|old| *old = references).is_some()
}

/// The places of references in the configuration: in resources, calls and outputs.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) if members.get("references").is_some_and(Value::is_array) => {
            found.push(format!("{pointer}/references"));
        }
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            places(value, &format!("{pointer}/{name}"), found);
        }),
        Value::Array(elements) => elements.iter().enumerate().for_each(|(index, value)| {
            places(value, &format!("{pointer}/{index}"), found);
        }),
        _ => {}
    }
}

/// The known names of resources, and known values that may name others.
fn names(plan: &Value) -> Vec<(usize, Path)> {
    let changes = plan["resource_changes"].as_array().unwrap().iter().enumerate();
    let named = changes.flat_map(|(index, change)| {
        let after = change["change"]["after"].as_object().into_iter().flatten();
        let names = after.filter(|(name, value)| {
            value.is_string() && NAMES.iter().any(|end| name.ends_with(end))
        });
        names.map(move |(name, _)| (index, vec![json!(name)]))
    });
    named.collect()
}

fn choose(plan: &Value, share: u32, rng: &mut TestRng) -> Vec<Loss> {
    let root = "/configuration/root_module";
    let mut found = Vec::new();
    plan.pointer(root).into_iter().for_each(|module| places(module, root, &mut found));
    let kinds: [fn(String) -> Loss; 3] = [Loss::Local, Loss::Module, Loss::Key];
    let references: Vec<Loss> = found
        .into_iter()
        .map(|place| kinds[rng.next_u32() as usize % kinds.len()](place))
        .collect();
    let names = names(plan).into_iter().map(|(index, path)| Loss::Name(index, path));
    let all = references.into_iter().chain(names);
    all.filter(|_| rng.next_u32() % 100 < share).collect()
}

/// The plan with `losses`, and how many there were.
fn without(plan: &Value, losses: &[Loss]) -> (Value, usize) {
    let mut plan = plan.clone();
    let lost = losses.iter().filter(|loss| loss.of(&mut plan)).count();
    (plan, lost)
}

/// The fewest of `losses` that still turn a verdict around, in words.
fn smallest(trial: &Trial<'_>, mut losses: Vec<Loss>) -> String {
    let turned_by = |losses: &[Loss]| {
        turned(&trial.known, &outcomes(&without(&trial.plan, losses).0, trial.policies))
    };
    let mut at = 0;
    while at < losses.len() {
        let mut fewer = losses.clone();
        fewer.remove(at);
        match turned_by(&fewer) {
            Some(_) => losses = fewer,
            None => at += 1,
        }
    }
    let said = turned_by(&losses).unwrap_or_default();
    format!("{}: {said} after {losses:?}", trial.name)
}

#[test]
fn losing_what_resolves_links_never_turns_a_verdict_around() {
    let policies = support::built_in();
    let (mut cases, mut undetermined, mut wrong) = (0, 0, Vec::new());
    for name in plans().into_iter().chain(["fixtures/links/plan.json".to_owned()]) {
        let mut rng = random(&format!("links of {name}"));
        let plan: Value = serde_json::from_slice(&support::document(&name).bytes).unwrap();
        let known: Outcomes = outcomes(&plan, policies);
        let trial = Trial { name, plan, known, policies };
        for round in 0..rounds() {
            let losses = choose(&trial.plan, [50, 2, 10, 100][round % 4], &mut rng);
            let (plan, lost) = without(&trial.plan, &losses);
            let found = outcomes(&plan, policies);
            cases += lost;
            undetermined += found.values().filter(|o| **o == Outcome::Undetermined).count();
            if turned(&trial.known, &found).is_some() {
                wrong.push(smallest(&trial, losses));
            }
        }
    }
    support::say(&format!("{cases} links lost, {undetermined} verdicts undetermined"));
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases > 60 * rounds() && undetermined > 4 * rounds());
}
