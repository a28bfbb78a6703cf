use unicode_normalization::UnicodeNormalization;

/// Longest name of a file or folder, in bytes. File systems take 255; archives, encryption and sync tools take less.
pub(super) const MAX_NAME_BYTES: usize = 120;

/// Names that Windows keeps for devices, with any extension.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name that every file system takes, as near to `raw` as can be and of at most `max_bytes` bytes; "" when nothing
/// of it is left. It has no separator and is neither `.` nor `..`, so that it stays in its folder.
pub(super) fn safe_name(raw: &str, max_bytes: usize) -> String {
    let mut name = String::new();
    for character in raw.nfc() {
        match character {
            _ if is_invisible(character) => {}
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '-' => push_dash(&mut name),
            _ if character.is_whitespace() || character.is_control() => push_dash(&mut name),
            _ => name.push(character),
        }
    }
    let mut name = name.trim_matches(is_edge).to_owned();
    if is_reserved(&name) {
        name.insert(0, '_');
    }
    let end = name.floor_char_boundary(max_bytes);
    name.truncate(end);
    name.truncate(name.trim_end_matches(is_edge).len());
    name
}

fn push_dash(name: &mut String) {
    if !name.ends_with('-') {
        name.push('-');
    }
}

/// A dot first hides a file, a dot or space last is dropped by Windows; a dash at either end is only what is left of
/// something else.
const fn is_edge(character: char) -> bool {
    matches!(character, '.' | '-' | ' ')
}

/// Marks of direction and of width nothing, with which one name can look like another.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            let mut characters = rest.chars();
            matches!((characters.next(), characters.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    });
    numbered || RESERVED.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_safe_and_near() {
        let cases = [
            ("春天：来了", "春天：来了"),
            ("a / b", "a-b"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", ""),
            (".hidden", "hidden"),
            ("C:\\Windows", "C-Windows"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("Com1", "_Com1"),
            ("com¹.tar.gz", "_com¹.tar.gz"),
            ("COM10", "COM10"),
            ("console", "console"),
            ("a\u{0}b\nc\td", "a-b-c-d"),
            ("end. . .", "end"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("\u{1F600} 笑", "\u{1F600}-笑"),
            ("e\u{301}", "é"),
            ("", ""),
            ("\u{3000}", ""),
        ];
        for (raw, want) in cases {
            assert_eq!(safe_name(raw, MAX_NAME_BYTES), want, "{raw:?}");
        }
    }

    #[test]
    fn long_names_are_cut_at_a_character() {
        assert_eq!(safe_name(&"汉".repeat(300), MAX_NAME_BYTES), "汉".repeat(40));
        assert_eq!(safe_name(&"汉".repeat(300), 119), "汉".repeat(39));
        assert_eq!(safe_name("ab. c", 4), "ab");
    }

    proptest! {
        #[test]
        fn a_name_stays_in_its_folder(raw in "\\PC{0,80}|[./\\\\a: \u{0}-\u{1f}]{0,20}", max in 0usize..130) {
            let name = safe_name(&raw, max);
            prop_assert!(name.len() <= max);
            if !name.is_empty() {
                let parts: Vec<_> = Path::new(&name).components().collect();
                prop_assert_eq!(parts, [Component::Normal(name.as_ref())]);
                prop_assert!(!name.contains('\\'));
            }
        }
    }
}
