use super::literal::Cursor;
use super::markup::{self, Token, attribute, find_tag, has_class, inside, words};
use super::outline::Outline;
use super::stated::{StatedFacts, beijing_text, shown_place};
use super::{cgi, value};
use crate::model::{WeChatLink, plain_address};

/// Bytes of the page in which its metas stand; real ones end before byte 30,000.
const HEAD: usize = 262_144;

/// Metas read of one piece of markup, and the longest one.
const MAX_METAS: usize = 200;
const MAX_META: usize = 16_384;

/// Most pictures that are set as backgrounds.
const MAX_BACKGROUNDS: usize = 200;

/// Most paragraphs of a recommendation.
const MAX_PARAGRAPHS: usize = 64;

/// Bytes after the title in which author, account and date stand.
const BYLINE: usize = 32_768;

/// The start tag with an id, anywhere outside of scripts: tag, its attributes and what follows it.
fn by_id<'a>(page: &Outline<'a>, id: &str) -> Option<(&'a str, &'a str, &'a str)> {
    page.markup().find_map(|(_, piece)| find_tag(piece, "id", id))
}

/// Ids of the parts that the platform puts below a body, of pages since 2015: what holds one of them is more than the body.
const BELOW_THE_BODY: [&str; 5] =
    ["js_pc_qr_code", "js_article_bottom_bar", "content_bottom_area", "page_bottom_area", "js_toobar3"];

/// The inside of `#js_content`, where every page but a picture share has its body, and whether the page holds its end.
/// It is hidden (`visibility: hidden`) until a script shows it.
///
/// The platform writes no script into it. What keeps a page may: such a body goes on behind the script, as far as its own end tag.
pub(super) fn content<'a>(page: &Outline<'a>) -> Option<(&'a str, bool)> {
    let of_piece = |(at, piece): (usize, &'a str)| Some((at + piece.len(), find_tag(piece, "id", "js_content")?));
    let (piece_end, (tag, _, after)) = page.markup().find_map(of_piece)?;
    let (before_script, is_whole) = inside(tag, after);
    if is_whole {
        return Some((before_script, true));
    }
    let (body, is_whole) = page.html().get(piece_end - after.len()..).map(|rest| inside(tag, rest))?;
    let is_more = || BELOW_THE_BODY.iter().any(|id| find_tag(body, "id", id).is_some());
    if is_whole && !is_more() { Some((body, true)) } else { Some((before_script, false)) }
}

/// The original behind a reprint of 2017 to 2020, which waits in a script until another puts it into the empty `#js_content`.
pub(super) fn template<'a>(page: &Outline<'a>) -> Option<&'a str> {
    // The tag of a script ends the markup before it.
    page.markup().zip(page.scripts()).find_map(|((_, before), (_, script))| {
        let tag = before.get(before.rfind("<script")?..)?;
        let Some((Token::Open { attributes, .. }, _)) = markup::tokens(tag).next() else { return None };
        (attribute(attributes, "id").as_deref() == Some("content_tpl")).then(|| script.trim())
    })
}

/// The text of a share in its own element, where a page was saved after its scripts had run.
pub(super) fn share_text(page: &Outline<'_>) -> Option<String> {
    ["js_text_desc", "js_image_desc", "js_common_share_desc"].iter().find_map(|id| {
        let (tag, _, after) = by_id(page, id)?;
        let (html, _) = inside(tag, after);
        shows_something(html).then(|| html.trim().to_owned())
    })
}

/// Whether markup holds anything that a reader would see.
pub(super) fn shows_something(html: &str) -> bool {
    markup::tokens(html).any(|(token, _)| match token {
        Token::Text(text) => has_words(text),
        Token::Open { name, .. } => MEDIA.iter().any(|media| media.eq_ignore_ascii_case(name)),
        Token::Close { .. } => false,
    })
}

/// Whether a body holds what an article can be without a word, a player, a drawing, a background, a vote, a card, and neither
/// words nor a picture.
pub fn is_wordless(html: &str) -> bool {
    let is_media = |name: &str, attributes: &str| {
        let name = name.to_ascii_lowercase();
        MEDIA.contains(&name.as_str())
            || name.starts_with("mp-common-")
            || has_class(attributes, "video_iframe")
            || background(attributes).is_some()
    };
    let mut found = false;
    for (token, _) in markup::tokens(html) {
        match token {
            Token::Text(text) if has_words(text) => return false,
            Token::Open { name, .. } if name.eq_ignore_ascii_case("img") => return false,
            Token::Open { name, attributes } => found |= is_media(name, attributes),
            Token::Text(_) | Token::Close { .. } => {}
        }
    }
    found
}

/// The pictures that are set as backgrounds or stand in drawings, each once.
pub(super) fn backgrounds(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (token, _) in markup::tokens(html) {
        let Token::Open { name, attributes } = token else { continue };
        let drawn = || if name.eq_ignore_ascii_case("image") { drawn(attributes) } else { None };
        if let Some(url) =
            background(attributes).or_else(drawn).filter(|url| !found.contains(url) && found.len() < MAX_BACKGROUNDS)
        {
            found.push(url);
        }
    }
    found
}

/// The address of the picture behind an element.
fn background(attributes: &str) -> Option<String> {
    let lazy = attribute(attributes, "data-lazy-bgimg").map(std::borrow::Cow::into_owned);
    let styled = || {
        let style = attribute(attributes, "style")?;
        let (_, rest) = style.split_once("background")?;
        let (_, rest) = rest.split_once("url(")?;
        let address = rest.split(')').next()?.trim_matches(['"', '\'', ' ']);
        Some(value::decode_entities(address).trim_matches(['"', '\'']).to_owned())
    };
    lazy.or_else(styled).map(|url| plain_address(&url)).filter(|url| url.starts_with("http"))
}

/// The address of the picture that an element of a drawing shows.
fn drawn(attributes: &str) -> Option<String> {
    let address = attribute(attributes, "href").or_else(|| attribute(attributes, "xlink:href"))?;
    Some(plain_address(&address)).filter(|url| url.starts_with("http"))
}

fn has_words(text: &str) -> bool {
    text.replace("&nbsp;", "").chars().any(|letter| !letter.is_whitespace() && letter != '\u{200B}')
}

/// Elements in which a reader sees something that is no text.
const MEDIA: [&str; 9] =
    ["img", "iframe", "svg", "video", "audio", "mpvoice", "qqmusic", "mp-common-mpaudio", "mp-common-videosnap"];

/// What the elements round the title say: `#activity-name`, `#js_name`, `#publish_time` and their older forms.
pub(super) fn stated(page: &Outline<'_>) -> StatedFacts {
    let mut stated = reprint(page);
    let Some((tag, _, after)) = by_id(page, "activity-name") else { return share(page, stated) };
    let (title, _) = inside(tag, after);
    // A paid article has its mark beside the words of the title.
    let words_alone = find_tag(title, "class", "js_title_inner").map(|(tag, _, after)| inside(tag, after).0);
    stated.title = filled(words(words_alone.unwrap_or(title)));
    let byline = after.get(title.len()..after.floor_char_boundary(title.len() + BYLINE)).unwrap_or_default();
    let byline = find_tag(byline, "id", "js_content")
        .and_then(|(.., rest)| byline.get(..byline.len() - rest.len()))
        .unwrap_or(byline);
    let text = |id: &str| find_tag(byline, "id", id).and_then(|(tag, _, after)| filled(words(inside(tag, after).0)));
    stated.account = account(byline).or_else(|| text("post-user"));
    stated.published = text("publish_time").or_else(|| text("post-date")).as_deref().and_then(beijing_text);
    stated.place = text("js_ip_wording").as_deref().and_then(shown_place);
    stated.author = text("js_author_name").or_else(|| author(byline, stated.account.as_deref()));
    let own = text("copyright_logo").filter(|mark| mark == "原创").map(|_| "original".to_owned());
    stated.copyright = stated.copyright.or(own);
    stated
}

/// What stands round the words of a share that was saved after its scripts had run: its title in a heading without an id, the account
/// above it, day and place below.
fn share(page: &Outline<'_>, stated: StatedFacts) -> StatedFacts {
    let of = |name: &str, word: &str| {
        let (tag, _, after) = page.markup().find_map(|(_, piece)| find_tag(piece, name, word))?;
        filled(words(inside(tag, after).0))
    };
    let Some(account) = of("class", "wx_follow_nickname") else { return stated };
    StatedFacts {
        account: Some(account),
        title: of("class", "rich_media_title"),
        published: of("id", "publish_time").as_deref().and_then(beijing_text),
        place: of("id", "js_ip_wording").as_deref().and_then(shown_place),
        ..stated
    }
}

/// The addresses of the pictures of a share, where its scripts have set them up.
pub(super) fn share_pictures(page: &Outline<'_>) -> Vec<String> {
    let list = by_id(page, "img_list").or_else(|| by_id(page, "js_share_content_page_hd"));
    let Some((tag, _, after)) = list else { return Vec::new() };
    let (list, _) = inside(tag, after);
    let address = |(token, _): (Token<'_>, usize)| match token {
        Token::Open { name, attributes } if name.eq_ignore_ascii_case("img") => {
            let stated = |name: &str| attribute(attributes, name).filter(|value| value.starts_with("http"));
            stated("data-src").or_else(|| stated("src")).map(|url| plain_address(&url))
        }
        _ => None,
    };
    markup::tokens(list).filter_map(address).collect()
}

/// What the panel round a shared article says: who wrote it, where it stands, and the words of who shared it, which a
/// script puts above it.
fn reprint(page: &Outline<'_>) -> StatedFacts {
    let author = by_id(page, "js_share_author").and_then(|(tag, _, after)| filled(words(inside(tag, after).0)));
    let source = by_id(page, "js_share_source").and_then(|(_, attributes, _)| attribute(attributes, "data-url"));
    // An exporter makes a link of the panel's button.
    let link = || {
        let panel = page.markup().find_map(|(_, piece)| find_tag(piece, "class", "original_panel_tool"))?;
        let (_, attributes, _) = find_tag(inside(panel.0, panel.2).0, "class", "weui-link")?;
        attribute(attributes, "href")
    };
    let original_url = source.or_else(|| author.as_ref().and_then(|_| link()));
    let original_url = original_url.map(|url| plain_address(&url)).and_then(filled);
    let Some(original_url) = original_url else { return card_of_source(page) };
    let note = page.scripts().find_map(|(_, script)| {
        let (_, rest) = script.split_once("getElementById('js_share_notice').innerHTML")?;
        // Calls with regular expressions follow, which are no literals.
        let value = cgi::assigned(rest)?.trim_start();
        value.starts_with(['"', '\'']).then_some(())?;
        Cursor::new(value).string()?.stated()
    });
    // After it ran, the words stand in the element.
    let shown = || by_id(page, "js_share_notice").and_then(|(tag, _, after)| filled(words(inside(tag, after).0)));
    StatedFacts {
        original_url: Some(original_url),
        original_source: author,
        sharer_note: note.map(|note| value::decode_entities(&note).into_owned()).or_else(shown),
        copyright: Some("reprint".to_owned()),
        ..StatedFacts::default()
    }
}

/// What stands before the name of the account in the note above a reprint, in the languages of the platform.
const SOURCE_LEADS: [&str; 3] = ["以下文章来源于", "以下文章來源於", "The following article is from"];

/// What stands behind that name: who wrote it.
const AUTHOR_LEADS: [&str; 3] = ["，", ",", " Author "];

/// What a page of today says above a reprint once its scripts ran: `以下文章来源于X ，作者Y`, and the words of who recommends it.
fn card_of_source(page: &Outline<'_>) -> StatedFacts {
    let of = |class: &str| {
        let (tag, _, after) = page.markup().find_map(|(_, piece)| find_tag(piece, "class", class))?;
        Some(inside(tag, after).0)
    };
    let card = of("original_primary_card_tips").map(words).unwrap_or_default();
    let Some(named) = SOURCE_LEADS.iter().find_map(|lead| card.split_once(lead)).map(|(_, rest)| rest) else {
        return StatedFacts::default();
    };
    let end = AUTHOR_LEADS.iter().filter_map(|lead| named.find(lead)).min().unwrap_or(named.len());
    let Some(source) = filled(named.get(..end).unwrap_or_default().trim().to_owned()) else {
        return StatedFacts::default();
    };
    StatedFacts {
        original_source: Some(source),
        sharer_note: of("original_primary_tips").and_then(recommendation),
        copyright: Some("reprint".to_owned()),
        ..StatedFacts::default()
    }
}

/// The words of who recommends a reprint. Their heading, `编者荐语：` or one of the account's own, is a paragraph that ends in
/// a colon.
fn recommendation(tips: &str) -> Option<String> {
    let mut paragraphs = Vec::new();
    for (token, end) in markup::tokens(tips) {
        if let Token::Open { name, .. } = token
            && name.eq_ignore_ascii_case("p")
            && paragraphs.len() < MAX_PARAGRAPHS
        {
            paragraphs.push(words(inside(name, tips.get(end..).unwrap_or_default()).0));
        }
    }
    if paragraphs.is_empty() {
        paragraphs.push(words(tips));
    }
    if paragraphs.len() > 1 && paragraphs.first().is_some_and(|heading| heading.ends_with(['：', ':'])) {
        paragraphs.remove(0);
    }
    let note = paragraphs.join("\n");
    filled(note.trim().trim_start_matches("编者荐语").trim_start_matches(['：', ':']).trim().to_owned())
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The account's name: the link text alone, without the profile card that may be nested in it.
fn account(byline: &str) -> Option<String> {
    let (tag, _, after) = find_tag(byline, "id", "js_name")?;
    filled(words(inside(tag, after).0))
}

/// The byline of the meta list: an entry without id and without link that is neither date, mark nor account.
fn author(byline: &str, account: Option<&str>) -> Option<String> {
    let (tag, _, after) = find_tag(byline, "id", "meta_content")?;
    let (list, _) = inside(tag, after);
    markup::tokens(list).find_map(|(token, end)| {
        let Token::Open { name, attributes } = token else { return None };
        let is_entry =
            has_class(attributes, "rich_media_meta_text") && !has_class(attributes, "rich_media_meta_nickname");
        if !is_entry || attribute(attributes, "id").is_some() {
            return None;
        }
        let text = words(inside(name, list.get(end..)?).0);
        filled(text).filter(|text| beijing_text(text).is_none() && text != "原创" && Some(text.as_str()) != account)
    })
}

/// What the metas in the head say. Their site name is the platform, not the account.
pub(super) fn stated_by_metas(page: &Outline<'_>) -> StatedFacts {
    let mut stated = StatedFacts::default();
    for (offset, piece) in page.markup() {
        if offset > HEAD {
            break;
        }
        for at in memchr::memmem::find_iter(piece.as_bytes(), "<meta").take(MAX_METAS) {
            let Some((Token::Open { attributes, .. }, _)) =
                piece.get(at..piece.floor_char_boundary(at + MAX_META)).and_then(|tag| markup::tokens(tag).next())
            else {
                continue;
            };
            let Some(name) = attribute(attributes, "property").or_else(|| attribute(attributes, "name")) else {
                continue;
            };
            let Some(value) = attribute(attributes, "content").and_then(|value| filled(value.trim().to_owned())) else {
                continue;
            };
            match name.as_ref() {
                "og:title" => stated.title = stated.title.or(Some(value)),
                "og:article:author" | "author" => stated.author = stated.author.or(Some(value)),
                "og:url" => stated.url = stated.url.or_else(|| WeChatLink::parse(&value).map(|link| link.canonical())),
                "og:image" => stated.cover_url = stated.cover_url.or(Some(value)),
                "og:description" | "description" => stated.summary = stated.summary.or(Some(value)),
                _ => {}
            }
        }
    }
    if let Some(link) = stated.url.as_deref().and_then(WeChatLink::parse) {
        stated.biz = filled(link.biz);
        stated.mid = filled(link.mid);
        stated.idx = filled(link.idx);
        stated.sn = filled(link.sn);
    }
    stated
}

/// What the page's own address says.
pub(super) fn stated_by_address(url: &str) -> StatedFacts {
    let Some(link) = WeChatLink::parse(url) else { return StatedFacts::default() };
    StatedFacts {
        url: Some(link.canonical()),
        biz: filled(link.biz),
        mid: filled(link.mid),
        idx: filled(link.idx),
        sn: filled(link.sn),
        ..StatedFacts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "<meta property=\"og:title\" content=\"A &amp; B\"><meta name=\"author\" content=\"\">\
        <meta property=\"og:url\" content=\"https://mp.weixin.qq.com/s?__biz=MzA=&amp;mid=2&amp;idx=1&amp;sn=c&amp;chksm=d#rd\">\
        <div><h2 class=\"rich_media_title\" id=\"activity-name\">\n A &amp; B\n </h2><div id=\"meta_content\" class=\"rich_media_meta_list\">\
        <span id=\"copyright_logo\" class=\"rich_media_meta meta_original_tag\">原创</span>\
        <em id=\"post-date\" class=\"rich_media_meta rich_media_meta_text\">2018-03-20</em>\
        <em class=\"rich_media_meta rich_media_meta_text\">执笔人</em>\
        <a class=\"rich_media_meta rich_media_meta_link rich_media_meta_nickname\" href=\"##\" id=\"post-user\">某号</a>\
        <span class=\"rich_media_meta rich_media_meta_text rich_media_meta_nickname\">某号</span></div>\
        <div class=\"rich_media_content \" id=\"js_content\" style=\"visibility: hidden;\"><div>正文</div><p>二</p></div><p>后</p></div>";

    #[test]
    fn reads_the_byline_of_an_old_page() {
        let page = Outline::new(OLD);
        let stated = stated(&page);
        assert_eq!(stated.title.as_deref(), Some("A & B"));
        assert_eq!(stated.account.as_deref(), Some("某号"));
        assert_eq!(stated.author.as_deref(), Some("执笔人"));
        assert_eq!(stated.published.map(|date| date.to_string()).as_deref(), Some("2018-03-20"));
        assert_eq!(stated.copyright.as_deref(), Some("original"));
        assert_eq!(content(&page), Some(("<div>正文</div><p>二</p>", true)));
    }

    #[test]
    fn a_body_goes_on_behind_a_script_and_ends_before_the_parts_of_the_platform() {
        let body = |inner: &str, behind: &str| {
            format!("<h1>题</h1><div id=\"js_content\"><p>一</p>{inner}</div>{behind}<div>后</div><script>d</script>")
        };
        let script = "<script>if (a < b) { c('</div>'); }</script>";
        let ended = "<div id=\"content_bottom_area\">阅读</div></div>";
        let cases = [
            (body("<p>二</p>", script), "<p>一</p><p>二</p>".to_owned(), true),
            (
                body(&format!("{script}<p>二</p><script>e</script><p>三</p>"), ""),
                format!("<p>一</p>{script}<p>二</p><script>e</script><p>三</p>"),
                true,
            ),
            // Its end tag is missing, so it ends with what surrounds it.
            (
                format!("<div>{}", body(&format!("<div>二{script}"), ended)),
                "<p>一</p><div>二<script>".to_owned(),
                false,
            ),
        ];
        for (html, want, is_whole) in cases {
            assert_eq!(content(&Outline::new(&html)), Some((want.as_str(), is_whole)), "{html}");
        }
    }

    #[test]
    fn reads_the_panel_of_a_reprint() {
        let html = "<h1 id=\"activity-name\">题</h1><p class=\"share_notice\" id=\"js_share_notice\"><script>if (!window.__second_open__) {\
            document.getElementById('js_share_notice').innerHTML = \"好文。\\x0a\\x0a转给 A \\x26amp; B。\".replace(/\\r/g,\"\").replace(/\\n/g,\"<br>\");\
            }</script></p><div id=\"js_share_content\"><div class=\"original_account_nickname\" id=\"js_share_author\"> 远方来信 </div>\
            <div class=\"original_panel_content\" id=\"js_content\"><p>正文</p></div><span id=\"js_share_source\" \
            data-url=\"http://mp.weixin.qq.com/s?__biz=MzB%3D&amp;mid=1&amp;idx=1&amp;sn=a#wechat_redirect\">阅读全文</span></div>";
        let page = Outline::new(html);
        let stated = stated(&page);
        assert_eq!(stated.original_source.as_deref(), Some("远方来信"));
        assert_eq!(stated.sharer_note.as_deref(), Some("好文。\n\n转给 A & B。"));
        assert_eq!(stated.copyright.as_deref(), Some("reprint"));
        let url = stated.original_url.unwrap_or_default();
        assert!(url.starts_with("http://mp.weixin.qq.com/s?__biz=MzB%3D&mid=1&idx=1&sn=a"), "{url}");
        assert_eq!(content(&page), Some(("<p>正文</p>", true)));
    }

    #[test]
    fn the_note_above_a_reprint_is_read_in_every_language() {
        let cases = [
            ("<span>以下文章来源于北岸札记</span><span>，作者原野</span>", "<p>编者荐语：</p><p> 转来看看。</p>"),
            ("<span>以下文章來源於北岸札记</span><span>，作者原野</span>", "<p>推荐理由：</p><p>转来看看。</p>"),
            ("<span>The following article is from 北岸札记</span><span> Author 原野</span>", "编者荐语：转来看看。"),
            ("以下文章来源于北岸札记", "<p>转来看看。</p>"),
        ];
        for (card, note) in cases {
            let html = format!(
                "<div class=\"original_primary_tips\">{note}</div><p class=\"original_primary_card_tips\">{card}</p>\
                 <div id=\"js_content\">"
            );
            let stated = stated(&Outline::new(&html));
            assert_eq!(stated.original_source.as_deref(), Some("北岸札记"), "{card}");
            assert_eq!(stated.sharer_note.as_deref(), Some("转来看看。"), "{note}");
            assert_eq!(stated.copyright.as_deref(), Some("reprint"), "{card}");
        }
    }

    #[test]
    fn the_mark_of_a_paid_article_is_no_part_of_its_title() {
        let html = "<h1 id=\"activity-name\"><span class=\"js_title_inner\">题目</span><span class=\"pay__tag\">已付费</span></h1>";
        assert_eq!(stated(&Outline::new(html)).title.as_deref(), Some("题目"));
    }

    #[test]
    fn reads_metas_and_leaves_empty_ones() {
        let stated = stated_by_metas(&Outline::new(OLD));
        assert_eq!(stated.title.as_deref(), Some("A & B"));
        assert_eq!(stated.author, None);
        assert_eq!(stated.url.as_deref(), Some("https://mp.weixin.qq.com/s?__biz=MzA=&mid=2&idx=1&sn=c"));
        assert_eq!(stated.mid.as_deref(), Some("2"));
    }

    #[test]
    fn an_empty_shell_shows_nothing() {
        for (html, want) in [
            ("", false),
            (" <p><br>&nbsp;</p><!-- x -->\u{200B}", false),
            ("<p>a</p>", true),
            ("<section><img data-src=\"u\"></section>", true),
            ("<style>a{}</style>", false),
        ] {
            assert_eq!(shows_something(html), want, "{html}");
        }
    }
}
