//! Timelines as a drawing: a lane for each time in which the same was expected, days from left to right.

use super::Expected;
use crate::analyze::Interval;
use crate::check::CheckedPolicy;
use crate::document::{Scale, escaped};
use crate::value::Date;
use std::fmt::Write;

/// The width of the labels and of the bars, the height of a lane and of the scale above, in pixels.
const LABELS: i64 = 200;
const BARS: i64 = 860;
const LANE: i64 = 34;
const SCALE: i64 = 40;
/// How many days are shown before the first change and after the last.
const BEFORE: i64 = 60;
const AFTER: i64 = 180;
/// A bar that is this wide has room for its outcome.
const ROOM: i64 = 70;

/// The lanes as SVG. An interval is as dark as its strictest outcome, and hatched where several are possible.
pub fn drawing(policy: &CheckedPolicy, name: &str, found: &[Expected]) -> String {
    let changes = || found.iter().flat_map(|one| &one.intervals).map(|one| one.from).filter(|day| *day > Date::FIRST);
    // What was known at first is no change.
    let known = || found.iter().skip(1).map(|one| one.from);
    let first = changes().chain(known()).min().unwrap_or(Date::FIRST).plus_days(-BEFORE);
    let last = changes().chain(known()).max().unwrap_or(first).plus_days(AFTER);
    let sheet = Sheet { policy, scale: Scale { first, last, left: LABELS, width: BARS } };
    let height = SCALE + LANE * found.len() as i64 + 30;
    let width = LABELS + BARS + 10;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{0}\" font-family=\"sans-serif\" font-size=\"11\">\n{STYLE}<text x=\"4\" y=\"14\" font-size=\"13\">{0}</text>\n",
        escaped(&format!("{name}: day by day under {}", policy.name))
    );
    sheet.scale.years(&mut out, 32, height - 26);
    for (at, one) in found.iter().enumerate() {
        sheet.lane(&mut out, one, SCALE + LANE * at as i64);
    }
    sheet.legend(&mut out, height - 8);
    out.push_str("</svg>\n");
    out
}

struct Sheet<'p> {
    policy: &'p CheckedPolicy,
    scale: Scale,
}

impl Sheet<'_> {
    fn lane(&self, out: &mut String, one: &Expected, top: i64) {
        let through = one.through.map_or("and on".to_string(), |day| format!("to {day}"));
        let label = if one.from == Date::FIRST { "day by day".into() } else { format!("known {} {through}", one.from) };
        let _ = writeln!(out, "<text x=\"4\" y=\"{}\">{}</text>", top + 18, escaped(&label));
        one.intervals.iter().for_each(|interval| self.bar(out, interval, top));
        // What was known is drawn from the day on which it was.
        if one.from > Date::FIRST {
            let x = self.scale.x(one.from);
            let _ = writeln!(out, "<line class=\"known\" x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{}\"/>", top + LANE - 4);
        }
    }

    fn bar(&self, out: &mut String, one: &Interval, top: i64) {
        let (left, right) = (self.scale.x(one.from), self.scale.x(one.through));
        if right <= left {
            return;
        }
        let outcomes = one.possible.names(self.policy).join(" or ");
        let by: Vec<&str> = one.by.iter().chain(&one.perhaps_by).map(String::as_str).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
        let title = escaped(&format!("{} to {}: {outcomes}{by}", one.from, one.through));
        let (y, height, width) = (top + 4, LANE - 12, right - left);
        let strictest = one.possible.outcomes.checked_ilog2().unwrap_or(0);
        let share = 100 * i64::from(strictest) / (self.policy.outcomes.len() as i64 - 1).max(1);
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"hsl(8,{}%,{}%)\" stroke=\"#fff\">\
             <title>{title}</title></rect>",
            20 + share * 55 / 100,
            92 - share * 50 / 100,
        );
        if one.possible.outcome().is_none() {
            let _ = writeln!(
                out,
                "<rect class=\"open\" x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"><title>{title}</title></rect>"
            );
        }
        if width >= ROOM {
            let colour = if share > 55 { "#fff" } else { "#222" };
            let room = (width / 7) as usize;
            let words: String = outcomes.chars().take(room).collect();
            let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" fill=\"{colour}\">{}</text>", left + 6, y + 15, escaped(&words));
        }
    }

    fn legend(&self, out: &mut String, y: i64) {
        let scale: Vec<&str> = self.policy.outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
        let words = format!("the darker the stricter: {}; hatched: open", scale.join(", "));
        let _ = writeln!(out, "<text x=\"{LABELS}\" y=\"{y}\">{}</text>", escaped(&words));
    }
}

const STYLE: &str =
    "<defs><pattern id=\"open\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#fff\" stroke-width=\"2\"/></pattern></defs>
<style>.open{fill:url(#open)}.year{stroke:#d0d0d0}.known{stroke:#222;stroke-width:2}</style>
";
