//! The document as one HTML file that needs nothing beside it: the Markdown with a table of contents and the timeline drawn.

use super::drawing::{drawing, escaped};
use super::markdown::page;
use crate::check::CheckedPolicy;
use crate::eval::Judge;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;

/// The whole policy as one self-contained HTML file.
///
/// ```
/// use ukase::{check::check, document::html, source::Sources};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let page = html(&policy.unwrap());
/// assert!(page.contains("<h3 id=\"1/I\">1/I To the far north</h3>"));
/// assert!(page.contains("<svg") && !page.contains("http-equiv"));
/// ```
pub fn html(policy: &CheckedPolicy) -> String {
    let judge = Judge::new(policy, None);
    let text = page(&judge);
    let (events, headings) = with_anchors(Parser::new_ext(&text, Options::ENABLE_TABLES).collect());
    let mut body = String::new();
    pulldown_cmark::html::push_html(&mut body, events.into_iter());
    let title = escaped(&policy.title.text);
    let contents = contents(&headings);
    let picture = drawing(&judge);
    // The picture stands above the table of the same events.
    let body = body.replacen(TIMELINE, &format!("{TIMELINE}\n<div class=\"drawing\">{picture}</div>"), 1);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<nav>\n{contents}</nav>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

const TIMELINE: &str = "<h2 id=\"Timeline\">Timeline</h2>";

/// A heading: its level, its anchor, its words.
type Heading = (HeadingLevel, String, String);

/// Gives every heading an anchor of its own words.
fn with_anchors(mut events: Vec<Event<'_>>) -> (Vec<Event<'_>>, Vec<Heading>) {
    let mut headings = Vec::new();
    let mut taken = BTreeSet::new();
    for at in 0..events.len() {
        let Event::Start(Tag::Heading { level, .. }) = &events[at] else { continue };
        let level = *level;
        let inside = events[at + 1..].iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let words: String = inside
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        let stem = stem(level, &words);
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let anchor = std::iter::once(stem.clone()).chain(numbered).find(|anchor| !taken.contains(anchor)).unwrap_or(stem.clone());
        taken.insert(anchor.clone());
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
            *id = Some(CowStr::from(anchor.clone()));
        }
        headings.push((level, anchor, words));
    }
    (events, headings)
}

/// A provision is found by its number (`2025-61/I(1)`), a question by its name, a chapter by its words.
fn stem(level: HeadingLevel, words: &str) -> String {
    let first = words.split_whitespace().next().unwrap_or_default();
    match level {
        HeadingLevel::H3 => first.trim_end_matches(':').to_string(),
        _ => words.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"),
    }
}

/// The chapters, each with its provisions folded below it.
fn contents(headings: &[Heading]) -> String {
    let mut out = String::new();
    let mut is_open = false;
    let mut chapters = headings.iter().filter(|(level, ..)| matches!(level, HeadingLevel::H2 | HeadingLevel::H3)).peekable();
    while let Some((level, anchor, words)) = chapters.next() {
        let link = format!("<a href=\"#{anchor}\">{}</a>", escaped(words));
        let has_parts = chapters.peek().is_some_and(|(next, ..)| *next == HeadingLevel::H3);
        match level {
            HeadingLevel::H2 => {
                if std::mem::take(&mut is_open) {
                    out.push_str("</details>\n");
                }
                if has_parts {
                    is_open = true;
                    out.push_str(&format!("<details><summary>{link}</summary>\n"));
                } else {
                    out.push_str(&format!("<p>{link}</p>\n"));
                }
            }
            _ => out.push_str(&format!("<p class=\"part\">{link}</p>\n")),
        }
    }
    if is_open {
        out.push_str("</details>\n");
    }
    out
}

const STYLE: &str = "
:root{color-scheme:light}
body{margin:0;display:grid;grid-template-columns:20rem minmax(0,1fr);font:16px/1.5 Georgia,'Noto Serif CJK SC',serif;color:#1b1b1b}
nav{position:sticky;top:0;height:100vh;overflow:auto;box-sizing:border-box;padding:1.2rem;border-right:1px solid #ddd;background:#faf9f6;font:13px/1.4 sans-serif}
nav p{margin:.3rem 0}nav .part{margin-left:1rem}nav a{color:#1d4f8c;text-decoration:none}nav a:hover{text-decoration:underline}
main{padding:1.5rem 3rem 6rem;max-width:68rem}
h1{font-size:1.9rem}h2{margin-top:3rem;border-bottom:2px solid #1d4f8c}h3{margin-top:2rem;font-size:1.1rem}
table{margin:1rem 0;border-collapse:collapse;font-size:.9rem}td,th{border:1px solid #ddd;padding:.25rem .5rem;vertical-align:top;text-align:left}
pre{background:#f4f2ec;padding:.7rem;overflow:auto;font-size:.85rem}code{font-family:Menlo,Consolas,monospace}
ul{padding-left:1.3rem}.drawing{overflow:auto}
@media(max-width:60rem){body{display:block}nav{position:static;height:auto}main{padding:1rem}}
@media print{body{display:block}nav{display:none}}
";
