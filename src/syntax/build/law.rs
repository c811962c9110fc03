//! Instruments, categories, questions, clauses, and the acts that change them.

use super::parts::join;
use super::{Builder, Node, Rule, children, first, unescape};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::value::Date;

impl Builder<'_> {
    pub(super) fn instrument(&mut self, node: Node<'_>) -> BlockKind {
        let mut instrument = Instrument {
            id: self.named(&node, Rule::instrument_id),
            title: self.title_in(&node),
            issuer: None,
            published: None,
            effective: None,
            sources: Vec::new(),
            provisions: Vec::new(),
        };
        for part in children(&node, Rule::instrument_part).filter_map(first) {
            match part.as_rule() {
                Rule::issuer_part => instrument.issuer = Some(self.texts_in(&part)),
                Rule::published_part => instrument.published = self.date_in(&part).map(|(date, _)| date),
                Rule::effective_part => instrument.effective = self.date_in(&part).map(|(date, _)| date),
                Rule::source_part => instrument.sources.push(self.texts_in(&part)),
                Rule::provisions_part => {
                    instrument.provisions.extend(children(&part, Rule::clause_id).map(|id| self.name_of(&id)));
                }
                _ => self.translate(&mut instrument.title, part),
            }
        }
        BlockKind::Instrument(instrument)
    }

    pub(super) fn category(&mut self, node: Node<'_>) -> BlockKind {
        let code = match children(&node, Rule::code).next() {
            Some(code) => self.name_of(&code),
            None => Name { text: self.string_in(&node), span: self.block },
        };
        let under = self.named(&node, Rule::reference);
        let title = self.title_in(&node);
        let mut category = Category { code, title, under, when: None, customs: Vec::new(), partial: None };
        for part in children(&node, Rule::category_part).filter_map(first) {
            match part.as_rule() {
                Rule::when_part => category.when = self.expression_in(&part),
                Rule::customs_part => {
                    let codes = children(&part, Rule::string).map(|code| (unescape(&code), self.span(&code)));
                    category.customs.extend(codes);
                }
                Rule::partial_part => category.partial = Some(self.texts_in(&part)),
                Rule::source_part => {}
                _ => self.translate(&mut category.title, part),
            }
        }
        BlockKind::Category(category)
    }

    pub(super) fn question(&mut self, node: Node<'_>) -> BlockKind {
        let (name, title) = (self.name_in(&node), self.title_in(&node));
        let mut question = Question { name, title, cites: Vec::new(), readings: Vec::new() };
        for part in children(&node, Rule::question_part).filter_map(first) {
            match part.as_rule() {
                Rule::cites_part => question.cites = self.references_in(&part),
                Rule::reading_part => question.readings.push(self.variant(part)),
                _ => self.translate(&mut question.title, part),
            }
        }
        BlockKind::Question(question)
    }

    pub(super) fn guidance(&mut self, node: Node<'_>) -> BlockKind {
        let published = self.date_in(&node).map_or(Date::FIRST, |(date, _)| date);
        let (name, title) = (self.name_in(&node), self.title_in(&node));
        let mut guidance = Guidance { name, title, published, sources: Vec::new(), settles: Vec::new() };
        for part in children(&node, Rule::guidance_part).filter_map(first) {
            match part.as_rule() {
                Rule::source_part => guidance.sources.push(self.texts_in(&part)),
                Rule::settles_part => {
                    let presumed = children(&part, Rule::presumed).next().is_some();
                    let mut names = children(&part, Rule::name).map(|name| self.name_of(&name));
                    if let (Some(question), Some(reading)) = (names.next(), names.next()) {
                        guidance.settles.push(Settles { question, reading, presumed });
                    }
                }
                _ => self.translate(&mut guidance.title, part),
            }
        }
        BlockKind::Guidance(guidance)
    }

    pub(super) fn define(&mut self, node: Node<'_>) -> BlockKind {
        let list = children(&node, Rule::parameters).next();
        let parameters = list.map_or_else(Vec::new, |list| {
            let parameter = |part: Node<'_>| {
                let written = children(&part, Rule::r#type).next().is_some();
                Parameter { name: self.name_in(&part), ty: written.then(|| self.type_in(&part)) }
            };
            children(&list, Rule::parameter).map(parameter).collect()
        });
        let body = self.expression_in(&node).unwrap_or_else(|| self.nothing());
        BlockKind::Define { name: self.name_in(&node), parameters, body }
    }

    pub(super) fn unmodelled(&mut self, node: Node<'_>) -> BlockKind {
        let because = children(&node, Rule::texts).nth(1).map(|texts| join(&texts)).unwrap_or_default();
        BlockKind::Unmodelled { id: self.named(&node, Rule::clause_id), title: self.title_in(&node), because }
    }

    pub(super) fn clause(&mut self, node: Node<'_>) -> BlockKind {
        let title = self.title_in(&node);
        let mut clause = self.empty_clause(self.named(&node, Rule::clause_id), title);
        for part in children(&node, Rule::clause_part).filter_map(first) {
            self.clause_part(&mut clause, part);
        }
        BlockKind::Clause(clause)
    }

    pub(super) fn empty_clause(&self, id: Name, title: Title) -> Clause {
        Clause {
            id,
            title,
            from: None,
            end: None,
            each: Vec::new(),
            when: None,
            then: None,
            overrides: Vec::new(),
            duties: Vec::new(),
        }
    }

    pub(super) fn clause_part(&mut self, clause: &mut Clause, part: Node<'_>) {
        let span = self.span(&part);
        let twice = match part.as_rule() {
            Rule::from_part => clause.from.is_some(),
            Rule::through_part | Rule::before_part => clause.end.is_some(),
            Rule::when_part => clause.when.is_some(),
            Rule::then_part => clause.then.is_some(),
            _ => false,
        };
        if twice {
            let word = part.as_str().split_whitespace().next().unwrap_or("");
            let message = format!("this clause says `{word}` twice");
            self.diagnostics.push(
                Diagnostic::error("ukase::syntax::twice", span, message).help("join conditions with `and`, or write two clauses"),
            );
        }
        match part.as_rule() {
            Rule::from_part => clause.from = self.date_in(&part),
            Rule::through_part | Rule::before_part => clause.end = self.end(&part),
            Rule::each_part => clause.each.extend(self.each(&part)),
            Rule::when_part => clause.when = self.expression_in(&part),
            Rule::then_part => clause.then = Some(self.name_in(&part)),
            Rule::overrides_part => clause.overrides = self.overrides(&part),
            Rule::duty_part => clause.duties.push(self.duty_part(&part)),
            Rule::compat_part => self.refuse_habit(&part),
            Rule::source_part => {}
            _ => self.translate(&mut clause.title, part),
        }
    }

    pub(super) fn refuse_habit(&mut self, part: &Node<'_>) {
        let word = part.as_str().split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let (message, help) = match word {
            "until" => (
                "`until` does not say whether the day itself is in",
                "write `through` for a day that is in, `before` for one that is not",
            ),
            "to" => (
                "`to` does not say whether the day itself is in",
                "write `through` for a day that is in, `before` for one that is not",
            ),
            "requires" | "require" | "outcome" => ("the outcome of a clause stands after `then`", "write `then licence`"),
            "unless" | "except" => {
                ("there is no `unless`", "write `and not …`, or a clause of its own that `overrides` this one")
            }
            _ => ("a condition does not begin so", "write `when`"),
        };
        let span = self.span(part);
        let span = Span { end: span.start + word.len() as u32, ..span };
        self.diagnostics.push(Diagnostic::error("ukase::syntax::likely_mistake", span, message).help(help));
    }

    pub(super) fn each(&mut self, part: &Node<'_>) -> Option<Each> {
        let path = children(part, Rule::path).next()?;
        Some(Each { name: self.name_in(part), list: self.path(&path) })
    }

    pub(super) fn overrides(&mut self, part: &Node<'_>) -> Vec<Override> {
        let group = |group: Node<'_>| {
            let under = children(&group, Rule::under_reading).next().and_then(|under| self.reading_ref(&under));
            Override { targets: children(&group, Rule::reference).map(|target| self.name_of(&target)).collect(), under }
        };
        children(part, Rule::override_group).map(group).collect()
    }

    pub(super) fn duty_part(&mut self, part: &Node<'_>) -> DutyRef {
        let deadline = children(part, Rule::deadline).next();
        let deadline = deadline.map(|deadline| deadline.as_str().split_whitespace().collect::<Vec<_>>().join(" "));
        DutyRef { name: self.name_in(part), deadline }
    }

    pub(super) fn end(&mut self, part: &Node<'_>) -> Option<End> {
        let (date, span) = self.date_in(part)?;
        Some(End { date, included: part.as_rule() == Rule::through_part, span })
    }

    pub(super) fn act(&mut self, node: Node<'_>, kind: ActKind) -> BlockKind {
        let mut act = Act { kind, targets: self.references_in(&node), from: None, ends: Vec::new(), under: None };
        for part in children(&node, Rule::act_part).filter_map(first) {
            match part.as_rule() {
                Rule::from_part => act.from = self.date_in(&part),
                Rule::ends_part => act.ends = children(&part, Rule::act_end).filter_map(|end| self.act_end(&end)).collect(),
                Rule::under_part => act.under = first(part).and_then(|under| self.reading_ref(&under)),
                _ => self.refuse_habit(&part),
            }
        }
        BlockKind::Act(act)
    }

    pub(super) fn act_end(&mut self, node: &Node<'_>) -> Option<(End, Option<ReadingRef>)> {
        let day = node.clone().into_inner().next()?;
        let under = children(node, Rule::under_reading).next().and_then(|under| self.reading_ref(&under));
        self.end(&day).map(|end| (end, under))
    }

    pub(super) fn amend(&mut self, node: Node<'_>) -> BlockKind {
        let target = self.named(&node, Rule::reference);
        let from = children(&node, Rule::from_part).next().and_then(|part| self.date_in(&part));
        let under = children(&node, Rule::under_part).next().and_then(first).and_then(|under| self.reading_ref(&under));
        let mut body = self.empty_clause(target.clone(), Title::default());
        for part in children(&node, Rule::amend_part).filter_map(first) {
            match part.as_rule() {
                Rule::amended_title => body.title.text = self.texts_in(&part),
                _ => self.clause_part(&mut body, part),
            }
        }
        BlockKind::Amend { target, from: from.unwrap_or((Date::FIRST, self.block)), under, body }
    }

    pub(super) fn cover(&mut self, node: Node<'_>) -> BlockKind {
        let outcomes = self.names_in(&node);
        let by = self.references_in(&node);
        let (mut each, mut when) = (Vec::new(), None);
        for part in children(&node, Rule::cover_part).filter_map(first) {
            match part.as_rule() {
                Rule::each_part => each.extend(self.each(&part)),
                _ => when = self.expression_in(&part),
            }
        }
        BlockKind::Cover { outcomes, by, each, when }
    }
}
