//! Rulings: in force from when they are put until they are taken back.

use boji::seams::store::Store;
use boji_clean::model::Ruling;

use super::Case;
use super::make::{at, dump};

pub const CASES: &[Case] =
    &[("a ruling is put once and taken back once", once), ("rulings come in order, each of its own", in_order)];

fn rule(rule: &str, account: &str) -> Ruling {
    Ruling::Rule { rule: rule.into(), account: account.into() }
}

fn block(article: &str, key: &str) -> Ruling {
    Ruling::Block { article: article.into(), key: key.into() }
}

fn once(store: &mut dyn Store) {
    let empty = dump(store);
    for ruling in [rule("zh.follow", ""), block("0a", "关注我们")] {
        assert!(!store.unrule(&ruling).unwrap());
        assert!(store.rule(&ruling, at(10)).unwrap());
        let ruled = dump(store);
        assert!(!store.rule(&ruling, at(20)).unwrap());
        assert_eq!(dump(store), ruled, "it is in force since the first time");
        assert_eq!(store.learned().unwrap().rulings, std::slice::from_ref(&ruling));
        assert!(store.unrule(&ruling).unwrap());
        assert!(!store.unrule(&ruling).unwrap());
        assert_eq!(dump(store), empty);
    }
}

fn in_order(store: &mut dyn Store) {
    // Each differs from another in one field alone.
    let want = [
        block("0a", "k"),
        block("0a", "l"),
        block("0b", "k"),
        rule("0a", "k"),
        rule("learned", ""),
        rule("learned", "山水报"),
        rule("learned.tail", ""),
        rule("zh", ""),
    ];
    for place in [3, 7, 0, 5, 1, 6, 2, 4] {
        assert!(store.rule(&want[place], at(place as i64)).unwrap(), "{place}");
    }
    assert!(want.is_sorted());
    assert_eq!(store.learned().unwrap().rulings, want);
    assert!(store.learned().unwrap().profiles.is_empty());
    assert!(store.unrule(&want[5]).unwrap());
    assert_eq!(store.learned().unwrap().rulings.len(), 7);
    assert!(!store.learned().unwrap().rulings.contains(&want[5]));
}
