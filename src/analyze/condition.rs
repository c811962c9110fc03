//! Conditions that never matter: where the others leave the decision to them, they are always so, or never.
//!
//! This is what coverage by unique cause asks of examples (see [`coverage`](crate::cases::coverage)), asked of all shipments.

use super::ground::Ground;
use crate::check::{CheckedPolicy, Type, Typed};
use crate::diagram::{Diagram, Made, Outcome, Row};
use crate::program::{Op, Over, Program, ScopeId, Trace, TraceKind};
use crate::source::Span;
use crate::syntax::ast::Quantifier;
use std::collections::BTreeMap;

/// Whether something can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Can {
    Never,
    Perhaps,
    Be,
}

/// What can be of a condition where it counts, over all places that it is used in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) holding: Can,
    pub(super) failing: Can,
}

impl Use {
    /// It matters, whether it holds or fails.
    pub(super) fn matters(&self) -> bool {
        self.holding == Can::Be && self.failing == Can::Be
    }

    /// The same condition in another place.
    pub(super) fn beside(self, other: Use) -> Use {
        Use { holding: self.holding.max(other.holding), failing: self.failing.max(other.failing) }
    }
}

/// The conditions of a policy, by where they stand.
pub(super) type Uses = BTreeMap<Span, Use>;

/// A clause, a definition or the test of a category: what its conditions decide.
pub(super) enum Decision {
    Clause(usize),
    Definition(usize),
    Category(usize),
}

/// Every decision of a program.
pub(super) fn decisions(program: &Program) -> Vec<Decision> {
    let clauses = (0..program.clauses.len()).filter(|at| program.clauses[*at].known).map(Decision::Clause);
    let definitions = (0..program.definitions.len()).filter(|at| program.definitions[*at].is_some()).map(Decision::Definition);
    let categories = (0..program.categories.len()).filter(|at| program.categories[*at].is_some()).map(Decision::Category);
    clauses.chain(definitions).chain(categories).collect()
}

/// What can be of the conditions of a decision, of those that are not shown to matter already.
pub(super) fn look(ground: &mut Ground<'_, '_>, shown: &Uses, decision: &Decision) -> Made<Uses> {
    let program = ground.side.judge.program();
    let (scope, trace) = match decision {
        Decision::Clause(at) => (program.clauses[*at].scope, &program.clauses[*at].trace),
        Decision::Definition(at) => match &program.definitions[*at] {
            Some((scope, trace)) => (*scope, trace),
            None => return Ok(Uses::new()),
        },
        Decision::Category(at) => match &program.categories[*at] {
            Some((scope, trace)) => (*scope, trace),
            None => return Ok(Uses::new()),
        },
    };
    let mut walk = Walk { ground, shown, uses: Uses::new() };
    if walk.is_shown(trace) {
        return Ok(walk.uses);
    }
    let ground = &mut walk.ground;
    let row = match decision {
        Decision::Clause(_) => ground.reader.bound_row(scope),
        _ => ground.reader.row_of(program.record_of(scope)),
    };
    match row {
        Some(row) => {
            let always = walk.ground.space().constant(true);
            walk.part(trace, scope, row, &always)?;
        }
        None => walk.leave_open(trace),
    }
    Ok(walk.uses)
}

struct Walk<'w, 's, 'p> {
    ground: &'w mut Ground<'s, 'p>,
    shown: &'w Uses,
    uses: Uses,
}

impl<'p: 's, 's> Walk<'_, 's, 'p> {
    /// All conditions of a part are shown to matter.
    fn is_shown(&self, trace: &Trace) -> bool {
        match &trace.kind {
            TraceKind::And(parts) | TraceKind::Or(parts) => parts.iter().all(|part| self.is_shown(part)),
            TraceKind::Not(inner) => self.is_shown(inner),
            TraceKind::Each { filter, body, .. } => {
                filter.as_ref().is_none_or(|filter| self.is_shown(filter)) && self.is_shown(body)
            }
            TraceKind::Call { .. } | TraceKind::Test => self.shown.get(&trace.span).is_some_and(Use::matters),
        }
    }

    /// Of no condition of a part is it known what can be.
    fn leave_open(&mut self, trace: &Trace) {
        match &trace.kind {
            TraceKind::And(parts) | TraceKind::Or(parts) => parts.iter().for_each(|part| self.leave_open(part)),
            TraceKind::Not(inner) => self.leave_open(inner),
            TraceKind::Each { filter, body, .. } => {
                filter.iter().for_each(|filter| self.leave_open(filter));
                self.leave_open(body);
            }
            TraceKind::Call { .. } | TraceKind::Test => {
                self.note(trace.span, Use { holding: Can::Perhaps, failing: Can::Perhaps });
            }
        }
    }

    /// What can be of a condition, here and wherever else it is used; a case may have shown more.
    fn note(&mut self, span: Span, found: Use) {
        let found = self.shown.get(&span).map_or(found, |shown| found.beside(*shown));
        self.uses.entry(span).and_modify(|known| *known = known.beside(found)).or_insert(found);
    }

    /// Goes down to the single conditions; `counts` says where what is around leaves the decision to this part.
    fn part(&mut self, trace: &Trace, scope: ScopeId, row: Row, counts: &Diagram) -> Made<()> {
        if self.is_shown(trace) {
            return Ok(());
        }
        let Some((scope, row)) = self.ground.reader.walk(scope, row, &trace.enter) else {
            self.leave_open(trace);
            return Ok(());
        };
        match &trace.kind {
            TraceKind::And(parts) => self.parts(parts, scope, row, counts, true),
            TraceKind::Or(parts) => self.parts(parts, scope, row, counts, false),
            TraceKind::Not(inner) => self.part(inner, scope, row, counts),
            TraceKind::Each { word, over, filter, body } => match self.element(*over, scope, row) {
                Some((scope, row)) => self.each(*word, filter.as_deref(), body, scope, row),
                None => {
                    self.leave_open(trace);
                    Ok(())
                }
            },
            TraceKind::Call { .. } | TraceKind::Test => self.condition(trace, row, counts),
        }
    }

    /// A part counts where all others leave it to it: they hold in an `and`, and fail in an `or`.
    fn parts(&mut self, parts: &[Trace], scope: ScopeId, row: Row, counts: &Diagram, leaving: bool) -> Made<()> {
        let mut truths = Vec::new();
        for part in parts {
            let truth = self.truth(part, scope, row)?;
            truths.push(if leaving { truth } else { truth.not()? });
        }
        for (at, part) in parts.iter().enumerate() {
            let others = truths.iter().enumerate().filter(|(other, _)| *other != at);
            let counts = others.map(|(_, truth)| truth).try_fold(counts.clone(), |all, truth| all.and(truth))?;
            self.part(part, scope, row, &counts)?;
        }
        Ok(())
    }

    /// Any element of a list, with its scope.
    fn element(&mut self, over: Over, scope: ScopeId, row: Row) -> Option<(ScopeId, Row)> {
        let (policy, program) = (self.ground.reader.policy(), self.ground.reader.program());
        let of_element = match over {
            Over::Join(join) => join,
            Over::List(field) => match policy.records[program.record_of(scope)].fields[field].ty {
                Type::List(element) | Type::Register(element) => element,
                _ => return None,
            },
        };
        let (row, _) = self.ground.reader.element(scope, row, over)?;
        Some((of_element, row))
    }

    /// Within a list an element is looked at by itself.
    fn each(&mut self, word: Quantifier, filter: Option<&Trace>, body: &Trace, scope: ScopeId, row: Row) -> Made<()> {
        let always = self.ground.space().constant(true);
        let Some(filter) = filter else { return self.part(body, scope, row, &always) };
        let decides = self.truth(body, scope, row)?;
        let decides = if word == Quantifier::All { decides.not()? } else { decides };
        self.part(filter, scope, row, &decides)?;
        let filtered = self.truth(filter, scope, row)?;
        self.part(body, scope, row, &filtered)
    }

    fn truth(&mut self, part: &Trace, scope: ScopeId, row: Row) -> Made<Diagram> {
        match self.ground.reader.walk(scope, row, &part.enter) {
            Some((_, row)) => self.ground.reader.truth(part.node, row),
            None => Ok(self.ground.space().constant(true)),
        }
    }

    fn condition(&mut self, trace: &Trace, row: Row, counts: &Diagram) -> Made<()> {
        // What is written out as true or false decides nothing.
        if matches!(self.ground.reader.program().nodes[trace.node as usize].op, Op::Constant(_)) {
            return Ok(());
        }
        let truth = self.ground.reader.truth(trace.node, row)?;
        let found = Use { holding: self.can(&counts.and(&truth)?), failing: self.can(&counts.and_not(&truth)?) };
        self.note(trace.span, found);
        Ok(())
    }

    fn can(&mut self, goal: &Diagram) -> Can {
        match self.ground.space().realise(goal) {
            Outcome::Found(..) => Can::Be,
            Outcome::Impossible => Can::Never,
            Outcome::GivenUp => Can::Perhaps,
        }
    }
}

/// The name of the clause, the category or the definition whose words these are.
pub(super) fn owner(policy: &CheckedPolicy, span: Span) -> String {
    let holds = |outer: &Span| outer.source == span.source && outer.start <= span.start && span.end <= outer.end;
    let is_own = |condition: &Option<Typed>| condition.as_ref().is_some_and(|condition| holds(&condition.span));
    let clause = (0..policy.clauses.len()).find(|at| is_own(&policy.clauses[*at].when));
    let category = || policy.categories.iter().find(|one| is_own(&one.test)).map(|one| one.code.to_string());
    let define = || policy.defines.iter().find(|define| holds(&define.body.span)).map(|define| define.name.clone());
    clause.map(|at| policy.clause_name(at)).or_else(category).or_else(define).unwrap_or_default()
}
