//! A slow judge, written from the meaning alone: it enumerates every completion and looks at each. It shares no code with the
//! interpreter.

use crate::random::{CODES, COUNTRIES, Clause, DAYS, Formula, KINDS, Part, PartItem, Policy};
use std::collections::BTreeSet;

/// An item of which everything is known.
#[derive(Debug, Clone)]
pub struct Item {
    pub flag: bool,
    pub code: usize,
    pub value: i64,
    pub share: i64,
}

/// A shipment of which everything is known, and a reading of the question.
#[derive(Debug, Clone)]
pub struct World {
    pub truths: [bool; 3],
    pub kind: usize,
    pub share: i64,
    pub dest: usize,
    pub items: Vec<Item>,
    /// A place in `DAYS` and -1, 0 or 1.
    pub day: (usize, i64),
    pub reading: usize,
}

fn holds(formula: &Formula, world: &World, item: Option<&Item>) -> bool {
    let of = |test: &dyn Fn(&Item) -> bool| item.is_some_and(test);
    match formula {
        Formula::Not(inner) => !holds(inner, world, item),
        Formula::And(parts) => parts.iter().all(|part| holds(part, world, item)),
        Formula::Or(parts) => parts.iter().any(|part| holds(part, world, item)),
        Formula::Implies(a, b) => !holds(a, world, item) || holds(b, world, item),
        Formula::Truth(at) => world.truths[*at],
        Formula::Kind(kinds) => kinds.contains(&world.kind),
        Formula::Share(percent) => world.share >= 4 * percent,
        Formula::ShareBelow(percent) => world.share < 4 * percent,
        Formula::Dest(places) => places.contains(&world.dest),
        Formula::Reading(at) => world.reading == *at,
        Formula::ItemFlag => of(&|item| item.flag),
        Formula::ItemCode(outer) => of(&|item| within(item.code, *outer)),
        Formula::ItemShare(percent) => of(&|item| item.share >= 4 * percent),
        Formula::ItemBelowShipment => of(&|item| item.share <= world.share),
        Formula::AnyItem(inner) => world.items.iter().any(|one| holds(inner, world, Some(one))),
        Formula::AllItems(inner) => world.items.iter().all(|one| holds(inner, world, Some(one))),
        Formula::NoItem(inner) => !world.items.iter().any(|one| holds(inner, world, Some(one))),
        Formula::SumFlagged(line) => world.items.iter().filter(|one| one.flag).map(|one| one.value).sum::<i64>() >= *line,
        Formula::CountFlagged(line) => world.items.iter().filter(|one| one.flag).count() as i64 >= *line,
    }
}

/// By segments; a code beyond the list lies within none.
fn within(code: usize, outer: usize) -> bool {
    let Some(code) = CODES.get(code) else { return false };
    let (code, outer): (Vec<&str>, Vec<&str>) = (code.split('.').collect(), CODES[outer].split('.').collect());
    code.len() >= outer.len() && code[..outer.len()] == outer[..]
}

/// The day is on or after a boundary: the boundaries lie far apart, so that their order and the offset decide.
fn has_come(day: (usize, i64), boundary: usize) -> bool {
    day.0 > boundary || (day.0 == boundary && day.1 >= 0)
}

fn in_force(clause: &Clause, world: &World) -> bool {
    let has_come = |boundary| has_come(world.day, boundary);
    let suspended = clause.suspended.is_some_and(|(from, before)| has_come(from) && !has_come(before));
    has_come(clause.from) && !clause.before.is_some_and(has_come) && !suspended
}

/// The outcome of a world: points 5 to 7 of the meaning, to the letter.
pub fn outcome(policy: &Policy, world: &World) -> usize {
    let mut strictest = 0;
    let bindings = std::iter::once(None).chain(world.items.iter().map(Some));
    for binding in bindings {
        let here = |at: usize| judged_here(policy, at, binding.is_some());
        let active = |reading: &Option<usize>| reading.is_none_or(|reading| reading == world.reading);
        let count = policy.clauses.len();
        let mut applies = vec![false; count];
        for at in (0..count).rev() {
            let clause = &policy.clauses[at];
            let own = here(at) && in_force(clause, world) && holds(&clause.when, world, binding);
            let one = clause.overrides.iter().any(|(target, reading)| active(reading) && applies[*target]);
            applies[at] = own && (clause.overrides.is_empty() || one);
        }
        let mut stands = vec![false; count];
        for at in 0..count {
            let over = |by: usize| policy.clauses[by].overrides.iter().any(|(target, reading)| *target == at && active(reading));
            stands[at] = applies[at] && !(0..at).any(|by| stands[by] && over(by));
        }
        strictest = (0..count).filter(|at| stands[*at]).map(|at| policy.clauses[at].outcome).fold(strictest, usize::max);
    }
    strictest
}

/// A clause is judged for what it is bound to; one about the whole shipment also wherever it takes the place of another.
fn judged_here(policy: &Policy, at: usize, for_item: bool) -> bool {
    let clause = &policy.clauses[at];
    let reaches = |for_item: bool| clause.overrides.iter().any(|(target, _)| judged_here(policy, *target, for_item));
    match (clause.each, for_item) {
        (true, for_item) => for_item,
        (false, true) => reaches(true),
        (false, false) => clause.overrides.is_empty() || reaches(false),
    }
}

/// Calls `visit` for each completion; gives back false, having called nothing, where there are more than `most`.
pub fn completions(part: &Part, days: bool, most: usize, mut visit: impl FnMut(&World)) -> bool {
    let truths: Vec<Vec<bool>> = part.truths.iter().map(|one| one.map_or(vec![false, true], |value| vec![value])).collect();
    let kinds = one_of(part.kind, 0..KINDS.len());
    let all_shares = part.share.map_or_else(shares, |half| vec![2 * half]);
    let dests = one_of(part.dest, 0..COUNTRIES.len());
    let all_days: Vec<(usize, i64)> = (0..DAYS.len()).flat_map(|at| [-1, 0, 1].map(|offset| (at, offset))).collect();
    let days = part.day.map_or(if days { all_days } else { vec![(0, 0)] }, |day| vec![day]);
    let choices: usize = part.items.iter().map(count_of).product();
    if choices > most || (!part.closed && choices * count_of(&PartItem::default()) > most * 4) {
        return false;
    }
    let given: Vec<Vec<Item>> = part.items.iter().map(items).collect();
    let mut lists: Vec<Vec<Item>> = product(&given);
    if !part.closed {
        let more = items(&PartItem::default());
        // Up to three further elements, all alike.
        let longer = |list: &Vec<Item>| {
            let alike = more.iter().flat_map(|one| (1..=3).map(move |count| vec![one.clone(); count]));
            alike.map(|further| list.iter().cloned().chain(further).collect()).collect::<Vec<Vec<Item>>>()
        };
        let longer: Vec<Vec<Item>> = lists.iter().flat_map(longer).collect();
        lists.extend(longer);
    }
    let count = [
        truths[0].len(),
        truths[1].len(),
        truths[2].len(),
        kinds.len(),
        all_shares.len(),
        dests.len(),
        days.len(),
        lists.len(),
        2,
    ];
    if count.iter().product::<usize>() > if part.closed { most } else { most * 16 } {
        return false;
    }
    let mut world = World { truths: [false; 3], kind: 0, share: 0, dest: 0, items: Vec::new(), day: (0, 0), reading: 0 };
    for items in &lists {
        world.items.clone_from(items);
        for (a, b, c) in triples(&truths) {
            world.truths = [a, b, c];
            for (kind, dest) in pairs(&kinds, &dests) {
                (world.kind, world.dest) = (kind, dest);
                for (share, day) in pairs(&all_shares, &days) {
                    (world.share, world.day) = (share, day);
                    for reading in 0..2 {
                        world.reading = reading;
                        visit(&world);
                    }
                }
            }
        }
    }
    true
}

/// Shares on and between the lines of the policies and of the facts, in quarters of a per cent.
fn shares() -> Vec<i64> {
    let marks = [0, 19, 20, 21, 49, 50, 51, 99, 100, 101, 200];
    marks.iter().flat_map(|half| [2 * half, 2 * half + 1]).filter(|quarters| *quarters <= 400).collect()
}

fn pairs<A: Copy, B: Copy>(a: &[A], b: &[B]) -> Vec<(A, B)> {
    a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b))).collect()
}

fn triples(of: &[Vec<bool>]) -> Vec<(bool, bool, bool)> {
    pairs(&of[0], &of[1]).into_iter().flat_map(|(a, b)| of[2].iter().map(move |c| (a, b, *c))).collect()
}

fn one_of(known: Option<usize>, all: std::ops::Range<usize>) -> Vec<usize> {
    known.map_or(all.collect(), |value| vec![value])
}

fn items(part: &PartItem) -> Vec<Item> {
    let flags = part.flag.map_or(vec![false, true], |flag| vec![flag]);
    let codes = one_of(part.code, 0..CODES.len() + 1);
    let values: Vec<i64> = part.value.map_or((0..=21).map(|tens| 10 * tens).collect(), |value| vec![value]);
    let shares = part.share.map_or_else(shares, |half| vec![2 * half]);
    let mut found = Vec::new();
    for flag in &flags {
        for code in &codes {
            for value in &values {
                for share in &shares {
                    found.push(Item { flag: *flag, code: *code, value: *value, share: *share });
                }
            }
        }
    }
    found
}

/// How many items there can be of which so much is known.
fn count_of(part: &PartItem) -> usize {
    let of = |known: bool, all: usize| if known { 1 } else { all };
    of(part.flag.is_some(), 2)
        * of(part.code.is_some(), CODES.len() + 1)
        * of(part.value.is_some(), 22)
        * of(part.share.is_some(), shares().len())
}

/// Every list with one of each.
fn product(choices: &[Vec<Item>]) -> Vec<Vec<Item>> {
    choices.iter().fold(vec![Vec::new()], |lists, choice| {
        lists.iter().flat_map(|list| choice.iter().map(|one| list.iter().cloned().chain([one.clone()]).collect())).collect()
    })
}

/// The outcomes of all completions as a set, or nothing where there are more than `most`.
pub fn possible(policy: &Policy, part: &Part, most: usize) -> Option<BTreeSet<usize>> {
    let mut found = BTreeSet::new();
    completions(part, true, most, |world| {
        found.insert(outcome(policy, world));
    })
    .then_some(found)
}
