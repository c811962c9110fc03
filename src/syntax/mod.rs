//! Text to tree. The only place that knows pest.
//!
//! [`parse`] returns a tree *and* diagnostics: a broken block gives one diagnostic and is left out, all others are there.

pub mod ast;
pub(crate) mod blocks;
mod build;
mod comments;
mod expected;
mod expression;
pub mod format;
mod nesting;
mod parallel;
mod scan;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources, Span};
use ast::Block;
use blocks::Piece;
use grammar::{PolicyParser, Rule};
pub(crate) use parallel::parse_files;
use pest::Parser;

/// The rules of `grammar/policy.pest`.
mod grammar {
    #![allow(missing_docs, reason = "the derive gives its rules no documentation; `expected.rs` has the word for each")]

    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/policy.pest"]
    pub(super) struct PolicyParser;
}

/// One parsed file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Which.
    pub source: SourceId,
    /// Its blocks in the order of the text.
    pub blocks: Vec<Block>,
}

/// Parses one file of a policy.
///
/// ```
/// use ukase::source::{SourceId, Sources};
/// let sources = Sources::of_text("p.ukase", "language 1\nclause I \"a clause\"\n    when true &&\n");
/// let (file, diagnostics) = ukase::syntax::parse(&sources, SourceId(0));
/// assert_eq!(file.blocks.len(), 1);
/// assert_eq!(diagnostics.len(), 1);
/// ```
pub fn parse(sources: &Sources, source: SourceId) -> (File, Vec<Diagnostic>) {
    parse_files(sources, &[source], |_| true).pop().unwrap_or_else(|| (File { source, blocks: Vec::new() }, Vec::new()))
}

/// Parses some pieces of a file: the blocks whose keyword is wanted, the others are passed over.
fn parse_pieces(source: SourceId, text: &str, pieces: &[Piece], wanted: fn(&str) -> bool) -> (Vec<Block>, Vec<Diagnostic>) {
    let (mut blocks, mut diagnostics) = (Vec::new(), Vec::new());
    for piece in pieces {
        let span = Span::new(source, piece.range.start, piece.range.end);
        let Some(keyword) = piece.keyword else {
            diagnostics.push(expected::stray(span, &text[piece.range.clone()]));
            continue;
        };
        diagnostics.extend(piece.unindented.iter().map(|at| expected::unindented(source, text, *at)));
        if !wanted(keyword) {
            continue;
        }
        match parse_block(keyword, &text[piece.range.clone()], span) {
            Ok((kind, mut found)) => {
                let broken = found.iter().any(Diagnostic::is_error);
                diagnostics.append(&mut found);
                if !broken {
                    let doc = comments::doc_above(text, piece.range.start);
                    blocks.push(Block { span, doc, kind });
                }
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    (blocks, diagnostics)
}

fn parse_block(keyword: &str, text: &str, span: Span) -> Result<(ast::BlockKind, Vec<Diagnostic>), Box<Diagnostic>> {
    if let Some(at) = nesting::too_deep(text) {
        return Err(Box::new(expected::nested(text, at, span)));
    }
    let rule = build::rule_of(keyword);
    let code = comments::without_comments(text);
    let mut pairs = PolicyParser::parse(rule, &code).map_err(|error| Box::new(expected::diagnose(&error, text, span)))?;
    let mut builder = build::Builder::new(text, span);
    let kind = pairs.next().map(|pair| builder.block(pair));
    match kind {
        Some(kind) => Ok((kind, builder.diagnostics)),
        None => Err(Box::new(Diagnostic::error("ukase::syntax::expected", span, "this block is empty"))),
    }
}
