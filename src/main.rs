//! The `boji` command: arguments in, exit code out.

use std::process::ExitCode;

/// A page is thousands of small pieces, made at once and dropped at once, which this allocator does best.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    boji::cli::main(std::env::args_os())
}
