//! The numbers in widgets: kinds, styles, forms, flags.

/// What a widget is. A front end skips a kind that it does not know, with its content.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_kind {
    /// A kind that this library cannot describe.
    Unknown = 0,
    /// Text: `content.text`.
    Text = 1,
    /// A button: `content.button`.
    Button = 2,
    /// A clickable field filled with a colour: `content.color_button`.
    ColorButton = 3,
    /// A check box: `content.checkbox`.
    Checkbox = 4,
    /// A radio button: `content.radio`.
    Radio = 5,
    /// One number or several: `content.number`.
    Number = 6,
    /// A text field: `content.text_input`.
    TextInput = 7,
    /// A path: `content.path_input`.
    PathInput = 8,
    /// One of several items: `content.choice`.
    Choice = 9,
    /// A colour field: `content.color`.
    Color = 10,
    /// A line that can be selected: `content.selectable`.
    Selectable = 11,
    /// An entry of a menu: `content.menu_item`.
    MenuItem = 12,
    /// A header that unfolds what follows it; the content is not inside it: `content.fold`.
    Header = 13,
    /// A progress bar: `content.progress`.
    Progress = 14,
    /// A curve: `content.plot`.
    Plot = 15,
    /// A picture: `content.image`.
    Image = 16,
    /// A horizontal line.
    Separator = 17,
    /// A small vertical space.
    Spacing = 18,
    /// Ends the line.
    NewLine = 19,
    /// Moves what follows: `content.cursor`.
    Cursor = 20,
    /// Scrolls until what was drawn last is visible: `content.scroll_here`.
    ScrollHere = 21,
    /// A shape: `content.shape`.
    Draw = 22,
    /// Container: a tree node that folds: `content.fold`.
    Tree = 23,
    /// Container: several widgets that count as one.
    Group = 24,
    /// Container: a part of the panel that scrolls separately: `content.child`.
    Child = 25,
    /// Container: an arrangement: `content.layout`.
    Layout = 26,
    /// Container: a window above the panel: `content.popup`.
    Popup = 27,
    /// Container: a separate window: `content.window`.
    Window = 28,
    /// Container: shown while the pointer is over the widget before it.
    Tooltip = 29,
    /// Container: a bar of menus.
    MenuBar = 30,
    /// Container: a menu that unfolds: `content.fold`.
    Menu = 31,
    /// Container of rows: `content.table`.
    Table = 32,
    /// Container of the cells of a row: `content.cell`.
    TableRow = 33,
    /// Container: one column of a row: `content.cell`.
    TableCell = 34,
    /// Container: follows the pointer while the widget before it is dragged.
    DragPreview = 35,
}

/// How text is displayed.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_text_style {
    /// One line.
    Plain = 0,
    /// The heading of a section.
    Heading = 1,
    /// Greyed out.
    Disabled = 2,
    /// Wrapped at the edge of the panel.
    Wrapped = 3,
    /// After a bullet.
    Bullet = 4,
    /// The user can select and copy it.
    Selectable = 5,
    /// Centred on the line.
    Centered = 6,
}

/// What a button means to the user.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_button_style {
    /// Nothing special.
    Plain = 0,
    /// The action that the user most likely wants.
    Primary = 1,
    /// An alternative to it.
    Secondary = 2,
    /// Confirms or completes something.
    Success = 3,
    /// Needs attention.
    Warning = 4,
    /// Destroys something.
    Error = 5,
    /// Without a frame, as high as a line of text.
    Small = 6,
    /// Not drawn: an area that can be clicked.
    Invisible = 7,
}

/// How a number is entered.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_number_form {
    /// A handle between `min` and `max`.
    Slider = 0,
    /// By dragging, `step` a pixel.
    Drag = 1,
    /// The user types it, or changes it by `step`.
    Input = 2,
}

/// What a value consists of.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_value_kind {
    /// No value that this library can describe.
    None = 0,
    /// `integer`.
    Integer = 1,
    /// `numbers[0]`.
    Number = 2,
    /// `numbers`, `count` of them.
    Numbers = 3,
}

/// How a layout arranges its content.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_flow {
    /// Side by side.
    Row = 0,
    /// One below the other.
    Column = 1,
    /// One below the other, in a frame.
    Box = 2,
    /// The first takes `factor` of the width, the others share the rest.
    Split = 3,
    /// In `columns`; 0: as many as fit.
    Grid = 4,
}

/// How a popup behaves.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_popup_form {
    /// Closed by a click outside it.
    Plain = 0,
    /// Blocks everything else until it is closed.
    Modal = 1,
    /// Opened by a secondary click on the widget before it; it is in the frame while it is closed.
    Context = 2,
}

/// A shape.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_shape_kind {
    /// `points`, joined by lines.
    Path = 0,
    /// From `points[0]` to `points[1]`, with corners of `radius`.
    Rect = 1,
    /// Around `points[0]`, with `radius`.
    Circle = 2,
    /// `text` at `points[0]`.
    Text = 3,
}

/// Where a shape is drawn.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_layer {
    /// Above the widgets of the panel, clipped to its window.
    Window = 0,
    /// Above everything.
    Foreground = 1,
    /// Behind all panels.
    Background = 2,
}

/// What a `lfp_style` sets.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_style_kind {
    /// A kind that is newer than this header.
    Other = 0,
    /// A colour: `color`.
    Color = 1,
    /// A length in pixels, or a factor: `values.x`.
    Number = 2,
    /// Two lengths in pixels: `values`.
    Size = 3,
    /// The look that the application gives to its own windows.
    WindowTheme = 4,
    /// The look that it gives to its dialogs, which block everything else.
    ModalTheme = 5,
}

/// The user cannot use the widget now.
pub const LFP_DISABLED: u16 = 1 << 0;
/// The panel asks whether the pointer is over the widget: `LFP_INPUT_KIND_HOVER`.
pub const LFP_WANTS_HOVER: u16 = 1 << 1;
/// The widget has the keyboard focus.
pub const LFP_FOCUS: u16 = 1 << 2;
/// It is on the line of the widget before: `same_line_offset`, `same_line_spacing`.
pub const LFP_SAME_LINE: u16 = 1 << 3;
/// `width` is set.
pub const LFP_HAS_WIDTH: u16 = 1 << 4;
/// `tooltip` is set.
pub const LFP_HAS_TOOLTIP: u16 = 1 << 5;
/// It can be dragged: `drag_type`, `drag_data`.
pub const LFP_CAN_DRAG: u16 = 1 << 6;
/// Something can be dropped on it: `accepts`.
pub const LFP_ACCEPTS: u16 = 1 << 7;
/// Widgets can be inside it in its present state; its content is what follows with a larger depth.
pub const LFP_IS_CONTAINER: u16 = 1 << 8;
/// The panel asks whether the widget is double clicked: `LFP_INPUT_KIND_DOUBLE_CLICK`.
pub const LFP_WANTS_DOUBLE_CLICK: u16 = 1 << 9;
/// The panel asks whether the pointer holds the widget: `LFP_INPUT_KIND_DRAG`.
pub const LFP_WANTS_DRAG: u16 = 1 << 10;
/// The panel asks when the user begins and ends to edit the widget: `LFP_INPUT_KIND_EDIT`.
pub const LFP_WANTS_EDIT: u16 = 1 << 11;
/// The user is editing the widget, as `LFP_INPUT_KIND_EDIT` has reported.
pub const LFP_EDITING: u16 = 1 << 12;
/// The panel asks whether the widget is clicked, by any button: `LFP_INPUT_KIND_CLICK`.
pub const LFP_WANTS_CLICK: u16 = 1 << 13;
