//! What may be unknown of a shipment, and the ways in which it may turn out.

use crate::facts::Place;
use crate::value::{Date, Value};

/// Something that is not known and may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// The reading of a question.
    Question(usize),
    /// The day judged.
    Day,
    /// A fact.
    Fact(Place),
    /// The elements of a list.
    List(Place),
}

impl Unknown {
    /// It is the elements of a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Unknown::List(_))
    }
}

/// One way in which an unknown may turn out.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// The question is read so.
    Reading(usize),
    /// The day.
    Day(Date),
    /// The fact.
    Fact(Value),
    /// So many elements that nobody named.
    Elements(usize),
}
