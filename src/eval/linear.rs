//! Linear functions of facts that nobody stated, and what their zeros come to when unknowns are eliminated.

use super::unknown::Unknown;
use crate::value::Number;
use std::collections::{BTreeMap, BTreeSet};

/// A constant and a multiple of each unknown, added up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Linear {
    /// No coefficient is zero.
    terms: BTreeMap<Unknown, Number>,
    constant: Number,
}

impl Linear {
    pub(super) fn constant(constant: Number) -> Linear {
        Linear { terms: BTreeMap::new(), constant }
    }

    pub(super) fn of(unknown: Unknown) -> Linear {
        Linear { terms: BTreeMap::from([(unknown, Number::ONE)]), constant: Number::ZERO }
    }

    pub(super) fn plus(&self, other: &Linear) -> Linear {
        let mut sum = self.clone();
        sum.add(other);
        sum
    }

    /// Adds another one, which has few terms beside this one.
    pub(super) fn add(&mut self, other: &Linear) {
        self.constant = self.constant.plus(&other.constant);
        for (unknown, by) in &other.terms {
            let coefficient = self.terms.entry(*unknown).or_insert(Number::ZERO);
            *coefficient = coefficient.plus(by);
            if coefficient.is_zero() {
                self.terms.remove(unknown);
            }
        }
    }

    pub(super) fn minus(&self, other: &Linear) -> Linear {
        self.plus(&other.times(&Number::ONE.negated()))
    }

    pub(super) fn times(&self, by: &Number) -> Linear {
        if by.is_zero() {
            return Linear::constant(Number::ZERO);
        }
        let terms = self.terms.iter().map(|(unknown, coefficient)| (*unknown, coefficient.times(by)));
        Linear { terms: terms.collect(), constant: self.constant.times(by) }
    }

    /// The constant, if it hangs on no unknown.
    pub(super) fn known(&self) -> Option<&Number> {
        self.terms.is_empty().then_some(&self.constant)
    }

    pub(super) fn unknowns(&self) -> impl Iterator<Item = Unknown> + '_ {
        self.terms.keys().copied()
    }

    fn has(&self, unknown: Unknown) -> bool {
        self.terms.contains_key(&unknown)
    }

    /// The multiple whose first coefficient is one: its zeros are the same.
    fn normal(self) -> Linear {
        let first = self.terms.values().next().and_then(|first| Number::ONE.over(first));
        first.map_or_else(|| self.clone(), |by| self.times(&by))
    }

    /// Where both are zero, this is zero as well, and it does not have the unknown.
    fn without(&self, other: &Linear, unknown: Unknown) -> Linear {
        match (self.terms.get(&unknown), other.terms.get(&unknown)) {
            (Some(here), Some(there)) => self.times(there).minus(&other.times(here)),
            _ => self.clone(),
        }
    }

    /// Where it is zero, if it has no other unknown.
    fn zero(&self, unknown: Unknown) -> Option<Number> {
        let by = self.terms.get(&unknown).filter(|_| self.terms.len() == 1)?;
        self.constant.negated().over(by)
    }

    /// The same with another constant.
    fn shifted(&self, constant: Number) -> Linear {
        Linear { terms: self.terms.clone(), constant }
    }

    fn is_unit(&self) -> bool {
        self.terms.values().all(|by| by.magnitude() == Number::ONE)
    }

    /// One unknown less another.
    fn is_difference(&self) -> bool {
        let mut signs = self.terms.values().map(Number::is_negative);
        self.is_unit() && self.terms.len() == 2 && signs.next() != signs.next()
    }
}

/// How many pairs of functions are combined at most to eliminate one unknown.
const MOST_PAIRS: usize = 20_000;

/// Functions whose zeros are the borders between regions of several unknowns at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Borders(BTreeSet<Linear>);

impl Borders {
    pub(super) fn add(&mut self, border: Linear) {
        if border.known().is_none() {
            self.0.insert(border.normal());
        }
    }

    /// The unknowns that borders link to one, that one included.
    pub(super) fn linked(&self, unknown: Unknown) -> BTreeSet<Unknown> {
        let mut found = BTreeSet::from([unknown]);
        loop {
            let before = found.len();
            for border in &self.0 {
                if border.unknowns().any(|one| found.contains(&one)) {
                    found.extend(border.unknowns());
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    /// Leaves only the borders between some unknowns.
    pub(super) fn keep(&mut self, unknowns: &BTreeSet<Unknown>) {
        self.0.retain(|border| border.unknowns().any(|unknown| unknowns.contains(&unknown)));
    }

    /// Makes borders between whole numbers as wide as a step: beside each lie those one step off. False where borders are neither
    /// differences nor parallel, so that whole numbers may miss a region that other numbers meet.
    pub(super) fn widen(&mut self, steps: impl Fn(&Number) -> Vec<Number>) -> bool {
        let several: Vec<&Linear> = self.0.iter().filter(|border| border.terms.len() > 1).collect();
        let parallel = several.windows(2).all(|pair| pair[0].terms == pair[1].terms) && several.iter().all(|one| one.is_unit());
        let regular = parallel || several.iter().all(|border| border.is_difference());
        let beside: Vec<Linear> = self
            .0
            .iter()
            .flat_map(|border| steps(&border.constant).into_iter().map(|constant| border.shifted(constant)))
            .collect();
        self.0.extend(beside);
        regular
    }

    /// The values of an unknown at which the regions of the others change, by Fourier and Motzkin's elimination of each other unknown.
    /// Nothing where that takes too many steps.
    pub(super) fn projected(mut self, unknown: Unknown) -> Option<Vec<Number>> {
        let mut others = self.linked(unknown);
        others.remove(&unknown);
        while let Some(next) = others.iter().copied().min_by_key(|other| self.0.iter().filter(|one| one.has(*other)).count()) {
            others.remove(&next);
            let (with, without): (Vec<Linear>, Vec<Linear>) = self.0.into_iter().partition(|border| border.has(next));
            if with.len() * with.len() / 2 > MOST_PAIRS {
                return None;
            }
            self = Borders(without.into_iter().collect());
            for (at, one) in with.iter().enumerate() {
                with[at + 1..].iter().for_each(|other| self.add(one.without(other, next)));
            }
        }
        Some(self.0.iter().filter_map(|border| border.zero(unknown)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Place;

    fn fact(field: usize) -> Unknown {
        Unknown::Fact(Place { record: 0, row: 0, field })
    }

    fn number(number: i64) -> Linear {
        Linear::constant(number.into())
    }

    #[test]
    fn a_sum_and_a_bound_of_one_part_bound_the_other() {
        let (a, b) = (Linear::of(fact(0)), Linear::of(fact(1)));
        let mut borders = Borders::default();
        borders.add(a.plus(&b).minus(&number(9)));
        borders.add(b.minus(&number(5)));
        assert_eq!(borders.projected(fact(0)), Some(vec![4.into()]));
    }

    #[test]
    fn sloping_borders_cross() {
        let (a, b) = (Linear::of(fact(0)), Linear::of(fact(1)));
        let mut borders = Borders::default();
        borders.add(a.plus(&b).minus(&number(9)));
        borders.add(a.minus(&b).minus(&number(3)));
        assert_eq!(borders.projected(fact(0)), Some(vec![6.into()]));
    }

    #[test]
    fn whole_numbers_in_a_chain_keep_their_distance() {
        let of = |field| Linear::of(fact(field));
        let mut borders = Borders::default();
        (0..3).for_each(|field| borders.add(of(field).minus(&of(field + 1))));
        borders.add(of(3).minus(&number(9)));
        assert!(borders.widen(|at| vec![at.minus(&Number::ONE), at.plus(&Number::ONE)]));
        let found = borders.projected(fact(0)).unwrap_or_default();
        assert!(found.contains(&5.into()), "{found:?}");
    }

    #[test]
    fn whole_numbers_that_add_up_crosswise_are_not_regular() {
        let (a, b) = (Linear::of(fact(0)), Linear::of(fact(1)));
        let mut borders = Borders::default();
        borders.add(a.plus(&b).minus(&number(9)));
        borders.add(a.minus(&b));
        assert!(!borders.widen(|_| Vec::new()));
    }
}
