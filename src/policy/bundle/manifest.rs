//! `.manifest`: what a bundle says of itself, and which part of `data` it owns. Nothing of it may
//! stand elsewhere.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::archive::shown;
use super::{BundleFault, MANIFEST, RegoVersion, structured};
use crate::base::Pattern;
use crate::model::Value;

/// The largest manifest.
const LARGEST: usize = 1 << 20;

/// What a bundle says of itself, as far as it matters here.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Which version of the bundle it is.
    pub(super) revision: String,
    /// The paths that it owns, as steps; without any it owns everything.
    roots: Option<Vec<Vec<String>>>,
    version: Option<RegoVersion>,
    /// The versions of files, which come before that of the bundle.
    versions: Vec<(Pattern, RegoVersion)>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    revision: String,
    roots: Option<Vec<String>>,
    rego_version: Option<i64>,
    #[serde(default)]
    file_rego_versions: BTreeMap<String, i64>,
    #[serde(default)]
    wasm: Vec<serde::de::IgnoredAny>,
}

impl Manifest {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, BundleFault> {
        let wrong = |reason: &str| BundleFault::BadManifest { reason: reason.to_owned() };
        if bytes.len() > LARGEST {
            return Err(wrong("it is larger than 1 MiB"));
        }
        if !matches!(structured(MANIFEST, bytes)?, Value::Object(_)) {
            return Err(wrong("it is no object"));
        }
        let raw: Raw = serde_json::from_slice(bytes)
            .map_err(|_| wrong("a member of it does not have the right type"))?;
        if !raw.wasm.is_empty() {
            return Err(BundleFault::WebAssembly);
        }
        let steps = |root: &String| -> Vec<String> {
            root.split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect()
        };
        let manifest = Manifest {
            revision: raw.revision,
            roots: raw.roots.map(|roots| roots.iter().map(steps).collect()),
            version: raw.rego_version.map(version).transpose()?,
            versions: versions(raw.file_rego_versions)?,
        };
        manifest.check_roots()?;
        Ok(manifest)
    }

    fn check_roots(&self) -> Result<(), BundleFault> {
        let roots = self.roots.as_deref().unwrap_or_default();
        for (at, one) in roots.iter().enumerate() {
            let mut others = roots.iter().skip(at + 1);
            let overlaps = |other: &&Vec<String>| one.starts_with(other) || other.starts_with(one);
            if let Some(other) = others.find(overlaps) {
                let path = |steps: &[String]| shown(&steps.join("/"));
                return Err(BundleFault::Overlap { one: path(one), other: path(other) });
            }
        }
        Ok(())
    }

    fn owns(&self, path: &[String]) -> bool {
        self.roots.as_ref().is_none_or(|roots| roots.iter().any(|root| path.starts_with(root)))
    }

    /// The version of Rego that the module at `path` is written in, where the manifest says so.
    pub(super) fn version_of(&self, path: &str) -> Result<Option<RegoVersion>, BundleFault> {
        let rooted = format!("/{path}");
        let is_meant = |pattern: &Pattern| pattern.matches(path) || pattern.matches(&rooted);
        let mut meant = self.versions.iter().filter(|(pattern, _)| is_meant(pattern));
        let Some((_, first)) = meant.next() else { return Ok(self.version) };
        if meant.any(|(_, other)| other != first) {
            let reason = format!("`file_rego_versions` gives `{}` two versions", shown(path));
            return Err(BundleFault::BadManifest { reason });
        }
        Ok(Some(*first))
    }

    /// A module stands in a package below a root.
    pub(super) fn check_module(&self, path: &str, text: &str) -> Result<(), BundleFault> {
        if self.roots.is_none() {
            return Ok(());
        }
        let package = package(text);
        let package = package.ok_or_else(|| BundleFault::NoPackage { path: shown(path) })?;
        if self.owns(&package) {
            return Ok(());
        }
        let what = format!("the package `{}`", shown(&package.join(".")));
        Err(BundleFault::OutsideRoots { path: shown(path), what })
    }

    /// Data stands below a root.
    pub(super) fn check_data(
        &self,
        path: &str,
        below: &[String],
        value: &Value,
    ) -> Result<(), BundleFault> {
        if self.owns(below) {
            return Ok(());
        }
        let roots = self.roots.as_deref().unwrap_or_default();
        match value {
            Value::Object(members) if roots.iter().any(|root| root.starts_with(below)) => {
                members.iter().try_for_each(|(key, value)| {
                    let inner: Vec<String> =
                        below.iter().cloned().chain([key.to_string()]).collect();
                    self.check_data(path, &inner, value)
                })
            }
            _ => {
                let what = format!("data at `{}`", shown(&below.join("/")));
                Err(BundleFault::OutsideRoots { path: shown(path), what })
            }
        }
    }
}

fn version(number: i64) -> Result<RegoVersion, BundleFault> {
    match number {
        0 => Ok(RegoVersion::V0),
        1 => Ok(RegoVersion::V1),
        _ => {
            let reason = format!("there is no version {number} of Rego");
            Err(BundleFault::BadManifest { reason })
        }
    }
}

fn versions(numbers: BTreeMap<String, i64>) -> Result<Vec<(Pattern, RegoVersion)>, BundleFault> {
    let numbers = numbers.into_iter().map(|(pattern, number)| {
        if pattern.contains(['[', '{', '\\']) {
            let reason = format!("`{}`: of patterns, only * and ? are known", shown(&pattern));
            return Err(BundleFault::BadManifest { reason });
        }
        Ok((Pattern::new(&pattern), version(number)?))
    });
    numbers.collect()
}

/// The steps of the package that a module begins with, such as `a.b` or `a["b-c"]`.
fn package(text: &str) -> Option<Vec<String>> {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let mut rest = first.strip_prefix("package")?.strip_prefix([' ', '\t'])?.trim_start();
    let mut steps = Vec::new();
    loop {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            return None;
        }
        steps.push(word.to_owned());
        rest = after;
        while let Some(inner) = rest.strip_prefix("[\"") {
            let (step, after) = inner.split_once("\"]").filter(|(step, _)| !step.contains('\\'))?;
            steps.push(step.to_owned());
            rest = after;
        }
        match rest.strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    let rest = rest.trim_start();
    (rest.is_empty() || rest.starts_with(['#', ';'])).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_where_they_are_plain() {
        for (text, expected) in [
            ("# METADATA\n\npackage a.b_1 # c\n", Some("a|b_1")),
            ("\tpackage\ta; import data.b", Some("a")),
            ("package a[\"b-c\"].d", Some("a|b-c|d")),
            ("package a[\"b\\\"]", None),
            ("package\na", None),
            ("import data.b\npackage a", None),
            ("packages.a", None),
            ("package a b", None),
            ("", None),
        ] {
            let found = package(text).map(|steps| steps.join("|"));
            assert_eq!(found.as_deref(), expected, "{text:?}");
        }
    }
}
