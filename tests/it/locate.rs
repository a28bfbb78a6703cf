//! Where an article stands in its page: what is taken along, and what is set aside.

use boji::clean::blocks::write;
use boji::clean::locate::{Chrome, locate};
use boji::clean::{Context, winnow};
use boji::config::Rules;
use boji::parse::Input;
use boji::parse::html::Tree;

/// Prose that is long enough to be an article.
const PROSE: &str = "<p>The mill stood above the weir, and all summer long its wheel had not turned once, for the water \
                     had gone to the fields. In the first week of autumn it began to rain.</p>";

/// The words of the blocks that are the article, and the words set aside with the rule for each.
fn found(html: &str, url: &str) -> (Vec<String>, Vec<String>) {
    let (tree, _) = Tree::document(html);
    let located = locate(&tree, Chrome::shipped(), url);
    let written = write(&tree, located.root, url, &located.furniture);
    let short = |text: String| text.chars().take(12).collect::<String>().trim_end().to_owned();
    let kept = written.blocks.iter().map(|block| short(block.text())).collect();
    let apart = written.apart.iter();
    (kept, apart.map(|it| format!("{} {}", it.furniture.verdict().rule, short(it.block.text()))).collect())
}

#[test]
fn what_belongs_to_the_article_stays_with_it() {
    let cases = [
        // A lead between title and body, in a box of its own.
        (
            format!(
                "<h1>Mill</h1><div class=teaser-text><p>The old mill turns again, and nobody in the valley knows why.</p></div><div>May 3</div><div class=article-body>{}</div>",
                PROSE.repeat(3)
            ),
            vec!["The old mill", "The mill sto", "The mill sto", "The mill sto"],
            vec!["place.title Mill", "place.between May 3"],
        ),
        // The author's own list of links, and a note in the flow of the text.
        (
            format!(
                "<article>{PROSE}<ul><li><a href=/a>The weir at Barton</a><li><a href=/b>A fish ladder</a></ul>{PROSE}<aside>The weir was built of oak and of stones from the river, by the miller and his seven sons, in one very dry summer, before the railway came to the valley.</aside>{PROSE}</article>"
            ),
            vec!["The mill sto", "The weir at", "A fish ladde", "The mill sto", "The weir was", "The mill sto"],
            vec![],
        ),
        // Paragraphs beside a box that holds most of the text.
        (
            format!("<div id=text>{PROSE}{PROSE}<div class=locked>{}</div></div>", PROSE.repeat(12)),
            vec!["The mill sto"; 14],
            vec![],
        ),
        // A box whose class has a word of furniture, but title and body in it.
        (
            format!(
                "<div class=popup><h1>Mill</h1><article>{PROSE}</article></div><div>{}</div>",
                PROSE.repeat(2).replace("mill", "inn")
            ),
            vec!["Mill", "The mill sto", "The inn stoo", "The inn stoo"],
            vec![],
        ),
    ];
    for (html, kept, apart) in cases {
        assert_eq!(
            found(&html, ""),
            (kept.into_iter().map(str::to_owned).collect(), apart.into_iter().map(str::to_owned).collect()),
            "{html}"
        );
    }
}

#[test]
fn what_belongs_to_the_site_is_set_aside() {
    let card = "<div><h3><a href=/x>The weir</a></h3><p>How the weir was mended in the year of the great flood, by hand.</p></div>";
    let comment = "<div class=comments><p>I have seen that mill myself, many years ago, when my aunt still lived there with her goats and her geese.</p></div>";
    let cases = [
        (format!("<article>{}<div>{card}{card}</div></article>", PROSE.repeat(4)), "place.cards The weir"),
        (
            format!("<article>{PROSE}<div class=list--related>{PROSE}</div>{}</article>", PROSE.repeat(3)),
            "place.chrome The mill sto",
        ),
        (format!("<main>{PROSE}{}</main>", comment.repeat(9)), "place.comments I have seen"),
    ];
    for (html, want) in cases {
        let (kept, apart) = found(&html, "");
        assert!(kept.iter().all(|line| line == "The mill sto"), "{kept:?} {html}");
        assert_eq!(apart.first().map(String::as_str), Some(want), "{html}");
    }
}

#[test]
fn a_forum_keeps_what_its_readers_wrote() {
    let post = "<div class=comment><p>I have seen that mill myself, many years ago, when my aunt still lived there with her goats.</p></div>";
    let page = format!("<main>{PROSE}{}</main>", post.repeat(9));
    let kept = |html: &str, url: &str| found(html, url).0.len();
    assert_eq!(kept(&page, "https://a.example/blog/mill"), 1);
    assert_eq!(kept(&page, "https://forum.a.example/mill"), 10);
    assert_eq!(kept(&format!("<head><meta name=generator content='Discourse 3.2'></head>{page}"), ""), 10);
    assert_eq!(kept(&format!("<body itemscope itemtype=https://schema.org/QAPage>{page}"), ""), 10);
}

#[test]
fn a_page_for_readers_without_scripts_may_be_all_there_is() {
    let page = format!("<body><div id=app></div><noscript><div>{}</div></noscript>", PROSE.repeat(40));
    assert_eq!(found(&page, "").0.len(), 40);
    let shown = format!("<body>{}<noscript>{}</noscript>", PROSE.repeat(40), PROSE.replace("mill", "inn").repeat(40));
    assert_eq!(found(&shown, "").0.len(), 40);
}

#[test]
fn what_a_page_shows_stays_on_record_when_it_states_more() {
    let body = PROSE.replace("<p>", "").replace("</p>", "").repeat(8);
    let json = serde_json::json!({ "@type": "NewsArticle", "headline": "Mill", "articleBody": body });
    let page =
        format!("<title>Mill</title><script type=application/ld+json>{json}</script><article>{PROSE}{PROSE}</article>");
    let input = Input { bytes: page.as_bytes(), content_type: "text/html", ..Input::default() };
    let article = winnow(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    let rules: Vec<&str> = article.blocks.iter().map(|judged| judged.verdict.rule.as_str()).collect();
    assert_eq!(rules, ["place.shown", "place.shown", "default"]);
    assert!(article.text.len() > PROSE.len() * 7);
}
