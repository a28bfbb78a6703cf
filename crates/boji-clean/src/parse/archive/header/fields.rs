use super::words::{address, plain};
use crate::model::{Date, Facts, WeChatLink};
use crate::parse::date::parse_date;

/// Most characters of a name in a header line; what is longer is a sentence.
const MAX_NAME: usize = 40;
/// Most characters of a date with its weekday, and of a place.
const MAX_DATE: usize = 48;
const MAX_PLACE: usize = 20;

/// What a key of a header says of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Field {
    Title,
    Account,
    /// An account by a word that only WeChat has.
    WeChatAccount,
    Author,
    /// The medium by its name, or the article's address.
    Source,
    Published,
    Modified,
    /// When the file was made, which is when the article was published only if nothing better is said.
    Created,
    Place,
    Address,
    Cover,
    Summary,
    Tags,
    Language,
    License,
    Copyright,
    /// What the program that saved the article says of its own work or of the day: nothing of the article's own.
    Saver,
}

/// The keys of each field in lower case and without blanks, as converters, clippers and archivers write them. `true`
/// for those that speak of a published text; the others stand in notices and recipes too.
const KEYS: [(Field, bool, &[&str]); 17] = [
    (Field::Title, true, &["title", "标题", "標題", "原文标题", "原文標題", "文章标题", "文章標題"]),
    (
        Field::Account,
        true,
        &[
            "文章作者",
            "账号",
            "帳號",
            "account",
            "account_name",
            "accountname",
            "nickname",
            "mp_name",
            "mpname",
            "source_name",
            "sourcename",
            "site",
            "sitename",
            "site_name",
            "website",
            "publisher",
        ],
    ),
    (
        Field::WeChatAccount,
        true,
        &[
            "来源公众号",
            "来源账号",
            "原文公众号",
            "公众号",
            "公眾號",
            "公众号名称",
            "公众号名",
            "微信公众号",
            "微信公眾號",
            "公号",
        ],
    ),
    (Field::Author, true, &["作者", "author", "authors", "byline", "撰文", "by", "creator"]),
    (
        Field::Source,
        true,
        &["来源", "來源", "文章来源", "文章來源", "原文来源", "source", "from", "来自", "來自", "出处", "出處"],
    ),
    (
        Field::Published,
        true,
        &[
            "发布时间",
            "發布時間",
            "發佈時間",
            "发布日期",
            "發布日期",
            "發佈日期",
            "发表时间",
            "發表時間",
            "发表日期",
            "发布于",
            "原文发布于",
            "原文发布时间",
            "发表于",
            "发布",
            "date",
            "published",
            "pubdate",
            "publishdate",
            "publish_date",
            "publish_time",
            "publishtime",
            "publishdate",
            "published_at",
            "date_published",
            "date_publish",
            "publishedat",
            "publishedon",
            "datepublished",
            "pubtime",
        ],
    ),
    (Field::Published, false, &["日期", "时间", "時間", "time"]),
    (
        Field::Modified,
        true,
        &[
            "更新时间",
            "更新時間",
            "修改时间",
            "修改時間",
            "更新",
            "updated",
            "modified",
            "lastmod",
            "last_modified",
            "datemodified",
        ],
    ),
    (Field::Created, false, &["created", "创建时间", "創建時間", "创建日期", "createdat", "created_at"]),
    (Field::Place, true, &["发布地", "發佈地", "发布地点", "ip属地", "ip屬地", "属地", "place", "location"]),
    (
        Field::Address,
        true,
        &[
            "原文链接",
            "原文鏈接",
            "原文連結",
            "原文地址",
            "原文网址",
            "原文網址",
            "原文url",
            "原文",
            "原始链接",
            "原始地址",
            "原始网址",
            "文章链接",
            "文章鏈接",
            "文章連結",
            "文章地址",
            "文章网址",
            "文章url",
            "微信链接",
            "阅读原文",
            "查看原文",
            "source_url",
            "sourceurl",
            "article_url",
            "articleurl",
            "canonical",
            "canonical_url",
            "canonicalurl",
            "permalink",
            "original",
            "originalurl",
            "original_url",
            "originallink",
            "origin",
            "readoriginal",
            "vieworiginal",
        ],
    ),
    (Field::Address, false, &["链接", "鏈接", "連結", "网址", "網址", "地址", "url", "link", "href"]),
    (
        Field::Cover,
        true,
        &[
            "封面图链接",
            "封面图",
            "封面圖",
            "封面",
            "cover",
            "cover_image",
            "coverimage",
            "image",
            "thumbnail",
            "banner",
        ],
    ),
    (Field::Summary, true, &["摘要", "简介", "簡介", "description", "summary", "excerpt", "digest"]),
    (
        Field::Tags,
        false,
        &[
            "标签",
            "標籤",
            "tags",
            "tag",
            "category",
            "categories",
            "keywords",
            "分类",
            "分類",
            "关键词",
            "關鍵詞",
            "合集",
            "专辑",
            "album",
        ],
    ),
    (Field::Language, false, &["lang", "language"]),
    (Field::License, true, &["license"]),
];

/// More keys, of what is nothing of the article's own.
const SAVER_KEYS: [&str; 72] = [
    "archived",
    "本文抓取时间",
    "本文采集时间",
    "爬取时间",
    "爬取時間",
    "收录日期",
    "收录时间",
    "文章编号",
    "文章編號",
    "编号",
    "date_saved",
    "剪藏来源",
    "抓取时间",
    "抓取時間",
    "采集时间",
    "下载时间",
    "下載時間",
    "保存时间",
    "保存時間",
    "收藏时间",
    "收藏于",
    "导出时间",
    "導出時間",
    "存档时间",
    "归档时间",
    "剪藏时间",
    "剪藏于",
    "转换时间",
    "生成时间",
    "入库时间",
    "阅读量",
    "閱讀量",
    "阅读数",
    "阅读",
    "閱讀",
    "点赞",
    "点赞数",
    "點贊",
    "在看",
    "在看数",
    "评论",
    "评论数",
    "留言",
    "留言数",
    "转发",
    "分享",
    "收藏",
    "喜欢",
    "字数",
    "字數",
    "全文字数",
    "阅读时长",
    "阅读时间",
    "预计阅读",
    "本文字数",
    "图片数",
    "id",
    "文章id",
    "aid",
    "mid",
    "biz",
    "idx",
    "appmsgid",
    "wordcount",
    "word_count",
    "words",
    "readingtime",
    "read_count",
    "saved",
    "savedat",
    "clipped",
    "fetched",
];

/// What a key means, and whether it speaks of a published text. `None` for a key that no header is known to have.
pub(in crate::parse) fn field(key: &str) -> Option<(Field, bool)> {
    let key = folded(key);
    let known = KEYS.iter().find(|(_, _, keys)| keys.contains(&key.as_str())).map(|(field, own, _)| (*field, *own));
    let copyright = matches!(key.as_str(), "版权" | "版權" | "原创" | "原創" | "copyright" | "是否原创");
    known
        .or_else(|| copyright.then_some((Field::Copyright, false)))
        .or_else(|| SAVER_KEYS.contains(&key.as_str()).then_some((Field::Saver, false)))
}

/// A key without blanks, small, and without what decorates it.
fn folded(key: &str) -> String {
    let is_own = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-');
    key.chars().filter(is_own).filter(|c| *c != '-').flat_map(char::to_lowercase).collect()
}

impl Field {
    /// Whether a header line may say this value: a date where a date belongs, a name and no sentence for a name.
    pub(super) fn takes(self, value: &str) -> bool {
        let shown = plain(value);
        let is_name =
            !shown.is_empty() && shown.chars().count() <= MAX_NAME && !shown.contains(['。', '！', '？', '!', '?']);
        match self {
            Self::Account | Self::WeChatAccount | Self::Author => is_name && !shown.contains("://"),
            Self::Source => address(value).is_some() || is_name,
            Self::Published | Self::Modified | Self::Created => {
                shown.chars().count() <= MAX_DATE && date(&shown).is_some()
            }
            Self::Place => shown.chars().count() <= MAX_PLACE,
            Self::Address => address(value).is_some(),
            Self::Cover => value.contains("http") || value.trim().is_empty(),
            Self::Copyright => {
                matches!(&*shown, "原创" | "原創" | "是" | "否" | "转载" | "轉載" | "original" | "true" | "false")
            }
            Self::Title | Self::Summary | Self::Tags | Self::Language | Self::License | Self::Saver => true,
        }
    }

    /// Sets what the value says, `shown` being its words without markup; what is empty says nothing, and what is set
    /// already stays.
    pub(super) fn set(self, facts: &mut Facts, value: &str, shown: &str) {
        let words = || filled(shown);
        match self {
            Self::Title => fill(&mut facts.title, words),
            Self::Account | Self::WeChatAccount => fill(&mut facts.account, || filled(account_of(shown))),
            Self::Author => set_author(facts, shown),
            Self::Source => set_source(facts, value, shown),
            Self::Published | Self::Created => fill(&mut facts.published, || date(shown)),
            Self::Modified => fill(&mut facts.modified, || date(shown)),
            Self::Place => fill(&mut facts.place, || words().filter(|place| place != "未知地区" && place != "未知")),
            Self::Address => fill(&mut facts.url, || address(value)),
            Self::Cover => fill(&mut facts.cover_url, || address(value)),
            Self::Summary => fill(&mut facts.summary, words),
            Self::Tags => facts.tags.extend(words()),
            Self::Language => fill(&mut facts.language, words),
            Self::License => fill(&mut facts.license, words),
            Self::Copyright => {
                let is_original = matches!(shown, "原创" | "原創" | "是" | "original" | "true");
                fill(&mut facts.copyright, || is_original.then(|| "original".to_owned()));
            }
            Self::Saver => {}
        }
    }
}

fn fill<T>(field: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if field.is_none() {
        *field = value();
    }
}

/// `芦花（公众号：渡口夜航）` names both the author and the account.
fn set_author(facts: &mut Facts, value: &str) {
    let inner = value.trim_end_matches([')', '）']).rsplit_once(['(', '（']).filter(|_| value.ends_with([')', '）']));
    let account = inner.and_then(|(author, inner)| Some((author, inner.split_once([':', '：'])?)));
    match account.filter(|(_, (key, _))| matches!(field(key), Some((Field::Account | Field::WeChatAccount, _)))) {
        Some((author, (_, account))) => {
            facts.authors.extend(filled(author));
            fill(&mut facts.account, || filled(account_of(account)));
        }
        None => facts.authors.extend(filled(value)),
    }
}

/// A name, an address, or a name with an address behind it. What only says that it comes from WeChat names nobody.
fn set_source(facts: &mut Facts, value: &str, shown: &str) {
    if let Some(address) = address(value) {
        fill(&mut facts.url, || Some(address));
    }
    let name = account_of(shown);
    if !shown.contains("://") && !is_platform(name) && !name.contains("mp.weixin.qq.com") {
        fill(&mut facts.account, || filled(name));
    }
}

/// `微信公众号「渡口夜航」`, `公众号：渡口夜航`, `「渡口夜航」公众号` and `渡口夜航（微信公众号）` name an account. Where no bracket and no sign
/// parts the kind from a name it belongs to it: 微信派 is called so.
pub(super) fn account_of(value: &str) -> &str {
    const KINDS: [&str; 6] = ["微信公众号", "微信公眾號", "公众号", "公眾號", "公众账号", "微信"];
    let parts = |c: char| matches!(c, ':' | '：' | '-' | '|' | '(' | ')' | '（' | '）') || c.is_whitespace();
    let value = value.trim();
    if let Some((before, inner)) = value.split_once(['「', '『', '《', '“'])
        && let Some((name, behind)) = inner.split_once(['」', '』', '》', '”'])
    {
        let before = before.trim_matches(parts);
        let is_kind = before.is_empty() || KINDS.contains(&before);
        if is_kind && (behind.is_empty() || KINDS.iter().any(|kind| behind.trim_start_matches(parts).starts_with(kind)))
        {
            return name.trim();
        }
    }
    let behind = KINDS.iter().find_map(|kind| value.strip_prefix(kind).filter(|rest| rest.starts_with(parts)));
    let name = behind.unwrap_or(value).trim_matches(|c: char| parts(c) && !matches!(c, '(' | ')' | '（' | '）'));
    let before = KINDS
        .iter()
        .find_map(|kind| name.trim_end_matches([')', '）']).strip_suffix(kind).filter(|rest| rest.ends_with(parts)));
    match before.unwrap_or(name).trim_end_matches(['(', '（', ' ', '-', '|']) {
        "" => value,
        name => name,
    }
}

pub(super) fn is_platform(name: &str) -> bool {
    let known = [
        "微信公众号",
        "微信公眾號",
        "公众号",
        "公眾號",
        "微信",
        "微信公众平台",
        "微信公眾平台",
        "网络",
        "互联网",
        "wechat",
        "weixin",
    ];
    known.contains(&name.to_lowercase().as_str())
}

fn date(text: &str) -> Option<Date> {
    parse_date(text, Date::BEIJING)
}

/// Whether an address is that of an article of WeChat.
pub(super) fn is_wechat(url: &str) -> bool {
    WeChatLink::parse(url).is_some()
}

/// A value that says something.
pub(super) fn filled(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Marks every field that the header gave.
pub(super) fn note(facts: &mut Facts) {
    let given = [
        ("title", facts.title.is_some()),
        ("account", facts.account.is_some()),
        ("authors", !facts.authors.is_empty()),
        ("published", facts.published.is_some()),
        ("modified", facts.modified.is_some()),
        ("place", facts.place.is_some()),
        ("url", facts.url.is_some()),
        ("cover_url", facts.cover_url.is_some()),
        ("summary", facts.summary.is_some()),
        ("tags", !facts.tags.is_empty()),
        ("language", facts.language.is_some()),
        ("license", facts.license.is_some()),
        ("copyright", facts.copyright.is_some()),
    ];
    facts.provenance.extend(given.iter().filter(|(_, known)| *known).map(|(field, _)| (*field, "header")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_account_is_no_part_of_a_name_and_a_name_none_of_a_kind() {
        let cases = [
            ("渡口夜航", "渡口夜航"),
            ("微信公众号「渡口夜航」", "渡口夜航"),
            ("公众号：渡口夜航", "渡口夜航"),
            ("微信公众号 渡口夜航", "渡口夜航"),
            ("「渡口夜航」公众号", "渡口夜航"),
            ("渡口夜航（微信公众号）", "渡口夜航"),
            ("渡口夜航 - 微信", "渡口夜航"),
            ("微信派", "微信派"),
            ("公众号运营笔记", "公众号运营笔记"),
            ("《渡口》杂志", "《渡口》杂志"),
            ("渡口（夜航）", "渡口（夜航）"),
            ("公众号", "公众号"),
        ];
        for (value, name) in cases {
            assert_eq!(account_of(value), name, "{value}");
        }
    }
}
