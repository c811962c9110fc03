//! Whether an unknown matters, and what hangs on it.

use super::completion::{Possible, Search};
use super::standing::Outcomes;
use super::unknown::{Turn, Unknown};

/// How many values are computed to see what a number of elements of a list leads to.
const EFFORT_OF_LIST: i64 = 20_000;

impl Search<'_, '_> {
    /// Whether two completions that differ only in this unknown have different outcomes; also where the effort does not suffice to
    /// tell.
    pub fn is_relevant(&mut self, unknown: Unknown, effort: i64) -> bool {
        self.within(effort, |this| this.relevant(unknown))
    }

    fn relevant(&mut self, unknown: Unknown) -> bool {
        let survey = self.survey();
        if survey.allowed.count_ones() == 1 {
            return false;
        }
        let reached = self.reached(survey.roots.into_keys());
        if !reached.contains(&unknown) {
            return false;
        }
        if self.turns_part(unknown) || self.effort <= 0 {
            return true;
        }
        let Some(other) = reached.into_iter().find(|other| *other != unknown) else { return false };
        let (turns, _) = self.turns(other);
        for turn in turns {
            let mut found = false;
            self.with(other, &turn, |this| found = this.relevant(unknown));
            if found {
                return true;
            }
        }
        false
    }

    /// Whether the ways in which an unknown may turn out already show different outcomes. What an element that nobody named brings
    /// is unknown in its turn, so that a list takes a search of its own.
    fn turns_part(&mut self, unknown: Unknown) -> bool {
        let mut found: Vec<Possible> = Vec::new();
        let mut common: Outcomes = !0;
        for turn in self.turns(unknown).0 {
            let mut next = Possible { outcomes: 0, exact: false };
            self.with(unknown, &turn, |this| {
                next = match unknown.is_list() {
                    true => this.explored(EFFORT_OF_LIST).possible(),
                    false => Possible { outcomes: this.allowed(), exact: false },
                };
            });
            common &= next.outcomes;
            if common == 0 || found.iter().any(|one| one.differs_surely(next) || next.differs_surely(*one)) {
                return true;
            }
            if self.effort <= 0 {
                return false;
            }
            found.push(next);
        }
        false
    }

    /// For each way in which an unknown may turn out, what is then allowed; as much as now where the effort does not reach.
    pub fn consequences(&mut self, unknown: Unknown, effort: i64) -> Vec<Outcomes> {
        let (turns, _) = self.turns(unknown);
        let now = self.allowed();
        let of_turn = |this: &mut Self, turn: &Turn| {
            let mut allowed = now;
            if this.effort > 0 {
                this.with(unknown, turn, |this| allowed = this.allowed());
            }
            allowed
        };
        self.within(effort, |this| turns.iter().map(|turn| of_turn(this, turn)).collect())
    }
}

impl Possible {
    /// This one is settled, and the other surely has another outcome.
    fn differs_surely(self, other: Possible) -> bool {
        let is_settled = |one: Possible| one.outcomes.count_ones() == 1;
        is_settled(self) && self.outcomes != other.outcomes && (is_settled(other) || other.exact)
    }
}
