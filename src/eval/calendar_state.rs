//! Where a clause stands in its calendar on the day judged.

use super::rows::Evaluation;
use crate::program::ProgramClause;

/// Where a clause stands in its calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalendarState {
    /// Its instrument was not published by the day known.
    NotKnown,
    /// Its first day has not come.
    NotYet,
    /// It is in force, or may be.
    InForce,
    /// An act suspends it.
    Suspended,
    /// Its last day has gone, another wording took its place, or it was repealed.
    Ended,
}

impl CalendarState {
    /// The state of a clause on the day that an evaluation is of.
    pub fn of(evaluation: &Evaluation<'_>, clause: &ProgramClause) -> CalendarState {
        let calendar = &clause.calendar;
        if !clause.known {
            return CalendarState::NotKnown;
        }
        if !evaluation.truth(calendar.in_force, 0).is_false() {
            return CalendarState::InForce;
        }
        if evaluation.truth(calendar.ended, 0).is_true() {
            CalendarState::Ended
        } else if evaluation.truth(calendar.suspended, 0).is_true() || !evaluation.truth(calendar.begun, 0).is_false() {
            CalendarState::Suspended
        } else {
            CalendarState::NotYet
        }
    }

    /// The state for a person.
    pub fn words(self) -> &'static str {
        match self {
            CalendarState::NotKnown => "not known",
            CalendarState::NotYet => "not yet in force",
            CalendarState::InForce => "in force",
            CalendarState::Suspended => "suspended",
            CalendarState::Ended => "ended",
        }
    }
}
