//! What is new at a source: feed, WeChat album, list of addresses, folder. It must not know the store, and it never
//! touches the network: [`Discover`] says what to ask for and reads what came.

mod album;
mod album_cursor;
mod album_paging;
mod album_reply;
mod contract;
mod feed;
mod folder;
mod kind;
mod listing;
mod recognise;
mod urls;

pub use album::Album;
pub use contract::{Discover, Failure, IsKnown, Query, SourceFacts, Step};
pub use feed::Feed;
pub use folder::{FileKind, Folder, FoundFile, Walk, WalkError, file_kind, walk};
pub use kind::of_kind;
pub use listing::{Listing, read_listing};
pub use recognise::{Recognised, recognise, recognise_address, suggest_id};
pub use urls::Urls;
