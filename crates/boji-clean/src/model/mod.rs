//! The nouns of cleaning: plain data without I/O.
//!
//! Everything here can be built in a test with a literal. This module imports nothing of the crate; every other
//! module may import it. It must not know files, sockets, SQL or HTML.

mod article;
mod block;
mod candidate;
mod category;
mod date;
mod facts;
mod issue;
mod key;
mod learned;
pub mod limits;
mod plain_address;
mod rule_id;
mod state;
mod url;
mod wechat_link;
mod word;

pub(crate) use article::content_hash;
pub use article::{Article, ArticleKind, FLAGS, ListedImage, Metadata, Origin};
pub use block::{Block, BlockKind, Cell, Image, JudgedBlock, Label, STRUCK, Span, Style, Verdict};
pub use candidate::{Candidate, FoundBy};
pub use category::Category;
pub use date::{Date, Timestamp, offset_minutes};
pub use facts::{Conflict, Facts};
pub use issue::{Issue, IssueCode};
pub use key::ArticleKey;
pub use learned::{Edge, Learned, LearnedBlock, Lesson, Profile, Ruling, Sighting, Sightings, WINDOW};
pub use plain_address::plain_address;
pub use rule_id::{BuiltinRule, RuleFamily, RuleId};
pub use state::PageState;
pub use url::{MAX_ADDRESS, bare_host, canonical_url, is_same_site};
pub use wechat_link::{AlbumLink, WeChatLink};
pub(crate) use word::word_enum;
pub use word::{Word, or_empty, read_word};
