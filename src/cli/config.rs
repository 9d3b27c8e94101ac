//! `plangate config`: what the configuration comes to.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::NOT_WRITTEN;
use super::pool;
use super::settings::{self, ConfigArguments, SelectionArguments};
use super::sink;
use super::supply::{PolicyArguments, Supply};
use super::terminal::Color;
use crate::base::secret::Syntax;
use crate::check::{Options, Policies};
use crate::config::{Config, ENVIRONMENT, Entry, Flag, Layers, Node, Origin};

/// The arguments of `config`.
#[derive(Debug, Args)]
pub(super) struct ConfigCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print every value of the configuration, and where it comes from
    ///
    /// The text is TOML: it can be taken over into `plangate.toml`.
    Show(ShowArguments),
}

#[derive(Debug, Args)]
struct ShowArguments {
    #[command(flatten)]
    policies: PolicyArguments,

    #[command(flatten)]
    selection: SelectionArguments,

    #[arg(long = ENVIRONMENT.flag, value_name = "NAME", help = ENVIRONMENT.help())]
    environment: Option<String>,

    #[command(flatten)]
    config: ConfigArguments,

    /// Print the configuration as FORMAT
    #[arg(long = "as", value_name = "FORMAT", value_enum, default_value_t = Form::Text)]
    form: Form,
}

/// How to print the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// As TOML with comments
    Text,
    /// As JSON
    Json,
}

/// Runs the command and returns the exit code.
pub(super) fn run(command: &ConfigCommand) -> u8 {
    let Action::Show(arguments) = &command.action;
    let flags = |layers: Layers| {
        let layers = arguments.selection.flags(layers);
        arguments
            .policies
            .flags(layers)
            .with_flag(&ENVIRONMENT, Flag::one(arguments.environment.as_ref()))
    };
    match arguments.config.load(flags) {
        Ok(config) => pool::run(0, || show(arguments, config)),
        Err(code) => code,
    }
}

fn show(arguments: &ShowArguments, config: Config) -> u8 {
    let Supply { files, raw, errors, .. } = match Supply::read(&config) {
        Ok(supply) => supply,
        Err(code) => return code,
    };
    let options = Options { config, ..Options::default() };
    // What the configuration names must exist.
    let policies = Policies::of(files, &raw, errors, &options);
    if !policies.config_errors.is_empty() {
        return settings::refuse(&policies.config_errors, Color::Auto);
    }
    let text = match arguments.form {
        Form::Text => text(&options.config),
        Form::Json => json(&options.config),
    };
    let syntax = match arguments.form {
        Form::Text => Syntax::Text,
        Form::Json => Syntax::Json,
    };
    match sink::print(syntax, |out| out.write_all(text.as_bytes())) {
        Ok(()) => 0,
        Err(error) => {
            sink::say(&format!("error: standard output cannot be written: {error}"));
            NOT_WRITTEN
        }
    }
}

/// A line for each value. What has no value is a comment.
fn text(config: &Config) -> String {
    let line = |entry: Entry| match entry.to_toml() {
        Some(value) => format!("{} = {value} # {}\n", entry.key, entry.origins().join(", ")),
        None => format!("# {} is not set\n", entry.key),
    };
    config.entries().into_iter().map(line).collect()
}

fn json(config: &Config) -> String {
    let entries = config.entries().into_iter().map(|entry| {
        let values: Vec<Value> = entry.nodes.iter().map(value).collect();
        json!({"key": entry.key, "values": values})
    });
    let file = config.file.as_ref().map(|file| file.name());
    let document = json!({"file": file, "settings": entries.collect::<Vec<_>>()});
    format!("{document:#}\n")
}

/// A value, and where it comes from.
fn value(node: &Node) -> Value {
    let origin = match &node.origin {
        Origin::Default => json!({"kind": "default"}),
        Origin::File(source, span) => {
            let line = source.place(span.start).line;
            json!({"kind": "file", "path": source.name(), "line": line})
        }
        Origin::Variable(name) => json!({"kind": "variable", "name": name}),
        Origin::Flag(name) => json!({"kind": "option", "name": name}),
    };
    json!({"value": node.to_value(), "origin": origin})
}
