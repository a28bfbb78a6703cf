use super::cgi::Cgi;
use super::literal;
use super::markup::{find_tag, inside, words};
use super::outline::Outline;
use crate::model::{PageState, plain_address};

/// Most characters of visible text that a page without a message box shows when it is a message, hidden words for
/// screen readers among them.
const MAX_VISIBLE: usize = 1_500;

/// Classes of the elements that hold a message, the narrowest first, new and old.
const BOXES: [&str; 9] = [
    "weui-msg__title",
    "weui-msg__text-area",
    "mesg-block",
    "global_error_msg",
    "page_rumor",
    "weui-msg",
    "page_msg",
    "text_area",
    "error_msg",
];

/// Those of them that other pages than WeChat's have too.
const ANYBODYS: [&str; 2] = ["text_area", "error_msg"];

/// What every page of Sogou's search in WeChat has in its title.
pub(super) const SEARCH_TITLE: &str = "搜狗微信搜索";

/// Mentions of the transfer variable looked at.
const MAX_MENTIONS: usize = 8;

/// Longest address of a transfer, its name and quotes included.
const MAX_ADDRESS: usize = 2_048;

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
pub(super) fn judge(page: &Outline<'_>, url: &str, has_body: bool, notice: Option<&Cgi<'_>>) -> (PageState, String) {
    const CAPTCHAS: [&str; 2] = ["/mp/wappoc_appmsgcaptcha", "/antispider"];
    if let Some(captcha) = CAPTCHAS.iter().find(|captcha| path(url).starts_with(*captcha)) {
        return (PageState::Blocked, format!("address {captcha}"));
    }
    if has_body {
        return (PageState::Article, String::new());
    }
    if page.markup_has(SEARCH_TITLE) {
        return (PageState::NotArticle, "search page".into());
    }
    if let Some(marker) = captcha_marker(page) {
        return (PageState::Blocked, marker.into());
    }
    if transfer_target(page).is_some() {
        return (PageState::Migrated, "script variable transferTargetLink".into());
    }
    if let Some((state, word, place)) = message(page) {
        return (state, evidence(page, state, word, place, notice));
    }
    if notice.is_some_and(|notice| notice.value.get("del_reason_id").integer().is_some_and(|id| id > 0)) {
        let violation = PageState::Violation;
        return (violation, evidence(page, violation, "", "cgiData.del_reason_id", notice));
    }
    (PageState::NotArticle, other_page(page, url).into())
}

/// Where the articles of a migrated account went.
pub(super) fn transfer_target(page: &Outline<'_>) -> Option<String> {
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

/// The state that the page's words tell: those of its message box, else all that it shows when that is no more than a
/// message.
fn message(page: &Outline<'_>) -> Option<(PageState, &'static str, &'static str)> {
    boxed(page, &BOXES, true).or_else(|| {
        let visible = visible(page)?;
        state_of(&visible, false).map(|(state, word)| (state, word, "visible text"))
    })
}

/// The state that the words of a message box tell, and its class. `is_wechats`: no other site's page has such boxes.
fn boxed(
    page: &Outline<'_>,
    classes: &[&'static str],
    is_wechats: bool,
) -> Option<(PageState, &'static str, &'static str)> {
    classes.iter().find_map(|class| {
        let (tag, _, after) = page.markup().find_map(|(_, piece)| find_tag(piece, "class", class))?;
        let told = state_of(&words(inside(tag, after).0), is_wechats).map(|(state, word)| (state, word, *class));
        told.or_else(|| (*class == "page_rumor").then_some((PageState::Violation, "page_rumor", *class)))
    })
}

/// The state that a message box tells in a page of which nothing else says that it is WeChat's.
pub(super) fn box_alone(page: &Outline<'_>) -> Option<PageState> {
    let classes: Vec<&'static str> = BOXES.into_iter().filter(|class| !ANYBODYS.contains(class)).collect();
    boxed(page, &classes, false).map(|(state, ..)| state)
}

/// Whether a page shows more words than a message has.
pub(super) fn shows_more_than_a_message(page: &Outline<'_>) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).nth(MAX_MESSAGE).is_some();
    visible(page).is_none_or(|text| letters(&text))
}

/// All that a page shows; `None` when it shows more than a message would.
fn visible(page: &Outline<'_>) -> Option<String> {
    let mut visible = String::new();
    for (_, piece) in page.markup() {
        visible.push_str(&words(piece.get(..piece.floor_char_boundary(MAX_VISIBLE * 8)).unwrap_or(piece)));
        visible.push(' ');
        if visible.len() > MAX_VISIBLE * 3 {
            return None;
        }
    }
    Some(visible)
}

/// Words of evidence: where it was read, and the reason that the platform gives.
fn evidence(page: &Outline<'_>, state: PageState, word: &str, place: &str, notice: Option<&Cgi<'_>>) -> String {
    let told = || {
        let (tag, _, after) = page.markup().find_map(|(_, piece)| find_tag(piece, "class", "tips"))?;
        let reason = words(inside(tag, after).0);
        // A link to the rules follows.
        let reason = reason.split("，查看").next().unwrap_or_default().trim_end_matches('。');
        (state == PageState::Violation && !reason.is_empty()).then(|| reason.to_owned())
    };
    let reason = notice.and_then(|notice| notice.value.get("del_reason").stated()).or_else(told);
    let word = if word.is_empty() { place.to_owned() } else { format!("{place}: {word}") };
    reason.map_or(word.clone(), |reason| format!("{word} ({reason})"))
}

fn other_page(page: &Outline<'_>, url: &str) -> &'static str {
    const MARKS: [(&str, &str); 7] = [
        ("aboutbiz", "account page"),
        ("readtemplate", "account page"),
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

/// Most letters of a page of unknown make that is a message, its buttons and hints among them.
const MAX_MESSAGE: usize = 300;

/// Longest text, in characters, that is a message and nothing else; with account and reason they have 80.
const MAX_NOTICE: usize = 120;

/// Most bytes that such a text has when a space stands behind each letter.
pub const MAX_NOTICE_BYTES: usize = MAX_NOTICE * 5;

/// Longest entry of a feed, in letters, that is a message without a box round it and no short text of the account's.
const MAX_BARE: usize = 60;

/// With which messages begin that do not begin with what they say.
const BEGINNINGS: [&str; 8] = ["该", "該", "此", "本", "the", "this", "your", "unable"];

/// Who quotes a message is no message.
const QUOTES: [char; 7] = ['“', '”', '"', '「', '『', '‘', '《'];

/// Sentences of WeChat's message pages, Chinese without white space, English in lower case, and what they say. They
/// decide wherever a page without a body shows them; the first of this list that occurs counts.
const SENTENCES: [(&str, PageState); 75] = [
    ("环境异常", PageState::Blocked),
    ("環境異常", PageState::Blocked),
    ("完成验证后即可继续访问", PageState::Blocked),
    ("完成驗證後即可繼續訪問", PageState::Blocked),
    ("访问过于频繁", PageState::Blocked),
    ("訪問過於頻繁", PageState::Blocked),
    ("操作过于频繁", PageState::Blocked),
    ("操作频繁，请稍后再试", PageState::Blocked),
    ("请输入验证码", PageState::Blocked),
    ("此验证码用于确认", PageState::Blocked),
    ("请在微信客户端打开链接", PageState::Blocked),
    ("請在微信客戶端打開鏈接", PageState::Blocked),
    ("environment is abnormal", PageState::Blocked),
    ("abnormal environment", PageState::Blocked),
    ("unusual traffic", PageState::Blocked),
    ("unusual activity", PageState::Blocked),
    ("complete verification to continue", PageState::Blocked),
    ("too frequent", PageState::Blocked),
    ("too many requests", PageState::Blocked),
    ("open the link in wechat", PageState::Blocked),
    ("open this link in wechat", PageState::Blocked),
    ("open the link on wechat client", PageState::Blocked),
    ("公众号已迁移", PageState::Migrated),
    ("帐号已迁移", PageState::Migrated),
    ("账号已迁移", PageState::Migrated),
    ("公眾號已遷移", PageState::Migrated),
    ("帳號已遷移", PageState::Migrated),
    ("account has been migrated", PageState::Migrated),
    ("account has migrated", PageState::Migrated),
    ("已被发布者删除", PageState::Deleted),
    ("已被發佈者刪除", PageState::Deleted),
    ("已被作者删除", PageState::Deleted),
    ("已自主注销", PageState::Deleted),
    ("已自主註銷", PageState::Deleted),
    ("帐号已注销", PageState::Deleted),
    ("账号已注销", PageState::Deleted),
    ("deleted by the author", PageState::Deleted),
    ("deleted by its author", PageState::Deleted),
    ("deleted by the publisher", PageState::Deleted),
    ("removed by the author", PageState::Deleted),
    ("account has been deactivated", PageState::Deleted),
    ("因违规无法查看", PageState::Violation),
    ("因違規無法查看", PageState::Violation),
    ("经审核涉嫌侵权", PageState::Violation),
    ("經審核涉嫌侵權", PageState::Violation),
    ("违反相关法律法规", PageState::Violation),
    ("帐号已被屏蔽", PageState::Violation),
    ("账号已被屏蔽", PageState::Violation),
    ("帳號已被屏蔽", PageState::Violation),
    ("已被系统回收", PageState::Violation),
    ("已被停止使用", PageState::Violation),
    ("已停止访问该网页", PageState::Violation),
    ("violates regulation", PageState::Violation),
    ("violation of regulations", PageState::Violation),
    ("due to violation", PageState::Violation),
    ("due to a violation", PageState::Violation),
    ("account has been blocked", PageState::Violation),
    ("suspected of infringement", PageState::Violation),
    ("链接已过期", PageState::Expired),
    ("鏈接已過期", PageState::Expired),
    ("链接已失效", PageState::Expired),
    ("link has expired", PageState::Expired),
    ("link expired", PageState::Expired),
    ("参数错误", PageState::Invalid),
    ("參數錯誤", PageState::Invalid),
    ("parameter error", PageState::Invalid),
    ("invalid parameter", PageState::Invalid),
    ("内容暂时无法查看", PageState::Unavailable),
    ("內容暫時無法查看", PageState::Unavailable),
    ("发送失败无法查看", PageState::Unavailable),
    ("系统出错", PageState::Unavailable),
    ("系统繁忙", PageState::Unavailable),
    ("系統繁忙", PageState::Unavailable),
    ("temporarily unavailable", PageState::Unavailable),
    ("cannot be viewed", PageState::Unavailable),
];

/// Words that decide only inside of a message box, for elsewhere they mean many things.
const WORDS: [(&str, PageState); 40] = [
    ("验证", PageState::Blocked),
    ("驗證", PageState::Blocked),
    ("频繁", PageState::Blocked),
    ("頻繁", PageState::Blocked),
    ("verif", PageState::Blocked),
    ("frequent", PageState::Blocked),
    ("迁移", PageState::Migrated),
    ("遷移", PageState::Migrated),
    ("migrated", PageState::Migrated),
    ("违规", PageState::Violation),
    ("違規", PageState::Violation),
    ("违反", PageState::Violation),
    ("違反", PageState::Violation),
    ("侵权", PageState::Violation),
    ("侵權", PageState::Violation),
    ("投诉", PageState::Violation),
    ("投訴", PageState::Violation),
    ("屏蔽", PageState::Violation),
    ("封禁", PageState::Violation),
    ("冻结", PageState::Violation),
    ("停止使用", PageState::Violation),
    ("violat", PageState::Violation),
    ("infring", PageState::Violation),
    ("删除", PageState::Deleted),
    ("刪除", PageState::Deleted),
    ("注销", PageState::Deleted),
    ("註銷", PageState::Deleted),
    ("deleted", PageState::Deleted),
    ("过期", PageState::Expired),
    ("過期", PageState::Expired),
    ("失效", PageState::Expired),
    ("expired", PageState::Expired),
    ("不存在", PageState::Invalid),
    ("parameter", PageState::Invalid),
    ("not exist", PageState::Invalid),
    ("无法查看", PageState::Unavailable),
    ("無法查看", PageState::Unavailable),
    ("unavailable", PageState::Unavailable),
    ("unable to view", PageState::Unavailable),
    ("error", PageState::Unavailable),
];

/// Sentences that nobody but WeChat writes: by them its message is known wherever it was saved.
const OWN: [&str; 9] = [
    "完成验证后即可继续访问",
    "完成驗證後即可繼續訪問",
    "内容已被发布者删除",
    "內容已被發佈者刪除",
    "内容因违规无法查看",
    "內容因違規無法查看",
    "内容暂时无法查看",
    "公众号已迁移",
    "请在微信客户端打开链接",
];

/// The state that a message tells, and the words that say so. `in_box`: the text is all that a message box shows.
fn state_of(text: &str, in_box: bool) -> Option<(PageState, &'static str)> {
    let message = Message::new(text);
    let found = message.find(&SENTENCES);
    if in_box { found.or_else(|| message.find(&WORDS)) } else { found }
}

/// The state of a text that is one of WeChat's messages and nothing else, as readers and archives save it in the place
/// of an article.
pub fn notice(text: &str) -> Option<(PageState, &'static str)> {
    if text.contains(QUOTES) || text.chars().filter(|letter| !letter.is_whitespace()).nth(MAX_NOTICE).is_some() {
        return None;
    }
    let message = Message::new(text);
    OWN.iter().any(|own| message.without_space.contains(own)).then(|| message.find(&SENTENCES)).flatten()
}

/// The state of an entry of a feed that leads to an article of WeChat and holds its message instead, with the words that say
/// so: in a box, or bare. `shown` is all that the entry shows.
pub fn entry_notice(html: &str, shown: &str) -> Option<(PageState, String)> {
    let page = Outline::new(html);
    if !shows_more_than_a_message(&page)
        && let Some((state, word, place)) = boxed(&page, &BOXES, true)
    {
        return Some((state, evidence(&page, state, word, place, None)));
    }
    let is_short = shown.chars().filter(|letter| !letter.is_whitespace()).nth(MAX_BARE).is_none();
    if shown.contains(QUOTES) || !is_short {
        return None;
    }
    let message = Message::new(shown);
    let (state, word) = message.find(&SENTENCES)?;
    let text = message.lower.trim_start();
    let begins = message.without_space.starts_with(word)
        || [word].iter().chain(&BEGINNINGS).any(|beginning| text.starts_with(beginning));
    (begins || state == PageState::Blocked).then(|| (state, format!("text: {word}")))
}

/// A text as the tables are written: markup may part any two Han characters.
struct Message {
    lower: String,
    without_space: String,
}

impl Message {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        Self { without_space: lower.split_whitespace().collect(), lower }
    }

    fn find(&self, words: &[(&'static str, PageState)]) -> Option<(PageState, &'static str)> {
        let holds = |word: &str| if word.is_ascii() { &self.lower } else { &self.without_space }.contains(word);
        words.iter().find(|(word, _)| holds(word)).map(|(word, state)| (*state, *word))
    }
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
            ("<h2 class=\"weui-msg__title\">该内容<span>已被</span>发布者删除</h2>", PageState::Deleted),
            ("<h2 class=\"weui-msg__title\">該內容已被發佈者刪除</h2>", PageState::Deleted),
            ("<h2 class=\"weui-msg__title\">This account has been deactivated</h2>", PageState::Deleted),
            (
                "<h2 class=\"weui-msg__title\">Unable to view this content because it violates regulations</h2>",
                PageState::Violation,
            ),
            ("<h2 class=\"weui-msg__title\">此内容因涉嫌违反相关法律法规和政策发送失败</h2>", PageState::Violation),
            ("<h2 class=\"weui-msg__title\">该帐号已被封禁</h2>", PageState::Violation),
            ("<h2 class=\"weui-msg__title\">The link has expired</h2>", PageState::Expired),
            ("<h2 class=\"weui-msg__title\">Invalid parameters</h2>", PageState::Invalid),
            ("<h2 class=\"weui-msg__title\">链接不存在</h2>", PageState::Invalid),
            ("<h2 class=\"weui-msg__title\">This Official Account has been migrated</h2>", PageState::Migrated),
            ("<div class=\"mesg-block\"><p>This content is temporarily unavailable</p></div>", PageState::Unavailable),
            (
                "<div class=\"page_msg\"><div class=\"inner\"><h4 class=\"text_area\">此内容被投诉并经审核侵犯权利</h4></div></div>",
                PageState::Violation,
            ),
            ("<h2 class=\"weui-msg__title\">Visits are too frequent</h2>", PageState::Blocked),
            ("<title>环境异常 的相关微信公众号文章 – 搜狗微信搜索</title><p>环境异常</p>", PageState::NotArticle),
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
    fn a_page_that_shows_much_is_no_message() {
        let list = format!("<p>环境异常</p>{}", "<p>一列文章的题目和一句话</p>".repeat(400));
        assert_eq!(state(&list), PageState::NotArticle);
    }

    #[test]
    fn the_reason_is_told_where_a_page_has_it() {
        let html = "<h2 class=\"weui-msg__title\">此内容因违规无法查看</h2><p class=\"tips\">由用户投诉并经平台审核，涉嫌夸大，查看<a>对应规则</a></p>";
        let (_, evidence) = judge(&Outline::new(html), "", false, None);
        assert_eq!(evidence, "weui-msg__title: 因违规无法查看 (由用户投诉并经平台审核，涉嫌夸大)");
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

    #[test]
    fn words_are_written_as_they_are_compared() {
        for (word, _) in SENTENCES.iter().chain(&WORDS) {
            let message = Message::new(word);
            let compared = if word.is_ascii() { &message.lower } else { &message.without_space };
            assert_eq!(compared, word);
        }
    }

    #[test]
    fn an_entry_that_is_a_message_is_known_by_its_box_or_by_its_first_words() {
        let state = |html: &str| entry_notice(html, &words(html)).map(|(state, _)| state);
        let cases = [
            ("<div class=\"weui-msg\"><h2 class=\"weui-msg__title\">参数错误</h2></div>", Some(PageState::Invalid)),
            ("<p>链接已过期</p>", Some(PageState::Expired)),
            ("<p>访问过于频繁，请用微信扫描二维码进行访问</p>", Some(PageState::Blocked)),
            ("<p>此帐号已被屏蔽, 内容无法查看</p>", Some(PageState::Violation)),
            ("<p>The content has been deleted by the author.</p>", Some(PageState::Deleted)),
            ("<p>Unable to view this content because it violates regulation</p>", Some(PageState::Violation)),
            ("<p>上一篇里的链接已失效，新的写在这里。</p>", None),
            ("<p>他说：“参数错误”。</p>", None),
            (
                "<p>参数错误的时候，先看表头；表头对了再看行数，行数也对，就去问抄表的人，抄表的人多半记得那一天发生过什么，也记得为什么改过数。</p>",
                None,
            ),
        ];
        for (html, want) in cases {
            assert_eq!(state(html), want, "{html}");
        }
    }

    #[test]
    fn a_text_that_is_only_a_message_is_no_article() {
        let captcha = "环境异常\n当前环境异常，完成验证后即可继续访问。\n去验证";
        assert_eq!(notice(captcha), Some((PageState::Blocked, "环境异常")));
        assert_eq!(notice("该内容 已被发布者 删除"), Some((PageState::Deleted, "已被发布者删除")));
        assert_eq!(notice("他打开一看：“该内容已被发布者删除”。"), None, "a quotation");
        let story = format!("{}他打开一看，该内容已被发布者删除。", "河水很慢，桥也很慢。".repeat(12));
        assert_eq!(notice(&story), None, "a story that quotes it is one");
        assert_eq!(notice("系统繁忙时要少开窗口。"), None, "words that anybody writes");
    }
}
