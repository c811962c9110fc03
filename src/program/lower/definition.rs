//! Definitions: those that have rows of their own, and those that are written out where they are called.

use super::{Lowered, Lowering, Place};
use crate::check::{RecordId, Type, Typed, Variable};
use crate::program::node::{Access, Node, NodeId, Op};
use crate::program::trace::{Trace, TraceKind};
use crate::program::typed::written_out;
use crate::source::Span;

impl Lowering<'_> {
    /// A definition about one record, or about the shipment, is a column of that record's rows; another is written out.
    pub(super) fn call(&mut self, span: Span, define: usize, arguments: &[Typed], place: &Place) -> Lowered {
        let policy = self.policy;
        let parameters = &policy.defines[define].parameters;
        match (parameters.as_slice(), arguments) {
            ([], _) => {
                let node = self.column(define, 0, None);
                let row = if place.scope == 0 { Vec::new() } else { vec![Access::Root] };
                self.called(span, define, node, row, place)
            }
            ([(variable, Type::Record(record))], [argument]) => {
                let node = self.column(define, *record, Some(*variable));
                let row = self.row_path(argument, place);
                self.called(span, define, node, row, place)
            }
            _ => {
                let values: Vec<(Variable, Typed)> =
                    parameters.iter().zip(arguments).map(|((variable, _), argument)| (*variable, argument.clone())).collect();
                let body = written_out(&policy.defines[define].body, &values);
                let mut lowered = self.lower(&body, place);
                let names = policy.defines[define].names.iter().cloned().zip(arguments.iter().map(|argument| argument.span));
                lowered.trace.rename(&names.collect());
                lowered
            }
        }
    }

    fn called(&mut self, span: Span, define: usize, node: NodeId, row: Vec<Access>, place: &Place) -> Lowered {
        let node = self.reach(node, place.scope, &row);
        let kind = match self.policy.defines[define].body.ty {
            Type::Truth => TraceKind::Call { define, row },
            _ => TraceKind::Test,
        };
        Lowered { node, trace: Trace { span, enter: Vec::new(), node, kind, renames: Vec::new() } }
    }

    fn column(&mut self, define: usize, record: RecordId, variable: Option<Variable>) -> NodeId {
        if let Some(node) = self.columns.get(&define) {
            return *node;
        }
        let policy = self.policy;
        let body = &policy.defines[define].body;
        let place = match variable {
            Some(variable) => Place::of_record(record, variable),
            None => Place::shipment(),
        };
        if !policy.defines[define].recursive {
            let lowered = self.lower(body, &place);
            self.definitions[define] = Some((place.scope, lowered.trace));
            self.columns.insert(define, lowered.node);
            return lowered.node;
        }
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node::new(record, Op::Fixpoint { body: id, end: id }, &[]));
        self.columns.insert(define, id);
        // Inside the circle nothing known from outside may depend on it, and nothing new may be shared before it is closed.
        let lowered = self.lower(body, &place);
        let end = self.nodes.len() as NodeId - 1;
        self.nodes[id as usize].op = Op::Fixpoint { body: lowered.node, end };
        self.definitions[define] = Some((place.scope, lowered.trace));
        id
    }
}
