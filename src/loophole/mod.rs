//! How a controlled shipment escapes: the cheapest changes of its facts under which its verdict is looser. For those who draft rules.

mod json;
mod plain;
mod search;

pub use json::json;
pub use plain::plain;
pub use search::{Change, Escape, Kind, loopholes};
