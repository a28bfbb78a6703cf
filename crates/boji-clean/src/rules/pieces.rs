use std::collections::BTreeMap;

/// Depth to which pieces may hold other pieces.
const DEPTH: usize = 4;

/// A pattern with each `<name>` replaced by the piece of that name, as a group. The error is a sentence.
pub(super) fn expand(pattern: &str, words: &BTreeMap<String, String>) -> Result<String, String> {
    let mut text = pattern.to_owned();
    for _ in 0..DEPTH {
        if !text.contains('<') {
            return Ok(text);
        }
        text = once(&text, words)?;
    }
    if text.contains('<') { Err(format!("nests words deeper than {DEPTH}")) } else { Ok(text) }
}

fn once(pattern: &str, words: &BTreeMap<String, String>) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() * 4);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('<') {
        let (name, behind) = after.split_once('>').ok_or("has a `<` without `>`")?;
        let piece = words.get(name).ok_or_else(|| format!("uses the unknown word <{name}>"))?;
        out.push_str(before);
        out.push_str("(?:");
        out.push_str(piece);
        out.push(')');
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_in_and_faults_are_named() {
        let words = [("ask", "请|<you>"), ("you", "你|您"), ("loop", "<loop>")];
        let words = words.map(|(name, piece)| (name.to_owned(), piece.to_owned())).into();
        let cases = [
            ("关注", Ok("关注")),
            ("<ask>*关注", Ok("(?:请|(?:你|您))*关注")),
            ("<no>", Err("uses the unknown word <no>")),
            ("a<b", Err("has a `<` without `>`")),
            ("<loop>", Err("nests words deeper than 4")),
        ];
        for (pattern, want) in cases {
            assert_eq!(expand(pattern, &words), want.map(str::to_owned).map_err(str::to_owned), "{pattern}");
        }
    }
}
