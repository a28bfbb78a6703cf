//! Values of JSON as WeChat writes them: numbers as strings, strings with entities, times in Beijing.

use boji_clean::model::{Date, Timestamp};
use boji_clean::parse::parse_date;
use serde_json::Value;

/// The last second of the year 9999; a later one is no date.
const LAST_SECOND: i64 = 253_402_300_799;

/// A string, or a number written as one, without the entities that WeChat puts into titles.
pub(crate) fn text(value: Option<&Value>) -> String {
    let mut plain = raw_text(value);
    for (entity, sign) in
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        if plain.contains(entity) {
            plain = plain.replace(entity, sign);
        }
    }
    plain.trim().to_owned()
}

/// A string, or a number written as one, as it stands.
pub(crate) fn raw_text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A whole number, or a string that is one.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
}

/// Seconds since 1970 as a moment in Beijing; also milliseconds, and a date in words, which is Beijing's where it says no zone.
pub(crate) fn date(value: Option<&Value>) -> Option<Date> {
    let seconds = value.and_then(number).filter(|seconds| (1..=LAST_SECOND).contains(seconds));
    let in_words = || match value? {
        Value::String(text) => parse_date(text, Date::BEIJING),
        Value::Number(number) => parse_date(&number.to_string(), Date::BEIJING),
        _ => None,
    };
    seconds.map(|seconds| Date::moment(Timestamp::from_seconds(seconds), Date::BEIJING)).or_else(in_words)
}
