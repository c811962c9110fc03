//! Files end to end: P4, P5, P8, P9.

use crate::by_hand::{self, Places};
use crate::measure::{Taken, in_turn, instructions, line, middle, run, seconds, wall};
use crate::workload::{COLUMNS, Dice, Flat, SEED, Words, csv, jsonl};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const ROUNDS: usize = 7;
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

/// How long a program written by hand takes in this process, on one thread: seconds.
fn by_hand(work: impl Fn() -> std::io::Result<()>) -> f64 {
    let start = std::time::Instant::now();
    work().unwrap();
    start.elapsed().as_secs_f64()
}

pub(crate) fn files() {
    let folder = folder();
    let at = |name: &str| folder.join(name);
    let (lines, table) = (at("s.jsonl"), at("s.csv"));
    written(&lines, MILLION, "", jsonl);
    written(&table, MILLION, COLUMNS, csv);
    let places = Places::new(&Words::new());
    let per_row = |seconds: f64| seconds * 1e9 / MILLION as f64;
    let ours = |input: &Path, output: &str| per_row(batch(input, &at(output), "1").cpu);

    let [hand, judged] = in_turn(
        ROUNDS,
        [&mut || per_row(by_hand(|| by_hand::jsonl(&places, &lines, &at("h.jsonl")))), &mut || ours(&lines, "o.jsonl")],
    );
    line("P5 JSONL to JSONL, processor time a row", &judged, &hand, "ns");
    let [hand, judged] = in_turn(
        ROUNDS,
        [&mut || per_row(by_hand(|| by_hand::csv(&places, &table, &at("h.csv")))), &mut || ours(&table, "o.csv")],
    );
    line("P5 CSV to CSV, processor time a row", &judged, &hand, "ns");
    let counted = |rows: usize| {
        written(&at("few.csv"), rows, COLUMNS, csv);
        let path = |name: &str| at(name).to_string_lossy().into_owned();
        instructions(UKASE, &["batch", POLICY, &path("few.csv"), "-o", &path("o.csv"), "--threads", "1", CHOSEN])
    };
    if let (Some(none), Some(some)) = (counted(0), counted(20_000)) {
        println!("{:<56} {:>9.0}", "   instructions a row, CSV to CSV", (some - none) / 20_000.0);
    }

    parquet(&folder, per_row);

    let (ten, five) = (at("ten.csv"), at("five.csv"));
    written(&ten, 10 * MILLION, COLUMNS, csv);
    written(&five, 5 * MILLION, COLUMNS, csv);
    two_cores(&folder, &ten, &five);
    let (large, small) = (batch(&ten, &at("o.csv"), "2"), batch(&table, &at("o.csv"), "2"));
    println!(
        "{:<56} {:>9.1} MiB {:>7.1} MiB {:>7.2} x",
        "P8 memory: 10 million rows, one million",
        large.memory,
        small.memory,
        large.memory / small.memory
    );
    std::fs::remove_dir_all(folder).unwrap();
}

/// Two threads beside one core, and beside two programs at once that each have half of it to do on a core of their own: more than those two the
/// machine does not give.
fn two_cores(folder: &Path, ten: &Path, five: &Path) {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let judged = |input: &Path, output: &str, threads: &str| {
        // To take the room of an earlier output back is not measured.
        let output = folder.join(output);
        _ = std::fs::remove_file(&output);
        ["batch", POLICY, &path(input), "-o", &path(&output), "--threads", threads, CHOSEN].map(String::from).to_vec()
    };
    let pinned = |core: &str, input: &Path, output: &str| {
        let program = ["-c", core, UKASE].map(String::from).to_vec();
        ("taskset", [program, judged(input, output, "1")].concat())
    };
    let [one, two, apart] = in_turn(
        5,
        [&mut || wall([pinned("0", ten, "o.csv")]), &mut || wall([(UKASE, judged(ten, "o.csv", "2"))]), &mut || {
            wall([pinned("0", five, "o.csv"), pinned("1", five, "p.csv")])
        }],
    );
    seconds("P9 two cores, one: ten million rows of CSV, by the wall", &two, &one);
    seconds("   two programs that each do half of it, one", &apart, &one);
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
    // A peer that is not at hand takes for ever.
    let peer = |engine: &str, columns: &str| peer(engine, columns).map_or(f64::INFINITY, &per_row);
    let (input, output) = (folder.join("s.parquet"), folder.join("o.parquet"));
    let chosen = ["--with-input", "--columns=outcome,clauses", "--threads=1"];
    let whole = || run(UKASE, &[&["batch", POLICY, &path("s.parquet"), "-o", &path("o.parquet")], &chosen[..]].concat());
    let [narrow, duckdb] = in_turn(ROUNDS, [&mut || per_row(batch(&input, &output, "1").cpu), &mut || peer("duckdb", "narrow")]);
    line("P4 Parquet to Parquet, beside DuckDB", &narrow, &duckdb, "ns");
    let [full, duckdb, datafusion, polars] = in_turn(
        ROUNDS,
        [&mut || per_row(whole().cpu), &mut || peer("duckdb", "full"), &mut || peer("datafusion", "full"), &mut || {
            peer("polars", "full")
        }],
    );
    let others = [(duckdb, "duckdb"), (datafusion, "datafusion"), (polars, "polars")];
    let best = others.into_iter().min_by(|(one, _), (other, _)| middle(one.clone()).total_cmp(&middle(other.clone())));
    if let Some((best, engine)) = best {
        line(&format!("   all columns, beside the best of them: {engine}"), &full, &best, "ns");
    }
}
