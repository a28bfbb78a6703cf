//! Dates in other digits and by other calendars, brought into ours: Arabic and Thai digits, the months of Thai, Arabic and
//! Persian, the years of the Buddhist and of the Persian calendar.

use std::borrow::Cow;

/// By how many years the Buddhist calendar is ahead of ours, and the years that can only be its own.
const BUDDHIST_AHEAD: i32 = 543;
const BUDDHIST_YEARS: std::ops::Range<i32> = 2500..2700;
/// The years of the Persian calendar that pages are dated by.
const PERSIAN_YEARS: std::ops::Range<i32> = 1369..1479;
/// Days of the first six months of the Persian year, and of the others.
const LONG_MONTH: i32 = 31;
const SHORT_MONTH: i32 = 30;

const THAI_MONTHS: [[&str; 2]; 12] = [
    ["มกราคม", "ม.ค."],
    ["กุมภาพันธ์", "ก.พ."],
    ["มีนาคม", "มี.ค."],
    ["เมษายน", "เม.ย."],
    ["พฤษภาคม", "พ.ค."],
    ["มิถุนายน", "มิ.ย."],
    ["กรกฎาคม", "ก.ค."],
    ["สิงหาคม", "ส.ค."],
    ["กันยายน", "ก.ย."],
    ["ตุลาคม", "ต.ค."],
    ["พฤศจิกายน", "พ.ย."],
    ["ธันวาคม", "ธ.ค."],
];

/// In Egypt and in the Levant.
const ARABIC_MONTHS: [[&str; 2]; 12] = [
    ["يناير", "كانون الثاني"],
    ["فبراير", "شباط"],
    ["مارس", "آذار"],
    ["أبريل", "نيسان"],
    ["مايو", "أيار"],
    ["يونيو", "حزيران"],
    ["يوليو", "تموز"],
    ["أغسطس", "آب"],
    ["سبتمبر", "أيلول"],
    ["أكتوبر", "تشرين الأول"],
    ["نوفمبر", "تشرين الثاني"],
    ["ديسمبر", "كانون الأول"],
];

const PERSIAN_MONTHS: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

const ENGLISH_MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A text with its date in our digits and by our calendar; the text itself where it needs nothing.
pub(super) fn in_our_calendar(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| is_thai(c) || is_arabic(c)) {
        return Cow::Borrowed(text);
    }
    let plain: String = text.chars().map(plain_digit).collect();
    if let Some(date) = persian(&plain) {
        return Cow::Owned(date);
    }
    let is_dated_in_thai = text.chars().any(is_thai);
    let named = month_in(&plain, &THAI_MONTHS).or_else(|| month_in(&plain, &ARABIC_MONTHS));
    let dated = match named {
        Some((name, english)) => plain.replacen(name, &format!(" {english} "), 1),
        None => plain,
    };
    Cow::Owned(if is_dated_in_thai { in_our_years(&dated) } else { dated })
}

/// Whether a character is one of Thai, or of Arabic and Persian.
fn is_thai(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}')
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}')
}

/// A digit of another script as ours, and the Arabic comma.
fn plain_digit(c: char) -> char {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{e50}'..='\u{e59}' => 0xe50,
        '،' => return ',',
        _ => return c,
    };
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

/// The month of a list that a text names: its name there and in English. Of two names of which one is a part of the other
/// the longer is meant.
fn month_in(text: &str, months: &[[&'static str; 2]; 12]) -> Option<(&'static str, &'static str)> {
    let named = months.iter().zip(ENGLISH_MONTHS);
    let found = named.flat_map(|(names, english)| names.iter().map(move |name| (*name, english)));
    found.filter(|(name, _)| text.contains(name)).max_by_key(|(name, _)| name.len())
}

/// The numbers of a text and where they end.
fn numbers(text: &str) -> impl Iterator<Item = (i32, usize)> {
    let mut end = 0;
    text.split(|c: char| !c.is_ascii_digit()).filter_map(move |digits| {
        let start = end;
        end = start + digits.len() + text.get(start + digits.len()..)?.chars().next().map_or(0, char::len_utf8);
        Some((digits.parse().ok()?, start + digits.len()))
    })
}

/// A text with the years of the Buddhist calendar counted from ours.
fn in_our_years(text: &str) -> String {
    let year = numbers(text).map(|(number, _)| number).find(|number| BUDDHIST_YEARS.contains(number));
    year.map_or_else(
        || text.to_owned(),
        |year| text.replacen(&year.to_string(), &(year - BUDDHIST_AHEAD).to_string(), 1),
    )
}

/// A Persian date by our calendar, with what follows it: `24 تیر 1403` and `1403/04/24`.
fn persian(text: &str) -> Option<String> {
    let found: Vec<(i32, usize)> = numbers(text).take(3).collect();
    let is_word = |name: &str| text.split(|c: char| !c.is_alphabetic()).any(|word| word == name);
    let named = PERSIAN_MONTHS.iter().position(|name| is_word(name)).and_then(|at| i32::try_from(at + 1).ok());
    let (year, month, day, end) = match (named, found.as_slice()) {
        (Some(month), [(day, _), (year, end), ..]) => (*year, month, *day, *end),
        (None, [(year, _), (month, _), (day, end)]) => (*year, *month, *day, *end),
        _ => return None,
    };
    let is_date = PERSIAN_YEARS.contains(&year) && (1..=12).contains(&month) && (1..=LONG_MONTH).contains(&day);
    let ours = if is_date { from_persian(year, month, day)? } else { return None };
    Some(format!("{ours} {}", text.get(end..).unwrap_or_default()))
}

/// A day of the Persian calendar by ours. The year begins with spring; every fourth has a day more, but for one that comes
/// a year late in each cycle of 33.
fn from_persian(year: i32, month: i32, day: i32) -> Option<jiff::civil::Date> {
    const CYCLE: i32 = 33;
    const LEAPS: i32 = 8;
    // The first day of 1375, from which a cycle begins: its leap years are 1375, 1379, …, 1399, 1403.
    const FIRST_YEAR: i32 = 1375;
    let first = jiff::civil::Date::new(1996, 3, 20).ok()?;
    let years = year - FIRST_YEAR;
    let (cycles, within) = (years.div_euclid(CYCLE), years.rem_euclid(CYCLE));
    // Leap are the years 0, 4, … 28 of a cycle.
    let leaps = cycles * LEAPS + ((within + 3) / 4).min(LEAPS);
    let months = (month - 1).min(6) * LONG_MONTH + (month - 7).max(0) * SHORT_MONTH;
    first.checked_add(jiff::Span::new().days(i64::from(years * 365 + leaps + months + day - 1))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_calendars_are_brought_into_ours() {
        let cases = [
            ("2024-05-01", "2024-05-01"),
            ("24 กรกฎาคม 2567", "24  jul  2024"),
            ("๒๔ ก.ค. ๒๕๖๗", "24  jul  2024"),
            ("24 يوليو 2024", "24  jul  2024"),
            ("٢٤ كانون الثاني ٢٠٢٤", "24  jan  2024"),
            ("۲۴ تیر ۱۴۰۳", "2024-07-14 "),
            ("۱۴۰۳/۰۴/۲۴ ۱۲:۳۰", "2024-07-14  12:30"),
            ("1 فروردین 1403", "2024-03-20 "),
            ("30 اسفند 1403", "2025-03-20 "),
            ("1 فروردین 1404", "2025-03-21 "),
            ("1 فروردین 1400", "2021-03-21 "),
            ("22 بهمن 1399", "2021-02-10 "),
            ("کتاب ۴۰", "کتاب 40"),
        ];
        for (text, want) in cases {
            assert_eq!(in_our_calendar(text), want, "{text}");
        }
    }
}
