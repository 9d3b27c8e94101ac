//! Policies for other tools: what their rules say, and what is refused at load.

use std::time::Duration;

use plangate::base::Source;
use plangate::check::{self, Options, Policies};
use plangate::config::{Config, Layers};
use plangate::engine::raw::{RawInput, RawProgram};
use plangate::input;
use plangate::policy::PolicyError;
use plangate::policy::raw::{Namespaces, RawSet};

use crate::{schema, support};

const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[
  {"address":"aws_x.a","mode":"managed","type":"aws_x","name":"a",
   "provider_name":"registry.terraform.io/hashicorp/aws",
   "change":{"actions":["create"],"before":null,
     "after":{"name":"a","tags":null,"list":[1,2],"secret":"canary-s3cr3t-0001"},
     "after_unknown":{"id":true},"before_sensitive":false,
     "after_sensitive":{"secret":true}}}]}"#;

fn program(modules: &[&str], data: &[(&str, &str)]) -> Result<RawProgram, Vec<PolicyError>> {
    let source = |(at, text): (usize, &&str)| Source::new(format!("policy/{at}.rego"), *text);
    let namespaces = Namespaces::Named(vec!["main".to_owned()]);
    let set = RawSet {
        modules: modules.iter().enumerate().map(source).collect(),
        data: data.iter().map(|(name, text)| Source::new(*name, *text)).collect(),
        ..RawSet::new("policy".to_owned(), namespaces)
    };
    RawProgram::new(&set, Duration::from_secs(1))
}

/// What the rules of `modules` say of the plan: `rule outcome: messages`, and reasons of errors.
fn said(modules: &[&str], data: &[(&str, &str)]) -> String {
    let program = match program(modules, data) {
        Ok(program) => program,
        Err(errors) => panic!("{modules:?}: {errors:?}"),
    };
    let document = support::text_document("plan.json", PLAN);
    let model = input::load(&document, None).unwrap().model;
    let verdicts = program.judge(&RawInput::whole(PLAN).unwrap(), &model);
    let lines = verdicts.into_iter().map(|verdict| {
        let texts: Vec<String> = verdict.messages.into_iter().map(|message| message.text).collect();
        let reason = verdict.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let (name, outcome) = (&verdict.rule.name, verdict.outcome.as_str());
        format!("{name} {outcome}: {}{reason}", texts.join(", "))
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// Bodies of modules of the package `main`, and what is said.
const SAID: &[(&str, &str)] = &[
    ("deny contains \"a\" if true", "deny violation: a"),
    ("deny contains \"a\" if input.nothing", "deny pass: "),
    ("deny[\"a\"] { true }", "deny violation: a"),
    ("deny[msg] if { msg := \"a\" }", "deny violation: a"),
    ("warn contains {\"msg\": \"a\", \"n\": 1} if true", "warn violation: a"),
    ("deny := [\"a\"]", "deny violation: a"),
    ("deny := []", "deny pass: "),
    ("deny if true", "deny error:  (policy/0.rego: `deny`: its value must be a set of messages)"),
    (
        "deny := [\"a\"] if input.nothing",
        "deny error:  (policy/0.rego: `deny`: it has no value: it must be a set of messages)",
    ),
    (
        "deny contains 1 if true",
        "deny error:  (policy/0.rego: `deny`: a message must be a string, or an object with a `msg`)",
    ),
    (
        "deny contains {\"text\": \"a\"} if true",
        "deny error:  (policy/0.rego: `deny`: a message without `msg`)",
    ),
    // What is null is nothing to choose from, as in OPA.
    ("deny contains \"a\" if some t in input.resource_changes[0].change.after.tags", "deny pass: "),
    (
        "deny contains \"a\" if {\n\tsome k, v in input.resource_changes[0].change.after.tags\n\tk == v\n}",
        "deny pass: ",
    ),
    (
        "deny contains \"a\" if count([t | some t in input.resource_changes[0].change.after.tags]) == 0",
        "deny violation: a",
    ),
    (
        "deny contains \"a\" if every t in input.resource_changes[0].change.after.tags { t == 1 }",
        "deny pass: ",
    ),
    (
        "deny contains sprintf(\"%v\", [n]) if some n in input.resource_changes[0].change.after.list",
        "deny violation: 1, 2",
    ),
    (
        "deny contains \"a\" if every n in input.resource_changes[0].change.after.list { n > 0 }",
        "deny violation: a",
    ),
    ("deny contains sprintf(\"%v\", [n]) if some n in ({1} | {2})", "deny violation: 1, 2"),
    (
        "deny contains \"a\" if { some c in [x | some x in input.resource_changes]; c.mode == \"managed\" }",
        "deny violation: a",
    ),
    // A builtin that fails is an error, and what else is found is not lost.
    (
        "deny contains \"a\" if true\n\ndeny contains \"b\" if startswith(input.resource_changes[0].change.after.tags, \"x\")",
        "deny error: a (policy/0.rego:5:71: … instead)",
    ),
    // Secrets are judged and not told.
    (
        "deny contains input.resource_changes[0].change.after.secret if true",
        "deny violation: (sensitive)",
    ),
    ("deny contains \"a\" if true\n\nexception contains [\"\"] if true", "deny waived: a"),
    ("deny_x contains \"a\" if true\n\nexception contains [\"x\"] if true", "deny_x waived: a"),
    ("deny_x contains \"a\" if true\n\nexception contains [\"y\"] if true", "deny_x violation: a"),
    (
        "deny_x contains \"a\" if true\n\nexception[rules] if { rules := [\"x\"] }",
        "deny_x violation: a",
    ),
    (
        "# METADATA\n# title: T\ndeny contains rego.metadata.rule().title if true",
        "deny violation: T",
    ),
    // What `sprintf` makes of what does not fit its verb, as in Go.
    (
        "deny contains sprintf(\"%d %5.2f\", [\"a\", 1.5]) if true",
        "deny violation: %!d(string=a)  1.50",
    ),
    ("deny contains \"a\" if { trace(\"x\"); print(\"y\") }", "deny violation: a"),
    ("import data.keep\n\ndeny contains keep.word if true", "deny violation: kept"),
    (
        "import future.keywords.in\nimport future.keywords\n\ndeny contains \"a\" if 1 in [1]",
        "deny violation: a",
    ),
    (
        "deny contains crypto.sha256(\"abc\") if true",
        "deny violation: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    ("deny[msg] { any([false, re_match(`^a`, \"ab\")]); msg := \"a\" }", "deny violation: a"),
];

#[test]
fn rules_say_what_opa_has_them_say() {
    let data = [("keep.yaml", "keep:\n  word: kept\n")];
    let mut wrong = Vec::new();
    for (body, expected) in SAID {
        let found = said(&[&format!("package main\n\n{body}\n")], &data);
        if found != *expected {
            wrong.push(format!("{body}\n  is    {found}\n  wants {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Bodies of modules that must not be used, words of the error, and its line.
const REFUSED: &[(&str, &str, usize)] = &[
    ("deny contains \"a\" if { x := := 1 }", "expecting", 3),
    ("allow if true", "no rule judges", 0),
    ("deny contains \"a\" if data.keeep.word", "`data.keeep.word` is neither a rule nor data", 3),
    ("deny contains \"a\" if some [_, v] in walk(input)", "`walk` is called with one argument", 3),
    ("deny contains \"a\" if http.send({}).status == 200", "may not be used", 3),
    ("deny contains \"a\" if time.now_ns() > 0", "may not be used", 3),
    ("deny contains \"a\" if opa.runtime().env.HOME", "may not be used", 3),
    ("deny contains \"a\" if strnig.reverse(\"a\")", "there is no function `strnig.reverse`", 3),
    ("deny contains \"a\" if graph.reachable_paths({}, [])", "there is no function", 3),
    ("deny contains \"a\" if a\n\na if b\n\nb if a", "refers to itself", 5),
    ("deny contains \"a\" if not input.x[i]", "`i` is unsafe", 3),
    ("deny contains x if input.y", "`x` is unsafe", 3),
    ("deny contains {\"msg\": f(x)} if input.y\n\nf(y) := y", "`x` is unsafe", 3),
    ("deny[msg] { msg := \"a\" } { msg := \"b\" }", "else cannot be used with set rules", 3),
    ("deny.public contains \"a\" if true", "has a name of several parts", 3),
    ("deny contains \"a\" if b with input as {}\n\nb if true", "replaced with `with`", 3),
    ("deny contains \"a\" if every x in [1] { not input.y[x] }", "stands inside `every`", 3),
];

#[test]
fn what_would_lose_findings_is_refused_at_its_line() {
    for (body, words, line) in REFUSED {
        let Err(errors) = program(&[&format!("package main\n\n{body}\n")], &[]) else {
            panic!("{body} is taken")
        };
        let error = &errors[0];
        assert!(error.fault.to_string().contains(words), "{body}: {}", error.fault);
        let found = error.span.map_or(0, |span| error.source.place(span.start).line);
        assert_eq!(found, *line, "{body}: {}", error.fault);
    }
}

#[test]
fn modules_and_data_are_one_program() {
    let main = "package main\n\nimport data.lib\n\ndeny contains lib.word if true\n";
    let older = "package lib\n\nword = x { x := data.words.a }\n";
    let data = [("a.json", r#"{"words":{"a":"one"}}"#), ("b.yml", "words:\n  b: two\n")];
    assert_eq!(said(&[main, older], &data), "deny violation: one");
    let program = program(&[main, older], &data).ok().unwrap();
    assert!(program.notices.iter().any(|notice| notice.contains("v0")), "{:?}", program.notices);
}

#[test]
fn data_that_is_none_is_refused() {
    let main = "package main\n\ndeny contains \"a\" if data.words.a\n";
    for (name, text) in [
        ("a.json", "[1]"),
        ("a.json", "{"),
        ("a.yaml", "a: [\n"),
        ("a.yaml", "just text"),
        ("a.json", r#"{"words":{"$serde_json::private::Number":"1"}}"#),
    ] {
        let Err(errors) = program(&[main], &[(name, text)]) else { panic!("{text} is taken") };
        assert!(errors[0].to_string().contains("no data"), "{text}: {}", errors[0]);
    }
    let contradiction = [("a.json", r#"{"words":{"a":1}}"#), ("b.json", r#"{"words":{"a":2}}"#)];
    assert!(program(&[main], &contradiction).is_err());
}

#[test]
fn a_saved_plan_has_no_configuration_to_show() {
    let main = "package main\n\ndeny contains \"a\" if input.configuration.root_module\n";
    let program = program(&[main], &[]).ok().unwrap();
    let document = support::text_document("plan.json", PLAN);
    let model = input::load(&document, None).unwrap().model;
    let verdicts = program.judge(&RawInput::without_configuration(PLAN).unwrap(), &model);
    let reason = verdicts[0].reason.as_deref().unwrap_or_default();
    assert!(reason.contains("`configuration`"), "{reason}");
}

#[test]
fn verdicts_are_marked_two_valued_in_every_format() {
    let text = "[policies]\nconftest = [\"fixtures/conftest/policy\"]\n\
                data = [\"fixtures/conftest/data\"]\n";
    let layers = Layers { file: Some(Source::new("plangate.toml", text)), ..Layers::default() };
    let config = Config::read(&layers).unwrap();
    let options = Options { config, ..Options::default() };
    let none: &[&str] = &[];
    let policies = Policies::load(none, &options);
    assert!(policies.errors.is_empty(), "{:?}", policies.errors);
    let name = "fixtures/scenarios/state-and-secrets/violating/plan.json";
    let documents = vec![support::document(name)];
    let report = check::check(documents, Vec::new(), &policies, &options, &support::Silent).0;
    for (format, mark, schema) in [
        ("pretty", "two-valued", None),
        ("json", "\"two_valued\":true", Some("docs/report.schema.json")),
        ("sarif", "\"twoValued\":true", Some("tests/schema/sarif-2.1.0.json")),
    ] {
        let text = support::render(&report, format);
        let marked = text.replace(": ", ":").contains(mark);
        assert!(marked && text.contains("see the document as it is"), "{format}");
        assert!(!text.contains("canary"), "{format} tells a secret");
        if let Some(schema) = schema {
            let errors = schema::errors(schema, &text);
            assert!(errors.is_empty(), "{format}: {errors:?}");
        }
    }
}
