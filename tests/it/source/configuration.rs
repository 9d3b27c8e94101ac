//! The configuration made from source against the one that Terraform wrote into the plan.

use std::path::{Path, PathBuf};

use plangate::base::{AttributePath, PathStep, Source};
use plangate::input::Document;
use plangate::input::terraform::source::{
    ModuleFiles, Precision, SourceTree, configuration, locate, locate_by_values,
};

use crate::support::load;
use plangate::model::{self, Configuration};
use serde_json::Value;

use crate::support;

/// What differs, and why it should.
const ALLOWED: &str = include_str!("../../../fixtures/source/differences.txt");

#[test]
fn source_and_plan_say_the_same() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for (plan, root) in plans() {
        let document =
            Document { label: plan.display().to_string(), bytes: std::fs::read(&plan).unwrap() };
        let model = load(&document).unwrap();
        let expected = json(model.configuration.as_deref().unwrap());
        let tree = super::tree(&root);
        let actual = json(&configuration(&tree));
        assert_eq!(actual, json(&configuration(&as_saved(&tree))));
        let name = plan.strip_prefix(support::path("fixtures")).unwrap().display().to_string();
        let mut found = Vec::new();
        compare("", &expected, &actual, &mut found);
        differences.extend(found.into_iter().map(|difference| format!("{name} {difference}")));
        compared += 1;
    }
    let is_comment = |line: &&str| line.is_empty() || line.starts_with('#');
    let allowed: Vec<&str> = ALLOWED.lines().filter(|line| !is_comment(line)).collect();
    let wrong: Vec<_> = differences.iter().filter(|d| !allowed.contains(&d.as_str())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let gone: Vec<_> = allowed.iter().filter(|d| !differences.iter().any(|x| x == **d)).collect();
    assert!(gone.is_empty(), "no longer different: {gone:#?}");
    assert!(compared >= 20, "{compared} plans");
}

/// The same tree, as one of a saved plan file.
fn as_saved(tree: &SourceTree) -> SourceTree {
    let modules = tree.modules().map(|(key, module)| {
        let file = |source: &Source| {
            let name = source.name().rsplit('/').next().unwrap().to_owned();
            (name, source.text().as_bytes().to_vec())
        };
        ModuleFiles {
            key: key.to_owned(),
            source: module.source.clone(),
            directory: module.module.directory.clone(),
            files: module.module.files.iter().map(file).collect(),
        }
    });
    SourceTree::from_modules(modules.collect())
}

#[test]
fn every_written_argument_has_its_place() {
    let mut located = 0;
    for (plan, root) in plans() {
        let document =
            Document { label: plan.display().to_string(), bytes: std::fs::read(&plan).unwrap() };
        let tree = super::tree(&root);
        for resource in load(&document).unwrap().resources {
            let Some(declaration) = &resource.declaration else { continue };
            let mut paths = Vec::new();
            leaves(&declaration.arguments, &mut Vec::new(), &mut paths);
            for path in paths {
                let path = AttributePath(path);
                let found = locate(&tree, &resource.address, Some(&path)).unwrap();
                let Some(PathStep::Key(name)) = path.0.last() else { panic!("{path}") };
                let text = found.place.source.slice(found.place.label);
                let is_block = text == &**name && found.precision == Precision::Block;
                let is_attribute =
                    text.starts_with(&**name) && text[name.len()..].trim_start().starts_with('=');
                assert!(is_block || is_attribute, "{} {path}: {text}", resource.address);
                located += 1;
            }
        }
    }
    assert!(located > 500, "{located}");
    support::say(&format!("{located} written arguments have their places"));
}

#[test]
fn what_is_underlined_says_the_value() {
    let mut compared = 0;
    for (plan, root) in plans() {
        let document =
            Document { label: plan.display().to_string(), bytes: std::fs::read(&plan).unwrap() };
        let tree = super::tree(&root);
        for resource in load(&document).unwrap().resources {
            let Some(values) = &resource.values else { continue };
            let mut paths = Vec::new();
            leaves(values, &mut Vec::new(), &mut paths);
            for path in paths.into_iter().map(AttributePath) {
                let found = locate_by_values(&tree, &resource.address, Some(&path), values);
                let Ok(found) = found else { continue };
                let text = found.place.source.slice(found.place.label);
                let written = text.split_once(" = ").map_or(text, |(_, value)| value).trim();
                let value = serde_json::to_string(values.at(&path.0).unwrap()).unwrap();
                let is_constant = serde_json::from_str::<Value>(written)
                    .is_ok_and(|constant| !constant.is_array() && !constant.is_object())
                    && !written.contains("${");
                if found.precision == Precision::Attribute && is_constant {
                    let bare = |text: &str| match text.parse::<f64>() {
                        Ok(number) => (number + 0.0).to_string(),
                        Err(_) => text.trim_matches('"').to_lowercase(),
                    };
                    assert_eq!(bare(&value), bare(written), "{} {path}", resource.address);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 300, "{compared}");
    support::say(&format!("{compared} constants are underlined where they are written"));
}

/// The paths of what is written.
fn leaves(written: &model::Value, path: &mut Vec<PathStep>, found: &mut Vec<Vec<PathStep>>) {
    match written {
        model::Value::Object(object) => {
            for (key, value) in object {
                path.push(PathStep::Key(key.clone()));
                leaves(value, path, found);
                path.pop();
            }
        }
        model::Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                path.push(PathStep::Index(index));
                leaves(value, path, found);
                path.pop();
            }
        }
        _ => found.push(path.clone()),
    }
}

/// Every plan that has its source beside it, with the directory of its root module.
fn plans() -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    let fixtures = support::path("fixtures");
    let mut folders = entries(&fixtures.join("scenarios"));
    folders.push(fixtures.join("terraform-1.11"));
    for folder in folders {
        for directory in entries(&folder) {
            let plans = entries(&directory).into_iter().filter(|file| {
                let name = file.file_name().unwrap().to_str().unwrap();
                name.starts_with("plan") && name.ends_with(".json")
            });
            found.extend(plans.map(|plan| (plan, directory.clone())));
        }
    }
    for root in entries(&fixtures.join("plans/sources")) {
        let name = root.file_name().unwrap().to_str().unwrap();
        found.push((fixtures.join(format!("plans/{name}.json")), root.clone()));
    }
    found
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn json(configuration: &Configuration) -> Value {
    let mut value = serde_json::to_value(configuration).unwrap();
    without_source_alone(&mut value);
    value
}

/// Leaves out what a plan's `configuration` never says.
fn without_source_alone(value: &mut Value) {
    match value {
        Value::Object(members) => {
            ["settings", "prevent_destroy"].into_iter().for_each(|name| drop(members.remove(name)));
            members.values_mut().for_each(without_source_alone);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_source_alone),
        _ => {}
    }
}

fn compare(path: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let path = format!("{path}/{key}");
                let of = |object: &serde_json::Map<String, Value>| object.get(key).cloned();
                match (of(a), of(b)) {
                    (Some(a), Some(b)) => compare(&path, &a, &b, found),
                    (a, b) => {
                        let show = |side: Option<Value>| side.unwrap_or(Value::Null).to_string();
                        found.push(format!("{path}: {} => {}", show(a), show(b)));
                    }
                }
            }
        }
        (a, b) if a == b => {}
        (a, b) => found.push(format!("{path}: {a} => {b}")),
    }
}
