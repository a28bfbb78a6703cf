use boji_clean::model::{ArticleKey, Candidate, Date, FoundBy, Timestamp, WeChatLink, canonical_url};
use boji_clean::parse::parse_date;
use serde_json::{Map, Value};

use super::item;
use super::json::raw_text;
use super::paragraphs::{is_markup, is_page, paragraphs};

/// The names under which files of pages carry a page as HTML.
const PAGES: [&str; 2] = ["html", "raw_html"];
/// The names under which they carry a text that may be HTML too.
const TEXTS: [&str; 3] = ["content", "body", "text"];
/// The names of an address; `source` counts where it is one.
const ADDRESSES: [&str; 6] = ["url", "link", "uri", "source", "source_url", "canonical_url"];
/// The names of a title.
const TITLES: [&str; 2] = ["title", "headline"];
/// The names of authors: a text, or a list of them.
const AUTHORS: [&str; 3] = ["author", "authors", "byline"];
/// The names of the time of publication.
const DATES: [&str; 7] =
    ["date", "published", "published_at", "date_published", "publish_date", "publish_time", "created"];
/// The names of the account or site.
const ACCOUNTS: [&str; 6] = ["source_name", "account", "sitename", "site_name", "source-hostname", "hostname"];
/// The names of the time at which a page was fetched.
const FETCHED: [&str; 6] = ["fetched", "date_fetched", "fetched_at", "crawl_date", "warc_date", "added"];

/// What one JSON object out of a file of pages or texts holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// The page or the text.
    pub content: RecordContent,
    /// When it was fetched, as far as it says.
    pub fetched: Option<Timestamp>,
}

/// A page says itself what it is; of a text the record says it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RecordContent {
    /// A page as a server sent it, or a text in Markdown.
    Page {
        /// Its text.
        text: String,
        /// That of HTML or of Markdown.
        content_type: &'static str,
        /// Its address, "" when the record tells none.
        url: String,
    },
    /// A text, with what is said of it.
    Text(Box<Candidate>),
}

/// Reads an object as a page (`html`, `raw_html`, `markdown`) or a text (`text`, `content`, `body`) of one article: what
/// `boji filter` takes, what boji exports, and what other extractors and makers of corpora write. `None` for any other
/// bytes, and for the article of a list of WeChat's, which [`super::read_listing`] knows better.
pub(crate) fn read_record(bytes: &[u8]) -> Option<Record> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    if bytes.first() != Some(&b'{') {
        return None;
    }
    let Ok(Value::Object(object)) = serde_json::from_slice(bytes) else { return None };
    let told = Told::of(&object);
    let content = told.page().or_else(|| told.text())?;
    Some(Record { content, fetched: instant(&told.one(&FETCHED)) })
}

/// An object with the object of further statements in it.
struct Told<'a> {
    object: &'a Map<String, Value>,
    metadata: Map<String, Value>,
}

impl<'a> Told<'a> {
    /// The metadata of corpora is an object, or a text of one.
    fn of(object: &'a Map<String, Value>) -> Self {
        let metadata = match object.get("metadata").or_else(|| object.get("meta")) {
            Some(Value::Object(metadata)) => metadata.clone(),
            Some(Value::String(written)) => serde_json::from_str(written).unwrap_or_default(),
            _ => Map::new(),
        };
        Self { object, metadata }
    }

    fn page(&self) -> Option<RecordContent> {
        let html = PAGES.iter().map(|name| raw_text(self.object.get(*name))).find(|text| !text.trim().is_empty());
        let is_whole = |text: &String| is_page(text);
        let text = html.filter(is_whole).or_else(|| self.written().filter(is_whole));
        let markdown = || Some(raw_text(self.object.get("markdown"))).filter(|text| !text.trim().is_empty());
        let (text, content_type) = match text {
            Some(html) => (html, "text/html; charset=utf-8"),
            None => (markdown()?, "text/markdown; charset=utf-8"),
        };
        Some(RecordContent::Page { text, content_type, url: self.address() })
    }

    fn text(&self) -> Option<RecordContent> {
        let html = PAGES.iter().map(|name| raw_text(self.object.get(*name))).find(|text| !text.trim().is_empty());
        let text = html.or_else(|| self.written())?;
        let body = if is_markup(&text) { text } else { paragraphs(&text) };
        let url = self.address();
        let offset = if WeChatLink::parse(&url).is_some() { Some(Date::BEIJING) } else { None };
        Some(RecordContent::Text(Box::new(Candidate {
            guid: self.key().map(|key| key.to_string()).unwrap_or_default(),
            title: self.one(&TITLES),
            authors: self.authors(),
            published: date(&self.one(&DATES), offset),
            tags: self.list("tags"),
            cover_url: self.one(&["cover_url", "image"]),
            series: self.one(&["series"]),
            account: self.one(&ACCOUNTS),
            copyright: Some(self.one(&["copyright"])).filter(|word| word == "original").unwrap_or_default(),
            license: self.one(&["license"]),
            rights: self.one(&["rights"]),
            found_by: Some(FoundBy::List),
            body,
            url,
            ..Candidate::default()
        })))
    }

    /// The text under one of the names that may hold HTML too; not that of an article of a list of WeChat's.
    fn written(&self) -> Option<String> {
        let is_listed = item::is_article(self.object);
        let names = TEXTS.iter().filter(|name| **name != "content" || !is_listed);
        names.map(|name| raw_text(self.object.get(*name))).find(|text| !text.trim().is_empty())
    }

    /// The first value that says something, of the object itself before its metadata.
    fn first(&self, names: &[&str]) -> Option<Value> {
        let says = |value: &&Value| match value {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(list) => !list.is_empty(),
            Value::Number(_) => true,
            _ => false,
        };
        let in_one =
            |object: &Map<String, Value>| names.iter().find_map(|name| object.get(*name).filter(says).cloned());
        in_one(self.object).or_else(|| in_one(&self.metadata))
    }

    fn one(&self, names: &[&str]) -> String {
        self.first(names).map(|value| raw_text(Some(&value)).trim().to_owned()).unwrap_or_default()
    }

    /// The first name that holds an address of the web.
    fn address(&self) -> String {
        let values = ADDRESSES.iter().map(|name| self.one(&[*name]));
        let is_address = |url: &String| url.starts_with("http") && canonical_url(url).is_some();
        values.into_iter().find(is_address).unwrap_or_default()
    }

    fn authors(&self) -> Vec<String> {
        match self.first(&AUTHORS) {
            Some(Value::Array(names)) => names.iter().map(|name| raw_text(Some(name))).collect(),
            Some(Value::String(names)) => names.split([';', ',', '、']).map(|name| name.trim().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    fn list(&self, name: &str) -> Vec<String> {
        match self.first(&[name]) {
            Some(Value::Array(values)) => values.iter().map(|value| raw_text(Some(value))).collect(),
            Some(Value::String(values)) => values.split([';', ',']).map(|value| value.trim().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    /// The identity of an article of WeChat's that boji exported.
    fn key(&self) -> Option<ArticleKey> {
        let told = |name: &str| raw_text(self.metadata.get(name));
        let (biz, mid, idx) = (told("biz"), told("mid"), told("idx"));
        let is_whole = [&biz, &mid, &idx].iter().all(|part| !part.is_empty());
        is_whole.then_some(ArticleKey::WeChat { biz, mid, idx })
    }
}

/// A time as corpora write it: in words, or as a number of seconds or milliseconds since 1970. Of one without a zone, where
/// none is known, the day alone.
fn date(text: &str, offset: Option<i16>) -> Option<Date> {
    if let Some(offset) = offset {
        return Date::parse(text).or_else(|| parse_date(text, offset));
    }
    let in_zone = |offset| Date::parse(text).or_else(|| parse_date(text, offset));
    let (one, other) = (in_zone(0)?, in_zone(Date::BEIJING)?);
    // Only a time without a zone changes with the one that is put in for it.
    Some(if one.instant() == other.instant() { one } else { one.local_day() })
}

/// An instant; one without a zone is in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| parse_date(text, 0).map(Date::instant))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(value: &Value) -> Option<RecordContent> {
        read_record(value.to_string().as_bytes()).map(|record| record.content)
    }

    fn candidate(value: &Value) -> Candidate {
        match content(value) {
            Some(RecordContent::Text(candidate)) => *candidate,
            other => panic!("{value}: {other:?}"),
        }
    }

    #[test]
    fn a_page_is_known_by_its_name_or_by_its_markup() {
        let page = "<html><p>a</p></html>";
        let html = "text/html; charset=utf-8";
        let url = "https://a.example/1";
        let cases = [
            (json!({"id": 1, "html": page, "url": url}), (page, html, url)),
            (json!({"raw_html": page, "url": "nonsense"}), (page, html, "")),
            (json!({"content": page, "metadata": {"url": url}}), (page, html, url)),
            (json!({"markdown": "# a", "source": url}), ("# a", "text/markdown; charset=utf-8", url)),
        ];
        for (value, (text, content_type, url)) in cases {
            let want = RecordContent::Page { text: text.into(), content_type, url: url.into() };
            assert_eq!(content(&value), Some(want), "{value}");
        }
    }

    #[test]
    fn a_text_comes_with_what_its_record_says_of_it() {
        let own = json!({"id": "x", "text": "a\n\nb", "title": "题", "author": "甲, 乙", "date": "2024-05-01",
            "url": "https://mp.weixin.qq.com/s/AbCdEf", "source_name": "号", "tags": ["t"], "license": "CC BY 4.0", "rights": "© 号",
            "metadata": "{\"biz\":\"MzA=\",\"mid\":\"2\",\"idx\":\"1\",\"series\":\"集\"}"});
        let want = Candidate {
            url: "https://mp.weixin.qq.com/s/AbCdEf".into(),
            guid: "wechat:MzA=/2/1".into(),
            title: "题".into(),
            authors: vec!["甲".into(), "乙".into()],
            published: Date::parse("2024-05-01"),
            tags: vec!["t".into()],
            series: "集".into(),
            account: "号".into(),
            license: "CC BY 4.0".into(),
            rights: "© 号".into(),
            body: "<p>a</p><p>b</p>".into(),
            found_by: Some(FoundBy::List),
            ..Candidate::default()
        };
        assert_eq!(candidate(&own), want);
        let extracted =
            candidate(&json!({"title": "T", "author": "A; B", "hostname": "a.example", "date": "2023-01-02",
            "text": "one\ntwo", "source": "https://a.example/1", "source-hostname": "The A"}));
        assert_eq!((extracted.url.as_str(), extracted.account.as_str()), ("https://a.example/1", "The A"));
        assert_eq!((extracted.body.as_str(), extracted.authors.len()), ("<p>one</p><p>two</p>", 2));
        let corpus = candidate(&json!({"id": "1", "text": "words", "source": "web",
            "metadata": {"url": "https://a.example/2", "date": "2023-01-02T03:04:05Z"}}));
        assert_eq!(corpus.url, "https://a.example/2");
        assert_eq!(corpus.published, Date::parse("2023-01-02T03:04:05Z"));
    }

    #[test]
    fn a_time_without_a_zone_is_a_day() {
        let day = Date::parse("2024-05-01");
        for (text, offset, want) in [
            ("2024-05-01 23:10:00", None, day),
            ("2024-05-01 23:10:00", Some(Date::BEIJING), Date::parse("2024-05-01T23:10:00+08:00")),
            ("2024-05-01T23:10:00+02:00", None, Date::parse("2024-05-01T23:10:00+02:00")),
            ("1700000000", None, Date::parse("2023-11-14T22:13:20Z")),
            ("1700000000000", None, Date::parse("2023-11-14T22:13:20Z")),
            ("yesterday", None, None),
            ("", None, None),
        ] {
            assert_eq!(date(text, offset), want, "{text}");
        }
    }

    #[test]
    fn other_objects_are_no_records() {
        let listed = json!({"title": "t", "link": "https://mp.weixin.qq.com/s/AbCdEf", "content": "a\nb"});
        for text in
            ["", "[]", "{", "{}", "words", "{\"text\": \" \"}", "{\"path\": \"/etc/passwd\"}", &listed.to_string()]
        {
            assert_eq!(read_record(text.as_bytes()), None, "{text}");
        }
    }
}
