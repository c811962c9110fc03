//! Types of expressions and facts.

use super::policy::{Enum, Record};
use crate::value::{Dimension, Number, Range, Value};

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
    /// The words for a person.
    pub fn describe(&self, records: &[Record], enums: &[Enum]) -> String {
        let record = |id: &RecordId| records.get(*id).map_or("record", |record| record.name.as_str()).to_string();
        match self {
            Type::Truth => "a truth".into(),
            Type::Integer => "an integer".into(),
            Type::Decimal => "a decimal".into(),
            Type::Percent => "a percent".into(),
            Type::Money => "money".into(),
            Type::Quantity(dimension) => format!("a quantity in {dimension}"),
            Type::Date => "a date".into(),
            Type::Duration => "a length of time".into(),
            Type::Text => "a text".into(),
            Type::Country => "a country".into(),
            Type::Code => "a code".into(),
            Type::Enum(id) => enums.get(*id).map_or("a word".into(), |one| format!("a word of `{}`", one.name)),
            Type::Set(of) => format!("a set ({} each)", of.describe(records, enums)),
            Type::List(id) => format!("a list of `{}`", record(id)),
            Type::Register(id) => format!("a register of `{}`", record(id)),
            Type::Record(id) => format!("a `{}`", record(id)),
        }
    }

    /// Compared by `<` and added up as numbers are.
    pub fn is_number(&self) -> bool {
        matches!(self, Type::Integer | Type::Decimal | Type::Percent | Type::Money | Type::Quantity(_))
    }

    /// What is known of a fact of this type that nobody stated: amounts are not negative, shares are at most the whole.
    pub fn unstated(&self) -> Value {
        match self {
            Type::Percent => Value::Range(Box::new(Range::up_to(Number::ONE))),
            Type::Integer | Type::Decimal | Type::Quantity(_) => Value::Range(Box::new(Range::not_negative())),
            Type::Truth => Value::Truth(Default::default()),
            _ => Value::Unknown,
        }
    }
}
