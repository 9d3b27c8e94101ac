//! What the configuration says of policies, applied to the policies there are: which are judged
//! by, with which parameters, and how strictly. Whatever it names must exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Date, Enforcement, Pattern, PolicyId, Severity, likeness};
use crate::config::{
    AssumptionSetting, Config, ConfigError, ConfigFault, Origin, ParameterSetting, Rules, Sourced,
    Threshold,
};
use crate::finding::Outcome;
use crate::policy::{Policy, PolicySet};

/// The level of a policy that nobody says anything about.
const DEFAULT_LEVEL: Enforcement = Enforcement::SoftMandatory;

/// From which severity on an undetermined verdict blocks when nobody says anything about it.
const DEFAULT_THRESHOLD: Threshold = Threshold::From(Severity::High);

/// How policies are named.
const POLICY_NAMES: &str = "give an id, such as `aws-s3-unencrypted-bucket`, or an alias, such as \
                            `CKV_AWS_19`";

/// How strictly the policies of a run are enforced.
#[derive(Debug, Clone)]
pub(crate) struct Strictness {
    levels: BTreeMap<PolicyId, Enforcement>,
    threshold: Threshold,
}

impl Strictness {
    /// How strictly each policy of `set` is enforced.
    pub(crate) fn new(set: &PolicySet, config: &Config) -> Self {
        let tables = [&config.environment, &config.enforcement];
        let level = |policy: &Policy| {
            let found = match policy.level {
                Some(own) => tables.iter().find_map(|rules| named(rules, policy)).or(Some(own)),
                None => tables.iter().find_map(|rules| level(rules, policy)),
            };
            (policy.id.clone(), found.unwrap_or(DEFAULT_LEVEL))
        };
        let threshold = tables.iter().find_map(|rules| rules.undetermined.as_ref());
        Strictness {
            levels: set.policies.values().map(level).collect(),
            threshold: threshold.map_or(DEFAULT_THRESHOLD, |threshold| threshold.value),
        }
    }

    /// The level of a policy.
    pub(crate) fn level(&self, policy: &PolicyId) -> Enforcement {
        self.levels.get(policy).copied().unwrap_or(DEFAULT_LEVEL)
    }

    /// True when a verdict of a policy closes the gate.
    pub(crate) fn blocks(&self, outcome: Outcome, policy: &PolicyId, severity: Severity) -> bool {
        let is_grave = || match self.threshold {
            Threshold::From(least) => severity >= least,
            Threshold::Never => false,
        };
        match outcome {
            Outcome::Violation => self.level(policy).is_mandatory(),
            Outcome::Undetermined => self.level(policy).is_mandatory() && is_grave(),
            _ => false,
        }
    }
}

/// What `rules` say of a policy.
fn level(rules: &Rules, policy: &Policy) -> Option<Enforcement> {
    let controls = &policy.metadata.controls;
    let served = rules.frameworks.iter().filter(|(name, _)| controls.contains_key(&name.value));
    let severities = rules.severities.iter();
    let mut severity = severities.filter(|(severity, _)| *severity == policy.metadata.severity);
    named(rules, policy)
        .or_else(|| served.map(|(_, level)| level.value).max())
        .or_else(|| severity.next().map(|(_, level)| level.value))
        .or_else(|| rules.default.as_ref().map(|level| level.value))
}

/// What they say of it by its name.
fn named(rules: &Rules, policy: &Policy) -> Option<Enforcement> {
    let of = |exact: bool| {
        let named = rules.policies.iter().filter(|(name, _)| name.value.is_exact() == exact);
        named.filter(|(name, _)| policy.matches(&name.value)).map(|(_, level)| level.value).max()
    };
    of(true).or_else(|| of(false))
}

/// Sets parameters, assumes what somebody answers for on the day `today`, and leaves out the policies
/// that are not selected, or mean nothing because a parameter is not set.
///
/// # Errors
/// What the configuration names and is not there, and values of a wrong type; the set is then of
/// no use.
pub(crate) fn select(set: &mut PolicySet, config: &Config, today: Date) -> Vec<ConfigError> {
    let mut errors = Names::new(set).unknown(config);
    for parameter in &config.params {
        errors.extend(set_parameter(set, parameter));
    }
    for assumption in &config.assumptions {
        errors.extend(assume(set, assumption, today));
    }
    let named = config.policies.only.iter().chain(&config.policies.include);
    errors.extend(named.flat_map(|name| unset(set, name)));
    errors.sort_by_key(|error| error.origin.order());
    set.policies
        .retain(|_, policy| is_selected(policy, config) && policy.unset_parameter().is_none());
    errors
}

/// A policy that is asked for by its name, and means nothing until a parameter is set.
fn unset(set: &PolicySet, name: &Sourced<Pattern>) -> Option<ConfigError> {
    let text = name.value.as_str();
    let mut meant = set.policies.values().filter(|policy| policy.is_called(text));
    let (policy, parameter) = meant.find_map(|policy| Some((policy, policy.unset_parameter()?)))?;
    let reason = format!("{} needs its parameter `{parameter}`, and nobody sets it", policy.id);
    let help = format!("set it in the table `[params.{}]` of the configuration", policy.id);
    Some(ConfigError::new(&name.origin, ConfigFault::BadValue { reason, help }))
}

fn is_selected(policy: &Policy, config: &Config) -> bool {
    let settings = &config.policies;
    let metadata = &policy.metadata;
    let matches = |names: &[Sourced<Pattern>]| names.iter().any(|n| policy.matches(&n.value));
    let mut frameworks = settings.frameworks.iter();
    let serves = settings.frameworks.is_empty()
        || frameworks.any(|name| metadata.controls.contains_key(&name.value));
    let is_ordinary = metadata.profiles.contains(&settings.profile.value)
        && serves
        && settings.severity.as_ref().is_none_or(|least| metadata.severity >= least.value);
    let mut named = settings.only.iter().filter(|name| name.value.is_exact());
    let is_named = named.any(|name| policy.is_called(name.value.as_str()));
    (is_ordinary || is_named || matches(&settings.include))
        && (settings.only.is_empty() || matches(&settings.only))
        && !matches(&settings.exclude)
}

/// The names that policies, frameworks and parameters have.
struct Names<'a> {
    policies: Vec<&'a Policy>,
    frameworks: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn new(set: &'a PolicySet) -> Self {
        let policies: Vec<&Policy> = set.policies.values().collect();
        let frameworks = policies.iter().flat_map(|policy| policy.metadata.controls.keys());
        Names { frameworks: frameworks.map(String::as_str).collect(), policies }
    }

    /// What `config` names and is not there.
    fn unknown(&self, config: &Config) -> Vec<ConfigError> {
        let settings = &config.policies;
        let environments = config.environments.iter().map(|(_, rules)| rules);
        let tables: Vec<&Rules> = environments.chain([&config.enforcement]).collect();
        let lists = [&settings.include, &settings.only, &settings.exclude];
        let listed = lists.into_iter().flatten();
        let ruled = tables.iter().flat_map(|rules| rules.policies.iter().map(|(name, _)| name));
        let policies = listed.chain(ruled).filter_map(|name| self.policy(name));
        let ruled = tables.iter().flat_map(|rules| rules.frameworks.iter().map(|(name, _)| name));
        let frameworks = settings.frameworks.iter().chain(ruled);
        let frameworks = frameworks.filter_map(|name| self.framework(name));
        policies.chain(frameworks).collect()
    }

    fn policy(&self, name: &Sourced<Pattern>) -> Option<ConfigError> {
        let pattern = &name.value;
        if self.policies.iter().any(|policy| policy.matches(pattern)) {
            return None;
        }
        let what = if pattern.is_exact() { "policy" } else { "policy like" };
        let known = self.policies.iter().flat_map(|policy| policy.names());
        Some(unknown(&name.origin, what, pattern.as_str(), known, POLICY_NAMES))
    }

    fn framework(&self, name: &Sourced<String>) -> Option<ConfigError> {
        let is_known = self.frameworks.contains(name.value.as_str());
        let known = || self.frameworks.iter().copied();
        let all = || known().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let all = || format!("policies serve {}", all());
        (!is_known).then(|| unknown(&name.origin, "framework", &name.value, known(), &all()))
    }
}

/// A name that nothing has; `help` says what there is, where nothing is called alike.
fn unknown<'a>(
    origin: &Origin,
    what: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
    help: &str,
) -> ConfigError {
    let offers = likeness::meant(known, name);
    let help = likeness::question(&offers).unwrap_or_else(|| help.to_owned());
    ConfigError::new(origin, ConfigFault::UnknownName { what, name: name.to_owned(), help })
}

/// Lets policies assume what has not ended, and refuses what no policy asks for.
fn assume(set: &mut PolicySet, setting: &AssumptionSetting, today: Date) -> Option<ConfigError> {
    let name = setting.name.value.as_str();
    let all = set.policies.values_mut().flat_map(|policy| &mut policy.metadata.assumptions);
    let mut is_known = false;
    for (_, assumption) in all.filter(|(known, _)| *known == name) {
        is_known = true;
        assumption.holds = today <= setting.until;
    }
    if is_known {
        return None;
    }
    let known: BTreeSet<&str> = set
        .policies
        .values()
        .flat_map(|p| p.metadata.assumptions.keys())
        .map(|n| n.as_str())
        .collect();
    let all = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = format!("policies ask for {all}");
    Some(unknown(&setting.name.origin, "assumption", name, known.into_iter(), &help))
}

fn set_parameter(set: &mut PolicySet, setting: &ParameterSetting) -> Vec<ConfigError> {
    let name = setting.policy.value.as_str();
    if !set.policies.values().any(|policy| policy.is_called(name)) {
        let known = set.policies.values().flat_map(Policy::names);
        return vec![unknown(&setting.policy.origin, "policy", name, known, POLICY_NAMES)];
    }
    let meant = set.policies.values_mut().filter(|policy| policy.is_called(name));
    meant.filter_map(|policy| set_parameter_of(policy, setting).err()).collect()
}

fn set_parameter_of(policy: &mut Policy, setting: &ParameterSetting) -> Result<(), ConfigError> {
    let name = setting.name.value.as_str();
    let params = &mut policy.metadata.params;
    let known: Vec<String> = params.keys().cloned().collect();
    let bad_value = |origin: &Origin, reason: String, help: String| {
        Err(ConfigError::new(origin, ConfigFault::BadValue { reason, help }))
    };
    let Some(parameter) = params.get_mut(name) else {
        let all = match known.as_slice() {
            [] => "the policy has no parameters".to_owned(),
            known => format!("the policy has `{}`", known.join("`, `")),
        };
        let known = known.iter().map(String::as_str);
        return Err(unknown(&setting.name.origin, "parameter", name, known, &all));
    };
    let value = setting.value.to_value();
    if !parameter.kind.holds(&value) {
        let (kind, found) = (parameter.kind.as_str(), setting.value.raw.kind());
        let reason = format!("`{name}` is of the type {kind}, and this is {found}");
        let help = format!("its default is {}", parameter.default.to_json());
        return bad_value(&setting.value.origin, reason, help);
    }
    if parameter.set.is_some() {
        let reason = format!("`{name}` of {} is set twice", policy.id);
        let help = "an id and an alias may mean the same policy: set it at one of them".to_owned();
        return bad_value(&setting.name.origin, reason, help);
    }
    parameter.set = Some(value);
    Ok(())
}
