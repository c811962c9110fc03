//! How the questions are read that a worked case leaves open.

use crate::check::CheckedPolicy;

/// From the readings that a case chooses to a reading of every question, or of none more.
pub type Others = fn(&CheckedPolicy, &[Option<usize>]) -> Vec<Option<usize>>;

/// The ways that are tried: as the case has it, with the first reading of every other question, and with the last.
pub const OTHERS: [Others; 3] = [left_open, first, last];

fn left_open(_: &CheckedPolicy, own: &[Option<usize>]) -> Vec<Option<usize>> {
    own.to_vec()
}

fn first(_: &CheckedPolicy, own: &[Option<usize>]) -> Vec<Option<usize>> {
    own.iter().map(|reading| reading.or(Some(0))).collect()
}

fn last(policy: &CheckedPolicy, own: &[Option<usize>]) -> Vec<Option<usize>> {
    own.iter().zip(&policy.questions).map(|(reading, question)| reading.or(Some(question.readings.len() - 1))).collect()
}
