//! One article of WeChat in every form in which its page comes: as its scripts left it, as an exporter writes it, inside of
//! a feed. The text and what is known of it are the same.

use boji_clean::clean::{Context, clean_entry, clean_page};
use boji_clean::model::{Article, ArticleKind, Candidate, FoundBy};
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
fn an_article_without_words_is_one() {
    let bodies = [
        "<span class=\"video_iframe\" data-mpvid=\"wxv_41\"></span>",
        "<span class=\"video_iframe\"><div class=\"js_mpvedio\"><div>切换到横屏模式</div><div>倍速播放中</div></div></span>",
        "<svg viewBox=\"0 0 1 1\" style=\"background-image: url(&quot;https://mmbiz.qpic.cn/a/bg/640&quot;);\"></svg>",
        "<section data-lazy-bgimg=\"https://mmbiz.qpic.cn/a/bg/640\"></section>",
        "<mp-common-miniprogram data-miniprogram-title=\"查潮\"></mp-common-miniprogram>",
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
        "<div class=\"mp-pay-preview-filter\"><div class=\"pay__wall\"><p>剩余65%未读，付费后可继续阅读</p></div></div>",
    ];
    for control in controls {
        let article = page(&saved(&format!("{}{control}", paragraphs()))).expect(control);
        assert_eq!(article.text, text(), "{control}");
        assert_eq!(article.flags.contains(&"preview".to_owned()), control.contains("preview"), "{control}");
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
