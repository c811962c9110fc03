//! Files of shipments: read in batches, judged side by side, verdicts written in the order of the shipments. The first floor that touches
//! files of any size.

mod arrow;
mod batches;
mod cells;
mod checked;
mod columns;
mod cutter;
mod eight;
mod flat;
mod frames;
mod grid;
mod inputs;
mod journal;
mod known;
mod lines;
mod missing;
mod objects;
mod output;
mod parquet;
mod rejected;
mod room;
mod rows;
mod run;
mod summary;
mod trouble;
mod uneven;
mod worker;
mod written;

pub use crate::problem::TableError;
pub use arrow::row_schema;
pub use batches::Position;
pub use columns::Columns;
pub use frames::{Frame, judge_batches};
pub use inputs::{Format, Inputs};
pub use journal::unfinished;
pub use missing::missing_facts;
pub use output::files;
pub use parquet::is_guarded;
pub use rejected::Rejected;
pub use rows::{LineFormat, Row, RowColumn, RowFormat, RowShape, rows};
pub use run::{Job, Output, Terms, run};
pub use summary::Summary;
pub use written::Written;
