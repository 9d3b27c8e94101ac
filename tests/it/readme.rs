//! The console blocks of the README and of `docs/` are run, and print what they say.

use std::path::Path;
use std::process::Command;

use crate::support;

/// The commands of a `console` block with the output that follows each.
fn sessions(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let blocks = text.split("```console\n").skip(1);
    for block in blocks.filter_map(|rest| rest.split("\n```").next()) {
        for session in format!("\n{block}").split("\n$ ").skip(1) {
            let (command, output) = session.split_once('\n').unwrap_or((session, ""));
            found.push((command.to_owned(), output.trim().to_owned()));
        }
    }
    found
}

fn run(command: &str) -> String {
    let words = command.split_whitespace().skip_while(|word| {
        matches!(*word, "cargo" | "run" | "--release" | "--quiet" | "--" | "plangate")
    });
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(words)
        .current_dir(support::root())
        .env_clear()
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap().trim().to_owned()
}

#[test]
fn console_blocks_print_what_they_say() {
    let mut files = vec![support::path("README.md")];
    let docs = std::fs::read_dir(support::path("docs")).unwrap();
    files.extend(docs.map(|entry| entry.unwrap().path()));
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for (command, expected) in sessions(&text) {
            assert_output(&file, &command, &expected);
            count += 1;
        }
    }
    assert!(count >= 2, "the README shows real output");
}

/// A block behind the name of a file, in a comment, is that file.
#[test]
fn blocks_of_files_are_these_files() {
    let text = std::fs::read_to_string(support::path("docs/migrating.md")).unwrap();
    let named: Vec<(&str, &str)> =
        text.split("<!-- ").skip(1).filter_map(|rest| rest.split_once(" -->\n```rego\n")).collect();
    assert!(named.len() >= 2);
    for (name, rest) in named {
        let block = rest.split("```\n").next().unwrap();
        assert_eq!(std::fs::read_to_string(support::path(name)).unwrap(), block, "{name}");
    }
}

/// A line `…` in the expected output stands for any lines.
fn assert_output(file: &Path, command: &str, expected: &str) {
    let actual = run(command);
    let mut rest = format!("\n{actual}\n");
    for part in format!("\n{expected}\n").split("\n…\n") {
        let Some((_, after)) = rest.split_once(part.trim_end()) else {
            panic!("{}: `{command}` prints\n{actual}\nwithout\n{part}", file.display());
        };
        rest = after.to_owned();
    }
    assert!(rest.trim().is_empty(), "{}: `{command}` prints more:\n{rest}", file.display());
}
