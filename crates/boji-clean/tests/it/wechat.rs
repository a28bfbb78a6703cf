//! WeChat pages of every family and state, in their true lexical form and size.

use std::fs;

use boji_clean::clean::{Context, clean_page};
use boji_clean::model::{ArticleKind, Block, IssueCode, Label, Origin, PageState};
use boji_clean::parse::html::Tree;
use boji_clean::parse::{Body, Input, Page, page};
use boji_clean::rules::Rules;
use proptest::prelude::*;

/// Bytes of one inert script; a page gets one for each mark in its fixture.
const SCRIPT: usize = 1_300_000;

fn fixture(name: &str) -> String {
    let path = format!("{}/../../fixtures/pages/wechat-{name}.html", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Library code such as real pages carry by the megabyte: it names all that a careless search would take.
fn inert_script() -> String {
    const CODE: &str = r#"
    function nested(opt) {
        var biz = opt.biz || window.biz;
        var mid = start + end >> 1;
        var item_show_type = "5";
        var html = '<div id="js_content"><h1 id="activity-name">x</h1></div>';
        var quoted = "window.cgiDataNew = { nick_name: 'quoted', content_noencode: 'quoted' }";
        if (window.cgiDataNew === undefined || /["'`]/.test(quoted)) { return `${opt.url || `x`}?${quoted}`; }
        /* var msg_title = "commented"; transferTargetLink */
        return window.cgiDataNew.nick_name === '' ? '未命名' : window.title;
    }
"#;
    CODE.repeat(SCRIPT / CODE.len())
}

fn read(html: &str) -> Page {
    page(&Input { bytes: html.as_bytes(), ..Input::default() })
}

/// The fixture at its real size.
fn read_large(name: &str) -> Page {
    let script = format!("<script type=\"text/javascript\" nonce=\"1\">{}</script>", inert_script());
    read(&fixture(name).replace("<!--FILLER-->", &script))
}

fn texts(page: &Page) -> Vec<String> {
    let Body::Blocks(blocks) = &page.body else { panic!("no blocks: {:?}", page.body) };
    blocks.iter().map(Block::text).collect()
}

fn body_words(page: &Page) -> String {
    let Body::Fragment(tree) = &page.body else { panic!("no fragment: {:?}", page.body) };
    Tree::text_of(tree.root()).trim().to_owned()
}

#[test]
fn an_article_is_read_from_its_data_object_among_decoys() {
    let page = read_large("article");
    assert_eq!((page.state, page.evidence.as_str(), page.origin), (PageState::Article, "", Origin::Wechat));
    let words = body_words(&page);
    assert!(words.contains("第二段 A < B && C，两者要分开处理。"), "{words}");
    assert!(!words.contains("在小说阅读器读本章"), "{words}");
    let facts = page.facts;
    assert_eq!(facts.kind, Some(ArticleKind::Article));
    assert_eq!(facts.title.as_deref(), Some("抓取页面的 “状态机” & 其他"));
    assert_eq!(facts.account.as_deref(), Some("芦苇读书会"));
    assert_eq!(facts.authors, ["苇间", "渡口"]);
    assert_eq!(facts.published.map(|date| date.to_string()).as_deref(), Some("2026-03-14T20:15:30+08:00"));
    assert_eq!(facts.place.as_deref(), Some("江苏"));
    assert_eq!(facts.url.as_deref(), Some("https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"));
    assert_eq!(facts.biz.as_deref(), Some("MzA5OTk5OTk5OQ=="));
    assert_eq!((facts.mid.as_deref(), facts.idx.as_deref()), (Some("2650001234"), Some("1")));
    assert_eq!(facts.gh_id.as_deref(), Some("gh_0a1b2c3d4e5f"));
    assert_eq!(facts.alias.as_deref(), Some("luweidushu"));
    assert_eq!(facts.original_url.as_deref(), Some("https://blog.example/state?a=1&b=2"));
    assert_eq!(facts.series.as_deref(), Some("抓取手记"));
    assert_eq!(facts.tags, ["抓取", "状态"]);
    assert_eq!(facts.copyright.as_deref(), Some("original"));
    assert_eq!(facts.claim.as_deref(), Some("个人观点，仅供参考"));
    assert_eq!(facts.provenance.get("title"), Some(&"cgi"));
    assert!(facts.conflicts.is_empty(), "{:?}", facts.conflicts);
    assert!(!facts.preview);
}

#[test]
fn a_page_that_contradicts_itself_says_so() {
    let page =
        read(&fixture("article").replace("nickname = htmlDecode(\"芦苇读书会\")", "nickname = htmlDecode(\"别的号\")"));
    assert_eq!(page.facts.account.as_deref(), Some("芦苇读书会"));
    let told: Vec<_> =
        page.facts.conflicts.iter().map(|conflict| (conflict.field, conflict.refused.0.as_str())).collect();
    assert_eq!(told, [("account", "别的号")]);
}

#[test]
fn a_reprint_names_its_source_and_its_sharer() {
    let facts = read_large("reprint").facts;
    assert_eq!(facts.kind, Some(ArticleKind::Reprint));
    assert_eq!(facts.account.as_deref(), Some("芦苇读书会"));
    assert_eq!(facts.original_source.as_deref(), Some("远方来信"));
    assert_eq!(
        facts.original_url.as_deref(),
        Some("http://mp.weixin.qq.com/s?__biz=MzB4ODg4ODg4OA%3D%3D&mid=2247480001&idx=1&sn=aaaabbbbccccdddd")
    );
    assert_eq!(facts.sharer_note.as_deref(), Some("这篇写得好，转给各位。"));
    assert_eq!(facts.copyright.as_deref(), Some("reprint"));
    assert_eq!(
        (facts.biz.as_deref(), facts.mid.as_deref(), facts.idx.as_deref()),
        (Some("MzA5OTk5OTk5OQ=="), Some("2650005678"), Some("2")),
        "identity stands in the link alone"
    );
}

#[test]
fn a_picture_share_is_its_lines_and_pictures() {
    let page = read_large("picture");
    assert_eq!(page.facts.kind, Some(ArticleKind::Picture));
    assert_eq!(page.facts.url.as_deref(), Some("https://mp.weixin.qq.com/s/PiCtUrE0123456789abcde"));
    assert_eq!(page.facts.summary, None);
    let lines = ["周末去看了芦苇荡。", "水位退了，图1 是去年的样子。", "去年的记录", "#湿地 气温 < 5 度", "", ""];
    assert_eq!(texts(&page), lines);
    let Body::Blocks(blocks) = &page.body else { panic!("no blocks") };
    let pictures: Vec<_> =
        blocks.iter().flat_map(Block::images).map(|image| (image.url.as_str(), image.width)).collect();
    assert_eq!(
        pictures,
        [
            ("https://mmbiz.qpic.cn/mmbiz_jpg/one/0?wx_fmt=jpeg&from=appmsg", 1206),
            ("https://mmbiz.qpic.cn/mmbiz_jpg/two/0?wx_fmt=jpeg&from=appmsg", 1080),
        ]
    );
}

#[test]
fn a_text_share_keeps_its_lines_and_its_title() {
    let page = read_large("text");
    assert_eq!(page.facts.kind, Some(ArticleKind::Text));
    assert_eq!(page.facts.title.as_deref(), Some("今天不更新。\n\n明天补上，\n请勿挂念。"));
    assert_eq!(texts(&page), ["今天不更新。", "明天补上，", "请勿挂念。"]);
    assert_eq!(page.facts.place, None);
    assert!(page.facts.conflicts.is_empty(), "{:?}", page.facts.conflicts);
}

#[test]
fn videos_and_recordings_are_articles_even_without_a_word() {
    let video = read_large("video");
    assert_eq!((video.state, video.facts.kind), (PageState::Article, Some(ArticleKind::Video)));
    assert_eq!(texts(&video), ["渡船靠岸前的三分钟。", "拍于三月。"]);
    let audio = read_large("audio");
    assert_eq!((audio.state, audio.facts.kind), (PageState::Article, Some(ArticleKind::Audio)));
    assert!(matches!(audio.body, Body::Empty));
    assert_eq!(audio.facts.title.as_deref(), Some("夜读第七回"));
}

#[test]
fn the_words_of_a_share_may_stand_in_the_place_of_its_title_alone() {
    let share = |show: u8, text: &str| {
        let title = r"水位退了两寸。\x0a\x0a明天再看。";
        read(&format!(
            "<html><body><script>window.cgiDataNew = {{ item_show_type: '{show}' * 1, is_user_title: '0' * 1, title: '{title}', \
             nick_name: '河边的人', text_page_info: {{ content_noencode: '{text}' }} }};</script>\
             <div id=\"js_content\"></div></body></html>"
        ))
    };
    for (show, text) in [(10, ""), (10, r"水位退了两寸。\x0a\x0a明天再看。"), (0, "")] {
        let page = share(show, text);
        assert_eq!(page.state, PageState::Article, "{show} {text}");
        assert_eq!(texts(&page), ["水位退了两寸。", "明天再看。"], "{show} {text}");
    }
}

#[test]
fn a_share_of_pictures_saved_after_its_scripts_ran_says_what_it_said_before() {
    let page = read(
        "<html><head><meta property=\"og:url\" content=\"https://mp.weixin.qq.com/s/Zx9kQw7LmN3pRs5TuV1yAb\"></head>\
         <body class=\"zh_CN page_share_common page_share_img\"><div id=\"img_list\"><div><img src=\"https://mmbiz.qpic.cn/a/0\"></div>\
         <div><img data-src=\"https://mmbiz.qpic.cn/b/0\" src=\"data:image/gif;base64,R0\"></div><div><img src=\"https://mmbiz.qpic.cn/a/0\"></div></div>\
         <div class=\"wx_follow_nickname\">河边的人</div><h1 class=\"rich_media_title\">旧码头</h1><p id=\"js_image_desc\"></p>\
         <span id=\"js_ip_wording\">浙江</span><span id=\"publish_time\">2025年6月3日 20:15</span>\
         <div id=\"js_content\" class=\"rich_media_content\"></div></body></html>",
    );
    let facts = &page.facts;
    assert_eq!((page.state, facts.kind), (PageState::Article, Some(ArticleKind::Picture)));
    let said = [&facts.title, &facts.account, &facts.place].map(|fact| fact.as_deref().unwrap_or_default().to_owned());
    assert_eq!(said, ["旧码头", "河边的人", "浙江"]);
    assert_eq!(facts.published.map(|date| date.to_string()).as_deref(), Some("2025-06-03T20:15:00+08:00"));
    let Body::Blocks(blocks) = &page.body else { panic!("no blocks") };
    let urls: Vec<&str> = blocks.iter().flat_map(Block::images).map(|image| image.url.as_str()).collect();
    assert_eq!(urls, ["https://mmbiz.qpic.cn/a/0", "https://mmbiz.qpic.cn/b/0"]);
}

#[test]
fn a_card_takes_nothing_with_it_that_stands_behind_it() {
    let cards = [
        "mp-miniprogram",
        "mp-common-profile",
        "mp-common-product",
        "mp-style-type",
        "mpvoice",
        "qqmusic",
        "video",
        "audio",
        "canvas",
        "object",
        "iframe",
        "button",
        "textarea",
        "select",
    ];
    for card in cards {
        let start = format!("<{card} data-nickname=\"船票\"");
        for form in [format!("{start} />"), format!("{start}></{card}>"), format!("{start}>")] {
            let html = format!(
                "<h1 id=\"activity-name\">河边</h1><div id=\"js_content\" class=\"rich_media_content\"><p>入夜以后河面上没有风。{form}</p>\
                 {form}后来我把笔记翻出来。<section>末尾这一句不能丢。</section></div><p>留言</p>"
            );
            let input = Input { bytes: html.as_bytes(), ..Input::default() };
            let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
            assert_eq!(
                article.text.trim(),
                "入夜以后河面上没有风。\n\n后来我把笔记翻出来。\n\n末尾这一句不能丢。",
                "{form}"
            );
        }
    }
}

#[test]
fn the_original_of_an_old_reprint_is_read_from_the_script_in_which_it_waits() {
    let page = read(
        "<html><body><h2 id=\"activity-name\">河边</h2><div id=\"js_content\"></div><span id=\"js_share_source\" \
         data-url=\"http://mp.weixin.qq.com/s?__biz=MzB%3D&amp;mid=1&amp;idx=1&amp;sn=a\"></span>\
         <script>var a = 1;</script><script id=\"content_tpl\" type=\"text/html\"><p>入夜以后河面上没有风。</p><p>二</p></script>\
         <script src=\"https://res.wx.qq.com/mmbizwap/zh_CN/a.js\"></script></body></html>",
    );
    assert_eq!((page.state, page.facts.copyright.as_deref()), (PageState::Article, Some("reprint")));
    let Body::Fragment(tree) = &page.body else { panic!("no body") };
    assert_eq!(Tree::text_of(tree.root()), "入夜以后河面上没有风。二");
}

#[test]
fn a_locked_paid_article_is_a_preview() {
    let page = read_large("paid");
    assert_eq!(page.state, PageState::Article);
    assert!(page.facts.preview);
    assert!(page.facts.conflicts.is_empty(), "{:?}", page.facts.conflicts);
    let paid = read(&fixture("paid").replace("is_paid: '0'", "is_paid: '1'"));
    assert!(!paid.facts.preview);
    let bare = fixture("paid").replace("开头一节人人可读。", "").replace(r"\x3cp\x3e\x3c/p\x3e\x3cdiv", r"\x3cdiv");
    assert_eq!(texts(&read(&bare)), ["写了一个月"], "the teaser stands for a body that is locked as a whole");
}

#[test]
fn a_page_of_2018_is_read_from_variables_and_elements() {
    let page = read_large("2018");
    assert_eq!(page.state, PageState::Article);
    let words = body_words(&page);
    assert!(words.starts_with("旧版正文第一段。") && words.ends_with("正文里的代码\";"), "{words}");
    let facts = page.facts;
    assert_eq!(facts.title.as_deref(), Some("旧版页面的题目"));
    assert_eq!(facts.account.as_deref(), Some("河边的人"));
    assert_eq!(facts.authors, ["渡口"]);
    assert_eq!(facts.published.map(|date| date.to_string()).as_deref(), Some("2018-04-07T22:21:11+08:00"));
    assert_eq!((facts.biz.as_deref(), facts.mid.as_deref()), (Some("MzA4ODg4ODg4OA=="), Some("2671000001")));
    assert_eq!((facts.idx.as_deref(), facts.gh_id.as_deref()), (Some("3"), Some("gh_00000000beef")));
    assert_eq!(facts.copyright.as_deref(), Some("original"));
    assert_eq!(facts.provenance.get("authors"), Some(&"dom"));
    assert_eq!(facts.provenance.get("title"), Some(&"var"));
    assert!(facts.conflicts.is_empty(), "{:?}", facts.conflicts);
}

#[test]
fn a_page_of_2023_is_read_without_a_data_object() {
    let facts = read_large("2023").facts;
    assert_eq!(facts.published.map(|date| date.to_string()).as_deref(), Some("2023-06-15T08:00:00+08:00"));
    assert_eq!(facts.place.as_deref(), Some("日本"));
    assert_eq!((facts.mid.as_deref(), facts.idx.as_deref()), (Some("2651000009"), Some("2")));
    assert_eq!(
        facts.url.as_deref(),
        Some("https://mp.weixin.qq.com/s?__biz=MzA3Nzc3Nzc3Nw==&mid=2651000009&idx=2&sn=1111222233334444")
    );
    assert!(facts.authors.is_empty());
    assert!(facts.conflicts.is_empty(), "{:?}", facts.conflicts);
}

#[test]
fn a_text_share_of_2022_is_read_from_the_variable_that_its_script_shows() {
    let page = read_large("text-2022");
    assert_eq!(page.facts.kind, Some(ArticleKind::Text));
    assert_eq!(
        texts(&page),
        ["渡口今天停船，", "两日后再开。", "水深 < 3 米，见 水位。"],
        "and no card of the account"
    );
    let Body::Blocks(blocks) = &page.body else { panic!("no blocks") };
    let links: Vec<_> = blocks.iter().flat_map(Block::links).collect();
    assert_eq!(links, [("水位", "https://river.example/level?a=1&b=2")]);
    assert_eq!(page.facts.title.as_deref(), Some("渡口今天停船，\n两日后再开。"));
    assert_eq!(
        (page.facts.account.as_deref(), page.facts.gh_id.as_deref()),
        (Some("河边的人"), Some("gh_00000000cafe"))
    );
    assert_eq!(page.facts.provenance.get("mid"), Some(&"var"), "the second name of a list");
    assert!(page.facts.conflicts.is_empty(), "{:?}", page.facts.conflicts);
}

#[test]
fn a_gallery_of_2021_is_its_words_and_pictures() {
    let page = read_large("gallery-2021");
    assert_eq!((page.state, page.facts.kind), (PageState::Article, Some(ArticleKind::Picture)));
    assert_eq!(texts(&page), ["桥头的三月。", "一共两张，图2 是码头。", "", ""]);
    let Body::Blocks(blocks) = &page.body else { panic!("no blocks") };
    let pictures: Vec<_> = blocks.iter().flat_map(Block::images).map(|image| image.url.as_str()).collect();
    assert_eq!(
        pictures,
        ["https://mmbiz.qpic.cn/mmbiz_jpg/old1/0?wx_fmt=jpeg", "https://mmbiz.qpic.cn/mmbiz_jpg/old2/0?wx_fmt=jpeg"],
        "no thumbnail and no copy with a watermark"
    );
}

#[test]
fn music_of_2021_is_its_description() {
    let page = read_large("music-2021");
    assert_eq!((page.state, page.facts.kind), (PageState::Article, Some(ArticleKind::Audio)));
    assert_eq!(texts(&page), ["录于三月的渡口。", "无伴奏。"]);
    assert_eq!(page.facts.title.as_deref(), Some("船工号子"));
}

#[test]
fn a_page_of_2015_is_read_from_one_list_of_variables() {
    let page = read_large("2015");
    assert_eq!(body_words(&page), "船慢，因为水也慢。");
    let facts = page.facts;
    assert_eq!(facts.title.as_deref(), Some("船为什么慢"));
    assert_eq!(facts.published.map(|date| date.to_string()).as_deref(), Some("2015-05-06T08:00:00+08:00"));
    assert_eq!((facts.biz.as_deref(), facts.mid.as_deref()), (Some("MzA3Nzc3Nzc3Nw=="), Some("205000015")));
    assert_eq!((facts.idx.as_deref(), facts.sn.as_deref()), (Some("2"), Some("1111222233334444")));
    assert_eq!(facts.original_url.as_deref(), Some("http://river.example/slow"));
    assert_eq!(facts.account.as_deref(), Some("河边的人"));
    assert!(facts.conflicts.is_empty(), "{:?}", facts.conflicts);
}

#[test]
fn short_content_is_what_it_holds() {
    let kind = |name: &str| {
        let html = fixture(name).replace("item_show_type: '8'", "item_show_type: '17'");
        let html = html.replace("item_show_type: '10'", "item_show_type: '17'");
        read(&html).facts.kind
    };
    assert_eq!([kind("picture"), kind("text")], [Some(ArticleKind::Picture), Some(ArticleKind::Text)]);
}

#[test]
fn every_other_page_has_its_state() {
    let cases = [
        ("captcha-shell", PageState::Blocked, "secitptpage/verify"),
        ("captcha-form", PageState::Blocked, "js_verify"),
        ("rate-limit", PageState::Blocked, "weui-msg__title: 访问过于频繁"),
        ("deleted", PageState::Deleted, "weui-msg__title: 已被发布者删除"),
        ("deleted-en", PageState::Deleted, "weui-msg__title: deleted by the author"),
        ("violation", PageState::Violation, "weui-msg__title: 因违规无法查看 (涉嫌夸大宣传)"),
        ("invalid", PageState::Invalid, "weui-msg__title: 参数错误"),
        ("expired", PageState::Expired, "weui-msg__title: 链接已过期"),
        ("unavailable", PageState::Unavailable, "mesg-block: 内容暂时无法查看"),
        ("migrated", PageState::Migrated, "script variable transferTargetLink"),
        ("album", PageState::NotArticle, "album page"),
    ];
    for (name, state, evidence) in cases {
        let page = read(&fixture(name));
        assert_eq!((page.state, page.evidence.as_str(), page.origin), (state, evidence, Origin::Wechat), "{name}");
        assert!(matches!(page.body, Body::Empty), "{name}");
        assert_eq!(page.facts.kind, None, "{name}");
    }
}

#[test]
fn a_removed_article_still_names_its_account_and_a_moved_one_its_new_place() {
    let facts = read(&fixture("violation")).facts;
    assert_eq!((facts.account.as_deref(), facts.gh_id.as_deref()), (Some("芦苇读书会"), Some("gh_0a1b2c3d4e5f")));
    let facts = read(&fixture("migrated")).facts;
    assert_eq!(
        facts.url.as_deref(),
        Some("http://mp.weixin.qq.com/s?__biz=MzB4ODg4ODg4OA==&mid=2247480001&idx=1&sn=aaaabbbb#rd")
    );
}

#[test]
fn where_the_fetch_ended_tells_the_captcha() {
    let url = "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x&target_url=https%3A%2F%2Fmp.weixin.qq.com%2Fs%2Fx";
    let page = page(&Input { bytes: b"<html><body></body></html>", url, content_type: "text/html" });
    assert_eq!(page.state, PageState::Blocked);
}

#[test]
fn pages_round_articles_are_none() {
    let cases = [
        ("https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA=", "profile page"),
        ("https://mp.weixin.qq.com/mp/homepage?__biz=MzA=&hid=1", "account home page"),
        ("https://weixin.sogou.com/weixin?type=2&query=x", "search page"),
    ];
    for (url, evidence) in cases {
        let page =
            page(&Input { bytes: "<html><body><p>一列文章</p></body></html>".as_bytes(), url, content_type: "" });
        assert_eq!((page.state, page.evidence.as_str()), (PageState::NotArticle, evidence), "{url}");
    }
}

#[test]
fn pages_about_accounts_and_searches_are_known_without_their_address() {
    let about = "<html><head><title></title><script>var PAGE_MID='mmbizwap:mp/aboutbiz.html'</script></head><body>\
                 <p>芦苇读书会，讲河边的事，每周一篇，从二〇一五年写到今天，没有一周断过。</p></body></html>";
    let search = "<html><head><title>环境异常的相关微信公众号文章 – 搜狗微信搜索</title></head><body><ul class=\"news-list\"><li>\
                  <h3><a href=\"/link?url=x\">环境异常怎么办</a></h3><p>一篇讲抓取的文章，说遇到验证怎么办。</p></li></ul></body></html>";
    let antispider = "<html><head><title>搜狗搜索</title></head><body><p>用户您好，您的访问过于频繁，为确认本次访问为正常用户行为，\
                      需要您协助验证。</p><p>此验证码用于确认这些请求是您的正常行为</p></body></html>";
    let state = |html: &str, url: &str| {
        let page = page(&Input { bytes: html.as_bytes(), url, content_type: "text/html" });
        (page.state, page.evidence)
    };
    assert_eq!(state(about, ""), (PageState::NotArticle, "account page".to_owned()));
    assert_eq!(state(search, ""), (PageState::NotArticle, "search page".to_owned()));
    let blocked = state(antispider, "https://weixin.sogou.com/weixin?type=2&query=x");
    assert_eq!(blocked, (PageState::Blocked, "visible text: 访问过于频繁".to_owned()));
}

#[test]
fn a_message_saved_without_its_scripts_is_no_article() {
    let page = read("<html><body><h2>该内容已被发布者删除</h2></body></html>");
    assert_eq!((page.state, page.origin), (PageState::Deleted, Origin::Wechat));
}

#[test]
fn an_empty_shell_is_no_article() {
    let emptied = fixture("article").replace("content_noencode:", "content_gone:");
    let start = emptied.find("<section data-tool").unwrap_or_default();
    let end = emptied.find("</div>\n  </div></div></div>").unwrap_or_default();
    let shell = format!("{}{}", emptied.get(..start).unwrap_or_default(), emptied.get(end..).unwrap_or_default());
    let page = read(&shell);
    assert_eq!((page.state, page.evidence.as_str()), (PageState::NotArticle, "empty shell"));
}

#[test]
fn the_body_is_taken_from_the_element_when_the_data_object_has_none() {
    let page = read(&fixture("article").replace("content_noencode:", "content_gone:"));
    assert_eq!(page.state, PageState::Article, "a body that quotes the words of state pages is a body");
    assert!(body_words(&page).contains("该内容已被发布者删除"));
}

#[test]
fn a_page_cut_short_keeps_what_was_whole() {
    let html = fixture("article");
    let cut = html.find("\\x3ccode").unwrap_or_default();
    let page = read(html.get(..cut).unwrap_or_default());
    assert_eq!(page.facts.title.as_deref(), Some("抓取页面的 “状态机” & 其他"));
    assert_eq!(page.facts.provenance.get("title"), Some(&"cgi"));
    assert!(page.issues.iter().any(|issue| issue.code == IssueCode::Truncated), "{:?}", page.issues);
}

/// Every element that a body can hold, in the true lexical form, as text and as Markdown.
#[test]
fn every_element_of_a_body_becomes_what_it_says() {
    let html = fixture("body");
    let input = Input { bytes: html.as_bytes(), ..Input::default() };
    let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    let dropped = article.blocks.iter().filter(|judged| judged.verdict.label == Label::Drop);
    let dropped: Vec<String> =
        dropped.map(|judged| format!("{}: {}", judged.verdict.category_word(), judged.block.text())).collect();
    let images: Vec<String> =
        article.metadata.images.iter().map(|image| format!("{}: {}", image.role, image.url)).collect();
    let shown = format!(
        "{}\n======== text\n{}\n======== dropped\n{}\n======== images\n{}\n",
        article.markdown,
        article.text,
        dropped.join("\n"),
        images.join("\n")
    );
    let path = format!("{}/../../fixtures/pages/wechat-body.expected.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, &shown).expect("written");
    }
    assert_eq!(shown, fs::read_to_string(&path).unwrap_or_default());
}

const NAMES: [&str; 15] = [
    "article",
    "reprint",
    "picture",
    "text",
    "video",
    "paid",
    "2015",
    "2018",
    "2023",
    "text-2022",
    "gallery-2021",
    "captcha-shell",
    "violation",
    "migrated",
    "unavailable",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), url in "https://mp\\.weixin\\.qq\\.com/[a-z/?=&_]{0,40}") {
        let _ = page(&Input { bytes: &bytes, url: &url, content_type: "text/html" });
    }

    #[test]
    fn mutated_pages_never_panic(
        name in prop::sample::select(NAMES.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..400, "[<>{}\\[\\]()'\"`\\\\/*=;:,|&x中]{0,12}"), 1..8),
    ) {
        let mut bytes = fixture(name).into_bytes();
        for (at, length, insert) in edits {
            let start = at.index(bytes.len() + 1).min(bytes.len());
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, insert.bytes());
        }
        let _ = page(&Input { bytes: &bytes, ..Input::default() });
    }
}
