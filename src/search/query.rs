use super::tokens::tokens;

/// Longest query, in characters.
const MAX_CHARACTERS: usize = 2000;
/// Most phrases of one query.
const MAX_PHRASES: usize = 100;
/// Deepest nesting of brackets.
const MAX_DEPTH: usize = 16;
/// How far apart `NEAR` lets its phrases stand when it does not say, in tokens.
const NEAR_DISTANCE: u32 = 10;
/// The farthest that it may say.
const MAX_NEAR_DISTANCE: u32 = 1000;

/// What a person looks for.
///
/// `簸箕 Rust` wants both, `"new words"` a phrase, `簸箕 OR 风车` one of them, `簸箕 -广告` (or `NOT`) the first without the second,
/// `NEAR(簸箕 稻谷, 20)` both within so many characters or words, `title:簸箕` what stands in the title, `pars*` a word that begins
/// so. Brackets group. Words in capitals are signs only where they stand alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A phrase.
    Phrase(Phrase),
    /// Phrases that stand close to each other: at most so many tokens between the first and the last.
    Near(Vec<Phrase>, u32),
    /// All of them; never empty.
    All(Vec<Query>),
    /// At least one of them; never empty.
    Any(Vec<Query>),
    /// The first, where the second is not.
    Without(Box<Query>, Box<Query>),
}

/// A piece of text that is wanted as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// It, in the case in which it was written.
    pub(crate) text: String,
    /// Where it is to stand alone.
    pub(crate) field: Option<Field>,
    /// Its last word may go on.
    pub(crate) is_prefix: bool,
}

/// A part of an article that is searched by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Title,
    /// The text.
    Text,
}

/// Why a query cannot be understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is nothing in it.
    #[error("there is nothing to search for")]
    Empty,
    /// It is longer than any that makes sense.
    #[error(
        "the query is longer than {MAX_CHARACTERS} characters, or has more than {MAX_PHRASES} phrases or {MAX_DEPTH} brackets in one another"
    )]
    TooLong,
    /// A quotation mark or a bracket has no other end.
    #[error("the {0} of the query is not closed")]
    Open(&'static str),
    /// A sign such as OR stands where a word must.
    #[error("a word is missing beside {0}")]
    Missing(String),
    /// It says only what is not wanted.
    #[error("the query says only what is not wanted")]
    OnlyExcluded,
    /// The distance of NEAR is no number, or there is nothing for it to hold together.
    #[error(
        "NEAR wants two phrases or more, and a number of at most {MAX_NEAR_DISTANCE} behind a comma: NEAR(one two, 10)"
    )]
    Near,
}

impl QueryError {
    /// What a person can do.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "for example: boji search 簸箕, or boji search '\"two words\" -not'",
            Self::TooLong => "search for less at once",
            Self::Open(_) => "write \"…\" or (…); in a shell put '…' round the whole query",
            Self::Missing(_) => "in quotation marks AND, OR, NOT and NEAR are words as any other",
            Self::OnlyExcluded => "say before it what is wanted: wanted -unwanted",
            Self::Near => "for example: NEAR(簸箕 稻谷, 20)",
        }
    }
}

impl Query {
    /// Reads a query as a person writes it.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().count() > MAX_CHARACTERS {
            return Err(QueryError::TooLong);
        }
        let mut parser = Parser { rest: text, phrases: 0, depth: 0 };
        let query = parser.any()?;
        query.ok_or(QueryError::Empty)
    }

    /// The phrases that it wants, in order.
    pub(crate) fn wanted(&self) -> Vec<&Phrase> {
        match self {
            Self::Phrase(phrase) => vec![phrase],
            Self::Near(phrases, _) => phrases.iter().collect(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::wanted).collect(),
            Self::Without(wanted, _) => wanted.wanted(),
        }
    }
}

/// What one part of a conjunction says.
enum Part {
    Wanted(Query),
    Unwanted(Query),
}

struct Parser<'a> {
    rest: &'a str,
    phrases: usize,
    depth: usize,
}

impl Parser<'_> {
    /// Alternatives, up to the end or to a closing bracket; `None` when there is nothing.
    fn any(&mut self) -> Result<Option<Query>, QueryError> {
        let mut parts = Vec::new();
        let mut sign = None;
        loop {
            match (self.all()?, sign) {
                (Some(part), _) => parts.push(part),
                (None, None) => return Ok(None),
                (None, Some(sign)) => return Err(QueryError::Missing(sign)),
            }
            if !self.take_sign("OR") {
                break;
            }
            sign = Some("OR".to_owned());
        }
        Ok(Some(joined(parts, Query::Any)))
    }

    /// What is wanted together; `None` when there is nothing before an OR, a closing bracket or the end.
    fn all(&mut self) -> Result<Option<Query>, QueryError> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        loop {
            let is_joined = self.take_sign("AND");
            if is_joined && wanted.is_empty() && unwanted.is_empty() {
                return Err(QueryError::Missing("AND".to_owned()));
            }
            match self.part()? {
                Some(Part::Wanted(query)) => wanted.push(query),
                Some(Part::Unwanted(query)) => unwanted.push(query),
                None if is_joined => return Err(QueryError::Missing("AND".to_owned())),
                None => break,
            }
        }
        match (wanted.is_empty(), unwanted.is_empty()) {
            (true, true) => Ok(None),
            (true, false) => Err(QueryError::OnlyExcluded),
            (false, true) => Ok(Some(joined(wanted, Query::All))),
            (false, false) => {
                let (wanted, unwanted) = (joined(wanted, Query::All), joined(unwanted, Query::Any));
                Ok(Some(Query::Without(Box::new(wanted), Box::new(unwanted))))
            }
        }
    }

    fn part(&mut self) -> Result<Option<Part>, QueryError> {
        self.skip_spaces();
        if self.is_at_sign("OR") {
            return Ok(None);
        }
        if self.take_sign("NOT") {
            let query = self.one()?.ok_or_else(|| QueryError::Missing("NOT".to_owned()))?;
            return Ok(Some(Part::Unwanted(query)));
        }
        if let Some(behind) = self.rest.strip_prefix('-').filter(|behind| !behind.starts_with(['-', ' '])) {
            let before = std::mem::replace(&mut self.rest, behind);
            if let Some(query) = self.one()? {
                return Ok(Some(Part::Unwanted(query)));
            }
            self.rest = before;
        }
        Ok(self.one()?.map(Part::Wanted))
    }

    /// A phrase, a NEAR or what stands in brackets.
    fn one(&mut self) -> Result<Option<Query>, QueryError> {
        self.skip_spaces();
        if let Some(behind) = self.rest.strip_prefix("NEAR(") {
            self.rest = behind;
            return self.near().map(Some);
        }
        if let Some(behind) = self.rest.strip_prefix('(') {
            self.rest = behind;
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(QueryError::TooLong);
            }
            let query = self.any()?.ok_or_else(|| QueryError::Missing("(".to_owned()))?;
            self.depth -= 1;
            self.rest = self.rest.strip_prefix(')').ok_or(QueryError::Open("bracket"))?;
            return Ok(Some(query));
        }
        // A bracket that nobody opened is a sign as any other.
        let ends: &[char] = if self.depth > 0 { &[')'] } else { &[] };
        Ok(self.phrase(ends)?.map(Query::Phrase))
    }

    /// The inside of a NEAR and its closing bracket.
    fn near(&mut self) -> Result<Query, QueryError> {
        let mut phrases = Vec::new();
        while let Some(phrase) = self.phrase(&[')', ','])? {
            phrases.push(phrase);
        }
        let mut within = NEAR_DISTANCE;
        if let Some(behind) = self.rest.strip_prefix(',') {
            let end = behind.find(')').ok_or(QueryError::Open("bracket"))?;
            let (number, behind) = behind.split_at(end);
            within = number.trim().parse().ok().filter(|n| *n <= MAX_NEAR_DISTANCE).ok_or(QueryError::Near)?;
            self.rest = behind;
        }
        self.rest = self.rest.strip_prefix(')').ok_or(QueryError::Open("bracket"))?;
        if phrases.len() < 2 || phrases.iter().any(|phrase| phrase.field.is_some()) {
            return Err(QueryError::Near);
        }
        Ok(Query::Near(phrases, within))
    }

    /// A phrase in quotation marks, or all up to a space or one of these signs.
    fn phrase(&mut self, ends: &[char]) -> Result<Option<Phrase>, QueryError> {
        self.skip_spaces();
        let field = self.take_field();
        let (text, behind) = if let Some(inside) = self.rest.strip_prefix('"') {
            let end = inside.find('"').ok_or(QueryError::Open("quotation mark"))?;
            let (text, behind) = inside.split_at(end);
            (text, behind.get(1..).unwrap_or_default())
        } else {
            let end = self.rest.find(|c: char| c.is_whitespace() || c == '"' || ends.contains(&c));
            self.rest.split_at(end.unwrap_or(self.rest.len()))
        };
        let is_whole = behind.len() == self.rest.len();
        self.rest = behind;
        let (mut text, mut is_prefix) = (text, false);
        if let Some(behind) = self.rest.strip_prefix('*') {
            (self.rest, is_prefix) = (behind, true);
        } else if let Some(before) = text.strip_suffix('*').filter(|before| !before.is_empty()) {
            (text, is_prefix) = (before, true);
        }
        if tokens(text).next().is_none() {
            // "" says nothing and hinders nothing.
            return match (field, is_whole) {
                (Some(field), _) => Err(QueryError::Missing(format!("{}:", field.word()))),
                (None, true) => Ok(None),
                (None, false) => self.phrase(ends),
            };
        }
        self.phrases += 1;
        if self.phrases > MAX_PHRASES {
            return Err(QueryError::TooLong);
        }
        Ok(Some(Phrase { text: text.to_owned(), field, is_prefix }))
    }

    fn take_field(&mut self) -> Option<Field> {
        [Field::Title, Field::Text].into_iter().find(|field| {
            let behind = self.rest.strip_prefix(field.word()).and_then(|behind| behind.strip_prefix(':'));
            behind.inspect(|behind| self.rest = behind).is_some()
        })
    }

    /// Whether a word in capitals stands here as a sign, which it does where nothing is glued to it.
    fn is_at_sign(&mut self, sign: &str) -> bool {
        self.skip_spaces();
        let behind = self.rest.strip_prefix(sign);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == '('))
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_here = self.is_at_sign(sign);
        if is_here {
            self.rest = self.rest.get(sign.len()..).unwrap_or_default();
        }
        is_here
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

impl Field {
    /// How a query names it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
        }
    }
}

/// One part as it is, several as one.
fn joined(mut parts: Vec<Query>, join: impl FnOnce(Vec<Query>) -> Query) -> Query {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A query as it was understood, in one form.
    fn told(query: &Query) -> String {
        let phrase = |phrase: &Phrase| {
            let field = phrase.field.map(|field| format!("{}:", field.word())).unwrap_or_default();
            format!("{field}[{}{}]", phrase.text, if phrase.is_prefix { "*" } else { "" })
        };
        let list = |parts: &[Query], sign: &str| format!("({})", parts.iter().map(told).collect::<Vec<_>>().join(sign));
        match query {
            Query::Phrase(one) => phrase(one),
            Query::Near(phrases, within) => {
                format!("near{within}({})", phrases.iter().map(phrase).collect::<Vec<_>>().join(" "))
            }
            Query::All(parts) => list(parts, " & "),
            Query::Any(parts) => list(parts, " | "),
            Query::Without(wanted, unwanted) => format!("({} - {})", told(wanted), told(unwanted)),
        }
    }

    #[test]
    fn a_query_is_read_as_its_writer_means_it() {
        for (text, want) in [
            ("簸箕", "[簸箕]"),
            ("簸箕 Rust", "([簸箕] & [Rust])"),
            ("簸箕 AND Rust", "([簸箕] & [Rust])"),
            ("\"two words\" 三", "([two words] & [三])"),
            ("a\"b c\"", "([a] & [b c])"),
            ("一 OR 二 三", "([一] | ([二] & [三]))"),
            ("(一 OR 二) 三", "(([一] | [二]) & [三])"),
            ("一 -二 -三", "([一] - ([二] | [三]))"),
            ("-二 一", "([一] - [二])"),
            ("一 NOT (二 OR 三)", "([一] - ([二] | [三]))"),
            ("NEAR(簸箕 \"a b\", 20)", "near20([簸箕] [a b])"),
            ("NEAR(a b)", "near10([a] [b])"),
            ("title:簸箕 text:\"a b\"", "(title:[簸箕] & text:[a b])"),
            ("pars*", "[pars*]"),
            ("\"new pars\"*", "[new pars*]"),
            ("*", "[*]"),
            ("C++ f(x) -", "([C++] & [f(x)] & [-])"),
            ("https://a.example/b:c", "[https://a.example/b:c]"),
            ("ORDER ANDROID \"OR\" NOTE", "([ORDER] & [ANDROID] & [OR] & [NOTE])"),
            ("state-of-the-art --flag", "([state-of-the-art] & [--flag])"),
            ("\"\" 一", "[一]"),
            ("a)", "[a)]"),
        ] {
            assert_eq!(Query::parse(text).as_ref().map(told), Ok(want.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_an_error_with_a_hint() {
        for (text, want) in [
            ("", QueryError::Empty),
            ("  ", QueryError::Empty),
            ("\"\"", QueryError::Empty),
            ("\"a", QueryError::Open("quotation mark")),
            ("(a", QueryError::Open("bracket")),
            ("()", QueryError::Missing("(".into())),
            ("NEAR(a b", QueryError::Open("bracket")),
            ("NEAR(a)", QueryError::Near),
            ("NEAR(a b, x)", QueryError::Near),
            ("NEAR(a b, 1001)", QueryError::Near),
            ("NEAR(title:a b)", QueryError::Near),
            ("a OR", QueryError::Missing("OR".into())),
            ("OR a", QueryError::Empty),
            ("a AND", QueryError::Missing("AND".into())),
            ("AND a", QueryError::Missing("AND".into())),
            ("a NOT", QueryError::Missing("NOT".into())),
            ("-a", QueryError::OnlyExcluded),
            ("title:", QueryError::Missing("title:".into())),
            (&"a ".repeat(101), QueryError::TooLong),
            (&"a".repeat(2001), QueryError::TooLong),
            (&"(".repeat(17), QueryError::TooLong),
        ] {
            assert_eq!(Query::parse(text), Err(want), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_query_ends_in_a_panic(text in r#"([a-z簸箕"()*:, -]|OR|AND|NOT|NEAR\(|title:){0,40}"#) {
            if let Ok(query) = Query::parse(&text) {
                prop_assert!(!query.wanted().is_empty());
            }
        }
    }
}
