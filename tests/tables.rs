//! Tables as people and programs write them: what says the same is judged the same, what says nothing is told before the first shipment, and what is in the
//! way of a run is told before it begins.

use crate::agreement::compiled;
use crate::binary::{Ran, folder, read, ukase, write};
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, FixedSizeListArray, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use ukase::eval::Judge;
use ukase::facts::Background;
use ukase::table::{Frame, RowColumn, Terms, judge_batches};

const PEARLS: &str = r#"policy pearls "Pearls"
language 1
outcomes from loosest to strictest { free licence deny }
enum material { pearl stone glass }
facts shipment {
    destination  country
    military     truth
    mass         quantity in kg
    uses         set of material
    boss         party
    items        list of item
}
record party { military truth   name text }
record item { value money }
instrument 2025-1 "Notice" { published 2025-01-10 }
clause 1 "Heavy" when mass > 10 kg then licence
clause 2 "Army" when military or boss.military then deny
clause 3 "Pearls" when uses meets {pearl} then licence
clause 4 "Dear" when sum of item.value for item in items > 100 USD then licence
"#;

const ON: [&str; 2] = ["--on", "2025-06-01"];

fn pearls() -> TempDir {
    let folder = folder();
    write(folder.path(), "pearls.ukase", PEARLS);
    folder
}

/// The same policy with a clause that looks at each item by itself.
fn of_each_item() -> String {
    PEARLS.replace("when sum of item.value for item in items", "each item in items when item.value")
}

fn batch(folder: &Path, arguments: &[&str]) -> Ran {
    ukase(folder, &[&["batch", "pearls.ukase"], arguments, &ON].concat(), "")
}

/// What follows for each shipment of a table: its `id`, its outcome.
fn outcomes(folder: &Path, table: &str) -> (Vec<String>, Ran) {
    write(folder, "in.csv", table);
    let ran = batch(folder, &["in.csv", "-o", "-", "--columns", "id,outcome"]);
    let row = |line: &str| -> String {
        let row: Value = serde_json::from_str(line).expect("JSON");
        format!("{} {}", row["id"].as_str().unwrap_or("-"), row["outcome"].as_str().unwrap_or("open"))
    };
    (ran.out.lines().map(row).collect(), ran)
}

/// The shipments of an array.
fn judged(columns: Vec<(&str, ArrayRef)>) -> Result<Frame, Vec<String>> {
    let policy = compiled(PEARLS).expect("a policy");
    let judge = Judge::new(&policy, None);
    let on = ukase::value::Date::parse("2025-06-01");
    let terms = Terms { judge: &judge, on, readings: Vec::new(), background: Background::default() };
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    judge_batches(&terms, &[batch.expect("a batch")], &RowColumn::ALL, Some(1)).map_err(|problems| {
        problems.into_iter().map(|one| format!("{}; {}", one.message, one.help.unwrap_or_default())).collect()
    })
}

fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

#[test]
fn texts_in_arrays_say_what_cells_of_a_table_say() {
    let folder = pearls();
    let table = "id,destination,military,mass,uses,items\n\
                 a,JP,true,11 kg,pearl; glass,[]\n\
                 b,JP,false,,\"[\"\"stone\"\"]\",\"[{\"\"value\"\": \"\"200 USD\"\"}]\"\n\
                 c,,,2 kg,stone,\n\
                 d,JP,TRUE,2 kg,stone,[]\n";
    write(folder.path(), "in.csv", table);
    let ran = batch(folder.path(), &["in.csv", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let frame = judged(vec![
        ("id", texts(&["a", "b", "c", "d"])),
        ("destination", texts(&["JP", "JP", "", "JP"])),
        ("military", texts(&["true", "false", "", "TRUE"])),
        ("mass", texts(&["11 kg", "", "2 kg", "2 kg"])),
        ("uses", texts(&["pearl; glass", "[\"stone\"]", "stone", "stone"])),
        ("items", texts(&["[]", "[{\"value\": \"200 USD\"}]", "", "[]"])),
    ]);
    let frame = frame.expect("columns that fit");
    let rows: Vec<Value> =
        read(folder.path(), "out.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(frame.summary.rows as usize, rows.len());
    let found: Vec<&str> = rows.iter().map(|row| row["outcome"].as_str().unwrap_or("open")).collect();
    assert_eq!(found, ["deny", "open", "open"]);
    assert_eq!(frame.summary.outcomes.get("deny"), Some(&1));
    let rejected = read(folder.path(), "out.jsonl.rejected.jsonl");
    assert!(rejected.contains("write it in small letters: true"), "{rejected}");
    assert_eq!(frame.rejected.len(), 1);
    assert_eq!(frame.rejected[0].error.help.as_deref(), Some("write it in small letters: true"));
}

#[test]
fn truths_as_words_of_a_dictionary_are_read_a_column_at_a_time() {
    let words = |texts: &[Option<&str>]| -> ArrayRef {
        Arc::new(texts.iter().copied().collect::<arrow_array::DictionaryArray<arrow_array::types::Int32Type>>())
    };
    let frame = judged(vec![
        ("id", texts(&["a", "b", "c"])),
        ("military", words(&[Some("true"), Some("false"), None])),
        ("mass", words(&[Some("1 kg"), Some("1 kg"), Some("1 kg")])),
        ("uses", words(&[Some("stone"), Some("pearl;stone"), Some("")])),
    ]);
    let summary = frame.expect("columns that fit").summary;
    assert_eq!((summary.rejected, summary.outcomes["deny"], summary.open), (0, 1, 2));
}

/// Columns of another type than their facts are told all together, before anything is judged.
#[test]
fn what_fits_no_fact_is_told_before_the_first_shipment() {
    let group = |name: &str, array: ArrayRef| -> ArrayRef {
        Arc::new(StructArray::from(vec![(Arc::new(Field::new(name, array.data_type().clone(), true)), array)]))
    };
    let numbers = || -> ArrayRef { Arc::new(Int64Array::from(vec![1])) };
    let problems = judged(vec![
        ("destination", group("name", texts(&["JP"]))),
        ("military", numbers()),
        ("mass", Arc::new(Decimal128Array::from(vec![25]).with_precision_and_scale(9, 1).expect("a decimal"))),
        ("uses", Arc::new(BooleanArray::from(vec![true]))),
        ("boss", group("militry", Arc::new(BooleanArray::from(vec![true])))),
        ("items", group("value", texts(&["1 USD"]))),
    ]);
    insta::assert_snapshot!(problems.expect_err("problems").join("\n"));
    let fit = judged(vec![("id", numbers()), ("boss", group("military", Arc::new(BooleanArray::from(vec![None]))))]);
    assert_eq!(fit.expect("columns that fit").summary.shipments, 1);
    assert_eq!(numbers().data_type(), &DataType::Int64);
}

#[test]
fn the_first_line_of_a_table_is_told_from_what_else_programs_write_there() {
    let folder = pearls();
    let refused: Vec<String> = [
        "\nid,mass\na,1 kg\n",
        "id;mass\na;1 kg\n",
        "sep=,\nid,mass\n",
        "id\tmass\n",
        "id,mass,\na,1 kg,\n",
        "\"id\"x,mass\n",
        "id,mass\ra,1 kg\r",
    ]
    .iter()
    .map(|table| {
        let (rows, ran) = outcomes(folder.path(), table);
        assert_eq!((rows.len(), ran.code), (0, Some(1)), "{table}");
        ran.err
    })
    .collect();
    insta::assert_snapshot!(refused.join("\n"));
}

#[test]
fn a_cell_that_goes_on_behind_its_quotes_is_set_aside() {
    let folder = pearls();
    let (rows, ran) =
        outcomes(folder.path(), "id,mass,military\na,\"2\"1 kg,false\nb,\"2 kg\",false\n\"c\" ,2 kg,false\nd,2 kg,\"tr\"ue\n");
    assert_eq!(rows, ["b open"]);
    assert_eq!(ran.err.matches("goes on behind the quote that closes it").count(), 6, "{}", ran.err);
}

/// A quote that nothing closes costs its own line: what follows is read by itself, also where a quote further down would seem to close it.
#[test]
fn a_quote_that_is_not_closed_costs_its_own_line() {
    let folder = pearls();
    let (found, ran) = outcomes(
        folder.path(),
        "id,destination,military\na,\"JP,true\nb,JP,true\nc,\"JP\",true\n\"d\",\"JP\",\"true\n\"e\",\"JP\",\"true\"\nf,\"J\nP\",true\n",
    );
    assert_eq!(found, ["b deny", "c deny", "e deny"], "{}", ran.err);
    assert!(ran.err.contains("ukase::table::quote") && ran.err.contains("set aside"), "{}", ran.err);
}

/// A shipment is judged with all of its lines: one that does not say whose it is may be of those above or below.
#[test]
fn lines_beside_one_that_names_no_shipment_are_set_aside() {
    let folder = folder();
    write(folder.path(), "pearls.ukase", &of_each_item());
    let lines = |middle: &str| format!("id,item.value\na,1 USD\nb,1 USD\n{middle}\nc,1 USD\nc,101 USD\nd,101 USD\n");
    for (middle, about) in [(",500 USD", "does not say"), ("\"c,500 USD", "a quote opens"), ("x\r,500 USD", "carriage return")] {
        write(folder.path(), "in.csv", &lines(middle));
        let ran = batch(folder.path(), &["in.csv", "-o", "out.jsonl", "--columns", "id,item,outcome"]);
        let rows: Vec<Value> =
            read(folder.path(), "out.jsonl").lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
        let rows: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
        assert_eq!((ran.code, rows), (Some(1), vec!["a", "d"]), "{middle}");
        let rejected = read(folder.path(), "out.jsonl.rejected.jsonl");
        let told: Vec<Value> = rejected.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
        assert_eq!(told.iter().map(|one| one["id"].as_str()).collect::<Vec<_>>(), [Some("b"), None, Some("c")], "{middle}");
        assert!(told[1]["error"]["message"].as_str().is_some_and(|message| message.contains(about)), "{middle}: {rejected}");
    }
    // Commas alone say nothing, and stand for no line.
    write(folder.path(), "in.csv", "id,item.value\na,1 USD\n,\nb,101 USD\n,\n");
    let ran = batch(folder.path(), &["in.csv", "-o", "-", "--columns", "id"]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(0), 2), "{}", ran.err);
    // One whose name can be read belongs to its shipment.
    write(folder.path(), "in.csv", &lines("b,5\r00 USD"));
    let ran = batch(folder.path(), &["in.csv", "-o", "-", "--columns", "id"]);
    assert_eq!(
        ran.out.lines().collect::<Vec<_>>(),
        ["{\"id\":\"a\"}", "{\"id\":\"c\"}", "{\"id\":\"c\"}", "{\"id\":\"d\"}"],
        "{}",
        ran.err
    );
}

/// The row of an item says what could change it, also where another item decides the shipment, and where more is missing than is asked for of one.
#[test]
fn each_open_item_says_what_is_missing() {
    let folder = folder();
    write(folder.path(), "pearls.ukase", &of_each_item());
    let open = vec!["{}"; 40].join(",");
    write(
        folder.path(),
        "in.jsonl",
        &format!(
            "{{\"id\":\"a\",\"mass\":\"1 kg\",\"uses\":[],\"military\":false,\"boss\":{{\"military\":false}},\"items\":[{open}]}}\n\
                  {{\"id\":\"b\",\"mass\":\"1 kg\",\"uses\":[],\"military\":false,\"boss\":{{\"military\":false}},\"items\":[{{\"value\":\"101 USD\"}},{{}}]}}\n"
        ),
    );
    let ran = batch(folder.path(), &["in.jsonl", "-o", "-", "--columns", "item,outcome,needs"]);
    let rows: Vec<Value> = ran.out.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
    assert_eq!(rows.len(), 42, "{}", ran.err);
    for row in rows.iter().filter(|row| row["outcome"].is_null()) {
        assert_eq!(row["needs"], serde_json::json!([format!("{}.value", row["item"].as_str().expect("an item"))]));
    }
    assert_eq!(rows.iter().filter(|row| row["outcome"].is_null()).count(), 41);
    // Where the army decides the shipment, what decides an item is still said.
    let open = "{\"mass\":\"1 kg\",\"uses\":[],\"boss\":{\"military\":false},\"items\":[{\"value\":\"101 USD\"},{}]}\n";
    write(folder.path(), "in.jsonl", open);
    let ran = batch(folder.path(), &["in.jsonl", "-o", "-", "--columns", "needs"]);
    assert_eq!(ran.out, "{\"needs\":[\"military\"]}\n{\"needs\":[\"military\",\"items[1].value\"]}\n", "{}", ran.err);
}

/// Lines that each open a quote, and none of which closes one, are as quickly read as others.
#[test]
fn quotes_that_open_on_every_line_are_lost_one_by_one() {
    let folder = pearls();
    let lines: String = (0..100_000).map(|at| format!("a{at},\"JP\n")).collect();
    write(folder.path(), "in.csv", &format!("id,destination\n{lines}b,JP\n{}", "5\",\"x\n".repeat(100_000)));
    let ran = batch(folder.path(), &["in.csv", "-o", "out.jsonl", "--columns", "id"]);
    assert_eq!(
        (ran.code, read(folder.path(), "out.jsonl").lines().count()),
        (Some(1), 1),
        "{}",
        &ran.err[..200.min(ran.err.len())]
    );
}

/// A row that hangs on how the law is read says which question it is, and the summary how often; it is none of an item's that does not hang on it.
#[test]
fn a_row_that_hangs_on_a_question_names_it() {
    let folder = folder();
    let policy = of_each_item();
    let question = "question cheap \"Are cheap ones meant?\"\n    reading dear \"no\"\n    reading meant \"yes\"\n";
    let reads = "> 100 USD or (item.value > 5 USD and under reading cheap.meant) then licence";
    let policy = policy.replace("> 100 USD then licence", reads);
    write(folder.path(), "pearls.ukase", &format!("{policy}{question}"));
    let whole = r#""mass":"1 kg","uses":[],"military":false,"boss":{"military":false}"#;
    let items = r#"[{"value":"1 USD"},{"value":"7 USD"},{"value":"101 USD"},{}]"#;
    write(
        folder.path(),
        "in.jsonl",
        &format!("{{\"id\":\"a\",{whole},\"items\":{items}}}\n{{\"id\":\"b\",{whole},\"items\":[]}}\n"),
    );
    let ran = batch(folder.path(), &["in.jsonl", "-o", "-", "--columns", "outcome,needs,questions", "--summary", "s.json"]);
    let rows: Vec<Value> = ran.out.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
    let asks: Vec<(&Value, &Value)> = rows.iter().map(|row| (&row["needs"], &row["questions"])).collect();
    let (nothing, cheap, value) = (serde_json::json!([]), serde_json::json!(["cheap"]), serde_json::json!(["items[3].value"]));
    let expected = [(&nothing, &nothing), (&nothing, &cheap), (&nothing, &nothing), (&value, &nothing), (&nothing, &nothing)];
    assert_eq!(asks, expected, "{}", ran.err);
    let summary: Value = serde_json::from_str(&read(folder.path(), "s.json")).expect("JSON");
    assert_eq!(summary["questions"], serde_json::json!({"cheap": 1}));
}

/// Lines of one shipment that stand in two files are as wrong as lines apart in one.
#[test]
fn lines_of_a_shipment_in_two_files_are_told() {
    let folder = pearls();
    write(folder.path(), "one.csv", "id,item.value\nX,60 USD\n");
    write(folder.path(), "two.csv", "id,item.value\nX,60 USD\n");
    let ran = batch(folder.path(), &["one.csv", "two.csv", "-o", "out.csv"]);
    assert_eq!(ran.code, Some(1));
    assert!(read(folder.path(), "out.csv.rejected.jsonl").contains("ukase::table::apart"));
    // That is also what is wrong where they contradict one another: they may be two shipments of one name.
    let (rows, ran) = outcomes(folder.path(), "id,mass,item.value\na,1 kg,1 USD\nb,1 kg,1 USD\na,2 kg,1 USD\na,3 kg,1 USD\n");
    assert_eq!(rows.len(), 2, "{}", ran.err);
    assert!(ran.err.contains("ukase::table::apart") && !ran.err.contains("ukase::table::cell"), "{}", ran.err);
}

#[test]
fn a_file_is_judged_once_however_often_it_is_named() {
    let folder = pearls();
    write(folder.path(), "a1.csv", "id,mass\na,1 kg\n");
    let ran = batch(folder.path(), &["a*.csv", "a1.csv", "./a1.csv", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(read(folder.path(), "out.jsonl").lines().count(), 1);
}

#[test]
fn a_verdict_that_is_strict_enough_fails_the_run() {
    let folder = pearls();
    write(folder.path(), "in.csv", "id,mass,military,boss.military,uses,items\na,20 kg,false,false,stone,[]\n");
    let code = |limit: &str| batch(folder.path(), &["in.csv", "-o", "out.csv", "--fail-at", limit]).code;
    assert_eq!((code("licence"), code("deny")), (Some(1), Some(0)));
    write(folder.path(), "in.csv", "id,mass\na,20 kg\n");
    assert_eq!(code("deny"), Some(1), "it may be denied");
    let each =
        PEARLS.replace("when sum of item.value for item in items > 100 USD", "each item in items when item.value > 100 USD");
    write(folder.path(), "pearls.ukase", &each);
    let open = "{\"id\": \"a\", \"mass\": \"1 kg\", \"military\": false, \"boss\": {\"military\": false}, \"uses\": [], \"items\": [{\"value\": \"1 USD\"}, \"…\"]}\n";
    write(folder.path(), "open.jsonl", open);
    let eval = ukase(folder.path(), &["eval", "pearls.ukase", "open.jsonl", "--on", "2025-06-01", "--fail-at", "licence"], "");
    let ran = batch(folder.path(), &["open.jsonl", "-o", "out.csv", "--fail-at", "licence"]);
    assert_eq!((eval.code, ran.code), (Some(1), Some(1)), "an item that nobody named may need a licence: {}", ran.err);
    assert_eq!(batch(folder.path(), &["in.csv", "-o", "out.csv"]).code, Some(0));
}

#[test]
fn nothing_that_a_run_reads_is_written_over() {
    let folder = pearls();
    write(folder.path(), "in.csv", "id,mass\na,20 kg\n");
    write(folder.path(), "firm.toml", "");
    let refused = [
        batch(folder.path(), &["in.csv", "-o", "out.csv", "--summary", "pearls.ukase"]),
        batch(folder.path(), &["in.csv", "-o", "out.csv", "--profile", "firm.toml", "--summary", "./firm.toml"]),
        ukase(folder.path(), &["generate", "pearls.ukase", "-n", "1", "-o", "pearls.ukase"], ""),
    ];
    for ran in refused {
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains("read as well as written"), "{}", ran.err);
    }
    assert_eq!(read(folder.path(), "pearls.ukase"), PEARLS);
}

/// A file takes the place of a file: not of a link, which would then lead nowhere, nor of a pipe, at whose end somebody waits.
#[cfg(unix)]
#[test]
fn a_link_is_not_replaced() {
    let folder = pearls();
    write(folder.path(), "in.csv", "id,mass\na,1 kg\n");
    write(folder.path(), "real.csv", "old\n");
    std::os::unix::fs::symlink("real.csv", folder.path().join("link.csv")).expect("a link");
    let ran = batch(folder.path(), &["in.csv", "-o", "link.csv"]);
    assert_eq!((ran.code, read(folder.path(), "real.csv")), (Some(2), "old\n".into()));
    assert!(ran.err.contains("is a link"), "{}", ran.err);
}

/// What a file of Parquet holds is what it says itself, whatever its writer had in memory.
#[test]
fn a_list_of_a_fixed_length_is_a_list() {
    let folder = folder();
    write(folder.path(), "pearls.ukase", &PEARLS.replace("    destination  country", "    date date\n    destination  country"));
    let days: ArrayRef = Arc::new(Date32Array::from(vec![20_100]));
    let uses: ArrayRef = Arc::new(FixedSizeListArray::new(
        Arc::new(Field::new("element", DataType::Utf8, true)),
        2,
        texts(&["pearl", "stone"]),
        None,
    ));
    let columns = [
        ("id", texts(&["a"])),
        ("date", days),
        ("uses", uses),
        ("military", Arc::new(BooleanArray::from(vec![false])) as ArrayRef),
    ];
    parquet(&folder.path().join("in.parquet"), &[RecordBatch::try_from_iter(columns).expect("a batch")]);
    let ran = ukase(folder.path(), &["batch", "pearls.ukase", "in.parquet", "-o", "-", "--columns", "on,clauses"], "");
    assert_eq!(ran.out, "{\"on\":\"2025-01-12\",\"clauses\":[\"2025-1/3\"]}\n", "{}", ran.err);
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_the_first_shipment() {
    let folder = pearls();
    write(folder.path(), "in.csv", "id,mass\na,20 kg\n");
    std::fs::create_dir(folder.path().join("there.csv")).expect("a folder");
    let nowhere = batch(folder.path(), &["in.csv", "-o", "out.csv", "--summary", "nowhere/s.json"]);
    assert_eq!(nowhere.code, Some(1));
    let is_folder = batch(folder.path(), &["in.csv", "-o", "there.csv"]);
    assert_eq!(is_folder.code, Some(2));
    assert!(is_folder.err.contains("is a folder: name a file"), "{}", is_folder.err);
    assert!(!folder.path().join("out.csv").exists());
    let threads = batch(folder.path(), &["in.csv", "-o", "out.csv", "--threads", "0"]);
    assert!(threads.err.contains("write 1 or more"), "{}", threads.err);
}

/// A line may be long; what takes many times its length in memory is set aside.
#[test]
fn a_line_of_ever_so_many_values_is_set_aside() {
    let folder = pearls();
    let many = format!(
        "{{\"id\": \"b\", \"uses\": [{}]}}\n{{\"id\": \"c\", \"mass\": \"1 kg\"}}\n",
        "\"pearl\",".repeat(250_000) + "\"stone\""
    );
    write(folder.path(), "in.jsonl", &many);
    let ran = batch(folder.path(), &["in.jsonl", "-o", "out.jsonl"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(read(folder.path(), "out.jsonl").lines().count(), 1);
    assert!(read(folder.path(), "out.jsonl.rejected.jsonl").contains("states more than 100000 values"));
}

/// The same of a row of arrays, which beside others is judged as if it were not there.
#[test]
fn a_row_of_ever_so_many_values_is_set_aside() {
    let counts = [2, 100_001, 1];
    let values = StringArray::from_iter_values((0..counts.iter().sum()).map(|at| if at == 0 { "101 USD" } else { "0 USD" }));
    let item = StructArray::from(vec![(Arc::new(Field::new("value", DataType::Utf8, true)), Arc::new(values) as ArrayRef)]);
    let element = Arc::new(Field::new("element", item.data_type().clone(), true));
    let items = ListArray::new(element, OffsetBuffer::from_lengths(counts), Arc::new(item), None);
    let frame = judged(vec![("id", texts(&["a", "b", "c"])), ("mass", texts(&["1 kg"; 3])), ("items", Arc::new(items))]);
    let frame = frame.expect("rows");
    assert_eq!((frame.summary.shipments, frame.summary.rejected_by["ukase::table::too_long"]), (2, 1));
    assert_eq!(frame.rejected[0].id.as_deref(), Some("b"));
    assert_eq!(frame.rejected[0].error.message, "this row states more than 100000 values");
}

/// Each row of an item repeats the `id` of its shipment.
#[test]
fn an_id_of_ever_so_many_bytes_is_set_aside() {
    let (folder, long) = (pearls(), "x".repeat(1025));
    let table = format!("id,mass\n{long},1 kg\n{},1 kg\nc,1 kg\n", &long[1..]);
    let lines =
        format!("{{\"id\":\"{long}\",\"mass\":\"1 kg\"}}\n{{\"id\":\"{}\",\"mass\":\"1 kg\"}}\n{{\"id\":\"c\"}}\n", &long[1..]);
    for (name, text) in [("in.csv", table), ("in.jsonl", lines)] {
        write(folder.path(), name, &text);
        let ran = batch(folder.path(), &[name, "-o", "out.jsonl", "--columns", "id"]);
        assert_eq!((ran.code, read(folder.path(), "out.jsonl").lines().count()), (Some(1), 2), "{name}");
        let rejected = read(folder.path(), "out.jsonl.rejected.jsonl");
        assert!(rejected.contains("this `id` has 1025 bytes, and one has at most 1024"), "{name}: {rejected}");
    }
    let frame = judged(vec![("id", texts(&[&long, &long[1..]])), ("mass", texts(&["1 kg"; 2]))]).expect("rows");
    assert_eq!((frame.summary.shipments, frame.summary.rejected_by["ukase::facts::id"]), (1, 1));
}

#[test]
fn bytes_that_are_no_text_cost_only_their_own_shipment() {
    let folder = pearls();
    let bytes = b"{\"id\": \"a\", \"mass\": \"1 kg\"}\n{\"id\": \"\xff\"}\n{\"id\": \"c\", \"mass\": \"1 kg\"}\n";
    std::fs::write(folder.path().join("in.jsonl"), bytes).expect("a file");
    let ran = ukase(folder.path(), &["eval", "pearls.ukase", "in.jsonl", "--on", "2025-06-01", "--format", "json"], "");
    assert_eq!(ran.code, Some(1));
    let found = ran.objects();
    assert_eq!((found[0]["id"].as_str(), found[2]["id"].as_str(), found.len()), (Some("a"), Some("c"), 3));
    assert_eq!(found[1]["error"]["code"], "ukase::facts::not_utf8");
}

/// Shipments of `PEARLS` as arrays, with a record in one of their columns; one in a hundred is in the army, and one of all comes from nowhere.
fn shipments(numbers: std::ops::Range<usize>) -> RecordBatch {
    let at = |number: usize| if number == 7 { "XX" } else { "JP" };
    let military: BooleanArray = numbers.clone().map(|number| Some(number % 100 == 0)).collect();
    let boss = StructArray::from(vec![(
        Arc::new(Field::new("military", DataType::Boolean, true)),
        Arc::new(numbers.clone().map(|_| Some(false)).collect::<BooleanArray>()) as ArrayRef,
    )]);
    let texts =
        |text: &dyn Fn(usize) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values(numbers.clone().map(text))) };
    let columns: [(&str, ArrayRef); 7] = [
        ("id", texts(&|number| format!("s{number}"))),
        ("destination", texts(&|number| at(number).into())),
        ("military", Arc::new(military)),
        ("mass", texts(&|number| format!("{} kg", number % 13))),
        ("uses", texts(&|_| "stone".into())),
        ("boss", Arc::new(boss)),
        ("items", texts(&|_| "[]".into())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).expect("a batch")
}

/// A file with a group of rows for each batch.
fn parquet(path: &Path, groups: &[RecordBatch]) {
    let mut writer = ArrowWriter::try_new(File::create(path).expect("a file"), groups[0].schema(), None).expect("a writer");
    for group in groups {
        writer.write(group).expect("rows");
        writer.flush().expect("a group");
    }
    writer.close().expect("a file");
}

fn read_parquet(path: &Path) -> (Vec<RecordBatch>, Vec<i64>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("a file")).expect("Parquet");
    let groups = builder.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    (builder.with_batch_size(1 << 20).build().expect("rows").map(|batch| batch.expect("rows")).collect(), groups)
}

#[test]
fn verdicts_stand_beside_the_columns_of_the_input() {
    let folder = pearls();
    let one = [shipments(0..3), shipments(3..6000), shipments(6000..6001)];
    parquet(&folder.path().join("1.parquet"), &one);
    parquet(&folder.path().join("2.parquet"), &[shipments(6001..15_000)]);
    let beside = batch(
        folder.path(),
        &["1.parquet", "2.parquet", "-o", "out.parquet", "--with-input", "--columns", "outcome,clauses,status"],
    );
    assert_eq!(beside.code, Some(1), "{}", beside.err);
    let apart = batch(folder.path(), &["1.parquet", "2.parquet", "-o", "apart.jsonl"]);
    assert_eq!(apart.code, Some(1), "{}", apart.err);
    let (batches, groups) = read_parquet(&folder.path().join("out.parquet"));
    assert_eq!(groups, [3, 5997, 1, 8999]);
    let inputs = arrow_select(&batches, 7);
    assert_eq!(
        inputs,
        arrow_select(&[&one[..], &[shipments(6001..15_000)]].concat(), 7),
        "the columns of the input are as they were"
    );
    let mut rows = read(folder.path(), "apart.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .collect::<Vec<_>>()
        .into_iter();
    let (mut judged, mut rejected) = (0, Vec::new());
    for batch in &batches {
        let (ids, outcomes) = (batch.column(0).as_string::<i32>(), batch.column_by_name("outcome").expect("a column"));
        let (outcomes, clauses) =
            (outcomes.as_string::<i32>(), batch.column_by_name("clauses").expect("a column").as_list::<i32>());
        let status = batch.column_by_name("status").expect("a column").as_string::<i32>();
        for row in 0..batch.num_rows() {
            if status.value(row) == "rejected" {
                assert!(outcomes.is_null(row) && clauses.value(row).is_empty());
                rejected.push(ids.value(row).to_string());
                continue;
            }
            let expected = rows.next().expect("a row");
            assert_eq!(
                (expected["id"].as_str(), expected["outcome"].as_str()),
                (Some(ids.value(row)), Some(outcomes.value(row)))
            );
            assert_eq!(expected["clauses"].as_array().map(Vec::len), Some(clauses.value(row).len()));
            judged += 1;
        }
    }
    assert_eq!((judged, rejected), (14_999, vec!["s7".to_string()]));
    assert!(rows.next().is_none());
    let all = batch(folder.path(), &["2.parquet", "-o", "out.parquet", "--with-input"]);
    assert_eq!(all.code, Some(0), "{}", all.err);
    let schema = read_parquet(&folder.path().join("out.parquet")).0[0].schema();
    let names: Vec<&str> = schema.fields().iter().skip(7).map(|field| field.name().as_str()).collect();
    assert_eq!(names, RowColumn::ALL[2..].iter().map(|column| column.name()).collect::<Vec<_>>());
}

/// Whatever packs a file, the rows are the same, and so is what is copied.
#[test]
fn parquet_is_read_however_it_is_packed() {
    use parquet::basic::{Compression, GzipLevel, ZstdLevel};
    let folder = pearls();
    let packed = |name: &str, codec: Compression| {
        let properties = parquet::file::properties::WriterProperties::builder().set_compression(codec).build();
        let rows = shipments(10..500);
        let file = File::create(folder.path().join(name)).expect("a file");
        let mut writer = ArrowWriter::try_new(file, rows.schema(), Some(properties)).expect("a writer");
        writer.write(&rows).expect("rows");
        writer.close().expect("a file");
        let ran = batch(folder.path(), &[name, "-o", "rows.jsonl"]);
        let beside = batch(folder.path(), &[name, "-o", "beside.parquet", "--with-input"]);
        assert_eq!((ran.code, beside.code), (Some(0), Some(0)), "{codec}: {} {}", ran.err, beside.err);
        let (beside, _) = read_parquet(&folder.path().join("beside.parquet"));
        assert_eq!(arrow_select(&beside, 7), arrow_select(&[rows], 7));
        read(folder.path(), "rows.jsonl")
    };
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::GZIP(GzipLevel::default()),
        Compression::LZ4_RAW,
        Compression::LZ4,
    ];
    let mut rows: Vec<String> = codecs.into_iter().map(|codec| packed("in.parquet", codec)).collect();
    rows.dedup();
    assert_eq!((rows.len(), rows[0].lines().count()), (1, 490));
}

/// The first columns of all rows, as one text a row.
fn arrow_select(batches: &[RecordBatch], columns: usize) -> Vec<String> {
    let texts = |batch: &RecordBatch| {
        let batch = batch.project(&(0..columns).collect::<Vec<_>>()).expect("columns");
        (0..batch.num_rows()).map(|row| format!("{:?}", batch.slice(row, 1).columns())).collect::<Vec<_>>()
    };
    batches.iter().flat_map(texts).collect()
}

#[test]
fn what_cannot_stand_beside_the_input_is_told_before_the_first_shipment() {
    let folder = pearls();
    write(folder.path(), "in.csv", "id,mass\na,20 kg\n");
    parquet(&folder.path().join("in.parquet"), &[shipments(0..3)]);
    let turned: Vec<usize> = (0..shipments(0..3).num_columns()).rev().collect();
    let other = shipments(0..3).project(&turned).expect("columns");
    parquet(&folder.path().join("other.parquet"), &[other]);
    write(
        folder.path(),
        "each.ukase",
        &PEARLS.replace(
            "clause 4 \"Dear\" when sum of item.value for item in items > 100 USD",
            "clause 4 \"Dear\" each item in items when item.value > 100 USD",
        ),
    );
    let refused: Vec<String> = [
        &["pearls.ukase", "in.csv", "-o", "out.parquet"][..],
        &["pearls.ukase", "in.parquet", "-o", "out.csv"],
        &["pearls.ukase", "in.parquet", "-o", "-"],
        &["pearls.ukase", "in.parquet", "other.parquet", "-o", "out.parquet", "--columns", "id,outcome"],
        &["each.ukase", "in.parquet", "-o", "out.parquet"],
    ]
    .iter()
    .map(|arguments| {
        let ran = ukase(folder.path(), &[&["batch"], *arguments, &["--with-input"], &ON].concat(), "");
        assert!(matches!(ran.code, Some(1 | 2)), "{arguments:?}");
        ran.err
    })
    .collect();
    assert!(!folder.path().join("out.parquet").exists());
    insta::assert_snapshot!(refused.join("\n"));
}

/// What names an element alone, or says that there are more, is no place for a part of an element.
#[test]
fn a_list_that_is_left_open_has_no_parts_beside_it() {
    let folder = pearls();
    let (rows, ran) = outcomes(folder.path(), "id,items,items[0].value\na,\"[\"\"…\"\"]\",200 USD\n");
    assert!(rows.is_empty() && ran.err.contains("says different things"), "{}", ran.err);
}

/// A pipe, or a device, is written where it stands.
#[cfg(unix)]
#[test]
fn a_summary_goes_where_it_is_sent() {
    let folder = pearls();
    write(folder.path(), "in.csv", "id,mass\na,20 kg\n");
    std::os::unix::fs::symlink("target.json", folder.path().join("link.json")).expect("a link");
    let ran = batch(folder.path(), &["in.csv", "-o", "out.csv", "--summary", "link.json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(read(folder.path(), "target.json").contains("\"shipments\": 1"));
    let ran = batch(folder.path(), &["in.csv", "-o", "out.csv", "--columns", "nothing", "--summary", "s.json"]);
    assert_eq!(ran.code, Some(2));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}

/// Many small groups of rows are copied one after the other, and the file is read once for all of them.
#[test]
fn a_file_of_many_groups_stands_beside_its_verdicts() {
    let folder = pearls();
    let groups: Vec<RecordBatch> = (0..300).map(|group| shipments(10 + 2 * group..12 + 2 * group)).collect();
    parquet(&folder.path().join("in.parquet"), &groups);
    let ran = batch(folder.path(), &["in.parquet", "-o", "out.parquet", "--with-input", "--columns", "outcome"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let (batches, counts) = read_parquet(&folder.path().join("out.parquet"));
    assert_eq!((counts.len(), arrow_select(&batches, 7)), (300, arrow_select(&groups, 7)));
}

/// Where there is no room for all groups together, what was judged is kept, and only put together again.
#[cfg(unix)]
#[test]
fn a_run_whose_groups_cannot_be_joined_goes_on_where_it_stopped() {
    let folder = pearls();
    parquet(&folder.path().join("in.parquet"), &[shipments(10..20_000), shipments(20_000..40_000)]);
    let arguments = ["in.parquet", "--with-input", "--columns", "outcome"];
    let whole = batch(folder.path(), &[&arguments[..], &["-o", "whole.parquet"]].concat());
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    let script = format!(
        "ulimit -f 100; trap '' XFSZ; exec '{}' batch pearls.ukase {} -o out.parquet --on 2025-06-01",
        env!("CARGO_BIN_EXE_ukase"),
        arguments.join(" ")
    );
    let refused = std::process::Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().expect("sh runs");
    assert_eq!(refused.status.code(), Some(1));
    let there = |name: &str| folder.path().join(name).exists();
    assert!(there("out.parquet.journal") && there("out.parquet.group1") && !there("out.parquet"));
    let ran = batch(folder.path(), &[&arguments[..], &["-o", "out.parquet", "--resume"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    assert!(bytes("out.parquet") == bytes("whole.parquet"));
    assert!(!there("out.parquet.journal") && !there("out.parquet.group1"));
}

#[test]
fn texts_of_any_kind_name_what_a_list_holds() {
    let keyed = PEARLS.replace("record item { value money }", "record item keyed by code { code code   value money }");
    let policy = compiled(&keyed).expect("a policy");
    let judge = Judge::new(&policy, None);
    let terms = Terms { judge: &judge, on: None, readings: Vec::new(), background: Background::default() };
    let mut items = arrow_array::builder::ListBuilder::new(arrow_array::builder::StringDictionaryBuilder::<
        arrow_array::types::Int32Type,
    >::new());
    items.values().append_value("1C902.a");
    items.append(true);
    let batch = RecordBatch::try_from_iter([("items", Arc::new(items.finish()) as ArrayRef)]).expect("a batch");
    let frame = judge_batches(&terms, &[batch], &RowColumn::ALL, Some(1)).expect("columns that fit");
    assert_eq!(frame.summary.rejected, 0, "{:?}", frame.rejected);
}

/// Objects in a list over many lines are told how they are meant to stand.
#[test]
fn a_list_over_many_lines_is_told_from_an_object_a_line() {
    let folder = pearls();
    write(folder.path(), "in.jsonl", "[\n{\"id\": \"a\"},\n{\"id\": \"b\"}\n]\n");
    let ran = batch(folder.path(), &["in.jsonl", "-o", "out.jsonl"]);
    assert_eq!((ran.code, read(folder.path(), "out.jsonl").lines().count()), (Some(1), 1));
    let rejected = read(folder.path(), "out.jsonl.rejected.jsonl");
    assert_eq!(rejected.lines().filter(|line| line.contains("no brackets around them")).count(), 3, "{rejected}");
}
