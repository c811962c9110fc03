//! Assumptions, properties, findings that are accepted, worked cases.

use super::{Builder, Node, Rule, children, first, unescape};
use crate::source::Span;
use crate::syntax::ast::*;
use crate::value::{Raw, RawKind};
use std::sync::Arc;

impl Builder<'_> {
    pub(super) fn assumption(&mut self, node: Node<'_>) -> BlockKind {
        let given = children(&node, Rule::given_part).next().and_then(first).map(|object| self.data(object));
        let facts = given.unwrap_or(Raw { kind: RawKind::Object(Vec::new()), span: self.block });
        BlockKind::Assumption { name: self.name_in(&node), title: self.title_in(&node), facts }
    }

    pub(super) fn always(&mut self, node: Node<'_>) -> BlockKind {
        let nothing = Expr { kind: ExprKind::Truth(true), span: self.block };
        let body = self.expression_in(&node).unwrap_or(nothing);
        BlockKind::Always { title: self.title_in(&node), body }
    }

    pub(super) fn monotone(&mut self, node: Node<'_>) -> BlockKind {
        let path = children(&node, Rule::path).next().map(|path| self.path(&path));
        let nothing = Path { names: Vec::new(), span: self.block };
        BlockKind::Monotone { title: self.title_in(&node), path: path.unwrap_or(nothing) }
    }

    pub(super) fn accept(&mut self, node: Node<'_>) -> BlockKind {
        let about = children(&node, Rule::about_part).next().map(|about| self.texts_in(&about));
        BlockKind::Accept {
            finding: self.name_in(&node),
            subjects: children(&node, Rule::subject).map(|subject| self.name_of(&subject)).collect(),
            about,
            because: self.texts_in(&node),
        }
    }

    pub(super) fn example(&mut self, node: Node<'_>) -> BlockKind {
        let mut example = Example {
            title: self.title_in(&node),
            judged: None,
            at: None,
            under: Vec::new(),
            assuming: Vec::new(),
            given: None,
            expects: Vec::new(),
        };
        for part in children(&node, Rule::example_part).filter_map(first) {
            match part.as_rule() {
                Rule::judged => example.judged = self.judged(&part),
                Rule::at_part => example.at = Some(self.name_in(&part)),
                Rule::under_part => example.under.extend(first(part).and_then(|under| self.reading_ref(&under))),
                Rule::assuming_part => example.assuming.extend(self.names_in(&part)),
                Rule::given_part => example.given = first(part).map(|object| Arc::new(self.data(object))),
                _ => example.expects.extend(self.expect(part)),
            }
        }
        BlockKind::Example(example)
    }

    pub(super) fn expect(&mut self, part: Node<'_>) -> Option<Expect> {
        let span = self.span(&part);
        let node = first(part).and_then(first)?;
        let kind = match node.as_rule() {
            Rule::expect_open => ExpectKind::Open(self.names_in(&node)),
            Rule::expect_not if children(&node, Rule::expect_covered).next().is_some() => ExpectKind::Covered(false),
            Rule::expect_not => ExpectKind::NotBy(self.references_in(&node)),
            Rule::expect_duty => ExpectKind::Duty(self.name_in(&node)),
            Rule::expect_needs => ExpectKind::Needs(self.named(&node, Rule::fact_path)),
            Rule::expect_covered => ExpectKind::Covered(true),
            Rule::expect_doubt => ExpectKind::Doubt,
            _ => ExpectKind::Outcome { outcome: self.name_in(&node), by: self.references_in(&node) },
        };
        Some(Expect { span, kind })
    }

    /// Facts as they stand in an example: bare words, dates, codes and amounts are texts.
    pub(super) fn data(&mut self, node: Node<'_>) -> Raw {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::data => return first(node).map_or(Raw { kind: RawKind::Null, span }, |inner| self.data(inner)),
            Rule::object => {
                let members: Vec<_> = children(&node, Rule::member).map(|member| self.member(member)).collect();
                RawKind::Object(members)
            }
            Rule::array => RawKind::List(children(&node, Rule::data).map(|data| self.data(data)).collect()),
            Rule::string => RawKind::Text(unescape(&node)),
            Rule::number => RawKind::Number(node.as_str().to_string()),
            Rule::bare_word => match node.as_str() {
                "true" => RawKind::Truth(true),
                "false" => RawKind::Truth(false),
                "null" => RawKind::Null,
                word => RawKind::Text(word.to_string()),
            },
            _ => RawKind::Text(node.as_str().split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        Raw { kind, span }
    }

    pub(super) fn member(&mut self, node: Node<'_>) -> (String, Span, Raw) {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let key = inner.next();
        let (key, key_span) = match key {
            Some(key) if key.as_rule() == Rule::string => (unescape(&key), self.span(&key)),
            Some(key) => (key.as_str().to_string(), self.span(&key)),
            None => (String::new(), span),
        };
        let value = inner.find(|part| part.as_rule() == Rule::data).map(|data| self.data(data));
        (key, key_span, value.unwrap_or(Raw { kind: RawKind::Null, span }))
    }
}
