use super::counted::counted;
use super::exit::Exit;
use super::export_arguments::Verify;
use super::output::Output;
use crate::export;

/// Compares an export with its manifest.
pub(super) fn run(command: &Verify, output: Output) -> anyhow::Result<Exit> {
    let verified = export::verify(&command.folder)?;
    if output.json {
        output.json(&verified)?;
    }
    for problem in &verified.problems {
        output.warn(problem, None);
    }
    if verified.problems.is_empty() {
        let are = if verified.files == 1 { "is" } else { "are" };
        let (files, records) = (counted(verified.files, "file"), counted(verified.records, "record"));
        output.note(format_args!("{files} with {records} {are} as the manifest says"));
        return Ok(Exit::Done);
    }
    Ok(Exit::Unhealthy)
}
