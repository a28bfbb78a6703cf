//! What servers may expect of a client that reads feeds: the rows of `docs/manners.md` that no other test plays, by number.

mod bytes;
mod caching;
mod crowds;
mod identity;
mod moving;
mod robots;
mod waiting;

use crate::scene::{Asked, Given};
use crate::writing::feed;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// A feed of one site with the entries of these numbers, with their texts.
fn telling(site: &str, numbers: impl IntoIterator<Item = u32>) -> String {
    let entry = |number: u32| (format!("https://{site}.example/{number}"), format!("{site} {number}"));
    feed(site, &numbers.into_iter().map(entry).collect::<Vec<_>>(), true)
}

/// A feed of one entry.
fn short(site: &str) -> Given {
    Given::new(200, telling(site, [1]))
}

/// An RSS feed of one entry, with more in its head.
fn rss(site: &str, head: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" \
         xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>{site}</title>{head}<item><title>{site} 1</title>\
         <link>https://{site}.example/1</link><guid>{site}-1</guid><description>{}</description></item></channel></rss>",
        crate::writing::prose(site).replace('<', "&lt;")
    )
}

/// The address of a site's feed. Sites are apart: no two share a registered name.
fn address(site: &str) -> String {
    format!("https://{site}.example/feed")
}

/// The validators of a request.
fn validators(asked: &Asked) -> (Option<&str>, Option<&str>) {
    (asked.header("if-none-match"), asked.header("if-modified-since"))
}

/// Minutes from one to another in equal steps, the last one left out.
fn every(step: i64, minutes: std::ops::Range<i64>) -> impl Iterator<Item = i64> {
    minutes.step_by(usize::try_from(step).expect("positive"))
}

/// Seconds between requests.
fn gaps(requests: &[Asked]) -> Vec<i64> {
    requests.windows(2).map(|pair| pair[1].at.as_seconds() - pair[0].at.as_seconds()).collect()
}

/// An instant as HTTP writes it (RFC 9110 §5.6.7), or in another form.
fn written(seconds: i64, form: &str) -> String {
    jiff::Timestamp::from_second(seconds).expect("an instant").strftime(form).to_string()
}

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
