use boji_clean::model::{Candidate, Issue, IssueCode};
use serde_json::{Deserializer, Map, Value};

use super::item::{self, Around, Item};
use super::json::{date, number, text};
use super::profile;

/// Articles taken of one file.
const MAX_ARTICLES: usize = 100_000;
/// Values looked at in one file.
const MAX_VALUES: usize = 5_000_000;
/// Texts within texts that are read as JSON: a reply of the back end needs two.
const MAX_NESTED: u8 = 4;
/// Largest file read as a list, in bytes; a page of ten messages has some hundred thousand.
const MAX_BYTES: usize = 32 << 20;
/// Issues told of one file.
const MAX_ISSUES: usize = 20;

/// The names behind which a list or an article stands, in the order in which they are followed. All others (comments,
/// settings, cards) are passed over.
const HOLDERS: [&str; 17] = [
    "getalbum_resp",
    "publish_page",
    "publish_list",
    "publish_info",
    "appmsgex",
    "app_msg_list",
    "general_msg_list",
    "article_list",
    "app_msg_ext_info",
    "multi_app_msg_item_list",
    "list",
    "data",
    "result",
    "articles",
    "items",
    "records",
    "rows",
];
/// The names by which a reply of the platform is known even when it lists nothing.
const REPLIES: [&str; 4] = ["getalbum_resp", "publish_page", "app_msg_list", "general_msg_list"];

/// What a saved list names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Listing {
    /// Its articles, in its order, each address once.
    pub candidates: Vec<Candidate>,
    /// Articles of which it says that they were taken down.
    pub taken_down: usize,
    /// Parts that could not be read, and other oddities got over.
    pub issues: Vec<Issue>,
}

/// Reads a list of WeChat articles: a reply of `getalbum`, `appmsgpublish`, `list_ex` or `getmsg`, whole or a part of
/// it, the messages in a saved profile page, or an exporter's JSON. `None` for anything else.
pub(crate) fn read_listing(bytes: &[u8]) -> Option<Listing> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let mut reader = Reader::default();
    match bytes.first() {
        Some(b'{' | b'[') => reader.read_values(bytes),
        Some(b'<') => reader.pending.push((profile::messages(bytes)?, Around::default(), 0)),
        _ => return None,
    }
    reader.walk();
    let Reader { listing, is_reply, .. } = reader;
    let is_list = is_reply || !listing.candidates.is_empty() || listing.taken_down > 0;
    is_list.then_some(listing)
}

#[derive(Default)]
struct Reader {
    listing: Listing,
    /// A reply of the platform was met.
    is_reply: bool,
    /// Values still to be looked at, the next one last, with what stands round them and how many texts they lie within.
    pending: Vec<(Value, Around, u8)>,
    /// Addresses taken.
    seen: std::collections::BTreeSet<String>,
}

impl Reader {
    /// One value, or several one after the other, as a file of replies one a line has them.
    fn read_values(&mut self, bytes: &[u8]) {
        let mut values = Vec::new();
        for value in Deserializer::from_slice(bytes).into_iter::<Value>() {
            match value {
                Ok(value) => values.push(value),
                Err(error) => {
                    self.issue(IssueCode::Broken, format!("a part is no JSON: {error}"));
                    break;
                }
            }
        }
        self.pending.extend(values.into_iter().rev().map(|value| (value, Around::default(), 0)));
    }

    fn walk(&mut self) {
        let mut values = 0;
        while let Some((value, around, nested)) = self.pending.pop() {
            values += 1;
            if values > MAX_VALUES || self.listing.candidates.len() >= MAX_ARTICLES {
                self.issue(IssueCode::Truncated, format!("it is longer than {MAX_ARTICLES} articles"));
                return;
            }
            match value {
                Value::Array(items) => {
                    self.pending.extend(items.into_iter().rev().map(|item| (item, around.clone(), nested)));
                }
                Value::Object(object) => self.object(object, around, nested),
                _ => {}
            }
        }
    }

    fn object(&mut self, mut object: Map<String, Value>, around: Around, nested: u8) {
        if object.get("version").and_then(Value::as_str).is_some_and(|version| version.contains("jsonfeed.org")) {
            return;
        }
        self.note_reply(&object);
        let around = widened(around, &object);
        match item::read(&object, &around) {
            Item::Article(candidate) => {
                if self.seen.insert(candidate.url.clone()) {
                    self.listing.candidates.push(*candidate);
                }
            }
            Item::TakenDown => self.listing.taken_down += 1,
            Item::WithoutAddress => {
                self.issue(
                    IssueCode::ArticleSkipped,
                    format!("an article has no address: {}", text(object.get("title"))),
                );
            }
            Item::Other => {}
        }
        for name in HOLDERS.iter().rev() {
            match object.remove(*name) {
                Some(Value::String(written)) => self.written(name, &written, &around, nested),
                Some(value @ (Value::Array(_) | Value::Object(_))) => {
                    self.pending.push((value, around.clone(), nested));
                }
                _ => {}
            }
        }
    }

    /// A value that is itself JSON, written as a text.
    fn written(&mut self, name: &str, written: &str, around: &Around, nested: u8) {
        let written = written.trim();
        if !written.starts_with(['{', '[']) {
            return;
        }
        if nested >= MAX_NESTED {
            return self.issue(IssueCode::DepthCapped, format!("`{name}` lies within too many texts"));
        }
        match serde_json::from_str(written) {
            Ok(value) => self.pending.push((value, around.clone(), nested + 1)),
            Err(error) => self.issue(IssueCode::Broken, format!("`{name}` is no JSON: {error}")),
        }
    }

    /// Knows a reply of the platform, and whether it is a refusal.
    fn note_reply(&mut self, object: &Map<String, Value>) {
        self.is_reply |= REPLIES.iter().any(|name| object.contains_key(*name));
        let code = object.get("base_resp").and_then(|base| base.get("ret")).or_else(|| object.get("ret"));
        if let Some(code) = code.and_then(number).filter(|code| *code != 0 && object.contains_key("base_resp")) {
            self.is_reply = true;
            self.issue(IssueCode::Refused, format!("it is a refusal with code {code}"));
        }
    }

    fn issue(&mut self, code: IssueCode, message: String) {
        if self.listing.issues.len() < MAX_ISSUES {
            self.listing.issues.push(Issue::new(code, message));
        }
    }
}

/// What an object adds to what is known of the articles within.
fn widened(around: Around, object: &Map<String, Value>) -> Around {
    let part = |name: &str| object.get(name).and_then(Value::as_object);
    let message = part("comm_msg_info");
    let sent = date(message.and_then(|message| message.get("datetime")))
        .or_else(|| date(part("sent_info").and_then(|sent| sent.get("time"))));
    let of_album = |name: &str| part("base_info").map(|base| text(base.get(name))).unwrap_or_default();
    let (series, account) = (of_album("title"), of_album("nickname"));
    let biz = item::account(object).or_else(|| message.and_then(item::account)).unwrap_or_default();
    Around {
        sent: sent.or(around.sent),
        series: if series.is_empty() { around.series } else { series },
        account: if account.is_empty() { around.account } else { account },
        biz: if biz.is_empty() { around.biz } else { biz },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TOKEN: &str = "https://mp.weixin.qq.com/s/";

    /// Titles of what is named, the number taken down and the codes of the issues.
    fn told(bytes: &[u8]) -> Option<(String, usize, String)> {
        let listing = read_listing(bytes)?;
        let titles: Vec<&str> = listing.candidates.iter().map(|candidate| candidate.title.as_str()).collect();
        let issues: Vec<&str> = listing.issues.iter().map(|issue| issue.code.as_str()).collect();
        Some((titles.join(" "), listing.taken_down, issues.join(" ")))
    }

    fn article(title: &str) -> Value {
        json!({"title": title, "link": format!("{TOKEN}{title}")})
    }

    #[test]
    fn reads_every_kind_of_reply_by_its_content() {
        let info = |titles: &[&str]| {
            let articles: Vec<Value> = titles.iter().map(|title| article(title)).collect();
            json!({"type": 9, "sent_info": {"time": 1_700_000_000}, "appmsgex": articles}).to_string()
        };
        let page = json!({"publish_list": [{"publish_info": info(&["a", "b"])}, {"publish_info": info(&["c"])}]});
        let messages = json!({"list": [
            {"comm_msg_info": {"datetime": 1_700_000_000, "fakeid": "3099999991"}, "app_msg_ext_info": {
                "title": "a", "content_url": "/s/a", "multi_app_msg_item_list": [{"title": "b", "content_url": "/s/b"}]}},
            {"comm_msg_info": {"datetime": 1_700_000_000, "content": "words alone"}}]});
        let cases = [
            (json!({"base_resp": {"ret": 0}, "publish_page": page.to_string()}), "a b c"),
            (page, "a b c"),
            (json!({"general_msg_list": messages.to_string(), "ret": 0}), "a b"),
            (messages, "a b"),
            (json!({"app_msg_cnt": 2, "app_msg_list": [article("a"), article("b"), article("a")]}), "a b"),
            (json!({"getalbum_resp": {"article_list": article("a"), "base_info": {"title": "合集"}}}), "a"),
            (json!([article("a"), article("b")]), "a b"),
            (json!({"code": 0, "data": {"list": [article("a")]}}), "a"),
            (article("a"), "a"),
        ];
        for (value, want) in cases {
            let told = told(value.to_string().as_bytes());
            assert_eq!(told, Some((want.to_owned(), 0, String::new())), "{value}");
        }
    }

    #[test]
    fn what_stands_round_an_article_is_said_of_it() {
        let messages = json!({"list": [{"comm_msg_info": {"datetime": 1_700_000_000, "fakeid": "3099999991"},
            "app_msg_ext_info": {"title": "a", "content_url": "/s/a", "appmsgid": 5, "itemidx": 1}}]});
        let listing = read_listing(messages.to_string().as_bytes()).expect("a list");
        let first = listing.candidates.first().expect("one");
        assert_eq!(first.guid, "wechat:MzA5OTk5OTk5MQ==/5/1");
        assert_eq!(first.published.expect("a date").to_utc(), "2023-11-14T22:13:20Z");
        let album = json!({"getalbum_resp": {"base_info": {"title": "合集"}, "article_list": [article("a")]}});
        let listing = read_listing(album.to_string().as_bytes()).expect("a list");
        assert_eq!(listing.candidates.first().expect("one").series, "合集");
    }

    #[test]
    fn a_broken_part_is_told_and_the_rest_is_taken() {
        let page = json!({"publish_list": [
            {"publish_info": "{\"appmsgex\":[{\"title\":\"x\""},
            {"publish_info": json!({"appmsgex": [article("a"), {"title": "no link", "appmsgid": 3, "link": ""},
                {"title": "gone", "link": format!("{TOKEN}g"), "is_deleted": true}]}).to_string()}]});
        let want = ("a".to_owned(), 1, "broken article-skipped".to_owned());
        assert_eq!(told(page.to_string().as_bytes()), Some(want));
        let lines = format!("\u{feff}{}\n{}\n{{\"title\":", article("a"), article("b"));
        assert_eq!(told(lines.as_bytes()), Some(("a b".to_owned(), 0, "broken".to_owned())));
        let refusal = json!({"base_resp": {"ret": 200_013, "err_msg": "freq control"}});
        assert_eq!(told(refusal.to_string().as_bytes()), Some((String::new(), 0, "refused".to_owned())));
    }

    #[test]
    fn other_files_are_no_lists() {
        let feed = json!({"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "a", "url": format!("{TOKEN}a")}]});
        let cards = json!({"comments": [article("a")], "title": "b"});
        for text in [
            "",
            "{",
            "[]",
            "{}",
            "{\"list\":[]}",
            "words",
            "<p>a",
            "{\"ret\":7}",
            &feed.to_string(),
            &cards.to_string(),
        ] {
            assert_eq!(read_listing(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn texts_within_texts_have_an_end() {
        let mut value = json!({"list": [article("a")]});
        for _ in 0..=MAX_NESTED {
            value = json!({"publish_page": value.to_string()});
        }
        assert_eq!(told(value.to_string().as_bytes()), Some((String::new(), 0, "depth-capped".to_owned())));
    }
}
