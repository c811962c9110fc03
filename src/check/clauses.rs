//! Clauses, the acts of later instruments, covers, guidance and examples.

use super::context::{Context, Kind};
use super::declare::Placed;
use super::expression::Locals;
use super::policy::*;
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, ActKind, BlockKind, ExpectKind, Name};
use crate::value::Date;
use foldhash::{HashMap, HashMapExt};

/// The clauses by instrument and number; an amended one has several wordings.
#[derive(Default)]
pub(crate) struct ClauseIndex {
    wordings: HashMap<(usize, String), Vec<usize>>,
    of_instrument: HashMap<usize, Vec<usize>>,
}

/// What a reference names.
enum Target {
    Instrument(usize),
    Clauses(Vec<usize>),
}

/// Everything of a policy that stands in clauses.
#[derive(Default)]
pub(crate) struct Law {
    pub(crate) clauses: Vec<Clause>,
    pub(crate) acts: Vec<Act>,
    pub(crate) covers: Vec<Cover>,
    pub(crate) guidance: Vec<Guidance>,
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) examples: Vec<Example>,
    index: ClauseIndex,
}

impl Context<'_> {
    /// Checks everything that stands in clauses.
    pub(crate) fn law(&mut self, placed: &[Placed<'_>], versions: &[Version]) -> Law {
        let mut law = Law::default();
        self.register(&mut law, placed);
        self.bodies(&mut law, placed);
        self.acts(&mut law, placed);
        self.covers(&mut law, placed);
        self.guidance(&mut law, placed);
        self.assumptions(&mut law, placed);
        self.examples(&mut law, placed, versions);
        super::overriding::check(self, &law.clauses);
        law
    }

    fn register(&mut self, law: &mut Law, placed: &[Placed<'_>]) {
        for one in placed {
            let BlockKind::Clause(clause) = &one.block.kind else { continue };
            let Some(instrument) = one.instrument else {
                self.outside(&clause.id, one.block.span);
                continue;
            };
            let key = (instrument, clause.id.text.clone());
            if let Some(first) = law.index.wordings.get(&key) {
                let first = law.clauses[first[0]].span;
                self.duplicate("clause", &clause.id.text, first, clause.id.span);
                continue;
            }
            self.enter(law, instrument, clause.id.text.clone(), clause, None, clause.from.map(|(date, _)| date));
        }
        for one in placed {
            let BlockKind::Amend { target, from, under, body } = &one.block.kind else { continue };
            let Some(instrument) = one.instrument else {
                self.outside(target, one.block.span);
                continue;
            };
            let under = under.as_ref().and_then(|under| self.reading(under));
            match self.target(law, target, Some(instrument)) {
                Some(Target::Clauses(wordings)) => {
                    let Some(latest) = wordings.last().copied() else { continue };
                    let (of, id) = (law.clauses[latest].instrument, law.clauses[latest].id.clone());
                    self.enter(law, of, id, body, Some(Amendment { replaces: latest, under }), Some(from.0));
                }
                Some(Target::Instrument(_)) => {
                    self.on_nothing(law, target, "an amendment gives one clause a new wording, and this is a whole instrument")
                }
                None => self.on_nothing(law, target, "there is no such clause to amend"),
            }
        }
    }

    fn outside(&mut self, id: &Name, span: Span) {
        if self.broken.contains("instrument") {
            return;
        }
        let message = format!("`{}` stands in no instrument", id.text);
        let at = Span { end: id.span.end, ..span };
        let diagnostic = Diagnostic::error("ukase::check::clause_outside_instrument", at, message);
        self.report(diagnostic.help("write an `instrument` block above it, in the same file"));
    }

    fn enter(
        &mut self,
        law: &mut Law,
        instrument: usize,
        id: String,
        body: &ast::Clause,
        amends: Option<Amendment>,
        from: Option<Date>,
    ) {
        let place = law.clauses.len();
        let title = match (&amends, body.title.text.is_empty()) {
            (Some(amendment), true) => law.clauses[amendment.replaces].title.clone(),
            _ => body.title.clone(),
        };
        law.index.wordings.entry((instrument, id.clone())).or_default().push(place);
        law.index.of_instrument.entry(instrument).or_default().push(place);
        law.clauses.push(Clause {
            instrument,
            id,
            title,
            from: from.unwrap_or(self.instruments[instrument].effective),
            before: body.end.as_ref().map(day_after),
            each: Vec::new(),
            when: None,
            outcome: None,
            overrides: Vec::new(),
            duties: Vec::new(),
            amends,
            span: body.id.span,
        });
    }

    fn bodies(&mut self, law: &mut Law, placed: &[Placed<'_>]) {
        let mut at = 0;
        let clauses = placed.iter().filter_map(|one| match (&one.block.kind, one.instrument) {
            (BlockKind::Clause(clause), Some(instrument)) => Some((clause, instrument)),
            _ => None,
        });
        let amendments = placed.iter().filter_map(|one| match (&one.block.kind, one.instrument) {
            (BlockKind::Amend { body, .. }, Some(instrument)) => Some((body, instrument)),
            _ => None,
        });
        for (body, instrument) in clauses.chain(amendments) {
            if law.clauses.get(at).is_some_and(|clause| clause.span == body.id.span) {
                self.body(law, at, body, instrument);
                at += 1;
            }
        }
    }

    fn body(&mut self, law: &mut Law, at: usize, body: &ast::Clause, instrument: usize) {
        self.clause_days(body);
        if body.then.is_none() && body.duties.is_empty() {
            let message = format!("clause {} has neither an outcome nor a duty", body.id.text);
            let diagnostic = Diagnostic::error("ukase::check::clause_empty", body.id.span, message);
            self.report(diagnostic.help("write `then` and an outcome, or `duty` and the name of a `duty` block"));
        }
        let bound = self.each(&body.each);
        let when = match (&body.when, &bound) {
            (Some(when), Some((_, locals))) => self.condition(when, locals),
            _ => None,
        };
        let outcome = body.then.as_ref().and_then(|name| self.outcome(name));
        let overrides = self.overrides(law, at, &body.overrides, instrument);
        let duties = self.duties_of(&body.duties);
        let clause = &mut law.clauses[at];
        clause.each = bound.map(|(each, _)| each).unwrap_or_default();
        clause.when = when;
        clause.outcome = outcome;
        clause.overrides = overrides;
        clause.duties = duties;
    }

    fn clause_days(&mut self, body: &ast::Clause) {
        let (Some((from, span)), Some(end)) = (&body.from, &body.end) else { return };
        if day_after(end) <= *from {
            self.reversed(*span, end.span);
        }
    }

    fn reversed(&mut self, from: Span, end: Span) {
        let diagnostic =
            Diagnostic::error("ukase::check::dates_reversed", end, "this ends before it begins").because("ends here");
        self.report(
            diagnostic.also(from, "begins here").help("`before` names a day after `from`, `through` the same day or a later one"),
        );
    }

    /// What a clause is bound to, and the names that its condition can use.
    pub(crate) fn each(&mut self, parts: &[ast::Each]) -> Option<(Vec<Binding>, Locals)> {
        let mut locals = Locals::default();
        let mut bindings: Vec<Binding> = Vec::new();
        for part in parts {
            let path = ast::Expr { span: part.list.span, kind: ast::ExprKind::Path(part.list.clone()) };
            let list = self.expr(&path, &locals, None)?;
            let record = match list.ty {
                Type::List(record) => record,
                _ => {
                    let message = format!("`each` goes over a list of records, and this is {}", self.describe(&list.ty));
                    self.report(
                        Diagnostic::error("ukase::check::type", part.list.span, message)
                            .help("without `each` a clause speaks of the whole shipment"),
                    );
                    return None;
                }
            };
            let owner = match &list.kind {
                TypedKind::Field(base, field) => match (&base.kind, bindings.last()) {
                    (TypedKind::Shipment, None) => Some((0, *field)),
                    (TypedKind::Variable(variable), Some(outer)) if *variable == outer.variable => Some((outer.record, *field)),
                    _ => None,
                },
                _ => None,
            };
            let Some((owner, field)) = owner else {
                let message = "each `each` goes over a list of the shipment or of what the one above it goes over";
                self.report(Diagnostic::error("ukase::check::type", part.list.span, message));
                return None;
            };
            let variable = self.fresh();
            let meaning = Typed { span: part.name.span, ty: Type::Record(record), kind: TypedKind::Variable(variable) };
            locals = locals.with(&part.name.text, meaning);
            bindings.push(Binding { variable, name: part.name.text.clone(), owner, list: field, record });
        }
        Some((bindings, locals))
    }

    fn overrides(&mut self, law: &Law, at: usize, groups: &[ast::Override], instrument: usize) -> Vec<(usize, Option<Reading>)> {
        let mut found = Vec::new();
        for group in groups {
            let under = match &group.under {
                Some(under) => match self.reading(under) {
                    Some(reading) => Some(reading),
                    None => continue,
                },
                None => None,
            };
            for target in &group.targets {
                match self.target(law, target, Some(instrument)) {
                    Some(Target::Clauses(clauses)) => found.extend(clauses.into_iter().map(|clause| (clause, under))),
                    Some(Target::Instrument(id)) => {
                        let clauses = law.index.of_instrument.get(&id).cloned().unwrap_or_default();
                        found.extend(clauses.into_iter().filter(|clause| *clause != at).map(|clause| (clause, under)));
                    }
                    None => self.unknown_clause(
                        law,
                        target,
                        &law.clauses[at].id.clone(),
                        "ukase::check::override_unknown",
                        "there is no clause",
                    ),
                }
            }
        }
        found
    }

    fn unknown_clause(&mut self, law: &Law, name: &Name, own: &str, code: &'static str, what: &str) {
        let id = name.text.rsplit('/').next().unwrap_or(&name.text);
        if self.broken.contains(&name.text) || self.broken.contains(id) {
            return;
        }
        let bare = !name.text.contains('/');
        let known: Vec<String> = law
            .clauses
            .iter()
            .map(
                |clause| {
                    if bare { clause.id.clone() } else { format!("{}/{}", self.instruments[clause.instrument].id, clause.id) }
                },
            )
            .collect();
        let near = crate::diagnostic::nearest(&name.text, known.iter().map(String::as_str).filter(|known| *known != own));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let otherwise = match name.text.split_once('/') {
            Some((instrument, _)) if !self.instrument_ids.contains_key(instrument) => {
                Some(format!("there is no instrument `{instrument}`"))
            }
            Some(_) => None,
            None => {
                Some("a clause of another instrument is written with that instrument's number and a slash before its own".into())
            }
        };
        let diagnostic = Diagnostic::error(code, name.span, format!("{what} `{}`", name.text));
        self.report(diagnostic.maybe_help(help.or(otherwise)));
    }

    fn on_nothing(&mut self, law: &Law, target: &Name, message: &str) {
        let id = target.text.rsplit('/').next().unwrap_or(&target.text);
        if self.broken.contains(&target.text) || self.broken.contains(id) {
            return;
        }
        let message = format!("{message}: `{}`", target.text);
        let known = law.clauses.iter().map(|clause| format!("{}/{}", self.instruments[clause.instrument].id, clause.id));
        let known: Vec<String> = known.chain(self.instruments.iter().map(|instrument| instrument.id.clone())).collect();
        let near =
            crate::diagnostic::nearest(&target.text, known.iter().map(String::as_str).filter(|known| **known != target.text));
        let help = near.filter(|_| !known.contains(&target.text)).map(|near| format!("did you mean `{near}`?"));
        let diagnostic = Diagnostic::error("ukase::check::act_on_nothing", target.span, message);
        self.report(diagnostic.maybe_help(help));
    }

    fn duties_of(&mut self, duties: &[ast::DutyRef]) -> Vec<(usize, Option<String>)> {
        let mut found = Vec::new();
        for duty in duties {
            match self.duty_ids.get(&duty.name.text).copied() {
                Some(id) => {
                    self.used.insert((Kind::Duty, duty.name.text.clone()));
                    found.push((id, duty.deadline.clone()));
                }
                None => {
                    let known: Vec<String> = self.duty_ids.keys().cloned().collect();
                    self.unknown(&duty.name, "duty", known);
                }
            }
        }
        found
    }

    /// What a reference names: an instrument, a clause with all its wordings, or the clauses below a number.
    fn target(&self, law: &Law, name: &Name, here: Option<usize>) -> Option<Target> {
        if let Some(instrument) = self.instrument_ids.get(&name.text) {
            return Some(Target::Instrument(*instrument));
        }
        let (instrument, id) = match name.text.split_once('/') {
            Some((instrument, id)) => (*self.instrument_ids.get(instrument)?, id),
            None => (here?, name.text.as_str()),
        };
        if let Some(wordings) = law.index.wordings.get(&(instrument, id.to_string())) {
            return Some(Target::Clauses(wordings.clone()));
        }
        let of = law.index.of_instrument.get(&instrument)?;
        let below: Vec<usize> = of.iter().copied().filter(|clause| is_below(&law.clauses[*clause].id, id)).collect();
        (!below.is_empty()).then_some(Target::Clauses(below))
    }

    fn clauses_of(&self, law: &Law, name: &Name, here: Option<usize>) -> Option<Vec<usize>> {
        Some(match self.target(law, name, here)? {
            Target::Instrument(id) => law.index.of_instrument.get(&id).cloned().unwrap_or_default(),
            Target::Clauses(clauses) => clauses,
        })
    }

    // ---- acts -----------------------------------------------------------------------------------------------------------------

    fn acts(&mut self, law: &mut Law, placed: &[Placed<'_>]) {
        let acts = placed.iter().filter_map(|one| match &one.block.kind {
            BlockKind::Act(act) => Some((act, one)),
            _ => None,
        });
        let (suspensions, others): (Vec<_>, Vec<_>) = acts.partition(|(act, _)| act.kind == ActKind::Suspend);
        for (act, one) in suspensions.into_iter().chain(others) {
            let Some(instrument) = one.instrument else {
                self.outside(&Name { text: act.kind.word().into(), span: one.block.span }, one.block.span);
                continue;
            };
            if let Some(act) = self.act(law, act, instrument, one.block.span) {
                law.acts.push(act);
            }
        }
    }

    fn act(&mut self, law: &Law, act: &ast::Act, instrument: usize, span: Span) -> Option<Act> {
        let under = match &act.under {
            Some(under) => Some(self.reading(under)?),
            None => None,
        };
        let from = act.from.map_or(self.instruments[instrument].effective, |(date, _)| date);
        let mut ends = Vec::new();
        for (end, reading) in &act.ends {
            let reading = match reading {
                Some(reading) => Some(self.reading(reading)?),
                None => None,
            };
            if act.kind != ActKind::Extend && day_after(end) <= from {
                self.reversed(act.from.map_or(span, |(_, span)| span), end.span);
                return None;
            }
            ends.push((day_after(end), reading));
        }
        if act.kind == ActKind::Extend && ends.is_empty() {
            self.report(
                Diagnostic::error("ukase::check::act_on_nothing", span, "this does not say until when it extends")
                    .help("write `through 2027-01-10`"),
            );
            return None;
        }
        let mut clauses = Vec::new();
        let mut moved = Vec::new();
        for target in &act.targets {
            let Some(found) = self.clauses_of(law, target, Some(instrument)) else {
                self.on_nothing(law, target, &format!("there is nothing to {}", act.kind.word()));
                continue;
            };
            match act.kind {
                ActKind::Extend => self.extension(law, target, &found, &mut clauses, &mut moved),
                ActKind::Resume => {
                    let suspended =
                        |clause: &usize| law.acts.iter().any(|one| one.kind == ActKind::Suspend && one.clauses.contains(clause));
                    if !found.iter().any(suspended) {
                        self.on_nothing(law, target, "nothing has suspended what this resumes");
                    }
                    clauses.extend(found);
                }
                _ => clauses.extend(found),
            }
        }
        Some(Act { instrument, kind: act.kind, clauses, acts: moved, from, ends, under, span })
    }

    /// `extend 2025-70`: the suspensions that it made; `extend 2025-61/I(1)`: the end of the clause.
    fn extension(&mut self, law: &Law, target: &Name, found: &[usize], clauses: &mut Vec<usize>, moved: &mut Vec<usize>) {
        let of = self.instrument_ids.get(&target.text).copied();
        let made = law.acts.iter().enumerate().filter(|(_, one)| Some(one.instrument) == of && one.kind == ActKind::Suspend);
        let made: Vec<usize> = made.map(|(at, _)| at).collect();
        let ending: Vec<usize> = found.iter().copied().filter(|clause| law.clauses[*clause].before.is_some()).collect();
        if made.is_empty() && ending.is_empty() {
            self.on_nothing(law, target, "nothing of this has an end to extend");
        }
        moved.extend(made);
        clauses.extend(ending);
    }

    // ---- covers, guidance, examples -------------------------------------------------------------------------------------------

    fn covers(&mut self, law: &mut Law, placed: &[Placed<'_>]) {
        for one in placed {
            let BlockKind::Cover { outcomes, by, each, when } = &one.block.kind else { continue };
            let outcomes: Vec<usize> = outcomes.iter().filter_map(|name| self.outcome(name)).collect();
            let mut clauses = Vec::new();
            for name in by {
                match self.clauses_of(law, name, one.instrument) {
                    Some(found) => clauses.extend(found),
                    None => self.unknown_clause(law, name, "", "ukase::check::unknown_name", "there is no clause or instrument"),
                }
            }
            let Some((bound, locals)) = self.each(each) else { continue };
            let when = when.as_ref().and_then(|when| self.condition(when, &locals));
            law.covers.push(Cover { outcomes, clauses, each: bound, when });
        }
    }

    fn guidance(&mut self, law: &mut Law, placed: &[Placed<'_>]) {
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for one in placed {
            let BlockKind::Guidance(guidance) = &one.block.kind else { continue };
            if let Some(first) = spans.insert(&guidance.name.text, guidance.name.span) {
                self.duplicate("guidance", &guidance.name.text, first, guidance.name.span);
                continue;
            }
            for settles in &guidance.settles {
                let reference = ast::ReadingRef { question: settles.question.clone(), reading: settles.reading.clone() };
                if !self.question_ids.contains_key(&settles.question.text) && !self.broken.contains(&settles.question.text) {
                    let near = crate::diagnostic::nearest(&settles.question.text, self.question_ids.keys().map(String::as_str));
                    let help = near.map(|near| format!("did you mean `{near}`?"));
                    let message = format!("there is no question `{}` to settle", settles.question.text);
                    let diagnostic =
                        Diagnostic::error("ukase::check::guidance_unknown", settles.question.span, message).maybe_help(help);
                    self.report(diagnostic);
                    continue;
                }
                if !self.has_reading(&reference) {
                    let message =
                        format!("`{}` has no reading `{}` to settle it as", settles.question.text, settles.reading.text);
                    self.report(Diagnostic::error("ukase::check::guidance_unknown", settles.reading.span, message));
                    continue;
                }
                let Some(reading) = self.reading(&reference) else { continue };
                law.guidance.push(Guidance {
                    name: guidance.name.text.clone(),
                    title: guidance.title.clone(),
                    published: guidance.published,
                    question: reading.question,
                    reading: reading.reading,
                    presumed: settles.presumed,
                });
            }
        }
    }

    fn has_reading(&self, reference: &ast::ReadingRef) -> bool {
        let question = self.question_ids.get(&reference.question.text);
        question.is_none_or(|at| self.questions[*at].readings.iter().any(|reading| reading.name == reference.reading.text))
    }

    fn assumptions(&mut self, law: &mut Law, placed: &[Placed<'_>]) {
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for one in placed {
            let BlockKind::Assumption { name, title, facts } = &one.block.kind else { continue };
            if let Some(first) = spans.insert(&name.text, name.span) {
                self.duplicate("assumption", &name.text, first, name.span);
                continue;
            }
            law.assumptions.push(Assumption { name: name.text.clone(), title: title.clone(), facts: facts.clone() });
        }
    }

    fn examples(&mut self, law: &mut Law, placed: &[Placed<'_>], versions: &[Version]) {
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for one in placed {
            let BlockKind::Example(example) = &one.block.kind else { continue };
            if let Some(first) = spans.insert(&example.title.text, one.block.span) {
                self.duplicate("example", &example.title.text, first, one.block.span);
                continue;
            }
            let (mut on, mut known) = example.judged.map_or((None, None), |(on, known)| (Some(on), known));
            if let Some(at) = &example.at {
                match versions.iter().find(|version| version.name == at.text) {
                    Some(version) => (on, known) = (Some(version.on), version.known),
                    None => self.unknown(at, "version", versions.iter().map(|version| version.name.clone())),
                }
            }
            let under = example.under.iter().filter_map(|reading| self.reading(reading)).collect();
            let mut assuming = Vec::new();
            for name in &example.assuming {
                match law.assumptions.iter().position(|assumption| assumption.name == name.text) {
                    Some(at) => assuming.push(at),
                    None => self.unknown(name, "assumption", law.assumptions.iter().map(|one| one.name.clone())),
                }
            }
            if example.expects.is_empty() {
                let message = "this example expects nothing";
                self.report(
                    Diagnostic::error("ukase::check::expect_unknown", one.block.span, message)
                        .help("write `expect` and an outcome"),
                );
            }
            let expects = example.expects.iter().filter_map(|expect| self.expected(law, expect, one.instrument)).collect();
            law.examples.push(Example {
                name: example.title.text.clone(),
                on,
                known,
                under,
                assuming,
                given: example.given.clone(),
                expects,
                span: one.block.span,
            });
        }
    }

    fn expected(&mut self, law: &Law, expect: &ast::Expect, instrument: Option<usize>) -> Option<Expected> {
        let (outcomes, clauses): (Vec<&Name>, &[Name]) = match &expect.kind {
            ExpectKind::Outcome { outcome, by } => (vec![outcome], by),
            ExpectKind::Open(outcomes) => (outcomes.iter().collect(), &[]),
            ExpectKind::NotBy(by) => (Vec::new(), by),
            ExpectKind::Duty(name) => {
                if !self.duty_ids.contains_key(&name.text) {
                    self.unknown(name, "duty", self.duty_ids.keys().cloned().collect::<Vec<_>>());
                    return None;
                }
                (Vec::new(), &[])
            }
            _ => (Vec::new(), &[]),
        };
        let outcomes: Vec<Option<usize>> = outcomes.into_iter().map(|name| self.outcome(name)).collect();
        let mut named = Vec::new();
        for name in clauses {
            match self.clauses_of(law, name, instrument) {
                Some(found) => {
                    let names = found
                        .iter()
                        .map(|at| format!("{}/{}", self.instruments[law.clauses[*at].instrument].id, law.clauses[*at].id));
                    named.extend(names);
                }
                None => self.unknown_clause(law, name, "", "ukase::check::expect_unknown", "there is no clause"),
            }
        }
        named.dedup();
        Some(Expected { expect: expect.clone(), outcomes: outcomes.into_iter().collect::<Option<_>>()?, clauses: named })
    }
}

/// The first day that an end leaves out.
pub(crate) fn day_after(end: &ast::End) -> Date {
    if end.included { end.date.plus_days(1) } else { end.date }
}

/// `I(1)` lies below `I`, `VII[b]` below `VII`, `IV(1)4` below `IV(1)`; `II` does not lie below `I`.
pub(crate) fn is_below(id: &str, above: &str) -> bool {
    let Some(rest) = id.strip_prefix(above) else { return false };
    rest.starts_with(['(', '[', '.']) || (above.ends_with([')', ']']) && !rest.is_empty())
}
