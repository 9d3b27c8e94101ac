//! `plangate baseline`: record the findings of today, so that only new ones close the gate.

use std::path::{Path, PathBuf};

use clap::Args;

use super::acceptance;
use super::judge::{JudgeArguments, Prepared};
use super::shelf::Shelf;
use super::sink;
use super::{BAD_INPUT, NOT_WRITTEN};
use crate::base::secret::Syntax;
use crate::config::Config;
use crate::report::Report;
use crate::waiver::Baseline;

const EXAMPLES: &str = "\
Examples:
  plangate baseline plan.out
  plangate check plan.out --baseline plangate-baseline.json

  plangate baseline plan.out --prune";

/// Where the baseline goes when nobody says so.
const FILE: &str = "plangate-baseline.json";

/// The arguments of `baseline`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BaselineArguments {
    #[command(flatten)]
    judge: JudgeArguments,

    /// Write to FILE; without it to that of `--baseline` or the configuration, or to
    /// plangate-baseline.json
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Only take out what is fixed, and add nothing
    #[arg(long)]
    prune: bool,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &BaselineArguments) -> u8 {
    let judge = &arguments.judge;
    let prepared = judge.prepare(None, |layers| layers).and_then(|prepared| {
        let known = if arguments.prune { known(arguments, &prepared)? } else { None };
        Ok((known, prepared))
    });
    match prepared {
        Ok((known, prepared)) => {
            let path = path(arguments, prepared.config());
            judge.judge(prepared, |report| record(&path, known.as_ref(), &report))
        }
        Err(code) => code,
    }
}

/// The baseline that is to be pruned.
fn known(arguments: &BaselineArguments, prepared: &Prepared) -> Result<Option<Baseline>, u8> {
    let color = arguments.judge.color;
    let config = prepared.config();
    let configured = acceptance::read_baseline(config, Shelf::WorkingCopy, color)?;
    match configured {
        Some(baseline) => Ok(Some(baseline)),
        None => {
            let path = path(arguments, config);
            acceptance::read_baseline_at(&path, Shelf::WorkingCopy, color).map(Some)
        }
    }
}

fn path(arguments: &BaselineArguments, config: &Config) -> PathBuf {
    let configured = || config.baseline.as_ref().map(|path| PathBuf::from(Config::path(path)));
    arguments.output.clone().or_else(configured).unwrap_or_else(|| PathBuf::from(FILE))
}

fn record(path: &Path, known: Option<&Baseline>, report: &Report) -> u8 {
    let gate = report.gate;
    if gate.bad_inputs > 0 || gate.bad_policies > 0 {
        sink::say("error: not everything could be judged, so nothing is recorded");
        return gate.exit_code().max(BAD_INPUT);
    }
    let found = Baseline::of(&report.findings);
    let (baseline, what) = match known {
        Some(known) => {
            let kept = known.and(&found);
            let gone = known.len() - kept.len();
            let text = format!("{gone} taken out, {} kept", kept.len());
            (kept, text)
        }
        None => {
            let text = format!("{} recorded", found.len());
            (found, text)
        }
    };
    let text = baseline.to_text();
    match sink::write_file(path, Syntax::Json, |out| out.write_all(text.as_bytes())) {
        Ok(()) => {
            sink::say(&format!("{}: {what}", path.display()));
            0
        }
        Err(error) => {
            sink::say(&format!("error: {} cannot be written: {error}", path.display()));
            NOT_WRITTEN
        }
    }
}
