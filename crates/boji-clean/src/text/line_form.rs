use super::compatible::compatible;
use super::script::simplified;

/// A line as a classifier reads it: compatibility forms unified, traditional characters simplified, lower case, runs of digits
/// as one `0`, punctuation of one kind as one sign, any emoji as `☺`. White space, what is invisible and the marks
/// of Markdown fall away. Unlike in a folded text punctuation stays, for it tells a label from a sentence.
pub fn line_form(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut digits = false;
    compatible(text).filter_map(form).flat_map(char::to_lowercase).filter(move |c| {
        let again = digits && *c == '0';
        digits = *c == '0';
        !again
    })
}

fn form(c: char) -> Option<char> {
    Some(match c {
        '丨' | '│' | '┃' | '¦' | '︱' => '|',
        '\u{4e00}'..='\u{9fff}' => simplified(c),
        '*' | '_' | '`' | '#' | '>' | '\\' => return None,
        '0'..='9' => '0',
        '!'..='~' => c,
        _ if c.is_whitespace() || c.is_control() || is_invisible(c) => return None,
        '。' => '.',
        '、' => ',',
        '【' | '〔' | '「' | '『' => '[',
        '】' | '〕' | '」' | '』' => ']',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '—' | '–' | '―' | '─' | '━' => '-',
        '～' | '〜' => '~',
        '\u{1f000}'.. => '☺',
        _ if c.is_numeric() => '0',
        _ => c,
    })
}

/// Joiners, marks of direction, selectors of a form.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_words_and_the_kinds_of_its_signs() {
        for (text, want) in [
            ("**编辑 ｜ 甲、乙**", "编辑|甲,乙"),
            ("全文 ６,０００字，约１６分钟。", "全文0,0字,约0分钟."),
            ("👇🏻 點擊「閱讀原文」！", "☺☺点击[阅读原文]!"),
            ("— THE\u{200b} END —", "-theend-"),
            ("ﬁne①", "fine0"),
            ("", ""),
        ] {
            assert_eq!(line_form(text).collect::<String>(), want, "{text}");
        }
    }
}
