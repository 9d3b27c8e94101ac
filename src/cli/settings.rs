//! The configuration of a run: finds `plangate.toml`, collects what the environment and the
//! command line say, and shows what is wrong with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::Args;

use super::USAGE;
use super::sink;
use super::terminal::Color;
use crate::base::Source;
use crate::config::{
    Config, ConfigError, ConfigFault, EXCLUDE, FILE_NAME, FILE_VARIABLE, FRAMEWORKS, Flag, INCLUDE,
    Layers, ONLY, Origin, PREFIX, PROFILE, SEVERITY,
};
use crate::report;

/// The largest configuration that is read.
const LARGEST: u64 = 1 << 20;

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
    /// The layers of configuration but for the command line.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn layers(&self) -> Result<Layers, ConfigError> {
        let named = || env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty());
        let path = match &self.config {
            _ if self.no_config => None,
            Some(path) => Some(path.clone()),
            None => named().map(PathBuf::from).or_else(find),
        };
        let file = path.map(|path| read(&path)).transpose()?;
        Ok(Layers { file, variables: variables(), ..Layers::default() })
    }

    /// The configuration; `with_flags` adds what the command line says.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn load(&self, with_flags: impl FnOnce(Layers) -> Layers) -> Result<Config, u8> {
        let layers = self.layers().map_err(|error| refuse(&[error], Color::Auto))?;
        Config::read(&with_flags(layers)).map_err(|errors| refuse(&errors, Color::Auto))
    }
}

/// Shows `errors` and returns the exit code for them.
pub(super) fn refuse(errors: &[ConfigError], color: Color) -> u8 {
    let look = sink::look_of_errors(color);
    errors.iter().for_each(|error| sink::say(&report::render(error, look)));
    USAGE
}

/// `plangate.toml` in the working directory, or the nearest above it within the repository.
/// Without a repository only the working directory counts: what lies above may be anybody's.
fn find() -> Option<PathBuf> {
    let directory = env::current_dir().ok()?;
    let root = directory.ancestors().position(|above| above.join(".git").exists());
    let levels = root.map_or(1, |levels| levels + 1);
    // The path is a relative one, as the reader would write it.
    let mut path = PathBuf::new();
    for _ in 0..levels {
        let file = path.join(FILE_NAME);
        // A link that leads nowhere is not overlooked.
        if file.symlink_metadata().is_ok() {
            return Some(file);
        }
        path.push("..");
    }
    None
}

/// The text of a file of the configuration.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(path: &Path) -> Result<Source, ConfigError> {
    let name = path.display().to_string();
    let unreadable = |reason: String| {
        let reason = reason.split(" (os error").next().unwrap_or_default().to_lowercase();
        let fault = ConfigFault::Unreadable { path: name.clone(), reason };
        ConfigError::new(&Origin::Default, fault)
    };
    let length = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if length > LARGEST {
        return Err(unreadable(format!("it is larger than {LARGEST} bytes")));
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    Ok(Source::new(name.clone(), text))
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
