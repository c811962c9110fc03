//! Shares of one whole: they add up to at most the whole, and an unknown one is at most the rest.

use super::{Builder, Cellar};
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use crate::value::{Number, Range, Value};

/// A list whose elements have shares of one whole.
pub(super) struct Whole {
    record: RecordId,
    list: FieldId,
    element: RecordId,
    share: FieldId,
}

/// The lists whose elements have shares of one whole.
pub(super) fn wholes(policy: &CheckedPolicy) -> Vec<Whole> {
    let mut found = Vec::new();
    for (record, of) in policy.records.iter().enumerate() {
        for (list, field) in of.fields.iter().enumerate() {
            let Type::List(element) = field.ty else { continue };
            let shares = policy.records[element].fields.iter().enumerate().filter(|(_, field)| field.of_whole);
            found.extend(shares.map(|(share, _)| Whole { record, list, element, share }));
        }
    }
    found
}

impl Builder<'_> {
    /// The shares of the shipment that was begun add up to the whole at most. What nobody states is then at most the rest.
    pub(super) fn shares_are_sound(&mut self) -> bool {
        let mut rests = Vec::new();
        for whole in &self.wholes {
            let table = &self.tables[whole.record];
            let (Cellar::Lists(lists), Cellar::Values(shares)) =
                (&table.fields[whole.list], &self.tables[whole.element].fields[whole.share])
            else {
                continue;
            };
            let declared = &self.policy.records[whole.element].fields[whole.share];
            for elements in lists.from(self.marks[whole.record]) {
                let least = elements.iter().fold(Number::ZERO, |sum, row| {
                    let value = shares.stated(*row as usize).or_else(|| declared.default.clone());
                    sum.plus(&value.and_then(|value| value.range()?.low).map_or(Number::ZERO, |low| low.at))
                });
                if least > Number::ONE {
                    return false;
                }
                let is_unknown =
                    |row: &&u32| declared.default.is_none() && declared.inherits.is_none() && !shares.is_stated(**row as usize);
                let rest = Value::of_range(Range::up_to(Number::ONE.minus(&least)), None);
                if rest != *shares.absent() {
                    rests.extend(elements.iter().filter(is_unknown).map(|row| (whole.element, whole.share, *row, rest.clone())));
                }
            }
        }
        for (record, field, row, rest) in rests {
            if let Cellar::Values(values) = &mut self.tables[record].fields[field] {
                values.value(row as usize, rest);
            }
        }
        true
    }
}
