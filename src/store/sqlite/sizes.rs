use std::collections::BTreeMap;

use rusqlite::Connection;

use super::failure::SqliteFailure;
use crate::store::contract::{Sizes, StorePart};

/// How large what is stored is, with so many bytes of pictures beside it. Reads every page of the file once.
pub(super) fn sizes(connection: &Connection, pictures: u64) -> Result<Sizes, SqliteFailure> {
    let mut parts: BTreeMap<StorePart, u64> = BTreeMap::new();
    let mut statement = connection.prepare(
        "SELECT coalesce(tbl_name, sizes.name), pgsize FROM dbstat('main', 1) AS sizes
         LEFT JOIN sqlite_schema ON sqlite_schema.name = sizes.name",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *parts.entry(part_of(row.get_ref(0)?.as_str().unwrap_or_default())).or_default() += bytes(row.get(1)?);
    }
    let free: i64 = connection.query_row(
        "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size",
        [],
        |row| row.get(0),
    )?;
    parts.insert(StorePart::Free, bytes(free));
    if pictures > 0 {
        parts.insert(StorePart::PictureFiles, pictures);
    }
    let by_source = |sql: &str| -> Result<BTreeMap<String, u64>, SqliteFailure> {
        let mut statement = connection.prepare(sql)?;
        let sums = statement.query_map([], |row| Ok((row.get(0)?, bytes(row.get(1)?))))?;
        Ok(sums.collect::<Result<_, _>>()?)
    };
    Ok(Sizes {
        parts: parts.into_iter().map(|(part, bytes)| (part.as_str().to_owned(), bytes)).collect(),
        articles_of_source: by_source(
            "SELECT source_id, sum(length(packed_text) + length(detail) + length(metadata)) FROM revision GROUP BY source_id",
        )?,
        // A body that several sources had is the first one's.
        captures_of_source: by_source(
            "SELECT source_id, sum(length(bytes)) FROM body
             JOIN (SELECT body_hash, source_id, min(number) FROM capture GROUP BY body_hash) ON body_hash = hash
             GROUP BY source_id",
        )?,
    })
}

/// What a table is for.
fn part_of(table: &str) -> StorePart {
    match table {
        "revision" => StorePart::Articles,
        "article" | "article_number" | "alias" | "hidden" | "forgotten" | "ruling" => StorePart::Lists,
        "body" | "capture" | "packing_reference" => StorePart::Captures,
        "picture" | "pictured" => StorePart::Pictures,
        "sketch" | "anchor" | "likeness" => StorePart::NearDuplicates,
        "account" | "account_block" | "taught" => StorePart::Learned,
        "source" | "entry" | "fetch" | "host" => StorePart::Sources,
        table if table.starts_with("words") || table == "search_index" => StorePart::Search,
        _ => StorePart::Others,
    }
}

fn bytes(number: i64) -> u64 {
    number.max(0).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::super::open;
    use super::*;

    #[test]
    fn every_table_has_its_part() {
        let connection = open::open_in_memory().unwrap();
        let tables: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let others: Vec<&String> = tables.iter().filter(|table| part_of(table) == StorePart::Others).collect();
        assert!(others.is_empty(), "{others:?}");
    }
}
