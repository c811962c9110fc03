//! What the parser expected, in a lawyer's words.

use super::Rule;
use super::blocks::KEYWORDS;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use pest::error::{Error, ErrorVariant, InputLocation};

const EXPECTED: &str = "ukase::syntax::expected";
/// Something lies too deep in something else.
pub(crate) const NESTING: &str = "ukase::syntax::nesting";
const LIKELY: &str = "ukase::syntax::likely_mistake";

/// Text that belongs to no block.
pub(crate) fn stray(span: Span, text: &str) -> Diagnostic {
    let first = text.split_whitespace().next().unwrap_or("");
    let word: String = first.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let at = Span { end: span.start + first.len() as u32, ..span };
    let habit = match word.as_str() {
        "rule" | "article" | "provision" | "if" | "when" => Some("clause"),
        "term" | "definition" | "function" | "let" | "def" => Some("define"),
        "test" | "case" => Some("example"),
        "law" | "act" | "announcement" => Some("instrument"),
        "shipment" | "vocabulary" | "schema" => Some("facts"),
        _ => None,
    };
    if let Some(keyword) = habit {
        let message = format!("a block does not begin with `{word}`");
        return Diagnostic::error(LIKELY, at, message).help(format!("write `{keyword}`"));
    }
    let message = if text.starts_with([' ', '\t']) || word.is_empty() || matches!(word.as_str(), "and" | "or" | "then") {
        "this text belongs to no block".to_string()
    } else {
        format!("no block begins with `{word}`")
    };
    let near = crate::diagnostic::nearest(&word, KEYWORDS.iter().copied());
    let help = match near {
        _ if text.starts_with([' ', '\t']) => "a block begins at the very start of its line: remove the blanks before it".into(),
        Some(keyword) => format!("did you mean `{keyword}`?"),
        None => {
            "a block begins with its keyword at the very start of a line, its further lines are indented, and a remark begins \
                 with `//`"
                .into()
        }
    };
    Diagnostic::error("ukase::syntax::stray", at, message).help(help)
}

/// A line that goes on with a block but stands at the margin.
pub(crate) fn unindented(source: crate::source::SourceId, text: &str, at: usize) -> Diagnostic {
    let word = found(&text[at..]);
    let message = format!("a line that begins with `{word}` goes on with the block above");
    Diagnostic::error(LIKELY, Span::new(source, at, at + word.len()), message).help("indent it")
}

/// Something in a block that lies too deep.
pub(crate) fn nested(text: &str, offset: usize, block: Span) -> Diagnostic {
    too_deep(place(text, offset, block))
}

/// What stands there lies too deep.
pub(crate) fn too_deep(at: Span) -> Diagnostic {
    let message = "this is nested more than 64 deep";
    Diagnostic::error(NESTING, at, message).help("give the inner parts names with `define`")
}

/// What is found at a place of a block.
fn place(text: &str, offset: usize, block: Span) -> Span {
    let rest = &text[offset..];
    let start = block.start as usize + offset;
    Span::new(block.source, start, start + found(rest).len().max(usize::from(!rest.is_empty())))
}

/// The one diagnostic of a block that does not parse.
pub(crate) fn diagnose(error: &Error<Rule>, text: &str, block: Span) -> Diagnostic {
    let offset = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at.min(text.len()),
    };
    let rest = &text[offset..];
    let found = found(rest);
    let at = place(text, offset, block);
    let positives: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    if depth(&text[..offset]) > 60 || error.variant.message().contains("stack") {
        return nested(text, offset, block);
    }
    if found.starts_with('}') && positives.contains(&Rule::EOI) {
        return Diagnostic::error("ukase::syntax::stray", at, "this brace closes nothing").help("remove it");
    }
    if let Some(diagnostic) = mistake(found, &text[..offset], rest, at) {
        return diagnostic;
    }
    let before = text[..offset].trim_end();
    if found == "\"" && positives.contains(&Rule::quote) || unclosed_text(text, offset) {
        let (message, help) = if rest.starts_with('\\') {
            ("there is no such escape", "escapes are \\\" \\\\ \\n and \\u{…}; a backslash itself is written twice")
        } else {
            ("this text is not closed on its line", "close it with `\"`; texts that follow one another are joined")
        };
        return Diagnostic::error("ukase::syntax::text", at, message).help(help);
    }
    let what = expectation(positives);
    let message = if found.is_empty() {
        format!("the block ends where {what} is expected")
    } else {
        format!("expected {what}, found `{found}`")
    };
    let diagnostic = Diagnostic::error(EXPECTED, at, message);
    match before.split_whitespace().next_back() {
        Some("then") if positives.contains(&Rule::name) => diagnostic.help("write `then` and a word of the policy's `outcomes`"),
        _ => diagnostic,
    }
}

fn found(rest: &str) -> &str {
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return "";
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let length = if is_word(first) {
        rest.find(|c| !is_word(c)).unwrap_or(rest.len())
    } else {
        let is_sign = |c: char| !is_word(c) && !c.is_whitespace() && !matches!(c, '"' | '{' | '}' | '(' | ')' | '[' | ']' | ',');
        rest.char_indices().find(|(at, c)| *at > 0 && !is_sign(*c)).map_or(rest.len(), |(at, _)| at).max(first.len_utf8())
    };
    let mut length = length.min(40);
    while !rest.is_char_boundary(length) {
        length -= 1;
    }
    &rest[..length]
}

/// How many brackets are open at the end of a text.
fn depth(text: &str) -> usize {
    text.bytes().fold(0usize, |depth, byte| match byte {
        b'{' | b'[' | b'(' => depth + 1,
        b'}' | b']' | b')' => depth.saturating_sub(1),
        _ => depth,
    })
}

fn unclosed_text(text: &str, offset: usize) -> bool {
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    if text[offset..].starts_with('\\') {
        return true;
    }
    line.replace("\\\"", "").matches('"').count() % 2 == 1
}

/// Words and signs that people bring from elsewhere.
fn mistake(found: &str, before: &str, rest: &str, at: Span) -> Option<Diagnostic> {
    let word_before = before.split_whitespace().next_back().unwrap_or("");
    let (message, help) = match found {
        _ if matches!(word_before, "elseif" | "elif") => ("there is no `elseif`", "write `else if … then … else …`"),
        "%" if before.ends_with('%') => ("one `%` is enough", "write `10%`"),
        "until" => (
            "`until` does not say whether the day itself is in",
            "write `through` for a day that is in, `before` for one that is not",
        ),
        "requires" | "require" => ("a clause does not `require`", "write `when` before a condition, `then` before an outcome"),
        "unless" | "except" => ("there is no `unless`", "write `and not …`, or a clause of its own that `overrides` this one"),
        "if" => ("a clause does not begin its condition with `if`", "write `when`"),
        "elseif" | "elif" => ("there is no `elseif`", "write `else if … then … else …`"),
        "==" => ("`==` is not an operator here", "write `is`"),
        "!=" => ("`!=` is not an operator here", "write `is not`"),
        "<>" => ("`<>` is not an operator here", "write `is not`"),
        "≠" => ("`≠` is not an operator here", "write `is not`"),
        "=<" => ("`=<` is not an operator here", "write `<=`"),
        "≤" => ("`≤` is not an operator here", "write `<=`"),
        "=>" => ("`=>` is not an operator here", "write `>=`, or `implies` between conditions"),
        "≥" => ("`≥` is not an operator here", "write `>=`"),
        "&&" => ("`&&` is not an operator here", "write `and`"),
        "&" => ("`&` is not an operator here", "write `and`"),
        "||" => ("`||` is not an operator here", "write `or`"),
        "|" => ("`|` is not an operator here", "write `or`"),
        "!" => ("`!` is not an operator here", "write `not`"),
        ";" => ("lines do not end with a semicolon", "remove it"),
        "“" | "”" | "‘" | "’" => ("texts stand in straight quotes", "write `\"…\"`"),
        _ if rest.starts_with('\'') => ("texts stand in double quotes", "write `\"…\"`"),
        _ => return None,
    };
    Some(Diagnostic::error(LIKELY, at, message).help(help))
}

/// Words without which a construction is not complete.
const DUE: &[Rule] =
    &[Rule::in_word, Rule::by_word, Rule::for_word, Rule::then_word, Rule::else_word, Rule::because_word, Rule::satisfies_word];

/// What an operand may begin with, beside the word for all of it.
const VALUES: &[&str] =
    &["`(`", "`{`", "a code such as 1C905.a", "a date such as 2025-12-01", "a name", "a number", "a text in quotes"];

fn expectation(positives: &[Rule]) -> String {
    // A word that must come is said by itself; what else could go on before it would only hide it.
    let due = |rule: &&Rule| DUE.contains(*rule);
    if let Some(rule) = positives.iter().find(due) {
        return word(*rule).into();
    }
    let mut words: Vec<&str> = positives.iter().map(|rule| word(*rule)).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    // Where an operand is left out, what it might begin with is no news.
    if words.contains(&"a value") && words.contains(&"`(`") {
        words.retain(|word| !VALUES.contains(word));
    }
    if words.contains(&"a value") && words.contains(&"the end") {
        words.retain(|word| *word != "the end");
    }
    match words.as_slice() {
        [] => "something else".into(),
        [one] => (*one).into(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The word for what a rule stands for: total, so that a new rule does not compile until somebody names it.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::EOI => "the end",
        Rule::WHITESPACE | Rule::blank | Rule::name_char | Rule::code_char => "",
        Rule::policy
        | Rule::language
        | Rule::import
        | Rule::outcomes
        | Rule::version
        | Rule::facts
        | Rule::record
        | Rule::enumeration
        | Rule::list
        | Rule::duty
        | Rule::instrument
        | Rule::category
        | Rule::question
        | Rule::guidance
        | Rule::define
        | Rule::clause
        | Rule::unmodelled
        | Rule::suspend
        | Rule::resume
        | Rule::extend
        | Rule::repeal
        | Rule::amend
        | Rule::cover
        | Rule::assumption
        | Rule::always
        | Rule::monotone
        | Rule::accept
        | Rule::example => "a whole block",
        Rule::name | Rule::name_or_word | Rule::names | Rule::word_path => "a name",
        Rule::variant => "a word of the scale",
        Rule::field => "a field",
        Rule::r#type | Rule::set_type | Rule::list_type | Rule::register_type | Rule::quantity_type | Rule::of_type => "a type",
        Rule::unit => "a unit or a currency",
        Rule::time_unit | Rule::working | Rule::working_days => "a number of days or months",
        Rule::relation => "`after`, `before` or `from`",
        Rule::deadline => "`within` and a time",
        Rule::date => "a date such as 2025-12-01",
        Rule::number => "a number",
        Rule::percent
        | Rule::amount
        | Rule::data_amount
        | Rule::truth
        | Rule::literal
        | Rule::primary
        | Rule::worded
        | Rule::entry
        | Rule::operand
        | Rule::expression
        | Rule::condition
        | Rule::parenthesis
        | Rule::quantifier
        | Rule::quantity_word
        | Rule::count
        | Rule::count_of
        | Rule::sum
        | Rule::sum_of
        | Rule::conditional
        | Rule::if_word
        | Rule::under_word
        | Rule::set
        | Rule::reference_to
        | Rule::collection
        | Rule::prefix
        | Rule::not
        | Rule::negative
        | Rule::compat_not
        | Rule::data
        | Rule::bare_word
        | Rule::array => "a value",
        Rule::code => "a code such as 1C905.a",
        Rule::string | Rule::texts | Rule::quote | Rule::characters | Rule::escape => "a text in quotes",
        Rule::reference | Rule::references => "a clause or an instrument",
        Rule::instrument_id => "an instrument such as 2025-61",
        Rule::clause_id => "a clause's number such as I(1)",
        Rule::subject => "what the finding is about",
        Rule::about_part => "`about` and the words of the condition",
        Rule::path | Rule::fact_path => "the path of a fact",
        Rule::infix
        | Rule::implies
        | Rule::or
        | Rule::and
        | Rule::word_infix
        | Rule::sign_infix
        | Rule::at_most
        | Rule::at_least
        | Rule::below
        | Rule::above
        | Rule::is_not
        | Rule::is
        | Rule::not_in
        | Rule::r#in
        | Rule::not_within
        | Rule::within
        | Rule::matches
        | Rule::meets
        | Rule::has
        | Rule::compat_comparison
        | Rule::compat_and
        | Rule::compat_or
        | Rule::sum_sign
        | Rule::plus
        | Rule::minus
        | Rule::times
        | Rule::over
        | Rule::as_share => "an operator",
        Rule::r#where => "`where`",
        Rule::arguments | Rule::open_paren | Rule::parameters => "`(`",
        Rule::parameter => "a parameter",
        Rule::close_paren => "`)`",
        Rule::object | Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_bracket => "`[`",
        Rule::close_bracket => "`]`",
        Rule::in_word => "`in`",
        Rule::by_word => "`by`",
        Rule::for_word => "`for`",
        Rule::then_word => "`then`",
        Rule::else_word => "`else`",
        Rule::because_word => "`because`",
        Rule::satisfies_word => "`satisfies`",
        Rule::equals => "`=`",
        Rule::comma => "`,`",
        Rule::dot => "`.`",
        Rule::colon => "`:`",
        Rule::member => "a fact",
        Rule::title_part | Rule::zh_part | Rule::en_part | Rule::zh_word | Rule::en_word => "`zh` or `en`",
        Rule::keyed_by => "`keyed by`",
        Rule::classified_by => "`classified by`",
        Rule::judged => "`on` and a day",
        Rule::enum_flag => "`ordered` or `open`",
        Rule::lookup_part | Rule::known_part => "`from` a file `by` a field",
        Rule::field_part | Rule::default_part | Rule::inherits_part | Rule::ask_part | Rule::whole_part => {
            "`default`, `inherits` or `ask`"
        }
        Rule::list_file | Rule::list_inline => "`from` a file or `=` and a set",
        Rule::list_part | Rule::column_part | Rule::where_part | Rule::days_part => "`column`, `where` or `days`",
        Rule::column_test => "a column and its text",
        Rule::instrument_part
        | Rule::issuer_part
        | Rule::published_part
        | Rule::effective_part
        | Rule::source_part
        | Rule::provisions_part => "`issuer`, `published`, `effective`, `source` or `provisions`",
        Rule::category_part | Rule::customs_part | Rule::partial_part => "`when`, `customs` or `partial`",
        Rule::when_part => "`when`",
        Rule::question_part | Rule::cites_part | Rule::reading_part => "`cites` or `reading`",
        Rule::guidance_part | Rule::settles_part | Rule::presumed => "`settles … as …`",
        Rule::clause_part
        | Rule::each_part
        | Rule::then_part
        | Rule::overrides_part
        | Rule::override_group
        | Rule::group_end
        | Rule::duty_part => "`each`, `overrides`, `when`, `then` or `duty`",
        Rule::from_part | Rule::through_part | Rule::before_part | Rule::ends_part | Rule::act_end => {
            "`from`, `through` or `before`"
        }
        Rule::compat_part | Rule::compat_word => "",
        Rule::act_part | Rule::under_part | Rule::under_reading => "`under reading`",
        Rule::amend_part | Rule::amended_title => "the new wording",
        Rule::cover_part => "`each` or `when`",
        Rule::example_part | Rule::at_part | Rule::assuming_part | Rule::given_part | Rule::expect_part => {
            "`on`, `at`, `assuming`, `given` or `expect`"
        }
        Rule::expectation
        | Rule::expect_open
        | Rule::expect_not
        | Rule::expect_duty
        | Rule::expect_needs
        | Rule::expect_covered
        | Rule::expect_doubt
        | Rule::expect_outcome => "what is expected",
        Rule::reserved | Rule::part_word => "",
    }
}
