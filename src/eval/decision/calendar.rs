//! On which days a clause is in force, worked out once.

use super::need::Needs;
use super::on_demand::OnDemand;
use crate::program::{NodeId, Op};
use crate::value::{Date, Truth, Value};

/// Whether something that hangs on the day alone is so, from day to day.
#[derive(Debug, Clone)]
pub(super) struct Days {
    /// From each of these days on, until the next.
    from: Box<[(Date, Truth)]>,
    /// Where the day is not known.
    undated: Truth,
}

impl Days {
    /// Asks a node of the shipment on every day on which it can change.
    pub(super) fn of(asked: &mut OnDemand<'_>, needs: &mut Needs<'_>, node: NodeId) -> Days {
        let needed = needs.of(node);
        let mut on = |day: Option<Date>| {
            asked.set_day(day);
            asked.need(&needed);
            asked.truth_here(node, 0)
        };
        let undated = on(None);
        let program = needs.program();
        let mut days = vec![Date(i32::MIN)];
        for needed in &needed {
            match &program.nodes[*needed as usize].op {
                Op::Constant(Value::Date(day)) => days.push(*day),
                Op::Reading(question, _) => days.extend(program.guidance[*question].iter().map(|(published, ..)| *published)),
                _ => {}
            }
        }
        days.sort_unstable();
        days.dedup();
        let mut from: Vec<(Date, Truth)> = days.into_iter().map(|day| (day, on(Some(day)))).collect();
        from.dedup_by_key(|(_, truth)| *truth);
        Days { from: from.into(), undated }
    }

    /// Whether it is so on a day.
    pub(super) fn on(&self, day: Option<Date>) -> Truth {
        let Some(day) = day else { return self.undated };
        self.from.iter().rev().find(|(from, _)| *from <= day).map_or(self.undated, |(_, truth)| *truth)
    }
}
