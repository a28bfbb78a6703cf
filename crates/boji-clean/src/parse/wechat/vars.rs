use std::ops::Range;

use memchr::memmem;

use super::{
    assignment::{Reader, is_share_text},
    cgi, entity,
    outline::{Outline, code_depths},
    stated::Stated,
    time::{beijing_seconds, beijing_text},
    value::Value,
};
use crate::model::{WeChatLink, plain_address};

/// The script variables of a page: what pages of 2014 to 2024 say about themselves.
#[derive(Debug, Default)]
pub(super) struct Vars<'a> {
    /// Name, depth of braces, value; the shallowest first, in page order.
    values: Vec<(&'a str, u32, Value<'a>)>,
}

impl<'a> Vars<'a> {
    /// Collects `var name = literal` outside of functions and `window.name = literal` anywhere. What stands in a
    /// string, a comment, an object or in `skip` (the data object, read by itself) is no variable, and neither is the
    /// local variable of a function, save for the text of a share.
    pub(super) fn read(page: &Outline<'a>, skip: &Range<usize>) -> Self {
        let mut values = Vec::new();
        let mut reader = Reader::new(skip.is_empty());
        for (offset, script) in page.scripts() {
            let mut found = Vec::new();
            for (keyword, is_global) in [("var ", false), ("window.", true)] {
                for at in memmem::find_iter(script.as_bytes(), keyword).filter(|at| !skip.contains(&(offset + at))) {
                    for (name, value) in reader.read(script, at, keyword) {
                        found.push((at, is_global, name, value));
                    }
                }
            }
            if found.is_empty() {
                continue;
            }
            found.sort_by_key(|(at, ..)| *at);
            let places: Vec<usize> = found.iter().map(|(at, ..)| *at).collect();
            for ((_, is_global, name, value), depth) in found.into_iter().zip(code_depths(script, &places)) {
                if let Some(depth) = depth.filter(|depth| is_global || *depth == 0 || is_share_text(name)) {
                    values.push((name, depth, value));
                }
            }
        }
        values.sort_by_key(|(_, depth, _)| *depth);
        Self { values }
    }

    /// The first value of a name that says something.
    pub(super) fn get(&self, name: &str) -> &Value<'a> {
        const NOTHING: &Value<'static> = &Value::Nothing;
        self.values
            .iter()
            .find(|(known, _, value)| *known == name && value.truthy())
            .map_or(NOTHING, |(_, _, value)| value)
    }

    /// The decoded text of the first of `names` that says something.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        let value = names.iter().find_map(|name| self.get(name).stated())?;
        Some(entity::decode(&value).trim().to_owned())
    }

    /// The text of a share as old pages hand it to their script, undecoded.
    pub(super) fn share_text(&self) -> Option<String> {
        let info = self.get("text_page_info");
        let given = ["TextContentNoEncode", "ContentNoEncode", "videoContentNoEncode"];
        [info.get("content_noencode"), info.get("content")]
            .into_iter()
            .chain(given.map(|name| self.get(name)))
            .find_map(Value::stated)
    }

    fn address(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.get(name).stated()).map(|raw| plain_address(&raw))
    }

    /// What the variables say.
    pub(super) fn stated(&self) -> Stated {
        let link = self.address(&["msg_link"]);
        let from_link = link.as_deref().and_then(WeChatLink::parse).unwrap_or_default();
        let or_link = |names: &[&str], part: String| {
            let given = self.text(names).filter(|text| text != "0");
            given.or_else(|| (!part.is_empty()).then_some(part))
        };
        let copyright = self.copyright();
        let is_reprint = copyright.as_deref() == Some("reprint");
        let reprint_url = || self.address(&["reprint_url"]).filter(|_| is_reprint);
        Stated {
            title: self.text(&["msg_title"]),
            account: self.text(&["nickname", "nick_name"]),
            author: self.text(&["author"]),
            published: self.published(),
            place: cgi::place(self.get("ip_wording"), "provinceName", "countryName")
                .or_else(|| cgi::place(self.get("ip_wording"), "province_name", "country_name")),
            url: link.map(|url| WeChatLink::parse(&url).map_or(url, |link| link.canonical())),
            summary: self.text(&["msg_desc"]),
            cover_url: self.address(&["msg_cdn_url", "cdn_url_235_1", "cdn_url_1_1"]),
            biz: or_link(&["biz"], from_link.biz),
            mid: or_link(&["mid", "appmsgid"], from_link.mid),
            idx: or_link(&["idx", "itemidx"], from_link.idx),
            sn: or_link(&["sn", "sign"], from_link.sn),
            gh_id: self.text(&["user_name"]),
            alias: self.text(&["alias"]),
            original_url: reprint_url().or_else(|| self.address(&["msg_source_url"])),
            original_source: self.text(&["source_nickname"]).filter(|_| is_reprint),
            copyright,
            ..Stated::default()
        }
    }

    fn copyright(&self) -> Option<String> {
        let stat = self.values.iter().find(|(name, ..)| *name == "_copyright_stat").map(|(.., value)| value)?;
        cgi::copyright(stat).map(str::to_owned)
    }

    fn published(&self) -> Option<crate::model::Date> {
        let names = ["ct", "oriCreateTime", "ori_create_time", "create_time", "createTime", "publish_time"];
        let text = |name: &&str| self.get(name).text().into_owned();
        names
            .iter()
            .find_map(|name| beijing_seconds(&text(name)))
            .or_else(|| names.iter().find_map(|name| beijing_text(&text(name))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(script: &str, name: &str) -> String {
        let html = format!("<p>var msg_title = \"text\";</p><script>{script}</script>");
        Vars::read(&Outline::new(&html), &(0..0)).get(name).text().into_owned()
    }

    #[test]
    fn reads_the_lexical_forms_of_old_pages() {
        let cases = [
            ("var msg_title = \"A\";", "msg_title", "A"),
            ("var msg_title = \"\" || \"B\" || \"\";", "msg_title", "B"),
            ("var msg_title = 'C &amp; D'.html(false);", "msg_title", "C & D"),
            ("var nickname = htmlDecode(\"E&lt;\");", "nickname", "E<"),
            ("var biz = \"\"||\"MzM=\";\nvar mid = \"\" || \"\"|| \"26\";", "mid", "26"),
            ("var ct = \"1581517074\"\nvar x = 1;", "ct", "1581517074"),
            ("var item_show_type = '8' * 1;", "item_show_type", "8"),
            ("window.author = 'F';", "author", "F"),
            (
                "if (!window.__second_open__) {\n  var ContentNoEncode = window.a_value_which_never_exists || '甲\\x0a乙';\n}",
                "ContentNoEncode",
                "甲\n乙",
            ),
            ("(function () { window.biz = '' || 'G=='; })()", "biz", "G=="),
            ("var author=\"H\",b=1", "author", "H"),
            ("var x = +new Date, msg_title = \"I\",\n    is_rumor = \"\";", "msg_title", "I"),
            ("var a = f({b: 1, c: [2, 3]}, 'x,y'), d, author = 'J';", "author", "J"),
            ("var f = function () {\n  return 1;\n}, biz = \"\" || \"K==\";", "biz", "K=="),
            ("var msg_title = \"\";\nvar msg_title = \"second\";", "msg_title", "second"),
        ];
        for (script, name, want) in cases {
            assert_eq!(get(script, name), want, "{script}");
        }
    }

    #[test]
    fn decoys_are_no_variables() {
        let cases = [
            ("function f() { var item_show_type = \"5\"; }", "item_show_type"),
            ("var s = 'var msg_title = \"x\";'", "msg_title"),
            ("// var msg_title = \"x\";", "msg_title"),
            ("/*\nvar msg_title = \"x\";\n*/", "msg_title"),
            ("var data = { msg_title: \"x\" };", "msg_title"),
            ("var mid = start + end >> 1;", "mid"),
            ("var biz = opt.biz || window.biz;", "biz"),
            ("var idx = 3;", "idx"),
            ("var title = \"a\" + b;", "title"),
            ("if (window.nickname === 'x') {}", "nickname"),
            ("my.window.author = 'x';", "author"),
            ("var biz = null;", "biz"),
            ("var a = 1; biz = 'x', idx = 2;", "biz"),
            ("var a = b\n, c = {biz: 'x'}, d = f(biz = 'x')", "biz"),
        ];
        for (script, name) in cases {
            assert_eq!(get(script, name), "", "{script}");
        }
    }

    #[test]
    fn the_shallowest_value_counts() {
        assert_eq!(get("(function () { window.author = 'inner'; })(); window.author = 'outer';", "author"), "outer");
    }

    #[test]
    fn states_what_an_old_page_states() {
        let html = "<script>var biz = \"\" || \"MzA=\"; var mid = \"\" || \"9\"; var idx = \"1\" || \"\"; var ct = \"1521515999\";\n\
                    var publish_time = \"2018-03-20\" || \"\"; var _copyright_stat = \"1\"; var msg_title = \"题\";\n\
                    var nickname = \"号\"; window.ip_wording = { countryName: '中国', provinceName: '云南' };</script>";
        let stated = Vars::read(&Outline::new(html), &(0..0)).stated();
        assert_eq!(stated.published.map(|date| date.to_string()).as_deref(), Some("2018-03-20T11:19:59+08:00"));
        assert_eq!(stated.copyright.as_deref(), Some("original"));
        assert_eq!(stated.place.as_deref(), Some("云南"));
        assert_eq!((stated.biz.as_deref(), stated.mid.as_deref()), (Some("MzA="), Some("9")));
    }
}
