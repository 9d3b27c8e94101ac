//! The settings that can be given in `plangate.toml`, in the environment and on the command line.

use super::layers::Layers;
use super::node::{Node, Raw};
use super::origin::{Origin, Sourced};
use super::read::{self, Read};
use super::table::Table;
use crate::base::Source;

/// A setting: where it stands in each layer, and what it is for.
#[derive(Debug)]
pub struct Setting {
    /// The table in `plangate.toml`.
    pub table: &'static str,
    /// The key in the table.
    pub key: &'static str,
    /// The option of the command line, without its dashes; the variable is called after it.
    pub flag: &'static str,
    /// The value when nobody sets it, as TOML; None when it then has none.
    pub default: Option<&'static str>,
    /// What several layers that set it come to.
    pub merge: Merge,
    /// What it is for.
    pub help: &'static str,
}

/// What several layers that set the same come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The strongest layer counts.
    Replace,
    /// All of them count.
    Add,
}

/// What a setting is in this run.
#[derive(Debug, Clone)]
pub struct Effective {
    /// Which one.
    pub setting: &'static Setting,
    /// Its value, and where that comes from; several where layers add up, none when unset.
    pub nodes: Vec<Node>,
}

pub use all::*;

/// Every setting. To add one: a constant here, and a line where its table is read.
mod all {
    use super::{Merge, Setting};

    /// Directories of policies.
    pub const DIRECTORIES: Setting = Setting {
        table: "policies",
        key: "directories",
        flag: "policy",
        default: Some("[]"),
        merge: Merge::Add,
        help: "Use the policies below PATH too, a directory or a bundle (.tar.gz); may be given several times",
    };

    /// The key that policies are signed with.
    pub const VERIFICATION_KEY: Setting = Setting {
        table: "policies",
        key: "verification_key",
        flag: "verification-key",
        default: None,
        merge: Merge::Replace,
        help: "Use no policies but the built-in ones and those signed by the key in FILE: a public key in PEM, or a secret",
    };

    /// What that key is called.
    pub const VERIFICATION_KEY_ID: Setting = Setting {
        table: "policies",
        key: "verification_key_id",
        flag: "verification-key-id",
        default: None,
        merge: Merge::Replace,
        help: "Use no policies whose signature names another key than this",
    };

    /// What signatures are for.
    pub const VERIFICATION_SCOPE: Setting = Setting {
        table: "policies",
        key: "verification_scope",
        flag: "verification-scope",
        default: None,
        merge: Merge::Replace,
        help: "Use no policies whose signature is for another scope than this",
    };

    /// How policies are signed.
    pub const SIGNING_ALG: Setting = Setting {
        table: "policies",
        key: "signing_alg",
        flag: "signing-alg",
        default: Some("\"RS256\""),
        merge: Merge::Replace,
        help: "Verify signatures by this algorithm and no other",
    };

    /// Directories of policies for conftest.
    pub const CONFTEST: Setting = Setting {
        table: "policies",
        key: "conftest",
        flag: "conftest",
        default: Some("[]"),
        merge: Merge::Add,
        help: "Judge by the policies for conftest or OPA below PATH too, a directory or a bundle (.tar.gz), which see the plan JSON itself; may be given several times",
    };

    /// The packages of their rules.
    pub const NAMESPACES: Setting = Setting {
        table: "policies",
        key: "namespaces",
        flag: "namespace",
        default: Some("[\"main\"]"),
        merge: Merge::Replace,
        help: "Of these, judge by the rules of this package instead of main; may be given several times",
    };

    /// All of their packages.
    pub const ALL_NAMESPACES: Setting = Setting {
        table: "policies",
        key: "all_namespaces",
        flag: "all-namespaces",
        default: Some("false"),
        merge: Merge::Replace,
        help: "Of these, judge by the rules of every package",
    };

    /// Their data.
    pub const DATA: Setting = Setting {
        table: "policies",
        key: "data",
        flag: "data",
        default: Some("[]"),
        merge: Merge::Add,
        help: "Give them the JSON or YAML of a file, or of the files below a directory, as data; may be given several times",
    };

    /// Policy sets of HCP Terraform.
    pub const POLICY_SETS: Setting = Setting {
        table: "policies",
        key: "sets",
        flag: "policy-set",
        default: Some("[]"),
        merge: Merge::Add,
        help: "Judge by the policy set of HCP Terraform at PATH too, a directory or an archive (.tar.gz) with policies.hcl; may be given several times",
    };

    /// The run that they see.
    pub const RUN: Setting = Setting {
        table: "policies",
        key: "run",
        flag: "run",
        default: None,
        merge: Merge::Replace,
        help: "Show policy sets the JSON in FILE as the run, which is their `input.run`",
    };

    /// The profile.
    pub const PROFILE: Setting = Setting {
        table: "policies",
        key: "profile",
        flag: "profile",
        default: Some("\"baseline\""),
        merge: Merge::Replace,
        help: "Judge by the policies of a profile: baseline or strict",
    };

    /// The frameworks.
    pub const FRAMEWORKS: Setting = Setting {
        table: "policies",
        key: "frameworks",
        flag: "framework",
        default: Some("[]"),
        merge: Merge::Replace,
        help: "Of these, judge by policies for a framework, such as cis-aws-5.0; may be given several times",
    };

    /// The least severity.
    pub const SEVERITY: Setting = Setting {
        table: "policies",
        key: "severity",
        flag: "severity",
        default: Some("\"info\""),
        merge: Merge::Replace,
        help: "Of these, judge by policies of this severity or a graver one",
    };

    /// Policies beyond the profile.
    pub const INCLUDE: Setting = Setting {
        table: "policies",
        key: "include",
        flag: "include",
        default: Some("[]"),
        merge: Merge::Replace,
        help: "Judge by these policies too: ids, aliases, or patterns with * and ?",
    };

    /// The only policies.
    pub const ONLY: Setting = Setting {
        table: "policies",
        key: "only",
        flag: "only",
        default: Some("[]"),
        merge: Merge::Replace,
        help: "Judge by these policies alone; an id or alias counts whatever the profile",
    };

    /// Policies that are left out.
    pub const EXCLUDE: Setting = Setting {
        table: "policies",
        key: "exclude",
        flag: "skip",
        default: Some("[]"),
        merge: Merge::Replace,
        help: "Leave these policies out",
    };

    /// The environment.
    pub const ENVIRONMENT: Setting = Setting {
        table: "enforcement",
        key: "environment",
        flag: "environment",
        default: None,
        merge: Merge::Replace,
        help: "Enforce as the table `[environments.NAME]` of the configuration says",
    };

    /// The directory of the root module.
    pub const SOURCE: Setting = Setting {
        table: "check",
        key: "source",
        flag: "source",
        default: None,
        merge: Merge::Replace,
        help: "Find the Terraform source in DIR, the directory of the root module",
    };

    /// What closes the gate.
    pub const FAIL_ON: Setting = Setting {
        table: "check",
        key: "fail_on",
        flag: "fail-on",
        default: Some("\"all\""),
        merge: Merge::Replace,
        help: "Close the gate on all findings, or on those that the plan introduces: all, introduced",
    };

    /// What may be judged.
    pub const ALLOW_INCOMPLETE: Setting = Setting {
        table: "check",
        key: "allow_incomplete",
        flag: "allow-incomplete",
        default: Some("false"),
        merge: Merge::Replace,
        help: "Judge plans that are errored or incomplete, as far as they go",
    };

    /// The time limit.
    pub const TIMEOUT: Setting = Setting {
        table: "check",
        key: "timeout",
        flag: "timeout",
        default: Some("2"),
        merge: Merge::Replace,
        help: "Give up on a policy that takes longer than this on one resource",
    };

    /// The largest input.
    pub const MAX_INPUT: Setting = Setting {
        table: "check",
        key: "max_input",
        flag: "max-input",
        default: Some("2147483648"),
        merge: Merge::Replace,
        help: "Refuse inputs larger than this",
    };

    /// How far ahead waivers may end.
    pub const WAIVER_DAYS: Setting = Setting {
        table: "waivers",
        key: "max_days",
        flag: "waiver-days",
        default: Some("90"),
        merge: Merge::Replace,
        help: "Count no waiver that ends more than so many days ahead",
    };

    /// Files of waivers.
    pub const WAIVER_FILES: Setting = Setting {
        table: "waivers",
        key: "files",
        flag: "waivers",
        default: Some("[]"),
        merge: Merge::Add,
        help: "Read more waivers from FILE; may be given several times",
    };

    /// Comments in source.
    pub const COMMENTS: Setting = Setting {
        table: "ignores",
        key: "comments",
        flag: "ignore-comments",
        default: Some("true"),
        merge: Merge::Replace,
        help: "Whether comments `plangate:ignore` in source count: true or false",
    };

    /// Whose comments count.
    pub const TOOLS: Setting = Setting {
        table: "ignores",
        key: "tools",
        flag: "ignore-comments-of",
        default: Some("[]"),
        merge: Merge::Replace,
        help: "Let the comments of other tools count too: checkov, trivy, tfsec, kics, terrascan",
    };

    /// The baseline.
    pub const BASELINE: Setting = Setting {
        table: "baseline",
        key: "file",
        flag: "baseline",
        default: None,
        merge: Merge::Replace,
        help: "Let the findings in FILE, which `plangate baseline` wrote, not close the gate",
    };

    /// The reports.
    pub const FORMATS: Setting = Setting {
        table: "report",
        key: "formats",
        flag: "format",
        default: Some("[\"pretty\"]"),
        merge: Merge::Replace,
        help: "Write the report as FORMAT: pretty, json or sarif; may be given several times",
    };

    /// All of them, in the order of the documentation.
    pub const SETTINGS: &[&Setting] = &[
        &DIRECTORIES,
        &CONFTEST,
        &NAMESPACES,
        &ALL_NAMESPACES,
        &DATA,
        &POLICY_SETS,
        &RUN,
        &VERIFICATION_KEY,
        &VERIFICATION_KEY_ID,
        &VERIFICATION_SCOPE,
        &SIGNING_ALG,
        &PROFILE,
        &FRAMEWORKS,
        &SEVERITY,
        &INCLUDE,
        &ONLY,
        &EXCLUDE,
        &ENVIRONMENT,
        &SOURCE,
        &FAIL_ON,
        &ALLOW_INCOMPLETE,
        &TIMEOUT,
        &MAX_INPUT,
        &WAIVER_DAYS,
        &WAIVER_FILES,
        &COMMENTS,
        &TOOLS,
        &BASELINE,
        &FORMATS,
    ];
}

impl Setting {
    /// The environment variable that sets it.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("PLANGATE_{}", self.flag.to_uppercase().replace('-', "_"))
    }

    /// The option that sets it.
    #[must_use]
    pub fn option(&self) -> String {
        format!("--{}", self.flag)
    }

    /// What the option is for, with its default where that says something.
    #[must_use]
    pub fn help(&self) -> String {
        match self.default {
            Some(default) if default.starts_with(|c: char| c.is_ascii_digit() || c == '"') => {
                format!("{} [default: {}]", self.help, default.trim_matches('"'))
            }
            _ => self.help.to_owned(),
        }
    }

    /// The value when nobody sets it.
    fn default_node(&self) -> Option<Node> {
        let source = Source::new("<default>", format!("default = {}", self.default?));
        let Ok(Node { raw: Raw::Table(entries), .. }) = Node::parse(&source) else { return None };
        let (_, node) = entries.into_iter().next()?;
        Some(Node { origin: Origin::Default, ..node })
    }
}

/// Takes settings out of the layers, and notes what each came to.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    layers: &'a Layers,
    pub(super) effective: Vec<Effective>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(layers: &'a Layers) -> Self {
        Settings { layers, effective: Vec::new() }
    }

    /// The value of a setting that has a default.
    pub(super) fn value<T: Read + Default>(
        &mut self,
        table: &mut Table<'_>,
        setting: &'static Setting,
    ) -> Sourced<T> {
        self.optional(table, setting).unwrap_or_default()
    }

    /// The value of a setting, if it has one.
    pub(super) fn optional<T: Read>(
        &mut self,
        table: &mut Table<'_>,
        setting: &'static Setting,
    ) -> Option<Sourced<T>> {
        let nodes = self.nodes(table, setting);
        // All are read, so that what is wrong in a weaker layer is found too.
        let mut values: Vec<Option<Sourced<T>>> =
            nodes.iter().map(|node| table.ok(read::read(node))).collect();
        self.note(setting, nodes);
        values.pop().flatten()
    }

    /// The elements of a setting that is a list.
    pub(super) fn list<T: Read>(
        &mut self,
        table: &mut Table<'_>,
        setting: &'static Setting,
    ) -> Vec<Sourced<T>> {
        let nodes = self.nodes(table, setting);
        let mut lists: Vec<Vec<Sourced<T>>> =
            nodes.iter().map(|node| table.ok(read::read_list(node)).unwrap_or_default()).collect();
        self.note(setting, nodes);
        match setting.merge {
            Merge::Add => lists.into_iter().flatten().collect(),
            Merge::Replace => lists.pop().unwrap_or_default(),
        }
    }

    /// What the layers say, the strongest last.
    fn nodes(&self, table: &mut Table<'_>, setting: &'static Setting) -> Vec<Node> {
        let file = table.node(setting.key).cloned();
        let variable = self.layers.variable(setting);
        let flag = self.layers.flag(setting);
        let set: Vec<Node> = file.into_iter().chain(variable).chain(flag).collect();
        if set.is_empty() { setting.default_node().into_iter().collect() } else { set }
    }

    fn note(&mut self, setting: &'static Setting, mut nodes: Vec<Node>) {
        if setting.merge == Merge::Replace {
            nodes = nodes.pop().into_iter().collect();
        }
        self.effective.push(Effective { setting, nodes });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn settings_have_names_of_their_own() {
        let paths: BTreeSet<_> = SETTINGS.iter().map(|s| (s.table, s.key)).collect();
        let flags: BTreeSet<_> = SETTINGS.iter().map(|s| s.flag).collect();
        assert_eq!((paths.len(), flags.len()), (SETTINGS.len(), SETTINGS.len()));
    }

    #[test]
    fn defaults_are_toml() {
        for setting in SETTINGS {
            assert_eq!(setting.default.is_some(), setting.default_node().is_some(), "{setting:?}");
        }
    }
}
