//! A policy, ready to judge: from facts to a verdict.

use super::columns::{Columns, Decisions, Plan};
use super::completion::Possible;
use super::decision::Decider;
use super::doubts::doubts;
use super::inquiry::{Inquiry, Parts};
use super::regions::{LateRegions, Regions};
use super::rows::{Evaluation, possible_elements};
use super::standing::{Binding, Order, Outcomes, row_in, together};
use super::verdict::{BindingVerdict, Need, Split, Verdict};
use crate::check::{CheckedPolicy, FieldId};
use crate::column::Column;
use crate::facts::{Cells, Facts, Place, Shipments};
use crate::program::{NodeId, Program, ScopeId, lower};
use crate::value::{Date, Truth, Value};
use std::borrow::Cow;

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
    regions: LateRegions,
    plan: Plan,
}

/// A verdict, and the evaluation that it was read from.
pub struct Judgement<'j> {
    /// Every value.
    pub evaluation: Evaluation<'j>,
    /// What follows.
    pub verdict: Verdict,
}

impl<'a> Judge<'a> {
    /// Prepares a policy as it was known on a day; none: knowing all instruments.
    pub fn new(policy: &'a CheckedPolicy, known_on: Option<Date>) -> Judge<'a> {
        let program = lower(policy, known_on);
        let order = Order::new(&program);
        let plan = Plan::new(&program);
        Judge { policy, program, order, regions: LateRegions::default(), plan }
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
        self.regions.of(self.policy, &self.program)
    }

    /// Evaluates without a verdict.
    ///
    /// `facts` are given away or lent; `on` is the day judged, in place of the shipment's own; `readings` has a chosen reading, or none, for
    /// each question.
    pub fn evaluate<'j>(
        &'j self,
        facts: impl Into<Cow<'j, Facts>>,
        on: Option<Date>,
        mut readings: Vec<Option<usize>>,
    ) -> Evaluation<'j> {
        readings.resize(self.policy.questions.len(), None);
        let facts = facts.into();
        let day = self.day_of(&facts, on);
        Evaluation::new(self.policy, &self.program, facts, day, readings)
    }

    /// The day on which a shipment is judged: the one chosen, or its own.
    pub fn day_of(&self, facts: &Facts, on: Option<Date>) -> Option<Date> {
        on.or_else(|| own_day(facts, self.policy.day_field()?))
    }

    /// The facts of many shipments in columns, as [`Judge::decide`] takes them.
    pub fn in_columns(&self, facts: Vec<Facts>) -> Shipments {
        let with_possible = |facts| {
            let mut facts = Cow::Owned(facts);
            let possible = possible_elements(self.policy, &self.program, &mut facts);
            (facts.into_owned(), possible)
        };
        let (facts, possible): (Vec<Facts>, Vec<_>) = facts.into_iter().map(with_possible).unzip();
        Shipments::of(self.policy, &facts, &possible)
    }

    /// What follows for many shipments at once, where three-valued logic settles it. See [`Judge::evaluate`] for the other parameters.
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
    /// let facts = |text: &str| load(&policy, &read_json(text, SourceId(0), 0).unwrap()).unwrap();
    /// let judge = Judge::new(&policy, None);
    /// let shipments = judge.in_columns(vec![
    ///     facts(r#"{"date": "2025-06-01", "destination": "IS"}"#),
    ///     facts(r#"{"date": "2025-06-01"}"#),
    /// ]);
    /// let decisions = judge.decide(&shipments, None, &[]);
    /// assert!(decisions.is_settled(0) && !decisions.is_settled(1));
    /// let conclusion = decisions.conclusions(0).next().unwrap();
    /// assert_eq!(decisions.clauses(conclusion.whole), [0]); // the first clause stands
    /// ```
    pub fn decide(&self, shipments: &Shipments, on: Option<Date>, readings: &[Option<usize>]) -> Decisions {
        let mut readings = readings.to_vec();
        readings.resize(self.policy.questions.len(), None);
        let days = on.map_or_else(|| self.own_days(shipments), |day| Column::Same(Value::Date(day)));
        Columns::new(self.policy, &self.program, &self.plan, shipments, days, &readings).decisions(&self.order)
    }

    /// Prepares to decide one shipment after the other, as fast as can be. `readings` has a chosen reading, or none, for each question.
    pub fn decider(&self, mut readings: Vec<Option<usize>>) -> Decider<'_> {
        readings.resize(self.policy.questions.len(), None);
        Decider::new(self.policy, &self.program, &self.order, readings)
    }

    fn own_days(&self, shipments: &Shipments) -> Column {
        let days = self.policy.day_field().map(|field| shipments.field(0, field));
        match days {
            Some(Cells::Values(days)) => days.clone(),
            _ => Column::Same(Value::Unknown),
        }
    }

    /// Only the outcomes that three-valued logic allows: the fast path, exact where nothing that matters is unknown.
    pub fn outcomes(&self, evaluation: &Evaluation<'_>) -> Outcomes {
        let bindings = self.order.bindings(evaluation);
        bindings.into_iter().map(|binding| self.order.outcomes(evaluation, binding)).fold(1, together)
    }

    /// Three-valued logic settles how each clause stands: nothing is left to a search.
    pub fn is_settled(&self, evaluation: &Evaluation<'_>) -> bool {
        self.order.bindings(evaluation).into_iter().all(|binding| {
            let standings = self.order.standings(evaluation, binding);
            standings.iter().all(|one| one.stands.is_false() || (one.stands.is_true() && !binding.possible))
        })
    }

    /// Judges a shipment. See [`Judge::evaluate`] for the parameters.
    pub fn judge<'j>(
        &'j self,
        facts: impl Into<Cow<'j, Facts>>,
        on: Option<Date>,
        readings: Vec<Option<usize>>,
    ) -> Judgement<'j> {
        self.judged(self.evaluate(facts, on, readings))
    }

    /// Judges an evaluation.
    pub fn judged<'j>(&'j self, evaluation: Evaluation<'j>) -> Judgement<'j> {
        let mut inquiry = Inquiry::new(&self.order, &self.regions, &evaluation);
        let bindings = inquiry.bindings();
        let possible = inquiry.shipment(&bindings);
        let (needs, splits) = match possible.outcome() {
            Some(_) => (Vec::new(), Vec::new()),
            None => (inquiry.needs(), inquiry.splits()),
        };
        self.concluded(evaluation, possible, bindings, needs, splits)
    }

    /// Judges an evaluation that settles the outcome; nothing where it is open, and no time is spent on what would settle it.
    pub fn settled<'j>(&'j self, evaluation: Evaluation<'j>) -> Option<Judgement<'j>> {
        let mut inquiry = Inquiry::new(&self.order, &self.regions, &evaluation);
        let bindings = inquiry.bindings();
        let possible = inquiry.shipment(&bindings);
        possible.outcome()?;
        Some(self.concluded(evaluation, possible, bindings, Vec::new(), Vec::new()))
    }

    fn concluded<'j>(
        &self,
        evaluation: Evaluation<'j>,
        possible: Possible,
        bindings: Vec<BindingVerdict>,
        needs: Vec<Need>,
        splits: Vec<Split>,
    ) -> Judgement<'j> {
        let (on, doubts, covered) = (evaluation.day, doubts(&evaluation), self.covered(&evaluation, &bindings));
        Judgement { evaluation, verdict: Verdict { on, possible, bindings, needs, splits, covered, doubts } }
    }

    /// The outcomes of a shipment, without what to ask.
    pub fn possible(&self, evaluation: &Evaluation<'_>) -> Possible {
        let mut inquiry = Inquiry::new(&self.order, &self.regions, evaluation);
        let bindings = inquiry.bindings();
        inquiry.shipment(&bindings)
    }

    /// Parts of a shipment, to be looked at each by itself.
    pub fn parts<'e, 'p>(&'e self, evaluation: &'e Evaluation<'p>) -> Parts<'e, 'p> {
        Parts::new(Inquiry::new(&self.order, &self.regions, evaluation))
    }

    /// Every clause that stands and asks for something a licence can give is covered by one that is held.
    fn covered(&self, evaluation: &Evaluation<'_>, bindings: &[BindingVerdict]) -> Option<bool> {
        let covers = &self.program.covers;
        let least = covers.iter().flat_map(|cover| &self.policy.covers[cover.cover].outcomes).min()?;
        let mut all = Truth::True;
        let mut asked = false;
        for one in bindings {
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
                let held = covers
                    .iter()
                    .filter(by)
                    .fold(Truth::False, |held, cover| held.or(held_for(evaluation, one.binding, cover.scope, cover.condition)));
                all = all.and(held.or(!standing.stands));
            }
        }
        if asked { all.known() } else { None }
    }
}

/// The day that a shipment states.
pub(super) fn own_day(facts: &Facts, field: FieldId) -> Option<Date> {
    match facts.known(Place { record: 0, row: 0, field }) {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

/// Whether a licence is held for a binding: for the row that it lies in, or else for every row that lies in it.
fn held_for(evaluation: &Evaluation<'_>, binding: Binding, scope: ScopeId, condition: NodeId) -> Truth {
    let program = &evaluation.program;
    if program.lies_in(binding.scope, scope) {
        return evaluation.truth(condition, row_in(evaluation, binding, scope));
    }
    let is_inside = program.lies_in(scope, binding.scope);
    let lies_in = |row: &u32| {
        let of = Binding { scope, row: *row, possible: false };
        !is_inside || row_in(evaluation, of, binding.scope) == binding.row
    };
    let rows: Vec<Truth> = (0..evaluation.rows(scope)).filter(lies_in).map(|row| evaluation.truth(condition, row)).collect();
    if rows.is_empty() { Truth::False } else { rows.into_iter().fold(Truth::True, Truth::and) }
}
