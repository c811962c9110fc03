//! On which days a clause is in force, worked out once.

use super::need::Needs;
use super::on_demand::OnDemand;
use crate::program::{NodeId, Op};
use crate::value::{Date, Truth, Value};

/// Whether something that hangs on the day alone is so, from day to day.
#[derive(Debug, Clone)]
pub(super) struct Days {
    /// Where the day is not known.
    undated: Truth,
    /// From the beginning of time.
    first: Truth,
    /// The day from which on it is different: mostly one, which stands here and not in a place of its own.
    change: Option<(Date, Truth)>,
    /// From each of these days on, until the next.
    more: Box<[(Date, Truth)]>,
}

impl Days {
    /// On no day.
    pub(super) fn never() -> Days {
        Days { undated: Truth::False, first: Truth::False, change: None, more: Box::default() }
    }

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
        for needed in needed.iter() {
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
        let mut from = from.into_iter();
        let first = from.next().map_or(undated, |(_, truth)| truth);
        Days { undated, first, change: from.next(), more: from.collect() }
    }

    /// Whether it is so on a day.
    pub(super) fn on(&self, day: Option<Date>) -> Truth {
        let Some(day) = day else { return self.undated };
        let come = self.change.iter().chain(&self.more).take_while(|(from, _)| *from <= day);
        come.last().map_or(self.first, |(_, truth)| *truth)
    }
}
