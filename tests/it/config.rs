//! Configuration: where it is found, and which layer wins.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use plangate::base::Source;
use plangate::config::{Config, Flag, Layers, Origin, TIMEOUT};

use crate::support;

/// The layers of a file, variables and the option `--timeout`.
fn layers(file: &str, variables: &[(&str, &str)], timeout: Option<&str>) -> Layers {
    let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let file = Some(Source::new("plangate.toml", file));
    Layers { file, variables: variables.collect(), flags: BTreeMap::new() }
        .with_flag(&TIMEOUT, timeout.map(|text| Flag::One(text.to_owned())))
}

#[test]
fn the_stronger_layer_wins() {
    let file = "[check]\ntimeout = 3\n";
    let variable = ("PLANGATE_TIMEOUT", "4");
    for (file, variables, flag, seconds, origin) in [
        ("", vec![], None, 2, "default"),
        (file, vec![], None, 3, "plangate.toml:2"),
        (file, vec![variable], None, 4, "PLANGATE_TIMEOUT"),
        (file, vec![variable], Some("5"), 5, "--timeout"),
        (file, vec![], Some("5"), 5, "--timeout"),
    ] {
        let config = Config::read(&layers(file, &variables, flag)).unwrap();
        assert_eq!(config.check.timeout.value.as_secs(), seconds);
        assert_eq!(config.check.timeout.origin.to_string(), origin);
    }
}

#[test]
fn what_is_wrong_in_a_weaker_layer_is_found_too() {
    let layers = layers("[check]\ntimeout = -1\n", &[("PLANGATE_TIMEOUT", "x")], Some("5"));
    let errors = Config::read(&layers).unwrap_err();
    let origins: Vec<String> = errors.iter().map(|error| error.origin.to_string()).collect();
    assert_eq!(origins, ["plangate.toml:2", "PLANGATE_TIMEOUT"]);
}

#[test]
fn directories_add_up() {
    let variables = [("PLANGATE_POLICY", "b, c")];
    let layers = layers("[policies]\ndirectories = [\"a\"]\n", &variables, None);
    let config = Config::read(&layers).unwrap();
    let directories = config.policies.directories.iter();
    let found: Vec<_> = directories.map(|d| (d.value.as_str(), d.origin.to_string())).collect();
    assert_eq!(
        found,
        [
            ("a", "plangate.toml:2".to_owned()),
            ("b", "PLANGATE_POLICY".to_owned()),
            ("c", "PLANGATE_POLICY".to_owned())
        ]
    );
}

#[test]
fn misspelt_variables_are_errors_and_others_are_not_ours() {
    let errors = Config::read(&layers("", &[("PLANGATE_TIMEUOT", "1")], None)).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(matches!(&errors[0].origin, Origin::Variable(name) if name == "PLANGATE_TIMEUOT"));
    assert!(Config::read(&layers("", &[("PLANGATE_VERSION", "1")], None)).is_ok());
}

#[test]
fn paths_in_the_file_are_relative_to_it() {
    let mut layers = layers(
        "[policies]\ndirectories = [\"own\", \"/abs\", \"x/../../y\", \"./..\"]\n",
        &[],
        None,
    );
    layers.file = layers.file.map(|file| Source::new("../up/plangate.toml", file.text()));
    layers.variables.insert("PLANGATE_POLICY".to_owned(), "own".to_owned());
    let config = Config::read(&layers).unwrap();
    let paths: Vec<String> = config.policies.directories.iter().map(Config::path).collect();
    assert_eq!(paths, ["../up/own", "/abs", "../y", "..", "own"]);
}

/// Runs `check` in `directory` on a compliant plan.
fn check(directory: &Path, variables: &[(&str, &str)]) -> Output {
    let plan = support::path("fixtures/scenarios/eks-gke/compliant/plan.json");
    Command::new(env!("CARGO_BIN_EXE_plangate"))
        .arg("check")
        .arg(plan)
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// What `check` says where the configuration is wrong, which shows that it was read.
fn complaint(directory: &Path) -> Option<String> {
    let output = check(directory, &[]);
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code() == Some(2)).then(|| {
        let place = text.split_once('[').unwrap().1;
        place.split_once(':').unwrap().0.to_owned()
    })
}

#[test]
fn the_file_is_found_upwards_to_the_root_of_the_repository() {
    let outside = tempfile::tempdir().unwrap();
    let root = outside.path().join("repository");
    let inner = root.join("stacks/network");
    std::fs::create_dir_all(&inner).unwrap();
    let wrong = |directory: &Path| {
        std::fs::write(directory.join("plangate.toml"), "[check]\ntimeout = 0\n").unwrap();
    };
    wrong(outside.path());
    assert_eq!(complaint(&inner), None, "without a repository nothing above is looked at");
    std::fs::create_dir(root.join(".git")).unwrap();
    assert_eq!(complaint(&inner), None, "above the repository nothing is looked at");
    wrong(&root);
    assert_eq!(complaint(&inner).as_deref(), Some("../../plangate.toml"));
    assert_eq!(complaint(&root).as_deref(), Some("plangate.toml"));
    std::fs::write(root.join("stacks/plangate.toml"), "").unwrap();
    assert_eq!(complaint(&inner), None, "the nearest file counts alone");
    wrong(&inner);
    assert_eq!(complaint(&inner).as_deref(), Some("plangate.toml"));
}

#[test]
fn the_file_can_be_named_by_a_variable() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.toml"), "[check]\ntimeout = 0\n").unwrap();
    let output = check(directory.path(), &[("PLANGATE_CONFIG", "a.toml")]);
    assert_eq!(output.status.code(), Some(2));
    let output = check(directory.path(), &[("PLANGATE_CONFIG", "b.toml")]);
    assert_eq!(output.status.code(), Some(2));
    let output = check(directory.path(), &[("PLANGATE_CONFIG", "")]);
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_stops_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("plangate.toml");
    std::os::unix::fs::symlink("nowhere.toml", &path).unwrap();
    assert_eq!(check(directory.path(), &[]).status.code(), Some(2));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(check(directory.path(), &[]).status.code(), Some(2));
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, [0xff, 0xfe, 0]).unwrap();
    assert_eq!(check(directory.path(), &[]).status.code(), Some(2));
}
