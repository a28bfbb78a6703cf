use std::collections::HashMap;

/// Records that are remembered. Behind so many, what repeats a later one is passed over.
const MAX_ORIGINALS: usize = 2_000_000;

/// Where the records stand whose content a `revisit` may repeat: by their ids, and by the digests of their payloads.
#[derive(Default)]
pub(super) struct Originals {
    places: HashMap<[u8; 16], Place>,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of its piece.
    pub piece: usize,
    /// Its first byte in that, or the first one of its member.
    pub at: u64,
    /// What it is known by, for a place may hold many.
    id: [u8; 16],
}

impl Place {
    /// Whether it is the place of the record with this id.
    pub(super) fn is_of(&self, id: &str) -> bool {
        self.id == short("id", id)
    }
}

impl Originals {
    /// Remembers a record; an id or digest that it has not is "".
    pub(super) fn add(&mut self, id: &str, digest: &str, piece: usize, at: u64) {
        let place = Place { piece, at, id: short("id", id) };
        for (kind, name) in [("id", id), ("digest", digest)] {
            if !name.is_empty() && self.places.len() < MAX_ORIGINALS {
                self.places.entry(short(kind, name)).or_insert(place);
            }
        }
    }

    /// The record with this id, else the first one with this digest.
    pub(super) fn find(&self, id: &str, digest: &str) -> Option<Place> {
        let known = |kind: &str, name: &str| self.places.get(&short(kind, name)).copied();
        known("id", id).or_else(|| known("digest", digest))
    }
}

/// The beginning of a hash: names are long, and may be many.
fn short(kind: &str, name: &str) -> [u8; 16] {
    let hash = blake3::hash(format!("{kind} {}", name.trim_matches(['<', '>', ' '])).as_bytes());
    let mut short = [0; 16];
    for (place, byte) in short.iter_mut().zip(hash.as_bytes()) {
        *place = *byte;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_its_id_and_then_by_its_digest() {
        let mut originals = Originals::default();
        originals.add("<urn:uuid:1>", "sha1:A", 0, 10);
        originals.add("<urn:uuid:2>", "sha1:A", 1, 20);
        for (id, digest, want) in [
            ("urn:uuid:2", "", Some(20)),
            ("<urn:uuid:2>", "sha1:A", Some(20)),
            ("<urn:uuid:3>", "sha1:A", Some(10)),
            ("", "sha1:B", None),
            ("sha1:A", "<urn:uuid:1>", None),
        ] {
            let place = originals.find(id, digest);
            assert_eq!(place.map(|place| place.at), want, "{id} {digest}");
        }
        assert!(originals.find("", "sha1:A").is_some_and(|place| place.is_of("<urn:uuid:1>") && !place.is_of("2")));
    }
}
