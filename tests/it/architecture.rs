//! The invariants of the house: floors, owners of crates, sizes of files.

use std::path::Path;

use crate::support;

/// Which floor a module is on. A module uses lower floors, and itself.
const FLOORS: &[(&str, u8)] = &[
    ("base", 0),
    ("model", 1),
    ("finding", 1),
    ("input", 2),
    ("policy", 2),
    ("config", 2),
    ("engine", 3),
    ("report", 3),
    ("waiver", 3),
    ("check", 4),
    ("policy_test", 4),
    ("scaffold", 4),
    ("cli", 5),
];

/// Which modules may name a crate.
const OWNERS: &[(&str, &[&str])] = &[
    ("regorus", &["engine/"]),
    ("aho_corasick", &["base/secret/"]),
    ("ipnet", &["engine/builtin/network.rs"]),
    ("hmac", &["engine/builtin/hash.rs"]),
    ("md5", &["engine/builtin/hash.rs"]),
    ("sha1", &["engine/builtin/hash.rs"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/progress.rs"]),
    ("tempfile", &["cli/sink.rs"]),
    ("terminal_size", &["cli/terminal.rs"]),
    ("strsim", &["base/likeness.rs"]),
    ("chrono", &["base/date.rs"]),
    ("wildmatch", &["base/pattern.rs"]),
    ("toml", &["config/"]),
    ("textwrap", &["cli/explain.rs"]),
    ("mimalloc", &["main.rs"]),
    // `policies.hcl` of a policy set is HCL, and no part of a configuration.
    ("hcl_edit", &["input/terraform/source/", "policy/policy_set/"]),
    ("jsonc_parser", &["input/terraform/source/"]),
    ("tree_sitter", &["input/terraform/source/"]),
    ("tree_sitter_hcl", &["input/terraform/source/"]),
    ("zip", &["input/terraform/saved_plan/"]),
    ("prost", &["input/terraform/saved_plan/"]),
    ("regex_syntax", &["engine/candidate.rs"]),
    ("rmp", &["input/terraform/saved_plan/"]),
    ("serde_sarif", &["report/sarif.rs", "report/sarif_lint.rs"]),
    ("flate2", &["policy/bundle/"]),
    ("jsonwebtoken", &["policy/bundle/signature.rs"]),
    ("tar", &["policy/bundle/"]),
    ("sha2", &["report/fingerprint.rs", "engine/builtin/hash.rs", "policy/bundle/hash.rs"]),
    ("serde_saphyr", &["policy/metadata.rs", "policy/annotation.rs", "policy/bundle/"]),
    ("regex", &["policy_test/mod.rs", "engine/builtin/expression.rs"]),
    ("walkdir", &["input/read.rs", "policy/source.rs", "policy/case_file.rs", "cli/watch.rs"]),
    ("rayon", &["input/", "engine/", "cli/pool.rs"]),
    (
        "miette",
        &[
            "input/error.rs",
            "policy/error.rs",
            "policy/bundle/fault.rs",
            "policy/lint.rs",
            "config/error.rs",
            "report/",
            "check/",
            "policy_test/",
        ],
    ),
    (
        "serde_json",
        &[
            "input/",
            "model/value.rs",
            "model/secret.rs",
            "policy/bundle/",
            "policy/policy_set/",
            "engine/derive/",
            "report/",
            "policy_test/json.rs",
            "cli/config.rs",
            "cli/policies.rs",
            "cli/verify.rs",
            "waiver/baseline.rs",
            "cli/conftest/",
        ],
    ),
    (
        "std::fs",
        &[
            "cli/",
            "input/commit.rs",
            "input/files.rs",
            "input/read.rs",
            "policy/case_file.rs",
            "policy/source.rs",
        ],
    ),
    ("std::process", &["main.rs", "cli/mod.rs", "input/commit.rs"]),
    ("std::env", &["main.rs", "cli/"]),
    ("std::time::Instant", &["cli/"]),
    ("SystemTime", &["cli/clock.rs"]),
];

/// The longest a file may be.
const MOST_LINES: usize = 500;

fn sources() -> Vec<(String, String)> {
    let root = support::path("src");
    let walk = walkdir::WalkDir::new(&root).sort_by_file_name();
    let entries = walk.into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"));
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(&root).unwrap().display().to_string();
            (name.replace('\\', "/"), std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// The code of a file: without its tests and comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default())
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

#[test]
fn a_module_uses_lower_floors_only() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let module = name.split(['/', '.']).next().unwrap_or_default();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("{name} has no floor: add it to FLOORS"));
        for line in code(&text) {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let used = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let is_lower = used == module || floor(used).is_some_and(|floor| floor < own);
                if !is_lower {
                    wrong.push(format!("{name} uses {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_has_an_owner() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        for (owned, owners) in OWNERS {
            let is_owner = owners.iter().any(|owner| name.starts_with(owner));
            let pattern = format!("{owned}::");
            let uses = |line: &str| {
                line.match_indices(owned).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    let is_word =
                        before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
                    let after = &line[at..];
                    !is_word
                        && (after.starts_with(&pattern) || after[owned.len()..].starts_with(';'))
                })
            };
            if !is_owner && code(&text).any(uses) {
                wrong.push(format!("{name} uses {owned}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What lets a process print or write, and who may name it. Everybody else writes to the writer
/// that it is given, and so through the sink.
const WAYS_OUT: &[(&str, &[&str])] = &[
    ("stdout(", &[]),
    ("stderr(", &["cli/progress.rs"]),
    ("println!", &[]),
    ("print!", &[]),
    ("dbg!", &[]),
    ("fs::write", &[]),
    ("File::create", &[]),
    ("OpenOptions", &[]),
    ("NamedTempFile", &[]),
    ("set_hook", &["cli/mod.rs"]),
];

#[test]
fn there_is_one_way_out() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        for (way, others) in WAYS_OUT {
            let may = name == "cli/sink.rs" || others.contains(&&*name);
            let word = |line: &str| {
                line.match_indices(way)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            };
            if !may && code(&text).any(word) {
                wrong.push(format!("{name} uses {way} and not cli/sink.rs"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A command that reads a document says what is secret before it prints of it.
#[test]
fn whoever_reads_a_document_knows_its_secrets() {
    for (name, text) in sources().iter().filter(|(name, _)| name.starts_with("cli/")) {
        let calls = |call: &str| code(text).any(|line| line.contains(call));
        let reads = ["check::check(", "input::load(", "check::gather("];
        if reads.iter().any(|read| calls(read)) {
            assert!(calls("sink::know("), "{name} reads a document and tells the sink nothing");
        }
    }
}

#[test]
fn every_dependency_is_in_the_table() {
    let manifest = std::fs::read_to_string(support::path("Cargo.toml")).unwrap();
    let section = manifest.split("\n[dependencies]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    // A dependency begins at the first column; the lines of its features are indented.
    let names = section.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    for name in names.filter_map(|line| line.split(' ').next()) {
        let name = name.replace('-', "_");
        let is_everywhere = matches!(name.as_str(), "serde" | "thiserror");
        let is_listed = OWNERS.iter().any(|(owned, _)| *owned == name);
        assert!(is_everywhere || is_listed, "{name} has no owner");
    }
}

#[test]
fn files_are_short() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{name} has {lines} lines: look for the noun hiding in it");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (name, text) in sources() {
        assert!(text.starts_with("//!"), "{name} does not begin with `//!`");
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let words = ["TODO", "FIXME", "XXX", "#[allow("];
    for (name, text) in sources() {
        let found = words.iter().find(|word| text.contains(**word));
        assert!(found.is_none(), "{name} holds {}", found.unwrap());
    }
}

#[test]
fn the_gate_runs_the_command_of_the_readme() {
    let read = |name: &str| std::fs::read_to_string(support::path(name)).unwrap();
    let command = "cargo test --workspace";
    assert!(read(".ci/run").contains(command));
    assert!(read("README.md").lines().any(|line| line.trim() == command));
    assert!(Path::new(&support::path("LICENSE")).is_file());
}
