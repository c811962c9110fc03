//! Files end to end: P4, P5, P8, P9.

use crate::by_hand::{self, Places};
use crate::measure::{Taken, instructions, median_run, run};
use crate::workload::{COLUMNS, Dice, Flat, SEED, Words, csv, jsonl};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const ROUNDS: usize = 5;
const UKASE: &str = env!("CARGO_BIN_EXE_ukase");
const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rare-earth-flat/policy.ukase");
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/judging/peers.py");
const MILLION: usize = 1_000_000;

/// Where the files are: in memory, so that no disk is measured.
fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() }.join("ukase-bench");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn written(path: &Path, count: usize, head: &str, line: fn(&Words, usize, &Flat, &mut String)) {
    let (words, mut dice) = (Words::new(), Dice::new(SEED));
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    for number in 1..=count {
        text.clear();
        line(&words, number, &Flat::draw(&mut dice), &mut text);
        file.write_all(text.as_bytes()).unwrap();
    }
    file.flush().unwrap();
}

/// What the programs beside it write: the shipment, the verdict, the clauses.
const CHOSEN: &str = "--columns=id,outcome,clauses";

fn batch(input: &Path, output: &Path, threads: &str) -> Taken {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    run(UKASE, &["batch", POLICY, &path(input), "-o", &path(output), "--threads", threads, CHOSEN])
}

fn by_hand(work: impl Fn() -> std::io::Result<()>) -> f64 {
    let mut found: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = std::time::Instant::now();
            work().unwrap();
            start.elapsed().as_secs_f64()
        })
        .collect();
    found.sort_by(f64::total_cmp);
    found[ROUNDS / 2]
}

pub(crate) fn files() {
    let folder = folder();
    let at = |name: &str| folder.join(name);
    let (lines, table) = (at("s.jsonl"), at("s.csv"));
    written(&lines, MILLION, "", jsonl);
    written(&table, MILLION, COLUMNS, csv);
    let places = Places::new(&Words::new());
    let per_row = |seconds: f64| seconds * 1e9 / MILLION as f64;

    let hand = by_hand(|| by_hand::jsonl(&places, &lines, &at("h.jsonl")));
    let ours = median_run(ROUNDS, || batch(&lines, &at("o.jsonl"), "1"));
    crate::memory::line("P5 JSONL to JSONL, processor time a row", per_row(ours.cpu), per_row(hand), "ns");
    let hand = by_hand(|| by_hand::csv(&places, &table, &at("h.csv")));
    let ours = median_run(ROUNDS, || batch(&table, &at("o.csv"), "1"));
    crate::memory::line("P5 CSV to CSV, processor time a row", per_row(ours.cpu), per_row(hand), "ns");
    let counted = |rows: usize| {
        written(&at("few.csv"), rows, COLUMNS, csv);
        let path = |name: &str| at(name).to_string_lossy().into_owned();
        instructions(UKASE, &["batch", POLICY, &path("few.csv"), "-o", &path("o.csv"), "--threads", "1", CHOSEN])
    };
    if let (Some(none), Some(some)) = (counted(0), counted(20_000)) {
        println!("{:<56} {:>9.0}", "   instructions a row, CSV to CSV", (some - none) / 20_000.0);
    }

    parquet(&folder, per_row);

    let two = median_run(ROUNDS, || batch(&table, &at("o.csv"), "2"));
    // One core judges, reads and writes.
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let (input, output) = (path(&table), path(&at("o.csv")));
    let pinned = ["-c", "0", UKASE, "batch", POLICY, &input, "-o", &output, "--threads", "1", CHOSEN];
    let one = median_run(ROUNDS, || run("taskset", &pinned));
    println!(
        "{:<56} {:>9.2} s {:>9.2} s {:>8.2} x",
        "P9 two cores, one: CSV, by the wall",
        two.wall,
        one.wall,
        one.wall / two.wall
    );
    let ten = at("ten.csv");
    written(&ten, 10 * MILLION, COLUMNS, csv);
    let large = batch(&ten, &at("o.csv"), "2");
    println!(
        "{:<56} {:>9.1} MiB {:>7.1} MiB {:>7.2} x",
        "P8 memory: 10 million rows, one million",
        large.memory,
        two.memory,
        large.memory / two.memory
    );
    std::fs::remove_dir_all(folder).unwrap();
}

/// Parquet to Parquet beside the engines that are at hand in a Python: the verdicts alone beside DuckDB, all columns beside the best of them.
fn parquet(folder: &Path, per_row: impl Fn(f64) -> f64) {
    let python = std::env::var("UKASE_BENCH_PYTHON").unwrap_or_else(|_| "python3".into());
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let peer = |engine: &str, columns: &str| {
        let arguments = [PEERS, engine, columns, &path("s.csv"), &path("s.parquet"), &path("d.parquet")];
        let output = Command::new(&python).args(arguments).output().ok()?;
        String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().ok()
    };
    if peer("duckdb", "prepare").is_none() {
        println!("P4 Parquet: no Python with duckdb at hand (name one in UKASE_BENCH_PYTHON)");
        return;
    }
    let median = |engine: &str, columns: &str| {
        let mut found: Vec<f64> = (0..ROUNDS).filter_map(|_| peer(engine, columns)).collect();
        found.sort_by(f64::total_cmp);
        found.get(found.len() / 2).copied()
    };
    let (input, output) = (folder.join("s.parquet"), folder.join("o.parquet"));
    let narrow = median_run(ROUNDS, || batch(&input, &output, "1"));
    if let Some(duckdb) = median("duckdb", "narrow") {
        crate::memory::line("P4 Parquet to Parquet, beside DuckDB", per_row(narrow.cpu), per_row(duckdb), "ns");
    }
    let chosen = ["--with-input", "--columns=outcome,clauses", "--threads=1"];
    let whole = || run(UKASE, &[&["batch", POLICY, &path("s.parquet"), "-o", &path("o.parquet")], &chosen[..]].concat());
    let full = median_run(ROUNDS, whole);
    let others = ["duckdb", "datafusion", "polars"].into_iter().filter_map(|engine| Some((median(engine, "full")?, engine)));
    if let Some((best, engine)) = others.min_by(|(one, _), (other, _)| one.total_cmp(other)) {
        let what = format!("   all columns, beside the best of them: {engine}");
        crate::memory::line(&what, per_row(full.cpu), per_row(best), "ns");
    }
}
