//! Bytes to structure: charset, feeds, list pages, sitemaps, HTML, WeChat pages, Markdown archives, dates, OPML.
//!
//! Parsers never fail on bad input: they return a value and a list of issues. This module must not know network,
//! store or clock.

pub mod archive;
mod base64;
mod date;
mod decode;
mod dispatch;
mod feed;
pub mod html;
mod listed;
mod opml;
mod page;
mod signature;
pub mod wechat;

pub use archive::{Saved, saved};
pub use date::{begins_as_month, parse_date};
pub use decode::{Decoded, MarkupHint, decode};
pub use dispatch::{entry_page, page};
pub use feed::{Feed, FeedLink, NotAFeed, Rhythm, find_feed_links, parse_feed, without_feed_scheme};
pub use listed::{ArticleLink, ListPage, ListedPage, Sitemap, looks_like_sitemap, parse_list_page, parse_sitemap};
pub use opml::{SubscribedFeed, Subscriptions, parse_opml};
pub use page::{Body, Input, Page};
