//! The way in for hosts written in Rust: a trait that is called widget by widget.

use crate::frame::{Frame, PanelError, Warning, Widget};
use crate::input::{Input, InputValue};

/// Something that can draw frames.
///
/// It is called for each widget in the order of the frame. An immediate-mode toolkit answers
/// [`FrontEnd::widget`] at once with what the user does; one that keeps widgets answers nothing
/// and hands inputs to the session when its own events arrive. `examples/terminal.rs` is one.
pub trait FrontEnd {
    /// What can go wrong with drawing.
    type Error;

    /// Begins a panel.
    ///
    /// # Errors
    /// Ends the drawing.
    fn begin(&mut self, frame: &Frame) -> Result<(), Self::Error>;

    /// Draws a widget, or begins a container; what the user has done to it since.
    ///
    /// # Errors
    /// Ends the drawing.
    fn widget(&mut self, widget: &Widget) -> Result<Option<InputValue>, Self::Error>;

    /// Ends a container. Called for each that was begun, innermost first.
    ///
    /// # Errors
    /// Ends the drawing.
    fn leave(&mut self, container: &Widget) -> Result<(), Self::Error>;

    /// Shows why there are no widgets.
    ///
    /// # Errors
    /// Ends the drawing.
    fn error(&mut self, error: &PanelError) -> Result<(), Self::Error>;

    /// Shows what the author should know of; as it is, nothing is shown.
    ///
    /// # Errors
    /// Ends the drawing.
    fn warning(&mut self, warning: &Warning) -> Result<(), Self::Error> {
        let _ = warning;
        Ok(())
    }

    /// Ends the panel.
    ///
    /// # Errors
    /// Ends the drawing.
    fn end(&mut self, frame: &Frame) -> Result<(), Self::Error>;
}

/// Draws a frame; what the user did, to be handed to [`crate::Session::push_input`].
///
/// # Errors
/// The front end's, at the first.
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
