//! Arrow's arrays as shipments, and rows as Arrow's arrays. Nothing outside this folder and [`super::parquet`] knows the library but by the
//! type of a batch.

mod fill;
mod rows;
mod schema;
mod view;

pub use rows::row_schema;
pub(super) use rows::{RowArrays, RowPlace};
pub(super) use schema::{Arrays, columns};
pub(super) use view::View;
