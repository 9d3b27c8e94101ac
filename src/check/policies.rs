//! The policies of a run: loaded, selected and ready to judge.

use std::path::Path;

use super::raw::{RawPolicies, read_raw};
use super::selection::{self, Strictness};
use super::{Options, digest};
use crate::base::{Enforcement, PolicyId};
use crate::config::ConfigError;
use crate::engine::{Engine, Inspector, ReadSet};
use crate::model::Model;
use crate::policy::raw::RawSet;
use crate::policy::{self, Policy, PolicyError, PolicyFile, PolicySet};
use crate::waiver::{Ledger, Names};

/// The policies of a run, and what could not be loaded.
pub struct Policies {
    pub(super) engine: Engine,
    pub(super) raw: RawPolicies,
    pub(super) strictness: Strictness,
    /// What is accepted, before anything is judged; None where the configuration is wrong, or
    /// nothing is to be judged.
    pub(super) ledger: Option<Ledger>,
    /// The SHA-256 over all files that were loaded.
    pub(super) digest: String,
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
        let (files, mut errors) = read(directories);
        let files_below =
            |path: &str, extensions: &[&str]| policy::files_below(Path::new(path), extensions);
        let raw = read_raw(&options.config.policies.raw, files_below);
        let raw = raw.unwrap_or_else(|failed| {
            errors.extend(failed);
            None
        });
        Policies::of(files, raw.as_slice(), errors, options)
    }

    /// The built-in policies, those in `files` and the rules of `raw`, as far as the configuration
    /// selects them; `errors` says which files could not be read.
    #[must_use]
    pub fn of(
        files: Vec<PolicyFile>,
        raw: &[RawSet],
        errors: Vec<PolicyError>,
        options: &Options,
    ) -> Self {
        let (mut set, digest, mut errors) = with_built_in(files, raw, errors);
        let mut raw = RawPolicies::load(raw, options.time_limit, &mut set, &mut errors);
        let all = set.policies.len();
        let mut names = Names::default();
        names.know(set.policies.values());
        let mut config_errors = selection::select(&mut set, &options.config, options.today);
        raw.retain(&set);
        let left_out = all - set.policies.len();
        let policies = Policies { raw, ..Policies::compile(&set, digest, errors, options) };
        names.judge_by(policies.iter());
        let ledger = Ledger::new(&options.config, options.baseline.clone(), names, options.today)
            .map(|ledger| ledger.with_trusted(options.trusted.clone()));
        let ledger = ledger.map_err(|errors| config_errors.extend(errors)).ok();
        Policies { ledger, left_out, config_errors, ..policies }
    }

    /// The built-in policies and those in `files`, whatever the configuration selects: to speak
    /// of them, not to judge by them; `errors` says which files could not be read.
    #[must_use]
    pub fn all(files: Vec<PolicyFile>, errors: Vec<PolicyError>) -> Self {
        let (set, digest, errors) = with_built_in(files, &[], errors);
        Policies::compile(&set, digest, errors, &Options::default())
    }

    fn compile(
        set: &PolicySet,
        digest: String,
        mut errors: Vec<PolicyError>,
        options: &Options,
    ) -> Self {
        let strictness = Strictness::new(set, &options.config);
        let (engine, failed) = Engine::new(set, options.time_limit);
        errors.extend(failed);
        errors.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
        Policies {
            engine,
            raw: RawPolicies::default(),
            strictness,
            ledger: None,
            digest,
            left_out: 0,
            errors,
            config_errors: Vec::new(),
        }
    }

    pub(super) fn find(&self, id: &PolicyId) -> Option<&Policy> {
        self.iter().find(|policy| policy.id == *id)
    }

    /// The policies that can be used: ours, then those for other tools, each in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.engine.policies().chain(self.raw.policies())
    }

    /// What a policy reads.
    #[must_use]
    pub fn read_set(&self, id: &PolicyId) -> Option<ReadSet> {
        self.engine.read_set(id)
    }

    /// Looks at single judgements of `model`.
    #[must_use]
    pub fn inspector<'a>(&'a self, model: &'a Model) -> Inspector<'a> {
        self.engine.inspector(model)
    }

    /// How strictly a policy is enforced.
    #[must_use]
    pub fn enforcement(&self, policy: &PolicyId) -> Enforcement {
        self.strictness.level(policy)
    }
}

/// The policies below `directories`, and what cannot be read.
fn read(directories: &[impl AsRef<Path>]) -> (Vec<PolicyFile>, Vec<PolicyError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    for directory in directories {
        let (found, failed) = policy::read_directory(directory.as_ref());
        files.extend(found);
        errors.extend(failed);
    }
    (files, errors)
}

/// The built-in policies and those in `files`, the digest of all, and what cannot be used.
fn with_built_in(
    files: Vec<PolicyFile>,
    raw: &[RawSet],
    mut errors: Vec<PolicyError>,
) -> (PolicySet, String, Vec<PolicyError>) {
    let mut all = policy::built_in();
    all.extend(files);
    let digest = digest::policies(&all, raw);
    let mut set = PolicySet::load(all);
    errors.append(&mut set.errors);
    (set, digest, errors)
}
