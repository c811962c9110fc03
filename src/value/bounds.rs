//! The range of a value: many have the same one, which is there once for all of them.

use super::range::Range;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// A range that is a value's own, or one of those that every fact has which nobody stated. It is the same as another where the ranges are.
#[derive(Debug, Clone)]
pub struct Bounds(Held);

#[derive(Debug, Clone)]
enum Held {
    Everywhere(&'static Range),
    Here(Box<Range>),
}

static NOT_NEGATIVE: Range = Range::NOT_NEGATIVE;
static WHOLE: Range = Range::WHOLE;

impl Bounds {
    /// Those of an amount that nobody stated: [`Range::NOT_NEGATIVE`].
    pub fn not_negative() -> Bounds {
        Bounds(Held::Everywhere(&NOT_NEGATIVE))
    }

    /// Those of a share that nobody stated: [`Range::WHOLE`].
    pub fn whole() -> Bounds {
        Bounds(Held::Everywhere(&WHOLE))
    }
}

impl From<Range> for Bounds {
    fn from(range: Range) -> Bounds {
        Bounds(Held::Here(Box::new(range)))
    }
}

impl Deref for Bounds {
    type Target = Range;

    fn deref(&self) -> &Range {
        match &self.0 {
            Held::Everywhere(range) => range,
            Held::Here(range) => range,
        }
    }
}

impl PartialEq for Bounds {
    fn eq(&self, other: &Bounds) -> bool {
        **self == **other
    }
}

impl Eq for Bounds {}

impl PartialOrd for Bounds {
    fn partial_cmp(&self, other: &Bounds) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bounds {
    fn cmp(&self, other: &Bounds) -> Ordering {
        (**self).cmp(other)
    }
}

impl Hash for Bounds {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::BuildHasher;

    #[test]
    fn the_same_range_is_the_same_wherever_it_stands() {
        let (everywhere, here) = (Bounds::not_negative(), Bounds::from(Range::NOT_NEGATIVE));
        assert_eq!(everywhere, here);
        assert_eq!(everywhere.cmp(&here), Ordering::Equal);
        let hasher = std::hash::RandomState::new();
        assert_eq!(hasher.hash_one(&everywhere), hasher.hash_one(&here));
        assert_ne!(everywhere, Bounds::whole());
    }
}
