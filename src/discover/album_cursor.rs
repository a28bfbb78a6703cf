use std::fmt;

use boji_clean::model::Timestamp;

/// The place of an article in an album, by message and position: `begin_msgid` and `begin_itemidx`. A page that is
/// asked from a mark begins with the article after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub msgid: String,
    pub itemidx: String,
}

impl Mark {
    /// A mark of two numbers; `None` if one is none, for they go into an address.
    pub(super) fn new(msgid: &str, itemidx: &str) -> Option<Self> {
        /// Digits of a 64-bit number.
        const MAX_DIGITS: usize = 20;
        let digits =
            |text: &str| (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(msgid) && digits(itemidx)).then(|| Self { msgid: msgid.to_owned(), itemidx: itemidx.to_owned() })
    }

    fn parse(text: &str) -> Option<Self> {
        let (msgid, itemidx) = text.split_once('_')?;
        Self::new(msgid, itemidx)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.msgid, self.itemidx)
    }
}

/// In which order an album stands. Its owner chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

impl Order {
    /// The order of a page by the times of its articles, the majority of neighbours deciding; `None` if they do not tell.
    pub(super) fn of(times: &[Option<Timestamp>]) -> Option<Self> {
        let known: Vec<Timestamp> = times.iter().flatten().copied().collect();
        let neighbours = || known.iter().zip(known.iter().skip(1));
        let rising = neighbours().filter(|(earlier, later)| earlier < later).count();
        let falling = neighbours().filter(|(earlier, later)| earlier > later).count();
        match rising.cmp(&falling) {
            std::cmp::Ordering::Greater => Some(Self::OldestFirst),
            std::cmp::Ordering::Less => Some(Self::NewestFirst),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// Where the reading of an album goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Cursor {
    /// At its first page.
    #[default]
    Start,
    /// At its first page, and when that meets known articles, at these places: reading was stopped there before it had
    /// met known articles or the end.
    Gaps(Vec<Mark>),
    /// Oldest first: new articles come after this place.
    After(Mark),
}

impl Cursor {
    /// Reads what [`fmt::Display`] writes; anything else is the start.
    pub(super) fn parse(text: &str) -> Self {
        let mut words = text.split(' ');
        let kind = words.next();
        let marks: Option<Vec<Mark>> = words.map(Mark::parse).collect();
        match (kind, marks) {
            (Some("gaps"), Some(marks)) if !marks.is_empty() => Self::Gaps(marks),
            (Some("after"), Some(marks)) => marks.into_iter().next().map_or(Self::Start, Self::After),
            _ => Self::Start,
        }
    }

    /// The cursor for these gaps.
    pub(super) fn gaps(marks: Vec<Mark>) -> Self {
        if marks.is_empty() { Self::Start } else { Self::Gaps(marks) }
    }
}

/// "", `gaps MARK MARK …` or `after MARK`: what is stored between two runs.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => Ok(()),
            Self::Gaps(marks) => {
                f.write_str("gaps")?;
                marks.iter().try_for_each(|mark| write!(f, " {mark}"))
            }
            Self::After(mark) => write!(f, "after {mark}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_written() {
        for text in ["", "gaps 1_1 2_3", "after 9_1"] {
            assert_eq!(Cursor::parse(text).to_string(), text);
        }
        for bad in ["gaps", "after", "gaps 1_1 x", "after 1", "9_1"] {
            assert_eq!(Cursor::parse(bad), Cursor::Start, "{bad}");
        }
    }

    #[test]
    fn the_order_is_that_of_most_neighbours() {
        let at = |seconds: &[i64]| -> Vec<Option<Timestamp>> {
            seconds.iter().map(|second| Some(Timestamp::from_seconds(*second))).collect()
        };
        assert_eq!(Order::of(&at(&[9, 8, 8, 3])), Some(Order::NewestFirst));
        assert_eq!(Order::of(&at(&[1, 3, 2, 4])), Some(Order::OldestFirst));
        assert_eq!(Order::of(&at(&[4])), None);
        assert_eq!(Order::of(&[None, None]), None);
    }
}
