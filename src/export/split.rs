use std::str::FromStr;

use super::error::ExportError;
use super::record::Record;
use super::sink::{Sink, WrittenFile};
use crate::model::StoredArticle;

/// Parts of the whole, in which shares are counted.
const WHOLE: u32 = 1_000_000;
/// Hexadecimal digits of an id that tell where it falls.
const DIGITS: usize = 8;
/// The split that takes what no other does.
pub(super) const REST: &str = "train";

/// A part of the corpus that is kept apart, such as a hundredth for tests. Which articles fall into it their ids tell, so that an
/// article stays in its split in every export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Its name: letters, digits and `_`.
    pub name: String,
    /// Its share in millionths.
    share: u32,
}

impl FromStr for Split {
    type Err = &'static str;

    /// Reads `test=0.01`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, share) = text.split_once('=').ok_or("write a name and its share, such as test=0.01")?;
        let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !is_name || name == REST {
            return Err("a split has a name of letters, digits and _, and train is what is left");
        }
        let share: f64 = share.parse().map_err(|_| "a share is a number between 0 and 1")?;
        if share > 0.0 && share < 1.0 {
            Ok(Self { name: name.to_owned(), share: (share * f64::from(WHOLE)).round() as u32 })
        } else {
            Err("a share is a number between 0 and 1")
        }
    }
}

/// Whether splits can be told apart and leave something.
pub(super) fn are_sound(splits: &[Split]) -> bool {
    let twice =
        splits.iter().enumerate().any(|(place, split)| splits.iter().skip(place + 1).any(|it| it.name == split.name));
    !twice && splits.iter().map(|split| u64::from(split.share)).sum::<u64>() < u64::from(WHOLE)
}

/// Gives each record to the sink of its split.
pub(super) struct SplitSink<'a> {
    /// With the millionth before which their articles fall; the last one takes the rest.
    sinks: Vec<(u32, Box<dyn Sink + 'a>)>,
}

impl<'a> SplitSink<'a> {
    /// A sink for each split, and one for the rest, as `open` makes them by name.
    pub(super) fn new(
        splits: &[Split],
        open: impl Fn(&str) -> Result<Box<dyn Sink + 'a>, ExportError>,
    ) -> Result<Self, ExportError> {
        let mut sinks = Vec::with_capacity(splits.len() + 1);
        let mut end = 0;
        for split in splits {
            end += split.share;
            sinks.push((end, open(&split.name)?));
        }
        sinks.push((WHOLE, open(REST)?));
        Ok(Self { sinks })
    }
}

impl Sink for SplitSink<'_> {
    fn write(&mut self, record: &Record, article: &StoredArticle) -> Result<(), ExportError> {
        // A duplicate goes where its original goes: no text is on both sides.
        let place = place(if record.dup_of.is_empty() { &record.id } else { &record.dup_of });
        match self.sinks.iter_mut().find(|(end, _)| place < *end) {
            Some((_, sink)) => sink.write(record, article),
            None => Ok(()),
        }
    }

    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        let mut files = Vec::new();
        for (_, sink) in self.sinks {
            files.extend(sink.finish()?);
        }
        Ok(files)
    }
}

/// The millionth into which an id falls. Ids are hexadecimal hashes, so that all are hit alike.
fn place(id: &str) -> u32 {
    let digits = id.get(..DIGITS).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default();
    ((u64::from(digits) * u64::from(WHOLE)) >> u32::BITS) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_read_and_weighed() {
        for (text, want) in [
            ("test=0.01", Some(10_000)),
            ("a=0.5", Some(500_000)),
            ("train=0.1", None),
            ("a", None),
            ("a=1", None),
            ("a=x", None),
            ("../a=0.1", None),
        ] {
            assert_eq!(text.parse::<Split>().ok().map(|split| split.share), want, "{text}");
        }
        let sound =
            |texts: &[&str]| are_sound(&texts.iter().map(|text| text.parse().expect("a split")).collect::<Vec<_>>());
        assert!(sound(&["test=0.5", "dev=0.4"]));
        assert!(!sound(&["test=0.5", "dev=0.5"]), "nothing is left");
        assert!(!sound(&["test=0.1", "test=0.2"]), "two of one name");
    }

    #[test]
    fn ids_fall_into_the_whole() {
        assert_eq!(place("00000000ff"), 0);
        assert_eq!(place("80000000"), WHOLE / 2);
        assert_eq!(place("ffffffff"), WHOLE - 1);
    }
}
