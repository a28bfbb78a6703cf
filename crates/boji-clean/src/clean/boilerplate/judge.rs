use super::classified::{self, LineRow};
use super::evidence::{Evidence, Memory};
use super::fields::Fields;
use super::unit::{self, BlockPlace, Shape, Unit};
use super::zones::Zones;
use super::{fused, gather, learned, neighbours, player, quotations, sections};
use crate::classifier::LineScores;
use crate::clean::blocks::{SetAside, WrittenBlocks};
use crate::clean::lesson::{wording_key, wordings};
use crate::model::{Block, BlockKind, BuiltinRule, Category, Facts, JudgedBlock, Label, Origin, Span, Verdict};
use crate::rules::{MetaField, Recruiting, Rule, Rules, StatementWords};
use crate::text::{fold, has_letters};

/// Kept share of the letters below which a post counts as one advertisement.
const PROMOTION_SHARE: f64 = 0.2;
/// Bare links that can be what a post is about.
const LIST_OF_LINKS: usize = 5;
/// Items that make a digest.
const ITEMS: usize = 8;
/// Longest item, in characters.
const ITEM_CHARS: usize = 220;
/// Share of the kept blocks that are items, in hundredths.
const ITEM_SHARE: usize = 60;
/// Longest line that a word of a job advertisement stands in, in letters.
const JOB_LINE: usize = 60;
/// Different words of them that make a recruiting post without a word of its title.
const JOB_ADVERTISEMENT: usize = 3;

/// All blocks with their verdicts, and what they say about the article.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The blocks in page order; a block of several lines may have been parted.
    pub blocks: Vec<JudgedBlock>,
    /// What the metadata blocks say.
    pub fields: Fields,
    /// `promotion` when the whole post is an advertisement, `recruiting`, `digest`.
    pub flags: Vec<String>,
}

/// Judges the blocks of one article. Every block comes back, with a verdict that names its rule, those set aside as
/// page chrome among them; kept blocks are in normal form, the others as written.
pub fn judge(
    written: impl Into<WrittenBlocks>,
    origin: Origin,
    facts: &Facts,
    rules: &Rules,
    memory: Option<Memory<'_>>,
) -> Judged {
    let WrittenBlocks { blocks, apart, .. } = written.into();
    let ByRules { mut units, evidence, zones } = by_rules(blocks, facts, rules, memory);
    if classified::is_classified(origin) {
        classified::take(&mut units, &evidence, zones, facts, rules, memory);
        neighbours::spread(&mut units, &evidence, zones);
    }
    if let Some(memory) = memory {
        by_ruling(&mut units, memory);
    }
    if is_list_of_links(&units) {
        units.iter_mut().filter(|unit| is_bare_link(unit)).for_each(|unit| unit.verdict = Some(Verdict::keep()));
    }
    let mut flags = Vec::new();
    if is_promotion(&units) {
        flags.push("promotion".to_owned());
        restore(&mut units);
    }
    let fields = fields(&units, &evidence, rules);
    let apart = apart.into_iter().map(|it| (it.at, set_aside(it, memory))).collect();
    let blocks = unit::join(units, apart);
    flags.extend(document_flags(&blocks, facts.title.as_deref().unwrap_or_default(), rules.recruiting()));
    Judged { blocks, fields, flags }
}

/// The blocks of a text that is clean already, all of them kept.
pub(crate) fn keep_all(blocks: Vec<Block>) -> Judged {
    let blocks = unit::join(unit::split(blocks), Vec::new());
    Judged { blocks, fields: Fields::default(), flags: Vec::new() }
}

/// Units whose rules have spoken.
struct ByRules<'r> {
    units: Vec<Unit>,
    evidence: Vec<Evidence<'r>>,
    zones: Zones,
}

/// The units of an article with the verdicts that rules, and what the account repeats, give.
fn by_rules<'r>(blocks: Vec<Block>, facts: &Facts, rules: &'r Rules, memory: Option<Memory<'r>>) -> ByRules<'r> {
    let mut units = fused::cut(part(unit::split(blocks), rules), rules);
    quotations::set_apart(&mut units);
    let evidence = gather::gather(&units, facts, rules, memory);
    let zones = Zones::find(&units, &evidence);
    take(&mut units);
    player::take(&mut units, &rules.words().blocks);
    by_wording(&mut units, &evidence, zones, rules.statements());
    sections::take(&mut units, &evidence, zones, rules.statements());
    neighbours::pieces(&mut units, zones, rules);
    neighbours::spread(&mut units, &evidence, zones);
    if let Some(memory) = memory {
        learned::take(&mut units, &evidence, zones, memory.account, |units| {
            neighbours::spread(units, &evidence, zones);
        });
    }
    ByRules { units, evidence, zones }
}

/// The lines of an article with the features by which they are classified, for training. Where `scores` are as many as
/// there are lines, they stand for those of the dictionary: its own are no use for the pages from which it was made.
pub(in crate::clean) fn line_rows(
    written: impl Into<WrittenBlocks>,
    facts: &Facts,
    rules: &Rules,
    memory: Option<Memory<'_>>,
    scores: &[LineScores],
) -> Vec<LineRow> {
    let ByRules { units, evidence, zones } = by_rules(written.into().blocks, facts, rules, memory);
    classified::rows(&units, &evidence, zones, facts, memory, rules.line_classifier(), scores)
}

/// A block of page chrome with its verdict, or with what a person decided over it.
fn set_aside(apart: SetAside, memory: Option<Memory<'_>>) -> JudgedBlock {
    let verdict = apart.reason.verdict();
    let judged = JudgedBlock { block: apart.block, verdict };
    let Some(memory) = memory else { return judged };
    let mut kept = memory.learned.kept(memory.article_id).peekable();
    let named = kept.peek().is_some() && {
        let words = wordings(&judged);
        kept.any(|key| words.iter().any(|word| word == key))
    };
    let rule = match () {
        () if named => BuiltinRule::RulingBlock,
        () if memory.rests(&judged.verdict.rule) => BuiltinRule::RulingRule,
        () => return judged,
    };
    JudgedBlock { verdict: Verdict::kept_by(rule), ..judged }
}

/// Verdicts that a block's own words give.
fn by_wording(units: &mut [Unit], evidence: &[Evidence], zones: Zones, words: &StatementWords) {
    let cited = sections::first_cited(units);
    // A text that is all title is the article.
    let only = units.iter().filter(|unit| unit.shape != Shape::Blank && unit.shape != Shape::Picture).nth(1).is_none();
    for at in 0..units.len() {
        let place = zones.place(at);
        let Some(found) = evidence.get(at) else { continue };
        let verdict = match found.rule_at(place) {
            _ if !units.get(at).is_some_and(Unit::is_open) => continue,
            _ if place == BlockPlace::Head && found.repeats_title && !only => {
                Verdict::by(Label::Meta, Category::Title, BuiltinRule::ShapeTitle, "the title again")
            }
            _ if place != BlockPlace::Body && (!found.credits.is_empty() || found.continues_credits) => {
                let reason = "names a part in making the article";
                Verdict::by(Label::Meta, Category::Credits, BuiltinRule::ShapeCredits, reason)
            }
            Some(rule) if rule.field == Some(MetaField::References) => {
                if sections::references(units, at, cited, rule, words) {
                    continue;
                }
                match found.no_reference_at(place) {
                    Some(rule) => verdict_of(rule),
                    None => continue,
                }
            }
            Some(rule) => verdict_of(rule),
            None if place == BlockPlace::Tail && units.get(at).is_some_and(Unit::is_cut_line) => {
                Verdict::by(Label::Drop, Category::Decoration, BuiltinRule::ShapeCut, "a line across the page")
            }
            None => continue,
        };
        if let Some(unit) = units.get_mut(at) {
            unit.verdict = Some(verdict);
        }
    }
}

fn verdict_of(rule: &Rule) -> Verdict {
    Verdict::by(rule.label, rule.category(), rule.id().clone(), rule.reason.clone())
}

/// What a person decided goes over every rule. A person names lines as they are shown: with the pieces of a line that
/// share a verdict in one.
fn by_ruling(units: &mut [Unit], memory: Memory<'_>) {
    let kept: Vec<&str> = memory.learned.kept(memory.article_id).collect();
    let removed: Vec<&str> = memory.learned.removed(memory.article_id).collect();
    let mut rest = units;
    while let Some(verdict) = rest.first().map(|unit| unit.verdict.clone()) {
        let pieces = 1 + rest.iter().skip(1).take_while(|unit| unit.seam && unit.verdict == verdict).count();
        let (line, behind) = rest.split_at_mut(pieces);
        rest = behind;
        let Some(verdict) = verdict.filter(|verdict| verdict.label != Label::Keep) else {
            let whole = names(&removed, line);
            for unit in line.iter_mut().filter(|unit| whole || names(&removed, std::slice::from_ref(unit))) {
                unit.verdict = Some(Verdict::by(Label::Drop, Category::Other, BuiltinRule::RulingBoilerplate, ""));
            }
            continue;
        };
        let rests = memory.rests(&verdict.rule);
        let whole = names(&kept, line);
        for unit in line {
            let rule = match () {
                () if whole || names(&kept, std::slice::from_ref(unit)) => BuiltinRule::RulingBlock,
                () if rests => BuiltinRule::RulingRule,
                () => continue,
            };
            unit.verdict = Some(Verdict::kept_by(rule));
        }
    }
}

/// Whether a line of these pieces, joined, is among the wordings that a person ruled on.
fn names(ruled: &[&str], pieces: &[Unit]) -> bool {
    if ruled.is_empty() {
        return false;
    }
    let text: String = pieces.iter().map(|unit| unit.text.as_str()).collect();
    let mut keys = text.split('\n').filter_map(|line| wording_key(&fold(line)));
    keys.any(|key| ruled.contains(&key.as_str()))
}

/// A post that is mostly a list of links to its account's articles: the month in review. Then the list is the subject.
fn is_list_of_links(units: &[Unit]) -> bool {
    let listed: usize = units.iter().filter(|unit| is_bare_link(unit)).map(|unit| unit.chars).sum();
    let kept: usize = units.iter().filter(|unit| unit.is_open()).map(|unit| unit.chars).sum();
    listed > kept && units.iter().filter(|unit| is_bare_link(unit)).count() >= LIST_OF_LINKS
}

/// Dropped for being nothing but a link, under no heading that names back issues.
fn is_bare_link(unit: &Unit) -> bool {
    unit.verdict.as_ref().is_some_and(|verdict| verdict.rule == BuiltinRule::ShapeLinks)
}

fn is_promotion(units: &[Unit]) -> bool {
    let chars = |wanted: &dyn Fn(&Unit) -> bool| -> usize {
        units.iter().filter(|unit| wanted(unit)).map(|unit| unit.chars).sum()
    };
    let kept = chars(&Unit::is_open);
    let sold = chars(&|unit| sells(unit));
    sold > 0 && (kept as f64) < PROMOTION_SHARE * (kept + sold) as f64
}

/// Whether a unit is dropped that is the article itself when there is no other: what is sold, or a form to fill in.
fn sells(unit: &Unit) -> bool {
    let sold = |category| gather::SALES.contains(&category) || category == Category::Template;
    unit.verdict.as_ref().is_some_and(|verdict| verdict.label == Label::Drop && verdict.category.is_some_and(sold))
}

fn restore(units: &mut [Unit]) {
    for unit in units.iter_mut().filter(|unit| sells(unit)) {
        unit.verdict = Some(Verdict::keep());
    }
}

fn fields(units: &[Unit], evidence: &[Evidence], rules: &Rules) -> Fields {
    let mut fields = Fields::default();
    for (unit, found) in units.iter().zip(evidence) {
        let Some(verdict) = unit.verdict.as_ref().filter(|verdict| verdict.label == Label::Meta) else { continue };
        if verdict.category == Some(Category::Credits) {
            fields.credit(&found.credits, rules);
            continue;
        }
        let rule = rules.all().iter().find(|rule| *rule.id() == verdict.rule);
        if let Some(field) = rule.and_then(|rule| rule.field) {
            fields.take(field, unit, rules.statements());
        }
    }
    fields
}

/// Parts a figure from a caption that only names who made the picture, or its file: the picture stays where the caption goes.
pub(super) fn part(units: Vec<Unit>, rules: &Rules) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        if !goes_without_caption(&unit, rules) {
            out.push(unit);
            continue;
        }
        let (words, pictures): (Vec<Span>, Vec<Span>) =
            unit.block.spans.into_iter().partition(|span| matches!(span, Span::Text { .. }));
        let Block { quote, items, .. } = unit.block;
        out.push(Unit::of(unit.source, Block { kind: BlockKind::Figure, quote, items, spans: pictures }));
        let mut caption = Unit::of(unit.source, Block { kind: BlockKind::Paragraph, quote, items, spans: words });
        caption.seam = true;
        out.push(caption);
    }
    out
}

fn goes_without_caption(unit: &Unit, rules: &Rules) -> bool {
    unit.block.kind == BlockKind::Figure
        && unit.shape == Shape::Words
        && unit.block.images().next().is_some()
        && rules
            .matching_anywhere(&unit.folded)
            .iter()
            .any(|rule| matches!(rule.category(), Category::PhotoCredit | Category::Decoration))
}

/// Kinds of WeChat's cards that are no text of the article, as (kind, category). The parser writes a card as a link to
/// `wechat-card:<kind>`.
const CARDS: [(&str, Category); 6] = [
    ("profile", Category::Card),
    ("miniprogram", Category::Card),
    ("product", Category::Commerce),
    ("redpacket", Category::Commerce),
    ("audio", Category::Media),
    ("video", Category::Media),
];

/// Takes out cards of accounts, mini programs and shops, and the labels of players.
pub(super) fn take(units: &mut [Unit]) {
    for unit in units.iter_mut().filter(|unit| unit.is_open()) {
        let mut links = unit.block.links();
        let (Some((_, address)), None) = (links.next(), links.next()) else { continue };
        let kind = address.strip_prefix("wechat-card:").unwrap_or_default();
        let card = CARDS.iter().find(|(name, _)| *name == kind);
        drop(links);
        if let Some((kind, category)) = card {
            unit.drop(*category, BuiltinRule::ShapeCard, format!("a card: {kind}"));
        }
    }
}

/// Facts about a document as a whole: `recruiting` when it offers jobs, `digest` when it is a list of many short items.
/// Nothing is dropped because of them.
fn document_flags(blocks: &[JudgedBlock], title: &str, jobs: &Recruiting) -> Vec<String> {
    let kept: Vec<&JudgedBlock> = blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).collect();
    let facts = [("digest", is_digest(&kept)), ("recruiting", is_recruiting(&kept, title, jobs))];
    facts.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag.to_owned()).collect()
}

/// Most of the kept blocks are short items, each of which links somewhere or bears a number.
fn is_digest(kept: &[&JudgedBlock]) -> bool {
    let worded: Vec<&JudgedBlock> =
        kept.iter().copied().filter(|judged| is_text(judged) && !judged.block.text().trim().is_empty()).collect();
    let items = worded.iter().filter(|judged| is_item(judged)).count();
    items >= ITEMS && items * 100 >= worded.len() * ITEM_SHARE
}

fn is_text(judged: &JudgedBlock) -> bool {
    matches!(judged.block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. })
}

fn is_item(judged: &JudgedBlock) -> bool {
    let text = judged.block.text();
    let text = text.trim();
    let linked = judged.block.links().next().is_some() || text.contains("http");
    let numbered = matches!(judged.block.kind, BlockKind::ListItem { number: Some(_), .. }) || begins_with_number(text);
    (linked || numbered) && text.chars().take(ITEM_CHARS + 1).count() <= ITEM_CHARS
}

/// `1、`, `12.`, `【3】`.
fn begins_with_number(text: &str) -> bool {
    let text = text.trim_start_matches(['【', '[', '（', '(']);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && text.len() - rest.len() <= 2 && rest.starts_with(['、', '.', '．', '】', ']', '）', ')'])
}

/// The title offers jobs and a line says how or which; or the lines alone are a job advertisement.
fn is_recruiting(kept: &[&JudgedBlock], title: &str, jobs: &Recruiting) -> bool {
    let texts: Vec<String> = kept.iter().map(|judged| judged.block.text()).collect();
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !has_letters(line, JOB_LINE + 1)).map(fold);
    jobs.words_in(&lines.collect::<Vec<_>>()) >= if jobs.is_title(&fold(title)) { 1 } else { JOB_ADVERTISEMENT }
}

#[cfg(test)]
mod tests {
    use super::super::unit::split;
    use super::*;
    use crate::model::{Block, BlockKind, Image, Span, Verdict};
    use crate::rules::Rules;

    #[test]
    fn a_picture_is_kept_when_its_caption_goes() {
        let picture = Image { url: "https://a.example/1.jpg".into(), alt: String::new(), width: 0 };
        for (caption, units) in
            [("Photo credit: River Archive", 2), ("image.png", 2), ("The ferry at noon", 1), ("", 1)]
        {
            let spans = vec![Span::Image(picture.clone()), Span::plain(caption)];
            let parted = part(split(vec![Block::new(BlockKind::Figure, spans)]), &Rules::shipped());
            assert_eq!(parted.len(), units, "{caption}");
            assert_eq!(parted.first().map(|unit| unit.block.images().count()), Some(1), "{caption}");
        }
    }

    #[test]
    fn cards_go_and_links_stay() {
        let block = |address: &str| Block::new(BlockKind::Paragraph, vec![Span::link("某号", address)]);
        let cases = [("wechat-card:profile", true), ("wechat-card:other", false), ("https://a.example/", false)];
        for (address, dropped) in cases {
            let mut units = split(vec![block(address)]);
            take(&mut units);
            assert_eq!(units.iter().all(Unit::is_dropped), dropped, "{address}");
        }
    }

    fn flagged(blocks: Vec<Block>, title: &str) -> Vec<String> {
        let keep = |block| JudgedBlock { block, verdict: Verdict::keep() };
        document_flags(&blocks.into_iter().map(keep).collect::<Vec<_>>(), title, Rules::shipped().recruiting())
    }

    #[test]
    fn a_list_of_many_short_items_is_a_digest() {
        let links = |count: usize| -> Vec<Block> {
            let link = |nth| vec![Span::link(format!("第{nth}条河的消息"), format!("https://river.example/{nth}"))];
            (0..count).map(|nth| Block::new(BlockKind::Paragraph, link(nth))).collect()
        };
        assert_eq!(flagged(links(8), "本周河情"), ["digest"]);
        assert!(flagged(links(7), "本周河情").is_empty());
        let numbered = (1..=9).map(|nth| Block::paragraph(format!("{nth}、上游第{nth}座水库开始放水。"))).collect();
        assert_eq!(flagged(numbered, "河情早报"), ["digest"]);
        let prose = (0..8).map(|_| Block::paragraph("水退以后，镇上的人把桥板一块一块地擦干净。"));
        assert!(flagged(links(8).into_iter().chain(prose).collect(), "水退以后").is_empty());
    }

    #[test]
    fn a_post_that_offers_jobs_is_recruiting() {
        let lines = |lines: &[&str]| lines.iter().map(|line| Block::paragraph(*line)).collect::<Vec<_>>();
        let advertisement = ["岗位职责：看守水闸", "任职要求：会游泳", "工作地点：河边", "薪资面议"];
        assert_eq!(flagged(lines(&advertisement), "水闸招聘"), ["recruiting"]);
        assert_eq!(flagged(lines(&advertisement), "水闸边上"), ["recruiting"]);
        assert!(flagged(lines(&advertisement[..1]), "水闸边上").is_empty());
        assert!(flagged(lines(&["招聘网站的登录页面有一个洞。"]), "招聘网站的洞").is_empty());
    }
}
