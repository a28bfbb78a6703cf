use std::borrow::Cow;

use super::fields::note;
use super::keys::{Field, field};
use crate::model::Facts;
use crate::parse::archive::lines::{indent, next_line};

/// Most lines that a front matter may have.
const MAX_LINES: usize = 500;

/// How a front matter is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `key: value` between lines of `---`: Hexo, Jekyll, Obsidian, most others.
    Yaml,
    /// `key = value` between lines of `+++`: Hugo.
    Toml,
}

/// Keys under which some keep what they say of the article.
const GROUPS: [&str; 9] = ["wechat", "weixin", "mp", "article", "meta", "metadata", "info", "extra", "params"];

/// The header between two lines of `---` (YAML) or `+++` (TOML) at the start: scalars, quoted or not, texts over several
/// lines, and lists of scalars. What is nested deeper is passed over, but for the name of an author, the parts of a source and
/// groups of these names. `None` when there is no such block.
pub(super) fn read(text: &str) -> Option<(Facts, &str)> {
    let (first, mut rest) = next_line(text);
    let style = match first.trim_end() {
        "---" => Style::Yaml,
        "+++" => Style::Toml,
        _ => return None,
    };
    let mut reader = Reader { style, ..Reader::default() };
    for _ in 0..MAX_LINES {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = next_line(rest);
        rest = after;
        let ends = match style {
            Style::Yaml => matches!(line.trim_end(), "---" | "..."),
            Style::Toml => line.trim_end() == "+++",
        };
        if ends {
            return reader.finish().map(|facts| (facts, rest));
        }
        reader.line(line);
    }
    None
}

struct Reader {
    style: Style,
    facts: Facts,
    /// The key whose value goes on over further lines, "" when there is none.
    key: String,
    /// The key of YAML below which indented keys stand.
    group: String,
    /// The lines of such a value: a text (`>`, `|`) or an open list of TOML.
    open: Option<String>,
    /// In a table of TOML: its keys are not the article's own.
    in_table: bool,
    /// A key of ours was met.
    known: bool,
    /// When the file was made, which is when the article was published only if nothing better is said.
    created: String,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            style: Style::Yaml,
            facts: Facts::default(),
            key: String::new(),
            group: String::new(),
            open: None,
            in_table: false,
            known: false,
            created: String::new(),
        }
    }
}

impl Reader {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if let Some(open) = &mut self.open {
            let goes_on = match self.style {
                Style::Yaml => indent(line) > 0 || trimmed.is_empty(),
                Style::Toml => !open.ends_with(']'),
            };
            if goes_on {
                let gap = if open.is_empty() || trimmed.is_empty() { "" } else { " " };
                open.push_str(gap);
                open.push_str(trimmed);
                return;
            }
            self.close();
        }
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return;
        }
        match self.style {
            Style::Yaml => self.yaml(line, trimmed),
            Style::Toml => self.toml(trimmed),
        }
    }

    fn yaml(&mut self, line: &str, trimmed: &str) {
        if let Some(item) = trimmed.strip_prefix("- ") {
            let item = item.trim();
            // A list of authors may be one of objects.
            let name = item.strip_prefix("name:").map_or(item, str::trim);
            self.values(name);
        } else if indent(line) == 0 {
            if let Some((name, value)) = trimmed.split_once(':') {
                unquoted(name).clone_into(&mut self.key);
                self.group.clone_from(&self.key);
                self.value(value.trim());
            }
        } else if GROUPS.contains(&self.group.to_lowercase().as_str()) {
            if let Some((name, value)) = trimmed.split_once(':') {
                unquoted(name).clone_into(&mut self.key);
                self.values(value.trim());
            }
        } else if let Some(name) = trimmed.strip_prefix("name:").filter(|_| is_author(&self.key)) {
            self.values(name.trim());
        } else if let Some((name, value)) = trimmed.split_once(':').filter(|_| is_source(&self.key)) {
            // The medium as an object: its name, its address.
            let field = field(unquoted(name)).map(|(field, _)| field);
            if let Some(field) =
                field.filter(|field| matches!(field, Field::Account | Field::WeChatAccount | Field::Address))
            {
                let value = scalar(value.trim());
                field.set(&mut self.facts, &value, &value);
                self.known = true;
            }
        }
    }

    fn toml(&mut self, trimmed: &str) {
        if trimmed.starts_with('[') {
            // Generators keep what themes ask for in tables of these names.
            self.in_table = !matches!(trimmed, "[extra]" | "[params]" | "[taxonomies]");
        } else if let Some((name, value)) = trimmed.split_once('=').filter(|_| !self.in_table) {
            unquoted(name).clone_into(&mut self.key);
            self.value(value.trim());
        }
    }

    /// The value on the line of its key; it may go on below.
    fn value(&mut self, value: &str) {
        let is_text = self.style == Style::Yaml && matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+");
        let is_open_list = value.starts_with('[') && !value.starts_with("[[") && !value.contains(']');
        if is_text {
            self.open = Some(String::new());
        } else if is_open_list {
            self.open = Some(value.to_owned());
        } else {
            self.values(value);
        }
    }

    fn close(&mut self) {
        if let Some(value) = self.open.take() {
            // The bracket that ends a list of YAML may stand where keys do.
            let is_unclosed = value.starts_with('[') && !value.ends_with(']');
            self.values(&if is_unclosed { value + "]" } else { value });
        }
    }

    /// Sets what a scalar, or each scalar of an inline list, says.
    fn values(&mut self, value: &str) {
        for value in scalars(value) {
            let is_link = value.starts_with("[[") && value.ends_with("]]");
            let value = if is_author(&self.key) || is_link { without_wiki_link(&value) } else { value };
            if value.is_empty() || value == "~" || value == "null" {
                continue;
            }
            match field(&self.key) {
                Some((Field::Created, _)) => self.created = value.into_owned(),
                // The number that a program of notes gives to each.
                Some((Field::Saver, _)) => self.known = true,
                None => {}
                Some((field, _)) => {
                    field.set(&mut self.facts, &value, &value);
                    self.known = true;
                }
            }
        }
    }

    fn finish(mut self) -> Option<Facts> {
        self.close();
        // A clipped page was published before it was clipped.
        let is_clipped = self.facts.url.is_some();
        if self.facts.published.is_none() && !self.created.is_empty() && !is_clipped {
            Field::Created.set(&mut self.facts, &self.created, &self.created);
            self.known |= self.facts.published.is_some();
        }
        note(&mut self.facts);
        self.known.then_some(self.facts)
    }
}

fn is_source(key: &str) -> bool {
    matches!(field(key), Some((Field::Source, _)))
}

fn is_author(key: &str) -> bool {
    matches!(field(key), Some((Field::Author, _)))
}

/// `[[Name]]` or `[[Name|shown]]`, as Obsidian links persons.
fn without_wiki_link(value: &str) -> Cow<'static, str> {
    let inner = value.trim_matches(['[', ']']);
    Cow::Owned(inner.rsplit('|').next().unwrap_or(inner).trim().to_owned())
}

/// The scalars of a value: one, or those of an inline list.
fn scalars(value: &str) -> Vec<Cow<'_, str>> {
    let Some(inner) = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) else {
        return vec![scalar(value)];
    };
    let mut found = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, sign) in inner.char_indices() {
        match (quote, sign) {
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), _) if open == sign => quote = None,
            (None, ',') => {
                found.push(scalar(inner.get(start..at).unwrap_or_default()));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(scalar(inner.get(start..).unwrap_or_default()));
    found
}

/// A scalar without its quotation marks and with what they escape undone.
fn scalar(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    let inner = unquoted(value);
    match value.chars().next().filter(|_| inner.len() < value.len()) {
        Some('"') if inner.contains('\\') => Cow::Owned(inner.replace("\\\"", "\"").replace("\\\\", "\\")),
        Some('\'') if inner.contains("''") => Cow::Owned(inner.replace("''", "'")),
        _ => Cow::Borrowed(inner),
    }
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    fn facts(text: &str) -> Facts {
        read(text).expect("a front matter").0
    }

    #[test]
    fn reads_what_exporters_write() {
        let hexo = facts(
            "---\ntitle: 'It''s \"a\"'\ndate: 2024-05-01 08:30:00\nupdated: 2024-05-02\ncategories:\n  - [甲, 乙]\ntags: [\"x, y\", z]\n---\n",
        );
        assert_eq!(hexo.title.as_deref(), Some("It's \"a\""));
        assert_eq!(hexo.published, Date::civil(2024, 5, 1, 8, 30, 0, Date::BEIJING));
        assert_eq!(
            (hexo.modified, hexo.tags),
            (Date::day(2024, 5, 2), ["甲", "乙", "x, y", "z"].map(str::to_owned).to_vec())
        );

        let hugo = facts(
            "+++\ntitle = \"A \\\"b\\\"\"\ndate = 2024-05-01T08:30:00+08:00\ntags = [\n  \"x\",\n  \"y\"\n]\nauthor = \"Ann\"\n[params]\ntitle = \"no\"\n+++\nBody",
        );
        assert_eq!((hugo.title.as_deref(), hugo.authors), (Some("A \"b\""), vec!["Ann".to_owned()]));
        assert_eq!((hugo.published, hugo.tags.len()), (Date::parse("2024-05-01T08:30:00+08:00"), 2));

        let clipper = facts(
            "---\ntitle: \"题\"\nsource: \"https://mp.weixin.qq.com/s/AbCd\"\nauthor:\n  - \"[[Ann]]\"\n  - \"[[people/Bo|Bo]]\"\npublished:\ncreated: 2026-11-24\ndescription: >-\n  one\n  two\ntags:\n  - \"clippings\"\n---\n",
        );
        assert_eq!(clipper.url.as_deref(), Some("https://mp.weixin.qq.com/s/AbCd"));
        assert_eq!((clipper.authors, clipper.published), (vec!["Ann".to_owned(), "Bo".to_owned()], None));
        assert_eq!(clipper.summary.as_deref(), Some("one two"));

        let jekyll = facts(
            "---\nlayout: post\ntitle: A\nauthor:\n  name: Ann\n  url: https://a.example/\npermalink: /a/b/\ncreated: 2024-05-01\n---\n",
        );
        assert_eq!((jekyll.authors, jekyll.url), (vec!["Ann".to_owned()], None));
        assert_eq!(jekyll.published, Date::day(2024, 5, 1), "nothing better is said");

        let nested = facts(
            "---\ntitle: 题\nwechat:\n  account: 某号\n  publish_time: 2024-05-01 08:30\nmeta:\n  author: 芦花\n  words: 812\nlayout:\n  title: 别的\n---\n",
        );
        assert_eq!((nested.account.as_deref(), nested.authors), (Some("某号"), vec!["芦花".to_owned()]));
        assert_eq!((nested.title.as_deref(), nested.published.is_some()), (Some("题"), true));

        let bridge = facts("---\ntitle: 题\naccount: 某号\nsource: 另号\nlink: https://mp.weixin.qq.com/s/AbCd\n---\n");
        assert_eq!((bridge.account.as_deref(), bridge.url.is_some()), (Some("某号"), true));
    }

    #[test]
    fn what_is_no_front_matter_is_text() {
        for text in [
            "---\n\nwords\n\n---\n",
            "---\ntitle: open",
            "+++\nx = 1\n+++\n",
            "--- \n",
            "title: a\n---\n",
            "+++\ntitle = [",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
