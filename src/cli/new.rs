//! `plangate new`: a policy and its test to begin with.

use std::path::{Path, PathBuf};

use clap::Args;

use super::settings::ConfigArguments;
use super::{NOT_WRITTEN, USAGE, output, sink};
use crate::base::neutralise;
use crate::base::secret::Syntax;
use crate::config::{Config, DIRECTORIES, Flag};
use crate::scaffold;

const EXAMPLES: &str = "\
Examples:
  plangate new aws/s3/unlogged_bucket
  plangate new team/storage/unnamed_bucket --type aws_s3_bucket --attribute bucket";

/// The directory of policies where none is configured.
const DIRECTORY: &str = "policies";

/// The arguments of `new`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct NewArguments {
    /// The path of the policy below its directory, which is its name: `aws/s3/unlogged_bucket`
    ///
    /// Directories first, then the fault, so that it reads well after "allow".
    #[arg(value_name = "NAME")]
    name: String,

    /// The type of the resources that it judges; by default the one that the name suggests
    #[arg(long = "type", value_name = "TYPE")]
    resource_type: Option<String>,

    /// The attribute that it looks at
    #[arg(long, value_name = "NAME", default_value = "tags")]
    attribute: String,

    /// The directory of policies; by default the first that is configured, or `policies`
    #[arg(short, long = "policy", value_name = "DIR")]
    directory: Option<PathBuf>,

    #[command(flatten)]
    config: ConfigArguments,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &NewArguments) -> u8 {
    let config = match arguments.config.load(|layers| layers.with_flag(&DIRECTORIES, None::<Flag>))
    {
        Ok(config) => config,
        Err(code) => return code,
    };
    let made = scaffold::new_policy(
        &arguments.name,
        arguments.resource_type.as_deref(),
        &arguments.attribute,
    );
    let policy = match made {
        Ok(policy) => policy,
        Err(error) => return refuse(&error.reason, &error.help),
    };
    let configured: Vec<PathBuf> =
        config.policies.directories.iter().map(|path| PathBuf::from(Config::path(path))).collect();
    let directory = arguments.directory.as_deref();
    let directory = directory.or_else(|| configured.first().map(PathBuf::as_path));
    let directory = directory.unwrap_or(Path::new(DIRECTORY));
    let paths = policy.files.each_ref().map(|(path, _)| directory.join(path));
    if let Some(path) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        let reason = format!("`{}` is there already", path.display());
        return refuse(&reason, "nothing was written; give the policy another name");
    }
    let mut lines = Vec::new();
    for (path, (_, text)) in paths.iter().zip(&policy.files) {
        let shown = path.strip_prefix(".").unwrap_or(path).display().to_string();
        if let Err(error) = sink::write_new_file(path, text) {
            sink::say(&format!("error: {} cannot be written: {error}", neutralise(&shown)));
            return NOT_WRITTEN;
        }
        lines.push(format!("written  {}", neutralise(&shown)));
    }
    if policy.is_guessed {
        let resource_type = &policy.resource_type;
        lines.push(format!(
            "judges   {resource_type}, which the name suggests; `--type` says another"
        ));
    }
    let shown = directory.display().to_string();
    lines.push(format!("next     plangate test {}", neutralise(&shown)));
    if !configured.iter().any(|known| known == directory) {
        lines.push(format!(
            "next     plangate check PLAN --policy {}, or name the directory in plangate.toml",
            neutralise(&shown)
        ));
    }
    output::text(Syntax::Text, &(lines.join("\n") + "\n"))
}

fn refuse(reason: &str, help: &str) -> u8 {
    sink::say(&format!("error: {}\n  help: {}", neutralise(reason), neutralise(help)));
    USAGE
}
