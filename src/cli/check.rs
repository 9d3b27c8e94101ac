//! `plangate check`: judge plans and states, and say whether `apply` may run.

use clap::Args;

use super::judge::{JudgeArguments, long_help};
use super::output::Output;
use super::settings;
use super::sink;
use super::{NOT_WRITTEN, USAGE, trust};
use crate::config::{Config, FAIL_ON, FORMATS, Flag, Layers};
use crate::report::Report;

const EXAMPLES: &str = "\
Examples:
  terraform plan -out plan.out
  plangate check plan.out

  terraform show -json plan.out > plan.json
  plangate check plan.json

  terragrunt run --all --json-out-dir plans -- plan
  plangate check plans

  terraform show -json plan.out | plangate check - --format pretty --format sarif=plangate.sarif";

const FORMATS_NOTE: &str = "\
With a path the report goes to that file, which is replaced as a whole; without one it goes to \
standard output.";

/// The arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    judge: JudgeArguments,

    #[arg(short, long = FORMATS.flag, value_name = "FORMAT[=PATH]", help = FORMATS.help(), long_help = long_help(&FORMATS, FORMATS_NOTE))]
    formats: Vec<String>,

    #[command(flatten)]
    gate: GateArguments,
}

/// What closes the gate, and by whose word.
#[derive(Debug, Args)]
pub(super) struct GateArguments {
    #[arg(long = FAIL_ON.flag, value_name = "WHICH", help = FAIL_ON.help())]
    fail_on: Option<String>,

    #[arg(long, value_name = "REF", help = trust::HELP, long_help = trust::LONG_HELP)]
    trusted_ref: Option<String>,
}

impl GateArguments {
    /// The name of the commit whose word counts.
    pub(super) fn trusted_ref(&self) -> Option<&str> {
        self.trusted_ref.as_deref()
    }

    /// Adds what was given to `layers`.
    pub(super) fn flags(&self, layers: Layers) -> Layers {
        layers.with_flag(&FAIL_ON, Flag::one(self.fail_on.as_ref()))
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &CheckArguments) -> u8 {
    let judge = &arguments.judge;
    let formats = Flag::many(&arguments.formats);
    let gate = &arguments.gate;
    let prepared = judge.prepare(gate.trusted_ref(), |layers| {
        gate.flags(layers).with_flag(&FORMATS, formats.clone())
    });
    let prepared = prepared.and_then(|prepared| {
        let prepared = prepared.with_baseline(judge.color)?;
        Ok((outputs(judge, prepared.config())?, prepared))
    });
    match prepared {
        Ok((outputs, prepared)) => judge.judge(prepared, |report| write(judge, &outputs, report)),
        Err(code) => code,
    }
}

/// Where the reports go.
fn outputs(judge: &JudgeArguments, config: &Config) -> Result<Vec<Output>, u8> {
    let mut errors = Vec::new();
    let mut outputs: Vec<Output> = Vec::new();
    for format in &config.formats {
        match Output::new(format) {
            Ok(output) => outputs.push(output),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(settings::refuse(&errors, judge.color));
    }
    let usage = |message: &str| {
        sink::say(&format!("error: {message}"));
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
    Ok(outputs)
}

/// Writes the report to all places, and returns the exit code.
fn write(judge: &JudgeArguments, outputs: &[Output], report: Report) -> u8 {
    let mut code = report.gate.exit_code();
    for output in outputs {
        if let Err(message) = output.write(&report, judge.color) {
            sink::say(&format!("error: the report could not be written to {message}"));
            code = if matches!(code, 3 | 4) { code } else { NOT_WRITTEN };
        }
    }
    // The process ends here: giving back a large report piece by piece would be wasted time.
    std::mem::forget(report);
    code
}
