//! A panel as text, as readers and tests see it.

use lichtfeld_document::{Value, render_snapshot};

use crate::support::{Data, Panel};

const PANEL: &str = "
<h1>Cleaning</h1>
<div class=\"setting-row\"><label class=\"prop-label\" for=\"r\">Radius</label><input id=\"r\" type=\"range\" min=\"0\" max=\"4\" step=\"0.1\" class=\"setting-slider\" data-value=\"radius\"/><span class=\"setting-value\">{{ radius | format_float(2) }}</span></div>
<div class=\"setting-row\"><span class=\"prop-label\">Method</span><select data-value=\"method\"><option value=\"fast\">Fast</option><option value=\"best\">Best</option></select></div>
<label><input type=\"checkbox\" data-checked=\"keep\"/> Keep outliers</label>
<p>A longer text that does not fit on one line of this panel and is <b>wrapped</b> between words.</p>
<hr/>
<ul><li>one</li><li>two<br/>lines</li></ul>
<table><tr><th>name</th><th>size</th></tr><tr><td>a</td><td>1</td></tr></table>
<progress value=\"0.4\"/>
<img src=\"icon.png\"/>
<input type=\"password\" value=\"secret\"/><textarea placeholder=\"Notes\"/>
<pre>  kept
    as is</pre>
<div class=\"hidden\">never</div>
<div class=\"row\"><button class=\"btn btn--primary\" data-event-click=\"save()\">Run</button><button class=\"btn\" data-attrif-disabled=\"!keep\">Reset</button></div>
<div id=\"im-root\"></div>
";

#[test]
fn a_panel_with_everything() {
    let panel = Panel::new(
        PANEL,
        Data::with([
            ("radius", Value::Float(1.6)),
            ("method", "best".into()),
            ("keep", Value::Bool(true)),
        ]),
    );
    insta::assert_snapshot!("panel", panel.text());
    let snapshot = panel.document.snapshot().unwrap();
    let narrow = render_snapshot(&snapshot, &[], 24, "drawn by the panel\n\u{1b}[31msecond");
    insta::assert_snapshot!("narrow_panel", narrow);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let panel = Panel::new(
        "<p>{{ x }}</p>",
        Data::with([("x", "a\u{1b}[31mb\u{202e}c".into())]),
    );
    assert_eq!(panel.text(), "a[31mbc\n");
}

#[test]
fn a_hidden_document_is_empty() {
    let mut panel = Panel::new("<p>x</p>", Data::default());
    panel.document.show(false);
    assert_eq!(panel.text(), "");
}
