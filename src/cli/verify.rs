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
        output
            .note(format_args!("{} files with {} records are as the manifest says", verified.files, verified.records));
        return Ok(Exit::Done);
    }
    Ok(Exit::Unhealthy)
}
