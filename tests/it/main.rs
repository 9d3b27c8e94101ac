//! The integration tests, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests are tests too, and a test that skips says so"
)]

mod hostile_plan;
mod saved_plan;
