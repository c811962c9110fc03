//! The acts of later instruments, folded into each clause's calendar.

use super::lower::Lowering;
use super::node::{Calendar, NodeId, Op};
use crate::check::{Act, Clause, Reading};
use crate::syntax::ast::ActKind;
use crate::value::{Date, Value};

impl Lowering<'_> {
    /// When a clause is in force, as nodes of the shipment.
    pub(super) fn calendar(&mut self, at: usize) -> Calendar {
        let policy = self.policy;
        let clause = &policy.clauses[at];
        let mut events = Vec::new();
        let own = &policy.instruments[clause.instrument].id;
        events.push((clause.from, format!("{own}/{} begins", clause.id)));
        let begun = self.day_has_come(clause.from);
        let begun = match &clause.amends {
            Some(amendment) => {
                let under = self.under(amendment.under);
                self.all(vec![begun, under])
            }
            None => begun,
        };
        let mut ends = vec![self.end_of_clause(at, clause, &mut events)];
        ends.extend(self.replaced(at, &mut events));
        ends.extend(self.repealed(at, &mut events));
        let ended = self.one(ends);
        let suspensions = self.suspensions(at, &mut events);
        let suspended = self.one(suspensions);
        let (not_ended, not_suspended) = (self.not(ended), self.not(suspended));
        let in_force = self.all(vec![begun, not_ended, not_suspended]);
        events.sort();
        events.dedup();
        Calendar { begun, ended, suspended, in_force, events }
    }

    fn day_has_come(&mut self, day: Date) -> NodeId {
        let from = self.node(0, Op::Constant(Value::Date(day)));
        let today = self.node(0, Op::Day);
        self.node(0, Op::AtMost(from, today))
    }

    fn never(&mut self) -> NodeId {
        self.constant(false)
    }

    pub(super) fn under(&mut self, reading: Option<Reading>) -> NodeId {
        match reading {
            Some(reading) => self.node(0, Op::Reading(reading.question, reading.reading)),
            None => self.constant(true),
        }
    }

    fn constant(&mut self, truth: bool) -> NodeId {
        self.node(0, Op::Constant(truth.into()))
    }

    /// The node is this truth on every day.
    fn is_always(&self, node: NodeId, truth: bool) -> bool {
        self.op(node) == &Op::Constant(truth.into())
    }

    fn all(&mut self, parts: Vec<NodeId>) -> NodeId {
        self.joined(parts, true, Op::And)
    }

    fn one(&mut self, parts: Vec<NodeId>) -> NodeId {
        self.joined(parts, false, Op::Or)
    }

    /// Parts together, without those that change nothing: most clauses neither end nor are suspended.
    fn joined(&mut self, mut parts: Vec<NodeId>, neutral: bool, join: fn(Box<[NodeId]>) -> Op) -> NodeId {
        parts.retain(|part| !self.is_always(*part, neutral));
        match parts.as_slice() {
            [] => self.constant(neutral),
            [one] => *one,
            _ => self.node(0, join(parts.into())),
        }
    }

    fn not(&mut self, inner: NodeId) -> NodeId {
        match [true, false].into_iter().find(|truth| self.is_always(inner, *truth)) {
            Some(truth) => self.constant(!truth),
            None => self.node(0, Op::Not(inner)),
        }
    }

    fn known_acts(&self) -> impl Iterator<Item = (usize, &Act)> + use<'_> {
        let policy = self.policy;
        policy.acts.iter().enumerate().filter(|(_, act)| self.is_known(act.instrument))
    }

    fn words(&self, act: &Act, at: usize, verb: &str) -> String {
        format!("{} {verb} {}", self.policy.instruments[act.instrument].id, self.policy.clause_name(at))
    }

    /// `through`, `before`, moved by the extensions that are known.
    fn end_of_clause(&mut self, at: usize, clause: &Clause, events: &mut Vec<(Date, String)>) -> NodeId {
        let Some(before) = clause.before else { return self.never() };
        events.push((before, format!("{} ends", self.policy.clause_name(at))));
        let ended = self.day_has_come(before);
        let extensions: Vec<Act> = self
            .known_acts()
            .filter(|(_, act)| act.kind == ActKind::Extend && act.clauses.contains(&at))
            .map(|(_, act)| act.clone())
            .collect();
        self.moved(ended, &extensions, at, events)
    }

    /// An end holds only where every extension under its reading has ended too.
    fn moved(&mut self, ended: NodeId, extensions: &[Act], at: usize, events: &mut Vec<(Date, String)>) -> NodeId {
        let mut parts = vec![ended];
        for extension in extensions {
            let later = self.end_of_act(extension);
            events.extend(extension.ends.iter().map(|(day, _)| (*day, self.words(extension, at, "stops extending"))));
            let under = self.under(extension.under);
            let without = self.not(under);
            parts.push(self.one(vec![without, later]));
        }
        if parts.len() == 1 { ended } else { self.all(parts) }
    }

    /// One of the ends of an act has come, each under its own reading; where there is one for each reading of a question, the last
    /// of them is an end whatever the reading.
    fn end_of_act(&mut self, act: &Act) -> NodeId {
        let mut parts = Vec::new();
        for (day, reading) in &act.ends {
            let come = self.day_has_come(*day);
            parts.push(match reading {
                Some(_) => {
                    let under = self.under(*reading);
                    self.all(vec![under, come])
                }
                None => come,
            });
        }
        if self.is_under_every_reading(act)
            && let Some(last) = act.ends.iter().map(|(day, _)| *day).max()
        {
            parts.push(self.day_has_come(last));
        }
        self.one(parts)
    }

    fn is_under_every_reading(&self, act: &Act) -> bool {
        let Some((_, Some(first))) = act.ends.first() else { return false };
        let of_question = |reading: usize| {
            act.ends.iter().any(|(_, under)| under.is_some_and(|one| one.question == first.question && one.reading == reading))
        };
        (0..self.policy.questions[first.question].readings.len()).all(of_question)
    }

    /// Another wording has taken its place.
    fn replaced(&mut self, at: usize, events: &mut Vec<(Date, String)>) -> Vec<NodeId> {
        let policy = self.policy;
        let mut parts = Vec::new();
        for later in self.amending.get(&at).cloned().unwrap_or_default() {
            let clause = &policy.clauses[later];
            let Some(amendment) = clause.amends.as_ref().filter(|_| self.is_known(self.acting_instrument(later))) else {
                continue;
            };
            events.push((clause.from, format!("{} is amended", policy.clause_name(at))));
            let come = self.day_has_come(clause.from);
            let under = self.under(amendment.under);
            parts.push(self.all(vec![come, under]));
        }
        parts
    }

    fn repealed(&mut self, at: usize, events: &mut Vec<(Date, String)>) -> Vec<NodeId> {
        let acts: Vec<Act> = self
            .known_acts()
            .filter(|(_, act)| act.kind == ActKind::Repeal && act.clauses.contains(&at))
            .map(|(_, act)| act.clone())
            .collect();
        let mut parts = Vec::new();
        for act in acts {
            events.push((act.from, self.words(&act, at, "repeals")));
            let come = self.day_has_come(act.from);
            let under = self.under(act.under);
            parts.push(self.all(vec![come, under]));
        }
        parts
    }

    fn suspensions(&mut self, at: usize, events: &mut Vec<(Date, String)>) -> Vec<NodeId> {
        let of = |kind: ActKind| {
            self.known_acts()
                .filter(move |(_, act)| act.kind == kind && act.clauses.contains(&at))
                .map(|(id, act)| (id, act.clone()))
                .collect::<Vec<_>>()
        };
        let (suspends, resumes) = (of(ActKind::Suspend), of(ActKind::Resume));
        let extends: Vec<Act> =
            self.known_acts().filter(|(_, act)| act.kind == ActKind::Extend).map(|(_, act)| act.clone()).collect();
        let mut parts = Vec::new();
        for (id, act) in suspends {
            events.push((act.from, self.words(&act, at, "suspends")));
            events.extend(act.ends.iter().map(|(day, _)| (*day, self.words(&act, at, "stops suspending"))));
            let begun = self.day_has_come(act.from);
            let ended = self.end_of_act(&act);
            let moving: Vec<Act> = extends.iter().filter(|one| one.acts.contains(&id)).cloned().collect();
            let ended = self.moved(ended, &moving, at, events);
            let under = self.under(act.under);
            let mut all = vec![begun, self.not(ended), under];
            for (_, resume) in resumes.iter().filter(|(_, resume)| resume.from >= act.from) {
                events.push((resume.from, self.words(resume, at, "resumes")));
                let come = self.day_has_come(resume.from);
                let under = self.under(resume.under);
                let resumed = self.all(vec![come, under]);
                all.push(self.not(resumed));
            }
            parts.push(self.all(all));
        }
        parts
    }
}
