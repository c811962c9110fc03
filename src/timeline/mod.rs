//! One shipment day by day, to read: what it needs from when to when, and how expectation and law moved apart; as text, JSON or a drawing.

mod drawing;
mod json;
mod plain;

pub use drawing::drawing;
pub use json::{json, json_expectations};
pub use plain::{plain, plain_expectations};

use crate::analyze::{Interval, intervals};
use crate::check::CheckedPolicy;
use crate::eval::Judge;
use crate::facts::Facts;
use crate::value::Date;
use std::collections::BTreeSet;

/// What was expected of all days while the same was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The first day on which so much was known.
    pub from: Date,
    /// The last one; none: it still is.
    pub through: Option<Date>,
    /// The verdict on all days.
    pub intervals: Vec<Interval>,
}

/// What was expected of a shipment on each day on which something was published; days on which the same was expected are one. `facts` are
/// the shipment's as known on a day: tables of the policy add to them what was known then.
///
/// # Errors
/// Those of `facts`.
pub fn expectations<E>(
    policy: &CheckedPolicy,
    readings: &[Option<usize>],
    facts: impl Fn(Date) -> Result<Facts, E>,
) -> Result<Vec<Expected>, E> {
    let published = policy.instruments.iter().map(|instrument| instrument.published);
    let days: BTreeSet<Date> = published.chain(policy.guidance.iter().map(|guidance| guidance.published)).collect();
    let mut found: Vec<Expected> = Vec::new();
    for day in days {
        let intervals = intervals(&Judge::new(policy, Some(day)), &facts(day)?, readings);
        match found.last_mut() {
            Some(last) if last.intervals == intervals => {}
            _ => {
                if let Some(last) = found.last_mut() {
                    last.through = Some(day.plus_days(-1));
                }
                found.push(Expected { from: day, through: None, intervals });
            }
        }
    }
    Ok(found)
}
