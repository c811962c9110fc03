//! Days of the civil calendar.

use jiff::civil;
use std::fmt;

/// A day, as a number of days since 1970-01-01: dates have no hour and no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// The first day that can be written.
    pub const FIRST: Date = Date(-719_162);
    /// The last day that can be written.
    pub const LAST: Date = Date(2_932_896);

    /// Reads `YYYY-MM-DD`; `None` for anything else and for days that do not exist.
    ///
    /// ```
    /// use ukase::value::Date;
    /// assert_eq!(Date::parse("2025-12-01").map(|date| date.to_string()), Some("2025-12-01".into()));
    /// assert_eq!(Date::parse("2025-02-29"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
        if !shaped {
            return None;
        }
        let civil = civil::Date::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?).ok()?;
        (civil.year() >= 1).then(|| Date::from_civil(civil))
    }

    fn from_civil(civil: civil::Date) -> Date {
        let days = civil.since(civil::date(1970, 1, 1)).map_or(0, |span| span.get_days());
        Date(days)
    }

    fn civil(self) -> civil::Date {
        civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(self.0)).unwrap_or(civil::Date::MAX)
    }

    /// The day `days` later; it stays within the calendar.
    pub fn plus_days(self, days: i64) -> Date {
        let sum = i64::from(self.0).saturating_add(days);
        Date(sum.clamp(i64::from(Date::FIRST.0), i64::from(Date::LAST.0)) as i32)
    }

    /// The same day `months` later, or the last day of that month where it is shorter.
    pub fn plus_months(self, months: i32) -> Date {
        let span = jiff::Span::new().try_months(months);
        let moved = span.and_then(|span| self.civil().checked_add(span));
        moved.map_or(if months < 0 { Date::FIRST } else { Date::LAST }, Date::from_civil)
    }

    /// The year.
    pub fn year(self) -> i64 {
        i64::from(self.civil().year())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(formatter, "{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An oracle: days from the civil calendar by Howard Hinnant's published method.
    fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// R25: every day of three centuries.
    #[test]
    fn days_agree_with_independent_arithmetic() {
        let (first, last) = (days_from_civil(1900, 1, 1), days_from_civil(2199, 12, 31));
        for number in first..=last {
            let date = Date(number as i32);
            let text = date.to_string();
            let [year, month, day] = [&text[..4], &text[5..7], &text[8..]].map(|part| part.parse::<i64>().unwrap_or(0));
            assert_eq!(days_from_civil(year, month, day), number);
            assert_eq!(Date::parse(&text), Some(date));
        }
    }

    #[test]
    fn months_stop_at_the_end_of_a_month() {
        let end_of_january = Date::parse("2025-01-31").map(|date| date.plus_months(1).to_string());
        assert_eq!(end_of_january.as_deref(), Some("2025-02-28"));
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in ["2025-13-01", "2025-04-31", "2025-4-1", "25-04-01", "0000-01-01", "2025/04/01", "2025-04-01T00:00"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Date::FIRST.to_string(), "0001-01-01");
        assert_eq!(Date::LAST.to_string(), "9999-12-31");
    }
}
