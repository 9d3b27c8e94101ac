//! How strictly findings are taken: the tables `[enforcement]` and `[environments.NAME]`.

use super::origin::Sourced;
use super::read::Read;
use super::table::Table;
use super::{ConfigError, ConfigFault, Node, Raw};
use crate::base::{Enforcement, Pattern, Severity, likeness};

/// From which severity on an undetermined verdict of a mandatory policy blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// From this one.
    From(Severity),
    /// It never blocks.
    Never,
}

/// Levels for policies: the first that fits counts, in the order of the members.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// For policies by their names. An id or alias comes before a pattern; of several patterns
    /// the strictest counts.
    pub policies: Vec<(Sourced<Pattern>, Sourced<Enforcement>)>,
    /// For policies that serve a framework; of several the strictest counts.
    pub frameworks: Vec<(Sourced<String>, Sourced<Enforcement>)>,
    /// For policies of a severity.
    pub severities: Vec<(Severity, Sourced<Enforcement>)>,
    /// For all others.
    pub default: Option<Sourced<Enforcement>>,
    /// When undetermined verdicts block.
    pub undetermined: Option<Sourced<Threshold>>,
}

impl Rules {
    /// Reads the table of rules.
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        let severities = table.pairs::<Enforcement>("severity");
        Rules {
            policies: table
                .pairs("policy")
                .into_iter()
                .map(|(name, level)| (name.map(|name| Pattern::new(&name)), level))
                .collect(),
            frameworks: table.pairs("framework"),
            severities: severities
                .into_iter()
                .filter_map(|(name, level)| {
                    let severity = Severity::read(&Raw::Text(name.value.clone()))?;
                    let fault = |reason| ConfigFault::BadValue { reason, help: String::new() };
                    let severity = severity.map_err(|r| ConfigError::new(&name.origin, fault(r)));
                    Some((table.ok(severity)?, level))
                })
                .collect(),
            default: table.value("default"),
            undetermined: table.value("undetermined"),
        }
    }
}

/// Picks the environment that is named among those that are declared.
///
/// # Errors
/// When it is not declared: a mistake would fall back to what holds everywhere.
pub(super) fn environment(
    name: &Sourced<String>,
    environments: &[(String, Rules)],
) -> Result<Rules, ConfigError> {
    let found = environments.iter().find(|(known, _)| *known == name.value);
    found.map(|(_, rules)| rules.clone()).ok_or_else(|| {
        let known = environments.iter().map(|(known, _)| known.as_str());
        let offers = likeness::meant(known.clone(), &name.value);
        let help = likeness::question(&offers).unwrap_or_else(|| {
            match known.map(|known| format!("`{known}`")).collect::<Vec<_>>() {
                known if known.is_empty() => {
                    "declare it in `plangate.toml`, as a table `[environments.NAME]`".to_owned()
                }
                known => format!("these are declared: {}", known.join(", ")),
            }
        });
        let fault =
            ConfigFault::UnknownName { what: "environment", name: name.value.clone(), help };
        ConfigError::new(&name.origin, fault)
    })
}

impl Read for Threshold {
    const EXPECTED: &'static str = "a severity, or never,";

    fn read(raw: &Raw) -> Option<Result<Self, String>> {
        match raw {
            Raw::Word(text) | Raw::Text(text) if text == "never" => Some(Ok(Threshold::Never)),
            raw => Some(Severity::read(raw)?.map(Threshold::From)),
        }
    }
}

/// A parameter of a policy, from the tables `[params.POLICY]`.
#[derive(Debug, Clone)]
pub struct ParameterSetting {
    /// The policy, by id or alias.
    pub policy: Sourced<String>,
    /// The parameter.
    pub name: Sourced<String>,
    /// Its value.
    pub value: Node,
}
