//! What names articles without telling them: pages that list articles, and sitemaps. Bytes to links, and to nothing else.

mod address;
mod identity;
mod page;
mod pager;
mod scan;
mod sitemap;
mod words;

pub use page::{ArticleLink, ListPage, parse_list_page};
pub use sitemap::{ListedPage, Sitemap, looks_like_sitemap, parse_sitemap};
