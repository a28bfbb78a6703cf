use super::compatible::compatible;
use super::letters::is_letter;
use super::script::simplified;

/// A text as boilerplate rules see it: compatibility forms unified, traditional characters simplified, lower case, nothing left but letters, digits and
/// the signs `:` `|` `/` `@` that divide a label from its value (not at the ends), and `©`. Emoji, spaces, quotes, brackets and other punctuation
/// fall away, so that a prompt is the same prompt however it is decorated or cut.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        // Most of most texts is ASCII, which stands for itself; only its last character may join what follows.
        let run = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let plain = if run == rest.len() { run } else { run.saturating_sub(1) };
        let (ascii, behind) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        fold_ascii(&mut out, ascii.as_bytes());
        let joined = behind.char_indices().skip(1).find(|(_, c)| c.is_ascii()).map_or(behind.len(), |(at, _)| at);
        let (joined, next) = behind.split_at_checked(joined).unwrap_or((behind, ""));
        fold_into(&mut out, joined);
        rest = next;
    }
    out.trim_matches([':', '|', '/']).to_owned()
}

/// What each character of ASCII becomes; zero where it falls away.
const ASCII: [u8; 128] = {
    let mut folded = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'|' | b'/' | b'@') {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

/// Bytes that are folded at a time.
const CHUNK: usize = 64;

/// Folds bytes of ASCII, many at a time: this is what most of most texts is made of.
fn fold_ascii(out: &mut String, text: &[u8]) {
    for chunk in text.chunks(CHUNK) {
        let mut folded = [0; CHUNK];
        let mut length = 0;
        for byte in chunk {
            let kept = ASCII.get(usize::from(*byte)).copied().unwrap_or(0);
            if let Some(place) = folded.get_mut(length) {
                *place = kept;
            }
            length += usize::from(kept != 0);
        }
        out.push_str(std::str::from_utf8(folded.get(..length).unwrap_or_default()).unwrap_or_default());
    }
}

fn fold_into(out: &mut String, text: &str) {
    for c in compatible(text) {
        match c {
            _ if c.is_ascii() => fold_ascii(out, &[c as u8]),
            '丨' | '│' | '┃' | '¦' | '︱' => out.push('|'),
            '©' => out.push(c),
            '\u{4e00}'..='\u{9fff}' => out.push(simplified(c)),
            _ if is_letter(c) => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_leaves_letters_digits_and_rule_marks() {
        for (raw, want) in [
            ("👇 关注「我们」！", "关注我们"),
            ("编辑 ｜ 甲、乙", "编辑|甲乙"),
            ("文丨甲", "文|甲"),
            ("— THE  END —", "theend"),
            ("▼ ▼ ▼", ""),
            ("参考资料：", "参考资料"),
            ("全文 ６,000字", "全文6000字"),
            ("點擊閱讀原文 →", "点击阅读原文"),
            ("cafe\u{301} e\u{301}", "caféé"),
            ("naïve ﬁne – © Å", "naïvefine©å"),
        ] {
            assert_eq!(fold(raw), want, "{raw}");
        }
    }
}
