//! What is published about the configuration agrees with what reads it.

use std::collections::{BTreeMap, BTreeSet};

use plangate::base::Source;
use plangate::config::{Config, ConfigFault, Layers, SETTINGS};
use serde_json::Value;

use crate::support;

const BEGIN: &str = "<!-- settings -->\n";
const END: &str = "<!-- end of settings -->\n";

/// A table of the file as a schema path, and how to write one with a key in it.
const TABLES: &[(&str, &str)] = &[
    ("", "{key} = 1\n"),
    ("policies", "[policies]\n{key} = 1\n"),
    ("enforcement", "[enforcement]\n{key} = 1\n"),
    ("environments.*", "[environments.night]\n{key} = 1\n"),
    ("check", "[check]\n{key} = 1\n"),
    ("assumptions.*", "[assumptions.x]\n{key} = 1\n"),
    ("waiver.[]", "[[waiver]]\n{key} = 1\n"),
    ("waivers", "[waivers]\n{key} = 1\n"),
    ("ignores", "[ignores]\n{key} = 1\n"),
    ("baseline", "[baseline]\n{key} = 1\n"),
    ("report", "[report]\n{key} = 1\n"),
];

fn read(text: &str) -> Result<Config, Vec<plangate::config::ConfigError>> {
    let file = Some(Source::new("plangate.toml", text));
    Config::read(&Layers { file, variables: BTreeMap::new(), flags: BTreeMap::new() })
}

fn schema() -> Value {
    let text = std::fs::read_to_string(support::path("docs/config.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The keys that the schema has at a path.
fn schema_keys<'a>(schema: &'a Value, path: &str) -> BTreeSet<&'a str> {
    if path == "assumptions.*" {
        let assumption = &schema["$defs"]["assumption"]["anyOf"][0];
        return assumption["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    }
    let steps = path.split('.').filter(|step| !step.is_empty());
    let table = steps.fold(schema, |table, step| match step {
        "*" => &table["additionalProperties"],
        "[]" => &table["items"],
        step => &table["properties"][step],
    });
    assert_eq!(table["additionalProperties"], false, "{path} is closed");
    table["properties"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema();
    for (path, template) in TABLES {
        let text = template.replace("{key}", "zzzzzzzz");
        let errors = read(&text).unwrap_err();
        let help = errors.iter().find_map(|error| match error.fault.as_ref() {
            ConfigFault::UnknownKey { help, .. } => Some(help.clone()),
            _ => None,
        });
        let help = help.unwrap_or_else(|| panic!("{path}: {errors:#?}"));
        let keys = help.strip_prefix("the keys here are ").unwrap();
        assert_eq!(keys.split(", ").collect::<BTreeSet<_>>(), schema_keys(&schema, path), "{path}");
    }
    for table in schema_keys(&schema, "") {
        let is_open = table == "params";
        let is_listed = TABLES.iter().any(|(path, _)| path.split('.').next() == Some(table));
        assert!(is_open || is_listed, "{table} is not looked at");
    }
}

/// A TOML document as JSON.
fn json(text: &str) -> Value {
    let config = plangate::config::Node::parse(&Source::new("plangate.toml", text)).unwrap();
    serde_json::to_value(config.to_value()).unwrap()
}

/// A waiver with an end.
fn waiver(until: &str) -> String {
    format!(
        "[[waiver]]\npolicy = \"a\"\naddress = \"b\"\nreason = \"c\"\nowner = \"d\"\nuntil = {until}"
    )
}

#[test]
fn the_schema_refuses_what_is_refused_and_takes_what_is_taken() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for (is_right, text) in [
        (true, ""),
        (true, "[policies]\nprofile = \"strict\"\nseverity = \"low\"\nonly = [\"a-*\"]"),
        (false, "[policies]\nprofile = \"strictest\""),
        (false, "[policies]\nseverity = \"never\""),
        (false, "[policies]\nonly = \"aws-s3-*\""),
        (false, "[policies]\nonly = [\"\"]"),
        (
            true,
            "[enforcement]\nundetermined = \"never\"\n[enforcement.policy]\n\"a-*\" = \"advisory\"",
        ),
        (false, "[enforcement]\ndefault = \"mandatory\""),
        (false, "[enforcement.severity]\ngrave = \"advisory\""),
        (false, "[environments]\nnight = \"advisory\""),
        (true, "[environments.night]\ndefault = \"advisory\""),
        (true, "[params.x]\ny = [1, {z = true}]"),
        (false, "[params]\nx = 1"),
        (true, "[assumptions.\"a.b\"]\nreason = \"r\"\nuntil = 2030-01-01"),
        (true, "[assumptions.a.b]\nreason = \"r\"\nuntil = \"2030-01-01\""),
        (true, "[assumptions]"),
        (false, "[assumptions.a]\nreason = \"r\""),
        (false, "[assumptions.a]\nuntil = 2030-01-01"),
        (false, "[assumptions.a]\nreason = \"r\"\nuntil = 2030-01-01\nowner = \"o\""),
        (false, "[assumptions.a]\nreason = \"\"\nuntil = 2030-01-01"),
        (false, "[assumptions]\na = true"),
        (true, "[check]\ntimeout = 0.5\nmax_input = 1\nallow_incomplete = true\nsource = \"a\""),
        (true, "[check]\nfail_on = \"introduced\""),
        (false, "[check]\nfail_on = \"new\""),
        (false, "[check]\ntimeout = 0"),
        (false, "[check]\ntimeout = 3601"),
        (false, "[check]\ntimeout = \"2\""),
        (false, "[check]\nmax_input = 1.5"),
        (false, "[check]\nallow_incomplete = \"true\""),
        (false, "check = 1"),
        (true, "[report]\nformats = [\"pretty\", \"sarif=a.sarif\"]"),
        (false, "[report]\nformats = [3]"),
        (true, "[waivers]\nmax_days = 0\nfiles = [\"a.toml\"]\n[baseline]\nfile = \"b.json\""),
        (true, "[ignores]\ncomments = false\ntools = [\"checkov\"]"),
        (false, "[ignores]\ncomments = 0"),
        (false, "[waivers]\nmax_days = -1"),
        (true, waiver("2027-01-31").as_str()),
        (true, waiver("\"2027-01-31\"").as_str()),
        (false, waiver("\"soon\"").as_str()),
        (false, "[[waiver]]\npolicy = \"a\"\naddress = \"b\"\nreason = \"c\"\nuntil = 2027-01-31"),
        (false, "[waiver]\npolicy = \"a\""),
    ] {
        assert_eq!(read(text).is_ok(), is_right, "read: {text}");
        assert_eq!(validator.is_valid(&json(text)), is_right, "schema: {text}");
    }
}

#[test]
fn examples_are_right() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut texts = vec![
        std::fs::read_to_string(support::path("src/scaffold/templates/plangate.toml")).unwrap(),
    ];
    for name in ["docs/configuration.md", "docs/waivers.md", "README.md"] {
        let text = std::fs::read_to_string(support::path(name)).unwrap_or_default();
        let blocks = text.split("```toml\n").skip(1);
        texts.extend(blocks.map(|rest| rest.split("\n```").next().unwrap().to_owned()));
    }
    assert!(texts.len() >= 6);
    for text in texts {
        assert!(read(&text).is_ok(), "{text}\n{:#?}", read(&text).unwrap_err());
        assert!(validator.is_valid(&json(&text)), "{text}");
    }
}

/// The commented lines of the starter are settings too, and their values the defaults.
#[test]
fn what_the_starter_comments_out_is_right() {
    let path = support::path("src/scaffold/templates/plangate.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let is_toml = |line: &str| line.starts_with('[') || line.contains(" = ");
    let lines = text.lines().filter_map(|line| {
        let line = line.strip_prefix("# ").unwrap_or(line);
        is_toml(line).then_some(line)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    assert!(text.contains("[environments.development]"), "{text}");
    assert!(read(&text).is_ok(), "{text}\n{:#?}", read(&text).unwrap_err());
}

/// The table of settings as Markdown.
fn settings() -> String {
    let mut table =
        String::from("| Key | Option | Variable | Default | |\n|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let default = setting.default.map(|text| format!("`{text}`")).unwrap_or_default();
        let add = match setting.merge {
            plangate::config::Merge::Add => "; layers add up",
            plangate::config::Merge::Replace => "",
        };
        let help = setting.help.replace("; may be given several times", "");
        table.push_str(&format!(
            "| `{}.{}` | `{}` | `{}` | {default} | {help}{add} |\n",
            setting.table,
            setting.key,
            setting.option(),
            setting.variable(),
        ));
    }
    table
}

#[test]
fn the_reference_lists_every_setting() {
    let path = support::path("docs/configuration.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", settings())).unwrap();
    } else {
        assert_eq!(written, settings(), "run the test with UPDATE=1");
    }
}
