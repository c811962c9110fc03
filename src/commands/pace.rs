//! The one clock: when it is time again to write down how far a run has come. What is written never hangs on it.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "how often a journal is kept changes no byte of a result"
)]

use std::time::{Duration, Instant};

/// How often it is time.
const EVERY: Duration = Duration::from_millis(500);

/// Tells when it is time again.
pub(super) struct Pace(Instant);

impl Pace {
    pub(super) fn new() -> Pace {
        Pace(Instant::now())
    }

    /// It is time, and then not again for a while.
    pub(super) fn is_time(&mut self) -> bool {
        let is_time = self.0.elapsed() >= EVERY;
        if is_time {
            *self = Pace::new();
        }
        is_time
    }
}
