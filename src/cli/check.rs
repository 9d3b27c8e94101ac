//! `plangate check`: judge plans and states, and say whether `apply` may run.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::output::Output;
use super::pool;
use super::progress::Bar;
use super::terminal::{self, Color};
use super::{NOT_WRITTEN, USAGE};
use crate::check::{self, Options, Policies};
use crate::input::{self, ReadOptions};
use crate::report;

const EXAMPLES: &str = "\
Examples:
  terraform plan -out plan.out
  plangate check plan.out

  terraform show -json plan.out > plan.json
  plangate check plan.json

  terragrunt run --all --json-out-dir plans -- plan
  plangate check plans

  terraform show -json plan.out | plangate check - --format pretty --format sarif=plangate.sarif";

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArguments {
    /// Plans or states, directories that hold some, or `-` for standard input
    ///
    /// The kind of a file is read from its content: saved plan files as `terraform plan -out`
    /// and `tofu plan -out` write them, plan JSON and state JSON as `terraform show -json` and
    /// `tofu show -json` write them, and raw state of version 4.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Use the policies below DIR too; may be given several times
    #[arg(short, long = "policy", value_name = "DIR")]
    policies: Vec<PathBuf>,

    /// Find the Terraform source in DIR, the directory of the root module
    ///
    /// Without it the working directory and that of the input are looked at, and taken if they
    /// declare what the plan holds. A saved plan file brings its source along; DIR says where its
    /// root module stands now.
    #[arg(short, long, value_name = "DIR")]
    source: Option<PathBuf>,

    /// Write the report as FORMAT: pretty, json or sarif; may be given several times
    ///
    /// With a path the report goes to that file, which is replaced as a whole; without one it
    /// goes to standard output.
    #[arg(short, long = "format", value_name = "FORMAT[=PATH]")]
    formats: Vec<Output>,

    /// Judge plans that are errored or incomplete, as far as they go
    #[arg(long)]
    allow_incomplete: bool,

    /// Give up on a policy that takes longer than this on one resource
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    timeout: Duration,

    /// Refuse inputs larger than this
    #[arg(long, value_name = "BYTES", default_value_t = ReadOptions::default().max_input)]
    max_input: u64,

    /// Use so many threads; the report is the same for any number
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds is needed".to_owned())?;
    if seconds > 0.0 && seconds <= 3600.0 {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("a number of seconds from 0 to 3600 is needed".to_owned())
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &CheckArguments) -> u8 {
    let outputs = match outputs(arguments) {
        Ok(outputs) => outputs,
        Err(message) => {
            terminal::say(&format!("error: {message}"));
            return USAGE;
        }
    };
    let threads = usize::from(arguments.jobs.unwrap_or(0));
    pool::run(threads, || check(arguments, &outputs))
}

fn outputs(arguments: &CheckArguments) -> Result<Vec<Output>, String> {
    let outputs = match arguments.formats.as_slice() {
        [] => Output::pretty().into_iter().collect(),
        formats => formats.to_vec(),
    };
    if outputs.iter().filter(|output| output.path.is_none()).count() > 1 {
        return Err("only one format can go to standard output; give the others a path, such as \
                    `--format sarif=plangate.sarif`"
            .to_owned());
    }
    if arguments.inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
        return Err("standard input can be read only once".to_owned());
    }
    Ok(outputs)
}

fn check(arguments: &CheckArguments, outputs: &[Output]) -> u8 {
    let options = Options {
        allow_incomplete: arguments.allow_incomplete,
        time_limit: arguments.timeout,
        directory: env::current_dir().ok().map(|path| path.display().to_string()),
        source: arguments.source.as_ref().map(|path| path.display().to_string()),
    };
    let policies = Policies::load(&arguments.policies, &options);
    let found = input::find(&arguments.inputs, &ReadOptions { max_input: arguments.max_input });
    let bar = Bar::new();
    let (mut report, errors) =
        check::check(found.documents, found.errors, &policies, &options, &bar);
    bar.finish();
    if found.ignored > 0 {
        let files = if found.ignored == 1 { "file is" } else { "files are" };
        report.notices.push(format!("{} other {files} neither plan nor state", found.ignored));
    }
    let look = terminal::look(arguments.color, &std::io::stderr());
    for error in &policies.errors {
        terminal::say(&report::render(error, look));
    }
    for error in &errors {
        terminal::say(&report::render(error, look));
    }
    let mut code = report.gate.exit_code();
    for output in outputs {
        if let Err(message) = output.write(&report, arguments.color) {
            terminal::say(&format!("error: the report could not be written to {message}"));
            code = if matches!(code, 3 | 4) { code } else { NOT_WRITTEN };
        }
    }
    // The process ends here: giving back a large report piece by piece would be wasted time.
    std::mem::forget((report, policies));
    code
}
