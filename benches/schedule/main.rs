//! What it costs to poll a feed by its own habit, and how late its entries are seen, beside fixed intervals and what other readers do:
//! `cargo bench --bench schedule`. Nothing is timed here.

#![expect(clippy::print_stdout, reason = "it prints a table, as benches do")]

mod replay;

use boji::seams::pipeline::Habit;
use boji_clean::model::Timestamp;

use replay::{Begin, Feed, Figures, commafeed, feeds, miniflux, replay};

/// From what was published up to now to seconds.
type Policy<'a> = (&'a str, &'a dyn Fn(&[i64], i64) -> i64);

fn main() {
    let feeds = feeds();
    println!("{} feeds, {} entries\n", feeds.len(), feeds.iter().map(|feed| feed.times.len()).sum::<usize>());
    println!("runs every 15 minutes, from the middle of each feed's history");
    println!(
        "{:<28} {:>16} {:>10} {:>8} {:>18}",
        "policy", "requests/feed/day", "median h", "p90 h", "a feed's requests"
    );
    let policies: [Policy<'_>; 5] = [
        ("every hour", &|_, _| 3_600),
        ("every 3 hours", &|_, _| 3 * 3_600),
        ("every 6 hours", &|_, _| 6 * 3_600),
        ("CommaFeed, 1 h to 24 h", &commafeed),
        ("Miniflux, 5 min to 24 h", &miniflux),
    ];
    for (name, wait) in policies {
        print(name, &replay(&feeds, Begin::Warm, 900, wait));
    }
    for patience in [60, 120, 180, 240, 300, 400, 500, 800, 1_500] {
        print(&format!("auto, patience {patience}"), &replay(&feeds, Begin::Warm, 900, &habit(30, patience)));
    }
    println!("\nauto, patience 300, by how often runs come and what is known");
    for (name, grid) in [("every 5 min", 300), ("every 15 min", 900), ("every 30 min", 1_800), ("every hour", 3_600)] {
        print(name, &replay(&feeds, Begin::Warm, grid, &habit(30, 300)));
    }
    print("every 15 min, cold", &replay(&feeds, Begin::Cold, 900, &habit(30, 300)));
    for half in [0, 1] {
        let of_half: Vec<&Feed> = feeds.iter().filter(|feed| feed.number % 2 == half).collect();
        print(&format!("every 15 min, half {half}"), &replay(of_half, Begin::Warm, 900, &habit(30, 300)));
    }
}

fn habit(least_minutes: i64, patience: i64) -> impl Fn(&[i64], i64) -> i64 {
    move |known, now| {
        let now = Timestamp::from_seconds(now);
        let known = &known[known.len().saturating_sub(100)..];
        Habit::of(known, now).map_or(86_400, |habit| habit.interval(now, least_minutes * 60, patience))
    }
}

fn print(name: &str, figures: &Figures) {
    let Figures { requests, median_hours, p90_hours, requests_of_a_feed } = figures;
    println!("{name:<28} {requests:>16.2} {median_hours:>11.2} {p90_hours:>8.2} {requests_of_a_feed:>18.2}");
}
