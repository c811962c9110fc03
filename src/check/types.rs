//! Types of expressions and facts.

use crate::value::{Bounds, Dimension, Value};

/// The place of a record in [`CheckedPolicy::records`](super::CheckedPolicy::records); the shipment is 0.
pub type RecordId = usize;
/// The place of a field in its record.
pub type FieldId = usize;

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `truth`
    Truth,
    /// `integer`
    Integer,
    /// `decimal`
    Decimal,
    /// `percent`
    Percent,
    /// `money`
    Money,
    /// `quantity in kg`
    Quantity(Dimension),
    /// `date`
    Date,
    /// `30 days`
    Duration,
    /// `text`
    Text,
    /// `country`
    Country,
    /// `code`
    Code,
    /// An enum, by its place.
    Enum(usize),
    /// `set of …`
    Set(Box<Type>),
    /// `list of item`
    List(RecordId),
    /// `register of party`
    Register(RecordId),
    /// `party`
    Record(RecordId),
}

impl Type {
    /// Compared by `<` and added up as numbers are.
    pub fn is_number(&self) -> bool {
        matches!(self, Type::Integer | Type::Decimal | Type::Percent | Type::Money | Type::Quantity(_))
    }

    /// What is known of a fact of this type that nobody stated: amounts are not negative, shares are at most the whole.
    pub fn unstated(&self) -> Value {
        match self {
            Type::Percent => Value::Range(Bounds::whole()),
            Type::Integer | Type::Decimal | Type::Quantity(_) => Value::Range(Bounds::not_negative()),
            Type::Truth => Value::Truth(Default::default()),
            _ => Value::Unknown,
        }
    }
}
