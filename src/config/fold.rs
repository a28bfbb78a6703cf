use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::script::simplified;
use crate::model::is_letter;

/// The compatibility form (NFKC) of a text; borrowed where the text is in it.
pub fn compatible(text: &str) -> Cow<'_, str> {
    const FORM: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
    FORM.normalize(text)
}

/// A text as boilerplate rules see it: compatibility forms unified, traditional characters simplified, lower case,
/// nothing left but letters, digits and the signs `:` `|` `/` `@` that divide a label from its value (not at the ends),
/// and `©`. Emoji, spaces, quotes, brackets and other punctuation fall away, so that a prompt is the same prompt however
/// it is decorated or cut.
pub fn fold(text: &str) -> String {
    let text = compatible(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while !rest.is_empty() {
        let run = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
        let (ascii, behind) = rest.split_at_checked(run).unwrap_or((rest, ""));
        fold_ascii(&mut out, ascii.as_bytes());
        let run = behind.bytes().position(|byte| byte.is_ascii()).unwrap_or(behind.len());
        let (others, behind) = behind.split_at_checked(run).unwrap_or((behind, ""));
        fold_others(&mut out, others);
        rest = behind;
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

/// Folds characters that are not ASCII.
fn fold_others(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
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
            ("cafe\u{301} e\u{301}", "caféé"),
            ("naïve ﬁne – © Å", "naïvefine©å"),
        ] {
            assert_eq!(fold(raw), want, "{raw}");
        }
    }
}
