//! Changes that worked cases show where diagrams find no shipment: amounts that are summed up over what lies within what, above all.

use super::class::Class;
use super::{Comparison, Narrow, Unshown};
use crate::diagram::Side;
use crate::witness::{Shipment, worked};

impl Comparison {
    /// Looks among the worked cases of both versions for shipments that show what is not shown; `narrow` as it was compared. The versions are to
    /// have been read with their cases.
    #[must_use]
    pub fn with_cases(mut self, old: Side<'_>, new: Side<'_>, narrow: &Narrow) -> Comparison {
        // Whether a case has the facts that were asked for is not known.
        if narrow.given.is_some() || self.unshown.is_empty() {
            return self;
        }
        for one in std::mem::take(&mut self.unshown) {
            match shown(&[old, new], &one, narrow) {
                Some(class) => self.verdicts.push(class),
                None => self.unshown.push(one),
            }
        }
        self.verdicts.sort_by_key(Class::rank);
        if self.unshown.is_empty() {
            self.equal_elsewhere = "proved";
        }
        self
    }
}

/// A change that a worked case shows, without what nothing hangs on.
fn shown(sides: &[Side<'_>; 2], change: &Unshown, narrow: &Narrow) -> Option<Class> {
    let class = |shipment: &Shipment| {
        let mut shipment = shipment.clone();
        shipment.readings.extend(narrow.readings.clone());
        Class::of(sides, change.step, &change.clause, &[shipment.clone(), shipment])
    };
    let mut cases = sides.iter().flat_map(|side| worked(side.judge.policy, &change.clause));
    let case = cases.find(|case| class(case).is_some())?;
    class(&case.spared(|less| class(less).is_some()))
}
