//! Which node stands for which words: what an explanation needs beside the values.

use super::node::{Access, NodeId, Over};
use crate::source::Span;

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
