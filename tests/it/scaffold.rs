//! What `plangate init` writes works, and nothing that is there is touched.

use std::path::Path;
use std::process::{Command, Output};

use crate::support;

fn plangate(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn what_is_written_is_used_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let written = plangate(path, &["init"]);
    assert_eq!(written.status.code(), Some(0));
    assert_eq!(text(&written).matches("written").count(), 3);
    let plan = support::path("fixtures/config/undetermined.json").display().to_string();
    let checked = plangate(path, &["check", &plan, "--format", "json"]);
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stderr));
    assert!(text(&checked).contains("team-storage-unnamed-bucket"));
    let tested = plangate(path, &["test", "--verbose"]);
    assert_eq!(tested.status.code(), Some(0), "{}", text(&tested));
    assert!(text(&tested).contains("2 passed, 0 failed"), "{}", text(&tested));
}

#[test]
fn nothing_is_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::write(path.join("plangate.toml"), "# mine\n").unwrap();
    std::fs::write(path.join("atlantis.yaml"), "version: 3\n").unwrap();
    let services = ["--ci", "github", "--ci", "gitlab", "--ci", "atlantis"];
    let output = plangate(path, &[&["init", "."], services.as_slice()].concat());
    assert_eq!(output.status.code(), Some(0));
    let said = text(&output);
    assert!(said.contains("kept     plangate.toml, which is there already"), "{said}");
    assert!(said.contains("kept     atlantis.yaml"), "{said}");
    assert!(said.contains("written  .github/workflows/plangate.yml"), "{said}");
    assert!(said.contains("written  .gitlab/plangate.yml"), "{said}");
    assert_eq!(std::fs::read_to_string(path.join("plangate.toml")).unwrap(), "# mine\n");
    assert_eq!(std::fs::read_to_string(path.join("atlantis.yaml")).unwrap(), "version: 3\n");
    let again = plangate(path, &["init"]);
    assert!(!text(&again).contains("written"), "{}", text(&again));
}

#[test]
fn what_cannot_be_written_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::write(path.join("policies"), "a file, no directory").unwrap();
    let output = plangate(path, &["init"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(path.join("plangate.toml").is_file());
}

#[test]
fn the_services_read_what_is_written_for_them() {
    for service in plangate::scaffold::SERVICES {
        let text = service.template.text;
        assert!(text.contains("plangate"), "{}", service.name);
        assert!(!text.contains('\t'), "{}: YAML has no tabs", service.name);
        assert!(text.starts_with("# "), "{} says what it is for", service.name);
        let planned = text.find("plan -input").or_else(|| text.find("- plan\n"));
        let trusted = text.find("--trusted-ref");
        assert!(planned.unwrap() < trusted.unwrap(), "{} trusts the change", service.name);
    }
}
