use url::Url;

use crate::model::{ErrorClass, Hop};

/// The URL that may be stored in place of the one asked for: the end of the unbroken run of permanent redirects
/// (301, 308) with which the hops begin. `None` when the first answer was no permanent redirect.
pub fn permanent_target(hops: &[Hop]) -> Option<&str> {
    let run = hops.iter().take_while(|hop| matches!(hop.status, 301 | 308)).count();
    if run == 0 {
        return None;
    }
    hops.get(run).map(|hop| hop.url.as_str())
}

/// Whether an answer with this status sends us elsewhere.
pub(super) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads, or why it is not followed. `hops` are the answers so far, the redirect's own the last.
pub(super) fn next_hop(location: Option<&str>, hops: &[Hop], most: usize) -> Result<Url, (ErrorClass, String)> {
    let refused = |message: String| Err((ErrorClass::RedirectRefused, message));
    let Some(location) = location.map(str::trim).filter(|location| !location.is_empty()) else {
        return refused("redirect without a location".to_owned());
    };
    let Some(current) = hops.last().and_then(|hop| Url::parse(&hop.url).ok()) else {
        return refused("redirect from an unreadable URL".to_owned());
    };
    let Ok(mut target) = current.join(location) else {
        return refused(format!("redirect to an unreadable location {location:?}"));
    };
    if !matches!(target.scheme(), "http" | "https") || target.host_str().is_none() {
        return refused(format!("redirect to {target}, which is not http or https"));
    }
    target.set_fragment(None);
    if hops.iter().any(|hop| hop.url == target.as_str()) {
        return Err((ErrorClass::RedirectLoop, format!("redirected in a circle, back to {target}")));
    }
    if hops.len() > most {
        return Err((ErrorClass::RedirectLoop, format!("more than {most} redirects")));
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Case = (&'static [(&'static str, u16)], Option<&'static str>);

    fn hops(list: &[(&str, u16)]) -> Vec<Hop> {
        list.iter().map(|(url, status)| Hop { url: (*url).to_owned(), status: *status }).collect()
    }

    #[test]
    fn only_the_permanent_prefix_counts() {
        let cases: [Case; 5] = [
            (&[("http://a/", 200)], None),
            (&[("http://a/", 301), ("http://b/", 200)], Some("http://b/")),
            (&[("http://a/", 301), ("http://b/", 308), ("http://c/", 302), ("http://d/", 200)], Some("http://c/")),
            (&[("http://a/", 302), ("http://b/", 301), ("http://c/", 200)], None),
            (&[("http://a/", 301)], None),
        ];
        for (list, want) in cases {
            assert_eq!(permanent_target(&hops(list)), want, "{list:?}");
        }
    }

    #[test]
    fn follows_http_only_and_finds_loops() {
        let so_far = hops(&[("https://a.example/x", 301), ("https://a.example/y", 301)]);
        let cases = [
            (Some("z?q=1#top"), Ok("https://a.example/z?q=1")),
            (Some("//b.example/"), Ok("https://b.example/")),
            (Some("http://b.example/"), Ok("http://b.example/")),
            (Some("file:///etc/passwd"), Err(ErrorClass::RedirectRefused)),
            (Some("javascript:0"), Err(ErrorClass::RedirectRefused)),
            (Some("https://"), Err(ErrorClass::RedirectRefused)),
            (Some(""), Err(ErrorClass::RedirectRefused)),
            (None, Err(ErrorClass::RedirectRefused)),
            (Some("/x#again"), Err(ErrorClass::RedirectLoop)),
        ];
        for (location, want) in cases {
            let got = next_hop(location, &so_far, 8);
            let got = got.as_ref().map(Url::as_str).map_err(|(class, _)| *class);
            assert_eq!(got, want, "{location:?}");
        }
        assert_eq!(next_hop(Some("/z"), &so_far, 1).map_err(|(class, _)| class), Err(ErrorClass::RedirectLoop));
    }
}
