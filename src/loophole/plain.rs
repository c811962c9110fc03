//! Ways out for a terminal.

use super::{Change, Escape};
use crate::check::CheckedPolicy;
use crate::diagnostic::{Style, printable, wrapped};
use crate::eval::Possible;

/// How many ways out are shown to a person.
const MOST_SHOWN: usize = 12;

/// What a shipment comes to, and a line for each way out; where there is none, why.
pub fn plain(policy: &CheckedPolicy, name: &str, possible: Possible, found: &[Escape], style: Style) -> String {
    let mut out = format!("{}: {}\n", printable(name), possible.names(policy).join(" or "));
    let nothing = match possible.outcome() {
        None => Some("its verdict is open: say what is missing first (`ukase eval` asks for it)"),
        Some(0) => Some("it is outside the controls: there is nothing to escape from"),
        Some(_) if found.is_empty() => Some("no change of one or two of its facts that was tried makes its verdict looser"),
        Some(_) => None,
    };
    if let Some(nothing) = nothing {
        wrapped(&mut out, "  ", "  ", nothing, style);
    }
    for escape in found.iter().take(MOST_SHOWN) {
        let words: Vec<String> = escape.changes.iter().map(change).collect();
        let past = if escape.past.is_empty() { String::new() } else { format!(", past {}", escape.past.join(", ")) };
        let line = format!("{}: {}{past}", words.join(" and "), policy.outcomes[escape.outcome].name);
        wrapped(&mut out, &format!("  {:8}  ", escape.changes[0].kind.name()), "            ", &line, style);
    }
    if let Some(more) = found.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        out.push_str(&format!("  and {more} more\n"));
    }
    out
}

fn change(change: &Change) -> String {
    format!("{} {} → {}", change.fact, change.from, change.to)
}
