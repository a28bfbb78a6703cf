use std::fmt::Write as _;

use boji_clean::clean::{Cleaned, Context, clean_page, judge};
use boji_clean::model::{Article, Block, Facts, MAX_ADDRESS, Origin, limits};
use boji_clean::parse::{Input, archive, saved};
use boji_clean::rules::Rules;

use super::invariants::{self, letters};

/// The text behind every header that is built.
const BODY: [&str; 2] = [
    "入夜以后河面上没有风，摆渡的人把灯挂在船头，照出一小块发亮的水。",
    "早上六点到八点是最忙的时候，错过就要等半个钟头。",
];
/// Of so many inputs one is asked for verdicts, which take ten times as long as its header: other targets ask for them.
const EACH: usize = 16;

/// What stands above the text of a saved article, and below it.
///
/// Bytes that begin with `%` are statements in the notation of [`Saved`], of which a file is built whose every word is
/// known; any others are a saved file themselves.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match text.strip_prefix('%') {
        Some(statements) if statements.starts_with("page ") => note_is_read(statements),
        Some(_) => Saved::read(&text).holds(),
        None => file_holds(bytes),
    }
}

/// A file of any bytes, as Markdown and as a page that somebody saved.
fn file_holds(bytes: &[u8]) {
    let input = Input { bytes, url: "", content_type: "" };
    let (one, other) = (saved(&input), saved(&input));
    invariants::equal(&one.input(), &other.input(), "saved page");
    assert!(one.input().bytes.len() <= bytes.len(), "a page is longer than its file");
    let text = String::from_utf8_lossy(bytes);
    let Some(page) = archive::page(&text) else { return };
    invariants::equal(&Some(&page.facts), &archive::page(&text).as_ref().map(|page| &page.facts), "facts");
    match bytes.len() % EACH {
        0 => drop(cleaned_twice(&Input { content_type: "text/markdown", ..input })),
        1 => drop(cleaned_twice(&input)),
        2 => judged(&invariants::archived(&page.body), &page.facts),
        _ => {}
    }
}

/// All verdicts of an archive.
fn judged(blocks: &[Block], facts: &Facts) {
    let judged = judge(blocks.to_vec(), Origin::Wechat, facts, &Rules::shipped(), None);
    invariants::all_judged(blocks, &judged.blocks);
}

/// The same bytes give the same article, no field of which is too long.
fn cleaned_twice(input: &Input<'_>) -> Cleaned {
    let rules = Rules::shipped();
    let cleaned = clean_page(input, &Context::default(), &rules);
    invariants::equal(&cleaned, &clean_page(input, &Context::default(), &rules), "article");
    bounded(&cleaned.facts);
    if let Some(article) = &cleaned.article {
        article_is_bounded(article, input.bytes.len());
    }
    cleaned
}

/// No field is longer than anybody's is.
fn bounded(facts: &Facts) {
    let once = facts.clone().bounded();
    invariants::equal(facts, &once, "a field is too long");
}

fn article_is_bounded(article: &Article, read: usize) {
    invariants::bounded(article.text.len(), read, "text");
    let metadata = &article.metadata;
    let names = [
        &article.source_name,
        &article.language,
        &metadata.place,
        &metadata.series,
        &metadata.original_source,
        &metadata.copyright,
        &metadata.alias,
        &metadata.biz,
        &metadata.mid,
        &metadata.idx,
        &metadata.sn,
        &metadata.gh_id,
    ];
    let statements = [&article.title, &article.license, &article.rights, &metadata.claim];
    let addresses = [&article.url, &article.canonical_url, &metadata.cover_url, &metadata.original_url];
    let listed = article.authors.iter().chain(&article.tags);
    for (most, fields) in [
        (limits::MAX_NAME, names.into_iter().chain(listed).collect::<Vec<_>>()),
        (limits::MAX_STATEMENT, statements.to_vec()),
        (MAX_ADDRESS, addresses.to_vec()),
    ] {
        for field in fields {
            assert!(field.len() <= most, "a field of {} bytes, where {most} are allowed: {field}", field.len());
        }
    }
    for list in [&article.authors, &article.tags] {
        assert!(list.len() <= limits::MAX_LISTED, "a list of {}", list.len());
    }
}

/// What a key speaks of, as far as its value is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    Title,
    Account,
    Author,
    Address,
    Place,
    Summary,
    Tags,
    License,
}

/// Keys whose values must be found again. What others say may be left out.
const KEYS: [(&str, Speaks); 34] = [
    ("title", Speaks::Title),
    ("标题", Speaks::Title),
    ("原文标题", Speaks::Title),
    ("文章作者", Speaks::Account),
    ("账号", Speaks::Account),
    ("source_name", Speaks::Account),
    ("公众号", Speaks::Account),
    ("来源公众号", Speaks::Account),
    ("微信公众号", Speaks::Account),
    ("来源", Speaks::Account),
    ("source", Speaks::Account),
    ("出处", Speaks::Account),
    ("作者", Speaks::Author),
    ("author", Speaks::Author),
    ("authors", Speaks::Author),
    ("撰文", Speaks::Author),
    ("原文链接", Speaks::Address),
    ("原文", Speaks::Address),
    ("阅读原文", Speaks::Address),
    ("链接", Speaks::Address),
    ("url", Speaks::Address),
    ("source_url", Speaks::Address),
    ("original_url", Speaks::Address),
    ("permalink", Speaks::Address),
    ("发布地", Speaks::Place),
    ("place", Speaks::Place),
    ("摘要", Speaks::Summary),
    ("简介", Speaks::Summary),
    ("description", Speaks::Summary),
    ("summary", Speaks::Summary),
    ("标签", Speaks::Tags),
    ("tags", Speaks::Tags),
    ("合集", Speaks::Tags),
    ("license", Speaks::License),
];

impl Speaks {
    fn of(key: &str) -> Option<Self> {
        let key: String = key.chars().filter(|c| !matches!(c, ' ' | '*' | '-')).collect();
        KEYS.iter().find(|(known, _)| key.eq_ignore_ascii_case(known)).map(|(_, speaks)| *speaks)
    }

    /// Whether a value is one of this key's that says something by itself, without a mark that means more.
    fn takes(self, value: &str) -> bool {
        let (length, is_plain) = (value.chars().count(), value.split([' ', '，']).all(is_word));
        // What only tells that an article is WeChat's, or somewhere, names nobody.
        let says_nothing = ["公众", "公眾", "微信", "wechat", "weixin", "网", "未知", "null"];
        let says = !says_nothing.iter().any(|word| value.to_lowercase().contains(word));
        match self {
            Self::Account | Self::Author => is_plain && says && length <= 40,
            Self::Place => is_plain && says && length <= 20,
            Self::Title | Self::Summary | Self::Tags | Self::License => is_plain && says,
            Self::Address => value.strip_prefix("https://").is_some_and(|rest| {
                !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./-".contains(&byte))
            }),
        }
    }
}

/// A letter or digit that no reader takes for another.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_letter)
}

/// A saved article of which is known what it says. Statements, one a line:
///
/// `%yaml` or `%toml` at the start begins a front matter, which ends with the first line that is no `key: value`. Behind it
/// `%quoted`, `%items` and their like say how the pairs that follow are written; `%below` ends what stands above the text;
/// `%comment words` and `%frame words` are lines of the saving program. `key: value` is a pair, `# words` and `=words`
/// are titles, `@words` is a byline, `!words` a line as it stands, `-` a rule, an empty line a gap. `,words` is a
/// sentence in the line below what stands before it; anything else is one in a paragraph of its own.
#[derive(Default)]
struct Saved {
    text: String,
    front_matter: Option<&'static str>,
    layout: String,
    /// The last line is a pair with others beside it.
    in_bars: bool,
    is_below: bool,
    /// What was said of a field, by pairs and titles.
    stated: Vec<(Speaks, String)>,
    /// Something says what no key names.
    is_free: bool,
    /// Sentences of the article's own, wherever they stand.
    sentences: Vec<String>,
}

impl Saved {
    fn read(statements: &str) -> Self {
        let mut saved = Self::default();
        for (number, line) in statements.lines().enumerate() {
            // A sign of HTML or of a reference says what its letters do not.
            let line = line.replace('<', "").replace('&', "&amp;");
            saved.statement(number, &line);
        }
        saved.close();
        saved.body();
        saved
    }

    fn statement(&mut self, number: usize, line: &str) {
        match (number, line) {
            (0, "%yaml") => return self.open("---"),
            (0, "%toml") => return self.open("+++"),
            _ => {}
        }
        let pair = line.split_once(':').filter(|(key, _)| !key.starts_with(['%', '#', '=', '@', '!', ',']));
        if let Some((key, value)) = pair {
            return self.pair(key.trim(), value.trim());
        }
        self.close();
        self.in_bars = false;
        let (first, words) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
        match first {
            "%" => self.order(words),
            "#" => self.title(&format!("# {}", words.trim()), words),
            "=" => self.title(&format!("{}\n===", words.trim()), words),
            "@" | "!" => self.line(words),
            "," => self.sentence(words),
            "" => self.text.push('\n'),
            "-" if words.is_empty() => self.text.push_str("\n---\n"),
            _ => {
                self.text.push('\n');
                self.sentence(line);
                self.text.push('\n');
            }
        }
    }

    fn open(&mut self, mark: &'static str) {
        self.front_matter = Some(mark);
        let _ = writeln!(self.text, "{mark}");
    }

    fn close(&mut self) {
        if let Some(mark) = self.front_matter.take() {
            let _ = writeln!(self.text, "{mark}");
        }
    }

    fn order(&mut self, words: &str) {
        let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
        match word {
            "below" => self.body(),
            "comment" => {
                let _ = writeln!(self.text, "<!-- {} -->", rest.replace(['-', '>'], " "));
            }
            "frame" => {
                let _ = writeln!(self.text, "## {rest}");
                self.is_free = true;
            }
            _ => word.clone_into(&mut self.layout),
        }
    }

    fn body(&mut self) {
        if !std::mem::replace(&mut self.is_below, true) {
            let _ = write!(self.text, "\n\n{}\n\n", BODY.join("\n\n"));
        }
    }

    fn title(&mut self, line: &str, words: &str) {
        let _ = write!(self.text, "\n{line}\n\n");
        self.stated.push((Speaks::Title, words.trim().to_owned()));
    }

    fn line(&mut self, words: &str) {
        let _ = writeln!(self.text, "{words}");
        self.is_free = true;
    }

    fn sentence(&mut self, words: &str) {
        let words: String = words.chars().filter(|c| is_letter(*c) || *c == '，').collect();
        let sentence = format!("第{}句{words}。", self.sentences.len());
        let _ = writeln!(self.text, "{sentence}");
        self.sentences.push(sentence);
    }

    fn pair(&mut self, key: &str, value: &str) {
        // In brackets another field may be named.
        self.is_free |= value.contains(['(', '（']);
        if let Some(mark) = self.front_matter {
            let sign = if mark == "---" { ":" } else { " =" };
            let _ = writeln!(self.text, "{key}{sign} {value}");
        } else {
            self.write_pair(key, value);
            // Beside other pairs, what is none of a key's stays out.
            self.is_free |= self.in_bars && !Speaks::of(key).is_some_and(|speaks| speaks.takes(value));
        }
        if let Some(speaks) = Speaks::of(key) {
            self.stated.push((speaks, value.to_owned()));
        }
    }

    fn write_pair(&mut self, key: &str, value: &str) {
        let was_in_bars = std::mem::replace(&mut self.in_bars, self.layout == "bars");
        if was_in_bars && self.in_bars && self.text.ends_with('\n') {
            self.text.pop();
            let _ = writeln!(self.text, " | {key}：{value}");
            return;
        }
        let _ = match self.layout.as_str() {
            "wide" => writeln!(self.text, "{key}：{value}"),
            "hard" => writeln!(self.text, "{key}: {value}  "),
            "quoted" | "bars" => writeln!(self.text, "> {key}：{value}"),
            "gaps" => writeln!(self.text, "> {key}：{value}\n>"),
            "items" => writeln!(self.text, "- {key}: {value}"),
            "bold" => writeln!(self.text, "**{key}**: {value}\n"),
            "bolditems" => writeln!(self.text, "- **{key}：**{value}"),
            "paragraphs" => writeln!(self.text, "{key}: {value}\n"),
            "rows" => writeln!(self.text, "| {key} | {value} |"),
            "brackets" => writeln!(self.text, "【{key}】{value}"),
            "blanks" => writeln!(self.text, "> {key} {value}"),
            "links" => writeln!(self.text, "> [{key}]({value})"),
            _ => writeln!(self.text, "{key}: {value}"),
        };
    }

    /// No word of the article is lost, and no field says what nobody wrote.
    fn holds(&self) {
        let page = archive::page(&self.text).expect("there is a text");
        let blocks = invariants::archived(&page.body);
        let in_blocks: String = blocks.iter().map(said_by).collect();
        assert!(invariants::is_part(&letters(&BODY.concat()), &in_blocks), "the text is not whole: {}", self.text);
        let fields = fields(&page.facts);
        let is_said = |words: &str| {
            let words = letters(words);
            in_blocks.contains(&words) || fields.iter().any(|field| letters(field).contains(&words))
        };
        for sentence in &self.sentences {
            assert!(is_said(sentence), "{sentence} is lost of:\n{}\n{:?}", self.text, page.facts);
        }
        for (speaks, value) in self.stated.iter().filter(|(speaks, value)| speaks.takes(value)) {
            let is_only = self.stated.iter().filter(|(other, _)| other == speaks).count() == 1 && !self.is_free;
            assert!(!is_only || is_said(value), "{value} is lost of:\n{}\n{:?}", self.text, page.facts);
        }
        let written = letters(&self.text);
        for field in &fields {
            assert!(invariants::is_part(&letters(field), &written), "nobody wrote {field}:\n{}", self.text);
        }
        match self.text.len() % EACH {
            0 => self.is_cleaned(),
            2 => judged(&blocks, &page.facts),
            _ => {}
        }
    }

    fn is_cleaned(&self) {
        let input = Input { bytes: self.text.as_bytes(), url: "", content_type: "text/markdown" };
        if let Some(article) = &cleaned_twice(&input).article {
            let said: String = article.blocks.iter().map(|judged| said_by(&judged.block)).collect();
            assert!(invariants::is_part(&letters(&BODY.concat()), &said), "the article is not whole: {}", self.text);
        }
    }
}

/// The letters of a block, of its pictures and of its links.
fn said_by(block: &Block) -> String {
    let mut said = letters(&block.text());
    block.images().for_each(|image| said.push_str(&letters(&format!("{}{}", image.alt, image.url))));
    block.links().for_each(|(_, address)| said.push_str(&letters(address)));
    said
}

/// What a header's fields say in its own words.
fn fields(facts: &Facts) -> Vec<&String> {
    let single = [
        &facts.title,
        &facts.account,
        &facts.place,
        &facts.url,
        &facts.cover_url,
        &facts.summary,
        &facts.language,
        &facts.license,
    ];
    single.into_iter().flatten().chain(&facts.authors).chain(&facts.tags).collect()
}

/// A page with the address that the saving program noted in it: `page how address`, and a line for each paragraph.
fn note_is_read(statements: &str) {
    let (first, text) = statements.split_once('\n').unwrap_or((statements, ""));
    let mut words = first.split(' ').skip(1);
    let (how, address) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut paragraphs = String::new();
    for line in text.lines() {
        let _ = writeln!(paragraphs, "<p>{}</p>", line.replace(['<', '&'], ""));
    }
    let page = |note: &str| {
        format!("<!DOCTYPE html>\n<html><head>{note}<title>t</title></head><body>\n{paragraphs}</body></html>\n")
    };
    let (file, inner) = match how {
        "browser" => (page(&format!("<!-- saved from url=({:04}){address} -->", address.len())), None),
        "singlefile" => (page(&format!("<!--\n Page saved with SingleFile \n url: {address} \n-->")), None),
        "savepage" => (page(&format!("<meta name=\"savepage-url\" content=\"{address}\">")), None),
        _ => (web_archive(how, address, &page("")), Some(page(""))),
    };
    let input = Input { bytes: file.as_bytes(), url: "", content_type: "" };
    let found = saved(&input);
    if Speaks::Address.takes(address) && address.len() <= MAX_ADDRESS {
        assert_eq!(found.input().url, address, "{file}");
    }
    if let Some(inner) = inner {
        assert_eq!(String::from_utf8_lossy(found.input().bytes), inner, "{file}");
    }
    if file.len().is_multiple_of(EACH) {
        cleaned_twice(&input);
    }
}

/// An MHTML file as browsers write it.
fn web_archive(encoding: &str, address: &str, page: &str) -> String {
    let (encoding, content) = match encoding {
        "quoted" => ("quoted-printable", quoted_printable(page)),
        _ => ("binary", page.to_owned()),
    };
    let address: String = address.chars().filter(|c| !c.is_control()).collect();
    format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----Boundary--x----\"\r\n\r\n\
         ------Boundary--x----\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {encoding}\r\n\
         Content-Location: {address}\r\n\r\n{content}------Boundary--x------\r\n"
    )
}

/// RFC 2045, with lines of a few dozen bytes.
fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for (number, byte) in text.bytes().enumerate() {
        match byte {
            b'=' | 0x80.. => {
                let _ = write!(out, "={byte:02X}");
            }
            _ => out.push(char::from(byte)),
        }
        if number % 40 == 39 {
            out.push_str("=\r\n");
        }
    }
    out
}
