//! What a verdict rests on besides its inputs, and how two such grounds differ.

use std::collections::BTreeMap;

use crate::config::{Config, Entry, Waiver};
use crate::policy::raw::RawSet;
use crate::policy::{PolicyError, PolicyFile};
use crate::waiver::Baseline;

/// What a verdict rests on besides its inputs.
#[derive(Debug, Default)]
pub struct Grounds {
    /// The configuration, with the waivers of all its files.
    pub config: Config,
    /// The findings that are known.
    pub baseline: Option<Baseline>,
    /// The policies beside the built-in ones.
    pub files: Vec<PolicyFile>,
    /// The policies for other tools.
    pub raw: Vec<RawSet>,
    /// Which of them could not be read.
    pub errors: Vec<PolicyError>,
    /// What the reader should know of them.
    pub notices: Vec<String>,
}

impl Grounds {
    /// How these grounds, of a working copy, differ from those of the commit called `name`; with
    /// the place of each difference.
    #[must_use]
    pub fn differences(&self, trusted: &Grounds, name: &str) -> Vec<String> {
        let mut found = self.settings(trusted, name);
        found.extend(self.waivers(trusted, name));
        found.extend(self.policies(trusted, name));
        found.extend(self.known(trusted, name));
        found
    }

    fn settings(&self, trusted: &Grounds, name: &str) -> Vec<String> {
        let entries = |grounds: &Grounds| -> BTreeMap<String, Entry> {
            // Waivers are told one by one.
            let entries = grounds.config.entries().into_iter().filter(|e| e.key != "waiver");
            entries.map(|entry| (entry.key.clone(), entry)).collect()
        };
        let (own, theirs) = (entries(self), entries(trusted));
        let keys = own.keys().chain(theirs.keys().filter(|key| !own.contains_key(*key)));
        let text = |entry: Option<&Entry>| entry.and_then(Entry::to_toml);
        let differing = keys.filter(|key| text(own.get(*key)) != text(theirs.get(*key)));
        let place = |key: &String| {
            let set = |entry: &&Entry| entry.nodes.iter().any(|node| !node.origin.is_default());
            let entry = own.get(key).filter(set).or_else(|| theirs.get(key));
            entry.map(|entry| entry.origins().join(", ")).unwrap_or_default()
        };
        differing
            .map(|key| {
                let place = place(key);
                format!(
                    "{place}: `{key}` is not as on {name}, and counts only where it is stricter"
                )
            })
            .collect()
    }

    fn waivers(&self, trusted: &Grounds, name: &str) -> Vec<String> {
        let beyond = |one: &Grounds, other: &Grounds, what: &str| -> Vec<String> {
            let is_there = |waiver: &Waiver| {
                other.config.waivers.iter().any(|other| other.to_line() == waiver.to_line())
            };
            let new = one.config.waivers.iter().filter(|waiver| !is_there(waiver));
            new.map(|waiver| {
                let Waiver { origin, policy, address, .. } = waiver;
                format!("{origin}: the waiver of {} for {address} {what}", policy.value)
            })
            .collect()
        };
        let mut found = beyond(self, trusted, &format!("is not on {name}, and does not count"));
        found.extend(beyond(
            trusted,
            self,
            &format!("of {name} is taken away, and does not count"),
        ));
        found
    }

    fn policies(&self, trusted: &Grounds, name: &str) -> Vec<String> {
        let texts = |grounds: &Grounds| -> BTreeMap<String, String> {
            let files = grounds.files.iter().filter(|file| !file.is_test());
            let files = files.map(|file| &file.source);
            files
                .chain(grounds.raw.iter().flat_map(RawSet::sources))
                .map(|source| (source.name().to_owned(), source.text().to_owned()))
                .collect()
        };
        let (own, theirs) = (texts(self), texts(trusted));
        let changed = own.iter().filter_map(|(path, text)| {
            let what = match theirs.get(path) {
                Some(known) if known == text => return None,
                Some(_) => format!("is changed since {name}, and counts only where it is stricter"),
                None => format!("is not on {name}, and counts only where it is stricter"),
            };
            Some(format!("{path}: this policy {what}"))
        });
        let gone = theirs.keys().filter(|path| !own.contains_key(*path));
        let gone = gone.map(|path| format!("{path}: this policy is gone, and counts as on {name}"));
        changed.chain(gone).collect()
    }

    fn known(&self, trusted: &Grounds, name: &str) -> Vec<String> {
        let none = Baseline::default();
        let baseline = |grounds: &Grounds| grounds.baseline.clone().unwrap_or_else(|| none.clone());
        let (own, theirs) = (baseline(self), baseline(trusted));
        let path = if own.is_empty() { &theirs } else { &own }.name().to_owned();
        let mut found = Vec::new();
        match own.beyond(&theirs) {
            0 => {}
            1 => found.push(format!(
                "{path}: 1 finding of the baseline is not on {name}, and does not count"
            )),
            more => found.push(format!(
                "{path}: {more} findings of the baseline are not on {name}, and do not count"
            )),
        }
        match theirs.beyond(&own) {
            0 => {}
            1 => found.push(format!("{path}: 1 finding is taken out of the baseline of {name}")),
            fewer => found
                .push(format!("{path}: {fewer} findings are taken out of the baseline of {name}")),
        }
        found
    }
}
