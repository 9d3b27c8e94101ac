//! `plangate inspect`: the documents that policies see.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::pool;
use super::settings::ConfigArguments;
use super::subject::{self, WHOLE};
use super::{USAGE, output, sink};
use crate::base::neutralise;
use crate::base::secret::Syntax;
use crate::config::{Config, Flag, SOURCE};
use crate::engine::Documents;
use crate::model::{Model, Value};
use crate::report;

const EXAMPLES: &str = "\
Examples:
  plangate inspect plan.out
  plangate inspect plan.out aws_s3_bucket.logs --linked
  plangate inspect plan.json --type aws_security_group --format json
  plangate inspect plan.json plan

Secret values are replaced by `(sensitive)`. A policy sees the values themselves.";

/// The arguments of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct InspectArguments {
    /// A plan or state, or `-` for standard input
    input: PathBuf,

    /// The address of a resource, or `plan` for the document of policies with `scope: plan`; all
    /// resources without it
    address: Option<String>,

    /// Show resources of one type only
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "address")]
    resource_type: Option<String>,

    /// Show linked resources whole, not by their addresses
    #[arg(long)]
    linked: bool,

    /// How to write the documents
    #[arg(short, long = "format", value_name = "FORMAT", value_enum, default_value_t = Form::Tree)]
    form: Form,

    #[arg(short, long = SOURCE.flag, value_name = "DIR", help = SOURCE.help())]
    source: Option<String>,

    #[command(flatten)]
    config: ConfigArguments,
}

/// A way to write documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Indented lines, for people
    Tree,
    /// JSON: one document, or a list of them
    Json,
}

/// Runs the command and returns the exit code.
pub(super) fn run(arguments: &InspectArguments) -> u8 {
    let flag = Flag::one(arguments.source.as_ref());
    match arguments.config.load(|layers| layers.with_flag(&SOURCE, flag)) {
        Ok(config) => pool::run(0, || inspect(arguments, &config).unwrap_or_else(|code| code)),
        Err(code) => code,
    }
}

fn inspect(arguments: &InspectArguments, config: &Config) -> Result<u8, u8> {
    let source = config.check.source.as_ref().map(Config::path);
    let model =
        subject::load(&arguments.input, source.as_deref(), config.check.max_input.value, &[])?;
    let found = Documents::new(&model);
    let document = |at: usize| match arguments.linked {
        true => found.whole(at),
        false => found.brief(at),
    };
    let one = match arguments.address.as_deref() {
        Some(WHOLE) => Some(found.plan()),
        Some(address) => document(subject::find(&model, address)?),
        None => None,
    };
    let value = match one {
        Some(document) => document,
        None => {
            let chosen = chosen(&model, arguments.resource_type.as_deref())?;
            Value::Array(chosen.into_iter().filter_map(document).collect())
        }
    };
    Ok(match arguments.form {
        Form::Json => output::text(Syntax::Json, &report::json_text(&value)),
        Form::Tree => output::text(Syntax::Text, &tree(&value)),
    })
}

/// The resources of a type by their indexes, in order of their addresses.
fn chosen(model: &Model, resource_type: Option<&str>) -> Result<Vec<usize>, u8> {
    let resources = model.resources.iter().enumerate();
    let is_meant = |name: &str| resource_type.is_none_or(|wanted| wanted == name);
    let mut chosen: Vec<(String, usize)> = resources
        .filter(|(_, resource)| is_meant(&resource.address.resource_type))
        .map(|(at, resource)| (resource.label(), at))
        .collect();
    chosen.sort();
    if let (Some(wanted), true) = (resource_type, chosen.is_empty()) {
        let mut types: Vec<&str> =
            model.resources.iter().map(|resource| &*resource.address.resource_type).collect();
        types.sort_unstable();
        types.dedup();
        let wanted = neutralise(wanted);
        sink::say(&format!("error: the input holds no {wanted}"));
        sink::say(&format!("  help: it holds {}", neutralise(&types.join(", "))));
        return Err(USAGE);
    }
    Ok(chosen.into_iter().map(|(_, at)| at).collect())
}

/// Documents as indented lines; each of a list begins with its address.
fn tree(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Array(documents) => {
            for document in documents {
                let address = document.get("address").and_then(Value::as_str).unwrap_or_default();
                let _ = writeln!(text, "{}", neutralise(address));
                branches(document, 1, &mut text);
                text.push('\n');
            }
        }
        document => branches(document, 0, &mut text),
    }
    text
}

fn branches(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                branch(&neutralise(name), value, depth, text);
            }
        }
        Value::Array(elements) => {
            for (at, value) in elements.iter().enumerate() {
                branch(&format!("[{at}]"), value, depth, text);
            }
        }
        scalar => {
            let _ = writeln!(text, "{:indent$}{}", "", leaf(scalar), indent = depth * 2);
        }
    }
}

fn branch(name: &str, value: &Value, depth: usize, text: &mut String) {
    let indent = depth * 2;
    let is_flat = match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(elements) => {
            !elements.iter().any(|element| matches!(element, Value::Object(_) | Value::Array(_)))
        }
        _ => true,
    };
    if is_flat {
        let _ = writeln!(text, "{:indent$}{name}  {}", "", leaf(value));
    } else {
        let _ = writeln!(text, "{:indent$}{name}", "");
        branches(value, depth + 1, text);
    }
}

fn leaf(value: &Value) -> String {
    neutralise(&value.to_json()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_trees() {
        let text = |text: &str| Value::String(text.into());
        let object = |members: Vec<(&str, Value)>| {
            let members = members.into_iter().map(|(name, value)| (name.into(), value));
            Value::Object(crate::model::Object::new(members.collect()).unwrap())
        };
        let ports = Value::Array(vec![Value::Integer(1), Value::Integer(2)].into());
        let rule = object(vec![("ports", ports), ("tags", object(Vec::new()))]);
        let values = object(vec![("rule", Value::Array(vec![rule].into()))]);
        let document = object(vec![("address", text("a.b\u{1b}[31m")), ("values", values)]);
        assert_eq!(
            tree(&Value::Array(vec![document].into())),
            "a.b\\u{1b}[31m\n  address  \"a.b\\u001b[31m\"\n  values\n    rule\n      [0]\n        \
             ports  [1,2]\n        tags  {}\n\n"
        );
    }
}
