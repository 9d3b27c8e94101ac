//! What values known only after apply cost.
//!
//! `cargo bench --bench unknown` judges one plan that creates 2,000 resources in three forms: `known`,
//! in which nothing is unknown; `irrelevant`, in which only identities are, and what refers to them; and
//! `tenth`, in which every tenth attribute is unknown. It creates all of them, since of what a plan leaves
//! as it is everything is known: otherwise what it was before would be judged anew in two of the forms,
//! and the comparison were one of something else. The ratios to `known` count: 1.05 for
//! `irrelevant` and 2 for `tenth` are the most we want.

mod generate;

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::Criterion;
use plangate::check::{self, Options, Policies, Progress};
use plangate::input::Document;
use serde_json::{Map, Value, json};

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

/// The plan with everything known: what is computed has a value, and what refers to something has the
/// value of that.
fn known() -> Value {
    let mut plan: Value = serde_json::from_str(&generate::plan(RESOURCES)).unwrap_or_default();
    plan.as_object_mut().and_then(|plan| plan.remove("prior_state"));
    let named = Named::of(&plan);
    for resource in resources(&mut plan) {
        let (address, resource_type) = (text(resource, "address"), text(resource, "type"));
        let name = text(resource, "name");
        let change = &mut resource["change"];
        change["actions"] = json!(["create"]);
        change["before"] = Value::Null;
        change["before_sensitive"] = Value::Bool(false);
        let unknown = std::mem::take(&mut change["after_unknown"]);
        change["after_unknown"] = Value::Object(Map::new());
        let (Some(unknown), Some(after)) = (unknown.as_object(), change["after"].as_object_mut())
        else {
            continue;
        };
        let computed = unknown.iter().filter(|(_, is)| **is == Value::Bool(true));
        for (attribute, _) in computed {
            let value = named.value(&address, &resource_type, &name, attribute);
            after.entry(attribute.clone()).or_insert(value);
        }
    }
    plan
}

/// Attributes that refer to another resource of the same team: which, and to what of it.
const REFERENCES: [(&str, &str, &str); 8] = [
    ("node_role_arn", "aws_iam_role", "arn"),
    ("role", "aws_iam_role", "id"),
    ("role_arn", "aws_iam_role", "arn"),
    ("security_group_id", "aws_security_group", "id"),
    ("subnet_id", "aws_subnet", "id"),
    ("subnet_ids", "aws_subnet", "id"),
    ("vpc_id", "aws_vpc", "id"),
    ("vpc_security_group_ids", "aws_security_group", "id"),
];

/// Computed attributes that are lists of blocks or of texts, and empty where nobody writes them.
const LISTS: [&str; 13] = [
    "destination_ranges",
    "ebs_block_device",
    "egress",
    "grant",
    "inline_policy",
    "logging",
    "managed_policy_arns",
    "network_interface",
    "node_config",
    "replication_configuration",
    "server_side_encryption_configuration",
    "versioning",
    "website",
];

/// What the resources of the plan are called, by team.
struct Named {
    /// The first resource of each type.
    first: HashMap<(String, String), String>,
    /// The buckets, by the names of their blocks.
    buckets: HashMap<(String, String), Value>,
}

impl Named {
    fn of(plan: &Value) -> Self {
        let mut named = Named { first: HashMap::new(), buckets: HashMap::new() };
        for resource in plan.get("resource_changes").and_then(Value::as_array).into_iter().flatten()
        {
            let (address, resource_type) = (text(resource, "address"), text(resource, "type"));
            if resource_type == "aws_s3_bucket" {
                let key = (team(&address), text(resource, "name"));
                let name = resource.pointer("/change/after/bucket");
                named.buckets.insert(key, name.cloned().unwrap_or_default());
            }
            named.first.entry((team(&address), resource_type)).or_insert(address);
        }
        named
    }

    fn value(&self, address: &str, resource_type: &str, name: &str, attribute: &str) -> Value {
        if attribute.ends_with("policy") {
            // A text that must hold a document and holds none is an error, which costs nothing.
            return Value::String(DOCUMENT.to_owned());
        }
        if LISTS.contains(&attribute) {
            return Value::Array(Vec::new());
        }
        // A bucket is called by its name.
        let is_named = match resource_type {
            "aws_s3_bucket" => attribute == "id",
            other => attribute == "bucket" && other.starts_with("aws_s3_bucket_"),
        };
        if is_named {
            let bucket = self.buckets.get(&(team(address), name.to_owned()));
            return bucket.cloned().unwrap_or_default();
        }
        let referred = REFERENCES.iter().find(|(name, ..)| *name == attribute);
        let referred = referred.and_then(|(_, resource_type, of)| {
            let other = self.first.get(&(team(address), (*resource_type).to_owned()))?;
            Some(Value::String(format!("{of} of {other}")))
        });
        match referred {
            Some(value) if attribute.ends_with("ids") => Value::Array(vec![value]),
            Some(value) => value,
            None => Value::String(format!("{attribute} of {address}")),
        }
    }
}

/// The part of an address that names the team.
fn team(address: &str) -> String {
    address.split(']').next().unwrap_or_default().to_owned()
}

fn text(value: &Value, member: &str) -> String {
    value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The same with unknown identities and what refers to them, as in the plan of whatever is created.
fn irrelevant(mut plan: Value) -> Value {
    for resource in resources(&mut plan) {
        let is_companion = text(resource, "type").starts_with("aws_s3_bucket_");
        hide(&mut resource["change"], |name| {
            matches!(name, "id" | "arn" | "self_link" | "fqdn" | "tags_all")
                || REFERENCES.iter().any(|(reference, ..)| *reference == name)
                || (is_companion && name == "bucket")
        });
    }
    plan
}

/// The same with every tenth attribute unknown, all over the plan.
fn tenth(mut plan: Value) -> Value {
    let mut number = 0;
    for resource in resources(&mut plan) {
        hide(&mut resource["change"], |_| {
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

fn resources(plan: &mut Value) -> impl Iterator<Item = &mut Value> {
    plan.get_mut("resource_changes").and_then(Value::as_array_mut).into_iter().flatten()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    benchmark(&mut criterion);
    criterion.final_summary();
}
