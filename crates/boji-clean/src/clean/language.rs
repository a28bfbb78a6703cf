use std::sync::LazyLock;

use oxilangtag::LanguageTag;

/// Letters looked at: enough to decide, few enough not to matter.
const SAMPLE: usize = 4_000;

/// Bytes that a trigram model reads: at first, and when it is not sure of these.
const MODEL_SAMPLES: [usize; 2] = [SAMPLE / 4, 2 * SAMPLE];

/// Characters that only simplified Chinese writes, among the most frequent ones.
const SIMPLIFIED: &str = "这们个来时说国对会学为过还没发经开见问进动实现关与点将应该间样种让给认识义务东车马鸟鱼长门风云书画电话语论证设计试验读写听觉观视觉转运达远近连选适边层岁岛帮归师带";
/// Characters that only traditional Chinese writes: the same words.
const TRADITIONAL: &str = "這們個來時說國對會學為過還沒發經開見問進動實現關與點將應該間樣種讓給認識義務東車馬鳥魚長門風雲書畫電話語論證設計試驗讀寫聽覺觀視覺轉運達遠近連選適邊層歲島幫歸師帶";

/// The first character of the main block of Han.
const FIRST_HAN: usize = 0x4E00;

/// Who writes a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Both,
    Simplified,
    Traditional,
}

/// Who writes each character of the main block, as far as the two lists say.
static WRITINGS: LazyLock<Vec<Writing>> = LazyLock::new(|| {
    let mut writings = vec![Writing::Both; 0xA000 - FIRST_HAN];
    let lists = [(SIMPLIFIED, TRADITIONAL, Writing::Simplified), (TRADITIONAL, SIMPLIFIED, Writing::Traditional)];
    for (list, other, writing) in lists {
        for character in list.chars().filter(|character| !other.contains(*character)) {
            if let Some(place) = writings.get_mut((character as usize).wrapping_sub(FIRST_HAN)) {
                *place = writing;
            }
        }
    }
    writings
});

/// The language of a text as a BCP 47 tag, "" when it cannot be told.
///
/// Scripts are counted first, since trigram models call Chinese prose with English names in it English. Han without
/// kana is Chinese, simplified or traditional by the characters that only one of them writes; for other scripts and
/// for Latin letters a trigram model is asked, and believed only when it is sure.
pub fn language(text: &str) -> String {
    if let Some(tag) = by_script(text) {
        return tag.to_owned();
    }
    let tries = if text.len() > MODEL_SAMPLES[0] { 2 } else { 1 };
    let samples = MODEL_SAMPLES.iter().filter_map(|bytes| text.get(..text.floor_char_boundary(*bytes)));
    samples
        .take(tries)
        .filter_map(whatlang::detect)
        .find(whatlang::Info::is_reliable)
        .map_or_else(String::new, |found| two_letters(found.lang()).to_owned())
}

/// Languages that the model does not know, or cannot tell from another, each with those it takes them for.
const TAKEN_FOR: [(&str, &[&str]); 14] = [
    ("ms", &["id"]),
    ("gl", &["pt", "es"]),
    ("ast", &["es"]),
    ("oc", &["ca", "fr"]),
    ("bs", &["hr", "sr"]),
    ("sr", &["hr", "mk", "ru"]),
    ("hr", &["sr", "sl"]),
    ("nn", &["nb", "da"]),
    ("no", &["nb", "da"]),
    ("fo", &["da"]),
    ("is", &["da"]),
    ("lb", &["de", "nl"]),
    ("fy", &["nl", "af"]),
    ("sco", &["en"]),
];

/// The language of a page's text: what the text itself tells, unless the page states one that is taken for it.
pub fn language_of(text: &str, stated: &str) -> String {
    let told = language(text);
    let stated = tag(stated).unwrap_or_default();
    let primary = stated.split('-').next().unwrap_or_default();
    let is_taken = || TAKEN_FOR.iter().any(|(own, others)| *own == primary && others.contains(&told.as_str()));
    if told.is_empty() || is_taken() { stated } else { told }
}

/// What a page states of its language, as a tag in the form and with the capitals of BCP 47 (RFC 5646, 2.1 and 2.1.1); `None` of words
/// that are no tag, and of those for what is no one language (`mul`, `und`, `zxx`, private ones).
pub(in crate::clean) fn tag(stated: &str) -> Option<String> {
    let tag = LanguageTag::parse_and_normalize(&stated.trim().replace('_', "-")).ok()?;
    // Four letters are reserved, and nobody ever registered one of five to eight: such words are names of languages.
    let is_language = matches!(tag.primary_language().len(), 2 | 3)
        && !["mul", "und", "zxx", "mis"].contains(&tag.primary_language());
    is_language.then(|| tag.into_inner())
}

/// The language of a text that its script tells: Chinese, Japanese, Korean.
pub(in crate::clean) fn by_script(text: &str) -> Option<&'static str> {
    let (mut han, mut kana, mut hangul, mut latin, mut other) = (0_usize, 0, 0, 0, 0);
    let (mut simplified, mut traditional) = (0_usize, 0);
    // Asking Unicode takes a search; by far most letters of a Chinese text are told without.
    let letters = text.chars().filter(|c| matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphabetic());
    for character in letters.take(SAMPLE) {
        match character {
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => latin += 1,
            '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2EBEF}' => {
                han += 1;
                let place = (character as usize).wrapping_sub(FIRST_HAN);
                match WRITINGS.get(place) {
                    Some(Writing::Simplified) => simplified += 1,
                    Some(Writing::Traditional) => traditional += 1,
                    Some(Writing::Both) | None => {}
                }
            }
            '\u{3040}'..='\u{30FF}' => kana += 1,
            '\u{AC00}'..='\u{D7AF}' => hangul += 1,
            _ => other += 1,
        }
    }
    // One Han character says about as much as a word of four or five letters.
    let (words, ideographs) = (latin / 5 + other / 5, han + kana + hangul);
    (ideographs > words).then_some(if kana * 10 > han + kana {
        "ja"
    } else if hangul > han {
        "ko"
    } else if traditional > simplified {
        "zh-Hant"
    } else {
        "zh-Hans"
    })
}

/// The ISO 639-1 code, which BCP 47 wants where there is one.
fn two_letters(lang: whatlang::Lang) -> &'static str {
    match lang.code() {
        "eng" => "en",
        "deu" => "de",
        "fra" => "fr",
        "spa" => "es",
        "ita" => "it",
        "por" => "pt",
        "nld" => "nl",
        "rus" => "ru",
        "pol" => "pl",
        "tur" => "tr",
        "swe" => "sv",
        "dan" => "da",
        "fin" => "fi",
        "nob" => "nb",
        "cym" => "cy",
        "ces" => "cs",
        "ell" => "el",
        "hun" => "hu",
        "ron" => "ro",
        "ukr" => "uk",
        "vie" => "vi",
        "ind" => "id",
        "ara" => "ar",
        "heb" => "he",
        "hin" => "hi",
        "tha" => "th",
        "bul" => "bg",
        "hrv" => "hr",
        "srp" => "sr",
        "mkd" => "mk",
        "bel" => "be",
        "lit" => "lt",
        "lav" => "lv",
        "est" => "et",
        "slk" => "sk",
        "slv" => "sl",
        "cat" => "ca",
        "lat" => "la",
        "epo" => "eo",
        "ben" => "bn",
        "tam" => "ta",
        "tel" => "te",
        "kan" => "kn",
        "mal" => "ml",
        "mar" => "mr",
        "guj" => "gu",
        "pan" => "pa",
        "ori" => "or",
        "nep" => "ne",
        "sin" => "si",
        "urd" => "ur",
        "pes" => "fa",
        "kat" => "ka",
        "hye" => "hy",
        "aze" => "az",
        "uzb" => "uz",
        "tuk" => "tk",
        "khm" => "km",
        "mya" => "my",
        "amh" => "am",
        "yid" => "yi",
        "afr" => "af",
        "aka" => "ak",
        "jav" => "jv",
        "sna" => "sn",
        "zul" => "zu",
        "tgl" => "tl",
        "cmn" => "zh",
        "jpn" => "ja",
        "kor" => "ko",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_is_a_tag_in_its_form_or_nothing() {
        for (stated, want) in [
            ("en", Some("en")),
            ("en-us", Some("en-US")),
            (" zh_CN ", Some("zh-CN")),
            ("ZH-hant-tw", Some("zh-Hant-TW")),
            ("sr-latn", Some("sr-Latn")),
            ("gsw", Some("gsw")),
            ("English", None),
            ("Chinese", None),
            ("zh-CN, en", None),
            ("en-", None),
            ("{{lang}}", None),
            ("und", None),
            ("x-private", None),
            ("", None),
        ] {
            assert_eq!(tag(stated).as_deref(), want, "{stated}");
        }
    }

    #[test]
    fn each_language_of_the_model_has_a_tag_of_two_letters() {
        for lang in whatlang::Lang::all() {
            assert_eq!(two_letters(*lang).len(), 2, "{}", lang.code());
        }
    }

    #[test]
    fn a_stated_language_stands_where_the_model_takes_it_for_another() {
        let text = "Orang kampung itu bangun pagi dan pergi ke pasar untuk membeli ikan dan sayur, lalu mereka pulang ke rumah.";
        assert_eq!(language(text), "id");
        assert_eq!(language_of(text, "ms-MY"), "ms-MY");
        assert_eq!(language_of(text, "en"), "id");
        assert_eq!(language_of("", "en"), "en");
        assert_eq!(language_of("", "English"), "");
    }

    #[test]
    fn tells_scripts_before_models() {
        let cases = [
            ("这个国家的 Neuralink 装置 and Tesla Optimus 机器人让我们对未来的发展充满期待。", "zh-Hans"),
            ("這個國家的裝置讓我們對未來的發展充滿期待。", "zh-Hant"),
            ("これは日本語の文章です。とても短いです。", "ja"),
            ("The winnowing basket throws the chaff into the wind and keeps the grain where it belongs.", "en"),
            ("", ""),
        ];
        for (text, want) in cases {
            assert_eq!(language(text), want, "{text}");
        }
    }
}
