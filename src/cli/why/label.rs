use crate::cli::output::Output;
use crate::inspect::{HostFact, PageFact, RequestFact};

/// A fact under its name; none of one that is "".
pub(super) fn fact(output: Output, name: &str, value: &str) -> std::io::Result<()> {
    if value.is_empty() { Ok(()) } else { output.data(format_args!("{name:<12}{value}")) }
}

/// The entries that named a page, each with how it stands.
pub(super) fn entries(output: Output, entries: &[PageFact]) -> std::io::Result<()> {
    for page in entries {
        fact(output, "named by", &format!("{} ({}): {}", page.source, page.name(), page.standing()))?;
    }
    Ok(())
}

/// Requests, the last first.
pub(super) fn requests(output: Output, name: &str, requests: &[RequestFact]) -> std::io::Result<()> {
    requests.iter().rev().try_for_each(|request| fact(output, name, &request.line()))
}

/// The rest of a host, if it rests.
pub(super) fn rest(output: Output, host: Option<&HostFact>) -> std::io::Result<()> {
    let Some((host, rest)) = host.and_then(|host| Some((host, host.rest()?))) else { return Ok(()) };
    fact(output, "host", &format!("{} rests {rest}", host.host))
}
