use boji_clean::model::Timestamp;

use super::check::Check;
use super::gather::{Configuration, Findings, Folder, RulesFound, Wrong};
use crate::store::Look;

/// Least bytes that must be free, and those below which somebody should know.
const FULL: u64 = 50_000_000;
const NEARLY_FULL: u64 = 1_000_000_000;
/// Before this instant no boji was written, so no clock that is right shows it: 2026-01-01.
const EARLIEST: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// A clock that shows this or later is as wrong: 2100-01-01.
const LATEST: Timestamp = Timestamp::from_seconds(4_102_444_800);
/// Seconds by which what is stored may be from the future: two clocks that are set differ.
const AHEAD_SECONDS: i64 = 300;
/// Most single problems of one kind that are told.
const MOST_TOLD: usize = 10;

/// What was found, judged: the same findings give the same checks.
pub(super) fn judge(found: &Findings) -> Vec<Check> {
    let mut checks = vec![versions(found)];
    match &found.configuration {
        Ok(configuration) => of_configuration(configuration, &mut checks),
        Err(wrong) => checks.push(ill("configuration", wrong)),
    }
    match &found.rules {
        Some(Ok(rules)) => of_rules(rules, &mut checks),
        Some(Err(wrong)) => checks.push(ill("rules", wrong)),
        None => {}
    }
    if let Some(folder) = &found.config {
        checks.push(of_config_folder(folder));
    }
    checks.push(match &found.data {
        Ok(folder) => of_data_folder(folder),
        Err(wrong) => ill("data folder", wrong),
    });
    checks.extend(found.free.map(|free| of_disk(free, found.database_bytes)));
    checks.push(match &found.database {
        None => Check::warning("database", "there is none yet", "`boji init` makes one"),
        Some(Err(wrong)) => ill("database", wrong),
        Some(Ok(look)) => of_database(look),
    });
    checks.push(match &found.holder {
        None => Check::ok("lock", "free"),
        // A run that goes on is no illness.
        Some(Ok(holder)) => Check::ok("lock", holder.clone()),
        Some(Err(wrong)) => ill("lock", wrong),
    });
    checks.push(of_clock(found.now, found.newest));
    checks.push(Check::ok(
        "time zone",
        "this machine's counts nothing: times are UTC, those of cron a source's time_zone",
    ));
    match &found.client {
        Some(Ok(())) => checks.push(Check::ok("tls", "root certificates are found")),
        Some(Err(wrong)) => checks.push(ill("tls", wrong)),
        None => {}
    }
    checks
}

fn ill(name: &'static str, wrong: &Wrong) -> Check {
    Check::ill(name, wrong.message.clone(), wrong.hint.clone())
}

fn versions(found: &Findings) -> Check {
    let mut parts = vec![format!("boji {}", env!("CARGO_PKG_VERSION"))];
    if let Some(Ok(rules)) = &found.rules {
        parts.push(format!("rules {}", rules.version));
    }
    if let Some(Ok(look)) = &found.database {
        parts.push(format!("database {}", look.version));
    }
    parts.push(format!("SQLite {}", found.engine));
    Check::ok("versions", parts.join(", "))
}

fn of_configuration(found: &Configuration, checks: &mut Vec<Check>) {
    let files: Vec<String> = found.files.iter().map(|file| file.display().to_string()).collect();
    let files = if files.is_empty() { "no file: the shipped defaults count".to_owned() } else { files.join(", ") };
    checks.push(match &found.passed_over {
        Some(own) => Check::warning(
            "configuration",
            format!("{files}; not {}", own.display()),
            "the working folder goes before it: call boji elsewhere, or name a folder with --config",
        ),
        None => Check::ok("configuration", files),
    });
    checks.extend(
        found
            .mistakes
            .iter()
            .take(MOST_TOLD)
            .map(|mistake| Check::ill("sources", format!("failed to {}", mistake.message), mistake.hint.clone())),
    );
    if found.mistakes.is_empty() && found.sources > 0 {
        checks.push(Check::ok("sources", format!("{} of sources.toml", found.sources)));
    }
    checks.push(if found.has_contact {
        Check::ok("contact", "servers are told whom to ask")
    } else {
        Check::warning(
            "contact",
            "servers are not told whom to ask",
            "set fetch.contact to a mail address or URL of yours",
        )
    });
}

fn of_rules(found: &RulesFound, checks: &mut Vec<Check>) {
    if found.broken.is_empty() {
        let message = format!("{} of boilerplate and {} of sites do what their examples say", found.rules, found.sites);
        checks.push(Check::ok("rules", message));
    }
    checks.extend(found.broken.iter().take(MOST_TOLD).map(|broken| {
        Check::ill("rules", broken.clone(), "mend the rule, or the file of yours that changes a piece of it")
    }));
}

fn of_config_folder(folder: &Folder) -> Check {
    let path = folder.path.display();
    if folder.is_open_to_all {
        let hint = format!("`chmod o-w {path}`: who can write there says what boji fetches");
        return Check::ill("config folder", format!("anybody may write into {path}"), hint);
    }
    Check::ok("config folder", path.to_string())
}

fn of_data_folder(folder: &Folder) -> Check {
    let path = folder.path.display();
    if let Some(refused) = &folder.refused {
        let hint = "check that the folder is yours to write, and its disk is neither full nor read-only";
        return Check::ill("data folder", format!("{path} cannot be written: {refused}"), hint);
    }
    if folder.is_open_to_all {
        let hint = format!("`chmod o-w {path}`");
        return Check::ill("data folder", format!("anybody may write into {path}"), hint);
    }
    let more = if folder.is_there { "" } else { ", which is not there yet" };
    Check::ok("data folder", format!("{path}{more}"))
}

fn of_disk(free: u64, database: u64) -> Check {
    let message = format!("{:.1} GB free", free as f64 / 1e9);
    if free < FULL {
        return Check::ill("disk", message, "free some space: a run would end in the middle");
    }
    if free < NEARLY_FULL.max(database) {
        let hint = "`boji vacuum`, a backup and a new version of boji need as much as the database has";
        return Check::warning("disk", message, hint);
    }
    Check::ok("disk", message)
}

fn of_database(look: &Look) -> Check {
    if let Some(first) = look.problems.first() {
        let hint = "`boji status --check` tells more; restore the data folder from a backup";
        return Check::ill("database", format!("{first} ({} problems)", look.problems.len()), hint);
    }
    let Look { version, known, .. } = look;
    if version < known {
        let message = format!("version {version} of {known}");
        return Check::warning(
            "database",
            message,
            "the next command that opens it brings it up to date, and keeps a copy",
        );
    }
    Check::ok("database", format!("version {version}, its structure is whole; `boji status --check` reads all of it"))
}

fn of_clock(now: Timestamp, newest: Option<Timestamp>) -> Check {
    let hint = "set the clock: what is due, and for how long a host rests, is told by it";
    if !(EARLIEST..LATEST).contains(&now) {
        return Check::ill("clock", format!("it shows {now}"), hint);
    }
    match newest {
        Some(newest) if newest > now.plus_seconds(AHEAD_SECONDS) => {
            Check::ill("clock", format!("it shows {now}, and something was asked for at {newest}"), hint)
        }
        _ => Check::ok("clock", now.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::check::State;

    fn well() -> Findings {
        let folder = Folder { path: "d".into(), refused: None, is_there: true, is_open_to_all: false };
        Findings {
            configuration: Ok(Configuration {
                files: vec!["c/boji.toml".into()],
                passed_over: None,
                mistakes: Vec::new(),
                has_contact: true,
                sources: 2,
            }),
            rules: Some(Ok(RulesFound { rules: 9, sites: 1, version: "b3:1".into(), broken: Vec::new() })),
            client: Some(Ok(())),
            data: Ok(folder.clone()),
            config: Some(folder),
            free: Some(9_000_000_000),
            database_bytes: 1_000,
            database: Some(Ok(Look { version: 15, known: 15, problems: Vec::new() })),
            holder: None,
            now: Timestamp::from_seconds(1_800_000_000),
            newest: Some(Timestamp::from_seconds(1_799_999_999)),
            engine: "3",
        }
    }

    /// What is not well, as `state name`.
    fn told(change: impl FnOnce(&mut Findings)) -> String {
        let mut found = well();
        change(&mut found);
        let checks = judge(&found);
        assert!(checks.iter().all(|check| (check.state == State::Ok) == check.hint.is_empty()), "{checks:?}");
        let bad = checks.into_iter().filter(|check| check.state != State::Ok);
        bad.map(|check| format!("{} {}", check.state, check.name)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_illness_is_told_and_what_only_should_be_known_is_a_warning() {
        let wrong = || Wrong { message: "no".into(), hint: "do".into() };
        let configuration = |found: &mut Findings, change: fn(&mut Configuration)| {
            if let Ok(it) = &mut found.configuration {
                change(it);
            }
        };
        assert_eq!(told(|_| {}), "");
        assert_eq!(told(|it| it.configuration = Err(wrong())), "ill configuration");
        assert_eq!(told(|it| configuration(it, |it| it.passed_over = Some("own".into()))), "warning configuration");
        assert_eq!(told(|it| configuration(it, |it| it.has_contact = false)), "warning contact");
        let mistaken = |it: &mut Configuration| it.mistakes = vec![Wrong { message: "no".into(), hint: "do".into() }];
        assert_eq!(told(|it| configuration(it, mistaken)), "ill sources");
        assert_eq!(told(|it| it.rules = Some(Err(wrong()))), "ill rules");
        assert_eq!(told(|it| it.client = Some(Err(wrong()))), "ill tls");
        assert_eq!(told(|it| it.data = Err(wrong())), "ill data folder");
        assert_eq!(told(|it| it.free = Some(FULL - 1)), "ill disk");
        assert_eq!(told(|it| it.free = Some(NEARLY_FULL - 1)), "warning disk");
        assert_eq!(told(|it| it.database_bytes = 9_000_000_001), "warning disk");
        assert_eq!(told(|it| it.database = None), "warning database");
        assert_eq!(told(|it| it.database = Some(Err(wrong()))), "ill database");
        let look = |version, problems| Some(Ok(Look { version, known: 15, problems }));
        assert_eq!(told(|it| it.database = look(12, Vec::new())), "warning database");
        assert_eq!(told(|it| it.database = look(15, vec!["row 3".into()])), "ill database");
        assert_eq!(told(|it| it.holder = Some(Ok("process 1".into()))), "");
        assert_eq!(told(|it| it.holder = Some(Err(wrong()))), "ill lock");
        assert_eq!(told(|it| it.now = Timestamp::from_seconds(0)), "ill clock");
        assert_eq!(told(|it| it.newest = Some(Timestamp::from_seconds(1_800_000_301))), "ill clock");
        assert_eq!(told(|it| it.newest = Some(Timestamp::from_seconds(1_800_000_300))), "");
    }

    #[test]
    fn a_folder_that_others_or_nobody_can_write_is_ill() {
        let folder = |change: fn(&mut Folder)| {
            move |found: &mut Findings| {
                if let Ok(folder) = &mut found.data {
                    change(folder);
                }
            }
        };
        assert_eq!(told(folder(|it| it.refused = Some("read-only".into()))), "ill data folder");
        assert_eq!(told(folder(|it| it.is_open_to_all = true)), "ill data folder");
        assert_eq!(told(folder(|it| it.is_there = false)), "");
        let open = |it: &mut Findings| it.config.iter_mut().for_each(|folder| folder.is_open_to_all = true);
        assert_eq!(told(open), "ill config folder");
    }
}
