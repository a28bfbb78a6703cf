use crate::clean::normalize::{normalize, text as normal_text};
use crate::model::{Block, BlockKind, Category, JudgedBlock, Label, RuleId, Span, Verdict, WeChatLink};
use crate::text::{count_letters, fold};

/// Letters beside an address that still are only its label.
const LABEL_CHARS: usize = 18;

/// The part of an article in which a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockPlace {
    Head,
    Body,
    Tail,
}

/// Lines of fewer characters may be headings: they go only between what is gone already.
pub(super) const HEADING_CHARS: usize = 12;

/// Marks of which lines across a page are made, fewest on either side of their words, and most characters in their midst.
const CUT_MARKS: [char; 14] = ['—', '–', '-', '~', '～', '⋯', '…', '·', '=', '*', '_', '─', '━', '•'];
const MIN_CUT: usize = 3;
const MAX_CUT_CHARS: usize = 10;

/// What a unit is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Words.
    Words,
    /// Pictures alone.
    Picture,
    /// Neither words nor pictures, or nothing but ornaments, or a thematic break.
    Blank,
    /// Code, a table, a quotation that the text introduces: never judged by wording.
    Solid,
}

/// The smallest piece that is judged: a block, or one line of a block of several lines.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Index of the block that it comes from.
    pub source: usize,
    /// The piece as a block of its own, as written.
    pub block: Block,
    /// Its words in normal form.
    pub text: String,
    /// Its words as rules see them.
    pub folded: String,
    /// Characters of `folded`.
    pub chars: usize,
    pub shape: Shape,
    /// All its words are links to WeChat articles.
    pub only_wechat_links: bool,
    /// A link to a WeChat article is among its words.
    pub wechat_link: bool,
    /// A link to anywhere else is among its words.
    pub other_link: bool,
    /// Cut off what stands before it in the same line: no line break lies between.
    pub seam: bool,
    pub verdict: Option<Verdict>,
    /// Why it might have gone though it stays, for people; "" when nothing speaks for it.
    pub doubt: String,
}

impl Unit {
    /// A block, or a piece of the block with this index, as a unit.
    pub(super) fn of(source: usize, block: Block) -> Self {
        unit(source, block)
    }

    pub(super) fn is_heading(&self) -> bool {
        matches!(self.block.kind, BlockKind::Heading(_))
    }

    /// Something between blocks that says nothing by itself.
    pub(super) fn is_neutral(&self) -> bool {
        matches!(self.shape, Shape::Picture | Shape::Blank)
    }

    /// A number that an editor's template puts before a heading: `01`, `0x08`.
    pub(super) fn is_number(&self) -> bool {
        let digits = self.folded.strip_prefix("0x").unwrap_or(&self.folded);
        self.shape == Shape::Words
            && self.chars <= 4
            && !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
    }

    /// A line across the page with a few words in its midst: `———— 熄火 ————`.
    pub(super) fn is_cut_line(&self) -> bool {
        let text = self.text.trim();
        let words = text.trim_matches(|c: char| CUT_MARKS.contains(&c) || c.is_whitespace());
        let marks = |side: &str| side.chars().filter(|c| CUT_MARKS.contains(c)).count() >= MIN_CUT;
        let sides = text.split_once(words).filter(|_| !words.is_empty() && self.chars <= MAX_CUT_CHARS);
        sides.is_some_and(|(before, behind)| marks(before) && marks(behind))
    }

    /// Ends as sentences do.
    pub(super) fn is_sentence(&self) -> bool {
        self.text.ends_with(['。', '！', '？', '.', '!', '?', '”', '；', '…'])
    }

    pub(super) fn is_dropped(&self) -> bool {
        self.verdict.as_ref().is_some_and(|verdict| verdict.label == Label::Drop)
    }

    pub(super) fn is_open(&self) -> bool {
        self.verdict.is_none()
    }

    pub(super) fn drop(&mut self, category: Category, rule: impl Into<RuleId>, reason: impl Into<String>) {
        self.verdict = Some(Verdict::by(Label::Drop, category, rule, reason));
    }

    /// The addresses in a text, in order: written out, or behind words.
    pub(super) fn addresses(&self) -> Vec<String> {
        let mut found: Vec<String> = written_addresses(&self.text).into_iter().map(str::to_owned).collect();
        for (_, href) in self.block.links() {
            if href.starts_with("http") && !found.iter().any(|known| known == href) {
                found.push(href.to_owned());
            }
        }
        found
    }

    /// A line of a list of links: an address with at most a short label, or a label: a heading, a short
    /// line, or what ends in a colon.
    pub(super) fn is_list_line(&self) -> bool {
        let addresses = written_addresses(&self.text);
        let is_label = self.text.ends_with(['：', ':']) || self.chars <= 8 || self.is_heading();
        let may_be = self.other_link || !addresses.is_empty() || is_label;
        if !may_be {
            return false;
        }
        let (mut beside, mut rest) = (String::new(), self.text.as_str());
        for address in addresses {
            if let Some((before, behind)) = rest.split_once(address) {
                beside.push_str(before);
                rest = behind;
            }
        }
        beside.push_str(rest);
        let label = fold(&beside).chars().count() <= LABEL_CHARS;
        let has_link = beside.len() < self.text.len() || self.other_link;
        label && (has_link || is_label)
    }

    /// Whether most of a unit's letters are links.
    pub(super) fn is_linked(&self) -> bool {
        let linked: usize = self.block.links().map(|(words, _)| count_letters(words)).sum();
        linked > 0 && 2 * linked >= count_letters(&self.text)
    }

    /// Whether a unit holds an address and little else.
    pub(super) fn is_address_line(&self) -> bool {
        let links = || self.block.links().any(|(_, href)| href.starts_with("http"));
        self.shape == Shape::Words && (!written_addresses(&self.text).is_empty() || links()) && self.is_list_line()
    }
}

/// Blocks to units: paragraphs, headings and items of several lines are parted at their line breaks.
pub(super) fn split(blocks: Vec<Block>) -> Vec<Unit> {
    let mut units = Vec::with_capacity(blocks.len());
    for (source, block) in blocks.into_iter().enumerate() {
        let whole =
            matches!(block.kind, BlockKind::Table(_) | BlockKind::Code(_) | BlockKind::Figure | BlockKind::Rule);
        let text = if whole { String::new() } else { block.text() };
        if whole || !text.contains('\n') {
            units.push(unit(source, block));
            continue;
        }
        for spans in Span::lines(block.spans).into_iter().filter(|line| !line.is_empty()) {
            units.push(unit(source, Block { kind: block.kind.clone(), quote: block.quote, items: block.items, spans }));
        }
    }
    units
}

/// Units back to blocks: neighbouring lines of one block that share a verdict are one block again. What was set aside
/// comes back before the block whose number it has.
pub(super) fn join(units: Vec<Unit>, apart: Vec<(usize, JudgedBlock)>) -> Vec<JudgedBlock> {
    let mut out: Vec<JudgedBlock> = Vec::with_capacity(units.len() + apart.len());
    let mut apart = apart.into_iter().peekable();
    let mut before: Option<usize> = None;
    for unit in units {
        while let Some((_, judged)) = apart.next_if(|(at, _)| *at <= unit.source) {
            out.push(judged);
            before = None;
        }
        let kept = || Verdict { reason: unit.doubt, ..Verdict::keep() };
        let verdict = unit.verdict.unwrap_or_else(kept);
        match out.last_mut() {
            Some(last) if before == Some(unit.source) && is_one(&last.verdict, &verdict) => {
                if last.verdict.reason.is_empty() {
                    last.verdict.reason = verdict.reason;
                }
                if !unit.seam {
                    last.block.spans.push(Span::plain("\n"));
                }
                last.block.spans.extend(unit.block.spans);
            }
            _ => out.push(JudgedBlock { block: unit.block, verdict }),
        }
        before = Some(unit.source);
    }
    out.extend(apart.map(|(_, judged)| judged));
    for judged in &mut out {
        if judged.verdict.label == Label::Keep {
            let block = std::mem::replace(&mut judged.block, Block::new(BlockKind::Rule, Vec::new()));
            judged.block = normalize(block);
        }
    }
    out
}

/// Whether lines of one block with these verdicts are one block. What stays is, whatever spoke against a line of it.
fn is_one(a: &Verdict, b: &Verdict) -> bool {
    (a.label == Label::Keep && b.label == Label::Keep && a.rule == b.rule) || a == b
}

fn unit(source: usize, block: Block) -> Unit {
    let solid = matches!(block.kind, BlockKind::Table(_) | BlockKind::Code(_));
    let text = if solid { String::new() } else { normal_text(&block.text()) };
    let folded = fold(&text);
    let chars = folded.chars().count();
    let shape = match () {
        () if solid => Shape::Solid,
        () if chars > 0 => Shape::Words,
        () if block.images().next().is_some() => Shape::Picture,
        () if text.contains(is_spoken) => Shape::Words,
        () => Shape::Blank,
    };
    let is_wechat = |href: &str| names_wechat(href) && WeChatLink::parse(href).is_some();
    let (mut wechat_link, mut other_link) = (false, false);
    for (_, href) in block.links() {
        let wechat = is_wechat(href);
        wechat_link |= wechat;
        other_link |= !wechat;
    }
    let unlinked = |span: &Span| match span {
        Span::Text { text, href, .. } => !is_wechat(href) && fold(text).chars().any(char::is_alphabetic),
        Span::Image(_) => false,
    };
    let only_wechat_links = wechat_link && !block.spans.iter().any(unlinked) && !is_entry(&text);
    Unit {
        source,
        block,
        text,
        folded,
        chars,
        shape,
        only_wechat_links,
        wechat_link,
        other_link,
        seam: false,
        verdict: None,
        doubt: String::new(),
    }
}

/// Whether the platform's name stands in an address. Reading each as a link costs more than looking for it.
fn names_wechat(href: &str) -> bool {
    const NAME: &[u8] = b"weixin";
    let around = |at: usize| href.as_bytes().get(at.checked_sub(3)?..at + 3);
    memchr::memchr2_iter(b'x', b'X', href.as_bytes())
        .any(|at| around(at).is_some_and(|word| word.eq_ignore_ascii_case(NAME)))
}

/// An entry of a numbered list of sources, `[2]https://…`: what the text cites is no back issue.
fn is_entry(text: &str) -> bool {
    let number = text.strip_prefix('[').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    !text.starts_with("[]") && number.is_some_and(|rest| rest.starts_with(']'))
}

/// Punctuation that people speak with; a line of nothing else still says something (……, ？).
fn is_spoken(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '？'
            | '！'
            | '…'
            | '“'
            | '”'
            | '；'
            | '：'
            | '、'
            | '（'
            | '）'
            | '【'
            | '】'
            | '.'
            | ','
            | '?'
            | '!'
            | '"'
            | '\''
    )
}

/// Addresses that are written out in a text, in order.
pub(super) fn written_addresses(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("http") {
        let tail = rest.get(start..).unwrap_or_default();
        let scheme = tail.starts_with("http://") || tail.starts_with("https://");
        let end = tail
            .find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"' | ')' | ']'))
            .unwrap_or(tail.len());
        if scheme && let Some(address) = tail.get(..end) {
            found.push(address);
        }
        rest = tail.get(end.max(4)..).unwrap_or_default();
    }
    found
}
