//! `plangate eval`: a query in Rego over a document, for trying things out.

use std::path::PathBuf;

use clap::Args;

use super::pool;
use super::settings::ConfigArguments;
use super::subject::{self, WHOLE};
use super::supply::{PolicyArguments, Supply};
use super::terminal::Color;
use super::{BAD_POLICY, output, sink};
use crate::base::neutralise;
use crate::base::secret::Syntax;
use crate::config::{Config, Flag, Layers, SOURCE};
use crate::engine::{self, Documents};
use crate::policy::{self, PolicySet};
use crate::report;

const EXAMPLES: &str = "\
Examples:
  plangate eval 'input.values.bucket' --input plan.out --address aws_s3_bucket.logs
  plangate eval 'some type; count(input.by_type[type]) > 3' --input plan.out
  plangate eval 'data.policies.aws.s3.unencrypted_bucket.deny' -i plan.out -a aws_s3_bucket.logs

Secret values are replaced by `(sensitive)` before the query is evaluated.";

/// The arguments of `eval`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct EvalArguments {
    /// What to evaluate: an expression, or several with `;` between them
    #[arg(value_name = "QUERY")]
    query: String,

    /// The plan or state that `input` is made from, or `-` for standard input
    #[arg(short, long, value_name = "INPUT")]
    input: Option<PathBuf>,

    /// The resource that `input` is; without it `input` is the whole plan, as policies with `scope: plan`
    /// see it
    #[arg(short, long, value_name = "ADDRESS", requires = "input")]
    address: Option<String>,

    #[command(flatten)]
    policies: PolicyArguments,

    #[arg(short, long = SOURCE.flag, value_name = "DIR", help = SOURCE.help())]
    source: Option<String>,

    /// Show what is printed by `print`
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    config: ConfigArguments,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &EvalArguments) -> u8 {
    let flags = |layers: Layers| {
        let layers = arguments.policies.flags(layers);
        layers.with_flag(&SOURCE, Flag::one(arguments.source.as_ref()))
    };
    match arguments.config.load(flags) {
        Ok(config) => pool::run(0, || eval(arguments, &config).unwrap_or_else(|code| code)),
        Err(code) => code,
    }
}

fn eval(arguments: &EvalArguments, config: &Config) -> Result<u8, u8> {
    let source = config.check.source.as_ref().map(Config::path);
    let input = match &arguments.input {
        None => None,
        Some(path) => {
            let model = subject::load(path, source.as_deref(), config.check.max_input.value, &[])?;
            let documents = Documents::new(&model);
            Some(match arguments.address.as_deref() {
                None | Some(WHOLE) => documents.plan(),
                Some(address) => {
                    documents.whole(subject::find(&model, address)?).unwrap_or_default()
                }
            })
        }
    };
    let Supply { files: own, mut errors, .. } = Supply::read(config)?;
    let files = policy::built_in().into_iter().chain(own).collect();
    let mut set = PolicySet::load(files);
    errors.append(&mut set.errors);
    let look = sink::look_of_errors(Color::Auto);
    let answer = engine::query(&set, &arguments.query, input.as_ref(), config.check.timeout.value);
    let answer = answer.map_err(|failed| errors.extend(failed));
    for error in &errors {
        sink::say(&report::render(error, look));
    }
    let Ok(answer) = answer else { return Err(BAD_POLICY) };
    for print in answer.prints.iter().filter(|_| arguments.verbose) {
        sink::say(&neutralise(&print.to_string()));
    }
    let text: String = answer.values.iter().map(report::json_text).collect();
    let text = if answer.values.is_empty() { "undefined\n".to_owned() } else { text };
    let code = output::text(Syntax::Text, &text);
    Ok(if errors.is_empty() { code } else { BAD_POLICY })
}
