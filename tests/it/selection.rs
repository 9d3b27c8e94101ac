//! Which policies the configuration selects, and how strictly it enforces them.

use std::collections::BTreeMap;
use std::path::Path;

use plangate::base::Source;
use plangate::check::{Options, Policies};
use plangate::config::{
    Config, EXCLUDE, FRAMEWORKS, Flag, INCLUDE, Layers, ONLY, PROFILE, SETTINGS, SEVERITY, Setting,
};

/// Policies of our own: two for the baseline, of which one serves a framework, one that only the
/// strict profile has, and one that only the baseline has.
const OWN: &str = "fixtures/config/policies";

fn layers(file: &str) -> Layers {
    let file = Some(Source::new("plangate.toml", file));
    Layers { file, variables: BTreeMap::new(), flags: BTreeMap::new() }
}

fn load(layers: &Layers) -> Policies {
    let config = Config::read(layers).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let policies = Policies::load(&[support_path()], &Options { config, ..Options::default() });
    assert!(policies.errors.is_empty(), "{:?}", policies.errors);
    assert!(policies.config_errors.is_empty(), "{:?}", policies.config_errors);
    policies
}

fn support_path() -> impl AsRef<Path> {
    crate::support::path(OWN)
}

/// The last words of the policies of ours that are selected.
fn selected(layers: &Layers) -> String {
    let policies = load(layers);
    let ids = policies.iter().map(|policy| policy.id.as_str().to_owned());
    let own = ids.filter_map(|id| Some(id.strip_prefix("team-pick-")?.to_owned()));
    own.collect::<Vec<_>>().join(" ")
}

/// A setting, its value in each layer, and what is then selected.
type Case = (&'static Setting, &'static str, &'static [&'static str], &'static str);

const CASES: &[Case] = &[
    (&PROFILE, "\"baseline\"", &["baseline"], "grave mild weak"),
    (&PROFILE, "\"strict\"", &["strict"], "grave mild stern"),
    (&FRAMEWORKS, "[\"house-1\"]", &["house-1"], "grave"),
    (&FRAMEWORKS, "[\"house-1\", \"house-2\"]", &["house-1", "house-2"], "grave mild"),
    (&SEVERITY, "\"high\"", &["high"], "grave"),
    (&SEVERITY, "\"info\"", &["info"], "grave mild weak"),
    (&INCLUDE, "[\"team-pick-stern\"]", &["team-pick-stern"], "grave mild stern weak"),
    (&INCLUDE, "[\"team-pick-st*\"]", &["team-pick-st*"], "grave mild stern weak"),
    (&ONLY, "[\"team-pick-mild\"]", &["team-pick-mild"], "mild"),
    (&ONLY, "[\"HOUSE_MILD\"]", &["house-mild"], "mild"),
    (&ONLY, "[\"team-pick-*\"]", &["team-pick-*"], "grave mild weak"),
    (&ONLY, "[\"team-pick-stern\"]", &["team-pick-stern"], "stern"),
    (&ONLY, "[\"aws-*\"]", &["aws-*"], ""),
    (&EXCLUDE, "[\"team-pick-m*\", \"aws-*\"]", &["team-pick-m*", "aws-*"], "grave weak"),
    (&EXCLUDE, "[\"*\"]", &["*"], ""),
];

#[test]
fn every_layer_selects_the_same() {
    for (setting, toml, words, expected) in CASES {
        let file = format!("[{}]\n{} = {toml}\n", setting.table, setting.key);
        assert_eq!(selected(&layers(&file)), *expected, "{file}");
        let mut variable = layers("");
        variable.variables.insert(setting.variable(), words.join(","));
        assert_eq!(selected(&variable), *expected, "{}={words:?}", setting.variable());
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let flag = match words.as_slice() {
            [word] if !toml.starts_with('[') => Flag::one(Some(word)),
            words => Flag::many(words),
        };
        let flags = layers("").with_flag(setting, flag);
        assert_eq!(selected(&flags), *expected, "{} {words:?}", setting.option());
    }
}

#[test]
fn settings_narrow_each_other() {
    for (file, expected) in [
        ("profile = \"strict\"\nseverity = \"high\"", "grave stern"),
        ("severity = \"high\"\ninclude = [\"team-pick-weak\"]", "grave weak"),
        ("only = [\"team-*\"]\ninclude = [\"team-pick-stern\"]", "grave mild stern weak"),
        ("only = [\"team-*\"]\nexclude = [\"team-pick-mild\"]", "grave weak"),
        ("include = [\"team-pick-stern\"]\nexclude = [\"team-pick-stern\"]", "grave mild weak"),
        ("frameworks = [\"house-2\"]\nseverity = \"high\"", ""),
    ] {
        assert_eq!(selected(&layers(&format!("[policies]\n{file}\n"))), expected, "{file}");
    }
}

#[test]
fn a_stronger_layer_replaces_a_weaker_one() {
    let mut layers = layers("[policies]\nonly = [\"team-pick-mild\"]\n");
    layers.variables.insert("PLANGATE_ONLY".to_owned(), "team-pick-weak".to_owned());
    assert_eq!(selected(&layers), "weak");
}

/// Tables of the file, the environment, and the levels of the policies grave, mild and weak.
const LEVELS: &[(&str, &str, &str)] = &[
    ("", "", "soft soft soft"),
    ("[enforcement]\ndefault = \"advisory\"", "", "advisory advisory advisory"),
    ("[enforcement.severity]\nlow = \"advisory\"", "", "soft advisory advisory"),
    ("[enforcement.framework]\nhouse-1 = \"hard-mandatory\"", "", "hard soft soft"),
    (
        "[enforcement.framework]\nhouse-2 = \"advisory\"\n[enforcement.severity]\nlow = \"hard-mandatory\"",
        "",
        "soft advisory hard",
    ),
    (
        "[enforcement.policy]\nHOUSE_MILD = \"advisory\"\n[enforcement.framework]\nhouse-2 = \"hard-mandatory\"",
        "",
        "soft advisory soft",
    ),
    (
        "[enforcement.policy]\nteam-pick-mild = \"advisory\"\n\"team-*\" = \"hard-mandatory\"",
        "",
        "hard advisory hard",
    ),
    (
        "[enforcement.policy]\n\"team-pick-*\" = \"advisory\"\n\"team-*\" = \"hard-mandatory\"",
        "",
        "hard hard hard",
    ),
    ("[environments.night]\ndefault = \"advisory\"", "", "soft soft soft"),
    ("[environments.night]\ndefault = \"advisory\"", "night", "advisory advisory advisory"),
    (
        "[environments.night.severity]\nlow = \"advisory\"\n[enforcement.policy]\nteam-pick-mild = \"hard-mandatory\"",
        "night",
        "soft advisory advisory",
    ),
    (
        "[environments.night.severity]\nhigh = \"hard-mandatory\"\n[enforcement]\ndefault = \"advisory\"",
        "night",
        "hard advisory advisory",
    ),
];

#[test]
fn the_most_exact_rule_counts() {
    for (file, environment, expected) in LEVELS {
        let mut layers = layers(file);
        if !environment.is_empty() {
            layers.variables.insert("PLANGATE_ENVIRONMENT".to_owned(), (*environment).to_owned());
        }
        let policies = load(&layers);
        let level = |name: &str| {
            let id = format!("team-pick-{name}");
            let policy = policies.iter().find(|policy| policy.id.as_str() == id).unwrap();
            policies.enforcement(&policy.id).as_str().trim_end_matches("-mandatory")
        };
        let levels = ["grave", "mild", "weak"].map(level).join(" ");
        assert_eq!(levels, *expected, "{file} in `{environment}`");
    }
}

#[test]
fn undetermined_verdicts_block_from_the_threshold_on() {
    let plan = "fixtures/config/undetermined.json";
    for (file, blocking) in [
        ("", 1),
        ("[enforcement]\nundetermined = \"high\"", 1),
        ("[enforcement]\nundetermined = \"low\"", 3),
        ("[enforcement]\nundetermined = \"critical\"", 0),
        ("[enforcement]\nundetermined = \"never\"", 0),
        ("[enforcement]\nundetermined = \"low\"\ndefault = \"advisory\"", 0),
    ] {
        let file = format!("{file}\n[policies]\nonly = [\"team-*\"]");
        let config = Config::read(&layers(&file)).unwrap();
        let options = Options { config, ..Options::default() };
        let policies = Policies::load(&[support_path()], &options);
        let report = crate::support::check_with(vec![crate::support::document(plan)], &policies);
        assert_eq!(report.findings.len(), 3, "{file}");
        assert_eq!(report.gate.blocking, blocking, "{file}");
    }
}

#[test]
fn every_setting_of_the_selection_is_shown_with_its_origin() {
    let config = Config::read(&layers("")).unwrap();
    let shown: Vec<_> = config.settings.iter().map(|set| set.setting.key).collect();
    let all: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
    assert_eq!(shown, all);
}
