use std::fmt;

use boji_clean::model::Date;
use serde::{Serialize, Serializer};

/// The month in which an article says that it was published, where it says so; "" for one that names no day. Shown and written as
/// `2024-05`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(Option<(i16, i8)>);

impl Month {
    /// The month of a day, in the zone in which it was stated.
    pub(super) fn of(published: Option<Date>) -> Self {
        match published.map(Date::local_day) {
            Some(Date::Day { year: year @ 1..=9_999, month, .. }) => Self(Some((year, month))),
            // An instant outside of the calendar is no day that anybody stated.
            _ => Self(None),
        }
    }

    /// Months since the beginning of the calendar; `None` where no day is stated.
    pub(super) fn number(self) -> Option<i32> {
        self.0.map(|(year, month)| i32::from(year) * 12 + i32::from(month) - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((year, month)) => write!(f, "{year:04}-{month:02}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use boji_clean::model::Timestamp;

    use super::*;

    #[test]
    fn a_month_is_that_of_the_place_where_the_day_was_stated() {
        for (date, want) in [
            ("", ""),
            ("2024-05-31", "2024-05"),
            ("2024-06-01T00:30:00+08:00", "2024-06"),
            ("2024-05-31T23:30:00-04:00", "2024-05"),
            ("2024-05-31T23:30:00Z", "2024-05"),
            ("0009-01-01", "0009-01"),
        ] {
            assert_eq!(Month::of(Date::parse(date)).to_string(), want, "{date}");
        }
        let beyond = Date::moment(Timestamp::from_millis(i64::MAX), 0);
        assert_eq!(Month::of(Some(beyond)).to_string(), "");
    }
}
