//! The verdict on one shipment: what follows, what is still open, and what to ask.

use super::completion::{Possible, Search, Target, Turn, Unknown};
use super::regions::Regions;
use super::rows::Evaluation;
use super::standing::{Binding, Order, Outcomes, Standing, row_in, together};
use crate::check::{CheckedPolicy, Type};
use crate::facts::{Cell, Facts, Place};
use crate::program::{Op, Program, lower};
use crate::value::{Date, Truth, Value};

/// How many unknowns are looked at when it is worked out what to ask.
const MOST_NEEDS: usize = 32;
/// How many open bindings of one shipment are searched; beyond them three-valued logic has the word.
const MOST_SEARCHED: usize = 64;
/// How many steps are spent on proving that an unknown matters.
const RELEVANCE_STEPS: usize = 40;

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
        let bindings: Vec<BindingVerdict> = self
            .order
            .bindings(&evaluation)
            .into_iter()
            .scan(0, |searched, binding| Some(self.binding(&evaluation, binding, searched)))
            .collect();
        let possible = self.shipment(&evaluation, &bindings);
        let mut verdict = Verdict {
            on: evaluation.day,
            possible,
            covered: None,
            doubts: doubts(&evaluation),
            bindings,
            needs: Vec::new(),
            splits: Vec::new(),
        };
        if possible.outcomes.count_ones() > 1 && verdict.bindings.len() <= MOST_SEARCHED * 4 {
            verdict.needs = self.needs(&evaluation);
            verdict.splits = self.splits(&evaluation);
        }
        verdict.covered = self.covered(&evaluation, &verdict);
        Judgement { evaluation, verdict }
    }

    /// `searched` counts the bindings that a search was spent on.
    fn binding(&self, evaluation: &Evaluation<'_>, binding: Binding, searched: &mut usize) -> BindingVerdict {
        let mut standings = self.order.standings(evaluation, binding);
        let allowed = self.order.outcomes(evaluation, binding);
        let is_open = allowed.count_ones() > 1;
        *searched += usize::from(is_open);
        let possible = match (binding.possible, is_open) {
            (true, _) => Possible { outcomes: allowed | 1, exact: false },
            (false, true) if *searched > MOST_SEARCHED => Possible { outcomes: allowed, exact: false },
            _ => self.possible(evaluation, Target::Binding(binding)),
        };
        if possible.outcomes.count_ones() == 1 && !binding.possible && *searched <= MOST_SEARCHED {
            self.sharpen(evaluation, binding, possible.outcomes.trailing_zeros() as usize, &mut standings);
        }
        BindingVerdict { binding, possible, standings }
    }

    /// With the outcome settled, says of each clause that three-valued logic leaves open whether it stands in every completion or in
    /// none: a stricter one in none, another as a search finds.
    fn sharpen(&self, evaluation: &Evaluation<'_>, binding: Binding, outcome: usize, standings: &mut [Standing]) {
        for standing in standings.iter_mut().filter(|standing| standing.stands.is_unknown()) {
            let own = self.program.clauses[standing.clause].outcome;
            if own.is_some_and(|own| own > outcome) {
                (standing.applies, standing.stands) = (Truth::False, Truth::False);
                continue;
            }
            let target = Target::Stands(binding, standing.clause);
            let found = Search::new(&self.order, &self.regions, evaluation, target).roughly();
            match found.outcomes {
                0b10 => (standing.applies, standing.stands) = (Truth::True, Truth::True),
                0b01 => standing.stands = Truth::False,
                _ => {}
            }
        }
    }

    /// The outcomes of the shipment. Where only one binding is open, the others do not hang together with it.
    fn shipment(&self, evaluation: &Evaluation<'_>, bindings: &[BindingVerdict]) -> Possible {
        let open = bindings.iter().filter(|one| one.possible.outcomes.count_ones() > 1);
        if bindings.len() > MOST_SEARCHED * 4 {
            let outcomes = bindings.iter().fold(1, |all, one| together(all, one.possible.outcomes));
            return Possible { outcomes, exact: outcomes.count_ones() == 1 };
        }
        if open.count() <= 1 && !bindings.iter().any(|one| one.binding.possible) {
            let outcomes = bindings.iter().fold(1, |all, one| together(all, one.possible.outcomes));
            return Possible { outcomes, exact: bindings.iter().all(|one| one.possible.exact) };
        }
        self.possible(evaluation, Target::Shipment)
    }

    /// The exact set of outcomes of a target.
    pub fn possible(&self, evaluation: &Evaluation<'_>, target: Target) -> Possible {
        let allowed = match target {
            Target::Binding(binding) => self.order.outcomes(evaluation, binding),
            _ => self.outcomes(evaluation),
        };
        if allowed.count_ones() == 1 {
            return Possible { outcomes: allowed, exact: true };
        }
        Search::new(&self.order, &self.regions, evaluation, target).possible()
    }

    /// The facts that can still change the verdict, the most decisive first.
    fn needs(&self, evaluation: &Evaluation<'_>) -> Vec<Need> {
        let mut search = Search::new(&self.order, &self.regions, evaluation, Target::Shipment);
        let unknowns: Vec<Unknown> =
            search.unknowns().into_iter().filter(|one| !matches!(one, Unknown::Question(_))).take(MOST_NEEDS).collect();
        let mut found: Vec<(u64, Need)> = Vec::new();
        for unknown in unknowns {
            if !search.is_relevant(unknown, RELEVANCE_STEPS) {
                continue;
            }
            let consequences: Vec<Outcomes> = search.consequences(unknown).into_iter().map(|(_, allowed)| allowed).collect();
            let (union, common) = consequences.iter().fold((0, !0), |(union, common), set| (union | set, common & set));
            let changed = union & !common;
            let left: u64 = consequences.iter().map(|set| u64::from(set.count_ones())).sum();
            let decisive = left * 1000 / consequences.len().max(1) as u64;
            found.push((decisive, Need { unknown, could_lead_to: if changed == 0 { union } else { changed } }));
        }
        found.sort_by_key(|(decisive, need)| (*decisive, need.unknown));
        found.into_iter().map(|(_, need)| need).collect()
    }

    fn splits(&self, evaluation: &Evaluation<'_>) -> Vec<Split> {
        let mut search = Search::new(&self.order, &self.regions, evaluation, Target::Shipment);
        let questions: Vec<usize> = search
            .unknowns()
            .into_iter()
            .filter_map(|one| match one {
                Unknown::Question(question) => Some(question),
                _ => None,
            })
            .collect();
        let mut splits = Vec::new();
        for question in questions {
            let mut readings = Vec::new();
            for reading in 0..self.policy.questions[question].readings.len() {
                search.with(Unknown::Question(question), &Turn::Reading(reading), |search| readings.push(search.possible_here()));
            }
            if readings.windows(2).any(|pair| pair[0].outcomes != pair[1].outcomes) {
                splits.push(Split { question, readings });
            }
        }
        splits.sort_by_key(|split| split.question);
        splits
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

impl Search<'_, '_> {
    /// The set from what is supposed at this point, as far as few steps can tell.
    pub fn possible_here(&self) -> Possible {
        self.copy().roughly()
    }
}

/// Codes that their own facts contradict.
fn doubts(evaluation: &Evaluation<'_>) -> Vec<Doubt> {
    let Some(record) = evaluation.policy.records.iter().position(|record| record.classified_by.is_some()) else {
        return Vec::new();
    };
    let Some(field) = evaluation.policy.records[record].classified_by else { return Vec::new() };
    let coded = (0..evaluation.facts.rows(record) as u32).filter_map(|row| {
        let code = Place { record, row, field };
        match evaluation.facts.cell(code) {
            Cell::Given(Value::Code(given)) => given.place.map(|place| (code, place)),
            _ => None,
        }
    });
    let coded: Vec<(Place, u32)> = coded.collect();
    let tested = evaluation.program.nodes.iter().any(|node| matches!(node.op, Op::Match { test: Some(_), .. }));
    if coded.is_empty() || !tested {
        return Vec::new();
    }
    let without = evaluation.without(&coded.iter().map(|(code, _)| *code).collect::<Vec<_>>());
    let mut doubts: Vec<Doubt> =
        coded.into_iter().flat_map(|(code, place)| doubts_of(evaluation, &without, code, place)).collect();
    doubts.sort();
    doubts.dedup();
    doubts
}

/// The facts beside the code decide: they rule out its own category, or prove another one and not its own.
fn doubts_of(evaluation: &Evaluation<'_>, without: &Evaluation<'_>, code: Place, place: u32) -> Vec<Doubt> {
    let policy = evaluation.policy;
    let mut own: Vec<(u32, Truth)> = Vec::new();
    let mut others: Vec<u32> = Vec::new();
    for one in &evaluation.program.nodes {
        let Op::Match { category, inside, test: Some(test), .. } = &one.op else { continue };
        let found = without.truth(*test, code.row);
        if inside.holds(place) {
            own.push((*category, found));
        } else if found.is_true() && !policy.codes.get(*category).is_within(policy.codes.get(place)) {
            others.push(*category);
        }
    }
    let proved = own.iter().any(|(_, found)| found.is_true());
    let refuted =
        own.iter().filter(|(_, found)| found.is_false()).map(|(category, _)| Doubt { code, category: *category, fits: false });
    let refuted: Vec<Doubt> = most_specific(policy, refuted.collect());
    match (proved, refuted.is_empty()) {
        (true, _) => Vec::new(),
        (false, false) => refuted,
        (false, true) => most_specific(policy, others.into_iter().map(|category| Doubt { code, category, fits: true }).collect()),
    }
}

/// Without the categories that hold another one of the same doubts.
fn most_specific(policy: &CheckedPolicy, doubts: Vec<Doubt>) -> Vec<Doubt> {
    let code = |doubt: &Doubt| policy.codes.get(doubt.category);
    let holds_another =
        |doubt: &Doubt| doubts.iter().any(|other| other.category != doubt.category && code(other).is_within(code(doubt)));
    doubts.iter().filter(|doubt| !holds_another(doubt)).copied().collect()
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
