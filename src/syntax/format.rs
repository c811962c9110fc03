//! The one way to lay out a policy: comments kept, words untouched, columns aligned.
//!
//! Only blanks change. The result is parsed again and compared, so formatting can never change what a policy says.

use super::blocks::cut;
use super::comments::comment_start;
use super::{File, parse};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// Words that begin a part of a block.
const PARTS: &[&str] = &[
    "zh",
    "en",
    "title",
    "from",
    "through",
    "before",
    "each",
    "when",
    "and",
    "or",
    "then",
    "overrides",
    "duty",
    "cites",
    "reading",
    "settles",
    "source",
    "customs",
    "partial",
    "on",
    "at",
    "under",
    "assuming",
    "given",
    "expect",
    "issuer",
    "published",
    "effective",
    "provisions",
    "column",
    "where",
    "days",
];

/// Lays out one file.
///
/// # Errors
/// The diagnostics of a file that does not parse: it is left alone.
///
/// ```
/// let text = "clause I \"x\"\n  when true\n  then licence   \n\n\n";
/// assert_eq!(ukase::syntax::format::format(text).unwrap(), "clause I \"x\"\n    when  true\n    then  licence\n");
/// ```
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let sources = Sources::of_text("", text);
    let (before, diagnostics) = parse(&sources, crate::source::SourceId(0));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let out = lay_out(&sources.get(crate::source::SourceId(0)).text);
    let again = Sources::of_text("", &out);
    let (after, _) = parse(&again, crate::source::SourceId(0));
    if shape(&before) == shape(&after) {
        Ok(out)
    } else {
        let span = crate::source::Span::default();
        Err(vec![Diagnostic::error(
            "ukase::syntax::format",
            span,
            "this file cannot be laid out without changing what it says, so it is left alone",
        )])
    }
}

/// A tree without its places.
fn shape(file: &File) -> String {
    let written = format!("{:?}", file.blocks);
    let mut out = String::with_capacity(written.len());
    let mut rest = written.as_str();
    while let Some(at) = rest.find("Span {") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

fn lay_out(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\t', "    ");
    let starts: Vec<usize> = cut(&text).into_iter().map(|piece| piece.range.start).collect();
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    let mut at = 0;
    for line in text.split('\n') {
        if starts.contains(&at) {
            blocks.push(Vec::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push(line.trim_end());
        }
        at += line.len() + 1;
    }
    let lines: Vec<String> = blocks.iter().flat_map(|block| lay_out_block(block)).collect();
    let mut out = String::new();
    let mut blank = true;
    for line in lines {
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        out.push_str(&line);
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}

/// How far the lines between the braces of a part stand in.
const INSIDE: usize = 8;

/// A line of a block: what it says, how deep it stood, and its comment.
struct Line<'l> {
    indent: usize,
    code: &'l str,
    comment: Option<&'l str>,
    /// How many brackets are open before it.
    depth: usize,
}

fn lay_out_block(block: &[&str]) -> Vec<String> {
    let mut depth = 0;
    let lines: Vec<Line<'_>> = block
        .iter()
        .map(|line| {
            let (code, comment) = match comment_start(line) {
                Some(at) => (line[..at].trim_end(), Some(&line[at..])),
                None => (*line, None),
            };
            let indent = line.len() - line.trim_start().len();
            let found = Line { indent, code: code.trim(), comment, depth };
            depth = after(depth, code);
            found
        })
        .collect();
    let is_table = lines.iter().any(|line| line.indent == 0 && line.code.ends_with('{'));
    let fields = is_table.then(|| columns(&lines));
    let widest = lines.iter().filter_map(|line| part_of(line, is_table)).map(str::len).max().unwrap_or(0);
    let mut shift = 0;
    let mut opened = None;
    let mut out = Vec::new();
    for line in &lines {
        // What stands between the braces of a part hangs below the part, not below its brace.
        if let Some(depth) = opened.take_if(|_| !line.code.is_empty())
            && line.depth > depth
        {
            shift = INSIDE as isize - line.indent as isize;
        }
        let laid = match (part_of(line, is_table), &fields) {
            _ if line.indent == 0 => line.code.to_string(),
            (Some(part), _) => {
                let rest = line.code[part.len()..].trim_start();
                shift = (4 + widest + 2) as isize - (line.indent + line.code.len() - rest.len()) as isize;
                opened = (rest == "{").then_some(line.depth);
                format!("    {part:widest$}  {rest}").trim_end().to_string()
            }
            (None, Some(columns)) if line.depth == 1 && !line.code.is_empty() && !line.code.starts_with('}') => {
                field(line.code, columns)
            }
            (None, Some(columns)) if is_continuation(line) => format!("{}{}", " ".repeat(columns.indent()), line.code),
            _ if line.code.is_empty() => String::new(),
            _ if line.code == "}" && line.depth == 1 && !is_table => "    }".to_string(),
            _ => {
                let indent = (line.indent as isize + shift).max(4) as usize;
                format!("{}{}", " ".repeat(indent), line.code)
            }
        };
        out.push(with_comment(laid, line));
    }
    out
}

fn after(depth: usize, code: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    code.chars().fold(depth, |depth, character| {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '(' | '[' if !quoted => return depth + 1,
            '}' | ')' | ']' if !quoted => return depth.saturating_sub(1),
            _ => {}
        }
        depth
    })
}

fn with_comment(laid: String, line: &Line<'_>) -> String {
    match line.comment {
        None => laid,
        Some(comment) if laid.is_empty() => {
            let indent = if line.indent == 0 { 0 } else { line.indent.max(4) };
            format!("{}{comment}", " ".repeat(indent))
        }
        Some(comment) => format!("{laid}    {comment}"),
    }
}

/// The keyword of a line that begins a part at the first level of a block.
fn part_of<'l>(line: &Line<'l>, is_table: bool) -> Option<&'l str> {
    let at_first_level = line.indent > 0 && line.depth == usize::from(is_table);
    let word = line.code.split([' ', '"']).next()?;
    let is_instrument_part = matches!(word, "issuer" | "published" | "effective" | "source" | "provisions" | "zh" | "en");
    let fits = if is_table { is_instrument_part && line.code.len() > word.len() } else { PARTS.contains(&word) };
    (at_first_level && fits).then_some(word)
}

/// A translation on a line of its own under a field.
fn is_continuation(line: &Line<'_>) -> bool {
    line.depth == 1 && (line.code.starts_with("zh ") || line.code.starts_with('"'))
}

/// The widths of names and types in a table of fields or words.
struct Columns {
    name: usize,
    ty: usize,
}

impl Columns {
    fn indent(&self) -> usize {
        4 + self.name + 2 + if self.ty > 0 { self.ty + 2 } else { 0 }
    }
}

fn columns(lines: &[Line<'_>]) -> Columns {
    let mut columns = Columns { name: 0, ty: 0 };
    for line in lines.iter().filter(|line| line.indent > 0 && line.depth == 1 && !line.code.starts_with('}')) {
        let (name, ty, rest) = split_field(line.code);
        if part_of(line, true).is_none() && !is_continuation(line) && !name.is_empty() {
            columns.name = columns.name.max(name.chars().count());
            if !rest.is_empty() {
                columns.ty = columns.ty.max(ty.chars().count());
            }
        }
    }
    columns
}

/// A field's name, its type, and what follows.
fn split_field(code: &str) -> (&str, &str, &str) {
    let (name, rest) = code.split_once(' ').unwrap_or((code, ""));
    let rest = rest.trim_start();
    let modifiers = [" default ", " inherits ", " from \"", " ask ", " of whole", " zh "];
    let end = modifiers.iter().filter_map(|word| rest.find(word)).chain(rest.starts_with('"').then_some(0)).min();
    match end {
        Some(end) => (name, rest[..end].trim_end(), rest[end..].trim_start()),
        None => (name, rest, ""),
    }
}

fn field(code: &str, columns: &Columns) -> String {
    let (name, ty, rest) = split_field(code);
    let (first, second) = (columns.name, columns.ty);
    if ty.is_empty() && rest.is_empty() {
        return format!("    {name}");
    }
    if ty.is_empty() || second == 0 {
        let rest = if ty.is_empty() { rest } else { code[name.len()..].trim_start() };
        return format!("    {name:first$}  {rest}").trim_end().to_string();
    }
    format!("    {name:first$}  {ty:second$}  {rest}").trim_end().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_aligned_and_comments_stay() {
        let text = "// top\nclause I \"x\"   // why\n  overrides II, III\n  when a is b\n     and (c\n          or d)   // because\n  then licence\n";
        let expected = "// top\nclause I \"x\"    // why\n    overrides  II, III\n    when       a is b\n    and        (c\n                or d)    // because\n    then       licence\n";
        assert_eq!(format(text).ok().as_deref(), Some(expected));
    }

    #[test]
    fn what_is_given_hangs_below_its_part() {
        let text = "example \"x\"\n  on 2025-01-01\n  given {\n            a: 1\n              b: 2\n       }\n  expect free\n";
        let expected =
            "example \"x\"\n    on      2025-01-01\n    given   {\n        a: 1\n          b: 2\n    }\n    expect  free\n";
        assert_eq!(format(text).ok().as_deref(), Some(expected));
        assert_eq!(format(expected).ok().as_deref(), Some(expected));
    }

    #[test]
    fn fields_are_columns() {
        let text = "record stake {\n  share percent ask \"How much?\"\n  kind text\n    party   party\n}\n";
        let expected = "record stake {\n    share  percent  ask \"How much?\"\n    kind   text\n    party  party\n}\n";
        assert_eq!(format(text).ok().as_deref(), Some(expected));
    }
}
