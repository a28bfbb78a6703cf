use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// When something was published, as exactly as it was stated and no more.
///
/// A page that says only the day gives a [`Date::Day`]; nothing is invented to fill it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// An instant, with the zone in which it was stated.
    Moment {
        /// The instant.
        at: Timestamp,
        /// Minutes east of UTC: 480 for Beijing.
        offset_minutes: i16,
    },
    /// A calendar day without a time.
    Day {
        /// Year, 1 to 9999.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month, 1 to 31.
        day: i8,
    },
}

impl Date {
    /// Minutes east of UTC in mainland China, where WeChat stamps its articles.
    pub const BEIJING: i16 = 480;

    /// An instant stated in the zone `offset_minutes` east of UTC.
    pub const fn moment(at: Timestamp, offset_minutes: i16) -> Self {
        Self::Moment { at, offset_minutes }
    }

    /// A civil time in a zone; `None` when the calendar has no such time.
    pub fn civil(year: i16, month: i8, day: i8, hour: i8, minute: i8, second: i8, offset_minutes: i16) -> Option<Self> {
        let civil = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        let zone = jiff::tz::Offset::from_seconds(i32::from(offset_minutes) * 60).ok()?;
        let at = zone.to_timestamp(civil).ok()?;
        Some(Self::moment(Timestamp::from_millis(at.as_millisecond()), offset_minutes))
    }

    /// A day alone; `None` when the calendar has no such day.
    pub fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok()?;
        Some(Self::Day { year, month, day })
    }

    /// The instant, or midnight UTC of a day: good for sorting, not for printing.
    pub fn instant(self) -> Timestamp {
        match self {
            Self::Moment { at, .. } => at,
            Self::Day { year, month, day } => {
                let Some(Self::Moment { at, .. }) = Self::civil(year, month, day, 0, 0, 0, 0) else {
                    return Timestamp::default();
                };
                at
            }
        }
    }

    /// The day that it falls on where it was stated.
    #[must_use]
    pub fn local_day(self) -> Self {
        let Self::Moment { at, offset_minutes } = self else { return self };
        let zone = jiff::tz::Offset::from_seconds(i32::from(offset_minutes) * 60);
        let instant = jiff::Timestamp::from_millisecond(at.as_millis());
        let (Ok(zone), Ok(instant)) = (zone, instant) else { return self };
        let day = zone.to_datetime(instant).date();
        Self::Day { year: day.year(), month: day.month(), day: day.day() }
    }

    /// RFC 3339 in UTC with seconds, or the day alone: the form of the exported record.
    pub fn to_utc(self) -> String {
        match self {
            Self::Moment { at, .. } => at.to_string(),
            Self::Day { .. } => self.to_string(),
        }
    }

    /// Reads what [`fmt::Display`] writes, and any RFC 3339 instant.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(at) = Timestamp::parse(text) {
            return Some(Self::moment(at, offset_of(text)));
        }
        let day: jiff::civil::Date = if text.len() == 10 { text.parse().ok()? } else { return None };
        Self::day(day.year(), day.month(), day.day())
    }
}

fn offset_of(text: &str) -> i16 {
    let Some(tail) = text.get(text.len().saturating_sub(6)..) else { return 0 };
    let sign = match tail.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return 0,
    };
    let number = |part: Option<&str>| part.and_then(|digits| digits.parse::<i16>().ok()).unwrap_or(0);
    sign * (number(tail.get(1..3)) * 60 + number(tail.get(4..6)))
}

/// The stated local time with its zone, `2025-01-10T00:02:00+08:00`, or the day alone.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Moment { at, offset_minutes: 0 } => write!(f, "{at}"),
            Self::Moment { at, offset_minutes } => {
                let local = at.plus_seconds(i64::from(offset_minutes) * 60).to_string();
                let sign = if offset_minutes < 0 { '-' } else { '+' };
                let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
                write!(f, "{}{sign}{hours:02}:{minutes:02}", local.trim_end_matches('Z'))
            }
            Self::Day { year, month, day } => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not a date: {text}")))
    }
}

/// Minutes east of UTC of `+08:00`, `-03:30`, `UTC` or `Z`; `None` outside of the zones in use, -12:00 to +14:00.
pub fn offset_minutes(text: &str) -> Option<i16> {
    if matches!(text, "UTC" | "Z") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = sign * (hours * 60 + minutes);
    (minutes < 60 && (-720..=840).contains(&total)).then_some(total)
}

/// An instant in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Stored as an integer, printed as RFC 3339 with seconds. The rest of the crate never sees a time library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds since the epoch; saturates at the ends of the range.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by `seconds`, which may be negative; saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// This instant moved by `millis`, which may be negative; saturates.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads an RFC 3339 instant such as `2025-01-10T00:02:00+08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let instant: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self(instant.as_millisecond()))
    }
}

/// RFC 3339 in UTC with seconds, `2025-01-09T16:02:00Z`; an instant outside of the calendar prints as the epoch's edge.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.as_seconds();
        let instant = jiff::Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        write!(f, "{}", instant.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_stated_zone_and_exports_utc() {
        let date = Date::civil(2025, 1, 10, 0, 2, 0, Date::BEIJING).expect("a real time");
        assert_eq!(date.to_string(), "2025-01-10T00:02:00+08:00");
        assert_eq!(date.to_utc(), "2025-01-09T16:02:00Z");
        assert_eq!(Date::parse(&date.to_string()), Some(date));
        assert_eq!(date.local_day().to_utc(), "2025-01-10");
    }

    #[test]
    fn a_day_stays_a_day() {
        let date = Date::parse("2024-05-01").expect("a day");
        assert_eq!(date.to_utc(), "2024-05-01");
        assert_eq!(Date::day(2024, 2, 30), None);
    }

    #[test]
    fn a_time_zone_is_an_offset_in_use() {
        let cases = [("+08:00", Some(480)), ("-03:30", Some(-210)), ("UTC", Some(0)), ("+8", None), ("+08:60", None)];
        for (text, want) in cases {
            assert_eq!(offset_minutes(text), want, "{text}");
        }
    }

    #[test]
    fn prints_utc_seconds() {
        let moment = Timestamp::parse("2025-01-10T00:02:00+08:00").expect("valid");
        assert_eq!(moment.to_string(), "2025-01-09T16:02:00Z");
        assert_eq!(Timestamp::from_millis(-1).as_seconds(), -1);
    }
}
