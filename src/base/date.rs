//! A day of the calendar, in UTC: when something that was accepted ends.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate};

/// A day. Whatever ends on a day holds until that day is over, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date: write it as 2027-01-31")]
pub struct DateError(pub String);

impl Date {
    /// The day at so many seconds after the beginning of 1970, in UTC.
    #[must_use]
    pub fn at(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(|time| Date(time.date_naive()))
    }

    /// The day so many days later; the last of all days if there is none.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Self {
        Date(self.0.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
    }

    /// How many days lie between this day and `later`; negative when it is earlier.
    #[must_use]
    pub fn days_until(self, later: Date) -> i64 {
        later.0.signed_duration_since(self.0).num_days()
    }
}

/// The beginning of 1970, when nothing has ended yet.
impl Default for Date {
    fn default() -> Self {
        Date(NaiveDate::default())
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `2027-01-31` and no other form.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_plain);
        date.map(Date).ok_or_else(|| DateError(text.to_owned()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for text in ["2027-01-31", "2028-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in ["2027-02-29", "2027-1-31", "+2027-01-3", "31.01.2027", "2027-01-31T00:00Z", ""]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_day_changes_at_midnight_in_utc() {
        let midnight = 1_769_817_600;
        assert_eq!(Date::at(midnight - 1).unwrap().to_string(), "2026-01-30");
        assert_eq!(Date::at(midnight).unwrap().to_string(), "2026-01-31");
    }

    #[test]
    fn days_are_counted() {
        let day: Date = "2026-12-31".parse().unwrap();
        assert_eq!(day.plus_days(60).to_string(), "2027-03-01");
        assert_eq!(day.days_until(day.plus_days(60)), 60);
        assert_eq!(day.plus_days(60).days_until(day), -60);
    }
}
