//! `plangate test`: run the tests of policies.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::settings::ConfigArguments;
use super::terminal::Color;
use super::{NOT_WRITTEN, USAGE, output, pool, sink, watch};
use crate::config::Config;
use crate::input::ReadOptions;
use crate::policy_test::{
    self, Detail, Options, REPORTERS, TestReport, TestReporter, View, Wanted,
};

const EXAMPLES: &str = "\
Examples:
  plangate test policies
  plangate test --run unnamed_bucket --verbose
  plangate test --coverage-min 90 -f pretty -f junit=tests.xml -f lcov=coverage.info

Exit codes:
  0  every test holds
  1  a test fails, or too few lines are evaluated
  4  something could not be tested, or there is nothing to test";

/// The arguments of `test`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArguments {
    /// Directories of policies with their tests; without one, those of the configuration
    ///
    /// Tests are rules called `test_…` in files `…_test.rego`, and files `cases/….toml` that say
    /// what policies should make of a plan or state.
    #[arg(value_name = "DIR")]
    directories: Vec<PathBuf>,

    /// Run the tests of the built-in policies, too
    #[arg(long)]
    built_in: bool,

    /// Run only tests whose names match REGEX
    ///
    /// A name is the path of a rule, such as `policies.team.storage.unnamed_bucket_test.test_denies`;
    /// that of a case is `FILE POLICY ADDRESS`.
    #[arg(long = "run", value_name = "REGEX")]
    wanted: Option<Wanted>,

    /// Run the tests again whenever a file below the directories changes
    #[arg(long)]
    watch: bool,

    /// Show how much of each policy was evaluated
    #[arg(long)]
    coverage: bool,

    /// Fail when less than PERCENT of all lines of the policies was evaluated
    #[arg(long = "coverage-min", value_name = "PERCENT", value_parser = percent)]
    least_coverage: Option<f64>,

    /// Write a report: pretty, json, junit or lcov; may be given several times
    ///
    /// With a path the report goes to that file, which is replaced as a whole; without one it goes
    /// to standard output.
    #[arg(short, long = "format", value_name = "FORMAT[=PATH]", default_value = "pretty")]
    formats: Vec<Format>,

    /// Show every test, and what it printed
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    config: ConfigArguments,

    /// Use so many threads; the report is the same for any number
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// A report that was asked for.
#[derive(Clone)]
struct Format {
    reporter: &'static TestReporter,
    path: Option<PathBuf>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={:?}", self.reporter.name, self.path)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("there is no path after `=`".to_owned()),
            Some((name, "-")) => (name, None),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let known: Vec<&str> = REPORTERS.iter().map(|reporter| reporter.name).collect();
        let reporter = REPORTERS.iter().find(|reporter| reporter.name == name);
        let reporter = reporter.ok_or_else(|| format!("the formats are {}", known.join(", ")))?;
        Ok(Format { reporter, path })
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "a number from 0 to 100 is needed".to_owned())
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &TestArguments) -> u8 {
    let config = match arguments.config.load(|layers| layers) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let configured = config.policies.directories.iter().map(Config::path).map(PathBuf::from);
    let directories = match arguments.directories.as_slice() {
        [] if arguments.built_in => Vec::new(),
        [] => configured.collect(),
        directories => directories.to_vec(),
    };
    if let Err(code) = usable(arguments, &directories) {
        return code;
    }
    let options = Options {
        directories,
        built_in: arguments.built_in,
        wanted: arguments.wanted.clone(),
        time_limit: config.check.timeout.value,
        read: ReadOptions { max_input: config.check.max_input.value },
        least_coverage: arguments.least_coverage,
    };
    let threads = usize::from(arguments.jobs.unwrap_or(0));
    let once = || pool::run(threads, || test(arguments, &options));
    match arguments.watch {
        true => watch::repeat(&options.directories, once),
        false => once(),
    }
}

/// Refuses what cannot be meant.
fn usable(arguments: &TestArguments, directories: &[PathBuf]) -> Result<(), u8> {
    let usage = |message: &str, help: &str| {
        sink::say(&format!("error: {message}\n  help: {help}"));
        Err(USAGE)
    };
    if directories.is_empty() && !arguments.built_in {
        return usage(
            "there is no directory of policies to test",
            "name one, as in `plangate test policies`, or set `directories` below `[policies]` in \
             plangate.toml, or test what is built in with `--built-in`",
        );
    }
    if let Some(file) = directories.iter().find(|path| path.is_file()) {
        let message = format!("`{}` is a file, and a directory is needed", file.display());
        return usage(
            &crate::base::neutralise(&message),
            "a policy is called after its path below the directory; `--run REGEX` chooses tests",
        );
    }
    if arguments.formats.iter().filter(|format| format.path.is_none()).count() > 1 {
        return usage(
            "only one format can go to standard output",
            "give the others a path, such as `--format junit=tests.xml`",
        );
    }
    Ok(())
}

fn test(arguments: &TestArguments, options: &Options) -> u8 {
    let report = policy_test::run(options);
    sink::know(&report.scrubber);
    let mut code = report.exit_code();
    for format in &arguments.formats {
        if let Err(message) = write(&report, format, arguments) {
            sink::say(&format!("error: the report could not be written to {message}"));
            code = if code == 4 { code } else { NOT_WRITTEN };
        }
    }
    // Who reads no report for people learns from these lines why nothing was tested.
    let is_pretty = |format: &Format| format.reporter.name == "pretty";
    if !arguments.formats.iter().any(is_pretty) {
        let look = sink::look_of_errors(arguments.color);
        report.problems().for_each(|problem| sink::say(&crate::report::render(problem, look)));
    }
    code
}

fn write(report: &TestReport, format: &Format, arguments: &TestArguments) -> Result<(), String> {
    let detail = Detail { every_test: arguments.verbose, coverage: arguments.coverage };
    let TestReporter { syntax, write, .. } = *format.reporter;
    output::put(format.path.as_deref(), arguments.color, syntax, |look, out| {
        write(report, &View { look, detail }, out)
    })
}
