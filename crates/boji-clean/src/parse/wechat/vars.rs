use std::ops::Range;

use memchr::memmem;

use super::literal::Cursor;
use super::outline::{Outline, code_depths};
use super::stated::{StatedFacts, beijing_seconds, beijing_text};
use super::value::Value;
use super::{cgi, literal, value};
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
        Some(value::decode_entities(&value).trim().to_owned())
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
    pub(super) fn stated(&self) -> StatedFacts {
        let link = self.address(&["msg_link"]);
        let from_link = link.as_deref().and_then(WeChatLink::parse).unwrap_or_default();
        let or_link = |names: &[&str], part: String| {
            let given = self.text(names).filter(|text| text != "0");
            given.or_else(|| (!part.is_empty()).then_some(part))
        };
        let copyright = self.copyright();
        let is_reprint = copyright.as_deref() == Some("reprint");
        let reprint_url = || self.address(&["reprint_url"]).filter(|_| is_reprint);
        StatedFacts {
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
            ..StatedFacts::default()
        }
    }

    /// The address of the original of a reprint, of which pages before 2024 name the parts.
    pub(super) fn original_address(&self) -> Option<String> {
        let part = |name| self.text(&[name]).filter(|text| text != "0").unwrap_or_default();
        let (biz, mid, idx) = (part("source_encode_biz"), part("source_mid"), part("source_idx"));
        let link = WeChatLink { biz, mid, idx, ..WeChatLink::default() };
        link.key().map(|_| link.canonical())
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

/// Bytes of values read of one page; what looks like an assignment after that is passed over. Real pages need 10,000.
const MAX_READ: usize = 16_777_216;

/// Bytes of foreign expressions stepped over in lists of variables of one page.
const MAX_STEPPED: usize = 4_194_304;

/// Most variables read of one list `var a = …, b = …`.
const MAX_LIST: usize = 256;

/// Longest value of a plain variable.
const MAX_SCALAR: usize = 16_384;

/// Longest value of a variable that holds an object, a list or a text.
const MAX_LARGE: usize = 1_048_576;

/// Names whose value is a string or a number written as `"" || "v"`, `'v'.html(false)`, `htmlDecode("v")`, `"1" * 1`.
const SCALARS: [&str; 37] = [
    "_copyright_stat",
    "alias",
    "appmsgid",
    "author",
    "biz",
    "cdn_url_1_1",
    "cdn_url_235_1",
    "createTime",
    "create_time",
    "ct",
    "idx",
    "isPaySubscribe",
    "is_pay_subscribe",
    "item_show_type",
    "itemidx",
    "mid",
    "msg_cdn_url",
    "msg_desc",
    "msg_link",
    "msg_source_url",
    "msg_title",
    "nick_name",
    "nickname",
    "oriCreateTime",
    "ori_create_time",
    "publish_time",
    "real_item_show_type",
    "reprint_url",
    "sign",
    "sn",
    "source_encode_biz",
    "source_idx",
    "source_mid",
    "source_nickname",
    "source_username",
    "title",
    "user_name",
];

/// Names whose value is the text of a share: `window.a_value_which_never_exists || '…'`.
const TEXTS: [&str; 3] = ["ContentNoEncode", "TextContentNoEncode", "videoContentNoEncode"];

/// Names whose value is an object or a list.
const OBJECTS: [&str; 5] =
    ["ip_wording", "picture_page_info_list", "public_tag_info", "text_page_info", "video_page_infos"];

/// What a value may be.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Scalar,
    Text,
    Object,
}

impl Wanted {
    fn of(name: &str) -> Option<Self> {
        if SCALARS.binary_search(&name).is_ok() {
            Some(Self::Scalar)
        } else if TEXTS.contains(&name) {
            Some(Self::Text)
        } else {
            OBJECTS.contains(&name).then_some(Self::Object)
        }
    }

    const fn limit(self) -> usize {
        if matches!(self, Self::Scalar) { MAX_SCALAR } else { MAX_LARGE }
    }
}

/// Whether a variable is the text of a share. Pages declare it inside of a block; no other code has a name like it.
fn is_share_text(name: &str) -> bool {
    TEXTS.contains(&name)
}

/// Reads assignments of known names, within one budget a page.
pub(super) struct Reader {
    read: usize,
    stepped: usize,
    /// Whether lists are read: a page that has a data object says nothing more in them.
    lists: bool,
}

impl Reader {
    /// A reader of one page.
    pub(super) fn new(lists: bool) -> Self {
        Self { read: MAX_READ, stepped: MAX_STEPPED, lists }
    }

    /// Names and values of the declaration or assignment whose keyword, `var ` or `window.`, stands at `at`. Unknown
    /// names and values that are no plain literals are left out.
    pub(super) fn read<'a>(&mut self, script: &'a str, at: usize, keyword: &str) -> Vec<(&'a str, Value<'a>)> {
        let mut found = Vec::new();
        let before = at.checked_sub(1).and_then(|before| script.as_bytes().get(before));
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.')) {
            return found;
        }
        let is_list = self.lists && keyword == "var ";
        let mut rest = script.get(at + keyword.len()..).unwrap_or_default();
        for _ in 0..MAX_LIST {
            rest = rest.trim_start();
            let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            let (name, after) = rest.split_at_checked(length).unwrap_or_default();
            let known = Wanted::of(name);
            found.extend(known.and_then(|wanted| Some((name, self.value(wanted, cgi::assigned(after)?)?))));
            if !is_list || length == 0 {
                break;
            }
            let Some(next) = self.next(after) else { break };
            rest = next;
        }
        found
    }

    fn value<'a>(&mut self, wanted: Wanted, rest: &'a str) -> Option<Value<'a>> {
        let value = rest.get(..rest.floor_char_boundary(wanted.limit().min(self.read)))?;
        let parsed = literal::parse(value);
        self.read -= parsed.as_ref().map_or(value.len(), |parsed| parsed.end);
        let parsed = parsed?;
        let fits = match parsed.value {
            Value::Object(_) | Value::Array(_) => wanted == Wanted::Object,
            // A bare number or a bare reference is code, not data: the page quotes all of its data.
            Value::Text(_) => wanted != Wanted::Object,
            Value::Number(_) => wanted == Wanted::Scalar && value.trim_start().starts_with(['"', '\'']),
            Value::Nothing | Value::Bool(_) => false,
        };
        (fits && !parsed.truncated && ends_statement(value.get(parsed.end..)?)).then_some(parsed.value)
    }

    /// What follows the comma behind a variable of a list; `None` at the end of the list.
    fn next<'a>(&mut self, after: &'a str) -> Option<&'a str> {
        let window = after.get(..after.floor_char_boundary(MAX_SCALAR.min(self.stepped)))?;
        let mut cursor = Cursor::new(window);
        cursor.skip_declarator();
        self.stepped -= cursor.at.min(self.stepped);
        after.get(cursor.at..)?.strip_prefix(',')
    }
}

/// Whether the expression is over, and not an operand of a larger one.
fn ends_statement(rest: &str) -> bool {
    match rest.trim_start().chars().next() {
        None | Some(';' | ',' | '}' | ')') => true,
        Some(letter) => letter.is_alphabetic() || matches!(letter, '_' | '$'),
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

    #[test]
    fn the_parts_of_an_original_make_its_address() {
        let address = |mid: &str| {
            let html = format!(
                "<script>var source_encode_biz = \"MzB4ODg4ODg4OA==\";\nvar source_mid = \"{mid}\"; var source_idx = \"1\";</script>"
            );
            Vars::read(&Outline::new(&html), &(0..0)).original_address()
        };
        let original = "https://mp.weixin.qq.com/s?__biz=MzB4ODg4ODg4OA==&mid=2247480001&idx=1";
        assert_eq!(address("2247480001").as_deref(), Some(original));
        assert_eq!((address(""), address("0")), (None, None));
    }

    #[test]
    fn names_are_sorted() {
        assert!(SCALARS.is_sorted());
    }

    #[test]
    fn lists_are_bounded() {
        let names = |script: &str| Reader::new(true).read(script, 0, "var ").len();
        assert_eq!(names(&format!("var {}author = 'x'", "a = 1, ".repeat(MAX_LIST - 1))), 1);
        assert_eq!(names(&format!("var {}author = 'x'", "a = 1, ".repeat(MAX_LIST))), 0);
        assert_eq!(names(&format!("var a = f({}), author = 'x'", "1,".repeat(MAX_SCALAR))), 0);
        assert_eq!(Reader::new(false).read("var a = 1, author = 'x'", 0, "var ").len(), 0);
    }
}
