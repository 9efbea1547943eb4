//! What holds other widgets: trees, groups, children, windows; and what changes them: ids,
//! switched-off parts, styles.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{InputValue, Kind, ScopeKind, Style, StyleValue, Text, ThemePart, Vec2};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The name of a [`StyleValue::Theme`] among the styles: the innermost replaces those around it.
const THEME: &str = "Theme";

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    fn window(
        &self,
        py: Python<'_>,
        method: &'static str,
        title: Any<'_, '_>,
        closable: bool,
    ) -> PyResult<bool> {
        let title = Call::new(method).text("title", title)?;
        let at = self.caller(py);
        let input = self.with(|recorder| {
            let (position, size) = recorder.take_next_window();
            recorder.begin(ScopeKind::Window, Some(&title), at, |label| Kind::Window {
                label,
                closable,
                position,
                size,
            })
        })?;
        Ok(!matches!(input, Some(InputValue::Open(false))))
    }

    fn push_named(
        &self,
        py: Python<'_>,
        scope: ScopeKind,
        name: &str,
        value: StyleValue,
    ) -> PyResult<()> {
        let at = self.caller(py);
        self.with(|recorder| recorder.push_style(scope, Style::new(name, value), at))
    }

    fn pop_style(
        &self,
        py: Python<'_>,
        call: Call<'_>,
        scope: ScopeKind,
        count: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let count = call.int_or("count", count, 1)?;
        if !(1..=1000).contains(&count) {
            return Err(call.wrong_value("count", "must be between 1 and 1000"));
        }
        for _ in 0..count {
            self.end(py, scope)?;
        }
        Ok(())
    }
}

#[pymethods]
impl Layout {
    /// A header that unfolds what is drawn if it returns True.
    #[pyo3(signature = (label, default_open = None))]
    fn collapsing_header(
        &self,
        label: Any<'_, '_>,
        default_open: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("collapsing_header").text("label", label)?;
        let open = Call::labelled("collapsing_header", &label).flag_or(
            "default_open",
            default_open,
            false,
        )?;
        self.with(|recorder| {
            recorder.fold(&label, open, None, None, |label, open| Kind::Header {
                label,
                open,
            })
        })
    }

    /// A branch. If it returns True, draw its content and call `tree_pop()`.
    fn tree_node(&self, py: Python<'_>, label: Any<'_, '_>) -> PyResult<bool> {
        let label = Call::new("tree_node").text("label", label)?;
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.fold(&label, false, Some(ScopeKind::Tree), at, |label, open| {
                Kind::Tree {
                    label,
                    open,
                    leaf: false,
                }
            })
        })
    }

    /// A branch with flags, words of: `default_open`, `leaf`, `framed`. If it returns True, draw its
    /// content and call `tree_pop()`.
    #[pyo3(signature = (label, flags = None))]
    fn tree_node_ex(
        &self,
        py: Python<'_>,
        label: Any<'_, '_>,
        flags: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("tree_node_ex").text("label", label)?;
        let flags = Call::labelled("tree_node_ex", &label)
            .text_or("flags", flags)?
            .to_lowercase();
        let leaf = flags.contains("leaf");
        let open = leaf || flags.replace('_', "").contains("defaultopen");
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.fold(&label, open, Some(ScopeKind::Tree), at, |label, open| {
                Kind::Tree {
                    label,
                    open: open || leaf,
                    leaf,
                }
            })
        })
    }

    /// Ends a branch.
    fn tree_pop(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Tree)
    }

    /// Folds or unfolds the next header, branch or menu, whatever the user did.
    fn set_next_item_open(&self, is_open: Any<'_, '_>) -> PyResult<()> {
        let open = Call::new("set_next_item_open").flag("is_open", is_open)?;
        self.with(|recorder| recorder.set_next_open(open))
    }

    /// Several widgets that count as one. Ends with `end_group()`.
    fn begin_group(&self, py: Python<'_>) -> PyResult<()> {
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin(ScopeKind::Group, None, at, |_| Kind::Group);
        })
    }

    /// Ends a group.
    fn end_group(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Group)
    }

    /// A part that scrolls by itself. Always True; ends with `end_child()`.
    #[pyo3(signature = (id, size = None, border = None))]
    fn begin_child(
        &self,
        py: Python<'_>,
        id: Any<'_, '_>,
        size: Option<Any<'_, '_>>,
        border: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let id = Call::new("begin_child").text("id", id)?;
        let call = Call::labelled("begin_child", &id);
        let size = call.point_or("size", size, Vec2::ZERO)?;
        let border = call.flag_or("border", border, false)?;
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin(ScopeKind::Child, Some(&id), at, |label| Kind::Child {
                label,
                size,
                border,
            });
            true
        })
    }

    /// Ends a part that scrolls.
    fn end_child(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Child)
    }

    /// A window of its own. Always True; ends with `end_window()`. `flags` is ignored.
    #[pyo3(signature = (title, flags = None))]
    fn begin_window(
        &self,
        py: Python<'_>,
        title: Any<'_, '_>,
        flags: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        Call::new("begin_window").int_or("flags", flags, 0)?;
        self.window(py, "begin_window", title, false)?;
        Ok(true)
    }

    /// A window with a cross. Returns `(True, keep_open)`: the second is False once when the user
    /// closes it. Ends with `end_window()`. `flags` is ignored.
    #[pyo3(signature = (title, flags = None))]
    fn begin_window_closable(
        &self,
        py: Python<'_>,
        title: Any<'_, '_>,
        flags: Option<Any<'_, '_>>,
    ) -> PyResult<(bool, bool)> {
        Call::new("begin_window_closable").int_or("flags", flags, 0)?;
        Ok((true, self.window(py, "begin_window_closable", title, true)?))
    }

    /// Ends a window.
    fn end_window(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Window)
    }

    /// Where the next window is put, in pixels; `first_use` is ignored.
    #[pyo3(signature = (pos, first_use = None))]
    fn set_next_window_pos(
        &self,
        pos: Any<'_, '_>,
        first_use: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("set_next_window_pos");
        let pos = call.point("pos", pos)?;
        call.flag_or("first_use", first_use, false)?;
        self.with(|recorder| recorder.set_next_window(Some(pos), None))
    }

    /// How large the next window is, in pixels; `first_use` is ignored.
    #[pyo3(signature = (size, first_use = None))]
    fn set_next_window_size(
        &self,
        size: Any<'_, '_>,
        first_use: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let call = Call::new("set_next_window_size");
        let size = call.point("size", size)?;
        call.flag_or("first_use", first_use, false)?;
        self.with(|recorder| recorder.set_next_window(None, Some(size)))
    }

    /// Until `pop_id()`, names differ from the same names elsewhere. `id` is a str or
    /// an int.
    fn push_id(&self, py: Python<'_>, id: Any<'_, '_>) -> PyResult<()> {
        let call = Call::new("push_id");
        let name = match id.is_instance_of::<PyString>() {
            true => Text::new(call.text("id", id)?),
            // Both are natural in a loop.
            false => match id.extract::<i64>() {
                Ok(number) => format!("#{number}").into(),
                Err(_) => return Err(call.wrong_type("id", "a str or an int", id)),
            },
        };
        let at = self.caller(py);
        self.with(|recorder| recorder.push_id(&name, at))
    }

    /// The same as `push_id`.
    fn push_id_int(&self, py: Python<'_>, id: Any<'_, '_>) -> PyResult<()> {
        Call::new("push_id_int").int("id", id)?;
        self.push_id(py, id)
    }

    /// Takes back the last `push_id()`.
    fn pop_id(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Id)
    }

    /// Switches off what follows until `end_disabled()`, if `disabled`.
    #[pyo3(signature = (disabled = None))]
    fn begin_disabled(&self, py: Python<'_>, disabled: Option<Any<'_, '_>>) -> PyResult<()> {
        let disabled = Call::new("begin_disabled").flag_or("disabled", disabled, true)?;
        let at = self.caller(py);
        self.with(|recorder| recorder.begin_disabled(disabled, at))
    }

    /// Takes back the last `begin_disabled()`.
    fn end_disabled(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Disabled)
    }

    /// Sets a measure for what follows until `pop_style_var()`, such as `FrameRounding`, in pixels.
    /// Front ends that do not know it leave it out.
    fn push_style_var(&self, py: Python<'_>, var: Any<'_, '_>, value: Any<'_, '_>) -> PyResult<()> {
        let call = Call::new("push_style_var");
        let name = call.text("var", var)?;
        let value = StyleValue::Number(call.pixels("value", value)?);
        self.push_named(py, ScopeKind::StyleVar, &name, value)
    }

    /// The same for two measures, such as `FramePadding`.
    fn push_style_var_vec2(
        &self,
        py: Python<'_>,
        var: Any<'_, '_>,
        value: Any<'_, '_>,
    ) -> PyResult<()> {
        let call = Call::new("push_style_var_vec2");
        let name = call.text("var", var)?;
        let value = StyleValue::Size(call.point("value", value)?);
        self.push_named(py, ScopeKind::StyleVar, &name, value)
    }

    /// Takes back the last `count` of `push_style_var()`.
    #[pyo3(signature = (count = None))]
    fn pop_style_var(&self, py: Python<'_>, count: Option<Any<'_, '_>>) -> PyResult<()> {
        self.pop_style(py, Call::new("pop_style_var"), ScopeKind::StyleVar, count)
    }

    /// Sets a colour for what follows until `pop_style_color()`, such as `Text` or `Button`. Front ends
    /// that do not know it leave it out.
    fn push_style_color(
        &self,
        py: Python<'_>,
        col: Any<'_, '_>,
        color: Any<'_, '_>,
    ) -> PyResult<()> {
        let call = Call::new("push_style_color");
        let name = call.text("col", col)?;
        let value = StyleValue::Color(call.color("color", color)?);
        self.push_named(py, ScopeKind::StyleColor, &name, value)
    }

    /// Takes back the last `count` of `push_style_color()`.
    #[pyo3(signature = (count = None))]
    fn pop_style_color(&self, py: Python<'_>, count: Option<Any<'_, '_>>) -> PyResult<()> {
        self.pop_style(
            py,
            Call::new("pop_style_color"),
            ScopeKind::StyleColor,
            count,
        )
    }

    /// Gives windows that follow, until `pop_window_style()`, the look of the application's own.
    fn push_window_style(&self, py: Python<'_>) -> PyResult<()> {
        let look = StyleValue::Theme(ThemePart::Window);
        self.push_named(py, ScopeKind::WindowStyle, THEME, look)
    }

    /// Takes back the last `push_window_style()`.
    fn pop_window_style(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::WindowStyle)
    }

    /// Gives windows and popups that follow, until `pop_modal_style()`, the look of the application's
    /// own dialogs.
    fn push_modal_style(&self, py: Python<'_>) -> PyResult<()> {
        let look = StyleValue::Theme(ThemePart::Modal);
        self.push_named(py, ScopeKind::ModalStyle, THEME, look)
    }

    /// Takes back the last `push_modal_style()`.
    fn pop_modal_style(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::ModalStyle)
    }
}
