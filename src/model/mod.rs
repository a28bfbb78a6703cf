//! The nouns of the house: plain data without I/O.
//!
//! Everything here can be built in a test with a literal. This module imports nothing of the crate; every other
//! module may import it. It must not know files, sockets, SQL or HTML.

mod album_link;
mod article;
mod block;
mod candidate;
mod capture;
mod category;
mod clock;
mod date;
mod decision;
mod error_class;
mod facts;
mod issue;
mod key;
mod learned;
mod letter;
mod outcome;
mod plain_address;
mod record;
mod rule_id;
mod source;
mod standing;
mod state;
mod timestamp;
mod url;
mod wechat_link;
mod word;

pub use album_link::AlbumLink;
pub use article::{Article, ArticleKind, ListedImage, Metadata, Origin};
pub use block::{Block, BlockKind, Image, JudgedBlock, Label, Span, Style, Verdict};
pub use candidate::{Candidate, FoundBy};
pub use capture::{Capture, Hop};
pub use category::Category;
pub use clock::{BoxFuture, Clock, ManualClock, SystemClock};
pub use date::Date;
pub use decision::{Decision, Known, Latest};
pub use error_class::ErrorClass;
pub use facts::{Conflict, Facts};
pub use issue::{Issue, IssueCode};
pub use key::ArticleKey;
pub use learned::{Edge, Learned, LearnedBlock, Lesson, Profile, Ruling, Sighting, Sightings, WINDOW};
pub use letter::{count_letters, has_letters, is_letter};
pub use outcome::{FailureClass, Outcome};
pub use plain_address::plain_address;
pub use record::{Entry, EntryStatus, FetchRecord, HostState, StoredArticle, Submission};
pub use rule_id::{BuiltinRule, RuleFamily, RuleId};
pub use source::{Schedule, Source, SourceKind, SourceState};
pub use standing::Standing;
pub use state::PageState;
pub use timestamp::Timestamp;
pub use url::{MAX_ADDRESS, canonical_url};
pub use wechat_link::WeChatLink;
pub use word::Word;
pub(crate) use word::{or_empty, read_word, word_enum};
