//! What the user did, from C.

use crate::error::{Problem, lfp_error};
use crate::guard::guarded;
use crate::panels;
use crate::text;
use lichtfeld_embed::panel::{
    Drag, ElementAction, ElementBox, Input, InputValue, MouseButton, Payload, Value, Vec2, WidgetId,
};
use std::ffi::c_char;
use std::mem::{MaybeUninit, offset_of};

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
    /// Clicked twice in quick succession with `button`, beside the two clicks. For widgets with
    /// `LFP_WANTS_DOUBLE_CLICK`, and for frames with `wants_double_click` anywhere: the widget 0 is the
    /// panel itself.
    DoubleClick = 10,
    /// Moved the pointer to `x`, `y` while `button` is held, which was pressed at `start_x`, `start_y` on
    /// the widget, or with the widget 0 beside all of them; released it there if `flag`. For widgets with
    /// `LFP_WANTS_DRAG`, and for frames with `wants_drag`.
    Drag = 11,
    /// Turned the wheel by `x` lines to the right and `y` lines up, over the widget or with 0 the panel. For
    /// frames with `wants_wheel`.
    Wheel = 12,
    /// Began to edit a number, a text, a path or a colour, or ended it: `flag`. What was set in between is
    /// one step for undo.
    Edit = 13,
    /// Gave an element of a document the keyboard, or took it away: `flag`. For `lfp_element_input`.
    Focus = 14,
    /// Scrolled the content of an element by `x` pixels to the left and `y` up. For `lfp_element_input`.
    Scroll = 15,
    /// An element lies at `numbers`: left and upper edge from that of the panel, width, height; then, if
    /// there are more, width and height of what is visible of its content, and of all its content. For
    /// `lfp_element_input`.
    Layout = 16,
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
    /// Where the pointer is, in pixels from the upper left corner of the panel; or lines of the wheel.
    pub x: f32,
    /// See `x`.
    pub y: f32,
    /// Where the button was pressed.
    pub start_x: f32,
    /// See `start_x`.
    pub start_y: f32,
}

/// The size of the struct before it had `x` and what follows: such programs send no drags.
const OLDEST: usize = offset_of!(lfp_value, x);

impl lfp_value {
    /// # Safety
    /// It is null, or as documented.
    unsafe fn copied(value: *const Self) -> Result<Self, Problem> {
        if value.is_null() {
            return Err(Problem::Argument("value is null".to_owned()));
        }
        // SAFETY: the first field is always there.
        let size = unsafe { (&raw const (*value).size).read() };
        if size < OLDEST {
            return Err(Problem::Argument(format!(
                "value.size is {size}, and not sizeof(lfp_value)"
            )));
        }
        let mut copy = MaybeUninit::<Self>::zeroed();
        // SAFETY: that many bytes are there, and no more than the copy has are written; all zeros are
        // a value of every field, as any others are.
        Ok(unsafe {
            let length = size.min(size_of::<Self>());
            let to = copy.as_mut_ptr().cast::<u8>();
            value.cast::<u8>().copy_to_nonoverlapping(to, length);
            copy.assume_init()
        })
    }

    /// # Safety
    /// It is null, or as documented.
    pub(crate) unsafe fn read_action(value: *const Self) -> Result<ElementAction, Problem> {
        // SAFETY: as the caller says.
        let given = unsafe { Self::copied(value) }?;
        const FOCUS: u32 = lfp_input_kind::Focus as u32;
        const SCROLL: u32 = lfp_input_kind::Scroll as u32;
        const LAYOUT: u32 = lfp_input_kind::Layout as u32;
        match given.kind {
            FOCUS => return Ok(ElementAction::Focus(given.flag != 0)),
            SCROLL => return Ok(ElementAction::Scroll(Vec2::new(given.x, given.y))),
            LAYOUT => {
                // SAFETY: as the caller says.
                let numbers = unsafe { given.numbers() }?.to_numbers();
                return place(&numbers).map(ElementAction::Layout);
            }
            _ => {}
        }
        // SAFETY: as the caller says.
        match unsafe { Self::read(value) }? {
            InputValue::Click(button) => Ok(ElementAction::Click(button)),
            InputValue::Set(value) => Ok(ElementAction::Set(value)),
            InputValue::Hover(is_over) => Ok(ElementAction::Hover(is_over)),
            _ => Err(Problem::Argument(format!(
                "value.kind is {}, which an element does not take",
                given.kind
            ))),
        }
    }

    /// # Safety
    /// It is null, or as documented.
    unsafe fn read(value: *const Self) -> Result<InputValue, Problem> {
        // SAFETY: as the caller says.
        let value = unsafe { Self::copied(value) }?;
        const CLICK: u32 = lfp_input_kind::Click as u32;
        const SET_BOOL: u32 = lfp_input_kind::SetBool as u32;
        const SET_INTEGER: u32 = lfp_input_kind::SetInteger as u32;
        const SET_NUMBER: u32 = lfp_input_kind::SetNumber as u32;
        const SET_TEXT: u32 = lfp_input_kind::SetText as u32;
        const SET_NUMBERS: u32 = lfp_input_kind::SetNumbers as u32;
        const OPEN: u32 = lfp_input_kind::Open as u32;
        const HOVER: u32 = lfp_input_kind::Hover as u32;
        const DROP: u32 = lfp_input_kind::Drop as u32;
        const DOUBLE_CLICK: u32 = lfp_input_kind::DoubleClick as u32;
        const DRAG: u32 = lfp_input_kind::Drag as u32;
        const WHEEL: u32 = lfp_input_kind::Wheel as u32;
        const EDIT: u32 = lfp_input_kind::Edit as u32;
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
            DOUBLE_CLICK => InputValue::DoubleClick(button(value.button)?),
            DRAG => {
                let start = Vec2::new(value.start_x, value.start_y);
                let drag = Drag::new(button(value.button)?, start, Vec2::new(value.x, value.y));
                InputValue::Drag(if value.flag == 0 { drag } else { drag.end() })
            }
            WHEEL => InputValue::Wheel(Vec2::new(value.x, value.y)),
            EDIT => InputValue::Edit(value.flag != 0),
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

/// Reads where an element lies.
fn place(numbers: &[f64]) -> Result<ElementBox, Problem> {
    let pair = |at: usize| {
        let number = |at: usize| numbers.get(at).map(|number| *number as f32);
        Some(Vec2::new(number(at)?, number(at + 1)?))
    };
    let (Some(at), Some(size)) = (pair(0), pair(2)) else {
        let message = format!(
            "value.numbers of a layout are 4 to 8 numbers, not {}",
            numbers.len()
        );
        return Err(Problem::Argument(message));
    };
    let mut place = ElementBox::new(at, size);
    place.client = pair(4).unwrap_or(size);
    place.content = pair(6).unwrap_or(place.client);
    Ok(place)
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
