//! Every source file of real projects, and every plan that has its source beside it.

use std::path::{Path, PathBuf};

use plangate::base::{Address, Mode};
use plangate::input::Document;
use plangate::input::terraform::source::{
    FileNotice, Precision, Role, SourceFile, SourcePlace, SourceTree, locate,
};

use crate::support::load;
use serde_json::Value;

use crate::support;

#[test]
fn every_file_is_read() {
    let Some(corpus) = support::corpus() else { return };
    let (mut first, mut second, mut broken) = (0, 0, Vec::new());
    for path in files_below(&corpus) {
        let name = path.display().to_string();
        if ![".tf", ".tofu", ".tf.json"].iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let file = SourceFile::parse(&name, std::fs::read(&path).unwrap());
        match file.notice {
            None => first += 1,
            Some(FileNotice::SecondParser { .. }) => second += 1,
            Some(notice) => broken.push(notice.to_string()),
        }
        for block in &file.body.blocks {
            let header = file.source.slice(block.header);
            assert!(name.ends_with("json") || header.starts_with(&*block.kind), "{name}: {header}");
        }
    }
    support::say(&format!(
        "{first} files by the first parser, {second} by the second, broken: {broken:?}"
    ));
    assert!(broken.is_empty() && first > 300);
}

/// What became of the managed resources of plans.
#[derive(Debug, Default)]
struct Count {
    plans: usize,
    resources: usize,
    header: usize,
    removed: usize,
    inner: usize,
    module_call: usize,
    nowhere: usize,
    reasons: Vec<String>,
}

#[test]
fn every_resource_is_located_or_has_a_reason() {
    let Some(corpus) = support::corpus() else { return };
    let mut count = Count::default();
    for (plan, root) in plans(&corpus) {
        let bytes = std::fs::read(&plan).unwrap();
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let model = load(&Document { label: plan.display().to_string(), bytes }).unwrap();
        let tree = super::tree(&root);
        count.plans += 1;
        for resource in model.resources.iter().filter(|r| r.address.mode == Mode::Managed) {
            count.resources += 1;
            check(&tree, &root, &document, &resource.address, &mut count);
        }
    }
    count.reasons.sort();
    count.reasons.dedup();
    let located = count.header + count.removed + count.inner + count.module_call;
    support::say(&format!("{count:#?}\nlocated {located} of {}", count.resources));
    assert!(located * 100 >= count.resources * 95);
}

fn check(tree: &SourceTree, root: &Path, plan: &Value, address: &Address, count: &mut Count) {
    let located = match locate(tree, address, None) {
        Ok(located) => located,
        Err(error) => {
            count.nowhere += 1;
            count.reasons.push(format!("{}: {address}: {error}", root.display()));
            return;
        }
    };
    let inner = located.related.iter().find(|related| related.role == Role::Inner);
    match (located.precision, inner) {
        (Precision::Resource, None) if located.note.is_some() => {
            count.removed += 1;
            assert_eq!(underlined(&located.place), "removed");
            assert!(located.place.source.slice(located.place.span).contains(&address.block()));
        }
        (Precision::Resource, None) => {
            count.header += 1;
            is_right(&located.place, root, plan, address);
        }
        (Precision::ModuleCall, Some(inner)) => {
            count.inner += 1;
            is_right(&inner.place, root, plan, address);
        }
        (Precision::ModuleCall, None) => {
            count.module_call += 1;
            let reason = located.note.unwrap();
            count.reasons.push(format!("{}: {address}: {reason}", root.display()));
            let text = underlined(&located.place);
            assert!(address.module.names().any(|name| text == format!("module \"{name}\"")));
        }
        other => panic!("{address}: {other:?}"),
    }
}

/// The place is the block of the resource, in the directory that the plan's own `module_calls`
/// lead to.
fn is_right(place: &SourcePlace, root: &Path, plan: &Value, address: &Address) {
    let header = format!("resource \"{}\" \"{}\"", address.resource_type, address.name);
    assert_eq!(underlined(place).split_whitespace().collect::<Vec<_>>().join(" "), header);
    let mut directory = root.to_owned();
    let mut module = &plan["configuration"]["root_module"];
    for name in address.module.names() {
        let call = &module["module_calls"][name];
        directory.push(call["source"].as_str().unwrap());
        module = &call["module"];
    }
    let file = Path::new(place.source.name()).canonicalize().unwrap();
    assert_eq!(file.parent().unwrap(), directory.canonicalize().unwrap(), "{address}");
}

fn underlined(place: &SourcePlace) -> String {
    place.source.slice(place.label).to_owned()
}

/// Plans and the directories of their root modules.
fn plans(corpus: &Path) -> Vec<(PathBuf, PathBuf)> {
    let mut found = Vec::new();
    for folder in ["plans", "terraform-1.11"] {
        for plan in files_below(&corpus.join(folder)) {
            let name = plan.file_name().unwrap().to_str().unwrap();
            let directory = plan.parent().unwrap();
            let roots = [directory.join("src/source"), directory.join("src"), directory.to_owned()];
            let root = roots.into_iter().find(|root| {
                let mut entries = std::fs::read_dir(root).into_iter().flatten().flatten();
                entries.any(|entry| entry.path().extension().is_some_and(|ending| ending == "tf"))
            });
            if let Some(root) = root.filter(|_| name.starts_with("plan") && name.ends_with("json"))
            {
                found.push((plan, root));
            }
        }
    }
    found
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
