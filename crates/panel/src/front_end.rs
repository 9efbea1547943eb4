//! The interface for hosts written in Rust: a trait that is called widget by widget.

use crate::frame::{Frame, PanelError, Warning, Widget};
use crate::input::{Input, InputValue};

/// Something that can draw frames.
///
/// It is called for each widget in the order of the frame. With an immediate-mode toolkit,
/// [`FrontEnd::widget`] returns at once what the user does; with a toolkit that retains widgets it
/// returns `None` and passes inputs to the session when the toolkit's events arrive. An example is
/// `examples/terminal.rs`.
pub trait FrontEnd {
    /// The error of a drawing operation.
    type Error;

    /// Begins a panel.
    ///
    /// # Errors
    /// An error ends the drawing.
    fn begin(&mut self, frame: &Frame) -> Result<(), Self::Error>;

    /// Draws a widget, or begins a container. Returns what the user has done to it.
    ///
    /// # Errors
    /// An error ends the drawing.
    fn widget(&mut self, widget: &Widget) -> Result<Option<InputValue>, Self::Error>;

    /// Ends a container. It is called for each container that was begun, innermost first.
    ///
    /// # Errors
    /// An error ends the drawing.
    fn leave(&mut self, container: &Widget) -> Result<(), Self::Error>;

    /// Shows why the panel could not be drawn.
    ///
    /// # Errors
    /// An error ends the drawing.
    fn error(&mut self, error: &PanelError) -> Result<(), Self::Error>;

    /// Shows a warning to the author. The default implementation does nothing.
    ///
    /// # Errors
    /// An error ends the drawing.
    fn warning(&mut self, warning: &Warning) -> Result<(), Self::Error> {
        let _ = warning;
        Ok(())
    }

    /// Ends the panel.
    ///
    /// # Errors
    /// An error ends the drawing.
    fn end(&mut self, frame: &Frame) -> Result<(), Self::Error>;
}

/// Draws a frame. Returns what the user did, to be passed to [`crate::Session::push_input`].
///
/// # Errors
/// The first error of the front end.
pub fn present<F: FrontEnd>(frame: &Frame, front_end: &mut F) -> Result<Vec<Input>, F::Error> {
    let mut inputs = Vec::new();
    let mut open: Vec<&Widget> = Vec::new();
    front_end.begin(frame)?;
    for warning in &frame.warnings {
        front_end.warning(warning)?;
    }
    if let Some(error) = &frame.error {
        front_end.error(error)?;
    }
    for widget in &frame.widgets {
        while let Some(container) = open.pop_if(|container| container.depth >= widget.depth) {
            front_end.leave(container)?;
        }
        if let Some(value) = front_end.widget(widget)? {
            inputs.push(Input::new(widget.id, value));
        }
        if widget.kind.is_container() {
            open.push(widget);
        }
    }
    for container in open.into_iter().rev() {
        front_end.leave(container)?;
    }
    front_end.end(frame)?;
    Ok(inputs)
}
