//! What is new at a source: feed, WeChat album, list page, sitemap, list of addresses, folder. It must not know the store, and it never
//! touches the network: [`Discover`] says what to ask for and reads what came.

mod album;
mod album_paging;
mod album_reply;
mod contract;
mod feed;
mod finding;
mod folder;
mod kind;
mod list_page;
mod listing;
mod older;
mod recognise;
mod sitemap;
mod sitemap_choice;
mod sitemap_cursor;
mod urls;

pub use contract::Step;
pub(crate) use contract::{Failure, Query, SourceFacts};
pub(crate) use finding::{FoundFeed, NamedFeeds, addresses_meant, rank, well_known};
pub use folder::walk;
pub(crate) use folder::{
    FileKind, FoundFile, PassedOverFiles, WalkError, counted_as, ending_of, file_kind, is_of_page, may_hold_pages,
};
pub use kind::of_kind;
pub(crate) use list_page::listed_articles;
pub(crate) use listing::{
    AddressList, Listing, Record, RecordContent, read_addresses, read_listing, read_record, read_table, read_workbook,
};
pub(crate) use recognise::{Recognised, numbered, recognise, recognise_address, suggest_id};
pub(crate) use sitemap::is_sitemap;
