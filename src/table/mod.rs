//! Files of shipments: read in batches, judged side by side, verdicts written in the order of the shipments. The first floor that touches
//! files of any size.

mod batches;
mod cells;
mod columns;
mod cutter;
mod flat;
mod journal;
mod known;
mod lines;
mod output;
mod problem;
mod records;
mod rejected;
mod rendered;
mod row;
mod run;
mod summary;
mod worker;
mod written;

pub use batches::{Format, Inputs, Position};
pub use columns::Columns;
pub use problem::TableError;
pub use rejected::Rejected;
pub use row::{Row, RowFormat, rows};
pub use run::{Job, Output, run};
pub use summary::Summary;
pub use written::Written;
