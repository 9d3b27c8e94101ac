//! plangate judges Terraform and OpenTofu plans and states with Rego policies.
//!
//! The library has the floors that `docs/ARCHITECTURE.md` describes; the binary is
//! [`cli`]. A module uses lower floors only.

pub mod base;
pub mod check;
pub mod cli;
pub mod config;
pub mod engine;
pub mod finding;
pub mod input;
pub mod model;
pub mod policy;
pub mod policy_test;
pub mod report;
pub mod scaffold;
pub mod waiver;
