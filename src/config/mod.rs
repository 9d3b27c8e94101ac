//! Floor 2: the configuration. What is judged, how strictly, and where the reports go.
//!
//! It comes in layers: defaults, `plangate.toml`, environment variables, the command line; the
//! later wins. Texts are passed in and values come out, each with its origin; nothing here opens
//! a file, asks for the time, or knows which policies there are.

mod assumption;
mod enforcement;
mod entry;
mod error;
mod layers;
mod node;
mod origin;
mod raw;
pub mod read;
mod setting;
pub mod table;
mod waiver;

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::base::{Pattern, Profile, Severity, Source};
use crate::finding::FailOn;
pub use assumption::AssumptionSetting;
pub use enforcement::{ParameterSetting, Rules, Threshold};
pub use entry::Entry;
pub use error::{ConfigError, ConfigFault};
pub use layers::{FILE_VARIABLE, Flag, Layers, PREFIX};
pub use node::{Node, Raw};
pub use origin::{Origin, Sourced};
pub use raw::RawSettings;
use setting::Settings;
pub use setting::{
    ALL_NAMESPACES, ALLOW_INCOMPLETE, BASELINE, COMMENTS, CONFTEST, DATA, DIRECTORIES, ENVIRONMENT,
    EXCLUDE, Effective, FAIL_ON, FORMATS, FRAMEWORKS, INCLUDE, MAX_INPUT, Merge, NAMESPACES, ONLY,
    POLICY_SETS, PROFILE, RUN, SETTINGS, SEVERITY, SIGNING_ALG, SOURCE, Setting, TIMEOUT, TOOLS,
    VERIFICATION_KEY, VERIFICATION_KEY_ID, VERIFICATION_SCOPE, WAIVER_DAYS, WAIVER_FILES,
};
use table::Table;
pub use waiver::{IgnoreSettings, Waiver, WaiverSettings, read_waivers};

/// What the file is called.
pub const FILE_NAME: &str = "plangate.toml";

/// The configuration of a run.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, if there is one.
    pub file: Option<Source>,
    /// Which policies there are, and by which is judged.
    pub policies: PolicySettings,
    /// What holds for each environment, by name.
    pub environments: Vec<(String, Rules)>,
    /// What holds for the environment of the run; it comes before `enforcement`.
    pub environment: Rules,
    /// How strictly findings are taken.
    pub enforcement: Rules,
    /// The parameters of policies.
    pub params: Vec<ParameterSetting>,
    /// Facts outside of inputs that somebody answers for.
    pub assumptions: Vec<AssumptionSetting>,
    /// What may be judged, and how long it may take.
    pub check: CheckSettings,
    /// What somebody accepts.
    pub waivers: Vec<Waiver>,
    /// Which waivers count.
    pub waiver_settings: WaiverSettings,
    /// Which comments in source count.
    pub ignores: IgnoreSettings,
    /// The file of the findings that are known.
    pub baseline: Option<Sourced<String>>,
    /// Where the reports go: `FORMAT` or `FORMAT=PATH`.
    pub formats: Vec<Sourced<String>>,
    /// Every setting and where it comes from.
    pub settings: Vec<Effective>,
    /// Everything that the file says.
    written: Vec<Entry>,
}

/// The table `[policies]`.
#[derive(Debug, Clone, Default)]
pub struct PolicySettings {
    /// Directories of policies beside the built-in ones.
    pub directories: Vec<Sourced<String>>,
    /// Policies for other tools.
    pub raw: RawSettings,
    /// How these must be signed.
    pub verification: VerificationSettings,
    /// The profile.
    pub profile: Sourced<Profile>,
    /// The frameworks; without any, whatever they serve.
    pub frameworks: Vec<Sourced<String>>,
    /// The least severity.
    pub severity: Option<Sourced<Severity>>,
    /// Policies beyond these.
    pub include: Vec<Sourced<Pattern>>,
    /// The only policies; without any, all of these.
    pub only: Vec<Sourced<Pattern>>,
    /// Policies that are left out.
    pub exclude: Vec<Sourced<Pattern>>,
}

/// How policies must be signed.
#[derive(Debug, Clone, Default)]
pub struct VerificationSettings {
    /// The file of the key; without one they need not be.
    pub key: Option<Sourced<String>>,
    /// What the key is called.
    pub key_id: Option<Sourced<String>>,
    /// What they must be signed for.
    pub scope: Option<Sourced<String>>,
    /// By which algorithm.
    pub algorithm: Sourced<String>,
}

/// The table `[check]`.
#[derive(Debug, Clone, Default)]
pub struct CheckSettings {
    /// The directory of the root module.
    pub source: Option<Sourced<String>>,
    /// Which findings close the gate.
    pub fail_on: Sourced<FailOn>,
    /// Judge plans that say themselves that they are errored or incomplete.
    pub allow_incomplete: Sourced<bool>,
    /// How long one policy may take on one resource.
    pub timeout: Sourced<Duration>,
    /// The largest input, in bytes.
    pub max_input: Sourced<u64>,
}

impl Config {
    /// Reads the layers.
    ///
    /// # Errors
    /// Everything that is wrong in any of them, each at its place.
    pub fn read(layers: &Layers) -> Result<Self, Vec<ConfigError>> {
        let root = match &layers.file {
            Some(source) => Node::parse(source)?,
            None => Node::empty(),
        };
        let mut table = Table::new("", &root).map_err(|error| vec![error])?;
        let mut settings = Settings::new(layers);
        let mut environment = None;
        let mut config = Config {
            file: layers.file.clone(),
            policies: table.section("policies", |table| PolicySettings {
                directories: settings.list(table, &DIRECTORIES),
                raw: RawSettings::read(&mut settings, table),
                verification: VerificationSettings {
                    key: settings.optional(table, &VERIFICATION_KEY),
                    key_id: settings.optional(table, &VERIFICATION_KEY_ID),
                    scope: settings.optional(table, &VERIFICATION_SCOPE),
                    algorithm: settings.value(table, &SIGNING_ALG),
                },
                profile: settings.value(table, &PROFILE),
                frameworks: settings.list(table, &FRAMEWORKS),
                severity: settings.optional(table, &SEVERITY),
                include: settings.list(table, &INCLUDE),
                only: settings.list(table, &ONLY),
                exclude: settings.list(table, &EXCLUDE),
            }),
            environments: table
                .named("environments", |table, name| (name.value.clone(), Rules::read(table))),
            environment: Rules::default(),
            enforcement: table.section("enforcement", |table| {
                environment = settings.optional::<String>(table, &ENVIRONMENT);
                Rules::read(table)
            }),
            params: params(&mut table),
            assumptions: assumption::read(&mut table),
            check: table.section("check", |table| CheckSettings {
                source: settings.optional(table, &SOURCE),
                fail_on: settings.value(table, &FAIL_ON),
                allow_incomplete: settings.value(table, &ALLOW_INCOMPLETE),
                timeout: settings.value(table, &TIMEOUT),
                max_input: settings.value(table, &MAX_INPUT),
            }),
            waivers: waiver::read(&mut table),
            waiver_settings: table.section("waivers", |table| WaiverSettings {
                max_days: settings.value(table, &WAIVER_DAYS).value,
                files: settings.list(table, &WAIVER_FILES),
            }),
            ignores: table.section("ignores", |table| IgnoreSettings {
                comments: settings.value(table, &COMMENTS).value,
                tools: settings.list(table, &TOOLS),
            }),
            baseline: table.section("baseline", |table| settings.optional(table, &BASELINE)),
            formats: table.section("report", |table| settings.list(table, &FORMATS)),
            settings: Vec::new(),
            written: entry::leaves(&root),
        };
        config.settings = settings.effective;
        if let Some(name) = &environment {
            let rules = enforcement::environment(name, &config.environments);
            config.environment = table.ok(rules).unwrap_or_default();
        }
        let mut errors = table.finish();
        errors.extend(layers.misspelt());
        errors.sort_by_key(|error| error.origin.order());
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The path that `value` writes: in the file it is relative to the file's directory.
    #[must_use]
    pub fn path(value: &Sourced<String>) -> String {
        let path = Path::new(&value.value);
        let parent = match &value.origin {
            Origin::File(source, _) => Path::new(source.name()).parent(),
            _ => None,
        };
        cleaned(&parent.unwrap_or(Path::new("")).join(path)).display().to_string()
    }
}

/// The tables `[params.POLICY]`, whose keys are parameters.
fn params(table: &mut Table<'_>) -> Vec<ParameterSetting> {
    let tables = table.named("params", |table, policy| {
        let parameter = |(name, value): &(Sourced<String>, Node)| ParameterSetting {
            policy: policy.clone(),
            name: name.clone(),
            value: value.clone(),
        };
        table.all().iter().map(parameter).collect::<Vec<_>>()
    });
    tables.into_iter().flatten().collect()
}

/// `path` without the detours in it, as in `a/../b`.
fn cleaned(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        let last = cleaned.components().next_back();
        match (component, last) {
            (Component::ParentDir, Some(Component::Normal(_))) => drop(cleaned.pop()),
            (Component::CurDir, _) => {}
            _ => cleaned.push(component),
        }
    }
    if cleaned.as_os_str().is_empty() { PathBuf::from(".") } else { cleaned }
}
