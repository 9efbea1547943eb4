//! What the user does with elements of a panel's document.

use super::state::Recorder;
use crate::document::ElementInput;
use crate::session::of_element;

impl Recorder {
    /// Takes what the user did with elements of the document, in order. What nobody takes is dropped.
    pub fn take_elements(&mut self) -> Vec<ElementInput> {
        self.session.take_elements()
    }

    /// Reports an action on an element that does not exist any more.
    pub fn drop_element(&mut self, element: ElementInput, reason: &str) {
        self.session.drop_input(of_element(element), reason);
    }
}
