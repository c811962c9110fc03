//! Files of Apache Parquet: batches of arrays out of them and into them. Nothing else knows how such a file is made.

mod beside;
mod chunks;
mod reader;
mod writer;

pub(super) use beside::Beside;
pub use reader::is_guarded;
pub(super) use reader::{Rows, columns};
pub(super) use writer::Groups;
