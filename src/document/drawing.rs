//! The timeline of a policy as a drawing: a row for each calendar, a bar for each state.

use super::calendar::{Calendar, State, calendars};
use super::scale::Scale;
use crate::check::CheckedPolicy;
use crate::eval::Judge;
use std::fmt::Write;

/// The width of the labels, of the bars, and the height of a row, in pixels.
const LABELS: i64 = 230;
const BARS: i64 = 820;
const ROW: i64 = 20;
/// The height of the scale above the rows.
const SCALE: i64 = 46;
/// How many clauses a label names.
const MOST_NAMED: usize = 3;

/// The timeline as SVG: instruments from top to bottom, days from left to right. Colours have their meaning below the rows.
pub fn drawing(judge: &Judge<'_>) -> String {
    let rows = calendars(judge);
    let days = rows.iter().flat_map(|row| row.states.iter().map(|(day, _)| *day));
    let days = days.chain(judge.policy.instruments.iter().map(|instrument| instrument.published));
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return String::new() };
    let scale = Scale { first: first.plus_days(-30), last: last.plus_days(90), left: LABELS, width: BARS };
    let sheet = Sheet { policy: judge.policy, scale };
    sheet.draw(&rows)
}

struct Sheet<'p> {
    policy: &'p CheckedPolicy,
    scale: Scale,
}

impl Sheet<'_> {
    fn draw(&self, rows: &[Calendar]) -> String {
        let height = SCALE + ROW * rows.len() as i64 + 40;
        let width = LABELS + BARS + 10;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
             aria-label=\"Timeline of the instruments\" font-family=\"sans-serif\" font-size=\"11\">\n{STYLE}"
        );
        self.published(&mut out, height - 34);
        for (at, row) in rows.iter().enumerate() {
            self.row(&mut out, row, SCALE + ROW * at as i64);
        }
        legend(&mut out, height - 12);
        out.push_str("</svg>\n");
        out
    }

    /// The years, the days of publication, and their lines down to the legend.
    fn published(&self, out: &mut String, bottom: i64) {
        self.scale.years(out, 12, bottom);
        for (at, instrument) in self.policy.instruments.iter().enumerate() {
            let x = self.scale.x(instrument.published);
            let y = 24 + 9 * (at as i64 % 2);
            let title = escaped(&format!("{} published {}", instrument.title.text, instrument.published));
            let _ = writeln!(out, "<path class=\"published\" d=\"M{x} {y} l-4 -7 h8 z\"><title>{title}</title></path>");
        }
    }

    fn row(&self, out: &mut String, row: &Calendar, top: i64) {
        let label = escaped(&self.label(row));
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>", LABELS - 8, top + 13);
        for (at, (from, state)) in row.states.iter().enumerate() {
            let class = match state {
                State::NotYet | State::Ended => continue,
                State::InForce => "force",
                State::Suspended => "suspended",
                State::Open => "open",
            };
            let next = row.states.get(at + 1).map(|(day, _)| *day);
            let (left, right) = (self.scale.x(*from), self.scale.x(next.unwrap_or(self.scale.last)));
            let until = next.map_or(String::new(), |next| format!(" to {}", next.plus_days(-1)));
            let title = escaped(&format!("{}: {} from {from}{until}", self.label(row), state.words()));
            let _ = writeln!(
                out,
                "<rect class=\"{class}\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{title}</title></rect>",
                top + 3,
                (right - left).max(2),
                ROW - 6
            );
        }
    }

    /// The instrument, and the clauses where it has others with another calendar.
    fn label(&self, row: &Calendar) -> String {
        let id = &self.policy.instruments[row.instrument].id;
        let of_instrument = self.policy.clauses.iter().filter(|clause| clause.instrument == row.instrument).count();
        if of_instrument == row.clauses.len() {
            return id.clone();
        }
        let named: Vec<&str> =
            row.clauses.iter().take(MOST_NAMED).map(|clause| self.policy.clauses[*clause].id.as_str()).collect();
        let more = row.clauses.len().saturating_sub(MOST_NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{id}/{}{more}", named.join(", "))
    }
}

/// Colours that print, with a hatch for what is suspended.
const STYLE: &str = "<defs><pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"5\" height=\"5\" fill=\"#e8e8e8\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\" stroke=\"#8a8a8a\" stroke-width=\"2\"/></pattern></defs>
<style>.force{fill:#2f6db3}.suspended{fill:url(#hatch)}.open{fill:#f2b34c}.year{stroke:#d0d0d0}.published{fill:#a33}text{fill:#222}</style>
";

fn legend(out: &mut String, y: i64) {
    let parts = [("force", "in force"), ("suspended", "suspended"), ("open", "open: it hangs on how a question is read")];
    let mut x = LABELS;
    for (class, words) in parts {
        let _ = writeln!(out, "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"18\" height=\"10\"/>", y - 9);
        let _ = writeln!(out, "<text x=\"{}\" y=\"{y}\">{words}</text>", x + 24);
        x += 60 + 6 * words.len() as i64;
    }
    let _ =
        writeln!(out, "<path class=\"published\" d=\"M{x} {y} l-4 -7 h8 z\"/><text x=\"{}\" y=\"{y}\">published</text>", x + 8);
}

/// Text as SVG and HTML have it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
