//! `conftest test`: the command line, output and exit codes of that tool, for those who call it.
//! Atlantis and pipelines run plangate in its place when a link called `conftest` leads to it.

mod output;
mod table;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::BoolishValueParser;
use clap::{Args, Subcommand, ValueEnum};

use super::pool;
use super::sink;
use super::terminal::Color;
use crate::base::secret::{Scrubber, Syntax};
use crate::check::conftest::{self, Tested};
use crate::input::{self, ReadOptions};
use crate::policy::raw::{DEFAULT_NAMESPACE, Namespaces};
use crate::report;

/// The name by which the binary is this tool.
const NAME: &str = "conftest";

/// Exit code: a policy denies, or something went wrong.
pub(super) const FAILED: u8 = 1;

/// Exit code with `--fail-on-warn`: a policy denies.
const DENIED: u8 = 2;

/// Its configuration, which is not read.
const CONFIGURATION: &str = "conftest.toml";

/// The directory of data that is taken without being named.
const DATA: &str = "data";

/// The arguments as they are meant: when the binary is called `conftest`, it is that command.
pub(super) fn called(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let name = arguments.first().map(Path::new).and_then(Path::file_stem);
    if name.is_some_and(|name| name == NAME) {
        arguments.insert(1, NAME.into());
    }
    arguments
}

/// True when they ask for this command.
pub(super) fn is_meant(arguments: &[OsString]) -> bool {
    arguments.get(1).is_some_and(|word| word == NAME)
}

/// The command `conftest`.
#[derive(Debug, Args)]
#[command(version)]
pub(super) struct ConftestCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Judge plans and states by policies for conftest
    Test(TestArguments),
}

/// The options of `conftest test` that make sense for plans.
#[derive(Debug, Args)]
struct TestArguments {
    /// Plans or states, directories that hold some, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Where the policies are
    #[arg(
        short,
        long,
        env = "CONFTEST_POLICY",
        value_name = "PATH",
        value_delimiter = ',',
        default_value = "policy"
    )]
    policy: Vec<String>,

    /// The packages whose rules judge
    #[arg(short, long, env = "CONFTEST_NAMESPACE", value_delimiter = ',', default_value = DEFAULT_NAMESPACE)]
    namespace: Vec<String>,

    /// The rules of every package judge
    #[arg(long, env = "CONFTEST_ALL_NAMESPACES", value_parser = BoolishValueParser::new())]
    all_namespaces: bool,

    /// Files and directories of data for the policies
    #[arg(short, long, env = "CONFTEST_DATA", value_name = "PATH", value_delimiter = ',')]
    data: Vec<String>,

    /// How to write the results
    #[arg(short, long, env = "CONFTEST_OUTPUT", value_enum, default_value_t = Format::Stdout)]
    output: Format,

    /// Use no colour
    #[arg(long, env = "CONFTEST_NO_COLOR", value_parser = BoolishValueParser::new())]
    no_color: bool,

    /// Exit with 1 for warnings and with 2 for failures
    #[arg(long, env = "CONFTEST_FAIL_ON_WARN", value_parser = BoolishValueParser::new())]
    fail_on_warn: bool,

    /// Exit with 0 whatever the policies say; what cannot be judged is an error all the same
    #[arg(long, env = "CONFTEST_NO_FAIL", value_parser = BoolishValueParser::new())]
    no_fail: bool,

    /// Write nothing when everything passes
    #[arg(short, long, env = "CONFTEST_QUIET", value_parser = BoolishValueParser::new())]
    quiet: bool,

    /// Show what goes wrong in builtins, which is always done
    #[arg(long)]
    show_builtin_errors: bool,

    /// Do not write which rules do not count
    #[arg(long, env = "CONFTEST_SUPPRESS_EXCEPTIONS", value_parser = BoolishValueParser::new())]
    suppress_exceptions: bool,

    /// Leave messages out of the names of tests, for junit
    #[arg(long, env = "CONFTEST_JUNIT_HIDE_MESSAGE", value_parser = BoolishValueParser::new())]
    junit_hide_message: bool,

    /// What the files are: json, which they all are
    #[arg(long, value_enum)]
    parser: Option<Parser>,

    /// The version of Rego, which is found out for each file
    #[arg(long, value_enum)]
    rego_version: Option<RegoVersion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Parser {
    /// JSON
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RegoVersion {
    /// The older one
    V0,
    /// The current one
    V1,
}

/// How to write results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Stdout,
    /// JSON
    Json,
    /// The Test Anything Protocol
    Tap,
    /// A table
    Table,
    /// JUnit
    Junit,
    /// Workflow commands of GitHub
    Github,
    /// Logging commands of Azure Pipelines
    Azuredevops,
}

/// Runs the command and returns the exit code.
pub(super) fn run(command: &ConftestCommand) -> u8 {
    let Action::Test(arguments) = &command.action;
    pool::run(0, || test(arguments))
}

fn test(arguments: &TestArguments) -> u8 {
    let fail = |reason: &str| {
        sink::say(&format!("Error: running test: {reason}"));
        FAILED
    };
    if fs::symlink_metadata(CONFIGURATION).is_ok() {
        return fail("conftest.toml is not read: give what it says as options, and remove it");
    }
    let namespaces = match arguments.all_namespaces {
        true => Namespaces::All,
        false => Namespaces::Named(arguments.namespace.clone()),
    };
    let mut data = arguments.data.clone();
    if data.is_empty() && Path::new(DATA).is_dir() {
        data.push(DATA.to_owned());
    }
    let look = sink::look_of_errors(Color::Auto);
    let program = match conftest::program(&arguments.policy, &data, namespaces) {
        Ok(program) => program,
        Err(errors) => {
            errors.iter().for_each(|error| sink::say(&report::render(error, look)));
            return fail("the policies cannot be used");
        }
    };
    let found = input::find(&arguments.files, &ReadOptions::default());
    let mut documents = found.documents;
    for document in documents.iter_mut().filter(|document| document.label == "<stdin>") {
        document.label = "-".to_owned();
    }
    let mut tested = conftest::test(&documents, &program);
    tested.errors.extend(found.errors.iter().map(ToString::to_string));
    let policies = program.rules().iter().map(|rule| rule.policy.source.text());
    let words = [output::WORDS, env!("CARGO_PKG_VERSION")].into_iter();
    let named = documents.iter().map(|document| document.label.as_str());
    sink::know(&Scrubber::new(&tested.secrets, policies.chain(words).chain(named)));
    finish(arguments, &tested)
}

fn finish(arguments: &TestArguments, tested: &Tested) -> u8 {
    let has = |is: fn(&conftest::TestResult) -> bool| tested.results.iter().any(is);
    let denies = has(|result| !result.failures.is_empty());
    let warns = has(|result| !result.warnings.is_empty());
    let code = match (denies, warns) {
        (true, _) if arguments.fail_on_warn => DENIED,
        (true, _) => FAILED,
        (false, true) if arguments.fail_on_warn => FAILED,
        (false, _) => 0,
    };
    let is_worth_it = !arguments.quiet || code != 0;
    if is_worth_it && let Err(error) = write(arguments, tested) {
        sink::say(&format!("Error: running test: standard output: {error}"));
        return FAILED;
    }
    for error in &tested.errors {
        sink::say(&format!("Error: running test: {error}"));
    }
    match tested.errors.is_empty() {
        true if arguments.no_fail => 0,
        true => code,
        false => code.max(FAILED),
    }
}

fn write(arguments: &TestArguments, tested: &Tested) -> io::Result<()> {
    let look = sink::look(if arguments.no_color { Color::Never } else { Color::Auto });
    let results = &tested.results;
    let (syntax, text) = match arguments.output {
        Format::Stdout => {
            (Syntax::Text, output::text(results, look, !arguments.suppress_exceptions))
        }
        Format::Json => (Syntax::Json, output::json(results)),
        Format::Tap => (Syntax::Text, output::tap(results)),
        Format::Table => (Syntax::Text, table::table(results)),
        Format::Junit => (Syntax::Text, output::junit(results, arguments.junit_hide_message)),
        Format::Github => (Syntax::Text, output::github(results)),
        Format::Azuredevops => (Syntax::Text, output::azure(results)),
    };
    sink::print(syntax, |out| out.write_all(text.as_bytes()))
}
