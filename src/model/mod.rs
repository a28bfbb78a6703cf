//! The nouns of fetching and keeping, beside those of cleaning in `boji_clean::model`: plain data without I/O.
//!
//! Everything here can be built in a test with a literal. This module imports nothing of the crate; every other
//! module may import it. It must not know files, sockets, SQL or HTML.

mod capture;
mod clock;
mod decision;
mod duplicate;
mod entry_rule;
mod error_class;
mod outcome;
mod picture;
mod record;
mod source;
mod standing;
mod withheld;

pub(crate) use capture::type_of_file;
pub use capture::{Capture, Hop};
pub(crate) use clock::SystemClock;
pub use clock::{BoxFuture, Clock, ManualClock};
pub use decision::{Decision, Hold, Known, Latest, SetAside};
pub use duplicate::{Duplicate, DuplicateKind, Duplicates, Likeness, Resemblance, Score};
pub(crate) use entry_rule::{EntryRule, EntryRules, MAX_RULES, RULE_FORMS};
pub use error_class::ErrorClass;
pub use outcome::{FailureClass, Outcome};
pub use picture::{KeepImages, NoPicture, Picture, PictureFile, PictureKind, PictureOutcome, WantedPicture};
pub(crate) use record::DOCUMENT_KEY;
pub use record::{Entry, EntryStatus, FetchRecord, HostState, LastSight, StoredArticle, Submission};
pub use source::{Schedule, Source, SourceKind, SourceState};
pub use standing::{Standing, VersionCount};
pub use withheld::{Forgetting, Forgotten, Hidden, Hideable};
