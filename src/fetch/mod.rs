//! Bytes over HTTP, politely; or from a recording.
//!
//! [`Fetcher`] is the way in: it paces hosts, asks robots.txt, follows redirects by hand and sorts failures into
//! classes. Below it lies a [`Transport`], one request and one answer: [`Live`] asks the network, [`Recorder`] writes
//! down what another transport did, [`Replay`] answers from such a recording alone. What decides (waits and
//! dates, freshness, redirects, addresses, what a robots.txt says) is made of pure functions. This module must not know HTML.

mod account;
mod address;
mod cookies;
mod error;
mod fetcher;
mod freshness;
mod link_header;
mod live;
mod pace;
mod reader;
mod recording;
mod redirect;
mod replay;
mod retry;
mod robots;
mod robots_rules;
mod slot;
mod transport;
mod warc;

pub use account::Account;
pub(crate) use account::{loses_account, with_account_of};
pub(crate) use cookies::CookieJar;
pub use error::FetchError;
pub(crate) use error::{REDACTED, redact_url};
pub use fetcher::{Ask, Fetched, Fetcher, Purpose};
pub(crate) use freshness::freshness;
pub(crate) use link_header::link_targets;
pub use live::Live;
pub(crate) use pace::LONGEST_WISH_SECONDS;
pub(crate) use reader::{carries_own_to, takes_secrets_away};
pub(crate) use recording::{RecordingError, check_place};
pub use redirect::permanent_target;
pub use replay::{Recorder, Replay};
pub(crate) use retry::backoff;
pub(crate) use robots::{RobotsKnown, robots_allow, robots_known};
pub(crate) use slot::{Slot, Slots};
pub use transport::{Exchange, Request, Transport};
pub(crate) use warc::{Draft, EXCERPT_URN, LATER_PAGES_FIELD, Original, PAGE_OF_FIELD};
