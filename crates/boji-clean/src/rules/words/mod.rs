//! The lists of words by which pages are read, from the files of `config/` that bear their names. A file of the same name
//! in a person's folder adds to them.

mod blocks;
mod chrome;
mod lists;
pub mod metadata;
mod pager;
mod parts;
mod personal;
mod read;
mod states;

pub use blocks::{AddressWords, BlockWords};
pub use chrome::{ChromeWords, Hint};
pub use metadata::{AuthorWords, DateWords, LicenceWords, MetadataWords};
pub use pager::{Address, PagerForm, PagerWords, Says, Wording};
pub use personal::{Personal, PersonalKind, PersonalWords};
pub use read::Words;
pub(super) use read::WordsDraft;
pub(crate) use states::weight;
pub use states::{Listed, PlaceTaker, Shown, StateWords};
