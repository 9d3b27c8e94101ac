//! References lead to instances that exist, or it is said why not; and a table of links of one
//! program, checked by hand.

use std::collections::{BTreeMap, BTreeSet};

use plangate::engine::{self, Followed};
use plangate::input;
use plangate::input::terraform;
use plangate::model::{Kind, Model};

use crate::{corpus, support};

/// The parts of a reference to a resource: `TYPE.NAME`, with `data.` before it for a data source.
fn block_of(reference: &str) -> Option<String> {
    let words: Vec<&str> = reference.split('.').collect();
    let name = |word: &str| word.split('[').next().unwrap().to_owned();
    match words.as_slice() {
        ["data", kind, rest, ..] => Some(format!("data.{kind}.{}", name(rest))),
        [
            "var" | "local" | "each" | "count" | "module" | "path" | "self" | "terraform" | "tofu",
            ..,
        ] => None,
        [kind, rest, ..] => Some(format!("{kind}.{}", name(rest))),
        _ => None,
    }
}

/// What is wrong with where a reference leads.
fn fault(
    model: &Model,
    instances: &BTreeMap<String, BTreeSet<usize>>,
    followed: &Followed,
) -> Option<String> {
    let from = &model.resources[followed.from];
    let said = || format!("{} {}: {}", from.address, followed.argument, followed.reference);
    if followed.to.iter().any(|to| *to >= model.resources.len()) {
        return Some(format!("{} leads outside of the plan", said()));
    }
    if followed.to.is_empty() && followed.stops.is_empty() {
        return Some(format!("{} leads nowhere, and nothing says why", said()));
    }
    let block = block_of(&followed.reference)?;
    let module = from.address.module.to_string();
    let path = if module.is_empty() { block } else { format!("{module}.{block}") };
    let existing = instances.get(&path).cloned().unwrap_or_default();
    let led: BTreeSet<usize> = followed.to.iter().copied().collect();
    let is_keyed = followed.reference.contains('[');
    if existing.is_disjoint(&led) && !existing.is_empty() && !is_keyed {
        return Some(format!("{} misses its {} instances", said(), existing.len()));
    }
    if existing.is_empty() && !led.is_empty() {
        return Some(format!("{} leads to what does not exist", said()));
    }
    None
}

/// The instances that there will be, by module instance and block.
fn instances(model: &Model) -> BTreeMap<String, BTreeSet<usize>> {
    let mut instances: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (at, resource) in model.resources.iter().enumerate() {
        if resource.deposed.is_some() || resource.action == plangate::base::Action::Delete {
            continue;
        }
        let address = &resource.address;
        let module = address.module.to_string();
        let block = format!("{}{}.{}", address.mode.prefix(), address.resource_type, address.name);
        let path = if module.is_empty() { block } else { format!("{module}.{block}") };
        instances.entry(path).or_default().insert(at);
    }
    instances
}

#[test]
fn every_reference_leads_to_instances_or_says_why_not() {
    let Some(corpus) = support::corpus() else { return };
    let (mut resolved, mut stopped, mut wrong) = (0, BTreeMap::<&str, usize>::new(), Vec::new());
    for document in corpus::documents(&corpus) {
        let label = document.label.clone();
        let Ok(loaded) = input::load(&document, None) else { continue };
        let model = loaded.model;
        if model.kind != Kind::Plan {
            continue;
        }
        let instances = instances(&model);
        for followed in engine::references(&model) {
            let fault = fault(&model, &instances, &followed);
            wrong.extend(fault.map(|fault| format!("{label}: {fault}")));
            if followed.to.is_empty() {
                *stopped.entry(followed.stops.first().copied().unwrap_or_default()).or_default() +=
                    1;
            } else {
                resolved += 1;
            }
        }
    }
    let all = resolved + stopped.values().sum::<usize>();
    support::say(&format!(
        "{resolved} of {all} references lead to instances; the others: {stopped:?}"
    ));
    wrong.truncate(40);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(resolved > 1000);
}

/// A link as the table has it: from, attribute, to.
type Row = (String, String, String);

/// The links of the types and attributes that a table mentions, with how certain they are.
fn found(model: &Model, rows: &BTreeMap<Row, (String, String)>) -> BTreeMap<Row, &'static str> {
    let asked: BTreeSet<(&String, &String)> =
        rows.keys().map(|(from, name, _)| (from, name)).collect();
    let label = |at: usize| model.resources[at].label();
    let pairs = engine::links(model).into_iter().map(|pair| {
        let row = (label(pair.from), pair.attribute.to_string(), label(pair.to));
        (row, if pair.is_exact { "exact" } else { "may" })
    });
    pairs.filter(|((from, name, _), _)| asked.contains(&(from, name))).collect()
}

#[test]
fn the_table_of_links_is_right() {
    let text = std::fs::read_to_string(support::path("fixtures/links/links.txt")).unwrap();
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let cells = rows.map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect());
    let rows = cells.map(|cells: Vec<String>| match <[String; 5]>::try_from(cells) {
        Ok([from, name, to, sourced, plain]) => ((from, name, to), (sourced, plain)),
        Err(cells) => panic!("five cells in a row: {cells:?}"),
    });
    let rows: BTreeMap<Row, (String, String)> = rows.collect();
    let json = input::load(&support::document("fixtures/links/plan.json"), None).unwrap().model;
    let saved = input::load(&support::document("fixtures/links/plan.out"), None).unwrap().model;
    let mut completed = json.clone();
    let tree = terraform::origin::read(&support::path("fixtures/links").display().to_string());
    terraform::origin::supplement(&mut completed, &tree);
    let mut wrong = Vec::new();
    for (model, with, name) in [
        (&saved, true, "saved plan"),
        (&completed, true, "JSON and source"),
        (&json, false, "JSON"),
    ] {
        let found = found(model, &rows);
        for row in rows.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
            let expected =
                rows.get(row).map_or("none", |(sourced, plain)| if with { sourced } else { plain });
            let actual = found.get(row).copied().unwrap_or("none");
            if expected != actual {
                wrong.push(format!(
                    "{name}: {} | {} | {}: {actual} instead of {expected}",
                    row.0, row.1, row.2
                ));
            }
        }
    }
    let exact = rows.values().filter(|(sourced, _)| sourced == "exact").count();
    support::say(&format!("{} links, {exact} of them exact with the source", rows.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() >= 60);
}
