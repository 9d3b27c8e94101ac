//! `plangate init`: a configuration, a policy and its test to begin with.

use std::io::ErrorKind;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::NOT_WRITTEN;
use super::sink;
use crate::base::neutralise;
use crate::base::secret::Syntax;
use crate::scaffold::{SERVICES, TEMPLATES};

const EXAMPLES: &str = "\
Examples:
  plangate init
  plangate init --ci github --ci atlantis";

/// The arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArguments {
    /// The directory to set up, which should be the root of the repository
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,

    /// Write what runs plangate in a service too; may be given several times
    #[arg(
        long = "ci",
        value_name = "SERVICE",
        value_parser = PossibleValuesParser::new(SERVICES.iter().map(|service| service.name)),
    )]
    services: Vec<String>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &InitArguments) -> u8 {
    let is_asked = |name: &str| arguments.services.iter().any(|asked| asked == name);
    let services = || SERVICES.iter().filter(|service| is_asked(service.name));
    let templates = TEMPLATES.iter().chain(services().map(|service| &service.template));
    let mut code = 0;
    let mut lines: Vec<String> = Vec::new();
    for template in templates {
        let path = arguments.directory.join(template.path);
        let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
        let shown = neutralise(&shown).into_owned();
        match sink::write_new_file(&path, template.text) {
            Ok(()) => lines.push(format!("written  {shown}")),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                lines.push(format!("kept     {shown}, which is there already"));
            }
            Err(error) => {
                sink::say(&format!("error: {shown} cannot be written: {error}"));
                code = NOT_WRITTEN;
            }
        }
    }
    lines.extend(services().map(|service| format!("next     {}: {}", service.name, service.next)));
    let text = lines.join("\n");
    match sink::print(Syntax::Text, |out| writeln!(out, "{text}")) {
        Ok(()) => code,
        Err(error) => {
            sink::say(&format!("error: standard output cannot be written: {error}"));
            NOT_WRITTEN
        }
    }
}
