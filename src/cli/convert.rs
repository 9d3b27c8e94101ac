//! `plangate convert`: a saved plan file as plan JSON.

use std::path::PathBuf;

use clap::Args;

use super::sink;
use super::terminal::Color;
use super::{BAD_INPUT, NOT_WRITTEN, USAGE};
use crate::input::{self, ReadOptions};
use crate::report;

const NOTES: &str = "\
The output has the shape of `terraform show -json plan.out`. It lacks what only the providers'
schemas and the configuration tell: `configuration`, defaults of variables that were not set,
versions of schemas, and marks of attributes that a provider holds as sensitive.

Sensitive values are printed as they are, as Terraform prints them too: keep the output where you
keep the plan.

Examples:
  terraform plan -out plan.out
  plangate convert plan.out | jq '.resource_changes[].address'";

/// The arguments of `convert`.
#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct ConvertArguments {
    /// A saved plan file, as `terraform plan -out` writes it, or `-` for standard input
    #[arg(value_name = "PLAN")]
    plan: PathBuf,

    /// Refuse a file larger than this
    #[arg(long, value_name = "BYTES", default_value_t = ReadOptions::default().max_input)]
    max_input: u64,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &ConvertArguments) -> u8 {
    if arguments.plan.is_dir() {
        sink::say("error: a directory cannot be converted; give one saved plan file");
        return USAGE;
    }
    let options = ReadOptions { max_input: arguments.max_input };
    let mut found = input::find(std::slice::from_ref(&arguments.plan), &options);
    let converted = match found.documents.pop() {
        Some(document) => input::convert(&document).map_err(|error| vec![error]),
        None => Err(found.errors),
    };
    match converted {
        Ok(json) => match sink::print_with_secrets(&json) {
            Ok(()) => 0,
            Err(error) => {
                sink::say(&format!("error: standard output: {error}"));
                NOT_WRITTEN
            }
        },
        Err(errors) => {
            let look = sink::look_of_errors(Color::Auto);
            errors.iter().for_each(|error| sink::say(&report::render(error, look)));
            BAD_INPUT
        }
    }
}
