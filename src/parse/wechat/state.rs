use super::{
    cgi::Cgi,
    literal,
    markup::{find_tag, inside, words},
    outline::Outline,
};
use crate::model::{PageState, plain_address};

/// Characters of visible text looked at when a page without a body shows no message box.
const MAX_VISIBLE: usize = 4_000;

/// Mentions of the transfer variable looked at.
const MAX_MENTIONS: usize = 8;

/// Longest address of a transfer, its name and quotes included.
const MAX_ADDRESS: usize = 2_048;

/// Sentences of WeChat's message pages, Chinese and English (lower case), and what they say. They decide wherever a page
/// without a body shows them; the first that occurs counts.
const SENTENCES: [(&str, PageState); 34] = [
    ("环境异常", PageState::Blocked),
    ("環境異常", PageState::Blocked),
    ("完成验证后即可继续访问", PageState::Blocked),
    ("访问过于频繁", PageState::Blocked),
    ("訪問過於頻繁", PageState::Blocked),
    ("操作过于频繁", PageState::Blocked),
    ("请输入验证码", PageState::Blocked),
    ("请在微信客户端打开链接", PageState::Blocked),
    ("environment is abnormal", PageState::Blocked),
    ("unusual traffic", PageState::Blocked),
    ("too frequent", PageState::Blocked),
    ("公众号已迁移", PageState::Migrated),
    ("帐号已迁移", PageState::Migrated),
    ("账号已迁移", PageState::Migrated),
    ("已被发布者删除", PageState::Deleted),
    ("已被發佈者刪除", PageState::Deleted),
    ("已自主注销", PageState::Deleted),
    ("deleted by the author", PageState::Deleted),
    ("因违规无法查看", PageState::Violation),
    ("因違規無法查看", PageState::Violation),
    ("经审核涉嫌侵权", PageState::Violation),
    ("帐号已被屏蔽", PageState::Violation),
    ("账号已被屏蔽", PageState::Violation),
    ("已被系统回收", PageState::Violation),
    ("链接已过期", PageState::Expired),
    ("鏈接已過期", PageState::Expired),
    ("link has expired", PageState::Expired),
    ("参数错误", PageState::Invalid),
    ("參數錯誤", PageState::Invalid),
    ("parameter error", PageState::Invalid),
    ("该内容暂时无法查看", PageState::Unavailable),
    ("发送失败无法查看", PageState::Unavailable),
    ("系统出错", PageState::Unavailable),
    ("系统繁忙", PageState::Unavailable),
];

/// Words that decide only inside of a message box, for elsewhere they mean many things.
const WORDS: [(&str, PageState); 23] = [
    ("验证", PageState::Blocked),
    ("频繁", PageState::Blocked),
    ("verif", PageState::Blocked),
    ("迁移", PageState::Migrated),
    ("migrated", PageState::Migrated),
    ("删除", PageState::Deleted),
    ("注销", PageState::Deleted),
    ("deleted", PageState::Deleted),
    ("违规", PageState::Violation),
    ("違規", PageState::Violation),
    ("违反", PageState::Violation),
    ("侵权", PageState::Violation),
    ("投诉", PageState::Violation),
    ("屏蔽", PageState::Violation),
    ("停止使用", PageState::Violation),
    ("violat", PageState::Violation),
    ("过期", PageState::Expired),
    ("失效", PageState::Expired),
    ("expired", PageState::Expired),
    ("parameter", PageState::Invalid),
    ("无法查看", PageState::Unavailable),
    ("unavailable", PageState::Unavailable),
    ("error", PageState::Unavailable),
];

/// Paths of pages that are about articles and are none.
const OTHER_PAGES: [(&str, &str); 8] = [
    ("/mp/appmsgalbum", "album page"),
    ("/mp/homepage", "account home page"),
    ("/mp/profile_ext", "profile page"),
    ("/mp/aboutbiz", "account page"),
    ("/profile", "profile page"),
    ("/mp/searchpage", "search page"),
    ("/mp/readtemplate", "account page"),
    ("/weixin", "search page"),
];

/// What the page turned out to be, and the marker that says so ("" for an article).
///
/// Where the captcha sends its reader decides before anything else. Everything written in the page counts only when
/// the page has no body, for a real article may quote every word of it.
pub fn judge(page: &Outline<'_>, url: &str, has_body: bool, notice: Option<&Cgi<'_>>) -> (PageState, String) {
    const CAPTCHAS: [&str; 2] = ["/mp/wappoc_appmsgcaptcha", "/antispider"];
    if let Some(captcha) = CAPTCHAS.iter().find(|captcha| path(url).starts_with(*captcha)) {
        return (PageState::Blocked, format!("address {captcha}"));
    }
    if has_body {
        return (PageState::Article, String::new());
    }
    if let Some(marker) = captcha_marker(page) {
        return (PageState::Blocked, marker.into());
    }
    if transfer_target(page).is_some() {
        return (PageState::Migrated, "script variable transferTargetLink".into());
    }
    if let Some((state, word, place)) = message(page) {
        return (state, evidence(word, place, notice));
    }
    if notice.is_some_and(|notice| notice.value.get("del_reason_id").integer().is_some_and(|id| id > 0)) {
        return (PageState::Violation, evidence("", "cgiData.del_reason_id", notice));
    }
    (PageState::NotArticle, other_page(page, url).into())
}

/// Where the articles of a migrated account went.
pub fn transfer_target(page: &Outline<'_>) -> Option<String> {
    const NAME: &str = "transferTargetLink";
    page.scripts().find_map(|(_, script)| {
        memchr::memmem::find_iter(script.as_bytes(), NAME).take(MAX_MENTIONS).find_map(|at| {
            let rest = script.get(at + NAME.len()..script.floor_char_boundary(at + MAX_ADDRESS))?;
            let value = rest.trim_start().strip_prefix(['=', ':'])?;
            let address = plain_address(&literal::parse(value)?.value.text());
            address.starts_with("http").then_some(address)
        })
    })
}

/// The marks of the verification page. Its shell shows no word of it.
fn captcha_marker(page: &Outline<'_>) -> Option<&'static str> {
    const IN_SCRIPT: [&str; 3] = ["secitptpage/verify", "poc_token", "wappoc_appmsgcaptcha"];
    const IN_MARKUP: [&str; 3] = ["secitptpage/verify", "TCaptcha.js", "js_verify"];
    IN_SCRIPT
        .into_iter()
        .find(|marker| page.script_has(marker))
        .or_else(|| IN_MARKUP.into_iter().find(|marker| page.markup_has(marker)))
}

/// The state that the page's words tell: those of its message box, else its title, else all that it shows.
fn message(page: &Outline<'_>) -> Option<(PageState, &'static str, &'static str)> {
    const BOXES: [&str; 5] = ["weui-msg__title", "weui-msg__text-area", "mesg-block", "global_error_msg", "page_rumor"];
    for class in BOXES {
        let found = page.markup().find_map(|(_, piece)| find_tag(piece, "class", class));
        let Some((tag, _, after)) = found else { continue };
        let text = words(inside(tag, after).0).to_lowercase();
        if let Some((word, state)) = state_of(&text, &SENTENCES).or_else(|| state_of(&text, &WORDS)) {
            return Some((state, word, class));
        }
        if class == "page_rumor" {
            return Some((PageState::Violation, "page_rumor", class));
        }
    }
    let mut visible = String::new();
    for (_, piece) in page.markup() {
        visible.push_str(&words(piece.get(..piece.floor_char_boundary(MAX_VISIBLE * 8)).unwrap_or(piece)));
        visible.push(' ');
        if visible.len() > MAX_VISIBLE * 3 {
            break;
        }
    }
    state_of(&visible.to_lowercase(), &SENTENCES).map(|(word, state)| (state, word, "visible text"))
}

fn state_of(text: &str, words: &[(&'static str, PageState)]) -> Option<(&'static str, PageState)> {
    words.iter().copied().find(|(word, _)| text.contains(word))
}

fn evidence(word: &str, place: &str, notice: Option<&Cgi<'_>>) -> String {
    let reason = notice.and_then(|notice| notice.value.get("del_reason").stated());
    let word = if word.is_empty() { place.to_owned() } else { format!("{place}: {word}") };
    reason.map_or(word.clone(), |reason| format!("{word} ({reason})"))
}

fn other_page(page: &Outline<'_>, url: &str) -> &'static str {
    const MARKS: [(&str, &str); 5] = [
        ("appmsgalbum", "album page"),
        ("getalbum_resp", "album page"),
        ("msgList", "profile page"),
        ("profile_ext", "profile page"),
        ("homepage", "account home page"),
    ];
    let path = path(url);
    if let Some((_, name)) = OTHER_PAGES.iter().find(|(start, _)| path.starts_with(start)) {
        return name;
    }
    let kind = page.scripts().find_map(|(_, script)| {
        script.split_once("PAGE_MID").map(|(_, rest)| rest.get(..rest.floor_char_boundary(80)).unwrap_or(rest))
    });
    MARKS
        .iter()
        .find(|(mark, _)| kind.is_some_and(|kind| kind.contains(mark)) || page.script_has(&format!("var {mark} = ")))
        .map_or("empty shell", |(_, name)| name)
}

/// The path of an address.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    path.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(html: &str) -> PageState {
        judge(&Outline::new(html), "", false, None).0
    }

    #[test]
    fn every_message_has_its_state() {
        let cases = [
            ("<div class=\"weui-msg__title warn\">该内容已被发布者删除</div>", PageState::Deleted),
            (
                "<div class=\"weui-msg__title warn\">The content has been deleted by the author.</div>",
                PageState::Deleted,
            ),
            ("<h2 class='weui-msg__title title'>\n此内容因违规无法查看\n</h2>", PageState::Violation),
            ("<h2 class='weui-msg__title'>此内容被投诉且经审核涉嫌侵权，无法查看</h2>", PageState::Violation),
            ("<h2 class='weui-msg__title'>此帐号已被屏蔽, 内容无法查看</h2>", PageState::Violation),
            ("<h2 class='weui-msg__title'>此帐号已自主注销，内容无法查看</h2>", PageState::Deleted),
            ("<div class=\"weui-msg__title warn\">参数错误</div>", PageState::Invalid),
            ("<h2 class=\"weui-msg__title\">链接已过期 </h2>", PageState::Expired),
            (
                "<title>该内容暂时无法查看</title><div class=\"mesg-block\"><p>该内容暂时无法查看</p></div>",
                PageState::Unavailable,
            ),
            ("<p class=\"weui-msg__title\">此内容发送失败无法查看</p>", PageState::Unavailable),
            ("<p class=\"tips global_error_msg\">系统出错</p>", PageState::Unavailable),
            ("<div class=\"page_rumor\">此文章已被识别</div>", PageState::Violation),
            ("<h2 class=\"weui-msg__title\">该公众号已迁移</h2>", PageState::Migrated),
            ("<script>var transferTargetLink = 'https://mp.weixin.qq.com/s/x';</script>", PageState::Migrated),
            ("<script>var transferTargetLink = '';</script>", PageState::NotArticle),
            ("<p>访问过于频繁，请用微信扫描二维码进行访问</p>", PageState::Blocked),
            ("<h2>环境异常</h2><a id=\"js_verify\">去验证</a>", PageState::Blocked),
            (
                "<script>var PAGE_MID='mmbizwap:secitptpage/verify.html';</script><div class=\"weui-msg\"></div>",
                PageState::Blocked,
            ),
            ("<script src=\"https://captcha.gtimg.com/TCaptcha.js\"></script>", PageState::Blocked),
            ("<p>为了保护你的网络安全，请输入验证码</p>", PageState::Blocked),
            ("<p>违规记录：无</p>", PageState::NotArticle),
            ("<script>window.cgiData = { poc_token : \"x\" }</script>", PageState::Blocked),
            ("<div class=\"weui-msg\"></div>", PageState::NotArticle),
        ];
        for (html, want) in cases {
            assert_eq!(state(html), want, "{html}");
        }
    }

    #[test]
    fn words_do_not_count_beside_a_body() {
        let html = "<div class=\"weui-msg__title\">该内容已被发布者删除</div><script>poc_token TCaptcha.js</script>";
        assert_eq!(judge(&Outline::new(html), "", true, None).0, PageState::Article);
        let captcha = "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x&target_url=y";
        assert_eq!(judge(&Outline::new(html), captcha, true, None).0, PageState::Blocked);
    }

    #[test]
    fn other_pages_are_told_by_their_path() {
        let judged = |url: &str| judge(&Outline::new("<p></p>"), url, false, None);
        assert_eq!(
            judged("https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum"),
            (PageState::NotArticle, "album page".into())
        );
        assert_eq!(judged("https://mp.weixin.qq.com/mp/profile_ext?x"), (PageState::NotArticle, "profile page".into()));
        assert_eq!(judged("https://mp.weixin.qq.com/s/x"), (PageState::NotArticle, "empty shell".into()));
    }
}
