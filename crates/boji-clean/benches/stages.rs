//! What each stage of cleaning costs, on pages made up here: `cargo bench --bench stages`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use boji_clean::clean::locate::locate;
use boji_clean::clean::{Context, blocks, clean_page, judge, language, metadata, render};
use boji_clean::model::{Facts, Origin};
use boji_clean::parse::Input;
use boji_clean::parse::html::{Tree, prune};
use boji_clean::rules::Rules;
use boji_clean::text::simhash;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const URL: &str = "https://mill.example/2024/05/flour";

const ENGLISH: [&str; 3] = [
    "The mill stands where the river turns, and every autumn the farmers bring their grain to it before the frost.",
    "Nobody knows any more who built the weir; it was there when the first ledger was begun.",
    "A good stone is dressed twice a year, and the dust of it lies on every sill of the house.",
];

const CHINESE: [&str; 3] = [
    "河边的磨坊在秋天最忙，邻村的人背着新收的谷子排队等候，磨坊主一边记账一边和他们说起去年的大水。",
    "谁修的这道堰已经没有人说得清，第一本账簿上就写着它的名字。",
    "好的磨石一年要凿两回，石粉落在屋里每一处窗台上。",
];

/// A page as sites make them: head, scripts, navigation, the article among boxes, comments, footer.
fn page(sentences: &[&str; 3], paragraphs: usize) -> String {
    let mut html = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\"><head>\n<meta charset=\"utf-8\">\n<title>Flour &amp; stone | The Mill</title>\n\
         <meta property=\"og:title\" content=\"Flour &amp; stone\"><meta name=\"author\" content=\"A. Miller\">\n",
    );
    for nth in 0..20 {
        let _ =
            writeln!(html, "<link rel=\"stylesheet\" href=\"/css/{nth}.css\"><script src=\"/js/{nth}.js\"></script>");
    }
    let _ = writeln!(
        html,
        "<script>var state = \"{}\";</script></head>\n<body class=\"post-template\">",
        "x".repeat(40_000)
    );
    html.push_str("<header class=\"site-header\"><nav class=\"main-nav\"><ul>\n");
    for nth in 0..60 {
        let _ = writeln!(
            html,
            "\t<li class=\"menu-item menu-item-{nth}\"><a href=\"/topic/{nth}\" data-track=\"n\">Topic {nth}</a></li>"
        );
    }
    html.push_str("</ul></nav></header>\n<main><article class=\"post\" id=\"post-1\"><h1>Flour &amp; stone</h1>\n<div class=\"entry-content\">\n");
    for nth in 0..paragraphs {
        let [one, two, three] = sentences;
        let piece = match nth % 8 {
            3 => format!("<h2 id=\"h{nth}\">Part {nth}</h2><ul><li>{one}</li><li>{two}</li></ul>\n"),
            5 => {
                format!("<figure><img src=\"/i/{nth}.jpg\" alt=\"The weir\"><figcaption>{two}</figcaption></figure>\n")
            }
            7 => format!("<pre><code class=\"language-sh\">grind --stone {nth}\ngrind --fine</code></pre>\n"),
            _ => format!(
                "<p class=\"wp-block\">{one} {two}&nbsp;<a href=\"/p/{nth}\">{three}</a> <b>{three}</b> {one}</p>\n"
            ),
        };
        html.push_str(&piece);
    }
    html.push_str("</div></article><aside class=\"sidebar\">\n");
    for nth in 0..40 {
        let _ = writeln!(
            html,
            "<div class=\"widget related-post\"><a href=\"/r/{nth}\"><span class=\"t\">Related story number {nth}</span></a></div>"
        );
    }
    html.push_str("</aside></main><section class=\"comments\">\n");
    for nth in 0..30 {
        let _ = writeln!(html, "<div class=\"comment\" id=\"c{nth}\"><p>{}</p></div>", sentences[nth % 3]);
    }
    html.push_str("</section><footer class=\"site-footer\"><p>© The Mill</p></footer></body></html>\n");
    html
}

fn stages(criterion: &mut Criterion) {
    let rules = Rules::shipped();
    let mut group = criterion.benchmark_group("stages");
    for (name, sentences) in [("english", &ENGLISH), ("chinese", &CHINESE)] {
        let html = page(sentences, 64);
        group.throughput(Throughput::Bytes(html.len() as u64));
        let (tree, _) = Tree::document(&html);
        let found = locate(&tree, rules.words(), URL);
        let cut = || blocks::write(&tree, found.root, URL, &found.set_aside, rules.words());
        let judged = judge(cut(), Origin::Wechat, &Facts::default(), &rules, None).blocks;
        let text = render::text(&judged);
        let input = Input { bytes: html.as_bytes(), url: URL, content_type: "" };
        group.bench_function(BenchmarkId::new("pre-pass", name), |b| b.iter(|| prune(black_box(&html))));
        group.bench_function(BenchmarkId::new("parse", name), |b| b.iter(|| Tree::document(black_box(&html))));
        group.bench_function(BenchmarkId::new("locate", name), |b| b.iter(|| locate(&tree, rules.words(), URL)));
        group.bench_function(BenchmarkId::new("facts", name), |b| {
            b.iter(|| metadata::facts(&tree, URL, rules.words()));
        });
        group.bench_function(BenchmarkId::new("blocks", name), |b| b.iter(cut));
        group.bench_function(BenchmarkId::new("judge", name), |b| {
            b.iter_batched(
                cut,
                |written| judge(written, Origin::Wechat, &Facts::default(), &rules, None),
                criterion::BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new("render", name), |b| {
            b.iter(|| (render::text(&judged), render::markdown(&judged), language(&text)));
        });
        group.bench_function(BenchmarkId::new("simhash", name), |b| b.iter(|| simhash(black_box(&text))));
        group.bench_function(BenchmarkId::new("whole", name), |b| {
            b.iter(|| clean_page(&input, &Context::default(), &rules));
        });
    }
    group.finish();
}

/// The whole over pages of growing length: the time of a byte must stay what it is.
fn lengths(criterion: &mut Criterion) {
    let rules = Rules::shipped();
    let mut group = criterion.benchmark_group("lengths");
    for paragraphs in [64, 512, 4096] {
        let html = page(&ENGLISH, paragraphs);
        let input = Input { bytes: html.as_bytes(), url: URL, content_type: "" };
        group.throughput(Throughput::Bytes(html.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(paragraphs), |b| {
            b.iter(|| clean_page(&input, &Context::default(), &rules));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3)).without_plots();
    targets = stages, lengths
}
criterion_main!(benches);
