//! The effective configuration as a list: every value, and where it comes from.

use super::Config;
use super::node::{Node, Raw, bare};
use super::setting::Setting;

/// A key, and the values that it has in this run.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key with its tables, as TOML writes it.
    pub key: String,
    /// Its value; several where layers add up, none where it has no value.
    pub nodes: Vec<Node>,
}

impl Config {
    /// Every setting, and then whatever else the file says.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let settings = self
            .settings
            .iter()
            .map(|set| Entry { key: path(set.setting), nodes: set.nodes.clone() });
        let mut entries: Vec<Entry> = settings.collect();
        let known = |key: &str| self.settings.iter().any(|set| path(set.setting) == key);
        let others = self.written.iter().filter(|entry| !known(&entry.key)).cloned();
        entries.extend(others);
        entries
    }
}

impl Entry {
    /// The value as TOML; None where it has no value.
    #[must_use]
    pub fn to_toml(&self) -> Option<String> {
        match self.nodes.as_slice() {
            [] => None,
            [node] => Some(node.to_toml()),
            nodes => {
                let elements = nodes.iter().flat_map(elements).map(Node::to_toml);
                Some(format!("[{}]", elements.collect::<Vec<_>>().join(", ")))
            }
        }
    }

    /// Where the value comes from, each place once.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let mut origins: Vec<String> = Vec::new();
        for origin in self.nodes.iter().map(|node| node.origin.to_string()) {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }
}

/// The elements of a list, or a value that stands for one.
fn elements(node: &Node) -> impl Iterator<Item = &Node> {
    match &node.raw {
        Raw::List(nodes) => nodes.iter(),
        _ => std::slice::from_ref(node).iter(),
    }
}

fn path(setting: &Setting) -> String {
    format!("{}.{}", setting.table, setting.key)
}

/// Every value below `node` that is no table, in the order of the file.
pub(super) fn leaves(node: &Node) -> Vec<Entry> {
    let mut found = Vec::new();
    collect(node, "", &mut found);
    found
}

fn collect(node: &Node, prefix: &str, found: &mut Vec<Entry>) {
    match &node.raw {
        Raw::Table(entries) if prefix.is_empty() || !entries.is_empty() => {
            for (key, node) in entries {
                let dot = if prefix.is_empty() { "" } else { "." };
                collect(node, &format!("{prefix}{dot}{}", bare(&key.value)), found);
            }
        }
        _ => found.push(Entry { key: prefix.to_owned(), nodes: vec![node.clone()] }),
    }
}
