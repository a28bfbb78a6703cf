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
const HEADERS: [(&str, &str); 44] = [
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
        "Jina's reader*",
        "Title: 渡口\n\nURL Source: {url}\n\nPublished Time: 2025-06-03T20:15:00+08:00\n\nMarkdown Content:\nWeixin Official Accounts Platform\n====\n\n![Image 1: cover_image](https://mmbiz.qpic.cn/a/0)\n\n渡口\n====\n\nOriginal 芦花 [青石小记](javascript:void(0);)\n\n{body}",
    ),
    (
        "Jina's reader, byline below*",
        "Title: 渡口\n\nURL Source: {url}\n\nMarkdown Content:\n渡口\nOriginal 芦花 青石小记\n 2025年06月03日 20:15\n\n{body}",
    ),
    (
        "a program of notes*",
        "---\nsource: 微信公众号\nurl: {url}\nid: 7\n---\n\n# 渡口\n\n公众号名称：青石小记\n\n作者名称：芦花\n\n发布时间：2025-06-03 20:15\n\n{body}",
    ),
    (
        "a program of notes, below headings*",
        "# 渡口\n#笔记\n## 来源\n[原文链接]({url})\n## 正文\n公众号名称：青石小记\n\n作者名称：芦花\n\n发布时间：2025-06-03 20:15\n\n{body}",
    ),
    (
        "Readwise",
        "# 渡口\n\n![rw-book-cover](https://mmbiz.qpic.cn/a/0)\n\n## Metadata\n- Account: 青石小记\n- Full Title: 渡口\n- Category: #articles\n- Publication date: 2025-06-03\n- URL: {url}\n\n## Full Document\n{body}",
    ),
    (
        "a sign before the heading*",
        "# 渡口\n\n## 📋 文章信息\n\n- 作者：芦花\n- 公众号：青石小记\n- 日期：2025-06-03\n- 链接：{url}\n\n## 正文\n\n{body}",
    ),
    (
        "breaks of HTML*",
        "<a name=\"ab\"></a>\n# 渡口\n**作者：**芦花<br />**公众号：**青石小记<br />**时间：**2025-06-03<br />**链接：**{url}\n\n{body}",
    ),
    (
        "a table with one row*",
        "# 渡口\n\n| 作者 | 公众号 | 发布时间 | 链接 |\n|---|---|---|---|\n| 芦花 | 青石小记 | 2025-06-03 | [原文]({url}) |\n\n{body}",
    ),
    ("bars for colons*", "# 渡口\n\n公众号丨青石小记　作者丨芦花　日期丨2025-06-03\n原文链接丨{url}\n\n{body}"),
    ("one line in italics*", "# 渡口\n\n*作者：芦花，公众号：青石小记，2025年6月3日*\n\n> 原文地址：{url}\n\n{body}"),
    (
        "a sentence with author and day*",
        "# 渡口\n\n> 原文来自「青石小记」，作者：芦花，发布于 2025-06-03，[原文链接]({url})\n\n{body}",
    ),
    (
        "JSON as front matter*",
        "{\n\"title\": \"渡口\",\n\"author\": [\"芦花\"],\n\"account\": \"青石小记\",\n\"publish_time\": \"2025-06-03 20:15\",\n\"url\": \"{url}\"\n}\n\n{body}",
    ),
    (
        "groups in front matter*",
        "---\ntitle: 渡口\nwechat:\n  gzh: 青石小记\n  content_url: {url}\nmeta:\n  author_name: 芦花\n  date: 2025-06-03\n---\n\n{body}",
    ),
    (
        "a section below the text*",
        "# 渡口\n\n{body}\n\n## 来源信息\n\n- 平台: 微信公众号\n- 公众号: 青石小记\n- 作者: 芦花\n- 日期: 2025-06-03\n- 原文链接: {url}",
    ),
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

/// Bylines of WeChat's, as converters leave them: all name 渡口 and the account 青石小记; then the authors, the moment and the place
/// that each names.
const BYLINES: [(&str, &str, &str, &str); 27] = [
    ("# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15 湖北\n\n听全文", "芦花", "2025-06-03T20:15", "湖北"),
    ("# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15 发表于山东", "芦花", "2025-06-03T20:15", "山东"),
    ("# 渡口\n\n原创 芦花 青石小记 _2025-06-03 20:15_ _发表于 湖北_", "芦花", "2025-06-03T20:15", "湖北"),
    (
        "# 渡口\n\nOriginal 芦花 [青石小记](javascript:void(0);) *2025-06-03 20:15* *Posted on 北京*",
        "芦花",
        "2025-06-03T20:15",
        "北京",
    ),
    (
        "# 渡口\n\nOriginal  芦花  芦花  [青石小记](javascript:void\\(0\\);) *2025-06-03 20:15* * 浙江 *",
        "芦花",
        "2025-06-03T20:15",
        "浙江",
    ),
    (
        "# 渡口\n\nOriginal 芦花 [青石小记](javascript:void(0);) *2025-06-03 20:15* *Zhejiang*",
        "芦花",
        "2025-06-03T20:15",
        "Zhejiang",
    ),
    ("# 渡口\n\n原创 芦花、老方 青石小记 2025-06-03 20:15 浙江", "芦花 老方", "2025-06-03T20:15", "浙江"),
    ("## 渡口\n\n[青石小记](javascript:void(0);) *2025-06-03*", "", "2025-06-03", ""),
    (
        "!\\[cover\\_image\\](https://mmbiz.qpic.cn/a/0)\n\n# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15",
        "芦花",
        "2025-06-03T20:15",
        "",
    ),
    (
        "# 渡口\n\n原创 芦花\n\n[青石小记](javascript:void(0);)\n\n*2025-06-03 20:15* *湖北* 听全文",
        "芦花",
        "2025-06-03T20:15",
        "湖北",
    ),
    ("# 渡口\n\n原创 芦花 青石小记 2025年6月3日 20:15 湖北 在小说阅读器读本章", "芦花", "2025-06-03T20:15", "湖北"),
    ("# 渡口\n\n原创 芦花 青石小记\n2025年6月3日 20:15 湖北", "芦花", "2025-06-03T20:15", "湖北"),
    (
        "# 渡口\n\n原创 芦花\n\n[↓↓↓](javascript:)  \n  \n青石小记  \n  \n[↑↑↑](javascript:)\n\n*2025-06-03 20:15* *发表于湖北*",
        "芦花",
        "2025-06-03T20:15",
        "湖北",
    ),
    (
        "# 渡口\n\n原创 芦花  [ 青石小记 ](javascript:void\\(0\\);)\n\n**青石小记** ![]()\n\n微信号 qingshi\n\n功能介绍 写河的人\n\n____\n\n_2025-06-03 20:15_ _发表于 湖北_",
        "芦花",
        "2025-06-03T20:15",
        "湖北",
    ),
    (
        "# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15\n\n收录于合集\n\n#渡船 12 个\n\n#河岸 4 个",
        "芦花",
        "2025-06-03T20:15",
        "",
    ),
    ("# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15\n\n收录于话题 #渡船 12个", "芦花", "2025-06-03T20:15", ""),
    (
        "# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15\n\n**青石小记**\n\n写河的人。\n\n143篇原创内容\n\n公众号",
        "芦花",
        "2025-06-03T20:15",
        "",
    ),
    (
        "# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15\n\n![](a.png)\n\n**青石小记**写河的人。\n\n**143篇原创内容**\n\nOfficial Account",
        "芦花",
        "2025-06-03T20:15",
        "",
    ),
    ("---\naccount: 青石小记\n---\n# 渡口\n\n原创 芦花 2025-06-03 20:15 湖北", "芦花", "2025-06-03T20:15", "湖北"),
    ("---\naccount: 青石小记\n---\n# 渡口\n\n芦花\n芦花\n\n青石小记", "芦花", "", ""),
    ("# 渡口\n\n原创： 芦花 青石小记 2025-06-03", "芦花", "2025-06-03", ""),
    ("# 渡口\n\n原创 芦花 [青石小记](javascript:void(0);) *5月6日*", "芦花", "", ""),
    ("# 渡口\n\n原创 芦花 [青石小记](javascript:void(0);) *4天前*", "芦花", "", ""),
    ("# 渡口\n\n原创 芦花 青石小记 昨天", "芦花", "", ""),
    ("# 渡口\n\n原创 青石小记 青石小记 2025-06-03 20:15 湖北", "青石小记", "2025-06-03T20:15", "湖北"),
    ("# 渡口\n\n> 原创： 芦花  公众号：青石小记", "芦花", "", ""),
    ("# 渡口\n\n青石小记 2025-06-03 20:15 湖北", "", "2025-06-03T20:15", "湖北"),
];

#[test]
fn bylines_of_many_converters_state_what_they_show() {
    for (header, authors, moment, place) in BYLINES {
        let found = article(&format!("{header}\n\n{BODY}"));
        assert_eq!((found.title.as_str(), found.source_name.as_str()), ("渡口", "青石小记"), "{header}");
        assert_eq!(found.authors.join(" "), authors, "{header}");
        let published = found.published.map(|date| date.to_string()).unwrap_or_default();
        assert!(published.starts_with(moment) && published.is_empty() == moment.is_empty(), "{header}: {published}");
        assert_eq!(found.metadata.place.as_str(), place, "{header}");
        assert_eq!(found.text, BODY, "{header}");
        let is_in_album = header.contains("渡船");
        assert_eq!(found.tags.iter().any(|tag| tag == "渡船"), is_in_album, "{header}");
    }
}

/// The words of the blocks of an article, kept or not, but for what its header says.
fn words(article: &Article) -> Vec<String> {
    let is_own = |rule: &str| rule != "place.header";
    article.blocks.iter().filter(|it| is_own(&it.verdict.rule.to_string())).map(|it| it.block.text()).collect()
}

#[test]
fn what_follows_a_header_is_judged_as_text() {
    let headers = [
        "# 渡口\n\n原创 芦花 青石小记 2025-06-03 20:15 湖北\n\n",
        "# 渡口\n\n> 公众号：青石小记 | 作者：芦花 | 发布时间：2025-06-03 20:15\n\n---\n\n",
        "---\ntitle: 渡口\nauthor: 芦花\naccount: 青石小记\ndate: 2025-06-03 20:15\n---\n\n",
    ];
    let openings = [
        "摘要：这一段写的是三处古河道的泥层，以及它与洪水年份之间的关系，并且说明为什么要在冬天取样，而不是在夏天。",
        "标题：河口旧事",
        "编号：第三",
        "关键词：河流；泥层",
        "导读：一条河",
        "公众号：别的号",
        "作者：莫礼",
        "来源：河口观测站",
        "链接：见下",
        "书名：潮汐表\n\n作者：莫礼\n\n出版社：远岸",
        "时间：2025年6月14日\n\n地点：文化站二楼",
        "时间：2025年6月14日 | 地点：文化站二楼",
        "- 名称：小河\n- 作者：莫礼\n- 链接：https://git.example/river",
        "| 书名 | 潮汐表 |\n|---|---|\n| 作者 | 莫礼 |",
        "> 书名：潮汐表\n>\n> 作者：莫礼",
        "论文标题：泥沙\n\n作者：Li Mo\n\n发表时间：2024年10月\n\n论文链接：https://doi.example/10",
    ];
    for header in headers {
        for opening in openings {
            let found = article(&format!("{header}{opening}\n\n{BODY}"));
            let words = words(&found).join("\n").replace('\t', " ");
            let lines = opening.split(['\n', '|']).map(|line| line.trim_matches(['>', '-', ' ']));
            for line in lines.filter(|line| !line.is_empty()) {
                assert!(words.contains(line), "{header}{opening}: {line} is not in {words}");
            }
            assert_eq!(
                (found.authors.join(" ").as_str(), found.source_name.as_str()),
                ("芦花", "青石小记"),
                "{opening}"
            );
            let published = found.published.map(|date| date.to_string()).unwrap_or_default();
            assert!(published.starts_with("2025-06-03T20:15"), "{opening}: {published}");
        }
    }
}

#[test]
fn keys_that_no_archiver_writes_prove_no_header() {
    let cases = [
        "摘要：本文比较了三处古河道的泥层。\n\n关键词：河流；泥层",
        "- 展览：河边的人\n- 作者：莫礼\n- 时间：2025年6月14日\n- 地点：河口美术馆",
        "- 标题：山区河流泥沙\n- 作者：Li Mo\n- 时间：2024-10-02\n- 链接：https://arxiv.example/abs/1",
        "- 名称：小河\n- 作者：莫礼\n- 链接：https://git.example/river\n- 许可证：MIT",
        "> 书名：潮汐表\n>\n> 作者：莫礼\n>\n> 日期：2019年3月",
        "标题：河口的水\n\n主讲人：莫礼\n\n时间：2025年6月14日 19:30\n\n链接：https://live.example/77",
        "版本：1.4.0\n\n发布时间：2025-06-01\n\n下载地址：https://dl.example/1",
        "作者：莫礼 | 时间：2025年6月14日 | 地点：河口美术馆",
        "作者：Li Mo\n发表时间：2024-10-02\n摘要：本文比较了三处古河道的泥层。",
    ];
    for opening in cases {
        let found = article(&format!("# 渡口\n\n{opening}\n\n{BODY}"));
        let words = words(&found).join("\n");
        for line in opening.split(['\n', '|']).map(|line| line.trim_matches(['>', '-', ' '])) {
            assert!(words.contains(line), "{opening}: {line}");
        }
        assert_eq!((found.source_name.as_str(), found.published, found.url.as_str()), ("", None, ""), "{opening}");
    }
}

#[test]
fn lines_of_a_header_that_state_no_field_are_judged_blocks() {
    let text = format!(
        "# 渡口\n\n- 公众号：青石小记\n- 字数：1234\n- 抓取时间：2026-01-02 03:04\n- 原文链接：{URL}\n\n{BODY}\n\n---\n\n*剪藏时间: 2026-01-02 11:20*"
    );
    let found = article(&text);
    let header = found.blocks.iter().filter(|it| it.verdict.rule.to_string() == "place.header");
    let words: Vec<String> = header.map(|it| it.block.text()).collect();
    assert_eq!(words, ["字数：1234", "抓取时间：2026-01-02 03:04", "剪藏时间: 2026-01-02 11:20"]);
    assert_eq!(found.text, BODY);
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

#[test]
fn a_note_of_reprinting_names_who_published_first_and_is_judged() {
    for (text, author) in [
        (format!("# 渡口\n\n本文转载自微信公众号「青石小记」，作者芦花。转载请联系青石小记公众号。\n\n{BODY}"), "芦花"),
        (format!("# 渡口\n\n来源 | 青石小记（ID：qingshi）\n\n{BODY}"), ""),
        (format!("# 渡口\n\n{BODY}\n\n**本文转载自公众号青石小记（ID：qingshi）。**"), ""),
    ] {
        let found = article(&text);
        assert_eq!((found.metadata.original_source.as_str(), found.source_name.as_str()), ("青石小记", ""), "{text}");
        assert_eq!(found.authors.join(" "), author, "{text}");
        assert!(words(&found).iter().any(|line| line.contains("青石小记")), "{text}");
    }
}

#[test]
fn labels_of_a_saved_page_state_what_a_header_would() {
    let labels = format!(
        "<blockquote><p>公众号：青石小记<br>作者：芦花<br>发布时间：2025-06-03 20:15<br>原文链接：<a href={URL}>{URL}</a></p></blockquote>"
    );
    let body = BODY.replace("\n\n", "</p><p>").repeat(3);
    let page = format!(
        "<html lang=zh><head><title>渡口</title></head><body><h1>渡口</h1>{labels}<hr><p>{body}</p></body></html>"
    );
    let cleaned = |url: &str| {
        let input = Input { bytes: page.as_bytes(), url, content_type: "text/html" };
        clean_page(&input, &Context::default(), &Rules::shipped()).article.expect("an article")
    };
    let found = cleaned("");
    assert_eq!((found.source_name.as_str(), found.url.as_str()), ("青石小记", URL));
    assert_eq!(found.published.map(|date| date.to_string()).as_deref(), Some("2025-06-03T20:15:00+08:00"));
    assert_eq!(cleaned("https://blog.example/ferry").source_name, "", "a page of the web is its site's");
}
