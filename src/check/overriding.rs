//! The order of overriding: without a cycle, and from the wider to the narrower.

use super::context::Context;
use super::policy::{Clause, Reading};
use crate::diagnostic::Diagnostic;
use std::collections::BTreeMap;

pub(crate) fn check(context: &mut Context<'_>, clauses: &[Clause]) {
    for clause in clauses {
        for (target, _) in &clause.overrides {
            scope(context, clause, &clauses[*target]);
        }
    }
    if let Some(cycle) = find_cycle(clauses) {
        report(context, clauses, &cycle);
    }
}

fn scope(context: &mut Context<'_>, clause: &Clause, target: &Clause) {
    let reaches = clause.each.len() <= target.each.len()
        && clause.each.iter().zip(&target.each).all(|(a, b)| (a.owner, a.list) == (b.owner, b.list));
    if reaches {
        return;
    }
    let message = format!(
        "clause {} speaks of each `{}`, and {}, which it overrides, does not",
        clause.id,
        clause.each.last().map_or("", |each| &each.name),
        target.id
    );
    let diagnostic = Diagnostic::error("ukase::check::override_scope", clause.span, message);
    let help = "give the overridden clause the same `each`, or let this one speak of the whole shipment";
    context.report(diagnostic.also(target.span, "the overridden clause").help(help));
}

/// How many combinations of readings are tried before overridings that depend on them all count at once.
const MOST_COMBINATIONS: usize = 4096;

/// The clauses of one cycle, in its order, beginning with the first in the text. Two clauses may override each other under readings
/// that exclude each other: every combination of the readings that overridings depend on is looked at by itself.
pub(crate) fn find_cycle(clauses: &[Clause]) -> Option<Vec<usize>> {
    find_cycle_under(clauses, &|_| true)?;
    let mut readings: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for reading in clauses.iter().flat_map(|clause| &clause.overrides).filter_map(|(_, reading)| *reading) {
        readings.entry(reading.question).or_default().push(reading.reading);
    }
    readings.values_mut().for_each(|found| {
        found.sort_unstable();
        found.dedup();
        // The readings that nothing depends on are all alike; one stands for them.
        found.push(usize::MAX);
    });
    let combinations: usize = readings.values().fold(1, |product, found| product.saturating_mul(found.len()));
    if combinations > MOST_COMBINATIONS {
        return find_cycle_under(clauses, &|_| true);
    }
    (0..combinations).find_map(|mut number| {
        let chosen: BTreeMap<usize, usize> = readings
            .iter()
            .map(|(question, found)| {
                let choice = found[number % found.len()];
                number /= found.len();
                (*question, choice)
            })
            .collect();
        find_cycle_under(clauses, &|reading| {
            reading.is_none_or(|reading| chosen.get(&reading.question) == Some(&reading.reading))
        })
    })
}

fn find_cycle_under(clauses: &[Clause], active: &dyn Fn(Option<Reading>) -> bool) -> Option<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; clauses.len()];
    for start in 0..clauses.len() {
        let mut path: Vec<(usize, usize)> = Vec::new();
        if marks[start] == Mark::New {
            marks[start] = Mark::Open;
            path.push((start, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            let Some((target, under)) = clauses[*at].overrides.get(*next) else {
                marks[*at] = Mark::Done;
                path.pop();
                continue;
            };
            *next += 1;
            if !active(*under) {
                continue;
            }
            match marks[*target] {
                Mark::Open => {
                    let from = path.iter().position(|(clause, _)| clause == target).unwrap_or(0);
                    return Some(path[from..].iter().map(|(clause, _)| *clause).collect());
                }
                Mark::New => {
                    marks[*target] = Mark::Open;
                    path.push((*target, 0));
                }
                Mark::Done => {}
            }
        }
    }
    None
}

fn report(context: &mut Context<'_>, clauses: &[Clause], cycle: &[usize]) {
    let is_one_law = cycle.iter().all(|at| clauses[*at].instrument == clauses[cycle[0]].instrument);
    let name = |at: usize| match is_one_law {
        true => clauses[at].id.clone(),
        false => format!("{}/{}", context.instruments[clauses[at].instrument].id, clauses[at].id),
    };
    if let [one] = cycle {
        let message = format!("clause {} overrides itself", name(*one));
        let diagnostic = Diagnostic::error("ukase::check::override_cycle", clauses[*one].span, message);
        context.report(diagnostic.help("remove its own number from `overrides`"));
        return;
    }
    let names: Vec<String> = cycle.iter().chain(cycle.first()).map(|at| name(*at)).collect();
    let message = format!("these clauses override each other in a circle: {}", names.join(" → "));
    let mut diagnostic = Diagnostic::error("ukase::check::override_cycle", clauses[cycle[0]].span, message);
    for (at, next) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
        let text = format!("{} overrides {}", name(*at), name(*next));
        if *at == cycle[0] {
            diagnostic = diagnostic.because(text);
        } else {
            diagnostic = diagnostic.also(clauses[*at].span, text);
        }
    }
    context
        .report(diagnostic.help("take one `overrides` away, or make two of them depend on different readings of one `question`"));
}
