//! Policies that must not be used are refused at their line; those that fail while they judge
//! fail alone.

use std::time::{Duration, Instant};

use plangate::base::Source;
use plangate::check::{Options, Policies};
use plangate::engine::Engine;
use plangate::finding::Outcome;
use plangate::policy::{self, Origin, PolicyFile, PolicySet};
use plangate::report::{Look, render};

use crate::support;

const METADATA: &str = "\
# METADATA
# title: A test
# custom:
#   severity: low
#   resource_types: [aws_s3_bucket]
package policies.team.broken
";

/// How long it may take to say what is wrong with a policy.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The errors of a file at `path` beside the built-in libraries and the policies below `beside`.
fn errors(path: &str, text: &str, beside: &[&str]) -> Vec<policy::PolicyError> {
    let mut files = policy::built_in();
    let is_beside = |file: &PolicyFile| {
        file.path.starts_with("lib/") || beside.iter().any(|prefix| file.path.starts_with(prefix))
    };
    files.retain(is_beside);
    let others = files.iter().filter(|file| !file.path.starts_with("lib/")).count();
    files.push(PolicyFile {
        path: path.to_owned(),
        origin: Origin::User,
        source: Source::new(format!("team/{path}"), text),
    });
    let mut set = PolicySet::load(files);
    let mut errors = std::mem::take(&mut set.errors);
    let (engine, failed) = Engine::new(&set, Duration::from_secs(1));
    assert!(engine.policies().count() >= others, "the others stand");
    errors.extend(failed);
    errors
}

/// Broken bodies below [`METADATA`], words of the message, and the line from the body's first.
const BODIES: &[(&str, &str, &str, usize)] = &[
    ("syntax", "deny contains v if {\n\tv := := 1\n}", "expecting", 2),
    ("unclosed", "deny contains v if {\n\tv := {\"message\": \"x\"}\n", "}", 0),
    ("no deny", "allow if true", "no `deny contains` rule", 0),
    ("deny is no set", "deny := true", "no `deny contains` rule", 0),
    (
        "one-argument walk",
        "deny contains {\"message\": \"x\"} if {\n\tsome [_, v] in walk(input)\n\tv == 1\n}",
        "`walk` is called with one argument",
        2,
    ),
    (
        "walk assigned",
        "deny contains {\"message\": \"x\"} if {\n\t[p, v] := walk(input)\n\tv == 1\n\tp\n}",
        "`walk` is called with one argument",
        2,
    ),
    (
        "recursive rules",
        "deny contains {\"message\": \"x\"} if a\n\na if b\n\nb if a",
        "refers to itself",
        3,
    ),
    (
        "recursive functions",
        "deny contains {\"message\": \"x\"} if f(1)\n\nf(n) := g(n)\n\ng(n) := f(n)",
        "refers to itself",
        3,
    ),
    (
        "typo in data",
        "import data.policies.lib.values\n\ndeny contains {\"message\": \"x\"} if values.is_tru(input.values.a)",
        "`data.policies.lib.values.is_tru` is not defined",
        3,
    ),
    (
        "unknown library",
        "import data.policies.lib.nothing\n\ndeny contains {\"message\": \"x\"} if nothing.x",
        "`data.policies.lib.nothing` is not defined",
        1,
    ),
    (
        "undeclared parameter",
        "deny contains {\"message\": \"x\"} if data.params.ports == 1",
        "`data.params.ports` is not defined",
        1,
    ),
    (
        "clock",
        "deny contains {\"message\": \"x\"} if time.now_ns() > 0",
        "`time.now_ns` may not be used",
        1,
    ),
    (
        "network",
        "deny contains {\"message\": \"x\"} if http.send({\"url\": \"x\"}).status_code == 200",
        "`http.send` may not be used",
        1,
    ),
    (
        "random",
        "deny contains {\"message\": \"x\"} if rand.intn(\"a\", 2) == 1",
        "`rand.intn` may not be used",
        1,
    ),
    (
        "environment",
        "deny contains {\"message\": \"x\"} if opa.runtime().env.HOME",
        "`opa.runtime` may not be used",
        1,
    ),
    (
        "unknown function",
        "deny contains {\"message\": \"x\"} if crypto.x509.parse_certificates(input.name) == []",
        "no function `crypto.x509.parse_certificates`",
        1,
    ),
    (
        "misspelt function",
        "deny contains {\"message\": \"x\"} if starts_with(input.name, \"a\")",
        "no function `starts_with`",
        1,
    ),
    (
        "unsafe variable",
        "deny contains {\"message\": \"x\"} if not input.values.ingress[i].open",
        "`i` is unsafe",
        1,
    ),
    (
        "wildcard under not",
        "deny contains {\"message\": \"x\"} if not input.values.ingress[_].open",
        "`_` is unsafe",
        1,
    ),
    ("unsafe in the body", "deny contains {\"message\": \"x\"} if x > 1", "", 1),
    (
        "every with not",
        "deny contains {\"message\": \"x\"} if {\n\tevery k in [\"a\"] {\n\t\tnot input.values[k]\n\t}\n}",
        "inside `every`",
        3,
    ),
    (
        "every with not further in",
        "deny contains {\"message\": \"x\"} if {\n\tevery k in [\"a\"] {\n\t\tnot input.values[k].b\n\t}\n}",
        "inside `every`",
        3,
    ),
    (
        "not above its index",
        "deny contains {\"message\": k} if {\n\tnot input.values[k].a\n\tinput.values.tags[k].b\n}",
        "`k` is used above what gives it a value",
        2,
    ),
    (
        "every above its index",
        "deny contains {\"message\": k} if {\n\tevery v in [1] {\n\t\tinput.values[k] == v\n\t}\n\tinput.values.tags[k]\n}",
        "`k` is used above what gives it a value",
        3,
    ),
    (
        "object pattern",
        "deny contains {\"message\": x} if some {\"name\": x} in input.values.tags",
        "an object is a pattern",
        1,
    ),
    (
        "import of a younger keyword",
        "import future.keywords.not\n\ndeny contains {\"message\": \"x\"} if not input.values.tags",
        "there is no `future.keywords.not` to import",
        1,
    ),
    (
        "names that may meet",
        "deny contains {\"message\": \"x\"} if ports.ssh\n\nports[name] if some name in [\"ssh\"]\n\nports.ssh if false",
        "names below `ports`",
        3,
    ),
    (
        "body of not",
        "deny contains {\"message\": \"x\"} if not {input.values.tags}",
        "`not` has a body of its own",
        1,
    ),
    (
        "conflicting import",
        "import data.policies.lib.values\nimport data.policies.lib.linked as values\n\ndeny contains {\"message\": \"x\"} if values.x",
        "",
        4,
    ),
    ("template string", "deny contains {\"message\": $\"{input.name}\"}", "invalid character", 1),
    ("keyword as rule", "deny contains {\"message\": \"x\"} if default", "", 1),
];

/// Broken files: path, text, words of the message, line.
fn files() -> Vec<(&'static str, &'static str, String, &'static str, usize)> {
    let deny = "deny contains {\"message\": \"x\"} if true\n";
    let with = |from: &str, to: &str| format!("{}{deny}", METADATA.replace(from, to));
    let path = "team/broken.rego";
    vec![
        (
            "no metadata",
            path,
            format!("package policies.team.broken\n\n{deny}"),
            "no `# METADATA` block",
            1,
        ),
        ("unknown key", path, with("# title", "# titel"), "unknown field `titel`", 2),
        (
            "unknown custom key",
            path,
            with("#   severity", "#   sevrity"),
            "unknown field `sevrity`",
            4,
        ),
        ("no title", path, with("# title: A test\n", ""), "no `title`", 1),
        ("no severity", path, with("#   severity: low\n", ""), "no `custom.severity`", 1),
        (
            "no types",
            path,
            with("#   resource_types: [aws_s3_bucket]\n", ""),
            "no `custom.resource_types`",
            1,
        ),
        ("wrong severity", path, with("low", "awful"), "`awful` is no severity", 4),
        ("wrong type", path, with("[aws_s3_bucket]", "{a: 1}"), "", 5),
        (
            "number as control",
            path,
            with("#   severity", "#   controls: {cis: [[1]]}\n#   severity"),
            "",
            4,
        ),
        (
            "half of the examples",
            path,
            with("#   severity", "#   examples: {fails: x}\n#   severity"),
            "missing field `passes`",
            4,
        ),
        ("bad YAML", path, with("# custom:", "# custom: [\n#"), "", 3),
        (
            "default of another type",
            path,
            with(
                "#   severity",
                "#   params:\n#     n: {type: number, default: \"x\"}\n#   severity",
            ),
            "default of `n` is no number",
            5,
        ),
        (
            "wrong package",
            path,
            with("team.broken", "team.other"),
            "the path says `policies.team.broken`",
            6,
        ),
        (
            "twin of a built-in policy",
            "aws/s3/unencrypted_bucket.rego",
            with("team.broken", "aws.s3.unencrypted_bucket"),
            "is already that of policies/aws/s3/unencrypted_bucket.rego",
            0,
        ),
        ("bad path", "Team/Broken.rego", with("x", "x"), "cannot name a policy", 0),
        (
            "hostile nesting",
            path,
            format!("{METADATA}\nx := {}{}\n\n{deny}", "[".repeat(31), "]".repeat(31)),
            "nested more than 12 deep",
            8,
        ),
        (
            "hostile nesting of objects",
            path,
            format!("{METADATA}\nx := {}1{}\n\n{deny}", "{\"a\": ".repeat(31), "}".repeat(31)),
            "nested more than 12 deep",
            8,
        ),
        (
            "a very long line",
            path,
            format!("{METADATA}\nx := \"{}\"\n\n{deny}", "a".repeat(2000)),
            "",
            0,
        ),
    ]
}

fn assert_refused(name: &str, path: &str, text: &str, words: &str, line: usize) {
    let beside: &[&str] = if path.starts_with("aws/") { &[path] } else { &[] };
    let timed = || {
        let started = Instant::now();
        (errors(path, text, beside), started.elapsed())
    };
    // Whoever shares the machine may hold one of them up.
    let mut tries = (0..5).map(|_| timed());
    let quick = tries.find(|(_, time)| *time < AT_ONCE);
    let Some((errors, _)) = quick else { panic!("{name} takes longer than {AT_ONCE:?}") };
    let found = errors.iter().find(|error| error.fault.to_string().contains(words));
    let Some(error) = found else { panic!("{name}: {errors:#?}") };
    assert!(error.source.name().ends_with(path), "{name}: {error:?}");
    if line > 0 {
        let span = error.span.unwrap_or_else(|| panic!("{name}: {error} has no place"));
        assert_eq!(error.source.place(span.start).line, line, "{name}: {error}");
    }
    let look = Look { color: false, unicode: true, width: 100 };
    let text = render(error, look);
    assert!(text.contains("help: "), "{name} has no remedy:\n{text}");
}

#[test]
fn policies_that_must_not_be_used_are_refused_at_their_line() {
    assert!(BODIES.len() + files().len() >= 30);
    let first = METADATA.lines().count() + 1;
    for (name, body, words, line) in BODIES {
        let line = if *line == 0 { 0 } else { first + line };
        let text = format!("{METADATA}\n{body}\n");
        assert_refused(name, "team/broken.rego", &text, words, line);
    }
    for (name, path, text, words, line) in files() {
        assert_refused(name, path, &text, words, line);
    }
}

#[test]
fn a_broken_policy_leaves_the_others_alone() {
    let text = format!("{METADATA}\ndeny := true\n");
    let errors = errors("team/broken.rego", &text, &["aws/s3/", "aws/vpc/", "aws/elb/"]);
    assert_eq!(errors.len(), 1, "{errors:#?}");
}

/// Bodies that fail while they judge, and words of the reason.
const FAILING: &[(&str, &str, &str)] = &[
    (
        "divides by zero",
        "deny contains {\"message\": \"x\"} if 1 / (count(input.values) - count(input.values)) > 0",
        "divide by zero",
    ),
    (
        "loops for ever",
        "deny contains {\"message\": \"x\"} if {\n\tsome i in numbers.range(1, 60000)\n\tsome j in numbers.range(1, 60000)\n\ti * j < 0\n}",
        "took longer than 200 ms",
    ),
    (
        "makes too much",
        "deny contains {\"message\": \"x\"} if count(numbers.range(1, 100000000)) > 0",
        "more than 65536 elements",
    ),
    (
        "expands a network",
        "deny contains {\"message\": \"x\"} if count(net.cidr_expand(\"10.0.0.0/8\")) > 0",
        "more than 65536 elements",
    ),
    ("wrong argument", "deny contains {\"message\": \"x\"} if startswith(input.values, \"a\")", ""),
    ("a string as violation", "deny contains \"bad\"", "must be an object"),
    ("no message", "deny contains {\"attribute\": [\"a\"]}", "needs a `message`"),
    (
        "unknown member",
        "deny contains {\"message\": \"x\", \"severity\": \"high\"}",
        "no member `severity`",
    ),
    (
        "conflict",
        "deny contains {\"message\": m} if m := f(1)\n\nf(x) := 1 if x > 0\n\nf(x) := 2 if x > 0",
        "",
    ),
];

#[test]
fn a_policy_that_fails_fails_alone() {
    let plan = "fixtures/scenarios/s3-static-website/violating/plan.json";
    let options = Options {
        time_limit: Duration::from_millis(200),
        ..support::only(&["aws-s3-*", "team-*"])
    };
    let load = |files| Policies::of(files, &[], Vec::new(), &options);
    let sound = load(Vec::new());
    let expected = support::check_with(vec![support::document(plan)], &sound).findings.len();
    assert!(expected > 3, "{expected} findings");
    let failing = FAILING.iter().enumerate().map(|(at, (_, body, _))| {
        let path = format!("team/broken_{at}.rego");
        let metadata = METADATA.replace("team.broken", &format!("team.broken_{at}"));
        let source = Source::new(path.clone(), format!("{metadata}\n{body}\n"));
        PolicyFile { path, origin: Origin::User, source }
    });
    let policies = load(failing.collect());
    assert!(policies.errors.is_empty(), "{:#?}", policies.errors);
    let report = support::check_with(vec![support::document(plan)], &policies);
    let (errors, others): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.outcome == Outcome::Error);
    assert_eq!(others.len(), expected, "the others' findings are all there");
    assert_eq!(errors.len(), 3 * FAILING.len(), "one for each bucket and policy");
    for (at, (name, _, words)) in FAILING.iter().enumerate() {
        let id = format!("team-broken-{at}");
        let own: Vec<_> = errors.iter().filter(|error| error.policy.as_str() == id).collect();
        assert_eq!(own.len(), 3, "{name}: one for each bucket");
        for error in own {
            let reason = error.reason.as_deref().unwrap_or_default();
            assert!(reason.contains(words), "{name}: {reason}");
        }
    }
    assert_eq!(report.gate.exit_code(), 4);
}
