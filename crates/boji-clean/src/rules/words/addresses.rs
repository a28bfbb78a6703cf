use serde::Deserialize;

/// The words of `config/addresses.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressWords {
    hosts: Hosts,
    links: Links,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Links {
    documents: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    shared: Vec<String>,
}

impl AddressWords {
    /// Whether the end of a file's name is that of documents.
    pub fn is_document(&self, extension: &str) -> bool {
        is_one_of(&self.links.documents, extension)
    }

    /// Whether each name below a host is another author's.
    pub fn is_shared(&self, host: &str) -> bool {
        is_one_of(&self.hosts.shared, host)
    }
}

fn is_one_of(known: &[String], name: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}
