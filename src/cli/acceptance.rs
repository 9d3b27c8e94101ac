//! What is accepted in a run: the options, the files of waivers, and the day.

use std::path::Path;

use clap::Args;

use super::shelf::Shelf;
use super::terminal::Color;
use super::{USAGE, clock, settings, sink};
use crate::base::Date;
use crate::config::{
    BASELINE, COMMENTS, Config, Flag, Layers, TOOLS, WAIVER_DAYS, WAIVER_FILES, read_waivers,
};
use crate::waiver::Baseline;

/// What is accepted.
#[derive(Debug, Args)]
pub(super) struct AcceptanceArguments {
    #[arg(long = WAIVER_FILES.flag, value_name = "FILE", help = WAIVER_FILES.help())]
    waivers: Vec<String>,

    #[arg(long = WAIVER_DAYS.flag, value_name = "DAYS", help = WAIVER_DAYS.help())]
    waiver_days: Option<String>,

    #[arg(long = COMMENTS.flag, value_name = "BOOL", help = COMMENTS.help())]
    ignore_comments: Option<String>,

    #[arg(long = TOOLS.flag, value_name = "TOOL", value_delimiter = ',', help = TOOLS.help())]
    ignore_comments_of: Vec<String>,

    #[arg(long = BASELINE.flag, value_name = "FILE", help = BASELINE.help())]
    baseline: Option<String>,

    /// Judge as on DATE, in UTC, instead of today; the report says so
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

impl AcceptanceArguments {
    /// Adds what was given to `layers`.
    pub(super) fn flags(&self, layers: Layers) -> Layers {
        layers
            .with_flag(&WAIVER_FILES, Flag::many(&self.waivers))
            .with_flag(&WAIVER_DAYS, Flag::one(self.waiver_days.as_ref()))
            .with_flag(&BASELINE, Flag::one(self.baseline.as_ref()))
            .with_flag(&COMMENTS, Flag::one(self.ignore_comments.as_ref()))
            .with_flag(&TOOLS, Flag::many(&self.ignore_comments_of))
    }

    /// The day of the run.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn today(&self) -> Result<Date, u8> {
        let today = self.today.map_or_else(clock::today, Ok);
        today.map_err(|message| {
            sink::say(&format!("error: {message}"));
            USAGE
        })
    }

    /// What the report says of the day.
    pub(super) fn notice(&self) -> Option<String> {
        self.today.map(|day| format!("judged as on {day}, the day given with `--today`"))
    }
}

/// Adds the waivers in the files that `config` names, as `shelf` has them.
///
/// # Errors
/// The exit code, after saying what is wrong in them.
pub(super) fn read_files(config: &mut Config, shelf: Shelf<'_>, color: Color) -> Result<(), u8> {
    let mut errors = Vec::new();
    for file in &config.waiver_settings.files {
        let read = shelf.read(Path::new(&Config::path(file))).map_err(|error| vec![error]);
        match read.and_then(|source| read_waivers(&source)) {
            Ok(waivers) => config.waivers.extend(waivers),
            Err(failed) => errors.extend(failed),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(settings::refuse(&errors, color)) }
}

/// The baseline that `config` names, as `shelf` has it.
///
/// # Errors
/// The exit code, after saying what is wrong.
pub(super) fn read_baseline(
    config: &Config,
    shelf: Shelf<'_>,
    color: Color,
) -> Result<Option<Baseline>, u8> {
    let path = config.baseline.as_ref().map(Config::path);
    path.map(|path| read_baseline_at(Path::new(&path), shelf, color)).transpose()
}

/// The baseline at `path`.
///
/// # Errors
/// The exit code, after saying what is wrong.
pub(super) fn read_baseline_at(
    path: &Path,
    shelf: Shelf<'_>,
    color: Color,
) -> Result<Baseline, u8> {
    let baseline = shelf.read(path).and_then(|source| Baseline::read(&source));
    baseline.map_err(|error| settings::refuse(&[error], color))
}
