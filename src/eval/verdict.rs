//! The verdict on one shipment: what follows, what is still open, and what to ask.

use super::completion::Possible;
use super::doubts::Doubt;
use super::rows::Evaluation;
use super::standing::{Binding, Outcomes, Standing};
use super::unknown::Unknown;
use crate::check::Type;
use crate::facts::Place;
use crate::program::Program;
use crate::value::Date;
use std::collections::BTreeSet;

/// What follows from the facts of a shipment.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The day judged.
    pub on: Option<Date>,
    /// The outcomes of the shipment that remain possible.
    pub possible: Possible,
    /// Each binding with its outcomes and how the clauses stand for it.
    pub bindings: Vec<BindingVerdict>,
    /// What to ask, the most decisive first.
    pub needs: Vec<Need>,
    /// Questions whose readings lead to different outcomes.
    pub splits: Vec<Split>,
    /// Whether a licence that is held covers what is asked for.
    pub covered: Option<bool>,
    /// Codes that their own facts contradict.
    pub doubts: Vec<Doubt>,
}

/// The verdict for one binding.
#[derive(Debug, Clone)]
pub struct BindingVerdict {
    /// The row.
    pub binding: Binding,
    /// Its outcomes.
    pub possible: Possible,
    /// How each clause stands.
    pub standings: Vec<Standing>,
}

/// Something to ask.
#[derive(Debug, Clone)]
pub struct Need {
    /// What is unknown.
    pub unknown: Unknown,
    /// The outcomes that hang on the answer.
    pub could_lead_to: Outcomes,
}

/// A question whose readings lead to different outcomes.
#[derive(Debug, Clone)]
pub struct Split {
    /// The question.
    pub question: usize,
    /// The outcomes under each reading.
    pub readings: Vec<Possible>,
}

impl Verdict {
    /// The clauses that stand with an outcome that remains possible, and those that only may, as places in the policy, in its order.
    pub fn deciding(&self, program: &Program) -> (Vec<usize>, Vec<usize>) {
        let (mut certain, mut perhaps) = (BTreeSet::new(), BTreeSet::new());
        for one in self.bindings.iter().filter(|one| !one.binding.possible) {
            for standing in one.standings.iter().filter(|standing| !standing.stands.is_false()) {
                let clause = &program.clauses[standing.clause];
                if clause.outcome.is_some_and(|outcome| self.possible.outcomes & (1 << outcome) != 0) {
                    if standing.stands.is_true() { &mut certain } else { &mut perhaps }.insert(clause.clause);
                }
            }
        }
        let perhaps = perhaps.difference(&certain).copied().collect();
        (certain.into_iter().collect(), perhaps)
    }

    /// The one outcome, if there is only one.
    pub fn outcome(&self) -> Option<usize> {
        self.possible.outcome()
    }
}

/// The words for an unknown: its path.
pub fn path_of(evaluation: &Evaluation<'_>, unknown: Unknown) -> String {
    let policy = evaluation.policy;
    match unknown {
        Unknown::Question(question) => policy.questions[question].name.clone(),
        Unknown::Day => "date".into(),
        Unknown::Fact(place) | Unknown::List(place) => evaluation.facts.path(policy, place),
    }
}

/// The question to a person about an unknown: in the words of the vocabulary.
pub fn ask_of(evaluation: &Evaluation<'_>, unknown: Unknown) -> Option<String> {
    let policy = evaluation.policy;
    let place = match unknown {
        Unknown::Fact(place) | Unknown::List(place) => place,
        Unknown::Day => Place { record: 0, row: 0, field: policy.day_field()? },
        Unknown::Question(_) => return None,
    };
    let field = &policy.records[place.record].fields[place.field];
    match (&field.ask.text, &field.ty) {
        (ask, _) if !ask.is_empty() => Some(ask.clone()),
        (_, Type::Truth) => Some(format!("Is it `{}`?", field.name)),
        _ => Some(format!("What is its `{}`?", field.name)),
    }
}
