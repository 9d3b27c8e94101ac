//! Facts outside of inputs that somebody answers for: the tables `[assumptions."NAME"]`.

use super::node::{Node, Raw};
use super::origin::{Origin, Sourced};
use super::table::Table;
use crate::base::Date;

/// A fact that somebody answers for until some day.
#[derive(Debug, Clone)]
pub struct AssumptionSetting {
    /// What is assumed, as policies call it.
    pub name: Sourced<String>,
    /// How it is known.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
}

/// Reads the table `[assumptions]`.
pub(super) fn read(table: &mut Table<'_>) -> Vec<AssumptionSetting> {
    let Some(node) = table.node("assumptions") else { return Vec::new() };
    let mut found = Vec::new();
    collect(node, "", &node.origin, &mut found);
    let mut assumptions: Vec<AssumptionSetting> = Vec::new();
    for (name, node) in found {
        if assumptions.iter().any(|known| known.name.value == name.value) {
            let reason = format!("`{}` is assumed twice", name.value);
            table.refuse(&name.origin, reason, "a name may be written with quotes or without");
            continue;
        }
        let path = format!("assumptions.{}", name.value);
        let read = |table: &mut Table<'_>| assumption(table, name);
        assumptions.extend(table.read_table(path, node, read).flatten());
    }
    assumptions
}

fn assumption(table: &mut Table<'_>, name: Sourced<String>) -> Option<AssumptionSetting> {
    let reason = table.required::<String>("reason", "say how it is known");
    let until =
        table.required::<Date>("until", "give the last day on which it counts, as `2027-01-31`");
    Some(AssumptionSetting { name, reason: reason?.value, until: until?.value })
}

/// Finds the tables of assumptions. Their names have dots in them: without quotes TOML takes
/// these for tables in tables.
fn collect<'a>(
    node: &'a Node,
    prefix: &str,
    origin: &Origin,
    found: &mut Vec<(Sourced<String>, &'a Node)>,
) {
    match &node.raw {
        Raw::Table(entries) if prefix.is_empty() || is_outer(entries) => {
            for (key, inner) in entries {
                let dot = if prefix.is_empty() { "" } else { "." };
                collect(inner, &format!("{prefix}{dot}{}", key.value), &key.origin, found);
            }
        }
        _ => found.push((Sourced { value: prefix.to_owned(), origin: origin.clone() }, node)),
    }
}

/// True for a table of tables.
fn is_outer(entries: &[(Sourced<String>, Node)]) -> bool {
    !entries.is_empty() && entries.iter().all(|(_, node)| matches!(node.raw, Raw::Table(_)))
}
