use crate::model::ErrorClass;
use std::error::Error;
use std::io;

/// What really went wrong below an HTTP client's error: its innermost cause decides the class and the message.
/// `during` is what to call it when no cause says more.
pub(super) fn class_of(error: &(dyn Error + 'static), during: ErrorClass) -> (ErrorClass, String) {
    let mut class = during;
    let mut message = error.to_string();
    let mut next = Some(error);
    let mut depth = 0;
    while let Some(cause) = next
        && depth < MAX_DEPTH
    {
        if let Some(known) = known_class(cause) {
            class = known;
        }
        message = cause.to_string();
        next = beneath(cause);
        depth += 1;
    }
    (class, message)
}

/// A resolver's refusal: every address of the name is private.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no public address")]
pub(super) struct NoPublicAddress(pub String);

/// A resolver's failure.
#[derive(Debug, thiserror::Error)]
#[error("no address found for {0}")]
pub(super) struct NoAddress(pub String);

/// Chains of causes are short; this only bounds a cycle.
const MAX_DEPTH: usize = 16;

fn known_class(cause: &(dyn Error + 'static)) -> Option<ErrorClass> {
    if cause.is::<NoPublicAddress>() {
        return Some(ErrorClass::PrivateAddress);
    }
    if cause.is::<NoAddress>() {
        return Some(ErrorClass::Dns);
    }
    if cause.is::<rustls::Error>() {
        return Some(ErrorClass::Tls);
    }
    let io = cause.downcast_ref::<io::Error>()?;
    match io.kind() {
        io::ErrorKind::UnexpectedEof => Some(ErrorClass::Truncated),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => Some(ErrorClass::Decode),
        io::ErrorKind::TimedOut => Some(ErrorClass::Timeout),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted => {
            Some(ErrorClass::Connect)
        }
        _ => None,
    }
}

/// `io::Error::source` skips the error that it wraps, which is the one that we look for.
fn beneath<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return Some(inner);
    }
    cause.source()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_known_cause_decides() {
        let cut = io::Error::other(io::Error::new(io::ErrorKind::UnexpectedEof, "cut off"));
        assert_eq!(class_of(&cut, ErrorClass::Connect), (ErrorClass::Truncated, "cut off".to_owned()));
        let hidden = io::Error::other(NoPublicAddress("intranet".into()));
        assert_eq!(class_of(&hidden, ErrorClass::Connect).0, ErrorClass::PrivateAddress);
        let unknown = io::Error::other("odd");
        assert_eq!(class_of(&unknown, ErrorClass::Connect), (ErrorClass::Connect, "odd".to_owned()));
    }
}
