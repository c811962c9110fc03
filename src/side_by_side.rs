//! Work on several processors at once. What comes out does not tell who did what, or when.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many threads are of use.
const MOST_THREADS: usize = 8;
/// How much stack a thread has: as much as the first one.
pub(crate) const STACK: usize = 8 << 20;

/// Does a piece of work for each number below `count`, the lowest first, on as many processors as there are; the results are in the
/// order of the numbers, whoever came first.
pub(crate) fn side_by_side<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = processors().min(MOST_THREADS);
    side_by_side_with(threads, count, || (), |(), at| work(at))
}

/// How many processors there are.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// The same with so many threads, each of which keeps something from one piece of work to the next.
pub(crate) fn side_by_side_with<S, T: Send>(
    threads: usize,
    count: usize,
    begin: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let (mut kept, mut done) = (begin(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(&mut kept, at)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker).ok();
        let helpers: Vec<_> = (1..threads.min(count)).filter_map(spawn).collect();
        let mut done = worker();
        for helper in helpers {
            match helper.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order() {
        assert_eq!(side_by_side(100, |at| at * at), (0..100).map(|at| at * at).collect::<Vec<_>>());
        assert_eq!(side_by_side(0, |at| at), Vec::<usize>::new());
    }
}
