use boji_clean::model::offset_minutes;

use super::arguments::SourceArguments;
use super::mistake::Mistake;
use crate::config::{self, CronExpression};
use crate::model::{Schedule, Source};

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
        let mut tags = source.tags;
        for tag in &self.tag {
            match tag.strip_prefix('-') {
                Some(taken) => tags.retain(|tag| tag != taken),
                None if tag.trim().is_empty() || tags.contains(tag) => {}
                None => tags.push(tag.trim().to_owned()),
            }
        }
        Ok(Source {
            schedule: self.schedule()?.unwrap_or(source.schedule),
            name: self.name.clone().unwrap_or(source.name),
            time_zone_minutes: zone.transpose()?.unwrap_or(source.time_zone_minutes),
            fetch_pages: self.fetch_pages.unwrap_or(source.fetch_pages),
            join_pages: self.join_pages.unwrap_or(source.join_pages),
            follow_to_http: self.follow_to_http.unwrap_or(source.follow_to_http),
            tags,
            ..source
        })
    }
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
            ..nothing.clone()
        };
        let changed = wishes.apply(source.clone()).expect("a source");
        assert_eq!(
            (changed.schedule, changed.tags, changed.time_zone_minutes),
            (Schedule::Every(21_600), vec!["b".into()], -210)
        );
        assert!(changed.fetch_pages && !changed.join_pages);
        for wrong in [
            SourceArguments { every: Some("soon".into()), ..nothing.clone() },
            SourceArguments { cron: Some("* *".into()), ..nothing.clone() },
            SourceArguments { time_zone: Some("noon".into()), ..nothing },
        ] {
            assert!(wrong.apply(source.clone()).is_err(), "{wrong:?}");
        }
    }
}
