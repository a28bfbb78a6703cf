use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::model::Date;

/// A zone as a date names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StatedZone {
    /// Minutes east of UTC.
    Fixed(i16),
    /// `CST`: China's time or US Central, as the source's own zone tells.
    ChinaOrCentral,
    /// The zone of a place, whose offset depends on the day.
    Place {
        zone: TimeZone,
        /// Named by its id, not by an abbreviation.
        by_id: bool,
    },
}

impl StatedZone {
    /// Minutes east of UTC at a civil time (year, month, day, hour, minute).
    pub(super) fn offset_minutes(&self, civil: (i16, i8, i8, i8, i8), default_offset_minutes: i16) -> Option<i16> {
        match self {
            Self::Fixed(minutes) => Some(*minutes),
            Self::ChinaOrCentral if default_offset_minutes == Date::BEIJING => Some(Date::BEIJING),
            Self::ChinaOrCentral => Some(-360),
            Self::Place { zone, .. } => {
                let (year, month, day, hour, minute) = civil;
                let civil = DateTime::new(year, month, day, hour, minute, 0, 0).ok()?;
                let offset = zone.to_offset(zone.to_timestamp(civil).ok()?);
                i16::try_from(offset.seconds() / 60).ok()
            }
        }
    }

    /// Whether the name may stand before the time, as 北京时间 and the id of a place do; the others could be words of any kind there.
    pub(super) fn may_lead(&self) -> bool {
        match self {
            Self::Fixed(minutes) => *minutes == Date::BEIJING,
            Self::ChinaOrCentral => false,
            Self::Place { by_id, .. } => *by_id,
        }
    }
}

/// The zone of an abbreviation or an IANA id in lower case. The database of zones is the program's own, so that a date
/// reads the same on every machine.
pub(super) fn zone_named(name: &str) -> Option<StatedZone> {
    if name == "cst" {
        return Some(StatedZone::ChinaOrCentral);
    }
    if let Some((_, minutes)) = FIXED.iter().find(|(known, _)| *known == name) {
        return Some(StatedZone::Fixed(*minutes));
    }
    // Ids without a slash are words of any kind: Turkey, Navajo, GB.
    let by_id = name.contains('/');
    let place = PLACES.iter().find(|(known, _)| *known == name).map(|(_, place)| *place);
    let zone = TimeZoneDatabase::bundled().get(place.or(by_id.then_some(name))?).ok()?;
    Some(StatedZone::Place { zone, by_id })
}

/// Abbreviations of zones that had several offsets under one name, and a name that people give for an id.
const PLACES: &[(&str, &str)] = &[
    ("et", "America/New_York"),
    ("ct", "America/Chicago"),
    ("mt", "America/Denver"),
    ("pt", "America/Los_Angeles"),
    ("msk", "Europe/Moscow"),
    ("vet", "America/Caracas"),
    ("asia/beijing", "Asia/Shanghai"),
];

/// Abbreviations of which the offset, in minutes east of UTC, is a part.
const FIXED: &[(&str, i16)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("bst", 60),
    ("west", 60),
    ("wat", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("cat", 120),
    ("sast", 120),
    ("eest", 180),
    ("eat", 180),
    ("msd", 240),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("ict", 420),
    ("wib", 420),
    ("prc", 480),
    ("hkt", 480),
    ("sgt", 480),
    ("pht", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("ndt", -150),
    ("nst", -210),
    ("brst", -120),
    ("brt", -180),
    ("art", -180),
    ("adt", -180),
    ("clst", -180),
    ("ast", -240),
    ("clt", -240),
    ("edt", -240),
    ("est", -300),
    ("cdt", -300),
    ("cot", -300),
    ("pet", -300),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("akdt", -480),
    ("akst", -540),
    ("hst", -600),
];
