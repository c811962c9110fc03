//! Facts that no column states: named before the first shipment, by what the policy asks for and not by what its records could hold.

use crate::binary::{Ran, folder, ukase, write};
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use parquet::arrow::ArrowWriter;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

const PARTS: &str = r#"policy parts "Parts"
language 1
outcomes from loosest to strictest { free licence deny }
facts shipment {
    date         date
    origin       country
    urgent       truth default false
    comment      text
    end_user     party
    items        list of item
}
record listing keyed by list { list text   since date default 0001-01-01 }
record party { name text   military truth   lists list of listing from "lists.csv" by name }
record item { value money   buyer party inherits end_user   parts list of part }
record part { code text   made_in country inherits origin   parts list of part }
instrument 2025-1 "Notice" { published 2025-01-10 }
clause 1 "Listed"
    when any listing in end_user.lists satisfies listing.list is "x"
    then deny
clause 2 "Army" each item in items
    when item.buyer.military or urgent
    then deny
assumption firm "To a private firm" given { end_user: { military: false } }
"#;

const OF_PARTS: &str = r#"
define chinese(part) = part.made_in is CN or (any inner in part.parts satisfies chinese(inner))
clause 3 "Parts" each item in items
    when any part in item.parts satisfies chinese(part)
    then licence
"#;

fn parts(more: &str) -> TempDir {
    let folder = folder();
    write(folder.path(), "parts/parts.ukase", &[PARTS, more].concat());
    write(folder.path(), "parts/lists.csv", "name,list\nAcme,x\n");
    folder
}

fn batch(folder: &Path, arguments: &[&str]) -> Ran {
    ukase(folder, &[&["batch", "parts", "-o", "-"], arguments].concat(), "")
}

/// What a table of these columns is said to lack, where each shipment is judged on one day.
fn lacks(folder: &Path, columns: &str, more: &[&str]) -> String {
    write(folder, "in.csv", &format!("{columns}\n"));
    let ran = batch(folder, &[&["in.csv", "--on", "2025-06-01"], more].concat());
    let first = ran.err.lines().next().expect("a line");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let told = first.strip_prefix("no column states what parts asks for: ");
    told.map_or(String::new(), |told| told.strip_suffix("; each shipment leaves that open").expect("what follows").into())
}

fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

/// A Parquet file with the list of one shipment's items, each a group with these members.
fn items(path: &Path, members: &[&str]) {
    let fields: Vec<Arc<Field>> = members.iter().map(|name| Arc::new(Field::new(*name, DataType::Utf8, true))).collect();
    let item: ArrayRef =
        Arc::new(StructArray::from(fields.into_iter().map(|field| (field, texts(&["3 USD"]))).collect::<Vec<_>>()));
    let element = Arc::new(Field::new("item", item.data_type().clone(), true));
    let list: ArrayRef = Arc::new(ListArray::new(element, OffsetBuffer::from_lengths([1]), item, None));
    let rows = RecordBatch::try_from_iter([("id", texts(&["e"])), ("items", list)]).expect("a batch");
    let mut writer = ArrowWriter::try_new(File::create(path).expect("a file"), rows.schema(), None).expect("a writer");
    writer.write(&rows).expect("rows");
    writer.close().expect("a file");
}

/// Each path that a clause takes is looked for by itself; what only stands in the vocabulary is not asked for.
#[test]
fn what_clauses_ask_for_is_looked_for_along_their_paths() {
    let folder = parts("");
    let lacks = |columns: &str, more: &[&str]| lacks(folder.path(), columns, more);
    assert_eq!(lacks("id", &[]), "end_user, items");
    assert_eq!(lacks("id,end_user.name,end_user.military,items[0].value", &[]), "");
    assert_eq!(lacks("id,end_user.military,item.value", &[]), "end_user.lists");
    // Of the shipment's day, of a fact with a default and of the comment there is nothing to be told.
    write(folder.path(), "in.csv", "id,end_user.name,items[0].buyer.military\n");
    let ran = batch(folder.path(), &["in.csv"]);
    assert!(ran.err.starts_with("no column states what parts asks for: date; each shipment leaves that open\n"), "{}", ran.err);
}

/// A fact that another one gives is there with that one: what it inherits, what a list says of a name, what the run assumes.
#[test]
fn what_comes_from_elsewhere_is_not_missed() {
    let folder = parts("");
    let lacks = |columns: &str, more: &[&str]| lacks(folder.path(), columns, more);
    // The buyer inherits the end user where no column states the buyer, and is somebody else where one does.
    assert_eq!(lacks("id,end_user.name,items[0].value", &[]), "end_user.military");
    assert_eq!(lacks("id,end_user.lists,end_user.military,items[0].buyer.name", &[]), "items[].buyer.military");
    assert_eq!(lacks("id,end_user.lists,items[0].buyer.military", &[]), "");
    assert_eq!(lacks("id,end_user.lists,item.value", &["--assume", "firm"]), "");
}

/// Of parts of parts as many levels are looked for as the columns begin, and a list without elements ends them.
#[test]
fn things_within_things_of_their_kind_are_looked_for_a_level_at_a_time() {
    let folder = parts(OF_PARTS);
    let lacks = |columns: &str| lacks(folder.path(), &format!("id,end_user.lists,end_user.military,{columns}"), &[]);
    assert_eq!(lacks("items[0].value"), "items[].parts");
    assert_eq!(lacks("items[0].parts[0].code"), "origin, items[].parts[].parts");
    assert_eq!(lacks("origin,items[0].parts[0].code,items[0].parts[0].parts"), "");
    assert_eq!(lacks("items[0].parts[0].made_in,items[0].parts[0].parts[0].made_in,items[0].parts[0].parts[0].parts"), "");
}

/// On request a missing fact ends the run before an output is begun. Lines of objects have no columns that could be asked for.
#[test]
fn a_complete_table_may_be_asked_for() {
    let folder = parts("");
    let ran = |inputs: &[&str]| {
        let arguments = [&["batch", "parts", "-o", "out.csv", "--complete", "--on", "2025-06-01"], inputs].concat();
        ukase(folder.path(), &arguments, "")
    };
    write(folder.path(), "in.csv", "id,end_user.name\na,Acme\n");
    write(folder.path(), "in.jsonl", "{}\n");
    for inputs in [["in.csv"].as_slice(), &["in.csv", "in.jsonl"]] {
        let ran = ran(inputs);
        let told = "no column states what parts asks for: items\n  help: add the columns";
        assert!(ran.err.contains(told), "{}", ran.err);
        assert_eq!((ran.code, folder.path().join("out.csv").exists()), (Some(1), false));
    }
    let objects = ran(&["in.jsonl"]);
    assert!(objects.err.contains("--complete asks for columns, and objects in JSON have none"), "{}", objects.err);
    assert_eq!((objects.code, folder.path().join("out.csv").exists()), (Some(2), false));
    write(folder.path(), "in.csv", "id,end_user.name,end_user.military,items\na,Acme,false,[]\n");
    let complete = ran(&["in.csv"]);
    assert!(complete.err.starts_with("1 shipment, 1 row") && complete.code == Some(0), "{}", complete.err);
}

/// A nested column states what its groups have members for.
#[test]
fn members_of_groups_are_columns() {
    let folder = parts("");
    items(&folder.path().join("in.parquet"), &["value"]);
    let ran = batch(folder.path(), &["in.parquet", "--on", "2025-06-01"]);
    assert!(ran.err.starts_with("no column states what parts asks for: end_user; each"), "{}", ran.err);
    write(folder.path(), "parts/parts.ukase", &[PARTS, OF_PARTS].concat());
    let ran = batch(folder.path(), &["in.parquet", "--on", "2025-06-01"]);
    assert!(ran.err.starts_with("no column states what parts asks for: end_user, items[].parts; each"), "{}", ran.err);
}

/// A table that lacks a column of another one of the same run is told before the first shipment, and every such table.
#[test]
fn a_table_that_lacks_a_column_of_another_one_is_told_before_the_first_shipment() {
    let folder = parts("");
    write(folder.path(), "1.csv", "id,origin,items[0].value,items[1].value\na,CN,1 USD,2 USD\n");
    write(folder.path(), "2.csv", "id,urgent,items[0].value\nb,true,1 USD\n");
    write(folder.path(), "3.csv", "id,urgent,items[0].buyer.name,items[1].value\nc,true,,\n");
    write(folder.path(), "4.csv", "id,orign\nd,CN\n");
    items(&folder.path().join("5.parquet"), &["value"]);
    let arguments = ["batch", "parts", "1.csv", "2.csv", "3.csv", "4.csv", "5.parquet", "-o", "out.csv"];
    let ran = ukase(folder.path(), &arguments, "");
    insta::assert_snapshot!(ran.err);
    assert_eq!((ran.code, folder.path().join("out.csv").exists()), (Some(1), false));
}

/// A whole record or list as one column states what is in it, as do places in a list; objects state what they want.
#[test]
fn tables_of_one_run_have_the_same_columns_in_whichever_form() {
    let folder = parts("");
    write(folder.path(), "1.csv", "id,origin,items[0].value,items[1].value\na,CN,1 USD,2 USD\n");
    write(folder.path(), "2.csv", "origin,id,items[0].value\nCN,b,\n");
    write(folder.path(), "3.jsonl", "{}\n");
    write(folder.path(), "4.csv", "items,origin,id\n[],CN,d\n");
    let ran = batch(folder.path(), &["1.csv", "2.csv", "3.jsonl", "4.csv", "--on", "2025-06-01"]);
    assert_eq!(ran.out.lines().count(), 5, "{}", ran.err);
    items(&folder.path().join("5.parquet"), &["value"]);
    write(folder.path(), "6.csv", "id,items[0].value\na,1 USD\n");
    let ran = batch(folder.path(), &["5.parquet", "6.csv", "--on", "2025-06-01"]);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.err);
}
