//! Which policies are judged when nobody picks them one by one.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A selection of policies that their metadata declare, in `custom.profiles`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// What nearly everyone agrees on.
    #[default]
    Baseline,
    /// What a careful team asks for beyond that.
    Strict,
}

/// A word that is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no profile: use baseline or strict")]
pub struct ProfileError(pub String);

impl Profile {
    /// All profiles. A policy that declares none belongs to each of them.
    pub const ALL: [Profile; 2] = [Profile::Baseline, Profile::Strict];

    /// The profile as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Baseline => "baseline",
            Profile::Strict => "strict",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, ProfileError> {
        let known = Profile::ALL.into_iter().find(|profile| profile.as_str() == text);
        known.ok_or_else(|| ProfileError(text.to_owned()))
    }
}
