//! What the passes of the checker share: the names that are declared, the problems found, what has been used.

use super::policy::*;
use super::types::{RecordId, Type};
use super::vocabulary::{Enum, Record, Word};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{Sources, Span};
use crate::syntax::ast;
use crate::value::Code;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::collections::BTreeSet;

/// A list, resolved.
#[derive(Debug)]
pub(crate) struct ListEntries {
    pub(crate) ty: Type,
    pub(crate) entries: Vec<Entry>,
}

/// How far a definition has come.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Nobody has asked for it.
    Untouched,
    /// Somebody is at it: who asks now asks in a circle.
    Under,
    /// Its place among the definitions, or nothing where it is broken.
    Done(Option<usize>),
}

/// The kinds of declarations that ought to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Definition,
    List,
    Question,
    Duty,
    Record,
    Enum,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Definition => "definition",
            Kind::List => "list",
            Kind::Question => "question",
            Kind::Duty => "duty",
            Kind::Record => "record",
            Kind::Enum => "enum",
        }
    }
}

/// A definition as written.
pub(crate) struct DefineBlock<'a> {
    pub(crate) name: &'a ast::Name,
    pub(crate) parameters: &'a [ast::Parameter],
    pub(crate) body: &'a ast::Expr,
    pub(crate) span: Span,
}

/// The state of a check.
pub(crate) struct Context<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Every word of the blocks that did not parse: what they would have declared is not called unknown.
    pub(crate) broken: HashSet<String>,
    /// Types that are declared twice: what they are is not known.
    pub(crate) duplicated: HashSet<String>,
    pub(crate) outcomes: Vec<Word>,
    pub(crate) records: Vec<Record>,
    pub(crate) record_ids: HashMap<String, RecordId>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) enum_ids: HashMap<String, usize>,
    pub(crate) lists: HashMap<String, Option<ListEntries>>,
    pub(crate) questions: Vec<Question>,
    pub(crate) question_ids: HashMap<String, usize>,
    pub(crate) duties: Vec<Duty>,
    pub(crate) duty_ids: HashMap<String, usize>,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) instrument_ids: HashMap<String, usize>,
    pub(crate) categories: Vec<Category>,
    pub(crate) category_ids: HashMap<Code, usize>,
    pub(crate) define_blocks: HashMap<String, (DefineBlock<'a>, Progress)>,
    pub(crate) defines: Vec<Define>,
    /// Definitions under way, innermost last, for finding recursion.
    pub(crate) underway: Vec<String>,
    /// Definitions that were asked for in a circle.
    pub(crate) circular: HashSet<String>,
    pub(crate) codes: HashSet<Code>,
    pub(crate) used: BTreeSet<(Kind, String)>,
    pub(crate) variables: usize,
}

impl<'a> Context<'a> {
    pub(crate) fn new(sources: &'a Sources, broken: HashSet<String>) -> Context<'a> {
        Context {
            sources,
            diagnostics: Vec::new(),
            broken,
            duplicated: HashSet::new(),
            outcomes: Vec::new(),
            records: Vec::new(),
            record_ids: HashMap::new(),
            enums: Vec::new(),
            enum_ids: HashMap::new(),
            lists: HashMap::new(),
            questions: Vec::new(),
            question_ids: HashMap::new(),
            duties: Vec::new(),
            duty_ids: HashMap::new(),
            instruments: Vec::new(),
            instrument_ids: HashMap::new(),
            categories: Vec::new(),
            category_ids: HashMap::new(),
            define_blocks: HashMap::new(),
            defines: Vec::new(),
            underway: Vec::new(),
            circular: HashSet::new(),
            codes: HashSet::new(),
            used: BTreeSet::new(),
            variables: 0,
        }
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A name that nothing declares, with the one that was probably meant; silent where a broken block may have declared it.
    pub(crate) fn unknown(&mut self, name: &ast::Name, what: &str, known: impl IntoIterator<Item = String>) {
        if self.broken.contains(&name.text) {
            return;
        }
        let mut known: Vec<String> = known.into_iter().collect();
        known.sort();
        known.dedup();
        let near = nearest(&name.text, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if known.is_empty() => None,
            None if known.len() <= 12 => Some(format!("known: {}", super::scalar::list_of(known.iter().map(String::as_str)))),
            None => None,
        };
        let message = format!("there is no {what} `{}`", name.text);
        self.report(Diagnostic::error("ukase::check::unknown_name", name.span, message).maybe_help(help));
    }

    pub(crate) fn duplicate(&mut self, what: &str, name: &str, first: Span, again: Span) {
        let message = match what.split_once(" of ") {
            Some((what, whole)) => format!("the {what} `{name}` of {whole} is declared twice"),
            None => format!("{what} `{name}` is declared twice"),
        };
        let is_before = again.source == first.source && again.start < first.start;
        let (first, again) = if is_before { (again, first) } else { (first, again) };
        let diagnostic = Diagnostic::error("ukase::check::duplicate", again, message).because("again here");
        self.report(diagnostic.also(first, "first here").help("rename one of them, or remove it"));
    }

    pub(crate) fn describe(&self, ty: &Type) -> String {
        ty.describe(&self.records, &self.enums)
    }

    pub(crate) fn fresh(&mut self) -> Variable {
        self.variables += 1;
        self.variables
    }

    pub(crate) fn shipment(&self, span: Span) -> Typed {
        Typed { span, ty: Type::Record(0), kind: TypedKind::Shipment }
    }

    /// The type written so.
    pub(crate) fn resolve_type(&mut self, ty: &ast::TypeName) -> Option<Type> {
        match ty {
            ast::TypeName::Named(name) => self.named_type(name),
            ast::TypeName::Set(of) => match self.named_type(of)? {
                Type::Record(_) | Type::Truth => {
                    let message = "a set holds words, codes, countries, texts or dates";
                    self.report(Diagnostic::error("ukase::check::type", of.span, message).help("write `list of` for records"));
                    None
                }
                of => Some(Type::Set(Box::new(of))),
            },
            ast::TypeName::List(of) => self.record_type(of, "list").map(Type::List),
            ast::TypeName::Register(of) => self.record_type(of, "register").map(Type::Register),
            ast::TypeName::Quantity(unit) => match crate::value::Unit::find(&unit.text) {
                Some(found) => Some(Type::Quantity(found.dimension)),
                None => {
                    self.unknown(unit, "unit", crate::value::Unit::symbols().map(String::from));
                    None
                }
            },
        }
    }

    fn record_type(&mut self, of: &ast::Name, what: &str) -> Option<RecordId> {
        match self.named_type(of)? {
            Type::Record(id) => Some(id),
            _ => {
                let message = format!("a {what} holds records, and `{}` is none", of.text);
                self.report(Diagnostic::error("ukase::check::type", of.span, message).help("write `set of` for single values"));
                None
            }
        }
    }

    fn named_type(&mut self, name: &ast::Name) -> Option<Type> {
        if self.duplicated.contains(&name.text) {
            return None;
        }
        let ty = match name.text.as_str() {
            "truth" => Type::Truth,
            "integer" => Type::Integer,
            "decimal" => Type::Decimal,
            "percent" => Type::Percent,
            "money" => Type::Money,
            "date" => Type::Date,
            "text" => Type::Text,
            "country" => Type::Country,
            "code" => Type::Code,
            other => {
                if let Some(id) = self.record_ids.get(other) {
                    self.used.insert((Kind::Record, other.into()));
                    return Some(Type::Record(*id));
                }
                if let Some(id) = self.enum_ids.get(other) {
                    self.used.insert((Kind::Enum, other.into()));
                    return Some(Type::Enum(*id));
                }
                let basic = ["truth", "integer", "decimal", "percent", "money", "date", "text", "country", "code"];
                let known: Vec<String> = basic
                    .iter()
                    .map(|one| one.to_string())
                    .chain(self.record_ids.keys().cloned())
                    .chain(self.enum_ids.keys().cloned())
                    .collect();
                self.unknown(name, "type", known);
                return None;
            }
        };
        Some(ty)
    }

    /// A reading of a question.
    pub(crate) fn reading(&mut self, reference: &ast::ReadingRef) -> Option<Reading> {
        let Some(question) = self.question_ids.get(&reference.question.text).copied() else {
            let known: Vec<String> = self.question_ids.keys().cloned().collect();
            self.unknown(&reference.question, "question", known);
            return None;
        };
        self.used.insert((Kind::Question, reference.question.text.clone()));
        let readings = &self.questions[question].readings;
        match readings.iter().position(|reading| reading.name == reference.reading.text) {
            Some(reading) => Some(Reading { question, reading }),
            None => {
                let known: Vec<String> = readings.iter().map(|reading| reading.name.clone()).collect();
                self.unknown(&reference.reading, &format!("reading of `{}` called", reference.question.text), known);
                None
            }
        }
    }

    /// An outcome of the scale.
    pub(crate) fn outcome(&mut self, name: &ast::Name) -> Option<usize> {
        let found = self.outcomes.iter().position(|outcome| outcome.name == name.text);
        if found.is_none() && !self.broken.contains(&name.text) && !self.outcomes.is_empty() {
            let known: Vec<String> = self.outcomes.iter().map(|outcome| outcome.name.clone()).collect();
            let near = nearest(&name.text, known.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the scale has {}", super::scalar::list_of(known.iter().map(String::as_str))),
            };
            let message = format!("the scale has no outcome `{}`", name.text);
            self.report(Diagnostic::error("ukase::check::unknown_outcome", name.span, message).help(help));
        }
        found
    }
}
