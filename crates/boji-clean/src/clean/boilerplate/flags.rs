use crate::model::{BlockKind, JudgedBlock, Label, has_letters};
use crate::rules::Recruiting;
use crate::text::fold;

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

/// Facts about a document as a whole: `recruiting` when it offers jobs, `digest` when it is a list of many short items.
/// Nothing is dropped because of them.
pub(super) fn flags(blocks: &[JudgedBlock], title: &str, jobs: &Recruiting) -> Vec<String> {
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
    use super::*;
    use crate::model::{Block, Span, Verdict};
    use crate::rules::Rules;

    fn flagged(blocks: Vec<Block>, title: &str) -> Vec<String> {
        let keep = |block| JudgedBlock { block, verdict: Verdict::keep() };
        flags(&blocks.into_iter().map(keep).collect::<Vec<_>>(), title, Rules::shipped().recruiting())
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
