//! The configuration of a run: finds `plangate.toml`, collects what the environment and the
//! command line say, and shows what is wrong with it.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;

use clap::Args;

use super::USAGE;
use super::shelf::Shelf;
use super::sink;
use super::terminal::Color;
use crate::config::{
    ALL_NAMESPACES, CONFTEST, Config, ConfigError, DATA, EXCLUDE, FILE_VARIABLE, FORMATS,
    FRAMEWORKS, Flag, INCLUDE, Layers, NAMESPACES, ONLY, POLICY_SETS, PREFIX, PROFILE, RUN,
    SEVERITY,
};
use crate::report;

/// Where the configuration is.
#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    /// Read the configuration from FILE
    ///
    /// Without it, `plangate.toml` is looked for in the working directory and above it, up to the
    /// root of the repository.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

/// Policies for other tools.
#[derive(Debug, Args)]
pub(super) struct RawArguments {
    #[arg(long = CONFTEST.flag, value_name = "PATH", help = CONFTEST.help())]
    conftest: Vec<String>,

    #[arg(short, long = NAMESPACES.flag, value_name = "PACKAGE", value_delimiter = ',', help = NAMESPACES.help())]
    namespaces: Vec<String>,

    #[arg(long = ALL_NAMESPACES.flag, help = ALL_NAMESPACES.help())]
    all_namespaces: bool,

    #[arg(short, long = DATA.flag, value_name = "PATH", help = DATA.help())]
    data: Vec<String>,

    #[arg(long = POLICY_SETS.flag, value_name = "PATH", help = POLICY_SETS.help())]
    policy_sets: Vec<String>,

    #[arg(long = RUN.flag, value_name = "FILE", help = RUN.help())]
    run: Option<String>,
}

impl RawArguments {
    /// Adds what was given to `layers`.
    pub(super) fn flags(&self, layers: Layers) -> Layers {
        layers
            .with_flag(&CONFTEST, Flag::many(&self.conftest))
            .with_flag(&NAMESPACES, Flag::many(&self.namespaces))
            .with_flag(&ALL_NAMESPACES, self.all_namespaces.then(|| Flag::One("true".into())))
            .with_flag(&DATA, Flag::many(&self.data))
            .with_flag(&POLICY_SETS, Flag::many(&self.policy_sets))
            .with_flag(&RUN, Flag::one(self.run.as_ref()))
    }
}

/// Which policies are judged by.
#[derive(Debug, Args)]
pub(super) struct SelectionArguments {
    #[arg(long = PROFILE.flag, value_name = "PROFILE", help = PROFILE.help())]
    profile: Option<String>,

    #[arg(long = FRAMEWORKS.flag, value_name = "NAME", value_delimiter = ',', help = FRAMEWORKS.help())]
    frameworks: Vec<String>,

    #[arg(long = SEVERITY.flag, value_name = "SEVERITY", help = SEVERITY.help())]
    severity: Option<String>,

    #[arg(long = INCLUDE.flag, value_name = "POLICY", value_delimiter = ',', help = INCLUDE.help())]
    include: Vec<String>,

    #[arg(long = ONLY.flag, value_name = "POLICY", value_delimiter = ',', help = ONLY.help())]
    only: Vec<String>,

    #[arg(long = EXCLUDE.flag, value_name = "POLICY", value_delimiter = ',', help = EXCLUDE.help())]
    exclude: Vec<String>,
}

impl SelectionArguments {
    /// Adds what was given to `layers`.
    pub(super) fn flags(&self, layers: Layers) -> Layers {
        layers
            .with_flag(&PROFILE, Flag::one(self.profile.as_ref()))
            .with_flag(&FRAMEWORKS, Flag::many(&self.frameworks))
            .with_flag(&SEVERITY, Flag::one(self.severity.as_ref()))
            .with_flag(&INCLUDE, Flag::many(&self.include))
            .with_flag(&ONLY, Flag::many(&self.only))
            .with_flag(&EXCLUDE, Flag::many(&self.exclude))
    }
}

impl ConfigArguments {
    /// The configuration as the working copy has it; `with_flags` adds what the command line
    /// says.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn load(&self, with_flags: impl FnOnce(Layers) -> Layers) -> Result<Config, u8> {
        self.load_from(Shelf::WorkingCopy, with_flags)
    }

    /// The configuration with its file from `shelf`; `with_flags` adds what the command line
    /// says. Beside a commit, variables count only for where reports go: whatever a plan runs
    /// may set variables for what comes after it.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn load_from(
        &self,
        shelf: Shelf<'_>,
        with_flags: impl FnOnce(Layers) -> Layers,
    ) -> Result<Config, u8> {
        let layers = self.layers(shelf).map_err(|error| refuse(&[error], Color::Auto))?;
        Config::read(&with_flags(layers)).map_err(|errors| refuse(&errors, Color::Auto))
    }

    fn layers(&self, shelf: Shelf<'_>) -> Result<Layers, ConfigError> {
        let is_working_copy = matches!(shelf, Shelf::WorkingCopy);
        let named = env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty() && is_working_copy);
        let named = self.config.clone().or_else(|| named.map(PathBuf::from));
        let file = match named {
            _ if self.no_config => None,
            Some(path) => Some(shelf.read(&path)?),
            None => shelf.find()?,
        };
        let mut variables = variables();
        if !is_working_copy {
            let formats = FORMATS.variable();
            variables.retain(|name, _| *name == formats);
        }
        Ok(Layers { file, variables, ..Layers::default() })
    }
}

/// Shows `errors` and returns the exit code for them.
pub(super) fn refuse(errors: &[ConfigError], color: Color) -> u8 {
    let look = sink::look_of_errors(color);
    errors.iter().for_each(|error| sink::say(&report::render(error, look)));
    USAGE
}

/// The environment variables of ours. One that is no text is as good as not set only where its
/// name is none of ours, so its value is kept as far as it can be read.
fn variables() -> BTreeMap<String, String> {
    let all = env::vars_os();
    let ours = all.filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        name.starts_with(PREFIX).then(|| (name, value.to_string_lossy().into_owned()))
    });
    ours.collect()
}
