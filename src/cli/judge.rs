//! Judging, as several commands do it: the options that say what is judged and by what, and the
//! way from them to a report.

use std::env;
use std::path::PathBuf;

use clap::Args;

use super::acceptance::{self, AcceptanceArguments};
use super::progress::Bar;
use super::settings::{self, ConfigArguments, SelectionArguments};
use super::sink;
use super::terminal::Color;
use super::{USAGE, pool};
use crate::base::Date;
use crate::check::{self, Options, Policies};
use crate::config::{
    self, ALLOW_INCOMPLETE, Config, DIRECTORIES, ENVIRONMENT, Flag, Layers, MAX_INPUT, SOURCE,
    TIMEOUT,
};
use crate::input::{self, ReadOptions};
use crate::report::{self, Report};
use crate::waiver::Baseline;

const SOURCE_NOTE: &str = "\
Without it the working directory and that of the input are looked at, and taken if they declare \
what the plan holds. A saved plan file brings its source along; DIR says where its root module \
stands now.";

/// `text` below what the help text of `setting` says.
pub(super) fn long_help(setting: &config::Setting, text: &str) -> String {
    format!("{}\n\n{text}", setting.help())
}

/// What is judged, and by what.
#[derive(Debug, Args)]
pub(super) struct JudgeArguments {
    /// Plans or states, directories that hold some, or `-` for standard input
    ///
    /// The kind of a file is read from its content: saved plan files as `terraform plan -out`
    /// and `tofu plan -out` write them, plan JSON and state JSON as `terraform show -json` and
    /// `tofu show -json` write them, and raw state of version 4.
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,

    #[arg(short, long = DIRECTORIES.flag, value_name = "DIR", help = DIRECTORIES.help())]
    policies: Vec<String>,

    #[command(flatten)]
    selection: SelectionArguments,

    #[arg(long = ENVIRONMENT.flag, value_name = "NAME", help = ENVIRONMENT.help())]
    environment: Option<String>,

    #[arg(short, long = SOURCE.flag, value_name = "DIR", help = SOURCE.help(), long_help = long_help(&SOURCE, SOURCE_NOTE))]
    source: Option<String>,

    #[arg(long = ALLOW_INCOMPLETE.flag, help = ALLOW_INCOMPLETE.help())]
    allow_incomplete: bool,

    #[arg(long = TIMEOUT.flag, value_name = "SECONDS", help = TIMEOUT.help())]
    timeout: Option<String>,

    #[arg(long = MAX_INPUT.flag, value_name = "BYTES", help = MAX_INPUT.help())]
    max_input: Option<String>,

    #[command(flatten)]
    pub(super) acceptance: AcceptanceArguments,

    #[command(flatten)]
    config: ConfigArguments,

    /// Use so many threads; the report is the same for any number
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// What a run is to be made with.
pub(super) struct Prepared {
    /// The configuration, the waivers of all its files included.
    pub(super) config: Config,
    /// The findings that are known.
    pub(super) baseline: Option<Baseline>,
    /// The day.
    pub(super) today: Date,
}

impl JudgeArguments {
    /// Reads the configuration; `with_flags` adds what other options say.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn prepare(
        &self,
        with_flags: impl FnOnce(Layers) -> Layers,
    ) -> Result<Prepared, u8> {
        let mut config = self.config.load(|layers| with_flags(self.flags(layers)))?;
        acceptance::read_files(&mut config, self.color)?;
        if self.inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
            sink::say("error: standard input can be read only once");
            return Err(USAGE);
        }
        Ok(Prepared { config, baseline: None, today: self.acceptance.today()? })
    }

    fn flags(&self, layers: Layers) -> Layers {
        self.acceptance
            .flags(self.selection.flags(layers))
            .with_flag(&DIRECTORIES, Flag::many(&self.policies))
            .with_flag(&ENVIRONMENT, Flag::one(self.environment.as_ref()))
            .with_flag(&SOURCE, Flag::one(self.source.as_ref()))
            .with_flag(&ALLOW_INCOMPLETE, self.allow_incomplete.then(|| Flag::One("true".into())))
            .with_flag(&TIMEOUT, Flag::one(self.timeout.as_ref()))
            .with_flag(&MAX_INPUT, Flag::one(self.max_input.as_ref()))
    }

    /// Judges, shows on standard error what could not be read, and hands the report to `then`.
    /// Returns its exit code, or that of a configuration that is wrong.
    pub(super) fn judge(&self, prepared: Prepared, then: impl FnOnce(Report) -> u8 + Send) -> u8 {
        pool::run(usize::from(self.jobs.unwrap_or(0)), || match self.report(prepared) {
            Ok(report) => then(report),
            Err(code) => code,
        })
    }

    fn report(&self, prepared: Prepared) -> Result<Report, u8> {
        let Prepared { config, baseline, today } = prepared;
        let directories: Vec<String> =
            config.policies.directories.iter().map(Config::path).collect();
        let max_input = config.check.max_input.value;
        let options = Options {
            fail_on: config.check.fail_on.value,
            allow_incomplete: config.check.allow_incomplete.value,
            time_limit: config.check.timeout.value,
            directory: env::current_dir().ok().map(|path| path.display().to_string()),
            source: config.check.source.as_ref().map(Config::path),
            config,
            baseline,
            today,
        };
        let policies = Policies::load(&directories, &options);
        if !policies.config_errors.is_empty() {
            return Err(settings::refuse(&policies.config_errors, self.color));
        }
        let found = input::find(&self.inputs, &ReadOptions { max_input });
        let bar = Bar::new();
        let (mut report, errors) =
            check::check(found.documents, found.errors, &policies, &options, &bar);
        bar.finish();
        sink::know(&report.scrubber);
        report.notices.extend(self.acceptance.notice());
        if found.ignored > 0 {
            let files = if found.ignored == 1 { "file is" } else { "files are" };
            report.notices.push(format!("{} other {files} neither plan nor state", found.ignored));
        }
        let look = sink::look_of_errors(self.color);
        for error in &policies.errors {
            sink::say(&report::render(error, look));
        }
        for error in &errors {
            sink::say(&report::render(error, look));
        }
        // Giving back what is large piece by piece would be wasted time: the process ends soon.
        std::mem::forget(policies);
        Ok(report)
    }
}
