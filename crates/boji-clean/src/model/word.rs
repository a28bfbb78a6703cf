use serde::{Deserialize, Deserializer};

/// A closed set of values, each with a stable word under which it is stored, reported and read again.
pub trait Word: Copy + Sized + 'static {
    /// The word of each value.
    fn words() -> Vec<&'static str>;

    /// The stable word.
    fn as_str(self) -> &'static str;

    /// The value of a word that [`Word::as_str`] gives.
    fn from_word(word: &str) -> Option<Self>;
}

/// Declares an enum that is a [`Word`](crate::model::Word), each variant beside its word. It is shown and serialised as its
/// word.
#[doc(hidden)]
#[macro_export]
macro_rules! word_enum {
    (
        $(#[$meta:meta])*
        $visible:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of its declaration.
            $visible const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            $visible const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value of a word that `as_str` gives.
            $visible fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::model::Word for $name {
            fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|value| value.as_str()).collect()
            }

            fn as_str(self) -> &'static str {
                self.as_str()
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::model::read_word(deserializer)
            }
        }
    };
}
pub(crate) use word_enum;

/// Reads a value from its word; the error names the words that there are.
pub fn read_word<'de, T: Word, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    value_of(&String::deserialize(deserializer)?)
}

fn value_of<T: Word, E: serde::de::Error>(word: &str) -> Result<T, E> {
    T::from_word(word).ok_or_else(|| {
        let known = T::words().join("`, `");
        E::custom(format_args!("unknown word `{word}`, expected one of `{known}`"))
    })
}

/// For `#[serde(with = …)]`: a value that may be unknown, which is stored as "".
pub mod or_empty {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::word::{Word, value_of};

    pub fn serialize<T: Word, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.map_or("", Word::as_str))
    }

    pub fn deserialize<'de, T: Word, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let word = String::deserialize(deserializer)?;
        if word.is_empty() { Ok(None) } else { value_of(&word).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    word_enum! {
        /// Three grains.
        pub(super) enum Grain {
            /// Rye.
            Rye = "rye",
            /// Oats.
            Oats = "oats",
        }
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sack {
        #[serde(with = "or_empty")]
        grain: Option<Grain>,
    }

    #[test]
    fn each_value_is_read_from_its_own_word() {
        for grain in Grain::ALL {
            assert_eq!(Grain::from_word(grain.as_str()), Some(*grain), "{grain}");
        }
        assert_eq!(Grain::from_word("Rye"), None);
        let read: Result<Grain, _> = serde_json::from_str("\"ry\"");
        assert!(read.expect_err("unknown").to_string().contains("unknown word `ry`, expected one of `rye`, `oats`"));
    }

    #[test]
    fn an_unknown_value_is_stored_as_an_empty_word() {
        for (sack, want) in
            [(Sack { grain: Some(Grain::Oats) }, r#"{"grain":"oats"}"#), (Sack { grain: None }, r#"{"grain":""}"#)]
        {
            let json = serde_json::to_string(&sack).expect("JSON");
            assert_eq!(json, want);
            assert_eq!(serde_json::from_str::<Sack>(&json).expect("a sack"), sack);
        }
    }
}
