use std::collections::BTreeSet;

use url::Url;

use crate::model::{BuiltinRule, Category, Facts, Image, JudgedBlock, Label, ListedImage, Origin};

/// Pictures narrower than this are spacers, bullets and emoji.
const MIN_WIDTH: u32 = 40;

/// The pictures of an article in reading order, the cover first, each once: WeChat serves one file in many renderings.
/// The role is what the verdicts and the page say. The icons of what WeChat's scripts put into an article are
/// not its own: the page as it was sent has none.
pub(super) fn ledger(blocks: &[JudgedBlock], facts: &Facts, origin: Origin) -> Vec<ListedImage> {
    let codes: BTreeSet<String> = facts.qr_images.iter().map(|url| picture_id(url)).collect();
    let mut seen = BTreeSet::new();
    let mut listed = Vec::new();
    let is_icon = |judged: &&JudgedBlock| origin == Origin::Wechat && judged.verdict.rule == BuiltinRule::PlaceChrome;
    for judged in blocks.iter().filter(|judged| !is_icon(judged)) {
        for image in judged.block.images() {
            let id = picture_id(&image.url);
            let role = role(judged, image, codes.contains(&id));
            if seen.insert((id, role)) {
                let (url, alt) = (image.url.clone(), image.alt.clone());
                listed.push(ListedImage { url, alt, role: role.to_owned() });
            }
        }
    }
    for url in &facts.backgrounds {
        let id = picture_id(url);
        if !["body", "decoration"].into_iter().any(|role| seen.contains(&(id.clone(), role))) {
            seen.insert((id, "decoration"));
            listed.push(ListedImage { url: url.clone(), alt: String::new(), role: "decoration".to_owned() });
        }
    }
    let cover = facts.cover_url.as_deref().unwrap_or_default();
    if !cover.is_empty() && !seen.contains(&(picture_id(cover), "body")) {
        listed.insert(0, ListedImage { url: cover.to_owned(), alt: String::new(), role: "cover".to_owned() });
    }
    listed
}

fn role(judged: &JudgedBlock, image: &Image, is_code: bool) -> &'static str {
    match (judged.verdict.label, judged.verdict.category) {
        _ if is_code => "qr",
        (Label::Keep, _) if (1..MIN_WIDTH).contains(&image.width) => "decoration",
        (Label::Keep, _) => "body",
        (_, Some(Category::Qr)) => "qr",
        (_, Some(Category::Banner)) => "banner",
        _ => "decoration",
    }
}

/// Registered names of the hosts from which WeChat serves pictures, each file in as many renderings as one asks for.
const WECHAT_HOSTS: [&str; 2] = ["qpic.cn", "qlogo.cn"];

/// What names the same picture in all its renderings. Of a picture on WeChat's servers that is the file in the path
/// (`/mmbiz_png/<file>/640?wx_fmt=png&from=appmsg`); of any other the address without its fragment.
pub fn picture_id(url: &str) -> String {
    let address = url.split('#').next().unwrap_or_default();
    let Ok(parsed) = Url::parse(address) else { return address.to_owned() };
    let is_below =
        |host: &str, name: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let is_wechat = parsed.host_str().is_some_and(|host| WECHAT_HOSTS.iter().any(|name| is_below(host, name)));
    let file = parsed.path_segments().and_then(|mut parts| parts.find(|part| part.len() >= 16));
    match file {
        Some(file) if is_wechat => file.to_owned(),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Block, BlockKind, Span, Verdict};

    const FILE: &str = "https://mmbiz.qpic.cn/sz_mmbiz_png/abcdefghijklmnopqrstuvwx";

    #[test]
    fn renderings_of_one_file_are_one_picture() {
        let file = "abcdefghijklmnopqrstuvwx";
        let same = [
            "https://mmbiz.qpic.cn/sz_mmbiz_png/abcdefghijklmnopqrstuvwx/640?wx_fmt=png&from=appmsg",
            "https://mmbiz.qpic.cn/mmbiz_png/abcdefghijklmnopqrstuvwx/0?wx_fmt=png",
            "http://mmbiz.qpic.cn/mmbiz/abcdefghijklmnopqrstuvwx/0?",
            "https://mmbiz.qpic.cn/mmbiz_jpg/abcdefghijklmnopqrstuvwx/300",
            "https://mmbiz.qpic.cn/mmbiz_png/abcdefghijklmnopqrstuvwx/640?tp=webp&wxfrom=5&wx_lazy=1#imgIndex=2",
            "https://mmecoa.qpic.cn/sz_mmecoa_png/abcdefghijklmnopqrstuvwx/640",
            "http://mmbiz.qlogo.cn/mmbiz/abcdefghijklmnopqrstuvwx/0",
            "https://mmbiz.qpic.cn/mmbiz_png/abcdefghijklmnopqrstuvwx",
        ];
        for rendering in same {
            assert_eq!(picture_id(rendering), file, "{rendering}");
        }
        let others = [
            "https://a.example/long-name-of-a-picture/1.png?x=1",
            "https://mmbiz.qpic.cn.a.example/mmbiz_png/abcdefghijklmnopqrstuvwx/0",
            "https://notqpic.cn/mmbiz_png/abcdefghijklmnopqrstuvwx/0",
            "https://mmbiz.qpic.cn/mmbiz_png/short/0",
            "no address",
        ];
        for other in others {
            assert_eq!(picture_id(other), other);
        }
        assert_eq!(picture_id("https://a.example/1.png#top"), "https://a.example/1.png");
    }

    #[test]
    fn each_picture_has_its_role_once() {
        let keep = |url: &str, width: u32| JudgedBlock {
            block: Block::new(
                BlockKind::Figure,
                vec![Span::Image(Image { url: url.into(), alt: String::new(), width })],
            ),
            verdict: Verdict::keep(),
        };
        let code = "https://mmbiz.qpic.cn/mmbiz_png/codecodecodecodecode/0";
        let mut banner = keep("https://a.example/banner.gif", 900);
        banner.verdict = Verdict::by(Label::Drop, Category::Banner, "zh.banner", "");
        let blocks = [
            banner,
            keep(&format!("{FILE}/640"), 1080),
            keep(&format!("{FILE}/0"), 1080),
            keep("dot", 13),
            keep(code, 430),
        ];
        let roles = |cover: &str| {
            let facts = Facts { qr_images: vec![code.into()], cover_url: Some(cover.into()), ..Facts::default() };
            ledger(&blocks, &facts, Origin::Wechat).into_iter().map(|image| image.role).collect::<Vec<_>>()
        };
        assert_eq!(roles("https://a.example/cover.jpg"), ["cover", "banner", "body", "decoration", "qr"]);
        assert_eq!(
            roles(&format!("{FILE}/300")),
            ["banner", "body", "decoration", "qr"],
            "a cover taken from the body"
        );
    }
}
