/// A plain text as HTML: a paragraph for each block between blank lines, its lines kept apart. Where no line is blank, each
/// line is a paragraph of its own.
pub(super) fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    let has_blocks = lines.iter().any(|line| line.trim().is_empty());
    let mut html = String::with_capacity(text.len() + lines.len() * 8);
    let mut is_open = false;
    for line in lines {
        if line.trim().is_empty() {
            close(&mut html, &mut is_open);
            continue;
        }
        html.push_str(if is_open { "<br>" } else { "<p>" });
        is_open = true;
        push_escaped(&mut html, line);
        if !has_blocks {
            close(&mut html, &mut is_open);
        }
    }
    close(&mut html, &mut is_open);
    html
}

/// Whether a text was written as text: in more than one line.
pub(super) fn has_lines(text: &str) -> bool {
    text.lines().filter(|line| !line.trim().is_empty()).nth(1).is_some()
}

/// Whether a text is HTML: it closes what blocks of a page are made of, or is a whole page.
pub(super) fn is_markup(text: &str) -> bool {
    is_page(text) || ["</p>", "</section>", "</div>", "<br"].iter().any(|tag| text.contains(tag))
}

/// Whether HTML is a whole page, and no part of one.
pub(super) fn is_page(html: &str) -> bool {
    /// A page says what it is within so many bytes, behind comments at most.
    const HEAD: usize = 2_048;
    let head = html.get(..html.floor_char_boundary(HEAD)).unwrap_or(html).to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.contains(tag))
}

fn close(html: &mut String, is_open: &mut bool) {
    if std::mem::take(is_open) {
        html.push_str("</p>");
    }
}

fn push_escaped(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_paragraphs_and_their_lines_stay_lines() {
        let cases = [
            ("", ""),
            ("a", "<p>a</p>"),
            ("a\nb", "<p>a</p><p>b</p>"),
            ("a\r\n\r\nb\nc\n", "<p>a</p><p>b<br>c</p>"),
            ("\n\na\n \n\nb", "<p>a</p><p>b</p>"),
            ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ];
        for (text, want) in cases {
            assert_eq!(paragraphs(text), want, "{text:?}");
        }
    }

    #[test]
    fn a_page_is_told_from_a_part_of_one_and_from_text() {
        for (text, want) in [
            ("<!-- saved --><HTML><p>a</p>", (true, true)),
            ("<div>a</div>", (true, false)),
            ("a<br/>b", (true, false)),
            ("1 < 2", (false, false)),
        ] {
            assert_eq!((is_markup(text), is_page(text)), want, "{text}");
        }
    }
}
