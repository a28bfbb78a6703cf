//! What stands above and below the text of saved articles, in the layouts of many programs: the same facts, and none of it
//! in the text.

use boji_clean::clean::{Context, clean_page};
use boji_clean::model::Article;
use boji_clean::parse::Input;
use boji_clean::rules::Rules;

const BODY: &str = "入夜以后河面上没有风，摆渡的人把灯挂在船头，照出一小块发亮的水。\n\n早上六点到八点是最忙的时候，错过就要等半个钟头。";
const URL: &str = "https://mp.weixin.qq.com/s/Zx9kQw7LmN3pRs5TuV1yAb";

fn article(text: &str) -> Article {
    let input = Input { bytes: text.as_bytes(), url: "", content_type: "text/markdown" };
    clean_page(&input, &Context::default(), &Rules::shipped()).article.expect(text)
}

/// Headers that all state the title 渡口, the account 青石小记 and the address; a `*` behind the name those that name the author
/// 芦花 and the third of June 2025 too.
const HEADERS: [(&str, &str); 30] = [
    ("lines*", "# 渡口\n\n作者: 芦花\n公众号: 青石小记\n发布时间: 2025-06-03 20:15\n原文链接: {url}\n\n{body}"),
    (
        "one line with bars*",
        "# 渡口\n\n> 公众号: 青石小记 | 作者: 芦花 | 发布时间: 2025-06-03 20:15 | 原文链接: {url}\n\n---\n\n{body}",
    ),
    ("wide bars*", "# 渡口\n\n作者：芦花｜公众号：青石小记｜发布时间：2025-06-03｜原文链接：{url}\n\n{body}"),
    ("quotation*", "# 渡口\n\n> 作者：芦花\n> 来源：青石小记\n> 日期：2025年6月3日 20:15\n> 原文：<{url}>\n\n{body}"),
    (
        "quotation with gaps*",
        "# 渡口\n\n> 作者：芦花\n>\n> 公众号：青石小记\n>\n> 时间：2025/6/3\n>\n> 链接：{url}\n\n{body}",
    ),
    (
        "list*",
        "# 渡口\n\n- 作者：芦花\n- 公众号：青石小记\n- 日期：2025-06-03\n- 原文链接：[点击]({url})\n\n---\n\n{body}",
    ),
    (
        "bold keys in paragraphs",
        "# 渡口\n\n**来源**: 青石小记\n\n**发布日期**: 2025-06-03\n\n**原文链接**: {url}\n\n---\n\n{body}",
    ),
    (
        "table*",
        "# 渡口\n\n| 项 | 值 |\n|---|---|\n| 作者 | 芦花 |\n| 公众号 | 青石小记 |\n| 发布时间 | 2025-06-03 |\n| 原文 | {url} |\n\n{body}",
    ),
    (
        "heading over the keys*",
        "# 渡口\n\n## 原文信息\n- **作者**：芦花\n- **公众号**：青石小记\n- **发布日期**：2025-06-03\n- **原文链接**：<{url}>\n\n---\n\n{body}",
    ),
    (
        "callout*",
        "# 渡口\n\n> [!info] 文章信息\n> 作者：芦花\n> 发布日期：2025-06-03\n> 来源：[青石小记]({url})\n\n{body}",
    ),
    ("signs for keys*", "# 渡口\n\n> 📅 2025-06-03 | ✍️ 芦花 | 📱 青石小记 | 🔗 [原文]({url})\n\n{body}"),
    (
        "signs before keys*",
        "# 渡口\n\n✍️ 作者：芦花  \n📢 公众号：青石小记  \n📅 发布时间：2025-06-03  \n🔗 原文链接：[看]({url})\n\n{body}",
    ),
    ("blanks in keys*", "# 渡口\n\n作　者：芦花\n来　源：青石小记\n日　期：2025/6/3\n链　接：{url}\n\n{body}"),
    (
        "unknown keys among them*",
        "# 渡口\n\n文章編號：0172\n作者：芦花\n來源：青石小记\n發布日期：2025/06/03\n心情：晴\n原文連結：{url}\n爬取時間：2026-06-09 10:22:41\n\n---\n\n{body}",
    ),
    ("address before the title", "> **原文链接**: {url}\n\n#  渡口  \n青石小记   2025-06-03 20:15  \n  \n{body}"),
    (
        "byline and quotation*",
        "# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15 浙江\n\n> 原文地址: [{url}]({url})\n\n{body}",
    ),
    (
        "style sheet first*",
        "渡口 * { margin: 0; padding: 0; } body { line-height: 1.6; } img { max-width: 100%; }\n\n渡口\n===\n\n原创 芦花 青石小记 2025-06-03 20:15 浙江\n\n> 原文地址: {url}\n\n{body}",
    ),
    (
        "byline with links*",
        "---\ntitle: \"渡口\"\nsource: \"{url}\"\n---\n原创 芦花 [青石小记](javascript:void\\(0\\);) *2025年6月3日 20:15* *浙江*\n\n{body}",
    ),
    (
        "byline over lines*",
        "# 渡口\n\n原创\n\n芦花\n\n青石小记\n\n2025年6月3日 20:15\n\n湖北\n\n原文链接：{url}\n\n---\n\n{body}",
    ),
    (
        "SimpRead",
        "> 本文由 [简悦 SimpRead](http://ksria.com/simpread/) 转码， 原文地址 [mp.weixin.qq.com]({url})\n\n# 渡口\n\n ![](http://mmbiz.qpic.cn/a/0) ** 青石小记 ** 夜里写的. 32篇原创内容   公众号\n\n{body}",
    ),
    ("Cubox*", "渡口\n===\n\n[mp.weixin.qq.com]({url})芦花 青石小记\n\n{body}"),
    (
        "SiYuan",
        "---\ntitle: 渡口\n---\n\n# 渡口\n\n* [渡口]({url})\n* 微信公众平台\n* 2025-06-21 22:10:05\n\n公众号：青石小记\n\n---\n\n{body}",
    ),
    (
        "comments first*",
        "<!-- by an archiver -->\n<meta name=\"referrer\" content=\"no-referrer\"/>\n\n# 渡口\n\n作者: 芦花\n公众号: 青石小记\n时间: 2025-06-03 19:45\n链接: {url}\n\n{body}",
    ),
    (
        "front matter*",
        "---\ntitle: 渡口\nauthor: 芦花\nsource_name: 青石小记\noriginal_url: \"{url}\"\ndate: 2025-06-03 20:15:00 +0800\n---\n\n{body}",
    ),
    (
        "front matter with an object*",
        "---\ntitle: '渡口'\nauthors:\n  - name: 芦花\n    role: 作者\nsource:\n  type: wechat\n  account: 青石小记\n  url: '{url}'\npublished: '2025-06-03T20:15:00+08:00'\n---\n\n{body}",
    ),
    (
        "tables of TOML*",
        "+++\ntitle = \"渡口\"\ndate = 2025-06-03\n\n[extra]\nauthor = \"芦花\"\nsource = \"青石小记\"\nsource_url = \"{url}\"\n+++\n\n# 渡口\n\n{body}",
    ),
    ("author with account*", "# 渡口\n\n作者: 芦花（公众号：青石小记）\n日期: 2025-06-03\n链接: {url}\n\n{body}"),
    (
        "below the text",
        "# 渡口\n\n{body}\n\n---\n\n> 公众号：青石小记\n>\n> 发布时间：2025-06-03 20:30\n>\n> 原文链接：{url}\n\n*剪藏时间: 2026-01-02 11:20:05*",
    ),
    ("a sentence below the text", "# 渡口\n\n{body}\n\n> 整理自公众号「青石小记」，作者：芦花，戳[原文链接]({url})。"),
    (
        "HTML below the text",
        "---\ntitle: \"渡口\"\ndate: 2025-06-03\ntags: [\n  \"fetched\"\n]\n---\n渡口 by 青石小记\n------\n{body}\n\n<hr> <a href=\"{url}\",target=\"_blank\">原文链接</a>",
    ),
];

#[test]
fn headers_of_many_programs_state_the_same() {
    for (name, header) in &HEADERS {
        let found = article(&header.replace("{url}", URL).replace("{body}", BODY));
        assert_eq!((found.title.as_str(), found.url.as_str()), ("渡口", URL), "{name}");
        assert_eq!(found.source_name, "青石小记", "{name}");
        assert_eq!(found.text, BODY, "{name}");
        if name.ends_with('*') {
            let is_dated =
                *name == "Cubox*" || found.published.is_some_and(|date| date.to_string().starts_with("2025-06-03"));
            assert!(is_dated, "{name}: {:?}", found.published);
            assert_eq!(found.authors, ["芦花"], "{name}");
        }
    }
}

#[test]
fn the_first_lines_of_the_text_are_none_of_the_header_above_them() {
    let header = format!("# 渡口\n\n公众号: 青石小记\n发布时间: 2025-06-03\n原文链接: {URL}\n\n");
    for (opening, kept) in [
        ("## 来源\n\n", "来源"),
        ("| 船 | 时刻 |\n|---|---|\n| 早班 | 六点 |\n\n", "时刻"),
        ("- 2024-01-01\n- 2024-02-01\n\n", "2024-01-01"),
        ("引子：那年的船\n\n", "引子"),
    ] {
        let found = article(&format!("{header}{opening}{BODY}"));
        assert!(found.text.contains(kept), "{opening}: {}", found.text);
        assert_eq!(found.source_name, "青石小记", "{opening}");
    }
}

#[test]
fn what_only_looks_like_a_header_stays_in_the_text() {
    let cases = [
        "时间：周三晚上\n\n地点：渡口东头的茶馆\n\n",
        "时间：2025年6月14日 14:00\n\n地点：石桥东头\n\n报名链接：https://form.example/1\n\n",
        "主料：面粉三斤\n\n辅料：盐一撮，水两碗\n\n",
        "甲：今天有风吗？\n\n乙：没有，可以开船。\n\n",
        "- [船期表](https://ferry.example/times)\n- [水位](https://ferry.example/water)\n\n",
    ];
    for opening in cases {
        let found = article(&format!("# 渡口\n\n{opening}{BODY}"));
        let first = opening.split(['：', '[', ']']).nth(usize::from(opening.starts_with('-'))).expect("words");
        assert!(found.text.contains(first), "{opening}: {}", found.text);
        assert!(found.source_name.is_empty() && found.published.is_none(), "{opening}");
    }
}
