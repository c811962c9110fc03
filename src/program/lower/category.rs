//! Tests of categories: by the code, and by what the category says of an item.

use super::{Lowering, Place};
use crate::check::{CATEGORY_ITEM, RecordId, Type, Typed};
use crate::program::node::{NodeId, Op};
use crate::program::typed::asks_about;
use std::collections::BTreeSet;

impl Lowering<'_> {
    pub(super) fn matches(&mut self, item: &Typed, categories: &[usize], place: &Place) -> NodeId {
        let Type::Record(record) = item.ty else { return self.node(place.scope, Op::Constant(false.into())) };
        let nodes: Vec<NodeId> = categories.iter().map(|category| self.category(*category, record)).collect();
        let node = match nodes.as_slice() {
            [one] => *one,
            _ => self.node(record, Op::Or(nodes.into())),
        };
        self.access(item, node, place)
    }

    fn category(&mut self, id: usize, record: RecordId) -> NodeId {
        if let Some(known) = self.matches.get(&id) {
            return *known;
        }
        let test = self.category_test(id, record);
        let code = self.policy.categories[id].code.clone();
        let inside = self.places(std::slice::from_ref(&code));
        let category = self.policy.codes.place(&code).unwrap_or(u32::MAX);
        let field = self.policy.records[record].classified_by.unwrap_or(0);
        let delegates = match self.delegating.get(&id) {
            Some(known) => *known,
            None => self.delegates(id, &mut BTreeSet::new()),
        };
        self.delegating.insert(id, delegates);
        let node = self.node(record, Op::Match { code: field, category, inside, test, delegates });
        // Inside a test, a category above may still be without its own.
        if self.tests_begun == 0 {
            self.matches.insert(id, node);
        }
        node
    }

    /// The test of a category, or of one below it, asks whether the same record matches another category.
    fn delegates(&self, id: usize, seen: &mut BTreeSet<usize>) -> bool {
        let category = &self.policy.categories[id];
        seen.insert(id)
            && category.test.as_ref().map_or_else(
                || category.below.iter().any(|below| self.delegates(*below, seen)),
                |test| asks_about(self.policy, test, CATEGORY_ITEM, &mut BTreeSet::new()),
            )
    }

    /// The test of a category, or of one below it where it has none of its own.
    fn category_test(&mut self, id: usize, record: RecordId) -> Option<NodeId> {
        if let Some(known) = self.tests.get(&id) {
            return *known;
        }
        // A category whose test asks about itself is decided by code alone there.
        self.tests.insert(id, None);
        self.tests_begun += 1;
        let policy = self.policy;
        let category = &policy.categories[id];
        let test = match &category.test {
            Some(test) => {
                let lowered = self.lower(test, &Place::of_record(record, CATEGORY_ITEM));
                self.categories[id] = Some((record, lowered.trace));
                Some(lowered.node)
            }
            None => {
                let below: Vec<NodeId> = category.below.iter().filter_map(|below| self.category_test(*below, record)).collect();
                match below.as_slice() {
                    [] => None,
                    [one] => Some(*one),
                    _ => Some(self.node(record, Op::Or(below.into()))),
                }
            }
        };
        self.tests_begun -= 1;
        self.tests.insert(id, test);
        test
    }
}
