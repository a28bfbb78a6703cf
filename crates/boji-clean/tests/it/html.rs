//! Pages to blocks: the pre-pass, the tree, what becomes a block.

use std::collections::HashMap;

use boji_clean::clean::blocks::{AsideReason, blocks, write};
use boji_clean::clean::locate::{Weakness, locate};
use boji_clean::clean::metadata::facts;
use boji_clean::clean::{Memory, judge};
use boji_clean::model::{Block, BlockKind, Cell, Facts, IssueCode, Learned, Origin, Ruling, Span};
use boji_clean::parse::html::{Tree, prune};
use boji_clean::parse::{MarkupHint, decode};
use boji_clean::rules::Rules;
use proptest::prelude::*;

const URL: &str = "https://a.example/blog/post";

fn of(html: &str) -> Vec<Block> {
    let (tree, _) = Tree::fragment(html);
    blocks(&tree, tree.root().id(), URL, Rules::shipped().words())
}

/// Blocks in a short notation, one a line: a mark of the kind, then the content with its styles.
fn notation(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    for block in blocks {
        let mark = match &block.kind {
            BlockKind::Heading(level) => format!("h{level}"),
            BlockKind::Paragraph => "p".to_owned(),
            BlockKind::ListItem { depth, number: None } => format!("-{depth}"),
            BlockKind::ListItem { depth, number: Some(number) } => format!("{number}.{depth}"),
            BlockKind::Table(rows) => {
                format!(
                    "table {}",
                    rows.iter()
                        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|"))
                        .collect::<Vec<_>>()
                        .join(" / ")
                )
            }
            BlockKind::Code(language) => format!("code:{language}"),
            BlockKind::Figure => "figure".to_owned(),
            BlockKind::Rule => "rule".to_owned(),
        };
        let quote = ">".repeat(usize::from(block.quote)) + &"+".repeat(usize::from(block.items));
        let spans: String = block.spans.iter().map(span_notation).collect();
        lines.push(format!("{quote}{mark} {spans}").trim_end().replace('\n', "⏎"));
    }
    lines.join("\n")
}

fn cell(cell: &Cell) -> String {
    cell.spans.iter().map(span_notation).collect()
}

fn span_notation(span: &Span) -> String {
    match span {
        Span::Image(image) => format!("![{}]({})", image.alt, image.url.trim_start_matches("https://a.example/")),
        Span::Text { text, style, href } => {
            let mut text = text.clone();
            let styles = [
                (style.bold, "**"),
                (style.italic, "_"),
                (style.code, "`"),
                (style.superscript, "^"),
                (style.struck, "~~"),
            ];
            for (on, mark) in styles {
                if on {
                    text = format!("{mark}{text}{mark}");
                }
            }
            if href.is_empty() { text } else { format!("[{text}]({})", href.trim_start_matches("https://a.example/")) }
        }
    }
}

#[test]
fn html_becomes_blocks() {
    let cases = [
        (
            "<ul><li><input type=\"checkbox\" checked disabled> a</li><li><label><input type=checkbox class=task-box>b</label></li><li><input type=checkbox> c</li></ul>",
            "-0 [x] a\n-0 [ ] b\n-0 c",
        ),
        ("<p>x<del>a</del>b <span style=\"text-decoration: line-through\">c</span></p>", "p x~~a~~b ~~c~~"),
        ("<ol><li>a<p>b</p><pre>c</pre></li><li>d</li></ol>", "1.0 a\n+p b\n+code: c\n2.0 d"),
        ("<p>a</p><div>b<p>c</p>d</div>", "p a\np b\np c\np d"),
        ("one<br>two<br><br>three<br/> <br/>four", "p one⏎two\np three\np four"),
        ("<h2>A <em>b</em><br>c</h2><h6><div>x</div><div>y</div></h6>", "h2 A _b_ c\nh6 x y"),
        ("<p>a <b>b<i>c</i></b> <a href='../q?x=1'>d e</a>f</p>", "p a **b**_**c**_ [d e](q?x=1)f"),
        ("<p>x<sup>2</sup> <code>a  b</code> <a href='javascript:void(0)'>no</a></p>", "p x² `a b` no"),
        (
            "<p>x<a href='vbscript:a'>b</a> <a href=' java\nscript:a'>c</a> <img src='data:image/png;base64,A'></p>",
            "p xb c",
        ),
        ("<p>a<span style='display: block'>b</span><span style='display:inline'>c</span></p>", "p a\np b\np c"),
        ("<p style='white-space: pre-wrap'>a\nb</p><p>a\nb</p>", "p a⏎b\np a b"),
        ("<p>H<sub>2</sub>O, 10<sup>6</sup>, 5<sup>th</sup></p>", "p H₂O, 10⁶, 5^th^"),
        ("<table><tr><td>a<td><a href=u>b</a><tr><td><img src=i><td>c</table>", "table a|[b](blog/u) / ![](blog/i)|c"),
        ("<ol start=3><li>c<ul><li>d</ul><li><p>e</p><p>f</p></ol>", "3.0 c\n-1 d\n4.0 e\n+p f"),
        ("<ol><li>a<li value=7>b<li>c</ol>", "1.0 a\n7.0 b\n8.0 c"),
        ("<blockquote>a<blockquote><p>b</p></blockquote></blockquote>c", ">p a\n>>p b\np c"),
        ("<hr><p>a</p><hr><hr><p>b</p>", "p a\nrule\np b"),
        ("<dl><dt>a<dd>b</dl><details><summary>c</summary>d</details>", "p a\np b\np c\np d"),
        ("<p style='display: none'>a</p><p hidden>b</p><div style='visibility:hidden'>c</div>", "p c"),
        ("<p>春\n天<span> </span><span>来</span>了</p>", "p 春天 来了"),
        ("<p>&nbsp;</p><section><section><span leaf><br></span></section></section>", ""),
        ("<p>漢<ruby>字<rp>(</rp><rt>zì</rt><rp>)</rp></ruby></p>", "p 漢字(zì)"),
        ("<p>a<button>Copy</button></p><h3><button>Q?</button></h3>", "p a\nh3 Q?"),
        ("<p><span style='font-weight:bold'>a</span><b style='font-weight: normal'>b</b></p>", "p **a**b"),
        (
            "<p>2011<sub>15ya</sub>, 2016<sup>1,2</sup>, <code>2<sup>10</sup></code></p>",
            "p 2011_{15ya}, 2016¹,², `2¹⁰`",
        ),
        ("<p><sup>1</sup>2011</p>", "p ¹2011"),
        ("<p>a <q>b <q>c</q></q> <q>“d”</q></p>", "p a “b ‘c’” “d”"),
        ("<ol reversed><li>a<li>b</ol><ol reversed start=9><li>c<li>d</ol>", "2.0 a\n1.0 b\n9.0 c\n8.0 d"),
        ("<p><span class=d-block>a</span><small style='display:block'>b</small></p>", "p a\np b"),
        ("<pre class=wp-block-verse>a\nb<br>c</pre>", "p a⏎b⏎c"),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(html)), want, "{html}");
    }
}

#[test]
fn buttons_are_read_where_they_say_something() {
    let answer = "<p>The door was shut, and nobody had the key to it.</p>";
    let read = "p The door was shut, and nobody had the key to it.";
    let cases = [
        (
            format!("<div><button aria-controls=x>The key</button><div id=x hidden>{answer}</div></div>"),
            format!("p The key\n{read}"),
        ),
        (format!("<div>Who had it?</div><div style='display:none'>{answer}</div>"), format!("p Who had it?\n{read}")),
        (format!("<dl><dt>The key</dt><dd hidden>{answer}</dd></dl>"), format!("p The key\n{read}")),
        (format!("<p>A rope.</p><div hidden>{answer}</div>"), "p A rope.".to_owned()),
        (format!("<button>Show more</button><div hidden>{answer}</div>"), String::new()),
        (
            "<p>Press the<button>Save</button>key, then <button>Close</button>.</p>".to_owned(),
            "p Press the Save key, then Close.".to_owned(),
        ),
        ("<h2>A rope <button>Copy link</button></h2>".to_owned(), "h2 A rope".to_owned()),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(&html)), want, "{html}");
    }
}

#[test]
fn notes_in_a_sentence_stand_behind_it() {
    let cases = [
        (
            "<p>a<label for=n></label><input type=checkbox id=n><span class=sidenote>b <i>c</i></span> d</p>",
            "p a d\np b _c_",
        ),
        ("<p>a<sup>1</sup><span role=tooltip>b</span> d</p>", "p a¹ d\np ¹ b"),
        ("<ul><li>a<span class=sidenote>b</span> d<li>e</ul>", "-0 a d\n+p b\n-0 e"),
        (
            "<p>a<sup class=footnote title='Measured on the old staff.'>1</sup> d</p>",
            "p a¹ d\np ¹ Measured on the old staff.",
        ),
        ("<p>a<span role=tooltip>b</span></p>", "p ab"),
        ("<p>a<span class=sidenote>b</span>, d<d-footnote>e</d-footnote>.</p>", "p a, d.\np b\np e"),
        ("<p>a</p><ol class=footnotes style='display:none'><li>b</ol>", "p a\n1.0 b"),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(html)), want, "{html}");
    }
}

#[test]
fn headings_lose_what_leads_to_them() {
    let cases = [
        ("<h2 id=a>b<a class=headerlink href='#a'>¶</a></h2>", "h2 b"),
        ("<h2 id=a><a href='#a'>#</a> b</h2>", "h2 b"),
        ("<h2 id=a>b <a href='#a'>Link to this</a></h2>", "h2 b"),
        ("<h2 id=a><a class=anchor href='#a'>b</a></h2>", "h2 b"),
        ("<h2>b<span class=mw-editsection>[<a href=/e>edit</a>]</span></h2>", "h2 b"),
        ("<h2>b <a href=/c>c</a> #</h2>", "h2 b [c](c) #"),
        ("<p id=p>b <a href='#p'>§</a></p>", "p b"),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(html)), want, "{html}");
    }
}

#[test]
fn the_frame_of_a_player_is_recorded() {
    let html =
        "<p>a</p><iframe src='//www.youtube.com/embed/x' title='The quay'></iframe><p>b</p><iframe src=/ad></iframe>";
    let (tree, _) = Tree::fragment(html);
    let written = write(&tree, tree.root().id(), URL, &HashMap::new(), Rules::shipped().words());
    assert_eq!(notation(&written.blocks), "p a\np b");
    let apart: Vec<_> =
        written.apart.iter().map(|it| (it.at, it.reason, notation(std::slice::from_ref(&it.block)))).collect();
    assert_eq!(apart, [(1, AsideReason::Player, "p [The quay](https://www.youtube.com/embed/x)".to_owned())]);
}

#[test]
fn pictures_stand_alone_or_in_the_line() {
    let cases = [
        ("<p><img src=a.png></p>", "figure ![](blog/a.png)"),
        ("<p>see <img src=/i.png alt=icon> here</p>", "p see ![icon](i.png) here"),
        (
            "<figure><div><img data-src=a.png src=x.gif></div><figcaption>Fig. <b>1</b></figcaption></figure>",
            "figure ![](blog/a.png) Fig. **1**",
        ),
        ("<div><img src=a.png><noscript><img src=a.png></noscript></div>", "figure ![](blog/a.png)"),
        ("<figure><pre>x = 1</pre><figcaption>Listing</figcaption></figure>", "code: x = 1\np Listing"),
        ("<picture><source srcset=b.webp><img src=a.png></picture>", "figure ![](blog/a.png)"),
        (
            "<picture><source srcset='b.webp 2x'><img src='data:image/gif;base64,R0'></picture>",
            "figure ![](blog/b.webp)",
        ),
        ("<p><picture><source><source data-srcset=/c.jpg></picture></p>", "figure ![](c.jpg)"),
        ("<img src='data:image/png;base64,AAAA'>", ""),
        ("<img src='data:image/gif;base64,R0' data-lazy=/a.jpg>", "figure ![](a.jpg)"),
        ("<img src=/static/none.gif zoomfile=/a.jpg file=/b.jpg>", "figure ![](a.jpg)"),
        ("<img src=/spacer.gif data-url=/a.jpg><img src=/b.jpg data-url=/c.jpg>", "figure ![](a.jpg)![](b.jpg)"),
        (
            "<img src=/a.jpg data-lazy=true><p>b</p><img src=/placeholder.png>",
            "figure ![](a.jpg)\np b\nfigure ![](placeholder.png)",
        ),
        ("<amp-img src=/a.jpg><noscript><img src=/b.jpg></noscript></amp-img>", "figure ![](a.jpg)"),
        ("<picture><source srcset=/a.webp><img alt=quay></picture>", "figure ![quay](a.webp)"),
        (
            "<figure><div style='background-image:url(/a.jpg)'></div><figcaption>b</figcaption></figure>",
            "figure ![](a.jpg)\np b",
        ),
        ("<div role=img aria-label=quay style='background:url(/a.jpg)'></div>", "figure ![quay](a.jpg)"),
        ("<div style='background:url(/a.jpg)'>b</div>", "p b"),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(html)), want, "{html}");
    }
}

#[test]
fn tables_are_data_or_layout() {
    let cases = [
        ("<table><caption>C</caption><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>", "p C\ntable a|b / 1|2 3"),
        (
            "<table><tr><td colspan=2>a<td>b<tr><td rowspan=2>c<td>d<td>e<tr><td>f<td>g</table>",
            "table a||b / c|d|e / |f|g",
        ),
        ("<table><tr><td><p>a</p><p>b</p></table>", "p a\np b"),
        ("<table role=presentation><tr><td>a<td>b</table>", "p a\np b"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "table a|b\np c"),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(html)), want, "{html}");
    }
}

#[test]
fn code_keeps_lines_and_loses_line_numbers() {
    let cases = [
        ("<pre><code class='language-rust'>fn a() {\n    b\n}\n</code></pre>", "code:rust fn a() {⏎    b⏎}"),
        ("<pre>a<br>&nbsp;&nbsp;b<br></pre>", "code: a⏎  b"),
        (
            "<section class=code-snippet__fix><ul class='code-snippet__line-index'><li><li></ul>\
             <pre data-lang=bash><code><span>ls</span></code><code>  pwd</code></pre></section>",
            "code:bash ls⏎  pwd",
        ),
        (
            "<table class=highlight><tr><td class=gutter><pre>1\n2</pre><td class=code><pre>a\nb</pre></table>",
            "code: a⏎b",
        ),
        (
            "<table><tr><td class=blob-num data-line-number=1><td class=blob-code>a<tr><td class=blob-num>2<td \
             class=blob-code>b</table>",
            "code: a⏎b",
        ),
        ("<pre><p>prose in\na box</p></pre>", "p prose in a box"),
        // Lines as paragraphs and sections.
        (
            "<pre><code><section>def f(n):</section><section>&nbsp;&nbsp;return n</section><section><br></section>\
             <section>f(2)</section></code></pre>",
            "code: def f(n):⏎  return n⏎⏎f(2)",
        ),
        ("<pre><p><span leaf>x = {</span></p><p>&nbsp;&nbsp;y: 1,</p><p>}</p></pre>", "code: x = {⏎  y: 1,⏎}"),
        (
            "<pre><section><section><section>int a;</section><section>a++;</section></section></section></pre>",
            "code: int a;⏎a++;",
        ),
        ("<pre class=hljs><p>first</p><p>second</p></pre>", "code: first⏎second"),
        ("<pre style='font-family: Menlo, monospace'><p>first</p><p>second</p></pre>", "code: first⏎second"),
        (
            "<pre><code><span style='display: block;'>a</span><span style='display: block;'>  b</span></code></pre>",
            "code: a⏎  b",
        ),
        ("<pre><table><tr><td>1<td>a<tr><td>2<td>&nbsp; 2</table></pre>", "code: a⏎  2"),
        // Boxes.
        ("<pre><p>早上开门。</p><p>门(东边)开着，没有人。</p></pre>", "p 早上开门。\np 门(东边)开着，没有人。"),
        ("<pre><code><p>早上开门。</p><p>没有人来。</p></code></pre>", "p `早上开门。`\np `没有人来。`"),
        (
            "<pre><section>The river,</section><section>the bridge,</section><section>the rain</section></pre>",
            "p The river,\np the bridge,\np the rain",
        ),
        ("<pre class=code><section>x = 1;<img src=a.png></section></pre>", "p x = 1;![](blog/a.png)"),
        // Pictures in a listing.
        ("<pre><img class=copy-icon src=/c.svg><code>a\n  b</code></pre>", "code: a⏎  b"),
        ("<pre>a\n  b <img class=emoji src=/e.png alt=😀></pre>", "code: a⏎  b 😀"),
        ("<pre>a\n  b<img src=/quay.jpg></pre>", "code: a⏎  b\nfigure ![](quay.jpg)"),
        // Line numbers.
        (
            "<pre><code><span style='display:flex'><span style='user-select:none'>1</span><span>a\n</span></span><span \
             style='display:flex'><span style='user-select:none'>2</span><span>  b\n</span></span></code></pre>",
            "code: a⏎  b",
        ),
        ("<pre><span style='color:teal'>1</span> a\n<span style='color:teal'>2</span>   b</pre>", "code: a⏎  b"),
        ("<pre><span class=hljs-number>1</span> a\n<span class=hljs-number>2</span> b</pre>", "code: 1 a⏎2 b"),
        (
            "<table class=crayon-table><tr><td><div>1</div><div>2</div><td><div>a</div><div>&nbsp; b</div></table>",
            "code: a⏎  b",
        ),
        (
            "<div class='syntaxhighlighter js'><table><tr><td class=gutter><div>1</div><div>2</div><td class=code><div><code>a\
             </code> <code>b</code></div><div><code>c</code></div></table></div>",
            "code:js a b⏎c",
        ),
        ("<table><tr><td>1<td>a<tr><td>2<td>b</table>", "table 1|a / 2|b"),
        ("<table><tr><td class=code><div><code>a</code></div><div>b</div></table>", "code: a⏎b"),
        // What stands beside a listing.
        (
            "<div class='language-js line-numbers-mode'><span class=lang>js</span><pre>a\nb</pre><div>1<br>2<br></div></div>",
            "code:js a⏎b",
        ),
        (
            "<figure class='highlight js'><figcaption>sum.js <a href=/r>view raw</a></figcaption><table><tr><td><pre>1\n2</pre>\
             <td><pre>a\nb</pre></table><div>复制</div></figure>",
            "p sum.js\ncode:js a⏎b",
        ),
        ("<div class=blockcode><div><ol><li>a<br><li>&nbsp; b</ol></div><em>复制代码</em></div>", "code: a⏎  b"),
        ("<div class=highlight><p>Python</p><pre>a</pre></div>", "p Python\ncode: a"),
    ];
    for (html, want) in cases {
        assert_eq!(notation(&of(html)), want, "{html}");
    }
}

#[test]
fn formulas_appear_once_as_tex() {
    let mathml = "<math><msup><mi>x</mi><mn>2</mn></msup></math>";
    let source =
        "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></semantics></math>";
    let script = "<script type='math/tex'>x^2</script>";
    let sup = |base: &str, sup: &str| {
        format!(
            "<mjx-msup><mjx-mi><mjx-c class='mjx-c{base}'></mjx-c></mjx-mi><mjx-script><mjx-mn><mjx-c class='mjx-c{sup}'></mjx-c></mjx-mn></mjx-script></mjx-msup>"
        )
    };
    let mjx = sup("1D465", "32");
    let glyph = |moved: &str, code: &str| {
        format!("<g data-mml-node=\"mi\" transform=\"translate({moved})\"><path data-c=\"{code}\"></path></g>")
    };
    let (x, two, i) = (glyph("0,0", "1D465"), glyph("6,363", "32"), glyph("6,-247", "1D456"));
    let svg = format!("<svg><g data-mml-node=\"math\"><g data-mml-node=\"msubsup\">{x}{two}{i}</g></g></svg>");
    let piece = "<svg><g data-mml-node=\"math\" data-latex=\"x^2\"><path data-c=\"1D465\"/></g></svg>";
    let chtml = "<span class='mjx-msubsup'><span class='mjx-base'><span class='mjx-mi'><span class='mjx-char'>x</span></span></span><span class='mjx-sup'><span class='mjx-mn'><span class='mjx-char'>2</span></span></span></span>";
    let turned =
        "<svg><g stroke=\"currentColor\" stroke-width=\"0\" transform=\"scale(1,-1)\"><path d=\"M1\"></path></g></svg>";
    let cases = [
        (
            "KaTeX",
            format!(
                "<span class=katex><span class=katex-mathml>{source}</span><span class=katex-html>x2</span></span>"
            ),
            "$x^2$",
        ),
        (
            "KaTeX in lines of its own",
            format!(
                "<span class=katex-display><span class=katex>{source}<span class=katex-html>x2</span></span></span>"
            ),
            "$$x^2$$",
        ),
        (
            "KaTeX without its elements",
            "<span class=katex><span class=katex-mathml>\n x\n 2\n x^2\n</span><span class=katex-html>x2</span></span>"
                .into(),
            "$x^2$",
        ),
        (
            "KaTeX without its classes",
            format!(
                "<span><span>{}</span><span><span>2</span><span>x</span></span></span>",
                source.replace("<mi>x</mi>", "<msup><mi>x</mi><mn>2</mn></msup>")
            ),
            "$x^2$",
        ),
        (
            "KaTeX's drawing alone",
            "<span class=katex><span class=katex-html><span class=mtable>x</span></span></span>".into(),
            "〔公式〕",
        ),
        ("an error of KaTeX", "<span class=katex-error>\\foo{x}</span>".into(), "$\\foo{x}$"),
        ("a script", script.into(), "$x^2$"),
        (
            "a script for lines of its own",
            "<script type='math/tex; mode=display'>% <![CDATA[\nx<y %]]></script>".into(),
            "$$x<y$$",
        ),
        ("MathML in a script", format!("<script type='math/mml'>{mathml}</script>"), "$x^{2}$"),
        (
            "MathJax 2 with its script",
            format!(
                "<span class=MathJax_Preview>x</span><span class=MathJax data-mathml='{mathml}'><nobr><span class=math>x2</span></nobr></span>{script}"
            ),
            "$x^2$",
        ),
        (
            "MathJax 2, its MathML stated",
            format!("<span class=MathJax data-mathml='{mathml}'><nobr><span class=math>x2</span></nobr></span>"),
            "$x^{2}$",
        ),
        (
            "MathJax 2, its MathML spoken",
            format!("<span class=MathJax_SVG><span class=MJX_Assistive_MathML>{mathml}</span></span>"),
            "$x^{2}$",
        ),
        (
            "MathJax 2 in boxes",
            format!("<span class='mjx-chtml MathJax_CHTML'><span class=mjx-math>{chtml}</span></span>"),
            "$x^{2}$",
        ),
        (
            "MathJax 2 in boxes with its source",
            format!("<span class=mjx-chtml><span class=mjx-math aria-label='x^2'>{chtml}</span></span>"),
            "$x^2$",
        ),
        (
            "MathJax 2, drawn alone",
            "<span class=MathJax><nobr><span class=math><span class=msubsup>x2</span></span></nobr></span>".into(),
            "〔公式〕",
        ),
        (
            "MathJax 3 in elements",
            format!("<mjx-container class=MathJax display=true><mjx-math>{mjx}</mjx-math></mjx-container>"),
            "$$x^{2}$$",
        ),
        (
            "MathJax 3 with MathML",
            format!(
                "<mjx-container class=MathJax><mjx-math>{mjx}</mjx-math><mjx-assistive-mml>{mathml}</mjx-assistive-mml></mjx-container>"
            ),
            "$x^{2}$",
        ),
        ("MathJax 3, the upper script first", svg, "$x_{i}^{2}$"),
        (
            "MathJax 4 in pieces",
            format!("<mjx-container class=MathJax>{piece}<mjx-break> </mjx-break>{piece}</mjx-container>"),
            "$x^2$",
        ),
        (
            "MathJax 4 in elements",
            format!("<mjx-container class=MathJax><mjx-math data-latex='x^2'>{mjx}</mjx-math></mjx-container>"),
            "$x^2$",
        ),
        ("a drawing without names", turned.into(), "〔公式〕"),
        (
            "a prefix of XML",
            "<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>".into(),
            "$x^{2}$",
        ),
        ("plain MathML", "<math><mfenced><mi>a</mi><mi>b</mi></mfenced></math>".into(), "(a,b)"),
        (
            "Zhihu",
            format!(
                "<span class=ztext-math data-tex='x^2'><span>{script}</span><span class=math-holder>x^2</span></span>"
            ),
            "$x^2$",
        ),
        ("SiYuan", "<span data-type=inline-math data-subtype=math data-content='x^2'></span>".into(), "$x^2$"),
        (
            "Substack",
            "<div class=latex-rendered data-attrs='{\"persistentExpression\":\"x^2\"}'></div>".into(),
            "$$x^2$$",
        ),
        ("Substack without its source", "<div class=latex-rendered></div>".into(), "〔公式〕"),
        ("Yuque", "<card name=math value='data:%7B%22code%22%3A%22x%5E2%22%7D'></card>".into(), "$x^2$"),
        (
            "Wiris",
            "<img class=Wirisformula data-mathml='«math»«msup»«mi»x«/mi»«mn»2«/mn»«/msup»«/math»' src='data:x'>".into(),
            "$x^{2}$",
        ),
        ("GitLab", "<code class='code math' data-math-style=inline>x^2</code>".into(), "$x^2$"),
        ("Distill", "<d-math>x</d-math>".into(), "$x$"),
        ("Discourse", "<span class=math>x^2</span>".into(), "$x^2$"),
        ("pandoc", "<span class='math display'>\\[x^2\\]</span>".into(), "$$x^2$$"),
        ("Codeforces", "$$$x^2$$$".into(), "$x^2$"),
        ("a subject", "<span class=math>Calculus</span>".into(), "Calculus"),
        (
            "a picture",
            "<a href='/q'><img src='https://www.zhihu.com/equation?tex=x%5E2' alt='x^2'></a>".into(),
            "$x^2$",
        ),
        ("lines", "$$<br>x^2<br>$$".into(), "$$ x^2 $$"),
        (
            "a drawing that was uploaded",
            "<embed style='vertical-align: -0.5ex' src='https://a.example/f.svg'>".into(),
            "〔公式〕",
        ),
    ];
    for (case, formula, want) in cases {
        // One that is a block stands in its own.
        assert_eq!(notation(&of(&format!("<p>so</p>{formula}<p>it</p>"))), format!("p so\np {want}\np it"), "{case}");
    }
    let picture = of("<p>so <img src='https://a.example/yuque/__latex/7.svg' alt='image'></p>");
    assert_eq!(
        notation(&picture),
        "p so ![〔公式〕](yuque/__latex/7.svg)",
        "a picture that does not say what it shows"
    );
}

#[test]
fn wechat_cards_become_links() {
    let html = "<p>a</p><mp-common-profile data-nickname=某号 data-id=x></mp-common-profile>\
                <mp-style-type data-value=3></mp-style-type><p>b</p>";
    assert_eq!(notation(&of(html)), "p a\np [某号](wechat-card:profile)\np b");
}

#[test]
fn page_chrome_is_set_aside_in_its_place() {
    let (tree, _) = Tree::fragment("<div><p>a</p>x<nav>b<p>d</p></nav>c <i>e</i>f</div>");
    let chrome = ["nav", "i"].map(|name| (tree.first(name).expect("one").id(), AsideReason::Chrome));
    let written = write(&tree, tree.root().id(), URL, &HashMap::from(chrome), Rules::shipped().words());
    assert_eq!(notation(&written.blocks), "p a\np x\np c f");
    let apart: Vec<(usize, String)> = written.apart.iter().map(|it| (it.at, it.block.text())).collect();
    assert_eq!(apart, [(2, "b".to_owned()), (2, "d".to_owned()), (2, "e".to_owned())]);
}

#[test]
fn what_is_set_aside_keeps_its_place_and_rule() {
    let (tree, _) = Tree::fragment("<p>The river rose.</p><nav>Home</nav><p>It fell again.</p><nav>About</nav>");
    let navs = tree.elements().filter(|(_, element)| element.name() == "nav");
    let chrome = navs.map(|(node, _)| (node.id(), AsideReason::Chrome)).collect();
    let judged = judge(
        write(&tree, tree.root().id(), URL, &chrome, Rules::shipped().words()),
        Origin::Blog,
        &Facts::default(),
        &Rules::shipped(),
        None,
    );
    let found: Vec<String> =
        judged.blocks.iter().map(|it| format!("{} {}", it.verdict.rule, it.block.text())).collect();
    assert_eq!(found, ["default The river rose.", "place.chrome Home", "default It fell again.", "place.chrome About"]);
}

#[test]
fn what_is_set_aside_can_be_restored() {
    let (tree, _) = Tree::fragment("<p>The river rose.</p><nav>Home</nav>");
    let navs = tree.elements().filter(|(_, element)| element.name() == "nav");
    let chrome = navs.map(|(node, _)| (node.id(), AsideReason::Chrome)).collect();
    let rule = Ruling::Rule { rule: "place.chrome".into(), account: String::new() };
    let learned = Learned { rulings: vec![rule], ..Learned::default() };
    let memory = Memory { learned: &learned, account: "", article_id: "a" };
    let written = write(&tree, tree.root().id(), URL, &chrome, Rules::shipped().words());
    let judged = judge(written, Origin::Blog, &Facts::default(), &Rules::shipped(), Some(memory));
    let rules: Vec<&str> = judged.blocks.iter().map(|it| it.verdict.rule.as_str()).collect();
    assert_eq!(rules, ["default", "ruling.rule"]);
}

#[test]
fn the_pre_pass_keeps_what_a_reader_sees() {
    let cases = [
        ("<p onclick='x()' class=a>b</p>", "<p class=a>b</p>"),
        ("a<!-- <p> -->b<!-->c<!--x--!>d-->e", "abce"),
        ("a<script>if (a</script >b<STYLE>x</style>c", "abc"),
        ("a<script src=x></script><svg><path/><svg/></svg></svg>b", "ab"),
        ("a<svg><g>b<div>c</div>", "a<div>c</div>"),
        ("a<template><p>b</p></template><iframe>c</iframe><textarea><p></textarea>d", "ad"),
        ("<p>a<noscript>b</noscript><noscript><img src=c></noscript>", "<p>a<img src=c>"),
        ("<title>a <b> c</title>d", "<title>a <b> c</title>d"),
        ("<p>a<noscript><img src=c><script>d<!--</noscript>e", "<p>a<img src=c>e"),
        (
            "<p><noscript><img src=c><title>d</noscript><title>e<b></title>",
            "<p><img src=c><title>d</title><title>e<b></title>",
        ),
        ("1 < 2 <3 & a<b c", "1 < 2 <3 & a"),
        ("a<<!-- -->p>b", "a&lt;p>b"),
        ("a<script>b", "a"),
        ("a<?php echo '<p>' ?>b</>c", "a' ?>bc"),
        ("a\0b<p\0>", "a\0b<p\0>"),
        ("<div>\n <p>a <!-- x -->\n<b>b</b>\n<i>c</i>\n</p>\n</div>", "<div><p>a \n<b>b</b>\n<i>c</i></p></div>"),
        ("<head>\n<meta name=a>\n<meta name=b>\n</head>", "<head><meta name=a><meta name=b></head>"),
        ("<p><b>a</b>\n<meta itemprop=b>\n<i>c</i></p>", "<p><b>a</b>\n<meta itemprop=b>\n<i>c</i></p>"),
        ("a<!-- x -->\n<b>b</b>", "a\n<b>b</b>"),
        ("<pre>\n<p>a</p>\n</pre>\n<td> <b>x</b>", "<pre>\n<p>a</p>\n</pre><td> <b>x</b>"),
    ];
    for (html, want) in cases {
        assert_eq!(prune(html), want, "{html}");
    }
}

#[test]
fn deep_and_endless_pages_end() {
    let deep = "<div>".repeat(60_000) + "word" + &"</div>".repeat(60_000) + "<p>after</p>";
    let (tree, issues) = Tree::document(&deep);
    assert_eq!(notation(&blocks(&tree, tree.root().id(), URL, Rules::shipped().words())), "p word\np after");
    assert!(issues.iter().any(|issue| issue.code == IssueCode::DepthCapped), "{issues:?}");

    let inline = "<font color=a>".repeat(60_000) + &"<p>x".repeat(100);
    assert_eq!(of(&inline).len(), 100);

    // End tags that the parser does not take for what they seem to be.
    for piece in ["<span><div></span>", "<form><div></form>", "<li><ul></li>", "<option><div></option>"] {
        let (tree, issues) = Tree::document(&(piece.repeat(2_000) + "word"));
        assert_eq!(
            issues.iter().filter(|issue| issue.code == IssueCode::DepthCapped).count(),
            1,
            "{piece}: {issues:?}"
        );
        assert!(tree.elements().all(|(node, _)| node.ancestors().count() <= 1025), "{piece}");
        assert_eq!(Tree::text_of(tree.body()), "word");
    }
    let formatting: String = (0..60).fold("<p>".to_owned(), |all, nth| all + &format!("<b class={nth}>"));
    let (tree, issues) = Tree::document(&(formatting + &"<p>x".repeat(35_000)));
    assert!(issues.iter().any(|issue| issue.code == IssueCode::Truncated), "{issues:?}");
    assert!(tree.root().descendants().count() < 2_100_000);
    assert_eq!(Tree::text_of(tree.body()).len(), 35_000, "the text goes on");

    let tag = format!("<p>before<div {}", "a='b' ".repeat(8_000_000));
    let (tree, issues) = Tree::document(&tag);
    assert_eq!(Tree::text_of(tree.body()), "before");
    assert!(issues.iter().any(|issue| issue.code == IssueCode::Unterminated), "{issues:?}");
}

/// The located article of a page in notation, and its facts.
fn page(html: &str, url: &str) -> (String, Facts) {
    let (tree, _) = Tree::document(html);
    let found = locate(&tree, Rules::shipped().words(), url);
    (
        notation(&write(&tree, found.root, url, &found.set_aside, Rules::shipped().words()).blocks),
        facts(&tree, url, Rules::shipped().words()),
    )
}

/// The facts that a golden file lists, those that are stated.
fn listed(facts: &Facts) -> serde_json::Value {
    let all = serde_json::json!({
        "title": facts.title, "account": facts.account, "authors": facts.authors, "url": facts.url,
        "published": facts.published, "modified": facts.modified, "language": facts.language,
        "summary": facts.summary, "cover_url": facts.cover_url, "tags": facts.tags, "license": facts.license,
    });
    let serde_json::Value::Object(all) = all else { return all };
    all.into_iter().filter(|(_, value)| !value.is_null() && *value != serde_json::json!([])).collect()
}

fn check_page(name: &str, url: &str, html: &str) {
    let folder = format!("{}/../../fixtures/pages", env!("CARGO_MANIFEST_DIR"));
    let read = |suffix| std::fs::read_to_string(format!("{folder}/{name}.{suffix}")).expect("a golden file");
    let (blocks, facts) = page(html, url);
    assert_eq!(blocks, read("blocks").trim_end(), "{name}");
    let want: serde_json::Value = serde_json::from_str(&read("expected.json")).expect("golden JSON");
    assert_eq!(listed(&facts), want, "{name}");
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../fixtures/pages/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a page")
}

#[test]
fn a_blog_page_without_its_page_chrome() {
    check_page("web-blog", "https://a.example/notes/kettle", &fixture("web-blog.html"));
}

#[test]
fn a_chinese_page_with_code() {
    check_page("web-code", "https://a.example/", &fixture("web-code.html"));
}

#[test]
fn a_page_in_gbk_is_the_same_page() {
    let source = fixture("web-code.html");
    let (bytes, _, _) = encoding_rs::GBK.encode(&source);
    check_page("web-code", "https://a.example/", &decode(&bytes, "text/html; charset=gb2312", MarkupHint::Html).text);
}

#[test]
fn shells_and_lists_of_links_are_weak() {
    let weak = |html: &str| locate(&Tree::document(html).0, Rules::shipped().words(), "").weak;
    assert_eq!(weak("<html><body><div id=root></div><script>run()</script>"), Some(Weakness::NoProse));
    assert_eq!(weak("<ul><li><a href=1>One story</a><li><a href=2>Another story</a></ul>"), Some(Weakness::NoProse));
    let teaser =
        "<article><h2>A</h2><p>Some words that make a teaser long enough to be counted as prose here.</p></article>";
    assert_eq!(weak(&teaser.repeat(6)), Some(Weakness::SeveralArticles));
    let story = "<p>Some words that make a paragraph long enough to be counted as prose in this page, twice.</p>";
    assert_eq!(weak(&story.repeat(4)), None);
}

#[test]
fn an_article_in_several_boxes_is_whole() {
    let part = |word: &str| {
        format!(
            "<div class=rich-text><p>{word} is the first word of a paragraph that is long enough for prose.</p></div>"
        )
    };
    let html = format!("<main><div>{}</div><div>{}</div><div>{}</div></main>", part("One"), part("Two"), part("Three"));
    let (text, _) = page(&html, URL);
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn streamed_parts_and_panels_are_read() {
    let html = "<body><div hidden id='S:0'><p>The first part came late, by stream, and is long enough for prose.</p></div>\
                <div role=region style='display:none'><p>An answer in a panel that opens with a click, and it is long enough for prose too.</p></div>";
    assert_eq!(page(html, URL).0.lines().count(), 2);
}

/// Elements that have rules of their own.
const TAGS: &[&str] = &[
    "div",
    "p",
    "a",
    "b",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "pre",
    "code",
    "blockquote",
    "h1",
    "h3",
    "section",
    "article",
    "figure",
    "img",
    "br",
    "hr",
    "svg",
    "script",
    "style",
    "noscript",
    "template",
    "title",
    "math",
    "ruby",
    "rt",
    "body",
    "html",
    "nav",
    "mp-common-profile",
    "select",
    "option",
    "textarea",
    "button",
    "frameset",
    "caption",
];

/// Pieces that pages are made of, broken ones among them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{0,12}|[一-十，。 ]{0,8}",
        3 => proptest::sample::select(TAGS).prop_map(|tag| format!("<{tag}>")),
        3 => proptest::sample::select(TAGS).prop_map(|tag| format!("</{tag}>")),
        1 => (proptest::sample::select(TAGS), "[ -~一-十]{0,12}")
            .prop_map(|(tag, value)| format!("<{tag} class=\"{value}\" style=display:none href={value} src='{value}'>")),
        1 => proptest::sample::select(vec!["<!--", "-->", "<![CDATA[", "<?", "</", "<", "&", "&amp", "\0", "\"", "<a href=\""])
            .prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

proptest! {
    #[test]
    fn no_piece_of_html_makes_a_parser_panic(pieces in proptest::collection::vec(piece(), 0..60)) {
        let html = pieces.concat();
        page(&html, URL);
        let (tree, _) = Tree::fragment(&html);
        blocks(&tree, tree.root().id(), "", Rules::shipped().words());
    }

    #[test]
    fn words_keep_their_order(words in proptest::collection::vec("[a-z]{1,8}", 1..40), tags in proptest::collection::vec(
        proptest::sample::select(vec!["p", "div", "b", "li", "h2", "blockquote", "section", "td", "span"]), 40)) {
        let pieces: Vec<String> = words.iter().zip(&tags).map(|(word, tag)| format!("<{tag}>{word}</{tag}> ")).collect();
        let html = pieces.concat();
        let text = of(&html).iter().map(Block::text).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(text.split_whitespace().collect::<Vec<_>>(), words);
    }
}
