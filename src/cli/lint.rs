//! `plangate lint`: what is wrong with policies, and what is hardly meant.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::pool;
use super::settings::ConfigArguments;
use super::subject;
use super::terminal::Color;
use super::{BAD_INPUT, BAD_POLICY, USAGE, output, sink};
use crate::base::secret::Syntax;
use crate::config::Config;
use crate::engine::{self, Engine};
use crate::input::{self, ReadOptions};
use crate::model::Vocabulary;
use crate::policy::{self, Lint, PolicyError, PolicySet};
use crate::report;

const EXAMPLES: &str = "\
Examples:
  plangate lint policies
  plangate lint policies --input plan.out
  terraform providers schema -json > schema.json
  plangate lint policies --schema schema.json --format sarif

Exit codes:
  0  nothing is wrong
  1  something is hardly meant
  4  a policy does not load";

/// The arguments of `lint`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LintArguments {
    /// Directories of policies; without one, those of the configuration
    #[arg(value_name = "DIR")]
    directories: Vec<PathBuf>,

    /// Look at the built-in policies, too
    #[arg(long)]
    built_in: bool,

    /// A plan or state: attributes that its resources do not have are reported
    #[arg(short, long, value_name = "INPUT")]
    input: Option<PathBuf>,

    /// What `terraform providers schema -json` prints: attributes and types that no provider has are
    /// reported
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,

    /// How to write what was found
    #[arg(short, long = "format", value_name = "FORMAT", value_enum, default_value_t = Form::Pretty)]
    form: Form,

    #[command(flatten)]
    config: ConfigArguments,

    /// Use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
}

/// A way to write what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Diagnostics for people
    Pretty,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &LintArguments) -> u8 {
    match arguments.config.load(|layers| layers) {
        Ok(config) => pool::run(0, || lint(arguments, &config).unwrap_or_else(|code| code)),
        Err(code) => code,
    }
}

fn lint(arguments: &LintArguments, config: &Config) -> Result<u8, u8> {
    let configured = config.policies.directories.iter().map(Config::path).map(PathBuf::from);
    let directories: Vec<PathBuf> = match arguments.directories.as_slice() {
        [] if arguments.built_in => Vec::new(),
        [] => configured.collect(),
        directories => directories.to_vec(),
    };
    if directories.is_empty() && !arguments.built_in {
        sink::say(
            "error: there is no directory of policies to look at\n  help: name one, as in `plangate \
             lint policies`, or look at what is built in with `--built-in`",
        );
        return Err(USAGE);
    }
    let vocabulary = vocabulary(arguments, config)?;
    let (lints, errors) = look(&directories, arguments, config, vocabulary.as_ref());
    let code = match (errors.is_empty(), lints.is_empty()) {
        (false, _) => BAD_POLICY,
        (true, false) => 1,
        (true, true) => 0,
    };
    let written = match arguments.form {
        Form::Sarif => {
            let mut bytes = Vec::new();
            // A vector takes whatever is written.
            let _ = report::write_lints(&lints, &errors, &mut bytes);
            output::text(Syntax::Json, &String::from_utf8(bytes).unwrap_or_default())
        }
        Form::Pretty => output::text(Syntax::Text, &pretty(&lints, &errors, arguments.color)),
    };
    Ok(code.max(written))
}

/// What is known of the attributes of resources.
fn vocabulary(arguments: &LintArguments, config: &Config) -> Result<Option<Vocabulary>, u8> {
    let mut vocabulary = None;
    let max_input = config.check.max_input.value;
    if let Some(path) = &arguments.schema {
        let found = input::find(std::slice::from_ref(path), &ReadOptions { max_input });
        let look = sink::look_of_errors(arguments.color);
        let read = found.documents.first().map(input::load_schema).transpose();
        let read = read.map_err(|error| sink::say(&report::render(&error, look)));
        found.errors.iter().for_each(|error| sink::say(&report::render(error, look)));
        let (Ok(Some(read)), true) = (read, found.errors.is_empty()) else { return Err(BAD_INPUT) };
        vocabulary = Some(read);
    }
    if let Some(path) = &arguments.input {
        let model = subject::load(path, None, max_input, &[])?;
        vocabulary.get_or_insert_with(Vocabulary::default).add_model(&model);
    }
    Ok(vocabulary)
}

fn look(
    directories: &[PathBuf],
    arguments: &LintArguments,
    config: &Config,
    vocabulary: Option<&Vocabulary>,
) -> (Vec<Lint>, Vec<PolicyError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for directory in directories {
        let (found, failed) = policy::read_directory(directory);
        files.extend(found);
        errors.extend(failed);
    }
    if arguments.built_in {
        files.extend(policy::built_in());
        files.extend(policy::built_in_tests());
    }
    let wanted: HashSet<String> = files.iter().map(|file| file.source.name().to_owned()).collect();
    // Policies may use built-in libraries; a file at the path of a built-in one stands for it.
    let known: HashSet<String> = files.iter().map(|file| file.path.clone()).collect();
    files.extend(policy::built_in().into_iter().filter(|file| !known.contains(&file.path)));
    let mut set = PolicySet::load(files);
    errors.append(&mut set.errors);
    let (_, failed) = Engine::new(&set, config.check.timeout.value);
    errors.extend(failed);
    errors.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
    let lints = engine::lint(&set, &|source| wanted.contains(source.name()), vocabulary);
    (lints, errors)
}

fn pretty(lints: &[Lint], errors: &[PolicyError], color: Color) -> String {
    let look = sink::look(color);
    let errors = errors.iter().map(|error| report::render(error, look));
    let found: Vec<String> =
        errors.chain(lints.iter().map(|lint| report::render(lint, look))).collect();
    let number = match found.len() {
        0 => "Nothing is wrong.".to_owned(),
        1 => "1 thing to look at".to_owned(),
        number => format!("{number} things to look at"),
    };
    found.into_iter().chain([number]).collect::<Vec<_>>().join("\n\n") + "\n"
}
