//! Intervals of exact numbers: what is known of a sum some of whose parts nobody stated.

use super::number::Number;
use super::truth::Truth;
use std::cmp::Ordering;

/// One end of an interval.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bound {
    /// The number at this end.
    pub at: Number,
    /// The number itself is not reached.
    pub open: bool,
}

/// An interval; a missing end is infinite.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Range {
    /// The lower end.
    pub low: Option<Bound>,
    /// The upper end.
    pub high: Option<Bound>,
}

impl Bound {
    /// An end that is reached.
    pub const fn closed(at: Number) -> Bound {
        Bound { at, open: false }
    }
}

impl Range {
    /// Everything from zero up: what is known of an amount that nobody stated.
    pub const NOT_NEGATIVE: Range = Range { low: Some(Bound::closed(Number::ZERO)), high: None };
    /// From nothing to the whole: what is known of a share that nobody stated.
    pub const WHOLE: Range = Range { low: Some(Bound::closed(Number::ZERO)), high: Some(Bound::closed(Number::ONE)) };

    /// One point.
    pub fn exactly(number: Number) -> Range {
        Range { low: Some(Bound::closed(number.clone())), high: Some(Bound::closed(number)) }
    }

    /// From zero to `most`.
    pub fn up_to(most: Number) -> Range {
        Range { low: Some(Bound::closed(Number::ZERO)), high: Some(Bound::closed(most)) }
    }

    /// The number, where the interval is a point.
    pub fn point(&self) -> Option<&Number> {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) if low.at == high.at && !low.open && !high.open => Some(&low.at),
            _ => None,
        }
    }

    /// The sum of two.
    pub fn plus(&self, other: &Range) -> Range {
        Range { low: add(&self.low, &other.low), high: add(&self.high, &other.high) }
    }

    /// The interval mirrored at zero.
    pub fn negated(&self) -> Range {
        let mirror = |bound: &Option<Bound>| bound.as_ref().map(|bound| Bound { at: bound.at.negated(), open: bound.open });
        Range { low: mirror(&self.high), high: mirror(&self.low) }
    }

    /// The difference of two.
    pub fn minus(&self, other: &Range) -> Range {
        self.plus(&other.negated())
    }

    /// The product; where neither side is a point and a sign is open, nothing is claimed.
    pub fn times(&self, other: &Range) -> Range {
        match (self.point(), other.point()) {
            (Some(factor), _) => other.scaled(factor),
            (_, Some(factor)) => self.scaled(factor),
            _ if self.is_not_negative() && other.is_not_negative() => {
                Range { low: multiply(&self.low, &other.low), high: multiply(&self.high, &other.high) }
            }
            _ => Range::default(),
        }
    }

    /// The quotient; nothing is claimed where the divisor may be zero or below. Nothing is no share of anything, so that zero stays
    /// zero whatever the divisor.
    pub fn over(&self, other: &Range) -> Option<Range> {
        if self.point().is_some_and(Number::is_zero) {
            return Some(self.clone());
        }
        if let Some(divisor) = other.point() {
            return Some(self.scaled(&Number::ONE.over(divisor)?));
        }
        let positive = other.low.as_ref().is_some_and(|low| !low.at.is_negative());
        if !(positive && self.is_not_negative()) {
            return Some(Range::default());
        }
        let low = match (&self.low, &other.high) {
            (Some(low), Some(high)) => divide(low, high),
            (Some(low), None) => Some(Bound { at: Number::ZERO, open: !low.at.is_zero() }),
            (None, _) => None,
        };
        let high = match (&self.high, &other.low) {
            (Some(high), _) if high.at.is_zero() => Some(high.clone()),
            (Some(high), Some(low)) => divide(high, low),
            _ => None,
        };
        Some(Range { low, high })
    }

    fn scaled(&self, factor: &Number) -> Range {
        let scale = |bound: &Option<Bound>| bound.as_ref().map(|bound| Bound { at: bound.at.times(factor), open: bound.open });
        match factor.cmp(&Number::ZERO) {
            Ordering::Equal => Range::exactly(Number::ZERO),
            Ordering::Greater => Range { low: scale(&self.low), high: scale(&self.high) },
            Ordering::Less => Range { low: scale(&self.high), high: scale(&self.low) },
        }
    }

    fn is_not_negative(&self) -> bool {
        self.low.as_ref().is_some_and(|low| !low.at.is_negative())
    }

    /// The smallest interval that holds both.
    pub fn hull(&self, other: &Range) -> Range {
        Range { low: outer(&self.low, &other.low, Ordering::Less), high: outer(&self.high, &other.high, Ordering::Greater) }
    }

    /// Whether every number here is below every number there.
    pub fn is_below(&self, other: &Range) -> Truth {
        if before(&self.high, &other.low, true) {
            Truth::True
        } else if reaches(&self.low, &other.high) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether every number here is at most every number there.
    pub fn is_at_most(&self, other: &Range) -> Truth {
        !other.is_below(self)
    }

    /// Whether both are one and the same number.
    pub fn equals(&self, other: &Range) -> Truth {
        match (self.point(), other.point()) {
            (Some(a), Some(b)) => (a == b).into(),
            _ if self.is_below(other).is_true() || other.is_below(self).is_true() => Truth::False,
            _ => Truth::Unknown,
        }
    }
}

fn add(a: &Option<Bound>, b: &Option<Bound>) -> Option<Bound> {
    let (a, b) = (a.as_ref()?, b.as_ref()?);
    Some(Bound { at: a.at.plus(&b.at), open: a.open || b.open })
}

fn multiply(a: &Option<Bound>, b: &Option<Bound>) -> Option<Bound> {
    let zero = |bound: &Bound| bound.at.is_zero() && !bound.open;
    match (a, b) {
        (Some(a), _) if zero(a) => Some(a.clone()),
        (_, Some(b)) if zero(b) => Some(b.clone()),
        (Some(a), Some(b)) => Some(Bound { at: a.at.times(&b.at), open: a.open || b.open }),
        _ => None,
    }
}

fn divide(a: &Bound, b: &Bound) -> Option<Bound> {
    Some(Bound { at: a.at.over(&b.at)?, open: a.open || (b.open && !a.at.is_zero()) })
}

fn outer(a: &Option<Bound>, b: &Option<Bound>, wanted: Ordering) -> Option<Bound> {
    let (a, b) = (a.as_ref()?, b.as_ref()?);
    match a.at.cmp(&b.at) {
        Ordering::Equal => Some(Bound { at: a.at.clone(), open: a.open && b.open }),
        order if order == wanted => Some(a.clone()),
        _ => Some(b.clone()),
    }
}

/// `high` lies wholly before `low`.
fn before(high: &Option<Bound>, low: &Option<Bound>, strictly: bool) -> bool {
    match (high, low) {
        (Some(high), Some(low)) => high.at < low.at || (high.at == low.at && (!strictly || high.open || low.open)),
        _ => false,
    }
}

/// Every number from `low` up is at least every number down from `high`.
fn reaches(low: &Option<Bound>, high: &Option<Bound>) -> bool {
    matches!((low, high), (Some(low), Some(high)) if low.at >= high.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: i64, high: i64) -> Range {
        Range { low: Some(Bound::closed(low.into())), high: Some(Bound::closed(high.into())) }
    }

    #[test]
    fn comparisons_say_only_what_is_sure() {
        assert_eq!(range(0, 1).is_below(&range(2, 3)), Truth::True);
        assert_eq!(range(0, 2).is_below(&range(2, 3)), Truth::Unknown);
        assert_eq!(range(3, 4).is_below(&range(2, 3)), Truth::False);
        assert_eq!(range(0, 2).is_at_most(&range(2, 3)), Truth::True);
    }

    #[test]
    fn open_ends_are_not_reached() {
        let below_two = Range { low: None, high: Some(Bound { at: 2.into(), open: true }) };
        assert_eq!(below_two.is_below(&range(2, 3)), Truth::True);
        assert_eq!(range(2, 3).is_at_most(&below_two), Truth::False);
    }

    #[test]
    fn a_share_of_an_unknown_whole_is_an_interval() {
        let share = range(1, 1).over(&Range::NOT_NEGATIVE);
        assert_eq!(share, Some(Range { low: Some(Bound { at: Number::ZERO, open: true }), high: None }));
        let nothing = range(0, 0).over(&Range::NOT_NEGATIVE);
        assert_eq!(nothing.and_then(|range| range.point().cloned()), Some(Number::ZERO), "nothing is no share of anything");
        assert_eq!(range(1, 1).over(&range(0, 0)), None);
    }
}
