//! `plangate verify`: a report belongs to one plan, one set of policies and one configuration.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support;

/// A directory with the estate, its configuration and policies, and a report on it.
fn estate() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (from, to) in [
        ("fixtures/waivers/estate/plan.json", "plan.json"),
        ("fixtures/waivers/estate/main.tf", "main.tf"),
        ("fixtures/tampering/base/plangate.toml", "plangate.toml"),
        ("fixtures/tampering/base/waivers.toml", "waivers.toml"),
        ("fixtures/tampering/base/baseline.json", "baseline.json"),
    ] {
        std::fs::copy(support::path(from), directory.path().join(to)).unwrap();
    }
    let policies = support::path("fixtures/tampering/base/policies");
    for entry in walkdir::WalkDir::new(&policies).into_iter().map(Result::unwrap) {
        let to =
            directory.path().join("policies").join(entry.path().strip_prefix(&policies).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
    let report = directory.path().join("report.json");
    let format = format!("json={}", report.display());
    let (code, _) = plangate(directory.path(), &["check", "plan.json", "--format", &format]);
    assert_eq!(code, 1);
    directory
}

fn plangate(directory: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .args(["--today", "2026-12-01"])
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// What `verify` says after `edit` was done in the directory.
fn verified_after(edit: impl FnOnce(&Path)) -> (i32, String) {
    let directory = estate();
    edit(directory.path());
    plangate(directory.path(), &["verify", "report.json", "plan.json"])
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{}", path.display());
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn assert_refused(edit: impl FnOnce(&Path), reason: &str) {
    let (code, said) = verified_after(edit);
    assert_eq!(code, 1, "{reason}: {said}");
    assert!(said.contains(reason), "{reason}: {said}");
}

#[test]
fn a_report_is_the_verdict_on_its_plan() {
    let (code, said) = verified_after(|_| {});
    assert_eq!(code, 0, "{said}");
    assert_eq!(said, "report.json is the verdict on this plan: the gate is closed\n");
    // Where the files lie does not matter, nor how the configuration is laid out.
    let (code, said) = verified_after(|root| {
        std::fs::create_dir(root.join("sub")).unwrap();
        std::fs::rename(root.join("report.json"), root.join("sub/report.json")).unwrap();
        std::fs::copy(root.join("sub/report.json"), root.join("report.json")).unwrap();
        replace(&root.join("plangate.toml"), "max_days = 60", "# Two months.\nmax_days   =   60");
    });
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_report_of_something_else_is_refused() {
    assert_refused(
        |root| replace(&root.join("plan.json"), "\"terraform_version\"", " \"terraform_version\""),
        "it is about another plan",
    );
    assert_refused(
        |root| {
            let path = root.join("policies/acme/database/unnamed.rego");
            replace(&path, "identifier is not set", "no identifier");
        },
        "the policies are others",
    );
    for (file, from, to) in [
        ("plangate.toml", "max_days = 60", "max_days = 61"),
        ("waivers.toml", "holds public numbers", "holds secret numbers"),
        ("baseline.json", "aws_db_instance.old", "aws_db_instance.older"),
    ] {
        assert_refused(
            |root| replace(&root.join(file), from, to),
            "the configuration, the waivers or the baseline are others",
        );
    }
}

#[test]
fn a_forged_report_is_refused() {
    let forge = |edit: fn(&mut Value)| {
        move |root: &Path| {
            let path = root.join("report.json");
            let mut report: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            edit(&mut report);
            std::fs::write(&path, report.to_string()).unwrap();
        }
    };
    assert_refused(
        forge(|report| report["gate"] = "open".into()),
        "it says that the gate is open, and the gate is closed",
    );
    assert_refused(forge(|report| report["exit_code"] = 0.into()), "its counts are others");
    assert_refused(
        forge(|report| report["findings"] = Value::Array(Vec::new())),
        "1 finding differs",
    );
    assert_refused(
        forge(|report| report["findings"][0]["blocks"] = false.into()),
        "2 findings differ",
    );
}

#[test]
fn what_is_no_report_cannot_be_trusted() {
    for text in ["", "[]", "{\"version\": \"1.0\"}", "{\"tool\": {\"name\": \"plangate\"}}"] {
        let edit = |root: &Path| std::fs::write(root.join("report.json"), text).unwrap();
        let (code, said) = verified_after(edit);
        assert_eq!(code, 3, "{text}: {said}");
    }
    let (code, _) = verified_after(|root| std::fs::remove_file(root.join("report.json")).unwrap());
    assert_eq!(code, 3);
}

#[test]
fn the_digests_do_not_depend_on_the_order_of_what_is_written() {
    let digests = |edit: fn(&Path)| {
        let directory = estate();
        edit(directory.path());
        let format = format!("json={}", directory.path().join("report.json").display());
        plangate(directory.path(), &["check", "plan.json", "--format", &format]);
        let bytes = std::fs::read(directory.path().join("report.json")).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()["digests"].clone()
    };
    let as_it_is = digests(|_| {});
    let moved = digests(|root| {
        let path = root.join("plangate.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let (first, rest) = text.split_once("[enforcement]").unwrap();
        std::fs::write(&path, format!("[enforcement]{rest}\n{first}")).unwrap();
    });
    assert_eq!(as_it_is, moved);
    assert_eq!(as_it_is["policies"].as_str().unwrap().len(), 64);
}
