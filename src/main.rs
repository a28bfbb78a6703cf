//! The `boji` command: arguments in, exit code out.

use std::process::ExitCode;

/// A page makes and drops tens of thousands of nodes and texts, which the system's allocator spends a tenth of the time on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    boji::main(std::env::args_os())
}
