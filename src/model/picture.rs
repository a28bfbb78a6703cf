use std::fmt;

use boji_clean::model::Timestamp;
use boji_clean::word_enum;

use super::error_class::ErrorClass;

word_enum! {
    /// Which pictures of its articles a source keeps.
    #[derive(Default)]
    pub enum KeepImages {
        /// None: nothing is asked for.
        #[default]
        None = "none",
        /// The one that stands for the article.
        Cover = "cover",
        /// That, and those of the blocks that are kept.
        All = "all",
    }
}

word_enum! {
    /// The type of a picture, as its bytes say; its word is the ending of its file.
    pub enum PictureKind {
        /// JPEG.
        Jpeg = "jpg",
        /// PNG, animated ones too.
        Png = "png",
        /// GIF.
        Gif = "gif",
        /// WebP.
        Webp = "webp",
        /// AVIF.
        Avif = "avif",
    }
}

impl PictureKind {
    /// Its type in HTTP.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

word_enum! {
    /// Why what a server sent is not kept as a picture.
    pub enum NoPicture {
        /// It has more bytes than `image_bytes` allows.
        TooManyBytes = "too_many_bytes",
        /// Its header states more points than any picture of an article has.
        TooManyPoints = "too_many_points",
        /// It is a drawing in SVG, which is a document that can hold scripts.
        Svg = "svg",
        /// Its bytes are those of no known type.
        UnknownType = "unknown_type",
        /// Its header cannot be read.
        Unreadable = "unreadable",
    }
}

impl NoPicture {
    /// What it means, as a clause for people.
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::TooManyBytes => "it is larger than run.image_bytes allows",
            Self::TooManyPoints => "it states more points than a picture of an article has",
            Self::Svg => "it is a drawing in SVG, which can hold scripts",
            Self::UnknownType => "it is neither JPEG, PNG, GIF, WebP nor AVIF",
            Self::Unreadable => "its header cannot be read",
        }
    }
}

/// A picture in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// BLAKE3 of its bytes in 64 hexadecimal digits.
    pub hash: String,
    /// What it is.
    pub kind: PictureKind,
    /// Points from left to right, as its header states.
    pub width: u32,
    /// Points from top to bottom.
    pub height: u32,
    /// How many.
    pub bytes: u64,
}

impl PictureFile {
    /// Where it lies below the folder of pictures, in the store and in exports alike: `ab/abcd….jpg`. `None` of a hash that is none,
    /// which would lead elsewhere.
    pub(crate) fn path(&self) -> Option<String> {
        let is_hash = self.hash.len() == 64 && self.hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let folder = self.hash.get(..2).filter(|_| is_hash)?;
        Some(format!("{folder}/{}.{}", self.hash, self.kind))
    }
}

/// What came of a picture of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureOutcome {
    /// It is kept.
    Kept(PictureFile),
    /// What came is not kept.
    Refused(NoPicture),
    /// Nothing came.
    Failed(ErrorClass),
}

impl PictureOutcome {
    /// The word of why there is none, "" of one that is kept.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Kept(_) => "",
            Self::Refused(why) => why.as_str(),
            Self::Failed(class) => class.as_str(),
        }
    }

    /// What became of a picture that there is not, by the word of its reason.
    pub(crate) fn from_reason(word: &str) -> Option<Self> {
        NoPicture::from_word(word).map(Self::Refused).or_else(|| ErrorClass::from_word(word).map(Self::Failed))
    }
}

impl fmt::Display for PictureOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept(_) => f.write_str("it is kept"),
            Self::Refused(why) => f.write_str(why.phrase()),
            Self::Failed(class) => f.write_str(class.phrase()),
        }
    }
}

/// A picture that an article wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedPicture {
    /// What all renderings of it share ([`boji_clean::clean::picture_id`]).
    pub name: String,
    /// Its address as it stands in the article.
    pub url: String,
}

/// A picture of an article, with what came of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Id of the article.
    pub article_id: String,
    /// What is wanted.
    pub wanted: WantedPicture,
    /// Its place among the pictures that the article wants, from 0.
    pub position: u32,
    /// What came of the last try; `None` before the first.
    pub outcome: Option<PictureOutcome>,
    /// How often it was asked for.
    pub tries: u32,
    /// When it was asked for last; `None` before the first try, and of one that was there already.
    pub tried_at: Option<Timestamp>,
    /// Not before this instant; `None` when nothing more will come.
    pub next_due: Option<Timestamp>,
}

impl Picture {
    /// The file in which it is kept.
    pub fn file(&self) -> Option<&PictureFile> {
        match &self.outcome {
            Some(PictureOutcome::Kept(file)) => Some(file),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use boji_clean::model::Word as _;

    use super::*;

    #[test]
    fn each_reason_is_read_from_its_own_word() {
        for word in NoPicture::words() {
            assert_eq!(PictureOutcome::from_reason(word).map(|outcome| outcome.reason()), Some(word));
        }
        assert_eq!(PictureOutcome::from_reason("not_found"), Some(PictureOutcome::Failed(ErrorClass::NotFound)));
        for class in ErrorClass::ALL {
            assert_eq!(NoPicture::from_word(class.as_str()), None, "one word for two reasons: {class}");
        }
    }

    #[test]
    fn a_hash_that_is_none_has_no_path() {
        let file =
            |hash: &str| PictureFile { hash: hash.into(), kind: PictureKind::Jpeg, width: 1, height: 1, bytes: 1 };
        let good = "ab".repeat(32);
        assert_eq!(file(&good).path(), Some(format!("ab/{good}.jpg")));
        for hash in ["", "ab", "../../../etc/passwd", &"AB".repeat(32), &format!("..{}", "a".repeat(62))] {
            assert_eq!(file(hash).path(), None, "{hash}");
        }
    }
}
