//! The flagship, with nested items, parts and parties: P10, as a multiple of the flat workload.

use crate::measure::{median, timed};
use std::hint::black_box;
use std::path::Path;
use ukase::check::check_law;
use ukase::eval::Judge;
use ukase::facts::{Builder, Facts, load, read_json};
use ukase::generate::Generator;
use ukase::source::SourceId;

const SHIPMENTS: usize = 1000;

pub(crate) fn flagship() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/cn-rare-earth"));
    let policy = check_law(&ukase::files::read_policy(path).unwrap()).0.unwrap();
    let judge = Judge::new(&policy, None);
    let mut builder = Builder::new(&policy, judge.program().bound_lists());
    let texts = Generator::new(&judge, 7).take(2 * SHIPMENTS).map(|one| one.to_string());
    let texts: Vec<String> = texts.filter(|text| builder.json(text)).take(SHIPMENTS).collect();
    builder.take();
    let facts: Vec<Facts> = texts.iter().map(|text| load(&policy, &read_json(text, SourceId(0), 0).unwrap()).unwrap()).collect();
    let rows =
        median(|| timed(|| facts.iter().take(200).for_each(|facts| _ = black_box(judge.evaluate(facts, None, Vec::new())))))
            / 200.0;
    texts.iter().for_each(|text| _ = builder.json(text));
    let shipments = builder.take();
    let columns = median(|| timed(|| _ = black_box(judge.decide(&shipments, None, &[])))) / shipments.len() as f64;
    println!("{:<56} {:>9.1} us", "P10 the flagship, nested: rows, a shipment", rows / 1e3);
    println!(
        "{:<56} {:>9.1} us {:>26.1} x faster",
        "P10 the flagship, nested: columns, a shipment",
        columns / 1e3,
        rows / columns
    );
}
