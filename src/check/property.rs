//! What a policy claims of itself: properties that have to hold for every shipment, and findings that it accepts.

use super::context::Context;
use super::declare::Placed;
use super::expression::{Locals, typed};
use super::policy::*;
use super::types::Type;
use super::vocabulary::Enum;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{self, BlockKind};
use std::collections::HashMap;

/// The name that stands for the verdict in a property.
const OUTCOME: &str = "outcome";

/// The properties and the accepted findings of a policy.
#[derive(Default)]
pub(crate) struct Claims {
    pub(crate) properties: Vec<Property>,
    pub(crate) accepted: Vec<Accepted>,
}

impl Context<'_> {
    /// Checks what a policy claims of itself.
    pub(crate) fn claims(&mut self, placed: &[Placed<'_>]) -> Claims {
        let mut claims = Claims::default();
        let mut spans: HashMap<&str, Span> = HashMap::new();
        let mut scale = None;
        for one in placed {
            let (title, span) = match &one.block.kind {
                BlockKind::Always { title, .. } | BlockKind::Monotone { title, .. } => (title, one.block.span),
                BlockKind::Accept { finding, subjects, about, because } => {
                    claims.accepted.extend(self.accepted(finding, subjects, about.as_deref(), because, one.block.span));
                    continue;
                }
                _ => continue,
            };
            if let Some(first) = spans.insert(&title.text, span) {
                self.duplicate("property", &title.text, first, span);
                continue;
            }
            let says = match &one.block.kind {
                BlockKind::Always { body, .. } => {
                    let scale = *scale.get_or_insert_with(|| self.scale(span));
                    self.always(body, scale)
                }
                BlockKind::Monotone { path, .. } => self.monotone(path),
                _ => None,
            };
            claims.properties.extend(says.map(|says| Property { title: title.clone(), says, span }));
        }
        claims
    }

    /// The scale of outcomes, as an enum whose order means something.
    fn scale(&mut self, span: Span) -> usize {
        self.enums.push(Enum { name: OUTCOME.into(), words: self.outcomes.clone(), ordered: true, open: false, span });
        self.enums.len() - 1
    }

    fn always(&mut self, body: &ast::Expr, scale: usize) -> Option<Claim> {
        let outcome = self.fresh();
        let meaning = typed(body.span, Type::Enum(scale), TypedKind::Variable(outcome));
        let body = self.condition(body, &Locals::default().with(OUTCOME, meaning))?;
        Some(Claim::Always { body, outcome, scale })
    }

    fn monotone(&mut self, path: &ast::Path) -> Option<Claim> {
        let mut record = 0;
        let mut steps = Vec::new();
        for (at, name) in path.names.iter().enumerate() {
            let Some(field) = self.records.get(record)?.field(&name.text) else {
                let known: Vec<String> = self.records[record].fields.iter().map(|field| field.name.clone()).collect();
                self.unknown(name, &format!("fact of `{}` called", self.records[record].name), known);
                return None;
            };
            steps.push((record, field));
            match (&self.records[record].fields[field].ty, at + 1 == path.names.len()) {
                (Type::Record(next) | Type::List(next), false) => record = *next,
                (ty, true) if self.has_more_and_less(ty) => return Some(Claim::Monotone { path: steps }),
                (ty, _) => {
                    let ty = ty.clone();
                    let message = format!("there is no more and less of `{}`: it is {}", name.text, self.describe(&ty));
                    let help = "name an amount, a date, a truth, a set, or a word of an `enum … ordered`";
                    self.report(Diagnostic::error("ukase::check::type", name.span, message).help(help));
                    return None;
                }
            }
        }
        None
    }

    fn has_more_and_less(&self, ty: &Type) -> bool {
        match ty {
            Type::Enum(id) => self.enums[*id].ordered,
            Type::Truth | Type::Date | Type::Set(_) => true,
            ty => ty.is_number(),
        }
    }

    fn accepted(
        &mut self,
        finding: &ast::Name,
        subjects: &[ast::Name],
        about: Option<&str>,
        because: &str,
        span: Span,
    ) -> Option<Accepted> {
        let Some(kind) = FindingKind::ALL.into_iter().find(|kind| kind.name() == finding.text) else {
            let known = FindingKind::ALL.map(FindingKind::name);
            let help = match nearest(&finding.text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            let message = format!("no finding is called `{}`", finding.text);
            self.report(Diagnostic::error("ukase::check::unknown_name", finding.span, message).help(help));
            return None;
        };
        Some(Accepted {
            kind,
            subjects: subjects.iter().map(|subject| subject.text.clone()).collect(),
            about: about.map(String::from),
            because: because.to_string(),
            span,
        })
    }
}
