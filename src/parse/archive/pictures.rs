use crate::model::Span;

/// Parts spans at line breaks into runs of lines with words and runs of lines with pictures alone. Lines with neither
/// vanish, unless they hold a link.
pub(super) fn by_pictures(spans: Vec<Span>) -> Vec<(bool, Vec<Span>)> {
    let mut runs: Vec<(bool, Vec<Span>)> = Vec::new();
    for line in split_lines(spans) {
        let words = line.iter().any(|span| matches!(span, Span::Text { text, .. } if !text.trim().is_empty()));
        let pictures = line.iter().any(|span| matches!(span, Span::Image(_)));
        let link = line.iter().any(|span| matches!(span, Span::Text { href, .. } if !href.is_empty()));
        if !words && !pictures && !link {
            continue;
        }
        let alone = pictures && !words;
        match runs.last_mut() {
            Some((kind, run)) if *kind == alone => {
                if !alone {
                    run.push(Span::plain("\n"));
                }
                run.extend(line);
            }
            _ => runs.push((alone, line)),
        }
    }
    runs
}

fn split_lines(spans: Vec<Span>) -> Vec<Vec<Span>> {
    let mut out = vec![Vec::new()];
    for span in spans {
        let Span::Text { text, style, href } = span else {
            if let Some(line) = out.last_mut() {
                line.push(span);
            }
            continue;
        };
        for (nth, part) in text.split('\n').enumerate() {
            if nth > 0 {
                out.push(Vec::new());
            }
            if (!part.is_empty() || (!href.is_empty() && text.is_empty()))
                && let Some(line) = out.last_mut()
            {
                line.push(Span::Text { text: part.to_owned(), style, href: href.clone() });
            }
        }
    }
    out
}
