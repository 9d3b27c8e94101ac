//! What the configuration says of policies for other tools.

use super::setting::{ALL_NAMESPACES, CONFTEST, DATA, NAMESPACES, POLICY_SETS, RUN, Settings};
use super::table::Table;
use super::{Config, Sourced};

/// Policies for conftest and OPA, and the data they ask for.
#[derive(Debug, Clone, Default)]
pub struct RawSettings {
    /// Their directories.
    pub directories: Vec<Sourced<String>>,
    /// The packages whose rules judge.
    pub namespaces: Vec<Sourced<String>>,
    /// Those of every package judge.
    pub all_namespaces: Sourced<bool>,
    /// Policy sets of HCP Terraform.
    pub sets: Vec<Sourced<String>>,
    /// The file of the run that these see.
    pub run: Option<Sourced<String>>,
    /// Files and directories of data.
    pub data: Vec<Sourced<String>>,
}

impl RawSettings {
    pub(super) fn read(settings: &mut Settings<'_>, table: &mut Table<'_>) -> Self {
        RawSettings {
            directories: settings.list(table, &CONFTEST),
            namespaces: settings.list(table, &NAMESPACES),
            all_namespaces: settings.value(table, &ALL_NAMESPACES),
            data: settings.list(table, &DATA),
            sets: settings.list(table, &POLICY_SETS),
            run: settings.optional(table, &RUN),
        }
    }

    /// The paths of the directories.
    #[must_use]
    pub fn directories(&self) -> Vec<String> {
        self.directories.iter().map(Config::path).collect()
    }

    /// The paths of the data.
    #[must_use]
    pub fn data(&self) -> Vec<String> {
        self.data.iter().map(Config::path).collect()
    }
}
