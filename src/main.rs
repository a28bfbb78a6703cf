//! The `boji` command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    boji::cli::main(std::env::args_os())
}
