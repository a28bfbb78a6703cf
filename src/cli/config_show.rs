use std::path::PathBuf;

use serde::Serialize;
use toml::{Table, Value};

use super::arguments::{self, Arguments, ConfigCommand};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::config::Loaded;

/// Version of the form of `config show --json`; a field that is added is no other version.
const SCHEMA: u32 = 1;

/// All settings in force.
#[derive(Serialize)]
struct Shown {
    schema: u32,
    files: Vec<PathBuf>,
    passed_over: Option<PathBuf>,
    data: PathBuf,
    data_from: &'static str,
    settings: Vec<Setting>,
}

/// One setting.
#[derive(Serialize)]
struct Setting {
    name: String,
    value: Value,
    /// `default` or `file`.
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

/// Shows the files that were read, then every setting with its value and its origin.
pub(super) fn run(command: &arguments::Config, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let ConfigCommand::Show = command.command;
    let loaded = workplace::configuration(arguments)?;
    let shown = Shown {
        schema: SCHEMA,
        files: loaded.files.clone(),
        passed_over: loaded.passed_over.clone(),
        data: workplace::data_folder(arguments)?,
        data_from: workplace::origin(arguments.data.as_ref(), "BOJI_DATA"),
        settings: settings(&loaded)?,
    };
    if output.json {
        output.json(&shown)?;
    } else {
        print(&shown, arguments, output)?;
    }
    Ok(Exit::Done)
}

fn settings(loaded: &Loaded) -> anyhow::Result<Vec<Setting>> {
    let mut settings = Vec::new();
    for (table, values) in Table::try_from(&loaded.settings)? {
        let Value::Table(values) = values else { continue };
        for (key, value) in values {
            let name = format!("{table}.{key}");
            let origin = loaded.origins.get(&name);
            let value = if name == "fetch.proxy" { without_password(value) } else { value };
            let from = if origin.is_some() { "file" } else { "default" };
            let (file, line) = (origin.map(|it| it.file.clone()), origin.map(|it| it.line));
            settings.push(Setting { name, value, from, file, line });
        }
    }
    Ok(settings)
}

/// The address of a proxy without what may be a password.
fn without_password(value: Value) -> Value {
    match &value {
        Value::String(address) => match address.rsplit_once('@') {
            Some((account, host)) => {
                let scheme = account.split_once("://").map_or("", |(scheme, _)| scheme);
                Value::String(format!("{scheme}://redacted@{host}"))
            }
            None => value,
        },
        _ => value,
    }
}

fn print(shown: &Shown, arguments: &Arguments, output: Output) -> std::io::Result<()> {
    let from = workplace::origin(arguments.config.as_ref(), "BOJI_CONFIG");
    for (index, file) in shown.files.iter().enumerate() {
        let why = if from == "default" { "found" } else { from };
        let why = if index == 0 { format!("  ({why})") } else { String::new() };
        output.data(format_args!("file  {}{why}", file.display()))?;
    }
    if shown.files.is_empty() {
        output.data("file  none: the shipped defaults count")?;
    }
    if let Some(own) = &shown.passed_over {
        output.data(format_args!("not   {}, for the working folder goes before it", own.display()))?;
    }
    output.data(format_args!("data  {}  ({})", shown.data.display(), shown.data_from))?;
    for Setting { name, value, file, line, .. } in &shown.settings {
        let origin = match (file, line) {
            (Some(file), Some(line)) => format!("{}:{line}", file.display()),
            _ => "default".to_owned(),
        };
        output.data(format_args!("{:<52}  {origin}", format!("{name} = {value}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        for (address, want) in [
            ("http://me:p@ss@a.example:8080", "http://redacted@a.example:8080"),
            ("socks5://a.example:1080", "socks5://a.example:1080"),
            ("", ""),
        ] {
            assert_eq!(without_password(Value::String(address.into())), Value::String(want.into()), "{address}");
        }
    }
}
