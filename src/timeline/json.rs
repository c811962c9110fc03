//! Timelines as JSON.

use super::Expected;
use crate::analyze::Interval;
use crate::check::CheckedPolicy;
use serde::Serialize;
use serde_json::{Value as Json, json};

/// An interval in JSON.
#[derive(Serialize)]
struct Written<'i> {
    from: String,
    through: String,
    outcome: Option<&'i str>,
    possible: Vec<&'i str>,
    exact: bool,
    by: &'i [String],
    perhaps_by: &'i [String],
    event: Option<&'i str>,
}

/// One timeline as a list of intervals.
pub fn json(policy: &CheckedPolicy, found: &[Interval]) -> Json {
    let written = found.iter().map(|one| Written {
        from: one.from.to_string(),
        through: one.through.to_string(),
        outcome: one.possible.outcome().map(|at| policy.outcomes[at].name.as_str()),
        possible: one.possible.names(policy),
        exact: one.possible.exact,
        by: &one.by,
        perhaps_by: &one.perhaps_by,
        event: one.event.as_deref(),
    });
    json!(written.collect::<Vec<_>>())
}

/// What was expected, and what came: for each time in which the same was expected its days and its intervals.
pub fn json_expectations(policy: &CheckedPolicy, found: &[Expected]) -> Json {
    let written = found.iter().map(|one| {
        json!({
            "known_from": one.from.to_string(),
            "known_through": one.through.map(|day| day.to_string()),
            "intervals": json(policy, &one.intervals),
        })
    });
    json!(written.collect::<Vec<_>>())
}
