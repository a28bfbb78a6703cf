//! What polling by a source's habit costs and brings, replayed on the times of real feeds: within bands, for the figures depend on the
//! last decimal of nothing.

#[path = "../../benches/schedule/replay.rs"]
#[expect(dead_code, reason = "the bench compares more policies")]
mod replay;

use boji::seams::pipeline::Habit;
use boji_clean::model::Timestamp;

use replay::{Begin, feeds, replay};

#[test]
fn a_feed_is_asked_twice_a_day_and_its_entries_are_seen_within_the_hour() {
    let feeds = feeds();
    let hourly = replay(&feeds, Begin::Warm, 900, &|_, _| 3_600);
    assert!(
        (23.5..=24.5).contains(&hourly.requests) && (0.4..=0.6).contains(&hourly.median_hours),
        "the replay is right"
    );
    let figures = replay(&feeds, Begin::Warm, 900, &|known, now| {
        let now = Timestamp::from_seconds(now);
        let known = &known[known.len().saturating_sub(100)..];
        Habit::of(known, now).map_or(86_400, |habit| habit.interval(now, 1_800, 300))
    });
    let told = format!("{:.2} {:.2} {:.2}", figures.requests, figures.median_hours, figures.p90_hours);
    assert!(figures.requests <= 1.7 && figures.median_hours <= 1.0 && figures.p90_hours <= 7.5, "{told}");
}
