//! Quantifiers, counts and sums: folds of a list that a row reaches.

use super::{Lowered, Lowering, Place, inside};
use crate::check::{Type, Typed, TypedKind, Variable};
use crate::program::node::{Access, Fold, NodeId, Op, Over, ScopeId};
use crate::program::trace::{Trace, TraceKind};
use crate::program::typed::free_variables;
use crate::source::Span;
use crate::syntax::ast::Quantifier;
use std::collections::BTreeSet;

impl Lowering<'_> {
    /// The list, and where filter and body are computed: among the elements where that suffices, otherwise in a join.
    fn over(&mut self, variable: Variable, over: &Typed, parts: &[&Typed], place: &Place) -> (Over, Place, Vec<Access>) {
        let (Type::List(element), TypedKind::Field(base, list)) = (&over.ty, &over.kind) else {
            return (Over::List(0), place.clone(), Vec::new());
        };
        let mut free = BTreeSet::new();
        parts.iter().for_each(|part| free_variables(part, &mut free));
        let alone = free.iter().all(|one| *one == variable || place.find(*one).is_none());
        let path = self.row_path(base, place);
        if alone {
            (Over::List(*list), Place::of_record(*element, variable), path)
        } else {
            let scope = self.join(place.scope, path, *list, *element);
            (Over::Join(scope), inside(place, scope, variable, *element), Vec::new())
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    pub(super) fn quantifier(
        &mut self,
        span: Span,
        word: Quantifier,
        variable: Variable,
        over: &Typed,
        filter: Option<&Typed>,
        body: &Typed,
        place: &Place,
    ) -> Lowered {
        let parts: Vec<&Typed> = filter.into_iter().chain([body]).collect();
        let (list, within, path) = self.over(variable, over, &parts, place);
        let filter = filter.map(|filter| self.lower(filter, &within));
        let body = self.lower(body, &within);
        let owner = match list {
            Over::List(_) => self.scope_at(place.scope, &path),
            Over::Join(_) => place.scope,
        };
        let fold = Fold { over: list, filter: filter.as_ref().map(|filter| filter.node) };
        let found = match word {
            Quantifier::Any => self.node(owner, Op::Any(fold, body.node)),
            Quantifier::No => {
                let any = self.node(owner, Op::Any(fold, body.node));
                self.node(owner, Op::Not(any))
            }
            Quantifier::All => {
                let fails = self.node(within.scope, Op::Not(body.node));
                let any = self.node(owner, Op::Any(fold, fails));
                self.node(owner, Op::Not(any))
            }
        };
        let kind =
            TraceKind::Each { word, over: list, filter: filter.map(|filter| Box::new(filter.trace)), body: Box::new(body.trace) };
        let trace = Trace { span, enter: path.clone(), node: found, kind, renames: Vec::new() };
        Lowered { node: self.reach(found, place.scope, &path), trace }
    }

    pub(super) fn fold(
        &mut self,
        variable: Variable,
        over: &Typed,
        filter: Option<&Typed>,
        value: Option<&Typed>,
        place: &Place,
    ) -> NodeId {
        let parts: Vec<&Typed> = filter.into_iter().chain(value).collect();
        let (list, within, path) = self.over(variable, over, &parts, place);
        let filter = filter.map(|filter| self.lower(filter, &within).node);
        let value = value.map(|value| self.lower(value, &within).node);
        let owner = match list {
            Over::List(_) => self.scope_at(place.scope, &path),
            Over::Join(_) => place.scope,
        };
        let fold = Fold { over: list, filter };
        let op = match value {
            Some(value) => Op::Sum(fold, value),
            None => Op::Count(fold),
        };
        let node = self.node(owner, op);
        self.reach(node, place.scope, &path)
    }

    fn scope_at(&self, scope: ScopeId, path: &[Access]) -> ScopeId {
        path.iter().fold(scope, |scope, step| step.from(scope, &self.scopes, self.policy))
    }
}
