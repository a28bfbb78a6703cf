use boji_clean::clean::Cleaned;
use boji_clean::model::{Article, Origin, canonical_url};
use boji_clean::rules::Rules;
use boji_clean::text::{has_letters, letters};
use url::Url;

use crate::model::{Capture, Entry};

/// Articles with more letters than this are nobody's notice.
const MOST_LETTERS: usize = 200;
/// Letters in a row that two texts about one thing have in common.
const SHARED: usize = 3;

/// The flag of an article that stayed doubtful to the end.
pub(in crate::pipeline) const DOUBTFUL: &str = "doubtful";

/// Why a page that reads like an article is hardly that of its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The address of the entry leads to a front page, a log-in, a search.
    LeadsAway,
    /// Other entries of the source lead to the same address.
    IsOthers,
    /// It says little, has no day and no author of its own, and none of the words of the entry's title.
    IsUnlike,
}

impl Doubt {
    /// The same as a clause.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::LeadsAway => "the address leads to a front page, a door or a search",
            Self::IsOthers => "other entries lead to the same address",
            Self::IsUnlike => "it says little, and nothing of what the source calls it",
        }
    }

    /// Whether it may be stored after all, flagged, when it stays as it is.
    pub(super) const fn may_be_true(self) -> bool {
        matches!(self, Self::IsUnlike)
    }
}

/// Whether a page is hardly the entry's. `is_others` when the store knows another entry by another address that led to the
/// same article.
pub(super) fn doubt(
    entry: &Entry,
    capture: &Capture,
    cleaned: &Cleaned,
    article: &Article,
    is_others: bool,
    rules: &Rules,
) -> Option<Doubt> {
    if article.origin == Origin::Wechat {
        return None;
    }
    let is_elsewhere = canonical_url(capture.final_url()) != canonical_url(&entry.candidate.url);
    if is_elsewhere && leads_away(&entry.candidate.url, capture.final_url(), rules) {
        return Some(Doubt::LeadsAway);
    }
    if is_elsewhere && is_others {
        return Some(Doubt::IsOthers);
    }
    let own = |field: &str| cleaned.facts.provenance.get(field).is_some_and(|place| *place != "feed");
    let is_bare = !own("published") && !own("authors") && !has_letters(&article.text, MOST_LETTERS);
    let title = &entry.candidate.title;
    (is_bare && has_letters(title, SHARED + 1) && !shares(title, [&article.text, page_title(cleaned)]))
        .then_some(Doubt::IsUnlike)
}

fn page_title(cleaned: &Cleaned) -> &str {
    let is_own = cleaned.facts.provenance.get("title").is_some_and(|place| *place != "feed");
    cleaned.facts.title.as_deref().filter(|_| is_own).unwrap_or_default()
}

/// Whether an address ends at one that stands for many: the front page, or a door.
fn leads_away(asked: &str, found: &str, rules: &Rules) -> bool {
    let (Ok(asked), Ok(found)) = (Url::parse(asked), Url::parse(found)) else { return false };
    let is_front = |url: &Url| url.path() == "/" && url.query().is_none();
    (is_front(&found) && !is_front(&asked))
        || (rules.words().states.is_door(found.path()) && !rules.words().states.is_door(asked.path()))
}

/// Whether any of the texts has some letters of the title in a row.
fn shares(title: &str, texts: [&str; 2]) -> bool {
    let title: Vec<char> = letters(title).collect();
    texts.iter().any(|text| {
        let text: Vec<char> = letters(text).collect();
        title.windows(SHARED).any(|run| text.windows(SHARED).any(|other| run == other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_away_to_what_stands_for_many() {
        let rules = Rules::shipped();
        let cases = [
            ("https://a.example/p/1", "https://a.example/", true),
            ("https://a.example/p/1", "https://a.example/?p=1", false),
            ("https://a.example/", "https://www.a.example/", false),
            ("https://a.example/p/1", "https://a.example/login?next=/p/1", true),
            ("https://a.example/p/1", "https://passport.a.example/users/Sign_in", true),
            ("https://a.example/p/1", "https://a.example/search/1", true),
            ("https://a.example/p/1", "https://a.example/404.html", true),
            ("https://a.example/login", "https://a.example/login/", false),
            ("https://a.example/p/1", "https://a.example/2024/login-screens", false),
            ("https://a.example/p/1", "https://a.example/posts/1", false),
        ];
        for (asked, found, want) in cases {
            assert_eq!(leads_away(asked, found, &rules), want, "{asked} → {found}");
        }
    }

    #[test]
    fn a_title_shares_letters_with_what_is_about_it() {
        assert!(shares("磨坊的账本", ["昨天看了磨坊的新账，", ""]));
        assert!(!shares("磨坊的账本", ["请先完成验证再继续", "提示"]));
        assert!(shares("The ledger", ["", "Ledgers of old"]));
    }
}
