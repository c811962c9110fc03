//! Expressions: pest's pairs to the tree, by precedence.

use super::Rule;
use super::ast::{Arithmetic, Comparison, Expr, ExprKind, Name, Path, Quantifier};
use super::build::{Builder, children, first, unescape};
use super::expected::{NESTING, too_deep};
use super::nesting::DEEPEST;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::Number;
use pest::iterators::Pair;
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::sync::LazyLock;

/// How many operators other than `and` and `or` one expression may hold: more would make a tree too deep to walk.
const MOST_OPERATORS: usize = 500;

/// Loosest first. Every operator of the grammar stands here once; a test parses them all.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let comparisons = Op::infix(Rule::at_most, Assoc::Left)
        | Op::infix(Rule::at_least, Assoc::Left)
        | Op::infix(Rule::below, Assoc::Left)
        | Op::infix(Rule::above, Assoc::Left)
        | Op::infix(Rule::is_not, Assoc::Left)
        | Op::infix(Rule::is, Assoc::Left)
        | Op::infix(Rule::not_in, Assoc::Left)
        | Op::infix(Rule::r#in, Assoc::Left)
        | Op::infix(Rule::not_within, Assoc::Left)
        | Op::infix(Rule::within, Assoc::Left)
        | Op::infix(Rule::matches, Assoc::Left)
        | Op::infix(Rule::meets, Assoc::Left)
        | Op::infix(Rule::has, Assoc::Left)
        | Op::infix(Rule::compat_comparison, Assoc::Left);
    PrattParser::new()
        .op(Op::infix(Rule::implies, Assoc::Right))
        .op(Op::infix(Rule::or, Assoc::Left))
        .op(Op::infix(Rule::and, Assoc::Left))
        .op(Op::prefix(Rule::not) | Op::prefix(Rule::compat_not))
        .op(comparisons)
        .op(Op::infix(Rule::as_share, Assoc::Left))
        .op(Op::infix(Rule::plus, Assoc::Left) | Op::infix(Rule::minus, Assoc::Left))
        .op(Op::infix(Rule::times, Assoc::Left) | Op::infix(Rule::over, Assoc::Left))
        .op(Op::prefix(Rule::negative))
});

/// What one step of the precedence parser yields: the tree so far, and what was refused on the way.
struct Step {
    expr: Expr,
    refused: Vec<Diagnostic>,
}

impl Builder<'_> {
    /// The expression directly inside.
    pub(crate) fn expression_in(&mut self, node: &Pair<'_, Rule>) -> Option<Expr> {
        children(node, Rule::expression).next().map(|expression| self.expression(expression))
    }

    /// An expression or the condition of a `where`.
    pub(crate) fn expression(&mut self, node: Pair<'_, Rule>) -> Expr {
        let span = self.span(&node);
        if self.depth == DEEPEST {
            // Once for a block: of what lies around, and of its neighbours, it is said with it.
            if self.diagnostics.iter().all(|told| told.code != NESTING) {
                self.diagnostics.push(too_deep(span));
            }
            return self.nothing();
        }
        self.depth += 1;
        let expr = self.operation(span, node);
        self.depth -= 1;
        expr
    }

    /// Operands and the operators between them.
    fn operation(&mut self, span: Span, node: Pair<'_, Rule>) -> Expr {
        let parts: Vec<_> = node.into_inner().collect();
        let heavy = |rule| !matches!(rule, Rule::and | Rule::or) && !is_operand(rule);
        if parts.iter().filter(|part| heavy(part.as_rule())).count() > MOST_OPERATORS {
            let message = format!("this expression has more than {MOST_OPERATORS} operators");
            self.diagnostics.push(Diagnostic::error(NESTING, span, message).help("give its parts names with `define`"));
            return self.nothing();
        }
        let operands: Vec<Expr> =
            parts.iter().filter(|part| is_operand(part.as_rule())).map(|part| self.primary(part.clone())).collect();
        let mut operands = operands.into_iter();
        let here: &Self = self;
        let step = PRECEDENCE
            .map_primary(|part| match operands.next() {
                Some(expr) => Step { expr, refused: Vec::new() },
                None => Step { expr: Expr { span: here.span(&part), kind: ExprKind::Truth(false) }, refused: Vec::new() },
            })
            .map_prefix(|op, step| here.prefix(&op, step))
            .map_infix(|left, op, right| here.infix(left, &op, right))
            .parse(parts.into_iter());
        self.diagnostics.extend(step.refused);
        step.expr
    }

    fn prefix(&self, op: &Pair<'_, Rule>, mut step: Step) -> Step {
        let span = self.span(op).to(step.expr.span);
        let inner = Box::new(step.expr);
        let kind = match op.as_rule() {
            Rule::negative => ExprKind::Negative(inner),
            Rule::not => ExprKind::Not(inner),
            _ => {
                step.refused.push(self.habit(op, "`!` is not an operator here", "write `not`"));
                ExprKind::Not(inner)
            }
        };
        Step { expr: Expr { span, kind }, refused: step.refused }
    }

    fn infix(&self, left: Step, op: &Pair<'_, Rule>, right: Step) -> Step {
        let span = left.expr.span.to(right.expr.span);
        let mut refused = left.refused;
        refused.extend(right.refused);
        let (left, right) = (left.expr, right.expr);
        let kind = match op.as_rule() {
            Rule::and => ExprKind::And(flatten(left, right, |kind| match kind {
                ExprKind::And(parts) => Ok(parts),
                other => Err(other),
            })),
            Rule::or => ExprKind::Or(flatten(left, right, |kind| match kind {
                ExprKind::Or(parts) => Ok(parts),
                other => Err(other),
            })),
            Rule::implies => ExprKind::Implies(Box::new(left), Box::new(right)),
            Rule::as_share => ExprKind::Share(Box::new(left), Box::new(right)),
            Rule::plus => arithmetic(Arithmetic::Plus, left, right),
            Rule::minus => arithmetic(Arithmetic::Minus, left, right),
            Rule::times => arithmetic(Arithmetic::Times, left, right),
            Rule::over => arithmetic(Arithmetic::Over, left, right),
            Rule::compat_comparison => {
                let (meant, message, help) = habit(op.as_str().trim());
                refused.push(self.habit(op, message, help));
                ExprKind::Compare { op: meant, left: Box::new(left), right: Box::new(right) }
            }
            rule => ExprKind::Compare { op: comparison(rule), left: Box::new(left), right: Box::new(right) },
        };
        Step { expr: Expr { span, kind }, refused }
    }

    fn habit(&self, op: &Pair<'_, Rule>, message: &str, help: &str) -> Diagnostic {
        Diagnostic::error("ukase::syntax::likely_mistake", self.span(op), message).help(help)
    }

    /// One operand.
    pub(crate) fn primary(&mut self, node: Pair<'_, Rule>) -> Expr {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::parenthesis => {
                let inner = self.expression_in(&node).unwrap_or_else(|| self.nothing());
                return Expr { span, ..inner };
            }
            Rule::quantifier => self.quantifier(&node),
            Rule::count => {
                ExprKind::Count { name: self.name_in(&node), over: self.collection(&node), filter: self.filter(&node) }
            }
            Rule::sum => ExprKind::Sum {
                value: self.boxed(&node, 0),
                name: self.name_in(&node),
                over: self.collection(&node),
                filter: self.filter(&node),
            },
            Rule::conditional => {
                ExprKind::If { condition: self.boxed(&node, 0), then: self.boxed(&node, 1), otherwise: self.boxed(&node, 2) }
            }
            Rule::under_reading => match self.reading_ref(&node) {
                Some(reading) => ExprKind::Under(reading),
                None => ExprKind::Truth(false),
            },
            Rule::set => ExprKind::Set(self.entries(&node)),
            Rule::reference_to => self.reference_to(&node),
            _ => self.literal(&node),
        };
        Expr { span, kind }
    }

    fn quantifier(&mut self, node: &Pair<'_, Rule>) -> ExprKind {
        let word = match children(node, Rule::quantity_word).next().map(|word| word.as_str().to_string()).as_deref() {
            Some("all") => Quantifier::All,
            Some("no") => Quantifier::No,
            _ => Quantifier::Any,
        };
        ExprKind::Quantifier {
            word,
            name: self.name_in(node),
            over: self.collection(node),
            filter: self.filter(node),
            body: self.boxed(node, 0),
        }
    }

    fn boxed(&mut self, node: &Pair<'_, Rule>, at: usize) -> Box<Expr> {
        match children(node, Rule::expression).nth(at) {
            Some(part) => Box::new(self.expression(part)),
            None => Box::new(self.nothing()),
        }
    }

    fn filter(&mut self, node: &Pair<'_, Rule>) -> Option<Box<Expr>> {
        let condition = children(node, Rule::r#where).next().and_then(first)?;
        Some(Box::new(self.expression(condition)))
    }

    fn collection(&mut self, node: &Pair<'_, Rule>) -> Box<Expr> {
        let over = children(node, Rule::collection).next().and_then(first);
        Box::new(match over {
            Some(part) if part.as_rule() == Rule::set => self.primary(part),
            Some(part) => Expr { span: self.span(&part), kind: ExprKind::Path(self.path(&part)) },
            None => self.nothing(),
        })
    }

    /// The entries of a set.
    pub(crate) fn entries(&mut self, set: &Pair<'_, Rule>) -> Vec<Expr> {
        let is_entry = |part: &Pair<'_, Rule>| part.as_rule() == Rule::expression || is_operand(part.as_rule());
        let entries = set.clone().into_inner().filter(is_entry);
        let entry = |entry: Pair<'_, Rule>| match entry.as_rule() {
            Rule::expression => self.expression(entry),
            _ => self.primary(entry),
        };
        entries.map(entry).collect()
    }

    fn reference_to(&mut self, node: &Pair<'_, Rule>) -> ExprKind {
        let Some(arguments) = children(node, Rule::arguments).next() else {
            return ExprKind::Path(self.path(node));
        };
        let arguments = children(&arguments, Rule::expression).map(|argument| self.expression(argument)).collect();
        ExprKind::Call { name: self.name_in(node), arguments }
    }

    fn literal(&mut self, node: &Pair<'_, Rule>) -> ExprKind {
        match node.as_rule() {
            Rule::number => ExprKind::Number(number(node)),
            Rule::percent => ExprKind::Percent(hundredth(&number_in(node))),
            Rule::amount => self.amount(node),
            Rule::date => self.date(node).map_or(ExprKind::Truth(false), ExprKind::Date),
            Rule::string => ExprKind::Text(unescape(node)),
            Rule::code => ExprKind::Code(node.as_str().to_string()),
            Rule::truth => ExprKind::Truth(node.as_str().trim() == "true"),
            _ => ExprKind::Path(Path { names: vec![self.name_of(node)], span: self.span(node) }),
        }
    }

    fn amount(&mut self, node: &Pair<'_, Rule>) -> ExprKind {
        let unit = node.clone().into_inner().find(|part| matches!(part.as_rule(), Rule::unit | Rule::working_days));
        let name = unit.map_or_else(|| self.name_of(node), |unit| Name { text: unit.as_str().into(), span: self.span(&unit) });
        ExprKind::Amount(number_in(node), name)
    }
}

fn is_operand(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::parenthesis
            | Rule::quantifier
            | Rule::count
            | Rule::sum
            | Rule::conditional
            | Rule::under_reading
            | Rule::string
            | Rule::date
            | Rule::percent
            | Rule::amount
            | Rule::code
            | Rule::number
            | Rule::truth
            | Rule::set
            | Rule::reference_to
    )
}

fn number(node: &Pair<'_, Rule>) -> Number {
    Number::parse(node.as_str().trim()).unwrap_or(Number::ZERO)
}

fn number_in(node: &Pair<'_, Rule>) -> Number {
    children(node, Rule::number).next().map_or(Number::ZERO, |inner| number(&inner))
}

fn hundredth(number: &Number) -> Number {
    number.over(&100.into()).unwrap_or(Number::ZERO)
}

fn arithmetic(op: Arithmetic, left: Expr, right: Expr) -> ExprKind {
    ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }
}

/// Chains of `and` and of `or` are wide, not deep. A chain inside parentheses keeps its own place.
fn flatten(left: Expr, right: Expr, parts_of: fn(ExprKind) -> Result<Vec<Expr>, ExprKind>) -> Vec<Expr> {
    let mut parts = match parts_of(left.kind) {
        Ok(parts) => parts,
        Err(kind) => vec![Expr { span: left.span, kind }],
    };
    parts.push(right);
    parts
}

fn comparison(rule: Rule) -> Comparison {
    match rule {
        Rule::below => Comparison::Below,
        Rule::at_most => Comparison::AtMost,
        Rule::above => Comparison::Above,
        Rule::at_least => Comparison::AtLeast,
        Rule::is_not => Comparison::IsNot,
        Rule::r#in => Comparison::In,
        Rule::not_in => Comparison::NotIn,
        Rule::within => Comparison::Within,
        Rule::not_within => Comparison::NotWithin,
        Rule::matches => Comparison::Matches,
        Rule::meets => Comparison::Meets,
        Rule::has => Comparison::Has,
        _ => Comparison::Is,
    }
}

/// The operator that was meant, and what to say.
fn habit(written: &str) -> (Comparison, &'static str, &'static str) {
    match written {
        "&&" => (Comparison::Is, "`&&` is not an operator here", "write `and`"),
        "||" => (Comparison::Is, "`||` is not an operator here", "write `or`"),
        "==" => (Comparison::Is, "`==` is not an operator here", "write `is`"),
        "=" => (Comparison::Is, "`=` is not an operator here", "write `is`"),
        "=<" => (Comparison::AtMost, "`=<` is written the other way round", "write `<=`"),
        "=>" => (Comparison::AtLeast, "`=>` is written the other way round", "write `>=`, or `implies` between conditions"),
        "≤" => (Comparison::AtMost, "`≤` is not an operator here", "write `<=`"),
        "≥" => (Comparison::AtLeast, "`≥` is not an operator here", "write `>=`"),
        _ => (Comparison::IsNot, "this is not an operator here", "write `is not`"),
    }
}
