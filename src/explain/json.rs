//! The explanation of a verdict as data: the contract that scripts hold on to.

use super::assumed::{Grounds, is_idle};
use super::read::{Read, Reads};
use super::reason::{Reason, SourcePlace, cell_words, element_path, outline, reason};
use super::would_be::{WouldBe, would_be};
use crate::check::CheckedPolicy;
use crate::eval::{
    Binding, BindingVerdict, CalendarState, Evaluation, Judge, Judgement, Outcomes, Standing, Verdict, ask_of, path_of, row_in,
};
use crate::facts::Place;
use crate::program::{ProgramClause, ScopeId, Trace};
use crate::source::Span;
use crate::value::Truth;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A verdict with everything that explains it.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The shipment's `id`.
    pub id: Option<String>,
    /// The line it stands on in its file, from 1.
    pub line: usize,
    /// The policy and its version.
    pub policy: PolicyWords,
    /// `settled` or `open`.
    pub status: &'static str,
    /// The outcome, while there is one.
    pub outcome: Option<String>,
    /// The outcomes that remain possible, loosest first.
    pub possible: Vec<String>,
    /// Each of `possible` is reachable; otherwise it holds all that are, and perhaps others.
    pub exact: bool,
    /// A licence that is held covers what is asked for.
    pub covered: Option<bool>,
    /// How each clause stands.
    pub findings: Vec<Finding>,
    /// The outcome of each item.
    pub items: Vec<BindingOutcome>,
    /// What is to be done.
    pub duties: Vec<Duty>,
    /// What to ask, the most decisive first.
    pub needs: Vec<NeedWords>,
    /// Defaults of the vocabulary that were used.
    pub assumed: Vec<Assumed>,
    /// Questions of law whose readings lead to different outcomes, and those that guidance settled.
    pub questions: Vec<QuestionWords>,
    /// Readings that were chosen and that the verdict relies on.
    pub relied_on: Vec<ReliedOn>,
    /// Codes that their own facts contradict.
    pub doubts: Vec<Doubtful>,
    /// Categories of which the policy knows only a part, and on which this verdict rests.
    pub partial: Vec<String>,
    /// What another fact would change.
    pub would_be: Vec<WouldBe>,
}

/// The policy and its version.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyWords {
    /// Its name.
    pub name: String,
    /// The day judged.
    pub on: Option<String>,
    /// The day known; none: everything is known.
    pub known_on: Option<String>,
    /// The digest of its files.
    pub digest: String,
}

/// How a clause stands for a binding.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// `2025-61/II`
    pub clause: String,
    /// Its title.
    pub title: String,
    /// Its title in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_zh: Option<String>,
    /// Its outcome.
    pub outcome: Option<String>,
    /// What it is bound to; empty for the whole shipment.
    pub binding: BTreeMap<String, String>,
    /// `stands`, `overridden`, `not_met`, `open`, `not_yet`, `suspended`, `repealed`, `not_known`.
    pub state: &'static str,
    /// The clauses that apply here and whose place it takes.
    pub overrides: Vec<String>,
    /// The clauses that take its place.
    pub overridden_by: Vec<String>,
    /// The condition.
    pub because: Reason,
    /// The events of its calendar.
    pub calendar: Vec<(String, String)>,
}

/// The outcome of one binding.
#[derive(Debug, Clone, Serialize)]
pub struct BindingOutcome {
    /// `items[0]`
    pub binding: String,
    /// The outcome, while there is one.
    pub outcome: Option<String>,
    /// The outcomes that remain possible.
    pub possible: Vec<String>,
    /// Each of them can be reached; otherwise there may be fewer.
    pub exact: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Duty {
    /// Its name.
    pub duty: String,
    /// Its title.
    pub title: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// The clause that asks for it.
    pub clause: String,
    /// `stands`, or `open` while the clause is.
    pub state: &'static str,
}

/// Something to ask.
#[derive(Debug, Clone, Serialize)]
pub struct NeedWords {
    /// The path of the fact.
    pub fact: String,
    /// The question to a person.
    pub question: Option<String>,
    /// The outcomes that hang on it.
    pub could_lead_to: Vec<String>,
}

/// A default that was used.
#[derive(Debug, Clone, Serialize)]
pub struct Assumed {
    /// The path of the fact.
    pub fact: String,
    /// What was assumed.
    pub value: String,
    /// Where the vocabulary says so.
    pub source: SourcePlace,
}

/// A question of law.
#[derive(Debug, Clone, Serialize)]
pub struct QuestionWords {
    /// Its name.
    pub question: String,
    /// What is asked.
    pub title: String,
    /// The outcomes under each reading.
    pub readings: BTreeMap<String, Vec<String>>,
    /// The guidance that settles it, if any does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<String>,
    /// It is presumed rather than decided.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub presumed: bool,
}

/// A reading that was chosen and that the verdict relies on.
#[derive(Debug, Clone, Serialize)]
pub struct ReliedOn {
    /// The name of the question.
    pub question: String,
    /// What is asked.
    pub title: String,
    /// The reading.
    pub reading: String,
}

/// A code that its own facts contradict.
#[derive(Debug, Clone, Serialize)]
pub struct Doubtful {
    /// The path of the code.
    pub fact: String,
    /// The code as given.
    pub code: String,
    /// The category.
    pub category: String,
    /// What is wrong, in words.
    pub message: String,
}

/// Explains a judgement.
pub fn explain(judge: &Judge<'_>, judgement: &Judgement<'_>, line: usize) -> Explanation {
    let explainer = Explainer { judge, policy: judge.policy, evaluation: &judgement.evaluation, verdict: &judgement.verdict };
    let findings = explainer.findings();
    let verdict = &judgement.verdict;
    Explanation {
        id: judgement.evaluation.facts.id.clone(),
        line,
        policy: PolicyWords {
            name: judge.policy.name.clone(),
            on: verdict.on.map(|day| day.to_string()),
            known_on: judge.program().known_on.map(|day| day.to_string()),
            digest: judge.policy.digest.clone(),
        },
        status: if verdict.outcome().is_some() { "settled" } else { "open" },
        outcome: verdict.outcome().map(|outcome| explainer.outcome(outcome)),
        possible: explainer.outcomes(verdict.possible.outcomes),
        exact: verdict.possible.exact,
        covered: verdict.covered,
        items: explainer.items(),
        duties: explainer.duties(),
        needs: explainer.needs(),
        assumed: explainer.assumed(),
        questions: explainer.questions(&findings),
        relied_on: explainer.relied_on(),
        doubts: explainer.doubts(),
        partial: explainer.partial(),
        would_be: would_be(judge, judgement, decisive(&findings)),
        findings,
    }
}

/// Why the clauses with an outcome apply.
fn decisive(findings: &[Finding]) -> impl Iterator<Item = &Reason> {
    let applies = |finding: &&Finding| matches!(finding.state, "stands" | "overridden") && finding.outcome.is_some();
    findings.iter().filter(applies).map(|finding| &finding.because)
}

/// How many reasons a shipment is explained with in full; beyond them clauses that do not apply are given without their parts.
const MOST_REASONS: usize = 200_000;

pub(super) struct Explainer<'e> {
    judge: &'e Judge<'e>,
    policy: &'e CheckedPolicy,
    evaluation: &'e Evaluation<'e>,
    verdict: &'e Verdict,
}

impl Explainer<'_> {
    fn outcome(&self, outcome: usize) -> String {
        self.policy.outcomes[outcome].name.clone()
    }

    fn outcomes(&self, set: Outcomes) -> Vec<String> {
        (0..self.policy.outcomes.len()).filter(|at| set & (1 << at) != 0).map(|at| self.outcome(at)).collect()
    }

    fn source(&self, span: Span) -> SourcePlace {
        let position = self.policy.sources.position(span);
        SourcePlace { file: self.policy.sources.get(span.source).name.clone(), line: position.line, column: position.column }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut reads = Reads::new(self.evaluation);
        let mut reasons = 0;
        for one in self.verdict.bindings.iter().filter(|one| !one.binding.possible || one.possible.outcomes.count_ones() > 1) {
            for standing in &one.standings {
                let is_whole = reasons < MOST_REASONS || standing.applies.is_true();
                let because = if is_whole { reason } else { outline };
                let finding = self.finding(one, *standing, |trace, scope, row| because(&mut reads, trace, scope, row));
                reasons += finding.because.size();
                findings.push(finding);
            }
        }
        findings
    }

    fn finding(&self, one: &BindingVerdict, standing: Standing, because: impl FnOnce(&Trace, ScopeId, u32) -> Reason) -> Finding {
        let clause = &self.evaluation.program.clauses[standing.clause];
        let checked = &self.policy.clauses[clause.clause];
        let row = row_in(self.evaluation, one.binding, clause.scope);
        let stands = |at: usize| one.standings.iter().find(|other| other.clause == at);
        let mut overrides: Vec<String> = clause
            .overrides
            .iter()
            .filter(|(target, _)| stands(*target).is_some_and(|target| target.applies.is_true()))
            .map(|(target, _)| self.policy.clause_name(*target))
            .collect();
        overrides.dedup();
        let by = |other: &&Standing| {
            let over = self.evaluation.program.clauses[other.clause].overrides.iter();
            other.stands.is_true()
                && over.into_iter().any(|(target, condition)| {
                    *target == standing.clause && condition.is_none_or(|condition| self.evaluation.truth(condition, 0).is_true())
                })
        };
        let overridden_by = one.standings.iter().filter(by).map(|other| self.policy.clause_name(other.clause)).collect();
        Finding {
            clause: self.policy.clause_name(clause.clause),
            title: checked.title.text.clone(),
            title_zh: checked.title.zh.clone(),
            outcome: clause.outcome.map(|outcome| self.outcome(outcome)),
            binding: self.binding_words(one.binding, clause),
            state: state(self.evaluation, clause, standing),
            overrides: if standing.stands.is_true() { overrides } else { Vec::new() },
            overridden_by,
            because: because(&clause.trace, clause.scope, row),
            calendar: clause.calendar.events.iter().map(|(day, event)| (day.to_string(), event.clone())).collect(),
        }
    }

    fn binding_words(&self, binding: Binding, clause: &ProgramClause) -> BTreeMap<String, String> {
        let path = element_path(self.evaluation, binding.scope, binding.row);
        if path.is_empty() {
            return BTreeMap::new();
        }
        let own = self.policy.clauses[clause.clause].each.last().map(|each| each.name.clone());
        let record = self.evaluation.program.record_of(binding.scope);
        BTreeMap::from([(own.unwrap_or_else(|| self.policy.records[record].name.clone()), path)])
    }

    fn items(&self) -> Vec<BindingOutcome> {
        let bound = self.verdict.bindings.iter().filter(|one| one.binding.scope != 0 && !one.binding.possible);
        bound
            .map(|one| {
                let set = one.possible.outcomes;
                let outcome = (set.count_ones() == 1).then(|| self.outcome(set.trailing_zeros() as usize));
                let binding = element_path(self.evaluation, one.binding.scope, one.binding.row);
                BindingOutcome { binding, outcome, possible: self.outcomes(set), exact: one.possible.exact }
            })
            .collect()
    }

    fn duties(&self) -> Vec<Duty> {
        let mut duties: Vec<Duty> = Vec::new();
        for one in self.verdict.bindings.iter().filter(|one| !one.binding.possible) {
            for standing in one.standings.iter().filter(|standing| !standing.stands.is_false()) {
                let clause = self.evaluation.program.clauses[standing.clause].clause;
                for (duty, deadline) in &self.policy.clauses[clause].duties {
                    let found = Duty {
                        duty: self.policy.duties[*duty].name.clone(),
                        title: self.policy.duties[*duty].title.text.clone(),
                        deadline: deadline.clone(),
                        clause: self.policy.clause_name(clause),
                        state: if standing.stands.is_true() { "stands" } else { "open" },
                    };
                    if !duties.contains(&found) {
                        duties.push(found);
                    }
                }
            }
        }
        duties
    }

    fn needs(&self) -> Vec<NeedWords> {
        let words = |need: &crate::eval::Need| NeedWords {
            fact: path_of(self.evaluation, need.unknown),
            question: ask_of(self.evaluation, need.unknown),
            could_lead_to: self.outcomes(need.could_lead_to),
        };
        self.verdict.needs.iter().map(words).collect()
    }

    fn assumed(&self) -> Vec<Assumed> {
        let mut grounds = Grounds::new(self.evaluation);
        let mut places = BTreeSet::new();
        let standings = self.verdict.bindings.iter().flat_map(|one| &one.standings);
        let may_apply = standings.filter(|one| !one.applies.is_false()).map(|one| one.clause).collect();
        for one in self.verdict.bindings.iter().filter(|one| !one.binding.possible) {
            for standing in &one.standings {
                let clause = &self.evaluation.program.clauses[standing.clause];
                if self.evaluation.truth(clause.calendar.in_force, 0).is_false() || is_idle(clause, &may_apply) {
                    continue;
                }
                let row = row_in(self.evaluation, one.binding, clause.scope);
                places.extend(grounds.of(clause.condition, row).iter().copied());
            }
        }
        let facts = &self.evaluation.facts;
        let words = |place: Place| {
            let by_vocabulary = self.policy.records[place.record].fields[place.field].span;
            Assumed {
                fact: facts.path(self.policy, place),
                value: cell_words(self.policy, place, facts.cell(place)),
                source: self.source(facts.assumed_at(place).unwrap_or(by_vocabulary)),
            }
        };
        places.into_iter().map(words).collect()
    }

    fn questions(&self, findings: &[Finding]) -> Vec<QuestionWords> {
        let mut questions: Vec<QuestionWords> = Vec::new();
        for split in &self.verdict.splits {
            let question = &self.policy.questions[split.question];
            let readings = question.readings.iter().zip(&split.readings);
            questions.push(QuestionWords {
                question: question.name.clone(),
                title: question.title.text.clone(),
                readings: readings.map(|(reading, possible)| (reading.name.clone(), self.outcomes(possible.outcomes))).collect(),
                settled_by: None,
                presumed: false,
            });
        }
        let mut read = Read::default();
        for finding in findings.iter().filter(|finding| matches!(finding.state, "stands" | "overridden" | "open" | "not_met")) {
            let (node, row) = finding.because.node;
            read.add(self.evaluation, node, row);
        }
        for at in read.questions {
            let Some((_, reading, guidance)) = self.evaluation.guidance(at) else { continue };
            if !self.matters(at, reading) {
                continue;
            }
            let (question, guidance) = (&self.policy.questions[at], &self.policy.guidance[guidance]);
            questions.push(QuestionWords {
                question: question.name.clone(),
                title: question.title.text.clone(),
                readings: BTreeMap::from([(
                    question.readings[reading].name.clone(),
                    self.outcomes(self.verdict.possible.outcomes),
                )]),
                settled_by: Some(guidance.title.text.clone()),
                presumed: guidance.presumed,
            });
        }
        questions
    }

    /// Another reading of a question would change the verdict.
    fn matters(&self, question: usize, reading: usize) -> bool {
        let others = (0..self.policy.questions[question].readings.len()).filter(|other| *other != reading);
        others.into_iter().any(|other| {
            let evaluation = self.evaluation.reading_otherwise(question, other);
            self.judge.outcomes(&evaluation) != self.judge.outcomes(self.evaluation)
        })
    }

    /// Readings that were chosen, for this judgement or by a firm, and without which the verdict might be another: with the other
    /// ones that were chosen, or by itself where another one leads to the same.
    fn relied_on(&self) -> Vec<ReliedOn> {
        let chosen: Vec<(usize, usize)> =
            self.evaluation.readings.iter().enumerate().filter_map(|(at, reading)| Some((at, (*reading)?))).collect();
        if chosen.is_empty() {
            return Vec::new();
        }
        let none = vec![None; self.evaluation.readings.len()];
        let outcomes = |readings| self.judge.outcomes(&self.evaluation.read_as(readings));
        let open = outcomes(none.clone());
        let by_itself = |at: usize, reading: usize| {
            let mut readings = none.clone();
            readings[at] = Some(reading);
            outcomes(readings) != open
        };
        let relied = chosen.into_iter().filter(|(at, reading)| self.matters(*at, *reading) || by_itself(*at, *reading));
        let words = relied.map(|(at, reading)| {
            let question = &self.policy.questions[at];
            ReliedOn {
                question: question.name.clone(),
                title: question.title.text.clone(),
                reading: question.readings[reading].name.clone(),
            }
        });
        words.collect()
    }

    fn doubts(&self) -> Vec<Doubtful> {
        let mut doubts: Vec<Doubtful> = Vec::new();
        for doubt in &self.verdict.doubts {
            let code = cell_words(self.policy, doubt.code, self.evaluation.facts.cell(doubt.code));
            let category = self.policy.codes.get(doubt.category);
            let title = self.policy.categories.iter().find(|one| one.code == *category).map_or("", |one| one.title.text.as_str());
            let message = if doubt.fits {
                format!("the facts fit {category} ({title}), and the code given is {code}")
            } else {
                format!("the code given is {code}, and the facts do not fit {category} ({title})")
            };
            let fact = self.evaluation.facts.path(self.policy, doubt.code);
            doubts.push(Doubtful { fact, code, category: category.to_string(), message });
        }
        doubts
    }

    /// Partial categories that a clause which stands, or may, asks about, and that match or may.
    fn partial(&self) -> Vec<String> {
        let mut found = std::collections::BTreeSet::new();
        for one in self.verdict.bindings.iter().filter(|one| !one.binding.possible) {
            for standing in one.standings.iter().filter(|standing| !standing.applies.is_false()) {
                let clause = &self.evaluation.program.clauses[standing.clause];
                let row = row_in(self.evaluation, one.binding, clause.scope);
                let mut matches = std::collections::BTreeSet::new();
                matched_categories(self.evaluation, clause.condition, row, &mut matches, &mut Default::default());
                for code in matches {
                    let category = self.policy.categories.iter().find(|category| category.code == *self.policy.codes.get(code));
                    if let Some((category, partial)) =
                        category.and_then(|category| category.partial.as_ref().map(|partial| (category, partial)))
                    {
                        found.insert(format!("{}: {partial}", category.code));
                    }
                }
            }
        }
        found.into_iter().collect()
    }
}

/// The categories that a condition finds matched, or perhaps.
fn matched_categories(
    evaluation: &Evaluation<'_>,
    node: u32,
    row: u32,
    found: &mut std::collections::BTreeSet<u32>,
    seen: &mut std::collections::BTreeSet<(u32, u32)>,
) {
    use crate::program::Op;
    if !seen.insert((node, row)) || seen.len() > 4000 {
        return;
    }
    let one = &evaluation.program.nodes[node as usize];
    let mut go = |node: u32, row: u32| matched_categories(evaluation, node, row, found, seen);
    match &one.op {
        Op::Match { category, test, .. } => {
            if !evaluation.truth(node, row).is_false() {
                test.iter().for_each(|test| go(*test, row));
                found.insert(*category);
            }
        }
        Op::Outer(inner) => go(*inner, evaluation.join_row(one.scope, row).0),
        Op::Element(inner) => go(*inner, evaluation.join_row(one.scope, row).1),
        Op::Root(inner) => go(*inner, 0),
        op => op.operands().into_iter().for_each(|operand| go(operand, row)),
    }
}

/// How a clause stands, in one word.
fn state(evaluation: &Evaluation<'_>, clause: &ProgramClause, standing: Standing) -> &'static str {
    match CalendarState::of(evaluation, clause) {
        CalendarState::NotKnown => return "not_known",
        CalendarState::NotYet => return "not_yet",
        CalendarState::Suspended => return "suspended",
        CalendarState::Ended => return "repealed",
        CalendarState::InForce => {}
    }
    match (standing.applies, standing.stands) {
        (_, Truth::True) => "stands",
        (Truth::True, Truth::False) => "overridden",
        (_, Truth::False) => "not_met",
        _ => "open",
    }
}
