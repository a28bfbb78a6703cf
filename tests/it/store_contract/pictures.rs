//! Pictures: listed by a wish, due, and kept in files.

use boji::seams::model::{ErrorClass, Picture, PictureFile, PictureKind, PictureOutcome, WantedPicture};
use boji::seams::store::{Batch, Retry, Store};

use super::Case;
use super::make::{at, commit, decide, dump, key, submission};

pub const CASES: &[Case] = &[
    ("what was listed is listed anew by another wish and for another revision alone", listed_anew),
    ("what is known of a picture stays when it is listed anew", stays_known),
    ("a file is written with what is said of it, once, and comes back whole", kept_in_files),
    ("what there is not is retried by its source and by its article", retried),
];

const PAGE: &str = "https://a.example/mill";

fn wanted(name: &str, url: &str) -> WantedPicture {
    WantedPicture { name: name.into(), url: url.into() }
}

fn file(bytes: &[u8]) -> PictureFile {
    let hash = blake3::hash(bytes).to_hex().to_string();
    PictureFile { hash, kind: PictureKind::Gif, width: 3, height: 2, bytes: bytes.len() as u64 }
}

/// Stores an article; its id.
fn stored(store: &mut dyn Store) -> String {
    commit(store, vec![submission(PAGE, "The mill is old.")]);
    key(PAGE).id()
}

fn put(store: &mut dyn Store, picture: Picture, bytes: Option<&[u8]>) {
    let pictures = vec![(picture, bytes.map(<[u8]>::to_vec))];
    store.commit(&Batch { pictures, ..Batch::default() }, &decide).unwrap();
}

fn source_of(store: &dyn Store, id: &str) -> String {
    store.article(id).unwrap().unwrap().submission.source_id
}

fn listed_anew(store: &mut dyn Store) {
    let id = stored(store);
    let source = source_of(store, &id);
    let unlisted = |store: &dyn Store, wish: &str| store.unlisted_pictures(&source, wish, 9).unwrap();
    assert_eq!(unlisted(store, "all 9"), [id.as_str()]);
    assert_eq!(store.unlisted_pictures("another", "all 9", 9).unwrap(), Vec::<String>::new());
    store.list_pictures(&id, "all 9", &[], at(5)).unwrap();
    store.list_pictures("no such article", "all 9", &[wanted("n", "u")], at(5)).unwrap();
    assert_eq!((unlisted(store, "all 9"), unlisted(store, "cover 9")), (vec![], vec![id.clone()]));
    commit(store, vec![submission(PAGE, "The mill is old.")]);
    assert_eq!(unlisted(store, "all 9"), Vec::<String>::new(), "seen again unchanged");
    commit(store, vec![submission(PAGE, "The mill is gone.")]);
    assert_eq!(unlisted(store, "all 9"), [id.as_str()]);
}

fn stays_known(store: &mut dyn Store) {
    let id = stored(store);
    let source = source_of(store, &id);
    store
        .list_pictures(&id, "all 9", &[wanted("one", "u1"), wanted("two", "u2"), wanted("three", "u3")], at(5))
        .unwrap();
    assert!(store.due_pictures(&source, at(4), 9).unwrap().is_empty());
    let due = store.due_pictures(&source, at(5), 2).unwrap();
    assert_eq!(
        due.iter().map(|one| (one.position, one.wanted.url.as_str())).collect::<Vec<_>>(),
        [(0, "u1"), (1, "u2")]
    );
    let [one, two] = <[Picture; 2]>::try_from(due).unwrap();
    let kept = Picture {
        outcome: Some(PictureOutcome::Kept(file(b"one"))),
        tries: 1,
        tried_at: Some(at(6)),
        next_due: None,
        ..one
    };
    let lost = PictureOutcome::Failed(ErrorClass::Gone);
    let lost = Picture { outcome: Some(lost), tries: 1, tried_at: Some(at(6)), next_due: None, ..two };
    put(store, kept.clone(), Some(b"one"));
    put(store, lost.clone(), None);
    // Three is wanted no more, and was never had; one neither, and is.
    store.list_pictures(&id, "all 1", &[wanted("two", "u2"), wanted("four", "u4")], at(8)).unwrap();
    let mut pictures = store.pictures_of(&id).unwrap();
    pictures.sort_by(|one, other| one.wanted.url.cmp(&other.wanted.url));
    assert_eq!(pictures[..2], [kept, Picture { position: 0, ..lost }]);
    assert_eq!((pictures.len(), pictures[2].next_due), (3, Some(at(8))));
    store.list_pictures(&id, "all 2", &[wanted("two", "u2?again")], at(9)).unwrap();
    let due = store.due_pictures(&source, at(9), 9).unwrap();
    assert_eq!((due[0].wanted.url.as_str(), due[0].tries, due.len()), ("u2?again", 0, 1), "it may be there by now");
}

fn kept_in_files(store: &mut dyn Store) {
    let id = stored(store);
    let empty = dump(store);
    store.list_pictures(&id, "all 9", &[wanted("one", "u1"), wanted("two", "u2")], at(5)).unwrap();
    assert_eq!(store.kept_picture("one").unwrap(), None);
    for picture in store.pictures_of(&id).unwrap() {
        let outcome = Some(PictureOutcome::Kept(file(b"the same")));
        put(store, Picture { outcome, next_due: None, ..picture }, Some(b"the same"));
    }
    assert_eq!(store.kept_picture("one").unwrap(), Some(file(b"the same")));
    assert_eq!(store.picture_bytes(&file(b"the same")).unwrap().as_deref(), Some(&b"the same"[..]));
    assert_eq!(store.picture_bytes(&file(b"another")).unwrap(), None);
    let counts = store.counts(at(9)).unwrap().pictures;
    assert_eq!((counts.kept, counts.files, counts.bytes, counts.waiting, counts.failed), (2, 1, 8, 0, 0));
    assert!(dump(store).contains("picture {\"article\":"));
    assert_eq!(store.check_pictures().unwrap(), Vec::<String>::new());
    let done = store.forget(&id, "", at(10)).unwrap().unwrap();
    assert_eq!((done.pictures, store.picture_bytes(&file(b"the same")).unwrap()), (1, None));
    assert!(!dump(store).contains("picture {") && empty != dump(store));
}

fn retried(store: &mut dyn Store) {
    let id = stored(store);
    let source = source_of(store, &id);
    store.list_pictures(&id, "all 9", &[wanted("one", "u1")], at(5)).unwrap();
    let picture = store.pictures_of(&id).unwrap().remove(0);
    let outcome = Some(PictureOutcome::Failed(ErrorClass::Gone));
    for which in [Retry::Source(source.clone()), Retry::Article(id)] {
        put(store, Picture { outcome: outcome.clone(), tries: 1, next_due: None, ..picture.clone() }, None);
        assert_eq!(store.due_pictures(&source, at(99), 9).unwrap(), Vec::new());
        store.retry(&which, at(20)).unwrap();
        let due = store.due_pictures(&source, at(20), 9).unwrap();
        assert_eq!((due.len(), due[0].tries, due[0].outcome.clone()), (1, 0, outcome.clone()));
    }
}
