//! The first pass: what the blocks declare, before any expression is looked at.

use super::context::{Context, DefineBlock, Kind, Progress};
use super::names::{Lookalikes, inspect};
use super::policy::*;
use super::types::{FieldId, RecordId, Type};
use super::vocabulary::{Enum, Field, Inherits, Record, Word};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, Block, BlockKind, Expr, ExprKind, Name};
use crate::value::{Classified, Code, Set, Value};
use foldhash::{HashMap, HashMapExt};
use std::sync::Arc;

/// A block and the instrument whose file part it stands in.
pub(crate) struct Placed<'a> {
    pub(crate) block: &'a Block,
    pub(crate) instrument: Option<usize>,
}

impl<'a> Context<'a> {
    /// Declares everything; gives back the blocks with their instruments.
    pub(crate) fn declare(&mut self, files: &'a [crate::syntax::File]) -> Vec<Placed<'a>> {
        let blocks: Vec<&Block> = files.iter().flat_map(|file| &file.blocks).collect();
        self.inspect_names(&blocks);
        self.declare_types(&blocks);
        self.declare_fields(&blocks);
        self.declare_questions(&blocks);
        self.declare_duties(&blocks);
        self.declare_defines(&blocks);
        let placed = self.declare_instruments(files);
        self.declare_categories(&placed);
        self.declare_lists(&blocks);
        self.lookups(&blocks);
        self.defaults(&blocks);
        placed
    }

    fn inspect_names(&mut self, blocks: &[&Block]) {
        let mut lookalikes = Lookalikes::default();
        for name in blocks.iter().flat_map(|block| declared(&block.kind)) {
            let found = inspect(name).or_else(|| lookalikes.check(name));
            self.diagnostics.extend(found);
        }
    }

    fn declare_types(&mut self, blocks: &[&Block]) {
        let facts = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Facts { .. }));
        let records = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Record { .. }));
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for block in facts.chain(records) {
            let (BlockKind::Facts { name, .. } | BlockKind::Record { name, .. }) = &block.kind else { continue };
            let is_facts = matches!(block.kind, BlockKind::Facts { .. });
            if is_facts && !self.records.is_empty() {
                let message = "the facts of a shipment are declared twice";
                let diagnostic = Diagnostic::error("ukase::check::duplicate", name.span, message).because("again here");
                self.report(diagnostic.also(self.records[0].span, "first here").help("one policy has one `facts` block"));
                continue;
            }
            if let Some(first) = spans.insert(&name.text, name.span) {
                self.duplicate("record", &name.text, first, name.span);
                continue;
            }
            if self.records.is_empty() && !is_facts {
                self.records.push(empty_record("shipment", name.span));
            }
            self.record_ids.insert(name.text.clone(), self.records.len());
            self.records.push(empty_record(&name.text, name.span));
            if is_facts {
                self.used.insert((Kind::Record, name.text.clone()));
            }
        }
        for block in blocks {
            let BlockKind::Enum { name, ordered, open, variants } = &block.kind else { continue };
            if let Some(first) = spans.insert(&name.text, name.span) {
                self.duplicate("type", &name.text, first, name.span);
                self.duplicated.insert(name.text.clone());
                continue;
            }
            self.enum_ids.insert(name.text.clone(), self.enums.len());
            let words = self.words(&format!("word of `{}`", name.text), variants);
            self.enums.push(Enum { name: name.text.clone(), words, ordered: *ordered, open: *open, span: name.span });
        }
    }

    /// Words of a scale, each once.
    pub(crate) fn words(&mut self, what: &str, variants: &[ast::Variant]) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        for variant in variants {
            if let Some(first) = words.iter().find(|word| word.name == variant.name.text) {
                let first = first.span;
                self.duplicate(what, &variant.name.text, first, variant.name.span);
                continue;
            }
            words.push(Word { name: variant.name.text.clone(), title: variant.title.clone(), span: variant.name.span });
        }
        words
    }

    fn declare_fields(&mut self, blocks: &[&Block]) {
        for block in blocks {
            let (name, fields, keyed_by, classified_by) = match &block.kind {
                BlockKind::Facts { name, fields } => (name, fields, &None, &None),
                BlockKind::Record { name, fields, keyed_by, classified_by } => (name, fields, keyed_by, classified_by),
                _ => continue,
            };
            let Some(id) = self.record_ids.get(&name.text).copied() else { continue };
            if self.records[id].span != name.span {
                continue;
            }
            let fields = self.fields(name, fields);
            if let (0, Some(field)) = (id, fields.iter().find(|field| field.name == "id" && field.ty != Type::Text)) {
                let message = format!("the `id` of a shipment is what it is called, and this is {}", self.describe(&field.ty));
                self.report(
                    Diagnostic::error("ukase::check::type", field.span, message)
                        .help("write `id text`, or name the fact otherwise"),
                );
            }
            self.records[id].fields = fields;
            self.records[id].key = keyed_by.as_ref().and_then(|key| self.special_field(id, key, None));
            self.records[id].classified_by =
                classified_by.as_ref().and_then(|code| self.special_field(id, code, Some(Type::Code)));
        }
        self.inheritance(blocks);
    }

    fn fields(&mut self, record: &Name, fields: &[ast::Field]) -> Vec<Field> {
        let mut declared: Vec<Field> = Vec::new();
        for field in fields {
            if let Some(first) = declared.iter().find(|one| one.name == field.name.text) {
                let first = first.span;
                self.duplicate(&format!("field of `{}`", record.text), &field.name.text, first, field.name.span);
                continue;
            }
            let Some(ty) = self.resolve_type(&field.ty) else {
                self.broken.insert(field.name.text.clone());
                continue;
            };
            if field.of_whole && ty != Type::Percent {
                let message = format!("`{}` is {}, and only shares are `of whole`", field.name.text, self.describe(&ty));
                self.report(Diagnostic::error("ukase::check::type", field.name.span, message));
            }
            declared.push(Field {
                name: field.name.text.clone(),
                ty,
                default: None,
                inherits: None,
                lookup: None,
                of_whole: field.of_whole,
                ask: field.ask.clone(),
                doc: field.doc.clone(),
                span: field.name.span,
            });
        }
        declared
    }

    fn special_field(&mut self, record: usize, name: &Name, wanted: Option<Type>) -> Option<usize> {
        let Some(at) = self.records[record].field(&name.text) else {
            let known: Vec<String> = self.records[record].fields.iter().map(|field| field.name.clone()).collect();
            self.unknown(name, &format!("field of `{}` called", self.records[record].name.clone()), known);
            self.broken.insert("classified".into());
            return None;
        };
        let ty = self.records[record].fields[at].ty.clone();
        match wanted {
            Some(wanted) if wanted != ty => {
                let message = format!("records are classified by a code, and `{}` is {}", name.text, self.describe(&ty));
                self.report(Diagnostic::error("ukase::check::type", name.span, message));
                None
            }
            _ => Some(at),
        }
    }

    /// `inherits`: another field of the record, or one of the shipment.
    fn inheritance(&mut self, blocks: &[&Block]) {
        let mut heirs: Vec<(RecordId, FieldId, &Name)> = Vec::new();
        for block in blocks {
            let (id, fields) = match &block.kind {
                BlockKind::Record { name, fields, .. } => (self.record_ids.get(&name.text).copied(), fields),
                BlockKind::Facts { fields, .. } => (Some(0), fields),
                _ => continue,
            };
            let Some(id) = id else { continue };
            for field in fields {
                let Some(from) = &field.inherits else { continue };
                let Some(at) = self.records[id].field(&field.name.text) else { continue };
                heirs.extend(self.inherit(id, at, from).then_some((id, at, from)));
            }
        }
        for (id, at, from) in heirs {
            self.refuse_circle(id, at, from);
        }
    }

    fn inherit(&mut self, id: RecordId, at: FieldId, from: &Name) -> bool {
        let beside = self.records[id].field(&from.text).filter(|other| *other != at);
        let of_shipment = self.records[0].field(&from.text).filter(|other| (0, *other) != (id, at));
        let (source, there) = match (beside, of_shipment) {
            (Some(field), _) => (Inherits::Beside(field), self.records[id].fields[field].ty.clone()),
            (None, Some(field)) => (Inherits::Shipment(field), self.records[0].fields[field].ty.clone()),
            (None, None) => {
                let fields = self.records[id].fields.iter().chain(&self.records[0].fields);
                let known: Vec<String> = fields.map(|field| field.name.clone()).collect();
                self.unknown(from, "fact of the record or the shipment called", known);
                return false;
            }
        };
        let field = &self.records[id].fields[at];
        let here = field.ty.clone();
        if here != there {
            let (name, here, there) = (&field.name, self.describe(&here), self.describe(&there));
            let message = format!("`{name}` is {here}, and `{}`, which it inherits, is {there}", from.text);
            self.report(Diagnostic::error("ukase::check::type", from.span, message));
            return false;
        }
        self.records[id].fields[at].inherits = Some(source);
        true
    }

    /// Fields that inherit from each other have no value at all: the last of them inherits nothing.
    fn refuse_circle(&mut self, id: RecordId, at: FieldId, from: &Name) {
        let mut next = (id, at);
        let mut seen = Vec::new();
        while let Some(source) = self.records[next.0].fields[next.1].inherits.filter(|_| !seen.contains(&next)) {
            seen.push(next);
            next = match source {
                Inherits::Shipment(field) => (0, field),
                Inherits::Beside(field) => (next.0, field),
            };
            if next == (id, at) {
                self.records[id].fields[at].inherits = None;
                let message = format!("`{}` inherits itself in the end", self.records[id].fields[at].name);
                let help = "let one of the facts on this way inherit nothing";
                self.report(Diagnostic::error("ukase::check::inheritance_cycle", from.span, message).help(help));
                return;
            }
        }
    }

    fn declare_questions(&mut self, blocks: &[&Block]) {
        for block in blocks {
            let BlockKind::Question(question) = &block.kind else { continue };
            if let Some(first) = self.question_ids.get(&question.name.text) {
                let first = self.questions[*first].span;
                self.duplicate("question", &question.name.text, first, question.name.span);
                continue;
            }
            let readings = self.words(&format!("reading of `{}`", question.name.text), &question.readings);
            if readings.len() < 2 {
                let message = format!(
                    "the question `{}` has {}",
                    question.name.text,
                    if readings.is_empty() { "no reading" } else { "one reading" }
                );
                let diagnostic = Diagnostic::error("ukase::check::question_readings", question.name.span, message);
                self.report(
                    diagnostic.help("a question has two readings at least; what can be read in one way only is no question"),
                );
            }
            self.question_ids.insert(question.name.text.clone(), self.questions.len());
            self.questions.push(Question {
                name: question.name.text.clone(),
                title: question.title.clone(),
                readings,
                span: question.name.span,
            });
        }
    }

    fn declare_duties(&mut self, blocks: &[&Block]) {
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for block in blocks {
            let BlockKind::Duty { name, title } = &block.kind else { continue };
            if let Some(first) = spans.insert(&name.text, name.span) {
                self.duplicate("duty", &name.text, first, name.span);
                continue;
            }
            self.duty_ids.insert(name.text.clone(), self.duties.len());
            self.duties.push(Duty { name: name.text.clone(), title: title.clone() });
        }
    }

    fn declare_defines(&mut self, blocks: &[&'a Block]) {
        for block in blocks {
            let BlockKind::Define { name, parameters, body } = &block.kind else { continue };
            if let Some((first, _)) = self.define_blocks.get(&name.text) {
                let first = first.name.span;
                self.duplicate("definition", &name.text, first, name.span);
                continue;
            }
            let define = DefineBlock { name, parameters, body, span: block.span };
            self.define_blocks.insert(name.text.clone(), (define, Progress::Untouched));
        }
    }

    fn declare_instruments(&mut self, files: &'a [crate::syntax::File]) -> Vec<Placed<'a>> {
        let mut placed = Vec::new();
        for file in files {
            let mut current = None;
            for block in &file.blocks {
                if let BlockKind::Instrument(instrument) = &block.kind {
                    current = self.instrument(instrument).or(current);
                }
                placed.push(Placed { block, instrument: current });
            }
        }
        placed
    }

    fn instrument(&mut self, block: &ast::Instrument) -> Option<usize> {
        if let Some(first) = self.instrument_ids.get(&block.id.text).copied() {
            self.duplicate("instrument", &block.id.text, self.instruments[first].span, block.id.span);
            return Some(first);
        }
        let Some(published) = block.published else {
            let message = format!("the instrument {} does not say when it was published", block.id.text);
            let diagnostic = Diagnostic::error("ukase::check::missing_block", block.id.span, message);
            self.report(diagnostic.help("write `published 2025-10-09`: from this day on it is known"));
            self.broken.insert(block.id.text.clone());
            return None;
        };
        self.instrument_ids.insert(block.id.text.clone(), self.instruments.len());
        self.instruments.push(Instrument {
            id: block.id.text.clone(),
            title: block.title.clone(),
            published,
            effective: block.effective.unwrap_or(published),
            provisions: Vec::new(),
            unmodelled: Vec::new(),
            span: block.id.span,
        });
        Some(self.instruments.len() - 1)
    }

    fn declare_categories(&mut self, placed: &[Placed<'a>]) {
        for one in placed {
            let BlockKind::Category(category) = &one.block.kind else { continue };
            let Some(code) = Code::parse(&category.code.text).filter(has_dots) else {
                let message = format!("`{}` is not a control code", category.code.text);
                let help = "a code has its segments between dots, without blanks: `1C905.b`";
                self.report(Diagnostic::error("ukase::check::code_malformed", category.code.span, message).help(help));
                self.broken.insert(category.code.text.clone());
                continue;
            };
            self.codes.insert(code.clone());
            if let Some(first) = self.category_ids.get(&code) {
                let message = format!("category `{code}` is declared twice");
                let diagnostic =
                    Diagnostic::error("ukase::check::code_duplicate", category.code.span, message).because("again here");
                let first = self.categories[*first].span;
                self.report(diagnostic.also(first, "first here").help("join their tests with `or`, or remove one"));
                continue;
            }
            for (customs, span) in category.customs.iter().filter(|(customs, _)| !is_customs_code(customs)) {
                let message = format!("`{customs}` is not a customs code");
                let help = "a customs code has four to ten digits, without dots: \"2846901940\"";
                self.report(Diagnostic::error("ukase::check::customs_code", *span, message).help(help));
            }
            self.category_ids.insert(code.clone(), self.categories.len());
            self.categories.push(Category {
                code,
                title: category.title.clone(),
                test: None,
                below: Vec::new(),
                customs: category.customs.iter().map(|(code, _)| code.clone()).collect(),
                partial: category.partial.clone(),
                span: category.code.span,
            });
        }
        self.link_categories();
    }

    /// Hangs each category under the nearest one above it.
    fn link_categories(&mut self) {
        for at in 0..self.categories.len() {
            let code = self.categories[at].code.clone();
            let above = code.ancestors().find_map(|text| Code::parse(text).and_then(|code| self.category_ids.get(&code)));
            if let Some(above) = above.copied() {
                self.categories[above].below.push(at);
            }
        }
    }

    fn defaults(&mut self, blocks: &[&Block]) {
        for block in blocks {
            let (BlockKind::Facts { name, fields } | BlockKind::Record { name, fields, .. }) = &block.kind else { continue };
            let Some(id) = self.record_ids.get(&name.text).copied() else { continue };
            for field in fields {
                let (Some(default), Some(at)) = (&field.default, self.records[id].field(&field.name.text)) else { continue };
                let ty = self.records[id].fields[at].ty.clone();
                if matches!(ty, Type::Set(_) | Type::List(_)) && is_none(default) {
                    self.records[id].fields[at].default = Some(Value::Set(Arc::new(Set::new(Vec::new(), true))));
                    continue;
                }
                let typed = self.expr(default, &Default::default(), Some(&ty)).and_then(|typed| self.fit(typed, &ty));
                if let Some(TypedKind::Constant(value)) = typed.map(|typed| typed.kind) {
                    self.records[id].fields[at].default = Some(value);
                }
            }
        }
    }

    /// A constant as an entry of a list, with its code noted.
    pub(crate) fn note_code(&mut self, value: &Value) {
        if let Value::Code(Classified { code, .. }) = value {
            self.codes.insert(code.clone());
        }
    }
}

/// A heading of the harmonised system, or what a country counts below it.
fn is_customs_code(text: &str) -> bool {
    (4..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The word for a set or a list without members.
fn is_none(default: &Expr) -> bool {
    matches!(&default.kind, ExprKind::Path(path) if path.names.len() == 1 && path.names[0].text == "none")
}

/// `1C905a4` has lost its dots: a digit, a letter, digits, and then a letter without a dot.
fn has_dots(code: &Code) -> bool {
    let first = code.split(['.', '-']).next().unwrap_or("");
    let mut shape: Vec<bool> = first.bytes().map(|byte| byte.is_ascii_digit()).collect();
    shape.dedup();
    shape.len() <= 3 || shape.first() == Some(&false)
}

fn empty_record(name: &str, span: Span) -> Record {
    Record { name: name.into(), fields: Vec::new(), key: None, classified_by: None, span }
}

/// The names that a block declares.
fn declared(kind: &BlockKind) -> Vec<&Name> {
    match kind {
        BlockKind::Policy { name, .. } | BlockKind::Version { name, .. } | BlockKind::Duty { name, .. } => vec![name],
        BlockKind::Outcomes { variants } => variants.iter().map(|variant| &variant.name).collect(),
        BlockKind::Facts { name, fields } | BlockKind::Record { name, fields, .. } => {
            std::iter::once(name).chain(fields.iter().map(|field| &field.name)).collect()
        }
        BlockKind::Enum { name, variants, .. } => std::iter::once(name).chain(variants.iter().map(|one| &one.name)).collect(),
        BlockKind::List(list) => vec![&list.name],
        BlockKind::Question(question) => {
            std::iter::once(&question.name).chain(question.readings.iter().map(|reading| &reading.name)).collect()
        }
        BlockKind::Guidance(guidance) => vec![&guidance.name],
        BlockKind::Define { name, parameters, .. } => {
            std::iter::once(name).chain(parameters.iter().map(|parameter| &parameter.name)).collect()
        }
        BlockKind::Clause(clause) => clause.each.iter().map(|each| &each.name).collect(),
        _ => Vec::new(),
    }
}
