//! Losing what resolves a link never turns a verdict around.
//!
//! Each round takes from a random share of the references of a plan what says where they lead, as
//! if they stood behind a local value, behind a module that is not there, or had a key that something
//! chooses; and hides known names at both ends of links, as if they came from a variable.

use serde_json::{Value, json};

use proptest::prelude::Rng;
use proptest::test_runner::TestRng;

use super::{Hidden, Loss, Path, Tally, Trial, plans, policies, random, rounds, without};

/// A way to lose where a link leads.
#[derive(Debug, Clone)]
enum Lost {
    /// The reference at a place stands behind a local value.
    Local(String),
    /// It stands behind a module that is not there.
    Module(String),
    /// It has no key, and something chooses.
    Key(String),
    /// The name at a path of a resource comes from a variable.
    Name(Hidden),
}

/// Attributes by which resources name each other.
const NAMES: [&str; 6] = ["arn", "bucket", "id", "name", "self_link", "key_id"];

impl Loss for Lost {
    fn of(&self, plan: &mut Value) -> bool {
        match self {
            Lost::Local(place) => set(plan, place, json!(["local.hidden"])),
            Lost::Module(place) => set(plan, place, json!(["module.gone.output", "module.gone"])),
            Lost::Key(place) => {
                let listed = plan.pointer(place).and_then(Value::as_array).cloned();
                let texts = listed.into_iter().flatten();
                let plain =
                    texts.filter_map(|text| Some(text.as_str()?.split('[').next()?.to_owned()));
                let kept: Vec<String> = plain.chain(["local.hidden".to_owned()]).collect();
                set(plan, place, json!(kept))
            }
            Lost::Name(hidden) => hidden.of(plan),
        }
    }

    fn said(&self, plan: &Value) -> String {
        match self {
            Lost::Name(hidden) => hidden.said(plan),
            other => format!("{other:?}"),
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

fn choose(plan: &Value, share: u32, rng: &mut TestRng) -> Vec<Lost> {
    let root = "/configuration/root_module";
    let mut found = Vec::new();
    plan.pointer(root).into_iter().for_each(|module| places(module, root, &mut found));
    let kinds: [fn(String) -> Lost; 3] = [Lost::Local, Lost::Module, Lost::Key];
    let references: Vec<Lost> = found
        .into_iter()
        .map(|place| kinds[rng.next_u32() as usize % kinds.len()](place))
        .collect();
    let names = names(plan).into_iter().map(|(index, path)| Lost::Name(Hidden(index, path)));
    let all = references.into_iter().chain(names);
    all.filter(|_| rng.next_u32() % 100 < share).collect()
}

#[test]
fn losing_what_resolves_links_never_turns_a_verdict_around() {
    let policies = policies();
    let mut tally = Tally::default();
    for name in plans().into_iter().chain(["fixtures/links/plan.json".to_owned()]) {
        let mut rng = random(&format!("links of {name}"));
        let trial = Trial::new(name, policies);
        for round in 0..rounds() {
            let chosen = choose(&trial.plan, [10, 2, 50, 100][round % 4], &mut rng);
            let cases = without(&trial.plan, &chosen).1;
            tally.judge(&trial, &chosen, cases);
        }
    }
    tally.say("links lost");
    tally.assert_sound();
    assert!(tally.cases > 60 * rounds() && tally.undetermined > 4 * rounds());
}
