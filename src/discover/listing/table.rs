use std::collections::HashSet;
use std::io::{self, Cursor, Read};

use boji_clean::model::{Issue, IssueCode, canonical_url};
use boji_clean::parse::{MarkupHint, decode};
use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use super::addresses::candidate;
use super::read::Listing;

/// Rows that are looked at.
const MAX_ROWS: usize = 1_000_000;
/// Columns of a row that are looked at.
const MAX_COLUMNS: usize = 256;
/// Sheets of a workbook that are looked at.
const MAX_SHEETS: usize = 64;
/// Bytes that all parts of a workbook may unpack to.
const MAX_WORKBOOK: u64 = 512 << 20;
/// Beginnings of the heading of the column that holds titles.
const TITLES: [&str; 5] = ["标题", "標題", "文章标题", "title", "headline"];
/// And of the column that holds the addresses, where others hold pictures.
const LINKS: [&str; 7] = ["链接", "鏈接", "文章链接", "原文链接", "link", "url", "address"];

/// And of a column that holds whole texts.
const TEXTS: [&str; 6] = ["正文", "内容", "文章内容", "content", "text", "body"];
/// A cell with more bytes than this is a text.
const LONG: usize = 300;
/// Rows without an address that are told by their numbers.
const MAX_TOLD: usize = 10;

/// Reads a table of text (CSV, TSV) as a list of articles: each row with an address names one, by the title in the column
/// that is headed so. A table without addresses names none, and says so.
pub(crate) fn read_table(bytes: &[u8]) -> Listing {
    let text = decode(bytes, "text/csv", MarkupHint::Html).text;
    let mut table = Table::default();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut issues = Vec::new();
    for record in reader.records().take(MAX_ROWS) {
        match record {
            Ok(record) => table.row(record.iter().take(MAX_COLUMNS)),
            Err(error) => issues.push(Issue::new(IssueCode::Broken, format!("a row cannot be read: {error}"))),
        }
    }
    table.listing(issues)
}

/// The same of a workbook of Excel's (XLSX), all of its sheets.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Listing, String> {
    if !is_bounded(bytes).map_err(|error| error.to_string())? {
        return Err(format!("it unpacks to more than {MAX_WORKBOOK} bytes"));
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut table = Table::default();
    let mut issues = Vec::new();
    for sheet in book.sheet_names().into_iter().take(MAX_SHEETS) {
        (table.titles, table.links) = (None, None);
        if let Err(error) = read_sheet(&mut book, &sheet, &mut table) {
            issues.push(Issue::new(IssueCode::Broken, format!("sheet {sheet} cannot be read: {error}")));
        }
    }
    Ok(table.listing(issues))
}

/// Reads a sheet cell by cell: what it says of its own size is not asked, which may be anything.
fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, table: &mut Table) -> Result<(), calamine::XlsxError> {
    let mut cells = book.worksheet_cells_reader(sheet)?;
    let mut row: (u32, Vec<String>) = (0, Vec::new());
    while let Some(cell) = cells.next_cell()? {
        let (number, column) = cell.get_position();
        if number != row.0 {
            table.row(row.1.iter().map(String::as_str));
            row = (number, Vec::new());
        }
        let column = column as usize;
        if table.rows >= MAX_ROWS || column >= MAX_COLUMNS {
            continue;
        }
        row.1.resize(row.1.len().max(column + 1), String::new());
        if let Some(place) = row.1.get_mut(column) {
            *place = match cell.get_value() {
                DataRef::String(text) => text.clone(),
                DataRef::SharedString(text) => (*text).to_owned(),
                _ => String::new(),
            };
        }
    }
    table.row(row.1.iter().map(String::as_str));
    Ok(())
}

/// Whether the parts of a workbook are no bomb, whatever they say of their sizes.
fn is_bounded(bytes: &[u8]) -> io::Result<bool> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut left = MAX_WORKBOOK;
    for index in 0..archive.len() {
        let part = archive.by_index(index)?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink())?;
        match left.checked_sub(read) {
            Some(rest) => left = rest,
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// What parts the fields of a table: the sign that its first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default().as_bytes();
    let count = |sign: &u8| memchr::memchr_iter(*sign, first).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

#[derive(Default)]
struct Table {
    listing: Listing,
    seen: HashSet<String>,
    /// The column of the titles, once a row has named it.
    titles: Option<usize>,
    /// That of the addresses.
    links: Option<usize>,
    /// What heads a column of texts that are longer than a title.
    texts: Option<(usize, String)>,
    has_texts: bool,
    rows: usize,
    /// Rows behind the heading without an address, by their numbers, and how many there are.
    bare: Vec<usize>,
    bare_rows: usize,
}

impl Table {
    fn row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        let cells: Vec<&str> = cells.map(str::trim).collect();
        self.rows += usize::from(!cells.is_empty());
        let is_address = |cell: &&&str| cell.starts_with("http") && canonical_url(cell).is_some();
        let in_column = self.links.and_then(|column| cells.get(column)).filter(is_address);
        let text = self.texts.as_ref().and_then(|(column, _)| cells.get(*column));
        self.has_texts |= text.is_some_and(|text| text.len() > LONG);
        let Some(url) = in_column.or_else(|| cells.iter().find(is_address)) else {
            return self.without_address(&cells);
        };
        let title = self.titles.and_then(|column| cells.get(column)).copied().unwrap_or_default();
        if self.seen.insert((*url).to_owned()) {
            self.listing.candidates.push(candidate(url, title));
        }
    }

    /// A heading, or a row that names nothing.
    fn without_address(&mut self, cells: &[&str]) {
        let headed = |words: &[&str]| cells.iter().position(|cell| is_headed(cell, words));
        let (titles, links, texts) = (headed(&TITLES), headed(&LINKS), headed(&TEXTS));
        let is_heading = (self.titles.is_none() && titles.is_some()) || (self.links.is_none() && links.is_some());
        self.titles = self.titles.or(titles);
        self.links = self.links.or(links);
        if let (None, Some(column)) = (&self.texts, texts) {
            self.texts = Some((column, cells.get(column).copied().unwrap_or_default().to_owned()));
        }
        let is_empty = cells.iter().all(|cell| cell.is_empty());
        if !is_heading && !is_empty && (self.links.is_some() || !self.listing.candidates.is_empty()) {
            self.bare_rows += 1;
            if self.bare.len() < MAX_TOLD {
                self.bare.push(self.rows);
            }
        }
    }

    fn listing(mut self, issues: Vec<Issue>) -> Listing {
        const MAX_ISSUES: usize = 20;
        if self.listing.candidates.is_empty() {
            self.listing.issues.push(Issue::new(IssueCode::ArticleSkipped, "no row has an address of the web"));
        } else if !self.bare.is_empty() {
            let numbers: Vec<String> = self.bare.iter().map(usize::to_string).collect();
            let rest = self.bare_rows - self.bare.len();
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            let message = format!("no address of the web in row {}{rest}", numbers.join(", "));
            self.listing.issues.push(Issue::new(IssueCode::ArticleSkipped, message));
        }
        if let Some((_, heading)) = self.texts.filter(|_| self.has_texts) {
            let message = format!("of a table addresses and titles are taken, and not the texts under `{heading}`");
            self.listing.issues.push(Issue::new(IssueCode::ArticleSkipped, message));
        }
        self.listing.issues.extend(issues.into_iter().take(MAX_ISSUES));
        self.listing
    }
}

fn is_headed(heading: &str, words: &[&str]) -> bool {
    let heading = heading.trim_start_matches('\u{feff}').to_lowercase();
    words.iter().any(|word| heading.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let listing = read_table(text.as_bytes());
        let named = listing.candidates.iter().map(|candidate| format!("{}={}", candidate.title, candidate.url));
        named.chain(listing.issues.iter().map(|issue| issue.code.to_string())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_row_with_an_address_names_an_article() {
        let cases = [
            (
                "\u{feff}账号,标题,封面,链接\n号,\"甲, 乙\",https://p.example/c.jpg,https://a.example/1\n号,丙,,https://a.example/2\n",
                "甲, 乙=https://a.example/1 丙=https://a.example/2",
            ),
            ("title\turl\nA\thttps://a.example/1\nA\thttps://a.example/1\n", "A=https://a.example/1"),
            ("https://a.example/1,x\n", "=https://a.example/1"),
            ("a,b\n1,2\n", "article-skipped"),
            ("标题,链接\n甲,https://a.example/1\n乙,htps:/a.example/2\n", "甲=https://a.example/1 article-skipped"),
            ("标题,链接\n甲,https://a.example/1\n,\n", "甲=https://a.example/1"),
            ("", "article-skipped"),
        ];
        for (text, want) in cases {
            assert_eq!(told(text), want, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_taken_of_a_table_is_told() {
        let told = |text: &str| {
            let listing = read_table(text.as_bytes());
            listing.issues.into_iter().map(|issue| issue.message).collect::<Vec<_>>().join("; ")
        };
        let rows = "甲,https://a.example/1\n乙\n".repeat(12);
        let numbers = "3, 5, 7, 9, 11, 13, 15, 17, 19, 21 and 2 more";
        assert_eq!(told(&format!("标题,链接\n{rows}")), format!("no address of the web in row {numbers}"));
        let text = "河水漫上来。".repeat(40);
        let whole = format!("标题,链接,正文\n甲,https://a.example/1,{text}\n");
        assert_eq!(told(&whole), "of a table addresses and titles are taken, and not the texts under `正文`");
    }

    #[test]
    fn what_is_no_workbook_is_told() {
        assert!(read_workbook(b"PK\x03\x04 broken").is_err());
        assert!(read_workbook(b"").is_err());
    }
}
