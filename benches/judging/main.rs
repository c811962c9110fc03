//! What judging costs, as ratios to programs written by hand for the same rules, measured side by side in one run.
//!
//! `cargo bench` prints the table of docs/performance.md. Absolute times are one machine's on one day; only the ratios travel. Nothing is measured
//! before its verdicts have the digest that the workload is known by.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a bench is no library, and reads the clock"
)]

mod by_hand;
mod files;
mod growth;
mod measure;
mod memory;
mod nested;
mod workload;

fn main() {
    println!("{:<56} {:>12} {:>12}", "", "Ukase", "by hand");
    memory::decisions();
    files::files();
    nested::flagship();
    growth::growth_and_loading();
}
