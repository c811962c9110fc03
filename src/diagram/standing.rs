//! Which clauses apply and which stand, as diagrams: the same least fixed points as for one shipment.

use super::manager::{Diagram, Made};
use super::reader::Reader;
use super::row::Row;
use super::space::Space;
use crate::eval::Judge;
use crate::program::ScopeId;

/// What clauses are judged for: the shipment as a whole, or one element of the lists that clauses go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    /// The scope.
    pub scope: ScopeId,
    /// Its row.
    pub row: Row,
}

/// How one clause stands for what it is judged for.
#[derive(Clone)]
pub struct Standing {
    /// The clause's place in the program.
    pub clause: usize,
    /// It is known and in force, and its condition holds.
    pub holds: Diagram,
    /// So, and one of the clauses that it overrides applies, if there are such.
    pub applies: Diagram,
    /// It applies and nothing that overrides it stands.
    pub stands: Diagram,
}

/// How all clauses of a side stand.
pub struct Standings {
    /// For each thing that clauses are judged for.
    pub bounds: Vec<(Bound, Vec<Standing>)>,
}

impl Standings {
    /// Reads the clauses of a side.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn new(reader: &mut Reader<'_, '_>, judge: &Judge<'_>) -> Made<Standings> {
        let mut bounds = Vec::new();
        reader.arrange()?;
        for scope in reader.program().bindings.clone() {
            let Some(row) = reader.bound_row(scope) else { continue };
            let bound = Bound { scope, row };
            let standings = standings(reader, judge, bound)?;
            bounds.push((bound, standings));
        }
        Ok(Standings { bounds })
    }
}

/// Where each outcome is the verdict: the strictest of the clauses that stand, each given with its outcome.
///
/// # Errors
/// That the diagrams have outgrown their bound.
pub fn verdicts<'d>(
    space: &Space<'_>,
    levels: usize,
    stands: impl Iterator<Item = (usize, &'d Diagram)> + Clone,
) -> Made<Vec<Diagram>> {
    let mut at_least = vec![space.constant(true)];
    for level in 1..=levels {
        let mut of_level = stands.clone().filter(|(outcome, _)| *outcome >= level);
        at_least.push(of_level.try_fold(space.constant(false), |one, (_, stands)| one.or(stands))?);
    }
    (0..levels).map(|level| at_least[level].and_not(&at_least[level + 1])).collect()
}

fn standings(reader: &mut Reader<'_, '_>, judge: &Judge<'_>, bound: Bound) -> Made<Vec<Standing>> {
    let Some(judged) = judge.order().judged(bound.scope) else { return Ok(Vec::new()) };
    let mut own = Vec::new();
    for clause in &judged.clauses {
        own.push(condition(reader, *clause, bound)?);
    }
    let mut active = |condition: Option<u32>| match condition {
        Some(node) => reader.truth(node, Space::SHIPMENT),
        None => Ok(reader.space.constant(true)),
    };
    let mut linked = |links: &[Vec<(usize, Option<u32>)>]| -> Made<Vec<Links>> {
        let of = |one: &Vec<(usize, Option<u32>)>| one.iter().map(|(at, condition)| Ok((*at, active(*condition)?))).collect();
        links.iter().map(of).collect()
    };
    let (targets, overriders) = (linked(&judged.targets)?, linked(&judged.overriders)?);
    // Also what overrides nothing that is judged here needs one of its targets to apply.
    let overrides: Vec<bool> =
        judged.clauses.iter().map(|clause| !reader.program().clauses[*clause].overrides.is_empty()).collect();
    let applies = grow(reader.space, &own, &overrides, &targets)?;
    let stands = settle(reader.space, &applies, &overriders)?;
    let all = judged.clauses.iter().zip(own).zip(applies).zip(stands);
    Ok(all.map(|(((clause, holds), applies), stands)| Standing { clause: *clause, holds, applies, stands }).collect())
}

/// Other clauses, and when it counts that they are linked.
type Links = Vec<(usize, Diagram)>;

/// The condition holds while the clause is known and in force.
fn condition(reader: &mut Reader<'_, '_>, at: usize, bound: Bound) -> Made<Diagram> {
    let clause = &reader.program().clauses[at];
    if !clause.known {
        return Ok(reader.space.constant(false));
    }
    let in_force = reader.truth(clause.calendar.in_force, Space::SHIPMENT)?;
    if in_force.is_never() {
        return Ok(in_force);
    }
    let row = reader.row_in(bound, clause.scope);
    let body = reader.truth(clause.condition, row)?;
    let condition = reader.space.condition(row, body.clone())?;
    reader.note(at, row, body);
    in_force.and(&reader.present(bound.row)?)?.and(&condition)
}

/// Which clauses apply: those that override only on the strength of one that does.
fn grow(space: &Space<'_>, own: &[Diagram], overrides: &[bool], targets: &[Links]) -> Made<Vec<Diagram>> {
    let never = space.constant(false);
    let mut applies: Vec<Diagram> =
        own.iter().zip(overrides).map(|(own, overrides)| if *overrides { never.clone() } else { own.clone() }).collect();
    loop {
        let mut changed = false;
        for at in (0..own.len()).filter(|at| overrides[*at] && !own[*at].is_never()) {
            let one = any_of(space, &targets[at], &applies)?;
            let next = own[at].and(&one)?;
            changed |= next != applies[at];
            applies[at] = next;
        }
        if !changed {
            return Ok(applies);
        }
    }
}

/// Which of those that apply stand. Overriding has no cycle under any reading, so that what surely stands and what surely does not
/// meet in the end.
fn settle(space: &Space<'_>, applies: &[Diagram], overriders: &[Links]) -> Made<Vec<Diagram>> {
    let never = space.constant(false);
    let mut surely: Vec<Diagram> = vec![never; applies.len()];
    let mut perhaps: Vec<Diagram> = applies.to_vec();
    loop {
        let mut changed = false;
        for at in (0..applies.len()).filter(|at| !applies[*at].is_never()) {
            let sure = applies[at].and_not(&any_of(space, &overriders[at], &perhaps)?)?;
            let possible = applies[at].and_not(&any_of(space, &overriders[at], &surely)?)?;
            changed |= sure != surely[at] || possible != perhaps[at];
            (surely[at], perhaps[at]) = (sure, possible);
        }
        if !changed {
            return Ok(surely);
        }
    }
}

fn any_of(space: &Space<'_>, links: &Links, values: &[Diagram]) -> Made<Diagram> {
    links.iter().try_fold(space.constant(false), |one, (at, active)| one.or(&active.and(&values[*at])?))
}
