use boji_clean::model::Timestamp;

use super::health::{Condition, Health, Status};
use super::problem::{Problem, ProblemKind};
use crate::pipeline::WANTS_A_PERSON;

/// Seconds without any poll from which on nobody seems to call `boji run`.
const NOBODY_POLLS_SECONDS: i64 = 2 * 86_400;

/// What is wrong with the sources, by id; what keeps all of them waiting is one problem.
pub(crate) fn problems(status: &Status, now: Timestamp) -> Vec<Problem> {
    let last_poll = status.sources.iter().filter(|health| health.is_polled).map(|health| health.last_tried).max();
    let overdue = status.sources.iter().filter(|health| health.is_overdue).count();
    let nobody_polls = last_poll.filter(|last| overdue > 0 && last.plus_seconds(NOBODY_POLLS_SECONDS) < now);
    let mut problems = Vec::new();
    if let Some(last) = nobody_polls {
        let sources = if overdue == 1 { "a source is".to_owned() } else { format!("{overdue} sources are") };
        problems.push(Problem {
            kind: ProblemKind::Overdue,
            source: String::new(),
            message: format!("nothing was asked since {last}, though {sources} due"),
            hint: "see whether cron or a timer still calls `boji run`".to_owned(),
        });
    }
    if let Some(message) = nothing_to_do(status) {
        let hint = "see whether --data and --config name the right folders".to_owned();
        problems.push(Problem { kind: ProblemKind::Idle, source: String::new(), message, hint });
    }
    for health in &status.sources {
        problems.extend(of_source(health, nobody_polls.is_some()));
    }
    problems
}

/// Why no run will ever bring anything: a folder that is not there, or an empty list of sources, looks like that.
fn nothing_to_do(status: &Status) -> Option<String> {
    if status.sources.is_empty() {
        return (status.counts.articles == 0).then(|| "there are no sources and no articles".to_owned());
    }
    let rests = status.sources.iter().all(|health| !health.enabled);
    rests.then(|| format!("no source is asked any more: all {} are off or gone", status.sources.len()))
}

/// What is wrong with one source.
fn of_source(health: &Health, nobody_polls: bool) -> Option<Problem> {
    let id = &health.id;
    let (kind, message, hint) = match health.condition {
        Condition::Gone => (
            ProblemKind::Gone,
            format!("source {id} is gone: its server says so for good (410)"),
            format!("`boji remove {id}` forgets it, `boji retry {id}` asks once more"),
        ),
        Condition::Failing if health.failures >= WANTS_A_PERSON => {
            (ProblemKind::Failing, format!("source {id} {}", health.failing()), format!("`boji why {id}` tells more"))
        }
        Condition::Overdue | Condition::Failing if health.is_overdue && !nobody_polls => (
            ProblemKind::Overdue,
            format!("source {id} is due since {}, and was not asked since {}", health.next_due, health.last_tried),
            format!("`boji run {id}` asks it; see whether runs are cut short"),
        ),
        Condition::Barren => (
            ProblemKind::Barren,
            format!("source {id} names pages, and none of them has come: {}", health.last_message),
            format!("`boji list pages --source {id}` names them"),
        ),
        Condition::Silent => (
            ProblemKind::Silent,
            format!("source {id} has always answered, and never named an article"),
            format!("see whether its address is still the right one: `boji why {id}`"),
        ),
        _ => return None,
    };
    Some(Problem { kind, source: id.clone(), message, hint })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ErrorClass, Outcome};

    const DAY: i64 = 86_400;
    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn source(id: &str, condition: Condition, days: i64) -> Health {
        let at = NOW.plus_seconds(-days * DAY);
        Health {
            id: id.into(),
            name: id.into(),
            enabled: true,
            condition,
            last_tried: at,
            last_success: at,
            next_due: at,
            interval_seconds: 3_600,
            failures: 0,
            last_error: None,
            last_message: String::new(),
            same_as: String::new(),
            is_overdue: condition == Condition::Overdue,
            is_polled: !matches!(condition, Condition::Off | Condition::Gone),
        }
    }

    fn told(sources: Vec<Health>) -> Vec<String> {
        let status = Status { sources, ..Status::default() };
        problems(&status, NOW).into_iter().map(|one| format!("{} {}", one.kind, one.source)).collect()
    }

    #[test]
    fn what_needs_a_person_is_a_problem_and_what_mends_itself_is_none() {
        let failing = |failures| Health {
            failures,
            last_error: Some(Outcome::Failed(ErrorClass::Dns)),
            ..source("f", Condition::Failing, 0)
        };
        let cases = [
            ("well", source("a", Condition::Well, 0), ""),
            ("off", source("a", Condition::Off, 0), ""),
            ("failed twice", failing(2), ""),
            ("failed three times", failing(3), "failing f"),
            ("gone", source("g", Condition::Gone, 0), "gone g"),
            ("silent", source("s", Condition::Silent, 0), "silent s"),
        ];
        for (name, health, want) in cases {
            assert_eq!(told(vec![health]).join(", "), want, "{name}");
        }
    }

    #[test]
    fn a_dead_cron_is_one_problem_and_a_source_left_out_is_its_own() {
        let overdue = || vec![source("a", Condition::Overdue, 4), source("b", Condition::Overdue, 3)];
        assert_eq!(told(overdue()), ["overdue "]);
        let mut others_are_asked = overdue();
        others_are_asked.push(source("c", Condition::Well, 0));
        assert_eq!(told(others_are_asked), ["overdue a", "overdue b"]);
        let mut weekly_ones_are_not_due = overdue();
        weekly_ones_are_not_due.push(source("c", Condition::Well, 5));
        assert_eq!(told(weekly_ones_are_not_due), ["overdue "]);
    }
}
