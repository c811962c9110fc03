//! Pest's pairs to the tree: one function for each part of the grammar, named like it, in its order. `vocabulary` has what facts are called, `law` what is in force and
//! what follows, `cases` what is tried out, `parts` what all blocks are made of.
//!
//! The grammar guarantees which parts a rule has; where it does, [`Builder::name_in`] and its like take them without a fuss.

mod cases;
mod law;
mod parts;
mod vocabulary;

pub(super) use parts::{children, first, unescape};

use super::Rule;
use super::ast::{ActKind, BlockKind};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use pest::iterators::Pair;

/// Builds the tree of one block.
pub(crate) struct Builder<'a> {
    text: &'a str,
    block: Span,
    /// What parsed but is refused: likely mistakes, days that do not exist.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many expressions lie around the one that is built.
    pub(in crate::syntax) depth: usize,
}

/// The rule that parses the block of a keyword.
pub(crate) fn rule_of(keyword: &str) -> Rule {
    match keyword {
        "policy" => Rule::policy,
        "language" => Rule::language,
        "import" => Rule::import,
        "outcomes" => Rule::outcomes,
        "version" => Rule::version,
        "facts" => Rule::facts,
        "record" => Rule::record,
        "enum" => Rule::enumeration,
        "list" => Rule::list,
        "duty" => Rule::duty,
        "instrument" => Rule::instrument,
        "category" => Rule::category,
        "question" => Rule::question,
        "guidance" => Rule::guidance,
        "define" => Rule::define,
        "unmodelled" => Rule::unmodelled,
        "suspend" => Rule::suspend,
        "resume" => Rule::resume,
        "extend" => Rule::extend,
        "repeal" => Rule::repeal,
        "amend" => Rule::amend,
        "cover" => Rule::cover,
        "assumption" => Rule::assumption,
        "always" => Rule::always,
        "monotone" => Rule::monotone,
        "accept" => Rule::accept,
        "example" => Rule::example,
        _ => Rule::clause,
    }
}

type Node<'p> = Pair<'p, Rule>;

impl<'a> Builder<'a> {
    pub(crate) fn new(text: &'a str, block: Span) -> Builder<'a> {
        Builder { text, block, diagnostics: Vec::new(), depth: 0 }
    }

    pub(crate) fn span(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        let written = span.as_str().trim_end();
        let start = self.block.start as usize + span.start();
        Span::new(self.block.source, start, start + written.len())
    }

    /// One whole block.
    pub(crate) fn block(&mut self, node: Node<'_>) -> BlockKind {
        match node.as_rule() {
            Rule::policy => BlockKind::Policy { name: self.name_in(&node), title: self.title_in(&node) },
            Rule::language => {
                BlockKind::Language { version: self.part(&node, Rule::number).unwrap_or_default(), span: self.block }
            }
            Rule::import => BlockKind::Import { path: self.string_in(&node), span: self.block },
            Rule::outcomes => BlockKind::Outcomes { variants: self.variants_in(&node) },
            Rule::version => self.version(node),
            Rule::facts => BlockKind::Facts { name: self.name_in(&node), fields: self.fields_in(&node) },
            Rule::record => self.record(node),
            Rule::enumeration => self.enumeration(node),
            Rule::list => self.list(node),
            Rule::duty => BlockKind::Duty { name: self.name_in(&node), title: self.title_in(&node) },
            Rule::instrument => self.instrument(node),
            Rule::category => self.category(node),
            Rule::question => self.question(node),
            Rule::guidance => self.guidance(node),
            Rule::define => self.define(node),
            Rule::unmodelled => self.unmodelled(node),
            Rule::suspend => self.act(node, ActKind::Suspend),
            Rule::resume => self.act(node, ActKind::Resume),
            Rule::extend => self.act(node, ActKind::Extend),
            Rule::repeal => self.act(node, ActKind::Repeal),
            Rule::amend => self.amend(node),
            Rule::cover => self.cover(node),
            Rule::assumption => self.assumption(node),
            Rule::always => self.always(node),
            Rule::monotone => self.monotone(node),
            Rule::accept => self.accept(node),
            Rule::example => self.example(node),
            _ => self.clause(node),
        }
    }
}
