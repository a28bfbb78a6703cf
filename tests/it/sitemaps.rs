//! Sitemaps as bytes: what is read of them, whatever their state.

use boji_clean::parse::{looks_like_sitemap, parse_sitemap};
use proptest::prelude::*;

const URL: &str = "https://www.mill.example/sitemap.xml";

/// What a sitemap names, one line each: address, change, publication, title; other sitemaps with a `>`.
fn read(text: &str) -> Option<Vec<String>> {
    let sitemap = parse_sitemap(text.as_bytes(), "", URL)?;
    let date = |date: Option<boji_clean::model::Date>| date.map(boji_clean::model::Date::to_utc).unwrap_or_default();
    let line = |page: &boji_clean::parse::ListedPage| {
        let line = format!("{} {} {} {}", page.url, date(page.changed), date(page.published), page.title);
        line.trim_end().to_owned()
    };
    let sitemaps = sitemap.sitemaps.iter().map(|page| format!("> {}", line(page)));
    Some(sitemap.pages.iter().map(line).chain(sitemaps).collect())
}

#[test]
fn sitemaps_are_read_in_every_form_that_sites_give_them() {
    let cases: [(&str, &str, &[&str]); 9] = [
        (
            "plain",
            "<?xml version='1.0'?><!-- made today --><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc> https://mill.example/a-b?x=1&amp;y=2 </loc>\
             <lastmod>2026-11-30</lastmod><changefreq>daily</changefreq></url></urlset>",
            &["https://mill.example/a-b?x=1&y=2 2026-11-30"],
        ),
        (
            "prefix and CDATA",
            "<s:urlset xmlns:s='x'><s:url><s:loc><![CDATA[https://mill.example/a-b]]></s:loc></s:url></s:urlset>",
            &["https://mill.example/a-b"],
        ),
        (
            "pictures and films",
            "<urlset><url><loc>https://mill.example/a-b</loc><image:image><image:loc>https://mill.example/c-d</image:loc><image:title>no</image:title></image:image>\
             <video:video><video:title>no</video:title></video:video></url></urlset>",
            &["https://mill.example/a-b"],
        ),
        (
            "news",
            "<urlset><url><loc>https://mill.example/a-b</loc><news:news><news:publication><news:name>Mill</news:name></news:publication>\
             <news:publication_date>2026-11-30</news:publication_date><news:title>The wheel &amp; I</news:title></news:news></url></urlset>",
            &["https://mill.example/a-b  2026-11-30 The wheel & I"],
        ),
        (
            "lists, doors, files, other hosts and twins",
            "<urlset><url><loc>https://mill.example/</loc></url><url><loc>https://mill.example/tags/a/</loc></url><url><loc>https://mill.example/a.pdf</loc></url>\
             <url><loc>https://other.example/a-b</loc></url><url><loc>https://mill.example/a-b</loc></url><url><loc>https://mill.example/a-b</loc></url></urlset>",
            &["https://mill.example/a-b"],
        ),
        (
            "an index",
            "<sitemapindex><sitemap><loc>https://mill.example/1.xml.gz</loc><lastmod>2026-11-30</lastmod></sitemap></sitemapindex>",
            &["> https://mill.example/1.xml.gz 2026-11-30"],
        ),
        (
            "cut off",
            "<urlset><url><loc>https://mill.example/a-b</loc></url><url><loc>https://mill.example/c",
            &["https://mill.example/a-b"],
        ),
        (
            "text",
            "\u{feff}https://mill.example/a-b\r\n\r\nhttps://mill.example/c-d\n",
            &["https://mill.example/a-b", "https://mill.example/c-d"],
        ),
        ("empty", "<urlset></urlset>", &[]),
    ];
    for (case, text, want) in cases {
        assert_eq!(
            read(text).as_deref(),
            Some(want.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>().as_slice()),
            "{case}"
        );
        assert!(looks_like_sitemap(text.as_bytes()), "{case}");
    }
}

#[test]
fn what_is_no_sitemap_is_none() {
    for text in ["", "<html><body>urlset", "<rss><channel/></rss>", "one line\nhttps://mill.example/", "{}"] {
        assert!(read(text).is_none() && !looks_like_sitemap(text.as_bytes()), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(<|>|/|urlset|url|loc|sitemap|image|https://mill.example/|a|&amp;|一|<!\\[CDATA\\[|\\]\\]>| ){0,60}") {
        let _ = parse_sitemap(format!("<urlset>{text}").as_bytes(), "", URL);
    }
}
