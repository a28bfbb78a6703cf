use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::arguments::{self, Arguments, Generated};
use super::exit::Exit;

/// Writes shell completions or the manual page to stdout.
pub(super) fn run(command: &arguments::Generate) -> anyhow::Result<Exit> {
    let mut definition = Arguments::command();
    let mut out = Vec::new();
    match command.what {
        Generated::Bash => clap_complete::generate(Shell::Bash, &mut definition, "boji", &mut out),
        Generated::Zsh => clap_complete::generate(Shell::Zsh, &mut definition, "boji", &mut out),
        Generated::Fish => clap_complete::generate(Shell::Fish, &mut definition, "boji", &mut out),
        Generated::Man => clap_mangen::Man::new(definition).render(&mut out)?,
    }
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&out)?;
    stdout.flush()?;
    Ok(Exit::Done)
}
