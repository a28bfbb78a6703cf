use std::sync::LazyLock;

use regex::Regex;

use crate::model::Date;
use crate::parse::parse_date;

/// A day in the path of an address.
static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"/((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|t\d|$)").ok()
});

/// The same with the month in letters.
static NAMED_IN_URL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/((?:19|20)\d\d)/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?:/|$)").ok());

/// The day in the path of an address.
pub(super) fn in_url(url: &str) -> Option<Date> {
    numbers_in_url(url).or_else(|| {
        let parts = NAMED_IN_URL.as_ref()?.captures(url)?;
        parse_date(&format!("{} {} {}", parts.get(3)?.as_str(), parts.get(2)?.as_str(), parts.get(1)?.as_str()), 0)
    })
}

fn numbers_in_url(url: &str) -> Option<Date> {
    let parts = IN_URL.as_ref()?.captures(url)?;
    let number = |index| parts.get(index).and_then(|part| part.as_str().parse::<i16>().ok());
    Date::day(number(1)?, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_days_in_addresses() {
        assert_eq!(in_url("https://a.example/2021/03/04/bread.html").map(Date::to_utc).as_deref(), Some("2021-03-04"));
        assert_eq!(in_url("https://a.example/2021/march/4/bread").map(Date::to_utc).as_deref(), Some("2021-03-04"));
        assert_eq!(in_url("https://a.example/2021/bread"), None);
        assert_eq!(in_url("https://a.example/2021/bread/4"), None);
    }
}
