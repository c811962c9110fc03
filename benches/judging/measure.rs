//! Clocks: of this thread's work, of a process and of its memory.

use std::fs::read_to_string;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds of each measurement; the median counts.
pub(crate) const ROUNDS: usize = 9;

/// The median of several runs, in nanoseconds.
pub(crate) fn median(mut run: impl FnMut() -> Duration) -> f64 {
    let mut found: Vec<Duration> = (0..ROUNDS).map(|_| run()).collect();
    found.sort();
    found[ROUNDS / 2].as_secs_f64() * 1e9
}

/// How long something takes.
pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// What a run of a program took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Taken {
    /// Seconds of all processors together.
    pub(crate) cpu: f64,
    /// The most memory that it held, in MiB.
    pub(crate) memory: f64,
}

/// Runs a program to its end.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Taken {
    let before = of_children();
    let mut child = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut memory: f64 = 0.0;
    while child.try_wait().unwrap().is_none() {
        memory = memory.max(peak(child.id()));
        std::thread::sleep(Duration::from_millis(2));
    }
    Taken { cpu: of_children() - before, memory }
}

/// Seconds by the clock on the wall until all of several programs have ended. Nobody looks at them meanwhile: every processor is their own.
pub(crate) fn wall<const N: usize>(programs: [(&str, Vec<String>); N]) -> f64 {
    let start = Instant::now();
    let begun = programs.map(|(program, arguments)| {
        Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    });
    begun.into_iter().for_each(|mut child| _ = child.wait().unwrap());
    start.elapsed().as_secs_f64()
}

/// What several programs take, in the unit of each, one after the other and that again and again: what the machine does meanwhile touches all alike.
pub(crate) fn in_turn<const N: usize>(rounds: usize, mut programs: [&mut dyn FnMut() -> f64; N]) -> [Vec<f64>; N] {
    let mut found = [const { Vec::new() }; N];
    for _ in 0..rounds {
        found.iter_mut().zip(&mut programs).for_each(|(found, program)| found.push(program()));
    }
    found
}

/// The middle one of several figures.
pub(crate) fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A line of the table: the figures of two programs that were measured in turn; their ratio is the median of those of the rounds.
pub(crate) fn line(what: &str, ours: &[f64], other: &[f64], unit: &str) {
    let ratio = middle(ours.iter().zip(other).map(|(ours, other)| ours / other).collect());
    let (ours, other) = (middle(ours.to_vec()), middle(other.to_vec()));
    println!("{what:<56} {ours:>9.1} {unit} {other:>9.1} {unit} {ratio:>8.2} x");
}

/// A line of the table about how much faster a run is than another, in seconds.
pub(crate) fn seconds(what: &str, run: &[f64], other: &[f64]) {
    let faster = middle(run.iter().zip(other).map(|(run, other)| other / run).collect());
    println!("{what:<56} {:>9.2} s  {:>9.2} s  {faster:>8.2} x faster", middle(run.to_vec()), middle(other.to_vec()));
}

/// How many instructions a run takes, whatever else the machine does; nothing where neither `perf` nor `valgrind` counts them.
pub(crate) fn instructions(program: &str, arguments: &[&str]) -> Option<f64> {
    let perf = ["stat", "-x,", "-e", "instructions:u", program];
    let of_perf = counted("perf", &[&perf, arguments].concat(), |line| {
        line.contains("instructions").then(|| line.split(',').next()?.parse().ok()).flatten()
    });
    let valgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null", program];
    of_perf.or_else(|| {
        counted("valgrind", &[&valgrind, arguments].concat(), |line| line.split("Collected :").nth(1)?.trim().parse().ok())
    })
}

fn counted(counter: &str, arguments: &[&str], read: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let output = Command::new(counter).args(arguments).stdout(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stderr).lines().find_map(read)
}

/// Processor seconds of the programs that were run and have ended.
fn of_children() -> f64 {
    let stat = read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(13) + ticks(14)) / 100.0
}

/// The most memory that a process has held so far, in MiB.
fn peak(process: u32) -> f64 {
    let status = read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
