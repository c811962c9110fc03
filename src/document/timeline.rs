//! The events of a policy in the order of days: what was published, what begins and ends, what later instruments do.

use crate::check::CheckedPolicy;
use crate::program::Program;
use crate::value::Date;
use std::collections::BTreeMap;

/// Something that happens on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub day: Date,
    /// What happens.
    pub what: String,
    /// The clauses that it happens to, as `2025-61/I(1)`; none where it is about an instrument.
    pub clauses: Vec<String>,
}

/// Every event of a policy, in order.
///
/// ```
/// use ukase::{check::check, document::timeline, program::lower, source::Sources};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north"
///     from  2025-03-01
///     when  destination is IS
///     then  licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let events = timeline(&policy, &lower(&policy, None));
/// assert_eq!(events.iter().map(|event| event.day.to_string()).collect::<Vec<_>>(), ["2025-01-01", "2025-03-01"]);
/// assert_eq!(events[1].clauses, ["1/I"]);
/// ```
pub fn timeline(policy: &CheckedPolicy, program: &Program) -> Vec<Event> {
    let mut found: BTreeMap<(Date, usize, bool, String), Vec<String>> = BTreeMap::new();
    for (at, instrument) in policy.instruments.iter().enumerate() {
        found.entry((instrument.published, at, false, format!("{} is published", instrument.title.text))).or_default();
    }
    for clause in &program.clauses {
        let checked = &policy.clauses[clause.clause];
        let name = policy.clause_name(clause.clause);
        for (day, what) in &clause.calendar.events {
            // What is published comes before what follows from it. Told of several clauses it is one event.
            let clauses = found.entry((*day, checked.instrument, true, told_of_any(what, &name))).or_default();
            if !clauses.contains(&name) {
                clauses.push(name.clone());
            }
        }
    }
    found.into_iter().map(|((day, _, _, what), clauses)| Event { day, what, clauses }).collect()
}

/// What happens to a clause, in words that do not name it: where they stand, its name stands beside them.
pub(super) fn told_of_any(what: &str, clause: &str) -> String {
    what.replace(clause, "").split_whitespace().collect::<Vec<_>>().join(" ")
}
