//! The integration tests, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests are tests too, and a test that skips says so"
)]

mod action;
mod architecture;
mod bad_input;
mod baseline;
mod before_after;
mod broken_policy;
mod bundle;
mod canary;
mod catalogue;
mod command;
mod config;
mod conformance;
mod conftest;
mod corpus;
mod determinism;
mod document;
mod hiding;
mod hostile_plan;
mod inspect;
mod links;
mod mutation;
mod peers;
mod policy_docs;
mod policy_test;
mod process;
mod raw;
mod readme;
mod reference;
mod saved_plan;
mod scaffold;
mod scenario;
mod schema;
mod selection;
mod semantics;
mod source;
mod support;
mod tampering;
mod tutorial;
mod verify;
