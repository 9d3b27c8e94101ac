//! The configuration inside a saved plan file: the source files of every module.
//!
//! `tfconfig/modules.json` lists the modules as `{Key, Source, Version, Dir}`; the files of
//! one stand below `tfconfig/m-KEY/`, where the key of the root module is empty.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::archive::{Archive, LARGEST_TEXT};
use super::fault::Fault;

const MANIFEST: &str = "tfconfig/modules.json";
const MODULE_PREFIX: &str = "tfconfig/m-";

/// The source files that a plan was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmbeddedSources {
    /// The modules, sorted by path; the root module first.
    pub modules: Vec<EmbeddedModule>,
}

/// A module and its source files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmbeddedModule {
    /// The names of the module calls that lead to it; none for the root module.
    pub path: Vec<String>,
    /// Where it comes from, as its call says; empty for the root module.
    pub source: String,
    /// Its version, for one from a registry.
    pub version: Option<String>,
    /// Its directory when the plan was made, relative to that of the root module.
    pub dir: String,
    /// Names and texts of its files, sorted by name.
    pub files: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    key: String,
    #[serde(default)]
    source: String,
    version: Option<String>,
    #[serde(default)]
    dir: String,
}

/// Reads every module of an archive.
pub(super) fn read(archive: &mut Archive<'_>) -> Result<EmbeddedSources, Fault> {
    let mut modules = BTreeMap::new();
    if let Some(manifest) = archive.read(MANIFEST, LARGEST_TEXT)? {
        let listed: Vec<Listed> = serde_json::from_slice(&manifest)
            .map_err(|_| Fault::Damaged("its list of modules cannot be read"))?;
        for listed in listed {
            let module = EmbeddedModule {
                path: path(&listed.key),
                source: listed.source,
                version: listed.version.filter(|version| !version.is_empty()),
                dir: listed.dir,
                files: Vec::new(),
            };
            modules.insert(module.path.clone(), module);
        }
    }
    for name in archive.names()? {
        let file = name.strip_prefix(MODULE_PREFIX).and_then(|rest| rest.split_once('/'));
        let Some((key, file)) = file.filter(|(_, file)| !file.is_empty()) else { continue };
        let bytes = archive.read(&name, LARGEST_TEXT)?.unwrap_or_default();
        // Terraform refuses source that is no UTF-8, so nothing is lost here.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let path = path(key);
        let module = modules
            .entry(path)
            .or_insert_with_key(|path| EmbeddedModule { path: path.clone(), ..Default::default() });
        module.files.push((file.to_owned(), text));
    }
    Ok(EmbeddedSources { modules: modules.into_values().collect() })
}

/// The calls of a key: `a.b` is the module `b` that the module `a` calls.
fn path(key: &str) -> Vec<String> {
    key.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
