use super::unit::{Shape, Unit};
use crate::model::{Block, BlockKind, Category, Label, Span, Style};
use crate::rules::{Form, Rules};
use crate::text::{fold, has_letters};

/// Shortest block, in folded characters, that is looked at for a footer fused to text.
const SOME: usize = 60;

/// Shortest block that may end in prompts without any sign where they begin: some archives keep a whole article as one
/// line.
const LONG: usize = 300;

/// Characters behind a section's number that may name what the section sells.
const HEADING: usize = 24;

/// Longest name of a speaker, in characters.
const SPEAKER: usize = 20;

/// Sentences at the end of a block that are looked at.
const SENTENCES: usize = 12;

/// Longest sentence that is nothing but a prompt, in folded characters; a longer one may begin as the article's own.
const PROMPT: usize = 90;

/// Categories of prompts that a block may end in.
const PROMPTS: [Category; 7] = [
    Category::Follow,
    Category::Star,
    Category::Share,
    Category::Group,
    Category::Commerce,
    Category::ReadOriginal,
    Category::Reward,
];

/// Categories of what sells a community.
const COMMUNITY: [Category; 2] = [Category::Group, Category::Follow];

/// Cuts prompts off the end of long blocks, at strong evidence only: where a numbered section begins whose heading sells
/// a community or hands out a file, at the last 免责声明, or where several whole sentences in a row are prompts. The
/// pieces make up the block again.
pub(super) fn cut(units: Vec<Unit>, rules: &Rules) -> Vec<Unit> {
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        let plain = unit.block.kind == BlockKind::Paragraph && unit.shape == Shape::Words && unit.chars >= SOME;
        let cuts = if plain && !is_speech(&unit.text) { cuts(&unit.block.text(), rules) } else { Vec::new() };
        if cuts.is_empty() {
            out.push(unit);
        } else {
            out.extend(parts(&unit, &cuts));
        }
    }
    out
}

/// A turn of a talk begins with its speaker's name; what is said there is said to somebody else.
fn is_speech(text: &str) -> bool {
    text.chars().take(SPEAKER).any(|c| matches!(c, '：' | ':'))
}

/// Where a text is cut, as byte offsets in order; empty when it is left whole.
fn cuts(text: &str, rules: &Rules) -> Vec<usize> {
    let labels = rules.statements().disclaimer_labels.iter();
    let disclaimer = labels.filter_map(|label| last(text, label)).max().filter(|at| *at > 0);
    let body = disclaimer.and_then(|at| text.get(..at)).unwrap_or(text);
    let section = last_section(body, rules).filter(|at| *at > 0);
    let body = section.and_then(|at| body.get(..at)).unwrap_or(body);
    let whole = section.is_none() && disclaimer.is_none();
    let long = has_letters(body, LONG);
    let mut cuts = if long { prompts(body, rules, whole) } else { Vec::new() };
    cuts.extend(section.into_iter().chain(disclaimer));
    cuts
}

/// The start of the last numbered section (0x06 …) when its heading sells a community or hands out a file.
fn last_section(text: &str, rules: &Rules) -> Option<usize> {
    let at = last(text, "0x0").or_else(|| last(text, "0x1"))?;
    let heading: String = text.get(at..)?.chars().take(HEADING).collect();
    let (number, name) = heading.split_at_checked("0x00".len())?;
    let digits = number.get(2..)?.bytes().all(|byte| byte.is_ascii_digit());
    (digits && sells_community(name, rules)).then_some(at)
}

/// Where a word stands last. Most texts do not hold it at all, which searching forward tells sooner.
fn last(text: &str, word: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).and_then(|_| text.rfind(word))
}

/// Whether some first words of a text are a heading or a line that sells a community; where the heading ends is lost.
fn sells_community(text: &str, rules: &Rules) -> bool {
    let folded = fold(text);
    let ends = folded.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.filter_map(|end| folded.get(..end))
        .any(|words| rules.matching(words).iter().any(|rule| COMMUNITY.contains(&rule.category()) && !rule.weak))
}

/// The starts of the sentences that end a text and are prompts. Two of them are needed where nothing else follows.
fn prompts(text: &str, rules: &Rules, last: bool) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut end = text.len();
    for _ in 0..SENTENCES {
        let Some(sentence) = text.get(..end) else { break };
        let start = sentence_start(sentence);
        if start == 0 || !text.get(start..end).is_some_and(|sentence| is_prompt(sentence, rules)) {
            break;
        }
        starts.push(start);
        end = start;
    }
    starts.reverse();
    if last && starts.len() < 2 { Vec::new() } else { starts }
}

/// Where the last sentence of a text begins: behind the mark that ends the one before.
fn sentence_start(text: &str) -> usize {
    let inner = text.trim_end_matches(|c: char| c.is_whitespace() || MARKS.contains(&c) || "”’」』）".contains(c));
    inner.rfind(MARKS).map_or(0, |at| {
        let mark = inner.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        at + mark
    })
}

const MARKS: [char; 6] = ['。', '！', '？', '!', '?', '；'];

fn is_prompt(sentence: &str, rules: &Rules) -> bool {
    let folded = fold(sentence);
    let short = folded.chars().count() <= PROMPT;
    short
        && rules.matching(&folded).iter().any(|rule| {
            let strong = !rule.weak && rule.form != Form::Heading && rule.label == Label::Drop;
            strong && PROMPTS.contains(&rule.category())
        })
}

/// A unit cut at offsets of its text. Pictures stay with the words before them.
fn parts(unit: &Unit, cuts: &[usize]) -> Vec<Unit> {
    let mut pieces: Vec<Vec<Span>> = vec![Vec::new()];
    let mut seen = 0;
    let mut cuts = cuts.iter().copied().peekable();
    for span in unit.block.spans.clone() {
        let Span::Text { text, style, href } = span else {
            pieces.last_mut().into_iter().for_each(|piece| piece.push(span.clone()));
            continue;
        };
        let mut rest = text.as_str();
        while let Some(at) = cuts.next_if(|at| *at <= seen + rest.len()) {
            let Some((left, right)) = rest.split_at_checked(at.saturating_sub(seen)) else { break };
            pieces.last_mut().into_iter().for_each(|piece| push(piece, left, style, &href));
            pieces.push(Vec::new());
            seen += left.len();
            rest = right;
        }
        pieces.last_mut().into_iter().for_each(|piece| push(piece, rest, style, &href));
        seen += rest.len();
    }
    let Block { kind, quote, items, .. } = &unit.block;
    let block = |spans| Block { kind: kind.clone(), quote: *quote, items: *items, spans };
    let mut parts: Vec<Unit> = pieces.into_iter().map(|spans| Unit::of(unit.source, block(spans))).collect();
    parts.iter_mut().skip(1).for_each(|part| part.seam = true);
    parts.iter_mut().take(1).for_each(|part| part.seam = unit.seam);
    parts
}

fn push(piece: &mut Vec<Span>, text: &str, style: Style, href: &str) {
    if !text.is_empty() {
        piece.push(Span::Text { text: text.to_owned(), style, href: href.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::boilerplate::unit;

    fn pieces(text: &str) -> Vec<String> {
        let units = unit::split(vec![Block::paragraph(text)]);
        cut(units, &Rules::shipped()).iter().map(|unit| unit.block.text()).collect()
    }

    #[test]
    fn long_lines_are_cut_where_prompts_begin_and_nowhere_else() {
        let body = "水位在三月里涨得很快，第二天就淹没了桥面，岸上的人都在搬东西。".repeat(14);
        let one = "欢迎关注我们的公众号！";
        let two = "欢迎关注我们的公众号！扫码加入读者群！";
        let section = "0x06 内部星球介绍（更新）每周更新图纸，价格随人数上涨。";
        assert_eq!(pieces(&body).len(), 1);
        assert_eq!(pieces(&format!("{body}{one}")).len(), 1, "one sentence may be the author's");
        assert_eq!(pieces(&format!("{body}{two}")).len(), 3);
        assert_eq!(pieces(&format!("王五：{body}{two}")).len(), 1, "a speaker speaks to somebody");
        assert_eq!(pieces(&format!("0x01 前言{body}{section}")), [format!("0x01 前言{body}"), section.to_owned()]);
        assert_eq!(pieces(&format!("{body}0x06 星轨拍摄{body}")).len(), 1);
        let mixed = "水退了以后桥上什么都没有留下欢迎加入我的知识星球我们一起往前走".repeat(4);
        assert_eq!(
            pieces(&format!("{body}{mixed}。欢迎关注我们的公众号！")).len(),
            1,
            "a prompt fused with text stays"
        );
        let short = "回显为一就是成功删除，回显为零就是没有这个文件，水位表也照样能看到，两种情况各试三次。";
        let footer = "免责声明：文中方法仅供学习，由读者承担全部责任，与本公众号无关。";
        assert_eq!(pieces(&format!("{short}0x02 源码下载 关注公众号发送 0308 获取{footer}")).len(), 3);
        assert_eq!(pieces(two).len(), 1, "short blocks are read as they are");
    }

    #[test]
    fn pieces_make_up_the_block_again() {
        let body = "水位在三月里涨得很快，第二天就淹没了桥面，岸上的人都在搬东西。".repeat(14);
        let whole = format!("{body}欢迎关注我们的公众号！扫码加入读者群！");
        let units = cut(unit::split(vec![Block::paragraph(whole.as_str())]), &Rules::shipped());
        assert_eq!(units.iter().map(|unit| unit.seam).collect::<Vec<_>>(), [false, true, true]);
        let joined = unit::join(units, Vec::new());
        assert_eq!(joined.iter().map(|judged| judged.block.text()).collect::<Vec<_>>(), [whole]);
    }
}
