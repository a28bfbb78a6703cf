use crate::model::Span;

/// Parts spans at line breaks into runs of lines with words and runs of lines with pictures alone. Lines with neither
/// vanish, unless they hold a link.
pub(super) fn by_pictures(spans: Vec<Span>) -> Vec<(bool, Vec<Span>)> {
    let mut runs: Vec<(bool, Vec<Span>)> = Vec::new();
    for line in Span::lines(spans) {
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
