//! What a verdict rests on besides its inputs, in a few digits: so an approval can belong to
//! exactly one verdict.

use crate::base::Source;
use crate::config::{Config, FORMATS};
use crate::policy::PolicyFile;
use crate::policy::raw::RawSet;
use crate::report::sha256;
use crate::waiver::Baseline;

/// Over all policies and libraries, whatever their order; tests judge nothing. And over everything
/// in the sets for other tools, with the packages that judge.
pub(super) fn policies(files: &[PolicyFile], raw: &[RawSet]) -> String {
    let files = files.iter().filter(|file| !file.is_test());
    let line = |file: &PolicyFile| {
        let text = sha256(file.source.text().as_bytes());
        format!("{:?} {} {text}\n", file.origin, file.path)
    };
    let raw = raw.iter().flat_map(|set| {
        let line = |source: &Source| {
            format!("{:?} {} {}\n", set.namespaces, source.name(), sha256(source.text().as_bytes()))
        };
        set.sources().map(line).collect::<Vec<_>>()
    });
    sorted(files.map(line).chain(raw).collect())
}

/// Over everything that is configured but for where reports go, and over what is accepted.
pub(super) fn configuration(config: &Config, baseline: Option<&Baseline>) -> String {
    let formats = format!("{}.{}", FORMATS.table, FORMATS.key);
    let entries = config.entries().into_iter().filter(|entry| entry.key != formats);
    let entries = entries.map(|entry| format!("{} = {:?}\n", entry.key, entry.to_toml()));
    let waivers = config.waivers.iter().map(|waiver| format!("{}\n", waiver.to_line()));
    let baseline = baseline.map(Baseline::to_text);
    sorted(entries.chain(waivers).chain(baseline).collect())
}

/// One digest for two, where they differ.
pub(super) fn joined(one: &str, other: &str) -> String {
    if one == other { one.to_owned() } else { sha256(format!("{one}\n{other}\n").as_bytes()) }
}

fn sorted(mut lines: Vec<String>) -> String {
    lines.sort();
    sha256(lines.concat().as_bytes())
}
