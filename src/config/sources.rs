use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;

use boji_clean::model::{AlbumLink, Date, Word as _, offset_minutes};
use boji_clean::rules::nearest;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use url::Url;

use super::cron::CronExpression;
use super::error::ConfigError;
use super::header::{MAX_HEADERS, have_account, header_name_problem, header_value_problem};
use super::interval::parse_interval;
use super::settings::RunSettings;
use crate::model::{EntryRule, KeepImages, MAX_RULES, RULE_FORMS, Schedule, Source, SourceKind};

/// The shipped `config/sources.toml`: examples with comments, for `init` to write.
pub(crate) const SHIPPED_SOURCES: &str = include_str!("../../config/sources.toml");

/// In the place of an interval: by the times at which the source has published.
pub(crate) const AUTO: &str = "auto";

/// The priorities that a source can have.
pub(crate) const PRIORITIES: RangeInclusive<i8> = -10..=10;

/// Longest id of a source, in characters.
const MAX_ID_CHARS: usize = 64;

/// Reads the text of a `sources.toml`; `file` is named in errors, `run` gives the interval of a source that states
/// none. Each source is checked: its id, its address, its schedule, its time zone, its headers and rules. The path of a file of
/// cookies counts from the folder of `file`. The first mistake is an error.
pub fn load_sources(file: &Path, text: &str, run: &RunSettings) -> Result<Vec<Source>, ConfigError> {
    let (sources, mistakes) = read_sources(file, text, run)?;
    mistakes.into_iter().next().map_or(Ok(sources), Err)
}

/// The same, where a mistake in one source leaves the others: the sources that are right, and what is wrong with the rest. An error
/// is what leaves none.
pub(super) fn read_sources(
    file: &Path,
    text: &str,
    run: &RunSettings,
) -> Result<(Vec<Source>, Vec<ConfigError>), ConfigError> {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let (mut sources, mut mistakes) = (Vec::new(), Vec::new());
    for entry in written_sources(text).map_err(|error| ConfigError::from_toml(file, text, &error))? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                mistakes.push(ConfigError::from_toml(file, text, &error));
                continue;
            }
        };
        let wrong = |problem: Problem| ConfigError::at(file, text, problem.span, problem.message, problem.hint);
        let line = text.get(..entry.get_ref().id.span().start).unwrap_or_default().matches('\n').count() + 1;
        let id = entry.get_ref().id.get_ref();
        if let Some(first) = lines.insert(id.to_lowercase(), line) {
            let message = format!("the id `{id}` is taken by the source in line {first}");
            mistakes.push(wrong(Problem::new(&entry.get_ref().id, message, "")));
            continue;
        }
        match to_source(entry, file, run) {
            Ok(source) => sources.push(source),
            Err(problem) => mistakes.push(wrong(problem)),
        }
    }
    Ok((sources, mistakes))
}

/// The sources as they are written, each by itself where they cannot be read together.
fn written_sources(text: &str) -> Result<Vec<Result<Spanned<Written>, toml::de::Error>>, toml::de::Error> {
    let error = match toml::from_str::<SourcesFile>(text) {
        Ok(file) => return Ok(file.source.into_iter().map(Ok).collect()),
        Err(error) => error,
    };
    let Ok(table) = DeTable::parse(text) else { return Err(error) };
    let mut table = table.into_inner();
    match table.remove("source").map(Spanned::into_inner) {
        Some(DeValue::Array(entries)) if table.is_empty() => {
            Ok(entries.into_iter().map(|entry| Spanned::deserialize(ValueDeserializer::from(entry))).collect())
        }
        _ => Err(error),
    }
}

/// The zone of times that a source states without one, in minutes east of UTC: Beijing's for WeChat and for Chinese
/// hosts, else UTC.
pub(crate) fn default_time_zone(url: &str) -> i16 {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let chinese = host.ends_with(".qq.com") || host.rsplit('.').next() == Some("cn");
    if chinese || AlbumLink::parse(url).is_some() { Date::BEIJING } else { 0 }
}

/// What is wrong with an id, `None` when it is right: 1 to 64 ASCII letters, digits, `-`, `_` and `.`, the first a
/// letter or digit, so that it is safe as a file name and in a shell.
pub(crate) fn source_id_problem(id: &str) -> Option<&'static str> {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match id.bytes().next() {
        None => Some("is empty"),
        Some(first) if !first.is_ascii_alphanumeric() => Some("must begin with an ASCII letter or a digit"),
        Some(_) if !id.bytes().all(safe) => Some("may hold only ASCII letters, digits, `-`, `_` and `.`"),
        Some(_) if id.len() > MAX_ID_CHARS => Some("is longer than 64 characters"),
        Some(_) => None,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesFile {
    #[serde(default)]
    source: Vec<Spanned<Written>>,
}

/// A source as a person writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    kind: Spanned<String>,
    url: Option<Spanned<String>>,
    urls: Option<Spanned<Vec<Spanned<String>>>>,
    name: Option<String>,
    every: Option<Spanned<String>>,
    cron: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
    fetch_pages: Option<bool>,
    join_pages: Option<bool>,
    keep_images: Option<Spanned<String>>,
    follow_to_http: Option<bool>,
    user_agent: Option<Spanned<String>>,
    headers: Option<BTreeMap<Spanned<String>, Spanned<String>>>,
    cookies: Option<Spanned<String>>,
    #[serde(default)]
    keep: Vec<Spanned<String>>,
    #[serde(default)]
    skip: Vec<Spanned<String>>,
    priority: Option<Spanned<i64>>,
    tags: Option<Vec<String>>,
    enabled: Option<bool>,
}

/// Something wrong at a place of the file.
struct Problem {
    span: Range<usize>,
    message: String,
    hint: String,
}

impl Problem {
    fn new<T>(place: &Spanned<T>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { span: place.span(), message: message.into(), hint: hint.into() }
    }
}

fn to_source(entry: Spanned<Written>, file: &Path, run: &RunSettings) -> Result<Source, Problem> {
    let whole = Spanned::new(entry.span(), ());
    let written = entry.into_inner();
    let id = written.id.get_ref().clone();
    if let Some(problem) = source_id_problem(&id) {
        return Err(Problem::new(&written.id, format!("the id `{id}` {problem}"), ""));
    }
    let kind = kind_of(&written.kind)?;
    let (url, urls) = addresses(&whole, kind, written.url, written.urls)?;
    let time_zone_minutes = match &written.time_zone {
        Some(zone) => offset_minutes(zone.get_ref()).ok_or_else(|| {
            Problem::new(zone, format!("`{}` is no time zone", zone.get_ref()), "write `+08:00`, `-03:30` or `UTC`")
        })?,
        None => default_time_zone(urls.first().unwrap_or(&url)),
    };
    let schedule = schedule_of(written.every.as_ref(), written.cron.as_ref(), run)?;
    let is_told = written.every.is_some() || written.cron.is_some();
    let headers = headers_of(written.headers.unwrap_or_default(), have_account(urls.iter().chain([&url])))?;
    let plain = Source::new(kind, id, url, schedule);
    Ok(Source {
        name: written.name.unwrap_or_else(|| plain.id.clone()),
        urls,
        own_schedule: is_told && plain.schedule != Schedule::Auto,
        time_zone_minutes,
        fetch_pages: written.fetch_pages.unwrap_or(plain.fetch_pages),
        join_pages: written.join_pages.unwrap_or(plain.join_pages),
        keep_images: written.keep_images.as_ref().map(keep_images_of).transpose()?,
        follow_to_http: written.follow_to_http.unwrap_or(plain.follow_to_http),
        user_agent: written.user_agent.map(user_agent_of).transpose()?.unwrap_or_default(),
        headers,
        cookies: written.cookies.map(|path| cookies_of(&path, file)).transpose()?.unwrap_or_default(),
        keep: rules_of(written.keep)?,
        skip: rules_of(written.skip)?,
        priority: written.priority.as_ref().map_or(Ok(plain.priority), priority_of)?,
        tags: written.tags.unwrap_or_default(),
        from_file: true,
        enabled: written.enabled.unwrap_or(plain.enabled),
        ..plain
    })
}

fn keep_images_of(word: &Spanned<String>) -> Result<KeepImages, Problem> {
    let text = word.get_ref().as_str();
    let words = KeepImages::words().join(", ");
    KeepImages::from_word(text)
        .ok_or_else(|| Problem::new(word, format!("`keep_images` is `{text}`"), format!("known here: {words}")))
}

fn kind_of(word: &Spanned<String>) -> Result<SourceKind, Problem> {
    const WORDS: [&str; 5] = ["feed", "album", "list-page", "sitemap", "urls"];
    let text = word.get_ref().as_str();
    match SourceKind::from_word(text) {
        Some(SourceKind::Folder) => {
            Err(Problem::new(word, "a folder is not polled", "bring its files in with `boji import PATH`"))
        }
        Some(kind) => Ok(kind),
        None => Err(Problem::new(word, format!("unknown kind `{text}`"), nearest(text, &WORDS))),
    }
}

/// The one address or the list of addresses that the kind wants.
fn addresses(
    whole: &Spanned<()>,
    kind: SourceKind,
    url: Option<Spanned<String>>,
    urls: Option<Spanned<Vec<Spanned<String>>>>,
) -> Result<(String, Vec<String>), Problem> {
    match (kind == SourceKind::Urls, url, urls) {
        (true, Some(url), _) => Err(Problem::new(&url, "a source of kind `urls` takes `urls`, not `url`", "")),
        (true, None, Some(urls)) if !urls.get_ref().is_empty() => {
            let list: Result<Vec<String>, Problem> = urls.into_inner().into_iter().map(http_address).collect();
            Ok((String::new(), list?))
        }
        (true, None, _) => Err(Problem::new(whole, "a source of kind `urls` needs `urls = [\"https://…\"]`", "")),
        (false, _, Some(urls)) => {
            let message = format!("only a source of kind `urls` takes `urls`, this one is `{}`", kind.as_str());
            Err(Problem::new(&urls, message, ""))
        }
        (false, None, None) => {
            Err(Problem::new(whole, format!("a source of kind `{}` needs a `url`", kind.as_str()), ""))
        }
        (false, Some(url), None) => {
            if kind == SourceKind::Album && AlbumLink::parse(url.get_ref()).is_none() {
                let hint = "copy the address of the album's page: https://mp.weixin.qq.com/mp/appmsgalbum?…&album_id=…";
                return Err(Problem::new(&url, "this is no address of a WeChat album", hint));
            }
            Ok((http_address(url)?, Vec::new()))
        }
    }
}

fn http_address(written: Spanned<String>) -> Result<String, Problem> {
    match Url::parse(written.get_ref()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(written.into_inner()),
        Ok(_) => Err(Problem::new(&written, "only http and https addresses are fetched", "")),
        Err(error) => {
            let hint = "write the whole address, with https://";
            Err(Problem::new(&written, format!("`{}` is no address: {error}", written.get_ref()), hint))
        }
    }
}

fn user_agent_of(written: Spanned<String>) -> Result<String, Problem> {
    match header_value_problem(written.get_ref()) {
        Some(problem) => Err(Problem::new(&written, format!("the user agent {problem}"), "")),
        None => Ok(written.into_inner()),
    }
}

/// Headers with their names in lower case.
fn headers_of(
    written: BTreeMap<Spanned<String>, Spanned<String>>,
    has_account: bool,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut headers = BTreeMap::new();
    for (name, value) in written {
        if let Some(problem) = header_name_problem(name.get_ref(), has_account) {
            // Whole headers are written as names now and then.
            let shown = name.get_ref().split([':', ' ']).next().unwrap_or_default();
            return Err(Problem::new(
                &name,
                format!("the header `{shown}` {problem}"),
                "a name without a value: X-Token",
            ));
        }
        if let Some(problem) = header_value_problem(value.get_ref()) {
            return Err(Problem::new(&value, format!("the value of the header `{}` {problem}", name.get_ref()), ""));
        }
        if headers.len() == MAX_HEADERS {
            return Err(Problem::new(&name, format!("a source has at most {MAX_HEADERS} headers"), ""));
        }
        if headers.insert(name.get_ref().to_ascii_lowercase(), value.into_inner()).is_some() {
            let message = format!("the header `{}` is there already, with other capitals", name.get_ref());
            return Err(Problem::new(&name, message, ""));
        }
    }
    Ok(headers)
}

/// The whole path of a file of cookies. Whether it is there is seen when a run begins.
fn cookies_of(written: &Spanned<String>, file: &Path) -> Result<String, Problem> {
    if written.get_ref().trim().is_empty() {
        return Err(Problem::new(written, "this names no file", "leave `cookies` out, or name a cookies.txt"));
    }
    let path = file.parent().unwrap_or(Path::new("")).join(written.get_ref());
    let path = std::path::absolute(&path).unwrap_or(path);
    Ok(path.to_string_lossy().into_owned())
}

fn rules_of(written: Vec<Spanned<String>>) -> Result<Vec<String>, Problem> {
    if let Some(rule) = written.get(MAX_RULES) {
        return Err(Problem::new(rule, format!("a source has at most {MAX_RULES} rules of a kind"), ""));
    }
    let read = |rule: Spanned<String>| match EntryRule::parse(rule.get_ref()) {
        Ok(_) => Ok(rule.into_inner()),
        Err(problem) => Err(Problem::new(&rule, format!("the rule `{}` {problem}", rule.get_ref()), RULE_FORMS)),
    };
    written.into_iter().map(read).collect()
}

fn priority_of(written: &Spanned<i64>) -> Result<i8, Problem> {
    let fits = i8::try_from(*written.get_ref()).ok().filter(|priority| PRIORITIES.contains(priority));
    fits.ok_or_else(|| {
        let (low, high) = (PRIORITIES.start(), PRIORITIES.end());
        Problem::new(written, format!("`priority` must be from {low} to {high}"), "0 is that of most")
    })
}

fn schedule_of(
    every: Option<&Spanned<String>>,
    cron: Option<&Spanned<String>>,
    run: &RunSettings,
) -> Result<Schedule, Problem> {
    match (every, cron) {
        (Some(_), Some(cron)) => {
            Err(Problem::new(cron, "a source has `every` or `cron`, not both", "leave one of them out"))
        }
        (Some(every), None) if every.get_ref() == AUTO => Ok(Schedule::Auto),
        (Some(every), None) => parse_interval(every.get_ref())
            .map(Schedule::Every)
            .map_err(|message| Problem::new(every, message, "write `45m`, `6h`, `1d` or `auto`")),
        (None, Some(cron)) => match CronExpression::parse(cron.get_ref()) {
            Ok(_) => Ok(Schedule::Cron(cron.get_ref().clone())),
            Err(reason) => {
                let hint = "write five fields: minute, hour, day, month, weekday; `0 7 * * *` is each day at 7:00";
                Err(Problem::new(cron, format!("`{}` is no cron expression: {reason}", cron.get_ref()), hint))
            }
        },
        (None, None) => Ok(Schedule::Every(run.interval_minutes.saturating_mul(60))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn read(text: &str) -> Result<Vec<Source>, ConfigError> {
        load_sources(Path::new("sources.toml"), text, &Settings::default().run)
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        let text = "[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"https://a.cn/f\"\n";
        let want = Source {
            name: "a".into(),
            time_zone_minutes: 480,
            from_file: true,
            ..Source::new(SourceKind::Feed, "a", "https://a.cn/f", Schedule::Every(3_600))
        };
        assert_eq!(read(text).expect("valid"), [want]);
        assert_eq!(read("").expect("an empty file is no mistake"), []);
    }

    #[test]
    fn what_a_source_has_of_its_own_is_read() {
        let text = "[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"https://a.example/f\"\nuser_agent = \"mill/1\"\n\
                    headers = { Accept-Language = \"zh-CN\" }\ncookies = \"club/cookies.txt\"\nkeep = [\"title:mill\"]\n\
                    skip = [\"url:/ads/\", \"title~^AD\"]\npriority = -3\n";
        let sources = load_sources(Path::new("/etc/boji/sources.toml"), text, &Settings::default().run);
        let source = sources.expect("valid").remove(0);
        assert_eq!((source.user_agent.as_str(), source.priority), ("mill/1", -3));
        assert_eq!(source.headers, [("accept-language".to_owned(), "zh-CN".to_owned())].into());
        assert_eq!(source.cookies, "/etc/boji/club/cookies.txt");
        assert_eq!((source.keep, source.skip.len()), (vec!["title:mill".to_owned()], 2));
    }

    #[test]
    fn a_mistake_shows_no_value_of_a_header() {
        let text = "[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"https://a.example/f\"\n\
                    headers = { x-token = \"SECRET\", host = \"HIDDEN\", y = \"簸HIDDEN\" }\n";
        let error = read(text).expect_err("wrong").to_string();
        assert!(error.contains("x-token = ") && !error.contains("SECRET") && !error.contains("HIDDEN"), "{error}");
    }

    #[test]
    fn a_mistake_in_one_source_leaves_the_others() {
        let feed = |id: &str, more: &str| {
            format!("[[source]]\nid = \"{id}\"\nkind = \"feed\"\nurl = \"https://a.example/\"\n{more}")
        };
        let text = [
            feed("a", ""),
            feed("b", "evry = \"1h\"\n"),
            feed("c", "every = \"soon\"\n"),
            feed("a", ""),
            feed("d", ""),
        ];
        let read = |text: &str| read_sources(Path::new("s.toml"), text, &Settings::default().run);
        let (sources, mistakes) = read(&text.concat()).expect("readable");
        assert_eq!(sources.iter().map(|source| source.id.as_str()).collect::<Vec<_>>(), ["a", "d"]);
        let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        for (told, want) in
            told.iter().zip(["s.toml:9:1: unknown key `evry`", "s.toml:14:9: `soon` is no", "s.toml:16:6: the id `a`"])
        {
            assert!(told.contains(want), "{told}");
        }
        assert_eq!(told.len(), 3);
        for broken in ["[[source]\n", "[sauce]\n", "source = 3\n"] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn shows_where_a_source_is_wrong() {
        let feed = "[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"https://a.example/\"\n";
        let cases = [
            (format!("{feed}{feed}"), "6:6: the id `a` is taken by the source in line 2"),
            (format!("{feed}evry = \"1h\"\n"), "5:1: unknown key `evry`"),
            (format!("{feed}every = \"1 h\"\n"), "5:9: `1 h` is no interval"),
            (format!("{feed}every = \"900d\"\n"), "5:9: `900d` is not between a minute and a year"),
            (format!("{feed}cron = \"0 0 31 2 *\"\n"), "5:8: `0 0 31 2 *` is no cron expression: it never comes round"),
            (format!("{feed}every = \"1h\"\ncron = \"0 7 * * *\"\n"), "6:8: a source has `every` or `cron`, not both"),
            (format!("{feed}time_zone = \"+15:00\"\n"), "5:13: `+15:00` is no time zone"),
            (format!("{feed}urls = [\"https://a.example/1\"]\n"), "5:8: only a source of kind `urls` takes `urls`"),
            (format!("{feed}user_agent = \"a\\nb\"\n"), "5:14: the user agent must be plain ASCII"),
            (format!("{feed}headers = {{ Host = \"b\" }}\n"), "5:13: the header `Host` cannot be set: it is that"),
            (format!("{feed}headers = {{ a = \"簸\" }}\n"), "5:17: the value of the header `a` must be plain ASCII"),
            (format!("{feed}headers = {{ A = \"1\", a = \"2\" }}\n"), "5:22: the header `a` is there already"),
            (format!("{feed}cookies = \"\"\n"), "5:11: this names no file"),
            (format!("{feed}skip = [\"广告\"]\n"), "5:9: the rule `广告` says not whether it looks at"),
            (format!("{feed}keep = [\"title:a\", \"url~(\"]\n"), "5:20: the rule `url~(` is no regular expression"),
            (format!("{feed}priority = 11\n"), "5:12: `priority` must be from -10 to 10"),
            ("[[source]]\nid = \"../a\"\nkind = \"feed\"\n".into(), "2:6: the id `../a` must begin with"),
            ("[[source]]\nid = \"a\"\nkind = \"albun\"\n".into(), "3:8: unknown kind `albun`"),
            ("[[source]]\nid = \"a\"\nkind = \"folder\"\n".into(), "3:8: a folder is not polled"),
            ("[[source]]\nid = \"a\"\nkind = \"urls\"\n".into(), "1:1: a source of kind `urls` needs `urls"),
            (
                "[[source]]\nid = \"a\"\nkind = \"album\"\nurl = \"https://a.example/\"\n".into(),
                "4:7: this is no address",
            ),
            ("[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"a.example\"\n".into(), "4:7: `a.example` is no address"),
            ("[[source]]\nid = \"a\"\nkind = \"feed\"\nurl = \"file:///etc\"\n".into(), "4:7: only http and https"),
            ("[[source]]\nkind = \"feed\"\n".into(), "1:1: missing field `id`"),
        ];
        for (text, want) in cases {
            let error = read(&text).expect_err(&text).to_string();
            assert!(error.starts_with(&format!("use sources.toml:{want}")), "{text}\n{error}");
        }
    }
}
