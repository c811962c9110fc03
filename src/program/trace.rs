//! Which node stands for which words: what an explanation needs beside the values.

use super::node::{Access, NodeId, Over};
use crate::source::Span;
use crate::syntax::ast::Quantifier;
use std::sync::Arc;

/// A condition as it was written, with its nodes.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The words.
    pub span: Span,
    /// From the row of the trace around it to its own row.
    pub enter: Vec<Access>,
    /// Its node, on its own row.
    pub node: NodeId,
    /// How it is put together.
    pub kind: TraceKind,
    /// For each definition that was written out here, the innermost first: the names of its parameters, and the words that stand for
    /// them.
    pub renames: Vec<Arc<[(String, Span)]>>,
}

impl Trace {
    /// Notes what stands for the parameters of a definition that was written out, in all parts.
    pub(super) fn rename(&mut self, names: &Arc<[(String, Span)]>) {
        self.renames.push(names.clone());
        match &mut self.kind {
            TraceKind::And(parts) | TraceKind::Or(parts) => parts.iter_mut().for_each(|part| part.rename(names)),
            TraceKind::Not(inner) => inner.rename(names),
            TraceKind::Each { filter, body, .. } => {
                filter.iter_mut().for_each(|filter| filter.rename(names));
                body.rename(names);
            }
            TraceKind::Call { .. } | TraceKind::Test => {}
        }
    }
}

/// How a condition is put together.
#[derive(Debug, Clone)]
pub enum TraceKind {
    /// All of these.
    And(Vec<Trace>),
    /// One of these.
    Or(Vec<Trace>),
    /// Not this.
    Not(Box<Trace>),
    /// A quantifier: the filter and the body for each element.
    Each {
        /// `any`, `all`, `no`
        word: Quantifier,
        /// The list.
        over: Over,
        /// The condition after `where`.
        filter: Option<Box<Trace>>,
        /// The condition after `satisfies`.
        body: Box<Trace>,
    },
    /// A truth defined elsewhere: its explanation stands among the program's definitions, on the row that `row` leads to.
    Call {
        /// The definition.
        define: usize,
        /// The way to its row.
        row: Vec<Access>,
    },
    /// A single test.
    Test,
}
