//! `plangate test`: the same for any number of threads, and again whenever a file changes.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support;

fn plangate(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .current_dir(support::root())
        .env_clear()
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn threads_make_no_difference() {
    for directory in ["passing", "failing", "unusable"] {
        let path = format!("fixtures/authoring/{directory}");
        let run = |jobs| {
            plangate(&["test", "--no-config", "--verbose", "--coverage", "--jobs", jobs, &path])
        };
        assert_eq!(run("1"), run("7"));
    }
}

#[test]
fn reports_go_to_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let formats = ["json", "junit", "lcov"].map(|name| format!("{name}={}", path(name)));
    let mut arguments = vec!["test", "--no-config", "fixtures/authoring/passing", "-f", "pretty"];
    arguments.extend(formats.iter().flat_map(|format| ["-f", format]));
    let (code, text) = plangate(&arguments);
    assert_eq!(code, Some(0), "{text}");
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("json")).unwrap();
    assert_eq!(json["summary"]["failed"], 0);
    assert_eq!(json["tests"].as_array().unwrap().len(), 9);
    assert_eq!(read("junit").matches("<testcase ").count(), 9);
    let covered = read("lcov").matches(",1\n").count();
    assert_eq!(covered, 9, "{}", read("lcov"));
}

#[test]
fn a_report_that_cannot_be_written_is_said() {
    let (code, text) = plangate(&[
        "test",
        "--no-config",
        "fixtures/authoring/passing",
        "-f",
        "json=/nowhere/at/all.json",
    ]);
    assert_eq!(code, Some(5), "{text}");
    assert!(text.contains("could not be written"), "{text}");
}

#[test]
fn a_failure_within_elements_is_told_for_the_first_that_fails() {
    let failing = "fixtures/authoring/failing";
    let (code, text) = plangate(&["test", "--no-config", failing, "--run", "test_nested"]);
    assert_eq!(code, Some(1), "{text}");
    for words in ["where name is \"open\"", "where acl is \"log-delivery-write\""] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// What a policy makes of a secret is not shown, whatever the format does to it.
#[test]
fn secrets_of_plans_stay_secret() {
    let secret = "hunter2 <&> \"quoted\"";
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "team/data/telling.rego",
        "# METADATA\n# title: Tells\n# scope: package\n# custom:\n#   severity: low\n#   resource_types: [aws_db_instance]\n#   remediation: Do not\npackage policies.team.data.telling\n\ndeny contains violation if {\n\tviolation := {\n\t\t\"attribute\": [\"password\"],\n\t\t\"message\": sprintf(\"it is %s\", [input.values.password]),\n\t}\n}\n",
    );
    write(
        "team/data/cases/telling.toml",
        "input = \"plan.json\"\n\n[expect.team-data-telling]\n\"aws_db_instance.db\" = \"pass\"\n",
    );
    let plan = support::path("fixtures/authoring/secret.json");
    let text = std::fs::read_to_string(plan).unwrap();
    assert!(text.contains(&serde_json::to_string(secret).unwrap()));
    write("team/data/cases/plan.json", &text);
    let path = directory.path().display().to_string();
    for format in ["pretty", "json", "junit"] {
        let (code, text) = plangate(&["test", "--no-config", "--format", format, &path]);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("it is (sensitive)"), "{format}: {text}");
        assert!(!text.contains("hunter2") && !text.contains("quoted"), "{format}: {text}");
    }
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The lines up to the summary.
fn summary(lines: &mut impl Iterator<Item = String>) -> String {
    lines.find(|line| line.contains(" passed, ")).unwrap()
}

fn write(path: &Path, expected: usize) {
    let text = format!(
        "package policies.lib.numbers_test\n\ntest_count if {{\n\tcount([1, 2]) == {expected}\n}}\n"
    );
    std::fs::write(path, text).unwrap();
}

#[test]
fn tests_run_again_when_a_file_changes() {
    let directory = tempfile::tempdir().unwrap();
    let source = support::path("fixtures/authoring/passing/team/storage/short_name.rego");
    std::fs::create_dir_all(directory.path().join("team/storage")).unwrap();
    std::fs::create_dir_all(directory.path().join("lib")).unwrap();
    std::fs::copy(source, directory.path().join("team/storage/short_name.rego")).unwrap();
    let library = support::path("fixtures/authoring/passing/lib/naming.rego");
    std::fs::copy(library, directory.path().join("lib/naming.rego")).unwrap();
    let test = directory.path().join("lib/numbers_test.rego");
    write(&test, 3);
    let child = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(["test", "--no-config", "--watch"])
        .arg(directory.path())
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Killed(child);
    let output = child.0.stdout.take().unwrap();
    let mut lines = BufReader::new(output).lines().map(Result::unwrap);
    assert_eq!(summary(&mut lines), "0 passed, 1 failed");
    write(&test, 2);
    // A file may be seen while it is half written.
    let last = std::iter::from_fn(|| Some(summary(&mut lines))).find(|line| line.starts_with('1'));
    assert_eq!(last.as_deref(), Some("1 passed, 0 failed"));
    child.0.kill().unwrap();
    let mut said = String::new();
    child.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("numbers_test.rego changed"), "{said}");
}
