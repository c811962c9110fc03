//! All shipments at once, or one shipment on all days: what a policy fails to settle, what nothing hangs on, whether it keeps what it
//! claims, and what changes when.

mod category;
mod clause;
mod conclusion;
mod condition;
mod days;
mod finding;
mod gap;
mod ground;
mod json;
mod outcome;
mod overlap;
mod plain;
mod property;
mod question;
mod report;
mod worked;

pub use days::{Interval, intervals};
pub use finding::{Finding, Undecided};
pub use json::json;
pub use overlap::overlaps;
pub use plain::plain;
pub use property::Tried;
pub use report::{Analysis, Tally, analyze, deciding};
