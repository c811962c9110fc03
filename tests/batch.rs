//! Files of shipments: the same verdicts as one by one, nothing lost, whatever interrupts it.

use crate::agreement::{compiled, loaded};
use crate::binary::{Ran, folder, read, ukase, write};
use crate::random::{Dice, Part, Policy};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use ukase::eval::{Judge, Signatures};
use ukase::facts::{Background, load, read_json};
use ukase::source::SourceId;
use ukase::table::{RowColumn, Terms, judge_batches, rows};

/// A policy whose shipments hold items, with facts of every kind.
const BOXES: &str = r#"policy boxes "Boxes"
language 1
outcomes from loosest to strictest { free licence deny }
enum material { pearl stone glass }
facts shipment {
    date         date
    destination  country
    urgent       truth
    uses         set of material
    items        list of item
}
record item {
    mass      quantity in kg
    value     money
    share     percent
    made_of   material
    parts     list of part
}
record part { made_of material }
instrument 2025-1 "Notice" { published 2025-01-10   effective 2025-02-01 }
duty report "report it"
clause 1 "Heavy"
    each   item in items
    when   item.mass > 10 kg and destination is not CN
    then   licence
    duty   report
clause 2 "Pearls"
    each       item in items
    overrides  1
    when       item.made_of is pearl and item.share >= 50 %
    then       deny
clause 3 "Urgent glass" when urgent and uses meets {glass} then licence
"#;

const FLAT: &str = "id,date,destination,urgent,uses,item.mass,item.value,item.share,item.made_of,item.parts
B-1,2025-06-01,JP,false,pearl;glass,11 kg,3.50 USD,50%,stone,[]
B-1,2025-06-01,JP,false,pearl;glass,12 kg,,0.5,pearl,\"[{\"\"made_of\"\": \"\"glass\"\"}]\"
B-2,2025-06-01,JP,true,glass,,,,,
B-3,2025-06-01,CN,false,[],20 kg,,10%,pearl,
=4,2025-06-01,JP,,,,,,,
";

const NESTED: [&str; 4] = [
    r#"{"id": "B-1", "date": "2025-06-01", "destination": "JP", "urgent": false, "uses": ["pearl", "glass"], "items": [
        {"mass": "11 kg", "value": "3.50 USD", "share": "50%", "made_of": "stone", "parts": []},
        {"mass": "12 kg", "share": 0.5, "made_of": "pearl", "parts": [{"made_of": "glass"}]}]}"#,
    r#"{"id": "B-2", "date": "2025-06-01", "destination": "JP", "urgent": true, "uses": ["glass"]}"#,
    r#"{"id": "B-3", "date": "2025-06-01", "destination": "CN", "urgent": false, "uses": [], "items": [
        {"mass": "20 kg", "share": "10%", "made_of": "pearl"}]}"#,
    r#"{"id": "=4", "date": "2025-06-01", "destination": "JP"}"#,
];

fn boxes() -> tempfile::TempDir {
    let folder = folder();
    write(folder.path(), "boxes.ukase", BOXES);
    write(folder.path(), "flat.csv", FLAT);
    let lines: String = NESTED.iter().map(|shipment| shipment.replace('\n', " ") + "\n").collect();
    write(folder.path(), "nested.jsonl", &lines);
    folder
}

fn batch(folder: &Path, arguments: &[&str]) -> Ran {
    ukase(folder, &[&["batch"], arguments].concat(), "")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_file_is_judged_as_its_shipments_are_one_by_one() {
    let folder = boxes();
    let ran = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let rows = lines(&read(folder.path(), "out.jsonl"));
    let one_by_one = ukase(folder.path(), &["eval", "boxes.ukase", "nested.jsonl", "--format", "json"], "");
    let mut expected = Vec::new();
    for verdict in one_by_one.objects() {
        let items = verdict["items"].as_array().expect("items").clone();
        match items.is_empty() {
            true => expected.push((verdict["id"].clone(), Value::Null, verdict["possible"].clone())),
            false => {
                for item in items {
                    expected.push((verdict["id"].clone(), item["binding"].clone(), item["possible"].clone()));
                }
            }
        }
    }
    let found: Vec<_> = rows.iter().map(|row| (row["id"].clone(), row["item"].clone(), row["possible"].clone())).collect();
    assert_eq!(found, expected);
    assert_eq!((&rows[0]["clauses"], &rows[0]["duties"]), (&json!(["2025-1/1"]), &json!(["report"])));
    assert_eq!((&rows[1]["clauses"], &rows[1]["outcome"]), (&json!(["2025-1/2"]), &json!("deny")));
    for key in ["status", "covered", "needs", "on", "known_on", "digest"] {
        assert!(rows[0].get(key).is_some(), "{key}");
    }
    assert!(!folder.path().join("out.jsonl.rejected.jsonl").exists() && !folder.path().join("out.jsonl.journal").exists());
}

#[test]
fn a_table_and_json_say_the_same() {
    let folder = boxes();
    for (input, output) in
        [("nested.jsonl", "a.jsonl"), ("flat.csv", "b.jsonl"), ("nested.jsonl", "a.csv"), ("flat.csv", "b.csv")]
    {
        let ran = batch(folder.path(), &["boxes.ukase", input, "-o", output]);
        assert_eq!(ran.code, Some(0), "{input}: {}", ran.err);
    }
    assert_eq!(read(folder.path(), "a.jsonl"), read(folder.path(), "b.jsonl"));
    assert_eq!(read(folder.path(), "a.csv"), read(folder.path(), "b.csv"));
    let table = read(folder.path(), "a.csv");
    // What a spreadsheet would take for a formula is text.
    assert!(table.contains("\n'=4,") && table.starts_with("id,item,outcome,possible,"), "{table}");
    let compared = ukase(folder.path(), &["diff", "boxes.ukase@2025-01-15", "boxes.ukase@2025-06-01", "--facts", "flat.csv"], "");
    assert!(compared.out.contains("3 of 4 shipments of the corpus change"), "{}", compared.out);
}

/// Files of Parquet: the same boxes nested, some in flat columns, and one whose columns are wrong.
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files");

#[test]
fn parquet_says_what_json_says() {
    let folder = boxes();
    let (nested, flat, wrong) =
        (format!("{FILES}/boxes.parquet"), format!("{FILES}/flat.parquet"), format!("{FILES}/wrong.parquet"));
    for (input, output) in [("nested.jsonl", "a.jsonl"), (nested.as_str(), "b.jsonl")] {
        let ran = batch(folder.path(), &["boxes.ukase", input, "-o", output]);
        assert_eq!(ran.code, Some(0), "{input}: {}", ran.err);
    }
    assert_eq!(read(folder.path(), "a.jsonl"), read(folder.path(), "b.jsonl"));
    let ran = batch(folder.path(), &["boxes.ukase", &flat, "-o", "flat.jsonl"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let ids: Vec<Value> = lines(&read(folder.path(), "flat.jsonl")).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, [json!("1"), json!("3")]);
    let rejected = lines(&read(folder.path(), "flat.jsonl.rejected.jsonl"));
    assert_eq!(
        (&rejected[0]["line"], &rejected[0]["id"], &rejected[0]["field"]),
        (&json!(2), &json!("2"), &json!("destination"))
    );
    let ran = batch(folder.path(), &["boxes.ukase", &wrong, "-o", "wrong.jsonl"]);
    assert_eq!(ran.code, Some(1));
    for told in ["did you mean `destination`?", "binary fractions", "write it as DECIMAL", "times of day"] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
    // A day that is in no calendar costs its own row only.
    let ran = batch(folder.path(), &["boxes.ukase", &format!("{FILES}/days.parquet"), "-o", "days.jsonl"]);
    assert_eq!((ran.code, lines(&read(folder.path(), "days.jsonl")).len()), (Some(1), 1), "{}", ran.err);
    let rejected = lines(&read(folder.path(), "days.jsonl.rejected.jsonl"));
    assert_eq!((&rejected[0]["id"], &rejected[0]["field"]), (&json!("D-1"), &json!("date")));
    let compared = ukase(folder.path(), &["diff", "boxes.ukase@2025-01-15", "boxes.ukase@2025-06-01", "--facts", &nested], "");
    assert!(compared.out.contains("3 of 4 shipments of the corpus change"), "{}", compared.out);
}

#[test]
fn a_broken_parquet_file_is_told_and_nothing_panics() {
    let folder = boxes();
    let whole = fs::read(format!("{FILES}/boxes.parquet")).expect("the file is there");
    // Every part of the file is spoiled once, and the file is cut at every part.
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut spoiled = whole.clone();
        spoiled[at] ^= 0xff;
        for bytes in [&spoiled[..], &whole[..at]] {
            fs::write(folder.path().join("broken.parquet"), bytes).expect("written");
            let ran = batch(folder.path(), &["boxes.ukase", "broken.parquet", "-o", "out.jsonl"]);
            assert!(matches!(ran.code, Some(0 | 1)), "byte {at}: {:?} {}", ran.code, ran.err);
            assert!(!ran.err.contains("panicked"), "byte {at}: {}", ran.err);
            for left in ["out.jsonl.journal", "out.jsonl.part"] {
                let _ = fs::remove_file(folder.path().join(left));
            }
        }
    }
}

#[test]
fn what_cannot_be_read_is_set_aside_with_its_place_and_the_rest_goes_on() {
    let folder = boxes();
    let rest = "X-1,2025-06-01,XX,false,,1 kg,,,,\nX-2,2025-06-01,JP,false,,1 kg,,,\nX-3,2025-06-01,JP,maybe,,1 stone,,,,\n\
                B-2,2025-06-01,JP,true,glass,,,,,\nX-5,2025-06-01,JP,false,,1 kg,,,,\nX-5,2025-06-01,DE,false,,1 kg,,,,\n\
                X-6,2025-06-01,JP,false,,1 kg,,,,\n";
    write(folder.path(), "bad.csv", &format!("{FLAT}{rest}"));
    let ran = batch(folder.path(), &["boxes.ukase", "bad.csv", "-o", "out.jsonl", "--summary", "summary.json"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let rejected = lines(&read(folder.path(), "out.jsonl.rejected.jsonl"));
    let found: Vec<_> = rejected
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["field"].as_str(), one["error"]["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (7, Some("destination"), "ukase::facts::type"),
            (8, None, "ukase::table::ragged"),
            (9, Some("urgent"), "ukase::facts::type"),
            (10, None, "ukase::table::apart"),
            (12, Some("destination"), "ukase::table::cell"),
        ]
    );
    // Every problem of a shipment is told.
    assert_eq!(rejected[2]["errors"][1]["field"], "item.mass");
    let rows = lines(&read(folder.path(), "out.jsonl"));
    assert_eq!(rows.last().unwrap()["id"], "X-6");
    let summary: Value = serde_json::from_str(&read(folder.path(), "summary.json")).expect("JSON");
    assert_eq!((&summary["shipments"], &summary["rejected"]), (&json!(5), &json!(5)));
    assert_eq!(
        summary["rejected_by"],
        json!({"ukase::facts::type": 2, "ukase::table::apart": 1, "ukase::table::cell": 1, "ukase::table::ragged": 1})
    );
    assert!(ran.err.contains("set aside, by reason"), "{}", ran.err);
}

#[test]
fn a_wrong_column_stops_the_run_before_the_first_row() {
    let folder = boxes();
    let wrong = [
        ("id,date,destinaton\n", "did you mean `destination`?"),
        ("id,item.mas\n", "did you mean `mass`?"),
        ("id,date,date\n", "stands there twice"),
        ("date,item.mass\n", "add a column `id`"),
        ("id,items[100].mass\n", "count from 0"),
        ("id,date[0]\n", "is no list"),
        ("id,items[0]\n", "holds no single value"),
        ("id,date.day\n", "goes on behind a single value"),
        ("id,item.mass,items[1].share\n", "begin all columns of items with `item.`"),
        ("", "is empty"),
    ];
    for (header, told) in wrong {
        write(
            folder.path(),
            "wrong.csv",
            &format!("{header}B-1\n").replace("B-1\n", if header.is_empty() { "" } else { "B-1\n" }),
        );
        let ran = batch(folder.path(), &["boxes.ukase", "flat.csv", "wrong.csv", "-o", "out.jsonl"]);
        assert_eq!(ran.code, Some(1), "{header}");
        assert!(ran.err.contains(told), "{header}: {}", ran.err);
        assert!(!folder.path().join("out.jsonl").exists());
    }
    for (arguments, told) in [
        (vec!["boxes.ukase", "missing.jsonl", "-o", "out.jsonl"], "is not there"),
        (vec!["boxes.ukase", "no-*.jsonl", "-o", "out.jsonl"], "no file has a name like"),
        (vec!["boxes.ukase", "flat.csv", "-o", "out.xls"], "does not tell how it is written"),
        (vec!["boxes.ukase", "flat.csv", "-o", "nowhere/out.csv"], "make the folder first"),
        (vec!["boxes.ukase", "flat.csv", "-o", "flat.csv"], "read as well as written"),
    ] {
        let ran = batch(folder.path(), &arguments);
        assert!(matches!(ran.code, Some(1 | 2)) && ran.err.contains(told), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(read(folder.path(), "flat.csv"), FLAT);
}

#[test]
fn no_line_of_a_table_swallows_another_or_is_left_out_of_its_shipment() {
    let folder = boxes();
    let table = "id,date,destination,item.mass,item.share\n\
                 Q-1,2025-06-01,JP,5\" pipe,\nQ-2,2025-06-01,JP,1 kg,\nQ-3,2025-06-01,JP,6\" pipe,\n\
                 E-1,2025-06-01,JP,1 kg,\nE-1,2025-06-01,JP,,\nE-2,2025-06-01,JP,,\nE-2,2025-06-01,JP,1 kg,\n\
                 B-1,2025-06-01,JP,1 kg,\n\nB-1,2025-06-01,JP,2 kg,\n\
                 C-1,2025-06-01,J\rP,1 kg,\nL-1,2025-06-01,JP,\"1\n kg\",\nZ-1,2025-06-01,JP,1 kg,\n";
    write(folder.path(), "table.csv", table);
    let ran = batch(folder.path(), &["boxes.ukase", "table.csv", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let rows: Vec<(String, String)> = lines(&read(folder.path(), "out.jsonl"))
        .iter()
        .map(|row| (row["id"].as_str().unwrap().to_string(), row["item"].as_str().unwrap().to_string()))
        .collect();
    let expected = [("Q-2", 0), ("E-1", 0), ("E-1", 1), ("E-2", 0), ("E-2", 1), ("B-1", 0), ("B-1", 1), ("Z-1", 0)];
    assert_eq!(rows, expected.map(|(id, at)| (id.to_string(), format!("items[{at}]"))));
    let rejected = lines(&read(folder.path(), "out.jsonl.rejected.jsonl"));
    let numbers: Vec<u64> = rejected.iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 4, 12, 13]);
    // A line whose bytes are no text belongs to its shipment: none of it is judged without the other.
    let mut bytes = b"id,date,destination,item.mass\nS-1,2025-06-01,JP,1 kg\nS-1,2025-06-01,JP,".to_vec();
    bytes.extend(b"\xff\nS-1,2025-06-01,JP,2 kg\n");
    fs::write(folder.path().join("split.csv"), bytes).expect("written");
    let ran = batch(folder.path(), &["boxes.ukase", "split.csv", "-o", "split.jsonl"]);
    assert_eq!((ran.code, read(folder.path(), "split.jsonl")), (Some(1), String::new()));
    assert_eq!(lines(&read(folder.path(), "split.jsonl.rejected.jsonl")).len(), 1);
}

#[test]
fn hostile_bytes_cost_their_own_line_only() {
    let folder = boxes();
    let mut bytes = b"\xef\xbb\xbf{\"id\": \"1\", \"destination\": \"JP\"}\r\n".to_vec();
    bytes.extend(b"\xff\xfe\n\n{\"id\": \"2\"\n[]\n\0\n");
    bytes.extend(vec![b'['; 100_000]);
    bytes.push(b'\n');
    bytes.extend(format!("{{\"id\": \"{}\"}}\n", "x".repeat(17 << 20)).bytes());
    bytes.extend(b"{\"id\": \"9\", \"destination\": \"JP\"}");
    fs::write(folder.path().join("hostile.jsonl"), bytes).expect("written");
    let ran = batch(folder.path(), &["boxes.ukase", "hostile.jsonl", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let ids: Vec<Value> = lines(&read(folder.path(), "out.jsonl")).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, [json!("1"), json!("9")]);
    let rejected = lines(&read(folder.path(), "out.jsonl.rejected.jsonl"));
    let numbers: Vec<u64> = rejected.iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 4, 5, 6, 7, 8]);
}

/// A line of many names that nobody knows: the first thousand are told, and how many there are beside them.
#[test]
fn a_line_of_many_problems_tells_the_first_of_them() {
    let folder = boxes();
    let names: Vec<String> = (0..1500).map(|number| format!("\"k{number}\": 1")).collect();
    write(folder.path(), "many.jsonl", &format!("{{{}}}\n{}\n", names.join(", "), NESTED[1]));
    let ran = batch(folder.path(), &["boxes.ukase", "many.jsonl", "-o", "out.jsonl"]);
    assert_eq!((ran.code, lines(&read(folder.path(), "out.jsonl")).len()), (Some(1), 1), "{}", ran.err);
    let rejected = lines(&read(folder.path(), "out.jsonl.rejected.jsonl"));
    let errors = rejected[0]["errors"].as_array().expect("errors");
    let fields: Vec<&Value> = errors.iter().map(|error| &error["field"]).collect();
    assert_eq!((errors.len(), fields[0], fields[999]), (1001, &json!("k0"), &json!("k999")));
    assert_eq!(errors[1000]["message"], "and 500 problems more");
}

#[test]
fn blanks_end_no_file_however_many_there_are() {
    let folder = boxes();
    let blanks = "\n".repeat(1_500_000) + &"   \n".repeat(300_000);
    let lines: Vec<String> = NESTED.iter().map(|shipment| shipment.replace('\n', " ")).collect();
    write(folder.path(), "blanks.jsonl", &format!("{blanks}{}\n{blanks}{}\n{blanks}", lines[0], lines[1]));
    write(folder.path(), "none.jsonl", &blanks);
    let ran = batch(folder.path(), &["boxes.ukase", "none.jsonl", "blanks.jsonl", "none.jsonl", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("2 shipments, 3 rows"), "{}", ran.err);
}

#[test]
fn several_files_follow_each_other_and_standard_output_can_be_read_on() {
    let folder = boxes();
    fs::copy(folder.path().join("nested.jsonl"), folder.path().join("part-2.jsonl")).expect("copied");
    fs::copy(folder.path().join("nested.jsonl"), folder.path().join("part-1.jsonl")).expect("copied");
    let ran = batch(folder.path(), &["boxes.ukase", "part-*.jsonl", "flat.csv", "-o", "-", "--explain-open", "1"]);
    assert_eq!((ran.code, ran.objects().len()), (Some(0), 15), "{}", ran.err);
    let explained = batch(folder.path(), &["boxes.ukase", "part-*.jsonl", "-o", "out.jsonl", "--explain-open", "1"]);
    assert_eq!(explained.code, Some(0));
    let open = lines(&read(folder.path(), "out.jsonl.open.jsonl"));
    assert_eq!((open.len(), &open[0]["status"]), (1, &json!("open")));
}

// ---- interrupted ----------------------------------------------------------------------------------------------------------------

/// How many shipments are judged while the run is killed, and how often it is.
const MANY: usize = 60_000;
const KILLS: u64 = 12;

/// Kills a run again and again while it goes on, and holds what it comes to against a run that nobody killed.
#[allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "how long a run takes says when to kill it")]
fn killed(output: &str, shipments: usize, kills: u64) {
    let folder = boxes();
    let generated =
        ukase(folder.path(), &["generate", "boxes.ukase", "-n", &shipments.to_string(), "--seed", "7", "-o", "many.jsonl"], "");
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    // Some lines are bad, so that every file of the output has something in it.
    let spoiled: String = read(folder.path(), "many.jsonl")
        .lines()
        .enumerate()
        .map(|(at, line)| if at % 97 == 0 { "rubbish\n".to_string() } else { format!("{line}\n") })
        .collect();
    write(folder.path(), "many.jsonl", &spoiled);
    let (whole_output, killed_output) = (format!("whole.{output}"), format!("killed.{output}"));
    let arguments = ["boxes.ukase", "many.jsonl", "--explain-open", "5"];
    let begun = std::time::Instant::now();
    let whole = batch(folder.path(), &[&arguments[..], &["-o", &whole_output, "--summary", "whole.json"]].concat());
    let takes = begun.elapsed();
    assert_eq!(whole.code, Some(1), "{}", whole.err);
    let resumed = [&arguments[..], &["-o", &killed_output, "--summary", "killed.json", "--resume"]].concat();
    let mut went_on = 0;
    for kill in 0..kills {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ukase"))
            .arg("batch")
            .args(&resumed)
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(takes.mul_f64((kill % 7 + 1) as f64 / 8.0));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let is_there = folder.path().join(format!("{killed_output}.journal")).exists();
        went_on += usize::from(is_there);
        if folder.path().join(&killed_output).exists() && !is_there {
            std::fs::remove_file(folder.path().join(&killed_output)).expect("it was done, and begins anew");
        }
    }
    assert!(went_on > 0, "no run came far enough to be interrupted");
    let last = batch(folder.path(), &resumed);
    assert_eq!(last.code, Some(1), "{}", last.err);
    for ending in ["", ".rejected.jsonl", ".open.jsonl"] {
        let bytes = |of: &str| std::fs::read(folder.path().join(format!("{of}{ending}"))).expect("it is there");
        assert!(bytes(&whole_output) == bytes(&killed_output), "{killed_output}{ending}");
    }
    assert_eq!(read(folder.path(), "whole.json"), read(folder.path(), "killed.json"));
    let left = std::fs::read_dir(folder.path()).expect("the folder").flatten();
    let left: Vec<String> = left.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(!left.iter().any(|name| name.contains(".part") || name.contains(".group") || name.contains(".journal")), "{left:?}");
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bytes() {
    killed("jsonl", MANY, KILLS);
}

#[test]
fn a_run_into_parquet_that_is_killed_goes_on_to_the_same_bytes() {
    killed("parquet", 4 * MANY, KILLS);
}

/// A hundred times, as long as it takes: `cargo test -- --ignored a_hundred`.
#[test]
#[ignore = "it takes minutes"]
fn a_hundred_kills_lose_nothing() {
    killed("csv", 4 * MANY, 100);
}

/// The rows of a Parquet file as JSON.
fn rows_of_parquet(path: &std::path::Path) -> Vec<Value> {
    let file = std::fs::File::open(path).expect("it is there");
    let batches =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("rows");
    let mut rows = Vec::new();
    for batch in batches {
        let batch = batch.expect("a batch");
        for row in 0..batch.num_rows() {
            let cell = |column: &dyn Array| match column.data_type() {
                _ if column.is_null(row) => Value::Null,
                DataType::Boolean => json!(column.as_boolean().value(row)),
                DataType::List(_) => {
                    let list = column.as_list::<i32>().value(row);
                    json!(list.as_string::<i32>().iter().map(|text| text.expect("a text")).collect::<Vec<_>>())
                }
                _ => json!(column.as_string::<i32>().value(row)),
            };
            let schema = batch.schema();
            let names = schema.fields().iter().map(|field| field.name().clone());
            rows.push(Value::Object(names.zip(batch.columns().iter().map(|column| cell(column.as_ref()))).collect()));
        }
    }
    rows
}

#[test]
fn rows_say_the_same_in_parquet() {
    let folder = boxes();
    let generated = ukase(folder.path(), &["generate", "boxes.ukase", "-n", "3000", "--seed", "3", "-o", "some.jsonl"], "");
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    for output in ["rows.jsonl", "rows.parquet"] {
        let run = batch(folder.path(), &["boxes.ukase", "some.jsonl", "-o", output]);
        assert_eq!(run.code, Some(0), "{}", run.err);
    }
    let lines: Vec<Value> =
        read(folder.path(), "rows.jsonl").lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert_eq!(rows_of_parquet(&folder.path().join("rows.parquet")), lines);
    // A run without a row leaves a file of none.
    write(folder.path(), "none.jsonl", "");
    assert_eq!(batch(folder.path(), &["boxes.ukase", "none.jsonl", "-o", "none.parquet"]).code, Some(0));
    assert_eq!(rows_of_parquet(&folder.path().join("none.parquet")).len(), 0);
}

#[test]
fn columns_of_the_output_are_chosen() {
    let folder = boxes();
    let generated = ukase(folder.path(), &["generate", "boxes.ukase", "-n", "3000", "--seed", "3", "-o", "some.jsonl"], "");
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let chosen = ["clauses", "on", "covered", "item", "id", "digest"];
    for ending in ["jsonl", "csv", "parquet"] {
        let outputs = [format!("all.{ending}"), format!("some.{ending}")];
        let names = chosen.join(",");
        let all = batch(folder.path(), &["boxes.ukase", "some.jsonl", "-o", &outputs[0]]);
        let output = if ending == "jsonl" { "chosen.jsonl" } else { &outputs[1] };
        let some = batch(folder.path(), &["boxes.ukase", "some.jsonl", "-o", output, "--columns", &names]);
        assert_eq!((all.code, some.code), (Some(0), Some(0)), "{}", some.err);
        assert_eq!(all.err, some.err);
    }
    let all = lines(&read(folder.path(), "all.jsonl"));
    let parts = |row: &Value| Value::Object(chosen.iter().map(|name| (name.to_string(), row[name].clone())).collect());
    let expected: Vec<Value> = all.iter().map(parts).collect();
    assert!(expected.iter().any(|row| row["item"].is_null()) && expected.iter().any(|row| row["item"].is_string()));
    assert_eq!(lines(&read(folder.path(), "chosen.jsonl")), expected);
    assert_eq!(rows_of_parquet(&folder.path().join("some.parquet")), expected);
    let table = |name: &str| {
        let mut table = csv::Reader::from_path(folder.path().join(name)).expect("a table");
        let names: Vec<String> = table.headers().expect("names").iter().map(String::from).collect();
        let rows: Vec<Vec<String>> = table.records().map(|row| row.expect("a row").iter().map(String::from).collect()).collect();
        (names, rows)
    };
    let (names, rows) = table("all.csv");
    let place = |name: &str| names.iter().position(|other| other == name).expect("a column");
    let places = chosen.map(place);
    let expected: Vec<Vec<String>> = rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect();
    assert_eq!(table("some.csv"), (chosen.map(String::from).into(), expected));
    // A column of which nothing is known has a line for each row all the same.
    let alone = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "alone.csv", "--columns", "known_on"]);
    assert_eq!((alone.code, read(folder.path(), "alone.csv").as_str()), (Some(0), "known_on\n\"\"\n\"\"\n\"\"\n\"\"\n\"\"\n"));
}

#[test]
fn columns_that_verdicts_do_not_have_are_told_all_at_once() {
    let folder = boxes();
    let ran = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "out.csv", "--columns", "id,clause,id,frobnicate"]);
    assert_eq!(ran.code, Some(2));
    let help = ukase(folder.path(), &["batch", "--help"], "").out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(&RowColumn::ALL.map(RowColumn::name).join(", ")), "{help}");
    for told in ["did you mean `clauses`?", "`id` is asked for twice", "choose among id, item, outcome"] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
    assert!(!folder.path().join("out.csv").exists());
}

#[test]
fn a_run_goes_on_only_with_what_it_was_begun_with() {
    let folder = boxes();
    // The first half of a run, as a kill leaves it behind.
    let whole = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "out.jsonl"]);
    assert_eq!(whole.code, Some(0));
    let old = read(folder.path(), "out.jsonl");
    write(
        folder.path(),
        "out.jsonl.journal",
        "{\"identity\": {}, \"position\": {\"file\": 0, \"byte\": 0, \"line\": 1}, \"files\": [], \"explained\": 0, \"summary\": {\"shipments\": 0, \"rows\": 0, \"outcomes\": {}, \"clauses\": {}, \"open\": 0, \"needs\": {}, \"rejected\": 0, \"rejected_by\": {}}}",
    );
    let plain = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "out.jsonl"]);
    assert_eq!(plain.code, Some(1));
    assert!(plain.err.contains("go on with --resume"), "{}", plain.err);
    let other = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "out.jsonl", "--resume"]);
    assert_eq!(other.code, Some(1));
    assert!(other.err.contains("another policy and another day judged"), "{}", other.err);
    write(folder.path(), "out.jsonl.journal", "rubbish");
    let broken = batch(folder.path(), &["boxes.ukase", "nested.jsonl", "-o", "out.jsonl", "--resume"]);
    assert!(broken.err.contains("no journal of a run"), "{}", broken.err);
    assert_eq!(read(folder.path(), "out.jsonl"), old);
}

#[test]
fn a_full_disk_ends_with_a_named_error() {
    let folder = boxes();
    if !Path::new("/dev/full").exists() {
        return;
    }
    // More than there is room for on the way: nobody may wait for what is never taken.
    write(folder.path(), "long.jsonl", &read(folder.path(), "nested.jsonl").repeat(5000));
    let ran = Command::new(env!("CARGO_BIN_EXE_ukase"))
        .args(["batch", "boxes.ukase", "long.jsonl", "-o", "-", "--threads", "100000000000"])
        .current_dir(folder.path())
        .stdout(fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk"))
        .stderr(Stdio::piped())
        .output()
        .expect("the binary ends");
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("the disk is full"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = boxes();
    ukase(folder.path(), &["generate", "boxes.ukase", "-n", "2000", "-o", "some.jsonl"], "");
    for threads in ["1", "2", "7"] {
        let output = format!("out-{threads}.jsonl");
        let ran = batch(folder.path(), &["boxes.ukase", "some.jsonl", "-o", &output, "--threads", threads]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(read(folder.path(), &output), read(folder.path(), "out-1.jsonl"));
    }
}

// ---- judged once ----------------------------------------------------------------------------------------------------------------

/// How many random policies are tried, with how many shipments each.
const POLICIES: usize = 120;
const SHIPMENTS: usize = 400;

#[test]
fn shipments_with_the_same_signature_have_the_same_rows() {
    let mut dice = Dice::new(20_251_122);
    let (mut policies, mut shared) = (0, 0);
    while policies < POLICIES {
        let random = Policy::random(&mut dice);
        let Some(policy) = compiled(&random.text(&(0..random.clauses.len()).collect::<Vec<_>>())) else { continue };
        policies += 1;
        let judge = Judge::new(&policy, None);
        let mut signatures = Signatures::new(&judge);
        let mut known = BTreeMap::new();
        for _ in 0..SHIPMENTS {
            let json = Part::random(&mut dice).json();
            let facts = loaded(&policy, &json);
            let signature = signatures.of(&facts, judge.day_of(&facts, None)).expect("no party is named");
            let found: Vec<Value> = rows(&judge, &judge.judge(facts, None, Vec::new()))
                .iter()
                .map(|row| json!({"possible": row.possible, "clauses": row.clauses, "needs": row.needs, "duties": row.duties}))
                .collect();
            match known.get(&signature) {
                Some((other, rows)) => {
                    shared += 1;
                    assert_eq!(&found, rows, "{json}\n{other}\n{}", random.text(&(0..random.clauses.len()).collect::<Vec<_>>()));
                }
                None => _ = known.insert(signature, (json, found)),
            }
        }
    }
    assert!(shared > POLICIES * SHIPMENTS / 20, "only {shared} shipments were like another");
}

/// A policy whose facts default, stand for each other and lie within each other, so that little is left open.
const PARTIES: &str = r#"policy nested "Nested"
language 1
outcomes from loosest to strictest { free licence ban }
record party { military truth default false   name text   parent party }
record item { value integer   end_user party inherits boss }
facts shipment {
    date   date
    notes  text
    boss   party
    items  list of item
}
instrument 1 "A law" { published 2025-01-01 }
clause A "Anything" when date >= 2025-01-01 then licence
clause K "Nothing for armies"
    each  item in items
    when  item.end_user.military
    then  ban
"#;

/// Rows of a table as the fast way in and the slow one read them: `items[0].…` is read the slow way.
#[test]
fn an_empty_cell_leaves_to_a_record_what_it_stands_for() {
    let folder = folder();
    write(folder.path(), "nested.ukase", PARTIES);
    write(
        folder.path(),
        "fast.csv",
        "id,date,boss.military,item.value,item.end_user.military\ns,2025-06-01,true,1,\nt,2025-06-01,true,1,false\n",
    );
    write(
        folder.path(),
        "slow.csv",
        "id,date,boss.military,items[0].value,items[0].end_user.military\ns,2025-06-01,true,1,\nt,2025-06-01,true,1,false\n",
    );
    for name in ["fast", "slow"] {
        let run = batch(folder.path(), &["nested.ukase", &format!("{name}.csv"), "-o", &format!("{name}.jsonl")]);
        assert_eq!(run.code, Some(0), "{}", run.err);
    }
    assert_eq!(read(folder.path(), "fast.jsonl"), read(folder.path(), "slow.jsonl"));
    assert!(read(folder.path(), "fast.jsonl").lines().next().is_some_and(|line| line.contains(r#""outcome":"ban""#)));
}

/// A policy whose shipments state single facts alone.
const FLAT_POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rare-earth-flat/policy.ukase");

/// Lines of one form are read a column at a time, lines of many forms one by one: what is odd among them costs nothing but itself either way.
#[test]
fn lines_read_a_column_at_a_time_say_what_is_read_one_by_one() {
    let folder = folder();
    let generated = ukase(folder.path(), &["generate", FLAT_POLICY, "-n", "5000", "--seed", "11", "-o", "some.jsonl"], "");
    assert_eq!(generated.code, Some(0), "{}", generated.err);
    let mut shipments = lines(&read(folder.path(), "some.jsonl"));
    let names: Vec<String> = ["id"]
        .into_iter()
        .map(String::from)
        .chain(shipments.iter().flat_map(|one| one.as_object().expect("an object").keys().cloned()))
        .fold(Vec::new(), |names, name| if names.contains(&name) { names } else { [names, vec![name]].concat() });
    shipments[1000]["departure"] = json!("XX");
    shipments[1001]["date"] = json!("2025-02-30");
    shipments[1002]["id"] = json!("=1,\"2\"");
    shipments[4999]["cn_technology"] = json!("perhaps");
    let object = |one: &Value, names: &[String]| {
        let members: Vec<String> = names.iter().map(|name| format!("{}: {}", json!(name), one[name])).collect();
        format!("{{{}}}\n", members.join(", "))
    };
    let reversed: Vec<String> = names.iter().rev().cloned().collect();
    let alike: Vec<String> = shipments.iter().map(|one| object(one, &names)).collect();
    let mixed: Vec<String> =
        shipments.iter().enumerate().map(|(at, one)| object(one, if at % 2 == 0 { &names } else { &reversed })).collect();
    let rare: Vec<String> =
        shipments.iter().enumerate().map(|(at, one)| object(one, if at == 2000 { &reversed } else { &names })).collect();
    let mut table = csv::WriterBuilder::new().from_writer(Vec::new());
    table.write_record(&names).expect("names");
    for one in &shipments {
        let cell = |name: &String| match &one[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        table.write_record(names.iter().map(cell)).expect("a line");
    }
    let table = String::from_utf8(table.into_inner().expect("a table")).expect("text");
    let quoted =
        table.lines().enumerate().map(|(at, line)| if at % 7 == 3 { format!("{}\n", quoted(line)) } else { format!("{line}\n") });
    let quoted: String = quoted.collect();
    let files = [
        ("mixed.jsonl", mixed.concat()),
        ("alike.jsonl", alike.concat()),
        ("rare.jsonl", rare.concat()),
        ("table.csv", table),
        ("quoted.csv", quoted),
    ];
    let mut found = Vec::new();
    for (name, text) in &files {
        write(folder.path(), name, text);
        let ran = batch(folder.path(), &[FLAT_POLICY, name, "-o", "out.jsonl"]);
        assert_eq!(ran.code, Some(1), "{name}: {}", ran.err);
        let rejected = lines(&read(folder.path(), "out.jsonl.rejected.jsonl"));
        let rejected: Vec<Value> = rejected.iter().map(|one| json!([one["id"], one["field"], one["error"]["code"]])).collect();
        found.push((read(folder.path(), "out.jsonl"), rejected));
    }
    assert_eq!((found[0].0.lines().count(), found[0].1.len()), (4997, 3));
    for (at, (name, _)) in files.iter().enumerate() {
        assert!(found[at] == found[0], "{name}: {:?}", found[at].1);
    }
}

/// A line of a table with every cell in quotes; those that are already stay as they are.
fn quoted(line: &str) -> String {
    if line.contains('"') {
        return line.to_string();
    }
    line.split(',').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
}

/// Shipments as arrays, and each as JSON: facts that are not there, words by a dictionary that has nothing at some of its places, records, lists.
fn parties(numbers: std::ops::Range<usize>, wrong: Option<usize>) -> (RecordBatch, Vec<String>) {
    let days = ["2025-06-01", "2024-06-01", "", "2025-07-01"];
    let (mut places, mut notes, mut military) = (Vec::new(), Vec::new(), Vec::new());
    let (mut values, mut lengths, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for number in numbers.clone() {
        let place = (number % 5 < 4).then_some(number % 4);
        let truth = [Some(true), Some(false), None][number % 3];
        let note = (number % 4 != 1).then(|| format!("note {}", number % 6));
        let items: Vec<i64> = (0..(number + 1) % 3).map(|item| (number + item) as i64).collect();
        let mut json = json!({ "id": format!("s{number}"), "boss": {}, "items": [] });
        match place.map(|place| days[place]) {
            _ if wrong == Some(number) => json["date"] = json!("2025-13-01"),
            Some(day) if !day.is_empty() => json["date"] = json!(day),
            _ => {}
        }
        truth.into_iter().for_each(|truth| json["boss"]["military"] = json!(truth));
        note.iter().for_each(|note| json["notes"] = json!(note));
        json["items"] = items.iter().map(|value| json!({ "value": value })).collect();
        texts.push(json.to_string());
        places.push(if wrong == Some(number) { Some(4) } else { place.map(|place| place as i32) });
        military.push(truth);
        notes.push(note);
        lengths.push(items.len());
        values.extend(items);
    }
    let words: Vec<Option<&str>> =
        days.iter().map(|day| Some(*day).filter(|day| !day.is_empty())).chain([Some("2025-13-01")]).collect();
    let day = DictionaryArray::<Int32Type>::new(Int32Array::from(places), Arc::new(StringArray::from(words)));
    let notes: DictionaryArray<Int32Type> = notes.iter().map(Option::as_deref).collect();
    let boss = StructArray::from(vec![(
        Arc::new(Field::new("military", DataType::Boolean, true)),
        Arc::new(BooleanArray::from(military)) as ArrayRef,
    )]);
    let of_item = Arc::new(Field::new("value", DataType::Int64, true));
    let items = StructArray::from(vec![(of_item, Arc::new(Int64Array::from(values)) as ArrayRef)]);
    let element = Arc::new(Field::new("element", items.data_type().clone(), true));
    let items = ListArray::new(element, OffsetBuffer::from_lengths(lengths), Arc::new(items), None);
    let ids = StringArray::from_iter_values(numbers.map(|number| format!("s{number}")));
    let columns: [(&str, ArrayRef); 5] = [
        ("id", Arc::new(ids)),
        ("date", Arc::new(day)),
        ("notes", Arc::new(notes)),
        ("boss", Arc::new(boss)),
        ("items", Arc::new(items)),
    ];
    (RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).expect("a batch"), texts)
}

/// What is read a column at a time is what is read one by one, also behind a batch that has to be read again for the sake of one shipment.
#[test]
fn arrays_read_a_column_at_a_time_say_what_json_says() {
    let policy = compiled(PARTIES).expect("a policy");
    let judge = Judge::new(&policy, None);
    let terms = Terms { judge: &judge, on: None, readings: Vec::new(), background: Background::default() };
    let parts = [parties(0..100, None), parties(100..200, Some(150)), parties(200..300, None)];
    let batches: Vec<RecordBatch> = parts.iter().map(|(batch, _)| batch.clone()).collect();
    let frame = judge_batches(&terms, &batches, &RowColumn::ALL, Some(1)).expect("columns");
    assert_eq!(frame.rejected.iter().map(|one| one.id.as_deref()).collect::<Vec<_>>(), [Some("s150")]);
    let loaded = |text: &String| load(&policy, &read_json(text, SourceId(0), 0).expect("JSON"));
    let facts = parts.iter().flat_map(|(_, texts)| texts).filter_map(|text| loaded(text).ok());
    let expected: Vec<(Option<String>, Option<String>, Option<String>, Vec<String>)> = facts
        .flat_map(|facts| rows(&judge, &judge.judge(facts, None, Vec::new())))
        .map(|row| (row.id, row.item, row.outcome, row.clauses))
        .collect();
    let mut found = Vec::new();
    for batch in &frame.rows {
        let text = |name: &str| cast(batch.column_by_name(name).expect("a column"));
        let (ids, items, outcomes) = (text("id"), text("item"), text("outcome"));
        let clauses = batch.column_by_name("clauses").expect("a column").as_list::<i32>().clone();
        for row in 0..batch.num_rows() {
            let clauses = clauses.value(row).as_string::<i32>().iter().flatten().map(String::from).collect();
            found.push((ids[row].clone(), items[row].clone(), outcomes[row].clone(), clauses));
        }
    }
    assert_eq!(found, expected);
    assert!(found.iter().any(|row| row.2.as_deref() == Some("ban")) && found.iter().any(|row| row.2.is_none()));
}

/// The texts of an array, plain or by a dictionary.
fn cast(array: &ArrayRef) -> Vec<Option<String>> {
    let text = |texts: &StringArray, at: usize| texts.is_valid(at).then(|| texts.value(at).to_string());
    match array.as_dictionary_opt::<Int32Type>() {
        Some(words) => {
            let texts = words.values().as_string::<i32>();
            words.keys().iter().map(|key| key.and_then(|key| text(texts, key as usize))).collect()
        }
        None => (0..array.len()).map(|at| text(array.as_string::<i32>(), at)).collect(),
    }
}

/// Arrays that say a fact twice are set aside as JSON is; a list where none belongs is told before anything is judged.
#[test]
fn arrays_are_refused_where_json_is() {
    let policy = compiled(PARTIES).expect("a policy");
    let judge = Judge::new(&policy, None);
    let terms = Terms { judge: &judge, on: None, readings: Vec::new(), background: Background::default() };
    let truth = |truth: bool| Arc::new(BooleanArray::from(vec![truth])) as ArrayRef;
    let military = |values: &[bool]| {
        let field = Arc::new(Field::new("military", DataType::Boolean, true));
        Arc::new(StructArray::new(vec![field; values.len()].into(), values.iter().map(|value| truth(*value)).collect(), None))
            as ArrayRef
    };
    let mut empty = ListBuilder::new(StringBuilder::new());
    empty.append(true);
    let empty = Arc::new(empty.finish()) as ArrayRef;
    let day = Arc::new(StringArray::from(vec!["2025-06-01"])) as ArrayRef;
    let judged = |columns: Vec<(&str, ArrayRef)>| {
        let columns = columns.into_iter().chain([("date", day.clone())]);
        let arrays = RecordBatch::try_from_iter(columns).expect("a batch");
        judge_batches(&terms, &[arrays], &RowColumn::ALL, Some(1))
    };
    let cases: [(&str, Vec<(&str, ArrayRef)>); 2] = [
        ("ukase::table::cell", vec![("boss", military(&[true])), ("boss.military", truth(false))]),
        ("ukase::facts::duplicate_key", vec![("boss", military(&[false, true]))]),
    ];
    for (code, columns) in cases {
        let frame = judged(columns).expect("columns");
        assert_eq!(frame.rejected.first().map(|one| one.error.code.as_str()), Some(code));
    }
    for column in ["notes", "boss"] {
        let problems = judged(vec![(column, empty.clone())]).expect_err("lists where none belong");
        assert!(problems[0].message.starts_with(&format!("the column `{column}` holds lists, and")), "{}", problems[0].message);
    }
}

#[test]
fn nothing_that_a_run_writes_takes_the_place_of_an_input() {
    let folder = boxes();
    write(folder.path(), "in.jsonl", "{\"id\": \"a\"}\n");
    fs::copy(folder.path().join("in.jsonl"), folder.path().join("out.csv.rejected.jsonl")).expect("copied");
    let wrong: [&[&str]; 4] = [
        &["boxes.ukase", "in.jsonl", "-o", "out.csv", "--summary", "in.jsonl"],
        &["boxes.ukase", "in.jsonl", "-o", "./in.jsonl"],
        &["boxes.ukase", "out.csv.rejected.jsonl", "-o", "out.csv"],
        &["boxes.ukase", "in.jsonl", "-o", "out.csv", "--summary", "out.csv"],
    ];
    for arguments in wrong {
        let run = batch(folder.path(), arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.err);
    }
    assert_eq!(read(folder.path(), "in.jsonl"), "{\"id\": \"a\"}\n");
    assert_eq!(read(folder.path(), "out.csv.rejected.jsonl"), "{\"id\": \"a\"}\n");
}

#[test]
fn a_quote_that_nothing_closes_costs_its_own_line_only() {
    let folder = boxes();
    write(folder.path(), "in.csv", "id,date,destination\na,2025-06-01,JP\n\"b,2025-06-01,JP\nc,2025-06-01,JP\nd,2025-06-01,JP\n");
    let run = batch(folder.path(), &["boxes.ukase", "in.csv", "-o", "out.jsonl"]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    let rejected: Value = serde_json::from_str(&read(folder.path(), "out.jsonl.rejected.jsonl")).expect("one line");
    assert_eq!((&rejected["line"], &rejected["error"]["code"]), (&json!(3), &json!("ukase::table::quote")));
    let rows = read(folder.path(), "out.jsonl");
    let ids: Vec<Value> = rows.lines().map(|line| serde_json::from_str::<Value>(line).expect("a row")["id"].clone()).collect();
    assert_eq!(ids, ["a", "c", "d"]);
}
