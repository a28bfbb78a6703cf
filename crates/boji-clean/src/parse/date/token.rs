use super::zone::Zone;

/// What a number counts, as CJK dates say after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The part of the day that a time of twelve hours lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayPart {
    /// AM, 上午, 凌晨: twelve is midnight.
    Morning,
    /// 中午.
    Noon,
    /// PM, 下午.
    Afternoon,
    /// 晚上: twelve is the midnight to come.
    Evening,
}

/// A piece of a date. Spaces and weekdays are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number {
        value: u64,
        digits: usize,
    },
    Unit(Unit),
    MonthName(i8),
    DayPart(DayPart),
    /// Half past, as in 3点半.
    Half,
    /// The year before the first of a Japanese era.
    Era(i16),
    Zone(Zone),
    /// The letter between day and time.
    Time,
    /// A word that says nothing about a date.
    Word,
    /// `:`, `-`, `+`, `/`, `.` or `,`.
    Mark(char),
}
