use std::fmt;
use std::ops::Range;

/// Most bytes that a feed may say outside of its entries, for these are repeated with each of them.
const MAX_FRAME_BYTES: usize = 64 * 1024;
/// What says that an excerpt is UTF-8; the declaration of its feed may have said something else and is left out.
const MARK: char = '\u{feff}';

/// The entries of a feed, each to be had alone: the feed as its server sent it, without its other entries. What is kept
/// of an entry is read again from there, at the cost of one entry and not of the whole feed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Excerpts {
    /// What stands outside of the entries.
    frame: String,
    /// The entries, one behind the other.
    text: String,
    /// Where each entry ends in that text, and how much of the frame stands before it.
    ends: Vec<(usize, usize)>,
}

impl Excerpts {
    /// The excerpts of a text in which the entries stand at these places, in order, and which is read up to `end`. None
    /// where much is said outside of them.
    pub(super) fn of(text: &str, places: &[Range<usize>], end: usize) -> Self {
        let mut excerpts = Self::default();
        let mut at = declaration(text);
        for place in places {
            excerpts.frame.push_str(text.get(at..place.start).unwrap_or_default());
            if excerpts.frame.len() > MAX_FRAME_BYTES {
                return Self::default();
            }
            excerpts.text.push_str(text.get(place.clone()).unwrap_or_default());
            excerpts.ends.push((excerpts.text.len(), excerpts.frame.len()));
            at = place.end;
        }
        excerpts.frame.push_str(text.get(at..end).unwrap_or_default());
        if excerpts.frame.len() > MAX_FRAME_BYTES { Self::default() } else { excerpts }
    }

    /// The entry of this number, from 0, as a feed of one. `None` where the feed cannot be divided.
    pub fn entry(&self, nth: usize) -> Option<String> {
        let (end, before) = *self.ends.get(nth)?;
        let start = nth.checked_sub(1).and_then(|last| self.ends.get(last)).map_or(0, |(end, _)| *end);
        let (head, tail) = self.frame.split_at_checked(before)?;
        let entry = self.text.get(start..end)?;
        let mut excerpt = String::with_capacity(MARK.len_utf8() + self.frame.len() + entry.len());
        excerpt.push(MARK);
        excerpt.extend([head, entry, tail]);
        Some(excerpt)
    }
}

/// Where a text goes on behind its mark and its declaration, which speak of the bytes that it was read from.
fn declaration(text: &str) -> usize {
    let rest = text.trim_start_matches(MARK).trim_start();
    let behind = rest.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or(rest, |(_, rest)| rest);
    text.len() - behind.len()
}

impl fmt::Debug for Excerpts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Excerpts of {} entries", self.ends.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_feed;

    const URL: &str = "https://a.example/feed";

    #[test]
    fn an_entry_alone_reads_as_it_does_in_its_feed() {
        let rss = "<?xml version='1.0' encoding='gbk'?>\n<rss version='2.0' xmlns:c='http://purl.org/rss/1.0/modules/content/'>\
                   <channel><title>晒场</title><item><title>一</title><link>/1</link><c:encoded>&lt;p>早</c:encoded></item>\n\
                   <item><guid>2</guid><link>/2</link><description>晚 & more</description><ttl>9</ttl></item>\
                   <language>zh</language></channel></rss>";
        let unclosed = "<rss><channel><title>t</title><item><title>one</title><link>/1</link>\
                        <item><title>two</title><link>/2</link></channel></rss>";
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/'><title>t</title>\
                    <author><name>Ann</name></author><entry><title>one</title><link href='1'/><content>words</content></entry>\
                    <entry/><entry><id>three</id><link href='3'/><updated>2026-11-24T08:00:00Z</updated></entry></feed>";
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"t","authors":[{"name":"Ann"}],
            "items":[{"id":"1","url":"/1","content_text":"one"},7,{"id":"2","content_html":"<p>two"}]}"#;
        let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
                   <channel rdf:about='/'><title>t</title></channel><item rdf:about='/1'><title>one</title></item>\
                   <item rdf:about='/2'><title>two</title><link>/2</link></item></rdf:RDF>";
        let cut = "<rss><channel><title>t</title><item><title>one</title><link>/1</link></item><item><title>tw";
        for (name, text, count) in [
            ("RSS", rss, 2),
            ("unclosed", unclosed, 2),
            ("Atom", atom, 3),
            ("JSON", json, 2),
            ("RDF", rdf, 2),
            ("cut", cut, 1),
        ] {
            let feed = parse_feed(text.as_bytes(), "", URL, 480).expect(name);
            assert_eq!(feed.entries.len(), count, "{name}");
            for (nth, entry) in feed.entries.iter().enumerate() {
                let excerpt = feed.excerpts.entry(nth).expect(name);
                let alone = parse_feed(excerpt.as_bytes(), "text/xml; charset=gbk", URL, 480).expect(name);
                assert_eq!(alone.entries, std::slice::from_ref(entry), "{name}: entry {nth} of {excerpt}");
                assert_eq!(alone.title, feed.title, "{name}");
            }
            assert_eq!(feed.excerpts.entry(count), None, "{name}");
        }
    }

    #[test]
    fn a_feed_that_says_much_outside_of_its_entries_is_not_divided() {
        let note = "x".repeat(super::MAX_FRAME_BYTES);
        let feed =
            format!("<rss><channel><copyright>{note}</copyright><item><title>one</title></item></channel></rss>");
        let feed = parse_feed(feed.as_bytes(), "", URL, 0).expect("a feed");
        assert_eq!((feed.entries.len(), feed.excerpts.entry(0)), (1, None));
    }
}
