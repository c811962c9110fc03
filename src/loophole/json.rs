//! Ways out as JSON.

use super::{Change, Escape};
use crate::check::CheckedPolicy;
use crate::eval::Possible;
use serde_json::{Value as Json, json};

/// What a shipment comes to, and its ways out, as one object.
pub fn json(policy: &CheckedPolicy, name: &str, possible: Possible, found: &[Escape]) -> Json {
    let change = |one: &Change| json!({"kind": one.kind.name(), "fact": one.fact, "from": one.from, "to": one.to});
    let escape = |one: &Escape| {
        json!({
            "changes": one.changes.iter().map(change).collect::<Vec<_>>(),
            "outcome": policy.outcomes[one.outcome].name,
            "past": one.past,
        })
    };
    json!({
        "id": name,
        "possible": possible.names(policy),
        "escapes": found.iter().map(escape).collect::<Vec<_>>(),
    })
}
