//! Bytes over HTTP, politely; or from a recording.
//!
//! [`Fetcher`] is the way in: it paces hosts, asks robots.txt, follows redirects by hand and sorts failures into
//! classes. Below it lies a [`Transport`], one request and one answer: [`Live`] asks the network, [`Record`] writes
//! down what another transport did, [`Replay`] answers from such a recording alone. What decides (dates, waits,
//! freshness, redirects, robots, addresses) is pure and stands in files of its own. This module must not know HTML.

mod address;
mod ask;
mod cause;
mod error;
mod fetcher;
mod freshness;
mod http_time;
mod lane;
mod live;
mod obey;
mod pace;
mod record;
mod redact;
mod redirect;
mod replay;
mod resolve;
mod retry;
mod robots;
mod tape;
mod tape_reader;
mod transport;

pub use ask::{Ask, Fetched, Purpose};
pub use error::FetchError;
pub use fetcher::Fetcher;
pub(crate) use freshness::freshness;
pub use live::Live;
pub use record::Record;
pub(crate) use redact::redact_url;
pub use redirect::permanent_target;
pub use replay::Replay;
pub(crate) use retry::backoff;
pub use transport::{Exchange, Request, Transport};
