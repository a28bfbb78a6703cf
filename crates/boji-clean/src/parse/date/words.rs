use super::token::{DayPart, Token, Unit};
use super::zone::zone_named;

/// What a known word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Is(Token),
    /// Of no use, but known: the 日 or 一 of a weekday is neither a day nor a number.
    Nothing,
}

/// Words of scripts without spaces, longer before shorter when one begins with the other.
const CJK_WORDS: &[(&str, Token)] = &[
    ("年", Token::Unit(Unit::Year)),
    ("년", Token::Unit(Unit::Year)),
    ("月", Token::Unit(Unit::Month)),
    ("월", Token::Unit(Unit::Month)),
    ("日", Token::Unit(Unit::Day)),
    ("号", Token::Unit(Unit::Day)),
    ("號", Token::Unit(Unit::Day)),
    ("일", Token::Unit(Unit::Day)),
    ("时", Token::Unit(Unit::Hour)),
    ("時", Token::Unit(Unit::Hour)),
    ("点", Token::Unit(Unit::Hour)),
    ("點", Token::Unit(Unit::Hour)),
    ("시", Token::Unit(Unit::Hour)),
    ("分", Token::Unit(Unit::Minute)),
    ("분", Token::Unit(Unit::Minute)),
    ("秒", Token::Unit(Unit::Second)),
    ("초", Token::Unit(Unit::Second)),
    ("半", Token::Half),
    ("上午", Token::DayPart(DayPart::Morning)),
    ("凌晨", Token::DayPart(DayPart::Morning)),
    ("清晨", Token::DayPart(DayPart::Morning)),
    ("早上", Token::DayPart(DayPart::Morning)),
    ("早晨", Token::DayPart(DayPart::Morning)),
    ("午前", Token::DayPart(DayPart::Morning)),
    ("오전", Token::DayPart(DayPart::Morning)),
    ("中午", Token::DayPart(DayPart::Noon)),
    ("下午", Token::DayPart(DayPart::Afternoon)),
    ("午後", Token::DayPart(DayPart::Afternoon)),
    ("午后", Token::DayPart(DayPart::Afternoon)),
    ("傍晚", Token::DayPart(DayPart::Afternoon)),
    ("오후", Token::DayPart(DayPart::Afternoon)),
    ("晚上", Token::DayPart(DayPart::Evening)),
    ("夜里", Token::DayPart(DayPart::Evening)),
    ("夜间", Token::DayPart(DayPart::Evening)),
    ("令和", Token::Era(2018)),
    ("平成", Token::Era(1988)),
];

/// What the text begins with, and the bytes it takes.
pub(super) fn cjk_word(text: &str) -> Option<(Word, usize)> {
    for weekday in ["星期", "礼拜", "禮拜", "周", "週"] {
        if let Some(rest) = text.strip_prefix(weekday) {
            let name = rest.chars().next().filter(|c| "一二三四五六日天".contains(*c)).map_or(0, char::len_utf8);
            return Some((Word::Nothing, weekday.len() + name));
        }
    }
    // 曜日 and 요일 end the name of a weekday: not a day.
    for weekday in ["曜日", "曜", "요일"] {
        if text.starts_with(weekday) {
            return Some((Word::Nothing, weekday.len()));
        }
    }
    for single in ["日曜日", "月曜日", "日曜", "月曜", "일요일", "월요일", "(日)", "(月)", "(일)", "(월)"]
    {
        if text.starts_with(single) {
            return Some((Word::Nothing, single.len()));
        }
    }
    for place in ["北京时间", "北京時間"] {
        if text.starts_with(place) {
            return zone_named("prc").map(|zone| (Word::Is(Token::Zone(zone)), place.len()));
        }
    }
    CJK_WORDS.iter().find(|(word, _)| text.starts_with(word)).map(|(word, token)| (Word::Is(token.clone()), word.len()))
}

/// The meaning of a word in lower case.
pub(super) fn latin_word(word: &str) -> Word {
    let token = match word {
        "t" => Token::Time,
        // Between a day and its month: 1st of May, 5 de mayo.
        "st" | "nd" | "rd" | "th" | "of" | "de" | "er" => return Word::Nothing,
        "am" | "a.m" => Token::DayPart(DayPart::Morning),
        "pm" | "p.m" => Token::DayPart(DayPart::Afternoon),
        _ => match (month_named(word), zone_named(word)) {
            (Some(month), _) => Token::MonthName(month),
            (None, Some(zone)) => Token::Zone(zone),
            (None, None) => Token::Word,
        },
    };
    Word::Is(token)
}

/// Months of the languages that feeds date themselves in, each first as English shortens it. Greek and Hungarian are in
/// feedparser's own tests.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan",
        "january",
        "januar",
        "jänner",
        "janv",
        "janvier",
        "ene",
        "enero",
        "gen",
        "gennaio",
        "janeiro",
        "január",
        "januári",
        "ιαν",
        "янв",
        "января",
    ],
    &[
        "feb",
        "february",
        "februar",
        "févr",
        "fév",
        "fevr",
        "février",
        "febrero",
        "febbraio",
        "fev",
        "fevereiro",
        "febr",
        "február",
        "februári",
        "φεβ",
        "фев",
        "февраля",
    ],
    &[
        "mar",
        "march",
        "mär",
        "märz",
        "mrz",
        "mars",
        "marzo",
        "março",
        "maart",
        "mrt",
        "márc",
        "március",
        "μαρ",
        "мар",
        "марта",
    ],
    &["apr", "april", "avr", "avril", "abr", "abril", "aprile", "ápr", "április", "απρ", "апр", "апреля"],
    &["may", "mai", "mayo", "mag", "maggio", "maio", "mei", "maj", "máj", "május", "μαϊ", "μαι", "μάϊ", "мая"],
    &["jun", "june", "juni", "juin", "junio", "giu", "giugno", "junho", "jún", "június", "ιουν", "ιούν", "июн", "июня"],
    &[
        "jul", "july", "juli", "juil", "juillet", "julio", "lug", "luglio", "julho", "júl", "július", "ιουλ", "ιολ",
        "ιούλ", "июл", "июля",
    ],
    &["aug", "august", "août", "aout", "ago", "agosto", "augustus", "augusztus", "αυγ", "αύγ", "авг", "августа"],
    &[
        "sep",
        "sept",
        "september",
        "septembre",
        "septiembre",
        "set",
        "settembre",
        "setembro",
        "szept",
        "szeptember",
        "σεπ",
        "сен",
        "сентября",
    ],
    &[
        "oct",
        "october",
        "okt",
        "oktober",
        "octobre",
        "octubre",
        "ott",
        "ottobre",
        "out",
        "outubro",
        "október",
        "οκτ",
        "окт",
        "октября",
    ],
    &["nov", "november", "novembre", "noviembre", "novembro", "νοε", "νοέ", "ноя", "ноября"],
    &[
        "dec",
        "december",
        "dez",
        "dezember",
        "déc",
        "décembre",
        "dic",
        "diciembre",
        "dicembre",
        "dezembro",
        "δεκ",
        "дек",
        "декабря",
    ],
];

/// Whether a word begins as an English month does, in any case.
pub fn begins_as_month(word: &str) -> bool {
    let english = MONTHS.iter().filter_map(|names| names.first());
    word.get(..3).is_some_and(|head| english.into_iter().any(|month| month.eq_ignore_ascii_case(head)))
}

fn month_named(word: &str) -> Option<i8> {
    let index = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(index + 1).ok()
}
