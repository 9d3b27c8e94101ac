//! The policies of a run: loaded, selected and ready to judge.

use std::path::Path;

use super::Options;
use super::selection::{self, Strictness};
use crate::base::{Enforcement, PolicyId};
use crate::config::ConfigError;
use crate::engine::{Engine, ReadSet};
use crate::policy::{self, Policy, PolicyError, PolicySet};
use crate::waiver::{Ledger, Names};

/// The policies of a run, and what could not be loaded.
pub struct Policies {
    pub(super) engine: Engine,
    pub(super) strictness: Strictness,
    /// What is accepted, before anything is judged; None where the configuration is wrong, or
    /// nothing is to be judged.
    pub(super) ledger: Option<Ledger>,
    /// How many policies the configuration leaves out.
    pub left_out: usize,
    /// Files that could not be used.
    pub errors: Vec<PolicyError>,
    /// What the configuration says of policies and is wrong: nothing must be judged then.
    pub config_errors: Vec<ConfigError>,
}

impl Policies {
    /// Loads the built-in policies and those below `directories`, as far as the configuration
    /// selects them.
    #[must_use]
    pub fn load(directories: &[impl AsRef<Path>], options: &Options) -> Self {
        let (mut set, errors) = read(directories);
        let all = set.policies.len();
        let mut names = Names::default();
        names.know(set.policies.values());
        let mut config_errors = selection::select(&mut set, &options.config, options.today);
        let left_out = all - set.policies.len();
        let policies = Policies::compile(&set, errors, options);
        names.judge_by(policies.iter());
        let ledger = Ledger::new(&options.config, options.baseline.clone(), names, options.today);
        let ledger = ledger.map_err(|errors| config_errors.extend(errors)).ok();
        Policies { ledger, left_out, config_errors, ..policies }
    }

    /// Loads the built-in policies and those below `directories`, whatever the configuration
    /// selects: to speak of them, not to judge by them.
    #[must_use]
    pub fn all(directories: &[impl AsRef<Path>]) -> Self {
        let (set, errors) = read(directories);
        Policies::compile(&set, errors, &Options::default())
    }

    fn compile(set: &PolicySet, mut errors: Vec<PolicyError>, options: &Options) -> Self {
        let strictness = Strictness::new(set, &options.config);
        let (engine, failed) = Engine::new(set, options.time_limit);
        errors.extend(failed);
        errors.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
        Policies {
            engine,
            strictness,
            ledger: None,
            left_out: 0,
            errors,
            config_errors: Vec::new(),
        }
    }

    pub(super) fn find(&self, id: &PolicyId) -> Option<&Policy> {
        self.engine.policies().find(|policy| policy.id == *id)
    }

    /// The policies that can be used, in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.engine.policies()
    }

    /// What a policy reads.
    #[must_use]
    pub fn read_set(&self, id: &PolicyId) -> Option<ReadSet> {
        self.engine.read_set(id)
    }

    /// How strictly a policy is enforced.
    #[must_use]
    pub fn enforcement(&self, policy: &PolicyId) -> Enforcement {
        self.strictness.level(policy)
    }
}

/// The built-in policies and those below `directories`, and what cannot be read.
fn read(directories: &[impl AsRef<Path>]) -> (PolicySet, Vec<PolicyError>) {
    let mut files = policy::built_in();
    let mut errors = Vec::new();
    for directory in directories {
        let (found, failed) = policy::read_directory(directory.as_ref());
        files.extend(found);
        errors.extend(failed);
    }
    let mut set = PolicySet::load(files);
    errors.append(&mut set.errors);
    (set, errors)
}
