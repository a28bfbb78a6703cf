use std::collections::BTreeMap;
use std::path::Path;

use boji_clean::model::offset_minutes;

use super::mistake::Mistake;
use super::source_arguments::SourceArguments;
use crate::config::{self, CronExpression, MAX_HEADERS, have_account, header_name_problem, header_value_problem};
use crate::fetch::CookieJar;
use crate::model::{EntryRule, MAX_RULES, RULE_FORMS, Schedule, Source};

impl SourceArguments {
    /// The schedule that is wished for; `None` when nothing is said of it.
    pub(super) fn schedule(&self) -> Result<Option<Schedule>, Mistake> {
        if let Some(expression) = &self.cron {
            CronExpression::parse(expression).map_err(|problem| {
                Mistake::usage(format!("--cron {expression}: {problem}"), "five fields, such as `30 7 * * *`")
            })?;
            return Ok(Some(Schedule::Cron(expression.clone())));
        }
        let Some(every) = &self.every else { return Ok(None) };
        if every == config::AUTO {
            return Ok(Some(Schedule::Auto));
        }
        let seconds = config::parse_interval(every).map_err(|problem| {
            Mistake::usage(format!("--every: {problem}"), "a number and m, h or d, such as 6h, or `auto`")
        })?;
        Ok(Some(Schedule::Every(seconds)))
    }

    /// The source as it is wished for. What nothing is said of stays.
    pub(super) fn apply(&self, source: Source) -> Result<Source, Mistake> {
        let zone = self.time_zone.as_ref().map(|zone| {
            let wrong =
                || Mistake::usage(format!("--time-zone: `{zone}` is no time zone"), "write +08:00, -03:30 or UTC");
            offset_minutes(zone).ok_or_else(wrong)
        });
        let has_account = have_account(source.urls.iter().chain([&source.url]));
        let cookies = self.cookies.as_deref().map(cookies_in).transpose()?.unwrap_or(source.cookies);
        let user_agent = match &self.user_agent {
            Some(name) if !name.is_empty() => {
                let wrong =
                    |problem| Mistake::usage(format!("--user-agent: the name {problem}"), "such as `mill-reader/1.0`");
                header_value_problem(name).map_or(Ok(name.clone()), |problem| Err(wrong(problem)))?
            }
            Some(_) => String::new(),
            None => source.user_agent,
        };
        let wished = self.schedule()?;
        Ok(Source {
            own_schedule: wished.as_ref().map_or(source.own_schedule, |wished| *wished != Schedule::Auto),
            schedule: wished.unwrap_or(source.schedule),
            name: self.name.clone().unwrap_or(source.name),
            time_zone_minutes: zone.transpose()?.unwrap_or(source.time_zone_minutes),
            fetch_pages: self.fetch_pages.unwrap_or(source.fetch_pages),
            join_pages: self.join_pages.unwrap_or(source.join_pages),
            keep_images: self.keep_images.or(source.keep_images),
            follow_to_http: self.follow_to_http.unwrap_or(source.follow_to_http),
            user_agent,
            headers: with_headers(source.headers, &self.header, has_account)?,
            cookies,
            keep: with_rules("--keep", source.keep, &self.keep)?,
            skip: with_rules("--skip", source.skip, &self.skip)?,
            priority: self.priority.unwrap_or(source.priority),
            tags: with_changes("--tag", source.tags, &self.tag)?,
            ..source
        })
    }
}

/// A list with what is wished for beside it, and without what is wished away.
fn with_changes(flag: &str, mut list: Vec<String>, wishes: &[String]) -> Result<Vec<String>, Mistake> {
    for wish in wishes.iter().map(|wish| wish.trim()) {
        if wish.starts_with("--") {
            return Err(Mistake::usage(format!("{flag} wants a value before {wish}"), "`-VALUE` takes one away"));
        }
        match wish.strip_prefix('-') {
            Some(taken) if list.iter().any(|known| known == taken) => list.retain(|known| known != taken),
            Some(taken) => {
                return Err(Mistake::usage(
                    format!("{flag}: there is no `{taken}` to take away"),
                    "`boji list sources --json` shows what there is",
                ));
            }
            None if wish.is_empty() || list.iter().any(|known| known == wish) => {}
            None => list.push(wish.to_owned()),
        }
    }
    Ok(list)
}

fn with_rules(flag: &str, rules: Vec<String>, wishes: &[String]) -> Result<Vec<String>, Mistake> {
    for rule in wishes.iter().filter(|rule| !rule.starts_with('-')) {
        EntryRule::parse(rule)
            .map_err(|problem| Mistake::usage(format!("{flag}: the rule `{rule}` {problem}"), RULE_FORMS))?;
    }
    let rules = with_changes(flag, rules, wishes)?;
    if rules.len() > MAX_RULES {
        return Err(Mistake::usage(
            format!("{flag}: a source has at most {MAX_RULES} rules of a kind"),
            "a pattern can take several",
        ));
    }
    Ok(rules)
}

/// Headers with those that are wished for. No message repeats a value.
fn with_headers(
    mut headers: BTreeMap<String, String>,
    wishes: &[String],
    has_account: bool,
) -> Result<BTreeMap<String, String>, Mistake> {
    const FORM: &str = "write `--header 'Name: value'`, or `--header -Name` to take it away";
    for wish in wishes {
        if let Some(name) = wish.strip_prefix('-').filter(|name| !name.contains(':')) {
            headers.remove(&name.trim().to_ascii_lowercase());
            continue;
        }
        let Some((name, value)) = wish.split_once(':') else {
            return Err(Mistake::usage("--header: a header has a `:` behind its name", FORM));
        };
        let (name, value) = (name.trim(), value.trim());
        if let Some(problem) = header_name_problem(name, has_account) {
            return Err(Mistake::usage(format!("--header: the header `{name}` {problem}"), FORM));
        }
        if let Some(problem) = header_value_problem(value) {
            return Err(Mistake::usage(format!("--header: the value of `{name}` {problem}"), FORM));
        }
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    if headers.len() > MAX_HEADERS {
        return Err(Mistake::usage(format!("--header: a source has at most {MAX_HEADERS} headers"), FORM));
    }
    Ok(headers)
}

/// The whole path of a file that holds cookies; "" stays "".
fn cookies_in(path: &Path) -> Result<String, Mistake> {
    if path.as_os_str().is_empty() {
        return Ok(String::new());
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    CookieJar::read(&whole).map_err(|error| {
        let message = format!("--cookies: failed to read the cookies in {}: {error}", path.display());
        Mistake::usage(message, "save the cookies of a browser there in Netscape's format (cookies.txt)")
    })?;
    Ok(whole.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceKind;

    #[test]
    fn what_nothing_is_said_of_stays() {
        let source = Source { tags: vec!["a".into()], ..Source::new(SourceKind::Feed, "s", "u", Schedule::Every(60)) };
        let nothing = SourceArguments::default();
        assert_eq!(nothing.apply(source.clone()).expect("a source"), source);
        let wishes = SourceArguments {
            every: Some("6h".into()),
            tag: vec!["b".into(), "-a".into(), "b".into(), " ".into()],
            time_zone: Some("-03:30".into()),
            fetch_pages: Some(true),
            user_agent: Some("mill/1".into()),
            header: vec!["X-Token: a:b".into(), "accept-language:zh".into(), "-X-TOKEN".into()],
            skip: vec!["title:广告".into(), "url:/ads/".into(), "-title:广告".into()],
            priority: Some(-2),
            ..nothing.clone()
        };
        let changed = wishes.apply(source.clone()).expect("a source");
        assert_eq!(
            (changed.schedule, changed.tags, changed.time_zone_minutes),
            (Schedule::Every(21_600), vec!["b".into()], -210)
        );
        assert!(changed.fetch_pages && !changed.join_pages);
        assert_eq!((changed.user_agent.as_str(), changed.priority), ("mill/1", -2));
        assert_eq!(changed.headers, [("accept-language".to_owned(), "zh".to_owned())].into());
        assert_eq!(changed.skip, ["url:/ads/"]);
        for wrong in [
            SourceArguments { every: Some("soon".into()), ..nothing.clone() },
            SourceArguments { cron: Some("* *".into()), ..nothing.clone() },
            SourceArguments { time_zone: Some("noon".into()), ..nothing.clone() },
            SourceArguments { user_agent: Some("簸箕".into()), ..nothing.clone() },
            SourceArguments { header: vec!["Host: b.example".into()], ..nothing.clone() },
            SourceArguments { header: vec!["no colon".into()], ..nothing.clone() },
            SourceArguments { cookies: Some("/no/such/cookies.txt".into()), ..nothing.clone() },
            SourceArguments { keep: vec!["广告".into()], ..nothing.clone() },
            SourceArguments { skip: vec!["title~(".into()], ..nothing },
        ] {
            assert!(wrong.apply(source.clone()).is_err(), "{wrong:?}");
        }
    }
}
