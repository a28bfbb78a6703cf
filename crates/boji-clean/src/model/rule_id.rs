use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::category::Category;
use super::word::word_enum;

word_enum! {
    /// Where a rule comes from: the first word of its id. Ids of wordings begin as their writers like.
    pub enum RuleFamily {
        /// No rule spoke.
        Default = "default",
        /// What a classifier learned from labelled pages.
        Judge = "judge",
        /// What an account repeats.
        Learned = "learned",
        /// Where a block stands in its page.
        Place = "place",
        /// What a person decided.
        Ruling = "ruling",
        /// What a block is made of and what stands beside it.
        Shape = "shape",
        /// A rule of a file.
        Wording = "wording",
    }
}

impl RuleFamily {
    /// The family of an id, or of the beginning of one, by which rulings name rules.
    pub fn of(id: &str) -> Self {
        id.split('.').next().and_then(Self::from_word).unwrap_or(Self::Wording)
    }
}

word_enum! {
    /// A rule that stands in no file.
    pub enum BuiltinRule {
        /// None wanted the block otherwise.
        Default = "default",
        /// Between lead and body.
        PlaceBetween = "place.between",
        /// Cards of other articles.
        PlaceCards = "place.cards",
        /// A box of the site.
        PlaceChrome = "place.chrome",
        /// What readers wrote.
        PlaceComments = "place.comments",
        /// In the page already.
        PlaceCopy = "place.copy",
        /// Above or below the text of a saved article.
        PlaceHeader = "place.header",
        /// A list of links.
        PlaceLinks = "place.links",
        /// Outside of the element that holds the article.
        PlaceOutside = "place.outside",
        /// The page states more of it than it shows.
        PlaceShown = "place.shown",
        /// Left out by the rule of its site.
        PlaceSite = "place.site",
        /// The heading that repeats the page's title.
        PlaceTitle = "place.title",
        /// A person called the block content.
        RulingBlock = "ruling.block",
        /// A person called it boilerplate.
        RulingBoilerplate = "ruling.boilerplate",
        /// A person let the rule rest that took the block.
        RulingRule = "ruling.rule",
        /// The account's own name.
        ShapeAccount = "shape.account",
        /// Between dropped blocks.
        ShapeBetween = "shape.between",
        /// One of the platform's cards.
        ShapeCard = "shape.card",
        /// Roles with names.
        ShapeCredits = "shape.credits",
        /// A line across the page.
        ShapeCut = "shape.cut",
        /// The heading of a dropped section.
        ShapeHeading = "shape.heading",
        /// A bare link to an article.
        ShapeLinks = "shape.links",
        /// No words.
        ShapeOrnament = "shape.ornament",
        /// A line that leads to the other pages of the article.
        ShapePageLinks = "shape.page.links",
        /// On another page of the article too.
        ShapePageRepeat = "shape.page.repeat",
        /// A picture among dropped blocks.
        ShapePicture = "shape.picture",
        /// The controls of a video player.
        ShapePlayer = "shape.player",
        /// The title again.
        ShapeTitle = "shape.title",
    }
}

impl BuiltinRule {
    /// Whether its blocks were set aside by their place, before any wording was looked at.
    fn stands_apart(self) -> bool {
        matches!(self, Self::ShapePageLinks | Self::ShapePageRepeat)
            || RuleFamily::of(self.as_str()) == RuleFamily::Place
    }
}

/// Id of a rule, such as `zh.follow.scan`. Made from its text, which says what it is; stored, shown, compared and sorted
/// as its text.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub enum RuleId {
    /// A rule that stands in no file.
    Builtin(BuiltinRule),
    /// What a classifier learned: `judge.wechat.follow`.
    Judge(String),
    /// What an account repeats: `learned.tail.0a1b2c3d`.
    Learned(String),
    /// A rule of a file.
    Wording(String),
}

impl RuleId {
    /// What a classifier of some pages (`wechat`, `web`) thinks is boilerplate of a kind.
    pub fn judge(pages: &str, kind: Category) -> Self {
        Self::Judge(format!("{}.{pages}.{kind}", RuleFamily::Judge))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Builtin(rule) => rule.as_str(),
            Self::Judge(id) | Self::Learned(id) | Self::Wording(id) => id,
        }
    }

    /// Where it comes from.
    pub fn family(&self) -> RuleFamily {
        RuleFamily::of(self.as_str())
    }

    /// Whether it takes what stands in no text of the author's by its place in the page or among pages.
    pub fn stands_apart(&self) -> bool {
        match self {
            Self::Builtin(rule) => rule.stands_apart(),
            Self::Judge(id) => id.starts_with("judge.web."),
            Self::Learned(_) | Self::Wording(_) => false,
        }
    }

    /// Whether it says of a block no more than that it is another part of the page than the article.
    pub fn is_of_the_page(&self) -> bool {
        *self == BuiltinRule::PlaceOutside
    }

    /// Whether it is a wording that marks the end of articles, in whatever language.
    pub fn is_end_mark(&self) -> bool {
        matches!(self, Self::Wording(id) if id.ends_with(".end.mark"))
    }
}

impl From<String> for RuleId {
    fn from(id: String) -> Self {
        match BuiltinRule::from_word(&id) {
            Some(rule) => Self::Builtin(rule),
            None => match RuleFamily::of(&id) {
                RuleFamily::Judge => Self::Judge(id),
                RuleFamily::Learned => Self::Learned(id),
                _ => Self::Wording(id),
            },
        }
    }
}

impl From<&str> for RuleId {
    fn from(id: &str) -> Self {
        Self::from(id.to_owned())
    }
}

impl From<BuiltinRule> for RuleId {
    fn from(rule: BuiltinRule) -> Self {
        Self::Builtin(rule)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialEq for RuleId {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RuleId {}

impl PartialEq<BuiltinRule> for RuleId {
    fn eq(&self, other: &BuiltinRule) -> bool {
        matches!(self, Self::Builtin(rule) if rule == other)
    }
}

impl Ord for RuleId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for RuleId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_it_is_and_is_stored_as_its_text() {
        let cases = [
            ("default", "Builtin", RuleFamily::Default),
            ("shape.page.links", "Builtin", RuleFamily::Shape),
            ("ruling.block", "Builtin", RuleFamily::Ruling),
            ("judge.wechat.follow", "Judge", RuleFamily::Judge),
            ("learned.tail.0a1b2c3d", "Learned", RuleFamily::Learned),
            ("learnedly.x", "Wording", RuleFamily::Wording),
            ("zh.follow.scan", "Wording", RuleFamily::Wording),
            ("place.of.my.own", "Wording", RuleFamily::Place),
            ("", "Wording", RuleFamily::Wording),
        ];
        for (text, variant, family) in cases {
            let id: RuleId = serde_json::from_value(text.into()).expect("an id");
            assert_eq!((id.as_str(), id.family()), (text, family), "{text}");
            assert!(format!("{id:?}").starts_with(variant), "{id:?}");
            assert_eq!(serde_json::to_value(&id).expect("JSON"), text, "{text}");
        }
    }

    #[test]
    fn rules_of_place_and_of_pages_stand_apart() {
        let apart = |rule: &&BuiltinRule| rule.stands_apart();
        let others: Vec<&str> = BuiltinRule::ALL.iter().filter(|rule| !apart(rule)).map(|rule| rule.as_str()).collect();
        assert!(others.iter().all(|id| !id.starts_with("place.") && !id.starts_with("shape.page.")), "{others:?}");
        assert_eq!(BuiltinRule::ALL.iter().filter(apart).count(), 13);
    }

    #[test]
    fn an_end_mark_is_one_in_every_language() {
        for (id, want) in [("zh.end.mark", true), ("en.end.mark", true), ("zh.end.markers", false), ("default", false)]
        {
            assert_eq!(RuleId::from(id).is_end_mark(), want, "{id}");
        }
    }
}
