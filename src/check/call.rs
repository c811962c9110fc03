//! Calls of definitions and functions; a definition is checked when it is first asked for.

use super::context::{Context, Kind, Progress};
use super::expression::{Locals, constant, truth, typed};
use super::functions::{FUNCTIONS, Signature};
use super::policy::*;
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Expr, Name};
use crate::value::Value;

const TYPE: &str = "ukase::check::type";

impl Context<'_> {
    pub(super) fn call(&mut self, span: Span, name: &Name, arguments: &[Expr], locals: &Locals) -> Option<Typed> {
        if let Some(signature) = Signature::find(&name.text) {
            return self.function(span, signature, arguments, locals);
        }
        if !self.define_blocks.contains_key(&name.text) {
            let known: Vec<String> =
                self.define_blocks.keys().cloned().chain(FUNCTIONS.iter().map(|one| one.name.to_string())).collect();
            self.unknown(name, "definition or function", known);
            return None;
        }
        self.used.insert((Kind::Definition, name.text.clone()));
        let parameters = self.parameters(&name.text)?;
        if parameters.len() != arguments.len() {
            let message = format!("`{}` takes {}, and {} given here", name.text, count(parameters.len()), given(arguments.len()));
            self.report(Diagnostic::error("ukase::check::arguments", span, message));
            return None;
        }
        let mut typed_arguments = Vec::new();
        for (argument, (_, ty)) in arguments.iter().zip(&parameters) {
            let found = self.expr(argument, locals, Some(ty))?;
            typed_arguments.push(self.fit(found, ty)?);
        }
        match self.define(&name.text)? {
            Some(id) => {
                let ty = self.defines[id].body.ty.clone();
                Some(typed(span, ty, TypedKind::Call(id, typed_arguments)))
            }
            None => Some(truth(span, TypedKind::Call(self.place_of(&name.text), typed_arguments))),
        }
    }

    pub(super) fn function(
        &mut self,
        span: Span,
        signature: &'static Signature,
        arguments: &[Expr],
        locals: &Locals,
    ) -> Option<Typed> {
        if signature.arity != arguments.len() {
            let message =
                format!("`{}` takes {}, and {} given here", signature.name, count(signature.arity), given(arguments.len()));
            self.report(Diagnostic::error("ukase::check::arguments", span, message));
            return None;
        }
        let found: Vec<Option<Typed>> = arguments.iter().map(|argument| self.expr(argument, locals, None)).collect();
        let found: Vec<Typed> = found.into_iter().collect::<Option<_>>()?;
        for pair in found.windows(2) {
            self.same_currency(&pair[0], &pair[1], "compared")?;
        }
        let types: Vec<Type> = found.iter().map(|one| one.ty.clone()).collect();
        match signature.result(&types) {
            Ok(ty) => Some(typed(span, ty, TypedKind::Function(signature.function, found))),
            Err(wanted) => {
                let message = format!("`{}` takes {wanted}", signature.name);
                self.report(Diagnostic::error(TYPE, span, message));
                None
            }
        }
    }

    /// The parameters of a definition with their types, resolved once.
    pub(super) fn parameters(&mut self, name: &str) -> Option<Vec<(String, Type)>> {
        let (block, _) = self.define_blocks.get(name)?;
        let parameters = block.parameters;
        let mut resolved = Vec::new();
        for parameter in parameters {
            let ty = match &parameter.ty {
                Some(ty) => self.resolve_type(ty)?,
                None => match self.record_ids.get(&parameter.name.text) {
                    Some(id) => {
                        self.used.insert((Kind::Record, parameter.name.text.clone()));
                        Type::Record(*id)
                    }
                    None => {
                        self.untyped_parameter(&parameter.name);
                        return None;
                    }
                },
            };
            resolved.push((parameter.name.text.clone(), ty));
        }
        Some(resolved)
    }

    pub(super) fn untyped_parameter(&mut self, name: &Name) {
        if self.broken.contains(&name.text)
            || self.diagnostics.iter().any(|one| one.labels.first().map(|label| label.span) == Some(name.span))
        {
            return;
        }
        let message = format!("the parameter `{}` is not named like a record, and has no type", name.text);
        let diagnostic = Diagnostic::error("ukase::check::unknown_name", name.span, message);
        self.report(diagnostic.help(format!("name it like a record, or write its type: `{}: percent`", name.text)));
    }

    /// The place of a definition, checked on first use. `Some(None)`: it is being checked, so this is a circle.
    pub(super) fn define(&mut self, name: &str) -> Option<Option<usize>> {
        match &self.define_blocks.get(name)?.1 {
            Progress::Done(place) => return place.map(Some),
            Progress::Under => {
                let from = self.underway.iter().position(|one| one == name).unwrap_or(0);
                self.circular.extend(self.underway[from..].iter().cloned());
                return Some(None);
            }
            Progress::Untouched => {}
        }
        self.check_define(name).map(Some)
    }

    /// Reserved while a definition is under way, so that a circle can name it.
    pub(super) fn place_of(&self, name: &str) -> usize {
        self.defines.iter().position(|define| define.name == name).unwrap_or(0)
    }

    /// Checks a definition and gives it a place.
    pub(crate) fn check_define(&mut self, name: &str) -> Option<usize> {
        let (block, progress) = self.define_blocks.get_mut(name)?;
        if let Progress::Done(place) = progress {
            return *place;
        }
        let (body, span) = (block.body, block.span);
        *progress = Progress::Under;
        let parameters = self.parameters(name);
        let place = parameters.and_then(|parameters| self.define_body(name, parameters, body, span));
        if let Some((_, progress)) = self.define_blocks.get_mut(name) {
            *progress = Progress::Done(place);
        }
        place
    }

    pub(super) fn define_body(&mut self, name: &str, parameters: Vec<(String, Type)>, body: &Expr, span: Span) -> Option<usize> {
        let mut locals = Locals::default();
        let mut variables = Vec::new();
        let names = parameters.iter().map(|(name, _)| name.clone()).collect();
        for (parameter, ty) in parameters {
            let variable = self.fresh();
            locals = locals.with(&parameter, typed(span, ty.clone(), TypedKind::Variable(variable)));
            variables.push((variable, ty));
        }
        let place = self.defines.len();
        let unknown = constant(span, Type::Truth, Value::Truth(Default::default()));
        self.defines.push(Define { name: name.into(), parameters: variables, names, body: unknown, recursive: false, span });
        self.underway.push(name.to_string());
        let found = self.expr(body, &locals, None);
        self.underway.pop();
        let recursive = self.circular.contains(name);
        let found = found?;
        if recursive && found.ty != Type::Truth {
            let message = format!("`{name}` refers to itself, and only a truth may");
            self.report(Diagnostic::error("ukase::check::not_monotone", span, message));
            return None;
        }
        self.defines[place].body = found;
        self.defines[place].recursive = recursive;
        Some(place)
    }
}

fn given(number: usize) -> String {
    match number {
        0 => "none is".into(),
        1 => "one is".into(),
        _ => format!("{number} are"),
    }
}

fn count(number: usize) -> String {
    match number {
        0 => "no argument".into(),
        1 => "one argument".into(),
        _ => format!("{number} arguments"),
    }
}
