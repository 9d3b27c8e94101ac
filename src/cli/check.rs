//! `plangate check`: judge plans and states, and say whether `apply` may run.

use std::env;
use std::path::PathBuf;

use clap::Args;

use super::clock;
use super::output::Output;
use super::pool;
use super::progress::Bar;
use super::settings::{self, ConfigArguments, SelectionArguments};
use super::terminal::{self, Color};
use super::{NOT_WRITTEN, USAGE};
use crate::base::Date;
use crate::check::{self, Options, Policies};
use crate::config::{
    self, ALLOW_INCOMPLETE, Config, DIRECTORIES, ENVIRONMENT, FAIL_ON, FORMATS, Flag, Layers,
    MAX_INPUT, SOURCE, TIMEOUT,
};
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

const SOURCE_NOTE: &str = "\
Without it the working directory and that of the input are looked at, and taken if they declare \
what the plan holds. A saved plan file brings its source along; DIR says where its root module \
stands now.";

const FORMATS_NOTE: &str = "\
With a path the report goes to that file, which is replaced as a whole; without one it goes to \
standard output.";

/// `text` below what the help text of `setting` says.
fn long_help(setting: &config::Setting, text: &str) -> String {
    format!("{}\n\n{text}", setting.help())
}

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

    #[arg(short, long = DIRECTORIES.flag, value_name = "DIR", help = DIRECTORIES.help())]
    policies: Vec<String>,

    #[command(flatten)]
    selection: SelectionArguments,

    #[arg(long = ENVIRONMENT.flag, value_name = "NAME", help = ENVIRONMENT.help())]
    environment: Option<String>,

    #[arg(short, long = SOURCE.flag, value_name = "DIR", help = SOURCE.help(), long_help = long_help(&SOURCE, SOURCE_NOTE))]
    source: Option<String>,

    #[arg(short, long = FORMATS.flag, value_name = "FORMAT[=PATH]", help = FORMATS.help(), long_help = long_help(&FORMATS, FORMATS_NOTE))]
    formats: Vec<String>,

    #[arg(long = FAIL_ON.flag, value_name = "WHICH", help = FAIL_ON.help())]
    fail_on: Option<String>,

    #[arg(long = ALLOW_INCOMPLETE.flag, help = ALLOW_INCOMPLETE.help())]
    allow_incomplete: bool,

    #[arg(long = TIMEOUT.flag, value_name = "SECONDS", help = TIMEOUT.help())]
    timeout: Option<String>,

    #[arg(long = MAX_INPUT.flag, value_name = "BYTES", help = MAX_INPUT.help())]
    max_input: Option<String>,

    #[command(flatten)]
    config: ConfigArguments,

    /// Judge as on DATE, in UTC, instead of today; the report says so
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,

    /// Use so many threads; the report is the same for any number
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &CheckArguments) -> u8 {
    let prepared = arguments.config.load(|layers| arguments.flags(layers)).and_then(|config| {
        let outputs = outputs(arguments, &config)?;
        Ok((config, outputs, arguments.day()?))
    });
    let (config, outputs, today) = match prepared {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    let threads = usize::from(arguments.jobs.unwrap_or(0));
    pool::run(threads, || check(arguments, config, &outputs, today))
}

impl CheckArguments {
    /// The day of the run.
    fn day(&self) -> Result<Date, u8> {
        self.today.map_or_else(clock::today, Ok).map_err(|message| {
            terminal::say(&format!("error: {message}"));
            USAGE
        })
    }

    fn flags(&self, layers: Layers) -> Layers {
        self.selection
            .flags(layers)
            .with_flag(&DIRECTORIES, Flag::many(&self.policies))
            .with_flag(&ENVIRONMENT, Flag::one(self.environment.as_ref()))
            .with_flag(&SOURCE, Flag::one(self.source.as_ref()))
            .with_flag(&FORMATS, Flag::many(&self.formats))
            .with_flag(&FAIL_ON, Flag::one(self.fail_on.as_ref()))
            .with_flag(&ALLOW_INCOMPLETE, self.allow_incomplete.then(|| Flag::One("true".into())))
            .with_flag(&TIMEOUT, Flag::one(self.timeout.as_ref()))
            .with_flag(&MAX_INPUT, Flag::one(self.max_input.as_ref()))
    }
}

/// Where the reports go.
fn outputs(arguments: &CheckArguments, config: &Config) -> Result<Vec<Output>, u8> {
    let mut errors = Vec::new();
    let mut outputs: Vec<Output> = Vec::new();
    for format in &config.formats {
        match Output::new(format) {
            Ok(output) => outputs.push(output),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(settings::refuse(&errors, arguments.color));
    }
    let usage = |message: &str| {
        terminal::say(&format!("error: {message}"));
        Err(USAGE)
    };
    if outputs.is_empty() {
        return usage("there is no format to report in; ask for one, such as `--format pretty`");
    }
    if outputs.iter().filter(|output| output.path.is_none()).count() > 1 {
        return usage(
            "only one format can go to standard output; give the others a path, such as \
             `--format sarif=plangate.sarif`",
        );
    }
    if arguments.inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
        return usage("standard input can be read only once");
    }
    Ok(outputs)
}

fn check(arguments: &CheckArguments, config: Config, outputs: &[Output], today: Date) -> u8 {
    let directories: Vec<String> = config.policies.directories.iter().map(Config::path).collect();
    let max_input = config.check.max_input.value;
    let options = Options {
        fail_on: config.check.fail_on.value,
        allow_incomplete: config.check.allow_incomplete.value,
        time_limit: config.check.timeout.value,
        directory: env::current_dir().ok().map(|path| path.display().to_string()),
        source: config.check.source.as_ref().map(Config::path),
        config,
        today,
    };
    let policies = Policies::load(&directories, &options);
    if !policies.config_errors.is_empty() {
        return settings::refuse(&policies.config_errors, arguments.color);
    }
    let found = input::find(&arguments.inputs, &ReadOptions { max_input });
    let bar = Bar::new();
    let (mut report, errors) =
        check::check(found.documents, found.errors, &policies, &options, &bar);
    bar.finish();
    if let Some(day) = arguments.today {
        report.notices.push(format!("judged as on {day}, the day given with `--today`"));
    }
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
