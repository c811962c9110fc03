//! What all blocks are made of: names, texts, days.

use super::{Builder, Node, Rule};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::value::Date;

impl Builder<'_> {
    pub(crate) fn name_of(&self, node: &Node<'_>) -> Name {
        Name { text: node.as_str().trim_end().to_string(), span: self.span(node) }
    }

    /// The first name directly inside.
    pub(crate) fn name_in(&self, node: &Node<'_>) -> Name {
        self.named(node, Rule::name)
    }

    pub(super) fn named(&self, node: &Node<'_>, rule: Rule) -> Name {
        children(node, rule).next().map_or_else(|| self.name_of(node), |name| self.name_of(&name))
    }

    pub(super) fn names_in(&self, node: &Node<'_>) -> Vec<Name> {
        let names = children(node, Rule::names).next();
        names.map_or_else(Vec::new, |names| children(&names, Rule::name).map(|name| self.name_of(&name)).collect())
    }

    pub(super) fn references_in(&self, node: &Node<'_>) -> Vec<Name> {
        let list = children(node, Rule::references).next();
        list.map_or_else(Vec::new, |list| children(&list, Rule::reference).map(|one| self.name_of(&one)).collect())
    }

    pub(crate) fn reading_ref(&self, node: &Node<'_>) -> Option<ReadingRef> {
        let mut names = children(node, Rule::name).map(|name| self.name_of(&name));
        Some(ReadingRef { question: names.next()?, reading: names.next()? })
    }

    pub(crate) fn path(&self, node: &Node<'_>) -> Path {
        Path { names: children(node, Rule::name).map(|name| self.name_of(&name)).collect(), span: self.span(node) }
    }

    pub(super) fn part(&self, node: &Node<'_>, rule: Rule) -> Option<String> {
        children(node, rule).next().map(|part| part.as_str().to_string())
    }

    pub(super) fn string_in(&self, node: &Node<'_>) -> String {
        children(node, Rule::string).next().map(|string| unescape(&string)).unwrap_or_default()
    }

    pub(super) fn texts_in(&self, node: &Node<'_>) -> String {
        children(node, Rule::texts).next().map(|texts| join(&texts)).unwrap_or_default()
    }

    pub(super) fn title_in(&mut self, node: &Node<'_>) -> Title {
        let mut title = Title { text: self.texts_in(node), zh: None, en: None };
        for part in children(node, Rule::title_part) {
            self.translate(&mut title, part);
        }
        title
    }

    pub(super) fn translate(&mut self, title: &mut Title, part: Node<'_>) {
        let part = if part.as_rule() == Rule::title_part { first(part) } else { Some(part) };
        let Some(part) = part else { return };
        match part.as_rule() {
            Rule::zh_part => title.zh = Some(self.texts_in(&part)),
            Rule::en_part => title.en = Some(self.texts_in(&part)),
            _ => {}
        }
    }

    pub(super) fn judged_in(&mut self, node: &Node<'_>) -> Option<(Date, Option<Date>)> {
        let judged = children(node, Rule::judged).next()?;
        self.judged(&judged)
    }

    pub(super) fn judged(&mut self, node: &Node<'_>) -> Option<(Date, Option<Date>)> {
        let dates: Vec<Date> = children(node, Rule::date).filter_map(|date| self.date(&date)).collect();
        Some((*dates.first()?, dates.get(1).copied()))
    }

    pub(super) fn date_in(&mut self, node: &Node<'_>) -> Option<(Date, Span)> {
        let date = children(node, Rule::date).next()?;
        self.date(&date).map(|day| (day, self.span(&date)))
    }

    /// A day that exists; another one is refused here.
    pub(crate) fn date(&mut self, node: &Node<'_>) -> Option<Date> {
        let date = Date::parse(node.as_str());
        if date.is_none() {
            let message = format!("{} is not a day of the calendar", node.as_str());
            let diagnostic = Diagnostic::error("ukase::syntax::date", self.span(node), message);
            self.diagnostics
                .push(diagnostic.help("look the day up in a calendar; dates are written year, month, day: 2025-12-01"));
        }
        date
    }

    pub(crate) fn nothing(&self) -> Expr {
        Expr { span: self.block, kind: ExprKind::Truth(false) }
    }
}

/// The direct parts of that rule.
pub(crate) fn children<'p>(node: &Node<'p>, rule: Rule) -> impl Iterator<Item = Node<'p>> {
    node.clone().into_inner().filter(move |inner| inner.as_rule() == rule)
}

/// The first part of any rule.
pub(crate) fn first(node: Node<'_>) -> Option<Node<'_>> {
    node.into_inner().next()
}

/// The text of a string literal.
pub(crate) fn unescape(node: &Node<'_>) -> String {
    let written = children(node, Rule::characters).next().map_or("", |text| text.as_str());
    if !written.contains('\\') {
        return written.into();
    }
    let mut out = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                out.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

pub(super) fn join(texts: &Node<'_>) -> String {
    children(texts, Rule::string).map(|string| unescape(&string)).collect()
}
