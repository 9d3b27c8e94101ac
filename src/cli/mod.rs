//! Floor 5: arguments, terminal, exit codes.

mod acceptance;
mod baseline;
mod check;
mod clock;
mod config;
mod conftest;
mod convert;
mod eval;
mod explain;
mod explain_verdict;
mod init;
mod inspect;
mod judge;
mod lint;
mod new;
mod output;
mod policies;
mod pool;
mod progress;
mod settings;
mod shelf;
mod sink;
mod subject;
mod supply;
mod terminal;
mod test;
mod trust;
mod verify;
mod watch;

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::engine;

/// Exit code: findings close the gate.
const BLOCKED: u8 = 1;
/// Exit code: the command line is wrong.
const USAGE: u8 = 2;
/// Exit code: an input cannot be trusted.
const BAD_INPUT: u8 = 3;
/// Exit code: a policy does not load.
const BAD_POLICY: u8 = 4;
/// Exit code: a report could not be written.
const NOT_WRITTEN: u8 = 5;
/// Exit code: a bug.
const BUG: u8 = 70;

/// What the exit codes mean, for the help text.
const EXIT_CODES: &str = "\
Exit codes, the same for every format:
  0    the gate is open
  1    blocked by findings
  2    wrong usage, or wrong configuration
  3    an input cannot be trusted: unreadable, unsupported, errored or incomplete
  4    a policy does not load, fails or takes too long, or there is none
  5    a report could not be written
  70   a bug in plangate
Several at once: 70 before 4, 3, 5 and 1.";

/// Judges Terraform and OpenTofu plans and states with Rego policies.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What to do. To add a command: a file below `cli/` and a variant here.
#[derive(Debug, Subcommand)]
enum Command {
    /// Judge plans and states, and say whether `apply` may run
    Check(Box<check::CheckArguments>),
    /// Show what the configuration comes to
    Config(config::ConfigCommand),
    /// Record today's findings, so that only new ones close the gate
    Baseline(Box<baseline::BaselineArguments>),
    /// Answer as `conftest test` does, for tools that call it
    Conftest(Box<conftest::ConftestCommand>),
    /// Print a saved plan file as plan JSON, without Terraform and its providers
    Convert(convert::ConvertArguments),
    /// Evaluate a query in Rego over a plan or one of its resources
    Eval(eval::EvalArguments),
    /// Say what a policy judges, why, and what to do about a violation; or why a verdict is what it is
    Explain(explain::ExplainArguments),
    /// Write a configuration, a policy and its test to begin with
    Init(init::InitArguments),
    /// Show the documents that policies see
    Inspect(inspect::InspectArguments),
    /// Say what is wrong with policies, and what is hardly meant
    Lint(lint::LintArguments),
    /// Write a policy and its test from a template
    New(new::NewArguments),
    /// List policies, what they read, and which controls they cover
    Policies(policies::PoliciesCommand),
    /// Run the tests of policies
    Test(test::TestArguments),
    /// Say whether a report is the verdict on a plan
    Verify(Box<verify::VerifyArguments>),
}

/// Runs the command line and returns the process exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = conftest::called(arguments.into_iter().collect());
    let usage = if conftest::is_meant(&arguments) { conftest::FAILED } else { USAGE };
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { usage } else { 0 };
            let is_written = sink::say_usage(&error);
            return ExitCode::from(if is_written { code } else { NOT_WRITTEN });
        }
    };
    panic::set_hook(Box::new(move |information| {
        // A panic in a policy becomes an outcome of its own, and its text may hold values.
        if !engine::is_judging() {
            sink::say_panic(information);
        }
    }));
    let result = panic::catch_unwind(AssertUnwindSafe(|| match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Config(arguments) => config::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Conftest(command) => conftest::run(&command),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Policies(arguments) => policies::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
    }));
    ExitCode::from(result.unwrap_or(BUG))
}
