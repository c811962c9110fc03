//! All shipments at once: what a policy fails to settle.

mod overlap;

pub use overlap::overlaps;
