use super::compatible::compatible;
use super::script::simplified;

/// The first character of the Han block; the table of scripts holds none before it.
const FIRST_HAN: char = '\u{4e00}';

/// A text as boilerplate rules see it: compatibility forms unified, traditional characters simplified, lower case, nothing left but letters, digits and
/// the signs `:` `|` `/` `@` that divide a label from its value (not at the ends), and `©`. Emoji, spaces, quotes, brackets and other punctuation
/// fall away, so that a prompt is the same prompt however it is decorated or cut.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in compatible(text) {
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            '丨' | '│' | '┃' | '¦' | '︱' => out.push('|'),
            ':' | '|' | '/' | '@' | '©' => out.push(c),
            FIRST_HAN.. if c.is_alphanumeric() => out.push(simplified(c)),
            _ if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out.trim_matches([':', '|', '/']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoration_falls_away() {
        for (raw, want) in [
            ("👇 关注「我们」！", "关注我们"),
            ("编辑 ｜ 甲、乙", "编辑|甲乙"),
            ("文丨甲", "文|甲"),
            ("— THE  END —", "theend"),
            ("▼ ▼ ▼", ""),
            ("参考资料：", "参考资料"),
            ("全文 ６,000字", "全文6000字"),
            ("點擊閱讀原文 →", "点击阅读原文"),
        ] {
            assert_eq!(fold(raw), want, "{raw}");
        }
    }
}
