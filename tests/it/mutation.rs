//! What becomes of a compliant plan when one attribute that a policy reads changes.
//!
//! Of each policy one plan that it passes is taken. Each attribute is flipped, removed, set to null
//! and made unknown, one at a time, and each resource destroyed and replaced; of a policy that judges
//! the plan as a whole so are the parts of the plan that it reads. The outcomes are snapshots, one
//! for each provider, to be read by people: a check that only looks whether something is there shows
//! here, and so does one that nothing can trip.

use std::collections::{BTreeMap, BTreeSet};

use plangate::base::Source;
use plangate::check::{Options, Policies};
use plangate::config::{Config, Layers};
use plangate::engine::ReadSet;
use plangate::finding::Outcome;
use plangate::policy::{Need, Policy, PolicySet, Scope};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::hiding::{self, Path};
use crate::support;

mod change;
mod parts;

use change::{MUTATIONS, Mutation, Place, value_at};

/// So many elements of each list are changed.
const MOST_ELEMENTS: u64 = 2;

/// In so many plans something is looked for that trips a policy; in fewer where it sees all of them.
const MOST_PLANS: usize = 6;

/// So many attributes of a resource are changed.
const MOST_PATHS: usize = 40;

/// Of so many policies the table of one is made in every run.
const EVERY: usize = 15;

/// What an organisation has to say before some policies judge.
const PARAMETERS: &str = "fixtures/scenarios/terraform-operations/compliant/plangate.toml";

/// Policies that no single change of an attribute of a compliant plan trips, and what it takes.
const INERT: [(&str, &str); 10] = [
    ("aws-rds-password-in-state", "a password where none is written"),
    ("aws-resilience-single-region-data", "a tag that calls the data critical, where no copy is"),
    (
        "aws-route53-dangling-record",
        "a record beside what goes away, or the name of a website that is not here",
    ),
    ("aws-s3-public-acl", "an ACL where none is written"),
    ("azure-compute-public-ip", "an interface that refers to an address"),
    ("google-sql-open-database", "a block that is not there, with a network in it"),
    ("terraform-operations-large-blast-radius", "more resources than one that are destroyed"),
    ("terraform-secrets-literal-secret", "a secret where none is written"),
    ("terraform-state-damaged-object", "a state: plans are not judged"),
    ("terraform-state-drifted-resource", "a change that was found outside of the plan"),
];

/// The compliant plans, by the name of their scenario, but for one that holds nothing to change.
fn compliant() -> Vec<(String, Value)> {
    let walk = walkdir::WalkDir::new(support::path("fixtures/scenarios")).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.unwrap().into_path());
    let plans = files.filter(|path| path.ends_with("compliant/plan.json"));
    let plans = plans.filter(|path| !path.ends_with("state-lock/compliant/plan.json"));
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let scenario = path.parent().and_then(|p| p.parent()).and_then(|p| p.file_name());
        (scenario.unwrap().to_str().unwrap().to_owned(), serde_json::from_str(&text).unwrap())
    };
    plans.map(read).collect()
}

/// The words of the code of a policy and of the libraries that it imports, but for those that all do.
fn words(policy: &Policy) -> BTreeSet<String> {
    let mut texts = vec![policy.source.text().to_owned()];
    let imports =
        policy.source.text().lines().filter_map(|l| l.strip_prefix("import data.policies.lib."));
    for name in imports.filter(|name| !["linked", "resource", "values"].contains(name)) {
        let file = support::path(&format!("policies/lib/{name}.rego"));
        texts.push(std::fs::read_to_string(file).unwrap());
    }
    let code = texts.iter().flat_map(|text| text.lines().filter(|line| !line.starts_with('#')));
    code.flat_map(words_of).collect()
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c| !is_word(c)).map(str::to_owned)
}

/// The texts that may be values among those that a policy compares with: no messages, no patterns.
fn literals(read: &ReadSet) -> Vec<String> {
    let texts = read.literals.iter().filter_map(|text| serde_json::from_str(text).ok());
    let is_value = |text: &String| {
        (2..=40).contains(&text.len()) && !text.contains([' ', '%', '\\', '[', '^', '('])
    };
    texts.filter(is_value).collect()
}

/// An invented credential, in the form of a token of GitHub.
fn credential() -> String {
    format!("ghp_{}", "Ab1".repeat(12))
}

/// One policy and what it may read.
struct Subject {
    id: String,
    types: Vec<String>,
    is_plan: bool,
    words: BTreeSet<String>,
    reads_everything: bool,
    /// The members of the document that it reads.
    members: BTreeSet<String>,
    actions: Vec<String>,
    literals: Vec<String>,
    alone: Policies,
}

impl Subject {
    fn of(policy: &Policy) -> Subject {
        let id = policy.id.to_string();
        let mut text = format!("policies.only = [\"{id}\"]\n");
        let mut words = words(policy);
        if policy.unset_parameter().is_some() {
            let parameters = std::fs::read_to_string(support::path(PARAMETERS)).unwrap();
            words.extend(words_of(&parameters));
            text.push_str(&parameters);
        }
        let layers = Layers { file: Some(Source::new("plangate.toml", text)), ..Layers::default() };
        let options = Options { config: Config::read(&layers).unwrap(), ..Options::default() };
        let none: &[&std::path::Path] = &[];
        let alone = Policies::load(none, &options);
        let read = alone.read_set(&policy.id).unwrap();
        let mut literals = literals(&read);
        literals.extend(policy.metadata.withholds_values.then(credential));
        let member = |path: &String| path.split(['.', '[']).next().map(str::to_owned);
        Subject {
            types: policy.metadata.resource_types.clone(),
            is_plan: policy.metadata.scope == Scope::Plan,
            words,
            reads_everything: read.everything,
            members: read.subject.iter().filter_map(member).collect(),
            actions: policy.metadata.actions.iter().map(|a| a.as_str().to_owned()).collect(),
            literals,
            alone,
            id,
        }
    }

    /// True where the policy may read what is at `path` of a resource.
    fn reads(&self, path: &Path) -> bool {
        path.iter().all(|step| match step {
            Value::String(name) => self.reads_everything || self.words.contains(name),
            index => index.as_u64().is_some_and(|index| index < MOST_ELEMENTS),
        })
    }

    fn judges(&self, resource_type: &str) -> bool {
        self.is_plan || self.types.iter().any(|judged| judged == resource_type || judged == "*")
    }

    /// The plan with one instance of each module, whose block can change then without changing others,
    /// and without the resources that the policy cannot see; None where it judges nothing in it.
    fn reduced(&self, plan: &Value) -> Option<Value> {
        let mut plan = plan.clone();
        plan.as_object_mut()?.remove("planned_values");
        let changes = plan["resource_changes"].as_array_mut()?;
        let mut modules = BTreeMap::new();
        changes.retain(|change| {
            let module = change["module_address"].as_str().unwrap_or_default().to_owned();
            let path = module.split(['[', ']']).step_by(2).collect::<String>();
            *modules.entry(path).or_insert_with(|| module.clone()) == module
        });
        let name = |change: &Value| change["type"].as_str().unwrap_or_default().to_owned();
        let is_any = self.types.iter().any(|judged| judged == "*");
        let is_seen = |name: &str| {
            is_any || self.words.contains(name) || self.types.iter().any(|t| t == name)
        };
        if changes.iter().any(|change| is_seen(&name(change))) {
            changes.retain(|change| is_seen(&name(change)));
        } else if !self.is_plan {
            return None;
        }
        let is_judged = changes.iter().any(|change| self.judges(&name(change)));
        is_judged.then_some(plan)
    }

    /// The plans that it passes, the smallest first, with the names of their scenarios.
    fn allowing<'a>(
        &'a self,
        plans: &'a [(String, Value)],
    ) -> impl Iterator<Item = (&'a str, Value)> {
        let reduced = plans.iter().filter_map(|(name, plan)| Some((&**name, self.reduced(plan)?)));
        let mut reduced: Vec<_> = reduced.collect();
        reduced.sort_by_key(|(_, plan)| plan["resource_changes"].as_array().unwrap().len());
        reduced.into_iter().filter(|(_, plan)| {
            let report = self.report(plan);
            report.findings.is_empty() && report.counts.get(Outcome::Pass) > 0
        })
    }

    /// The table of the first plan in which something trips the policy, or else has another outcome
    /// than a pass, or else of the first of all.
    fn tables(&self, plans: &[(String, Value)]) -> Option<String> {
        let most = if self.is_plan || self.reads_everything { 2 } else { MOST_PLANS };
        let mut tables = Vec::new();
        for (scenario, plan) in self.allowing(plans).take(most) {
            let lines = self.table(&plan);
            let table = format!("{} ({scenario})\n  {}\n", self.id, lines.join("\n  "));
            if table.contains(" violation") {
                return Some(table);
            }
            tables.push((lines.len(), table));
        }
        tables.sort_by_key(|(lines, _)| *lines < 2);
        tables.into_iter().next().map(|(_, table)| table)
    }

    fn report(&self, plan: &Value) -> plangate::report::Report {
        let text = serde_json::to_string(plan).unwrap();
        support::check_with(vec![support::text_document("mutated.json", &text)], &self.alone)
    }

    /// The gravest of the outcomes on a plan.
    fn outcome(&self, plan: &Value) -> &'static str {
        let report = self.report(plan);
        if !report.problems.is_empty() {
            return "refused";
        }
        let counts = report.counts;
        let gravest = GRAVITY.into_iter().find(|outcome| counts.get(*outcome) > 0);
        gravest.unwrap_or(Outcome::Pass).as_str()
    }

    /// The gravest of the outcomes on several plans; None of none.
    fn gravest(&self, plans: &[Value]) -> Option<&'static str> {
        let mut found: Option<&str> = None;
        for plan in plans {
            let outcome = self.outcome(plan);
            if found.is_none_or(|found| rank(outcome) < rank(found)) {
                found = Some(outcome);
            }
            if found == Some(Outcome::Violation.as_str()) {
                break;
            }
        }
        found
    }

    /// True where the policy judges what the plan does to a resource.
    fn judges_action(&self, change: &Value) -> bool {
        let actions = change["change"]["actions"].as_array().unwrap();
        let action = match actions.as_slice() {
            [action] => action.as_str().unwrap(),
            _ => "replace",
        };
        self.actions.iter().any(|judged| judged == action)
    }

    /// Of each type the resource of which the policy reads the most, and the paths in it; those on
    /// whose actions it judges go before.
    fn places(&self, plan: &Value) -> Vec<(usize, Vec<Path>)> {
        let mut places: BTreeMap<String, (bool, usize, Vec<Path>)> = BTreeMap::new();
        if self.is_plan && !["resources", "by_type"].iter().any(|name| self.members.contains(*name))
        {
            return Vec::new();
        }
        for (index, change) in plan["resource_changes"].as_array().unwrap().iter().enumerate() {
            let resource_type = format!("{}{}", change["mode"], change["type"]);
            let mut paths = vec![Path::new()];
            hiding::paths(&change["change"]["after"], &Path::new(), &mut paths);
            let mut unknown = Vec::new();
            hiding::paths(&change["change"]["after_unknown"], &Path::new(), &mut unknown);
            unknown.retain(|path| {
                value_at(&change["change"]["after_unknown"], path) == Some(&json!(true))
            });
            let new: Vec<Path> = unknown.into_iter().filter(|path| !paths.contains(path)).collect();
            paths.extend(new);
            paths.retain(|path| self.reads(path));
            paths.truncate(MOST_PATHS);
            let is_judged = self.judges_action(change);
            let most = places.entry(resource_type).or_default();
            if (is_judged, paths.len()) > (most.0, most.2.len()) {
                *most = (is_judged, index, paths);
            }
        }
        places.into_values().map(|(_, index, paths)| (index, paths)).collect()
    }

    /// A line for each attribute that changes the verdict, with the outcomes; then the names of those
    /// that do not.
    fn table(&self, plan: &Value) -> Vec<String> {
        let places = self.places(plan);
        let places: Vec<_> = places
            .iter()
            .flat_map(|(index, paths)| paths.iter().map(|path| (*index, path)))
            .collect();
        let rows = places.into_par_iter().map(|(index, path)| self.row(plan, index, path));
        let parts = match self.is_plan {
            true => parts::changes(plan, |name| self.members.contains(name), &self.literals),
            false => Vec::new(),
        };
        let of_parts = parts.into_par_iter().map(|(name, changes)| {
            let outcome =
                |(name, plans): (&'static str, Vec<Value>)| Some((name, self.gravest(&plans)?));
            (name, changes.into_iter().filter_map(outcome).collect::<Vec<_>>())
        });
        let (mut lines, mut inert) = (Vec::new(), Vec::new());
        for (name, changes) in rows.chain(of_parts).collect::<Vec<_>>() {
            if changes.iter().all(|(_, outcome)| *outcome == Outcome::Pass.as_str()) {
                inert.push(name);
                continue;
            }
            let changes = changes.iter().map(|(name, outcome)| format!("{name} {outcome}"));
            lines.push(format!("{name}: {}", changes.collect::<Vec<_>>().join(", ")));
        }
        if !inert.is_empty() {
            lines.push(format!("pass: {}", inert.join(", ")));
        }
        lines
    }

    /// The name of an attribute, and the outcome of each change.
    fn row(&self, plan: &Value, index: usize, path: &Path) -> (String, Vec<(&str, &str)>) {
        let at = Place { plan, index, literals: &self.literals };
        let address = plan["resource_changes"][index]["address"].as_str().unwrap();
        let outcome = |(name, mutate): &(&'static str, Mutation)| {
            Some((*name, self.gravest(&mutate(&at, path))?))
        };
        (named(address, path), MUTATIONS.iter().filter_map(outcome).collect())
    }
}

/// The gravest first.
const GRAVITY: [Outcome; 3] = [Outcome::Error, Outcome::Violation, Outcome::Undetermined];

fn rank(outcome: &str) -> usize {
    GRAVITY.iter().position(|other| other.as_str() == outcome).unwrap_or(GRAVITY.len())
}

/// A resource, or an attribute of it.
fn named(address: &str, path: &Path) -> String {
    let steps: Vec<String> = path.iter().map(|step| step.to_string().replace('"', "")).collect();
    if steps.is_empty() { address.to_owned() } else { format!("{address} {}", steps.join(".")) }
}

/// The policies whose attributes can be changed: nobody can take something away from the source of
/// a plan here.
fn policies(set: &PolicySet) -> Vec<&Policy> {
    let policies = set.policies.values();
    policies.filter(|policy| !policy.metadata.needs.contains(&Need::Source)).collect()
}

/// The tables by policy; None of one that no compliant plan passes.
fn tables(policies: Vec<&Policy>) -> Vec<(String, Option<String>)> {
    let plans = compliant();
    let table = |policy: &Policy| {
        let table = Subject::of(policy).tables(&plans);
        (policy.id.to_string(), table)
    };
    policies.into_par_iter().map(table).collect()
}

fn provider(id: &str) -> String {
    id.split('-').next().unwrap_or_default().to_owned()
}

/// The whole takes minutes: `MUTATION=1 cargo test --test it mutation`, with `INSTA_UPDATE=always`
/// to write what is to be reviewed. `MUTATION=aws-s3` prints the tables of some policies. Otherwise a
/// sample is held against what was written.
#[test]
fn changed_attributes_change_verdicts() {
    let set = PolicySet::load(plangate::policy::built_in());
    let policies = policies(&set);
    match std::env::var("MUTATION").as_deref() {
        Err(_) => return assert_sample(&policies),
        Ok("1") => {}
        Ok(start) => {
            let meant = policies.into_iter().filter(|policy| policy.id.as_str().starts_with(start));
            return meant.for_each(|policy| {
                let table = tables(vec![policy]).pop().and_then(|(_, table)| table);
                support::say(&table.unwrap_or_else(|| format!("no plan passes {}", policy.id)));
            });
        }
    }
    let mut providers: BTreeMap<String, String> = BTreeMap::new();
    let (mut unpassed, mut inert) = (Vec::new(), BTreeSet::new());
    for (id, table) in tables(policies) {
        let Some(table) = table else {
            unpassed.push(id);
            continue;
        };
        let text = providers.entry(provider(&id)).or_default();
        text.push_str(&table);
        text.push('\n');
        if !table.contains(" violation") {
            inert.insert(id);
        }
    }
    for (provider, text) in providers {
        insta::with_settings!({ snapshot_suffix => provider, omit_expression => true }, {
            insta::assert_snapshot!("mutation", text);
        });
    }
    assert!(unpassed.is_empty(), "no compliant plan passes {unpassed:?}");
    let expected: BTreeSet<String> = INERT.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(inert, expected, "what no single change of a compliant plan trips");
}

/// Every policy has a table among those written, and those of a few are still right.
fn assert_sample(policies: &[&Policy]) {
    let written = |id: &str| {
        let name = format!("tests/it/snapshots/it__mutation__mutation@{}.snap", provider(id));
        std::fs::read_to_string(support::path(&name)).unwrap()
    };
    for policy in policies {
        let id = policy.id.to_string();
        assert!(written(&id).contains(&format!("\n{id} (")), "{id} has no table: MUTATION=1");
    }
    for (id, table) in tables(policies.iter().copied().step_by(EVERY).collect()) {
        let table = table.unwrap();
        assert!(written(&id).contains(&table), "{id} changed: MUTATION=1\n{table}");
    }
}
