//! The places of what a configuration holds besides resources: variables, outputs, providers,
//! calls of modules, and the settings in `terraform` blocks.

use super::block::{Attribute, Block};
use super::locate::{Located, RelatedPlace, Role};
use super::place::{self, SourcePlace};
use super::tree::{Origin, SourceTree, child_key};
use crate::base::{AttributePath, PathStep};
use crate::finding::Precision;

/// The place of a part of the document of a plan, such as `variables.x.default` or
/// `backend.constants.encrypt`; none when the source does not hold it.
#[must_use]
pub fn locate_part(tree: &SourceTree, path: &AttributePath) -> Option<Located> {
    let names: Vec<&str> = path.0.iter().map_while(word).collect();
    let root = tree.module_at("")?;
    let (root_name, names) = names.split_first()?;
    let rest = path.0.get(1..).unwrap_or_default();
    let of_kind = |kind, name: &str| {
        let mut blocks = root.module.of_kind(kind);
        blocks.find(|block| block.label(0).is_some_and(|label| **label == *name))
    };
    match (*root_name, names) {
        ("variables", [name, ..]) => Some(in_block(of_kind("variable", name)?, rest.get(1..)?)),
        ("outputs", [name, ..]) => Some(in_block(of_kind("output", name)?, rest.get(1..)?)),
        ("providers", [key, ..]) => provider(tree, key, rest.get(1..)?),
        ("modules", [address, ..]) => call(tree, address, rest.get(1..)?),
        ("backend", _) => {
            let found = terraform(tree).find_map(|block| backend(block, rest));
            found.or_else(|| any_terraform(tree))
        }
        ("lock_file", _) => any_terraform(tree),
        ("required_version", _) => {
            let found = terraform(tree).find_map(|block| block.body.attribute("required_version"));
            found.map(of_attribute).or_else(|| any_terraform(tree))
        }
        ("required_providers", [name, ..]) => {
            let blocks = terraform(tree).flat_map(|block| block.body.nested("required_providers"));
            let found = blocks.filter_map(|nested| nested.body().attribute(name)).next();
            found.map(of_attribute).or_else(|| any_terraform(tree))
        }
        _ => None,
    }
}

fn word(step: &PathStep) -> Option<&str> {
    match step {
        PathStep::Key(key) => Some(key),
        PathStep::Index(_) => None,
    }
}

fn terraform(tree: &SourceTree) -> impl Iterator<Item = &Block> {
    tree.module_at("").into_iter().flat_map(|root| root.module.of_kind("terraform"))
}

/// Where a setting that is missing would stand.
fn any_terraform(tree: &SourceTree) -> Option<Located> {
    terraform(tree).next().map(of_block)
}

fn backend(block: &Block, rest: &[PathStep]) -> Option<Located> {
    let nested = block.body.blocks.iter().rev();
    let native = nested.into_iter().find(|block| matches!(&*block.kind, "backend" | "cloud"));
    let in_json = || {
        let names = ["backend", "cloud"].into_iter();
        names.filter_map(|name| block.body.attribute(name)).next().map(of_attribute)
    };
    native.map(|block| in_block(block, rest)).or_else(in_json)
}

/// `aws`, `aws.west`, `module.m:aws`.
fn provider(tree: &SourceTree, key: &str, rest: &[PathStep]) -> Option<Located> {
    let (module, local) = key.rsplit_once(':').unwrap_or(("", key));
    let (name, alias) = match local.split_once('.') {
        Some((name, alias)) => (name, Some(alias)),
        None => (local, None),
    };
    let key = tree_key(module);
    let blocks = tree.module_at(&key)?.module.of_kind("provider");
    let mut blocks = blocks.filter(|block| block.label(0).is_some_and(|label| **label == *name));
    let block = blocks.find(|block| block.body.text("alias") == alias)?;
    Some(behind_calls(tree, &key, in_block(block, rest)))
}

fn call(tree: &SourceTree, address: &str, rest: &[PathStep]) -> Option<Located> {
    let key = tree_key(address);
    let (parent, name) = key.rsplit_once('.').unwrap_or(("", &key));
    let block = tree.module_at(parent)?.module.call(name)?;
    let attribute = match rest.first().and_then(word) {
        Some("source") => block.body.attribute("source"),
        Some("version_constraint") => block.body.attribute("version"),
        _ => None,
    };
    let located = attribute.map_or_else(|| of_block(block), of_attribute);
    Some(behind_calls(tree, parent, located))
}

/// `module.a.module.b` as the key `a.b`.
fn tree_key(address: &str) -> String {
    let names = address.split("module.").map(|name| name.trim_end_matches('.'));
    names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".")
}

/// A place in somebody else's module is shown at the user's own call of it.
fn behind_calls(tree: &SourceTree, key: &str, located: Located) -> Located {
    let mut parent = String::new();
    for name in key.split('.').filter(|name| !name.is_empty()) {
        let call = tree.module_at(&parent).and_then(|module| module.module.call(name));
        parent = child_key(&parent, name);
        let is_own = tree.module_at(&parent).is_some_and(|module| module.origin == Origin::Own);
        if let Some(call) = call.filter(|_| !is_own) {
            let inner = RelatedPlace { place: located.place, role: Role::Inner };
            let precision = Precision::ModuleCall;
            return Located { precision, related: vec![inner], ..of_block(call) };
        }
    }
    located
}

/// The best place in a block for what stands at `rest`, which may begin with `constants`.
fn in_block(block: &Block, rest: &[PathStep]) -> Located {
    let rest = match rest.split_first() {
        Some((first, rest)) if word(first) == Some("constants") => rest,
        _ => rest,
    };
    match place::find(&block.body, rest, None) {
        Some(found) => located(found.place, found.precision),
        None => of_block(block),
    }
}

fn of_attribute(attribute: &Attribute) -> Located {
    let place = SourcePlace::expression(&attribute.source, attribute.span());
    located(place, Precision::Attribute)
}

fn of_block(block: &Block) -> Located {
    located(SourcePlace::block(block), Precision::Resource)
}

fn located(place: SourcePlace, precision: Precision) -> Located {
    Located { place, precision, note: None, related: Vec::new() }
}
