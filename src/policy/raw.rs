//! Policies that were written for other tools: files of Rego and the data they ask for.
//!
//! They see the plan JSON itself, as conftest and OPA show it to them, and have no metadata that
//! we ask for. What their rules are is known to those who can parse them, in `engine/`.

use std::collections::BTreeMap;

use super::bundle::{Bundle, RegoVersion};
use super::policy_set::SetPolicy;
use super::{Metadata, Origin, Policy, PolicyError, PolicyFault, Scope, nesting};
use crate::base::{Action, Enforcement, PolicyId, Profile, Severity, Source};

/// The package in which rules are looked for unless somebody names another.
pub const DEFAULT_NAMESPACE: &str = "main";

/// Files, by their paths below the one that was asked for, and what could not be read.
pub type Found = (Vec<(String, Source)>, Vec<PolicyError>);

/// Modules that belong together, and what is to be asked of them.
#[derive(Debug, Clone)]
pub struct RawSet {
    /// What the set is called in messages: the paths it was read from.
    pub name: String,
    /// The modules; tests are left out.
    pub modules: Vec<Source>,
    /// What stands below `data` beside the modules.
    pub data: Vec<Source>,
    /// Which packages hold the rules that judge.
    pub namespaces: Namespaces,
    /// In which version of Rego modules are written, where somebody says so, by their names.
    pub versions: BTreeMap<String, RegoVersion>,
    /// The run that a policy set sees beside the plan.
    pub run: Option<Source>,
}

/// Which packages hold the rules that judge.
#[derive(Debug, Clone)]
pub enum Namespaces {
    /// These alone; each must have some.
    Named(Vec<String>),
    /// Every package that has such rules.
    All,
    /// Those rules that a policy set names, whatever they are called.
    Queries(Vec<SetPolicy>),
}

/// What is written of a rule that is a policy by itself.
#[derive(Debug, Clone)]
pub struct RuleSketch {
    /// Its package, such as `main`.
    pub package: String,
    /// Its name, such as `deny_public`.
    pub rule: String,
    /// How strictly it asks to be enforced.
    pub level: Enforcement,
    /// What its annotation says, where it has one.
    pub title: Option<String>,
    /// The same.
    pub description: Option<String>,
    /// The same.
    pub severity: Option<Severity>,
    /// The file of its first definition.
    pub source: Source,
}

impl RawSet {
    /// Reads the modules below `paths` and the data below `data`, which `files_below` finds by a path
    /// and extensions.
    ///
    /// # Errors
    /// What cannot be read, and paths without any module.
    pub fn read(
        paths: &[String],
        data: &[String],
        namespaces: Namespaces,
        files_below: impl Fn(&str, &[&str]) -> Found,
    ) -> Result<Self, Vec<PolicyError>> {
        let mut errors = Vec::new();
        let mut set = RawSet::new(paths.join(", "), namespaces);
        for path in paths {
            let (files, failed) = files_below(path, &["rego"]);
            let is_empty = files.is_empty() && failed.is_empty();
            errors.extend(failed);
            if is_empty {
                let source = Source::new(path.clone(), "");
                errors.push(*PolicyError::whole_file(&source, PolicyFault::NoModules));
            }
            let files = files.into_iter().filter(|(name, _)| !name.ends_with("_test.rego"));
            set.modules.extend(files.map(|(_, source)| source));
        }
        for path in data {
            let (files, failed) = files_below(path, &["json", "yaml", "yml"]);
            errors.extend(failed);
            set.data.extend(files.into_iter().map(|(_, source)| source));
        }
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    /// A set without any module.
    #[must_use]
    pub fn new(name: String, namespaces: Namespaces) -> Self {
        let (modules, data, versions) = (Vec::new(), Vec::new(), BTreeMap::new());
        RawSet { name, modules, data, namespaces, versions, run: None }
    }

    /// Adds what a bundle holds.
    ///
    /// # Errors
    /// When it has no module.
    pub fn with_bundle(mut self, bundle: Bundle) -> Result<Self, Box<PolicyError>> {
        if bundle.modules.is_empty() {
            let source = Source::new(self.name.clone(), "");
            return Err(PolicyError::whole_file(&source, PolicyFault::NoModules));
        }
        for module in bundle.modules {
            let name = module.source.name().to_owned();
            self.versions.extend(module.version.map(|version| (name, version)));
            self.modules.push(module.source);
        }
        self.data.extend(bundle.data);
        Ok(self)
    }

    /// The files that its verdicts rest on.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.modules.iter().chain(&self.data).chain(&self.run)
    }
}

/// Refuses a module that must not even be parsed.
///
/// # Errors
/// Where its literals nest too deep.
pub fn check_text(source: &Source) -> Result<(), Box<PolicyError>> {
    nesting::check(source)
}

impl RuleSketch {
    /// The rule as a policy.
    #[must_use]
    pub fn policy(self) -> Policy {
        let RuleSketch { package, rule, level, title, description, severity, source } = self;
        let of_level = match level {
            Enforcement::Advisory => Severity::Medium,
            Enforcement::SoftMandatory | Enforcement::HardMandatory => Severity::High,
        };
        let metadata = Metadata {
            title: title.unwrap_or_else(|| format!("`{rule}` of the package {package}")),
            description: description.unwrap_or_default(),
            severity: severity.unwrap_or(of_level),
            scope: Scope::Document,
            resource_types: Vec::new(),
            actions: Action::ALL.to_vec(),
            needs: Vec::new(),
            known_only: true,
            withholds_values: false,
            provider_wide: Vec::new(),
            links_of: BTreeMap::new(),
            profiles: Profile::ALL.to_vec(),
            aliases: Vec::new(),
            controls: BTreeMap::new(),
            params: BTreeMap::new(),
            assumptions: BTreeMap::new(),
            remediation: String::new(),
            references: Vec::new(),
            examples: None,
        };
        Policy {
            id: PolicyId::of_rule(&package, &rule),
            package,
            metadata,
            level: Some(level),
            origin: Origin::User,
            source,
        }
    }
}
