//! What is wrong, where, why, and what to do: the only place that knows miette.

use crate::source::{Sources, Span};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use std::fmt;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy or the facts cannot be used as they are.
    Error,
    /// They can, but something deserves a look.
    Warning,
}

/// A place and what to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Words beside it; may be empty.
    pub text: String,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name such as `ukase::check::unknown_name`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence, lower case, without a full stop.
    pub message: String,
    /// Places, the most important first.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { code, severity: Severity::Error, message: clipped(message.into()), labels, help: None }
    }

    /// The most important place.
    pub fn span(&self) -> Span {
        self.labels.first().map(|label| label.span).unwrap_or_default()
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// The words beside the first place.
    pub fn because(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// A further place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// What to do.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(clipped(text.into()));
        self
    }

    /// What to do, if there is anything to say.
    pub fn maybe_help(mut self, text: Option<String>) -> Diagnostic {
        self.help = self.help.or(text.map(clipped));
        self
    }

    /// It keeps the policy or the facts from being used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn order(&self) -> (Span, &'static str, &str) {
        (self.labels.first().map(|label| label.span).unwrap_or_default(), self.code, &self.message)
    }
}

/// The longest message or help, in characters: what an input repeats of itself is cut.
const LONGEST_MESSAGE: usize = 1200;

fn clipped(text: String) -> String {
    match text.char_indices().nth(LONGEST_MESSAGE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// The stable order of output: by place, then by code.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
    diagnostics.dedup();
}

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colour.
    pub colour: bool,
    /// The width of the terminal in columns.
    pub width: usize,
}

/// Draws one diagnostic with an excerpt of its source.
pub fn render(sources: &Sources, diagnostic: &Diagnostic, style: Style) -> String {
    let theme = if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(style.width.max(40)).with_links(false);
    let mut out = String::new();
    match handler.render_report(&mut out, &Report::new(sources, diagnostic)) {
        Ok(()) => out,
        Err(_) => format!("{}: {}\n", diagnostic.code, printable(&diagnostic.message)),
    }
}

/// Adds a text in lines that are safe on a terminal, the first with a beginning, the others with an indent.
pub(crate) fn wrapped(out: &mut String, first: &str, indent: &str, text: &str, style: Style) {
    let text = printable(text);
    let options = textwrap::Options::new(style.width.max(40)).initial_indent(first).subsequent_indent(indent);
    let options =
        options.word_splitter(textwrap::WordSplitter::NoHyphenation).word_separator(textwrap::WordSeparator::AsciiSpace);
    for line in textwrap::wrap(&text, options) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// Text that is safe on a terminal: control characters and those that turn the direction of writing are shown, not sent.
///
/// ```
/// assert_eq!(ukase::diagnostic::printable("a\u{1b}[31m\u{202e}b"), "a␛[31m⟨U+202E⟩b");
/// ```
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + character as u32).unwrap_or('␦')),
            '\u{7f}' => out.push('␡'),
            hidden if is_hidden(hidden) => out.push_str(&format!("⟨U+{:04X}⟩", hidden as u32)),
            plain => out.push(plain),
        }
    }
    out
}

/// Text that is safe on a terminal and stays on its line.
///
/// ```
/// assert_eq!(ukase::diagnostic::printable_line("a\nb"), "a␊b");
/// ```
pub fn printable_line(text: &str) -> String {
    printable(text).replace('\n', "␊")
}

/// Characters that a reader cannot see or that turn the direction of writing: no name and no message carries them raw.
pub fn is_hidden(character: char) -> bool {
    is_bidirectional(character)
        || matches!(character, '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}'
            | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The twelve controls that turn the direction of writing (Unicode property `Bidi_Control`).
pub fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The longest line of source that is drawn, in characters; longer ones are clipped around the place.
const LONGEST_LINE: usize = 240;

/// A diagnostic as miette wants it, over a cleaned excerpt of one file.
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    message: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    excerpt: Option<Excerpt>,
}

/// The lines around a place, cleaned, with the number of the first.
struct Excerpt {
    name: String,
    text: String,
    first_line: usize,
    column: usize,
}

impl<'a> Report<'a> {
    fn new(sources: &Sources, diagnostic: &'a Diagnostic) -> Report<'a> {
        let mut help = diagnostic.help.clone();
        let (labels, excerpt) = match diagnostic.labels.first() {
            None => (Vec::new(), None),
            Some(first) => {
                let near = |label: &&Label| {
                    let lines = (sources.position(first.span).line, sources.position(label.span).line);
                    label.span.source == first.span.source && lines.0.abs_diff(lines.1) <= 30
                };
                let (shown, far): (Vec<&Label>, Vec<&Label>) = diagnostic.labels.iter().partition(near);
                for label in far {
                    let place = format!("{}:{}", sources.get(label.span.source).name, sources.position(label.span).line);
                    let line = if label.text.is_empty() { format!("see {place}") } else { format!("{place}: {}", label.text) };
                    help = Some(help.map_or(line.clone(), |help| format!("{help}\n{line}")));
                }
                excerpt(sources, &shown)
            }
        };
        let message = printable(&diagnostic.message);
        Report { diagnostic, message, help: help.map(|help| printable(&help)), labels, excerpt }
    }
}

/// Cleans the lines that the labels touch and moves the labels along.
fn excerpt(sources: &Sources, labels: &[&Label]) -> (Vec<LabeledSpan>, Option<Excerpt>) {
    let Some(first) = labels.first() else { return (Vec::new(), None) };
    let source = sources.get(first.span.source);
    let lines = labels.iter().map(|label| source.position(label.span.start as usize).line);
    let (first_line, last_line) = lines.fold((usize::MAX, 0), |(low, high), line| (low.min(line), high.max(line)));
    let mut text = String::new();
    let mut moved = Vec::new();
    for line in first_line..=last_line {
        let range = source.line_range(line);
        let anchor =
            labels.iter().map(|label| label.span.start as usize).find(|start| range.contains(start) || *start == range.end);
        let clip = clip(&source.text, range.clone(), anchor);
        for label in labels.iter().filter(|label| source.position(label.span.start as usize).line == line) {
            let start = (label.span.start as usize).clamp(clip.start, clip.end);
            let end = (label.span.end as usize).clamp(start, clip.end);
            let at = text.len() + printable(&source.text[clip.start..start]).len();
            let length = printable(source.text[start..end].trim_end()).len();
            let words = (!label.text.is_empty()).then(|| printable(&label.text));
            moved.push(match std::ptr::eq(*label, *first) {
                true => LabeledSpan::new_primary_with_span(words, (at, length)),
                false => LabeledSpan::new(words, at, length),
            });
        }
        text.push_str(&printable(source.text[clip].trim_end_matches('\r')));
        text.push('\n');
    }
    (
        moved,
        Some(Excerpt {
            name: printable(&source.name),
            text,
            first_line,
            column: source.position(first.span.start as usize).column,
        }),
    )
}

/// The part of a line that is drawn.
fn clip(text: &str, line: std::ops::Range<usize>, anchor: Option<usize>) -> std::ops::Range<usize> {
    if line.len() <= LONGEST_LINE {
        return line;
    }
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(anchor.unwrap_or(line.start).saturating_sub(LONGEST_LINE / 3).max(line.start));
    start..boundary((start + LONGEST_LINE).min(line.end))
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        at: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = SourceSpan::new(0.into(), self.text.len());
        let lines = self.text.lines().count();
        // The heading asks for the place without the lines around it.
        let is_heading = before == 0 && after == 0;
        let above = if is_heading { self.text[..at.offset().min(self.text.len())].matches('\n').count() } else { 0 };
        let contents = MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            span,
            self.first_line - 1 + above,
            self.column - 1,
            lines,
        );
        Ok(Box::new(contents))
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// No name that is declared is longer, in bytes.
const LONGEST_NAME: usize = 128;

/// The name that was probably meant: close in spelling, or the same but for case.
///
/// ```
/// assert_eq!(ukase::diagnostic::nearest("destinaton", ["departure", "destination"]), Some("destination"));
/// assert_eq!(ukase::diagnostic::nearest("colour", ["departure", "destination"]), None);
/// ```
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_NAME {
        return None;
    }
    let lower = word.to_lowercase();
    let scored = names.into_iter().map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name));
    let (distance, name) = scored.min()?;
    let allowed = (word.chars().count() / 3).max(1);
    (distance <= allowed && !word.is_empty()).then_some(name)
}
