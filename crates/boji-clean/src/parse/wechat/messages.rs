use crate::model::PageState;

/// Longest text, in characters, that is a message and nothing else; with account and reason they have 80.
const MAX_NOTICE: usize = 120;

/// Most bytes that such a text has when a space stands behind each letter.
pub const MAX_NOTICE_BYTES: usize = MAX_NOTICE * 5;

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
    ("violates regulations", PageState::Violation),
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
pub(super) fn state_of(text: &str, in_box: bool) -> Option<(PageState, &'static str)> {
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

    #[test]
    fn words_are_written_as_they_are_compared() {
        for (word, _) in SENTENCES.iter().chain(&WORDS) {
            let message = Message::new(word);
            let compared = if word.is_ascii() { &message.lower } else { &message.without_space };
            assert_eq!(compared, word);
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
