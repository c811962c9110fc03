//! All shipments at once, or one shipment on all days: what a policy fails to settle, and what changes when.

mod days;
mod overlap;

pub use days::{Interval, intervals};
pub use overlap::overlaps;
