//! The integration tests, in one binary.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may fail")]

mod action;
mod architecture;
mod bad_input;
mod broken_policy;
mod catalogue;
mod command;
mod corpus;
mod determinism;
mod process;
mod readme;
mod scenario;
mod schema;
mod support;
mod verdict;
