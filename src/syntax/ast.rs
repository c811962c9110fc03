//! The tree of a policy as it was written: names are not resolved, types not known, every node has its place.

use crate::source::Span;
use crate::value::{Date, Number, Raw};
use std::sync::Arc;

/// A word with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A text in one or two languages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Title {
    /// The text that stands first.
    pub text: String,
    /// `zh "…"`
    pub zh: Option<String>,
    /// `en "…"`
    pub en: Option<String>,
}

/// One block of a file, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// All of it.
    pub span: Span,
    /// The `///` lines directly above it.
    pub doc: Option<String>,
    /// What it says.
    pub kind: BlockKind,
}

/// Every kind of block.
#[allow(missing_docs, reason = "the text above each variant shows its fields")]
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    /// `policy cn "…"`
    Policy { name: Name, title: Title },
    /// `language 1`
    Language { version: String, span: Span },
    /// `import "shared.ukase"`
    Import { path: String, span: Span },
    /// `outcomes from loosest to strictest { free "…" }`
    Outcomes { variants: Vec<Variant> },
    /// `version winter on 2025-12-01 known 2025-10-09`
    Version { name: Name, on: Date, known: Option<Date>, title: Title },
    /// `facts shipment { … }`
    Facts { name: Name, fields: Vec<Field> },
    /// `record stake keyed by x classified by y { … }`
    Record { name: Name, keyed_by: Option<Name>, classified_by: Option<Name>, fields: Vec<Field> },
    /// `enum process open { … }`
    Enum { name: Name, ordered: bool, open: bool, variants: Vec<Variant> },
    /// `list annex from "…" …`, `list quad of country = {…}`
    List(List),
    /// `duty report "…"`
    Duty { name: Name, title: Title },
    /// `instrument 2025-61 "…" { … }`
    Instrument(Instrument),
    /// `category 1C905.b "…" under 2025-18`
    Category(Category),
    /// `question relief "…"`
    Question(Question),
    /// `guidance faq_5 "…" published …`
    Guidance(Guidance),
    /// `define held(party) = …`
    Define { name: Name, parameters: Vec<Parameter>, body: Expr },
    /// `clause I(1) "…"`
    Clause(Clause),
    /// `unmodelled VI "…" because "…"`
    Unmodelled { id: Name, title: Title, because: String },
    /// `suspend`, `resume`, `extend`, `repeal`
    Act(Act),
    /// `amend 2025-61/I(1) from …`
    Amend { target: Name, from: (Date, Span), under: Option<ReadingRef>, body: Clause },
    /// `cover licence by 2025-18`
    Cover { outcomes: Vec<Name>, by: Vec<Name>, each: Vec<Each>, when: Option<Expr> },
    /// `assumption everyday_sale "…" given { … }`
    Assumption { name: Name, title: Title, facts: Raw },
    /// `always "…" end_user.military implies outcome is not licence`
    Always { title: Title, body: Expr },
    /// `monotone "…" end_user.lists`
    Monotone { title: Title, path: Path },
    /// `accept idle_condition 2025-61/I(1) about "…" because "…"`
    Accept { finding: Name, subjects: Vec<Name>, about: Option<String>, because: String },
    /// `example "…"`
    Example(Example),
}

/// A word of an enum or of the scale of outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The word.
    pub name: Name,
    /// Its texts.
    pub title: Title,
    /// The `///` lines above it.
    pub doc: Option<String>,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type as written.
    pub ty: TypeName,
    /// `default goods`
    pub default: Option<Expr>,
    /// `inherits end_user`
    pub inherits: Option<Name>,
    /// `from "lists/parties.csv" by name`
    pub lookup: Option<Lookup>,
    /// `of whole`: over one list these shares add up to the whole at most.
    pub of_whole: bool,
    /// `ask "…"`, with `zh`.
    pub ask: Title,
    /// The `///` lines above it.
    pub doc: Option<String>,
}

/// `from "lists/parties.csv" by name known since`
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// The file, inside the policy's folder.
    pub path: String,
    /// Where it is named.
    pub span: Span,
    /// The field beside it, and the column, by which rows are found.
    pub by: Name,
    /// The column with the day from which a row is known.
    pub known: Option<Name>,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeName {
    /// `truth`, `percent`, `party`
    Named(Name),
    /// `set of country`
    Set(Name),
    /// `list of item`
    List(Name),
    /// `register of party`
    Register(Name),
    /// `quantity in kg`
    Quantity(Name),
}

/// `list …`
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Its name.
    pub name: Name,
    /// `of country`
    pub of: Option<Name>,
    /// Where its entries come from.
    pub entries: Entries,
    /// Its texts.
    pub title: Title,
}

/// The entries of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Entries {
    /// `= {US, JP}`
    Inline(Vec<Expr>),
    /// `from "lists/annex.csv" column code where part = "2" days since until`
    File {
        /// The file, inside the folder.
        path: String,
        /// Where the path stands.
        span: Span,
        /// The column of the entries.
        column: Option<Name>,
        /// Which rows count.
        tests: Vec<(Name, String)>,
        /// The columns of an entry's first and last day.
        days: Option<(Name, Option<Name>)>,
    },
}

/// `instrument …`
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// `2025-61`
    pub id: Name,
    /// Its texts.
    pub title: Title,
    /// Who made it.
    pub issuer: Option<String>,
    /// The day from which it is known.
    pub published: Option<Date>,
    /// The day on which its clauses begin.
    pub effective: Option<Date>,
    /// Where its text stands.
    pub sources: Vec<String>,
    /// The provisions of its text.
    pub provisions: Vec<Name>,
}

/// `category …`
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// `1C905.a.4`
    pub code: Name,
    /// Its texts.
    pub title: Title,
    /// `under 2025-18/IV(1)4`
    pub under: Name,
    /// Its test.
    pub when: Option<Expr>,
    /// `customs "2846901940"`: reference customs codes.
    pub customs: Vec<(String, Span)>,
    /// Why it is not complete.
    pub partial: Option<String>,
}

/// `question …`
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its name.
    pub name: Name,
    /// What is asked.
    pub title: Title,
    /// Provisions it is about.
    pub cites: Vec<Name>,
    /// The ways of reading.
    pub readings: Vec<Variant>,
}

/// `guidance …`
#[derive(Debug, Clone, PartialEq)]
pub struct Guidance {
    /// Its name.
    pub name: Name,
    /// Its texts.
    pub title: Title,
    /// From which day on it settles.
    pub published: Date,
    /// Where it stands.
    pub sources: Vec<String>,
    /// What it settles.
    pub settles: Vec<Settles>,
}

/// `settles deep_processed as outside, presumed`
#[derive(Debug, Clone, PartialEq)]
pub struct Settles {
    /// The question.
    pub question: Name,
    /// The reading it takes.
    pub reading: Name,
    /// It presumes rather than decides.
    pub presumed: bool,
}

/// `item`, `x: percent`
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type, where it is written.
    pub ty: Option<TypeName>,
}

/// `clause …`, or the new wording of one in `amend`.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The law's own number.
    pub id: Name,
    /// Its texts.
    pub title: Title,
    /// `from 2025-12-01`
    pub from: Option<(Date, Span)>,
    /// `through …` or `before …`
    pub end: Option<End>,
    /// `each item in items`
    pub each: Vec<Each>,
    /// Its condition.
    pub when: Option<Expr>,
    /// Its outcome.
    pub then: Option<Name>,
    /// The clauses it takes the place of.
    pub overrides: Vec<Override>,
    /// What is to be done.
    pub duties: Vec<DutyRef>,
}

/// `each item in items`
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// The name that stands for one of them.
    pub name: Name,
    /// The list.
    pub list: Path,
}

/// `I(1), V under reading relief.refusal_first`
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The clauses.
    pub targets: Vec<Name>,
    /// Only under this reading.
    pub under: Option<ReadingRef>,
}

/// `through 2026-11-10`, `before 2026-11-10`
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// The day as written.
    pub date: Date,
    /// The day itself is still in (`through`).
    pub included: bool,
    /// Where it stands.
    pub span: Span,
}

/// `duty report within 10 working days after export`
#[derive(Debug, Clone, PartialEq)]
pub struct DutyRef {
    /// The duty.
    pub name: Name,
    /// Until when, in words.
    pub deadline: Option<String>,
}

/// `relief.relief_first`
#[derive(Debug, Clone, PartialEq)]
pub struct ReadingRef {
    /// The question.
    pub question: Name,
    /// The reading.
    pub reading: Name,
}

/// `suspend`, `resume`, `extend`, `repeal`
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// What it does.
    pub kind: ActKind,
    /// To what.
    pub targets: Vec<Name>,
    /// From which day.
    pub from: Option<(Date, Span)>,
    /// Until which day, perhaps by reading.
    pub ends: Vec<(End, Option<ReadingRef>)>,
    /// Only under this reading.
    pub under: Option<ReadingRef>,
}

/// The acts of later instruments on clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActKind {
    /// `suspend 2025-61 from … through …`
    Suspend,
    /// `resume 2025-61/I(1) from …`
    Resume,
    /// `extend 2025-70 through …`
    Extend,
    /// `repeal 2025-61 from …`
    Repeal,
}

impl ActKind {
    /// The keyword.
    pub fn word(self) -> &'static str {
        match self {
            ActKind::Suspend => "suspend",
            ActKind::Resume => "resume",
            ActKind::Extend => "extend",
            ActKind::Repeal => "repeal",
        }
    }
}

/// `example …`
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its name.
    pub title: Title,
    /// The day judged and the day known.
    pub judged: Option<(Date, Option<Date>)>,
    /// `at october`
    pub at: Option<Name>,
    /// Readings chosen.
    pub under: Vec<ReadingRef>,
    /// `assuming everyday_sale`: what holds where no fact says otherwise.
    pub assuming: Vec<Name>,
    /// The facts.
    pub given: Option<Arc<Raw>>,
    /// What is expected.
    pub expects: Vec<Expect>,
}

/// One expectation with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    /// All of it.
    pub span: Span,
    /// What is expected.
    pub kind: ExpectKind,
}

/// What an example may expect.
#[allow(missing_docs, reason = "the text above each variant shows its fields")]
#[derive(Debug, Clone, PartialEq)]
pub enum ExpectKind {
    /// `expect licence by 2025-61/I(1)`
    Outcome { outcome: Name, by: Vec<Name> },
    /// `expect open free, licence`
    Open(Vec<Name>),
    /// `expect not by II`
    NotBy(Vec<Name>),
    /// `expect duty report`
    Duty(Name),
    /// `expect needs end_user.military`
    Needs(Name),
    /// `expect covered`, `expect not covered`
    Covered(bool),
    /// `expect doubt`
    Doubt,
}

/// `item.value`
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The names, at least one.
    pub names: Vec<Name>,
    /// All of it.
    pub span: Span,
}

/// An expression with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// All of it.
    pub span: Span,
    /// What it says.
    pub kind: ExprKind,
}

/// Every kind of expression.
#[allow(missing_docs, reason = "the text above each variant shows its fields")]
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `12`, `0.5`
    Number(Number),
    /// `0.1%`; the number is the fraction.
    Percent(Number),
    /// `70 USD`, `1.5 T`, `10 days`
    Amount(Number, Name),
    /// `2025-12-01`
    Date(Date),
    /// `"text"`
    Text(String),
    /// `true`
    Truth(bool),
    /// `1C905.a.4`
    Code(String),
    /// `{a, b}`
    Set(Vec<Expr>),
    /// `item.value`, `CN`, `magnet`
    Path(Path),
    /// `held(party)`
    Call { name: Name, arguments: Vec<Expr> },
    /// `a and b and c`
    And(Vec<Expr>),
    /// `a or b`
    Or(Vec<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `a implies b`
    Implies(Box<Expr>, Box<Expr>),
    /// `a >= b`, `a is b`, `a in b`
    Compare { op: Comparison, left: Box<Expr>, right: Box<Expr> },
    /// `a + b`
    Arithmetic { op: Arithmetic, left: Box<Expr>, right: Box<Expr> },
    /// `-a`
    Negative(Box<Expr>),
    /// `a as share of b`
    Share(Box<Expr>, Box<Expr>),
    /// `any x in list where c satisfies d`
    Quantifier { word: Quantifier, name: Name, over: Box<Expr>, filter: Option<Box<Expr>>, body: Box<Expr> },
    /// `count of x in list where c`
    Count { name: Name, over: Box<Expr>, filter: Option<Box<Expr>> },
    /// `sum of x.value for x in list where c`
    Sum { value: Box<Expr>, name: Name, over: Box<Expr>, filter: Option<Box<Expr>> },
    /// `if c then a else b`
    If { condition: Box<Expr>, then: Box<Expr>, otherwise: Box<Expr> },
    /// `under reading relief.relief_first`
    Under(ReadingRef),
}

/// The tests between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `a < b`
    Below,
    /// `a <= b`
    AtMost,
    /// `a > b`
    Above,
    /// `a >= b`
    AtLeast,
    /// `a is b`
    Is,
    /// `a is not b`
    IsNot,
    /// `a in b`
    In,
    /// `a not in b`
    NotIn,
    /// `a within b`
    Within,
    /// `a not within b`
    NotWithin,
    /// `item matches 1C905.b`
    Matches,
    /// `a meets {b, c}`
    Meets,
    /// `a has {b, c}`
    Has,
}

impl Comparison {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Comparison::Below => "<",
            Comparison::AtMost => "<=",
            Comparison::Above => ">",
            Comparison::AtLeast => ">=",
            Comparison::Is => "is",
            Comparison::IsNot => "is not",
            Comparison::In => "in",
            Comparison::NotIn => "not in",
            Comparison::Within => "within",
            Comparison::NotWithin => "not within",
            Comparison::Matches => "matches",
            Comparison::Meets => "meets",
            Comparison::Has => "has",
        }
    }

    /// One of `<`, `<=`, `>`, `>=`.
    pub fn is_order(self) -> bool {
        matches!(self, Comparison::Below | Comparison::AtMost | Comparison::Above | Comparison::AtLeast)
    }
}

/// The four operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// `a + b`
    Plus,
    /// `a - b`
    Minus,
    /// `a * b`
    Times,
    /// `a / b`
    Over,
}

/// The quantifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `any`
    Any,
    /// `all`
    All,
    /// `no`
    No,
}
