//! One article of WeChat in every form in which its page comes: as its scripts left it, as an exporter writes it, inside of
//! a feed. The text and what is known of it are the same.

use boji_clean::clean::{Context, clean_entry, clean_page};
use boji_clean::model::{Article, ArticleKind, Candidate, FoundBy, Origin, PageState};
use boji_clean::parse::Input;
use boji_clean::rules::Rules;

const FIRST: &str = "盐田在镇子东边，一共三道门，前两道白天都开着。";
const SECOND: &str = "第三道门只在大潮的夜里才有人去看。";
const URL: &str = "https://mp.weixin.qq.com/s/T90qLmNv8Rk3WxYz0sDfGh";

fn text() -> String {
    format!("{FIRST}\n\n{SECOND}")
}

fn page(html: &str) -> Option<Article> {
    let input = Input { bytes: html.as_bytes(), url: "", content_type: "text/html; charset=utf-8" };
    clean_page(&input, &Context::default(), &Rules::shipped()).article
}

/// A page as its scripts left it, with this body.
fn saved(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta property=\"og:url\" content=\"{URL}\"></head><body id=\"activity-detail\">\
         <h1 id=\"activity-name\">三道门</h1><div id=\"meta_content\"><a id=\"js_name\">滩涂来信</a>\
         <em id=\"publish_time\">2025年9月20日 07:53</em></div>\
         <div id=\"js_content\" class=\"rich_media_content\">{body}</div></body></html>"
    )
}

/// The frame of wechat-article-exporter round this section, with its bar and comments behind.
fn rendered(kind: u8, section: &str) -> String {
    format!(
        "<html><head><title>三道门</title></head><body><div class=\"__page_content__\"><h1 class=\"title\">三道门</h1>\
         <div class=\"__meta__\"><span class=\"copyright\">原创</span><span class=\"author\"></span>\
         <span class=\"nick_name\">滩涂来信</span><span class=\"create_time\">2025-09-20 07:53</span>\
         <span class=\"ip\">山东</span></div><blockquote class=\"source\">原文地址: <a href=\"{URL}\">{URL}</a></blockquote>\
         <section class=\"item_show_type_{kind}\">{section}</section><div><p>留言 1</p><p>阿灯</p><p>写得好。</p></div>\
         <div class=\"__bottom-bar__\"><span>滩涂来信</span><button>赞</button></div></div></body></html>"
    )
}

fn paragraphs() -> String {
    format!("<p>{FIRST}</p><p>{SECOND}</p>")
}

#[test]
fn the_frame_of_an_exporter_says_what_the_page_said() {
    let pictures = "<div class=\"picture_item\"><img src=\"https://mmbiz.qpic.cn/a/one/0\"><p class=\"picture_item_label\">图1</p></div>";
    let lines = format!("<p class=\"text_content\">{FIRST}<br /><br />{SECOND}</p>");
    let cases = [
        (0, paragraphs(), ArticleKind::Article, 0),
        (10, lines.clone(), ArticleKind::Text, 0),
        (8, format!("{lines}{pictures}"), ArticleKind::Picture, 1),
    ];
    for (number, section, kind, images) in cases {
        let article = page(&rendered(number, &section)).expect("an article");
        assert_eq!((article.text.as_str(), article.metadata.kind), (text().as_str(), kind), "{number}");
        assert_eq!((article.source_name.as_str(), article.url.as_str()), ("滩涂来信", URL), "{number}");
        assert_eq!(article.metadata.place, "山东", "{number}");
        assert!(article.published.is_some(), "{number}");
        assert_eq!(article.metadata.images.len(), images, "{number}");
    }
}

#[test]
fn a_whole_page_in_a_feed_is_that_page() {
    let entry = |body: String| Candidate {
        url: URL.to_owned(),
        title: "三道门".to_owned(),
        body,
        series: "滩涂来信".to_owned(),
        found_by: Some(FoundBy::Feed),
        ..Candidate::default()
    };
    for body in [saved(&paragraphs()), rendered(0, &paragraphs())] {
        let article = clean_entry(&entry(body), &Context::default(), &Rules::shipped()).article.expect("an article");
        assert_eq!(article.text, text());
        assert_eq!(article.source_name, "滩涂来信");
        assert!(article.published.is_some());
    }
}

#[test]
fn a_page_that_somebody_made_of_an_article_is_that_article() {
    let own = |html: &str| {
        let input = Input { bytes: html.as_bytes(), url: URL, content_type: "text/html" };
        clean_page(&input, &Context::default(), &Rules::shipped())
    };
    let text_of = |html: &str| own(html).article.map(|article| (article.text, article.origin)).unwrap_or_default();
    let cases = [
        format!(
            "<html><head><title>三道门</title></head><body><article><h1>三道门</h1>{}</article></body></html>",
            paragraphs()
        ),
        format!("<div id=\"readability-page-1\" class=\"page\"><div>{}</div></div>", paragraphs()),
        paragraphs(),
        format!("<body><h1>三道门</h1><div class=\"rich_media_content\">{}</div></body>", paragraphs()),
        format!("<!-- saved from url=(0053){URL} --><html><body>{}</body></html>", paragraphs()),
    ];
    for html in cases {
        assert_eq!(text_of(&html), (text(), Origin::Wechat), "{html}");
    }
    let quotes = format!("<h1>三道门</h1>{}<p>系统繁忙的时候，先等一等。</p>", paragraphs().repeat(8));
    assert_eq!(own(&quotes).state, PageState::Article, "an article may say what messages say");
    let shells = [
        "<html><head><title>三道门</title></head><body><script>go()</script><div id=\"app\"></div></body></html>",
        "<html><body><div id=\"js_article\"><div id=\"js_content\"></div></div><p>微信扫一扫关注该公众号</p></body></html>",
    ];
    for html in shells {
        assert_eq!(own(html).state, PageState::NotArticle, "{html}");
    }
    assert_eq!(own("<html><body><h2>参数错误</h2></body></html>").state, PageState::Invalid);
}

#[test]
fn a_message_in_an_entry_is_judged_as_it_is_on_its_page() {
    let boxed = |words: &str| {
        format!("<body class=\"zh_CN\"><div class=\"weui-msg\"><h2 class=\"weui-msg__title\">{words}</h2></div></body>")
    };
    let cases = [
        ("参数错误", PageState::Invalid),
        ("链接已过期", PageState::Expired),
        ("访问过于频繁，请用微信扫描二维码进行访问", PageState::Blocked),
        ("此帐号已被屏蔽, 内容无法查看", PageState::Violation),
        ("此帐号已自主注销，内容无法查看", PageState::Deleted),
        ("此内容被投诉且经审核涉嫌侵权，无法查看。", PageState::Violation),
        ("此内容发送失败无法查看", PageState::Unavailable),
        ("The content has been deleted by the author.", PageState::Deleted),
    ];
    for (words, state) in cases {
        let input = boxed(words);
        let page = Input { bytes: input.as_bytes(), url: URL, content_type: "text/html" };
        assert_eq!(clean_page(&page, &Context::default(), &Rules::shipped()).state, state, "{words}");
        for body in [boxed(words), format!("<p>{words}</p>")] {
            let of = |url: &str| {
                let candidate = Candidate { url: url.to_owned(), body: body.clone(), ..Candidate::default() };
                clean_entry(&candidate, &Context::default(), &Rules::shipped()).state
            };
            assert_eq!(of(URL), state, "{body}");
            let elsewhere = of("https://river.example/gate");
            assert!(elsewhere == PageState::Article || elsewhere == state, "{body}");
        }
    }
}

#[test]
fn an_entry_under_a_temporary_link_is_wechats() {
    let url = "http://mp.weixin.qq.com/s?src=11&timestamp=1757840000&ver=802&signature=Ab3*x-y&new=1";
    let candidate = Candidate { url: url.to_owned(), body: paragraphs(), ..Candidate::default() };
    let article = clean_entry(&candidate, &Context::default(), &Rules::shipped()).article.expect("an article");
    assert_eq!((article.text, article.origin), (text(), Origin::Wechat));

    let script = "<script>var biz = \"MzA5OTk5OTk5OQ==\"; var mid = \"2650001234\"; var idx = \"2\";</script></body>";
    let html = saved(&paragraphs()).replace(URL, "").replace("</body>", script);
    let input = Input { bytes: html.as_bytes(), url, content_type: "text/html" };
    let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    let canonical = "https://mp.weixin.qq.com/s?__biz=MzA5OTk5OTk5OQ==&mid=2650001234&idx=2";
    assert_eq!(article.canonical_url, canonical);
}

#[test]
fn what_an_author_or_a_feed_names_as_a_place_is_kept() {
    let card = "<mp-common-poi data-name=\"%E7%9B%90%E7%94%B0%E4%B8%9C%E9%97%A8\" data-poiid=\"1\"></mp-common-poi>";
    let article = page(&saved(&format!("{}{card}", paragraphs()))).expect("an article");
    assert_eq!(article.text, format!("{}\n\n盐田东门", text()));

    let body = format!("{}<p>📍发表于：中国 四川</p>", paragraphs());
    let candidate = Candidate { url: URL.to_owned(), body, ..Candidate::default() };
    let article = clean_entry(&candidate, &Context::default(), &Rules::shipped()).article.expect("an article");
    assert_eq!((article.text, article.metadata.place.as_str()), (text(), "四川"));

    let unknown = rendered(0, &paragraphs()).replace(">山东<", ">undefined<");
    assert_eq!(page(&unknown).expect("an article").metadata.place, "");
}

#[test]
fn a_share_without_a_title_has_its_words_for_one() {
    let share = |title: &str, words: &str| {
        format!(
            "<meta property=\"og:title\" content=\"{title}\"><body class=\"page_share_text\"><div class=\"share_content_page\">\
             <div class=\"wx_follow_nickname\">滩涂来信</div><p id=\"js_text_desc\">{words}</p></div>"
        )
    };
    let shown = share(&format!("{FIRST}\\n\\n{SECOND}"), &format!("{FIRST}<br><br>{SECOND}"));
    let untitled = rendered(10, &format!("<p class=\"text_content\">{FIRST}<br />{SECOND}</p>"));
    let untitled = untitled.replace("<h1 class=\"title\">三道门<", "<h1 class=\"title\">(无标题)<");
    for (html, title) in [(shown, format!("{FIRST}\n\n{SECOND}")), (untitled, format!("{FIRST}\n{SECOND}"))] {
        let article = page(&html).expect("an article");
        assert_eq!((article.title, article.text), (title, text()), "{html}");
    }
}

#[test]
fn an_article_without_words_is_one() {
    let bodies = [
        "<span class=\"video_iframe\" data-mpvid=\"wxv_41\"></span>",
        "<span class=\"video_iframe\"><div class=\"js_mpvedio\"><div>切换到横屏模式</div><div>倍速播放中</div></div></span>",
        "<svg viewBox=\"0 0 1 1\" style=\"background-image: url(&quot;https://mmbiz.qpic.cn/a/bg/640&quot;);\"></svg>",
        "<section data-lazy-bgimg=\"https://mmbiz.qpic.cn/a/bg/640\"></section>",
        "<mp-common-miniprogram data-miniprogram-title=\"查潮\"></mp-common-miniprogram>",
        "<p><mp-miniprogram></mp-miniprogram><span class=\"weapp_display_element\"><span>查潮</span><span>小程序</span></span></p>",
        "<p><mp-common-miniprogram data-miniprogram-title=\"查潮\"></mp-common-miniprogram>\
         <span class=\"weapp_display_element\"><span>查潮</span></span></p>",
        "<svg viewBox=\"0 0 1 1\"><image xlink:href=\"https://mmbiz.qpic.cn/a/bg/640\"/></svg>",
        "<iframe class=\"vote_iframe\" data-src=\"https://mp.weixin.qq.com/mp/newappmsgvote?action=show\"></iframe>",
    ];
    for body in bodies {
        for form in [saved(body), rendered(0, body)] {
            let article = page(&form).expect(body);
            assert_eq!((article.text.as_str(), article.title.as_str()), ("", "三道门"), "{body}");
            assert!(article.flags.contains(&"wordless".to_owned()), "{body}: {:?}", article.flags);
            assert_eq!(!article.metadata.images.is_empty(), body.contains("qpic"), "{body}");
        }
    }
    assert!(page(&saved("<p> </p>")).is_none(), "an empty page is none");
}

#[test]
fn what_scripts_put_into_an_article_is_set_aside() {
    let controls = [
        "<span class=\"video_iframe\"><div class=\"js_mpvedio page_video_wrapper\"><div>切换到横屏模式</div></div></span>",
        "<mpvoice name=\"夜班\"><span class=\"share_audio_context\"><em>播放</em><p>来自滩涂来信</p><em>00:00</em></span></mpvoice>",
        "<qqmusic music_name=\"过桥\"></qqmusic><span class=\"db qqmusic_area\"><img src=\"https://res.wx.qq.com/icon.png\">\
         <span class=\"qqmusic_songname\">过桥</span></span>",
        "<p><mp-miniprogram></mp-miniprogram><span class=\"weapp_display_element\"><span>查潮</span><span>小程序</span></span></p>",
        "<div class=\"appmsg_card_context wx_profile_card\"><strong>磨坊夜话</strong><div>磨面，也磨字</div><div>公众号</div></div>",
        "<section class=\"wxw_wechannel_card\"><strong>滩涂影像</strong><section>视频号</section></section>",
        "<span class=\"db audio_area\"><strong>夜班录音</strong><span>00:41</span></span>",
        "<div class=\"mp-pay-preview-filter\"><div class=\"pay__wall\"><p>剩余65%未读，付费后可继续阅读</p></div></div>",
    ];
    for control in controls {
        let article = page(&saved(&format!("{}{control}", paragraphs()))).expect(control);
        assert_eq!(article.text, text(), "{control}");
        assert_eq!(article.flags.contains(&"preview".to_owned()), control.contains("preview"), "{control}");
        assert!(article.metadata.images.is_empty(), "an icon is no picture of the article: {control}");
    }
}

#[test]
fn what_a_page_shows_of_a_reprint_is_known() {
    let card = "<div class=\"original_primary_tips\"><p>编者荐语：</p><p>转来看看。</p></div>\
                <p class=\"original_primary_card_tips\"><span>以下文章来源于北岸札记</span><span>，作者罗桥</span></p>";
    let html = saved(&paragraphs()).replace("<div id=\"js_content\"", &format!("{card}<div id=\"js_content\""));
    let article = page(&html).expect("an article");
    assert_eq!((article.text.as_str(), article.metadata.kind), (text().as_str(), ArticleKind::Reprint));
    assert_eq!(article.metadata.original_source, "北岸札记");
    assert_eq!(article.metadata.sharer_note, "转来看看。");

    let digest = format!("<p>{FIRST}</p><p>[图片]</p><p>第三道门只在...</p>");
    let template = format!("<script id=\"content_tpl\" type=\"text/html\">{}</script></body>", paragraphs());
    let html = saved(&digest).replace("</body>", &template);
    assert_eq!(page(&html).expect("an article").text, text(), "the original, and not its first words");
}

#[test]
fn shares_without_a_mark_of_their_own_are_known_by_their_parts() {
    let share = |class: &str, parts: &str| {
        format!(
            "<title>三道门</title><body class=\"zh_CN {class}\"><div id=\"js_article\" class=\"share_content_page\">{parts}\
             <div class=\"wx_follow_nickname\">滩涂来信</div><h1 class=\"rich_media_title\">三道门</h1>\
             <span id=\"js_ip_wording\">山东</span><span id=\"publish_time\">2025年9月18日 07:40</span></div>"
        )
    };
    let pictures = "<div id=\"js_share_content_page_hd\"><img src=\"https://mmbiz.qpic.cn/a/one/0\"></div>";
    let cases = [
        // An end tag of a paragraph may be left out.
        ("page_share_img", format!("{pictures}<div><p id=\"js_image_desc\">{FIRST}</div>"), ArticleKind::Picture),
        ("page_share_img", format!("{pictures}<p id=\"js_image_desc\">{FIRST}"), ArticleKind::Picture),
        ("page_share_img", format!("{pictures}<p id=\"js_image_desc\">{FIRST}</p>"), ArticleKind::Picture),
        (
            "page_share_text",
            format!("<div id=\"js_content\"><p id=\"js_text_desc\">{FIRST}</p></div>"),
            ArticleKind::Text,
        ),
    ];
    for (class, parts, kind) in cases {
        let article = page(&share(class, &parts)).expect(class);
        assert_eq!((article.text.as_str(), article.metadata.kind), (FIRST, kind), "{class}");
        assert_eq!((article.source_name.as_str(), article.metadata.place.as_str()), ("滩涂来信", "山东"), "{class}");
    }
}
