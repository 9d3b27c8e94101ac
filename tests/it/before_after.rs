//! What passes on a plan is no violation in the state that comes of it.
//!
//! Twice: on plans beside which a state of the same program lies, for the resources that are in both
//! as they are; and on every plan that is at hand, in the states that its apply could leave.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use plangate::base::{Action, AttributePath, Mode, PathStep, Source};
use plangate::engine::{self, DEFAULT_TIME_LIMIT, Engine, Followed, Pair};
use plangate::finding::Outcome;
use plangate::input::{self, Document, terraform};
use plangate::model::{Kind, Model, Resource, Value};
use plangate::policy::{self, Origin, PolicyFile, PolicySet, Scope};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::support;

/// What each policy said of each resource; a pass too.
type Outcomes = BTreeMap<(String, String), Outcome>;

fn engine_of(files: Vec<PolicyFile>) -> Engine {
    let set = PolicySet::load(files);
    assert!(set.errors.is_empty(), "{:?}", set.errors);
    let (engine, errors) = Engine::new(&set, DEFAULT_TIME_LIMIT);
    assert!(errors.is_empty(), "{errors:?}");
    engine
}

fn outcomes(engine: &Engine, model: &Model) -> Outcomes {
    let judgements = engine.judge(model, &|_| {});
    let mut outcomes = Outcomes::new();
    for policy in engine.policies().filter(|policy| policy.metadata.scope != Scope::Plan) {
        let metadata = &policy.metadata;
        if !metadata.needs.is_empty() || metadata.known_only {
            continue;
        }
        let is_for = |resource: &&Resource| {
            let resource_type = &*resource.address.resource_type;
            metadata.resource_types.iter().any(|name| name == resource_type || name == "*")
                && metadata.actions.contains(&resource.action)
                && resource.address.mode == Mode::Managed
                && resource.deposed.is_none()
        };
        for resource in model.resources.iter().filter(is_for) {
            outcomes.insert((policy.id.to_string(), resource.label()), Outcome::Pass);
        }
    }
    for judgement in judgements.verdicts {
        let Some(resource) = judgement.resource.and_then(|at| model.resources.get(at)) else {
            continue;
        };
        let key = (judgement.policy.to_string(), resource.label());
        outcomes.entry(key).and_modify(|outcome| *outcome = judgement.verdict.outcome);
    }
    outcomes
}

/// The verdicts on resources of `labels` that a plan and its state contradict each other in, and how
/// many were compared.
fn contradictions(
    plan: &Outcomes,
    state: &Outcomes,
    labels: &BTreeSet<String>,
) -> (Vec<String>, usize) {
    let pairs = plan.iter().filter(|((_, label), _)| labels.contains(label));
    let pairs = pairs.filter_map(|(key, planned)| Some((key, *planned, *state.get(key)?)));
    let pairs: Vec<_> = pairs.collect();
    let is_wrong = |planned: Outcome, is: Outcome| {
        matches!(
            (planned, is),
            (Outcome::Pass, Outcome::Violation) | (Outcome::Violation, Outcome::Pass)
        )
    };
    let wrong = pairs.iter().filter(|(_, planned, is)| is_wrong(*planned, *is));
    let wrong = wrong.map(|((policy, label), planned, is)| {
        format!("{policy} on {label}: {} on the plan, {} then", planned.as_str(), is.as_str())
    });
    (wrong.collect(), pairs.len())
}

fn load(path: &Path) -> Option<Model> {
    let bytes = std::fs::read(path).unwrap();
    let document = Document { label: path.display().to_string(), bytes };
    let mut model = input::load(&document, None).ok()?.model;
    terraform::pending::add(&mut model);
    Some(model)
}

/// The directories to look for plans in.
fn roots() -> Vec<PathBuf> {
    let fixtures = ["scenarios", "terraform-1.11", "links", "plans"];
    let fixtures = fixtures.map(|name| support::path("fixtures").join(name));
    let corpus = support::corpus();
    let corpus = corpus.iter().flat_map(|c| [c.join("plans"), c.join("terraform-1.11")]);
    fixtures.into_iter().chain(corpus).collect()
}

fn files(is_wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let walk = roots().into_iter().flat_map(|root| {
        walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(|e| e.unwrap().into_path())
    });
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let is_example = |path: &PathBuf| !path.components().any(|c| c.as_os_str() == "src");
    walk.filter(|path| path.is_file() && is_example(path) && is_wanted(&name(path))).collect()
}

fn is_plan(name: &str) -> bool {
    name.ends_with(".json") && !name.contains("state") && !name.contains("expected")
}

fn is_state(name: &str) -> bool {
    ["state.json", "show-state.json", "show.json", "terraform.tfstate"].contains(&name)
}

/// The state that was made of the plan of a scenario.
fn applied(plan: &Path) -> Option<PathBuf> {
    let form = plan.parent()?;
    let name = |path: &Path| Some(path.file_name()?.to_str()?.to_owned());
    let state = format!("{}-{}.json", name(form.parent()?)?, name(form)?);
    Some(support::path("fixtures/applied").join(state)).filter(|path| path.is_file())
}

/// The managed resources that are in both as they are: what the plan knows is so in the state.
fn alike(plan: &Model, state: &Model) -> Vec<(usize, usize)> {
    let at: HashMap<String, usize> =
        state.resources.iter().enumerate().map(|(at, r)| (r.label(), at)).collect();
    let resources = plan.resources.iter().enumerate();
    let pairs = resources.filter_map(|(planned, resource)| {
        let then = *at.get(&resource.label())?;
        let known = resource.values.as_ref()?;
        let is = state.resources[then].values.as_ref()?;
        let is_same = resource.address.mode == Mode::Managed && agrees(known, is);
        is_same.then_some((planned, then))
    });
    pairs.collect()
}

/// True where everything that `known` says is so in `is`.
fn agrees(known: &Value, is: &Value) -> bool {
    match (known, is) {
        (Value::Null, _) => true,
        (Value::Object(known), Value::Object(is)) => {
            known.iter().all(|(name, value)| agrees(value, is.get(name).unwrap_or(&Value::Null)))
        }
        (Value::Array(known), Value::Array(is)) => {
            known.len() == is.len() && known.iter().zip(is).all(|(known, is)| agrees(known, is))
        }
        _ => known == is,
    }
}

/// Takes away what the provider chose, and nobody wrote: a plan is judged without it. What it named
/// stays.
fn forget_defaults(planned: &Resource, then: &mut Resource) {
    let mut values = then.values.take().unwrap_or_default();
    for path in planned.unknown.iter().filter(|path| !is_written(planned, path)) {
        let is_name = path.0.len() == 1 && path.name().is_some_and(|n| IDENTITIES.contains(&n));
        if !is_name {
            values = values.with(&path.0, &Value::Null);
        }
    }
    then.values = Some(values);
}

/// The names that providers gave.
fn given_names(state: &Model) -> Vec<String> {
    let values = state.resources.iter().filter_map(|resource| resource.values.as_ref());
    let names = values.flat_map(|values| IDENTITIES.map(|name| values.get(name)?.as_str()));
    let names = names.flatten().filter(|name| name.len() > 8);
    names.map(str::to_owned).collect()
}

/// Rego accepts no longer lines.
const LONGEST_LINE: usize = 1000;

/// Policies that ask for every argument that `resource` was written with: whether it is there, and
/// whether it is what it became.
///
/// `names` are those that providers give: no policy knows them.
fn probes(
    resource: &Resource,
    became: &Value,
    names: &[String],
    files: &mut BTreeMap<String, PolicyFile>,
) {
    let declaration = resource.declaration.iter();
    let written = declaration.flat_map(|d| d.arguments.as_object().into_iter().flatten());
    for (name, _) in written {
        let value = became.get(name).cloned().unwrap_or_default();
        let name = Value::String(name.clone()).to_json();
        for body in [
            format!("not input.values[{name}]"),
            format!("input.values[{name}]"),
            format!("input.values[{name}] == {}", value.to_json()),
            format!("input.values[{name}] != {}", value.to_json()),
        ]
        .into_iter()
        .filter(|body| body.len() < LONGEST_LINE && !names.iter().any(|name| body.contains(name)))
        {
            let number = files.len();
            let key = format!("{} {body}", resource.address.resource_type);
            files.entry(key).or_insert_with(|| {
                let text = format!(
                    "# METADATA\n# title: A probe\n# custom:\n#   severity: low\n#   resource_types: [{}]\npackage \
                     policies.cases.probe_{number}\n\ndeny contains {{\"message\": \"so it is\"}} if {body}\n",
                    resource.address.resource_type
                );
                let path = format!("cases/probe_{number}.rego");
                let source = Source::new(path.clone(), text);
                PolicyFile { path, origin: Origin::User, source }
            });
        }
    }
}

#[test]
fn a_plan_and_its_state_agree() {
    let built_in = engine_of(policy::built_in());
    let (mut resources, mut pairs, mut wrong) = (0, 0, Vec::new());
    let states = files(is_state);
    for path in files(is_plan) {
        let beside = states.iter().filter(|state| state.parent() == path.parent());
        let states = beside.cloned().chain(applied(&path));
        let Some(plan) = load(&path).filter(|model| model.kind == Kind::Plan) else { continue };
        for state in states {
            let Some(state) = load(&state).filter(|model| model.kind == Kind::State) else {
                continue;
            };
            let alike = alike(&plan, &state);
            let mut state = state;
            for &(planned, then) in &alike {
                forget_defaults(&plan.resources[planned], &mut state.resources[then]);
            }
            let names = given_names(&state);
            let mut files = BTreeMap::new();
            for &(planned, then) in &alike {
                let became = state.resources[then].values.clone().unwrap_or_default();
                probes(&plan.resources[planned], &became, &names, &mut files);
            }
            let probing = engine_of(files.into_values().collect());
            let labels = alike.iter().map(|(planned, _)| plan.resources[*planned].label());
            let labels: BTreeSet<String> = labels.collect();
            resources += labels.len();
            for engine in [&built_in, &probing] {
                let (planned, then) = (outcomes(engine, &plan), outcomes(engine, &state));
                let (found, number) = contradictions(&planned, &then, &labels);
                pairs += number;
                wrong.extend(found.iter().map(|text| format!("{}: {text}", path.display())));
            }
        }
    }
    support::say(&format!("{resources} resources in plan and state, {pairs} verdicts compared"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(resources > 20 && pairs > 200);
}

/// Larger plans are left out, for they say nothing else.
const MOST_RESOURCES: usize = 200;

/// How many states are made of each plan.
fn rounds() -> usize {
    std::env::var("HIDING").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// What apply makes of a plan: one of the states that could come of it.
struct Apply<'a> {
    plan: &'a Model,
    followed: HashMap<(usize, &'a str), Vec<&'a Followed>>,
    rng: TestRng,
    /// Resources with something of which nobody can say here what would become of it.
    open: HashSet<usize>,
}

/// Attributes by which a provider names what it makes, and that are not written.
const IDENTITIES: [&str; 6] = ["id", "arn", "self_link", "name", "bucket", "key_id"];

impl Apply<'_> {
    /// The state.
    fn state(&mut self) -> Model {
        let mut resources = Vec::new();
        for at in 0..self.plan.resources.len() {
            let resource = &self.plan.resources[at];
            let stays = resource.action.leaves_it_managed() && resource.deposed.is_none();
            let is_there = stays && resource.action != Action::Unknown;
            if let Some(values) = resource.values.clone().filter(|_| is_there) {
                resources.push(Resource {
                    action: Action::None,
                    action_reason: None,
                    previous_address: None,
                    importing: false,
                    replace_paths: Vec::new(),
                    values: Some(self.filled(at, values)),
                    before: None,
                    unknown: Vec::new(),
                    refinements: Vec::new(),
                    declaration: None,
                    ..resource.clone()
                });
            }
        }
        let model = self.plan.clone();
        Model {
            kind: Kind::State,
            resources,
            drift: Vec::new(),
            checks: Vec::new(),
            configuration: None,
            completeness: Default::default(),
            ..model
        }
    }

    /// The values of resource `at` with something in the place of everything unknown.
    fn filled(&mut self, at: usize, mut values: Value) -> Value {
        let resource = &self.plan.resources[at];
        for path in &resource.unknown {
            if let Some(value) = self.value(at, path) {
                values = values.with(&path.0, &value);
            }
        }
        for name in ["id", "arn"] {
            let path = AttributePath(vec![PathStep::Key(name.into())]);
            if resource.unknown.contains(&path) {
                values = values.with(&path.0, &self.identity(at, name));
            }
        }
        values
    }

    /// The value at an unknown `path`; None for absent.
    fn value(&mut self, at: usize, path: &AttributePath) -> Option<Value> {
        let name = path.name()?.to_owned();
        if !is_written(&self.plan.resources[at], path) {
            let is_root = path.0.len() == 1;
            return (is_root && IDENTITIES.contains(&&*name)).then(|| self.identity(at, &name));
        }
        let argument = path.argument();
        let followed = self.followed.get(&(at, &*argument)).cloned().unwrap_or_default();
        let is_list = name.ends_with('s') && !name.ends_with("ss") && path.0.len() == 1;
        match followed.as_slice() {
            [one] if one.stops.is_empty() && one.to.len() == 1 => {
                let value = self.named(one.to[0], &one.reference, &name);
                Some(if is_list { Value::Array(vec![value].into()) } else { value })
            }
            [] => Some(self.anything(&name)),
            several if several.iter().all(|one| one.to.is_empty()) => Some(self.anything(&name)),
            _ => {
                self.open.insert(at);
                None
            }
        }
    }

    /// What `reference`, which leads to resource `at`, comes to in the argument `name`.
    fn named(&self, at: usize, reference: &str, name: &str) -> Value {
        let last = reference.rsplit('.').next().unwrap_or_default();
        let attribute = last.split('[').next().unwrap_or_default();
        let values = self.plan.resources[at].values.as_ref();
        let known = values.and_then(|values| values.get(attribute)).cloned();
        match known.filter(|value| *value != Value::Null) {
            Some(value) => value,
            None if IDENTITIES.contains(&attribute) => self.identity(at, attribute),
            None if name.ends_with("arn") || name.ends_with("arns") => self.identity(at, "arn"),
            None => self.identity(at, "id"),
        }
    }

    /// The name that the provider gives to resource `at`: another for each.
    fn identity(&self, at: usize, name: &str) -> Value {
        let resource = &self.plan.resources[at];
        let kind = &resource.address.resource_type;
        let known = resource.values.as_ref().and_then(|v| v.get("bucket")).and_then(Value::as_str);
        let text = match (name, known) {
            ("arn", _) => format!("arn:aws:made:eu-central-1:111122223333:{kind}/{at}"),
            ("id" | "bucket", Some(bucket)) if &**kind == "aws_s3_bucket" => bucket.to_owned(),
            _ => format!("{kind}-{at}"),
        };
        Value::String(text.into())
    }

    /// What a variable could hold.
    fn anything(&mut self, name: &str) -> Value {
        let texts = ["", "*", "x", "0.0.0.0/0", "::/0", "10.0.0.0/8", "true", "public-read", "22"];
        let text = || -> Value { Value::String("".into()) };
        let pick = self.rng.next_u32() as usize;
        let chosen = texts.get(pick % (texts.len() + 3)).map(|t| Value::String((*t).into()));
        let value = match (chosen, pick % 2) {
            (Some(value), _) => value,
            (None, 0) => Value::Bool(pick.is_multiple_of(4)),
            (None, _) => text(),
        };
        let is_list = name.ends_with('s') && matches!(value, Value::String(_));
        if is_list { Value::Array(vec![value].into()) } else { value }
    }
}

/// True when the argument at `path` was written, in any block of its name.
fn is_written(resource: &Resource, path: &AttributePath) -> bool {
    let Some(declaration) = &resource.declaration else { return true };
    let mut written = vec![&declaration.arguments];
    for step in &path.0 {
        if written.iter().any(|value| matches!(value, Value::Bool(_))) {
            return true;
        }
        if let PathStep::Key(name) = step {
            let blocks = written.iter().flat_map(|value| match value {
                Value::Array(blocks) => blocks.iter().collect::<Vec<_>>(),
                other => vec![*other],
            });
            written = blocks.filter_map(|block| block.get(name)).collect();
        }
    }
    !written.is_empty()
}

/// The resources that have nothing to do with an open one.
fn settled(plan: &Model, links: &[Pair], open: &HashSet<usize>) -> BTreeSet<String> {
    let both = links.iter().flat_map(|link| [(link.from, link.to), (link.to, link.from)]);
    let beside: HashSet<usize> =
        both.filter(|(_, to)| open.contains(to)).map(|(from, _)| from).collect();
    let all = plan.resources.iter().enumerate();
    let settled = all.filter(|(at, _)| !open.contains(at) && !beside.contains(at));
    settled.map(|(_, resource)| resource.label()).collect()
}

#[test]
fn what_passes_on_a_plan_passes_in_every_state_that_comes_of_it() {
    let engine = engine_of(policy::built_in());
    let (mut states, mut pairs, mut violations, mut wrong) = (0, 0, 0, Vec::new());
    for path in files(is_plan) {
        let plan = load(&path).filter(|model| model.kind == Kind::Plan);
        let Some(plan) = plan.filter(|plan| plan.configuration.is_some()) else { continue };
        let planned = match plan.resources.len() {
            0..=MOST_RESOURCES => outcomes(&engine, &plan),
            _ => continue,
        };
        if planned.is_empty() {
            continue;
        }
        let followed = engine::references(&plan);
        let links = engine::links(&plan);
        let mut by_argument: HashMap<(usize, &str), Vec<&Followed>> = HashMap::new();
        for one in &followed {
            by_argument.entry((one.from, &*one.argument)).or_default().push(one);
        }
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut apply = Apply { plan: &plan, followed: by_argument, rng, open: HashSet::new() };
        for _ in 0..rounds() {
            let state = apply.state();
            let then = outcomes(&engine, &state);
            let settled = settled(&plan, &links, &apply.open);
            let (found, number) = contradictions(&planned, &then, &settled);
            states += 1;
            pairs += number;
            violations += then.values().filter(|o| **o == Outcome::Violation).count();
            wrong.extend(found.iter().map(|text| format!("{}: {text}", path.display())));
        }
    }
    support::say(&format!(
        "{states} states, {pairs} verdicts compared, {violations} violations in the states"
    ));
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(states > 12 * rounds() && pairs > 100 * rounds() && violations > 20 * rounds());
}
