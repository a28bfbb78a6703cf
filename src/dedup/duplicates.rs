use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use boji_clean::model::{Date, Timestamp};
use boji_clean::text::letters;

use super::shingles::{is_contained, is_near};
use crate::model::{Duplicate, DuplicateKind, Duplicates, Likeness, Resemblance, Score};

/// Share of a digest that the articles which stand in it must make up for it to say nothing of its own.
const LEAST_OF_A_DIGEST: u64 = 900;

/// Texts with fewer characters are not called contained: standing phrases of an account may be all that they have.
const MIN_CHARACTERS_OF_A_PART: usize = 100;

/// An article that shares its text, or much of it, with another, as far as it bears on which of them stands for the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    /// Its id.
    pub id: String,
    /// Id of the article with the same text that was stored first; its own when it is that one.
    pub same_text_as: String,
    /// Name of its account or site.
    pub account: String,
    /// Its page says that it is a reprint.
    pub is_reprint: bool,
    /// The name that its page gives for the account or site of the original, "" when none.
    pub original_account: String,
    /// The stored article at the address that its page gives for the original, "" when none.
    pub original_id: String,
    /// Its page says that it is the original.
    pub is_claimed_original: bool,
    /// Publication as stated.
    pub published: Option<Date>,
    /// It has an address.
    pub has_address: bool,
    /// Characters of its text.
    pub characters: usize,
    /// How much more is known of it, in fields.
    pub fields: usize,
    /// When it was stored.
    pub first_seen: Timestamp,
}

/// What articles repeat, from those that share texts and from how alike they are. A pure function of both, whatever their order.
///
/// - **Groups** are what exact copies and near ones hang together by. In each, one article stands for the others ([`best`]).
/// - **What is contained** in a longer article repeats that one. When the articles that stand in a digest make up nearly all of
///   it, the digest repeats them, for each of them is there with title, author and date of its own. So of every such pair one
///   says nothing that the other articles do not say, and that one is the duplicate.
/// - **A reprint** says of itself that it is one. When it holds its stated original whole, it repeats that, whatever it adds.
pub(crate) fn duplicates(members: &[Member], links: &[Resemblance]) -> Duplicates {
    let members: BTreeMap<&str, &Member> = members.iter().map(|member| (member.id.as_str(), member)).collect();
    // Links of articles that nobody described are left out.
    let links: Vec<Alike<'_>> = links
        .iter()
        .filter(|link| members.contains_key(link.first.as_str()) && members.contains_key(link.second.as_str()))
        .flat_map(|Resemblance { first, second, likeness }| {
            [
                Alike { one: first.as_str(), other: second.as_str(), likeness: *likeness },
                Alike { one: second.as_str(), other: first.as_str(), likeness: likeness.turned() },
            ]
        })
        .collect();
    let mut found = Found::default();
    let heads = mark_copies(&members, &links, &mut found);
    let pairs = contained_pairs(&members, &heads, &links);
    let pairs = mark_reprints_with_additions(&members, pairs, &mut found);
    let pairs = mark_digests(&members, pairs, &mut found);
    mark_contained(&members, &pairs, &mut found);
    found.settle()
}

/// A link, seen from one of its two sides.
#[derive(Clone, Copy)]
struct Alike<'a> {
    one: &'a str,
    other: &'a str,
    likeness: Likeness,
}

/// What was found so far: of each duplicate the article that it was compared with.
#[derive(Default)]
struct Found<'a>(BTreeMap<&'a str, Step<'a>>);

/// From a duplicate to what it repeats, which may repeat something in its turn.
#[derive(Clone, Copy)]
struct Step<'a> {
    of: &'a str,
    kind: DuplicateKind,
    score: Score,
    is_same_text: bool,
}

impl<'a> Found<'a> {
    /// Notes that an article repeats another, unless it is known to repeat one, or that one to repeat it in the end.
    fn mark(&mut self, id: &'a str, step: Step<'a>) {
        if !self.0.contains_key(id) && self.way(step.of).last().map_or(step.of, |last| last.of) != id {
            self.0.insert(id, step);
        }
    }

    /// The steps from an article to the one that stands for it. They end, for no step leads back.
    fn way(&self, id: &str) -> impl Iterator<Item = &Step<'a>> {
        std::iter::successors(self.0.get(id), |step| self.0.get(step.of))
    }

    /// Each duplicate with the article at the end of its way. What is contained on the way is contained at its end, and the
    /// score is that of the weakest step.
    fn settle(&self) -> Duplicates {
        let settled = self.0.iter().map(|(id, step)| {
            let is_contained = self.way(id).any(|step| step.kind == DuplicateKind::Contained);
            let is_near = self.way(id).any(|step| step.kind == DuplicateKind::Near);
            let kind = match step.kind {
                DuplicateKind::Reprint => DuplicateKind::Reprint,
                _ if is_contained => DuplicateKind::Contained,
                DuplicateKind::Exact if is_near => DuplicateKind::Near,
                kind => kind,
            };
            let of = self.way(id).last().map_or(step.of, |last| last.of).to_owned();
            let score = self.way(id).map(|step| step.score).min().unwrap_or_default();
            ((*id).to_owned(), Duplicate { of, kind, score, is_same_text: step.is_same_text })
        });
        Duplicates::new(settled.collect())
    }
}

/// Marks exact and near copies, and gives for each article the one that stands for its group.
fn mark_copies<'a>(
    members: &BTreeMap<&'a str, &'a Member>,
    links: &[Alike<'a>],
    found: &mut Found<'a>,
) -> BTreeMap<&'a str, &'a str> {
    let near: Vec<&Alike<'_>> = links.iter().filter(|link| is_near(link.likeness)).collect();
    let mut neighbours: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, member) in members {
        if let Some((first, _)) = members.get_key_value(member.same_text_as.as_str()) {
            neighbours.entry(id).or_default().push(first);
            neighbours.entry(first).or_default().push(id);
        }
    }
    for link in &near {
        neighbours.entry(link.one).or_default().push(link.other);
    }
    let mut closest: BTreeMap<(&str, &str), Score> = BTreeMap::new();
    for link in &near {
        closest.insert((link.one, link.other), link.likeness.jaccard);
    }
    let mut heads = BTreeMap::new();
    for start in members.keys() {
        if heads.contains_key(start) {
            continue;
        }
        let group = reached_from(start, &neighbours);
        let Some(head) = best(&group, members) else { continue };
        heads.extend(group.iter().map(|id| (*id, head)));
        mark_group(&group, head, members, &closest, found);
    }
    heads
}

/// All that hangs together with an article.
fn reached_from<'a>(start: &'a str, neighbours: &BTreeMap<&'a str, Vec<&'a str>>) -> Vec<&'a str> {
    let (mut reached, mut ahead) = (BTreeSet::from([start]), vec![start]);
    while let Some(id) = ahead.pop() {
        ahead.extend(neighbours.get(id).into_iter().flatten().copied().filter(|next| reached.insert(next)));
    }
    reached.into_iter().collect()
}

/// Marks all of a group but its head: those with the same text as another by the one that stands for this text, and that one by the
/// head.
fn mark_group<'a>(
    group: &[&'a str],
    head: &'a str,
    members: &BTreeMap<&'a str, &'a Member>,
    closest: &BTreeMap<(&str, &str), Score>,
    found: &mut Found<'a>,
) {
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for id in group {
        texts.entry(members.get(id).map_or(id, |member| member.same_text_as.as_str())).or_default().push(id);
    }
    let in_group: BTreeSet<&str> = group.iter().copied().collect();
    let accounts: BTreeSet<String> =
        group.iter().filter_map(|id| members.get(id)).map(|member| folded(&member.account)).collect();
    let account_of_head = members.get(head).map(|member| folded(&member.account));
    let says_reprint = |id: &str| {
        members.get(id).is_some_and(|member| {
            // No account reprints itself.
            (member.is_reprint && account_of_head.as_ref() != Some(&folded(&member.account)))
                || in_group.contains(member.original_id.as_str())
                || member.account_of_original().is_some_and(|account| accounts.contains(&account))
        })
    };
    // How near two texts are: links are those of the articles that were stored first with them.
    let first = |id: &'a str| members.get(id).map_or(id, |member| member.same_text_as.as_str());
    for copies in texts.values() {
        let Some(standing) = best(copies, members) else { continue };
        for id in copies.iter().copied().filter(|id| *id != head) {
            let is_same_text = id != standing;
            let of = if is_same_text { standing } else { head };
            let (kind, score) = if is_same_text {
                (DuplicateKind::Exact, Score::FULL)
            } else {
                let with_head = closest.get(&(first(id), first(head))).copied();
                let with_any = || closest.range((first(id), "")..).take_while(|((one, _), _)| *one == first(id));
                let score = with_head.or_else(|| with_any().map(|(_, score)| *score).max());
                (DuplicateKind::Near, score.unwrap_or_default())
            };
            let kind = if says_reprint(id) { DuplicateKind::Reprint } else { kind };
            found.mark(id, Step { of, kind, score, is_same_text });
        }
    }
}

/// The letters of an account's name, by which it is known again.
fn folded(name: &str) -> String {
    letters(name).collect()
}

impl Member {
    /// The folded name of the other account that its page gives for the original's.
    fn account_of_original(&self) -> Option<String> {
        let name = folded(&self.original_account);
        (!name.is_empty() && name != folded(&self.account)).then_some(name)
    }

    /// Whether its page names another as its original.
    fn names(&self, other: &Self) -> bool {
        self.original_id == other.id || self.account_of_original().is_some_and(|name| name == folded(&other.account))
    }
}

/// Which of these articles stands for the others: the original account's before others, as their pages tell it; of those the
/// earliest, one without a date last; of those the richest, for which an address counts most, then text, then fields; at last the
/// one that was stored first.
fn best<'a>(group: &[&'a str], members: &BTreeMap<&'a str, &'a Member>) -> Option<&'a str> {
    let group: Vec<&Member> = group.iter().filter_map(|id| members.get(id).copied()).collect();
    let ids: BTreeSet<&str> = group.iter().map(|member| member.original_id.as_str()).collect();
    let accounts: BTreeSet<String> = group.iter().filter_map(|member| member.account_of_original()).collect();
    let rank = |member: &Member| {
        (
            (member.is_reprint, !ids.contains(member.id.as_str()), !accounts.contains(&folded(&member.account))),
            !member.is_claimed_original,
            (member.published.is_none(), member.published.map(Date::instant)),
            (!member.has_address, Reverse(member.characters), Reverse(member.fields)),
            (member.same_text_as != member.id, member.first_seen),
        )
    };
    group.into_iter().min_by_key(|member| (rank(member), member.id.as_str())).map(|member| member.id.as_str())
}

/// A group's article that stands in another group's.
#[derive(Clone, Copy)]
struct Pair<'a> {
    short: &'a str,
    long: &'a str,
    likeness: Likeness,
}

/// What stands in what, between those that stand for their groups; of several links the one that tells the most.
fn contained_pairs<'a>(
    members: &BTreeMap<&str, &Member>,
    heads: &BTreeMap<&'a str, &'a str>,
    links: &[Alike<'a>],
) -> Vec<Pair<'a>> {
    let is_long_enough = |id: &str| members.get(id).is_some_and(|it| it.characters >= MIN_CHARACTERS_OF_A_PART);
    let mut pairs: BTreeMap<(&str, &str), Likeness> = BTreeMap::new();
    for link in links.iter().filter(|link| is_contained(link.likeness) && is_long_enough(link.one)) {
        let (Some(short), Some(long)) = (heads.get(link.one), heads.get(link.other)) else { continue };
        if short != long {
            let known = pairs.entry((*short, *long)).or_default();
            *known = std::cmp::max_by_key(*known, link.likeness, |it| weight(*it));
        }
    }
    // Two groups can stand in one another, by different members: then the stronger link counts.
    let is_stronger = |short: &str, long: &str, likeness: Likeness| {
        pairs.get(&(long, short)).is_none_or(|back| (weight(likeness), short) > (weight(*back), long))
    };
    let stronger = pairs.iter().filter(|((short, long), likeness)| is_stronger(short, long, **likeness));
    stronger.map(|((short, long), likeness)| Pair { short, long, likeness: *likeness }).collect()
}

/// How much a link tells of the shorter text.
fn weight(likeness: Likeness) -> [Score; 3] {
    [likeness.first_in_second, likeness.second_in_first, likeness.jaccard]
}

/// Marks what holds its stated original whole, and gives back the other pairs.
fn mark_reprints_with_additions<'a>(
    members: &BTreeMap<&str, &Member>,
    mut pairs: Vec<Pair<'a>>,
    found: &mut Found<'a>,
) -> Vec<Pair<'a>> {
    pairs.retain(|pair| {
        let (short, long) = (members.get(pair.short), members.get(pair.long));
        let is_reprint = short.zip(long).is_some_and(|(short, long)| long.names(short));
        if is_reprint {
            let (kind, score) = (DuplicateKind::Reprint, pair.likeness.jaccard);
            found.mark(pair.long, Step { of: pair.short, kind, score, is_same_text: false });
        }
        !is_reprint
    });
    pairs
}

/// Marks digests that say nothing of their own, and gives back the pairs of others.
fn mark_digests<'a>(members: &BTreeMap<&str, &Member>, pairs: Vec<Pair<'a>>, found: &mut Found<'a>) -> Vec<Pair<'a>> {
    let stands_in: BTreeSet<(&str, &str)> = pairs.iter().map(|pair| (pair.short, pair.long)).collect();
    let mut digests: BTreeMap<(usize, &str), Vec<Pair<'_>>> = BTreeMap::new();
    for pair in &pairs {
        let characters = members.get(pair.long).map_or(0, |member| member.characters);
        digests.entry((characters, pair.long)).or_default().push(*pair);
    }
    let mut marked = BTreeSet::new();
    // Shorter ones first, so that a digest of digests is made of articles.
    for ((_, digest), parts) in digests {
        let whole: Vec<&Pair<'_>> = parts.iter().filter(|part| !marked.contains(part.short)).collect();
        let is_in_another = |part: &Pair<'_>| whole.iter().any(|other| stands_in.contains(&(part.short, other.short)));
        let apart: Vec<&Pair<'_>> = whole.iter().copied().filter(|part| !is_in_another(part)).collect();
        let thousandths = apart.iter().map(|part| u64::from(part.likeness.second_in_first.thousandths())).sum();
        let largest = apart.iter().copied().max_by_key(|part| (part.likeness.second_in_first, Reverse(part.short)));
        if let Some(largest) = largest.filter(|_| apart.len() > 1 && thousandths >= LEAST_OF_A_DIGEST) {
            let (kind, score) = (DuplicateKind::Contained, Score::of_thousandths(thousandths));
            found.mark(digest, Step { of: largest.short, kind, score, is_same_text: false });
            marked.insert(digest);
        }
    }
    pairs.into_iter().filter(|pair| !marked.contains(pair.long)).collect()
}

/// Marks what stands in a longer article, each by the longest that has it.
fn mark_contained<'a>(members: &BTreeMap<&str, &Member>, pairs: &[Pair<'a>], found: &mut Found<'a>) {
    let mut longest: BTreeMap<&str, Pair<'_>> = BTreeMap::new();
    let size = |id: &str| members.get(id).map_or(0, |member| member.characters);
    for pair in pairs {
        let known = longest.entry(pair.short).or_insert(*pair);
        if (size(known.long), Reverse(known.long)) < (size(pair.long), Reverse(pair.long)) {
            *known = *pair;
        }
    }
    for pair in longest.into_values() {
        let (kind, score) = (DuplicateKind::Contained, pair.likeness.first_in_second);
        found.mark(pair.short, Step { of: pair.long, kind, score, is_same_text: false });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn member(id: &str, day: i8) -> Member {
        Member {
            id: id.into(),
            same_text_as: id.into(),
            account: format!("account of {id}"),
            published: Date::day(2024, 5, day),
            has_address: true,
            characters: 1_000,
            ..Member::default()
        }
    }

    fn copy(id: &str, of: &str, day: i8) -> Member {
        Member { same_text_as: of.into(), ..member(id, day) }
    }

    fn link(first: &str, second: &str, [jaccard, one, other]: [u64; 3]) -> Resemblance {
        let likeness = Likeness {
            jaccard: Score::of_thousandths(jaccard),
            first_in_second: Score::of_thousandths(one),
            second_in_first: Score::of_thousandths(other),
        };
        Resemblance { first: first.into(), second: second.into(), likeness }
    }

    fn near(first: &str, second: &str) -> Resemblance {
        link(first, second, [850, 920, 920])
    }

    /// The first stands in the second, of which it is so much.
    fn inside(first: &str, second: &str, share: u64) -> Resemblance {
        link(first, second, [share - 10, 970, share])
    }

    /// What was found, as `id kind of score`.
    fn told(members: &[Member], links: &[Resemblance]) -> Vec<String> {
        let found = duplicates(members, links);
        let tell = |member: &Member| {
            let Duplicate { of, kind, score, .. } = found.of(&member.id)?;
            Some(format!("{} {kind} {of} {}", member.id, score.thousandths()))
        };
        members.iter().filter_map(tell).collect()
    }

    #[test]
    fn one_of_a_group_stands_for_the_others() {
        let plain = || member("b", 2);
        let cases = [
            ("the earliest", member("a", 3), "a near b 850"),
            ("a date before none", Member { published: None, ..member("a", 1) }, "a near b 850"),
            ("what is no reprint", Member { is_reprint: true, ..member("a", 1) }, "a reprint b 850"),
            (
                "what is no reprint, of the same account",
                Member { is_reprint: true, account: "account of b".into(), ..member("a", 1) },
                "a near b 850",
            ),
            (
                "the account that the other names",
                Member { original_account: "Account of B".into(), ..member("a", 1) },
                "a reprint b 850",
            ),
            (
                "the address that the other names",
                Member { original_id: "b".into(), ..member("a", 1) },
                "a reprint b 850",
            ),
            (
                "what says that it is the original",
                Member { is_claimed_original: true, ..member("a", 9) },
                "b near a 850",
            ),
            (
                "an address before none",
                Member { has_address: false, characters: 9_000, ..member("a", 2) },
                "a near b 850",
            ),
            ("the longer text", Member { characters: 1_001, ..member("a", 2) }, "b near a 850"),
            ("more fields", Member { fields: 1, ..member("a", 2) }, "b near a 850"),
            ("the smaller id", member("a", 2), "b near a 850"),
            (
                "its own name is no statement",
                Member { original_account: "account of a".into(), ..member("a", 1) },
                "b near a 850",
            ),
        ];
        for (case, other, want) in cases {
            assert_eq!(told(&[other, plain()], &[near("a", "b")]), [want], "{case}");
        }
    }

    #[test]
    fn exact_copies_hang_together_with_near_ones() {
        let members = [member("a", 5), copy("b", "a", 1), copy("c", "a", 3), member("d", 2)];
        let links = [near("a", "d")];
        assert_eq!(told(&members, &links), ["a exact b 1000", "c exact b 1000", "d near b 850"]);
        let late = [member("a", 5), copy("b", "a", 4), member("d", 2)];
        assert_eq!(told(&late, &links), ["a near d 850", "b near d 850"]);
        let found = duplicates(&late, &links);
        assert_eq!(["a", "b"].map(|id| found.of(id).is_some_and(|it| it.is_same_text)), [true, false]);
    }

    #[test]
    fn what_is_contained_repeats_the_longer_one_and_glues_no_group() {
        let members = [member("a", 1), member("b", 1), Member { characters: 9_000, ..member("c", 2) }];
        let links = [inside("a", "c", 300), inside("b", "c", 300)];
        assert_eq!(told(&members, &links), ["a contained c 970", "b contained c 970"]);
    }

    #[test]
    fn a_few_words_are_not_called_contained() {
        let members = [Member { characters: 99, ..member("a", 1) }, member("b", 2)];
        assert_eq!(told(&members, &[inside("a", "b", 90)]), [""; 0]);
    }

    #[test]
    fn a_digest_of_stored_articles_repeats_them() {
        let digest = Member { characters: 9_000, ..member("d", 2) };
        let members = [member("a", 1), member("b", 1), member("c", 1), digest];
        let links = [inside("a", "d", 350), inside("b", "d", 300), inside("c", "d", 300)];
        assert_eq!(told(&members, &links), ["d contained a 950"]);
        assert_eq!(told(&members, &links[..2]), ["a contained d 970", "b contained d 970"], "a third is not stored");
    }

    #[test]
    fn what_repeats_itself_counts_once_in_a_digest() {
        let long = |id: &str, characters| Member { characters, ..member(id, 1) };
        let members = [member("a", 1), long("b", 2_000), long("d", 9_000)];
        let links = [inside("a", "b", 500), inside("a", "d", 300), inside("b", "d", 650)];
        assert_eq!(told(&members, &links), ["a contained d 970", "b contained d 970"]);
    }

    #[test]
    fn a_reprint_with_a_preface_repeats_its_original() {
        let reprint = Member { original_id: "a".into(), characters: 2_000, ..member("b", 1) };
        assert_eq!(told(&[member("a", 2), reprint], &[inside("a", "b", 600)]), ["b reprint a 590"]);
    }

    #[test]
    fn a_copy_of_what_is_contained_leads_to_the_whole() {
        let members = [member("a", 1), member("b", 2), Member { characters: 9_000, ..member("c", 2) }];
        let links = [near("a", "b"), inside("a", "c", 300)];
        assert_eq!(told(&members, &links), ["a contained c 970", "b contained c 850"]);
    }

    fn any_member(number: usize) -> impl Strategy<Value = Member> {
        (0..number + 1, any::<bool>(), 0..8_usize, 1..4_i8, 1..5_usize).prop_map(
            move |(same, is_reprint, original, day, size)| Member {
                // The first with a text is stored as such.
                same_text_as: if same < 2 { "0".to_owned() } else { number.to_string() },
                is_reprint,
                original_id: if original == number { String::new() } else { original.to_string() },
                characters: size * 1_000,
                ..member(&number.to_string(), day)
            },
        )
    }

    proptest! {
        #[test]
        fn any_links_lead_to_articles_that_repeat_none_in_any_order(
            members in (0..8_usize).map(any_member).collect::<Vec<_>>(),
            links in prop::collection::vec((0..8_usize, 0..8_usize, 0..=1_000_u64, 0..=1_000_u64, 0..=1_000_u64), 0..16),
        ) {
            let links: Vec<Resemblance> = links
                .into_iter()
                .filter(|(one, other, ..)| one < other)
                .map(|(one, other, jaccard, first, second)| link(&one.to_string(), &other.to_string(), [jaccard, first, second]))
                .collect::<Vec<_>>();
            let mut seen = BTreeSet::new();
            let links: Vec<Resemblance> = links.into_iter().filter(|link| seen.insert((link.first.clone(), link.second.clone()))).collect();
            let found = duplicates(&members, &links);
            for member in &members {
                let of = found.original_of(&member.id);
                prop_assert!(of != member.id && (of.is_empty() || found.of(of).is_none()), "{} repeats {of}", member.id);
            }
            let (mut turned, mut backwards) = (links.clone(), members.clone());
            backwards.reverse();
            turned.reverse();
            for Resemblance { first, second, likeness } in &mut turned {
                std::mem::swap(first, second);
                *likeness = likeness.turned();
            }
            prop_assert_eq!(duplicates(&backwards, &turned), found);
        }
    }
}
