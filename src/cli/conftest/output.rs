//! The results of a test as conftest writes them. What a plan or a policy says is made harmless.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::base::neutralise;
use crate::check::conftest::{Said, TestResult};
use crate::report::Look;

/// What is printed whatever is secret.
pub(super) const WORDS: &str = "\
    WARN FAIL EXCP warnings failures exceptions successes passed tests test SUCCESS success failure \
    warning exception RESULT FILE NAMESPACE MESSAGE filename namespace metadata query testsuites \
    testsuite testcase classname properties property plangate.version conftest Testing against \
    policies group endgroup error not ok file title task.logissue Combined Error running";

/// The member of a message that says where in a file it is about.
const LOCATION: &str = "_loc";

/// Lines for people.
pub(super) fn text(results: &[TestResult], look: Look, shows_exceptions: bool) -> String {
    let mut text = String::new();
    for result in results {
        let mut line = |word: &str, color: u8, message: &str| {
            let word = colored(look, color, word);
            let _ = writeln!(text, "{word} {} {}", indicator(result), lines(message));
        };
        for said in &result.warnings {
            line("WARN", 33, &said.message);
        }
        for said in &result.failures {
            line("FAIL", 31, &said.message);
        }
        for query in result.exceptions.iter().filter(|_| shows_exceptions) {
            line("EXCP", 36, query);
        }
    }
    let totals = Totals::of(results);
    let color = match &totals {
        Totals { failures: 1.., .. } => 31,
        Totals { warnings: 1.., .. } => 33,
        Totals { exceptions: 1.., .. } => 36,
        Totals { .. } => 32,
    };
    let _ = writeln!(text, "\n{}", colored(look, color, &totals.sentence()));
    text
}

/// JSON.
pub(super) fn json(results: &[TestResult]) -> String {
    let results: Vec<Value> = results.iter().map(result).collect();
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    if serde::Serialize::serialize(&results, &mut serializer).is_err() {
        return String::new();
    }
    format!("{}\n", String::from_utf8_lossy(&bytes))
}

fn result(result: &TestResult) -> Value {
    let file = if result.file == "-" { "" } else { &result.file };
    let mut members = Map::from_iter([
        ("filename".to_owned(), json!(file)),
        ("namespace".to_owned(), json!(result.namespace)),
        ("successes".to_owned(), json!(result.successes)),
    ]);
    let said = |all: &[Said]| all.iter().map(self::said).collect::<Vec<_>>();
    let exceptions: Vec<Value> =
        result.exceptions.iter().map(|query| json!({"msg": query})).collect();
    for (name, found) in [
        ("warnings", said(&result.warnings)),
        ("failures", said(&result.failures)),
        ("exceptions", exceptions),
    ] {
        if !found.is_empty() {
            members.insert(name.to_owned(), Value::Array(found));
        }
    }
    Value::Object(members)
}

fn said(said: &Said) -> Value {
    let plain =
        |value: &crate::model::Value| serde_json::from_str(&value.to_json()).unwrap_or(Value::Null);
    let mut metadata = Map::from_iter([("query".to_owned(), json!(said.query))]);
    let mut members = Map::from_iter([("msg".to_owned(), json!(said.message))]);
    for (name, value) in &said.members {
        match &**name {
            LOCATION => members.insert("loc".to_owned(), plain(value)),
            name => metadata.insert(name.to_owned(), plain(value)),
        };
    }
    members.insert("metadata".to_owned(), Value::Object(metadata));
    Value::Object(members)
}

/// The Test Anything Protocol.
pub(super) fn tap(results: &[TestResult]) -> String {
    let mut text = String::new();
    for result in results.iter().filter(|result| result.total() > 0) {
        let _ = writeln!(text, "1..{}", result.total());
        let mut number = 0;
        let mut test = |text: &mut String, word: &str, message: &str| {
            number += 1;
            let _ = writeln!(text, "{word} {number} {} {}", indicator(result), lines(message));
        };
        for said in &result.failures {
            test(&mut text, "not ok", &said.message);
        }
        let heading = |text: &mut String, word: &str, number: usize| {
            if number > 0 {
                let _ = writeln!(text, "# {word}");
            }
        };
        heading(&mut text, "warnings", result.warnings.len());
        for said in &result.warnings {
            test(&mut text, "not ok", &said.message);
        }
        heading(&mut text, "exceptions", result.exceptions.len());
        for query in &result.exceptions {
            test(&mut text, "ok", query);
        }
        heading(&mut text, "successes", result.successes);
        for _ in 0..result.successes {
            test(&mut text, "ok", "SUCCESS");
        }
    }
    text
}

/// JUnit.
pub(super) fn junit(results: &[TestResult], hides_messages: bool) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>".to_owned();
    let mut namespaces: Vec<&str> = Vec::new();
    for result in results.iter().filter(|result| result.total() > result.exceptions.len()) {
        if !namespaces.contains(&result.namespace.as_str()) {
            namespaces.push(&result.namespace);
        }
    }
    for namespace in &namespaces {
        let own = || results.iter().filter(|result| result.namespace == **namespace);
        let failures: usize = own().map(|r| r.failures.len() + r.warnings.len()).sum();
        let tests: usize = failures + own().map(|result| result.successes).sum::<usize>();
        let name = xml(&format!("conftest.{namespace}"));
        let version = env!("CARGO_PKG_VERSION");
        let _ = write!(
            text,
            "\n\t<testsuite tests=\"{tests}\" failures=\"{failures}\" time=\"0.000\" name=\"{name}\">\
             \n\t\t<properties>\
             \n\t\t\t<property name=\"plangate.version\" value=\"{version}\"></property>\
             \n\t\t</properties>"
        );
        for result in own() {
            junit_tests(&mut text, result, &name, hides_messages);
        }
        text.push_str("\n\t</testsuite>");
    }
    text.push_str(if namespaces.is_empty() { "</testsuites>\n" } else { "\n</testsuites>\n" });
    text
}

fn junit_tests(text: &mut String, result: &TestResult, class: &str, hides_messages: bool) {
    let case = |title: &str| {
        let name = xml(title);
        format!("\n\t\t<testcase classname=\"{class}\" name=\"{name}\" time=\"0.000\">")
    };
    for said in result.warnings.iter().chain(&result.failures) {
        let first = said.message.lines().next().unwrap_or_default();
        let title = match hides_messages {
            true => result.file.clone(),
            false => format!("{} - {first}", result.file),
        };
        text.push_str(&case(&title));
        let message = xml(&said.message);
        let _ = write!(
            text,
            "\n\t\t\t<failure message=\"Failed\" type=\"\">{message}</failure>\n\t\t</testcase>"
        );
    }
    for _ in 0..result.successes {
        text.push_str(&case(&result.file));
        text.push_str("</testcase>");
    }
}

/// Workflow commands of GitHub.
pub(super) fn github(results: &[TestResult]) -> String {
    let mut text = String::new();
    for result in results {
        let (file, namespace) = (neutralise(&result.file), neutralise(&result.namespace));
        let number = result.total();
        let _ = writeln!(
            text,
            "::group::Testing \"{file}\" against {number} policies in namespace \"{namespace}\""
        );
        let property = file.replace('%', "%25").replace(',', "%2C").replace(':', "%3A");
        let mut command = |level: &str, line: &str, message: &str| {
            let message = message.lines().map(|line| neutralise(line).replace('%', "%25"));
            let message = message.collect::<Vec<_>>().join("%0A");
            let _ = writeln!(text, "::{level} file={property},line={line}::{message}");
        };
        for said in &result.failures {
            command("error", &line_of(said, &result.file), &said.message);
        }
        for said in &result.warnings {
            command("warning", &line_of(said, &result.file), &said.message);
        }
        for query in &result.exceptions {
            command("notice", "1", query);
        }
        let successes = result.successes;
        command("notice", "1", &format!("Number of successful checks: {successes}"));
        text.push_str("::endgroup::\n");
    }
    let _ = writeln!(text, "{}", Totals::of(results).sentence());
    text
}

/// The line that a message names, if it is one of `file`.
fn line_of(said: &Said, file: &str) -> String {
    let location = said.members.iter().find(|(name, _)| **name == *LOCATION);
    let of_file = location
        .map(|(_, value)| value)
        .filter(|value| value.get("file").and_then(|name| name.as_str()) == Some(file));
    match of_file.and_then(|value| value.get("line")) {
        Some(crate::model::Value::Integer(line)) if *line > 0 => line.to_string(),
        _ => "1".to_owned(),
    }
}

/// Logging commands of Azure Pipelines.
pub(super) fn azure(results: &[TestResult]) -> String {
    let mut text = String::new();
    for result in results {
        let (file, namespace) = (neutralise(&result.file), neutralise(&result.namespace));
        let number = result.total();
        let _ = writeln!(
            text,
            "##[section]Testing '{file}' against {number} policies in namespace '{namespace}'\n\
             ##[group]See conftest results"
        );
        let mut command = |level: &str, message: &str| {
            let message = neutralise(message);
            let _ = writeln!(text, "##vso[task.logissue type={level}] file={file} --> {message}");
        };
        result.failures.iter().for_each(|said| command("error", &said.message));
        result.warnings.iter().for_each(|said| command("warning", &said.message));
        result.exceptions.iter().for_each(|query| command("warning", query));
        if result.successes > 0 {
            let _ = writeln!(text, "success file={file} {}", result.successes);
        }
        text.push_str("##[endgroup]\n");
    }
    let _ = writeln!(text, "{}", Totals::of(results).sentence());
    text
}

/// How many results there are of each kind.
struct Totals {
    successes: usize,
    warnings: usize,
    failures: usize,
    exceptions: usize,
}

impl Totals {
    fn of(results: &[TestResult]) -> Self {
        let sum = |count: fn(&TestResult) -> usize| results.iter().map(count).sum();
        Totals {
            successes: sum(|result| result.successes),
            warnings: sum(|result| result.warnings.len()),
            failures: sum(|result| result.failures.len()),
            exceptions: sum(|result| result.exceptions.len()),
        }
    }

    fn sentence(&self) -> String {
        let Totals { successes, warnings, failures, exceptions } = self;
        let counted = |number: usize, word: &str| {
            format!("{number} {word}{}", if number == 1 { "" } else { "s" })
        };
        format!(
            "{}, {successes} passed, {}, {}, {}",
            counted(successes + warnings + failures + exceptions, "test"),
            counted(*warnings, "warning"),
            counted(*failures, "failure"),
            counted(*exceptions, "exception"),
        )
    }
}

/// The file and the package, as they stand in a line.
fn indicator(result: &TestResult) -> String {
    let file = neutralise(&result.file);
    let file = if file == "-" { "-".to_owned() } else { format!("- {file}") };
    format!("{file} - {} -", neutralise(&result.namespace))
}

/// A message, whose lines stay lines.
fn lines(message: &str) -> String {
    message.lines().map(|line| neutralise(line).into_owned()).collect::<Vec<_>>().join("\n")
}

fn colored(look: Look, color: u8, text: &str) -> String {
    if look.color { format!("\x1b[{color}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Text as XML holds it, on one line.
fn xml(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = neutralise(line);
        line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&#34;")
    });
    lines.collect::<Vec<_>>().join("&#xA;")
}
