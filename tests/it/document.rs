//! `docs/document.md` lists the members of the document, and documents have those and no others.

use std::collections::BTreeSet;

use plangate::engine::{Documents, MEMBERS};
use plangate::input::Directories;
use plangate::model::Value;

use crate::support;

const DOCS: &str = "docs/document.md";
const BEGIN: &str = "<!-- members -->\n";
const END: &str = "<!-- end of members -->";

/// The table that the docs hold.
fn table() -> String {
    let rows = MEMBERS.iter().map(|member| {
        format!("| `{}` | {} | {} | {} |\n", member.name, member.kind, member.when, member.text)
    });
    let head = "| member | type | there | what it is |\n|---|---|---|---|\n";
    format!("{head}{}", rows.collect::<String>())
}

#[test]
fn the_docs_list_every_member() {
    let path = support::path(DOCS);
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
    } else {
        assert_eq!(found, table(), "run `UPDATE=1 cargo test`");
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    kind.split(" or ").any(|kind| match kind {
        "string" => value.as_str().is_some(),
        "number" => matches!(value, Value::Integer(_) | Value::Number(_)),
        "boolean" => matches!(value, Value::Bool(_)),
        "array" => value.as_array().is_some(),
        "object" => value.as_object().is_some(),
        other => panic!("{other} is no type"),
    })
}

/// Checks the members of `document` and those of its links, and notes them.
fn check(document: &Value, seen: &mut BTreeSet<&'static str>) {
    for (name, value) in document.as_object().unwrap() {
        let member = MEMBERS.iter().find(|member| *member.name == **name);
        let member = member.unwrap_or_else(|| panic!("`{name}` is not described"));
        assert!(is_of(member.kind, value), "`{name}` is {}: {value:?}", member.kind);
        seen.insert(member.name);
    }
    let linked = document.get("linked").and_then(Value::as_object);
    for (_, group) in linked.into_iter().flatten() {
        group.as_array().unwrap().iter().for_each(|document| check(document, seen));
    }
    let always = MEMBERS.iter().filter(|member| member.when == "always");
    always.for_each(|member| assert!(document.get(member.name).is_some(), "{}", member.name));
}

#[test]
fn documents_have_the_members_that_are_described() {
    let mut seen = BTreeSet::new();
    let walk = walkdir::WalkDir::new(support::path("fixtures")).sort_by_file_name();
    let mut documents = 0;
    for entry in walk.into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(support::root()).unwrap().display().to_string();
        let is_input = path.ends_with("plan.json")
            || path.ends_with(".tfstate")
            || path.contains("fixtures/plans/");
        if !is_input || !(path.ends_with(".json") || path.ends_with(".tfstate")) {
            continue;
        }
        let document = support::document(&path);
        let Ok((model, _)) = Directories::default().load(&document, None) else { continue };
        let found = Documents::new(&model);
        for at in 0..model.resources.len() {
            check(&found.whole(at).unwrap(), &mut seen);
            documents += 1;
        }
    }
    assert!(documents > 100, "{documents} documents");
    let all: BTreeSet<&str> = MEMBERS.iter().map(|member| member.name).collect();
    let unseen: Vec<_> = all.difference(&seen).collect();
    assert!(unseen.is_empty(), "no fixture has {unseen:?}");
}
