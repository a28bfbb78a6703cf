use serde_json::{Map, Value};

use super::fields::{filled, note};
use crate::model::{ArticleKind, Date, Facts, Origin};
use crate::parse::archive::lines::next_line;

/// Most lines of the header, which has one a field.
const MAX_LINES: usize = 64;

/// The front matter of an article that boji has exported, and the text behind it: each field of the record as JSON in a
/// line of its own, `id` first and `content_hash` among them. `None` for any other front matter.
pub(super) fn read(text: &str) -> Option<(Facts, Origin, &str)> {
    let rest = text.strip_prefix("---\n")?;
    if !rest.starts_with("id: \"") {
        return None;
    }
    let (mut fields, mut rest) = (Map::new(), rest);
    for _ in 0..MAX_LINES {
        let (line, after) = next_line(rest);
        rest = after;
        if line == "---" {
            let origin = fields.get("source").and_then(Value::as_str).and_then(Origin::from_word);
            let is_ours = fields.contains_key("content_hash");
            return is_ours.then(|| (facts(&fields), origin.unwrap_or(Origin::Archive), rest));
        }
        let (name, value) = line.split_once(": ")?;
        fields.insert(name.to_owned(), serde_json::from_str(value).ok()?);
    }
    None
}

fn facts(record: &Map<String, Value>) -> Facts {
    let of = |fields: &Map<String, Value>, name: &str| fields.get(name).and_then(Value::as_str).and_then(filled);
    let stated = |name: &str| of(record, name);
    let nothing = Map::new();
    let metadata = record.get("metadata").and_then(Value::as_object).unwrap_or(&nothing);
    let known = |name: &str| of(metadata, name);
    let flags = stated("quality_flags").unwrap_or_default();
    let is_flagged = |flag: &str| flags.split(';').any(|known| known == flag);
    let tags = record.get("tags").and_then(Value::as_array).into_iter().flatten();
    let mut facts = Facts {
        // One without a title has none, whatever its text begins with.
        title: Some(stated("title").unwrap_or_default()),
        account: stated("source_name"),
        authors: stated("author").into_iter().collect(),
        published: stated("date").and_then(|date| Date::parse(&date)),
        modified: stated("date_modified").and_then(|date| Date::parse(&date)),
        url: stated("url"),
        language: stated("language"),
        license: stated("license"),
        rights: stated("rights"),
        tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
        content_hash: stated("content_hash"),
        place: known("place"),
        cover_url: known("cover_url"),
        kind: known("kind").and_then(|kind| ArticleKind::from_word(&kind)),
        biz: known("biz"),
        mid: known("mid"),
        idx: known("idx"),
        sn: known("sn"),
        gh_id: known("gh_id"),
        alias: known("alias"),
        original_url: known("original_url"),
        original_source: known("original_source"),
        sharer_note: known("sharer_note"),
        series: known("series"),
        copyright: known("copyright"),
        claim: known("claim"),
        preview: is_flagged("preview"),
        paywall: is_flagged("paywall"),
        ..Facts::default()
    };
    note(&mut facts);
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_an_export_writes() {
        let text = "---\nid: \"e5\"\ntitle: \"甲\\n\\ufeff乙\"\nauthor: \"某人\"\ndate: \"2024-05-01T08:30:00+08:00\"\n\
                    url: \"https://mp.weixin.qq.com/s/AbCd\"\nsource: \"wechat\"\nsource_name: \"渡口夜航\"\n\
                    content_hash: \"b3:0\"\nquality_flags: \"preview;short\"\ntags: [\"a 12\\\" b: c\",\"d\"]\n\
                    metadata: {\"kind\":\"picture\",\"place\":\"浙江\"}\n---\n\n正文";
        let (facts, origin, body) = read(text).expect("an export");
        assert_eq!(origin, Origin::Wechat);
        assert_eq!((facts.title.as_deref(), facts.account.as_deref()), (Some("甲\n\u{feff}乙"), Some("渡口夜航")));
        assert_eq!((facts.kind, facts.place.as_deref()), (Some(ArticleKind::Picture), Some("浙江")));
        assert_eq!((facts.tags.len(), facts.preview, body), (2, true, "\n正文"));
        for other in ["---\nid: 1\n---\n", "---\nid: \"e5\"\ntitle: 甲\n---\n", "---\ntitle: \"甲\"\n---\n"] {
            assert!(read(other).is_none(), "{other}");
        }
    }
}
