use std::fmt::Write as _;

use super::facts::shown;
use crate::model::{Source, SourceKind};

/// The feeds as a subscription list (OPML 2.0) that other readers take: by id, each below its first tag. Passwords in addresses stay
/// here.
pub(crate) fn opml(sources: &[Source]) -> String {
    let feeds: Vec<&Source> = sources.iter().filter(|source| source.kind == SourceKind::Feed).collect();
    let mut folders: Vec<&str> = feeds.iter().filter_map(|feed| feed.tags.first()).map(String::as_str).collect();
    folders.sort_unstable();
    folders.dedup();
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head><title>boji</title></head>\n  <body>\n",
    );
    for folder in folders {
        // A write to a string cannot fail.
        let _ = writeln!(text, "    <outline text=\"{}\">", escaped(folder));
        for feed in feeds.iter().filter(|feed| feed.tags.first().is_some_and(|tag| tag == folder)) {
            let _ = writeln!(text, "      {}", outline(feed));
        }
        text.push_str("    </outline>\n");
    }
    for feed in feeds.iter().filter(|feed| feed.tags.is_empty()) {
        let _ = writeln!(text, "    {}", outline(feed));
    }
    text.push_str("  </body>\n</opml>\n");
    text
}

fn outline(feed: &Source) -> String {
    let seen = shown(feed.clone());
    let (name, url) = (escaped(&seen.name), escaped(&seen.url));
    let tags = match feed.tags.as_slice() {
        [] | [_] => String::new(),
        tags => format!(" category=\"{}\"", escaped(&tags.join(","))),
    };
    format!("<outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{url}\"{tags}/>")
}

/// A text as it stands in an attribute of XML, which can hold no controls.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use boji_clean::parse::parse_opml;

    use super::*;
    use crate::model::Schedule;

    #[test]
    fn what_is_written_is_read_again() {
        let feed = |id: &str, name: &str, tags: &[&str]| Source {
            name: name.to_owned(),
            tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
            ..Source::new(SourceKind::Feed, id, format!("https://me:pw@{id}.example/f?a=1&b=2"), Schedule::Auto)
        };
        let sources = [
            feed("a", "磨坊 & \"co\" <1>", &["zh"]),
            feed("b", "b", &[]),
            feed("c", "c\u{1}d", &["zh", "x"]),
            Source::new(SourceKind::Album, "d", "https://d.example/", Schedule::Auto),
        ];
        let list = parse_opml(opml(&sources).as_bytes());
        let told: Vec<_> = list.feeds.iter().map(|feed| (feed.title.as_str(), feed.category.as_str())).collect();
        assert_eq!(told, [("磨坊 & \"co\" <1>", "zh"), ("c d", "zh"), ("b", "")]);
        assert!(list.feeds.iter().all(|feed| !feed.xml_url.contains("pw")) && list.issues.is_empty(), "{list:?}");
        assert!(list.feeds[2].xml_url.ends_with("?a=1&b=2"), "{list:?}");
    }
}
