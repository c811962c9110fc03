//! The columns of a batch against the vocabulary: which fact each holds, and which cannot be kept exactly.

use crate::check::{CheckedPolicy, FieldId};
use crate::problem::TableError;
use crate::table::columns::{Columns, Step};
use arrow_schema::{DataType, Field, Schema};

/// How deep arrays lie within one another.
const DEEPEST: usize = 64;
/// How many digits stand behind the point of a decimal: those of 128 bits.
const MOST_PLACES: i8 = 38;

/// Where the columns of a batch belong.
#[derive(Debug, Clone)]
pub(in crate::table) struct Arrays {
    /// For each column the fields that lead to its fact; none where it names a place in a list: such a row is read by itself. Empty: the `id`.
    pub(super) paths: Vec<Option<Vec<FieldId>>>,
    /// A fact has several places here: whether they say the same is seen where each row is read by itself.
    pub(super) is_said_twice: bool,
}

/// Reads the columns of a schema against the vocabulary.
///
/// # Errors
/// Every column that the vocabulary has no place for, or of a type that cannot be kept exactly.
pub(in crate::table) fn columns(policy: &CheckedPolicy, schema: &Schema) -> Result<Columns, Vec<TableError>> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut problems: Vec<TableError> = schema.fields().iter().flat_map(|field| refused(field, field.name(), 0)).collect();
    match Columns::nested(policy, &names) {
        Ok(columns) if problems.is_empty() => {
            let paths: Vec<_> = columns.all.iter().map(|column| path(policy, &column.path)).collect();
            let is_said_twice = overlap(&paths) || schema.fields().iter().any(|field| repeats(field));
            Ok(Columns { arrays: Some(Arrays { paths, is_said_twice }), ..columns })
        }
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

/// One of the paths leads through another, or to the same fact.
fn overlap(paths: &[Option<Vec<FieldId>>]) -> bool {
    let known: Vec<&Vec<FieldId>> = paths.iter().flatten().filter(|path| !path.is_empty()).collect();
    known
        .iter()
        .enumerate()
        .any(|(at, path)| known.iter().enumerate().any(|(other, longer)| other != at && longer.starts_with(path)))
}

/// A group has two members of one name.
fn repeats(field: &Field) -> bool {
    match field.data_type() {
        DataType::Struct(members) => {
            let twice = |at: usize| members.iter().skip(at + 1).any(|other| other.name() == members[at].name());
            (0..members.len()).any(twice) || members.iter().any(|member| repeats(member))
        }
        DataType::List(of) | DataType::LargeList(of) => repeats(of),
        _ => false,
    }
}

fn path(policy: &CheckedPolicy, steps: &[Step]) -> Option<Vec<FieldId>> {
    let mut record = 0;
    let mut found = Vec::new();
    for step in steps {
        let Step::Field(name) = step else { return None };
        if name == "id" && record == 0 {
            return Some(Vec::new());
        }
        let field = policy.records[record].field(name)?;
        if let crate::check::Type::Record(to) = policy.records[record].fields[field].ty {
            record = to;
        }
        found.push(field);
    }
    Some(found)
}

/// The parts of a column whose type cannot be kept exactly, or is none of a fact.
fn refused(field: &Field, path: &str, depth: usize) -> Vec<TableError> {
    let refuse =
        |what: &str, help: &str| vec![TableError::new("ukase::table::column", format!("the column `{path}` holds {what}"), help)];
    if depth > DEEPEST {
        return refuse("groups within groups without end", "nest it less deep");
    }
    match field.data_type() {
        DataType::Struct(fields) => {
            fields.iter().flat_map(|field| refused(field, &format!("{path}.{}", field.name()), depth + 1)).collect()
        }
        DataType::List(of) | DataType::LargeList(of) => refused(of, path, depth + 1),
        DataType::Dictionary(_, of) => refused(&Field::new(path, of.as_ref().clone(), true), path, depth + 1),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => refuse(
            "binary fractions, which are not what was written: none of them is 0.1",
            "write it as DECIMAL, or as text: \"0.1\"; amounts with a unit or a currency as text: \"2.5 kg\", \"70.00 USD\"",
        ),
        DataType::Timestamp(..)
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Date64
        | DataType::Duration(_)
        | DataType::Interval(_) => refuse("times of day", "write a DATE, or text such as \"2025-12-01\""),
        DataType::FixedSizeBinary(_) => refuse("bytes that are no text", "write it as text, or as DECIMAL"),
        DataType::Decimal128(_, places) if !(0..=MOST_PLACES).contains(places) => {
            refuse("decimals of more places than can be kept", "write at most 38 digits")
        }
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Date32
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::Decimal128(..) => Vec::new(),
        other => refuse(
            &format!("values of the type {other}"),
            "write text, DECIMAL of at most 38 digits, whole numbers, BOOLEAN, DATE, lists and groups",
        ),
    }
}
