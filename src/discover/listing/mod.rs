//! Articles that somebody has written down: lists of WeChat articles, which are replies of the platform and what exporters
//! make of them; lists of addresses and tables of them; and records that carry one page or text each.
//!
//! They are known by their content, never by a file's name. It must not know the store.

mod addresses;
mod item;
mod json;
mod paragraphs;
mod profile;
mod read;
mod record;
mod table;

pub(crate) use addresses::{AddressList, read_addresses};
pub(super) use json::{date, number, raw_text, text};
pub(crate) use read::{Listing, read_listing};
pub(crate) use record::{Record, RecordContent, read_record};
pub(crate) use table::{read_table, read_workbook};
