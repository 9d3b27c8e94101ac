//! Judging, as several commands do it: the options that say what is judged and by what, and the
//! way from them to a report.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::acceptance::{self, AcceptanceArguments};
use super::progress::Bar;
use super::settings::{self, ConfigArguments, RawArguments, SelectionArguments};
use super::shelf::Shelf;
use super::sink;
use super::supply::{PolicyArguments, Supply};
use super::terminal::Color;
use super::{USAGE, pool, trust};
use crate::base::{Date, neutralise};
use crate::check::{self, Grounds, Options, Policies};
use crate::config::{
    self, ALLOW_INCOMPLETE, Config, ENVIRONMENT, Flag, Layers, MAX_INPUT, SOURCE, TIMEOUT,
};
use crate::input::{self, Commit, Found, ReadOptions};
use crate::report::{self, Printed, Report};

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

    #[command(flatten)]
    policies: PolicyArguments,

    #[command(flatten)]
    raw: RawArguments,

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

    /// Show what policies of your own print, and about which resource; they see no secrets then
    #[arg(short, long)]
    verbose: bool,

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
    /// What the verdict rests on, as the working copy has it.
    grounds: Grounds,
    /// The same as a commit has it, whose word counts.
    trusted: Option<(Arc<Commit>, Grounds)>,
    /// The day.
    today: Date,
}

impl Prepared {
    /// The configuration whose word counts.
    pub(super) fn config(&self) -> &Config {
        self.trusted.as_ref().map_or(&self.grounds.config, |(_, grounds)| &grounds.config)
    }

    /// Reads the baseline that the configuration names.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn with_baseline(mut self, color: Color) -> Result<Self, u8> {
        let grounds = &mut self.grounds;
        grounds.baseline = acceptance::read_baseline(&grounds.config, Shelf::WorkingCopy, color)?;
        if let Some((commit, grounds)) = &mut self.trusted {
            let shelf = Shelf::Commit(commit);
            grounds.baseline = acceptance::read_baseline(&grounds.config, shelf, color)?;
        }
        Ok(self)
    }
}

impl JudgeArguments {
    /// Reads what the verdict rests on, from the working copy and from the commit called
    /// `trusted`, if any; `with_flags` adds what other options say.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn prepare(
        &self,
        trusted: Option<&str>,
        with_flags: impl Fn(Layers) -> Layers,
    ) -> Result<Prepared, u8> {
        let usage = |message: &str| {
            sink::say(&format!("error: {message}"));
            USAGE
        };
        if env::var_os(trust::VARIABLE).is_some() {
            return Err(usage(trust::NO_VARIABLE));
        }
        let commit = trusted.map(trust::commit).transpose().map_err(|e| usage(&e.to_string()))?;
        let today = self.acceptance.today()?;
        let trusted = match commit {
            Some(commit) => {
                let grounds = self.grounds(Shelf::Commit(&commit), today, &with_flags)?;
                Some((Arc::new(commit), grounds))
            }
            None => None,
        };
        let grounds = self.grounds(Shelf::WorkingCopy, today, &with_flags)?;
        if self.inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
            return Err(usage("standard input can be read only once"));
        }
        Ok(Prepared { grounds, trusted, today })
    }

    fn grounds(
        &self,
        shelf: Shelf<'_>,
        today: Date,
        with_flags: impl Fn(Layers) -> Layers,
    ) -> Result<Grounds, u8> {
        let layers = |layers| with_flags(self.flags(layers));
        let mut config = self.config.load_from(shelf, layers)?;
        acceptance::read_files(&mut config, shelf, self.color)?;
        let Supply { files, raw, errors, notices } =
            Supply::read_from(shelf, &config, today, self.color)?;
        Ok(Grounds { config, files, raw, errors, notices, ..Grounds::default() })
    }

    fn flags(&self, layers: Layers) -> Layers {
        self.acceptance
            .flags(self.raw.flags(self.selection.flags(self.policies.flags(layers))))
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
        let max_input = prepared.config().check.max_input.value;
        let Prepared { grounds, trusted, today } = prepared;
        let found = input::find(&self.inputs, &ReadOptions { max_input });
        let ignored = found.ignored;
        let mut told = BTreeSet::new();
        let mut report = match trusted {
            None => {
                let notice = trust::notice(&grounds);
                let run = Run { grounds, trusted: None, today };
                let mut report = self.run(run, found, &mut told)?;
                report.notices.extend(notice(&report));
                report
            }
            Some((commit, theirs)) => {
                let notices = trust::notices(&commit, &theirs);
                let differences = grounds.differences(&theirs, commit.name());
                let trusted = Some(commit);
                let again = (!differences.is_empty()).then(|| found.again());
                let run = Run { grounds: theirs, trusted: trusted.clone(), today };
                let mut report = self.run(run, found, &mut told)?;
                if let Some(found) = again {
                    let run = Run { grounds, trusted, today };
                    check::tighten(&mut report, self.run(run, found, &mut told)?);
                }
                report.notices.splice(0..0, notices.into_iter().chain(differences));
                report
            }
        };
        report.notices.extend(self.acceptance.notice());
        if ignored > 0 {
            let files = if ignored == 1 { "file is" } else { "files are" };
            report.notices.push(format!("{ignored} other {files} neither plan nor state"));
        }
        Ok(report)
    }

    /// Judges once, and tells what could not be read, unless that was `told` before.
    fn run(&self, run: Run, found: Found, told: &mut BTreeSet<String>) -> Result<Report, u8> {
        let Run { grounds, trusted, today } = run;
        let Grounds { config, baseline, files, raw, errors, notices } = grounds;
        let options = Options {
            fail_on: config.check.fail_on.value,
            allow_incomplete: config.check.allow_incomplete.value,
            time_limit: config.check.timeout.value,
            directory: env::current_dir().ok().map(|path| path.display().to_string()),
            source: config.check.source.as_ref().map(Config::path),
            config,
            baseline,
            trusted,
            today,
            keep_prints: self.verbose,
        };
        let policies = Policies::of(files, &raw, errors, &options);
        if !policies.config_errors.is_empty() {
            // What the configuration names may be missing because it could not be read.
            let look = sink::look_of_errors(self.color);
            policies.errors.iter().for_each(|error| sink::say(&report::render(error, look)));
            return Err(settings::refuse(&policies.config_errors, self.color));
        }
        let bar = Bar::new();
        let (mut report, errors) =
            check::check(found.documents, found.errors, &policies, &options, &bar);
        bar.finish();
        report.notices.extend(notices);
        sink::know(&report.scrubber);
        let look = sink::look_of_errors(self.color);
        let policy_errors = policies.errors.iter().map(|error| report::render(error, look));
        for text in policy_errors.chain(errors.iter().map(|error| report::render(error, look))) {
            if told.insert(text.clone()) {
                sink::say(&text);
            }
        }
        for Printed { address, text } in &report.prints {
            let subject = if address.is_empty() { String::new() } else { format!("{address}: ") };
            sink::say(&neutralise(&format!("{subject}{text}")));
        }
        // Giving back what is large piece by piece would be wasted time: the process ends soon.
        std::mem::forget(policies);
        Ok(report)
    }
}

/// What one judging rests on.
struct Run {
    grounds: Grounds,
    trusted: Option<Arc<Commit>>,
    today: Date,
}
