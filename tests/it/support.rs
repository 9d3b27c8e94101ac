//! What several tests need.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use plangate::base::{Pattern, Source};
use plangate::check::{self, Options, Policies, Progress};
use plangate::config::{Config, Flag, Layers, Origin, PROFILE, Sourced};
use plangate::input::{Document, InputError};
use plangate::model::Model;
use plangate::report::{Look, REPORTERS, Report};

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A path below the root.
pub(crate) fn path(name: &str) -> PathBuf {
    root().join(name)
}

/// A file below the root as a document, labelled by its name.
pub(crate) fn document(name: &str) -> Document {
    let bytes = std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Document { label: name.to_owned(), bytes }
}

/// A text as a document.
pub(crate) fn text_document(label: &str, text: &str) -> Document {
    Document { label: label.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// Reports no progress.
pub(crate) struct Silent;

impl Progress for Silent {
    fn more(&self, _judgements: usize) {}
    fn done(&self, _judgements: usize) {}
}

/// All the built-in policies, those of the profile `strict` too, loaded once for all tests.
pub(crate) fn built_in() -> &'static Policies {
    static BUILT_IN: OnceLock<Policies> = OnceLock::new();
    BUILT_IN.get_or_init(|| load_with(&strictly(Layers::default())))
}

/// The same, as the configuration `file` sets them.
pub(crate) fn built_in_as(file: &str) -> Policies {
    let text = std::fs::read_to_string(path(file)).unwrap();
    load_with(&strictly(Layers { file: Some(Source::new(file, text)), ..Layers::default() }))
}

/// Options as `layers` say; where they name no profile in `strict`, to which every policy belongs.
fn strictly(layers: Layers) -> Options {
    let config = Config::read(&layers).unwrap();
    let config = match config.policies.profile.origin {
        Origin::Default => {
            let flag = Flag::One("strict".to_owned());
            Config::read(&layers.with_flag(&PROFILE, Some(flag))).unwrap()
        }
        _ => config,
    };
    Options { config, ..Options::default() }
}

fn load_with(options: &Options) -> Policies {
    let none: &[&Path] = &[];
    let policies = Policies::load(none, options);
    assert!(policies.config_errors.is_empty(), "{:?}", policies.config_errors);
    policies
}

/// `policies` for as long as the tests run.
pub(crate) fn keep(policies: Policies) -> &'static Policies {
    Box::leak(Box::new(policies))
}

/// Options that select some policies by their ids.
pub(crate) fn only(ids: &[&str]) -> Options {
    let mut options = Options::default();
    let patterns = ids.iter().map(|id| Pattern::new(id));
    let patterns = patterns.map(|value| Sourced { value, origin: Origin::Default });
    options.config.policies.only = patterns.collect();
    options
}

/// The report on `documents` by `policies`.
pub(crate) fn check_with(documents: Vec<Document>, policies: &Policies) -> Report {
    check::check(documents, Vec::new(), policies, &Options::default(), &Silent).0
}

/// The report on `documents` by the built-in policies, as the `plangate.toml` beside the first sets
/// them.
pub(crate) fn check(documents: Vec<Document>) -> Report {
    let beside = documents.first().and_then(|document| Path::new(&document.label).parent());
    let file = beside.map(|directory| root().join(directory).join("plangate.toml"));
    let Some(text) = file.and_then(|file| std::fs::read_to_string(file).ok()) else {
        return check_with(documents, built_in());
    };
    let layers = Layers { file: Some(Source::new("plangate.toml", text)), ..Layers::default() };
    let options = strictly(layers);
    check::check(documents, Vec::new(), &load_with(&options), &options, &Silent).0
}

/// `report` in the format `name`, without colour.
pub(crate) fn render(report: &Report, name: &str) -> String {
    let reporter = REPORTERS.iter().find(|reporter| reporter.name == name).unwrap();
    let mut bytes = Vec::new();
    let look = Look { color: false, unicode: true, width: 100 };
    (reporter.write)(report, look, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The directory of real documents, where it is at hand.
pub(crate) fn corpus() -> Option<PathBuf> {
    let path = std::env::var_os("PLANGATE_CORPUS")
        .map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    say("skipped: there is no corpus beside the project");
    None
}

/// Prints a line of a test's result.
#[expect(clippy::print_stderr, reason = "the counts are what a reader of the test looks for")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// The model of a document.
pub(crate) fn load(document: &Document) -> Result<Model, InputError> {
    plangate::input::load(document, None).map(|loaded| loaded.model)
}
