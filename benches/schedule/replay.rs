//! Replays the publication times of real feeds against a policy that decides when to ask next: how many requests it costs, and how
//! late entries are seen.

const DAY: i64 = 86_400;
/// Seconds after an entry at which the replays of a feed begin, so that none depends on how it falls into the grid.
const STARTS: [i64; 4] = [700, 6_900, 13_000, 19_100];
/// Publication times of 342 feeds that anybody can read, without names: a number and the seconds since 1970, oldest first.
const TIMES: &str = include_str!("../../fixtures/schedule/times.tsv");

/// The times at which a feed published, oldest first.
pub(crate) struct Feed {
    /// Its place in the file, which says nothing else of it.
    pub number: u32,
    pub times: Vec<i64>,
}

impl Feed {
    /// Half of its dates have no time of day, so that nobody knows how late they were seen.
    fn tells_days_alone(&self) -> bool {
        self.times.iter().filter(|time| *time % DAY == 0).count() * 2 >= self.times.len()
    }
}

/// The feeds whose dates have times.
pub(crate) fn feeds() -> Vec<Feed> {
    let feed = |line: &str| {
        let (number, times) = line.split_once('\t')?;
        let times = times.split(',').filter_map(|time| time.parse().ok()).collect();
        Some(Feed { number: number.parse().ok()?, times })
    };
    TIMES.lines().filter_map(feed).filter(|feed| !feed.tells_days_alone()).collect()
}

/// Where in a feed's history the replay begins.
#[derive(Clone, Copy)]
pub(crate) enum Begin {
    /// With its first entry: nothing is known of it.
    Cold,
    /// With the middle one.
    Warm,
}

/// What a policy costs, and what it brings.
pub(crate) struct Figures {
    /// Requests a feed and day.
    pub requests: f64,
    /// Hours between an entry and the request that saw it: of half of them at most so many.
    pub median_hours: f64,
    /// And of nine in ten.
    pub p90_hours: f64,
    /// Requests a day of a feed in the middle, where each feed counts alike.
    pub requests_of_a_feed: f64,
}

/// Plays all feeds with runs on a grid of `grid` seconds. `wait` is told what was published up to now and gives seconds.
pub(crate) fn replay<'a>(
    feeds: impl IntoIterator<Item = &'a Feed>,
    begin: Begin,
    grid: i64,
    wait: &dyn Fn(&[i64], i64) -> i64,
) -> Figures {
    let (mut requests, mut days) = (0.0, 0.0);
    let mut hours: Vec<f64> = Vec::new();
    let mut of_feeds: Vec<f64> = Vec::new();
    for feed in feeds {
        let first = match begin {
            Begin::Cold => 0,
            Begin::Warm => feed.times.len() / 2,
        };
        let (mut own_requests, mut own_days) = (0.0, 0.0);
        for start in STARTS {
            let played = play(&feed.times, first, start, grid, wait, &mut hours);
            own_requests += played.0;
            own_days += played.1;
        }
        requests += own_requests;
        days += own_days;
        if own_days > 0.0 {
            of_feeds.push(own_requests / own_days);
        }
    }
    hours.sort_by(f64::total_cmp);
    of_feeds.sort_by(f64::total_cmp);
    let quantile = |sorted: &[f64], tenths: usize| sorted[(sorted.len() - 1) * tenths / 10];
    Figures {
        requests: requests / days,
        median_hours: quantile(&hours, 5),
        p90_hours: quantile(&hours, 9),
        requests_of_a_feed: quantile(&of_feeds, 5),
    }
}

/// One feed from one start: requests and days. Entries that are there at the start are known.
fn play(
    times: &[i64],
    first: usize,
    start: i64,
    grid: i64,
    wait: &dyn Fn(&[i64], i64) -> i64,
    hours: &mut Vec<f64>,
) -> (f64, f64) {
    let shift = start * 7 % grid;
    let on_grid = |at: i64| (at - shift + grid - 1).div_euclid(grid) * grid + shift;
    let mut now = on_grid(times[first] + start);
    let begun = now;
    let mut known = times.partition_point(|time| *time <= now);
    let end = times[times.len() - 1];
    let mut requests = 0.0;
    while known < times.len() {
        now = on_grid(now + wait(&times[..known], now).max(60));
        if now <= end {
            requests += 1.0;
        }
        while known < times.len() && times[known] <= now {
            hours.push((now - times[known]) as f64 / 3_600.0);
            known += 1;
        }
    }
    (requests, (end - begun).max(0) as f64 / DAY as f64)
}

/// As CommaFeed does: half of the usual gap, from an hour to six, and a day when nothing came for a month.
pub(crate) fn commafeed(known: &[i64], now: i64) -> i64 {
    let newest = known[known.len() - 1];
    let few = &known[known.len().saturating_sub(50)..];
    match now - newest {
        silent if silent > 30 * DAY => DAY,
        silent if silent > 14 * DAY => DAY / 2,
        silent if silent > 7 * DAY => DAY / 4,
        _ if few.len() < 2 => DAY / 4,
        _ => ((newest - few[0]) / (few.len() as i64 - 1) / 2).clamp(3_600, DAY / 4),
    }
}

/// As Miniflux does by the number of entries of the last week, from five minutes to a day.
pub(crate) fn miniflux(known: &[i64], now: i64) -> i64 {
    let of_week = known.iter().filter(|time| **time > now - 7 * DAY).count() as i64;
    if of_week == 0 { DAY } else { (7 * DAY / of_week).clamp(300, DAY) }
}
