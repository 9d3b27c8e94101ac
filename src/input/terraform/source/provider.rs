//! Provider configurations: which there are, and which one a resource uses.
//!
//! A child module uses the configurations of its callers unless it has its own, so a key may
//! stand for one further up.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{Block, Body};
use super::expression::{Expression, Reference, Shape};
use super::module::SourceModule;
use super::setting;
use super::tree::{SourceTree, child_key};
use super::version;
use crate::model::{BlockArguments, Provider};

/// Where providers come from whose source does not say it.
const REGISTRY: &str = "registry.terraform.io";

/// The provider configurations of a tree by key, such as `aws.west` or `module.m:aws`.
#[derive(Default)]
pub(super) struct Providers(BTreeMap<String, Known>);

struct Known {
    provider: Provider,
    /// The configuration of a caller that it stands for.
    parent: Option<String>,
}

/// `required_providers` of one module.
#[derive(Default)]
struct Requirements {
    by_name: BTreeMap<String, Requirement>,
    /// The version constraints by the provider's source.
    versions: BTreeMap<String, Vec<String>>,
}

#[derive(Default)]
struct Requirement {
    source: String,
    aliases: Vec<String>,
}

impl Providers {
    pub(super) fn new(tree: &SourceTree) -> Self {
        let mut providers = Providers::default();
        providers.add_module(tree, "");
        providers
    }

    /// The key of the configuration that a block uses, in the module at `module`.
    pub(super) fn key_of(&self, block: &Block, module: &str) -> String {
        let key = keyed(&local_name(block), module);
        let parent = self.0.get(&key).and_then(|known| known.parent.clone());
        parent.filter(|parent| self.0.contains_key(parent)).unwrap_or(key)
    }

    /// Those that stand for no other.
    pub(super) fn into_map(self) -> BTreeMap<String, Provider> {
        let own = self.0.into_iter().filter(|(_, known)| known.parent.is_none());
        own.map(|(key, known)| (key, known.provider)).collect()
    }

    fn add_module(&mut self, tree: &SourceTree, module: &str) {
        let Some(found) = tree.module_at(module) else { return };
        let blocks = &found.module;
        let requirements = Requirements::new(blocks);
        for block in blocks.of_kind("provider") {
            let Some(name) = block.label(0) else { continue };
            let alias = block.body.text("alias").map(str::to_owned);
            let key = alias.as_ref().map_or(name.to_string(), |alias| format!("{name}.{alias}"));
            let mut provider = requirements.provider(name, module);
            provider.alias = alias;
            provider.arguments = setting::written(&block.body);
            self.0.insert(keyed(&key, module), Known { provider, parent: None });
        }
        for (name, requirement) in &requirements.by_name {
            for alias in &requirement.aliases {
                let known =
                    || Known { provider: requirements.provider(name, module), parent: None };
                self.0.entry(keyed(alias, module)).or_insert_with(known);
            }
            self.add_inherited(&requirements, name, module);
        }
        for source in requirements.versions.keys() {
            // Only a provider that is called as its type can be there without a word.
            let name = source.rsplit('/').next().unwrap_or_default();
            let key = keyed(name, module);
            if !self.0.contains_key(&key) {
                let provider = Provider {
                    source: Some(source.clone()),
                    version_constraint: None,
                    ..requirements.provider(name, module)
                };
                self.insert_inherited(key, name, provider, module);
            }
        }
        for call in blocks.of_kind("module") {
            let Some(name) = call.label(0) else { continue };
            let child = child_key(module, name);
            self.add_passed(tree, call, module, &child);
            self.add_module(tree, &child);
        }
    }

    fn add_inherited(&mut self, requirements: &Requirements, name: &str, module: &str) {
        let key = keyed(name, module);
        if !self.0.contains_key(&key) {
            self.insert_inherited(key, name, requirements.provider(name, module), module);
        }
    }

    fn insert_inherited(&mut self, key: String, name: &str, provider: Provider, module: &str) {
        let parent = (!module.is_empty()).then(|| keyed(name, parent_of(module)));
        let parent = parent.and_then(|parent| self.source_of(parent, &provider));
        self.0.insert(key, Known { provider, parent });
    }

    /// The configurations that a call hands over.
    fn add_passed(&mut self, tree: &SourceTree, call: &Block, module: &str, child: &str) {
        let requirements =
            tree.module_at(child).map(|found| Requirements::new(&found.module)).unwrap_or_default();
        for member in call.body.value("providers").map(Expression::members).unwrap_or_default() {
            let key_text = member.key.as_ref().map(ToString::to_string);
            let inner = key_text.or_else(|| member.key_references.first().map(written));
            let (Some(inner), Some(outer)) = (inner, name_in(&member.value)) else { continue };
            let local = inner.split('.').next().unwrap_or_default();
            let provider = Provider {
                name: inner.clone(),
                version_constraint: None,
                ..requirements.provider(local, child)
            };
            let parent = self.source_of(keyed(&outer, module), &provider);
            self.0.insert(keyed(&inner, child), Known { provider, parent });
        }
    }

    /// The first configuration on the way up from `key`, as long as it is the same provider.
    fn source_of(&self, key: String, provider: &Provider) -> Option<String> {
        let mut source = None;
        let mut next = Some(key);
        while let Some(key) = next {
            let Some(known) = self.0.get(&key).filter(|k| k.provider.source == provider.source)
            else {
                break;
            };
            next = known.parent.clone();
            source = Some(key);
        }
        source
    }
}

impl Requirements {
    fn new(module: &SourceModule) -> Self {
        let mut requirements = Requirements::default();
        for (name, value) in module.of_kind("terraform").flat_map(|block| required(&block.body)) {
            let text = |key: &str| value.member(key).and_then(|member| member.value.as_text());
            let aliases = value.member("configuration_aliases").map(|member| &member.value.shape);
            let aliases = match aliases {
                Some(Shape::List(aliases)) => aliases.iter().filter_map(name_in).collect(),
                _ => Vec::new(),
            };
            let source = text("source").map_or_else(|| implied(&name), full_source);
            let versions = requirements.versions.entry(source.clone()).or_default();
            versions.extend(text("version").or(value.as_text()).map(str::to_owned));
            requirements.by_name.insert(name, Requirement { source, aliases });
        }
        let resources = ["resource", "data", "ephemeral"].into_iter();
        let used: BTreeSet<String> = resources
            .flat_map(|kind| module.of_kind(kind))
            .map(|block| local_name(block).split('.').next().unwrap_or_default().to_owned())
            .collect();
        for name in used {
            requirements.versions.entry(requirements.source_of(&name)).or_default();
        }
        for block in module.of_kind("provider") {
            let Some(name) = block.label(0) else { continue };
            let versions = requirements.versions.entry(requirements.source_of(name)).or_default();
            versions.extend(block.body.text("version").map(str::to_owned));
        }
        requirements
    }

    fn source_of(&self, name: &str) -> String {
        self.by_name.get(name).map_or_else(|| implied(name), |known| known.source.clone())
    }

    fn provider(&self, name: &str, module: &str) -> Provider {
        let source = self.source_of(name);
        let versions = self.versions.get(&source).map(Vec::as_slice).unwrap_or_default();
        Provider {
            name: name.to_owned(),
            version_constraint: version::normalised(versions),
            source: Some(source),
            alias: None,
            module: module_address(module),
            arguments: BlockArguments::default(),
        }
    }
}

/// The members of `required_providers`, in either syntax.
pub(super) fn required(body: &Body) -> Vec<(String, &Expression)> {
    let blocks = body.blocks.iter().filter(|block| &*block.kind == "required_providers");
    let native = blocks.flat_map(|block| &block.body.attributes);
    let native = native.map(|attribute| (attribute.name.to_string(), &attribute.value));
    let json = body.value("required_providers").map(Expression::members).unwrap_or_default();
    let json =
        json.iter().filter_map(|member| Some((member.key.as_ref()?.to_string(), &member.value)));
    native.chain(json).collect()
}

/// The name that a resource has for its provider configuration: `aws` or `aws.west`.
fn local_name(block: &Block) -> String {
    let resource_type = block.label(0).map_or("", |label| &**label);
    let implied = resource_type.split('_').next().unwrap_or_default();
    block.body.value("provider").and_then(name_in).unwrap_or_else(|| implied.to_owned())
}

/// A provider configuration named in an expression: bare, or in quotes as in old files.
fn name_in(expression: &Expression) -> Option<String> {
    match &expression.shape {
        Shape::Reference(reference) => Some(written(reference)),
        // `aws.by_region[each.key]`, as OpenTofu has it.
        Shape::Computed(references) => references.first().map(written),
        Shape::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

fn written(reference: &Reference) -> String {
    match reference.name() {
        Some(alias) => format!("{}.{alias}", reference.root),
        None => reference.root.to_string(),
    }
}

fn implied(name: &str) -> String {
    if name == "terraform" {
        "terraform.io/builtin/terraform".to_owned()
    } else {
        format!("{REGISTRY}/hashicorp/{name}")
    }
}

/// A provider's source with its registry and namespace.
pub(super) fn full_source(source: &str) -> String {
    let source = source.to_lowercase();
    match source.split('/').count() {
        1 => format!("{REGISTRY}/hashicorp/{source}"),
        2 => format!("{REGISTRY}/{source}"),
        _ => source,
    }
}

fn keyed(name: &str, module: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{}:{name}", module_address(module)) }
}

fn parent_of(module: &str) -> &str {
    module.rsplit_once('.').map_or("", |(parent, _)| parent)
}

fn module_address(module: &str) -> String {
    let steps = module.split('.').filter(|name| !name.is_empty());
    steps.map(|name| format!("module.{name}")).collect::<Vec<_>>().join(".")
}
