//! Which conditions the worked cases decide alone, in both directions: coverage by unique cause, as the "modified condition/decision
//! coverage" of avionics (DO-178C) has it.
//!
//! The decisions are the clauses, the definitions and the tests of categories, each by itself. A condition decides alone in a case
//! where, all other conditions of the decision being as they are, the other way round it would turn the decision. It is covered when
//! cases show it decide while it holds and while it does not. A definition of several parameters is a part of where it is called.

use super::verdicts::{facts_of, judges_of, readings_of};
use crate::check::{CheckedPolicy, Type};
use crate::eval::Evaluation;
use crate::program::{Op, Program, ScopeId, Trace, TraceKind};
use crate::side_by_side::side_by_side;
use crate::source::Span;
use crate::syntax::ast::Quantifier;
use crate::value::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// One condition, and the ways in which a case shows it decide alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Where it stands.
    pub span: Span,
    /// Some case has it hold, and only therefore the clause goes as it does.
    pub holding: bool,
    /// Some case has it fail, and only therefore the clause goes as it does.
    pub failing: bool,
}

impl Condition {
    /// It decides alone in both directions.
    pub fn is_covered(&self) -> bool {
        self.holding && self.failing
    }
}

/// A clause, a category or a definition, and its own conditions in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// `2025-61/I(1)`, the code of the category, or the definition's name.
    pub name: String,
    /// Its conditions.
    pub conditions: Vec<Condition>,
}

/// What the worked cases of a policy decide, clauses first, then categories and definitions, each in the order of the policy.
pub fn coverage(policy: &CheckedPolicy) -> Vec<Covered> {
    let judges = judges_of(policy);
    let mut conditions = conditions_of(judges[&None].program());
    let decided = side_by_side(policy.examples.len(), |at| {
        let example = &policy.examples[at];
        let mut watch = Watch::default();
        if let Ok(facts) = facts_of(policy, example) {
            watch.shipment(&judges[&example.known].evaluate(facts, example.on, readings_of(policy, example)));
        }
        watch.decided
    });
    for (span, holds) in decided.into_iter().flatten() {
        if let Some(seen) = conditions.get_mut(&span) {
            seen[usize::from(holds)] = true;
        }
    }
    let clauses = policy.clauses.iter().enumerate();
    let clauses = clauses.filter_map(|(at, clause)| Some((policy.clause_name(at), clause.when.as_ref()?.span)));
    let categories = policy.categories.iter();
    let categories = categories.filter_map(|category| Some((category.code.to_string(), category.test.as_ref()?.span)));
    let truths = policy.defines.iter().filter(|define| define.body.ty == Type::Truth);
    let defines = truths.map(|define| (define.name.clone(), define.body.span));
    let units = clauses.chain(categories).chain(defines);
    let units = units.map(|(name, span)| Covered { name, conditions: within(&conditions, span) });
    units.filter(|unit| !unit.conditions.is_empty()).collect()
}

/// Every condition of a program; none has decided yet, failing or holding.
fn conditions_of(program: &Program) -> BTreeMap<Span, [bool; 2]> {
    let mut found = BTreeMap::new();
    let clauses = program.clauses.iter().map(|clause| &clause.trace);
    let others = program.definitions.iter().chain(&program.categories).flatten().map(|(_, trace)| trace);
    clauses.chain(others).for_each(|trace| declare(program, trace, &mut found));
    found
}

fn declare(program: &Program, trace: &Trace, found: &mut BTreeMap<Span, [bool; 2]>) {
    match &trace.kind {
        TraceKind::And(parts) | TraceKind::Or(parts) => parts.iter().for_each(|part| declare(program, part, found)),
        TraceKind::Not(inner) => declare(program, inner, found),
        TraceKind::Each { filter, body, .. } => {
            filter.iter().for_each(|filter| declare(program, filter, found));
            declare(program, body, found);
        }
        // What is written out as true or false decides nothing.
        TraceKind::Test if matches!(program.nodes[trace.node as usize].op, Op::Constant(_)) => {}
        TraceKind::Call { .. } | TraceKind::Test => _ = found.entry(trace.span).or_default(),
    }
}

fn within(conditions: &BTreeMap<Span, [bool; 2]>, outer: Span) -> Vec<Condition> {
    let inside = |span: &Span| span.source == outer.source && outer.start <= span.start && span.end <= outer.end;
    let found = conditions.iter().filter(|(span, _)| inside(span));
    found.map(|(span, [failing, holding])| Condition { span: *span, holding: *holding, failing: *failing }).collect()
}

/// The conditions that decide alone in a case, and whether they hold.
#[derive(Default)]
struct Watch {
    decided: BTreeSet<(Span, bool)>,
}

impl Watch {
    /// Goes through the clauses that are in force for a shipment, through definitions and categories, on each of their rows.
    fn shipment(&mut self, evaluation: &Evaluation<'_>) {
        for clause in &evaluation.program.clauses {
            if !clause.known || !evaluation.truth(clause.calendar.in_force, 0).is_true() {
                continue;
            }
            self.decision(evaluation, &clause.trace, clause.scope);
        }
        let program = evaluation.program;
        for (scope, trace) in program.definitions.iter().chain(&program.categories).flatten() {
            self.decision(evaluation, trace, *scope);
        }
    }

    fn decision(&mut self, evaluation: &Evaluation<'_>, trace: &Trace, scope: ScopeId) {
        (0..evaluation.rows(scope)).for_each(|row| self.decides(evaluation, trace, scope, row));
    }

    /// Notes who decides alone below a condition that itself does.
    fn decides(&mut self, evaluation: &Evaluation<'_>, trace: &Trace, scope: ScopeId, row: u32) {
        let Some((scope, row)) = evaluation.walk(scope, row, &trace.enter) else { return };
        match &trace.kind {
            TraceKind::And(parts) => self.parts(evaluation, parts, scope, row, Truth::True),
            TraceKind::Or(parts) => self.parts(evaluation, parts, scope, row, Truth::False),
            TraceKind::Not(inner) => self.decides(evaluation, inner, scope, row),
            TraceKind::Each { word, over, filter, body } => {
                let (elements, complete) = evaluation.elements(scope, row, *over);
                let inner = evaluation.scope_of_elements(scope, *over);
                let decisive = if *word == Quantifier::All { Truth::False } else { Truth::True };
                let truth = |trace: &Trace, row: u32| truth(evaluation, trace, inner, row);
                let filtered = |row: u32| filter.as_ref().map_or(Truth::True, |filter| truth(filter, row));
                let decide: Vec<Truth> = elements
                    .iter()
                    .map(|row| {
                        let body = truth(body, *row);
                        filtered(*row).and(if decisive.is_true() { body } else { !body })
                    })
                    .collect();
                for (at, element) in elements.iter().enumerate() {
                    let others = decide.iter().enumerate().filter(|(other, _)| *other != at);
                    if !complete || !others.into_iter().all(|(_, truth)| truth.is_false()) {
                        continue;
                    }
                    if filtered(*element).is_true() {
                        self.decides(evaluation, body, inner, *element);
                    }
                    if let Some(filter) = filter.as_ref().filter(|_| truth(body, *element) == decisive) {
                        self.decides(evaluation, filter, inner, *element);
                    }
                }
            }
            TraceKind::Call { .. } | TraceKind::Test => self.note(trace.span, evaluation.truth(trace.node, row)),
        }
    }

    /// A part decides alone where all others leave it to it.
    fn parts(&mut self, evaluation: &Evaluation<'_>, parts: &[Trace], scope: ScopeId, row: u32, leaving: Truth) {
        let truths: Vec<Truth> = parts.iter().map(|part| truth(evaluation, part, scope, row)).collect();
        for (at, part) in parts.iter().enumerate() {
            if truths.iter().enumerate().all(|(other, truth)| other == at || *truth == leaving) {
                self.decides(evaluation, part, scope, row);
            }
        }
    }

    fn note(&mut self, span: Span, truth: Truth) {
        self.decided.extend(truth.known().map(|known| (span, known)));
    }
}

fn truth(evaluation: &Evaluation<'_>, trace: &Trace, scope: ScopeId, row: u32) -> Truth {
    let at = evaluation.walk(scope, row, &trace.enter);
    at.map_or(Truth::Unknown, |(_, row)| evaluation.truth(trace.node, row))
}
