//! Pest's pairs to the tree: one function for each part of the grammar, named like it, in its order.
//!
//! The grammar guarantees which parts a rule has; where it does, [`Builder::name_in`] and its like take them without a fuss.

use super::Rule;
use super::ast::*;
use super::blocks::doc_above;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::{Date, Raw, RawKind};
use pest::iterators::Pair;

/// Builds the tree of one block.
pub(crate) struct Builder<'a> {
    text: &'a str,
    block: Span,
    /// What parsed but is refused: likely mistakes, days that do not exist.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The rule that parses the block of a keyword.
pub(crate) fn rule_of(keyword: &str) -> Rule {
    match keyword {
        "policy" => Rule::policy,
        "language" => Rule::language,
        "import" => Rule::import,
        "outcomes" => Rule::outcomes,
        "version" => Rule::version,
        "facts" => Rule::facts,
        "record" => Rule::record,
        "enum" => Rule::enumeration,
        "list" => Rule::list,
        "duty" => Rule::duty,
        "instrument" => Rule::instrument,
        "category" => Rule::category,
        "question" => Rule::question,
        "guidance" => Rule::guidance,
        "define" => Rule::define,
        "unmodelled" => Rule::unmodelled,
        "suspend" => Rule::suspend,
        "resume" => Rule::resume,
        "extend" => Rule::extend,
        "repeal" => Rule::repeal,
        "amend" => Rule::amend,
        "cover" => Rule::cover,
        "assumption" => Rule::assumption,
        "always" => Rule::always,
        "monotone" => Rule::monotone,
        "accept" => Rule::accept,
        "example" => Rule::example,
        _ => Rule::clause,
    }
}

type Node<'p> = Pair<'p, Rule>;

impl<'a> Builder<'a> {
    pub(crate) fn new(text: &'a str, block: Span) -> Builder<'a> {
        Builder { text, block, diagnostics: Vec::new() }
    }

    pub(crate) fn span(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        let written = span.as_str().trim_end();
        let start = self.block.start as usize + span.start();
        Span::new(self.block.source, start, start + written.len())
    }

    /// One whole block.
    pub(crate) fn block(&mut self, node: Node<'_>) -> BlockKind {
        match node.as_rule() {
            Rule::policy => BlockKind::Policy { name: self.name_in(&node), title: self.title_in(&node) },
            Rule::language => {
                BlockKind::Language { version: self.part(&node, Rule::number).unwrap_or_default(), span: self.block }
            }
            Rule::import => BlockKind::Import { path: self.string_in(&node), span: self.block },
            Rule::outcomes => BlockKind::Outcomes { variants: self.variants_in(&node) },
            Rule::version => self.version(node),
            Rule::facts => BlockKind::Facts { name: self.name_in(&node), fields: self.fields_in(&node) },
            Rule::record => self.record(node),
            Rule::enumeration => self.enumeration(node),
            Rule::list => self.list(node),
            Rule::duty => BlockKind::Duty { name: self.name_in(&node), title: self.title_in(&node) },
            Rule::instrument => self.instrument(node),
            Rule::category => self.category(node),
            Rule::question => self.question(node),
            Rule::guidance => self.guidance(node),
            Rule::define => self.define(node),
            Rule::unmodelled => self.unmodelled(node),
            Rule::suspend => self.act(node, ActKind::Suspend),
            Rule::resume => self.act(node, ActKind::Resume),
            Rule::extend => self.act(node, ActKind::Extend),
            Rule::repeal => self.act(node, ActKind::Repeal),
            Rule::amend => self.amend(node),
            Rule::cover => self.cover(node),
            Rule::assumption => self.assumption(node),
            Rule::always => self.always(node),
            Rule::monotone => self.monotone(node),
            Rule::accept => self.accept(node),
            Rule::example => self.example(node),
            _ => self.clause(node),
        }
    }

    fn version(&mut self, node: Node<'_>) -> BlockKind {
        let (on, known) = self.judged_in(&node).unwrap_or((Date::FIRST, None));
        BlockKind::Version { name: self.name_in(&node), on, known, title: self.title_in(&node) }
    }

    fn record(&mut self, node: Node<'_>) -> BlockKind {
        let part = |this: &Self, rule| children(&node, rule).next().map(|part| this.name_in(&part));
        BlockKind::Record {
            name: self.name_in(&node),
            keyed_by: part(self, Rule::keyed_by),
            classified_by: part(self, Rule::classified_by),
            fields: self.fields_in(&node),
        }
    }

    fn enumeration(&mut self, node: Node<'_>) -> BlockKind {
        let flag = |word| children(&node, Rule::enum_flag).any(|flag| flag.as_str().trim() == word);
        BlockKind::Enum {
            name: self.name_in(&node),
            ordered: flag("ordered"),
            open: flag("open"),
            variants: self.variants_in(&node),
        }
    }

    fn variants_in(&mut self, node: &Node<'_>) -> Vec<Variant> {
        children(node, Rule::variant).map(|variant| self.variant(variant)).collect()
    }

    fn variant(&mut self, node: Node<'_>) -> Variant {
        let doc = doc_above(self.text, node.as_span().start());
        Variant { name: self.name_in(&node), title: self.title_in(&node), doc }
    }

    fn fields_in(&mut self, node: &Node<'_>) -> Vec<Field> {
        children(node, Rule::field).map(|field| self.field(field)).collect()
    }

    fn field(&mut self, node: Node<'_>) -> Field {
        let mut field = Field {
            name: self.name_in(&node),
            ty: self.type_in(&node),
            default: None,
            inherits: None,
            lookup: None,
            of_whole: false,
            ask: Title::default(),
            doc: doc_above(self.text, node.as_span().start()),
        };
        for part in children(&node, Rule::field_part).filter_map(first) {
            match part.as_rule() {
                Rule::default_part => field.default = first(part).map(|literal| self.literal_or_word(literal)),
                Rule::inherits_part => field.inherits = Some(self.name_in(&part)),
                Rule::lookup_part => field.lookup = Some(self.lookup(part)),
                Rule::whole_part => field.of_whole = true,
                Rule::ask_part => field.ask.text = self.texts_in(&part),
                _ => self.translate(&mut field.ask, part),
            }
        }
        field
    }

    fn lookup(&mut self, node: Node<'_>) -> Lookup {
        let path = children(&node, Rule::string).next();
        Lookup {
            span: path.as_ref().map_or(self.block, |path| self.span(path)),
            path: path.map(|path| unescape(&path)).unwrap_or_default(),
            by: self.name_in(&node),
            known: children(&node, Rule::known_part).next().map(|known| self.name_in(&known)),
        }
    }

    /// A default is a literal; a bare word is a variant or a country.
    fn literal_or_word(&mut self, node: Node<'_>) -> Expr {
        self.primary(node)
    }

    fn type_in(&mut self, node: &Node<'_>) -> TypeName {
        let written = children(node, Rule::r#type).next().and_then(first);
        let Some(written) = written else { return TypeName::Named(self.name_in(node)) };
        match written.as_rule() {
            Rule::set_type => TypeName::Set(self.name_in(&written)),
            Rule::list_type => TypeName::List(self.name_in(&written)),
            Rule::register_type => TypeName::Register(self.name_in(&written)),
            Rule::quantity_type => TypeName::Quantity(self.named(&written, Rule::unit)),
            _ => TypeName::Named(self.name_of(&written)),
        }
    }

    fn list(&mut self, node: Node<'_>) -> BlockKind {
        let of = children(&node, Rule::of_type).next().map(|of| self.name_in(&of));
        let entries = match children(&node, Rule::list_file).next() {
            Some(file) => self.list_file(file),
            None => Entries::Inline(self.inline_entries(&node)),
        };
        BlockKind::List(List { name: self.name_in(&node), of, entries, title: self.title_in(&node) })
    }

    fn inline_entries(&mut self, node: &Node<'_>) -> Vec<Expr> {
        let inline = children(node, Rule::list_inline).next();
        let set = inline.and_then(|inline| children(&inline, Rule::set).next());
        set.map_or_else(Vec::new, |set| children(&set, Rule::expression).map(|entry| self.expression(entry)).collect())
    }

    fn list_file(&mut self, node: Node<'_>) -> Entries {
        let path = children(&node, Rule::string).next();
        let (mut column, mut tests, mut days) = (None, Vec::new(), None);
        let span = path.as_ref().map_or(self.block, |path| self.span(path));
        for part in children(&node, Rule::list_part).filter_map(first) {
            match part.as_rule() {
                Rule::column_part => column = Some(self.name_in(&part)),
                Rule::days_part => {
                    let mut names = children(&part, Rule::name).map(|name| self.name_of(&name));
                    days = names.next().map(|from| (from, names.next()));
                }
                _ => tests.extend(children(&part, Rule::column_test).map(|test| (self.name_in(&test), self.string_in(&test)))),
            }
        }
        Entries::File { path: path.map(|path| unescape(&path)).unwrap_or_default(), span, column, tests, days }
    }

    fn instrument(&mut self, node: Node<'_>) -> BlockKind {
        let mut instrument = Instrument {
            id: self.named(&node, Rule::instrument_id),
            title: self.title_in(&node),
            issuer: None,
            published: None,
            effective: None,
            sources: Vec::new(),
            provisions: Vec::new(),
        };
        for part in children(&node, Rule::instrument_part).filter_map(first) {
            match part.as_rule() {
                Rule::issuer_part => instrument.issuer = Some(self.texts_in(&part)),
                Rule::published_part => instrument.published = self.date_in(&part).map(|(date, _)| date),
                Rule::effective_part => instrument.effective = self.date_in(&part).map(|(date, _)| date),
                Rule::source_part => instrument.sources.push(self.texts_in(&part)),
                Rule::provisions_part => {
                    instrument.provisions.extend(children(&part, Rule::clause_id).map(|id| self.name_of(&id)));
                }
                _ => self.translate(&mut instrument.title, part),
            }
        }
        BlockKind::Instrument(instrument)
    }

    fn category(&mut self, node: Node<'_>) -> BlockKind {
        let code = match children(&node, Rule::code).next() {
            Some(code) => self.name_of(&code),
            None => Name { text: self.string_in(&node), span: self.block },
        };
        let under = self.named(&node, Rule::reference);
        let title = self.title_in(&node);
        let mut category = Category { code, title, under, when: None, customs: Vec::new(), partial: None };
        for part in children(&node, Rule::category_part).filter_map(first) {
            match part.as_rule() {
                Rule::when_part => category.when = self.expression_in(&part),
                Rule::customs_part => {
                    let codes = children(&part, Rule::string).map(|code| (unescape(&code), self.span(&code)));
                    category.customs.extend(codes);
                }
                Rule::partial_part => category.partial = Some(self.texts_in(&part)),
                Rule::source_part => {}
                _ => self.translate(&mut category.title, part),
            }
        }
        BlockKind::Category(category)
    }

    fn question(&mut self, node: Node<'_>) -> BlockKind {
        let (name, title) = (self.name_in(&node), self.title_in(&node));
        let mut question = Question { name, title, cites: Vec::new(), readings: Vec::new() };
        for part in children(&node, Rule::question_part).filter_map(first) {
            match part.as_rule() {
                Rule::cites_part => question.cites = self.references_in(&part),
                Rule::reading_part => question.readings.push(self.variant(part)),
                _ => self.translate(&mut question.title, part),
            }
        }
        BlockKind::Question(question)
    }

    fn guidance(&mut self, node: Node<'_>) -> BlockKind {
        let published = self.date_in(&node).map_or(Date::FIRST, |(date, _)| date);
        let (name, title) = (self.name_in(&node), self.title_in(&node));
        let mut guidance = Guidance { name, title, published, sources: Vec::new(), settles: Vec::new() };
        for part in children(&node, Rule::guidance_part).filter_map(first) {
            match part.as_rule() {
                Rule::source_part => guidance.sources.push(self.texts_in(&part)),
                Rule::settles_part => {
                    let presumed = children(&part, Rule::presumed).next().is_some();
                    let mut names = children(&part, Rule::name).map(|name| self.name_of(&name));
                    if let (Some(question), Some(reading)) = (names.next(), names.next()) {
                        guidance.settles.push(Settles { question, reading, presumed });
                    }
                }
                _ => self.translate(&mut guidance.title, part),
            }
        }
        BlockKind::Guidance(guidance)
    }

    fn define(&mut self, node: Node<'_>) -> BlockKind {
        let list = children(&node, Rule::parameters).next();
        let parameters = list.map_or_else(Vec::new, |list| {
            let parameter = |part: Node<'_>| {
                let written = children(&part, Rule::r#type).next().is_some();
                Parameter { name: self.name_in(&part), ty: written.then(|| self.type_in(&part)) }
            };
            children(&list, Rule::parameter).map(parameter).collect()
        });
        let body = self.expression_in(&node).unwrap_or_else(|| self.nothing());
        BlockKind::Define { name: self.name_in(&node), parameters, body }
    }

    fn unmodelled(&mut self, node: Node<'_>) -> BlockKind {
        let because = children(&node, Rule::texts).nth(1).map(|texts| join(&texts)).unwrap_or_default();
        BlockKind::Unmodelled { id: self.named(&node, Rule::clause_id), title: self.title_in(&node), because }
    }

    fn clause(&mut self, node: Node<'_>) -> BlockKind {
        let title = self.title_in(&node);
        let mut clause = self.empty_clause(self.named(&node, Rule::clause_id), title);
        for part in children(&node, Rule::clause_part).filter_map(first) {
            self.clause_part(&mut clause, part);
        }
        BlockKind::Clause(clause)
    }

    fn empty_clause(&self, id: Name, title: Title) -> Clause {
        Clause {
            id,
            title,
            from: None,
            end: None,
            each: Vec::new(),
            when: None,
            then: None,
            overrides: Vec::new(),
            duties: Vec::new(),
        }
    }

    fn clause_part(&mut self, clause: &mut Clause, part: Node<'_>) {
        let span = self.span(&part);
        let twice = match part.as_rule() {
            Rule::from_part => clause.from.is_some(),
            Rule::through_part | Rule::before_part => clause.end.is_some(),
            Rule::when_part => clause.when.is_some(),
            Rule::then_part => clause.then.is_some(),
            _ => false,
        };
        if twice {
            let word = part.as_str().split_whitespace().next().unwrap_or("");
            let message = format!("this clause says `{word}` twice");
            self.diagnostics.push(
                Diagnostic::error("ukase::syntax::twice", span, message).help("join conditions with `and`, or write two clauses"),
            );
        }
        match part.as_rule() {
            Rule::from_part => clause.from = self.date_in(&part),
            Rule::through_part | Rule::before_part => clause.end = self.end(&part),
            Rule::each_part => clause.each.extend(self.each(&part)),
            Rule::when_part => clause.when = self.expression_in(&part),
            Rule::then_part => clause.then = Some(self.name_in(&part)),
            Rule::overrides_part => clause.overrides = self.overrides(&part),
            Rule::duty_part => clause.duties.push(self.duty_part(&part)),
            Rule::compat_part => self.refuse_habit(&part),
            Rule::source_part => {}
            _ => self.translate(&mut clause.title, part),
        }
    }

    fn refuse_habit(&mut self, part: &Node<'_>) {
        let word = part.as_str().split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let (message, help) = match word {
            "until" => (
                "`until` does not say whether the day itself is in",
                "write `through` for a day that is in, `before` for one that is not",
            ),
            "to" => (
                "`to` does not say whether the day itself is in",
                "write `through` for a day that is in, `before` for one that is not",
            ),
            "requires" | "require" | "outcome" => ("the outcome of a clause stands after `then`", "write `then licence`"),
            "unless" | "except" => {
                ("there is no `unless`", "write `and not …`, or a clause of its own that `overrides` this one")
            }
            _ => ("a condition does not begin so", "write `when`"),
        };
        let span = self.span(part);
        let span = Span { end: span.start + word.len() as u32, ..span };
        self.diagnostics.push(Diagnostic::error("ukase::syntax::likely_mistake", span, message).help(help));
    }

    fn each(&mut self, part: &Node<'_>) -> Option<Each> {
        let path = children(part, Rule::path).next()?;
        Some(Each { name: self.name_in(part), list: self.path(&path) })
    }

    fn overrides(&mut self, part: &Node<'_>) -> Vec<Override> {
        let group = |group: Node<'_>| {
            let under = children(&group, Rule::under_reading).next().and_then(|under| self.reading_ref(&under));
            Override { targets: children(&group, Rule::reference).map(|target| self.name_of(&target)).collect(), under }
        };
        children(part, Rule::override_group).map(group).collect()
    }

    fn duty_part(&mut self, part: &Node<'_>) -> DutyRef {
        let deadline = children(part, Rule::deadline).next();
        let deadline = deadline.map(|deadline| deadline.as_str().split_whitespace().collect::<Vec<_>>().join(" "));
        DutyRef { name: self.name_in(part), deadline }
    }

    fn end(&mut self, part: &Node<'_>) -> Option<End> {
        let (date, span) = self.date_in(part)?;
        Some(End { date, included: part.as_rule() == Rule::through_part, span })
    }

    fn act(&mut self, node: Node<'_>, kind: ActKind) -> BlockKind {
        let mut act = Act { kind, targets: self.references_in(&node), from: None, ends: Vec::new(), under: None };
        for part in children(&node, Rule::act_part).filter_map(first) {
            match part.as_rule() {
                Rule::from_part => act.from = self.date_in(&part),
                Rule::ends_part => act.ends = children(&part, Rule::act_end).filter_map(|end| self.act_end(&end)).collect(),
                Rule::under_part => act.under = first(part).and_then(|under| self.reading_ref(&under)),
                _ => self.refuse_habit(&part),
            }
        }
        BlockKind::Act(act)
    }

    fn act_end(&mut self, node: &Node<'_>) -> Option<(End, Option<ReadingRef>)> {
        let day = node.clone().into_inner().next()?;
        let under = children(node, Rule::under_reading).next().and_then(|under| self.reading_ref(&under));
        self.end(&day).map(|end| (end, under))
    }

    fn amend(&mut self, node: Node<'_>) -> BlockKind {
        let target = self.named(&node, Rule::reference);
        let from = children(&node, Rule::from_part).next().and_then(|part| self.date_in(&part));
        let under = children(&node, Rule::under_part).next().and_then(first).and_then(|under| self.reading_ref(&under));
        let mut body = self.empty_clause(target.clone(), Title::default());
        for part in children(&node, Rule::amend_part).filter_map(first) {
            match part.as_rule() {
                Rule::amended_title => body.title.text = self.texts_in(&part),
                _ => self.clause_part(&mut body, part),
            }
        }
        BlockKind::Amend { target, from: from.unwrap_or((Date::FIRST, self.block)), under, body }
    }

    fn cover(&mut self, node: Node<'_>) -> BlockKind {
        let outcomes = self.names_in(&node);
        let by = self.references_in(&node);
        let (mut each, mut when) = (Vec::new(), None);
        for part in children(&node, Rule::cover_part).filter_map(first) {
            match part.as_rule() {
                Rule::each_part => each.extend(self.each(&part)),
                _ => when = self.expression_in(&part),
            }
        }
        BlockKind::Cover { outcomes, by, each, when }
    }

    fn assumption(&mut self, node: Node<'_>) -> BlockKind {
        let given = children(&node, Rule::given_part).next().and_then(first).map(|object| self.data(object));
        let facts = given.unwrap_or(Raw { kind: RawKind::Object(Vec::new()), span: self.block });
        BlockKind::Assumption { name: self.name_in(&node), title: self.title_in(&node), facts }
    }

    fn always(&mut self, node: Node<'_>) -> BlockKind {
        let nothing = Expr { kind: ExprKind::Truth(true), span: self.block };
        let body = self.expression_in(&node).unwrap_or(nothing);
        BlockKind::Always { title: self.title_in(&node), body }
    }

    fn monotone(&mut self, node: Node<'_>) -> BlockKind {
        let path = children(&node, Rule::path).next().map(|path| self.path(&path));
        let nothing = Path { names: Vec::new(), span: self.block };
        BlockKind::Monotone { title: self.title_in(&node), path: path.unwrap_or(nothing) }
    }

    fn accept(&mut self, node: Node<'_>) -> BlockKind {
        let about = children(&node, Rule::about_part).next().map(|about| self.texts_in(&about));
        BlockKind::Accept {
            finding: self.name_in(&node),
            subjects: children(&node, Rule::subject).map(|subject| self.name_of(&subject)).collect(),
            about,
            because: self.texts_in(&node),
        }
    }

    fn example(&mut self, node: Node<'_>) -> BlockKind {
        let mut example = Example {
            title: self.title_in(&node),
            judged: None,
            at: None,
            under: Vec::new(),
            assuming: Vec::new(),
            given: None,
            expects: Vec::new(),
        };
        for part in children(&node, Rule::example_part).filter_map(first) {
            match part.as_rule() {
                Rule::judged => example.judged = self.judged(&part),
                Rule::at_part => example.at = Some(self.name_in(&part)),
                Rule::under_part => example.under.extend(first(part).and_then(|under| self.reading_ref(&under))),
                Rule::assuming_part => example.assuming.extend(self.names_in(&part)),
                Rule::given_part => example.given = first(part).map(|object| self.data(object)),
                _ => example.expects.extend(self.expect(part)),
            }
        }
        BlockKind::Example(example)
    }

    fn expect(&mut self, part: Node<'_>) -> Option<Expect> {
        let span = self.span(&part);
        let node = first(part).and_then(first)?;
        let kind = match node.as_rule() {
            Rule::expect_open => ExpectKind::Open(self.names_in(&node)),
            Rule::expect_not if children(&node, Rule::expect_covered).next().is_some() => ExpectKind::Covered(false),
            Rule::expect_not => ExpectKind::NotBy(self.references_in(&node)),
            Rule::expect_duty => ExpectKind::Duty(self.name_in(&node)),
            Rule::expect_needs => ExpectKind::Needs(self.named(&node, Rule::fact_path)),
            Rule::expect_covered => ExpectKind::Covered(true),
            Rule::expect_doubt => ExpectKind::Doubt,
            _ => ExpectKind::Outcome { outcome: self.name_in(&node), by: self.references_in(&node) },
        };
        Some(Expect { span, kind })
    }

    /// Facts as they stand in an example: bare words, dates, codes and amounts are texts.
    fn data(&mut self, node: Node<'_>) -> Raw {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::data => return first(node).map_or(Raw { kind: RawKind::Null, span }, |inner| self.data(inner)),
            Rule::object => {
                let members: Vec<_> = children(&node, Rule::member).map(|member| self.member(member)).collect();
                RawKind::Object(members)
            }
            Rule::array => RawKind::List(children(&node, Rule::data).map(|data| self.data(data)).collect()),
            Rule::string => RawKind::Text(unescape(&node)),
            Rule::number => RawKind::Number(node.as_str().to_string()),
            Rule::name_or_word => match node.as_str() {
                "true" => RawKind::Truth(true),
                "false" => RawKind::Truth(false),
                "null" => RawKind::Null,
                word => RawKind::Text(word.to_string()),
            },
            _ => RawKind::Text(node.as_str().split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        Raw { kind, span }
    }

    fn member(&mut self, node: Node<'_>) -> (String, Span, Raw) {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let key = inner.next();
        let (key, key_span) = match key {
            Some(key) if key.as_rule() == Rule::string => (unescape(&key), self.span(&key)),
            Some(key) => (key.as_str().to_string(), self.span(&key)),
            None => (String::new(), span),
        };
        let value = inner.find(|part| part.as_rule() == Rule::data).map(|data| self.data(data));
        (key, key_span, value.unwrap_or(Raw { kind: RawKind::Null, span }))
    }

    // ---- small parts ----------------------------------------------------------------------------------------------------------

    pub(crate) fn name_of(&self, node: &Node<'_>) -> Name {
        Name { text: node.as_str().trim_end().to_string(), span: self.span(node) }
    }

    /// The first name directly inside.
    pub(crate) fn name_in(&self, node: &Node<'_>) -> Name {
        self.named(node, Rule::name)
    }

    fn named(&self, node: &Node<'_>, rule: Rule) -> Name {
        children(node, rule).next().map_or_else(|| self.name_of(node), |name| self.name_of(&name))
    }

    fn names_in(&self, node: &Node<'_>) -> Vec<Name> {
        let names = children(node, Rule::names).next();
        names.map_or_else(Vec::new, |names| children(&names, Rule::name).map(|name| self.name_of(&name)).collect())
    }

    fn references_in(&self, node: &Node<'_>) -> Vec<Name> {
        let list = children(node, Rule::references).next();
        list.map_or_else(Vec::new, |list| children(&list, Rule::reference).map(|one| self.name_of(&one)).collect())
    }

    pub(crate) fn reading_ref(&self, node: &Node<'_>) -> Option<ReadingRef> {
        let mut names = children(node, Rule::name).map(|name| self.name_of(&name));
        Some(ReadingRef { question: names.next()?, reading: names.next()? })
    }

    pub(crate) fn path(&self, node: &Node<'_>) -> Path {
        Path { names: children(node, Rule::name).map(|name| self.name_of(&name)).collect(), span: self.span(node) }
    }

    fn part(&self, node: &Node<'_>, rule: Rule) -> Option<String> {
        children(node, rule).next().map(|part| part.as_str().to_string())
    }

    fn string_in(&self, node: &Node<'_>) -> String {
        children(node, Rule::string).next().map(|string| unescape(&string)).unwrap_or_default()
    }

    fn texts_in(&self, node: &Node<'_>) -> String {
        children(node, Rule::texts).next().map(|texts| join(&texts)).unwrap_or_default()
    }

    fn title_in(&mut self, node: &Node<'_>) -> Title {
        let mut title = Title { text: self.texts_in(node), zh: None, en: None };
        for part in children(node, Rule::title_part) {
            self.translate(&mut title, part);
        }
        title
    }

    fn translate(&mut self, title: &mut Title, part: Node<'_>) {
        let part = if part.as_rule() == Rule::title_part { first(part) } else { Some(part) };
        let Some(part) = part else { return };
        match part.as_rule() {
            Rule::zh_part => title.zh = Some(self.texts_in(&part)),
            Rule::en_part => title.en = Some(self.texts_in(&part)),
            _ => {}
        }
    }

    fn judged_in(&mut self, node: &Node<'_>) -> Option<(Date, Option<Date>)> {
        let judged = children(node, Rule::judged).next()?;
        self.judged(&judged)
    }

    fn judged(&mut self, node: &Node<'_>) -> Option<(Date, Option<Date>)> {
        let dates: Vec<Date> = children(node, Rule::date).filter_map(|date| self.date(&date)).collect();
        Some((*dates.first()?, dates.get(1).copied()))
    }

    fn date_in(&mut self, node: &Node<'_>) -> Option<(Date, Span)> {
        let date = children(node, Rule::date).next()?;
        self.date(&date).map(|day| (day, self.span(&date)))
    }

    /// A day that exists; another one is refused here.
    pub(crate) fn date(&mut self, node: &Node<'_>) -> Option<Date> {
        let date = Date::parse(node.as_str());
        if date.is_none() {
            let message = format!("{} is not a day of the calendar", node.as_str());
            let diagnostic = Diagnostic::error("ukase::syntax::date", self.span(node), message);
            self.diagnostics
                .push(diagnostic.help("look the day up in a calendar; dates are written year, month, day: 2025-12-01"));
        }
        date
    }

    pub(crate) fn nothing(&self) -> Expr {
        Expr { span: self.block, kind: ExprKind::Truth(false) }
    }
}

/// The direct parts of that rule.
pub(crate) fn children<'p>(node: &Node<'p>, rule: Rule) -> impl Iterator<Item = Node<'p>> {
    node.clone().into_inner().filter(move |inner| inner.as_rule() == rule)
}

/// The first part of any rule.
pub(crate) fn first(node: Node<'_>) -> Option<Node<'_>> {
    node.into_inner().find(|inner| !matches!(inner.as_rule(), Rule::nesting))
}

/// The text of a string literal.
pub(crate) fn unescape(node: &Node<'_>) -> String {
    let written = children(node, Rule::characters).next().map(|text| text.as_str().to_string()).unwrap_or_default();
    let mut out = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                out.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

fn join(texts: &Node<'_>) -> String {
    children(texts, Rule::string).map(|string| unescape(&string)).collect()
}
