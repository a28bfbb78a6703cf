use crate::model::{Date, Timestamp};

/// First second at which WeChat articles existed (2012-01-01 in Beijing); smaller numbers are no time of publication.
const FIRST: i64 = 1_325_347_200;

/// The first second of 2100: beyond it a number is something else.
const LAST: i64 = 4_102_444_800;

/// An instant written as whole seconds since the epoch, stated in Beijing.
pub(super) fn beijing_seconds(digits: &str) -> Option<Date> {
    let seconds: i64 = digits.trim().parse().ok()?;
    (FIRST..LAST).contains(&seconds).then(|| Date::moment(Timestamp::from_seconds(seconds), Date::BEIJING))
}

/// A time of the form `2025-11-10 12:00[:30]` or a day, in figures with `-`, `/`, `.` or 年月日, read as Beijing time.
/// Words such as 昨天 say nothing without a clock.
pub(super) fn beijing_text(text: &str) -> Option<Date> {
    let text = text.trim();
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    let first = numbers.next().filter(|year| year.len() == 4 && text.starts_with(year))?;
    let year: i16 = first.parse().ok()?;
    let mut next = || numbers.next().and_then(|part| part.parse::<i8>().ok());
    let (month, day) = (next()?, next()?);
    let Some(hour) = next() else { return Date::day(year, month, day) };
    let minute = next()?;
    Date::civil(year, month, day, hour, minute, next().unwrap_or(0), Date::BEIJING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_civil_times_as_beijing() {
        let shown = |date: Option<Date>| date.map_or("-".to_owned(), |date| date.to_string());
        assert_eq!(shown(beijing_seconds("1762747210")), "2025-11-10T12:00:10+08:00");
        for none in ["0", "", "x", "12345", "9999999999999"] {
            assert_eq!(beijing_seconds(none), None, "{none}");
        }
        let cases = [
            ("2025-11-10 12:00", "2025-11-10T12:00:00+08:00"),
            ("2018-03-20", "2018-03-20"),
            ("2022年1月5日 07:08", "2022-01-05T07:08:00+08:00"),
            ("2022/01/05 07:08:09", "2022-01-05T07:08:09+08:00"),
            ("昨天", "-"),
            ("3天前", "-"),
            ("2022-13-01", "-"),
            ("12-25", "-"),
        ];
        for (text, want) in cases {
            assert_eq!(shown(beijing_text(text)), want, "{text}");
        }
    }
}
