//! Days of dates, in days since 1970.

use crate::model::Date;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// Whether two dates name one day, in UTC or where they were stated.
pub(super) fn same_day(one: Date, other: Date) -> bool {
    let days = |date: Date| [day(date), local_day(date)];
    days(one).iter().any(|day| days(other).contains(day))
}

/// The day in UTC.
pub(super) fn day(date: Date) -> i64 {
    date.instant().as_millis().div_euclid(DAY_MILLIS)
}

/// The day where the date was stated.
pub(super) fn local_day(date: Date) -> i64 {
    day(date.local_day())
}

/// Whether a day is that of an instant where it was published, and the instant falls on another day in UTC.
pub(super) fn may_be(printed: Date, at: Date) -> bool {
    let (Date::Day { .. }, Date::Moment { at: instant, offset_minutes }) = (printed, at) else { return false };
    if offset_minutes != 0 {
        return day(at) != day(printed) && local_day(at) == day(printed);
    }
    let hours = (instant.as_millis() - printed.instant().as_millis()).div_euclid(HOUR_MILLIS);
    (-14..0).contains(&hours) || (24..36).contains(&hours)
}
