//! What was learned: both sides of it agree, and what it takes is said, bounded and a person's to undo.

use std::fmt::Write as _;
use std::path::Path;

use boji_clean::classifier::Strictness;
use boji_clean::clean::locate::BOX_FEATURES;
use boji_clean::clean::{Context, FEATURES, PAGE_FEATURES, clean_page};
use boji_clean::model::{Article, Label, Learned, PageState, RuleFamily, Ruling};
use boji_clean::{Input, Rules};
use serde::Deserialize;

/// What training made of a line or a text: `fixtures/classifiers/*.jsonl`, written beside the weights.
#[derive(Deserialize)]
struct Trained {
    #[serde(default)]
    text: String,
    #[serde(default)]
    lines: Vec<String>,
    #[serde(default)]
    scores: Vec<String>,
    features: Vec<f32>,
    odds: i32,
}

fn trained(name: &str) -> Vec<Trained> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/classifiers").join(name);
    let text = std::fs::read_to_string(path).expect("a fixture");
    let rows: Vec<Trained> = text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert!(rows.len() > 20, "{name} has {} rows", rows.len());
    rows
}

#[test]
fn the_shipped_weights_are_for_the_features_that_are_computed() {
    let rules = Rules::shipped();
    assert_eq!(rules.line_classifier().forest().features(), FEATURES);
    assert_eq!(rules.box_classifier().forest().features(), BOX_FEATURES);
    assert_eq!(rules.page_classifier().forest().features(), PAGE_FEATURES);
}

#[test]
fn lines_are_classified_as_training_does() {
    let rules = Rules::shipped();
    let classifier = rules.line_classifier();
    for row in trained("wechat.jsonl") {
        assert_eq!(classifier.forest().odds(&row.features), row.odds, "{}", row.text);
        let scores = classifier.scores(std::iter::once(row.text.as_str()));
        let found: Vec<f32> = scores.iter().flat_map(|scores| [scores.text, scores.repeat]).collect();
        let wanted: Vec<f32> = row.scores.iter().map(|score| score.parse().expect("a number")).collect();
        assert_eq!(found, wanted, "{}", row.text);
    }
}

#[test]
fn texts_of_web_pages_are_classified_as_training_does() {
    let rules = Rules::shipped();
    for row in trained("web.jsonl") {
        assert_eq!(rules.box_classifier().forest().odds(&row.features), row.odds);
    }
}

#[test]
fn pages_in_the_place_of_articles_are_classified_as_training_does() {
    let rules = Rules::shipped();
    for row in trained("pages.jsonl") {
        assert_eq!(rules.page_classifier().forest().odds(&row.features), row.odds);
        let lines = || row.lines.iter().map(String::as_str);
        let of_lines = lines().map(|line| rules.page_classifier().score(line));
        let found: Vec<f32> = std::iter::once(rules.page_classifier().page_score(lines())).chain(of_lines).collect();
        let wanted: Vec<f32> = row.scores.iter().map(|score| score.parse().expect("a number")).collect();
        assert_eq!(found, wanted, "{:?}", row.lines);
    }
}

/// Pages in words that stand in no list, by what they are.
#[test]
fn pages_that_stand_in_the_place_of_an_article_are_known_by_how_they_speak() {
    let page = |title: &str, body: &str| format!("<html><head><title>{title}</title></head><body>{body}</body></html>");
    let cases = [
        (
            PageState::Blocked,
            page(
                "河湾小站",
                "<h1>先等一等</h1><p>刚才有太多次打开本站的动作来自您这里，请把下面的滑块拖到右边，我们就知道您不是机器人了。</p><button>开始验证</button><p>编号 7f3a-91bc-22</p>",
            ),
        ),
        (
            PageState::Unavailable,
            page(
                "The Mill",
                "<h1>We are oiling the wheels</h1><p>Our site is down for maintenance right now. Please check back in an hour.</p>",
            ),
        ),
        (
            PageState::NotArticle,
            page(
                "登录 - 河湾社区",
                "<h2>登录后继续阅读</h2><form><input name='name'><input type='password'><button>登录</button></form><p>还没有账号？立即注册</p>",
            ),
        ),
        (
            PageState::Deleted,
            page(
                "文章不见了",
                "<p>抱歉，这篇文章已经被作者删除，您可以看看作者的其他文章。</p><a href='/'>返回首页</a>",
            ),
        ),
        (
            PageState::Article,
            page(
                "等一等",
                "<h1>等一等</h1><p>外婆说，煮粥最要紧的是等。水开了先别急着搅，米粒要自己翻够了身，粥才会稠。</p>",
            ),
        ),
        (
            PageState::Article,
            page(
                "404",
                "<h1>404</h1><p>The house had no number, so the postman gave it one. We kept the letters that came for it in a drawer, and in spring we answered the first.</p>",
            ),
        ),
    ];
    let redirecting = page("Redirecting...", "<script>location.href='/new'</script>");
    for (state, html) in cases.into_iter().chain([(PageState::NotArticle, redirecting)]) {
        let input = Input { bytes: html.as_bytes(), url: "https://mill.example/a/1", ..Input::default() };
        let cleaned = clean_page(&input, &Context::default(), &Rules::shipped());
        assert_eq!(cleaned.state, state, "{}: {html}", cleaned.evidence);
    }
}

/// An article of WeChat's whose prompts are in nobody's list.
fn page() -> String {
    let prose = [
        "小桥修好的那天早上，镇上的人都出来看，连平时不出门的老木匠也拄着拐杖来了，站在桥头看了整整一个下午。",
        "桥面比老桥宽了一倍，两边留了人行道，孩子们可以自己走过去上学，大人不用再接送，河对岸的菜也便宜了两成。",
        "施工队的队长说，最难的是打桩，河底的石头比图纸上画的硬得多，换了三次钻头，才把第一根桩打到了岩层里。",
        "老木匠量了量栏杆的高度，说比他年轻时修的那座矮了一寸，不过料子好，再过五十年也不会朽。",
        "入冬以前，桥头要立一块碑，上面只写年份，不写名字，因为出力的人太多，一块石头写不下。",
    ];
    let tail = [
        "青石小记，一群爱走老桥的人，每周写一座桥",
        "读者小屋已经住进三百多位桥友，想搬进来的，找门口的小石头报个到",
        "这期要是看得开心，手指头动一动，让更多街坊也瞧见",
    ];
    let mut body = String::new();
    for line in prose.iter().chain(&tail) {
        let _ = write!(body, "<p>{line}</p>");
    }
    format!(
        "<html><head><meta property=\"og:title\" content=\"镇上的新桥\"></head><body class=\"mm_appmsg\"><h1 class=\"rich_media_title\" \
         id=\"activity-name\">镇上的新桥</h1><a id=\"js_name\">青石小记</a><div class=\"rich_media_content\" \
         id=\"js_content\">{body}</div></body></html>"
    )
}

fn cleaned(strictness: Strictness, learned: Option<&Learned>) -> Article {
    let html = page();
    let input = Input { bytes: html.as_bytes(), ..Input::default() };
    let context = Context { learned, ..Context::default() };
    clean_page(&input, &context, &Rules::shipped().with_strictness(strictness)).article.expect("an article")
}

#[test]
fn prompts_in_words_of_their_own_go_and_the_verdict_says_why() {
    let article = cleaned(Strictness::Balanced, None);
    let gone: Vec<_> = article.blocks.iter().filter(|judged| judged.verdict.label == Label::Drop).collect();
    assert!(article.text.contains("小桥修好的那天") && article.text.ends_with("写不下。"), "{}", article.text);
    assert_eq!(gone.len(), 3, "{gone:?}");
    let judged: Vec<_> = gone.iter().filter(|judged| judged.verdict.rule.family() == RuleFamily::Judge).collect();
    assert!(!judged.is_empty(), "{gone:?}");
    for judged in judged {
        let verdict = &judged.verdict;
        let wanted = format!("judge.wechat.{}", verdict.category_word());
        assert_eq!(verdict.rule.as_str(), wanted);
        let (odds, why) = verdict.reason.split_once(": ").expect("how sure, and why");
        assert!(odds.parse::<f64>().is_ok_and(|odds| (0.5..=1.0).contains(&odds)), "{verdict:?}");
        assert!(why.contains(" (+"), "{verdict:?}");
    }
}

#[test]
fn what_stays_near_the_limit_says_which_setting_would_take_it() {
    let told = |strictness| {
        let blocks = cleaned(strictness, None).blocks.into_iter();
        let kept = blocks.map(|judged| judged.verdict).filter(|verdict| verdict.label == Label::Keep);
        kept.map(|verdict| verdict.reason).filter(|reason| !reason.is_empty()).collect::<Vec<_>>()
    };
    let doubts = told(Strictness::Keep);
    assert!(doubts.iter().any(|doubt| doubt.contains("; `balanced` drops it")), "{doubts:?}");
    assert_eq!(told(Strictness::Strict).iter().filter(|doubt| doubt.contains("drops it")).count(), 0);
}

#[test]
fn a_stricter_setting_takes_no_less() {
    let taken = |strictness| cleaned(strictness, None).text.chars().count();
    let texts = [Strictness::Keep, Strictness::Balanced, Strictness::Strict].map(taken);
    assert!(texts.is_sorted_by(|a, b| a >= b), "{texts:?}");
}

#[test]
fn what_a_classifier_learned_rests_by_a_ruling() {
    let before = cleaned(Strictness::Balanced, None).text;
    let rule = |rule: &str| Ruling::Rule { rule: rule.into(), account: String::new() };
    let rests = Learned { rulings: vec![rule("judge.wechat")], ..Learned::default() };
    let after = cleaned(Strictness::Balanced, Some(&rests)).text;
    assert!(after.len() > before.len(), "{after}");
}

/// A news page with a card of another article in the midst of its own.
fn news(published: bool) -> Article {
    let date =
        if published { "<meta property=\"article:published_time\" content=\"2026-03-01T08:00:00Z\">" } else { "" };
    let mut paragraphs = String::new();
    for day in 1..=9 {
        let _ = write!(
            paragraphs,
            "<p>The river rose again on day {day}, and the people of the lower town carried their chairs up the stairs, as \
             they had done every spring since the old dam broke.</p>"
        );
    }
    let card = "<div class=\"teaser-box\"><h3 class=\"teaser-title\"><a href=\"/chairs\">Chairs that float</a></h3><div class=\"teaser-text\">A carpenter \
                of the upper town builds what the lower town needs most.</div></div>";
    let html = format!(
        "<html><head><title>The river rose</title>{date}</head><body><main><article class=\"story\"><h1>The river rose</h1>\
         <div class=\"story-body\">{paragraphs}{card}{}</div></article></main></body></html>",
        paragraphs.replace("again", "once more")
    );
    let input = Input { bytes: html.as_bytes(), url: "https://river.example/a", ..Input::default() };
    clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article")
}

#[test]
fn a_card_amid_the_text_of_a_dated_page_is_page_chrome() {
    let article = news(true);
    assert_eq!(article.text.matches("The river rose").count(), 18, "{}", article.text);
    let judged = article.blocks.iter().find(|judged| judged.block.text().starts_with("A carpenter")).expect("the card");
    assert_eq!(judged.verdict.rule.as_str(), "judge.web.platform", "{judged:?}");
    assert!(judged.verdict.reason.starts_with("0."), "{judged:?}");
    assert!(news(false).text.contains("A carpenter"), "a page without a day is left to the rules");
}
