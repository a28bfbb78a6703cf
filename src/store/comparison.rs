//! Two stores beside each other, row by row, by what [`super::contract::Store::dump`] writes of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

/// Rows that are shown of one table, of either side.
const MAX_ROWS: usize = 20;
/// Fields that are shown of one row.
const MAX_FIELDS: usize = 10;
/// Values within values that are looked into.
const MAX_DEPTH: usize = 8;
/// Characters that are shown of a value, from a little before the place where it differs.
const SHOWN: usize = 160;
/// Characters of that which come before the place.
const SHOWN_BEFORE: usize = 40;
/// Longest row, in bytes.
const MAX_ROW: usize = 256 << 20;
/// Values at the head of a row that say which one it is: an article and its revision, a source and its entry.
const NAMING: usize = 2;
/// The same of the tables in which there are more or fewer.
const NAMING_OF: [(&str, usize); 5] =
    [("source", 1), ("article", 1), ("host", 1), ("account", 1), ("account_block", 3)];
/// The tables that a person wants to see first; the others follow by name.
const FIRST: [&str; 4] = ["article", "revision", "entry", "source"];

/// What two stores differ in. Equal ones have neither tables nor rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Comparison {
    /// Tables of which one side has rows that the other has not, by name.
    pub tables: BTreeMap<String, TableDifference>,
    /// The first such rows of each table.
    pub rows: Vec<RowDifference>,
}

/// How many rows of a table there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct TableDifference {
    /// Rows of the store that was expected.
    pub expected: u64,
    /// Rows of the one that was found.
    pub found: u64,
    /// Of the expected ones, those that were not found.
    pub only_expected: u64,
    /// Of the found ones, those that were not expected.
    pub only_found: u64,
    /// Rows that are among both of these, with other values.
    pub changed: u64,
}

impl TableDifference {
    /// Expected rows of which nothing was found.
    pub(crate) const fn missing(&self) -> u64 {
        self.only_expected - self.changed
    }

    /// Found rows of which nothing was expected.
    pub(crate) const fn more(&self) -> u64 {
        self.only_found - self.changed
    }
}

/// A row that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RowDifference {
    /// Its table.
    pub table: String,
    /// How it begins: what it is about.
    pub row: String,
    /// On which side it is.
    pub side: Side,
    /// What is in it otherwise, at most ten; of a row of one side alone nothing.
    pub fields: Vec<FieldDifference>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// It was expected and not found.
    Expected,
    /// It was found and not expected.
    Found,
    /// On both, with other values.
    Both,
}

/// A value that is not the same; both are cut to the place where they differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FieldDifference {
    /// Its name, behind those of what it lies in: `1.next_due`.
    pub field: String,
    /// What was expected, as JSON.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// Writes all rows of a store.
type Dump<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Compares two dumps, each of which is read once or twice. Memory is that of a hash for each expected row, and for each found one
/// that was not expected.
pub(crate) fn compare(expected: Dump<'_>, found: Dump<'_>) -> io::Result<Comparison> {
    let mut tables: BTreeMap<String, TableDifference> = BTreeMap::new();
    let mut unmet: HashMap<[u8; 32], u64> = HashMap::new();
    each_row(expected, |table, row| {
        tables.entry(table.to_owned()).or_default().expected += 1;
        *unmet.entry(hash(table, row)).or_default() += 1;
    })?;
    let (mut only_found, mut only_expected) = (Kept::default(), Kept::default());
    let mut unexpected: HashMap<[u8; 32], u64> = HashMap::new();
    each_row(found, |table, row| {
        let counts = tables.entry(table.to_owned()).or_default();
        counts.found += 1;
        if let Some(count) = unmet.get_mut(&hash(table, row)).filter(|count| **count > 0) {
            *count -= 1;
        } else {
            counts.only_found += 1;
            *unexpected.entry(hash(table, name_of(table, row))).or_default() += 1;
            only_found.keep(table, row);
        }
    })?;
    unmet.retain(|_, count| *count > 0);
    if !unmet.is_empty() {
        each_row(expected, |table, row| {
            if let Some(count) = unmet.get_mut(&hash(table, row)).filter(|count| **count > 0) {
                *count -= 1;
                let counts = tables.entry(table.to_owned()).or_default();
                counts.only_expected += 1;
                if let Some(same) = unexpected.get_mut(&hash(table, name_of(table, row))).filter(|same| **same > 0) {
                    *same -= 1;
                    counts.changed += 1;
                }
                only_expected.keep(table, row);
            }
        })?;
    }
    tables.retain(|_, counts| counts.only_expected + counts.only_found > 0);
    Ok(Comparison { rows: paired(&only_expected, &only_found), tables })
}

impl Comparison {
    /// Whether nothing differs.
    pub(crate) fn is_equal(&self) -> bool {
        self.tables.is_empty()
    }

    /// The tables in the order in which their rows are told.
    pub(crate) fn tables_in_order(&self) -> Vec<(&str, &TableDifference)> {
        let mut tables: Vec<_> = self.tables.iter().map(|(name, counts)| (name.as_str(), counts)).collect();
        tables.sort_by_key(|(name, _)| place(name));
        tables
    }
}

/// Where a table is told, before or among those that follow by name.
fn place(table: &str) -> (usize, &str) {
    (FIRST.iter().position(|first| *first == table).unwrap_or(FIRST.len()), table)
}

/// The first rows of each table, in order.
#[derive(Default)]
struct Kept(BTreeMap<String, Vec<String>>);

impl Kept {
    fn keep(&mut self, table: &str, row: &str) {
        let rows = self.0.entry(table.to_owned()).or_default();
        if rows.len() < MAX_ROWS {
            rows.push(row.to_owned());
        }
    }
}

/// Rows of one name on both sides beside each other, then those of one side.
fn paired(expected: &Kept, found: &Kept) -> Vec<RowDifference> {
    let mut rows = Vec::new();
    let names: BTreeSet<&String> = expected.0.keys().chain(found.0.keys()).collect();
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_key(|table| place(table));
    for table in names {
        let none = Vec::new();
        let mut left: Vec<&String> = found.0.get(table).unwrap_or(&none).iter().collect();
        let told = |row: &str, side, fields| RowDifference { table: table.clone(), row: shown(row, 0), side, fields };
        for row in expected.0.get(table).unwrap_or(&none) {
            let name = name_of(table, row);
            match left.iter().position(|other| name_of(table, other) == name) {
                Some(at) => rows.push(told(name, Side::Both, fields(row, left.remove(at)))),
                None => rows.push(told(row, Side::Expected, Vec::new())),
            }
        }
        rows.extend(left.into_iter().map(|row| told(row, Side::Found, Vec::new())));
    }
    rows
}

/// The beginning of a row: its first values.
fn name_of<'a>(table: &str, row: &'a str) -> &'a str {
    let naming = NAMING_OF.iter().find(|(name, _)| *name == table).map_or(NAMING, |(_, values)| *values);
    let (mut is_text, mut is_escaped, mut values) = (false, false, 0);
    for (at, byte) in row.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' if !is_text => values += 1,
            _ => {}
        }
        if values == naming {
            return row.get(..at).unwrap_or(row);
        }
    }
    row
}

/// The values that are not the same in two rows.
fn fields(expected: &str, found: &str) -> Vec<FieldDifference> {
    let (Ok(one), Ok(other)) = (serde_json::from_str(expected), serde_json::from_str(found)) else { return Vec::new() };
    let mut differing = Vec::new();
    let mut todo = vec![(String::new(), Some(&one), Some(&other), 0)];
    while let Some((name, one, other, depth)) = todo.pop() {
        if one == other || differing.len() == MAX_FIELDS {
            continue;
        }
        let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        match (one, other) {
            (Some(Value::Object(one)), Some(Value::Object(other))) if depth < MAX_DEPTH => {
                let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
                todo.extend(names.iter().rev().map(|name| (below(name), one.get(*name), other.get(*name), depth + 1)));
            }
            (Some(Value::Array(one)), Some(Value::Array(other))) if depth < MAX_DEPTH => {
                let places = 0..one.len().max(other.len());
                todo.extend(places.rev().map(|at| (below(&at.to_string()), one.get(at), other.get(at), depth + 1)));
            }
            _ => {
                let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
                let (one, other) = (text(one), text(other));
                let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
                differing.push(FieldDifference {
                    field: name,
                    expected: shown(&one, same),
                    found: shown(&other, same),
                });
            }
        }
    }
    differing
}

/// A text from a little before a place on, so much of it that a person reads it.
fn shown(text: &str, place: usize) -> String {
    let start = place.saturating_sub(SHOWN_BEFORE);
    let piece: String = text.chars().skip(start).take(SHOWN).collect();
    let is_cut = text.chars().nth(start + SHOWN).is_some();
    format!("{}{piece}{}", if start > 0 { "…" } else { "" }, if is_cut { "…" } else { "" })
}

fn hash(table: &str, row: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.as_bytes()).update(b" ").update(row.as_bytes());
    *hasher.finalize().as_bytes()
}

/// Calls `visit` with the table and the JSON of each row.
fn each_row(dump: Dump<'_>, visit: impl FnMut(&str, &str)) -> io::Result<()> {
    let mut rows = Rows { line: Vec::new(), visit };
    dump(&mut rows)?;
    rows.end();
    Ok(())
}

/// Takes a dump in pieces and hands on its rows.
struct Rows<F> {
    line: Vec<u8>,
    visit: F,
}

impl<F: FnMut(&str, &str)> Rows<F> {
    fn end(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        let line = line.trim_end_matches('\r');
        if !line.is_empty() {
            let (table, row) = line.split_once(' ').unwrap_or((line, ""));
            (self.visit)(table, row);
        }
        self.line.clear();
    }
}

impl<F: FnMut(&str, &str)> Write for Rows<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = memchr::memchr(b'\n', bytes);
        let taken = end.unwrap_or(bytes.len());
        if self.line.len() + taken > MAX_ROW {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("a row is longer than {MAX_ROW} bytes")));
        }
        self.line.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if end.is_some() {
            self.end();
            return Ok(taken + 1);
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(expected: &str, found: &str) -> Comparison {
        compare(&|out| out.write_all(expected.as_bytes()), &|out| out.write_all(found.as_bytes())).expect("compared")
    }

    #[test]
    fn equal_dumps_have_no_difference() {
        for dump in ["", "a {\"id\":1}\n", "a {\"id\":1}\na {\"id\":1}\nb [1,2]\n"] {
            assert!(compared(dump, dump).is_equal(), "{dump}");
        }
    }

    #[test]
    fn a_row_that_changed_tells_the_values_that_did() {
        let row = |text: &str, due: u32| {
            format!(
                "revision {{\"article\":\"x, y\",\"number\":1,\"text\":\"{text}\",\"state\":[0,{{\"due\":{due}}}]}}\n"
            )
        };
        let long = "words ".repeat(50);
        let told = compared(&row(&format!("{long}old"), 1), &row(&format!("{long}new"), 2));
        let counts = TableDifference { expected: 1, found: 1, only_expected: 1, only_found: 1, changed: 1 };
        assert_eq!(told.tables, BTreeMap::from([("revision".to_owned(), counts)]));
        let [row] = told.rows.as_slice() else { panic!("{told:?}") };
        assert_eq!((row.row.as_str(), row.side), ("{\"article\":\"x, y\",\"number\":1", Side::Both));
        let fields: Vec<_> = row.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["state.1.due", "text"]);
        let text = &row.fields[1];
        assert!(text.expected.starts_with('…') && text.expected.ends_with("words old\""), "{text:?}");
        assert!(text.found.ends_with("words new\""), "{text:?}");
    }

    #[test]
    fn rows_are_known_by_what_names_them_and_articles_come_first() {
        let dump = |due: u32, extra: &str| {
            format!(
                "account_block [\"a\",{{\"edge\":\"head\",\"key\":\"{due}\"}}]\nhost {{\"host\":\"a\",\"not_before\":{due}}}\n\
                 source [{{\"id\":\"a\",\"kind\":\"feed\"}},{{\"due\":{due}}}]\n{extra}"
            )
        };
        let told = compared(&dump(1, ""), &dump(2, "article {\"id\":\"x\",\"revision\":1}\n"));
        let of = |(name, counts): (&str, &TableDifference)| {
            format!("{name} {} {} {}", counts.changed, counts.missing(), counts.more())
        };
        let tables: Vec<_> = told.tables_in_order().into_iter().map(of).collect();
        assert_eq!(tables, ["article 0 0 1", "source 1 0 0", "account_block 0 1 1", "host 1 0 0"]);
        let rows: Vec<_> = told.rows.iter().map(|row| (row.table.as_str(), row.row.as_str())).collect();
        assert_eq!(rows[1], ("source", "[{\"id\":\"a\""));
        assert_eq!((rows[4], told.rows[4].fields[0].field.as_str()), (("host", "{\"host\":\"a\""), "not_before"));
    }

    #[test]
    fn rows_of_one_side_are_told_and_counted() {
        let told = compared("a [1,2,3]\na [1,2,3]\nb [4,5]\n", "a [1,2,3]\nb [4,5]\nb [6,7]\n");
        let sides: Vec<_> = told.rows.iter().map(|row| (row.table.as_str(), row.row.as_str(), row.side)).collect();
        assert_eq!(sides, [("a", "[1,2,3]", Side::Expected), ("b", "[6,7]", Side::Found)]);
        let many = "a [1]\n".repeat(1_000);
        let told = compared(&many, "");
        assert_eq!((told.tables["a"].only_expected, told.rows.len()), (1_000, MAX_ROWS));
    }
}
