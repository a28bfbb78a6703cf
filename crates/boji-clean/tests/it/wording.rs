//! What templates of web pages set round and between paragraphs, in the languages that rules are shipped for.

use boji_clean::clean::judge;
use boji_clean::model::{Block, BlockKind, Facts, Label, Origin, Span};
use boji_clean::rules::Rules;

const PROSE: &str = "The water rose for three days, and on the fourth the ferryman tied his boat to the church door, where it \
    hung until the middle of May and was painted by everybody who came to see it.";

fn prose() -> Block {
    Block::paragraph(PROSE)
}

fn heading(text: &str) -> Block {
    Block::new(BlockKind::Heading(2), vec![Span::plain(text)])
}

fn linked(label: &str, title: &str) -> Block {
    Block::new(BlockKind::Paragraph, vec![Span::plain(label), Span::link(title, "https://a.example/other")])
}

/// The texts that stay of an article by A. Miller.
fn kept(blocks: Vec<Block>) -> Vec<String> {
    let facts = Facts { authors: vec!["Anna Miller".into()], ..Facts::default() };
    let judged = judge(blocks, Origin::Blog, &facts, &Rules::shipped(), None);
    let kept = judged.blocks.iter().filter(|judged| judged.verdict.label == Label::Keep);
    kept.map(|judged| judged.block.text()).collect()
}

#[test]
fn what_stands_between_paragraphs_goes_and_they_stay() {
    let labels = [
        "Advertisement",
        "Read more: The mill that came back",
        "Lesen Sie auch: Die Mühle kehrt zurück",
        "Lea también: El molino vuelve",
        "À lire aussi : Le moulin revient",
        "Leia também: O moinho voltou",
        "Leggi anche: Il mulino torna",
        "Lees ook: De molen keert terug",
        "Czytaj też: Młyn wraca",
        "Photo credit: River Archive",
        "Foto: Anna Müller/dpa",
    ];
    for label in labels {
        assert_eq!(kept(vec![prose(), Block::paragraph(label), prose()]), [PROSE, PROSE], "{label}");
    }
    let short = "The boat stayed.";
    let between = vec![prose(), Block::paragraph("Advertisement"), Block::paragraph(short)];
    let between = [between, vec![Block::paragraph("Advertisement"), prose()]].concat();
    assert_eq!(kept(between), [PROSE, short, PROSE], "a paragraph between two advertisements is the author's");
}

#[test]
fn a_label_alone_is_no_offer_without_its_link() {
    let title = "The mill that came back";
    assert_eq!(kept(vec![prose(), linked("Related: ", title), prose()]), [PROSE, PROSE]);
    let told = "Related: nothing but the tide";
    assert_eq!(kept(vec![prose(), Block::paragraph(told), prose()]), [PROSE, told, PROSE]);
}

#[test]
fn links_under_a_known_heading_go_and_text_under_it_stays() {
    let list = vec![prose(), heading("You may also like"), linked("", "The mill"), linked("", "The ford"), prose()];
    assert_eq!(kept(list), [PROSE, PROSE]);
    let text = vec![prose(), heading("Read more"), prose()];
    assert_eq!(kept(text), [PROSE, "Read more", PROSE]);
}

#[test]
fn a_note_about_the_author_goes_where_it_ends_the_page() {
    let note = || Block::paragraph("Anna Miller rows on three rivers and writes about each of them once a year.");
    let heads = || heading("About the author");
    assert_eq!(kept(vec![prose(), heads(), note()]), [PROSE]);
    assert_eq!(kept(vec![prose(), heads(), note(), heading("The flood"), prose()]).len(), 5);
    let empty = vec![prose(), heading("Questions"), heads(), note()];
    assert_eq!(kept(empty), [PROSE, "Questions"], "what stands before the note is none of it");
}

#[test]
fn the_authors_name_under_the_title_is_a_byline() {
    for byline in ["By Anna Miller", "Anna Miller", "Von Anna Miller", "By Anna Miller, March 5, 2024"] {
        assert_eq!(kept(vec![Block::paragraph(byline), prose(), prose()]), [PROSE, PROSE], "{byline}");
    }
    let told = "Anna Miller sold 2000 boats here";
    assert_eq!(kept(vec![Block::paragraph(told), prose()]), [told, PROSE]);
}
