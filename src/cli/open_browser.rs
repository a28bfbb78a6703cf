use std::process::Command;

use anyhow::Context as _;
use serde::Serialize;
use url::Url;

use super::mistake::Mistake;
use super::output::Output;
use super::workplace;

/// What became of it, for `--json`.
#[derive(Serialize)]
struct Opened<'a> {
    url: &'a str,
    opened: bool,
}

/// Opens an address of the web in the person's browser: the one in `$BROWSER`, else the one that the system knows. No shell sees
/// the address. Where nothing opens it, it is printed.
///
/// # Errors
/// The address is not http or https, or stdout is closed.
pub(super) fn open(address: &str, output: Output) -> anyhow::Result<()> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        let message = format!("{address} is not http or https");
        return Err(Mistake::failure(message, "a browser is given addresses of the web alone").into());
    };
    let opened = opened_by_own(&url) || open::that(url.as_str()).is_ok();
    if output.json {
        output.json(&Opened { url: url.as_str(), opened }).context("failed to print")?;
    } else if opened {
        output.note(format_args!("opened {url}"));
    } else {
        output.note("there is no browser to open this in; `BROWSER` in the environment may name one");
        output.data(&url)?;
    }
    Ok(())
}

/// Whether one of the commands in `$BROWSER` took it. Each is waited for: one may run in this terminal.
fn opened_by_own(url: &Url) -> bool {
    let browsers = workplace::environment("BROWSER").unwrap_or_default();
    commands(&browsers, url.as_str())
        .into_iter()
        .any(|(program, arguments)| Command::new(program).args(arguments).status().is_ok_and(|status| status.success()))
}

/// The commands that `$BROWSER` names: separated by colons, in words; `%s` is the address, which else comes last.
fn commands(browsers: &str, address: &str) -> Vec<(String, Vec<String>)> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    let command = |browser: &str| {
        let mut words = browser.split_whitespace().map(str::to_owned);
        let program = words.next()?;
        let mut arguments: Vec<String> = words.map(|word| word.replace("%s", address)).collect();
        if !browser.contains("%s") {
            arguments.push(address.to_owned());
        }
        Some((program, arguments))
    };
    browsers.split(separator).filter_map(command).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_word_of_the_command_whatever_stands_in_it() {
        let cases = [
            ("", vec![]),
            (" : ", vec![]),
            ("lynx", vec!["lynx|https://a.example/;x&y"]),
            (
                "firefox --new-window %s:w3m -o a=%s",
                vec!["firefox|--new-window|https://a.example/;x&y", "w3m|-o|a=https://a.example/;x&y"],
            ),
        ];
        for (browsers, want) in cases {
            let told = commands(browsers, "https://a.example/;x&y").into_iter();
            let told: Vec<String> = told.map(|(program, words)| [&[program][..], &words].concat().join("|")).collect();
            assert_eq!(told, want, "{browsers}");
        }
    }
}
