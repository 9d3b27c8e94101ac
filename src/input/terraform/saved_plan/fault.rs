//! What can be wrong with a saved plan file, before the file's name is known.

use crate::input::InputError;
use crate::input::error::Refusal;

/// Why a part of a file cannot be read. No value of the file is quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not as any tool writes it.
    Damaged(&'static str),
    /// It is larger than what is read.
    Beyond(&'static str),
    /// It is refused with a message of its own.
    Refused(Refusal),
}

impl Fault {
    /// The error about the file `label`.
    pub(super) fn of(self, label: &str) -> InputError {
        let refusal = match self {
            Fault::Damaged(reason) => Refusal::DamagedPlan { reason },
            Fault::Beyond(reason) => Refusal::PlanBeyondLimits { reason },
            Fault::Refused(refusal) => refusal,
        };
        InputError::refused(label, refusal)
    }
}
