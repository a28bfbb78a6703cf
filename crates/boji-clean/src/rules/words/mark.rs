//! What class words say of the element that bears them.

/// What the class words of an element say, as bits.
pub type Marks = u16;
/// It holds a date.
pub const DATE: Marks = 1;
/// It speaks of the last change.
pub const UPDATED: Marks = 2;
/// It holds an author's name.
pub const AUTHOR: Marks = 4;
/// It tells about an author: portrait, biography, job.
pub const ABOUT: Marks = 8;
/// Readers wrote it.
pub const COMMENTS: Marks = 16;
/// It belongs to other pages, or to the site.
pub const ELSEWHERE: Marks = 32;
/// The marks of a part of a page: what lies inside has them too.
pub const ZONE: Marks = COMMENTS | ELSEWHERE;
/// It speaks of the publication.
pub const PUBLISHED: Marks = 64;
/// The word before it turns the rest of a name into its opposite. Never given away.
pub(super) const NEGATOR: Marks = 128;
/// It speaks of the last change on some sites and of the publication on others.
pub const PERHAPS_UPDATED: Marks = 256;
/// It names the title of a post, not that of its site.
pub const ENTRY_TITLE: Marks = 512;
