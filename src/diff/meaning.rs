//! What changed for all shipments: the ways in which a verdict or its reason changes, each shown by a shipment.
//!
//! For each pair of outcomes and each clause that decides, a diagram says for which shipments the one outcome becomes the other by that
//! clause. What is never so is proved not to be; for the rest a shipment is made and judged again under both versions.

use super::class::{Class, Unshown};
use super::narrow::{Direction, Narrow};
use crate::diagram::{Diagram, Made, Reader, Side, Space, Standings, verdicts};
use crate::facts::Facts;
use crate::side_by_side::side_by_side;
use crate::value::Date;
use crate::witness::{self, show};
use std::collections::{BTreeMap, BTreeSet};

/// The tables of a policy add facts to shipments by name; where they add others, the same shipment is not the same.
fn tables(old: &Side<'_>, new: &Side<'_>) -> Option<String> {
    let differ = told(old) != told(new);
    differ.then(|| "shipments that name nobody of whom the tables of the two versions tell different things".into())
}

/// What the tables of a side tell of whom, as known on its day.
fn told(side: &Side<'_>) -> BTreeSet<String> {
    let (policy, known) = (side.judge.policy, side.judge.program().known_on);
    let fields = policy.records.iter().flat_map(|record| &record.fields);
    let rows = fields.filter_map(|field| field.lookup.as_ref()).flat_map(|lookup| lookup.rows.values().flatten());
    let is_known = |since: Option<Date>| since.is_none_or(|since| known.is_none_or(|known| since <= known));
    rows.filter(|row| is_known(row.known)).map(|row| policy.sources.text(row.span).to_string()).collect()
}

/// What was found.
pub(super) struct Meaning {
    pub(super) classes: Vec<Class>,
    pub(super) unshown: Vec<Unshown>,
    pub(super) is_proved: bool,
    pub(super) bounds: Vec<String>,
}

pub(super) fn meaning(old: Side<'_>, new: Side<'_>, narrow: &Narrow) -> Meaning {
    let mut bounds = vec![
        "shipments stated in full, whatever their lists hold, each item by itself, under every reading of the open questions"
            .into(),
    ];
    bounds.extend(narrow.words());
    bounds.extend(tables(&old, &new));
    let shares = side_by_side(SHARES, |share| share_of_work(old, new, narrow, share));
    let (mut classes, mut unshown) = (Vec::new(), Vec::new());
    let mut all = Vec::new();
    for share in shares {
        match share {
            Ok(shown) => all.extend(shown),
            Err(why) => {
                bounds.insert(0, why);
                return Meaning { classes: Vec::new(), unshown: Vec::new(), is_proved: false, bounds };
            }
        }
    }
    all.sort_by_key(|(at, _)| *at);
    for (_, shown) in all {
        match shown {
            Shown::By(class) => classes.push(*class),
            Shown::Never => {}
            Shown::Not(one) => unshown.push(one),
        }
    }
    classes.sort_by_key(Class::rank);
    Meaning { classes, is_proved: unshown.is_empty(), unshown, bounds }
}

/// The work is done in so many shares, each with diagrams of its own; always as many, so that every machine finds the same shipments.
const SHARES: usize = 2;

/// Shows the candidates of one share, each with its place among all.
fn share_of_work(old: Side<'_>, new: Side<'_>, narrow: &Narrow, share: usize) -> Result<Vec<(usize, Shown)>, String> {
    let mut work = Work::new(old, new, narrow)?;
    let candidates = work.candidates().map_err(|_| "the decision diagrams outgrew their bound: nothing is proved".to_string())?;
    let own = of_share(candidates.into_iter().enumerate().collect(), share);
    Ok(own.into_iter().map(|(at, candidate)| (at, work.show(&candidate))).collect())
}

/// The candidates of a share: all of a clause, since what is learned for one of them helps with the others.
fn of_share(candidates: Vec<(usize, Candidate)>, share: usize) -> Vec<(usize, Candidate)> {
    let mut shares: BTreeMap<String, usize> = BTreeMap::new();
    for (_, candidate) in &candidates {
        let next = shares.len() % SHARES;
        shares.entry(candidate.clause.clone()).or_insert(next);
    }
    candidates.into_iter().filter(|(_, candidate)| shares[&candidate.clause] == share).collect()
}

/// A way in which a verdict may change.
struct Candidate {
    from: usize,
    to: usize,
    clause: String,
    diagram: Diagram,
}

enum Shown {
    By(Box<Class>),
    /// It cannot be.
    Never,
    Not(Unshown),
}

struct Work<'p> {
    space: Space<'p>,
    sides: [Side<'p>; 2],
    /// For each side and outcome: where it is the verdict.
    verdicts: [Vec<Diagram>; 2],
    /// For each side: where each clause stands.
    stands: [Stands; 2],
    order: Vec<Decider>,
    only: Option<Direction>,
}

impl<'p> Work<'p> {
    fn new(old: Side<'p>, new: Side<'p>, narrow: &Narrow) -> Result<Work<'p>, String> {
        let scale = |side: &Side<'_>| side.judge.policy.outcomes.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        if scale(&old) != scale(&new) {
            return Err("the two policies have different scales of outcomes: their verdicts cannot be compared".into());
        }
        let mut space = Space::new(vec![old, new]).read_as(&narrow.readings);
        let full = |_| "the decision diagrams outgrew their bound: nothing is proved".to_string();
        let (first, order) = read(&mut space, 0).map_err(full)?;
        let (second, later) = read(&mut space, 1).map_err(full)?;
        let levels = old.judge.policy.outcomes.len();
        let (was, is) = (verdicts_of(&space, &first, levels).map_err(full)?, verdicts_of(&space, &second, levels).map_err(full)?);
        let mut seen = BTreeSet::new();
        let order = later.into_iter().chain(order).filter(|name| seen.insert(name.clone())).collect();
        let mut work = Work { space, sides: [old, new], verdicts: [was, is], stands: [first, second], order, only: narrow.only };
        if let Some(given) = &narrow.given {
            work.narrow(given).map_err(full)?;
        }
        Ok(work)
    }

    /// Looks only at shipments with these facts.
    fn narrow(&mut self, given: &Facts) -> Made<()> {
        let only = self.space.like(given)?;
        for verdict in &mut self.verdicts[0] {
            *verdict = verdict.and(&only)?;
        }
        Ok(())
    }

    fn is_wanted(&self, from: usize, to: usize) -> bool {
        match self.only {
            None => true,
            Some(Direction::Stricter) => to > from,
            Some(Direction::Looser) => to < from,
        }
    }

    /// Every pair of outcomes with every clause that decides: what the diagrams do not exclude.
    fn candidates(&mut self) -> Made<Vec<Candidate>> {
        let never = self.space.constant(false);
        let mut found = Vec::new();
        let levels = self.verdicts[0].len();
        for from in 0..levels {
            for to in (0..levels).filter(|to| self.is_wanted(from, *to)) {
                let both = self.verdicts[0][from].and(&self.verdicts[1][to])?;
                if both.is_never() {
                    continue;
                }
                let gained = if from == to { self.gained(from)? } else { never.clone() };
                for decider in &self.order {
                    let stands = |side: usize| self.stands[side].get(decider).unwrap_or(&never);
                    let (clause, outcome) = decider;
                    let ways = match to.cmp(&from) {
                        std::cmp::Ordering::Greater if *outcome == to => vec![stands(1).clone()],
                        std::cmp::Ordering::Less if *outcome == from => vec![stands(0).clone()],
                        // A reason that came, and one that is lost while none came.
                        std::cmp::Ordering::Equal if *outcome == to => {
                            let lost = stands(0).and_not(stands(1))?.and_not(&gained)?;
                            vec![stands(1).and_not(stands(0))?, lost]
                        }
                        _ => continue,
                    };
                    for way in ways {
                        let diagram = both.and(&way)?;
                        if !diagram.is_never() {
                            found.push(Candidate { from, to, clause: clause.clone(), diagram });
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// Where some clause decides anew with an outcome.
    fn gained(&self, outcome: usize) -> Made<Diagram> {
        let never = self.space.constant(false);
        let mut gained = never.clone();
        for (decider, stands) in self.stands[1].iter().filter(|((_, of), _)| *of == outcome) {
            let before = self.stands[0].get(decider).unwrap_or(&never);
            gained = gained.or(&stands.and_not(before)?)?;
        }
        Ok(gained)
    }

    // ---- shipments ------------------------------------------------------------------------------------------------------------

    /// A shipment that shows a change.
    fn show(&mut self, candidate: &Candidate) -> Shown {
        let sides = self.sides;
        match show(&mut self.space, &candidate.diagram, |shipments| {
            Class::of(&sides, (candidate.from, candidate.to), &candidate.clause, shipments)
        }) {
            witness::Shown::By(class) => Shown::By(Box::new(class)),
            witness::Shown::Never => Shown::Never,
            witness::Shown::Not(because) => Shown::Not(self.unshown(candidate, because)),
        }
    }

    fn unshown(&self, candidate: &Candidate, because: &'static str) -> Unshown {
        let name = |at: usize| self.sides[1].judge.policy.outcomes[at].name.clone();
        Unshown {
            from: name(candidate.from),
            to: name(candidate.to),
            clause: candidate.clause.clone(),
            because,
            step: (candidate.from, candidate.to),
        }
    }
}

/// A clause by its name, with an outcome that a wording of it has.
type Decider = (String, usize);

fn verdicts_of(space: &Space<'_>, stands: &Stands, levels: usize) -> Made<Vec<Diagram>> {
    verdicts(space, levels, stands.iter().map(|((_, outcome), stands)| (*outcome, stands)))
}

/// Where each clause of a side stands.
type Stands = BTreeMap<Decider, Diagram>;

/// Reads the clauses of a side; also their order in the policy.
fn read(space: &mut Space<'_>, side: usize) -> Made<(Stands, Vec<Decider>)> {
    let judge = space.sides[side].judge;
    let standings = Standings::new(&mut Reader::new(space, side), judge)?;
    let (mut found, mut order) = (Stands::new(), Vec::new());
    for standing in standings.bounds.iter().flat_map(|(_, standings)| standings) {
        let clause = &judge.program().clauses[standing.clause];
        let Some(outcome) = clause.outcome else { continue };
        let decider = (judge.policy.clause_name(clause.clause), outcome);
        let stands = match found.get(&decider) {
            Some(others) => others.or(&standing.stands)?,
            None => {
                order.push(decider.clone());
                standing.stands.clone()
            }
        };
        found.insert(decider, stands);
    }
    Ok((found, order))
}
