//! The threads on which commands load policies and judge.

use super::sink;

/// Policies recurse while they are parsed and evaluated; the default stack is small.
const STACK: usize = 16 << 20;

/// Runs `work` on so many threads, or on as many as there are processors if 0, and returns its
/// exit code.
pub(super) fn run(threads: usize, work: impl FnOnce() -> u8 + Send) -> u8 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(error) => {
            sink::say(&format!("error: threads cannot be started: {error}"));
            super::BUG
        }
    }
}
