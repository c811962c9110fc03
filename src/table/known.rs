//! Open shipments that the policy cannot tell apart are searched once.

use super::rows::{Row, rows};
use crate::eval::{Judge, Judgement, Possible, Signature, Signatures};
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
    found: HashMap<Signature, Found>,
    bytes: usize,
}

impl<'j> Known<'j> {
    pub(super) fn new(judge: &'j Judge<'j>) -> Known<'j> {
        Known { judge, signatures: Signatures::new(judge), found: HashMap::new(), bytes: 0 }
    }

    /// What follows for a shipment, and whether that took a search. What three-valued logic leaves open is searched once for all shipments that
    /// are alike: that takes a thousand times as long as to judge one that is settled.
    pub(super) fn found(&mut self, facts: Facts, on: Option<Date>, readings: &[Option<usize>]) -> (Found, bool) {
        let judge = self.judge;
        let evaluation = judge.evaluate(facts, on, readings.to_vec());
        if judge.is_settled(&evaluation) {
            return (Found::of(judge, &judge.judged(evaluation)), false);
        }
        if self.bytes >= MOST_BYTES || self.signatures.size() >= MOST_VALUES {
            *self = Known::new(judge);
        }
        let (facts, day) = (&evaluation.facts, evaluation.day);
        let Some(signature) = self.signatures.of(facts, day).filter(|signature| signature.len() <= LONGEST) else {
            return (Found::of(judge, &judge.judged(evaluation)), true);
        };
        if let Some(known) = self.found.get(&signature) {
            let rows = known.rows.iter().map(|row| row.of(facts.id.as_deref(), day)).collect();
            return (Found { rows, possible: known.possible }, true);
        }
        let found = Found::of(judge, &judge.judged(evaluation));
        self.bytes += 4 * signature.len() + found.rows.iter().map(Row::size).sum::<usize>();
        self.found.insert(signature, found.clone());
        (found, true)
    }
}

/// What follows for a shipment.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    /// The outcomes that remain possible for all of it, also through elements of open lists, which nobody named and no row is for.
    pub(super) possible: Possible,
}

impl Found {
    fn of(judge: &Judge<'_>, judgement: &Judgement<'_>) -> Found {
        Found { rows: rows(judge, judgement), possible: judgement.verdict.possible }
    }
}
