//! A checked policy: every name resolved, every expression typed. What [`check`](super::check) guarantees of it: indices are in
//! range, types agree, the order of overriding has no cycle, recursion is monotone.

use super::types::{FieldId, RecordId, Type};
use super::vocabulary::{Enum, Record, Word};
use crate::source::{Sources, Span};
use crate::syntax::ast::{ActKind, Arithmetic, Expect, Quantifier, Title};
use crate::value::{Code, Date, Raw, Value};
use foldhash::HashMap;
use std::sync::Arc;

/// A whole policy.
#[derive(Debug, Clone)]
pub struct CheckedPolicy {
    /// Its files.
    pub sources: Sources,
    /// Its name.
    pub name: String,
    /// Its texts.
    pub title: Title,
    /// The digest of its files: `blake3:…`.
    pub digest: String,
    /// The scale of outcomes, loosest first.
    pub outcomes: Vec<Word>,
    /// Named pairs of day judged and day known.
    pub versions: Vec<Version>,
    /// The vocabulary; the shipment is the first.
    pub records: Vec<Record>,
    /// The enums.
    pub enums: Vec<Enum>,
    /// Every code that the policy names.
    pub codes: CodeTable,
    /// The instruments.
    pub instruments: Vec<Instrument>,
    /// The categories.
    pub categories: Vec<Category>,
    /// The open questions of the law.
    pub questions: Vec<Question>,
    /// What settles them.
    pub guidance: Vec<Guidance>,
    /// The definitions.
    pub defines: Vec<Define>,
    /// The clauses, and further wordings of them by `amend`.
    pub clauses: Vec<Clause>,
    /// The acts of later instruments.
    pub acts: Vec<Act>,
    /// The duties.
    pub duties: Vec<Duty>,
    /// When a licence held covers.
    pub covers: Vec<Cover>,
    /// What may be assumed where no fact says otherwise.
    pub assumptions: Vec<Assumption>,
    /// What has to hold for every shipment.
    pub properties: Vec<Property>,
    /// The findings of an analysis that the policy accepts.
    pub accepted: Vec<Accepted>,
    /// The worked cases.
    pub examples: Vec<Example>,
}

impl CheckedPolicy {
    /// The place of an outcome on the scale.
    pub fn outcome(&self, name: &str) -> Option<usize> {
        self.outcomes.iter().position(|outcome| outcome.name == name)
    }

    /// The field of the shipment that holds its day.
    pub fn day_field(&self) -> Option<FieldId> {
        let fields = &self.records.first()?.fields;
        fields.iter().position(|field| field.name == "date" && field.ty == Type::Date)
    }

    /// A clause's name with its instrument: `2025-61/I(1)`.
    pub fn clause_name(&self, clause: usize) -> String {
        let clause = &self.clauses[clause];
        format!("{}/{}", self.instruments[clause.instrument].id, clause.id)
    }
}

/// `version …`
#[derive(Debug, Clone)]
pub struct Version {
    /// Its name.
    pub name: String,
    /// The day judged.
    pub on: Date,
    /// The day known.
    pub known: Option<Date>,
}

/// Every code that a policy names, sorted, so that a code's place says which lists and categories it lies within.
#[derive(Debug, Clone, Default)]
pub struct CodeTable {
    codes: Vec<Code>,
    places: HashMap<Code, u32>,
}

impl CodeTable {
    /// A table of these codes.
    pub fn new(codes: impl IntoIterator<Item = Code>) -> CodeTable {
        let mut codes: Vec<Code> = codes.into_iter().collect();
        codes.sort_unstable();
        codes.dedup();
        let places = codes.iter().enumerate().map(|(at, code)| (code.clone(), at as u32)).collect();
        CodeTable { codes, places }
    }

    /// The deepest code of the table that `code` lies within.
    pub fn place(&self, code: &Code) -> Option<u32> {
        let above = || code.ancestors().find_map(|text| Code::parse(text).and_then(|code| self.places.get(&code)));
        self.places.get(code).or_else(above).copied()
    }

    /// The code at a place.
    pub fn get(&self, place: u32) -> &Code {
        &self.codes[place as usize]
    }

    /// The codes in order.
    pub fn iter(&self) -> impl Iterator<Item = &Code> {
        self.codes.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}

/// `instrument …`
#[derive(Debug, Clone)]
pub struct Instrument {
    /// Its number.
    pub id: String,
    /// Its texts.
    pub title: Title,
    /// From which day it is known.
    pub published: Date,
    /// On which day its clauses begin.
    pub effective: Date,
    /// The provisions of its text that it names, with what accounts for each.
    pub provisions: Vec<(String, Account)>,
    /// Provisions that decide no verdict, with the reason.
    pub unmodelled: Vec<Unmodelled>,
    /// Where it is declared.
    pub span: Span,
}

/// `unmodelled …`: a provision that decides no verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Unmodelled {
    /// Its number.
    pub provision: String,
    /// What it says.
    pub title: Title,
    /// Why it decides none.
    pub because: String,
}

/// What accounts for a provision of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// A clause of that number, or one below it.
    Clause,
    /// A category that stands under it.
    Category,
    /// An act on other clauses.
    Act,
    /// It is `unmodelled`, with the reason.
    Unmodelled,
}

/// `category …`
#[derive(Debug, Clone)]
pub struct Category {
    /// Its code.
    pub code: Code,
    /// Its texts.
    pub title: Title,
    /// Its own test.
    pub test: Option<Typed>,
    /// The categories directly below it.
    pub below: Vec<usize>,
    /// The customs codes that the law names for reference: what decides is the description.
    pub customs: Vec<String>,
    /// Why it is not complete.
    pub partial: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// `question …`
#[derive(Debug, Clone)]
pub struct Question {
    /// Its name.
    pub name: String,
    /// What is asked.
    pub title: Title,
    /// Its readings.
    pub readings: Vec<Word>,
    /// Where it is declared.
    pub span: Span,
}

/// `guidance …`, one for each question that it settles.
#[derive(Debug, Clone)]
pub struct Guidance {
    /// Its name.
    pub name: String,
    /// Its texts.
    pub title: Title,
    /// From which day on it settles.
    pub published: Date,
    /// The question.
    pub question: usize,
    /// The reading it takes.
    pub reading: usize,
    /// It presumes rather than decides.
    pub presumed: bool,
}

/// `define …`
#[derive(Debug, Clone)]
pub struct Define {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub parameters: Vec<(Variable, Type)>,
    /// The names of its parameters.
    pub names: Vec<String>,
    /// What it stands for.
    pub body: Typed,
    /// It refers to itself, directly or through others.
    pub recursive: bool,
    /// Where it is declared.
    pub span: Span,
}

/// `clause …`
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its instrument.
    pub instrument: usize,
    /// The law's number.
    pub id: String,
    /// Its texts.
    pub title: Title,
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub before: Option<Date>,
    /// What it is bound to, outermost first; empty: the whole shipment.
    pub each: Vec<Binding>,
    /// Its condition.
    pub when: Option<Typed>,
    /// Its outcome.
    pub outcome: Option<usize>,
    /// The clauses it takes the place of, each perhaps under a reading only.
    pub overrides: Vec<(usize, Option<Reading>)>,
    /// What is to be done.
    pub duties: Vec<(usize, Option<String>)>,
    /// The instrument whose `amend` made this wording, with its first day and reading, and the clause it replaces.
    pub amends: Option<Amendment>,
    /// Where it stands.
    pub span: Span,
}

/// A wording made by `amend`.
#[derive(Debug, Clone)]
pub struct Amendment {
    /// The wording it replaces.
    pub replaces: usize,
    /// Only under this reading.
    pub under: Option<Reading>,
}

/// `each item in items`
#[derive(Debug, Clone)]
pub struct Binding {
    /// The variable.
    pub variable: Variable,
    /// Its name.
    pub name: String,
    /// The record whose field the list is.
    pub owner: RecordId,
    /// The list.
    pub list: FieldId,
    /// The record of its rows.
    pub record: RecordId,
}

/// A reading of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reading {
    /// The question.
    pub question: usize,
    /// The reading.
    pub reading: usize,
}

/// `suspend`, `resume`, `extend`, `repeal`
#[derive(Debug, Clone)]
pub struct Act {
    /// The instrument that acts.
    pub instrument: usize,
    /// What it does.
    pub kind: ActKind,
    /// The clauses it is about.
    pub clauses: Vec<usize>,
    /// For `extend`: the acts whose end it moves.
    pub acts: Vec<usize>,
    /// Its first day.
    pub from: Date,
    /// The days after its last, by reading; none: without end.
    pub ends: Vec<(Date, Option<Reading>)>,
    /// Only under this reading.
    pub under: Option<Reading>,
    /// Where it stands.
    pub span: Span,
}

/// `duty …`
#[derive(Debug, Clone)]
pub struct Duty {
    /// Its name.
    pub name: String,
    /// Its texts.
    pub title: Title,
}

/// `cover …`
#[derive(Debug, Clone)]
pub struct Cover {
    /// The outcomes it can cover.
    pub outcomes: Vec<usize>,
    /// The clauses whose outcome it can cover.
    pub clauses: Vec<usize>,
    /// What it is bound to.
    pub each: Vec<Binding>,
    /// When it does.
    pub when: Option<Typed>,
}

/// `assumption …`: facts with a name, which hold where a shipment leaves them open.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// Its name.
    pub name: String,
    /// What it says.
    pub title: Title,
    /// The facts.
    pub facts: Raw,
}

/// `always …`, `monotone …`: what has to hold for every shipment.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its texts.
    pub title: Title,
    /// What it claims.
    pub says: Claim,
    /// Where it stands.
    pub span: Span,
}

/// What a property claims.
#[derive(Debug, Clone)]
pub enum Claim {
    /// A condition on facts and verdict.
    Always {
        /// The condition.
        body: Typed,
        /// The variable that stands for the verdict.
        outcome: Variable,
        /// The scale of outcomes as an enum: the variable's type.
        scale: usize,
    },
    /// More of a fact never makes a verdict looser.
    Monotone {
        /// The way to the fact from the shipment; through a list to one of its elements.
        path: Vec<(RecordId, FieldId)>,
    },
}

/// `accept …`: a finding that the policy has looked at and leaves as it is.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The kind of finding.
    pub kind: FindingKind,
    /// What it is about: clauses, categories (with all below them), questions, outcomes.
    pub subjects: Vec<String>,
    /// Only the condition with these words.
    pub about: Option<String>,
    /// The reason.
    pub because: String,
    /// Where it stands.
    pub span: Span,
}

/// What an analysis can find in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A clause that decides no verdict.
    DeadClause,
    /// A category that decides no verdict.
    DeadCategory,
    /// A condition that never matters.
    IdleCondition,
    /// Two clauses of which nothing says which counts.
    Overlap,
    /// Days on which a clause has no wording.
    Gap,
    /// An outcome that no shipment has.
    UnreachedOutcome,
    /// A question on whose reading no verdict hangs.
    IdleQuestion,
}

impl FindingKind {
    /// Every kind, in the order in which findings are told.
    pub const ALL: [FindingKind; 7] = [
        FindingKind::DeadClause,
        FindingKind::DeadCategory,
        FindingKind::IdleCondition,
        FindingKind::Overlap,
        FindingKind::Gap,
        FindingKind::UnreachedOutcome,
        FindingKind::IdleQuestion,
    ];

    /// The word for it, in policies and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            FindingKind::DeadClause => "dead_clause",
            FindingKind::DeadCategory => "dead_category",
            FindingKind::IdleCondition => "idle_condition",
            FindingKind::Overlap => "overlap",
            FindingKind::Gap => "gap",
            FindingKind::UnreachedOutcome => "unreached_outcome",
            FindingKind::IdleQuestion => "idle_question",
        }
    }
}

/// `example …`
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name.
    pub name: String,
    /// The day judged.
    pub on: Option<Date>,
    /// The day known.
    pub known: Option<Date>,
    /// Readings chosen.
    pub under: Vec<Reading>,
    /// What it assumes, by place among the assumptions.
    pub assuming: Vec<usize>,
    /// The facts.
    pub given: Option<Arc<Raw>>,
    /// What is expected, with resolved clauses.
    pub expects: Vec<Expected>,
    /// Where it stands.
    pub span: Span,
}

/// An expectation, resolved.
#[derive(Debug, Clone)]
pub struct Expected {
    /// As written.
    pub expect: Expect,
    /// Outcomes it names.
    pub outcomes: Vec<usize>,
    /// Clauses it names, as `2025-61/I(1)`.
    pub clauses: Vec<String>,
}

/// A variable of an expression; unique in the policy.
pub type Variable = usize;

/// A typed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// Where it stands.
    pub span: Span,
    /// Its type.
    pub ty: Type,
    /// What it computes.
    pub kind: TypedKind,
}

/// Every kind of typed expression.
#[allow(missing_docs, reason = "the text above each variant shows its fields")]
#[derive(Debug, Clone, PartialEq)]
pub enum TypedKind {
    /// A literal.
    Constant(Value),
    /// The shipment itself.
    Shipment,
    /// A variable that stands for a record, or a value parameter.
    Variable(Variable),
    /// A field of a record.
    Field(Box<Typed>, FieldId),
    /// All of these.
    And(Vec<Typed>),
    /// One of these.
    Or(Vec<Typed>),
    /// Not this.
    Not(Box<Typed>),
    /// `a < b`
    Below(Box<Typed>, Box<Typed>),
    /// `a <= b`
    AtMost(Box<Typed>, Box<Typed>),
    /// `a is b`
    Equal(Box<Typed>, Box<Typed>),
    /// The value is one of these constants, each perhaps only from a day on and before another.
    OneOf(Box<Typed>, Vec<Entry>),
    /// The set that a fact gives holds the value.
    Contains { set: Box<Typed>, member: Box<Typed> },
    /// The code lies within one of these.
    Within(Box<Typed>, Vec<Entry>),
    /// The code lies within one of those that a fact gives.
    WithinFact(Box<Typed>, Box<Typed>),
    /// The record matches one of these categories.
    Matches(Box<Typed>, Vec<usize>),
    /// `any`, `all`, `no`
    Quantifier { word: Quantifier, variable: Variable, over: Box<Typed>, filter: Option<Box<Typed>>, body: Box<Typed> },
    /// `count of`
    Count { variable: Variable, over: Box<Typed>, filter: Option<Box<Typed>> },
    /// `sum of`
    Sum { variable: Variable, value: Box<Typed>, over: Box<Typed>, filter: Option<Box<Typed>> },
    /// `a as share of b`
    Share(Box<Typed>, Box<Typed>),
    /// `a + b`
    Arithmetic(Arithmetic, Box<Typed>, Box<Typed>),
    /// `if c then a else b`
    If(Box<Typed>, Box<Typed>, Box<Typed>),
    /// `under reading q.r`
    Under(Reading),
    /// A definition.
    Call(usize, Vec<Typed>),
    /// A function of the table.
    Function(super::functions::Function, Vec<Typed>),
}

/// A constant entry of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Its first day.
    pub from: Option<Date>,
    /// The day after its last.
    pub before: Option<Date>,
}
