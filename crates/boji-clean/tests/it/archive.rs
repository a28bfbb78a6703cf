//! Saved Markdown as blocks: what converters and authors write, in each dialect.

use std::fmt::Write as _;

use boji_clean::model::{Block, BlockKind, Span};
use boji_clean::parse::archive;
use regex::Regex;

use crate::checks::invariants::archived;

/// Headers by which the dialects are known: none, html2text's, wechatmp2markdown's.
const PLAIN: &str = "";
const WRAPPED: &str = "# 题\n\n文章作者: 某号\n发布时间: 2025-03-04 08:05\n\n";
const UNESCAPED: &str = "#  题   \n 某号   2024-12-09 13:40  \n  \n";

fn blocks(header: &str, text: &str) -> Vec<Block> {
    archive::page(&format!("{header}{text}")).map_or_else(Vec::new, |page| archived(&page.body))
}

/// A block a line: kind, then words, `>` for each level of quotation, `+` for each item behind whose first words it stands.
fn shape(header: &str, text: &str) -> Vec<String> {
    let shown = |block: &Block| {
        let kind = match &block.kind {
            BlockKind::Heading(level) => format!("h{level}"),
            BlockKind::Paragraph => "p".into(),
            BlockKind::ListItem { depth, number } => match number {
                Some(number) => format!("{depth}.{number}"),
                None => format!("{depth}-"),
            },
            BlockKind::Table(_) => "table".into(),
            BlockKind::Code(language) => format!("code:{language}"),
            BlockKind::Figure => format!("figure:{}", block.images().count()),
            BlockKind::Rule => "rule".into(),
        };
        let (quote, items) = (">".repeat(usize::from(block.quote)), "+".repeat(usize::from(block.items)));
        format!("{quote}{items}{kind} {}", block.text().replace('\n', "/").replace('\t', "|"))
    };
    blocks(header, text).iter().map(shown).collect()
}

/// Spans in a short notation: `*bold*`, `/italic/`, `{code}`, `-struck-`, `words<address>`, `!alt<address>`.
fn spans(header: &str, text: &str) -> String {
    let mut out = String::new();
    for span in blocks(header, text).into_iter().flat_map(|block| block.spans) {
        match span {
            Span::Image(image) => {
                let _ = write!(out, "!{}<{}>", image.alt, image.url);
            }
            Span::Text { text, style, href } => {
                let mark = match (style.bold, style.italic, style.code) {
                    _ if style.struck => ("-", "-"),
                    (_, _, true) => ("{", "}"),
                    (true, ..) => ("*", "*"),
                    (_, true, _) => ("/", "/"),
                    _ => ("", ""),
                };
                let _ = write!(out, "{}{text}{}", mark.0, mark.1);
                if !href.is_empty() {
                    let _ = write!(out, "<{href}>");
                }
            }
        }
    }
    out
}

#[test]
fn reads_what_converters_write() {
    let cases: [(&str, &[&str]); 46] = [
        ("甲\n乙\n\n丙", &["p 甲乙", "p 丙"]),
        ("甲  \n乙  \n  \n丙  ", &["p 甲/乙", "p 丙"]),
        ("## 甲\n乙", &["h2 甲", "p 乙"]),
        ("##   \n## 甲  \n", &["h2 甲"]),
        ("* 甲\n\n    * 乙\n\n* 丙\n\n丁", &["0- 甲", "1- 乙", "0- 丙", "p 丁"]),
        ("  * 甲\n\n    * 乙\n\n  * 丙\n\n丁", &["0- 甲", "1- 乙", "0- 丙", "p 丁"]),
        ("###### **![](u)**", &["figure:1 "]),
        ("  1. 甲\n  2. 乙\n     续\n", &["0.1 甲", "0.2 乙续"]),
        ("7. 甲\n9. 乙\n", &["0.7 甲", "0.9 乙"]),
        ("> 甲\n>\n> ****\n\n乙", &[">p 甲", "p 乙"]),
        ("> 甲\n乙", &[">p 甲乙"]),
        ("> 甲  \n乙", &[">p 甲", "p 乙"]),
        ("甲\n```sh\n# 乙\n\n**丙** `<b>\n```  \n丁", &["p 甲", "code:sh # 乙//**丙** `<b>", "p 丁"]),
        ("甲\n\n    乙\n      丙\n\n丁", &["p 甲", "code: 乙/  丙", "p 丁"]),
        ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n丙", &["table 甲|乙/1|2", "p 丙"]),
        ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 | 3 |\n| 4 |\n", &["table 甲|乙/1|2|3/4"]),
        ("<table><tr><td>甲</td>\n\n    <td>乙</td></tr></table>\n丙", &["table 甲|乙", "p 丙"]),
        ("![图片](u \"\")  \n甲  \n![](v)  ", &["figure:1 ", "p 甲", "figure:1 "]),
        ("甲\n* * *\n乙\n\n---\n", &["p 甲", "rule ", "p 乙", "rule "]),
        ("甲\n===\n乙\n---\n", &["h1 甲", "h2 乙"]),
        ("****\n\n甲", &["p 甲"]),
        ("<div>\n<p>甲</p>\n</div>\n\n乙", &["p 甲", "p 乙"]),
        ("说<div>和<b>的\n\n<Vec>", &["p 说<div>和<b>的", "p <Vec>"]),
        ("<!-- 甲 -->\n乙<sup>2</sup>", &["p 乙²"]),
        ("甲[^1]\n\n[^1]: 桥志", &["p 甲[^1]", "p [^1]: 桥志"]),
        ("[老陈]: 水高。\n\n我问[老陈]。", &["p [老陈]: 水高。", "p 我问[老陈]。"]),
        ("[注]: 一句话\n\n[2] 甲", &["p [注]: 一句话", "p [2] 甲"]),
        ("> 甲\n# 乙", &[">p 甲", "h1 乙"]),
        ("> 甲\n- 乙", &[">p 甲", "0- 乙"]),
        ("> 甲\n```\n乙\n```\n丙", &[">p 甲", "code: 乙", "p 丙"]),
        ("> 甲\n| 1 | 2 |\n|---|---|\n| 3 | 4 |", &[">p 甲", "table 1|2/3|4"]),
        ("- 甲\n\n  乙\n- 丙", &["0- 甲", "+p 乙", "0- 丙"]),
        ("- 甲\n  > 乙\n- 丙", &["0- 甲", ">+p 乙", "0- 丙"]),
        ("1. 甲\n   ```\n   乙\n   ```\n\n丙", &["0.1 甲", "+code: 乙", "p 丙"]),
        ("| 甲 |\n|---|\n| 1 |", &["table 甲/1"]),
        ("<!-- 甲 -->乙", &["p 乙"]),
        ("<!-- 甲\n乙 -->\n丙", &["p 丙"]),
        ("--> 甲 <!-- 乙", &["p --> 甲 <!-- 乙"]),
        ("<img\n  src=\"u\"\n  alt=\"图\">", &["figure:1 "]),
        ("<div\n  class=\"a\">\n\n甲\n\n</div>", &["p 甲"]),
        ("~~~ sh ``` x\n甲\n~~~\n乙", &["code:sh 甲", "p 乙"]),
        ("> [!note] 甲\n> 乙", &[">p 甲", ">p 乙"]),
        ("> [!TIP]\n> 乙", &[">p 乙"]),
        ("> [!warning]- 甲\n>\n> - 乙", &[">p 甲", ">0- 乙"]),
        ("> [!图](u)\n> 乙", &[">p !图乙"]),
        ("- [x] 甲\n- [ ] 乙\n- [甲] 丙", &["0- [x] 甲", "0- [ ] 乙", "0- [甲] 丙"]),
    ];
    for (text, want) in cases {
        let text = format!("前言\n\n{text}");
        assert_eq!(
            shape(PLAIN, &text).get(1..),
            Some(want.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
            "{text}"
        );
    }
}

#[test]
fn a_wrapped_line_may_begin_with_a_mark() {
    let cases: [(&str, &[&str]); 7] = [
        ("version\n2. of C\n# and\n- so on", &["p version 2. of C # and - so on"]),
        ("  * 甲\n  * 乙", &["0- 甲", "0- 乙"]),
        ("  1. 甲\n    * 乙\n\n    * 丙\n  2. 丁", &["0.1 甲", "1- 乙", "1- 丙", "0.2 丁"]),
        ("  * \n甲\n  * 乙", &["0- 甲", "0- 乙"]),
        ("###### **△**\n图\n\n甲", &["h6 △ 图", "p 甲"]),
        ("**甲**| 乙  \n---|---  \n1| 2  \n3|\n4  \n  \n丙", &["table 甲|乙/1|2/3|4", "p 丙"]),
        ("甲 <script>乙", &["p 甲 <script>乙"]),
    ];
    for (text, want) in cases {
        assert_eq!(shape(WRAPPED, text), want, "{text}");
    }
    assert_eq!(spans(WRAPPED, "[甲\n乙](http://a.example/x-\ny/1-\n2)"), "甲乙<http://a.example/x-y/1-2>");
    assert_eq!(spans(WRAPPED, "河水上涨\\-\n船停 -\n-\n岸边"), "河水上涨- 船停 - - 岸边");
    assert_eq!(spans(WRAPPED, "_**快船**_ _**的速度：**_ 慢"), "*快船的速度：* 慢");
    assert_eq!(spans(WRAPPED, "甲_乙_丙 _丁\n戊_"), "甲/乙/丙 /丁戊/");
}

/// Bold in italic in bold, cut by line ends: the wording stands without a mark of either.
#[test]
fn emphasis_may_be_nested_crosswise() {
    let cases = [
        (" _**船长：**_**** 起锚。", "船长： 起锚。"),
        ("** _**_**船长：**_**_** 起锚？", "船长： 起锚？"),
        (" _**甲乙_**丙", "甲乙丙"),
        ("** _（** __A图，** _同前_**__** ）_**", "（ A图， 同前 ）"),
        (" __第一问_ 1，谁来掌舵_", "第一问 1，谁来掌舵"),
        (" _河 _上_ 游_ _的船_", "河 上 游的船"),
        (" _**[2]**\n_那时候", "[2] 那时候"),
        ("海报上的口号\n_**（顺流而下）**_ ”很好", "海报上的口号（顺流而下） ”很好"),
        ("甲 _(_乙：_\n丙\n_丁", "甲 (乙：丙丁"),
        (" _船名 _\n后面", "船名 后面"),
        ("方法 __init__ 与 _start 和 __a", "方法 __init__ 与 _start 和 __a"),
        ("空__处，____，a_b", "空__处，____，a_b"),
        ("**甲 _乙** 丙_ 丁", "甲 乙 丙 丁"),
    ];
    for (text, want) in cases {
        let words: Vec<String> = blocks(WRAPPED, text).iter().map(Block::text).collect();
        assert_eq!(words.join("/"), want, "{text}");
    }
    assert_eq!(spans(WRAPPED, "**甲 _乙** 丙_ 丁"), "*甲* *乙* /丙/ 丁");
    assert_eq!(spans(PLAIN, "`_甲` _[乙_](u_v_)_"), "{_甲} /乙/<u_v_>_");
}

#[test]
fn a_link_that_a_forced_break_cut_is_whole_again() {
    let long = format!("https://a.example/{}", "x".repeat(3_000));
    let cases = [
        (format!("见（[河]({long}  \n)  \n)"), format!("见（河<{long}>\n)")),
        ("[  \n河  \n](mailto:  \nhttps://a.example/x  \n)  ".into(), "河<mailto:https://a.example/x>".into()),
        ("[河](  \nhttps://a.example/x)  \n水".into(), "河<https://a.example/x>\n水".into()),
        ("[河](https://a.example/x  \n水很深)".into(), "河<https://a.example/x水很深>".into()),
        ("[河](见  \n水)".into(), "[河](见\n水)".into()),
        ("[河](https://a.example/x  \n水 深)".into(), "[河](https://a.example/x\n水 深)".into()),
    ];
    for header in [PLAIN, UNESCAPED] {
        for (text, want) in &cases {
            assert_eq!(spans(header, text), *want, "{text}");
        }
    }
}

#[test]
fn a_converter_that_escapes_nothing_writes_text() {
    let cases: [(&str, &[&str]); 12] = [
        ("甲```\nx\n```  \n乙  ", &["p 甲", "code: x", "p 乙"]),
        ("甲 ```x```\n乙", &["p 甲 x 乙"]),
        ("C:\\.x \\* <img src=x> __init__  ", &["p C:\\.x \\* <img src=x> __init__"]),
        ("甲  \n---  \n2. 乙  \n", &["p 甲", "rule ", "0.2 乙"]),
        ("union/**/select/**/1  ", &["p union/**/select/**/1"]),
        ("<table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table>  \n丙", &["table 甲|乙", "p 丙"]),
        ("![图片][0]  \n甲  \n\n[0]:data:image/png;base64,iVBO", &["p 甲"]),
        ("/home/d*****in/x  ", &["p /home/d*****in/x"]),
        ("**1x********02 河**  ", &["p 1x02 河"]),
        ("***\u{a0}注意：水深**  ", &["p * 注意：水深"]),
        ("- *  \n：任意字符  \n- +  \n：加  ", &["0- *：任意字符", "0- +：加"]),
        ("- ```\n**甲** 乙\n\n```  \n  \n丙  ", &["code: **甲** 乙", "p 丙"]),
    ];
    for (text, want) in cases {
        assert_eq!(shape(UNESCAPED, text), want, "{text}");
    }
}

#[test]
fn reads_inline_marks() {
    let cases = [
        ("**（****扫****码看**河", "*（扫码看*河"),
        ("**甲。**乙**“丙”**丁", "*甲。*乙*“丙”*丁"),
        ("前 _斜_ 正", "前 /斜/ 正"),
        ("2**3 = 8", "2**3 = 8"),
        ("半**粗", "半粗"),
        ("*注：甲", "*注：甲"),
        ("*斜。*体", "/斜。/体"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("1\\. 甲 \\*乙\\*", "1. 甲 *乙*"),
        ("`a*b` c", "{a*b} c"),
        ("`` a`b ``", "{a`b}"),
        ("`open", "`open"),
        ("** _\\--END--_**", "*--END--*"),
        ("[甲[乙](u)", "[甲乙<u>"),
        ("[![图片](u \"\")](v)", "!<u>"),
        ("[1、[甲]乙](http://a.example/(x))丙", "1、[甲]乙<http://a.example/(x)>丙"),
        ("[河](https://a.example/x?a=1 2&b=3 )水", "河<https://a.example/x?a=1%202&b=3>水"),
        ("[河](https://a.example/x \"题\")水", "河<https://a.example/x>水"),
        ("[注] 甲", "[注] 甲"),
        ("见[公告][n]。\n\n[n]: https://a.example/n '公告'", "见公告<https://a.example/n>。"),
        ("![河](u)水", "!河<u>水"),
        ("![船](https://a.example/b\\_c?d=1&amp;e=2)", "!船<https://a.example/b_c?d=1&e=2>"),
        ("[甲](javascript:void\\(0\\);)乙", "甲乙"),
        ("https://a.example/a_b_/_c_ 甲", "https://a.example/a_b_/_c_ 甲"),
        ("**https://a.example/x_**", "*https://a.example/x_*"),
        ("<https://a.example/x>", "https://a.example/x<https://a.example/x>"),
        ("甲<br/>乙<span style=\"a\">丙</span><div>", "甲\n乙丙<div>"),
        ("a &lt;b&gt; &amp;c &lol;", "a <b> &c &lol;"),
        ("甲![图](data:image/gif;base64,R0lG)乙", "甲乙"),
        ("имя_файла_данных café_menu_x", "имя_файла_данных café_menu_x"),
        ("<mailto:li@a.example>", "mailto:li@a.example<mailto:li@a.example>"),
        ("<ftp://a.example/x>", "ftp://a.example/x<ftp://a.example/x>"),
        ("[维](https://a.example/A_\\(b\\))水", "维<https://a.example/A_(b)>水"),
        ("[甲][乙]\n\n[乙]: <https://a.example/x_y>", "甲<https://a.example/x_y>"),
        ("甲![[a b.png|300]]乙", "甲!<a b.png>乙"),
        ("见[[河岸|那一篇]]和[[桥]]。", "见那一篇和桥。"),
        ("见[[1]]，[[ -f x ]]，[[1, 2], [3]]", "见[[1]]，[[ -f x ]]，[[1, 2], [3]]"),
        ("![图](a b.png)", "!图<a%20b.png>"),
        ("运行 `ls` `-l` 命令", "运行 {ls} {-l} 命令"),
        ("[看 `b` 处](u)", "看<u> <u>{b}<u> <u>处<u>"),
        ("原价~~五元，~~三元，好吃~真的~好，10~20元", "原价-五元，-三元，好吃~真的~好，10~20元"),
    ];
    for (text, want) in cases {
        assert_eq!(spans(PLAIN, text), want, "{text}");
    }
}

/// Nesting, marks without partners and cells that are not there.
#[test]
fn hostile_archives_are_read_in_time_and_within_bounds() {
    let long = 100_000;
    let table = format!("|{}\n|{}\n{}", "a|".repeat(300), "--|".repeat(300), "|\n".repeat(long));
    let cases = [
        ("quotes", format!("{}甲", ">".repeat(long))),
        ("lists", format!("{}甲", "- ".repeat(long))),
        ("brackets", "[".repeat(long)),
        ("pictures", "![".repeat(long)),
        ("links", "[a](".repeat(long)),
        ("stars", "*a **b ".repeat(long)),
        ("runs", "*".repeat(long)),
        ("underscores", "_a ".repeat(long)),
        ("ticks", (1..400).map(|length| "`".repeat(length) + " a").collect()),
        ("tags", "<br <p <!-- <table ".repeat(long)),
        ("names", "[a]: b\n".repeat(long)),
        ("notes of a folder", "[[a".repeat(long)),
        ("pictures of a folder", "![[a".repeat(long)),
        ("formulas behind an address", "](a\\(x^2\\)".repeat(long / 4)),
        ("waves", "~~a~".repeat(long)),
        ("cut tags", "<div\n".repeat(long)),
        ("table", table),
    ];
    for (name, text) in cases {
        let found = blocks(PLAIN, &format!("# 题\n\n{text}"));
        assert!(found.iter().all(|block| block.quote <= 8), "{name}");
    }
}

#[test]
fn a_row_keeps_the_cells_that_its_table_has_no_head_for() {
    for text in ["|[\n-|\n乙|甲", "| a | b |\n|---|---|\n| 乙 | b | 甲 |"] {
        let found: String = blocks(PLAIN, &format!("前言\n\n{text}")).iter().map(Block::text).collect();
        assert!(found.contains('甲') && found.contains('乙'), "{found}");
    }
}

proptest::proptest! {
    /// But for addresses, code and names of languages, every letter of the text is in some block. A link without words shows
    /// nothing, so that its address stands nowhere.
    #[test]
    fn loses_no_letter(text in "[ab甲乙\\n \\-*#>|.1\\[\\]()!_\\\\<&;]{0,120}") {
        let wordless = Regex::new(r"\[\s*\]\([^)]*\)").expect("a pattern");
        let shown = wordless.replace_all(&text, "");
        for header in [PLAIN, WRAPPED, UNESCAPED] {
            let found = blocks(header, &format!("前言\n\n{text}"));
            let kept: String = found.iter().map(Block::text).collect();
            for letter in ['甲', '乙'] {
                let addresses: usize = found.iter().flat_map(|block| &block.spans).map(|span| match span {
                    Span::Text { href, .. } => href.matches(letter).count(),
                    Span::Image(image) => image.url.matches(letter).count() + image.alt.matches(letter).count(),
                }).sum();
                proptest::prop_assert!(kept.matches(letter).count() + addresses >= shown.matches(letter).count(), "{:?} {:?}", text, found);
            }
        }
    }
}
