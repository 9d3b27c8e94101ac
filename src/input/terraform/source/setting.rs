//! What the `terraform` blocks of a module say: versions, providers, and where state is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::block::{Block, Body};
use super::expression::{Expression, Member};
use super::module::SourceModule;
use super::provider::{full_source, required};
use super::version;
use crate::model::{
    Backend, BlockArguments, Object, References, RequiredProvider, Settings, Value,
};

/// What a backend cannot do without: where it is missing, the arguments come from outside.
const REQUIRED: [(&str, &[&str]); 6] = [
    ("s3", &["bucket", "key"]),
    ("gcs", &["bucket"]),
    ("azurerm", &["storage_account_name", "container_name", "key"]),
    ("http", &["address"]),
    ("pg", &["conn_str"]),
    ("consul", &["path"]),
];

/// The settings of a root module.
pub(super) fn settings(module: &SourceModule) -> Settings {
    let blocks: Vec<&Block> = module.of_kind("terraform").collect();
    let versions: Vec<String> = blocks
        .iter()
        .filter_map(|block| block.body.text("required_version"))
        .map(str::to_owned)
        .collect();
    let providers = blocks.iter().flat_map(|block| required(&block.body)).map(|(name, value)| {
        let text = |key: &str| value.member(key).and_then(|member| member.value.as_text());
        let source = text("source").map(full_source);
        let version = text("version").or(value.as_text()).map(str::to_owned);
        (name, RequiredProvider { source, version })
    });
    Settings {
        required_version: version::normalised(&versions).or_else(|| versions.first().cloned()),
        required_providers: providers.collect(),
        // An override file may name another backend: the later wins.
        backend: blocks.iter().rev().find_map(|block| backend(&block.body)),
        has_lock_file: None,
    }
}

fn backend(body: &Body) -> Option<Backend> {
    let native = body.blocks.iter().rev().find_map(|block| match &*block.kind {
        "backend" => Some((block.label(0)?.to_string(), written(&block.body))),
        "cloud" => Some(("cloud".to_owned(), written(&block.body))),
        _ => None,
    });
    let (kind, arguments) = native.or_else(|| in_json(body))?;
    let is_set = |name: &&str| {
        arguments.constants.get(name).is_some()
            || arguments.references.iter().any(|(argument, _)| **argument == **name)
    };
    let required = REQUIRED.iter().find(|(backend, _)| *backend == kind);
    let is_partial = required.is_some_and(|(_, names)| !names.iter().all(is_set));
    Some(Backend { kind, arguments, is_partial })
}

/// `"backend": {"s3": {…}}` and `"cloud": {…}`.
fn in_json(body: &Body) -> Option<(String, BlockArguments)> {
    if let Some(cloud) = body.value("cloud") {
        return Some(("cloud".to_owned(), written_members(cloud.members())));
    }
    let member = body.value("backend")?.members().first()?;
    Some((member.key.as_ref()?.to_string(), written_members(member.value.members())))
}

/// What the arguments of a block say, nested blocks as lists.
pub(super) fn written(body: &Body) -> BlockArguments {
    let mut constants: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    let mut references = Vec::new();
    for attribute in &body.attributes {
        note(&attribute.name, &attribute.value, &mut constants, &mut references);
    }
    for nested in body.blocks.iter().filter_map(Block::as_nested) {
        let name: Arc<str> = Arc::from(nested.name());
        let inner = written(nested.body());
        let known = constants.remove(&name);
        let blocks = known.as_ref().and_then(Value::as_array).unwrap_or_default().iter().cloned();
        constants.insert(name.clone(), Value::Array(blocks.chain([inner.constants]).collect()));
        references.extend(
            inner.references.into_iter().map(|(argument, references)| {
                (Arc::from(format!("{name}.{argument}")), references)
            }),
        );
    }
    BlockArguments { constants: object(constants), references }
}

fn written_members(members: &[Member]) -> BlockArguments {
    let mut constants = BTreeMap::new();
    let mut references = Vec::new();
    for member in members {
        if let Some(key) = &member.key {
            note(key, &member.value, &mut constants, &mut references);
        }
    }
    BlockArguments { constants: object(constants), references }
}

fn note(
    name: &Arc<str>,
    value: &Expression,
    constants: &mut BTreeMap<Arc<str>, Value>,
    references: &mut Vec<(Arc<str>, References)>,
) {
    if let Some(constant) = value.constant() {
        constants.insert(name.clone(), constant);
    }
    let referred: References = value.references().into_iter().flat_map(|r| r.forms()).collect();
    if !referred.is_empty() {
        references.push((name.clone(), referred));
    }
}

fn object(members: BTreeMap<Arc<str>, Value>) -> Value {
    Value::Object(Object::new(members.into_iter().collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::terraform::source::file::SourceFile;

    fn read(name: &str, text: &str) -> Settings {
        settings(&SourceModule::new("", vec![SourceFile::parse(name, text.as_bytes().to_vec())]))
    }

    #[test]
    fn backends_are_read_in_either_syntax() {
        for (name, text) in [
            (
                "a.tf",
                "terraform {\n  required_version = \"~> 1.9\"\n  backend \"s3\" {\n    bucket = \"b\"\n    \
                 key = \"k\"\n    encrypt = true\n  }\n}\n",
            ),
            (
                "a.tf.json",
                r#"{"terraform": {"required_version": "~> 1.9", "backend": {"s3": {"bucket": "b", "key": "k", "encrypt": true}}}}"#,
            ),
        ] {
            let settings = read(name, text);
            assert_eq!(settings.required_version.as_deref(), Some("~> 1.9"), "{name}");
            let backend = settings.backend.unwrap();
            assert_eq!((backend.kind.as_str(), backend.is_partial), ("s3", false), "{name}");
            assert_eq!(
                backend.arguments.constants.get("encrypt"),
                Some(&Value::Bool(true)),
                "{name}"
            );
        }
    }

    #[test]
    fn a_backend_without_its_bucket_is_partial() {
        let settings = read("a.tf", "terraform {\n  backend \"s3\" {}\n}\n");
        assert!(settings.backend.unwrap().is_partial);
    }

    #[test]
    fn a_cloud_block_is_a_backend() {
        let settings = read("a.tf", "terraform {\n  cloud {\n    organization = \"o\"\n  }\n}\n");
        assert_eq!(settings.backend.unwrap().kind, "cloud");
        assert!(read("a.tf", "locals { a = 1 }\n").backend.is_none());
    }
}
