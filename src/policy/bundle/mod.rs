//! Bundles of OPA: modules and data in one archive, or below one directory, with a manifest and a
//! signature. Everything happens in memory, and nothing is ever written.
//!
//! Where a key is configured, a signature by it must cover every file, or nothing is used.

mod archive;
mod fault;
mod hash;
mod manifest;
mod signature;

use super::policy_set;
use crate::base::Source;
use crate::model::{Object, Value};
pub use archive::{BundleFiles, MOST_BYTES};
pub use fault::BundleFault;
use manifest::Manifest;
pub use signature::{KeyError, SigningAlgorithm, Verification};

/// The file that says what the bundle is.
const MANIFEST: &str = ".manifest";

/// The file that holds the signature.
const SIGNATURES: &str = ".signatures.json";

/// What a bundle holds.
#[derive(Debug)]
pub struct Bundle {
    /// Its modules; tests are left out.
    pub modules: Vec<BundleModule>,
    /// Its data, each file as JSON below the path at which it stands.
    pub data: Vec<Source>,
    /// The files that may say that it is a policy set, by their names.
    pub set_files: Vec<Source>,
    /// Which version of it this is, as it says.
    pub revision: String,
    /// Whether somebody answers for it.
    pub seal: Seal,
}

/// A module of a bundle.
#[derive(Debug, Clone)]
pub struct BundleModule {
    /// Its path in the bundle.
    pub path: String,
    /// Its text.
    pub source: Source,
    /// The version of Rego that the manifest says it is written in.
    pub version: Option<RegoVersion>,
}

/// A version of Rego.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegoVersion {
    /// As it was before its version 1.
    V0,
    /// The current one.
    V1,
}

/// Whether somebody answers for a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// Its signature is by the configured key, and covers all of it.
    Verified,
    /// It has a signature, and no key is configured.
    Unverified,
    /// It has none.
    None,
}

/// True for the name of an archive.
#[must_use]
pub fn is_archive(path: &str) -> bool {
    [".tar.gz", ".tgz"].iter().any(|end| path.ends_with(end))
}

impl Bundle {
    /// What `files` hold, which are a bundle called `name`. With a `verification` all of them must
    /// be signed.
    ///
    /// # Errors
    /// Whatever is wrong with it: nothing of it is then used.
    pub fn read(
        name: &str,
        mut files: BundleFiles,
        verification: Option<&Verification>,
    ) -> Result<Self, BundleFault> {
        let signatures = files.take(SIGNATURES);
        let seal = match (verification, signatures) {
            (Some(_), None) => return Err(BundleFault::Unsigned),
            (Some(verification), Some(signatures)) => {
                verification.verify(&signatures, &files)?;
                Seal::Verified
            }
            (None, Some(_)) => Seal::Unverified,
            (None, None) => Seal::None,
        };
        let manifest = files.get(MANIFEST).map(Manifest::read).transpose()?.unwrap_or_default();
        let (modules, data) = (Vec::new(), Vec::new());
        let mut bundle =
            Bundle { modules, data, set_files: Vec::new(), revision: String::new(), seal };
        for (path, bytes) in files.iter() {
            bundle.add(name, path, bytes, &manifest)?;
        }
        bundle.revision = manifest.revision;
        Ok(bundle)
    }

    fn add(
        &mut self,
        name: &str,
        path: &str,
        bytes: &[u8],
        manifest: &Manifest,
    ) -> Result<(), BundleFault> {
        let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
        match file {
            "patch.json" => return Err(BundleFault::Delta { path: archive::shown(path) }),
            "data.json" | "data.yaml" | "data.yml" => {
                let value = structured(path, bytes)?;
                let steps = directory.split('/').filter(|step| !step.is_empty());
                let below: Vec<String> = steps.map(str::to_owned).collect();
                manifest.check_data(path, &below, &value)?;
                let json = mounted(path, &below, value)?.to_json();
                // What it is read as goes by the end of its name.
                let end = if path.ends_with(".json") { "" } else { ".json" };
                self.data.push(Source::new(format!("{name}/{path}{end}"), json));
            }
            _ if path.ends_with(".rego") => {
                let text = text(path, bytes)?;
                manifest.check_module(path, text)?;
                if !path.ends_with("_test.rego") {
                    let source = Source::new(format!("{name}/{path}"), text);
                    let version = manifest.version_of(path)?;
                    self.modules.push(BundleModule { path: path.to_owned(), source, version });
                }
            }
            _ if policy_set::is_file(path) => {
                self.set_files.push(Source::new(format!("{name}/{path}"), text(path, bytes)?));
            }
            _ if path.ends_with(MANIFEST) && path != MANIFEST => {
                return Err(BundleFault::OtherManifest { path: archive::shown(path) });
            }
            _ => {}
        }
        Ok(())
    }
}

/// `value` as the member of objects that the steps of a path lead to.
fn mounted(path: &str, below: &[String], value: Value) -> Result<Value, BundleFault> {
    if below.is_empty() && value.as_object().is_none() {
        let reason = "data that stands nowhere must be an object".to_owned();
        return Err(BundleFault::BadContent { path: archive::shown(path), reason });
    }
    Ok(below.iter().rev().fold(value, |value, step| {
        let object = Object::new(vec![(step.as_str().into(), value)]);
        object.map_or(Value::Null, Value::Object)
    }))
}

fn text<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, BundleFault> {
    std::str::from_utf8(bytes).map_err(|_| BundleFault::NoText { path: archive::shown(path) })
}

/// The value of a file that is JSON or YAML.
fn structured(path: &str, bytes: &[u8]) -> Result<Value, BundleFault> {
    let text = text(path, bytes)?;
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    let value = match is_yaml {
        true => serde_saphyr::from_str(text).map_err(|_| "it cannot be read as YAML"),
        false => serde_json::from_str(text).map_err(|_| "it cannot be read as JSON"),
    };
    value.map_err(|reason| BundleFault::BadContent {
        path: archive::shown(path),
        reason: reason.to_owned(),
    })
}
