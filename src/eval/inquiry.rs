//! The inquiry into one shipment: each binding by itself, then those that hang on common facts, then what to ask.

use super::completion::{Possible, Search, Target};
use super::regions::LateRegions;
use super::rows::Evaluation;
use super::standing::{Binding, Order, Outcomes, Standing, together};
use super::unknown::{Turn, Unknown};
use super::verdict::{BindingVerdict, Need, Split};
use crate::value::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// How many unknowns are looked at when it is worked out what to ask.
const MOST_NEEDS: usize = 32;
/// How many values are computed for a shipment of which more combinations are open than are gone through.
const EFFORT: i64 = 10_000_000;
/// How many values are computed to prove that an unknown matters.
const EFFORT_OF_NEED: i64 = 60_000;

/// What has been found out about a shipment, by a search where there is something to search for.
pub(super) struct Inquiry<'e, 'a> {
    order: &'e Order,
    regions: &'e LateRegions,
    evaluation: &'e Evaluation<'a>,
    begun: Option<Begun<'e, 'a>>,
    /// What each open binding hangs on.
    unknowns: BTreeMap<Binding, Vec<Unknown>>,
    groups: Vec<Group>,
}

/// A search that was begun.
struct Begun<'e, 'a> {
    search: Search<'e, 'a>,
    /// How many values may be computed for each stage of the inquiry.
    most: i64,
    /// How many values may still be computed.
    effort: i64,
}

/// Open bindings that hang on unknowns which no other open binding hangs on.
struct Group {
    target: Target,
    unknowns: Vec<Unknown>,
    possible: Possible,
    /// What is possible for all that is not in the group.
    beside: Outcomes,
}

impl<'e, 'a> Inquiry<'e, 'a> {
    /// An inquiry that has found nothing yet.
    pub(super) fn new(order: &'e Order, regions: &'e LateRegions, evaluation: &'e Evaluation<'a>) -> Inquiry<'e, 'a> {
        Inquiry { order, regions, evaluation, begun: None, unknowns: BTreeMap::new(), groups: Vec::new() }
    }

    /// Works within the effort that is left, and takes from it what was spent.
    fn work<T>(&mut self, work: impl FnOnce(&mut Search<'e, 'a>, i64) -> T) -> T {
        let begun = self.begun.get_or_insert_with(|| {
            let regions = self.regions.of(self.evaluation.policy, self.evaluation.program);
            let mut search = Search::new(self.order, regions, self.evaluation, Target::AllBut(Vec::new()));
            let most = if search.is_small() { i64::MAX } else { EFFORT };
            Begun { search, most, effort: most }
        });
        let before = begun.search.spent;
        let found = work(&mut begun.search, begun.effort);
        begun.effort = begun.effort.saturating_sub(begun.search.spent - before);
        found
    }

    /// Another stage begins, with effort of its own.
    fn renew(&mut self) {
        self.begun.iter_mut().for_each(|begun| begun.effort = begun.most);
    }

    /// No effort is left for this stage.
    fn is_spent(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| begun.effort <= 0)
    }

    /// The set of outcomes of a target, and its unknowns, those that most hangs on first.
    fn look_at(&mut self, target: Target) -> (Possible, Vec<Unknown>) {
        self.work(|search, effort| {
            search.look_at(target, 0);
            (search.possible(effort), search.unknowns())
        })
    }

    // ---- each binding ---------------------------------------------------------------------------------------------------------

    /// The verdict for each binding.
    pub(super) fn bindings(&mut self) -> Vec<BindingVerdict> {
        let bindings = self.order.bindings(self.evaluation);
        bindings.into_iter().map(|binding| self.binding(binding)).collect()
    }

    fn binding(&mut self, binding: Binding) -> BindingVerdict {
        let mut standings = self.order.standings(self.evaluation, binding);
        let allowed = self.order.outcomes_of(self.evaluation, binding, &standings);
        let possible = match (binding.possible, allowed.count_ones()) {
            (true, _) => Possible { outcomes: allowed | 1, exact: allowed | 1 == 1 },
            (false, 1) => Possible { outcomes: allowed, exact: true },
            (false, _) => {
                let (possible, unknowns) = self.look_at(Target::Bindings(vec![binding]));
                self.unknowns.insert(binding, unknowns);
                possible
            }
        };
        if possible.outcomes.count_ones() == 1 && !binding.possible {
            self.sharpen(binding, possible.outcomes.trailing_zeros() as usize, &mut standings);
        }
        BindingVerdict { binding, possible, standings }
    }

    /// With the outcome settled, says of each clause that three-valued logic leaves open whether it stands in every completion or in
    /// none: a stricter one in none, another as a search finds.
    fn sharpen(&mut self, binding: Binding, outcome: usize, standings: &mut [Standing]) {
        for standing in standings.iter_mut().filter(|standing| standing.stands.is_unknown()) {
            let own = self.evaluation.program.clauses[standing.clause].outcome;
            if own.is_some_and(|own| own > outcome) {
                (standing.applies, standing.stands) = (Truth::False, Truth::False);
                continue;
            }
            match self.look_at(Target::Stands(binding, standing.clause)).0.outcomes {
                0b10 => (standing.applies, standing.stands) = (Truth::True, Truth::True),
                0b01 => standing.stands = Truth::False,
                _ => {}
            }
        }
    }

    // ---- the shipment ---------------------------------------------------------------------------------------------------------

    /// The outcomes of the shipment, from the verdicts for its bindings.
    pub(super) fn shipment(&mut self, bindings: &[BindingVerdict]) -> Possible {
        let is_open = |one: &&BindingVerdict| one.possible.outcomes.count_ones() > 1;
        let settled = Possible { outcomes: 1, exact: true };
        let settled = bindings.iter().filter(|one| !is_open(one)).fold(settled, |all, one| all.together(one.possible));
        let open: Vec<&BindingVerdict> = bindings.iter().filter(is_open).collect();
        self.groups = match open.iter().any(|one| one.binding.possible) {
            true => {
                let is_settled = |one: &&BindingVerdict| !is_open(one) && !one.binding.possible;
                let but = bindings.iter().filter(is_settled).map(|one| one.binding).collect();
                vec![self.group(Target::AllBut(but))]
            }
            false => self.grouped(&open),
        };
        let sets: Vec<Possible> = self.groups.iter().map(|group| group.possible).collect();
        for (at, group) in self.groups.iter_mut().enumerate() {
            let others = sets.iter().enumerate().filter(|(other, _)| *other != at);
            group.beside = others.fold(settled.outcomes, |all, (_, one)| together(all, one.outcomes));
        }
        sets.into_iter().fold(settled, Possible::together)
    }

    fn group(&mut self, target: Target) -> Group {
        let (possible, unknowns) = self.look_at(target.clone());
        Group { target, unknowns, possible, beside: 1 }
    }

    /// Open bindings, those together that hang on a common unknown.
    fn grouped(&mut self, open: &[&BindingVerdict]) -> Vec<Group> {
        let mut members: Vec<Vec<&BindingVerdict>> = Vec::new();
        let mut group_of: BTreeMap<Unknown, usize> = BTreeMap::new();
        for one in open {
            let unknowns = &self.unknowns[&one.binding];
            let common: BTreeSet<usize> = unknowns.iter().filter_map(|unknown| group_of.get(unknown).copied()).collect();
            let into = common.first().copied().unwrap_or(members.len());
            members.resize(members.len().max(into + 1), Vec::new());
            members[into].push(one);
            for other in common.into_iter().skip(1) {
                let moved = std::mem::take(&mut members[other]);
                members[into].extend(moved);
                group_of.values_mut().filter(|group| **group == other).for_each(|group| *group = into);
            }
            group_of.extend(unknowns.iter().map(|unknown| (*unknown, into)));
        }
        members.retain(|group| !group.is_empty());
        members
            .into_iter()
            .map(|group| match group.as_slice() {
                [one] => Group {
                    target: Target::Bindings(vec![one.binding]),
                    unknowns: self.unknowns[&one.binding].clone(),
                    possible: one.possible,
                    beside: 1,
                },
                _ => self.group(Target::Bindings(group.iter().map(|one| one.binding).collect())),
            })
            .collect()
    }

    // ---- what to ask ----------------------------------------------------------------------------------------------------------

    /// The facts that can still change the outcome of the shipment, the most decisive first.
    pub(super) fn needs(&mut self) -> Vec<Need> {
        self.renew();
        self.needs_among(|_| true)
    }

    /// Those of them that are wanted, as far as the effort reaches.
    fn needs_among(&mut self, is_wanted: impl Fn(Unknown) -> bool) -> Vec<Need> {
        let mut found: Vec<(u64, Need)> = Vec::new();
        let mut looked_at = None;
        for (at, unknown) in self.asked(is_wanted) {
            if self.is_spent() {
                break;
            }
            let (beside, target) = (self.groups[at].beside, self.groups[at].target.clone());
            let is_new = looked_at.replace(at) != Some(at);
            let consequences = self.work(|search, _| {
                if is_new {
                    search.look_at(target, beside.trailing_zeros() as usize);
                }
                let is_relevant = search.is_relevant(unknown, EFFORT_OF_NEED);
                is_relevant.then(|| search.consequences(unknown, EFFORT_OF_NEED))
            });
            let Some(consequences) = consequences else { continue };
            let consequences: Vec<Outcomes> = consequences.into_iter().map(|set| together(set, beside)).collect();
            let (union, common) = consequences.iter().fold((0, !0), |(union, common), set| (union | set, common & set));
            let changed = union & !common;
            let left: u64 = consequences.iter().map(|set| u64::from(set.count_ones())).sum();
            let decisive = left * 1000 / consequences.len().max(1) as u64;
            found.push((decisive, Need { unknown, could_lead_to: if changed == 0 { union } else { changed } }));
        }
        found.sort_by_key(|(decisive, need)| (*decisive, need.unknown));
        found.into_iter().map(|(_, need)| need).collect()
    }

    /// The unknowns to look at with the places of their groups: from each group in turn those that most hangs on.
    fn asked(&self, is_wanted: impl Fn(Unknown) -> bool) -> Vec<(usize, Unknown)> {
        let mut ranked: Vec<(usize, usize, Unknown)> = Vec::new();
        for (at, group) in self.groups.iter().enumerate() {
            let facts = group.unknowns.iter().filter(|one| !matches!(one, Unknown::Question(_)) && is_wanted(**one));
            ranked.extend(facts.take(MOST_NEEDS).enumerate().map(|(rank, unknown)| (rank, at, *unknown)));
        }
        ranked.sort();
        ranked.into_iter().take(MOST_NEEDS).map(|(_, at, unknown)| (at, unknown)).collect()
    }

    /// Questions whose readings lead to different outcomes of the shipment.
    pub(super) fn splits(&mut self) -> Vec<Split> {
        self.renew();
        self.splits_of_groups()
    }

    fn splits_of_groups(&mut self) -> Vec<Split> {
        let mut splits = Vec::new();
        for at in 0..self.groups.len() {
            let (beside, target) = (self.groups[at].beside, self.groups[at].target.clone());
            let questions: Vec<Unknown> =
                self.groups[at].unknowns.iter().filter(|one| matches!(one, Unknown::Question(_))).copied().collect();
            if questions.is_empty() || self.is_spent() {
                continue;
            }
            self.work(|search, _| search.look_at(target, 0));
            for unknown in questions {
                let Unknown::Question(question) = unknown else { continue };
                let turns = (0..self.evaluation.policy.questions[question].readings.len()).map(Turn::Reading);
                let readings: Vec<Possible> = turns.map(|turn| self.under(unknown, &turn, beside)).collect();
                if readings.windows(2).any(|pair| pair[0].outcomes != pair[1].outcomes) {
                    splits.push(Split { question, readings });
                }
            }
        }
        splits.sort_by_key(|split| split.question);
        splits
    }

    /// The outcomes of the shipment where an unknown turns out so.
    fn under(&mut self, unknown: Unknown, turn: &Turn, beside: Outcomes) -> Possible {
        let mut found = Possible { outcomes: 1, exact: true };
        self.work(|search, effort| search.with(unknown, turn, |search| found = search.possible(effort)));
        found.together(Possible { outcomes: beside, exact: true })
    }
}

/// Parts of a shipment, each looked at as if there were no others. They share the effort of one shipment.
pub struct Parts<'e, 'a>(Inquiry<'e, 'a>);

impl<'e, 'a> Parts<'e, 'a> {
    pub(super) fn new(inquiry: Inquiry<'e, 'a>) -> Parts<'e, 'a> {
        Parts(inquiry)
    }

    /// The outcomes of bindings together, which may hang on the same unknowns. Once the effort is spent it is every combination of theirs.
    pub fn possible(&mut self, of: &[&BindingVerdict]) -> Possible {
        let combined = of.iter().fold(Possible { outcomes: 1, exact: true }, |all, one| all.together(one.possible));
        let open = of.iter().filter(|one| one.possible.outcome().is_none()).count();
        match open {
            // At most one is open: it hangs on nothing that another does.
            0 | 1 => combined,
            _ if self.0.is_spent() => Possible { exact: false, ..combined },
            _ => self.0.look_at(Target::Bindings(of.iter().map(|one| one.binding).collect())).0,
        }
    }

    /// Now for what to ask.
    pub fn renew(&mut self) {
        self.0.renew();
    }

    /// What can still change the outcome of bindings together: the facts among those wanted, the most decisive first, and the questions. Nothing where the
    /// effort does not suffice to find out.
    pub fn asks(&mut self, of: &[&BindingVerdict], is_wanted: impl Fn(Unknown) -> bool) -> Option<(Vec<Need>, Vec<Split>)> {
        if self.0.is_spent() {
            return None;
        }
        self.0.groups = vec![self.0.group(Target::Bindings(of.iter().map(|one| one.binding).collect()))];
        let asks = (self.0.needs_among(is_wanted), self.0.splits_of_groups());
        (!self.0.is_spent()).then_some(asks)
    }
}
