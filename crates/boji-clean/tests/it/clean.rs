//! Archives through parsing, judging and rendering: golden files, counter-examples, and that nothing is lost.

use std::path::{Path, PathBuf};

use boji_clean::clean::{Context, clean_entry, clean_page, judge, render};
use boji_clean::model::{Article, Block, BlockKind, Candidate, Date, Facts, JudgedBlock, Label, Origin, Span, Verdict};
use boji_clean::parse::{Input, archive};
use boji_clean::rules::Rules;

use crate::checks::invariants::archived;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/archives")
}

fn article(name: &str) -> Article {
    let bytes = std::fs::read(folder().join(name)).expect("a fixture");
    let context = Context::default();
    let input = Input { bytes: &bytes, ..Input::default() };
    clean_page(&input, &context, &Rules::shipped()).article.expect("an article")
}

fn check(name: &str) {
    let article = article(&format!("{name}.md"));
    let facts = serde_json::json!({
        "title": article.title,
        "authors": article.authors,
        "date": article.published.map(Date::to_utc),
        "source_name": article.source_name,
        "tags": article.tags,
        "rights": article.rights,
        "metadata": article.metadata,
        "rules": article.blocks.iter().filter(|judged| judged.verdict.label != Label::Keep)
            .map(|judged| format!("{}: {}", judged.verdict.rule, judged.block.text().trim().replace('\n', " / ")))
            .collect::<Vec<_>>(),
    });
    let facts = serde_json::to_string_pretty(&facts).expect("JSON") + "\n";
    let golden = [("expected.md", &article.markdown), ("expected.json", &facts)];
    for (extension, found) in golden {
        let path = folder().join(format!("{name}.{extension}"));
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(&path, found).expect("written");
        }
        let want = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(*found, want, "{}", path.display());
    }
}

#[test]
fn the_album_crawlers_archive() {
    check("album");
}

#[test]
fn wechatmp2markdowns_archive() {
    check("wechatmp");
}

#[test]
fn an_archive_with_front_matter() {
    check("front_matter");
}

#[test]
fn cleaning_its_own_markdown_again_changes_no_word() {
    for name in ["album.md", "wechatmp.md", "front_matter.md"] {
        let first = article(name);
        let page = archive::page(&first.markdown).expect("an archive");
        let blocks = archived(&page.body);
        let title = page.facts.title.map(|title| Block::new(BlockKind::Heading(1), vec![Span::plain(title)]));
        let blocks: Vec<Block> = title.into_iter().chain(blocks).collect();
        let again = judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None);
        assert_eq!(render::text(&again.blocks), first.text, "{name}");
    }
}

/// Sentences that hold the words of prompts and are content, each at the very end of an article.
#[test]
fn sentences_that_only_look_like_prompts_are_kept() {
    let sentences = [
        "微软本月修复了三个值得关注的漏洞。",
        "你们考完了也不关注下我们，我们今天有一场招聘会呢。",
        "这个仓库在网站上有六万星标，却在周末被人发现一个洞。",
        "强烈推荐阅读研究者自己的博客，下面只是关键步骤的总结。",
        "攻击来源主要是三个地区，其中两个在上游。",
        "建议关闭远程管理，并且停用端口转发、动态域名和私有网络。",
        "首先出现一个微信扫码登录的页面。",
        "研究人员对三家机构的开放性表示赞赏。",
        "点赞数量最多的留言者，将获得新年礼盒一份。",
        "**老周：** 谢谢大家。",
        "黑客随后可以修改“购买”和“出售”两个按钮的设置。",
        "编辑器里的这个漏洞由一个压缩包触发。",
    ];
    let prose = "这是一段很长的正文，讲的是河边发生的事情，从早上一直讲到晚上，中间没有一句话是请人做什么的，只是把看到的写下来。";
    for sentence in sentences {
        let blocks = vec![Block::paragraph(prose), Block::paragraph(sentence)];
        let judged = judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None);
        let last = judged.blocks.last().expect("a block");
        assert_eq!(last.verdict, Verdict::keep(), "{sentence}");
    }
}

/// Three paragraphs that ask for nothing, as the article round a wording.
const PROSE: [&str; 3] = [
    "河边的镇子在三月里修了一座新桥，桥面用的是旧船上拆下来的木板，走上去会轻轻地响，像有人在下面说话。",
    "修桥的人说，木板要先在水里泡上一个冬天，再拿到太阳底下晒，晒到不再滴水，才能用钉子一块一块地钉在梁上。",
    "桥修好以后，第一个走过去的是卖豆腐的老人，他挑着担子停在桥中间，看了很久的水，然后才慢慢地走到对岸去。",
];

/// The verdict on a wording at a place of a small article: before its text (0), within it (1), behind it (3).
fn verdict_at(wording: &str, place: usize) -> Verdict {
    let mut blocks = PROSE.map(Block::paragraph).to_vec();
    blocks.insert(place, Block::paragraph(wording));
    let judged = judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None);
    judged.blocks.get(place).map_or_else(Verdict::keep, |judged| judged.verdict.clone())
}

fn wordings(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wordings").join(name);
    std::fs::read_to_string(path).expect("a fixture")
}

#[test]
fn prompts_and_metadata_leave_the_text_wherever_accounts_put_them() {
    let table = wordings("prompts.tsv");
    let mut kept = Vec::new();
    for line in table.lines().skip(1) {
        let [category, place, wording] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let places = match place {
            "head" => vec![0],
            "tail" => vec![3],
            _ => vec![0, 3],
        };
        let stays = |place: &usize| verdict_at(wording, *place).label == Label::Keep;
        kept.extend(places.into_iter().filter(stays).map(|place| format!("{category} at {place}: {wording}")));
    }
    assert!(kept.is_empty(), "kept:\n{}", kept.join("\n"));
}

#[test]
fn sentences_with_the_words_of_prompts_stay_in_head_body_and_tail() {
    let mut lost = Vec::new();
    for sentence in wordings("look_alikes.txt").lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        for place in [0, 1, 3] {
            let verdict = verdict_at(sentence, place);
            if verdict.label != Label::Keep {
                lost.push(format!("{} at {place}: {sentence}", verdict.rule));
            }
        }
    }
    assert!(lost.is_empty(), "lost:\n{}", lost.join("\n"));
}

#[test]
fn a_reading_list_is_content_and_back_issues_are_not() {
    let list = |href: &str| {
        let item = |words: &str| {
            Block::new(
                BlockKind::ListItem { depth: 0, number: None },
                vec![Span::link(words, format!("{href}{words}"))],
            )
        };
        let heading = Block::new(BlockKind::Heading(2), vec![Span::plain("推荐阅读")]);
        let blocks = vec![Block::paragraph("一段正文，讲水。"), heading, item("a"), item("b")];
        let judged = judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None);
        judged.blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).count()
    };
    assert_eq!(list("https://books.example/"), 4);
    assert_eq!(list("https://mp.weixin.qq.com/s/"), 1);
}

#[test]
fn a_month_in_review_keeps_its_list_of_links() {
    let link = |nth: u32| {
        let words = format!("第{nth}次修桥的故事");
        Block::new(BlockKind::Paragraph, vec![Span::link(words, format!("https://mp.weixin.qq.com/s/bridge{nth}"))])
    };
    let kept = |text: &str, links: u32| {
        let blocks: Vec<Block> = std::iter::once(Block::paragraph(text)).chain((0..links).map(link)).collect();
        let judged = judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None);
        judged.blocks.iter().filter(|judged| judged.verdict.label == Label::Keep).count()
    };
    assert_eq!(kept("三月的桥。", 6), 7, "the list is the post");
    assert_eq!(kept(PROSE.concat().as_str(), 6), 1, "behind a text it is back issues");
}

#[test]
fn references_that_the_text_cites_stay() {
    let blocks = |body: &str| {
        let lines = ["参考资料：", "[1]https://a.example/x", "END"];
        let mut blocks = vec![Block::paragraph(body)];
        blocks.extend(lines.map(Block::paragraph));
        judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None)
    };
    let cited = blocks("水位在三月上涨[1]，见下。");
    assert!(render::text(&cited.blocks).contains("a.example"));
    let later = blocks("第一处引用随前言去了，这里还引着[12]。");
    assert!(render::text(&later.blocks).contains("a.example"));
    let uncited = blocks("水位在三月上涨，见下。");
    assert_eq!(render::text(&uncited.blocks), "水位在三月上涨，见下。");
    assert_eq!(uncited.fields.references, ["https://a.example/x"]);
}

#[test]
fn a_text_that_is_all_title_is_the_article() {
    let titled = Facts { title: Some("水退了".into()), ..Facts::default() };
    let left = |lines: &[&str]| {
        let blocks: Vec<Block> = lines.iter().map(|line| Block::paragraph(*line)).collect();
        render::text(&judge(blocks, Origin::Blog, &titled, &Rules::shipped(), None).blocks)
    };
    assert_eq!(left(&["水退了"]), "水退了");
    assert_eq!(left(&["水退了", "桥还在，人也还在。"]), "桥还在，人也还在。");
}

/// Platforms set boxes and buttons of theirs between the paragraphs of what their feeds carry.
#[test]
fn what_a_platform_sets_into_the_text_of_its_feed_goes() {
    let box_ = "<div class=\"subscription-widget-wrap\"><p class=\"cta-caption\">Thanks for reading Notes from the Mill! Subscribe \
                for free.</p></div>";
    let button = "<p class=\"button-wrapper\"><a href=\"https://mill.example/p/1?action=share\">Share</a></p>";
    let prose = |day: u8| {
        format!(
            "<p>On day {day} the carts came late, and the miller counted the sacks by the light of the one lamp he had.</p>"
        )
    };
    let body = format!("{box_}{}{button}{}{}{box_}{button}", prose(1), prose(2), prose(3));
    let candidate = Candidate { url: "https://mill.example/p/1".into(), body, ..Candidate::default() };
    let article = clean_entry(&candidate, &Context::default(), &Rules::shipped()).article.expect("an article");
    assert_eq!(article.text.lines().filter(|line| !line.is_empty()).count(), 3, "{}", article.text);
    let gone = article.blocks.iter().filter(|judged| judged.verdict.label == Label::Drop);
    assert_eq!(
        gone.filter(|judged| judged.verdict.rule.as_str().starts_with("place.")).count(),
        4,
        "{:?}",
        article.blocks
    );
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

fn words(blocks: &[JudgedBlock]) -> String {
    blocks.iter().map(|judged| letters(&judged.block.text())).collect()
}

proptest::proptest! {
    #[test]
    fn nothing_is_lost(lines in proptest::collection::vec(
        proptest::sample::select(vec![
            "END", "往期回顾", "关注我们", "编辑：甲", "来源：乙", "一段话，讲水的事。", "01", "在看", "免责声明", "▼",
            "参考资料：", "https://a.example/x", "点击上方\n蓝字\n关注我们", "题图：\nSome", "正文很长很长，讲的是河边的事情，一直讲到晚上才停。",
        ]), 0..14)) {
        let blocks: Vec<Block> = lines.iter().map(|line| Block::paragraph(*line)).collect();
        let before: String = blocks.iter().map(|block| letters(&block.text())).collect();
        let judged = judge(blocks, Origin::Blog, &Facts::default(), &Rules::shipped(), None);
        proptest::prop_assert_eq!(words(&judged.blocks), before);
        for judged in &judged.blocks {
            proptest::prop_assert!(!judged.verdict.rule.as_str().is_empty());
            let kept = judged.verdict.label == Label::Keep;
            proptest::prop_assert!(kept || judged.verdict.category.is_some());
        }
    }

    #[test]
    fn markdown_reads_back_as_the_same_text(lines in proptest::collection::vec("[ab1甲乙。 *_#>`|.()!\\[\\]<&;\\\\-]{1,24}", 1..6)) {
        let keep = |line: &String| JudgedBlock { block: boji_clean::clean::normalize(Block::paragraph(line.as_str())), verdict: Verdict::keep() };
        let blocks: Vec<JudgedBlock> = lines.iter().map(keep).collect();
        let markdown = render::markdown(&blocks);
        let found = archive::page(&markdown).map_or_else(Vec::new, |page| archived(&page.body));
        let read: String = found.iter().map(|block| letters(&block.text())).collect();
        proptest::prop_assert_eq!(read, letters(&render::text(&blocks)), "{}", markdown);
    }
}

/// Text and rules of what was dropped, of a page with a body.
fn cleaned(page: &str, url: &str) -> (String, Vec<String>) {
    let input = Input { bytes: page.as_bytes(), url, ..Input::default() };
    let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    let gone = article.blocks.iter().filter(|it| it.verdict.label != Label::Keep);
    (article.text.clone(), gone.map(|it| format!("{} {}", it.verdict.rule, it.block.text())).collect())
}

#[test]
fn a_formula_stays_whatever_the_boxes_round_it_are_called() {
    let prose = "<p>The mill stood above the weir, and all summer long its wheel had not turned once.</p>".repeat(8);
    let katex = "<span class=katex-display><span class=katex><math display=block><semantics><mi>x</mi><annotation \
                 encoding='application/x-tex'>E=mc^2</annotation></semantics></math><span class=katex-html>E=mc2</span></span></span>";
    let menu =
        "<mjx-container class='MathJax CtxtMenu_Attached_0'><mjx-math data-latex='a^2'></mjx-math></mjx-container>";
    let html = format!(
        "<title>Why $x^2$ turns</title><meta property=article:published_time content=2024-03-05><h1>Why <span class=katex>{katex}</span> \
         turns</h1><article>{prose}<figure class=equation><div class=equation-container>{katex}</div></figure><p>So {menu} it \
         turned.</p>{prose}</article>"
    );
    let input = Input { bytes: html.as_bytes(), url: "https://mill.example/1", ..Input::default() };
    let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    assert!(
        article.text.contains("\n$$E=mc^2$$\n") && article.text.contains("So $a^2$ it turned."),
        "{}",
        article.text
    );
    assert_eq!(article.title, "Why $$E=mc^2$$ turns");
    assert!(!article.flags.contains(&"formula-lost".to_owned()), "{:?}", article.flags);
}

#[test]
fn a_formula_that_cannot_be_read_is_flagged() {
    let prose = "<p>The mill stood above the weir, and all summer long its wheel had not turned once.</p>".repeat(4);
    let drawn = "<span class=katex><span class=katex-html><span class=mtable>x</span></span></span>";
    let pictured = "<img src='https://a.example/yuque/__latex/7.svg'>";
    for (formula, want) in [(drawn, true), (pictured, true), ("<img src='7.png'>", false), ("$x^2$", false)] {
        let html = format!("<h1>Wheels</h1><article>{prose}<p>So {formula} it turned.</p>{prose}</article>");
        let input = Input { bytes: html.as_bytes(), url: "https://mill.example/1", ..Input::default() };
        let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
        assert_eq!(article.flags.contains(&"formula-lost".to_owned()), want, "{formula}");
    }
}

#[test]
fn a_kicker_goes_with_its_title_and_a_heading_that_ends_alike_stays() {
    let prose = "<p>The mill stood above the weir, and all summer long its wheel had not turned once.</p>".repeat(4);
    let page = |heading: &str| {
        format!(
            "<title>Mill</title><meta property=og:title content='Why wheels turn'>{heading}<article>{prose}</article>"
        )
    };
    let (text, _) = cleaned(&page("<h1>Water: Why wheels turn</h1>"), "https://mill.example/1");
    assert!(text.starts_with("The mill"), "{text}");
    let inside = page("").replace("<article>", "<article><h2>He knows why wheels turn</h2>");
    assert!(cleaned(&inside, "https://mill.example/1").0.starts_with("He knows"));
}

#[test]
fn a_line_across_the_page_goes_where_the_text_is_over() {
    let prose = "<p>磨坊在河的上游，整个夏天水轮都没有转过，因为水都引去浇地了，到了秋天才下起雨来。</p>".repeat(4);
    let line = "<p>———— 熄火 ————</p>";
    let page = |before: &str, behind: &str| {
        format!(
            "<h1 id=activity-name>磨坊</h1><div id=js_content>{prose}{before}{prose}{behind}<p>点击下方卡片关注我们</p></div>"
        )
    };
    let url = "https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv";
    let (text, gone) = cleaned(&page("", line), url);
    assert!(!text.contains("熄火") && gone.iter().any(|it| it.starts_with("shape.cut ")), "{gone:?}");
    assert!(cleaned(&page(line, ""), url).0.contains("熄火"), "between paragraphs it is the author's");
}

#[test]
fn a_time_without_a_zone_is_that_of_the_language_in_which_the_page_is_written() {
    let chinese = "<p>入夜以后河面上没有风，摆渡的人把灯挂在船头，照出一小块发亮的水。</p>".repeat(6);
    let english =
        "<p>At night there was no wind on the river, and the ferryman hung his lamp at the bow.</p>".repeat(6);
    let japanese = "<p>夜になると川の上に風はなく、渡し守は舳先に灯りを掛けて水面を照らしていました。</p>".repeat(6);
    let cases = [
        ("", &chinese, "+08:00"),
        (" lang=\"en\"", &chinese, "+08:00"),
        (" lang=\"en-US\"", &chinese, "+08:00"),
        (" lang=\"zh-CN\"", &chinese, "+08:00"),
        ("", &english, "Z"),
        (" lang=\"en\"", &english, "Z"),
        ("", &japanese, "Z"),
        (" lang=\"ja\"", &chinese, "Z"),
    ];
    for (lang, text, zone) in cases {
        let html = format!(
            "<html{lang}><head><title>River</title><meta property='article:published_time' content='2025-06-03 20:15'></head>\
             <body><article><h1>River</h1>{text}</article></body></html>"
        );
        let input = Input { bytes: html.as_bytes(), content_type: "text/html; charset=utf-8", ..Input::default() };
        let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
        let published = article.published.map(|date| date.to_string()).unwrap_or_default();
        assert!(published.starts_with("2025-06-03T20:15") && published.ends_with(zone), "{lang} {text}: {published}");
    }
}

#[test]
fn a_text_may_say_what_it_is_called() {
    let paragraph = |text: &str| Block::paragraph(text);
    let quoted = |text: &str| Block { quote: 1, ..Block::paragraph(text) };
    let heading = |text: &str| Block::new(BlockKind::Heading(2), vec![Span::plain(text)]);
    let item = |text: &str| Block::new(BlockKind::ListItem { depth: 0, number: None }, vec![Span::plain(text)]);
    let title = "潮水来迟";
    let cases = [
        ("a line by itself before all others", vec![paragraph(title), paragraph("灯很低")], true),
        ("a heading", vec![paragraph("灯很低"), heading(title)], true),
        (
            "a line over prose",
            vec![
                paragraph("灯很低"),
                paragraph(
                    "潮水来迟\n潮水来迟的那几天，码头上的人把绳子一根一根地解下来，晾在仓库外面的栏杆上，等到傍晚再一根一根地收回去。",
                ),
            ],
            true,
        ),
        ("the first line of a stanza", vec![paragraph("潮水来迟\n门已关上"), paragraph("灯很低")], false),
        ("a line of a later stanza", vec![paragraph("灯很低"), paragraph(title), paragraph("门已关上")], false),
        ("a quotation", vec![quoted(title), paragraph("灯很低")], false),
        ("an item", vec![item(title), item("灯很低")], false),
    ];
    for (case, blocks, goes) in cases {
        let facts = Facts { title: Some(title.to_owned()), ..Facts::default() };
        let judged = judge(blocks, Origin::Blog, &facts, &Rules::shipped(), None);
        let gone = judged.blocks.iter().any(|it| it.verdict.rule.as_str() == "shape.title");
        assert_eq!(gone, goes, "{case}");
    }
}
