//! What was set, in each layer: the file, the environment, the command line.

use std::collections::BTreeMap;

use super::error::{ConfigError, ConfigFault};
use super::node::{Node, Raw};
use super::origin::Origin;
use super::setting::{SETTINGS, Setting};
use crate::base::{Source, likeness};

/// How environment variables of plangate begin.
pub const PREFIX: &str = "PLANGATE_";

/// The variable that names the file; the others set what the file does.
pub const FILE_VARIABLE: &str = "PLANGATE_CONFIG";

/// Everything that was set. A stronger layer stands below a weaker one.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// The file, if there is one.
    pub file: Option<Source>,
    /// The environment variables that begin with [`PREFIX`].
    pub variables: BTreeMap<String, String>,
    /// The options of the command line that were given, by their names without dashes.
    pub flags: BTreeMap<&'static str, Flag>,
}

/// An option of the command line as it was given.
#[derive(Debug, Clone)]
pub enum Flag {
    /// Its value.
    One(String),
    /// The values of an option that may be given several times.
    Many(Vec<String>),
}

impl Flag {
    /// An option that may be given once.
    #[must_use]
    pub fn one(value: Option<&String>) -> Option<Self> {
        value.cloned().map(Flag::One)
    }

    /// An option that may be given several times.
    #[must_use]
    pub fn many(values: &[String]) -> Option<Self> {
        (!values.is_empty()).then(|| Flag::Many(values.to_vec()))
    }
}

impl Layers {
    /// Says that the option of `setting` was given, once for each of `values`.
    #[must_use]
    pub fn with_flag(mut self, setting: &'static Setting, flag: Option<Flag>) -> Self {
        if let Some(flag) = flag {
            self.flags.insert(setting.flag, flag);
        }
        self
    }

    /// What the environment says of `setting`.
    pub(super) fn variable(&self, setting: &Setting) -> Option<Node> {
        let name = setting.variable();
        let text = self.variables.get(&name)?;
        Some(Node { raw: Raw::Word(text.clone()), origin: Origin::Variable(name) })
    }

    /// What the command line says of `setting`.
    pub(super) fn flag(&self, setting: &Setting) -> Option<Node> {
        let origin = Origin::Flag(setting.option());
        let word = |text: &String| Node { raw: Raw::Word(text.clone()), origin: origin.clone() };
        Some(match self.flags.get(setting.flag)? {
            Flag::One(text) => word(text),
            Flag::Many(texts) => {
                Node { raw: Raw::List(texts.iter().map(word).collect()), origin: origin.clone() }
            }
        })
    }

    /// Variables that are called almost like one of ours: a mistake would go unnoticed, and what
    /// it was to forbid would be allowed. Others that begin alike may belong to somebody else.
    pub(super) fn misspelt(&self) -> Vec<ConfigError> {
        let known: Vec<String> = SETTINGS.iter().map(|setting| setting.variable()).collect();
        let known = || known.iter().map(String::as_str).chain([FILE_VARIABLE]);
        let strange = self.variables.keys().filter(|name| known().all(|known| known != *name));
        let errors = strange.filter_map(|name| {
            let rest = name.strip_prefix(PREFIX)?;
            let known: Vec<&str> = known().filter_map(|known| known.strip_prefix(PREFIX)).collect();
            let offers = likeness::meant(known.into_iter(), rest);
            let offers: Vec<String> = offers.iter().map(|o| format!("{PREFIX}{o}")).collect();
            let offers: Vec<&str> = offers.iter().map(String::as_str).collect();
            let help = likeness::question(&offers)?;
            let (what, name) = ("variable", name.clone());
            let fault = ConfigFault::UnknownName { what, name: name.clone(), help };
            Some(ConfigError::new(&Origin::Variable(name), fault))
        });
        errors.collect()
    }
}
