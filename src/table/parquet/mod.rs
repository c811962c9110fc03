//! Files of Apache Parquet: batches of arrays out of them and into them. Nothing else knows how such a file is made.

mod reader;
mod writer;

pub(super) use reader::{Rows, columns};
pub(super) use writer::Groups;
