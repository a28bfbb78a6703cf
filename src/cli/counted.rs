use std::fmt::Display;

/// So many things in words, "1 article" or "3 articles": of a noun whose plural has an s more.
pub(super) fn counted(number: impl Display, thing: &str) -> String {
    let number = number.to_string();
    let plural = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_thing_has_no_plural() {
        assert_eq!([0, 1, 2, 11].map(|number| counted(number, "page")), ["0 pages", "1 page", "2 pages", "11 pages"]);
    }
}
