use std::io::Write;

use rusqlite::Connection;

use super::failure::Failure;
use super::{aliases, articles, captures, entries, history, hosts, lessons, rulings, sources};
use crate::store::dump::Dump;

/// Writes the whole content, a row at a time.
pub(super) fn write(connection: &Connection, out: &mut dyn Write) -> Result<(), Failure> {
    let mut dump = Dump(out);
    for (source, state) in sources::all(connection)? {
        dump.source(&source, &state)?;
    }
    captures::each(connection, |capture| Ok(dump.capture(capture)?))?;
    articles::each_line(connection, |article| Ok(dump.article(article)?))?;
    articles::each_revision(connection, |stored| Ok(dump.revision(stored)?))?;
    entries::each(connection, |entry| Ok(dump.entry(entry)?))?;
    history::each(connection, |fetch| Ok(dump.fetch(fetch)?))?;
    for host in hosts::all(connection)? {
        dump.host(&host)?;
    }
    for account in lessons::accounts(connection, None)? {
        dump.account(&account)?;
    }
    lessons::each_taught(connection, |taught| Ok(dump.taught(taught)?))?;
    lessons::each_block(connection, |account, block| Ok(dump.account_block(account, block)?))?;
    for (ruling, at) in rulings::all(connection)? {
        dump.ruling(&ruling, at)?;
    }
    aliases::each(connection, |id, article| Ok(dump.alias(id, article)?))
}
