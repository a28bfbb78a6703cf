use super::markup::{Markup, Tag, read_markup};

/// The vocabularies that feeds are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    /// RSS of any version, with or without a namespace.
    Rss,
    Atom,
    Content,
    DublinCore,
    DublinCoreTerms,
    Media,
    Itunes,
    Syndication,
    Xhtml,
    /// The modules of Creative Commons for RSS 1.0 and 2.0.
    CreativeCommons,
    Other,
}

impl Namespace {
    /// By its URI: versions, trailing slashes, case and scheme vary in the wild.
    pub(super) fn of_uri(uri: &str) -> Self {
        let uri = uri.trim().to_ascii_lowercase();
        let uri = uri.trim_start_matches("https:").trim_start_matches("http:").trim_matches('/');
        match uri {
            "www.w3.org/2005/atom" => Self::Atom,
            "purl.org/rss/1.0/modules/content" | "purl.org/rss/modules/content" => Self::Content,
            "purl.org/dc/terms" | "purl.org/rss/1.0/modules/dcterms" => Self::DublinCoreTerms,
            "purl.org/rss/1.0/modules/syndication" => Self::Syndication,
            "www.w3.org/1999/xhtml" => Self::Xhtml,
            "web.resource.org/cc" | "creativecommons.org/ns#" | "creativecommons.org/ns" => Self::CreativeCommons,
            _ if uri.ends_with("creativecommonsrssmodule") || uri.ends_with("creativecommonsrssmodule.html") => {
                Self::CreativeCommons
            }
            _ if uri.starts_with("purl.org/atom") => Self::Atom,
            _ if uri.starts_with("purl.org/dc/elements") || uri.starts_with("purl.org/rss/1.0/modules/dc") => {
                Self::DublinCore
            }
            _ if uri.starts_with("search.yahoo.com/mrss") => Self::Media,
            _ if uri.starts_with("www.itunes.com/") => Self::Itunes,
            _ if is_rss(uri) => Self::Rss,
            _ => Self::Other,
        }
    }

    /// By a prefix that was never declared, as the world uses it.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        match prefix.to_ascii_lowercase().as_str() {
            "atom" | "atom03" | "atom10" => Self::Atom,
            "content" => Self::Content,
            "dc" => Self::DublinCore,
            "dcterms" => Self::DublinCoreTerms,
            "media" => Self::Media,
            "itunes" => Self::Itunes,
            "sy" => Self::Syndication,
            "xhtml" => Self::Xhtml,
            "rss" => Self::Rss,
            "cc" | "creativecommons" => Self::CreativeCommons,
            _ => Self::Other,
        }
    }
}

fn is_rss(uri: &str) -> bool {
    const ROOTS: [&str; 7] = [
        "purl.org/rss/1.0",
        "purl.org/net/rss1.1",
        "my.netscape.com/rdf/simple",
        "my.netscape.com/publish/formats/rss",
        "channel.netscape.com/rdf/simple",
        "backend.userland.com/rss",
        "blogs.law.harvard.edu/tech/rss",
    ];
    !uri.contains("/modules/") && ROOTS.iter().any(|root| uri.starts_with(root))
}

/// The two families of feeds. RDF (RSS 1.0 and 0.90) is written out as RSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FeedDialect {
    Rss,
    Atom,
}

/// How an element is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ElementKind {
    /// `item` or `entry`.
    Entry,
    /// Holds other elements.
    Container,
    /// Holds HTML, escaped or not.
    Html,
    /// Holds text.
    Plain,
    /// Says everything in its attributes.
    Attributes,
    /// `channel`, which is opened and closed by us.
    Channel,
}

/// The one name by which an element is written out, and how. `None`: nothing that a feed reader needs. `local` in
/// lower case.
pub(super) fn element(dialect: FeedDialect, namespace: Namespace, local: &str) -> Option<(&'static str, ElementKind)> {
    match (namespace, dialect) {
        (Namespace::Rss, FeedDialect::Rss) => rss(local),
        (Namespace::Atom, FeedDialect::Atom) => atom(local),
        (Namespace::Atom, FeedDialect::Rss) => atom_in_rss(local),
        (Namespace::Content, _) if local == "encoded" => Some(("content:encoded", ElementKind::Html)),
        (Namespace::Xhtml, FeedDialect::Rss) if matches!(local, "body" | "div") => {
            Some(("content:encoded", ElementKind::Html))
        }
        (Namespace::DublinCore, _) => dublin_core(local),
        (Namespace::DublinCoreTerms, _) => match local {
            "created" | "issued" | "date" | "available" => Some(("dc:date", ElementKind::Plain)),
            "modified" => Some(("dcterms:modified", ElementKind::Plain)),
            "license" => Some(("x:license", ElementKind::Plain)),
            "rights" => Some(("x:rights", ElementKind::Plain)),
            _ => None,
        },
        (Namespace::Media, _) => match local {
            "group" => Some(("media:group", ElementKind::Container)),
            "content" => Some(("media:content", ElementKind::Container)),
            "thumbnail" => Some(("media:thumbnail", ElementKind::Attributes)),
            // Under names that feed-rs does not know: it refuses a feed for an unknown type on these.
            "title" => Some(("dcterms:title", ElementKind::Html)),
            "description" => Some(("dcterms:abstract", ElementKind::Html)),
            _ => None,
        },
        (Namespace::Itunes, _) => match local {
            "author" => Some(("itunes:author", ElementKind::Plain)),
            "image" => Some(("itunes:image", ElementKind::Attributes)),
            "summary" => Some(("itunes:summary", ElementKind::Html)),
            _ => None,
        },
        (Namespace::CreativeCommons, _) if local == "license" => Some(("x:license", ElementKind::Plain)),
        (Namespace::Syndication, _) => match local {
            "updateperiod" => Some(("x:period", ElementKind::Plain)),
            "updatefrequency" => Some(("x:frequency", ElementKind::Plain)),
            _ => None,
        },
        _ => None,
    }
}

fn rss(local: &str) -> Option<(&'static str, ElementKind)> {
    Some(match local {
        "channel" => ("channel", ElementKind::Channel),
        "item" | "entry" => ("item", ElementKind::Entry),
        "image" => ("image", ElementKind::Container),
        "title" => ("title", ElementKind::Html),
        "link" => ("link", ElementKind::Plain),
        "description" | "abstract" => ("description", ElementKind::Html),
        "body" | "fullitem" | "content" => ("content:encoded", ElementKind::Html),
        "guid" => ("guid", ElementKind::Plain),
        "author" => ("author", ElementKind::Plain),
        "category" => ("category", ElementKind::Plain),
        "pubdate" | "published" | "date" => ("pubDate", ElementKind::Plain),
        "updated" | "modified" => ("updated", ElementKind::Plain),
        "language" => ("language", ElementKind::Plain),
        "ttl" => ("ttl", ElementKind::Plain),
        "generator" => ("x:generator", ElementKind::Plain),
        "skiphours" => ("x:hours", ElementKind::Container),
        "hour" => ("x:hour", ElementKind::Plain),
        "skipdays" => ("x:days", ElementKind::Container),
        "day" => ("x:day", ElementKind::Plain),
        "url" => ("url", ElementKind::Plain),
        "enclosure" => ("enclosure", ElementKind::Attributes),
        "copyright" | "rights" => ("x:rights", ElementKind::Plain),
        _ => return None,
    })
}

/// Atom 1.0, with the names of Atom 0.3 turned into those of 1.0.
fn atom(local: &str) -> Option<(&'static str, ElementKind)> {
    Some(match local {
        "entry" | "item" => ("entry", ElementKind::Entry),
        "title" => ("title", ElementKind::Html),
        "subtitle" | "tagline" => ("subtitle", ElementKind::Html),
        "summary" => ("summary", ElementKind::Html),
        "content" => ("content", ElementKind::Html),
        "id" => ("id", ElementKind::Plain),
        "updated" | "modified" => ("updated", ElementKind::Plain),
        "published" | "issued" | "pubdate" => ("published", ElementKind::Plain),
        "created" => ("dcterms:created", ElementKind::Plain),
        "author" => ("author", ElementKind::Container),
        "name" => ("name", ElementKind::Plain),
        "email" => ("email", ElementKind::Plain),
        "generator" => ("x:generator", ElementKind::Plain),
        "uri" | "url" => ("uri", ElementKind::Plain),
        "link" => ("link", ElementKind::Attributes),
        "category" => ("category", ElementKind::Attributes),
        "rights" | "copyright" => ("x:rights", ElementKind::Plain),
        _ => return None,
    })
}

fn atom_in_rss(local: &str) -> Option<(&'static str, ElementKind)> {
    Some(match local {
        "link" => ("atom:link", ElementKind::Attributes),
        "updated" => ("atom:updated", ElementKind::Plain),
        "published" => ("dc:date", ElementKind::Plain),
        "content" => ("content:encoded", ElementKind::Html),
        "author" => ("atom:author", ElementKind::Container),
        "name" => ("name", ElementKind::Plain),
        _ => return None,
    })
}

fn dublin_core(local: &str) -> Option<(&'static str, ElementKind)> {
    Some(match local {
        "creator" | "author" => ("dc:creator", ElementKind::Plain),
        "date" => ("dc:date", ElementKind::Plain),
        "subject" => ("dc:subject", ElementKind::Plain),
        "description" => ("dc:description", ElementKind::Html),
        "title" => ("dc:title", ElementKind::Html),
        "language" => ("dc:language", ElementKind::Plain),
        "rights" => ("x:rights", ElementKind::Plain),
        _ => return None,
    })
}

/// The attributes that are kept, in the case that readers expect.
pub(super) fn kept_attribute(name: &str) -> Option<&'static str> {
    const KEPT: [&str; 18] = [
        "href",
        "rel",
        "type",
        "title",
        "hreflang",
        "length",
        "url",
        "term",
        "label",
        "scheme",
        "domain",
        "src",
        "medium",
        "isPermaLink",
        "rdf:about",
        "rdf:resource",
        "xml:base",
        "xml:lang",
    ];
    KEPT.into_iter().find(|kept| kept.eq_ignore_ascii_case(name))
}

/// Markup looked at before the root, and bytes: warnings and comments may stand before it.
const MAX_MARKUP: usize = 200;
const WINDOW: usize = 256 * 1024;

/// The root element of a feed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Root<'a> {
    /// Its start tag.
    pub tag: Tag<'a>,
    /// How its elements are to be read.
    pub dialect: FeedDialect,
    /// Where its content begins.
    pub after: usize,
    /// Something other than declarations and comments stands before it.
    pub has_junk: bool,
}

/// What the root of a text turned out to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum FoundRoot<'a> {
    /// A feed.
    Feed(Root<'a>),
    /// A page of HTML.
    Html,
    /// Something else.
    Nothing,
}

/// Looks for the root of a feed, past whatever a server put before it.
pub(super) fn find_root(text: &str) -> FoundRoot<'_> {
    let mut at = 0;
    let mut has_junk = false;
    let mut html = false;
    for _ in 0..MAX_MARKUP {
        let Some(rest) = text.get(at..).filter(|_| at < WINDOW) else { break };
        let Some(step) = memchr::memchr(b'<', rest.as_bytes()) else { break };
        has_junk |= rest.get(..step).is_some_and(|before| !before.trim_matches(['\u{feff}', '\0']).trim().is_empty());
        at += step;
        let (markup, length) = read_markup(text.get(at..).unwrap_or_default());
        let start = at;
        at += length;
        match markup {
            Markup::Tag(tag) if !tag.is_end => match tag.local_name().to_ascii_lowercase().as_str() {
                "rss" | "rdf" => return FoundRoot::Feed(Root { tag, dialect: FeedDialect::Rss, after: at, has_junk }),
                // The channel of a feed without its root, or of CDF.
                "channel" if !html => {
                    return FoundRoot::Feed(Root { tag, dialect: FeedDialect::Rss, after: start, has_junk });
                }
                "feed" if !html => {
                    return FoundRoot::Feed(Root { tag, dialect: FeedDialect::Atom, after: at, has_junk });
                }
                // An entry served alone is a feed of one.
                "entry" if !html => {
                    return FoundRoot::Feed(Root { tag, dialect: FeedDialect::Atom, after: start, has_junk });
                }
                "html" | "head" | "body" => html = true,
                _ => has_junk = true,
            },
            Markup::Silent(inner) => {
                html |= inner.get(..12).is_some_and(|head| head.eq_ignore_ascii_case("doctype html"));
                at = end_of_doctype(text, start, inner).unwrap_or(at);
            }
            Markup::Cut => break,
            _ => {}
        }
        if html && start > 4096 {
            break;
        }
    }
    if html { FoundRoot::Html } else { FoundRoot::Nothing }
}

/// A document type with declarations inside ends behind its brackets.
fn end_of_doctype(text: &str, start: usize, inner: &str) -> Option<usize> {
    if !inner.get(..7)?.eq_ignore_ascii_case("doctype") || !inner.contains('[') {
        return None;
    }
    let rest = text.get(start..)?;
    let bracket = memchr::memchr(b']', rest.as_bytes())?;
    let close = memchr::memchr(b'>', rest.as_bytes().get(bracket..)?)?;
    Some(start + bracket + close + 1)
}
