use boji_clean::model::{ArticleKey, Candidate, Date, FoundBy, WeChatLink, canonical_url, plain_address};
use serde_json::{Map, Value};

use super::json::{date, number, raw_text, text};
use super::paragraphs::{has_lines, paragraphs};

/// Where relative links of a reply lead.
const PLATFORM: &str = "https://mp.weixin.qq.com";
/// The names under which lists give the address of an article.
const LINKS: [&str; 4] = ["link", "content_url", "url", "article_url"];
/// The names under which lists give a time, the best first: for a message of the platform's back end, `update_time` is
/// when it was sent and `create_time` when its draft was made.
const TIMES: [&str; 5] = ["update_time", "create_time", "datetime", "publish_time", "post_time"];

/// What the objects round an article say about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    /// When the message was sent.
    pub sent: Option<Date>,
    /// Name of the album.
    pub series: String,
    /// Name of the account.
    pub account: String,
    /// `__biz` of the account, "" when unknown.
    pub biz: String,
}

/// What an object turns out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Item {
    /// An article that can be fetched.
    Article(Box<Candidate>),
    /// An article of which the list says that it was taken down.
    TakenDown,
    /// An article without an address.
    WithoutAddress,
    /// Something else.
    Other,
}

/// Reads an object as an article: one that has a title and a link to an article of the platform.
pub(super) fn read(object: &Map<String, Value>, around: &Around) -> Item {
    let title = text(object.get("title"));
    let links: Vec<String> = LINKS.iter().map(|name| raw_text(object.get(*name))).collect();
    let Some(url) = links.iter().find_map(|link| address(link)) else {
        let names_one = object.contains_key("content_url") || object.contains_key("appmsgid");
        let is_empty = links.iter().all(String::is_empty);
        return if names_one && is_empty && !title.is_empty() { Item::WithoutAddress } else { Item::Other };
    };
    let is_taken_down = object.get("is_deleted").and_then(number).is_some_and(|flag| flag != 0);
    let body = body(object, is_taken_down);
    // What an exporter has of an article that was taken down may be the only copy of it.
    if is_taken_down && body.is_empty() {
        return Item::TakenDown;
    }
    let key = key(object, &url, around);
    Item::Article(Box::new(Candidate {
        guid: key.map(|key| key.to_string()).unwrap_or_default(),
        title,
        authors: first(object, &["author_name", "author"]).into_iter().collect(),
        published: TIMES.iter().find_map(|name| date(object.get(*name))).or(around.sent),
        cover_url: first(object, &["cover_img_1_1", "cover", "cover_img", "pic_cdn_url_235_1"])
            .map(|url| plain_address(&url))
            .unwrap_or_default(),
        body,
        summary: text(object.get("digest")),
        series: if around.series.is_empty() { album(object) } else { around.series.clone() },
        account: first(object, &["_accountName", "mp_name", "nickname", "account", "account_name"])
            .unwrap_or_else(|| around.account.clone()),
        copyright: copyright(object).to_owned(),
        found_by: Some(FoundBy::List),
        url,
        ..Candidate::default()
    }))
}

/// The canonical address of an article of the platform, perhaps a temporary one; `None` for any other address.
fn address(link: &str) -> Option<String> {
    let link = link.trim();
    let whole = if link.starts_with("/s") { format!("{PLATFORM}{link}") } else { link.to_owned() };
    let is_article = WeChatLink::parse(&whole).is_some() || WeChatLink::is_temporary(&whole);
    canonical_url(&whole).filter(|_| is_article)
}

/// The identity of an article, from its link, its key in an album (`uin_msgid_itemidx`) or the numbers beside it.
fn key(object: &Map<String, Value>, url: &str, around: &Around) -> Option<ArticleKey> {
    let told = |biz: String, mid: String, idx: String| {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = !biz.is_empty() && is_number(&mid) && is_number(&idx) && mid != "0";
        is_whole.then_some(ArticleKey::WeChat { biz, mid, idx })
    };
    if let Some(key) = WeChatLink::parse(url).and_then(|link| link.key()) {
        return Some(key);
    }
    let in_album = raw_text(object.get("key"));
    let parts: Vec<&str> = in_album.split('_').collect();
    if let [uin, mid, idx] = parts.as_slice()
        && let Some(biz) = WeChatLink::biz_of_number(uin)
    {
        return told(biz, (*mid).to_owned(), (*idx).to_owned());
    }
    let biz = account(object).unwrap_or_else(|| around.biz.clone());
    let mid = first(object, &["appmsgid", "msgid", "mid"]).unwrap_or_default();
    told(biz, mid, first(object, &["itemidx", "idx"]).unwrap_or_default())
}

/// The `__biz` of the account that an object names by its number or by itself.
pub(super) fn account(object: &Map<String, Value>) -> Option<String> {
    let id = first(object, &["fakeid", "biz", "__biz"])?;
    let link = || WeChatLink::parse(&format!("{PLATFORM}/s?__biz={}&mid=1", id.replace('+', "%2B")));
    WeChatLink::biz_of_number(&id).or_else(|| link().map(|link| link.biz))
}

/// The first name with a value, in the order of the names.
fn first(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().map(|name| text(object.get(*name))).find(|value| !value.is_empty())
}

/// Whether an object is the article of a list of the platform's: it has a title and a link to one.
pub(super) fn is_article(object: &Map<String, Value>) -> bool {
    let has_link = || LINKS.iter().any(|name| address(&raw_text(object.get(*name))).is_some());
    !text(object.get("title")).is_empty() && has_link()
}

/// The text of an article as HTML, when an exporter put it there. A text in one line is left where there still is a page:
/// its lines are run together with the page's own words, and the page gives it better.
fn body(object: &Map<String, Value>, is_taken_down: bool) -> String {
    let content = raw_text(object.get("content"));
    if ["</p>", "</section>", "</div>"].iter().any(|tag| content.contains(tag)) {
        return content;
    }
    if has_lines(&content) || is_taken_down { paragraphs(&content) } else { String::new() }
}

/// The first album that an article belongs to.
fn album(object: &Map<String, Value>) -> String {
    let albums = object.get("appmsg_album_infos").and_then(Value::as_array);
    albums.and_then(|albums| albums.first()).map(|album| text(album.get("title"))).unwrap_or_default()
}

/// `original` when the list marks the article so: 11 in lists of messages, 1 in both fields of the back end.
fn copyright(object: &Map<String, Value>) -> &'static str {
    let code = |name: &str| object.get(name).and_then(number);
    match (code("copyright_stat"), code("copyright_type")) {
        (Some(11), _) | (Some(1), Some(1)) => "original",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(value: Value) -> Item {
        let Value::Object(object) = value else { panic!("no object") };
        read(&object, &Around { biz: "MzA5OQ==".into(), ..Around::default() })
    }

    #[test]
    fn an_article_is_known_by_its_link() {
        let token = "https://mp.weixin.qq.com/s/AbCdEf";
        let long = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=2&idx=3&sn=ab";
        let cases = [
            (json!({"title": "t", "link": "http://mp.weixin.qq.com/s/AbCdEf#rd"}), token, ""),
            (json!({"title": "t", "link": token, "appmsgid": 7, "itemidx": 1}), token, "wechat:MzA5OQ==/7/1"),
            (
                json!({"title": "t", "link": token, "fakeid": "Mz+A", "appmsgid": 7, "itemidx": "2"}),
                token,
                "wechat:Mz+A/7/2",
            ),
            (json!({"title": "t", "url": token, "key": "3099999991_7_1"}), token, "wechat:MzA5OTk5OTk5MQ==/7/1"),
            (
                json!({"title": "t", "url": "http://mp.weixin.qq.com/s?__biz=MzA=&amp;mid=2&amp;idx=3&amp;sn=ab&amp;chksm=f#rd"}),
                long,
                "wechat:MzA=/2/3",
            ),
            (
                json!({"title": "t", "content_url": "/s?__biz=MzA=&amp;mid=2&amp;idx=3&amp;sn=ab"}),
                long,
                "wechat:MzA=/2/3",
            ),
            (
                json!({"title": "t", "content_url": "/s?timestamp=9&amp;src=3&amp;ver=1&amp;signature=a*b"}),
                "https://mp.weixin.qq.com/s?src=3&timestamp=9&ver=1&signature=a*b",
                "",
            ),
        ];
        for (value, url, guid) in cases {
            let Item::Article(candidate) = item(value.clone()) else { panic!("{value}") };
            assert_eq!((candidate.url.as_str(), candidate.guid.as_str()), (url, guid), "{value}");
        }
        for (value, want) in [
            (json!({"title": "t", "link": "https://a.example/s/AbCdEf"}), Item::Other),
            (json!({"title": "t", "link": "https://mp.weixin.qq.com/mp/appmsgalbum?album_id=1"}), Item::Other),
            (json!({"title": "t", "content_url": ""}), Item::WithoutAddress),
            (json!({"title": "", "content_url": ""}), Item::Other),
            (json!({"title": "t", "link": token, "is_deleted": true}), Item::TakenDown),
        ] {
            assert_eq!(item(value.clone()), want, "{value}");
        }
    }

    #[test]
    fn the_text_that_an_exporter_put_there_is_taken_also_of_what_was_taken_down() {
        let told = |content: &str, is_deleted: bool| {
            let link = "https://mp.weixin.qq.com/s/AbCdEf";
            match item(json!({"title": "t", "link": link, "content": content, "is_deleted": is_deleted})) {
                Item::Article(candidate) => candidate.body,
                other => format!("{other:?}"),
            }
        };
        let cases = [
            ("<p>一</p>", false, "<p>一</p>"),
            ("一\n二", false, "<p>一</p><p>二</p>"),
            ("一 二", false, ""),
            ("一 二", true, "<p>一 二</p>"),
            ("<p>一</p>", true, "<p>一</p>"),
            ("", true, "TakenDown"),
        ];
        for (content, is_deleted, want) in cases {
            assert_eq!(told(content, is_deleted), want, "{content} {is_deleted}");
        }
    }

    #[test]
    fn reads_what_a_list_says_beside_the_link() {
        let Item::Article(candidate) = item(json!({
            "title": "甲 &amp; 乙", "link": "https://mp.weixin.qq.com/s/AbCdEf", "author_name": "丙", "digest": "摘要",
            "cover": "https://mmbiz.qpic.cn/a/0?wx_fmt=jpeg&amp;x=1", "create_time": 1_700_000_000, "update_time": "1700003600",
            "copyright_stat": 1, "copyright_type": 1, "appmsg_album_infos": [{"title": "合集"}], "content": "一行 文字",
            "_accountName": "账号"
        })) else {
            panic!("no article")
        };
        let want = Candidate {
            url: "https://mp.weixin.qq.com/s/AbCdEf".into(),
            title: "甲 & 乙".into(),
            authors: vec!["丙".into()],
            published: Date::parse("2023-11-15T07:13:20+08:00"),
            cover_url: "https://mmbiz.qpic.cn/a/0?wx_fmt=jpeg&x=1".into(),
            summary: "摘要".into(),
            series: "合集".into(),
            account: "账号".into(),
            copyright: "original".into(),
            found_by: Some(FoundBy::List),
            ..Candidate::default()
        };
        assert_eq!(*candidate, want);
    }
}
