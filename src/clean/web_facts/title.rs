use std::collections::BTreeSet;

/// What divides a title from the name of its site, in page titles.
const DIVIDERS: [&str; 11] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", "_", "|", " • ", "－"];
/// Longest name of a site cut from a title, in characters.
const MAX_SITE_CHARS: usize = 40;

/// The article's title: the heading that the page's own titles speak of, else these titles without the site's name.
pub(super) fn title(
    headings: &[String],
    stated: &[&str],
    page_title: &str,
    site: &str,
) -> Option<(String, &'static str)> {
    let stated: Vec<&str> = stated.iter().copied().filter(|title| !title.is_empty()).collect();
    let all: Vec<&str> = stated.iter().copied().chain([page_title]).collect();
    let best = headings
        .iter()
        .filter(|heading| !heading.eq_ignore_ascii_case(site))
        .map(|heading| (heading, all.iter().map(|title| overlap(heading, title)).fold(0.0, f64::max)))
        .fold(
            None,
            |best: Option<(&String, f64)>, next| if best.is_none_or(|it| next.1 > it.1) { Some(next) } else { best },
        );
    if let Some((heading, share)) = best
        && (share >= 0.5 || (headings.len() == 1 && share >= 0.25))
    {
        return Some((heading.clone(), "dom"));
    }
    if let Some(title) = stated.first() {
        return Some((without_site(title, site).to_owned(), "og"));
    }
    let cut = without_site(page_title, site);
    (!cut.is_empty()).then(|| (cut.to_owned(), "dom"))
}

/// A title without the name of the site behind it, or before it when the site's name is known.
pub(super) fn without_site<'a>(title: &'a str, site: &str) -> &'a str {
    let mut title = title.trim();
    for divider in DIVIDERS {
        let Some((head, tail)) = title.rsplit_once(divider) else { continue };
        let (head, tail) = (head.trim(), tail.trim());
        let named = !site.is_empty() && tail.eq_ignore_ascii_case(site);
        let short = tail.chars().count() <= MAX_SITE_CHARS && tail.chars().count() * 2 <= head.chars().count();
        if named || (short && !head.is_empty()) {
            title = head;
        } else if !site.is_empty() && head.eq_ignore_ascii_case(site) {
            title = tail;
        }
    }
    title
}

/// Share of the words of the shorter text that the longer has, by words of Latin and characters of Chinese.
fn overlap(one: &str, other: &str) -> f64 {
    let (one, other) = (tokens(one), tokens(other));
    let common = one.intersection(&other).count();
    2.0 * common as f64 / (one.len() + other.len()).max(1) as f64
}

fn tokens(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let latin = lower.split(|c: char| !c.is_alphanumeric() || u32::from(c) >= 0x2E80).filter(|word| !word.is_empty());
    let wide = lower.chars().filter(|c| c.is_alphanumeric() && u32::from(*c) >= 0x2E80).map(String::from);
    latin.map(str::to_owned).chain(wide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_the_site() {
        let cases = [
            ("How to bake bread - Crumbs", "", "How to bake bread"),
            ("烤面包的七个步骤_面包网", "", "烤面包的七个步骤"),
            ("Crumbs | Bread", "crumbs", "Bread"),
            (
                "Self-made - a story of bread and butter and more",
                "",
                "Self-made - a story of bread and butter and more",
            ),
        ];
        for (title, site, want) in cases {
            assert_eq!(without_site(title, site), want);
        }
    }

    #[test]
    fn a_heading_must_be_spoken_of() {
        let headings = ["Blog".to_owned(), "How to bake bread".to_owned()];
        assert_eq!(
            title(&headings, &["How to bake good bread"], "x", "").map(|found| found.0).as_deref(),
            Some("How to bake bread")
        );
        let stranger = ["Welcome".to_owned()];
        assert_eq!(title(&stranger, &[], "Bread | Crumbs", "Crumbs").map(|it| it.0).as_deref(), Some("Bread"));
        assert_eq!(title(&[], &[], "", ""), None);
    }
}
