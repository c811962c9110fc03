//! The columns of a batch against the vocabulary: which fact each holds, and which cannot be kept exactly.

use crate::check::{CheckedPolicy, FieldId, Type};
use crate::problem::TableError;
use crate::table::columns::{Columns, Step, unknown};
use arrow_schema::{DataType, Field, Fields, Schema};
use std::collections::BTreeMap;
use std::sync::Arc;

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
/// Every column that the vocabulary has no place for, of a type that cannot be kept exactly, or of another type than its fact.
pub(in crate::table) fn columns(policy: &CheckedPolicy, schema: &Schema) -> Result<Columns, Vec<TableError>> {
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let columns = Columns::nested(policy, &names);
    let of_shipment = &policy.records[0];
    let misfits = |(at, field): (usize, &Arc<Field>)| {
        let plain = || of_shipment.field(field.name()).map(|field| &of_shipment.fields[field].ty);
        let ty = columns.as_ref().map_or_else(|_| plain(), |columns| Some(&columns.all[at].ty));
        misfits(policy, field, ty, field.name(), 0)
    };
    let mut problems: Vec<TableError> = schema.fields().iter().enumerate().flat_map(misfits).collect();
    match columns {
        Ok(columns) if problems.is_empty() => {
            let paths: Vec<_> = columns.all.iter().map(|column| path(policy, &column.path)).collect();
            let is_said_twice = overlap(&paths) || schema.fields().iter().any(|field| repeats(field));
            let mut stated = BTreeMap::new();
            for (column, field) in columns.all.iter().zip(schema.fields()) {
                within(field, &column.name, column.fields().map(String::from).collect(), &mut stated);
            }
            Ok(Columns { arrays: Some(Arrays { paths, is_said_twice }), stated, ..columns })
        }
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

/// The facts within a column, each with what it is called.
fn within(field: &Field, name: &str, path: Vec<String>, stated: &mut BTreeMap<Vec<String>, String>) {
    match field.data_type() {
        DataType::Struct(members) if !members.iter().any(|member| member.name() == "ref") => {
            for member in members {
                let path = path.iter().chain([member.name()]).cloned().collect();
                within(member, &format!("{name}.{}", member.name()), path, stated);
            }
        }
        DataType::List(of) | DataType::LargeList(of) => {
            let name = if matches!(of.data_type(), DataType::Struct(_)) { format!("{name}[]") } else { name.into() };
            within(of, &name, path, stated);
        }
        _ => _ = stated.entry(path).or_insert_with(|| name.into()),
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
        if let Type::Record(to) = policy.records[record].fields[field].ty {
            record = to;
        }
        found.push(field);
    }
    Some(found)
}

/// The parts of a column whose type cannot be kept exactly, is none of a fact, or none of the fact that they hold; where it is not known which that
/// is, each row tells.
fn misfits(policy: &CheckedPolicy, field: &Field, ty: Option<&Type>, path: &str, depth: usize) -> Vec<TableError> {
    let refuse =
        |what: &str, help: &str| vec![TableError::new("ukase::table::column", format!("the column `{path}` holds {what}"), help)];
    if depth > DEEPEST {
        return refuse("groups within groups without end", "nest it less deep");
    }
    let held = match field.data_type() {
        DataType::Null => return Vec::new(),
        DataType::Dictionary(_, of) => return misfits(policy, &Field::new(path, of.as_ref().clone(), true), ty, path, depth + 1),
        DataType::Struct(members) => return groups(policy, members, ty, path, depth),
        DataType::List(of) | DataType::LargeList(of) => return lists(policy, of, ty, path, depth),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            return refuse(
                "binary fractions, which are not what was written: none of them is 0.1",
                "write it as DECIMAL, or as text: \"0.1\"; amounts with a unit or a currency as text: \"2.5 kg\", \"70.00 USD\"",
            );
        }
        DataType::Timestamp(..)
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Date64
        | DataType::Duration(_)
        | DataType::Interval(_) => return refuse("times of day", "write a DATE, or text such as \"2025-12-01\""),
        DataType::FixedSizeBinary(_) => return refuse("bytes that are no text", "write it as text, or as DECIMAL"),
        DataType::Decimal128(_, places) if !(0..=MOST_PLACES).contains(places) => {
            return refuse("decimals of more places than can be kept", "write at most 38 digits");
        }
        DataType::Boolean => Held::Truths,
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Decimal128(..) => Held::Numbers,
        DataType::Date32 => Held::Days,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Binary => Held::Texts,
        other => {
            return refuse(
                &format!("values of the type {other}"),
                "write text, DECIMAL of at most 38 digits, whole numbers, BOOLEAN, DATE, lists and groups",
            );
        }
    };
    match ty {
        // What a shipment is called may be a number or a day, whatever the vocabulary says.
        Some(_) if path == "id" && !matches!(held, Held::Truths) => Vec::new(),
        Some(ty) if !held.fits(ty) => vec![other_type(policy, held.name(), ty, path)],
        _ => Vec::new(),
    }
}

/// What a column holds whose values have no parts.
#[derive(Clone, Copy)]
enum Held {
    Truths,
    Numbers,
    Days,
    Texts,
}

impl Held {
    fn fits(self, ty: &Type) -> bool {
        match self {
            Held::Truths => matches!(ty, Type::Truth),
            Held::Numbers => matches!(ty, Type::Integer | Type::Decimal | Type::Percent),
            Held::Days => matches!(ty, Type::Date | Type::Text),
            // As a cell of a table says it.
            Held::Texts => !matches!(ty, Type::Record(_)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Held::Truths => "truths",
            Held::Numbers => "numbers",
            Held::Days => "days",
            Held::Texts => "texts",
        }
    }
}

/// The parts of a column of groups that do not fit.
fn groups(policy: &CheckedPolicy, members: &Fields, ty: Option<&Type>, path: &str, depth: usize) -> Vec<TableError> {
    let inner = |member: &Field, ty: Option<&Type>| misfits(policy, member, ty, &format!("{path}.{}", member.name()), depth + 1);
    match ty {
        None => members.iter().flat_map(|member| inner(member, None)).collect(),
        Some(Type::Record(record)) => {
            let of = &policy.records[*record];
            let member = |member: &Field| match of.field(member.name()) {
                Some(field) => inner(member, Some(&of.fields[field].ty)),
                // Which party of those that are named elsewhere.
                None if member.name() == "ref" => inner(member, Some(&Type::Text)),
                None => vec![unknown(policy, *record, &format!("{path}.{}", member.name()), member.name())],
            };
            members.iter().flat_map(|one| member(one)).collect()
        }
        Some(Type::Register(record)) => members.iter().flat_map(|member| inner(member, Some(&Type::Record(*record)))).collect(),
        Some(ty) => vec![other_type(policy, "groups", ty, path)],
    }
}

/// The parts of a column of lists that do not fit.
fn lists(policy: &CheckedPolicy, of: &Field, ty: Option<&Type>, path: &str, depth: usize) -> Vec<TableError> {
    match ty {
        None => misfits(policy, of, None, path, depth + 1),
        Some(Type::Set(of_set)) => misfits(policy, of, Some(of_set), path, depth + 1),
        Some(Type::List(record)) => {
            // A text names an element, or leaves the list open.
            let ty = Type::Record(*record);
            misfits(policy, of, if is_text(of.data_type()) { None } else { Some(&ty) }, path, depth + 1)
        }
        Some(ty) => vec![other_type(policy, "lists", ty, path)],
    }
}

fn is_text(ty: &DataType) -> bool {
    match ty {
        DataType::Dictionary(_, of) => is_text(of),
        ty => matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Binary),
    }
}

/// A column holds something else than its fact.
fn other_type(policy: &CheckedPolicy, held: &str, ty: &Type, path: &str) -> TableError {
    let message = format!("the column `{path}` holds {held}, and {} is expected", ty.describe(&policy.records, &policy.enums));
    let help = match ty {
        Type::Truth => "write BOOLEAN, or `true` and `false` as text".into(),
        Type::Integer | Type::Decimal | Type::Percent => "write DECIMAL, whole numbers, or text".into(),
        Type::Quantity(unit) => format!("write amounts with their unit, as text: \"2.5 {unit}\""),
        Type::Money => "write amounts with their currency, as text: \"70.00 USD\"".into(),
        Type::Date => "write DATE, or text such as \"2025-12-01\"".into(),
        Type::Set(_) => "write a LIST of texts".into(),
        Type::List(_) => "write a LIST of groups (STRUCT)".into(),
        Type::Record(_) | Type::Register(_) => "write a group (STRUCT) of its fields".into(),
        Type::Duration | Type::Text | Type::Country | Type::Code | Type::Enum(_) => "write it as text".to_string(),
    };
    TableError::new("ukase::table::column", message, help)
}
