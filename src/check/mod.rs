//! Trees of a folder to a [`CheckedPolicy`]: names, types and units, calendars, the order of overriding, recursion.
//!
//! Checking returns a policy *and* diagnostics; there is a policy exactly when no diagnostic is an error.

mod call;
mod clauses;
mod comparison;
mod context;
mod declare;
mod expression;
mod fold;
mod functions;
mod impossible;
mod lists;
mod lookup;
mod membership;
mod names;
mod overriding;
mod policy;
mod property;
mod recursion;
mod scalar;
mod table;
mod types;
mod usage;
mod vocabulary;
mod walk;
mod words;

pub use functions::{FUNCTIONS, Function, Signature};
pub use policy::*;
pub use scalar::{Misread, list_of, read_scalar};
pub use types::{FieldId, RecordId, Type};
pub use vocabulary::{Enum, Field, Inherits, Listed, Lookup, Record, Word};
pub(crate) use walk::{each_part, each_part_mut, is_one_test};

use crate::diagnostic::{self, Diagnostic};
use crate::source::{SourceId, Sources, Span};
use crate::syntax::ast::{BlockKind, Title};
use crate::syntax::{self, File};
use context::Context;
use declare::Placed;
use foldhash::{HashSet, HashSetExt};
use property::Claims;

/// Parses and checks the files of a policy.
///
/// ```
/// use ukase::source::Sources;
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "No shipment to Atlantis" when destination is KP then licence
/// "#;
/// let (policy, diagnostics) = ukase::check::check(&Sources::of_text("tiny.ukase", text.trim()));
/// assert_eq!(policy.map(|policy| policy.clauses.len()), Some(1), "{diagnostics:?}");
/// ```
pub fn check(sources: &Sources) -> (Option<CheckedPolicy>, Vec<Diagnostic>) {
    check_blocks(sources, |_| true)
}

/// Checks what judging needs: everything but the examples, which in a well-kept policy are most of its text.
pub fn check_law(sources: &Sources) -> (Option<CheckedPolicy>, Vec<Diagnostic>) {
    check_blocks(sources, |keyword| keyword != "example")
}

fn check_blocks(sources: &Sources, wanted: fn(&str) -> bool) -> (Option<CheckedPolicy>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut files: Vec<File> = Vec::new();
    let mut broken = HashSet::new();
    let policies = sources.iter().filter(|(_, source)| source.name.ends_with(".ukase"));
    let ids: Vec<SourceId> = policies.map(|(id, _)| id).collect();
    for (file, mut found) in syntax::parse_files(sources, &ids, wanted) {
        if !found.is_empty() {
            broken.extend(words_of_broken_blocks(sources, &file, wanted));
        }
        diagnostics.append(&mut found);
        files.push(file);
    }
    let mut context = Context::new(sources, broken);
    context.diagnostics = diagnostics;
    let policy = check_files(&mut context, &files);
    let mut diagnostics = context.diagnostics;
    diagnostic::sort(&mut diagnostics);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    (policy.filter(|_| sound), diagnostics)
}

/// Every word of the blocks that did not parse: what they would have declared is not reported as missing.
fn words_of_broken_blocks(sources: &Sources, file: &File, wanted: fn(&str) -> bool) -> Vec<String> {
    let text = &sources.get(file.source).text;
    let sound: HashSet<Span> = file.blocks.iter().map(|block| block.span).collect();
    let pieces = syntax::blocks::cut(text).into_iter().filter(|piece| piece.keyword.is_none_or(wanted));
    let spans = pieces.map(|piece| (Span::new(file.source, piece.range.start, piece.range.end), piece));
    let broken = spans.filter(|(span, _)| !sound.contains(span));
    let separators = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | '"' | ':' | '=');
    broken
        .flat_map(|(_, piece)| {
            let piece = &text[piece.range];
            let coarse = piece.split(separators);
            let fine = piece.split(|c: char| !c.is_alphanumeric() && c != '_');
            coarse.chain(fine).filter(|word| !word.is_empty()).map(String::from).collect::<Vec<_>>()
        })
        .collect()
}

fn check_files(context: &mut Context<'_>, files: &[File]) -> Option<CheckedPolicy> {
    let (name, title) = head(context, files)?;
    let outcomes = context.outcomes.clone();
    let versions = versions(context, files);
    // The context borrows the blocks for as long as it checks them.
    let mut inner = Context::new(context.sources, std::mem::take(&mut context.broken));
    inner.diagnostics = std::mem::take(&mut context.diagnostics);
    inner.outcomes = outcomes;
    let placed = inner.declare(files);
    let (law, claims) = body(&mut inner, &placed, &versions);
    let policy = assemble(&mut inner, name, title, versions, law, claims);
    context.diagnostics = inner.diagnostics;
    Some(policy)
}

/// `policy`, `language` and `outcomes`: once each.
fn head(context: &mut Context<'_>, files: &[File]) -> Option<(String, Title)> {
    let mut named: Option<(String, Title, Span)> = None;
    let mut language = None;
    let mut scale: Option<Span> = None;
    let mut facts = false;
    for block in files.iter().flat_map(|file| &file.blocks) {
        match &block.kind {
            BlockKind::Policy { name, title } => match &named {
                Some((.., first)) => {
                    let diagnostic = Diagnostic::error("ukase::check::duplicate", name.span, "there are two `policy` blocks");
                    context.report(diagnostic.because("again here").also(*first, "first here").help("remove one of them"));
                }
                None => named = Some((name.text.clone(), title.clone(), name.span)),
            },
            BlockKind::Language { version, span } => {
                language = Some(*span);
                if version != "1" {
                    let message = format!("language {version} is not known to this version of ukase");
                    context.report(Diagnostic::error("ukase::check::language", *span, message).help("write `language 1`"));
                }
            }
            BlockKind::Outcomes { variants } => match scale {
                Some(first) => context.duplicate("scale", "outcomes", first, block.span),
                None => {
                    scale = Some(block.span);
                    context.outcomes = context.words("outcome", variants);
                }
            },
            BlockKind::Facts { .. } => facts = true,
            _ => {}
        }
    }
    let start = files.first().map(|file| Span::new(file.source, 0, 0)).unwrap_or_default();
    let missing = |context: &mut Context<'_>, word: &str, help: &str| {
        let unreadable = context.diagnostics.iter().any(|one| one.code.starts_with("ukase::source::"));
        if !context.broken.contains(word) && !unreadable {
            let message = format!("this policy has no `{word}` block");
            context.report(Diagnostic::error("ukase::check::missing_block", start, message).help(help));
        }
    };
    if named.is_none() {
        missing(context, "policy", "write `policy name \"what it is\"`");
    }
    if language.is_none() {
        missing(context, "language", "write `language 1`");
    }
    if scale.is_none() {
        missing(context, "outcomes", "write `outcomes from loosest to strictest { free \"…\"  licence \"…\" }`");
    }
    if !facts {
        missing(context, "facts", "write `facts shipment { … }`: the facts that a shipment can bring");
    }
    let (name, title, _) = named.unwrap_or_default();
    files.iter().any(|file| !file.blocks.is_empty()).then_some((name, title))
}

fn versions(context: &mut Context<'_>, files: &[File]) -> Vec<Version> {
    let mut versions: Vec<(Version, Span)> = Vec::new();
    for block in files.iter().flat_map(|file| &file.blocks) {
        let BlockKind::Version { name, on, known, .. } = &block.kind else { continue };
        if let Some((_, first)) = versions.iter().find(|(version, _)| version.name == name.text) {
            let first = *first;
            context.duplicate("version", &name.text, first, name.span);
            continue;
        }
        versions.push((Version { name: name.text.clone(), on: *on, known: *known }, name.span));
    }
    versions.into_iter().map(|(version, _)| version).collect()
}

fn body<'a>(context: &mut Context<'a>, placed: &[Placed<'a>], versions: &[Version]) -> (clauses::Law, Claims) {
    for one in placed {
        if let BlockKind::Import { path, span } = &one.block.kind {
            context.find_file(path, *span);
        }
    }
    tests_of_categories(context, placed);
    let law = context.law(placed, versions);
    let claims = context.claims(placed);
    let mut names: Vec<String> = context.define_blocks.keys().cloned().collect();
    names.sort();
    for name in names {
        context.check_define(&name);
    }
    recursion::check(context);
    unmodelled(context, placed);
    context.provisions(placed, &law);
    context.unused(placed);
    (law, claims)
}

fn tests_of_categories(context: &mut Context<'_>, placed: &[Placed<'_>]) {
    let classified = context.records.iter().position(|record| record.classified_by.is_some());
    for one in placed {
        let BlockKind::Category(category) = &one.block.kind else { continue };
        let Some(record) = classified else {
            if !context.broken.contains("record") && !context.broken.contains("classified") {
                let message = "no record is `classified by` a code, so nothing can match a category";
                let diagnostic = Diagnostic::error("ukase::check::category_unclassified", category.code.span, message);
                context.report(diagnostic.help("write `record item classified by code { code code … }`"));
            }
            return;
        };
        let under = category.under.text.split('/').next().unwrap_or("").to_string();
        if !context.instrument_ids.contains_key(&under) {
            let name = syntax::ast::Name { text: under, span: category.under.span };
            let known: Vec<String> = context.instrument_ids.keys().cloned().collect();
            context.unknown(&name, "instrument", known);
        }
        let Some(when) = &category.when else { continue };
        let variable = CATEGORY_ITEM;
        let name = context.records[record].name.clone();
        let meaning = Typed { span: category.code.span, ty: Type::Record(record), kind: TypedKind::Variable(variable) };
        let locals = expression::Locals::default().with(&name, meaning);
        let test = context.condition(when, &locals);
        let id = context.categories.iter().position(|one| one.span == category.code.span);
        if let Some(id) = id {
            context.categories[id].test = test;
        }
    }
}

/// The variable that stands for the classified record in the test of a category.
pub const CATEGORY_ITEM: Variable = 0;

fn unmodelled(context: &mut Context<'_>, placed: &[Placed<'_>]) {
    for one in placed {
        let BlockKind::Unmodelled { id, title, because } = &one.block.kind else { continue };
        match one.instrument {
            Some(instrument) => context.instruments[instrument].unmodelled.push(Unmodelled {
                provision: id.text.clone(),
                title: title.clone(),
                because: because.clone(),
            }),
            None => {
                let message = format!("`{}` stands in no instrument", id.text);
                let diagnostic = Diagnostic::error("ukase::check::clause_outside_instrument", id.span, message);
                context.report(diagnostic.help("write an `instrument` block above it, in the same file"));
            }
        }
    }
}

fn assemble(
    context: &mut Context<'_>,
    name: String,
    title: Title,
    versions: Vec<Version>,
    law: clauses::Law,
    claims: Claims,
) -> CheckedPolicy {
    CheckedPolicy {
        sources: context.sources.clone(),
        name,
        title,
        digest: context.sources.digest(),
        outcomes: std::mem::take(&mut context.outcomes),
        versions,
        records: std::mem::take(&mut context.records),
        enums: std::mem::take(&mut context.enums),
        codes: CodeTable::new(std::mem::take(&mut context.codes)),
        instruments: std::mem::take(&mut context.instruments),
        categories: std::mem::take(&mut context.categories),
        questions: std::mem::take(&mut context.questions),
        guidance: law.guidance,
        defines: std::mem::take(&mut context.defines),
        clauses: law.clauses,
        acts: law.acts,
        duties: std::mem::take(&mut context.duties),
        covers: law.covers,
        assumptions: law.assumptions,
        properties: claims.properties,
        accepted: claims.accepted,
        examples: law.examples,
    }
}
