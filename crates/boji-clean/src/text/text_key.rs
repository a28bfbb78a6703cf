use super::letters::letters;

/// Hash of a text's letters and digits, 64 hexadecimal digits: equal for texts that differ in layout, punctuation,
/// case or the width of characters alone. "" for a text without any.
pub fn text_key(text: &str) -> String {
    let plain: String = letters(text).collect();
    if plain.is_empty() {
        return String::new();
    }
    blake3::hash(plain.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn layout_is_no_difference_and_words_are() {
        let key = text_key("春天来了，ABC 12。\n\n花开了");
        for same in ["春天来了 ＡＢＣ１２ 花开了", "春天来了abc12花开了\u{1F338}", "「春天来了」—Abc（12）——花开了！"]
        {
            assert_eq!(text_key(same), key, "{same}");
        }
        for other in ["春天来了，ABC 12。花开", "春天来了，ABC 13。花开了", "花开了，春天来了，ABC 12。"]
        {
            assert_ne!(text_key(other), key, "{other}");
        }
        assert_eq!(text_key(" \n—！\u{1F338}"), "");
    }

    proptest! {
        #[test]
        fn noise_between_paragraphs_never_counts(parts in prop::collection::vec("[a-zA-Z0-9春夏秋冬]{0,8}", 0..6)) {
            prop_assert_eq!(text_key(&parts.join("，\n")), text_key(&parts.concat().to_uppercase()));
        }
    }
}
