use boji_clean::model::{Block, BlockKind, Cell, Facts, Image, Span, Style};

/// Reads blocks written one a line, so that a mutated line is still a block:
///
/// `@title`, `@@account` and `@@@author` give facts; `#` to `######` head a heading; `-` an item, `7.` a numbered one,
/// with two spaces before it for each level; `|a|b` is a table of one row, further lines of the kind its further rows;
/// a backtick begins code; `!` a figure; `=` alone is a rule; anything else is a paragraph. `>` before all of this
/// quotes. Inside of a line `\` breaks it, `*` and `^` switch bold and superscript, `[words](address)` links, and
/// `![words](address)` is a picture.
pub fn read(text: &str) -> (Facts, Vec<Block>) {
    let mut facts = Facts::default();
    let mut blocks: Vec<Block> = Vec::new();
    text.lines().for_each(|line| read_line(line, &mut facts, &mut blocks));
    (facts, blocks)
}

/// Reads one line: a fact, a block, or a further row of the table before it.
pub fn read_line(line: &str, facts: &mut Facts, blocks: &mut Vec<Block>) {
    if let Some(fact) = line.strip_prefix('@') {
        state(facts, fact);
        return;
    }
    let quote = line.bytes().take_while(|byte| *byte == b'>').count();
    let block = Block { quote: quote.min(255) as u8, ..block(line.trim_start_matches('>')) };
    match (&block.kind, blocks.last_mut()) {
        (BlockKind::Table(more), Some(Block { kind: BlockKind::Table(rows), .. })) => rows.extend(more.clone()),
        _ => blocks.push(block),
    }
}

fn state(facts: &mut Facts, fact: &str) {
    match fact.strip_prefix("@@") {
        Some(author) => facts.authors.push(author.to_owned()),
        None => match fact.strip_prefix('@') {
            Some(account) => facts.account = Some(account.to_owned()),
            None => facts.title = Some(fact.to_owned()),
        },
    }
}

fn block(line: &str) -> Block {
    let words = line.trim_start_matches(' ');
    let depth = ((line.len() - words.len()) / 2).min(255) as u8;
    let level = words.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level) {
        return Block::new(BlockKind::Heading(level as u8), spans(words.trim_start_matches('#')));
    }
    if words == "=" {
        return Block::new(BlockKind::Rule, Vec::new());
    }
    if let Some(item) = words.strip_prefix('-') {
        return Block::new(BlockKind::ListItem { depth, number: None }, spans(item));
    }
    if let Some(cells) = words.strip_prefix('|') {
        return Block::new(BlockKind::Table(vec![cells.split('|').map(Cell::from).collect()]), Vec::new());
    }
    if let Some(code) = words.strip_prefix('`') {
        return Block::new(BlockKind::Code(String::new()), vec![Span::plain(code.replace('\\', "\n"))]);
    }
    if words.starts_with("![") {
        return Block::new(BlockKind::Figure, spans(words));
    }
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    if let (Some(item), Ok(number)) = (words[digits..].strip_prefix('.'), words[..digits].parse()) {
        return Block::new(BlockKind::ListItem { depth, number: Some(number) }, spans(item));
    }
    Block::new(BlockKind::Paragraph, spans(words))
}

fn spans(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut style = Style::default();
    let mut run = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((span, after)) = link(rest, style) {
            flush(&mut out, &mut run, style);
            out.push(span);
            rest = after;
            continue;
        }
        match next {
            '*' | '^' => {
                flush(&mut out, &mut run, style);
                if next == '*' {
                    style.bold = !style.bold;
                } else {
                    style.superscript = !style.superscript;
                }
            }
            '\\' => run.push('\n'),
            _ => run.push(next),
        }
        rest = &rest[next.len_utf8()..];
    }
    flush(&mut out, &mut run, style);
    out
}

fn flush(out: &mut Vec<Span>, run: &mut String, style: Style) {
    if !run.is_empty() {
        out.push(Span::Text { text: std::mem::take(run), style, href: String::new() });
    }
}

fn link(text: &str, style: Style) -> Option<(Span, &str)> {
    let (picture, inner) = match text.strip_prefix('!') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let (words, rest) = inner.strip_prefix('[')?.split_once("](")?;
    let (address, after) = rest.split_once(')')?;
    let (words, address) = (words.to_owned(), address.to_owned());
    let span = if picture {
        Span::Image(Image { url: address, alt: words, width: 0 })
    } else {
        Span::Text { text: words, style, href: address }
    };
    Some((span, after))
}
