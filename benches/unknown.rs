//! What values known only after apply cost.
//!
//! `cargo bench --bench unknown` judges one plan of 2,000 resources in three forms: `known`, in
//! which nothing is unknown; `irrelevant`, in which only identities that no policy asks for are; and
//! `tenth`, in which every tenth attribute is unknown. The ratios to `known` count: 1.05 for
//! `irrelevant` and 2 for `tenth` are the most we want.

mod generate;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::Criterion;
use plangate::check::{self, Options, Policies, Progress};
use plangate::input::Document;
use serde_json::{Map, Value};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RESOURCES: usize = 2_000;

/// What a computed policy says: nothing.
const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

struct Silent;

impl Progress for Silent {
    fn more(&self, _judgements: usize) {}
    fn done(&self, _judgements: usize) {}
}

fn benchmark(criterion: &mut Criterion) {
    let options = Options::default();
    let none: &[&Path] = &[];
    let policies = Policies::load(none, &options);
    let known = known();
    let mut group = criterion.benchmark_group("unknown");
    group.sample_size(20).measurement_time(Duration::from_secs(10));
    let forms = [
        ("known", known.to_string()),
        ("irrelevant", irrelevant(known.clone()).to_string()),
        ("tenth", tenth(known).to_string()),
    ];
    for (name, plan) in &forms {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                let bytes = plan.clone().into_bytes();
                let document = Document { label: "plan.json".to_owned(), bytes };
                black_box(check::check(vec![document], Vec::new(), &policies, &options, &Silent))
            });
        });
    }
    group.finish();
}

/// The plan with everything known: what is computed has a value.
fn known() -> Value {
    let mut plan: Value = serde_json::from_str(&generate::plan(RESOURCES)).unwrap_or_default();
    for change in changes(&mut plan) {
        let unknown = std::mem::take(&mut change["after_unknown"]);
        change["after_unknown"] = Value::Object(Map::new());
        let (Some(unknown), Some(after)) = (unknown.as_object(), change["after"].as_object_mut())
        else {
            continue;
        };
        let computed = unknown.iter().filter(|(_, is)| **is == Value::Bool(true));
        for (name, _) in computed {
            // A text that must hold a document and holds none is an error, which costs nothing.
            let value = match name.ends_with("policy") {
                true => DOCUMENT.to_owned(),
                false => format!("known-{name}"),
            };
            after.entry(name.clone()).or_insert(Value::String(value));
        }
    }
    plan
}

/// The same with unknown identities, as in the plan of whatever is created.
fn irrelevant(mut plan: Value) -> Value {
    for change in changes(&mut plan) {
        hide(change, |name| matches!(name, "id" | "arn" | "self_link" | "fqdn" | "tags_all"));
    }
    plan
}

/// The same with every tenth attribute unknown, all over the plan.
fn tenth(mut plan: Value) -> Value {
    let mut number = 0;
    for change in changes(&mut plan) {
        hide(change, |_| {
            number += 1;
            number % 10 == 0
        });
    }
    plan
}

/// Makes the attributes that `choose` names unknown.
fn hide(change: &mut Value, mut choose: impl FnMut(&str) -> bool) {
    let Some(after) = change["after"].as_object_mut() else { return };
    let names: Vec<String> = after
        .iter()
        .filter(|(_, value)| !value.is_null())
        .filter(|(name, _)| choose(name))
        .map(|(name, _)| name.clone())
        .collect();
    for name in &names {
        after.remove(name);
    }
    let Some(unknown) = change["after_unknown"].as_object_mut() else { return };
    unknown.extend(names.into_iter().map(|name| (name, Value::Bool(true))));
}

fn changes(plan: &mut Value) -> impl Iterator<Item = &mut Value> {
    let changes = plan["resource_changes"].as_array_mut();
    changes.into_iter().flatten().map(|change| &mut change["change"])
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benchmark(&mut criterion);
    criterion.final_summary();
}
