//! What a policy can say of a shipment: records, their fields, and the words of enums.

use super::types::{FieldId, RecordId, Type};
use crate::source::Span;
use crate::syntax::ast::Title;
use crate::value::{Date, Value};
use std::collections::BTreeMap;

/// A word of a scale, an enum, or a reading.
#[derive(Debug, Clone)]
pub struct Word {
    /// As it is written.
    pub name: String,
    /// Its texts.
    pub title: Title,
    /// Where it is declared.
    pub span: Span,
}

/// `record …`, `facts …`
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The field that alone may stand for it.
    pub key: Option<FieldId>,
    /// The field by which categories classify it.
    pub classified_by: Option<FieldId>,
    /// Where it is declared.
    pub span: Span,
}

impl Record {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What is assumed where nothing is given.
    pub default: Option<Value>,
    /// The field whose value counts where nothing is given.
    pub inherits: Option<Inherits>,
    /// The table that fills it in.
    pub lookup: Option<Lookup>,
    /// Over one list these shares add up to the whole at most.
    pub of_whole: bool,
    /// The question to a person.
    pub ask: Title,
    /// Its documentation.
    pub doc: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// The table of a policy that adds elements to a list: those of its rows that have the name of the record.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The field beside the list by which rows are found.
    pub by: FieldId,
    /// The rows by what stands in that column.
    pub rows: BTreeMap<String, Vec<Listed>>,
}

/// A row of such a table.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What it says of the fields of an element.
    pub cells: Vec<(FieldId, Value)>,
    /// The day from which it is known; it always was where there is none.
    pub known: Option<Date>,
    /// Where it stands.
    pub span: Span,
}

/// Where a field has its value from while it has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inherits {
    /// The shipment.
    Shipment(FieldId),
    /// Another field of the same row.
    Beside(FieldId),
}

/// `enum …`
#[derive(Debug, Clone)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its variants, in the order of the text.
    pub words: Vec<Word>,
    /// The order means something.
    pub ordered: bool,
    /// Other words are allowed.
    pub open: bool,
    /// Where it is declared.
    pub span: Span,
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
}
