use std::fmt;

use crate::classifier::probability;
use crate::model::{Block, BlockKind, BuiltinRule, Category, Label, RuleId, Verdict};

/// Most headings at the end of an article that stand over nothing of it.
const MAX_BARE_HEADINGS: usize = 16;
/// Longest of them, in characters.
const MAX_BARE_CHARS: usize = 60;

/// Why a part of a page is no part of its article, by where it stands and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AsideReason {
    /// A box of the site: by its element, role or class.
    Chrome,
    /// What readers wrote.
    Comments,
    /// A list of links, or its heading.
    Links,
    /// Other articles, each with a linked title and a few sentences.
    Cards,
    /// The heading that repeats the title of the page.
    Title,
    /// A second copy of what stands in the page already.
    Copy,
    /// Between the lead and the body.
    Between,
    /// Outside of the element that holds the article.
    Outside,
    /// Left out by the rule of its site.
    Site,
    /// In the header or the footer of a saved article, where it states no field.
    Header,
    /// A part of the article, of which the page states more than it shows.
    Shown,
    /// On one page of an article that runs over several, and on another.
    Repeat,
    /// A line that leads to the other pages of such an article.
    Pager,
    /// A frame that shows a player of another site.
    Player,
    /// A classifier takes it for page chrome.
    Classified(Doubt),
}

/// What a classifier says of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// Log odds that it is page chrome, in units of [`crate::classifier::LOG_ODD`].
    pub odds: i32,
    /// What speaks most for it, for people.
    pub why: &'static str,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}: {}", probability(self.odds), self.why)
    }
}

impl AsideReason {
    /// True for what a site sets round its articles.
    fn is_of_the_site(self) -> bool {
        matches!(self, Self::Chrome | Self::Comments | Self::Links | Self::Cards | Self::Classified(_))
    }

    /// The verdict on its blocks.
    pub fn verdict(self) -> Verdict {
        let (category, rule, reason) = match self {
            Self::Chrome => (Category::Platform, BuiltinRule::PlaceChrome, "a box of the site"),
            Self::Comments => (Category::Comments, BuiltinRule::PlaceComments, "what readers wrote"),
            Self::Links => (Category::BackIssues, BuiltinRule::PlaceLinks, "a list of links"),
            Self::Cards => (Category::BackIssues, BuiltinRule::PlaceCards, "cards of other articles"),
            Self::Title => (Category::Title, BuiltinRule::PlaceTitle, "the title again"),
            Self::Copy => (Category::Platform, BuiltinRule::PlaceCopy, "stands in the page already"),
            Self::Site => (Category::Platform, BuiltinRule::PlaceSite, "left out by the rule of its site"),
            Self::Header => {
                (Category::Platform, BuiltinRule::PlaceHeader, "the program that saved the article says it")
            }
            Self::Shown => (Category::Platform, BuiltinRule::PlaceShown, "the page states more of it than it shows"),
            Self::Repeat => {
                (Category::Platform, BuiltinRule::ShapePageRepeat, "stands on another page of the article too")
            }
            Self::Pager => (Category::Platform, BuiltinRule::ShapePageLinks, "leads to the pages of the article"),
            Self::Player => (Category::Media, BuiltinRule::ShapePlayer, "a player of another site"),
            Self::Classified(doubt) => {
                let rule = RuleId::judge("web", Category::Platform);
                return Verdict::by(Label::Drop, Category::Platform, rule, doubt.to_string());
            }
            Self::Outside => (Category::Platform, BuiltinRule::PlaceOutside, "stands outside of the article"),
            Self::Between => (Category::Platform, BuiltinRule::PlaceBetween, "stands between lead and body"),
        };
        let label = if self == Self::Title { Label::Meta } else { Label::Drop };
        Verdict::by(label, category, rule, reason)
    }
}

/// A block that was set aside before any wording was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// How many of the article's blocks stand before it.
    pub at: usize,
    /// Why it was set aside.
    pub reason: AsideReason,
    /// The block, as written.
    pub block: Block,
}

/// What is written below an element, in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenBlocks {
    /// The blocks to be judged by their words.
    pub blocks: Vec<Block>,
    /// The blocks of page chrome among them.
    pub apart: Vec<SetAside>,
    /// The pictures that are set behind them, as addresses.
    pub backgrounds: Vec<String>,
}

impl WrittenBlocks {
    /// Other blocks in the place of these, which are set aside.
    #[must_use]
    pub fn replaced_by(mut self, blocks: Vec<Block>) -> Self {
        let aside = |block| SetAside { at: 0, reason: AsideReason::Shown, block };
        let backgrounds = std::mem::take(&mut self.backgrounds);
        Self { apart: self.into_order().into_iter().map(aside).collect(), blocks, backgrounds }
    }

    /// Sets aside, before and behind all blocks, what stands above and below them.
    pub fn frame(&mut self, reason: AsideReason, (above, below): (Vec<String>, Vec<String>)) {
        let aside = |at: usize| move |words: String| SetAside { at, reason, block: Block::paragraph(words) };
        let end = self.blocks.len();
        self.apart.splice(0..0, above.into_iter().map(aside(0)));
        self.apart.extend(below.into_iter().map(aside(end)));
    }

    /// Sets aside the headings at the end that stand over nothing but page chrome.
    pub fn drop_bare_tail(&mut self) {
        for _ in 0..MAX_BARE_HEADINGS {
            let is_label = |block: &Block| {
                let text = block.text();
                let is_short = text.chars().count() <= MAX_BARE_CHARS && !text.trim_end().ends_with(['.', '。', '！']);
                matches!(block.kind, BlockKind::Heading(_)) && is_short
            };
            if self.blocks.len() < 2 || !self.blocks.last().is_some_and(is_label) {
                return;
            }
            let end = self.blocks.len();
            let first = self.apart.partition_point(|it| it.at < end);
            let Some(reason) = self.apart.get(first).map(|it| it.reason).filter(|it| it.is_of_the_site()) else {
                return;
            };
            let Some(block) = self.blocks.pop() else { return };
            self.apart.iter_mut().skip(first).for_each(|it| it.at = end - 1);
            self.apart.insert(first, SetAside { at: end - 1, reason, block });
        }
    }

    /// All blocks as they stand in the page.
    pub fn into_order(self) -> Vec<Block> {
        let mut apart = self.apart.into_iter().peekable();
        let mut all = Vec::with_capacity(self.blocks.len() + apart.len());
        for (at, block) in self.blocks.into_iter().enumerate() {
            all.extend(std::iter::from_fn(|| apart.next_if(|it| it.at <= at)).map(|it| it.block));
            all.push(block);
        }
        all.extend(apart.map(|it| it.block));
        all
    }
}

impl From<Vec<Block>> for WrittenBlocks {
    fn from(blocks: Vec<Block>) -> Self {
        Self { blocks, apart: Vec::new(), backgrounds: Vec::new() }
    }
}
