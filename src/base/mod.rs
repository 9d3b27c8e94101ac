//! Floor 0: the small types that everything else is said in.
//!
//! Addresses, attribute paths, sources and spans, policy ids, severities, days, patterns of
//! names, and the neutralising of text that came out of somebody else's file, and secrets. Nothing here knows
//! what a plan, a policy or a report is.

pub mod action;
pub mod address;
pub mod date;
pub mod enforcement;
pub mod likeness;
pub mod path;
pub mod pattern;
pub mod policy_id;
pub mod profile;
pub mod secret;
pub mod severity;
pub mod source;
pub mod text;

pub use action::Action;
pub use address::{Address, AddressError, InstanceKey, Mode, ModuleAddress, ModuleStep};
pub use date::{Date, DateError};
pub use enforcement::{Enforcement, EnforcementError};
pub use path::{AttributePath, PathStep};
pub use pattern::Pattern;
pub use policy_id::{PolicyId, PolicyIdError};
pub use profile::{Profile, ProfileError};
pub use severity::{Severity, SeverityError};
pub use source::{Place, Source, Span};
pub use text::neutralise;
