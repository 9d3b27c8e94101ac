//! Every mistake of other tools that is known is a case of a policy that does not make it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::support;

/// What marks the row of such a case.
const MARK: &str = "peer mistake: ";

/// What it is about; `semantics.rs` judges it.
#[derive(Debug, Deserialize)]
struct Case {
    #[serde(default)]
    row: String,
    policy: Option<String>,
}

/// A policy and a mistake.
type Mistake = (String, String);

fn listed() -> BTreeSet<Mistake> {
    let text = std::fs::read_to_string(support::path("fixtures/semantics/peers.txt")).unwrap();
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let cells = lines.iter().map(|line| line.split_once('|').expect("two cells"));
    let listed: BTreeSet<Mistake> =
        cells.map(|(policy, name)| (policy.trim().to_owned(), name.trim().to_owned())).collect();
    assert_eq!(listed.len(), lines.len(), "a mistake is listed twice");
    listed
}

fn shown() -> BTreeSet<Mistake> {
    let entries = std::fs::read_dir(support::path("fixtures/semantics")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    let tables = files.filter(|path| path.extension().is_some_and(|e| e == "yaml"));
    let cases = tables.flat_map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let cases: Vec<Case> =
            serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        cases
    });
    let marked = cases.filter(|case| case.row.starts_with("peer mistake"));
    let mistake = |case: Case| {
        let name = case.row.strip_prefix(MARK).unwrap_or_else(|| panic!("{case:?}")).to_owned();
        (case.policy.unwrap_or_else(|| panic!("{name}: no policy")), name)
    };
    marked.map(mistake).collect()
}

#[test]
fn every_mistake_of_peers_has_a_case() {
    let (listed, shown) = (listed(), shown());
    let missing: Vec<_> = listed.difference(&shown).collect();
    assert!(missing.is_empty(), "no case shows {missing:#?}");
    let unlisted: Vec<_> = shown.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in peers.txt: {unlisted:#?}");
    support::say(&format!("{} mistakes of other tools have cases", listed.len()));
}
