//! What plans really hold, and the outcome that is right: the tables of `fixtures/semantics`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use plangate::base::Source;
use plangate::check::{self, Options, Policies};
use plangate::config::{Config, Layers};
use plangate::finding::{Change, FailOn, Outcome};
use plangate::input::Document;
use plangate::policy::PolicySet;
use plangate::report::Report;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support;

/// One row: what is given, and the outcomes of one policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, in a sentence.
    case: String,
    /// The situation it belongs to, where several cases show one.
    #[serde(default)]
    row: String,
    /// The id or alias of a built-in policy.
    policy: Option<String>,
    /// All built-in policies judge, not that one alone.
    #[serde(default)]
    beside_all: bool,
    /// Or the text of a policy.
    rego: Option<String>,
    /// The elements of `resource_changes`, in short.
    #[serde(default)]
    resources: Vec<Given>,
    /// Members of the plan besides, for `resources`.
    #[serde(default)]
    with: BTreeMap<String, Value>,
    /// Or a whole document.
    plan: Option<Value>,
    /// Or a file of the project.
    file: Option<String>,
    /// The Terraform source of it, by file name.
    #[serde(default)]
    source: BTreeMap<String, String>,
    #[serde(default)]
    allow_incomplete: bool,
    /// The text of a `plangate.toml`.
    config: Option<String>,
    /// The outcome by address; that of the plan as a whole is at the empty text.
    #[serde(default)]
    expect: BTreeMap<String, String>,
    /// What the finding has to do with the plan by address: `introduced`, `worsened`,
    /// `persisting` or `fixed`; `none` where there is no finding, or nobody can tell.
    #[serde(default)]
    changes: BTreeMap<String, String>,
    /// Only findings that the plan introduces close the gate.
    #[serde(default)]
    fail_on_introduced: bool,
    /// The exit code.
    exit: Option<u8>,
    /// Words of a reason, a message, a problem or a notice.
    because: Option<String>,
}

/// A resource of the root module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    address: String,
    #[serde(default = "create")]
    action: Vec<String>,
    #[serde(default)]
    before: Value,
    #[serde(default)]
    after: Value,
    #[serde(default = "nothing")]
    unknown: Value,
    #[serde(default = "nothing")]
    sensitive: Value,
    /// Its arguments in the configuration; none to leave its block out.
    expressions: Option<Value>,
    /// Members of the change besides.
    #[serde(default)]
    with: BTreeMap<String, Value>,
}

fn create() -> Vec<String> {
    vec!["create".to_owned()]
}

fn nothing() -> Value {
    json!({})
}

impl Given {
    /// Its type, its name, and its key.
    fn parts(&self) -> (&str, &str, Option<Value>) {
        let (block, key) = match self.address.split_once('[') {
            Some((block, key)) => (block, Some(key.trim_end_matches(']'))),
            None => (&*self.address, None),
        };
        let block = block.strip_prefix("data.").unwrap_or(block);
        let (resource_type, name) = block.split_once('.').expect("a type and a name");
        (resource_type, name, key.map(|key| serde_json::from_str(key).expect("a key")))
    }

    fn mode(&self) -> &str {
        if self.address.starts_with("data.") { "data" } else { "managed" }
    }

    fn provider(&self) -> (String, String) {
        let (resource_type, ..) = self.parts();
        let name = resource_type.split('_').next().unwrap_or_default();
        (name.to_owned(), format!("registry.terraform.io/hashicorp/{name}"))
    }

    fn change(&self) -> Value {
        let (resource_type, name, key) = self.parts();
        let mut change = json!({
            "address": self.address, "mode": self.mode(), "type": resource_type, "name": name,
            "provider_name": self.provider().1,
            "change": {
                "actions": self.action, "before": self.before, "after": self.after,
                "after_unknown": self.unknown, "after_sensitive": self.sensitive,
                "before_sensitive": {},
            },
        });
        if let Some(key) = key {
            change["index"] = key;
        }
        for (name, value) in &self.with {
            match name.strip_prefix("change.") {
                Some(name) => change["change"][name] = value.clone(),
                None => change[name] = value.clone(),
            }
        }
        change
    }

    fn block(&self) -> Option<Value> {
        let (resource_type, name, _) = self.parts();
        let prefix = if self.mode() == "data" { "data." } else { "" };
        let expressions = self.expressions.as_ref()?;
        Some(json!({
            "address": format!("{prefix}{resource_type}.{name}"), "mode": self.mode(),
            "type": resource_type, "name": name, "provider_config_key": self.provider().0,
            "expressions": expressions,
        }))
    }
}

/// The built-in policies, each loaded alone when a case asks for it.
struct BuiltIn {
    /// Ids by id and alias.
    ids: BTreeMap<String, String>,
    loaded: Mutex<BTreeMap<String, &'static Policies>>,
}

impl BuiltIn {
    fn new() -> Self {
        let mut ids = BTreeMap::new();
        // Those that wait for a parameter too.
        for policy in PolicySet::load(plangate::policy::built_in()).policies.values() {
            let names = policy.metadata.aliases.iter().cloned();
            for name in names.chain([policy.id.to_string()]) {
                ids.insert(name, policy.id.to_string());
            }
        }
        BuiltIn { ids, loaded: Mutex::default() }
    }

    fn alone(&self, id: &str) -> &'static Policies {
        let mut loaded = self.loaded.lock().unwrap();
        let none: &[&Path] = &[];
        let load = || support::keep(Policies::load(none, &support::only(&[id])));
        loaded.entry(id.to_owned()).or_insert_with(load)
    }
}

impl Case {
    fn document(&self, directory: &Path) -> Document {
        if let Some(file) = &self.file {
            return support::document(file);
        }
        let plan = self.plan.clone().unwrap_or_else(|| self.assembled());
        let label = directory.join("plan.json");
        let text = serde_json::to_string(&plan).unwrap();
        support::text_document(label.to_str().unwrap(), &text)
    }

    fn assembled(&self) -> Value {
        let changes: Vec<Value> = self.resources.iter().map(Given::change).collect();
        let mut blocks: Vec<Value> = Vec::new();
        for block in self.resources.iter().filter_map(Given::block) {
            if blocks.iter().all(|known| known["address"] != block["address"]) {
                blocks.push(block);
            }
        }
        let mut plan = json!({
            "format_version": "1.2", "terraform_version": "1.11.4", "complete": true,
            "resource_changes": changes,
            "configuration": {"root_module": {"resources": blocks}},
        });
        for (name, value) in &self.with {
            plan[name] = value.clone();
        }
        plan
    }

    /// The policy that the case is about, alone, and its id.
    fn policies(&self, directory: &Path, built_in: &BuiltIn) -> (&'static Policies, String) {
        if let Some(name) = &self.policy {
            let id = built_in.ids.get(name);
            let id = id.unwrap_or_else(|| panic!("{}: no policy {name}", self.case));
            let none: &[&Path] = &[];
            let policies = match (&self.config, self.beside_all) {
                (None, true) => support::built_in(),
                (None, false) => built_in.alone(id),
                (Some(_), _) => support::keep(Policies::load(none, &self.only(directory, id))),
            };
            return (policies, id.clone());
        }
        let text = self.rego.as_ref().unwrap_or_else(|| panic!("{}: no policy", self.case));
        let package = text.lines().find_map(|line| line.strip_prefix("package policies."));
        let package = package.unwrap_or_else(|| panic!("{}: no package", self.case)).trim();
        let path =
            directory.join("policies").join(package.replace('.', "/")).with_extension("rego");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        let id = package.replace(['.', '_'], "-");
        let policies = Policies::load(&[directory.join("policies")], &self.only(directory, &id));
        assert!(policies.errors.is_empty(), "{}: {:?}", self.case, policies.errors);
        assert!(policies.config_errors.is_empty(), "{}: {:?}", self.case, policies.config_errors);
        (support::keep(policies), id)
    }

    fn run(&self, built_in: &BuiltIn) -> (Report, Document, String) {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in &self.source {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (policies, id) = self.policies(directory.path(), built_in);
        let options = self.options(directory.path());
        let document = self.document(directory.path());
        let copy = Document { label: document.label.clone(), bytes: document.bytes.clone() };
        let (report, _) =
            check::check(vec![document], Vec::new(), policies, &options, &support::Silent);
        (report, copy, id)
    }

    /// The options of the case, which select a single policy.
    fn only(&self, directory: &Path, id: &str) -> Options {
        let mut options = self.options(directory);
        options.config.policies.only = support::only(&[id]).config.policies.only;
        options
    }

    fn options(&self, directory: &Path) -> Options {
        let source = (!self.source.is_empty()).then(|| directory.to_str().unwrap().to_owned());
        let fail_on = if self.fail_on_introduced { FailOn::Introduced } else { FailOn::All };
        let file = self.config.as_ref().map(|text| Source::new("plangate.toml", text.clone()));
        let layers = Layers { file, variables: BTreeMap::new(), flags: BTreeMap::new() };
        let config = Config::read(&layers).unwrap_or_else(|e| panic!("{}: {e:?}", self.case));
        let allow_incomplete = self.allow_incomplete;
        Options { allow_incomplete, source, fail_on, config, ..Options::default() }
    }

    /// What is wrong with the outcomes.
    fn faults(&self, built_in: &BuiltIn) -> Vec<String> {
        let (report, document, id) = self.run(built_in);
        let mut faults = Vec::new();
        for (address, expected) in &self.expect {
            let actual = outcome(&report, &document, &id, address);
            if actual != *expected {
                faults.push(format!("{address} is {actual} instead of {expected}"));
            }
        }
        for (address, expected) in &self.changes {
            let findings = report.findings.iter().chain(&report.fixed);
            let of_it = findings.filter(|f| f.policy.as_str() == id && f.address == *address);
            let mut changes: Vec<&str> =
                of_it.map(|f| f.change.map_or("none", Change::as_str)).collect();
            changes.sort_unstable();
            let actual = if changes.is_empty() { "none".to_owned() } else { changes.join(", ") };
            if actual != *expected {
                faults.push(format!("the change of {address} is {actual} instead of {expected}"));
            }
        }
        let code = report.gate.exit_code();
        if let Some(expected) = self.exit.filter(|expected| *expected != code) {
            faults.push(format!("the exit code is {code} instead of {expected}"));
        }
        if let Some(words) = &self.because {
            let said = said(&report, &id);
            if !said.iter().any(|text| text.contains(words.as_str())) {
                faults.push(format!("nothing says `{words}`, but: {}", said.join(" | ")));
            }
        }
        assert!(
            !self.expect.is_empty() || !self.changes.is_empty() || self.exit.is_some(),
            "{}: a case expects something",
            self.case
        );
        faults
    }
}

/// Everything that a reader of the report is told about the policy, or about the run.
fn said(report: &Report, id: &str) -> Vec<String> {
    let findings = report.findings.iter().filter(|finding| finding.policy.as_str() == id);
    let told = findings.flat_map(|finding| [Some(finding.message.clone()), finding.reason.clone()]);
    let problems = report.problems.iter().map(|problem| problem.message.clone());
    told.flatten().chain(problems).chain(report.notices.iter().cloned()).collect()
}

/// The outcome of a policy on a resource; a report names those that are no finding by number.
fn outcome(report: &Report, document: &Document, id: &str, address: &str) -> String {
    let mut findings = report.findings.iter();
    let found = findings.find(|f| f.policy.as_str() == id && f.address == address);
    if let Some(finding) = found {
        return finding.outcome.as_str().to_owned();
    }
    let Some((_, counts)) = report.by_policy.iter().find(|(policy, _)| policy.as_str() == id)
    else {
        return "not judged".to_owned();
    };
    let policy = report.policies.iter().find(|policy| policy.id.as_str() == id).unwrap();
    let model = support::load(document).expect("judged, so it can be read");
    let resource = model.resources.iter().find(|resource| resource.label() == address);
    let is_judged = resource.is_none_or(|resource| {
        policy.metadata.actions.contains(&resource.action) && resource.deposed.is_none()
    });
    let is_whole = address.is_empty() && counts.get(Outcome::NotApplicable) == 1;
    let outcome = if is_judged && !is_whole { Outcome::Pass } else { Outcome::NotApplicable };
    if counts.get(outcome) == 0 {
        return format!("not {}", outcome.as_str());
    }
    outcome.as_str().to_owned()
}

fn tables() -> Vec<(String, Vec<Case>)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(support::path("fixtures/semantics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let cases = serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name, cases)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_case_has_its_outcome() {
    let built_in = BuiltIn::new();
    let only = std::env::var("CASE").unwrap_or_default();
    let mut names = std::collections::BTreeSet::new();
    let tables = tables();
    let mut wanted = Vec::new();
    for (topic, case) in tables.iter().flat_map(|(topic, c)| c.iter().map(move |c| (topic, c))) {
        assert!(names.insert(&case.case), "two cases are called `{}`", case.case);
        if format!("{topic}: {}", case.case).contains(&only) {
            wanted.push((topic, case));
        }
    }
    let judged = wanted.par_iter().map(|(topic, case)| (topic, case, case.faults(&built_in)));
    let mut wrong = Vec::new();
    for (topic, case, faults) in judged.collect::<Vec<_>>() {
        let mark = if faults.is_empty() { "right" } else { "WRONG" };
        let outcomes: Vec<&str> = case.expect.values().map(String::as_str).collect();
        support::say(&format!(
            "{mark} {topic:<12} {:<16} {:<28} {}",
            case.row,
            outcomes.join(", "),
            case.case
        ));
        wrong.extend(faults.iter().map(|fault| format!("{topic}: {}: {fault}", case.case)));
    }
    support::say(&format!("{} cases", names.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The situations that there must be cases of.
fn rows() -> Vec<String> {
    let text = std::fs::read_to_string(support::path("fixtures/semantics/rows.txt")).unwrap();
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| line.split_once('|').expect("two cells").0.trim().to_owned()).collect()
}

#[test]
fn every_situation_has_a_case() {
    let cases: Vec<Case> = tables().into_iter().flat_map(|(_, cases)| cases).collect();
    let rows = rows();
    let mut missing = Vec::new();
    for row in &rows {
        let number = cases.iter().filter(|case| case.row == *row).count();
        support::say(&format!("{number:>3} {row}"));
        if number == 0 {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "no case shows {missing:?}");
    assert!(rows.len() >= 40 && cases.len() >= 120, "{} rows, {}", rows.len(), cases.len());
}
