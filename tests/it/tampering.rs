//! What a change under review tries in order to open the gate that judges it. The attempts are
//! data; each becomes a small repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;

use crate::support;

const TRUSTED: &str = "origin/main";

/// One attempt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    /// What is tried.
    attempt: String,
    /// The plan, if it is not that of the estate.
    plan: Option<String>,
    /// What is different on the trusted commit.
    #[serde(default)]
    base: BTreeMap<String, Edit>,
    /// What the change under review does.
    #[serde(default)]
    change: BTreeMap<String, Edit>,
    /// Texts that the change takes out of the configuration besides.
    #[serde(default)]
    drop: Vec<String>,
    /// A tag that the change brings.
    tag: Option<String>,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// Where the gate runs.
    #[serde(default)]
    directory: String,
    /// How the attempt is named where the commit is trusted.
    named: String,
    /// The exit code then.
    #[serde(default = "blocked")]
    exit: i32,
    /// What happens where the working copy is trusted.
    #[serde(default)]
    without: Without,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Without {
    exit: i32,
    says: String,
}

/// What is done to a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Edit {
    /// It has this text.
    text: Option<String>,
    /// It has the text of another file.
    copy: Option<String>,
    /// This text in it becomes the next.
    replace: Option<String>,
    by: String,
    /// This text is added at its end.
    more: String,
    /// It is a link to there.
    link: Option<String>,
    /// It is gone.
    removed: bool,
    /// It is a repository of its own.
    submodule: bool,
}

impl Default for Without {
    fn default() -> Self {
        let says = "the gate trusts its working copy for ".to_owned();
        Without { exit: 0, says }
    }
}

fn blocked() -> i32 {
    1
}

/// What stands at a path.
#[derive(Debug, Clone)]
enum Content {
    Text(Vec<u8>),
    Link(String),
    Submodule,
}

type Files = BTreeMap<String, Content>;

/// The files that all attempts begin with.
fn common(plan: Option<&str>) -> Files {
    let mut files = Files::new();
    for (directory, keeps) in [("fixtures/tampering/base", ""), ("fixtures/waivers/estate", ".tf")]
    {
        let root = support::path(directory);
        for entry in walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap) {
            let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            if entry.file_type().is_file() && path.ends_with(keeps) {
                files.insert(path, Content::Text(std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    let plan = plan.unwrap_or("fixtures/waivers/estate/plan.json");
    let plan = std::fs::read(support::path(plan)).unwrap();
    files.insert("plan.json".to_owned(), Content::Text(plan));
    files
}

fn edit(files: &Files, edits: &BTreeMap<String, Edit>) -> Files {
    let mut edited = files.clone();
    let text = |path: &str| match files.get(path) {
        Some(Content::Text(bytes)) => String::from_utf8(bytes.clone()).unwrap(),
        _ => panic!("there is no file {path} to edit"),
    };
    for (path, edit) in edits {
        let is_whole = edit.removed || edit.submodule || edit.link.is_some();
        if is_whole {
            edited.retain(|known, _| known != path && !known.starts_with(&format!("{path}/")));
        }
    }
    for (path, edit) in edits {
        let content = match edit {
            Edit { removed: true, .. } => continue,
            Edit { submodule: true, .. } => Content::Submodule,
            Edit { link: Some(target), .. } => Content::Link(target.clone()),
            Edit { text: new, copy, replace, by, more, .. } => {
                let old = || text(copy.as_ref().unwrap_or(path));
                let mut text = new.clone().unwrap_or_else(old);
                if let Some(replace) = replace {
                    assert!(text.contains(replace.as_str()), "{path} holds no {replace:?}");
                    text = text.replacen(replace.as_str(), by, 1);
                }
                Content::Text((text + more).into_bytes())
            }
        };
        edited.insert(path.clone(), content);
    }
    edited
}

/// Runs `git` in a directory, whatever the settings of its user.
fn git(directory: &Path, arguments: &[&str]) -> String {
    let person = ["-c", "user.name=A. Person", "-c", "user.email=person@example.com"];
    let output = Command::new("git")
        .args(person)
        .args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Makes a commit of the files, and of nothing else that lies in the directory.
fn commit(root: &Path, files: &Files) {
    for entry in std::fs::read_dir(root).unwrap().map(Result::unwrap) {
        if entry.file_name() != ".git" {
            let is_directory = entry.file_type().unwrap().is_dir();
            let remove = |path| match is_directory {
                true => std::fs::remove_dir_all(path),
                false => std::fs::remove_file(path),
            };
            remove(entry.path()).unwrap();
        }
    }
    for (path, content) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content {
            Content::Text(bytes) => std::fs::write(path, bytes).unwrap(),
            Content::Link(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            Content::Submodule => {
                std::fs::create_dir_all(&path).unwrap();
                git(&path, &["init", "-q", "-b", "main"]);
                git(&path, &["commit", "-q", "--allow-empty", "-m", "nothing"]);
            }
        }
    }
    git(root, &["add", "-A", "-f"]);
    git(root, &["commit", "-q", "--allow-empty", "-m", "all files"]);
}

/// A repository with a trusted commit and a working copy.
fn repository(base: &Files, change: &Files) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "-q", "-b", "change"]);
    commit(directory.path(), base);
    git(directory.path(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    commit(directory.path(), change);
    directory
}

/// Runs the gate; returns its exit code and all that it says.
fn run(
    directory: &Path,
    arguments: &[&str],
    variables: &BTreeMap<String, String>,
) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plangate"))
        .args(arguments)
        .args(["--today", "2026-12-01"])
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(variables)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn try_it(attempt: &Attempt) {
    let base = edit(&common(attempt.plan.as_deref()), &attempt.base);
    let mut change = edit(&base, &attempt.change);
    for dropped in &attempt.drop {
        let Some(Content::Text(bytes)) = change.get_mut("plangate.toml") else { panic!() };
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(dropped), "plangate.toml holds no {dropped:?}");
        *bytes = text.replacen(dropped, "", 1).into_bytes();
    }
    let directory = repository(&base, &change);
    if let Some(tag) = &attempt.tag {
        git(directory.path(), &["update-ref", &format!("refs/tags/{tag}"), "HEAD"]);
    }
    let run = |trusted: &[&str]| {
        let plan = directory.path().join("plan.json");
        let mut arguments = vec!["check", plan.to_str().unwrap()];
        arguments.extend(attempt.arguments.iter().map(String::as_str));
        arguments.extend(trusted);
        run(&directory.path().join(&attempt.directory), &arguments, &attempt.variables)
    };
    let name = &attempt.attempt;
    let (code, said) = run(&["--trusted-ref", TRUSTED]);
    assert_eq!(code, attempt.exit, "{name}: {said}");
    assert!(unwrapped(&said).contains(&attempt.named), "{name}: {said}");
    let (code, said) = run(&[]);
    assert_eq!(code, attempt.without.exit, "{name}, unless a commit is trusted: {said}");
    assert!(unwrapped(&said).contains(&attempt.without.says), "{name}, unless trusted: {said}");
}

/// The text without the line breaks that a narrow terminal needs.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_attempt_is_refused_and_named() {
    let text = std::fs::read_to_string(support::path("fixtures/tampering/attempts.yaml")).unwrap();
    let attempts: Vec<Attempt> = serde_saphyr::from_str(&text).unwrap();
    assert!(attempts.len() >= 30);
    let failed: Vec<String> = attempts
        .iter()
        .filter_map(|attempt| {
            let tried = std::panic::catch_unwind(|| try_it(attempt));
            let reason = tried.err()?;
            reason.downcast::<String>().ok().map(|text| *text)
        })
        .collect();
    assert!(failed.is_empty(), "{} attempts:\n\n{}", failed.len(), failed.join("\n\n"));
}

#[test]
fn nothing_is_named_where_nothing_is_changed() {
    let files = common(None);
    let directory = repository(&files, &files);
    let arguments = ["check", "plan.json", "--trusted-ref", TRUSTED];
    let (code, said) = run(directory.path(), &arguments, &BTreeMap::new());
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("are those of origin/main, commit "), "{said}");
    assert!(!said.contains("is not as on") && !said.contains("this change"), "{said}");
}

#[test]
fn a_comment_of_the_trusted_commit_counts_in_another_file_too() {
    let comment = "# plangate:ignore acme-database-exposed reason=\"x\" until=2026-12-31\n";
    let base: BTreeMap<String, Edit> = BTreeMap::from([(
        "main.tf".to_owned(),
        Edit {
            replace: Some("resource \"aws_db_instance\"".to_owned()),
            by: format!("{comment}resource \"aws_db_instance\""),
            ..Edit::default()
        },
    )]);
    let base = edit(&common(None), &base);
    let mut change = base.clone();
    let main = change.remove("main.tf").unwrap();
    change.insert("estate.tf".to_owned(), main);
    let directory = repository(&base, &change);
    let arguments = ["check", "plan.json", "--trusted-ref", TRUSTED];
    let (code, said) = run(directory.path(), &arguments, &BTreeMap::new());
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_submodule_cannot_bring_a_history_of_its_own() {
    let inner = common(None);
    let outer: Files = BTreeMap::from([("infra".to_owned(), Content::Submodule)]);
    let directory = repository(&outer, &outer);
    let infra = directory.path().join("infra");
    commit(&infra, &inner);
    git(&infra, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let arguments = ["check", "plan.json", "--trusted-ref", TRUSTED];
    let (code, said) = run(&infra, &arguments, &BTreeMap::new());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("this directory is in a submodule"), "{said}");
}

#[test]
fn variables_do_not_lead_to_another_repository() {
    let files = common(None);
    let mut lenient = files.clone();
    lenient.remove("plangate.toml");
    let (directory, other) = (repository(&files, &files), repository(&lenient, &lenient));
    let git_directory = other.path().join(".git").display().to_string();
    let variables = BTreeMap::from([("GIT_DIR".to_owned(), git_directory)]);
    let arguments = ["check", "plan.json", "--trusted-ref", TRUSTED];
    let (code, said) = run(directory.path(), &arguments, &variables);
    assert_eq!(code, 1, "{said}");
    let id = git(directory.path(), &["rev-parse", "origin/main"]);
    assert!(said.contains(&id[..12]), "{said}");
}

#[test]
fn a_commit_that_is_not_there_is_refused() {
    let files = common(None);
    let directory = repository(&files, &files);
    let id = git(directory.path(), &["rev-parse", "origin/main"]);
    let code = |name: &str| {
        let arguments = ["check", "plan.json", "--trusted-ref", name];
        run(directory.path(), &arguments, &BTreeMap::new())
    };
    let unknown = "0123456789012345678901234567890123456789";
    for name in ["origin/master", "", "..", unknown, "--all", &id[..12], "main:plangate.toml"] {
        let (code, said) = code(name);
        assert_eq!(code, 2, "{name}: {said}");
    }
    for name in ["refs/remotes/origin/main", &id, "HEAD", "change"] {
        let (code, said) = code(name);
        assert_eq!(code, 1, "{name}: {said}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(directory.path().join("plan.json"), elsewhere.path().join("plan.json")).unwrap();
    let arguments = ["check", "plan.json", "--trusted-ref", TRUSTED];
    let (code, said) = run(elsewhere.path(), &arguments, &BTreeMap::new());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("there is no repository"), "{said}");
}
