//! What a finding of a policy does to the gate.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// The levels of Sentinel and HCP Terraform, ordered from the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enforcement {
    /// It is reported and blocks nothing.
    Advisory,
    /// It blocks unless somebody accepts it.
    SoftMandatory,
    /// It blocks, and nobody can accept it.
    HardMandatory,
}

/// A word that is no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no enforcement: use advisory, soft-mandatory or hard-mandatory")]
pub struct EnforcementError(pub String);

impl Enforcement {
    /// All levels, the weakest first.
    pub const ALL: [Enforcement; 3] =
        [Enforcement::Advisory, Enforcement::SoftMandatory, Enforcement::HardMandatory];

    /// The level as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Enforcement::Advisory => "advisory",
            Enforcement::SoftMandatory => "soft-mandatory",
            Enforcement::HardMandatory => "hard-mandatory",
        }
    }

    /// True when a finding may close the gate.
    #[must_use]
    pub fn is_mandatory(self) -> bool {
        self > Enforcement::Advisory
    }
}

impl fmt::Display for Enforcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Enforcement {
    type Err = EnforcementError;

    fn from_str(text: &str) -> Result<Self, EnforcementError> {
        let known = Enforcement::ALL.into_iter().find(|level| level.as_str() == text);
        known.ok_or_else(|| EnforcementError(text.to_owned()))
    }
}
