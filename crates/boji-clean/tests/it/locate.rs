//! Where an article stands in its page: what is taken along, and what is set aside.

use boji_clean::clean::blocks::write;
use boji_clean::clean::locate::{Weakness, locate};
use boji_clean::clean::{Context, clean_page};
use boji_clean::model::Label;
use boji_clean::parse::Input;
use boji_clean::parse::html::Tree;
use boji_clean::rules::Rules;

/// Prose that is long enough to be an article.
const PROSE: &str = "<p>The mill stood above the weir, and all summer long its wheel had not turned once, for the water \
                     had gone to the fields. In the first week of autumn it began to rain.</p>";

/// The words of the blocks that are the article, and the words set aside with the rule for each.
fn found(html: &str, url: &str) -> (Vec<String>, Vec<String>) {
    let (tree, _) = Tree::document(html);
    let located = locate(&tree, Rules::shipped().words(), url);
    let written = write(&tree, located.root, url, &located.set_aside, Rules::shipped().words());
    let short = |text: String| text.chars().take(12).collect::<String>().trim_end().to_owned();
    let kept = written.blocks.iter().map(|block| short(block.text())).collect();
    let apart = written.apart.iter();
    (kept, apart.map(|it| format!("{} {}", it.reason.verdict().rule, short(it.block.text()))).collect())
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
        // What an author chose to read stands at the end of the text, in lists under headings.
        (
            format!(
                "<article>{}<section><h2>Weirs</h2><ul><li><a href=https://barton.example/weir>The weir at Barton bridge and its keeper</a></ul><h2>Fish</h2><ul><li><a href=https://fish.example/ladder>A ladder for the fish of the Lea</a><li><a href=https://river.example/eels>Where all of the eels went in the dry summer</a></ul></section></article>",
                PROSE.repeat(2)
            ),
            vec!["The mill sto", "The mill sto", "Weirs", "The weir at", "Fish", "A ladder for", "Where all of"],
            vec![],
        ),
        // Files of the author's; who said a quotation, in its footer; a post quoted in another; a question that opens.
        (
            format!(
                "<article>{}<ul><li><a href=/books/first.pdf>The first book of the miller</a></ul><blockquote><p>Grind slowly.</p><footer>The old miller</footer></blockquote><aside class=quote><blockquote>Sand is in the flour.</blockquote></aside><div><a>Does it float?</a></div><div>{PROSE}</div></article>",
                PROSE.repeat(3)
            ),
            vec![
                "The mill sto",
                "The mill sto",
                "The mill sto",
                "The first bo",
                "Grind slowly",
                "The old mill",
                "Sand is in t",
                "Does it floa",
                "The mill sto",
            ],
            vec![],
        ),
        // Paragraphs beside a box that holds most of the text.
        (
            format!("<div id=text>{PROSE}{PROSE}<div class=locked>{}</div></div>", PROSE.repeat(12)),
            vec!["The mill sto"; 14],
            vec![],
        ),
        // A box whose class has a word of page chrome, but title and body in it.
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
            format!(
                "<article>{PROSE}<div class=list--related><p>The mill stood still: <a href=/weir>why nobody ever mended the weir</a></p></div>{}</article>",
                PROSE.repeat(3)
            ),
            "place.chrome The mill sto",
        ),
        (format!("<main>{PROSE}{}</main>", comment.repeat(9)), "place.comments I have seen"),
        // Other articles of the site on its other hosts, and lists of names.
        (
            format!(
                "<article>{}<ul><li><a href=https://news.mill.example.cn/1>The weir at Barton is open again</a><li><a href=https://b.mill.example.cn/2>The bridge at Barton is shut</a></ul></article>",
                PROSE.repeat(4)
            ),
            "place.links The weir at",
        ),
        (
            format!(
                "<article>{}<ul><li><a href=https://a.example/>Post</a><li><a href=https://b.example/>Send it</a></ul></article>",
                PROSE.repeat(4)
            ),
            "place.links Post",
        ),
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
    let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    let rules: Vec<&str> = article.blocks.iter().map(|judged| judged.verdict.rule.as_str()).collect();
    assert_eq!(rules, ["place.shown", "place.shown", "default"]);
    assert!(article.text.len() > PROSE.len() * 7);
}

#[test]
fn of_several_whole_articles_the_one_with_the_title_of_the_page_is_taken() {
    let article = |title: &str, name: &str| {
        format!("<article><h1>{title}</h1>{}</article>", PROSE.replace("mill", name).repeat(3))
    };
    let next = article("How the weir was mended", "weir");
    let page = format!(
        "<title>The mill turns again | Valley</title><main>{}{next}</main>",
        article("The mill turns again", "mill")
    );
    assert_eq!(found(&page, "").0, ["The mill sto"; 3]);
    let part =
        |name: &str| format!("<article><h2>Of the {name}</h2>{}</article>", PROSE.replace("mill", name).repeat(3));
    let (one, other) = (part("mill turns"), part("weir"));
    // The title stands above parts of one article, one of which repeats it.
    let whole = format!("<title>Of the mill turns</title><main><h1>Of the mill turns</h1>{one}{other}</main>");
    assert_eq!(found(&whole, "").0.len(), 8);
    // Nobody bears the title.
    let index = format!("<title>Valley</title><main>{one}{other}</main>");
    assert_eq!(found(&index, "").0.len(), 8);
}

#[test]
fn all_posts_of_a_thread_are_taken_and_no_remark_on_one() {
    let post =
        |item: &str, body: &str| format!("<div itemprop={item}><div class=post itemprop=text>{body}</div></div>");
    let remark =
        "<div class=comments><p>I have seen that mill myself, many years ago, when my aunt lived there.</p></div>";
    let answer = "<p>It was the miller who let the water go, as he did each year in autumn.</p>";
    let page = format!(
        "<div id=head><p>Welcome to the board of the valley, where all things are talked about.</p></div><div id=posts>{}{remark}{}</div>",
        post("mainEntity", &PROSE.repeat(9)),
        post("suggestedAnswer", answer)
    );
    let (kept, apart) = found(&page, "https://forum.a.example/t/12");
    assert_eq!((kept.len(), kept.last().map(String::as_str)), (10, Some("It was the m")));
    assert_eq!(apart, ["place.comments I have seen"]);
    let told = "https://www.valleyforum.example/12";
    assert_eq!(found(&page, told).0.len(), 10, "a host whose name ends so");
}

#[test]
fn names_that_tell_what_a_text_is_about_take_nothing() {
    let note = "<p>Measured at the weir with a rod, each morning before the gates were opened.</p>";
    let cases = [
        format!("<section id=what-share-of-the-wheat-was-ground>{note}</section>"),
        format!("<h2 id=share>{note}</h2>"),
        format!("<div class=group/tooltip>{note}</div>"),
        format!("<aside class='footnote-list brackets'>{note}</aside>"),
        format!("<div role=alert>{note}</div>"),
        format!("<div class=faq__answer style='display: none'>{note}</div>"),
        "<pre><code>Measured <span class=hljs-comment>// at the weir</span></code></pre>".to_owned(),
    ];
    for case in cases {
        let (kept, apart) = found(&format!("<article>{PROSE}{case}{PROSE}</article>"), "");
        assert!(kept.iter().any(|line| line.starts_with("Measured")) && apart.is_empty(), "{case}: {kept:?} {apart:?}");
    }
    let listing = "<pre><code>wheel <span class=hljs-comment>// turns</span></code></pre>";
    let (tree, _) = Tree::document(&format!("<article>{PROSE}{listing}{PROSE}</article>"));
    assert!(locate(&tree, Rules::shipped().words(), "").set_aside.is_empty(), "comments of a program");
}

#[test]
fn titles_of_other_articles_in_the_text_are_set_aside() {
    let line = |href: &str, text: &str| format!("<p><a href='{href}'>{text}</a></p>");
    let teaser = "<div class=sz-teaser><a href=/weir><h3>How the weir was mended</h3><p>By hand, in the year of the flood.</p></a></div>";
    let title = "How the weir was mended in one summer";
    let cases = [
        (line("/weir", title), true),
        (line("https://www.a.example/weir", title), true),
        (line("https://b.example/weir", title), false),
        (line("/weir", "How the weir was mended is told elsewhere."), false),
        (line("#weir", title), false),
        (line("/weir", "The weir"), false),
        (line("/weir", title).repeat(9), false),
        (teaser.to_owned(), true),
    ];
    for (case, taken) in cases {
        let (_, apart) =
            found(&format!("<article>{}{case}{PROSE}</article>", PROSE.repeat(6)), "https://a.example/mill");
        assert_eq!(!apart.is_empty(), taken, "{case}: {apart:?}");
    }
}

#[test]
fn what_stands_in_page_chrome_is_no_candidate() {
    let menu = format!("<div class=popup><div class=entry-content>{}</div></div>", PROSE.replace("mill", "inn"));
    let (tree, _) = Tree::document(&format!("{menu}<div id=text>{}</div>", PROSE.repeat(2)));
    let way = locate(&tree, Rules::shipped().words(), "").way;
    let told: Vec<_> = way.winner.iter().chain(&way.rivals).map(|it| (it.kind.as_str(), it.place.as_str())).collect();
    assert_eq!(told, [("density", "body")]);
}

#[test]
fn a_post_may_be_a_list_of_links() {
    let links = |host: &str| {
        let link = |at: i32| {
            format!("<li><a href=https://{host}{at}.example/{at}>What the millers of the valley said about it</a></li>")
        };
        (1..8).map(link).collect::<String>()
    };
    let post = format!("<nav><a href=/>All</a></nav><main><h1>Links</h1><p>Read in May:<ul>{}</ul></main>", links("a"));
    let (kept, apart) = found(&post, "https://mill.example/links");
    assert_eq!((kept.len(), apart), (9, vec![]), "{kept:?}");
    let weak = |html: &str, url: &str| locate(&Tree::document(html).0, Rules::shipped().words(), url).weak;
    assert_eq!(weak(&post, "https://mill.example/links"), None);
    assert_eq!(weak(&post, "https://mill.example/"), Some(Weakness::NoProse), "a front page");
    let own = post.replace("https://a", "https://mill.example/a");
    assert_eq!(weak(&own, "https://mill.example/links"), Some(Weakness::NoProse), "an index of the site");
    let one = post.replace("https://a1.", "https://shop.").replace("https://a", "https://shop.example/a");
    assert_eq!(weak(&one, "https://mill.example/links"), Some(Weakness::NoProse), "one other site");
}

#[test]
fn a_heading_over_nothing_but_page_chrome_goes_with_it() {
    let tail = "<section><h2>From the journal</h2></section><div class=related-posts>The weir at Barton</div>";
    let html = format!("<h1>Mill</h1><article><h2>Water</h2>{}{tail}</article>", PROSE.repeat(4));
    let input = Input { bytes: html.as_bytes(), url: "https://mill.example/1", ..Input::default() };
    let article = clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article");
    let dropped = article.blocks.iter().filter(|it| it.verdict.label == Label::Drop);
    let dropped: Vec<String> = dropped.map(|it| it.block.text()).collect();
    assert_eq!(dropped, ["Mill", "From the journal", "The weir at Barton"]);
    assert!(article.text.starts_with("Water"), "{}", article.text);
}

#[test]
fn a_page_with_hardly_any_prose_is_a_post_when_it_says_so() {
    let head =
        "<meta property=og:type content=article><meta property=article:published_time content=2024-03-05T06:10:00Z>";
    let post = |body: &str| {
        format!(
            "<nav><a href=/>All</a></nav><article class=hentry><h1>Weir</h1><div class=entry-content>{body}</div></article>"
        )
    };
    let verse = "<p>The weir is low</p><p>the wheel is still</p><p>and nobody stands</p><p>upon the mill</p>";
    let item = |at: usize| {
        format!(
            "<h2>v2.{at}</h2><ul><li>Gates of oak in the table <li>A list of eels, by length<li>No fall on leap days</ul>"
        )
    };
    let changes: String = (0..6).map(item).collect();
    let cases = [
        ("a verse", format!("{head}{}", post(verse)), true),
        ("two short sentences", format!("{head}{}", post("<p>The weir is low. The wheel is still.")), true),
        (
            "a link with a word",
            format!("{head}{}", post("<p><a href=https://b.example/1>How a weir is built</a>. Yes.")),
            true,
        ),
        (
            "a picture with its caption",
            format!("{head}{}", post("<figure><img src=/a.jpg><figcaption>The weir</figcaption></figure>")),
            true,
        ),
        ("a list of changes", format!("<title>Changes</title><main><h1>Changes</h1>{changes}</main>"), true),
        ("a profile", "<title>Mara</title><main><h1>Mara</h1><p>Miller, 12 posts</p></main>".to_owned(), false),
        (
            "an index",
            format!("{head}<main>{}</main>", "<article><h2><a href=/1>Weir</a></h2><p>Low.</p></article>".repeat(5)),
            false,
        ),
        (
            "links of the site",
            "<main><h1>All</h1><ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul></main>".to_owned(),
            false,
        ),
        (
            "a form",
            "<main><h1>Log in</h1><form><label>Name<input></label><button>Go</button></form></main>".to_owned(),
            false,
        ),
        ("nothing", format!("{head}<div id=app></div>"), false),
    ];
    for (name, html, is_post) in cases {
        let input = Input { bytes: html.as_bytes(), url: "https://mill.example/2024/weir", ..Input::default() };
        let article = clean_page(&input, &Context::default(), &Rules::shipped()).article;
        assert_eq!(article.is_some(), is_post, "{name}");
        assert!(article.is_none_or(|article| article.flags.contains(&"short".to_owned())), "{name}");
    }
}

#[test]
fn titles_in_paragraphs_are_a_post_of_links_too() {
    let line = |host: &str, at: i32| format!("<p><a href=https://{host}/{at}>What the millers of the valley said</a>");
    let post = |host: fn(i32) -> String| -> String { (1..9).map(|at| line(&host(at), at)).collect() };
    let weak = |body: String| {
        let html = format!("<main><h1>Links</h1>{body}</main>");
        locate(&Tree::document(&html).0, Rules::shipped().words(), "https://mill.example/links").weak
    };
    assert_eq!(weak(post(|at| format!("a{at}.example"))), None);
    assert_eq!(weak(post(|_| "shop.example".to_owned())), Some(Weakness::NoProse), "one other site");
}

/// Every word and pair of `config/chrome.toml` that says page chrome or comments.
fn chrome_names() -> Vec<String> {
    let file: toml::Table = include_str!("../../../../config/chrome.toml").parse().expect("TOML");
    let of = |group: &str, key: &str| file[group][key].as_array().cloned().unwrap_or_default();
    let groups = [("chrome", "words"), ("chrome", "pairs"), ("comments", "words"), ("comments", "pairs")];
    let names = groups.iter().flat_map(|(group, key)| of(group, key));
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Where an element stands, and the page that has it there by a name.
type Place<'a> = (&'a str, &'a dyn Fn(&str) -> String);

#[test]
fn a_name_alone_takes_no_text() {
    let said =
        "The second reading was taken an hour later, from the other quay, and it came out four centimetres lower.";
    let in_text = |part: &str| format!("<article>{PROSE}{PROSE}{part}{PROSE}</article>");
    let heading = |name: &str| {
        let title = name.replace('-', " ");
        format!("<h2>{title}</h2><p>{said}</p>")
    };
    let places: [Place<'_>; 12] = [
        ("an id that is the slug of the heading below it", &|name| {
            in_text(&format!("<section id={name}>{}</section>", heading(name)))
        }),
        ("a slug of more words", &|name| {
            in_text(&format!("<section id=how-{name}-works>{}</section>", heading(&format!("how {name} works"))))
        }),
        ("a paragraph", &|name| in_text(&format!("<p class={name}>{said}</p>"))),
        ("an item", &|name| in_text(&format!("<ul><li id={name}>{said}</li><li>{said}</li></ul>"))),
        ("a definition", &|name| in_text(&format!("<dl><dt>Reading</dt><dd class={name}>{said}</dd></dl>"))),
        ("a run inside of a sentence", &|name| {
            in_text(&format!("<p>In the middle of it <span class={name}>{said}</span> and so it ends.</p>"))
        }),
        ("a listing", &|name| in_text(&format!("<pre class={name}>{said}</pre>"))),
        ("a box round a listing", &|name| in_text(&format!("<div class={name}><pre>{said}</pre></div>"))),
        ("a table", &|name| in_text(&format!("<table class={name}><tr><td>{said}<td>4<tr><td>Third<td>6</table>"))),
        ("a quotation", &|name| in_text(&format!("<blockquote class={name}><p>{said}</p></blockquote>"))),
        ("a box of prose in the flow of the text", &|name| in_text(&format!("<div class={name}><p>{said}</p></div>"))),
        ("the article", &|name| format!("<article class={name}>{PROSE}<p>{said}</p>{PROSE}</article>")),
    ];
    let mut lost = Vec::new();
    for (place, page) in places {
        for name in chrome_names() {
            let (kept, _) = found(&page(&name), "");
            if !kept.iter().any(|line| line.starts_with("The second") || line.starts_with("In the middl")) {
                lost.push(format!("{name}: {place}"));
            }
        }
    }
    assert!(lost.is_empty(), "{} lost: {lost:#?}", lost.len());
}

#[test]
fn a_name_and_what_the_element_is_made_of_take_it() {
    let cases = [
        (
            "a form",
            "<div class=newsletter><p>A letter for you, each week, with all that is new at the weir and in the mill.</p><form><input><button>Send</button></form></div>",
        ),
        (
            "links",
            "<div class=related><p><a href=/1>The weir at Barton is open again after the long dry summer</a> and more</p></div>",
        ),
        ("little text", "<p class=byline>By the miller</p>"),
        ("little text in a box", "<div class=post-meta><span>May 3</span> <span>in Weirs</span></div>"),
        (
            "all of a line",
            "<p><span class=author-name>The miller of the old mill</span> <span class=timestamp>May the third of that same year</span></p>",
        ),
        (
            "a credit in a figure",
            "<figure><img src=/a.jpg><figcaption><p class=credit>Taken from the top of the weir in the evening light by the miller's seventh son</p></figcaption></figure>",
        ),
        (
            "what readers wrote",
            "<section id=comments><h2>Comments</h2><p>I have seen that mill myself, many years ago, when my aunt still lived there with her goats.</p></section>",
        ),
    ];
    for (name, part) in cases {
        let (kept, apart) = found(&format!("<article>{}{part}</article>", PROSE.repeat(4)), "");
        assert!(kept.iter().all(|line| line == "The mill sto" || line.is_empty()), "{name}: {kept:?}");
        assert!(apart.iter().all(|it| !it.starts_with("place.between")), "{name}: {apart:?}");
    }
}

#[test]
fn what_stands_beside_the_box_of_the_text_belongs_to_it() {
    let parts = [
        "<h2>The seco</h2><p>The seconder of the motion was the miller himself, who spoke for an hour about the water.</p>",
        "<section><h2>The seco</h2><p>The seconder of the motion was the miller himself, who spoke for an hour.</p></section>",
        "<ul><li>The second lamp, filled with oil the night before.<li>The third, which is dry.</ul>",
        "<dl><dt>The second<dd>A measure of the water above the weir, in the time before the railway came.</dl>",
        "<table><tr><td>The second<td>4 metres of water above the weir<tr><td>Third<td>6 metres of it</table>",
        "<pre>The second = 4\nthe third = 6</pre>",
        "<div>The seconder of the motion was the miller himself, who spoke for an hour about the water.</div>",
        "<blockquote>The second time it rains.</blockquote>",
    ];
    for many in [4, 8, 20] {
        for part in parts {
            let text = PROSE.repeat(many);
            let plain = format!(
                "<div id=top><a href=/>Valley</a></div><div id=page><h1>Mill</h1><div>{text}</div>{part}</div>"
            );
            let marked = format!("<div class=entry-content><div class=wrap>{text}</div>{part}</div>");
            for page in [plain, marked] {
                let (kept, _) = found(&page, "");
                assert!(kept.iter().any(|line| line.starts_with("The seco")), "{many}: {kept:?} {part}");
            }
        }
    }
}

#[test]
fn a_text_that_breaks_off_on_a_page_that_is_not_free_is_a_preview() {
    let page = |free: &str, end: &str| {
        let data = format!(r#"{{"@type":"NewsArticle","headline":"The river rose","isAccessibleForFree":{free}}}"#);
        let prose = "<p>The river rose again, and the people of the lower town carried their chairs up the stairs.</p>"
            .repeat(4);
        let html = format!(
            "<html><head><title>The river rose</title><script type=\"application/ld+json\">{data}</script></head>\
             <body><article><h1>The river rose</h1>{prose}<p>By noon the mayor had opened the old mill, where {end}</p></article></body></html>"
        );
        let input = Input { bytes: html.as_bytes(), url: "https://river.example/a", ..Input::default() };
        clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article")
    };
    let cases = [
        ("false", "every family …", true),
        ("false", "every family [...]", true),
        ("false", "every family found a bed.", false),
        ("true", "every family …", false),
    ];
    for (free, end, is_preview) in cases {
        let flags = page(free, end).flags;
        assert_eq!(flags.contains(&"preview".to_owned()), is_preview, "{free}, {end}: {flags:?}");
    }
}
