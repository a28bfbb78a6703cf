use boji_clean::model::Timestamp;

use super::arguments::Arguments;
use super::article_arguments::{Forget, Hide, HideableArguments, Unhide};
use super::counted::counted;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::inspect::rfc3339;
use crate::model::{Clock as _, Hidden, Hideable, SystemClock};
use crate::store::Store;

/// Hides articles, those of a source or of an account.
pub(super) fn hide(command: &Hide, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let hidden_at = SystemClock.now();
    let before = store.hidden()?;
    // All are looked up before the first is hidden: a typing error changes nothing.
    for (kind, subject) in meant(&command.what, store.as_ref())? {
        let was = before.iter().find(|one| one.kind == kind && one.subject == subject);
        let hidden = Hidden { kind, subject, reason: command.reason.trim().to_owned(), hidden_at };
        store.hide(&hidden)?;
        if output.json {
            let Hidden { kind, subject, reason, hidden_at } = &hidden;
            let hidden_at = rfc3339(*hidden_at);
            let told =
                serde_json::json!({ "kind": kind, "subject": subject, "reason": reason, "hidden_at": hidden_at });
            output.json(&told)?;
            continue;
        }
        let subject = &hidden.subject;
        match was {
            None => output.note(format_args!("hid the {kind} {subject}; `boji unhide` shows it again")),
            Some(was) if was.reason == hidden.reason => {
                output.note(format_args!("the {kind} {subject} is hidden already, for this reason"));
            }
            Some(was) => output.note(format_args!(
                "the {kind} {subject} is hidden already; the reason is the new one now, in place of: {}",
                was.reason
            )),
        }
    }
    Ok(Exit::Done)
}

/// Shows them again.
pub(super) fn unhide(command: &Unhide, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    for (kind, subject) in meant(&command.what, store.as_ref())? {
        if store.unhide(kind, &subject)? {
            output.note(format_args!("the {kind} {subject} is shown again"));
        } else {
            output.warn(format_args!("the {kind} {subject} was not hidden by itself"), Some(&why(store.as_ref())?));
        }
    }
    Ok(Exit::Done)
}

/// Takes articles away for ever, or lets forgotten ones come again.
pub(super) fn forget(command: &Forget, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    if command.undo {
        return let_come(command, store.as_mut(), output);
    }
    let mut ids = Vec::new();
    for what in &command.articles {
        ids.push(workplace::find_standing(store.as_ref(), what)?.id);
    }
    if !command.yes {
        let question = format!("{} article(s) with all captures will be gone for ever. Go on? [y/N] ", ids.len());
        let answer = output.ask(&question);
        if !answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes")) {
            return Err(Mistake::usage("nothing was forgotten", "--yes says that it is meant").into());
        }
    }
    let at: Timestamp = SystemClock.now();
    for id in ids {
        let Some(done) = store.forget(&id, command.reason.trim(), at)? else { continue };
        if output.json {
            output.json(&serde_json::json!({ "id": id, "forgotten": done }))?;
            continue;
        }
        let pictures =
            if done.pictures == 0 { String::new() } else { format!(" and {}", counted(done.pictures, "picture")) };
        let captures = counted(done.captures, "capture");
        output.note(format_args!("forgot {id}, with {captures}{pictures}; it does not come again"));
        if done.shared_captures > 0 {
            let (stay, them) = if done.shared_captures == 1 { ("stays", "it") } else { ("stay", "them") };
            let captures = counted(done.shared_captures, "capture");
            let hint = "forget those too, or keep in mind that their captures hold its words";
            output.warn(format_args!("{captures} {stay}: other articles were made of {them}"), Some(hint));
        }
    }
    Ok(Exit::Done)
}

fn let_come(command: &Forget, store: &mut dyn Store, output: Output) -> anyhow::Result<Exit> {
    let forgotten = store.forgotten()?;
    for prefix in &command.articles {
        let is_meant = |id: &str| !prefix.trim().is_empty() && id.starts_with(prefix.as_str());
        let fits: Vec<_> = forgotten.iter().filter(|one| is_meant(&one.id)).collect();
        let one = match fits.as_slice() {
            [one] => one,
            [] => {
                let hint = "`boji list --hidden` shows them";
                return Err(Mistake::names_nothing(prefix, &["forgotten article"], hint).into());
            }
            several => {
                let message = format!("the id {prefix} fits {} forgotten articles", several.len());
                return Err(Mistake::usage(message, "give more characters of the id").into());
            }
        };
        store.let_come(&one.id)?;
        output.note(format_args!("{} may come again; what is gone is gone", one.id));
    }
    Ok(Exit::Done)
}

/// The things that arguments name, each looked up.
fn meant(what: &HideableArguments, store: &dyn Store) -> anyhow::Result<Vec<(Hideable, String)>> {
    let mut meant = Vec::new();
    for article in &what.articles {
        meant.push((Hideable::Article, workplace::find_standing(store, article)?.id));
    }
    workplace::refuse_unknown_places(&what.source, &what.account, store)?;
    meant.extend(what.source.iter().map(|id| (Hideable::Source, id.clone())));
    meant.extend(what.account.iter().map(|name| (Hideable::Account, name.clone())));
    if meant.is_empty() {
        return Err(Mistake::usage("nothing is named", "name articles by their ids, or --source or --account").into());
    }
    Ok(meant)
}

/// What is hidden, as a hint.
fn why(store: &dyn Store) -> anyhow::Result<String> {
    let hidden = store.hidden()?;
    let named: Vec<String> = hidden.iter().take(5).map(|one| format!("the {} {}", one.kind, one.subject)).collect();
    Ok(if named.is_empty() { "nothing is hidden".to_owned() } else { format!("hidden are {}", named.join(", ")) })
}
