use boji_clean::word_enum;

word_enum! {
    /// Why a fetch gave no page, as a word that history, reports and recordings keep.
    pub enum ErrorClass {
        /// The host's name has no address.
        Dns = "dns",
        /// No connection, or it broke before an answer.
        Connect = "connect",
        /// TLS failed, mostly a certificate.
        Tls = "tls",
        /// Too slow to connect, silent too long, or too long in all.
        Timeout = "timeout",
        /// The decoded body is larger than `max_body_bytes`.
        TooLarge = "too_large",
        /// The body ended before its stated length.
        Truncated = "truncated",
        /// The body is not in the content encoding that its header names.
        Decode = "decode",
        /// Redirects that come back to themselves, or too many.
        RedirectLoop = "redirect_loop",
        /// A redirect without a usable target, or to another scheme than http and https.
        RedirectRefused = "redirect_refused",
        /// The host is, or resolves to, an address that is not public.
        PrivateAddress = "private_address",
        /// Not an http or https URL with a host.
        BadUrl = "bad_url",
        /// robots.txt forbids it, or could not be read.
        Robots = "robots",
        /// 401, 403, 407, 451: we are kept out.
        Forbidden = "forbidden",
        /// 404.
        NotFound = "not_found",
        /// 410: gone on purpose.
        Gone = "gone",
        /// 429.
        RateLimited = "rate_limited",
        /// 5xx, or an answer that makes no sense.
        Server = "server",
        /// Any other 4xx.
        Client = "client",
        /// The slow lane's requests of this day are used up.
        Budget = "budget",
        /// The host rests for longer than one run can wait.
        HostPaused = "host_paused",
        /// The recording holds no answer to this request.
        NotRecorded = "not_recorded",
    }
}

impl ErrorClass {
    /// What it means, as a clause for people.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Dns => "the name of its host has no address",
            Self::Connect => "there was no connection to its server, or it broke off",
            Self::Tls => "there was no secure connection to its server, mostly for a certificate",
            Self::Timeout => "its server was too slow",
            Self::TooLarge => "it is larger than fetch.max_body_bytes allows",
            Self::Truncated => "only a part of it came",
            Self::Decode => "it is not in the encoding that its header names",
            Self::RedirectLoop => "its redirects lead in a circle, or are too many",
            Self::RedirectRefused => "its redirect leads to no page of the web",
            Self::PrivateAddress => "its host has an address that is not public",
            Self::BadUrl => "its address is none of the web",
            Self::Robots => "robots.txt forbids it, or could not be read",
            Self::Forbidden => "its server keeps us out",
            Self::NotFound => "its server knows no such page",
            Self::Gone => "its server says that it is gone for good",
            Self::RateLimited => "its server had too many requests, or asks for a proof of humanity",
            Self::Server => "its server failed",
            Self::Client => "its server refused the request",
            Self::Budget => "the requests of the day to its host are used up",
            Self::HostPaused => "its host rests",
            Self::NotRecorded => "the recording holds no answer to it",
        }
    }

    /// The class of a final status; `None` below 400.
    pub const fn of_status(status: u16) -> Option<Self> {
        match status {
            0..=399 => None,
            401 | 403 | 407 | 451 => Some(Self::Forbidden),
            404 => Some(Self::NotFound),
            410 => Some(Self::Gone),
            429 => Some(Self::RateLimited),
            400..=499 => Some(Self::Client),
            500.. => Some(Self::Server),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_class() {
        for class in ErrorClass::ALL {
            assert_eq!(ErrorClass::from_word(class.as_str()), Some(*class));
        }
    }

    #[test]
    fn a_status_has_one_class() {
        let cases = [
            (200, None),
            (304, None),
            (400, Some("client")),
            (401, Some("forbidden")),
            (403, Some("forbidden")),
            (404, Some("not_found")),
            (410, Some("gone")),
            (418, Some("client")),
            (429, Some("rate_limited")),
            (503, Some("server")),
        ];
        for (status, want) in cases {
            assert_eq!(ErrorClass::of_status(status).map(ErrorClass::as_str), want, "{status}");
        }
    }
}
