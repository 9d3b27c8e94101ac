//! Terraform's and OpenTofu's documents: plans and states as `show -json` writes them,
//! raw states of version 4, and saved plan files.
//!
//! Sources of the formats: Terraform's documentation, "JSON Output Format"; OpenTofu's
//! packages `jsonplan`, `jsonstate`, `jsonconfig` and `statefile` (MPL-2.0), read for facts.

mod block;
mod configuration;
mod cty_type;
mod hashed;
mod invocation;
pub mod origin;
pub mod pending;
pub mod plan;
pub mod raw_state;
mod resource;
pub mod saved_plan;
mod secret;
pub mod show_state;
pub mod source;
mod version;
