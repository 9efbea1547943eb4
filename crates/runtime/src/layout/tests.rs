//! What authors meet: every widget by its signature, errors that name what is wrong, and a layout
//! that is used at the wrong time.

use super::{Layout, PanelIdentity, draw};
use lichtfeld_panel::{Frame, Session, render_text};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::ffi::CString;

/// Draws a panel whose `draw(self, layout)` has this body.
fn drawn(body: &str) -> Frame {
    Python::initialize();
    Python::attach(|py| {
        let code = format!(
            "class P:\n  def draw(self, layout):\n    {}\n",
            body.replace('\n', "\n    ")
        );
        let globals = PyDict::new(py);
        run(py, &code, &globals);
        let panel = globals.get_item("P").unwrap().unwrap().call0().unwrap();
        draw(
            py,
            &panel,
            &PanelIdentity::new("test", "Test"),
            &mut Session::default(),
        )
    })
}

fn run(py: Python<'_>, code: &str, globals: &Bound<'_, PyDict>) {
    py.run(&CString::new(code).unwrap(), Some(globals), None)
        .unwrap();
}

fn message(body: &str) -> String {
    drawn(body).error.map_or_else(
        || "no error".to_owned(),
        |error| format!("{}: {}", error.exception, error.message),
    )
}

#[test]
fn errors_name_the_widget_the_argument_and_what_was_given() {
    let calls = [
        "layout.labl('x')",
        "layout.xyzzy()",
        "layout.label(5)",
        "layout.label(None)",
        "layout.button('Run', 100)",
        "layout.button('Run', (1, 2, 3))",
        "layout.button_styled('Run', 'primry')",
        "layout.button_callback('Run', 'f')",
        "layout.slider_float('Radius', '0.5', 0, 1)",
        "layout.slider_float('Radius', 0.5)",
        "layout.slider_int('Count', 1.5, 0, 9)",
        "layout.slider_int('Count', 10**30, 0, 9)",
        "layout.slider_float3('Offset', (0, 0), 0, 1)",
        "layout.checkbox('On', 'yes')",
        "layout.combo('Matching', 'exhaustive', ['exhaustive'])",
        "layout.combo('Matching', 0, 'exhaustive')",
        "layout.combo('Matching', 0, ['a', 5])",
        "layout.input_text('Name', None)",
        "layout.path_input('Images', 5)",
        "layout.color_edit3('Line', 'red')",
        "layout.text_colored('x', (1, 0))",
        "layout.push_id(1.5)",
        "layout.begin_table('t', 0)",
        "layout.table_set_bg_color(9, (0, 0, 0))",
        "layout.image(None, (1, 1))",
        "layout.plot_lines('Loss', 5)",
        "layout.pop_style_var(0)",
        "layout.grid_flow(columns=-1)",
        "layout.row().label('x')",
        "layout.__enter__()",
        "layout.enabled = False",
        "layout.prop(self, 'nothing')",
        "layout.prop(self, '__dict__')",
    ];
    let told: String = calls
        .iter()
        .map(|call| format!("{call}\n    {}\n", message(call)))
        .collect();
    insta::assert_snapshot!(told);
}

#[test]
fn mistakes_are_told_with_their_lines() {
    let frame = drawn(
        "layout.begin_group()\nlayout.push_id('a')\nlayout.slider_float('x', float('nan'), 0, 1)\n\
         layout.end_child()\nlayout.close_current_popup()",
    );
    let told: Vec<String> = frame
        .warnings
        .iter()
        .map(|warning| {
            format!(
                "{}: {}",
                warning.location.as_ref().unwrap(),
                warning.message
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    <string>:5: "x" was given NaN, which cannot be shown
    <string>:6: end_child() has no begin_child() before it
    <string>:7: close_current_popup() was called outside of a popup
    <string>:4: push_id() was closed by the end of draw(), because its pop_id() is missing
    <string>:3: begin_group() was closed by the end of draw(), because its end_group() is missing
    "#);
}

#[test]
fn two_widgets_of_one_name_are_told_with_both_lines() {
    let told = |body: &str| {
        let frame = drawn(body);
        let warning = frame.warnings.first().unwrap();
        format!(
            "{}: {}",
            warning.location.as_ref().unwrap(),
            warning.message
        )
    };
    insta::assert_snapshot!(
        told("layout.button('Run')\nlayout.label('Run')\nlayout.button('Run')"),
        @r#"<string>:5: two buttons are called "Run" in the same scope: <string>:3 and <string>:5"#
    );
    insta::assert_snapshot!(
        told("for _ in 'ab':\n  layout.checkbox('On', True)"),
        @r#"<string>:4: two check boxes are called "On" in the same scope: both are drawn by <string>:4, number 1 and number 2 of the panel"#
    );
    insta::assert_snapshot!(
        told("layout.collapsing_header('More')\nlayout.collapsing_header('More')"),
        @r#"<string>:4: two headers are called "More" in the same scope: <string>:3 and <string>:4"#
    );
}

#[test]
fn a_with_block_is_left_also_by_an_exception() {
    let frame = drawn(
        "try:\n  with layout.row() as row:\n    row.begin_group()\n    raise KeyError\nexcept KeyError:\n  layout.label('after')",
    );
    assert_eq!(frame.error, None);
    assert_eq!(frame.widgets.last().unwrap().depth, 0);
    assert_eq!(frame.warnings.len(), 1);
}

#[test]
fn an_exception_is_below_what_was_drawn_before_it() {
    let frame = drawn("layout.label('before')\nraise ValueError('no such image')");
    assert_eq!(frame.widgets.len(), 1);
    let error = frame.error.clone().unwrap();
    assert_eq!(
        (error.exception.as_str(), error.message.as_str()),
        ("ValueError", "no such image")
    );
    assert_eq!(error.location.unwrap().line, 4);
    insta::assert_snapshot!(render_text(&frame, 60), @r#"
    ┌ Test ────────────────────────────────────────────────────┐
    │ before                                                   │
    │ This panel could not be drawn:                           │
    │ Traceback (most recent call last):                       │
    │   File "<string>", line 4, in draw                       │
    │ ValueError: no such image                                │
    └──────────────────────────────────────────────────────────┘
    "#);
}

#[test]
fn an_exception_that_cannot_be_printed_is_content_as_well() {
    let frame = drawn(
        "class Nasty(Exception):\n  def __str__(self): raise RuntimeError('no')\nraise Nasty()",
    );
    assert!(
        frame
            .error
            .unwrap()
            .message
            .contains("whose text cannot be made")
    );
    for exit in ["import sys; sys.exit(3)", "raise KeyboardInterrupt"] {
        assert!(drawn(exit).error.is_some(), "{exit}");
    }
}

#[test]
fn a_layout_works_only_while_its_panel_is_drawn() {
    Python::initialize();
    Python::attach(|py| {
        let globals = PyDict::new(py);
        let code = "class P:\n  def draw(self, layout):\n    self.layout = layout\n    with layout.row() as self.row: pass\n";
        run(py, code, &globals);
        let panel = globals.get_item("P").unwrap().unwrap().call0().unwrap();
        draw(
            py,
            &panel,
            &PanelIdentity::new("test", "Test"),
            &mut Session::default(),
        );
        let layout = panel.getattr("layout").unwrap();
        let error = layout
            .call_method1("label", ("late",))
            .unwrap_err()
            .to_string();
        insta::assert_snapshot!(error, @"RuntimeError: this layout's draw() has ended: a layout works only while draw(layout) runs. Keep values in self, not the layout");
        assert!(
            panel
                .getattr("row")
                .unwrap()
                .call_method1("label", ("late",))
                .is_err()
        );
        assert_eq!(
            layout.repr().unwrap().to_string(),
            "<Layout, draw() has ended>"
        );
    });
}

#[test]
fn a_layout_refuses_other_threads() {
    let body = "import threading\ntold = []\ndef other():\n  try: layout.label('x')\n  except RuntimeError as error: told.append(str(error))\nthread = threading.Thread(target=other)\nthread.start(); thread.join()\nlayout.label(told[0])";
    let frame = drawn(body);
    assert_eq!(frame.error, None);
    assert!(render_text(&frame, 80).contains("belongs to another thread"));
}

#[test]
fn an_endless_loop_ends() {
    assert!(message("while True: layout.spacing()").contains("is there a loop that does not end?"));
}

#[test]
fn code_of_the_plugin_may_draw_while_an_argument_is_read() {
    // `__index__` runs in the middle of the call; a lock held there would wait for itself.
    let frame = drawn(
        "class N:\n  def __index__(self): layout.label('inner'); return 3\nlayout.slider_int('Count', N(), 0, 9)",
    );
    assert_eq!(frame.error, None);
    assert_eq!(frame.widgets.len(), 2);
}

#[test]
fn every_widget_has_a_documentation_and_names_its_arguments() {
    Python::initialize();
    Python::attach(|py| {
        let kind = py.get_type::<Layout>();
        let names: Vec<String> = kind.dir().unwrap().extract().unwrap();
        let names: Vec<&String> = names.iter().filter(|name| !name.starts_with('_')).collect();
        assert!(names.len() > 130, "{}", names.len());
        for name in names {
            let doc: Option<String> = kind
                .getattr(&**name)
                .unwrap()
                .getattr("__doc__")
                .unwrap()
                .extract()
                .unwrap();
            assert!(
                doc.is_some_and(|doc| !doc.trim().is_empty()),
                "{name} is not documented"
            );
        }
    });
}
