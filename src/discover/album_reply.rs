use boji_clean::model::{AlbumLink, Candidate, FoundBy, Issue, IssueCode, WeChatLink};
use serde_json::Value;

use super::album_paging::Mark;
use super::contract::{Failure, SourceFacts};
use super::listing::{date, number, raw_text, text};
use crate::model::{Capture, FailureClass};

/// Articles read from one reply; the server gives ten.
const MAX_ARTICLES: usize = 200;
/// The code with which WeChat says that we ask too often.
const TOO_OFTEN: i64 = 200_013;

/// A reply of `/mp/appmsgalbum?action=getalbum&f=json`, read leniently: numbers may come as strings and a list of one
/// as an object.
#[derive(Debug, Default)]
pub(super) struct AlbumReply {
    /// Its articles with their places, in the album's order.
    pub articles: Vec<(Mark, Candidate)>,
    /// More articles follow the last one.
    pub more: bool,
    /// What the album says about itself.
    pub about: SourceFacts,
    /// Oddities got over.
    pub issues: Vec<Issue>,
}

impl AlbumReply {
    /// Reads a reply; a failure for a page in its place, for a refusal, and for bytes that are no such reply.
    pub(super) fn read(link: &AlbumLink, capture: &Capture) -> Result<Self, Failure> {
        let root: Value =
            serde_json::from_slice(without_mark(&capture.body)).map_err(|error| not_json(capture, &error))?;
        let code = root.pointer("/base_resp/ret").and_then(number).unwrap_or(0);
        if code != 0 {
            let class = if code == TOO_OFTEN { FailureClass::Blocked } else { FailureClass::Refused };
            let said = text(root.pointer("/base_resp/err_msg").or_else(|| root.pointer("/base_resp/errmsg")));
            let said = if said.is_empty() { String::new() } else { format!(": {said}") };
            return Err(Failure::new(class, format!("the album answered with code {code}{said}")));
        }
        let Some(album) = root.get("getalbum_resp").filter(|album| album.is_object()) else {
            return Err(Failure::new(FailureClass::NoList, "the reply is JSON without `getalbum_resp`"));
        };
        let base = album.get("base_info").unwrap_or(&Value::Null);
        let mut reply = Self {
            more: album.get("continue_flag").and_then(number).unwrap_or(0) != 0,
            about: SourceFacts {
                title: text(base.get("title")),
                publisher: text(base.get("nickname")),
                site_url: link.canonical(),
                claimed: base.get("article_count").and_then(number).and_then(|count| u64::try_from(count).ok()),
                ..SourceFacts::default()
            },
            ..Self::default()
        };
        reply.read_articles(album.get("article_list").unwrap_or(&Value::Null));
        Ok(reply)
    }

    fn read_articles(&mut self, list: &Value) {
        let items = match list {
            Value::Array(items) => items.as_slice(),
            Value::Object(_) => std::slice::from_ref(list),
            _ => &[],
        };
        if items.len() > MAX_ARTICLES {
            self.issues
                .push(Issue::new(IssueCode::Truncated, format!("the reply lists more than {MAX_ARTICLES} articles")));
        }
        for item in items.iter().take(MAX_ARTICLES) {
            match article(item, &self.about.title) {
                Some(article) => self.articles.push(article),
                None => self.issues.push(Issue::new(IssueCode::ArticleSkipped, "an article has no address or no id")),
            }
        }
    }
}

fn article(item: &Value, series: &str) -> Option<(Mark, Candidate)> {
    // Web addresses are as WeChat writes them in pages; their ampersands come as entities at times.
    let url = raw_text(item.get("url")).replace("&amp;", "&");
    let url = url.trim().to_owned();
    let link = WeChatLink::parse(&url);
    let mark = mark_of(item, link.as_ref())?;
    if url.is_empty() {
        return None;
    }
    let key = text(item.get("key"));
    let guid = if key.is_empty() { mark.to_string() } else { key };
    let candidate = Candidate {
        url,
        guid,
        title: text(item.get("title")),
        published: date(item.get("create_time")),
        cover_url: raw_text(item.get("cover_img_1_1")).replace("&amp;", "&"),
        series: series.to_owned(),
        found_by: Some(FoundBy::Album),
        ..Candidate::default()
    };
    Some((mark, candidate))
}

/// The place of an article: its own fields, else those of its long link.
fn mark_of(item: &Value, link: Option<&WeChatLink>) -> Option<Mark> {
    let msgid = text(item.get("msgid"));
    let itemidx = text(item.get("itemidx"));
    if msgid.is_empty() {
        return link.and_then(|link| Mark::new(&link.mid, &link.idx));
    }
    Mark::new(&msgid, if itemidx.is_empty() { "1" } else { &itemidx })
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// What a reply that is no JSON means: a page in its place keeps us out, whatever the page says.
fn not_json(capture: &Capture, error: &serde_json::Error) -> Failure {
    let captcha = capture.final_url().contains("/mp/wappoc_appmsgcaptcha");
    if captcha {
        return Failure::new(FailureClass::Blocked, "the album led to a captcha page");
    }
    let first = without_mark(&capture.body).iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'<') => Failure::new(FailureClass::Blocked, "a page came in place of the album's list"),
        Some(_) => Failure::new(FailureClass::NoList, format!("the reply is no JSON: {error}")),
        None => Failure::new(FailureClass::NoList, "the reply is empty"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use boji_clean::model::{Date, Timestamp};

    fn read(body: &str) -> Result<AlbumReply, Failure> {
        let link = AlbumLink::parse("https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA==&album_id=7").expect("valid");
        let capture = Capture {
            url: link.list_url(10, None),
            hops: Vec::new(),
            status: 200,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
            fetched_at: Timestamp::default(),
        };
        AlbumReply::read(&link, &capture)
    }

    #[test]
    fn reads_an_article_alone_as_an_object_with_numbers_and_entities() {
        let body = r#"{"base_resp":{"ret":0},"getalbum_resp":{"article_list":{"msgid":2247,"itemidx":2,
            "title":"甲 &amp; 乙 &quot;丙&quot;","create_time":1700000000,"cover_img_1_1":"https://mmbiz.qpic.cn/a/300",
            "url":"http://mp.weixin.qq.com/s?__biz=MzA==&amp;mid=2247&amp;idx=2&amp;sn=ab#rd","key":"9_2247_2"},
            "base_info":{"title":"合集","nickname":"账号","article_count":"1"},"continue_flag":0}}"#;
        let reply = read(body).expect("a reply");
        let (mark, candidate) = reply.articles.first().expect("one");
        assert_eq!(mark.to_string(), "2247_2");
        let want = Candidate {
            url: "http://mp.weixin.qq.com/s?__biz=MzA==&mid=2247&idx=2&sn=ab#rd".into(),
            guid: "9_2247_2".into(),
            title: "甲 & 乙 \"丙\"".into(),
            published: Date::parse("2023-11-15T06:13:20+08:00"),
            cover_url: "https://mmbiz.qpic.cn/a/300".into(),
            series: "合集".into(),
            found_by: Some(FoundBy::Album),
            ..Candidate::default()
        };
        assert_eq!(*candidate, want);
        assert_eq!((reply.about.publisher.as_str(), reply.about.claimed, reply.more), ("账号", Some(1), false));
    }

    #[test]
    fn an_empty_last_page_of_an_album_is_no_failure() {
        let body =
            r#"{"base_resp":{"ret":0},"getalbum_resp":{"base_info":{"is_first_screen":"0"},"continue_flag":"0"}}"#;
        let reply = read(body).expect("a reply");
        assert!(reply.articles.is_empty() && reply.issues.is_empty() && !reply.more);
    }

    #[test]
    fn an_article_without_id_takes_that_of_its_link_and_one_without_address_is_skipped() {
        let body = r#"{"getalbum_resp":{"article_list":[{"url":"http://mp.weixin.qq.com/s?__biz=MzA==&mid=5&idx=3"},
            {"msgid":"6","itemidx":"1","url":""},{"url":"https://mp.weixin.qq.com/s/token"},7],"continue_flag":"1"}}"#;
        let reply = read(body).expect("a reply");
        let marks: Vec<String> = reply.articles.iter().map(|(mark, _)| mark.to_string()).collect();
        assert_eq!((marks, reply.issues.len(), reply.more), (vec!["5_3".to_owned()], 3, true));
    }

    #[test]
    fn tells_why_a_reply_is_none() {
        let cases = [
            (
                "<html><title></title><script>var PAGE_MID='mmbizwap:secitptpage/verify.html'</script>",
                FailureClass::Blocked,
            ),
            (" \n<!DOCTYPE html>", FailureClass::Blocked),
            (r#"{"base_resp":{"ret":200013,"err_msg":"freq control"}}"#, FailureClass::Blocked),
            (r#"{"base_resp":{"ret":"-3","errmsg":"no session"}}"#, FailureClass::Refused),
            (r#"{"base_resp":{"ret":0}}"#, FailureClass::NoList),
            (r#"{"getalbum_resp":[]}"#, FailureClass::NoList),
            ("{\"getalbum_resp\":", FailureClass::NoList),
            ("", FailureClass::NoList),
        ];
        for (body, want) in cases {
            assert_eq!(read(body).expect_err(body).class, want, "{body}");
        }
    }
}
