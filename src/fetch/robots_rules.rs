use memchr::memmem;

/// The name by which a robots.txt group addresses us (RFC 9309 §2.2.1).
const PRODUCT: &str = "boji";
/// Bytes of robots.txt that are read; RFC 9309 §2.5 asks for at least 500 KiB.
pub(super) const MAX_BYTES: usize = 500 * 1024;
/// Longest crawl-delay that is respected.
const MAX_DELAY_MILLIS: i64 = 30_000;

/// What one host's robots.txt says to us (RFC 9309): the rules of all groups that name us, else of those for everybody.
/// Reading it and asking it take time that grows with its length and no more.
#[derive(Debug, Default)]
pub(super) struct RobotsRules {
    /// The longest first, and of equally long ones those that allow: the first that matches decides.
    rules: Vec<Rule>,
    delay_millis: i64,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    allows: bool,
}

impl RobotsRules {
    /// Reads a robots.txt. A line that makes no sense says nothing.
    pub(super) fn parse(text: &str) -> Self {
        let end = text.floor_char_boundary(MAX_BYTES);
        // A byte order mark would hide the first line's name.
        let text = text.get(..end).unwrap_or_default().trim_start_matches('\u{feff}');
        let (mut ours, mut everybodys) = (Group::default(), Group::default());
        let mut named = Named::default();
        let mut heads = true;
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else { continue };
            let (name, value) = (name.trim(), value.trim());
            let is = |word: &str| name.eq_ignore_ascii_case(word);
            if is("user-agent") {
                if !heads {
                    named = Named::default();
                }
                heads = true;
                named.add(value);
                // A group without rules is one all the same: it allows everything.
                ours.is_there |= named.us;
                continue;
            }
            let addressed = [(named.us, &mut ours), (named.everybody, &mut everybodys)];
            for (_, group) in addressed.into_iter().filter(|(is_named, _)| *is_named) {
                if is("allow") || is("disallow") {
                    group.rules.extend(Pattern::parse(value).map(|pattern| Rule { pattern, allows: is("allow") }));
                } else if is("crawl-delay") {
                    group.delay_millis = delay(value);
                }
            }
            heads &= !(is("allow") || is("disallow") || is("crawl-delay"));
        }
        let Group { mut rules, delay_millis, .. } = if ours.is_there { ours } else { everybodys };
        rules.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.length), !rule.allows));
        Self { rules, delay_millis }
    }

    /// Whether an address may be fetched, by its path and query.
    pub(super) fn allow(&self, path_and_query: &str) -> bool {
        let path = normal_form(path_and_query, Side::Address);
        path == "/robots.txt"
            || self.rules.iter().find(|rule| rule.pattern.matches(&path)).is_none_or(|rule| rule.allows)
    }

    /// The gap that its crawl-delay asks for, in milliseconds, at most 30 s; 0 without one.
    pub(super) const fn delay_millis(&self) -> i64 {
        self.delay_millis
    }
}

/// The rules of all groups that address somebody.
#[derive(Default)]
struct Group {
    rules: Vec<Rule>,
    delay_millis: i64,
    is_there: bool,
}

/// Whom the group that is being read addresses.
#[derive(Default)]
struct Named {
    us: bool,
    everybody: bool,
}

impl Named {
    fn add(&mut self, value: &str) {
        let end = value.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '-' | '_'))).unwrap_or(value.len());
        self.us |= value.get(..end).is_some_and(|token| token.eq_ignore_ascii_case(PRODUCT));
        self.everybody |= value.starts_with('*');
    }
}

fn delay(value: &str) -> i64 {
    let seconds: f64 = value.parse().unwrap_or(0.0);
    if seconds.is_finite() && seconds > 0.0 { ((seconds * 1000.0) as i64).min(MAX_DELAY_MILLIS) } else { 0 }
}

/// The path of a rule: pieces that follow one another, with anything between them.
#[derive(Debug)]
struct Pattern {
    /// The first stands at the beginning of the path.
    pieces: Vec<String>,
    /// The last stands at its end.
    is_whole: bool,
    /// Bytes of the rule: the longer one is the more specific.
    length: usize,
}

impl Pattern {
    /// `None` for an empty path, which says nothing.
    fn parse(path: &str) -> Option<Self> {
        let (path, is_whole) = path.strip_suffix('$').map_or((path, false), |path| (path, true));
        if path.is_empty() {
            return None;
        }
        let slash = if path.starts_with(['/', '*']) { "" } else { "/" };
        let path = normal_form(&format!("{slash}{path}"), Side::Rule);
        let pieces = path.split('*').map(str::to_owned).collect();
        Some(Self { pieces, is_whole, length: path.len() + usize::from(is_whole) })
    }

    /// Each piece is looked for where the one before it ends: if any way matches, so does that of the earliest places. Only
    /// the last piece of a whole pattern has its place given.
    fn matches(&self, path: &str) -> bool {
        let Some((first, others)) = self.pieces.split_first() else { return false };
        let Some(mut rest) = path.strip_prefix(first.as_str()) else { return false };
        let Some((last, between)) = others.split_last() else { return !self.is_whole || rest.is_empty() };
        for piece in between {
            let Some(at) = memmem::find(rest.as_bytes(), piece.as_bytes()) else { return false };
            rest = rest.get(at + piece.len()..).unwrap_or_default();
        }
        if self.is_whole {
            rest.ends_with(last.as_str())
        } else {
            memmem::find(rest.as_bytes(), last.as_bytes()).is_some()
        }
    }
}

/// Where a path comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// In a rule `*` stands for anything.
    Rule,
    /// In an address it stands for itself.
    Address,
}

/// A path in the form in which two are compared (RFC 9309 §2.2.2): what is escaped without need stands for itself, and what
/// is no ASCII is escaped.
fn normal_form(path: &str, side: Side) -> String {
    let mut out = String::with_capacity(path.len());
    let mut bytes = path.as_bytes().iter();
    let escape = |out: &mut String, byte: u8| {
        out.push('%');
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(u32::from(digit), 16).map(|digit| digit.to_ascii_uppercase()));
        }
    };
    while let Some(&byte) = bytes.next() {
        match byte {
            b'%' => {
                let escaped = bytes.as_slice().get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(value) => {
                        bytes.nth(1);
                        if value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~') {
                            out.push(char::from(value));
                        } else {
                            escape(&mut out, value);
                        }
                    }
                    None => escape(&mut out, b'%'),
                }
            }
            b'$' => escape(&mut out, byte),
            b'*' if side == Side::Address => escape(&mut out, byte),
            byte if byte.is_ascii() => out.push(char::from(byte)),
            byte => escape(&mut out, byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_rule_decides_and_permission_breaks_a_tie() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: Boji\nDisallow: /private\nAllow: /private/open\n\
                    Disallow: /*.pdf$\nDisallow: /tie\nAllow: /tie\nCrawl-delay: 2\n";
        let cases = [
            ("/", true),
            ("/private/x", false),
            ("/private/open/x", true),
            ("/a.pdf", false),
            ("/a.pdf?x", true),
            ("/tie", true),
        ];
        let rules = RobotsRules::parse(text);
        for (path, want) in cases {
            assert_eq!(rules.allow(path), want, "{path}");
        }
        assert_eq!(rules.delay_millis(), 2000);
        assert_eq!(RobotsRules::parse("User-agent: *\nCrawl-delay: 86400").delay_millis(), 30_000);
    }

    #[test]
    fn groups_are_found_as_people_write_them() {
        let cases = [
            ("\u{feff}User-agent: *\nDisallow: /", false),
            ("USER-AGENT : *\r\ndisallow:/\r\n", false),
            ("User-agent: other\nUser-agent: boji/1.0\nDisallow: /", false),
            ("User-agent: bojicrawler\nDisallow: /", true),
            ("User-agent: *\nDisallow: /\nUser-agent: boji\nDisallow:", true),
            ("User-agent: *\nDisallow: /\nUser-agent: boji", true),
            ("User-agent: boji\nDisallow: /a\n\nUser-agent: *\nDisallow:\n\nUser-agent: boji\nDisallow: /x", false),
            ("User-agent: *\nSitemap: https://a.example/s\nDisallow: /x", false),
            ("Disallow: /", true),
            ("User-agent: * # everybody\nDisallow: /x # this", false),
            ("User-agent: *\nDisallow: x", false),
            ("<html>no rules: here</html>", true),
            ("", true),
        ];
        for (text, want) in cases {
            assert_eq!(RobotsRules::parse(text).allow("/x"), want, "{text:?}");
        }
        assert!(RobotsRules::parse("User-agent: *\nDisallow: /").allow("/robots.txt"));
    }

    #[test]
    fn escapes_stand_for_what_they_mean() {
        let cases = [
            ("/~user", "/%7Euser/x", false),
            ("/%7euser", "/~user/x", false),
            ("/a%3cd", "/a%3Cd", false),
            ("/a%2Fb", "/a/b", true),
            ("/北京", "/%E5%8C%97%E4%BA%AC/1", false),
            ("/%E5%8C%97", "/北京", false),
            ("/a%2Ab", "/a*b", false),
            ("/a%2Ab", "/axb", true),
            ("/a$b", "/a$b", false),
            ("/100%", "/100%", false),
            ("/a*/b*c", "/a1/2/b3c4", false),
            ("/a*b$", "/ab/b", false),
            ("/a*b$", "/ab/c", true),
            ("*", "/x", false),
        ];
        for (rule, path, want) in cases {
            let rules = RobotsRules::parse(&format!("User-agent: *\nDisallow: {rule}"));
            assert_eq!(rules.allow(path), want, "{rule} {path}");
        }
    }

    #[test]
    fn rules_beyond_the_limit_are_not_read() {
        let filler = "# filler\n".repeat(70_000);
        assert!(RobotsRules::parse(&format!("{filler}User-agent: *\nDisallow: /")).allow("/x"));
        assert!(!RobotsRules::parse(&format!("User-agent: *\nDisallow: /\n{filler}")).allow("/x"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(text in "(?s).{0,400}", path in "/[ -~]{0,40}") {
            let rules = RobotsRules::parse(&text);
            let _ = (rules.allow(&path), rules.delay_millis());
        }

        /// What matches a pattern by trying every way.
        #[test]
        fn pieces_are_found_as_by_trying_every_way(pattern in "/[ab*]{0,8}\\$?", path in "/[ab]{0,10}") {
            fn tries(pattern: &[u8], path: &[u8]) -> bool {
                match pattern.split_first() {
                    None => true,
                    Some((b'$', [])) => path.is_empty(),
                    Some((b'*', rest)) => (0..=path.len()).any(|at| tries(rest, path.get(at..).unwrap_or_default())),
                    Some((byte, rest)) => path.first() == Some(byte) && tries(rest, path.get(1..).unwrap_or_default()),
                }
            }
            let found = Pattern::parse(&pattern).is_some_and(|pattern| pattern.matches(&path));
            prop_assert_eq!(found, tries(pattern.as_bytes(), path.as_bytes()));
        }
    }
}
