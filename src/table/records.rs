//! Parquet files as shipments: one a row, its columns nested or named by paths. The only place that knows the library.

use super::cells::{contradiction, put};
use super::columns::Columns;
use super::problem::TableError;
use crate::check::CheckedPolicy;
use crate::facts::JsonError;
use crate::source::{SourceId, Span};
use crate::value::{Date, Raw, RawKind};
use num_bigint::BigInt;
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// How deep groups lie within one another.
const DEEPEST: usize = 64;

/// How many digits stand behind the point of a decimal: those of 128 bits.
const MOST_PLACES: i32 = 38;

/// A row as it was read, and the columns of its file.
pub(super) struct Record {
    columns: Arc<Columns>,
    fields: Vec<(String, Field)>,
}

/// The rows of a file, from one on.
pub(super) struct Records {
    rows: RowIter<'static>,
    columns: Arc<Columns>,
}

/// Reads the columns of a file against the vocabulary.
///
/// # Errors
/// That it is no Parquet file; every column that the vocabulary has no place for, or of a type that cannot be kept exactly.
pub(super) fn columns(policy: &CheckedPolicy, path: &Path) -> Result<Columns, Vec<TableError>> {
    let file = open(path).map_err(|problem| vec![problem])?;
    let schema = file.metadata().file_metadata().schema_descr().root_schema().clone();
    let names: Vec<&str> = schema.get_fields().iter().map(|field| field.name()).collect();
    let mut problems: Vec<TableError> = schema.get_fields().iter().flat_map(|field| refused(field, field.name(), 0)).collect();
    let columns = Columns::nested(policy, &names);
    match columns {
        Ok(columns) if problems.is_empty() => return Ok(columns),
        Ok(_) => {}
        Err(more) => problems.extend(more),
    }
    Err(problems.into_iter().map(|problem| problem.in_file(path)).collect())
}

fn open(path: &Path) -> Result<SerializedFileReader<File>, TableError> {
    let file = File::open(path).map_err(|error| TableError::reading(path, &error))?;
    let read = guarded(|| SerializedFileReader::new(file));
    read.ok_or_else(|| broken(path))
}

/// What the library reads. It is written to fail by an error, and to panic where a file lies about itself: either way the file is broken.
fn guarded<T, E>(read: impl FnOnce() -> Result<T, E>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()?.ok()
}

fn broken(path: &Path) -> TableError {
    let help = "write it anew; `.parquet` is for files of Apache Parquet, plain or packed by Snappy";
    TableError::new("ukase::table::parquet", format!("{} is no Parquet file, or a broken one", path.display()), help)
}

/// The parts of a column whose type cannot be kept exactly, or is none of a fact.
fn refused(column: &Type, path: &str, depth: usize) -> Vec<TableError> {
    let refuse =
        |what: &str, help: &str| vec![TableError::new("ukase::table::column", format!("the column `{path}` holds {what}"), help)];
    if depth > DEEPEST {
        return refuse("groups within groups without end", "nest it less deep");
    }
    if column.is_group() {
        let inner = column.get_fields().iter();
        return inner.flat_map(|field| refused(field, &format!("{path}.{}", field.name()), depth + 1)).collect();
    }
    let info = column.get_basic_info();
    match (column.get_physical_type(), info.converted_type(), info.logical_type_ref()) {
        (Physical::FLOAT | Physical::DOUBLE, ..) => refuse(
            "binary fractions, which are not what was written: 0.1 is none of them",
            "write it as DECIMAL, or as text such as \"0.1\"",
        ),
        (Physical::INT96, ..) => refuse("times of day", "write a DATE, or text such as \"2025-12-01\""),
        (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS, _)
        | (_, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS | ConvertedType::INTERVAL, _)
        | (_, _, Some(LogicalType::Time { .. } | LogicalType::Timestamp { .. })) => {
            refuse("times of day", "write a DATE, or text such as \"2025-12-01\"")
        }
        (Physical::FIXED_LEN_BYTE_ARRAY, converted, _) if converted != ConvertedType::DECIMAL => {
            refuse("bytes that are no text", "write it as text, or as DECIMAL")
        }
        (_, ConvertedType::DECIMAL, _) if !(0..=MOST_PLACES).contains(&column.get_scale()) => {
            refuse("decimals of more places than can be kept", "write at most 38 digits")
        }
        _ => Vec::new(),
    }
}

impl Records {
    /// The rows behind so many.
    pub(super) fn open(path: &Path, columns: Arc<Columns>, behind: u64) -> Result<Records, TableError> {
        let file = open(path)?;
        let rows = RowIter::from_file_into(Box::new(file));
        let mut records = Records { rows, columns };
        for _ in 0..behind {
            records.next(path)?;
        }
        Ok(records)
    }

    /// The next row, if there is one.
    pub(super) fn next(&mut self, path: &Path) -> Result<Option<Record>, TableError> {
        let next = guarded(|| self.rows.next().transpose());
        let row = next.ok_or_else(|| broken(path))?;
        Ok(row.map(|row| Record { columns: self.columns.clone(), fields: row.into_columns() }))
    }
}

impl Record {
    /// The row as a shipment, as if somebody had written it in JSON; the span of a value says which column it is from.
    ///
    /// # Errors
    /// That a value is of a type that is none of a fact.
    pub(super) fn shipment(&self) -> Result<Raw, JsonError> {
        let mut members = Vec::new();
        for (at, ((_, field), column)) in self.fields.iter().zip(&self.columns.all).enumerate() {
            let span = Span::new(SourceId(0), at, at + 1);
            let raw = raw(field, span)?;
            if raw.kind != RawKind::Null {
                put(&mut members, &column.path, raw).map_err(|other| contradiction(&column.name, span, &other))?;
            }
        }
        Ok(Raw { kind: RawKind::Object(members), span: Span::new(SourceId(0), 0, 0) })
    }

    /// The `id`.
    pub(super) fn id(&self) -> Option<String> {
        match &self.fields.get(self.columns.id?)?.1 {
            Field::Str(text) => Some(text.clone()),
            Field::Int(number) => Some(number.to_string()),
            Field::Long(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

fn raw(field: &Field, span: Span) -> Result<Raw, JsonError> {
    let number = |text: String| RawKind::Number(text);
    let kind = match field {
        Field::Null => RawKind::Null,
        Field::Bool(truth) => RawKind::Truth(*truth),
        Field::Byte(value) => number(value.to_string()),
        Field::Short(value) => number(value.to_string()),
        Field::Int(value) => number(value.to_string()),
        Field::Long(value) => number(value.to_string()),
        Field::UByte(value) => number(value.to_string()),
        Field::UShort(value) => number(value.to_string()),
        Field::UInt(value) => number(value.to_string()),
        Field::ULong(value) => number(value.to_string()),
        Field::Decimal(value) => number(decimal(value.data(), value.scale())),
        Field::Str(text) => RawKind::Text(text.clone()),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => RawKind::Text(text.into()),
            Err(_) => return Err(unfit(span, "this is no UTF-8 text")),
        },
        Field::Date(days) if (Date::FIRST..=Date::LAST).contains(&Date(*days)) => RawKind::Text(Date(*days).to_string()),
        Field::Date(days) => return Err(unfit(span, &format!("{days} days after 1970-01-01 is no day of the calendar"))),
        Field::Group(row) => {
            let mut members = Vec::new();
            for (name, inner) in row.get_column_iter() {
                let inner = raw(inner, span)?;
                if inner.kind != RawKind::Null {
                    members.push((name.clone(), span, inner));
                }
            }
            RawKind::Object(members)
        }
        Field::ListInternal(list) => {
            RawKind::List(list.elements().iter().map(|inner| raw(inner, span)).collect::<Result<_, _>>()?)
        }
        _ => return Err(unfit(span, "this is of a type that is none of a fact")),
    };
    Ok(Raw { kind, span })
}

fn unfit(span: Span, message: &str) -> JsonError {
    let help = "write text, DECIMAL, whole numbers, BOOLEAN, DATE, lists and groups";
    JsonError { span, code: "ukase::table::cell", message: message.into(), help: Some(help.into()) }
}

/// A decimal as digits: its bytes are a whole number, the most significant first, and so many of its digits stand behind the point.
fn decimal(bytes: &[u8], scale: i32) -> String {
    let whole = BigInt::from_signed_bytes_be(bytes);
    let places = usize::try_from(scale.clamp(0, MOST_PLACES)).unwrap_or(0);
    let (sign, digits) = (if whole < BigInt::ZERO { "-" } else { "" }, whole.magnitude().to_string());
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (front, behind) = digits.split_at(digits.len() - places);
    if behind.is_empty() { format!("{sign}{front}") } else { format!("{sign}{front}.{behind}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_kept_exactly() {
        assert_eq!(decimal(&[0x00, 0x01], 4), "0.0001");
        assert_eq!(decimal(&[0xff, 0xff], 2), "-0.01");
        assert_eq!(decimal(&[0x30, 0x39], 2), "123.45");
        assert_eq!(decimal(&[0x30, 0x39], 0), "12345");
        assert_eq!(decimal(&[], 3), "0.000");
    }
}
