use super::{cgi, cursor::Cursor, literal, value::Value};

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
const SCALARS: [&str; 34] = [
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
pub(super) fn is_share_text(name: &str) -> bool {
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
