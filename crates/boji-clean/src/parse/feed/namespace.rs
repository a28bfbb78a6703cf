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
    Xhtml,
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
            "www.w3.org/1999/xhtml" => Self::Xhtml,
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
            "xhtml" => Self::Xhtml,
            "rss" => Self::Rss,
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
