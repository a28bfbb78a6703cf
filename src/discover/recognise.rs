use std::sync::Arc;

use boji_clean::model::{AlbumLink, WeChatLink, bare_host};
use boji_clean::parse::NotAFeed;
use url::Url;

use super::finding::{FoundFeed, NamedFeeds};
use crate::model::Capture;

/// What an address turns out to be when a person adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recognised {
    /// A feed.
    Feed(FoundFeed),
    /// A public WeChat album.
    Album(AlbumLink),
    /// A single WeChat article.
    WeChatArticle(WeChatLink),
    /// A page, with the feeds that it names: most likely one of them is meant. Without any it is a single article, perhaps.
    Page(NamedFeeds),
    /// Nothing that can be added, with the reason.
    Nothing(String),
}

/// What an address says of itself; `None` when it has to be fetched to tell.
pub(crate) fn recognise_address(address: &str) -> Option<Recognised> {
    let address = address.trim();
    match Url::parse(address) {
        Err(error) => return Some(Recognised::Nothing(format!("`{address}` is no address: {error}"))),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            return Some(Recognised::Nothing("only http and https addresses are fetched".to_owned()));
        }
        Ok(_) => {}
    }
    if let Some(album) = AlbumLink::parse(address) {
        return Some(Recognised::Album(album));
    }
    WeChatLink::parse(address).map(Recognised::WeChatArticle)
}

/// What an answer turns out to be: by its final address, else by its bytes, whatever its type says. `url` is the address that a
/// feed in it is to have.
pub(crate) fn recognise(capture: &Arc<Capture>, url: &str) -> Recognised {
    if let Some(known) = recognise_address(capture.final_url()) {
        return known;
    }
    match FoundFeed::read(capture, url, "") {
        Ok(feed) => Recognised::Feed(feed),
        Err(NotAFeed::Html) => Recognised::Page(NamedFeeds::of(capture)),
        Err(reason) => Recognised::Nothing(reason.to_string()),
    }
}

/// Longest id that is suggested, in characters, before a number that makes it unique.
const MAX_ID_CHARS: usize = 48;
/// Parts of a path that say only that a feed is there.
const FEED_WORDS: [&str; 12] =
    ["feed", "feeds", "rss", "rss2", "atom", "index", "xml", "json", "rdf", "html", "php", "feed.xml"];

/// An id for a source: host and telling parts of the path, of an album its number; safe characters alone, and none
/// that `taken` knows.
pub(crate) fn suggest_id(address: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let wanted = match AlbumLink::parse(address) {
        Some(album) => format!("album-{}", album.album_id),
        None => id_of_address(address),
    };
    let wanted: String = wanted.chars().take(MAX_ID_CHARS).collect();
    let wanted = wanted.trim_matches(['-', '.', '_']);
    let wanted = if wanted.is_empty() { "source" } else { wanted };
    if !taken(wanted) {
        return wanted.to_owned();
    }
    numbered(wanted, taken)
}

/// The name with the first number from 2 on that makes it one that nobody has. Where thousands have it, few are asked: the
/// numbers are given in order.
pub(crate) fn numbered(name: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let with = |number: u32| format!("{name}-{number}");
    let (mut low, mut high) = (1, 2);
    while high < u32::MAX / 2 && taken(&with(high)) {
        (low, high) = (high, high * 2);
    }
    while high - low > 1 {
        let middle = low.midpoint(high);
        if taken(&with(middle)) { low = middle } else { high = middle }
    }
    with(high)
}

fn id_of_address(address: &str) -> String {
    let Ok(url) = Url::parse(address.trim()) else { return String::new() };
    let mut id = safe(bare_host(&url));
    for part in url.path_segments().into_iter().flatten() {
        let telling: Vec<&str> =
            part.split('.').filter(|word| !FEED_WORDS.contains(&word.to_ascii_lowercase().as_str())).collect();
        let part = safe(&without_escapes(&telling.join(".")));
        if !part.is_empty() {
            id.push('-');
            id.push_str(&part);
        }
    }
    id
}

/// A part of a path without its `%E6`: other scripts have no place in an id, and their bytes tell nobody anything.
fn without_escapes(part: &str) -> String {
    let mut pieces = part.split('%');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |plain, piece| plain + piece.get(2..).unwrap_or_default())
}

/// Lower case, with a `-` for each run of characters that an id cannot hold.
fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') {
            safe.push(letter.to_ascii_lowercase());
        } else if !safe.ends_with('-') {
            safe.push('-');
        }
    }
    safe.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source_id_problem;
    use crate::model::Hop;
    use boji_clean::model::Timestamp;

    #[test]
    fn albums_and_articles_are_known_by_their_address() {
        let word = |address: &str| match recognise_address(address) {
            Some(Recognised::Album(_)) => "album",
            Some(Recognised::WeChatArticle(_)) => "article",
            Some(Recognised::Nothing(_)) => "nothing",
            Some(_) => "other",
            None => "to be fetched",
        };
        let cases = [
            (
                "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=MzA==&action=getalbum&album_id=12#wechat_redirect",
                "album",
            ),
            ("http://mp.weixin.qq.com/s?__biz=MzA==&mid=1&idx=1&sn=ab#rd", "article"),
            (" https://mp.weixin.qq.com/s/AbC-_ ", "article"),
            ("https://mp.weixin.qq.com/mp/profile_ext?action=home", "to be fetched"),
            ("https://a.example/feed.xml", "to be fetched"),
            ("a.example", "nothing"),
            ("file:///etc/passwd", "nothing"),
        ];
        for (address, want) in cases {
            assert_eq!(word(address), want, "{address}");
        }
    }

    #[test]
    fn an_answer_is_known_by_its_bytes() {
        let word = |body: &str, final_url: &str| {
            let url = "https://a.example/".to_owned();
            let hops = vec![Hop { url: final_url.to_owned(), status: 200 }];
            let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
            let capture =
                Capture { url, hops, status: 200, headers, body: body.into(), fetched_at: Timestamp::default() };
            match recognise(&Arc::new(capture), final_url) {
                Recognised::Feed(FoundFeed { title, entries, .. }) => format!("feed {title} {entries}"),
                Recognised::Album(album) => format!("album {}", album.album_id),
                Recognised::WeChatArticle(link) => format!("article {}", link.token),
                Recognised::Page(named) => match named.declared.first() {
                    Some(link) => format!("links {}", link.url),
                    None => "page".to_owned(),
                },
                Recognised::Nothing(reason) => format!("nothing: {reason}"),
            }
        };
        let here = "https://a.example/zh/";
        let rss = "<?xml version='1.0'?><rss version='2.0'><channel><title>晒场</title><item><title>一</title>\
                   <link>https://a.example/1</link></item></channel></rss>";
        let home = "<!DOCTYPE html><html><head><link rel=alternate type='application/rss+xml' href='feed.xml'>";
        let cases = [
            (rss, here, "feed 晒场 1"),
            (home, here, "links https://a.example/zh/feed.xml"),
            ("<!DOCTYPE html><html><p>一</p>", here, "page"),
            ("", "https://mp.weixin.qq.com/s/AbC", "article AbC"),
            ("", "https://mp.weixin.qq.com/mp/appmsgalbum?album_id=7", "album 7"),
        ];
        for (body, final_url, want) in cases {
            assert_eq!(word(body, final_url), want, "{body}");
        }
        assert!(word("\u{1}\u{2}", here).starts_with("nothing: "));
    }

    #[test]
    fn an_id_is_short_telling_safe_and_new() {
        let taken = |id: &str| ["a.example", "a.example-2"].contains(&id);
        let cases = [
            ("https://www.blog.example/atom.xml", "blog.example"),
            ("https://Blog.Example:8080/zh/feed/", "blog.example-zh"),
            ("https://rsshub.example/wechat/ce/5b6871", "rsshub.example-wechat-ce-5b6871"),
            ("https://a.example/rss", "a.example-3"),
            ("https://例子.example/文章/a%20b/index.xml", "xn-fsqu00a.example-ab"),
            ("https://mp.weixin.qq.com/mp/appmsgalbum?album_id=123", "album-123"),
            ("https://[::1]/", "1"),
            ("nonsense", "source"),
        ];
        for (address, want) in cases {
            let id = suggest_id(address, &taken);
            assert_eq!((id.as_str(), source_id_problem(&id)), (want, None), "{address}");
        }
        let long = suggest_id(&format!("https://a.example/{}", "x".repeat(900)), &taken);
        assert_eq!((long.len(), source_id_problem(&long)), (MAX_ID_CHARS, None));
    }
}
