//! The verdict on one shipment: what follows, what is still open, and what to ask.

use super::completion::{Possible, Unknown};
use super::doubts::doubts;
use super::inquiry::Inquiry;
use super::regions::Regions;
use super::rows::Evaluation;
use super::standing::{Binding, Order, Outcomes, Standing, row_in, together};
use crate::check::{CheckedPolicy, Type};
use crate::facts::{Cell, Facts, Place};
use crate::program::{Program, lower};
use crate::value::{Date, Truth, Value};

/// A policy as known on a day, ready to judge any number of shipments.
///
/// ```
/// use ukase::{check::check, eval::Judge, facts::{load, read_json}, source::{SourceId, Sources}};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let raw = read_json(r#"{"date": "2025-06-01"}"#, SourceId(0), 0).unwrap();
/// let judge = Judge::new(&policy, None);
/// let judgement = judge.judge(load(&policy, &raw).unwrap(), None, Vec::new());
/// assert_eq!(judgement.verdict.possible.outcomes, 0b11); // free or licence: the destination decides
/// assert_eq!(judgement.verdict.needs.len(), 1);
/// ```
pub struct Judge<'a> {
    /// The policy.
    pub policy: &'a CheckedPolicy,
    program: Program,
    order: Order,
    regions: Regions,
}

/// A verdict, and the evaluation that it was read from.
pub struct Judgement<'j> {
    /// Every value.
    pub evaluation: Evaluation<'j>,
    /// What follows.
    pub verdict: Verdict,
}

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

/// A code that its own facts contradict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The cell of the code.
    pub code: Place,
    /// The code of the category.
    pub category: u32,
    /// The facts fit the category although the code lies elsewhere; otherwise the code lies within it and the facts do not fit.
    pub fits: bool,
}

impl Verdict {
    /// The one outcome, if there is only one.
    pub fn outcome(&self) -> Option<usize> {
        let set = self.possible.outcomes;
        (set.count_ones() == 1).then_some(set.trailing_zeros() as usize)
    }
}

impl<'a> Judge<'a> {
    /// Prepares a policy as it was known on a day; none: knowing all instruments.
    pub fn new(policy: &'a CheckedPolicy, known_on: Option<Date>) -> Judge<'a> {
        let program = lower(policy, known_on);
        let order = Order::new(&program);
        let regions = Regions::new(policy, &program);
        Judge { policy, program, order, regions }
    }

    /// The program that judges.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The order of overriding.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The regions of the program.
    pub fn regions(&self) -> &Regions {
        &self.regions
    }

    /// Evaluates without a verdict.
    ///
    /// `on` is the day judged, in place of the shipment's own; `readings` has a chosen reading, or none, for each question.
    pub fn evaluate(&self, facts: Facts, on: Option<Date>, mut readings: Vec<Option<usize>>) -> Evaluation<'_> {
        readings.resize(self.policy.questions.len(), None);
        let day = on.or_else(|| self.own_day(&facts));
        Evaluation::new(self.policy, &self.program, facts, day, readings)
    }

    fn own_day(&self, facts: &Facts) -> Option<Date> {
        let place = Place { record: 0, row: 0, field: self.policy.day_field()? };
        match facts.cell(place) {
            Cell::Given(Value::Date(date)) | Cell::Assumed(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// Only the outcomes that three-valued logic allows: the fast path, exact where nothing that matters is unknown.
    pub fn outcomes(&self, evaluation: &Evaluation<'_>) -> Outcomes {
        let bindings = self.order.bindings(evaluation);
        bindings.into_iter().map(|binding| self.order.outcomes(evaluation, binding)).fold(1, together)
    }

    /// Judges a shipment. See [`Judge::evaluate`] for the parameters.
    pub fn judge(&self, facts: Facts, on: Option<Date>, readings: Vec<Option<usize>>) -> Judgement<'_> {
        let evaluation = self.evaluate(facts, on, readings);
        let mut inquiry = Inquiry::new(self, &evaluation);
        let bindings = inquiry.bindings();
        let possible = inquiry.shipment(&bindings);
        let is_open = possible.outcomes.count_ones() > 1;
        let mut verdict = Verdict {
            on: evaluation.day,
            possible,
            bindings,
            needs: if is_open { inquiry.needs() } else { Vec::new() },
            splits: if is_open { inquiry.splits() } else { Vec::new() },
            covered: None,
            doubts: doubts(&evaluation),
        };
        verdict.covered = self.covered(&evaluation, &verdict);
        Judgement { evaluation, verdict }
    }

    /// The outcomes of a shipment, without what to ask.
    pub fn possible(&self, evaluation: &Evaluation<'_>) -> Possible {
        let mut inquiry = Inquiry::new(self, evaluation);
        let bindings = inquiry.bindings();
        inquiry.shipment(&bindings)
    }

    /// Every clause that stands and asks for something a licence can give is covered by one that is held.
    fn covered(&self, evaluation: &Evaluation<'_>, verdict: &Verdict) -> Option<bool> {
        let covers = &self.program.covers;
        let least = covers.iter().flat_map(|cover| &self.policy.covers[cover.cover].outcomes).min()?;
        let mut all = Truth::True;
        let mut asked = false;
        for one in &verdict.bindings {
            for standing in &one.standings {
                let clause = &self.program.clauses[standing.clause];
                let Some(outcome) = clause.outcome.filter(|outcome| outcome >= least) else { continue };
                if standing.stands.is_false() {
                    continue;
                }
                asked |= standing.stands.is_true();
                let by = |cover: &&crate::program::ProgramCover| {
                    let block = &self.policy.covers[cover.cover];
                    block.outcomes.contains(&outcome) && block.clauses.contains(&clause.clause)
                };
                let held = covers.iter().filter(by).fold(Truth::False, |held, cover| {
                    held.or(evaluation.truth(cover.condition, row_in(evaluation, one.binding, cover.scope)))
                });
                all = all.and(held.or(!standing.stands));
            }
        }
        if asked { all.known() } else { None }
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
