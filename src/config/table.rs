//! A table of the configuration while it is read. Every key that is asked for is known; what is
//! left over at the end is an error, so that the keys are listed nowhere else.

use super::error::{ConfigError, ConfigFault};
use super::node::{Node, Raw};
use super::origin::{Origin, Sourced};
use super::read::{self, Read};
use crate::base::likeness;

/// A table that is being read, and what was wrong so far.
#[derive(Debug)]
pub struct Table<'a> {
    /// What it is called in messages; empty for the whole file.
    name: String,
    origin: Origin,
    entries: &'a [(Sourced<String>, Node)],
    known: Vec<&'static str>,
    /// Its keys are names of the user's.
    is_open: bool,
    errors: Vec<ConfigError>,
}

impl<'a> Table<'a> {
    /// Begins to read `node`, which messages call `name`.
    ///
    /// # Errors
    /// When it is no table.
    pub fn new(name: impl Into<String>, node: &'a Node) -> Result<Self, ConfigError> {
        match &node.raw {
            Raw::Table(entries) => Ok(Table {
                name: name.into(),
                origin: node.origin.clone(),
                entries,
                known: Vec::new(),
                is_open: false,
                errors: Vec::new(),
            }),
            raw => {
                let expected = "a table".to_owned();
                let fault =
                    ConfigFault::WrongType { expected, found: raw.kind(), help: String::new() };
                Err(ConfigError::new(&node.origin, fault))
            }
        }
    }

    /// Where the table stands.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Every key and its value, for tables whose keys are names of the user's.
    pub fn all(&mut self) -> &'a [(Sourced<String>, Node)] {
        self.is_open = true;
        self.entries
    }

    /// The value of `key`, as it was written.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.entries.iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
    }

    /// The value of `key`.
    pub fn value<T: Read>(&mut self, key: &'static str) -> Option<Sourced<T>> {
        let node = self.node(key)?;
        self.ok(read::read(node))
    }

    /// The value of `key`, which must be there.
    pub fn required<T: Read>(&mut self, key: &'static str, help: &str) -> Option<Sourced<T>> {
        if self.node(key).is_none() {
            let fault = ConfigFault::MissingKey {
                key: key.to_owned(),
                table: self.in_table(),
                help: help.to_owned(),
            };
            self.errors.push(ConfigError::new(&self.origin, fault));
            return None;
        }
        self.value(key)
    }

    /// The elements of the list at `key`; none without it.
    pub fn list<T: Read>(&mut self, key: &'static str) -> Vec<Sourced<T>> {
        let read = self.node(key).map(read::read_list);
        read.and_then(|list| self.ok(list)).unwrap_or_default()
    }

    /// Reads the table at `key`, if it is there.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Option<T> {
        let node = self.node(key)?;
        self.read_table(self.name_of(key), node, read)
    }

    /// Reads the table at `key`, or an empty one without it.
    pub fn section<T: Default>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> T {
        let empty = Node::empty();
        let node = self.node(key).unwrap_or(&empty);
        self.read_table(self.name_of(key), node, read).unwrap_or_default()
    }

    /// Reads each of the tables `[[key]]`.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Table<'_>) -> T,
    ) -> Vec<T> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Raw::List(nodes) = &node.raw else {
            let expected = format!("a list of tables, `[[{}]]`,", self.name_of(key));
            let fault =
                ConfigFault::WrongType { expected, found: node.raw.kind(), help: String::new() };
            self.errors.push(ConfigError::new(&node.origin, fault));
            return Vec::new();
        };
        let name = self.name_of(key);
        nodes.iter().filter_map(|node| self.read_table(name.clone(), node, &mut read)).collect()
    }

    /// Reads the table of each name below `key`, as in `[key.NAME]`.
    pub fn named<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Table<'_>, &Sourced<String>) -> T,
    ) -> Vec<T> {
        let name = self.name_of(key);
        let Some(node) = self.node(key) else { return Vec::new() };
        let Some(table) = self.ok(Table::new(name.clone(), node)) else { return Vec::new() };
        let read_one = |(key, node): &(Sourced<String>, Node)| {
            let name = format!("{name}.{}", super::node::bare(&key.value));
            self.read_table(name, node, |inner| read(inner, key))
        };
        table.entries.iter().filter_map(read_one).collect()
    }

    /// The values of the table at `key`, whose keys are names of the user's.
    pub fn pairs<T: Read>(&mut self, key: &'static str) -> Vec<(Sourced<String>, Sourced<T>)> {
        let name = self.name_of(key);
        let Some(node) = self.node(key) else { return Vec::new() };
        let Some(table) = self.ok(Table::new(name, node)) else { return Vec::new() };
        let read_one =
            |(key, node): &(Sourced<String>, Node)| Some((key.clone(), self.ok(read::read(node))?));
        table.entries.iter().filter_map(read_one).collect()
    }

    /// Reads `node`, a table below this one that messages call `name`.
    pub(super) fn read_table<T>(
        &mut self,
        name: String,
        node: &Node,
        read: impl FnOnce(&mut Table<'_>) -> T,
    ) -> Option<T> {
        let mut table = self.ok(Table::new(name, node))?;
        let value = read(&mut table);
        self.errors.extend(table.finish());
        Some(value)
    }

    /// What was read, or None after noting what is wrong.
    pub fn ok<T>(&mut self, result: Result<T, ConfigError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// Notes that what came from `origin` is wrong.
    pub fn refuse(&mut self, origin: &Origin, reason: impl Into<String>, help: impl Into<String>) {
        let fault = ConfigFault::BadValue { reason: reason.into(), help: help.into() };
        self.errors.push(ConfigError::new(origin, fault));
    }

    /// Ends reading a table whose keys are all known; returns everything that was wrong.
    #[must_use]
    pub fn finish(mut self) -> Vec<ConfigError> {
        let is_known = |key: &Sourced<String>| {
            self.is_open || self.known.iter().any(|known| *known == key.value)
        };
        let unknown = self.entries.iter().filter(|(key, _)| !is_known(key));
        let unknown = unknown.map(|(key, _)| {
            let offers = likeness::meant(self.known.iter().copied(), &key.value);
            let help = likeness::question(&offers)
                .unwrap_or_else(|| format!("the keys here are {}", self.known.join(", ")));
            let table = self.in_table();
            let fault = ConfigFault::UnknownKey { key: key.value.clone(), table, help };
            ConfigError::new(&key.origin, fault)
        });
        let unknown: Vec<ConfigError> = unknown.collect();
        self.errors.extend(unknown);
        self.errors
    }

    fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn in_table(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) }
    }
}
