//! The files of a policy, parsed side by side: reading a policy takes most of the time that judging one shipment does.

use super::{File, parse_blocks};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What parsing one file comes to.
type Parsed = (File, Vec<Diagnostic>);

/// How many threads are of use.
const MOST_THREADS: usize = 8;
/// How much stack a thread has: as much as the first one.
const STACK: usize = 8 << 20;

/// Parses files, the longest first, on as many processors as there are; the result is in the order asked for, whoever came first.
pub(crate) fn parse_files(sources: &Sources, ids: &[SourceId], wanted: fn(&str) -> bool) -> Vec<Parsed> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(ids.len()).min(MOST_THREADS);
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(sources.get(ids[*at]).text.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Parsed)> = Vec::new();
        while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((*at, parse_blocks(sources, ids[*at], wanted)));
        }
        done
    };
    let mut parsed = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
        let helpers: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut parsed = work();
        for helper in helpers {
            match helper.join() {
                Ok(done) => parsed.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parsed
    });
    parsed.sort_by_key(|(at, _)| *at);
    parsed.into_iter().map(|(_, parsed)| parsed).collect()
}
