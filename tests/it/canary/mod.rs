//! No secret leaves, by any way out: canaries in every place that can hold a secret, policies that
//! print whatever they see, and every command, format and error.

mod looks;
mod plan;
mod policy;
mod shape;
mod source;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use plangate::base::secret::{Scrubbed, Secrets, Syntax};
use plangate::check::{self, Options, Policies};
use plangate::input::Document;
use plangate::report::{REPORTERS, Report, Reporter};
use serde_json::{Value, json};

use crate::support::{self, Silent, say};
use shape::{named, plain, sightings};

/// What is judged, and the numbers of the canaries in it that are secret and that a policy sees.
struct Case {
    name: &'static str,
    files: Vec<(&'static str, Vec<u8>)>,
    input: &'static str,
    has_source: bool,
    seen: Vec<usize>,
}

impl Case {
    fn write(&self, directory: &Path) {
        for (name, bytes) in &self.files {
            let path = directory.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

fn case(name: &'static str, input: &'static str, bytes: Vec<u8>, seen: Vec<usize>) -> Case {
    Case { name, files: vec![(input, bytes)], input, has_source: false, seen }
}

/// Every kind of document; a few, unless everything is tried.
fn cases() -> Vec<Case> {
    let (plan, seen) = plan::plan(every());
    let compact = plan.to_string().into_bytes();
    let (raw, of_raw) = plan::raw_state(0);
    let mut cases = vec![
        case("a plan on one line", "plan.json", compact, seen.clone()),
        case("raw state", "terraform.tfstate", raw_state_bytes(&raw), of_raw.numbers),
    ];
    if is_whole() {
        let pretty = serde_json::to_vec_pretty(&plan).unwrap();
        let (state, of_state) = plan::state();
        let state = serde_json::to_vec_pretty(&state).unwrap();
        let (saved, of_saved) = source::saved_plan();
        cases.push(case("a plan on many lines", "plan.json", pretty, seen));
        cases.push(case("state", "state.json", state, of_state));
        cases.push(case("a saved plan file", "plan.out", saved, of_saved));
        cases.push(beside_its_source());
    }
    cases
}

fn beside_its_source() -> Case {
    let (sources, plan, seen) = source::beside_a_plan();
    let mut files: Vec<(&str, Vec<u8>)> =
        sources.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    files.push(("plan.json", plan.to_string().into_bytes()));
    Case { name: "a plan beside its source", files, input: "plan.json", has_source: true, seen }
}

/// True where everything is tried: `CANARY=1 cargo test --test it canary`.
fn is_whole() -> bool {
    std::env::var_os("CANARY").is_some()
}

/// Which shapes of secrets stand in each place of a plan: each, or each fourth.
fn every() -> usize {
    if is_whole() { 1 } else { 4 }
}

/// Raw state with a resource that holds everything once more.
fn raw_state_bytes(state: &Value) -> Vec<u8> {
    let (_, echo) = plan::raw_state(0);
    let mut state = state.clone();
    for (name, values) in echo.resources() {
        let instance = json!({"schema_version": 0, "attributes": values});
        let block = plan::raw("terraform_data", &name, instance);
        state["resources"].as_array_mut().unwrap().push(block);
    }
    serde_json::to_vec_pretty(&state).unwrap()
}

/// The policies that print what they see, and those that fail at it.
fn policies() -> &'static Policies {
    static POLICIES: OnceLock<Policies> = OnceLock::new();
    POLICIES.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let number = policy::write_talkative(directory.path());
        let number = number + policy::write_faulty(directory.path());
        let policies = Policies::load(&[directory.path()], &Options::default());
        assert!(policies.errors.is_empty(), "{:?}", policies.errors);
        assert!(policies.iter().count() > number, "the built-in policies are there, too");
        policies
    })
}

/// The report on a case, and its secrets, which are still in it.
fn gathered(case: &Case) -> (Report, Secrets) {
    let directory = tempfile::tempdir().unwrap();
    case.write(directory.path());
    let bytes = std::fs::read(directory.path().join(case.input)).unwrap();
    let document = Document { label: case.input.to_owned(), bytes };
    let source = case.has_source.then(|| directory.path().display().to_string());
    let options = Options { allow_incomplete: true, source, ..Options::default() };
    let (report, errors, secrets) =
        check::gather(vec![document], Vec::new(), policies(), &options, &Silent);
    assert!(errors.is_empty(), "{}: {errors:?}", case.name);
    (report, secrets)
}

/// What a run of the program printed.
fn run(directory: &Path, arguments: &[&str]) -> (i32, Vec<(String, String)>) {
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let streams = vec![
        ("standard output".to_owned(), text(&output.stdout)),
        ("standard error".to_owned(), text(&output.stderr)),
    ];
    (output.status.code().unwrap(), streams)
}

fn assert_clean(case: &str, texts: &[(String, String)]) {
    for (name, text) in texts {
        let found = sightings(text);
        let first: Vec<&String> = found.iter().take(10).collect();
        assert!(found.is_empty(), "{case}: {name} holds {} pieces: {first:#?}", found.len());
    }
}

/// In every format each place is spoken of, and no canary is shown, neither in what a reporter makes
/// of the report, nor behind the sink.
#[test]
fn no_canary_leaves_by_any_report() {
    for case in cases() {
        let (mut report, secrets) = gathered(&case);
        let seen: BTreeSet<usize> = case.seen.iter().copied().collect();
        for reporter in REPORTERS {
            let text = support::render(&report, reporter.name);
            // The pretty report quotes the input where it is marked, but cuts long lines.
            let (found, allowed) = match reporter.name {
                "pretty" => (&plain(&text) | &named(&text), seen.len() / 10),
                _ => (named(&text), 0),
            };
            let missing: Vec<_> = seen.difference(&found).collect();
            assert!(missing.len() <= allowed, "{} as {}: {missing:?}", case.name, reporter.name);
        }
        let (count, findings) = (secrets.len(), report.findings.len());
        say(&format!(
            "{}: {} canaries, {count} secrets, {findings} findings",
            case.name,
            seen.len()
        ));
        report.hide(&secrets);
        for reporter in REPORTERS {
            let text = support::render(&report, reporter.name);
            let clean = behind_the_sink(&report, reporter, &text);
            if reporter.syntax == Syntax::Json {
                serde_json::from_str::<Value>(&clean).unwrap();
            }
            assert!(clean.contains("(sensitive)"), "{} as {}", case.name, reporter.name);
            let texts = [(reporter.name.to_owned(), text), ("the sink".to_owned(), clean)];
            assert_clean(case.name, &texts[1..]);
        }
    }
}

fn behind_the_sink(report: &Report, reporter: &Reporter, text: &str) -> String {
    let mut bytes = Vec::new();
    let mut out = Scrubbed::new(&mut bytes, &report.scrubber, reporter.syntax);
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The process as a whole: both streams, in colour, files, and the baseline.
#[test]
fn no_canary_leaves_the_process() {
    let case = beside_its_source();
    let directory = tempfile::tempdir().unwrap();
    case.write(directory.path());
    policy::write_talkative(&directory.path().join("talkative"));
    policy::write_faulty(&directory.path().join("faulty"));
    let common = [case.input, "--policy", "talkative", "--source", "."];
    let formats = ["-f", "pretty", "--color", "always", "-f", "json=report.json"];
    let failing = ["--policy", "faulty"];
    let (code, mut texts) =
        run(directory.path(), &[&["check"], &common[..], &failing, &formats].concat());
    assert_eq!(code, 4, "some policies fail: {}", texts[1].1);
    let (code, said) = run(directory.path(), &[&["baseline"], &common[..]].concat());
    assert_eq!(code, 0, "{}", said[1].1);
    texts.extend(said);
    for file in ["report.json", "plangate-baseline.json"] {
        let text = std::fs::read_to_string(directory.path().join(file)).unwrap();
        assert!(text.contains("(sensitive)"), "{file} hides nothing");
        texts.push((file.to_owned(), text));
    }
    assert_clean(case.name, &texts);
}

/// A document that cannot be read has secrets, too, and nobody knows which.
#[test]
fn no_canary_leaves_by_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let (plan, _) = plan::plan(every());
    let text = serde_json::to_string(&plan).unwrap();
    let (saved, _) = source::saved_plan();
    let mut broken: Vec<Vec<u8>> = Vec::new();
    for at in (1..40).step_by(if is_whole() { 1 } else { 5 }) {
        let mut cut = text.as_bytes()[..text.len() * at / 40].to_vec();
        broken.push(cut.clone());
        cut.extend(b"\"]}}\\u12 canary-s3cr3t-0001");
        broken.push(cut);
        broken.push(saved[..saved.len() * at / 40].to_vec());
    }
    let secret = || shape::canary(1, 0);
    let mut plan = plan;
    plan.as_object_mut().unwrap().values_mut().for_each(shorten);
    // Versions are named, and are nobody's secret.
    let members = plan.as_object().unwrap().keys().filter(|key| !key.ends_with("_version"));
    for member in members {
        for wrong in [secret(), json!([secret()]), json!({"x": secret()}), json!([{"x": secret()}])]
        {
            let mut plan = plan.clone();
            plan[member] = wrong;
            broken.push(plan.to_string().into_bytes());
        }
    }
    let resource = plan["resource_changes"][0].as_object().unwrap();
    let change = resource["change"].as_object().unwrap();
    let places =
        resource.keys().map(|key| (false, key)).chain(change.keys().map(|key| (true, key)));
    for (is_change, key) in
        places.filter(|(_, key)| !["mode", "type", "name", "actions"].contains(&key.as_str()))
    {
        for wrong in [json!([secret()]), json!({"x": secret()}), json!([{"x": secret()}])] {
            let mut plan = plan.clone();
            let at = &mut plan["resource_changes"][0];
            let at = if is_change { &mut at["change"] } else { at };
            at[key] = wrong;
            broken.push(plan.to_string().into_bytes());
        }
    }
    for (at, bytes) in broken.iter().enumerate() {
        std::fs::write(directory.path().join(format!("{at}.json")), bytes).unwrap();
    }
    let (code, texts) = run(directory.path(), &["check", "."]);
    assert_eq!(code, 3, "{}", texts[0].1);
    let refused = texts[1].1.matches("help:").count();
    assert!(refused > broken.len() / 2, "{refused} of {}: {}", broken.len(), texts[1].1);
    assert_clean("broken documents", &texts);
    for at in (0..broken.len()).step_by(10) {
        let (_, texts) = run(directory.path(), &["convert", &format!("{at}.json")]);
        assert_clean("a broken document", &texts);
    }
}

/// Leaves a few elements of each list and of each large object: with many secrets a plan takes long.
fn shorten(value: &mut Value) {
    match value {
        Value::Array(elements) => {
            elements.truncate(3);
            elements.iter_mut().for_each(shorten);
        }
        Value::Object(members) => {
            if members.len() > 12 {
                let names: Vec<String> = members.keys().skip(3).cloned().collect();
                names.iter().for_each(|name| drop(members.remove(name)));
            }
            members.values_mut().for_each(shorten);
        }
        _ => {}
    }
}

/// What the commands read. Whoever adds one says so here, and shows above that it prints no
/// canary.
const COMMANDS: &[(&str, &str)] = &[
    ("check", "documents: its reports and errors are above"),
    ("baseline", "documents: see `no_canary_leaves_the_process`"),
    ("config", "no document"),
    ("conftest", "documents: see `policies_of_other_tools_print_no_canary`"),
    ("convert", "documents: its errors are above, and its output is what it was asked for"),
    ("eval", "documents without their secrets: see `no_canary_leaves_by_a_look`"),
    ("explain", "documents without their secrets: see `no_canary_leaves_by_a_look`"),
    ("init", "no document"),
    ("inspect", "documents without their secrets: see `no_canary_leaves_by_a_look`"),
    ("lint", "the names of types and attributes in documents, and no values"),
    ("new", "no document"),
    ("policies", "no document"),
    ("test", "documents that cases name: their secrets are known before a result is printed"),
    ("verify", "a report, which holds no canary, and the digest of a document"),
    ("help", "nothing"),
];

#[test]
fn every_command_is_looked_at() {
    let (code, texts) = run(support::root(), &["--help"]);
    let commands = texts[0].1.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let named: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let named: BTreeSet<&str> = named.into_iter().collect();
    let known: BTreeSet<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    assert_eq!((code, named), (0, known));
}

/// A plan as JSON is the plan: whoever asks for it gets its values, as Terraform gives them.
#[test]
fn a_converted_plan_holds_its_secrets() {
    let plan = "fixtures/scenarios/state-and-secrets/violating/plan.out";
    let (code, texts) = run(support::root(), &["convert", plan]);
    assert_eq!(code, 0);
    assert!(!sightings(&texts[0].1).is_empty() && texts[1].1.is_empty());
    let (_, help) = run(support::root(), &["convert", "--help"]);
    assert!(help[0].1.contains("Sensitive values are printed as they are"));
}

/// The words of formats are no secrets: a report is one whatever is secret.
#[test]
fn a_report_stays_one_whatever_is_secret() {
    let plan = "fixtures/plans/changes.json";
    let report = || {
        let (documents, options) = (vec![support::document(plan)], Options::default());
        check::gather(documents, Vec::new(), support::built_in(), &options, &Silent).0
    };
    let bare = report();
    for reporter in REPORTERS.iter().filter(|reporter| reporter.name != "pretty") {
        let text = support::render(&bare, reporter.name);
        let whole: Value = serde_json::from_str(&text).unwrap();
        let mut words = BTreeSet::new();
        own_words(&whole, &mut words);
        assert!(words.len() > 10, "{words:?}");
        let mut report = report();
        report.hide(&words.iter().map(|word| Arc::from(word.as_str())).collect());
        let text = support::render(&report, reporter.name);
        let clean: Value =
            serde_json::from_str(&behind_the_sink(&report, reporter, &text)).unwrap();
        assert_eq!(clean, whole, "{}", reporter.name);
    }
}

/// Adds the strings that a format says in its own words: those at members with these names.
fn own_words(value: &Value, words: &mut BTreeSet<String>) {
    const MEMBERS: &[&str] = &[
        "$schema",
        "action",
        "baselineState",
        "change",
        "columnKind",
        "enforcement",
        "gate",
        "kind",
        "level",
        "locationPrecision",
        "outcome",
        "precision",
        "severity",
        "version",
        "semanticVersion",
        "ruleId",
    ];
    match value {
        Value::Array(elements) => elements.iter().for_each(|value| own_words(value, words)),
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(word) if MEMBERS.contains(&name.as_str()) => {
                        words.insert(word.to_owned());
                    }
                    _ => own_words(value, words),
                }
            }
        }
        _ => {}
    }
}
