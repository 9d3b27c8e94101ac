//! Answers to OPA's conformance cases: ours of the same form, and those of OPA where a directory of
//! them is named by `PLANGATE_OPA_CASES`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use plangate::base::Source;
use plangate::engine::raw::{QueryError, UNSUPPORTED, query};
use serde_json::{Map, Value};

use crate::support;

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// As it is wanted.
    Right,
    /// An error, where a value is wanted: nothing passes by it.
    Refused,
    /// Not of a kind that can be compared.
    Skipped,
    /// A value, and not the one that is wanted.
    Wrong,
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let walk = walkdir::WalkDir::new(directory).sort_by_file_name();
    let files = walk.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    let is_case = |path: &std::path::PathBuf| {
        path.extension()
            .is_some_and(|end| ["json", "yaml", "yml"].iter().any(|known| end == *known))
    };
    files.filter(is_case).collect()
}

/// The cases of a file; none where it holds no cases.
fn cases(path: &Path) -> Vec<Map<String, Value>> {
    let text = std::fs::read_to_string(path).unwrap();
    let read: Value = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(_) => serde_saphyr::from_str(&text).unwrap_or_default(),
    };
    let cases = read.get("cases").and_then(Value::as_array).cloned().unwrap_or_default();
    cases.into_iter().filter_map(|case| case.as_object().cloned()).collect()
}

fn answer(case: &Map<String, Value>) -> (Answer, String) {
    let text = |key: &str| case.get(key).and_then(Value::as_str);
    let Some(asked) = text("query") else { return (Answer::Skipped, "no query".to_owned()) };
    let modules = case.get("modules").and_then(Value::as_array).cloned().unwrap_or_default();
    let modules = modules.iter().filter_map(Value::as_str).enumerate();
    let modules: Vec<Source> =
        modules.map(|(at, text)| Source::new(format!("{at}.rego"), text)).collect();
    let json = |key: &str| case.get(key).filter(|value| !value.is_null()).map(Value::to_string);
    let input = text("input_term").map(str::to_owned).or_else(|| json("input"));
    let answers =
        query(&modules, json("data").as_deref(), input.as_deref(), asked, Duration::from_secs(5));
    let wants_error = case.contains_key("want_error") || case.contains_key("want_error_code");
    let found = match answers {
        Ok(answers) => answers,
        Err(_) if wants_error => return (Answer::Right, String::new()),
        Err(QueryError::Refused(errors)) => {
            return (Answer::Refused, errors[0].fault.to_string());
        }
        Err(QueryError::Failed(reason)) => return (Answer::Refused, reason),
    };
    if wants_error {
        return (Answer::Wrong, format!("wants an error, found {found:?}"));
    }
    let sorts = case.get("sort_bindings").is_some_and(|flag| *flag == Value::Bool(true));
    let mut found: Vec<Value> =
        found.iter().map(|json| plain(serde_json::from_str(json).unwrap(), sorts)).collect();
    let Some(wanted) = case.get("want_result").or_else(|| case.get("want_defined")) else {
        return (Answer::Skipped, "no result is wanted".to_owned());
    };
    let right = match wanted {
        Value::Bool(defined) => found.is_empty() != *defined,
        Value::Null => found.is_empty(),
        Value::Array(wanted) => {
            let mut wanted: Vec<Value> =
                wanted.iter().map(|value| plain(value.clone(), sorts)).collect();
            wanted.sort_by_key(Value::to_string);
            found.sort_by_key(Value::to_string);
            wanted == found
        }
        _ => return (Answer::Skipped, "the wanted result is no list".to_owned()),
    };
    match right {
        true => (Answer::Right, String::new()),
        false => (Answer::Wrong, format!("found {found:?}, wants {wanted}")),
    }
}

/// A value without what does not matter: the spelling of numbers, and order where it is none.
fn plain(value: Value, sorts: bool) -> Value {
    match value {
        Value::Array(elements) => {
            let mut elements: Vec<Value> =
                elements.into_iter().map(|element| plain(element, sorts)).collect();
            if sorts {
                elements.sort_by_key(Value::to_string);
            }
            Value::Array(elements)
        }
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, plain(value, sorts)));
            Value::Object(members.collect())
        }
        Value::Number(number) => {
            let whole = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 1e15);
            whole.map_or(Value::Number(number), |value| Value::from(format!("{value:.0}")))
        }
        other => other,
    }
}

/// Runs the cases below `directory`: how many had each answer, what was wrong, and why cases were
/// refused.
fn run(directory: &Path) -> (BTreeMap<Answer, usize>, Vec<String>, BTreeMap<String, usize>) {
    let mut counts = BTreeMap::new();
    let (mut wrong, mut refused) = (Vec::new(), BTreeMap::new());
    for path in files(directory) {
        for case in cases(&path) {
            let note = case.get("note").and_then(Value::as_str).unwrap_or_default().to_owned();
            let (answer, why) = answer(&case);
            *counts.entry(answer).or_default() += 1;
            match answer {
                Answer::Wrong => wrong.push(format!("{note}: {why}")),
                Answer::Refused => *refused.entry(format!("{why} [{note}]")).or_default() += 1,
                Answer::Right | Answer::Skipped => {}
            }
        }
    }
    (counts, wrong, refused)
}

#[test]
fn our_cases_are_answered_as_they_want() {
    let (counts, wrong, refused) = run(&support::path("fixtures/conformance"));
    assert!(wrong.is_empty() && refused.is_empty(), "{wrong:#?} {refused:#?}");
    assert!(counts[&Answer::Right] >= 15, "{counts:?}");
}

#[test]
fn no_answer_to_the_cases_of_opa_is_wrong() {
    let Some(directory) = std::env::var_os("PLANGATE_OPA_CASES") else {
        support::say("skipped: PLANGATE_OPA_CASES names no directory of conformance cases");
        return;
    };
    let (counts, wrong, refused) = run(Path::new(&directory));
    support::say(&format!("{counts:?}"));
    refused.keys().for_each(|reason| support::say(&format!("refused: {reason}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The functions of OPA.
const FUNCTIONS: &str = include_str!("../../fixtures/conformance/functions.txt");

/// Every function of OPA is there, or is refused at load and in the list.
#[test]
fn every_function_of_opa_is_there_or_listed() {
    let is_listed = |name: &str| {
        let listed = UNSUPPORTED.iter();
        let mut listed =
            listed.filter_map(|(construct, _)| construct.strip_prefix('`')?.strip_suffix('`'));
        listed.any(|entry| {
            entry.strip_suffix('*').map_or(entry == name, |start| name.starts_with(start))
        })
    };
    let is_operator = |name: &str| {
        let operators =
            ["plus", "minus", "mul", "div", "rem", "and", "or", "eq", "neq", "gt", "gte"];
        operators.contains(&name) || ["lt", "lte", "equal", "assign"].contains(&name)
    };
    let mut wrong = Vec::new();
    for name in FUNCTIONS.split_whitespace() {
        let module = Source::new(
            "a.rego",
            format!("package a\n\np if {name}(input.a, [input.b, input.c])\n"),
        );
        let answer = query(&[module], None, Some("{}"), "data.a.p = x", Duration::from_secs(1));
        let is_refused = matches!(answer, Err(QueryError::Refused(_)));
        if is_refused != (is_listed(name) || is_operator(name)) {
            wrong.push(format!("{name}: refused {is_refused}, {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever is not supported is an error at load, and named in the list for users.
#[test]
fn what_is_not_supported_is_refused_at_load() {
    let guide = std::fs::read_to_string(support::path("docs/migrating.md")).unwrap();
    for (construct, example) in UNSUPPORTED {
        let module = Source::new("a.rego", format!("package a\n\n{example}\n"));
        let answer = query(&[module], None, None, "data.a.p = x", Duration::from_secs(1));
        let is_refused = matches!(answer, Err(QueryError::Refused(_)));
        assert!(is_refused, "{construct}: {answer:?}");
        assert!(guide.contains(construct), "docs/migrating.md does not name: {construct}");
    }
}
