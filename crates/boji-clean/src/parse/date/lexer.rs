use super::token::Token;
use super::words::{Word, cjk_word, latin_word};

/// More tokens than any date has.
const MAX_TOKENS: usize = 48;

/// Divides a text into tokens, full-width forms narrowed and Chinese numerals read.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let text: String = text.chars().map(narrow).collect::<String>().to_lowercase();
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        if tokens.len() >= MAX_TOKENS {
            break;
        }
        let length = if first.is_ascii_digit() {
            let digits = run(rest, |c| c.is_ascii_digit());
            tokens.push(Token::Number { value: digits.parse().unwrap_or(u64::MAX), digits: digits.len() });
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
                tokens.push(Token::Mark(first));
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn push_word(tokens: &mut Vec<Token>, word: Word) {
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
fn chinese_number(numeral: &str) -> Token {
    let digits = |part: &str| {
        part.chars().filter_map(chinese_digit).fold(0u64, |value, digit| value.saturating_mul(10).saturating_add(digit))
    };
    match numeral.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digits(tens) };
            Token::Number { value: tens.saturating_mul(10).saturating_add(digits(ones)), digits: 2 }
        }
        None => Token::Number { value: digits(numeral), digits: numeral.chars().count() },
    }
}
