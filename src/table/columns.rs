//! The columns of a flat file: paths into the vocabulary, checked before the first row is read.

use super::arrow::Arrays;
use super::flat::Flat;
use crate::check::{CheckedPolicy, RecordId, Type};
use crate::diagnostic::nearest;
use crate::problem::TableError;
use std::collections::{BTreeMap, BTreeSet};

/// The most elements that a path may count in one list: `items[99]`.
const MOST_ELEMENTS: usize = 100;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A field of a record.
    Field(String),
    /// An element of a list, from 0.
    Element(usize),
}

/// A column, and what it holds.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// As the file has it: `items[0].end_user.military`.
    pub(super) name: String,
    pub(super) path: Vec<Step>,
    pub(super) ty: Type,
}

impl Column {
    /// The fields that its path leads through, wherever in a list.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.path.iter().filter_map(|step| match step {
            Step::Field(name) => Some(name.as_str()),
            Step::Element(_) => None,
        })
    }

    /// It names a place in a list: `items[0].value`.
    fn is_place_in(&self, list: &str) -> bool {
        self.path.first() == Some(&Step::Field(list.into())) && self.name.starts_with(&format!("{list}["))
    }
}

/// The columns of a file, in its order.
#[derive(Debug, Clone)]
pub struct Columns {
    pub(super) all: Vec<Column>,
    /// The facts that they state, wherever in a list, each with what it is called there; of columns that hold records and lists what lies within.
    pub(super) stated: BTreeMap<Vec<String>, String>,
    /// The place of `id`.
    pub(super) id: Option<usize>,
    /// The list of which a line holds one element, where it does: `items`, for columns such as `item.value`.
    pub(super) each: Option<String>,
    /// Where the cells of a line belong, if lines can be read straight into columns.
    pub(super) flat: Option<Flat>,
    /// Where the columns of a batch of arrays belong.
    pub(super) arrays: Option<Arrays>,
}

impl Columns {
    /// Reads the names of columns against the vocabulary of a policy.
    ///
    /// # Errors
    /// Every name that is no path into the vocabulary, with the one that was probably meant; names that stand twice; lines of items without an
    /// `id` to say which belong together.
    ///
    /// ```
    /// use ukase::{check::check, source::Sources, table::Columns};
    /// let text = r#"
    /// policy tiny "A tiny policy"
    /// language 1
    /// outcomes from loosest to strictest { free licence }
    /// facts shipment { date date   destination country }
    /// instrument 1 "A law" { published 2025-01-01 }
    /// clause I "To the far north" when destination is IS then licence
    /// "#;
    /// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
    /// let policy = policy.unwrap();
    /// assert!(Columns::new(&policy, &["id", "date", "destination"]).is_ok());
    /// let problems = Columns::new(&policy, &["id", "destinaton"]).unwrap_err();
    /// assert!(problems[0].help.as_ref().unwrap().contains("destination"));
    /// ```
    pub fn new<S: AsRef<str>>(policy: &CheckedPolicy, names: &[S]) -> Result<Columns, Vec<TableError>> {
        let mut columns = Columns { all: Vec::new(), stated: BTreeMap::new(), id: None, each: None, flat: None, arrays: None };
        let (mut problems, mut seen) = (Vec::new(), BTreeSet::new());
        if let Some(problem) = parted_otherwise(names) {
            return Err(vec![problem]);
        }
        for (at, name) in names.iter().map(AsRef::as_ref).enumerate() {
            if name.is_empty() {
                let message = format!("column {} has no name", at + 1);
                problems.push(wrong(message, "name it, or leave out the comma that begins it, on every line"));
                continue;
            }
            if !seen.insert(name) {
                problems.push(wrong(format!("the column `{name}` stands there twice"), "keep one of them"));
                continue;
            }
            if name == "id" {
                columns.id = Some(at);
            }
            match columns.column(policy, name) {
                Ok(column) => {
                    let fact = column.fields().map(String::from).collect();
                    columns.stated.entry(fact).or_insert_with(|| column.name.clone());
                    columns.all.push(column);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if let (Some(each), None) = (&columns.each, columns.id) {
            let message = format!("each line holds one of `{each}`, and no column `id` says which lines are one shipment");
            problems.push(wrong(message, "add a column `id`"));
        }
        let both = columns.each.iter().flat_map(|each| columns.all.iter().filter(move |column| column.is_place_in(each)));
        problems.extend(both.map(|column| {
            wrong(
                format!("the column `{}`: each line holds one of this list already", column.name),
                "begin all columns of items with `item.`",
            )
        }));
        columns.flat = if problems.is_empty() { Flat::new(policy, &columns) } else { None };
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    /// The same of columns that may hold whole records and lists.
    ///
    /// # Errors
    /// Those of [`Columns::new`].
    pub(super) fn nested(policy: &CheckedPolicy, names: &[&str]) -> Result<Columns, Vec<TableError>> {
        if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
            return Err(vec![wrong(format!("the column `{}` stands there twice", twice.1), "keep one of them")]);
        }
        // Its `id` says which lines of a flat file belong together, also where the vocabulary has it.
        let plain = |name: &&str| **name != *"id" && policy.records[0].field(name).is_some();
        let of_shipment = |name: &str| policy.records[0].field(name).map(|field| policy.records[0].fields[field].ty.clone());
        let whole = |name: &str| Column {
            name: name.into(),
            path: vec![Step::Field(name.into())],
            ty: of_shipment(name).unwrap_or(Type::Text),
        };
        let paths: Vec<&str> = names.iter().filter(|name| !plain(name)).copied().collect();
        let flat = Columns::new(policy, &paths)?;
        if let Some(each) = &flat.each {
            let help =
                format!("nest the list of {each}, or name the places in it: {each}[0]; only a CSV file has a line for each");
            return Err(vec![wrong("a row of Parquet or Arrow holds a whole shipment", help)]);
        }
        let mut flat_columns = flat.all.into_iter();
        let all = names.iter().filter_map(|name| if plain(name) { Some(whole(name)) } else { flat_columns.next() }).collect();
        Ok(Columns {
            all,
            stated: flat.stated,
            id: names.iter().position(|name| *name == "id"),
            each: None,
            flat: None,
            arrays: None,
        })
    }

    /// The `id` on a line.
    pub(super) fn id_on(&self, line: &csv::StringRecord) -> Option<String> {
        line.get(self.id?).filter(|id| !id.is_empty()).map(String::from)
    }

    fn column(&mut self, policy: &CheckedPolicy, name: &str) -> Result<Column, TableError> {
        if name == "id" && policy.records[0].field("id").is_none() {
            return Ok(Column { name: name.into(), path: vec![Step::Field("id".into())], ty: Type::Text });
        }
        let (mut record, mut path, mut ty): (RecordId, Vec<Step>, Option<Type>) = (0, Vec::new(), None);
        for (at, part) in name.split('.').enumerate() {
            if ty.is_some() {
                return Err(wrong(
                    format!("the column `{name}` goes on behind a single value"),
                    "a column is a path such as end_user.military",
                ));
            }
            let (field, element) = numbered(part).ok_or_else(|| {
                let help = format!("count from 0, and up to {}: items[0].value", MOST_ELEMENTS - 1);
                wrong(format!("`{part}` in the column `{name}` is no place in a list"), help)
            })?;
            let found = policy.records[record].field(field);
            // `item.value`: of a list of items each line holds one.
            let each = || policy.records[record].fields.iter().position(|one| is_list_of(policy, &one.ty, field));
            let place = match found {
                Some(place) => place,
                None if at == 0 && element.is_none() => each().ok_or_else(|| unknown(policy, record, name, field))?,
                None => return Err(unknown(policy, record, name, field)),
            };
            let declared = &policy.records[record].fields[place];
            path.push(Step::Field(declared.name.clone()));
            match (&declared.ty, element) {
                (Type::List(inner), Some(element)) => {
                    path.push(Step::Element(element));
                    record = *inner;
                }
                (Type::List(inner), None) if found.is_none() => {
                    path.push(Step::Element(0));
                    record = *inner;
                    if self.each.as_ref().is_some_and(|each| *each != declared.name) {
                        let message = format!("the column `{name}`: a line holds one element of one list only");
                        return Err(wrong(
                            message,
                            "write the other list as places such as licences[0].type, or as JSON in one cell",
                        ));
                    }
                    self.each = Some(declared.name.clone());
                }
                (_, Some(_)) => {
                    return Err(wrong(
                        format!("`{field}` in the column `{name}` is no list"),
                        "leave out the number in brackets",
                    ));
                }
                (Type::Record(inner), None) => record = *inner,
                (other, None) => ty = Some(other.clone()),
            }
        }
        let ty = ty.ok_or_else(|| {
            wrong(format!("the column `{name}` holds no single value"), "name one of its fields, as in end_user.military")
        })?;
        Ok(Column { name: name.into(), path, ty })
    }
}

fn wrong(message: impl Into<String>, help: impl Into<String>) -> TableError {
    TableError::new("ukase::table::column", message, help)
}

/// A column names a field that a record does not have.
pub(super) fn unknown(policy: &CheckedPolicy, record: RecordId, name: &str, field: &str) -> TableError {
    let fields = &policy.records[record].fields;
    let of = if record == 0 { "a shipment".to_string() } else { format!("`{}`", policy.records[record].name) };
    let help = match nearest(field, fields.iter().map(|field| field.name.as_str())) {
        _ if record == 0 && field.trim().eq_ignore_ascii_case("id") => "did you mean `id`?".into(),
        Some(near) => format!("did you mean `{near}`?"),
        None if field.starts_with("__index_level_") => {
            "leave the index out: `reset_index(drop=True)`, or `to_parquet(…, index=False)`".into()
        }
        None => format!("the policy's vocabulary names the fields of {of}; `ukase schema` prints it"),
    };
    wrong(format!("the column `{name}`: {of} has no field `{field}`"), help)
}

/// The first line of a table whose cells are not parted by commas.
fn parted_otherwise<S: AsRef<str>>(names: &[S]) -> Option<TableError> {
    let line = names.first()?.as_ref();
    if line.starts_with("sep=") {
        return Some(wrong("the first line says what parts the cells, and not the names of the columns", "leave that line out"));
    }
    if names.len() > 1 {
        return None;
    }
    let (mark, name) = [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")].into_iter().find(|(mark, _)| line.contains(*mark))?;
    let message = format!("the names of the columns are parted by {name}: {}", line.replace(mark, &format!(" {mark} ")));
    Some(wrong(message, "part the cells by commas: a spreadsheet saves so as \"CSV UTF-8 (comma delimited)\""))
}

fn is_list_of(policy: &CheckedPolicy, ty: &Type, name: &str) -> bool {
    matches!(ty, Type::List(record) if policy.records[*record].name == name)
}

/// `items[3]` as `items` and 3; `items` as itself.
fn numbered(part: &str) -> Option<(&str, Option<usize>)> {
    let Some((field, rest)) = part.split_once('[') else { return Some((part, None)) };
    let number: usize = rest.strip_suffix(']')?.parse().ok()?;
    (number < MOST_ELEMENTS).then_some((field, Some(number)))
}
