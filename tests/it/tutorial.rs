//! Every step of `docs/writing-policies.md` is taken, in a directory of its own, and does what the text
//! says. `UPDATE=1` writes what the commands print.

use std::path::Path;
use std::process::Command;

use crate::support;

const TUTORIAL: &str = "docs/writing-policies.md";

/// A fenced block: what it is, and its text.
struct Block<'a> {
    language: &'a str,
    /// The last line before it.
    lead: &'a str,
    text: &'a str,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\n```") {
        let (language, after) = after.split_once('\n').unwrap();
        let (text, after) = after.split_once("\n```\n").expect("every block ends");
        let lead = before.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        blocks.push(Block { language, lead, text });
        rest = after;
    }
    blocks
}

/// The path that a line such as "`policies/a.rego`:" names.
fn path(lead: &str) -> Option<&str> {
    lead.strip_prefix('`')?.strip_suffix("`:")
}

/// What a command prints, and with which code it ends unless that is 0.
fn run(command: &str, directory: &Path) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("plangate"), "{command}");
    let words: Vec<String> = words.map(|word| word.trim_matches('\'').to_owned()).collect();
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(words)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap();
    let text = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
    // Notes tell how many policies there are, which changes.
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("note: "));
    let text: String = lines.collect();
    let code = output.status.code().unwrap();
    let code = if code == 0 { String::new() } else { format!("\nexit code {code}") };
    format!("{}{code}", text.trim_end())
}

#[test]
fn every_step_does_what_it_says() {
    let file = support::path(TUTORIAL);
    let text = std::fs::read_to_string(&file).unwrap();
    let directory = tempfile::tempdir().unwrap();
    for name in ["main.tf", "plan.json"] {
        let from = support::path("fixtures/tutorial").join(name);
        std::fs::copy(from, directory.path().join(name)).unwrap();
    }
    let mut updated = text.clone();
    let mut commands = 0;
    for block in blocks(&text) {
        if block.language == "shell-session" {
            let (command, expected) = block.text.split_once('\n').unwrap_or((block.text, ""));
            let command = command.strip_prefix("$ ").expect("a session begins with a command");
            let actual = run(command, directory.path());
            commands += 1;
            if std::env::var_os("UPDATE").is_some() {
                let block_of = |text: &str| format!("```{}\n{text}\n```\n", block.language);
                let session = format!("$ {command}\n{actual}");
                updated = updated.replacen(&block_of(block.text), &block_of(session.trim_end()), 1);
            } else {
                assert_eq!(actual, expected.trim_end(), "`{command}`");
            }
        } else if let Some(path) = path(block.lead) {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("{}\n", block.text)).unwrap();
        }
    }
    assert!(commands >= 8, "{commands} commands");
    if updated != text {
        std::fs::write(&file, updated).unwrap();
    }
}
