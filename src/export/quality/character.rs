use boji_clean::text::is_control;

/// Letters of the Latin script, of full width too. Asked only about letters.
pub(super) const fn is_latin(letter: char) -> bool {
    matches!(
        letter,
        'a'..='z' | 'A'..='Z' | 'ª' | 'º' | '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a722}'..='\u{a7ff}'
        | '\u{fb00}'..='\u{fb06}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}'
    )
}

/// Signs that are neither letters nor numbers, nor the punctuation of sentences: of mathematics, money and code, arrows, lines, boxes,
/// bullets, emoji. Asked only about what is no letter and no number.
pub(super) const fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '#' | '$' | '*' | '+' | '<' | '=' | '>' | '@' | '\\' | '^' | '_' | '`' | '{' | '|' | '}' | '~'
        | '\u{a2}'..='\u{a9}' | '\u{ac}' | '\u{ae}'..='\u{b1}' | '\u{b4}' | '\u{b6}' | '×' | '÷' | '•'
        | '\u{20a0}'..='\u{20c0}' | '\u{2100}'..='\u{2bff}' | '\u{3012}' | '\u{3013}' | '\u{3020}' | '\u{3200}'..='\u{33ff}'
        | '＃' | '＄' | '＊' | '＋' | '＜' | '＝' | '＞' | '＠' | '＼' | '＾' | '＿' | '｀' | '｛' | '｜' | '｝' | '\u{ffe0}'..='\u{ffee}'
        | '\u{1f000}'..='\u{1faff}'
    )
}

/// Characters that stand for others that were lost: the replacement character, private use, what is no character, controls.
pub(super) const fn is_broken(c: char) -> bool {
    let is_none = (c as u32) & 0xfffe == 0xfffe;
    matches!(
        c,
        '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}'
    ) || is_none
        || (is_control(c) && !matches!(c, '\n' | '\r' | '\t' | '\u{200e}' | '\u{200f}'))
}

/// What becomes of characters that are read in another encoding than they were written in: replacement characters in UTF-8 read as
/// GBK, unset memory read as GBK, and UTF-8 read as Windows-1252.
pub(super) const MOJIBAKE: [&str; 7] = ["锟斤拷", "烫烫烫", "屯屯屯", "ï¿½", "ï»¿", "â€", "Ã©"];

/// Marks that end a sentence, in any script (Sentence_Terminal of Unicode), ellipses, and quotation marks that close.
pub(super) const fn is_sentence_end(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '…' | '⋯' | '。' | '！' | '？' | '．' | '｡' | '﹒' | '﹖' | '﹗' | '‼' | '‽' | '⁇' | '⁈' | '⁉'
        | '"' | '\'' | '”' | '’' | '»' | '」' | '』' | '﹂' | '﹄' | '〞' | '｣'
        | '\u{37e}' | '\u{589}' | '\u{61d}'..='\u{61f}' | '\u{6d4}' | '\u{700}'..='\u{702}' | '\u{7f9}' | '\u{964}' | '\u{965}' | '\u{104a}' | '\u{104b}'
        | '\u{1362}' | '\u{1367}' | '\u{1368}' | '\u{166e}' | '\u{1803}' | '\u{1809}' | '\u{17d4}' | '\u{17d5}' | '\u{f0d}' | '\u{f0e}' | '\u{1b5a}' | '\u{1b5b}'
        | '\u{a4ff}' | '\u{a60e}' | '\u{a60f}' | '\u{a876}' | '\u{a877}' | '\u{abeb}'
    )
}

/// What may follow the end of a sentence: a bracket that closes, or the raised number of a note.
pub(super) const fn may_follow_a_sentence(c: char) -> bool {
    matches!(c, ')' | ']' | '）' | '］' | '】' | '〕' | '〉' | '》' | '⁰' | '¹' | '²' | '³' | '⁴'..='⁹')
}
