//! The binary answers as `conftest` when it is called by that name.
#![cfg(unix)]

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use crate::support;

const PLAN: &str = "fixtures/scenarios/state-and-secrets/violating/plan.json";

fn conftest(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .arg0("/usr/local/bin/conftest")
        .args(arguments)
        .current_dir(support::root())
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// What Atlantis runs.
#[test]
fn atlantis_gets_what_it_reads() {
    let (code, out, err) = conftest(&["test", "-p", "fixtures/conftest/older", PLAN, "--no-color"]);
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let line = format!("FAIL - {PLAN} - main - the changes weigh 15, and may weigh 6\n");
    let summary = "\n2 tests, 1 passed, 0 warnings, 1 failure, 0 exceptions\n";
    assert_eq!(out, format!("{line}{summary}"));
}

#[test]
fn errors_exit_with_one_as_there() {
    for arguments in [
        &["test", "--nonsense", PLAN][..],
        &["test", "-p", "nowhere", PLAN],
        &["test", "-p", "fixtures/conftest/older", "nowhere.json"],
        &["test", "-p", "fixtures/conftest/older", "-n", "nobody", PLAN],
        &["verify"],
    ] {
        let (code, out, err) = conftest(arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {out}{err}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
}
