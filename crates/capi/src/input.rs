//! What the user did, from C.

use crate::error::{Problem, lfp_error};
use crate::guard::guarded;
use crate::panels;
use crate::text;
use lichtfeld_embed::panel::{Input, InputValue, MouseButton, Payload, Value, WidgetId};
use std::ffi::c_char;

/// Most numbers that a value has.
const MOST_NUMBERS: usize = 4096;

/// What the user did with a widget, or what kind of value it was set to.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_input_kind {
    /// Clicked it, with `button`.
    Click = 1,
    /// Set a check box, to `flag`.
    SetBool = 2,
    /// Set a whole number, or the position of an item, to `integer`.
    SetInteger = 3,
    /// Set a number, to `number`.
    SetNumber = 4,
    /// Set a text or a path, to `text`; of a choice the item with this text.
    SetText = 5,
    /// Set several numbers or a colour, to `numbers`.
    SetNumbers = 6,
    /// Unfolded a header, a tree or a menu, or folded it or closed a popup or a window: `flag`.
    Open = 7,
    /// Moved the pointer onto it, or away from it: `flag`. For widgets with `LFP_WANTS_HOVER`.
    Hover = 8,
    /// Dropped what another widget carries: `drop_type` and `text` are that one's `drag_type` and
    /// `drag_data`.
    Drop = 9,
}

/// A button of the mouse.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_mouse_button {
    /// Usually the left button.
    Primary = 0,
    /// Usually the right button.
    Secondary = 1,
    /// The wheel.
    Middle = 2,
}

/// An action of the user. Set all bytes to 0, then `size`, `kind`, and the fields that the kind names.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_value {
    /// `sizeof(lfp_value)`.
    pub size: usize,
    /// An `lfp_input_kind`.
    pub kind: u32,
    /// An `lfp_mouse_button`.
    pub button: u32,
    /// Not 0 for true.
    pub flag: u32,
    /// A whole number.
    pub integer: i64,
    /// A number. NaN counts as 0.
    pub number: f64,
    /// A text in UTF-8.
    pub text: *const c_char,
    /// The type of what was dropped.
    pub drop_type: *const c_char,
    /// Numbers.
    pub numbers: *const f64,
    /// How many `numbers` there are.
    pub count: usize,
}

impl lfp_value {
    /// # Safety
    /// It is null, or as documented.
    unsafe fn read(value: *const Self) -> Result<InputValue, Problem> {
        if value.is_null() {
            return Err(Problem::Argument("value is null".to_owned()));
        }
        // SAFETY: the first field is always there.
        let size = unsafe { (&raw const (*value).size).read() };
        if size < size_of::<Self>() {
            return Err(Problem::Argument(format!(
                "value.size is {size}, and not sizeof(lfp_value)"
            )));
        }
        // SAFETY: that many bytes are there, and every value of the fields is one.
        let value = unsafe { value.read() };
        const CLICK: u32 = lfp_input_kind::Click as u32;
        const SET_BOOL: u32 = lfp_input_kind::SetBool as u32;
        const SET_INTEGER: u32 = lfp_input_kind::SetInteger as u32;
        const SET_NUMBER: u32 = lfp_input_kind::SetNumber as u32;
        const SET_TEXT: u32 = lfp_input_kind::SetText as u32;
        const SET_NUMBERS: u32 = lfp_input_kind::SetNumbers as u32;
        const OPEN: u32 = lfp_input_kind::Open as u32;
        const HOVER: u32 = lfp_input_kind::Hover as u32;
        const DROP: u32 = lfp_input_kind::Drop as u32;
        // SAFETY: as the caller says.
        let text = || unsafe { text::read(value.text, "value.text") };
        Ok(match value.kind {
            CLICK => InputValue::Click(button(value.button)?),
            SET_BOOL => InputValue::Set(Value::Bool(value.flag != 0)),
            SET_INTEGER => InputValue::Set(Value::Int(value.integer)),
            SET_NUMBER => InputValue::Set(Value::float(value.number)),
            SET_TEXT => InputValue::Set(Value::Text(text()?.into())),
            // SAFETY: as the caller says.
            SET_NUMBERS => InputValue::Set(unsafe { value.numbers() }?),
            OPEN => InputValue::Open(value.flag != 0),
            HOVER => InputValue::Hover(value.flag != 0),
            DROP => {
                // SAFETY: as the caller says.
                let kind = unsafe { text::read(value.drop_type, "value.drop_type") }?;
                InputValue::Drop(Payload::new(kind, text()?))
            }
            other => {
                return Err(Problem::Argument(format!(
                    "value.kind is {other}, which is not an lfp_input_kind"
                )));
            }
        })
    }

    /// # Safety
    /// There are `count` numbers.
    unsafe fn numbers(&self) -> Result<Value, Problem> {
        if self.numbers.is_null() || self.count > MOST_NUMBERS {
            return Err(Problem::Argument(format!(
                "value.numbers is null, or has more than {MOST_NUMBERS} numbers"
            )));
        }
        // SAFETY: as the caller says.
        let numbers = unsafe { std::slice::from_raw_parts(self.numbers, self.count) };
        Ok(Value::numbers(numbers.iter().copied()))
    }
}

fn button(number: u32) -> Result<MouseButton, Problem> {
    match number {
        0 => Ok(MouseButton::Primary),
        1 => Ok(MouseButton::Secondary),
        2 => Ok(MouseButton::Middle),
        _ => Err(Problem::Argument(format!(
            "value.button is {number}, which is not an lfp_mouse_button"
        ))),
    }
}

/// Passes what the user did with a widget to the next drawing of a panel. `widget` is the `id` of a
/// widget of a frame. An input that does not suit the widget is in `dropped` of the next frame. Any
/// thread, with or without the GIL.
///
/// # Safety
/// `panel` is null or a text; `value` is as documented.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_input(
    panel: *const c_char,
    widget: u64,
    value: *const lfp_value,
) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let (value, panel) = unsafe { (lfp_value::read(value)?, panels::find(panel)?) };
        panel.push_input(Input::new(WidgetId::from_bits(widget), value));
        Ok(())
    })
}
