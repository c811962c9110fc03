//! Facts: what is known of one shipment, as tables that a program can read.

mod builder;
mod document;
mod json;
mod load;
mod lookup;
mod scalar;
mod schema;
mod shipments;
mod table;
mod written;

pub use builder::{Builder, RowId, Written};
pub use document::{Document, documents, id_of};
pub use json::{DEEPEST, JsonError, NO_TEXT, read_json};
pub use load::{Background, load, load_with};
pub use schema::schema;
pub use shipments::{Cells, Lists, Shipments};
pub use table::{Cell, Facts, Origin, Place};
pub(crate) use written::json_of;
pub use written::{written, written_as_assumed};
