use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::model::Date;

/// A zone as a date names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes east of UTC.
    Fixed(i16),
    /// `CST`: China's time or US Central, as the source's own zone tells.
    ChinaOrCentral,
    /// Standard and summer time by a POSIX rule. The rule of today is used for every year.
    Rule(&'static str),
}

const EASTERN: &str = "EST5EDT,M3.2.0,M11.1.0";
const CENTRAL: &str = "CST6CDT,M3.2.0,M11.1.0";
const MOUNTAIN: &str = "MST7MDT,M3.2.0,M11.1.0";
const PACIFIC: &str = "PST8PDT,M3.2.0,M11.1.0";
const LONDON: &str = "GMT0BST,M3.5.0/1,M10.5.0";
const CENTRAL_EUROPE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const EASTERN_EUROPE: &str = "EET-2EEST,M3.5.0/3,M10.5.0/4";
const SYDNEY: &str = "AEST-10AEDT,M10.1.0,M4.1.0/3";
const AUCKLAND: &str = "NZST-12NZDT,M9.5.0,M4.1.0/3";

impl Zone {
    /// Minutes east of UTC at a civil time (year, month, day, hour, minute).
    pub(super) fn offset_minutes(self, civil: (i16, i8, i8, i8, i8), default_offset_minutes: i16) -> Option<i16> {
        match self {
            Self::Fixed(minutes) => Some(minutes),
            Self::ChinaOrCentral if default_offset_minutes == Date::BEIJING => Some(Date::BEIJING),
            Self::ChinaOrCentral => Some(-360),
            Self::Rule(rule) => {
                let (year, month, day, hour, minute) = civil;
                let civil = DateTime::new(year, month, day, hour, minute, 0, 0).ok()?;
                let zone = TimeZone::posix(rule).ok()?;
                let offset = zone.to_offset(zone.to_timestamp(civil).ok()?);
                i16::try_from(offset.seconds() / 60).ok()
            }
        }
    }

    /// Whether the name may stand before the time, as 北京时间 does; the others could be words of any kind there.
    pub(super) fn may_lead(self) -> bool {
        self == Self::Fixed(Date::BEIJING)
    }
}

/// The zone of an abbreviation or an IANA id in lower case.
pub(super) fn zone_named(name: &str) -> Option<Zone> {
    if name == "cst" {
        return Some(Zone::ChinaOrCentral);
    }
    if let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == name) {
        return Some(Zone::Rule(rule));
    }
    FIXED.iter().find(|(known, _)| *known == name).map(|(_, minutes)| Zone::Fixed(*minutes))
}

const RULES: &[(&str, &str)] = &[
    ("et", EASTERN),
    ("ct", CENTRAL),
    ("mt", MOUNTAIN),
    ("pt", PACIFIC),
    ("us/eastern", EASTERN),
    ("us/central", CENTRAL),
    ("us/mountain", MOUNTAIN),
    ("us/pacific", PACIFIC),
    ("america/new_york", EASTERN),
    ("america/detroit", EASTERN),
    ("america/toronto", EASTERN),
    ("america/montreal", EASTERN),
    ("america/chicago", CENTRAL),
    ("america/winnipeg", CENTRAL),
    ("america/denver", MOUNTAIN),
    ("america/edmonton", MOUNTAIN),
    ("america/los_angeles", PACIFIC),
    ("america/vancouver", PACIFIC),
    ("america/halifax", "AST4ADT,M3.2.0,M11.1.0"),
    ("america/anchorage", "AKST9AKDT,M3.2.0,M11.1.0"),
    ("europe/london", LONDON),
    ("europe/dublin", LONDON),
    ("europe/lisbon", "WET0WEST,M3.5.0/1,M10.5.0"),
    ("europe/paris", CENTRAL_EUROPE),
    ("europe/berlin", CENTRAL_EUROPE),
    ("europe/madrid", CENTRAL_EUROPE),
    ("europe/rome", CENTRAL_EUROPE),
    ("europe/amsterdam", CENTRAL_EUROPE),
    ("europe/brussels", CENTRAL_EUROPE),
    ("europe/vienna", CENTRAL_EUROPE),
    ("europe/zurich", CENTRAL_EUROPE),
    ("europe/prague", CENTRAL_EUROPE),
    ("europe/warsaw", CENTRAL_EUROPE),
    ("europe/budapest", CENTRAL_EUROPE),
    ("europe/copenhagen", CENTRAL_EUROPE),
    ("europe/oslo", CENTRAL_EUROPE),
    ("europe/stockholm", CENTRAL_EUROPE),
    ("europe/helsinki", EASTERN_EUROPE),
    ("europe/athens", EASTERN_EUROPE),
    ("europe/kiev", EASTERN_EUROPE),
    ("europe/kyiv", EASTERN_EUROPE),
    ("australia/sydney", SYDNEY),
    ("australia/melbourne", SYDNEY),
    ("pacific/auckland", AUCKLAND),
];

const FIXED: &[(&str, i16)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("etc/utc", 0),
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
    ("msk", 180),
    ("europe/moscow", 180),
    ("europe/istanbul", 180),
    ("msd", 240),
    ("gst", 240),
    ("asia/dubai", 240),
    ("pkt", 300),
    ("asia/karachi", 300),
    ("ist", 330),
    ("asia/kolkata", 330),
    ("asia/calcutta", 330),
    ("npt", 345),
    ("ict", 420),
    ("wib", 420),
    ("asia/bangkok", 420),
    ("asia/jakarta", 420),
    ("asia/ho_chi_minh", 420),
    ("prc", 480),
    ("asia/shanghai", 480),
    ("asia/chongqing", 480),
    ("asia/beijing", 480),
    ("asia/hong_kong", 480),
    ("asia/taipei", 480),
    ("asia/singapore", 480),
    ("asia/kuala_lumpur", 480),
    ("hkt", 480),
    ("sgt", 480),
    ("pht", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("asia/tokyo", 540),
    ("asia/seoul", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("australia/brisbane", 600),
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
    ("america/sao_paulo", -180),
    ("america/argentina/buenos_aires", -180),
    ("ast", -240),
    ("clt", -240),
    ("vet", -240),
    ("edt", -240),
    ("est", -300),
    ("cdt", -300),
    ("cot", -300),
    ("pet", -300),
    ("america/bogota", -300),
    ("america/lima", -300),
    ("mdt", -360),
    ("america/mexico_city", -360),
    ("mst", -420),
    ("pdt", -420),
    ("america/phoenix", -420),
    ("pst", -480),
    ("akdt", -480),
    ("akst", -540),
    ("hst", -600),
    ("pacific/honolulu", -600),
];
