//! Feeds and pages that a test server gives, made up as they are needed.

use std::fmt::Write as _;

/// Three paragraphs about a thing, unlike those about any other thing.
pub fn prose(thing: &str) -> String {
    format!(
        "<p>The notebook says of {thing} that it was brought in before the rain, counted twice and set down in the \
         long shed, where the floor is dry. Nobody had asked for it, and nobody knew how many there ought to be.</p>\
         <p>By noon {thing} had been moved to the loft. The ladder is short by a rung, so every move was a small \
         expedition, with one person above, one below, and one who explained how it used to be done.</p>\
         <p>In the evening we wrote down what we had learned about {thing}: that the shed is better than the loft, \
         that a list is better than a memory, and that the rung is to be mended before anything else is carried.</p>"
    )
}

/// An article's page.
pub fn page(thing: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{thing}</title></head>\
         <body><article><h1>{thing}</h1>{}</article></body></html>",
        prose(thing)
    )
}

/// An Atom feed whose entries have an address and a title; with `texts` also their text. The n-th entry was published
/// on the n-th day of a year.
pub fn feed(title: &str, entries: &[(String, String)], texts: bool) -> String {
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>{title}</title>\n<id>urn:feed:{title}</id>\n<updated>2026-02-01T00:00:00Z</updated>\n"
    );
    for (number, (url, thing)) in entries.iter().enumerate() {
        let date = format!("2026-{:02}-{:02}T08:00:00Z", 1 + number / 28, 1 + number % 28);
        let text = prose(thing).replace('<', "&lt;");
        let content = if texts { format!("<content type=\"html\">{text}</content>") } else { String::new() };
        let _ = writeln!(
            feed,
            "<entry><id>{url}</id><title>{thing}</title><link href=\"{url}\"/><published>{date}</published>\
             <updated>{date}</updated>{content}</entry>"
        );
    }
    feed.push_str("</feed>\n");
    feed
}

/// One article as an album lists it.
pub struct Listed {
    pub number: u32,
    pub url: String,
}

impl Listed {
    pub fn msgid(&self) -> String {
        (2_247_480_000 + 3 * self.number).to_string()
    }
}

/// A page of an album as WeChat's JSON has it, all values strings.
pub fn album_page(articles: &[Listed], count: usize, more: bool) -> String {
    let articles: Vec<serde_json::Value> = articles
        .iter()
        .map(|listed| {
            serde_json::json!({
                "cover_img_1_1": format!("https://mmbiz.qpic.cn/sz_mmbiz_jpg/BojiCover{}/300", listed.number),
                "create_time": (1_740_000_000 + 86_400 * u64::from(listed.number)).to_string(),
                "is_pay_subscribe": "0",
                "is_read": "0",
                "itemidx": "1",
                "key": format!("3099999991_{}_1", listed.msgid()),
                "msgid": listed.msgid(),
                "title": format!("第{}篇", listed.number),
                "tts_is_ban": "0",
                "url": listed.url,
                "user_read_status": "0",
            })
        })
        .collect();
    serde_json::json!({
        "base_resp": { "exportkey_token": "", "ret": 0 },
        "getalbum_resp": {
            "article_list": articles,
            "base_info": {
                "article_count": count.to_string(),
                "is_first_screen": "1",
                "is_reverse": "1",
                "nickname": "晒场",
                "title": "簸箕手记",
            },
            "continue_flag": if more { "1" } else { "0" },
            "reverse_continue_flag": "0",
        },
    })
    .to_string()
}

/// The page that asks for a proof of humanity.
pub fn captcha() -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/wechat/captcha.html");
    let text = std::fs::read_to_string(file).expect("readable");
    text.lines().filter(|line| !line.starts_with("@@")).collect::<Vec<_>>().join("\n")
}
