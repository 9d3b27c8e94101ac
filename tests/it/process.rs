//! The process as a whole: files, streams, exit codes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support;

const VIOLATING: &str = "fixtures/scenarios/eks-gke/violating/plan.json";
const COMPLIANT: &str = "fixtures/scenarios/eks-gke/compliant/plan.json";

fn plangate(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .current_dir(support::root())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    child.wait_with_output().unwrap()
}

fn code(arguments: &[&str]) -> i32 {
    plangate(arguments, b"").status.code().unwrap()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_format_has_the_same_exit_code() {
    for format in ["pretty", "json", "sarif"] {
        assert_eq!(code(&["check", COMPLIANT, "--format", format]), 0, "{format}");
        assert_eq!(code(&["check", VIOLATING, "--format", format]), 1, "{format}");
        assert_eq!(code(&["check", "Cargo.toml", "--format", format]), 3, "{format}");
    }
}

#[test]
fn standard_input_is_read() {
    let plan = support::document(VIOLATING).bytes;
    let output = plangate(&["check", "-", "--format", "sarif"], &plan);
    assert_eq!(output.status.code(), Some(1));
    let sarif: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "stdin");
    assert!(output.stderr.is_empty());
}

#[test]
fn reports_go_to_files_as_a_whole() {
    let directory = tempfile::tempdir().unwrap();
    let (json, sarif) = (directory.path().join("a.json"), directory.path().join("b.sarif"));
    std::fs::write(&json, "an old report").unwrap();
    let formats = [format!("json={}", json.display()), format!("sarif={}", sarif.display())];
    let output =
        plangate(&["check", VIOLATING, "-f", "pretty", "-f", &formats[0], "-f", &formats[1]], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("The gate is closed"));
    assert!(text(&json).contains("\"exit_code\": 1"));
    assert!(text(&sarif).contains("\"version\": \"2.1.0\""));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "nothing is left over");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let missing = "json=/nonexistent/report.json";
    assert_eq!(code(&["check", COMPLIANT, "-f", missing]), 5);
    assert_eq!(code(&["check", VIOLATING, "-f", missing]), 5);
    assert_eq!(code(&["check", "Cargo.toml", "-f", missing]), 3, "the graver one");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || text(&pipe)
    });
    assert_eq!(code(&["check", COMPLIANT, "-f", &format!("json={}", pipe.display())]), 0);
    assert!(reader.join().unwrap().contains("\"exit_code\": 0"));
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo(), "it is a pipe still");

    let (link, file) = (directory.path().join("link"), directory.path().join("file"));
    std::fs::write(&file, "an old report").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    assert_eq!(code(&["check", COMPLIANT, "-f", &format!("json={}", link.display())]), 0);
    assert!(link.is_symlink() && text(&file).contains("\"exit_code\": 0"));
}

#[test]
fn directories_are_searched_for_plans_and_states() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let plan = support::document(COMPLIANT).bytes;
    write("live/network/tfplan.json", &plan);
    write("live/cluster/no-extension", &plan);
    write("package.json", b"{\"name\": \"x\", \"version\": \"1.0.0\"}");
    write("main.tf", b"resource \"a\" \"b\" {}");
    write(".terraform/terraform.tfstate", b"{\"version\": 3}");
    let path = directory.path().to_str().unwrap();
    let output = plangate(&["check", path], b"");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    assert!(stdout.contains("in 2 plans with"), "{stdout}");
    assert!(stdout.contains("2 other files are neither plan nor state"), "{stdout}");

    write("live/broken/tfplan.json", &plan[..5000]);
    write("live/failed/tfplan.json", b"");
    let output = plangate(&["check", path], b"");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("ends in the middle") && stderr.contains("is empty"), "{stderr}");

    let empty = tempfile::tempdir().unwrap();
    assert_eq!(code(&["check", empty.path().to_str().unwrap()]), 3);
}

#[test]
fn colour_is_for_terminals() {
    for arguments in [["check", VIOLATING], ["explain", "aws-rds-public-database"]] {
        let plain = plangate(&arguments, b"").stdout;
        assert!(!plain.contains(&0x1b), "{arguments:?}");
        let always = [arguments.as_slice(), &["--color", "always"]].concat();
        let coloured = plangate(&always, b"").stdout;
        assert!(coloured.contains(&0x1b), "{arguments:?}");
    }
}

#[test]
fn any_number_of_jobs_gives_the_same_bytes() {
    for format in ["json", "sarif"] {
        let with = |jobs: &str| {
            plangate(&["check", VIOLATING, "--format", format, "--jobs", jobs], b"").stdout
        };
        let one = with("1");
        assert!(!one.is_empty());
        assert!(["2", "8"].iter().all(|jobs| with(jobs) == one), "{format}");
    }
}
