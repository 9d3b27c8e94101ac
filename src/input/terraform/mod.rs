//! Terraform's and OpenTofu's documents: plans and states as `show -json` writes them,
//! and raw states of version 4.
//!
//! Sources of the formats: Terraform's documentation, "JSON Output Format"; OpenTofu's
//! packages `jsonplan`, `jsonstate`, `jsonconfig` and `statefile` (MPL-2.0), read for facts.

mod configuration;
pub mod plan;
pub mod raw_state;
mod resource;
pub mod show_state;
pub mod source;
mod version;
