use memchr::memmem;

use super::outline::{Outline, code_depths};
use super::stated::{StatedFacts, beijing_seconds, beijing_text, shown_place};
use super::value::Value;
use super::{literal, value};
use crate::model::{WeChatLink, plain_address};

/// Assignments to the data object that are looked at; a page has one, a page with decoys a few.
const MAX_CANDIDATES: usize = 16;

/// A data object that a script of the page assigns.
#[derive(Debug)]
pub(super) struct Cgi<'a> {
    /// The object.
    pub value: Value<'a>,
    /// Where it lies in the page.
    pub range: std::ops::Range<usize>,
    /// The page, or a limit, ended inside of it.
    pub truncated: bool,
}

/// The object assigned to `window.cgiDataNew`, since 2024 the place where all of an article's data stands. Of several
/// the first that says who published and has a body, else the first that tells anything of the two; a mention in text,
/// in a string or in a comment is none.
pub(super) fn find_data<'a>(page: &Outline<'a>) -> Option<Cgi<'a>> {
    let mut second = None;
    for found in assignments(page, "window.cgiDataNew") {
        match (is_identified(&found.value), has_body(&found.value)) {
            (true, true) => return Some(found),
            (false, false) => {}
            _ => second = second.or(Some(found)),
        }
    }
    second
}

/// The small object assigned to `window.cgiData` on pages about a removed article: the first that names account or
/// reason, for an empty one may stand before it.
pub(super) fn find_notice<'a>(page: &Outline<'a>) -> Option<Cgi<'a>> {
    let names = ["user_name", "nick_name", "del_reason", "del_reason_id"];
    let tells = |found: &Cgi<'_>| names.iter().any(|name| found.value.get(name).stated().is_some());
    assignments(page, "window.cgiData").find(tells)
}

/// The object with which pages of 2021 to 2024 rendered their shares.
pub(super) fn find_rendered<'a>(page: &Outline<'a>) -> Option<Cgi<'a>> {
    assignments(page, "window.__QMTPL_SSR_DATA__").next()
}

fn assignments<'p, 'a: 'p>(page: &'p Outline<'a>, name: &'static str) -> impl Iterator<Item = Cgi<'a>> + 'p {
    let finder = memmem::Finder::new(name).into_owned();
    page.scripts()
        .flat_map(move |(offset, script)| {
            let places: Vec<usize> = finder
                .find_iter(script.as_bytes())
                .filter(|at| script.get(at + name.len()..).is_some_and(|rest| assigned(rest).is_some()))
                .take(MAX_CANDIDATES)
                .collect();
            let depths = code_depths(script, &places);
            places.into_iter().zip(depths).filter(|(_, depth)| depth.is_some()).map(move |(at, _)| (offset, script, at))
        })
        .take(MAX_CANDIDATES)
        .filter_map(move |(offset, script, at)| {
            let rest = assigned(script.get(at + name.len()..)?)?;
            let parsed = literal::parse(rest)?;
            let start = offset + script.len() - rest.len();
            matches!(parsed.value, Value::Object(_)).then_some(Cgi {
                value: parsed.value,
                range: start..start + parsed.end,
                truncated: parsed.truncated,
            })
        })
}

/// What follows `=`, when an assignment follows and no comparison.
pub(super) fn assigned(rest: &str) -> Option<&str> {
    let after = rest.trim_start().strip_prefix('=')?;
    (!after.starts_with(['=', '>'])).then_some(after)
}

fn is_identified(data: &Value<'_>) -> bool {
    ["user_name", "nick_name", "bizuin", "link"].iter().any(|field| data.get(field).stated().is_some())
}

fn has_body(data: &Value<'_>) -> bool {
    let filled = |value: &Value<'_>| matches!(value, Value::Text(text) if !text.raw.trim().is_empty());
    filled(data.get("content_noencode")) || filled(data.get("text_page_info").get("content_noencode"))
}

/// The text of the body: HTML of an ordinary article, lines of a share. `None` when there is none.
pub(super) fn body_text(data: &Value<'_>) -> Option<String> {
    let share = data.get("text_page_info");
    [data.get("content_noencode"), share.get("content_noencode"), share.get("content")]
        .iter()
        .find_map(|value| value.stated())
}

/// What the data object says.
pub(super) fn stated(data: &Value<'_>) -> StatedFacts {
    let text = |name: &str| data.get(name).stated().map(|value| value::decode_entities(&value).trim().to_owned());
    let address = |value: &Value<'_>| value.stated().map(|raw| plain_address(&raw));
    let link = address(data.get("link"));
    let from_link = link.as_deref().and_then(WeChatLink::parse).unwrap_or_default();
    let or_link =
        |field: &str, part: String| number_or_text(data.get(field)).or_else(|| (!part.is_empty()).then_some(part));
    let rights = data.get("copyright_info");
    let reprint = copyright(rights.get("copyright_stat")) == Some("reprint");
    let reprint_url = || address(rights.get("reprint_url")).filter(|_| reprint);
    StatedFacts {
        title: text("title"),
        account: text("nick_name"),
        author: text("author"),
        published: published(data),
        place: place(data.get("ip_wording"), "province_name", "country_name"),
        url: link.map(|url| WeChatLink::parse(&url).map_or(url, |link| link.canonical())),
        summary: text("desc"),
        cover_url: ["cdn_url", "cdn_url_235_1", "cdn_url_16_9", "cdn_url_1_1"]
            .iter()
            .find_map(|name| address(data.get(name))),
        biz: or_link("bizuin", from_link.biz),
        mid: or_link("mid", from_link.mid),
        idx: or_link("idx", from_link.idx),
        sn: or_link("sn", from_link.sn),
        gh_id: text("user_name"),
        alias: text("alias"),
        original_url: reprint_url().or_else(|| address(data.get("source_url"))),
        original_source: rights.get("platform").stated().filter(|_| reprint),
        sharer_note: ["guide_words", "reprint_recommend_content_noencode", "reprint_recommend_content"]
            .iter()
            .find_map(|name| rights.get(name).stated().or_else(|| data.get(name).stated()))
            .filter(|_| reprint)
            .map(|note| value::decode_entities(&note).into_owned()),
        series: data.get("appmsgalbuminfo").get("title").stated(),
        copyright: copyright(rights.get("copyright_stat")).map(str::to_owned),
        claim: ["claim_source", "text"].iter().find_map(|name| data.get("claim_source").get(name).stated()),
        tags: tags(data.get("public_tag_info").get("tags")),
    }
}

fn published(data: &Value<'_>) -> Option<crate::model::Date> {
    ["create_timestamp", "ori_create_time", "ori_send_time"]
        .iter()
        .find_map(|name| beijing_seconds(&data.get(name).text()))
        .or_else(|| beijing_text(&data.get("create_time").text()))
}

/// The number or text of an id; 0 is how the page writes that there is none.
fn number_or_text(value: &Value<'_>) -> Option<String> {
    value.stated().filter(|text| text != "0")
}

/// Province, else country, of an `ip_wording` object; "unknown region" is no place.
pub(super) fn place(wording: &Value<'_>, province: &str, country: &str) -> Option<String> {
    [province, country].iter().find_map(|name| shown_place(&wording.get(name).stated()?))
}

/// The word for a `copyright_stat`.
pub(super) fn copyright(stat: &Value<'_>) -> Option<&'static str> {
    match stat.integer()? {
        0 => Some("none"),
        1 => Some("original"),
        2 => Some("reprint"),
        _ => None,
    }
}

/// Most tags looked at.
const MAX_TAGS: usize = 64;

fn tags(list: &Value<'_>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in list.items().iter().take(MAX_TAGS) {
        let name = tag.get("tag_name").stated().or_else(|| tag.get("title").stated());
        if let Some(name) = name.map(|name| name.trim_start_matches('#').to_owned())
            && !tags.contains(&name)
        {
            tags.push(name);
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str =
        "window.cgiDataNew = { nick_name: JsDecode('号'), content_noencode: JsDecode('\\x3cp\\x3e正文\\x3c/p\\x3e') }";

    fn account(html: &str) -> Option<String> {
        find_data(&Outline::new(html)).and_then(|cgi| cgi.value.get("nick_name").stated())
    }

    #[test]
    fn finds_the_one_object_among_decoys() {
        let decoy = "window.cgiDataNew = { nick_name: '假', content_noencode: '假' }";
        let cases = [
            format!("<script>{REAL}</script>"),
            format!("<p>{decoy}</p><script>{REAL}</script>"),
            format!("<script>var a = \"{decoy}\"; // {decoy}\n/* {decoy} */ {REAL}</script>"),
            format!(
                "<script>if (window.cgiDataNew == {{}}) {{}}; window.cgiDataNew = {{}}; window.cgiDataNew = {{ ad: 1 }};</script><script>{REAL}</script>"
            ),
            format!(
                "<script>window.cgiDataNew = {{ nick_name: '假' }}</script><script>(function () {{ try {{ {REAL} }} catch (e) {{}} }})()</script>"
            ),
            "<script>window.cgiDataNew = window.cgiDataNew || { nick_name: '号', content_noencode: 'x' };</script>"
                .to_owned(),
        ];
        for html in cases {
            assert_eq!(account(&html).as_deref(), Some("号"), "{html}");
        }
        assert_eq!(account("<script>window.cgiDataNew.nick_name = '假'</script>"), None);
    }

    #[test]
    fn the_notice_is_the_object_that_tells_something() {
        let html = "<script>window.cgiData = {}; window.cgiData = { nick_name: '号' };</script>";
        let found = find_notice(&Outline::new(html)).and_then(|found| found.value.get("nick_name").stated());
        assert_eq!(found.as_deref(), Some("号"));
    }

    #[test]
    fn says_where_the_object_lies() {
        let html = format!("<p></p><script>{REAL};</script>");
        let range = find_data(&Outline::new(&html)).map(|cgi| cgi.range).unwrap_or_default();
        assert!(html.get(range).is_some_and(|object| object.trim().starts_with('{') && object.trim().ends_with('}')));
    }

    #[test]
    fn takes_identity_from_the_link_where_the_fields_are_missing() {
        let literal = literal::parse(
            "{ mid: '0' * 1, link: JsDecode('http://mp.weixin.qq.com/s?__biz=MzA=\\x26amp;mid=22\\x26amp;idx=2\\x26amp;sn=ab\\x26amp;chksm=cd#rd') }",
        );
        let stated = stated(&literal.expect("an object").value);
        assert_eq!(stated.mid.as_deref(), Some("22"));
        assert_eq!(stated.url.as_deref(), Some("https://mp.weixin.qq.com/s?__biz=MzA=&mid=22&idx=2&sn=ab"));
    }

    #[test]
    fn place_is_the_province_or_else_the_country() {
        let of = |text: &str| place(&literal::parse(text).expect("an object").value, "province_name", "country_name");
        assert_eq!(of("{province_name: '四川', country_name: '中国'}").as_deref(), Some("四川"));
        assert_eq!(of("{province_name: '', country_name: '日本'}").as_deref(), Some("日本"));
        assert_eq!(of("{province_name: '未知地区'}"), None);
    }
}
