//! Which facts a program asks for.

use super::Program;
use super::node::{Access, Op, Over, Scope, ScopeId};
use crate::check::{CheckedPolicy, FieldId, Inherits, RecordId};
use std::collections::BTreeSet;

impl Program {
    /// The facts that some clause, cover or property asks for, wherever their records stand: of each record the fields that are read, followed or gone
    /// over, and those that they inherit from.
    pub fn facts_asked(&self, policy: &CheckedPolicy) -> BTreeSet<(RecordId, FieldId)> {
        let mut asked = BTreeSet::new();
        for scope in &self.scopes {
            if let Scope::Join { outer, path, list, .. } = scope {
                let at = path.iter().fold(*outer, |at, step| {
                    asked.extend(self.followed(at, *step));
                    step.from(at, &self.scopes, policy)
                });
                asked.insert((self.record_of(at), *list));
            }
        }
        for node in &self.nodes {
            let record = self.record_of(node.scope);
            match &node.op {
                Op::Cell(field) | Op::Match { code: field, .. } => _ = asked.insert((record, *field)),
                Op::Follow(field, _) => asked.extend(self.followed(node.scope, Access::Follow(*field))),
                Op::Any(fold, _) | Op::Sum(fold, _) | Op::Count(fold) => {
                    if let Over::List(list) = fold.over {
                        asked.insert((record, list));
                    }
                }
                Op::Day => asked.extend(policy.day_field().map(|field| (0, field))),
                _ => {}
            }
        }
        let mut heirs: Vec<(RecordId, FieldId)> = asked.iter().copied().collect();
        while let Some((record, field)) = heirs.pop() {
            let source = match policy.records[record].fields[field].inherits {
                Some(Inherits::Shipment(source)) => (0, source),
                Some(Inherits::Beside(source)) => (record, source),
                None => continue,
            };
            if asked.insert(source) {
                heirs.push(source);
            }
        }
        asked
    }

    /// The fact that a step follows.
    fn followed(&self, scope: ScopeId, step: Access) -> Option<(RecordId, FieldId)> {
        match step {
            Access::Follow(field) => Some((self.record_of(scope), field)),
            Access::Root | Access::Outer | Access::Element => None,
        }
    }
}
