//! Where the policies of a run come from beside the built-in ones, and who must have signed them.

use std::path::Path;

use clap::Args;

use super::settings;
use super::shelf::Shelf;
use super::terminal::Color;
use super::{USAGE, clock, sink};
use crate::base::{Date, Source};
use crate::check;
use crate::config::{
    Config, ConfigError, ConfigFault, DIRECTORIES, Flag, Layers, RawSettings, SIGNING_ALG, Sourced,
    VERIFICATION_KEY, VERIFICATION_KEY_ID, VERIFICATION_SCOPE,
};
use crate::policy::bundle::{
    Bundle, BundleFault, BundleFiles, Seal, SigningAlgorithm, Verification,
};
use crate::policy::raw::{Namespaces, RawSet};
use crate::policy::{self, PolicyError, PolicyFile, policy_set};

/// The policies beside the built-in ones, and who must have signed them.
#[derive(Debug, Args)]
pub(super) struct PolicyArguments {
    #[arg(short, long = DIRECTORIES.flag, value_name = "PATH", help = DIRECTORIES.help())]
    policies: Vec<String>,

    #[arg(long = VERIFICATION_KEY.flag, value_name = "FILE", help = VERIFICATION_KEY.help())]
    verification_key: Option<String>,

    #[arg(long = VERIFICATION_KEY_ID.flag, value_name = "NAME", help = VERIFICATION_KEY_ID.help())]
    verification_key_id: Option<String>,

    #[arg(long = VERIFICATION_SCOPE.flag, value_name = "SCOPE", help = VERIFICATION_SCOPE.help())]
    verification_scope: Option<String>,

    #[arg(long = SIGNING_ALG.flag, value_name = "NAME", help = SIGNING_ALG.help())]
    signing_alg: Option<String>,
}

impl PolicyArguments {
    /// Adds what was given to `layers`.
    pub(super) fn flags(&self, layers: Layers) -> Layers {
        layers
            .with_flag(&DIRECTORIES, Flag::many(&self.policies))
            .with_flag(&VERIFICATION_KEY, Flag::one(self.verification_key.as_ref()))
            .with_flag(&VERIFICATION_KEY_ID, Flag::one(self.verification_key_id.as_ref()))
            .with_flag(&VERIFICATION_SCOPE, Flag::one(self.verification_scope.as_ref()))
            .with_flag(&SIGNING_ALG, Flag::one(self.signing_alg.as_ref()))
    }
}

/// Policies that were read.
#[derive(Debug, Default)]
pub(super) struct Supply {
    /// Those that can be used.
    pub(super) files: Vec<PolicyFile>,
    /// Those for other tools.
    pub(super) raw: Vec<RawSet>,
    /// What cannot be used.
    pub(super) errors: Vec<PolicyError>,
    /// What the reader should know of bundles among them.
    pub(super) notices: Vec<String>,
}

impl Supply {
    /// The policies that `config` names, as the working copy has them today.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn read(config: &Config) -> Result<Self, u8> {
        let today = clock::today().map_err(|message| {
            sink::say(&format!("error: {message}"));
            USAGE
        })?;
        Supply::read_from(Shelf::WorkingCopy, config, today, Color::Auto)
    }

    /// The policies that `config` names, as `shelf` has them on the day `today`.
    ///
    /// # Errors
    /// The exit code, after saying what is wrong.
    pub(super) fn read_from(
        shelf: Shelf<'_>,
        config: &Config,
        today: Date,
        color: Color,
    ) -> Result<Self, u8> {
        let verification = verification(shelf, config, today);
        let verification = verification.map_err(|error| settings::refuse(&[error], color))?;
        let mut supply = Supply::default();
        for path in config.policies.directories.iter().map(Config::path) {
            supply.add(shelf, &path, verification.as_ref());
        }
        supply.add_raw(shelf, &config.policies.raw, verification.as_ref());
        Ok(supply)
    }

    fn add(&mut self, shelf: Shelf<'_>, path: &str, verification: Option<&Verification>) {
        let is_archive = policy::bundle::is_archive(path);
        if !is_archive && verification.is_none() {
            let (files, errors) = shelf.policies(path);
            self.files.extend(files);
            self.errors.extend(errors);
            return;
        }
        match self.bundle(shelf, path, verification) {
            Ok(bundle) => {
                let (files, errors) = policy::from_bundle(path, bundle);
                self.files.extend(files);
                self.errors.extend(errors);
            }
            Err(errors) => self.errors.extend(errors),
        }
    }

    /// The bundle at `path`, of which the reader is told.
    fn bundle(
        &mut self,
        shelf: Shelf<'_>,
        path: &str,
        verification: Option<&Verification>,
    ) -> Result<Bundle, Vec<PolicyError>> {
        let bundle = bundle(shelf, path, verification)
            .map_err(|fault| vec![policy::bad_bundle(path, fault)])?;
        self.notices.extend(notice(path, &bundle));
        Ok(bundle)
    }

    /// Adds policies for other tools. Each bundle is a set of its own, so that none changes what
    /// another one says.
    fn add_raw(
        &mut self,
        shelf: Shelf<'_>,
        settings: &RawSettings,
        verification: Option<&Verification>,
    ) {
        if verification.is_some() {
            let unsigned = |path| policy::bad_bundle(path, BundleFault::Unsigned);
            self.errors.extend(settings.data().iter().map(|path| unsigned(path)));
        }
        let is_bundle = |path: &str| verification.is_some() || policy::bundle::is_archive(path);
        let (bundles, plain): (Vec<_>, Vec<_>) =
            settings.directories.iter().cloned().partition(|path| is_bundle(&path.value));
        let files_below = |path: &str, extensions: &[&str]| shelf.files_below(path, extensions);
        let read = |directories| {
            let settings = RawSettings { directories, ..settings.clone() };
            check::read_raw(&settings, files_below)
        };
        match read(plain) {
            Ok(raw) => self.raw.extend(raw),
            Err(errors) => self.errors.extend(errors),
        }
        for path in bundles.iter().map(Config::path) {
            match self.raw_bundle(shelf, &path, settings, verification) {
                Ok(set) => self.raw.push(set),
                Err(errors) => self.errors.extend(errors),
            }
        }
        for path in settings.sets.iter().map(Config::path) {
            match self.policy_set(shelf, &path, settings, verification) {
                Ok(set) => self.raw.push(set),
                Err(errors) => self.errors.extend(errors),
            }
        }
    }

    /// The policy set of HCP Terraform at `path`.
    fn policy_set(
        &mut self,
        shelf: Shelf<'_>,
        path: &str,
        settings: &RawSettings,
        verification: Option<&Verification>,
    ) -> Result<RawSet, Vec<PolicyError>> {
        let set = |policies| RawSet::new(path.to_owned(), Namespaces::Queries(policies));
        let mut set = if verification.is_some() || policy::bundle::is_archive(path) {
            let bundle = self.bundle(shelf, path, verification)?;
            let policies = policy_set::of_files(path, &bundle.set_files)?;
            set(policies).with_bundle(bundle).map_err(|error| vec![*error])?
        } else {
            let (files, errors) = shelf.files_below(path, &["hcl", "json"]);
            let files = files.into_iter().filter(|(below, _)| policy_set::is_file(below));
            let files: Vec<Source> = files.map(|(_, source)| source).collect();
            if !errors.is_empty() {
                return Err(errors);
            }
            let namespaces = set(policy_set::of_files(path, &files)?).namespaces;
            let files_below = |path: &str, extensions: &[&str]| shelf.files_below(path, extensions);
            RawSet::read(&[path.to_owned()], &[], namespaces, files_below)?
        };
        if let Some(file) = &settings.run {
            set.run = Some(run(&Config::path(file)).map_err(|error| vec![*error])?);
        }
        Ok(set)
    }

    fn raw_bundle(
        &mut self,
        shelf: Shelf<'_>,
        path: &str,
        settings: &RawSettings,
        verification: Option<&Verification>,
    ) -> Result<RawSet, Vec<PolicyError>> {
        let bundle = self.bundle(shelf, path, verification)?;
        let files_below = |path: &str, extensions: &[&str]| shelf.files_below(path, extensions);
        let namespaces = check::namespaces(settings);
        let data = RawSet::read(&[], &settings.data(), namespaces, files_below)?;
        let set = RawSet { name: path.to_owned(), ..data };
        set.with_bundle(bundle).map_err(|error| vec![*error])
    }
}

/// The run in the file at `path`, which is an input like a plan, whoever's word counts.
fn run(path: &str) -> Result<Source, Box<PolicyError>> {
    let read = Shelf::WorkingCopy.read(Path::new(path));
    let source =
        read.map_err(|error| Box::new(policy::unreadable_directory(path, &error.to_string())))?;
    Ok(Source::new(path, policy_set::read_run(&source)?))
}

/// The bundle at `path`, an archive or a directory.
///
/// # Errors
/// Whatever is wrong with it.
pub(super) fn bundle(
    shelf: Shelf<'_>,
    path: &str,
    verification: Option<&Verification>,
) -> Result<Bundle, BundleFault> {
    let files: BundleFiles = match policy::bundle::is_archive(path) {
        true => shelf.archive(path)?,
        false => shelf.all_files(path)?,
    };
    Bundle::read(path, files, verification)
}

/// What the reader should know of a bundle.
pub(super) fn notice(path: &str, bundle: &Bundle) -> Option<String> {
    let revision = match bundle.revision.as_str() {
        "" => String::new(),
        revision => format!(", revision {revision}"),
    };
    match bundle.seal {
        Seal::Verified => Some(format!("{path}{revision}: signed by the configured key")),
        Seal::Unverified => Some(format!(
            "{path}{revision}: its signature was not verified: name the key with \
             `--verification-key FILE`"
        )),
        Seal::None => (!revision.is_empty()).then(|| format!("{path}{revision}: not signed")),
    }
}

/// How the policies that `config` names must be signed; None when they need not be.
///
/// # Errors
/// When the configuration does not say it, or names no key.
pub(super) fn verification(
    shelf: Shelf<'_>,
    config: &Config,
    today: Date,
) -> Result<Option<Verification>, ConfigError> {
    let settings = &config.policies.verification;
    let Some(file) = &settings.key else {
        let set = [&settings.key_id, &settings.scope];
        let set = set.into_iter().flatten().chain(Some(&settings.algorithm));
        return match set.into_iter().find(|setting| !setting.origin.is_default()) {
            None => Ok(None),
            Some(setting) => {
                let reason = "it says how policies are signed, and no key is configured";
                let help = "name the key with `verification_key` or `--verification-key FILE`";
                Err(bad(setting, reason.to_owned(), help.to_owned()))
            }
        };
    };
    let name = &settings.algorithm;
    let algorithm = SigningAlgorithm::named(&name.value).ok_or_else(|| {
        let help = format!("these are known: {}", SigningAlgorithm::NAMES.join(", "));
        bad(name, format!("there is no algorithm `{}`", name.value), help)
    })?;
    let path = Config::path(file);
    let text = shelf.read(Path::new(&path))?;
    let mut verification =
        Verification::new(text.text().as_bytes(), algorithm).map_err(|error| {
            let help =
                "give a public key in PEM, or for HS256, HS384 and HS512 a file with the secret";
            bad(file, format!("`{path}` holds no key for {algorithm}: {error}"), help.to_owned())
        })?;
    verification.key_id = settings.key_id.as_ref().map(|id| id.value.clone());
    verification.scope =
        settings.scope.as_ref().map(|scope| scope.value.clone()).unwrap_or_default();
    verification.today = today;
    Ok(Some(verification))
}

fn bad(setting: &Sourced<String>, reason: String, help: String) -> ConfigError {
    ConfigError::new(&setting.origin, ConfigFault::BadValue { reason, help })
}
