use memchr::memmem;

use crate::model::Date;

/// Bytes at the start of a feed in which it says its language.
const HEAD: usize = 8_192;

/// The zone of the times of a feed that state none, in minutes east of UTC: the caller's where he knows one, and where he does not (0)
/// Beijing's for a feed that calls itself Chinese, or whose entries are WeChat's articles: its bridges write times without a zone.
pub(super) fn zone_of(text: &str, told: i16) -> i16 {
    if told == 0 && (is_chinese(text) || is_of_wechat(text)) { Date::BEIJING } else { told }
}

fn is_chinese(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default();
    let head = head.get(..head.find("<item").or_else(|| head.find("<entry")).unwrap_or(head.len())).unwrap_or_default();
    let marks = ["<language>", "<dc:language>", "xml:lang=\"", "xml:lang='", "\"language\":"];
    let said = marks.iter().filter_map(|mark| head.split_once(mark)).map(|(_, rest)| rest);
    let is_zh = |rest: &str| {
        let rest =
            rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '"').trim_start_matches("<![CDATA[");
        rest.get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case("zh"))
    };
    said.into_iter().next().is_some_and(is_zh)
}

/// Whether there is a link to a WeChat article for each entry.
fn is_of_wechat(text: &str) -> bool {
    let count = |word: &str| memmem::find_iter(text.as_bytes(), word).count();
    let entries = count("<item>") + count("<item ") + count("<entry>") + count("<entry ") + count("\"date_published\"");
    entries > 0 && count("mp.weixin.qq.com/s") >= entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_feeds_tell_the_time_of_beijing() {
        let cases = [
            ("<rss><channel><language>zh-CN</language><item></item></channel></rss>", 0, 480),
            ("<rss><channel><language> <![CDATA[zh]]></language><item></item></channel></rss>", 0, 480),
            ("<feed xml:lang='zh-Hant'><entry></entry></feed>", 0, 480),
            ("{\"version\":\"https://jsonfeed.org/version/1.1\",\"language\": \"zh-CN\",\"items\":[]}", 0, 480),
            (
                "<rss><item><link>https://mp.weixin.qq.com/s/a</link></item><item><link>http://mp.weixin.qq.com/s?__biz=b</link></item></rss>",
                0,
                480,
            ),
            (
                "<rss><item><link>https://mp.weixin.qq.com/s/a</link></item><item><link>https://a.example/</link></item></rss>",
                0,
                0,
            ),
            ("<rss><channel><language>en</language><item><language>zh</language></item></channel></rss>", 0, 0),
            ("<rss><channel><language>zh-CN</language></channel></rss>", -300, -300),
            ("", 0, 0),
        ];
        for (text, told, want) in cases {
            assert_eq!(zone_of(text, told), want, "{text}");
        }
    }
}
