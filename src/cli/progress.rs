//! A progress bar: on standard error, on a terminal, and only when it takes long.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::sink;
use crate::check::Progress;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar that appears when it is worth looking at.
pub(super) struct Bar {
    started: Instant,
    is_shown: bool,
    total: AtomicUsize,
    made: AtomicUsize,
    bar: OnceLock<ProgressBar>,
}

impl Bar {
    /// A bar that counts from now.
    pub(super) fn new() -> Self {
        Bar {
            started: Instant::now(),
            is_shown: sink::is_watched(),
            total: AtomicUsize::new(0),
            made: AtomicUsize::new(0),
            bar: OnceLock::new(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn more(&self, judgements: usize) {
        self.total.fetch_add(judgements, Ordering::Relaxed);
    }

    fn done(&self, judgements: usize) {
        let made = self.made.fetch_add(judgements, Ordering::Relaxed) + judgements;
        if !self.is_shown || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let template = "{wide_bar} {pos} of {len} judgements";
            bar.set_style(
                ProgressStyle::with_template(template)
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar
        });
        bar.set_length(self.total.load(Ordering::Relaxed) as u64);
        bar.set_position(made as u64);
    }
}
