//! Days from left to right in a drawing.

use crate::value::Date;
use std::fmt::Write;

/// How many years a scale names.
const MOST_YEARS: usize = 20;

/// The days that are drawn, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) first: Date,
    pub(crate) last: Date,
    /// Where the first day lies, and how far the last lies from it, in pixels.
    pub(crate) left: i64,
    pub(crate) width: i64,
}

impl Scale {
    /// Where a day lies; one beyond the scale at its end.
    pub(crate) fn x(&self, day: Date) -> i64 {
        let days = |day: Date| i64::from(day.0) - i64::from(self.first.0);
        self.left + self.width * days(day).clamp(0, days(self.last)) / days(self.last).max(1)
    }

    /// A line and a number for each year, the numbers at one height and the lines down to another.
    pub(crate) fn years(&self, out: &mut String, top: i64, bottom: i64) {
        let years = self.first.year()..=self.last.year();
        let every = 1 + years.clone().count() / MOST_YEARS;
        for year in years.step_by(every) {
            let Some(day) = Date::parse(&format!("{year:04}-01-01")).filter(|day| *day >= self.first) else { continue };
            let x = self.x(day);
            let _ = writeln!(out, "<line class=\"year\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{bottom}\"/>", top + 2);
            let _ = writeln!(out, "<text x=\"{}\" y=\"{top}\">{year}</text>", x + 3);
        }
    }
}
