use super::album::Album;
use super::contract::Discover;
use super::feed::Feed;
use super::folder::Folder;
use super::list_page::ListPage;
use super::sitemap::Sitemap;
use super::urls::Urls;
use crate::model::SourceKind;

/// What discovers for a kind of source.
pub fn of_kind(kind: SourceKind) -> &'static dyn Discover {
    match kind {
        SourceKind::Feed => &Feed,
        SourceKind::Album => &Album,
        SourceKind::Urls => &Urls,
        SourceKind::ListPage => &ListPage,
        SourceKind::Sitemap => &Sitemap,
        SourceKind::Folder => &Folder,
    }
}
