//! Open shipments that the policy cannot tell apart are searched once.

use super::rows::{Row, rows};
use crate::eval::{Judge, Signature, Signatures};
use crate::facts::Facts;
use crate::value::Date;
use std::collections::HashMap;

/// How many bytes may be remembered, about, and how many values may be known by a number, before all is forgotten.
const MOST_BYTES: usize = 16 << 20;
const MOST_VALUES: usize = 1 << 16;
/// A shipment whose signature is longer is not remembered.
const LONGEST: usize = 4096;

/// The rows of shipments that were judged, by their signatures.
pub(super) struct Known<'j> {
    judge: &'j Judge<'j>,
    signatures: Signatures<'j>,
    rows: HashMap<Signature, Vec<Row>>,
    bytes: usize,
}

impl<'j> Known<'j> {
    pub(super) fn new(judge: &'j Judge<'j>) -> Known<'j> {
        Known { judge, signatures: Signatures::new(judge), rows: HashMap::new(), bytes: 0 }
    }

    /// The rows of a shipment, and whether they took a search. What three-valued logic leaves open is searched once for all shipments that
    /// are alike: that takes a thousand times as long as to judge one that is settled.
    pub(super) fn rows(&mut self, facts: Facts, on: Option<Date>, readings: &[Option<usize>]) -> (Vec<Row>, bool) {
        let judge = self.judge;
        let evaluation = judge.evaluate(facts, on, readings.to_vec());
        if judge.is_settled(&evaluation) {
            return (rows(judge, &judge.judged(evaluation)), false);
        }
        if self.bytes >= MOST_BYTES || self.signatures.size() >= MOST_VALUES {
            *self = Known::new(judge);
        }
        let (facts, day) = (&evaluation.facts, evaluation.day);
        let Some(signature) = self.signatures.of(facts, day).filter(|signature| signature.len() <= LONGEST) else {
            return (rows(judge, &judge.judged(evaluation)), true);
        };
        if let Some(known) = self.rows.get(&signature) {
            return (known.iter().map(|row| row.of(facts.id.as_deref(), day)).collect(), true);
        }
        let found = rows(judge, &judge.judged(evaluation));
        self.bytes += 4 * signature.len() + found.iter().map(Row::size).sum::<usize>();
        self.rows.insert(signature, found.clone());
        (found, true)
    }
}
