use super::namespace::Namespace;

/// The two families of feeds. RDF (RSS 1.0 and 0.90) is written out as RSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Rss,
    Atom,
}

/// How an element is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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
pub(super) fn element(dialect: Dialect, namespace: Namespace, local: &str) -> Option<(&'static str, Kind)> {
    match (namespace, dialect) {
        (Namespace::Rss, Dialect::Rss) => rss(local),
        (Namespace::Atom, Dialect::Atom) => atom(local),
        (Namespace::Atom, Dialect::Rss) => atom_in_rss(local),
        (Namespace::Content, _) if local == "encoded" => Some(("content:encoded", Kind::Html)),
        (Namespace::Xhtml, Dialect::Rss) if matches!(local, "body" | "div") => Some(("content:encoded", Kind::Html)),
        (Namespace::DublinCore, _) => dublin_core(local),
        (Namespace::DublinCoreTerms, _) => match local {
            "created" | "issued" | "date" | "available" => Some(("dc:date", Kind::Plain)),
            "modified" => Some(("dcterms:modified", Kind::Plain)),
            _ => None,
        },
        (Namespace::Media, _) => match local {
            "group" => Some(("media:group", Kind::Container)),
            "content" => Some(("media:content", Kind::Container)),
            "thumbnail" => Some(("media:thumbnail", Kind::Attributes)),
            // Under names that feed-rs does not know: it refuses a feed for an unknown type on these.
            "title" => Some(("dcterms:title", Kind::Html)),
            "description" => Some(("dcterms:abstract", Kind::Html)),
            _ => None,
        },
        (Namespace::Itunes, _) => match local {
            "author" => Some(("itunes:author", Kind::Plain)),
            "image" => Some(("itunes:image", Kind::Attributes)),
            "summary" => Some(("itunes:summary", Kind::Html)),
            _ => None,
        },
        _ => None,
    }
}

fn rss(local: &str) -> Option<(&'static str, Kind)> {
    Some(match local {
        "channel" => ("channel", Kind::Channel),
        "item" | "entry" => ("item", Kind::Entry),
        "image" => ("image", Kind::Container),
        "title" => ("title", Kind::Html),
        "link" => ("link", Kind::Plain),
        "description" | "abstract" => ("description", Kind::Html),
        "body" | "fullitem" | "content" => ("content:encoded", Kind::Html),
        "guid" => ("guid", Kind::Plain),
        "author" => ("author", Kind::Plain),
        "category" => ("category", Kind::Plain),
        "pubdate" | "published" | "date" => ("pubDate", Kind::Plain),
        "updated" | "modified" => ("updated", Kind::Plain),
        "language" => ("language", Kind::Plain),
        "ttl" => ("ttl", Kind::Plain),
        "url" => ("url", Kind::Plain),
        "enclosure" => ("enclosure", Kind::Attributes),
        _ => return None,
    })
}

/// Atom 1.0, with the names of Atom 0.3 turned into those of 1.0.
fn atom(local: &str) -> Option<(&'static str, Kind)> {
    Some(match local {
        "entry" | "item" => ("entry", Kind::Entry),
        "title" => ("title", Kind::Html),
        "subtitle" | "tagline" => ("subtitle", Kind::Html),
        "summary" => ("summary", Kind::Html),
        "content" => ("content", Kind::Html),
        "id" => ("id", Kind::Plain),
        "updated" | "modified" => ("updated", Kind::Plain),
        "published" | "issued" | "pubdate" => ("published", Kind::Plain),
        "created" => ("dcterms:created", Kind::Plain),
        "author" => ("author", Kind::Container),
        "name" => ("name", Kind::Plain),
        "email" => ("email", Kind::Plain),
        "uri" | "url" => ("uri", Kind::Plain),
        "link" => ("link", Kind::Attributes),
        "category" => ("category", Kind::Attributes),
        _ => return None,
    })
}

fn atom_in_rss(local: &str) -> Option<(&'static str, Kind)> {
    Some(match local {
        "link" => ("atom:link", Kind::Attributes),
        "updated" => ("atom:updated", Kind::Plain),
        "published" => ("dc:date", Kind::Plain),
        "content" => ("content:encoded", Kind::Html),
        _ => return None,
    })
}

fn dublin_core(local: &str) -> Option<(&'static str, Kind)> {
    Some(match local {
        "creator" | "author" => ("dc:creator", Kind::Plain),
        "date" => ("dc:date", Kind::Plain),
        "subject" => ("dc:subject", Kind::Plain),
        "description" => ("dc:description", Kind::Html),
        "title" => ("dc:title", Kind::Html),
        "language" => ("dc:language", Kind::Plain),
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
