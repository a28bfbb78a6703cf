use super::json_ld::JsonLd;
use super::seen::Seen;

/// Names of `meta` elements that state the author.
const METAS: [&str; 9] = [
    "author",
    "article:author",
    "byl",
    "dc.creator",
    "dc.creator.personalname",
    "parsely-author",
    "sailthru.author",
    "citation_author",
    "og:article:author",
];
/// Words before a name.
const LEADS: [&str; 22] = [
    "written by",
    "posted by",
    "published by",
    "reviewed by",
    "story by",
    "words by",
    "article by",
    "author:",
    "author",
    "by:",
    "by ",
    "von ",
    "par ",
    "por ",
    "作者：",
    "作者:",
    "作者",
    "文/",
    "文｜",
    "撰文：",
    "编辑：",
    "来源：",
];
/// Names that systems put where nobody signed.
const NOBODY: [&str; 14] = [
    "admin",
    "administrator",
    "editor",
    "staff",
    "root",
    "webmaster",
    "guest",
    "unknown",
    "null",
    "undefined",
    "user",
    "author",
    "authors",
    "佚名",
];
/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 60;
/// Most authors taken.
const MAX_AUTHORS: usize = 20;

/// The authors as stated, in order, and where that was found.
pub(super) fn authors(seen: &Seen, data: &JsonLd, site: &str) -> Option<(Vec<String>, &'static str)> {
    let linked = || seen.links.iter().filter(|(rel, ..)| rel.split(' ').any(|it| it == "author"));
    let data_names = data.article().map(|article| data.names(article, "author")).unwrap_or_default();
    let persons = data_names.iter().filter(|(_, organisation)| !organisation).map(|(name, _)| name.clone()).collect();
    let metas = METAS.iter().flat_map(|name| seen.all_meta(name)).map(str::to_owned).collect();
    let relations = linked().map(|(_, _, words)| words.clone()).collect();
    let items = seen.item("author").map(str::to_owned).collect();
    let pages = seen
        .links
        .iter()
        .filter(|(rel, href, words)| !rel.contains("license") && href.contains("/author") && !words.is_empty())
        .map(|(_, _, words)| words.clone())
        .take(1)
        .collect();
    let bylines = seen.bylines.iter().take(4).cloned().collect();
    let openers = ["by ", "written by ", "posted by ", "作者：", "作者:", "文/", "文｜", "撰文"];
    let signed = seen.head_lines.iter().filter(|line| {
        openers.iter().any(|opener| line.get(..opener.len()).is_some_and(|head| head.eq_ignore_ascii_case(opener)))
    });
    let signed = signed.take(1).cloned().collect();
    let found: [(Vec<String>, &'static str, bool); 7] = [
        (persons, "json-ld", false),
        (metas, "meta", false),
        (relations, "dom", false),
        (items, "dom", false),
        (bylines, "dom", true),
        (pages, "dom", true),
        (signed, "dom", true),
    ];
    for (texts, origin, first_only) in found {
        let mut names: Vec<String> = Vec::new();
        for text in texts {
            if first_only && !names.is_empty() {
                break;
            }
            for name in split(&text) {
                let known = names.iter().any(|known| known.eq_ignore_ascii_case(&name));
                if !known && is_name(&name, site) && names.len() < MAX_AUTHORS {
                    names.push(name);
                }
            }
        }
        if !names.is_empty() {
            return Some((names, origin));
        }
    }
    None
}

/// The names in a byline.
fn split(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = text.as_str();
    let mut cut = true;
    while cut {
        cut = false;
        for lead in LEADS {
            if rest.get(..lead.len()).is_some_and(|head| head.eq_ignore_ascii_case(lead)) {
                rest = rest.get(lead.len()..).unwrap_or_default().trim_start_matches([':', '：', ' ', '|']);
                cut = true;
            }
        }
    }
    let rest = rest.split(['|', '•', '·', '\u{2022}']).map(str::trim).find(|part| !part.is_empty()).unwrap_or_default();
    before_date(rest)
        .replace(" and ", ";")
        .replace(" & ", ";")
        .replace(", ", ";")
        .split([';', '、', '，'])
        .map(|name| name.trim().trim_matches(['"', ',', '@', '/', '-', '–']).trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// What stands before a date or a word that leads to one.
fn before_date(byline: &str) -> &str {
    let words = [" published", " updated", " posted", " on ", " in ", " at ", " last ", "更新", "发布", "时间"];
    let months = [" jan", " feb", " mar", " apr", " may", " jun", " jul", " aug", " sep", " oct", " nov", " dec"];
    let lower = byline.to_ascii_lowercase();
    let word = words.iter().filter_map(|word| lower.find(word)).min();
    let month = months.iter().filter_map(|month| {
        let at = lower.find(month)?;
        let tail = lower.get(at + 1..)?.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
        tail.trim_start().starts_with(|c: char| c.is_ascii_digit()).then_some(at)
    });
    let digit = lower.find(|c: char| c.is_ascii_digit());
    match word.into_iter().chain(month).chain(digit).min() {
        Some(at) if at > 0 => byline.get(..at).unwrap_or(byline),
        _ => byline,
    }
}

fn is_name(name: &str, site: &str) -> bool {
    let lower = name.to_lowercase();
    let length = name.chars().count();
    (2..=MAX_NAME_CHARS).contains(&length)
        && !NOBODY.contains(&lower.as_str())
        && (site.is_empty() || !name.eq_ignore_ascii_case(site))
        && !["http", "www.", "@", ".com", "{{", "function"].iter().any(|mark| lower.contains(mark))
        && name.chars().filter(char::is_ascii_digit).count() < 3
        && name.split_whitespace().count() <= 6
        && name.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_bylines() {
        let cases = [
            ("By  Ann Lee and Bo Chen | May 3", "Ann Lee;Bo Chen"),
            ("Written by: Ann", "Ann"),
            ("作者：王小明、李华", "王小明;李华"),
            ("Ann Lee, PhD", "Ann Lee;PhD"),
            ("Ann Lee Published on July 18", "Ann Lee"),
            ("April May November 26th", "April May"),
        ];
        for (byline, want) in cases {
            assert_eq!(split(byline).join(";"), want, "{byline}");
        }
        for (name, want) in
            [("Ann Lee", true), ("admin", false), ("https://a.example/ann", false), ("May 3 2024", false)]
        {
            assert_eq!(is_name(name, ""), want, "{name}");
        }
    }
}
