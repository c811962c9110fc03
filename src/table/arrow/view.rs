//! An array, looked into once for all of its rows; and a row of it as somebody would have written it.

use crate::facts::JsonError;
use crate::source::Span;
use crate::value::{Date, Raw, RawKind};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BinaryArray, BooleanArray, GenericListArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray,
};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;
use std::ops::Range;

/// An array, by the type of its values.
pub(in crate::table) struct View<'a> {
    array: &'a dyn Array,
    nulls: Option<&'a NullBuffer>,
    of: Of<'a>,
}

enum Of<'a> {
    Nothing,
    Truth(&'a BooleanArray),
    Whole(Whole<'a>),
    Decimal(&'a PrimitiveArray<Decimal128Type>, u32),
    Day(&'a PrimitiveArray<Date32Type>),
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Bytes(&'a BinaryArray),
    Dictionary(Box<dyn Fn(usize) -> Option<usize> + 'a>, Box<View<'a>>),
    Group(Vec<(&'a str, View<'a>)>),
    List(&'a GenericListArray<i32>, Box<View<'a>>),
    LargeList(&'a GenericListArray<i64>, Box<View<'a>>),
    Other,
}

/// Whole numbers of any width.
enum Whole<'a> {
    I8(&'a PrimitiveArray<Int8Type>),
    I16(&'a PrimitiveArray<Int16Type>),
    I32(&'a PrimitiveArray<Int32Type>),
    I64(&'a PrimitiveArray<Int64Type>),
    U8(&'a PrimitiveArray<UInt8Type>),
    U16(&'a PrimitiveArray<UInt16Type>),
    U32(&'a PrimitiveArray<UInt32Type>),
    U64(&'a PrimitiveArray<UInt64Type>),
}

/// What stands on a row.
pub(super) enum Seen<'v, 'a> {
    Nothing,
    Truth(bool),
    Whole(i128),
    /// An integer, and how many of its digits stand behind the point.
    Decimal(i128, u32),
    Day(Date),
    Text(&'a str),
    Bytes(&'a [u8]),
    Group(&'v [(&'a str, View<'a>)]),
    /// The rows of an array.
    List(&'v View<'a>, Range<usize>),
    /// It is none of a fact.
    Other,
}

impl<'a> View<'a> {
    pub(in crate::table) fn new(array: &'a dyn Array) -> View<'a> {
        let whole = |whole: Whole<'a>| Of::Whole(whole);
        let of = match array.data_type() {
            DataType::Null => Of::Nothing,
            DataType::Boolean => Of::Truth(array.as_boolean()),
            DataType::Int8 => whole(Whole::I8(array.as_primitive())),
            DataType::Int16 => whole(Whole::I16(array.as_primitive())),
            DataType::Int32 => whole(Whole::I32(array.as_primitive())),
            DataType::Int64 => whole(Whole::I64(array.as_primitive())),
            DataType::UInt8 => whole(Whole::U8(array.as_primitive())),
            DataType::UInt16 => whole(Whole::U16(array.as_primitive())),
            DataType::UInt32 => whole(Whole::U32(array.as_primitive())),
            DataType::UInt64 => whole(Whole::U64(array.as_primitive())),
            DataType::Decimal128(_, places) => {
                u32::try_from(*places).map_or(Of::Other, |places| Of::Decimal(array.as_primitive(), places))
            }
            DataType::Date32 => Of::Day(array.as_primitive()),
            DataType::Utf8 => Of::Text(array.as_string()),
            DataType::LargeUtf8 => Of::LargeText(array.as_string()),
            DataType::Utf8View => Of::TextView(array.as_string_view()),
            DataType::Binary => Of::Bytes(array.as_binary()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let keys = View::new(dictionary.keys());
                let key = move |row: usize| match keys.seen(row) {
                    Seen::Whole(key) => usize::try_from(key).ok(),
                    _ => None,
                };
                Of::Dictionary(Box::new(key), Box::new(View::new(dictionary.values().as_ref())))
            }
            DataType::Struct(fields) => {
                let columns = array.as_struct().columns();
                Of::Group(fields.iter().zip(columns).map(|(field, column)| (field.name().as_str(), View::new(column))).collect())
            }
            DataType::List(_) => Of::List(array.as_list(), Box::new(View::new(array.as_list::<i32>().values()))),
            DataType::LargeList(_) => Of::LargeList(array.as_list(), Box::new(View::new(array.as_list::<i64>().values()))),
            _ => Of::Other,
        };
        View { array, nulls: array.nulls(), of }
    }

    /// What stands on a row.
    pub(super) fn seen(&self, row: usize) -> Seen<'_, 'a> {
        if self.nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return Seen::Nothing;
        }
        match &self.of {
            Of::Nothing => Seen::Nothing,
            Of::Truth(array) => Seen::Truth(array.value(row)),
            Of::Whole(whole) => Seen::Whole(whole.value(row)),
            Of::Decimal(array, places) => Seen::Decimal(array.value(row), *places),
            Of::Day(array) => Seen::Day(Date(array.value(row))),
            Of::Text(array) => Seen::Text(array.value(row)),
            Of::LargeText(array) => Seen::Text(array.value(row)),
            Of::TextView(array) => Seen::Text(array.value(row)),
            Of::Bytes(array) => Seen::Bytes(array.value(row)),
            Of::Dictionary(key, values) => key(row).map_or(Seen::Other, |key| values.seen(key)),
            Of::Group(members) => Seen::Group(members),
            Of::List(array, values) => {
                let offsets = array.value_offsets();
                Seen::List(values, offsets[row] as usize..offsets[row + 1] as usize)
            }
            Of::LargeList(array, values) => {
                let offsets = array.value_offsets();
                Seen::List(values, offsets[row] as usize..offsets[row + 1] as usize)
            }
            Of::Other => Seen::Other,
        }
    }

    /// How many single values stand on some rows; nulls are none.
    pub(in crate::table) fn values(&self, rows: Range<usize>) -> usize {
        match &self.of {
            Of::Group(members) => members.iter().map(|(_, view)| view.values(rows.clone())).sum(),
            Of::List(array, values) => {
                let offsets = array.value_offsets();
                values.values(offsets[rows.start] as usize..offsets[rows.end] as usize)
            }
            Of::LargeList(array, values) => {
                let offsets = array.value_offsets();
                values.values(offsets[rows.start] as usize..offsets[rows.end] as usize)
            }
            _ => rows.len() - self.nulls.map_or(0, |nulls| nulls.slice(rows.start, rows.len()).null_count()),
        }
    }

    /// Truths.
    pub(super) fn truths(&self) -> Option<&'a BooleanArray> {
        match self.of {
            Of::Truth(array) => Some(array),
            _ => None,
        }
    }

    /// Plain texts.
    pub(super) fn texts(&self) -> Option<&'a StringArray> {
        match self.of {
            Of::Text(array) => Some(array),
            _ => None,
        }
    }

    /// Days, as those after 1970-01-01.
    pub(super) fn days(&self) -> Option<&'a PrimitiveArray<Date32Type>> {
        match self.of {
            Of::Day(array) => Some(array),
            _ => None,
        }
    }

    /// Decimals, and how many of their digits stand behind the point.
    pub(super) fn decimals(&self) -> Option<(&'a PrimitiveArray<Decimal128Type>, u32)> {
        match &self.of {
            Of::Decimal(array, places) => Some((array, *places)),
            _ => None,
        }
    }

    /// Texts by their places in a dictionary, as they are read from files: for each row a place, and the texts.
    pub(super) fn words(&self) -> Option<(&'a PrimitiveArray<Int32Type>, &'a StringArray)> {
        let dictionary = self.array.as_dictionary_opt::<Int32Type>()?;
        Some((dictionary.keys(), dictionary.values().as_string_opt()?))
    }

    /// A row as somebody would have written it in JSON.
    ///
    /// # Errors
    /// That a value is of a type that is none of a fact.
    pub(in crate::table) fn raw(&self, row: usize, span: Span) -> Result<Raw, JsonError> {
        let kind = match self.seen(row) {
            Seen::Nothing => RawKind::Null,
            Seen::Truth(truth) => RawKind::Truth(truth),
            Seen::Whole(whole) => RawKind::Number(whole.to_string()),
            Seen::Decimal(whole, places) => RawKind::Number(decimal(whole, places)),
            Seen::Day(day) if (Date::FIRST..=Date::LAST).contains(&day) => RawKind::Text(day.to_string()),
            Seen::Day(day) => return Err(unfit(span, &format!("{} days after 1970-01-01 is no day of the calendar", day.0))),
            Seen::Text(text) => RawKind::Text(text.into()),
            Seen::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => RawKind::Text(text.into()),
                Err(_) => return Err(unfit(span, "this is no UTF-8 text")),
            },
            Seen::Group(members) => {
                let mut found = Vec::new();
                for (name, view) in members {
                    let inner = view.raw(row, span)?;
                    if inner.kind != RawKind::Null {
                        found.push((name.to_string(), span, inner));
                    }
                }
                RawKind::Object(found)
            }
            Seen::List(view, rows) => RawKind::List(rows.map(|row| view.raw(row, span)).collect::<Result<_, _>>()?),
            Seen::Other => return Err(unfit(span, "this is of a type that is none of a fact")),
        };
        Ok(Raw { kind, span })
    }
}

impl Whole<'_> {
    fn value(&self, row: usize) -> i128 {
        match self {
            Whole::I8(array) => array.value(row).into(),
            Whole::I16(array) => array.value(row).into(),
            Whole::I32(array) => array.value(row).into(),
            Whole::I64(array) => array.value(row).into(),
            Whole::U8(array) => array.value(row).into(),
            Whole::U16(array) => array.value(row).into(),
            Whole::U32(array) => array.value(row).into(),
            Whole::U64(array) => array.value(row).into(),
        }
    }
}

fn unfit(span: Span, message: &str) -> JsonError {
    let help = "write text, DECIMAL, whole numbers, BOOLEAN, DATE, lists and groups";
    JsonError { span, code: "ukase::table::cell", message: message.into(), help: Some(help.into()) }
}

/// A decimal as digits: so many of those of an integer stand behind the point.
fn decimal(whole: i128, places: u32) -> String {
    let places = places as usize;
    let sign = if whole < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", whole.unsigned_abs(), width = places + 1);
    let (front, behind) = digits.split_at(digits.len() - places);
    if behind.is_empty() { format!("{sign}{front}") } else { format!("{sign}{front}.{behind}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_kept_exactly() {
        assert_eq!(decimal(1, 4), "0.0001");
        assert_eq!(decimal(-1, 2), "-0.01");
        assert_eq!(decimal(12345, 2), "123.45");
        assert_eq!(decimal(12345, 0), "12345");
        assert_eq!(decimal(0, 3), "0.000");
    }
}
