use super::zone::{StatedZone, zone_named};

/// What a number counts, as CJK dates say after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateUnit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The part of the day that a time of twelve hours lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayPart {
    /// AM, 上午, 凌晨: twelve is midnight.
    Morning,
    /// 中午.
    Noon,
    /// PM, 下午.
    Afternoon,
    /// 晚上: twelve is the midnight to come.
    Evening,
}

/// A piece of a date. Spaces and weekdays are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DateToken {
    Number {
        value: u64,
        digits: usize,
    },
    DateUnit(DateUnit),
    MonthName(i8),
    DayPart(DayPart),
    /// Half past, as in 3点半.
    Half,
    /// The year before the first of a Japanese era.
    Era(i16),
    /// The first year of one.
    FirstYear,
    StatedZone(StatedZone),
    /// The letter between day and time.
    Time,
    /// A word that says nothing about a date.
    Word,
    /// `:`, `-`, `+`, `/`, `.` or `,`.
    Mark(char),
}

/// What a known word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Is(DateToken),
    /// Of no use, but known: the 日 or 一 of a weekday is neither a day nor a number.
    Nothing,
}

/// Words of scripts without spaces, longer before shorter when one begins with the other.
const CJK_WORDS: &[(&str, DateToken)] = &[
    ("年", DateToken::DateUnit(DateUnit::Year)),
    ("년", DateToken::DateUnit(DateUnit::Year)),
    ("月", DateToken::DateUnit(DateUnit::Month)),
    ("월", DateToken::DateUnit(DateUnit::Month)),
    ("日", DateToken::DateUnit(DateUnit::Day)),
    ("号", DateToken::DateUnit(DateUnit::Day)),
    ("號", DateToken::DateUnit(DateUnit::Day)),
    ("일", DateToken::DateUnit(DateUnit::Day)),
    ("时", DateToken::DateUnit(DateUnit::Hour)),
    ("時", DateToken::DateUnit(DateUnit::Hour)),
    ("点", DateToken::DateUnit(DateUnit::Hour)),
    ("點", DateToken::DateUnit(DateUnit::Hour)),
    ("시", DateToken::DateUnit(DateUnit::Hour)),
    ("分", DateToken::DateUnit(DateUnit::Minute)),
    ("분", DateToken::DateUnit(DateUnit::Minute)),
    ("秒", DateToken::DateUnit(DateUnit::Second)),
    ("초", DateToken::DateUnit(DateUnit::Second)),
    ("半", DateToken::Half),
    ("上午", DateToken::DayPart(DayPart::Morning)),
    ("凌晨", DateToken::DayPart(DayPart::Morning)),
    ("清晨", DateToken::DayPart(DayPart::Morning)),
    ("早上", DateToken::DayPart(DayPart::Morning)),
    ("早晨", DateToken::DayPart(DayPart::Morning)),
    ("午前", DateToken::DayPart(DayPart::Morning)),
    ("오전", DateToken::DayPart(DayPart::Morning)),
    ("中午", DateToken::DayPart(DayPart::Noon)),
    ("下午", DateToken::DayPart(DayPart::Afternoon)),
    ("午後", DateToken::DayPart(DayPart::Afternoon)),
    ("午后", DateToken::DayPart(DayPart::Afternoon)),
    ("傍晚", DateToken::DayPart(DayPart::Afternoon)),
    ("오후", DateToken::DayPart(DayPart::Afternoon)),
    ("晚上", DateToken::DayPart(DayPart::Evening)),
    ("夜里", DateToken::DayPart(DayPart::Evening)),
    ("夜间", DateToken::DayPart(DayPart::Evening)),
    ("令和", DateToken::Era(2018)),
    ("平成", DateToken::Era(1988)),
    // The first year of an era.
    ("元年", DateToken::FirstYear),
];

/// What the text begins with, and the bytes it takes.
fn cjk_word(text: &str) -> Option<(Word, usize)> {
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
            return zone_named("prc").map(|zone| (Word::Is(DateToken::StatedZone(zone)), place.len()));
        }
    }
    CJK_WORDS.iter().find(|(word, _)| text.starts_with(word)).map(|(word, token)| (Word::Is(token.clone()), word.len()))
}

/// The meaning of a word in lower case.
fn latin_word(word: &str) -> Word {
    let token = match word {
        "t" => DateToken::Time,
        // Between a day and its month: 1st of May, 5 de mayo.
        "st" | "nd" | "rd" | "th" | "of" | "de" | "er" => return Word::Nothing,
        "am" | "a.m" => DateToken::DayPart(DayPart::Morning),
        "pm" | "p.m" => DateToken::DayPart(DayPart::Afternoon),
        _ => match (month_named(word), zone_named(word)) {
            (Some(month), _) => DateToken::MonthName(month),
            (None, Some(zone)) => DateToken::StatedZone(zone),
            (None, None) => DateToken::Word,
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

/// More tokens than any date has.
const MAX_TOKENS: usize = 48;

/// Divides a text into tokens, full-width forms narrowed and Chinese numerals read.
pub(super) fn tokens(text: &str) -> Vec<DateToken> {
    let text: String = text.chars().map(narrow).collect::<String>().to_lowercase();
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        if tokens.len() >= MAX_TOKENS {
            break;
        }
        let length = if first.is_ascii_digit() {
            let digits = run(rest, |c| c.is_ascii_digit());
            let digits = glued_year(digits, rest).unwrap_or(digits);
            tokens.push(DateToken::Number { value: digits.parse().unwrap_or(u64::MAX), digits: digits.len() });
            digits.len()
        } else if chinese_digit(first).is_some() {
            let numeral = run(rest, |c| chinese_digit(c).is_some());
            tokens.push(chinese_number(numeral));
            numeral.len()
        } else if let Some((word, length)) = cjk_word(rest) {
            push_word(&mut tokens, word);
            length
        } else if first.is_alphabetic() {
            let word = latin_run(rest);
            push_word(&mut tokens, latin_word(word));
            word.len()
        } else {
            if matches!(first, ':' | '-' | '+' | '/' | '.' | ',') {
                tokens.push(DateToken::Mark(first));
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// The year of a number in which the hour follows it without a mark: `Jul 24 20171:56 PM`.
fn glued_year<'a>(digits: &'a str, text: &str) -> Option<&'a str> {
    let is_clock = matches!(digits.len(), 5 | 6) && text.get(digits.len()..)?.starts_with(':');
    let year = digits.get(..4).filter(|year| is_clock && (year.starts_with("19") || year.starts_with("20")))?;
    Some(year)
}

fn push_word(tokens: &mut Vec<DateToken>, word: Word) {
    if let Word::Is(token) = word {
        tokens.push(token);
    }
}

/// Full-width digits and marks, and the minus signs and dashes of typographers.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// A word of letters that are not CJK; `america/new_york`, `a.m.` and `c'est` hold together.
fn latin_run(text: &str) -> &str {
    if text.starts_with("a.m") || text.starts_with("p.m") {
        return text.get(..3).unwrap_or_default();
    }
    let word = run(text, |c| c.is_alphabetic() && cjk_free(c) || matches!(c, '/' | '_' | '\''));
    let word = word.trim_end_matches('/');
    if word.is_empty() { run(text, char::is_alphabetic) } else { word }
}

fn cjk_free(c: char) -> bool {
    !matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}')
}

fn chinese_digit(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        _ => return None,
    })
}

/// 二〇二四 digit by digit; 三十一 by tens.
fn chinese_number(numeral: &str) -> DateToken {
    let digits = |part: &str| {
        part.chars().filter_map(chinese_digit).fold(0u64, |value, digit| value.saturating_mul(10).saturating_add(digit))
    };
    match numeral.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digits(tens) };
            DateToken::Number { value: tens.saturating_mul(10).saturating_add(digits(ones)), digits: 2 }
        }
        None => DateToken::Number { value: digits(numeral), digits: numeral.chars().count() },
    }
}
