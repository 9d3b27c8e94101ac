//! Starts plangate.

use std::process::ExitCode;

/// Plans are many small strings: half of the time of reading one is allocation.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    plangate::cli::run(std::env::args_os())
}
