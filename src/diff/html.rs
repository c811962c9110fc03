//! A comparison as one HTML file that needs nothing beside it: the timeline of the instruments, the flow of outcomes, the classes with
//! their shipments.

use super::Comparison;
use super::markdown::markdown;
use crate::diagram::Side;
use crate::document::{drawing, escaped};
use pulldown_cmark::{Options, Parser};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The comparison as one self-contained HTML file; `new` has the timeline that is drawn.
pub fn html(comparison: &Comparison, new: Side<'_>) -> String {
    let text = markdown(comparison);
    let mut body = String::new();
    pulldown_cmark::html::push_html(&mut body, Parser::new_ext(&text, Options::ENABLE_TABLES));
    let pictures = format!(
        "<h2>From outcome to outcome</h2>\n<div class=\"drawing\">{}</div>\n<h2>The instruments</h2>\n<div class=\"drawing\">{}</div>\n",
        flow(comparison, new),
        drawing(new.judge)
    );
    let body = body.replacen("<h2>The text</h2>", &format!("{pictures}<h2>The text</h2>"), 1);
    let title = escaped(&format!("{} compared with {}", comparison.new.words(), comparison.old.words()));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The height of an outcome's place, the width of the drawing, and where its columns end and begin.
const ROW: usize = 34;
const WIDTH: usize = 720;
const LEFT: usize = 150;
const RIGHT: usize = 570;

/// The flow of outcomes from old to new: a band for each step, as broad as the classes or shipments that take it are many.
fn flow(comparison: &Comparison, new: Side<'_>) -> String {
    let outcomes = &new.judge.policy.outcomes;
    let mut steps: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for class in &comparison.verdicts {
        let weight = class.corpus.as_ref().map_or(1, |touched| touched.rows);
        *steps.entry(class.step).or_default() += weight;
    }
    let most = steps.values().copied().max().unwrap_or(1).max(1);
    let height = ROW * outcomes.len() + 40;
    let y = |at: usize| 40 + ROW * (outcomes.len() - 1 - at);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-label=\"Flow of outcomes\" font-family=\"sans-serif\" font-size=\"13\">\n"
    );
    let _ =
        writeln!(out, "<text x=\"{LEFT}\" y=\"18\" text-anchor=\"end\" font-weight=\"bold\">{}</text>", day(&comparison.old.on));
    let _ = writeln!(out, "<text x=\"{RIGHT}\" y=\"18\" font-weight=\"bold\">{}</text>", day(&comparison.new.on));
    for ((from, to), weight) in steps.iter().filter(|(_, weight)| **weight > 0) {
        let (a, b, middle) = (y(*from), y(*to), LEFT.midpoint(RIGHT));
        let colour = match to.cmp(from) {
            std::cmp::Ordering::Greater => "#b3261e",
            std::cmp::Ordering::Less => "#1b7f3b",
            std::cmp::Ordering::Equal => "#6b6b6b",
        };
        let breadth = 2 + 14 * weight / most;
        let (names, count) = (format!("{} → {}", outcomes[*from].name, outcomes[*to].name), weight);
        let _ = writeln!(
            out,
            "<path d=\"M{} {a} C{middle} {a} {middle} {b} {} {b}\" fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"0.55\" \
             stroke-width=\"{breadth}\"><title>{names}: {count}</title></path>",
            LEFT + 8,
            RIGHT - 8
        );
    }
    for (at, outcome) in outcomes.iter().enumerate() {
        let (name, line) = (escaped(&outcome.name), y(at) + 4);
        let _ = writeln!(out, "<text x=\"{LEFT}\" y=\"{line}\" text-anchor=\"end\">{name}</text>");
        let _ = writeln!(out, "<text x=\"{RIGHT}\" y=\"{line}\">{name}</text>");
    }
    out.push_str("</svg>\n");
    out
}

fn day(on: &Option<String>) -> &str {
    on.as_deref().unwrap_or("any day")
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1c1c1c;background:#fff}main{max-width:1100px;margin:0 auto;\
padding:24px}table{border-collapse:collapse;width:100%;margin:8px 0}td,th{border:1px solid #d5d5d5;padding:6px 8px;text-align:left;\
vertical-align:top}th{background:#f3f3f3}pre{background:#f6f6f6;padding:8px;white-space:pre-wrap;overflow-wrap:anywhere}details{margin:4px 0}\
summary{cursor:pointer}.drawing{overflow-x:auto}";
