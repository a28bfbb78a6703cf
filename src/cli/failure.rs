use super::exit::Exit;
use super::output::Output;
use super::workplace;

/// Prints an error with its causes and its hint, and gives the exit code of its kind.
pub(super) fn report(error: &anyhow::Error, output: Output) -> Exit {
    if is_broken_pipe(error) {
        return Exit::Done;
    }
    let (exit, hint) = workplace::classify(error);
    // What was typed wrong is told in any case: no script relies on it.
    let output = if exit == Exit::Usage { output.at_least_quiet() } else { output };
    output.error(&workplace::with_causes(error), hint.as_deref());
    exit
}

/// Whether nobody reads any more what is printed.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
