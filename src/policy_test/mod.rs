//! Floor 4: the use case `test`. Runs the tests of policies: rules in Rego, and files that say what
//! policies should make of a plan.

mod case;
mod diagnostic;
mod json;
mod judge;
mod junit;
mod lcov;
mod pretty;

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use miette::Diagnostic;
use regex::Regex;

use crate::base::secret::{Scrubber, Secrets, Syntax};
use crate::base::{Source, Span};
use crate::config::ConfigError;
use crate::engine::{
    Coverage, DEFAULT_TIME_LIMIT, Engine, FileCoverage, Print, TestOutcome, TestResult, Tests,
    percent,
};
use crate::input::{InputError, ReadOptions};
use crate::policy::{self, Policy, PolicyError, PolicyFile, PolicySet};
use crate::report::Look;
use case::CaseFile;
pub use diagnostic::TestFailure;

/// How many times as long as a judgement a test may take.
pub const PATIENCE: u32 = 5;

/// What reports say in their own words: no secret, whatever equals it.
const WORDS: [&str; 2] = ["passed failed skipped", "evaluated expected violation undetermined"];

/// What to test, and how.
#[derive(Debug)]
pub struct Options {
    /// Directories of policies with their tests.
    pub directories: Vec<PathBuf>,
    /// The tests of the built-in policies are run, too.
    pub built_in: bool,
    /// Which tests are run, by their names; None for all.
    pub wanted: Option<Wanted>,
    /// How long one judgement may take. A test, which may hold many, has [`PATIENCE`] times as long.
    pub time_limit: Duration,
    /// What may be read.
    pub read: ReadOptions,
    /// The least part of all lines that must be evaluated, in per cent.
    pub least_coverage: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            directories: Vec::new(),
            built_in: false,
            wanted: None,
            time_limit: DEFAULT_TIME_LIMIT,
            read: ReadOptions::default(),
            least_coverage: None,
        }
    }
}

/// A regular expression that the name of a test must match.
#[derive(Debug, Clone)]
pub struct Wanted(Regex);

impl std::str::FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Regex::new(text).map(Wanted).map_err(|error| {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!("this is no regular expression: {}", last.trim_start_matches("error: "))
        })
    }
}

impl Wanted {
    fn matches(wanted: Option<&Self>, name: &str) -> bool {
        wanted.is_none_or(|wanted| wanted.0.is_match(name))
    }
}

/// What became of all tests.
#[derive(Debug, Default)]
pub struct TestReport {
    /// The tests, in order of files and lines.
    pub tests: Vec<Tested>,
    /// How much of each policy and library was evaluated.
    pub coverage: Vec<FileCoverage>,
    /// The least part of all lines that must be.
    pub least_coverage: Option<f64>,
    /// Only tests of some names were to be run.
    pub is_narrowed: bool,
    /// Policies, libraries and tests that cannot be used.
    pub policy_errors: Vec<PolicyError>,
    /// What is wrong in files of cases.
    pub case_errors: Vec<ConfigError>,
    /// Plans and states of cases that cannot be read.
    pub input_errors: Vec<InputError>,
    /// Takes the secrets of those plans and states out of whatever is printed.
    pub scrubber: Scrubber,
    secrets: Secrets,
}

/// One test, and what became of it.
#[derive(Debug)]
pub struct Tested {
    /// The file that holds it.
    pub file: Source,
    /// Where it stands.
    pub span: Span,
    /// Its name within the file.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// What it printed.
    pub prints: Vec<Print>,
}

/// What can become of a test.
#[derive(Debug)]
pub enum Status {
    /// It holds.
    Passed,
    /// It is to be written yet.
    Skipped,
    /// It does not hold.
    Failed(Box<TestFailure>),
}

impl Status {
    /// The status in a word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Skipped => "skipped",
            Status::Failed(_) => "failed",
        }
    }
}

/// A way to write a report.
pub struct TestReporter {
    /// What the format is called on the command line.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// What it writes, for taking secrets out of it.
    pub syntax: Syntax,
    /// Writes the report.
    pub write: fn(&TestReport, &View, &mut dyn Write) -> io::Result<()>,
}

/// What a reader wants to see, where there is a choice.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// How it is to look.
    pub look: Look,
    /// How much of a report for people is shown.
    pub detail: Detail,
}

/// How much is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detail {
    /// Every test, and what it printed.
    pub every_test: bool,
    /// The coverage of every file.
    pub coverage: bool,
}

/// Every reporter of tests. To add one: a file beside this one and a line here.
pub const REPORTERS: &[TestReporter] = &[
    TestReporter {
        name: "pretty",
        help: "diagnostics for people",
        syntax: Syntax::Text,
        write: pretty::write,
    },
    TestReporter {
        name: "json",
        help: "everything, for programs",
        syntax: Syntax::Json,
        write: json::write,
    },
    TestReporter {
        name: "junit",
        help: "JUnit XML, for CI servers",
        syntax: Syntax::Text,
        write: junit::write,
    },
    TestReporter {
        name: "lcov",
        help: "line coverage, for editors and services",
        syntax: Syntax::Text,
        write: lcov::write,
    },
];

/// Runs the tests.
#[must_use]
pub fn run(options: &Options) -> TestReport {
    let mut report = TestReport {
        least_coverage: options.least_coverage,
        is_narrowed: options.wanted.is_some(),
        ..TestReport::default()
    };
    let (files, cases) = files(options, &mut report);
    let tested: HashSet<String> = files.iter().map(|file| file.source.name().to_owned()).collect();
    let mut set = PolicySet::load(with_built_in(files));
    report.policy_errors.append(&mut set.errors);
    let (engine, errors) = Engine::new(&judging(&set, &tested, &cases), options.time_limit);
    report.policy_errors.extend(errors);
    let (tests, errors) = Tests::new(&set, options.time_limit * PATIENCE);
    report.policy_errors.extend(errors);
    let wanted = |name: &str| Wanted::matches(options.wanted.as_ref(), name);
    let (results, mut coverage) = tests.run(&wanted);
    report.tests.extend(results.into_iter().map(Tested::from));
    report.judge(&engine, &cases, options, &mut coverage);
    report.measure(&set, &tested, &coverage);
    report
        .tests
        .sort_by(|a, b| (a.file.name(), a.span, &a.name).cmp(&(b.file.name(), b.span, &b.name)));
    report.hide(&set, &cases);
    let place =
        |error: &PolicyError| (error.source.name().to_owned(), error.span, error.fault.to_string());
    report.policy_errors.sort_by_key(place);
    report.policy_errors.dedup_by_key(|error| place(error));
    report
}

/// The files that are tested, and the files of cases.
fn files(options: &Options, report: &mut TestReport) -> (Vec<PolicyFile>, Vec<Source>) {
    let mut files = Vec::new();
    let mut cases = Vec::new();
    if options.built_in {
        files.extend(policy::built_in());
        files.extend(policy::built_in_tests());
    }
    for directory in &options.directories {
        let (found, errors) = policy::read_directory(directory);
        files.extend(found);
        report.policy_errors.extend(errors);
        let (found, errors) = policy::read_cases(directory);
        cases.extend(found);
        report.policy_errors.extend(errors);
    }
    (files, cases)
}

/// `files` and what is built in: policies may use its libraries. A file at the path of a built-in one
/// stands for it, as it does while that is worked on.
fn with_built_in(mut files: Vec<PolicyFile>) -> Vec<PolicyFile> {
    let known: HashSet<String> = files.iter().map(|file| file.path.clone()).collect();
    let others = policy::built_in().into_iter().filter(|file| !known.contains(&file.path));
    files.extend(others);
    files
}

/// The policies that are tested, and others that cases speak of: the rest need not be compiled.
fn judging(set: &PolicySet, tested: &HashSet<String>, cases: &[Source]) -> PolicySet {
    let is_meant = |policy: &Policy| {
        let is_named = |case: &Source| policy.names().any(|name| case.text().contains(name));
        tested.contains(policy.source.name()) || cases.iter().any(is_named)
    };
    let policies = set.policies.iter().filter(|(_, policy)| is_meant(policy));
    PolicySet {
        policies: policies.map(|(id, policy)| (id.clone(), policy.clone())).collect(),
        libraries: set.libraries.clone(),
        ..PolicySet::default()
    }
}

impl TestReport {
    /// Judges the inputs of the files of cases.
    fn judge(
        &mut self,
        engine: &Engine,
        cases: &[Source],
        options: &Options,
        coverage: &mut Coverage,
    ) {
        for source in cases {
            match CaseFile::read(source, engine.policies()) {
                Ok(case) => judge::run(&case, engine, options, self, coverage),
                Err(errors) => self.case_errors.extend(errors),
            }
        }
    }

    /// Takes the secrets of plans and states out of what was said of them, before anything breaks it
    /// into lines. What the author of the tests wrote is public.
    fn hide(&mut self, set: &PolicySet, cases: &[Source]) {
        let policies = set.policies.values().map(|policy| &policy.source);
        let libraries = set.libraries.values().map(|library| &library.source);
        let tests = set.tests.iter().map(|file| &file.source);
        let sources = policies.chain(libraries).chain(tests).chain(cases);
        let public = sources.flat_map(|source| [source.name(), source.text()]).chain(WORDS);
        self.scrubber = Scrubber::new(&self.secrets, public);
        for test in &mut self.tests {
            if let Status::Failed(failure) = &mut test.status {
                failure.hide(&self.scrubber);
            }
        }
    }

    /// Takes down how much of the `tested` files was evaluated.
    fn measure(&mut self, set: &PolicySet, tested: &HashSet<String>, coverage: &Coverage) {
        let policies = set.policies.values().map(|policy| &policy.source);
        let sources = policies.chain(set.libraries.values().map(|library| &library.source));
        let tested = sources.filter(|source| tested.contains(source.name()));
        self.coverage = tested.map(|source| coverage.file(source)).collect();
        self.coverage.sort_by(|a, b| a.file.cmp(&b.file));
    }

    /// How many tests have a status.
    #[must_use]
    pub fn count(&self, status: &str) -> usize {
        self.tests.iter().filter(|test| test.status.as_str() == status).count()
    }

    /// The part of all lines that was evaluated, in per cent.
    #[must_use]
    pub fn percent(&self) -> f64 {
        let covered = self.coverage.iter().map(|file| file.covered.len()).sum();
        let missed: usize = self.coverage.iter().map(|file| file.missed.len()).sum();
        percent(covered, covered + missed)
    }

    /// True when less was evaluated than must be.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.least_coverage.is_some_and(|least| self.percent() < least)
    }

    /// What kept tests from being run.
    pub fn problems(&self) -> impl Iterator<Item = &dyn Diagnostic> {
        let policies = self.policy_errors.iter().map(|error| error as &dyn Diagnostic);
        let cases = self.case_errors.iter().map(|error| error as &dyn Diagnostic);
        let inputs = self.input_errors.iter().map(|error| error as &dyn Diagnostic);
        policies.chain(cases).chain(inputs)
    }

    /// The process exit code: 4 when something could not be tested or there was nothing to test, 1
    /// when a test fails or too little is covered, and 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let ran = self.count("passed") + self.count("failed");
        if self.problems().next().is_some() || ran == 0 {
            4
        } else {
            u8::from(self.count("failed") > 0 || self.is_short())
        }
    }
}

impl From<TestResult> for Tested {
    fn from(result: TestResult) -> Self {
        let TestResult { source, span, name, case, outcome, prints } = result;
        let name = match case {
            Some(case) => format!("{name}[{case}]"),
            None => name,
        };
        let status = match outcome {
            TestOutcome::Passed => Status::Passed,
            TestOutcome::Skipped => Status::Skipped,
            TestOutcome::Failed(failure) => {
                Status::Failed(Box::new(TestFailure::of_rule(&name, *failure)))
            }
        };
        Tested { file: source, span, name, status, prints }
    }
}
