use boji_clean::classifier::Strictness;
use boji_clean::model::Word as _;
use toml::Value;
use url::Url;

use super::settings::{RateLimitScope, Recheck};
use crate::model::KeepImages;

/// What is wrong with a value, and what to do; `None` when it is right.
pub(super) fn value_problem(key: &str, value: &Value, default: &Value) -> Option<(String, String)> {
    if value.type_str() != default.type_str() {
        let message = format!("must be {}, not {}", plain_type(default), plain_type(value));
        return Some((message, format!("the default is `{key} = {default}`")));
    }
    if let Value::Integer(number) = value
        && let Some((_, low, high)) = RANGES.iter().find(|(name, ..)| *name == key)
        && !(low..=high).contains(&number)
    {
        return Some((format!("must be from {low} to {high}"), format!("the default is `{key} = {default}`")));
    }
    match (key, value) {
        ("contact", Value::String(contact)) if contact.chars().any(|sign| !(' '..='~').contains(&sign)) => {
            Some(("goes into a request header and must be plain ASCII in one line".to_owned(), String::new()))
        }
        ("strictness", Value::String(word)) if Strictness::from_word(word).is_none() => {
            let known: Vec<&str> = Strictness::ALL.iter().map(|known| known.as_str()).collect();
            Some((format!("is `{word}`"), format!("known here: {}", known.join(", "))))
        }
        ("rate_limit_scope", Value::String(word)) if RateLimitScope::from_word(word).is_none() => {
            Some((format!("is `{word}`"), format!("known here: {}", RateLimitScope::words().join(", "))))
        }
        ("recheck", Value::String(word)) if Recheck::from_word(word).is_none() => {
            Some((format!("is `{word}`"), format!("known here: {}", Recheck::words().join(", "))))
        }
        ("keep_images", Value::String(word)) if KeepImages::from_word(word).is_none() => {
            Some((format!("is `{word}`"), format!("known here: {}", KeepImages::words().join(", "))))
        }
        ("recheck_days", Value::Array(days)) if !are_ages(days) => {
            let message =
                format!("must hold 1 to {MOST_AGES} whole numbers of days from 1 to {OLDEST_DAYS}, ascending");
            Some((message, format!("the default is `{key} = {default}`")))
        }
        ("slow_hosts" | "allow_private", Value::Array(hosts)) => hosts.iter().find_map(|host| {
            let host = host.as_str()?;
            let bare = !host.is_empty() && !host.contains("//") && !host.contains(char::is_whitespace);
            let hint = "write the name alone: `mp.weixin.qq.com`, `127.0.0.1:8080`".to_owned();
            (!bare).then(|| (format!("holds `{host}`, which is no host"), hint))
        }),
        ("on_new" | "on_trouble", Value::Array(words)) if !is_command(words) => Some((
            format!("must hold at most {MOST_WORDS} words in quotes, the first of which is the program"),
            "write `[\"notify-me\", \"--quietly\"]`, or `[\"sh\", \"-c\", \"…\"]` for a line of a shell".to_owned(),
        )),
        ("proxy", Value::String(proxy)) if !proxy.is_empty() => proxy_problem(proxy).map(|problem| {
            (problem.to_owned(), "write `http://127.0.0.1:8080` or `socks5://proxy.example:1080`".to_owned())
        }),
        _ => None,
    }
}

/// Most ages at which a page is looked at again, and the greatest of them in days: ten years.
const MOST_AGES: usize = 8;
const OLDEST_DAYS: i64 = 3_650;

/// Whether these are days at which to look again.
fn are_ages(days: &[Value]) -> bool {
    let days: Vec<i64> = days.iter().map(|day| day.as_integer().unwrap_or_default()).collect();
    (1..=MOST_AGES).contains(&days.len())
        && days.iter().all(|day| (1..=OLDEST_DAYS).contains(day))
        && days.is_sorted_by(|day, next| day < next)
}

/// Most words of a command.
const MOST_WORDS: usize = 100;

/// Whether these are the words of a command, or none.
fn is_command(words: &[Value]) -> bool {
    let is_program = |word: &Value| word.as_str().is_some_and(|word| !word.trim().is_empty());
    words.len() <= MOST_WORDS && words.iter().all(Value::is_str) && words.first().is_none_or(is_program)
}

/// What is wrong with the address of a proxy, without a word of what may be its password.
fn proxy_problem(proxy: &str) -> Option<&'static str> {
    let Ok(url) = Url::parse(proxy) else { return Some("is no address of a proxy") };
    if !matches!(url.scheme(), "http" | "https" | "socks5") {
        return Some("must begin with http://, https:// or socks5://");
    }
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    (!url.has_host() || !is_bare).then_some("must be a host with its port alone")
}

/// Lowest and highest sensible value of the numbers that have less than the whole range. The lower bounds keep a
/// person from switching manners off by a typing error; the upper ones keep sums of them inside the calendar.
const RANGES: [(&str, i64, i64); 24] = [
    ("connect_timeout_seconds", 1, 3_600),
    ("idle_timeout_seconds", 1, 3_600),
    ("total_timeout_seconds", 1, 86_400),
    ("max_body_bytes", 1_000, 4_000_000_000),
    ("max_redirects", 0, 100),
    ("host_gap_millis", 0, 86_400_000),
    ("slow_gap_millis", 0, 86_400_000),
    ("slow_daily_budget", 1, 1_000_000),
    ("concurrency", 1, 1_000),
    ("interval_minutes", 1, 525_600),
    ("auto_least_minutes", 5, 2_880),
    ("auto_patience_seconds", 1, 10_000),
    ("overdue_at_once", 1, 1_000_000),
    ("jitter_percent", 0, 100),
    ("backoff_minutes", 1, 525_600),
    ("backoff_ceiling_hours", 1, 8_760),
    ("server_wait_ceiling_hours", 1, 8_760),
    ("blocked_pause_minutes", 1, 525_600),
    ("pages_per_source", 1, 1_000_000),
    ("page_tries", 1, 1_000),
    ("rechecks_per_source", 1, 1_000_000),
    ("image_bytes", 1_000, 100_000_000),
    ("images_per_article", 1, 1_000),
    ("images_per_source", 1, 1_000_000),
];

fn plain_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list in [ ]",
        Value::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SHIPPED_SETTINGS;

    #[test]
    fn ages_ascend_and_are_few() {
        let default = Value::Array(vec![Value::Integer(1)]);
        let cases: [(&[i64], bool); 7] = [
            (&[1, 7, 30], true),
            (&[3_650], true),
            (&[], false),
            (&[0, 1], false),
            (&[7, 7], false),
            (&[3_651], false),
            (&[1, 2, 3, 4, 5, 6, 7, 8, 9], false),
        ];
        for (days, want) in cases {
            let value = Value::Array(days.iter().map(|day| Value::Integer(*day)).collect());
            assert_eq!(value_problem("recheck_days", &value, &default).is_none(), want, "{days:?}");
        }
        let words = Value::Array(vec![Value::String("1".into())]);
        assert!(value_problem("recheck_days", &words, &default).is_some());
    }

    #[test]
    fn each_range_is_that_of_a_setting_and_holds_its_default() {
        let shipped: toml::Table = toml::from_str(SHIPPED_SETTINGS).expect("the shipped file is valid");
        for (name, low, high) in RANGES {
            let default = shipped.values().find_map(|table| table.get(name)).unwrap_or_else(|| panic!("no {name}"));
            let default = default.as_integer().expect("a number");
            assert!((low..=high).contains(&default), "{name}");
        }
    }
}
