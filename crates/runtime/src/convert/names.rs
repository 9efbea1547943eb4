//! The texts that every frame contains: keys, kinds, styles. Each is made once.

use pyo3::prelude::*;
use pyo3::types::PyString;
use std::cell::RefCell;

/// The number of places; a frame has about eighty names.
const PLACES: usize = 512;

/// A text and the object that was made of it.
type Place = Option<(Box<str>, Py<PyString>)>;

/// Interned texts by their address: the names of fields and variants are constants of the program,
/// so a text is nearly always found at once, without hashing it.
///
/// Two texts that share a place replace each other. What is found is compared, so a text that is no
/// constant is only slower.
pub(super) struct Names(RefCell<Vec<Place>>);

impl Default for Names {
    fn default() -> Self {
        let mut places = Vec::new();
        places.resize_with(PLACES, || None);
        Self(RefCell::new(places))
    }
}

fn place_of(text: &str) -> usize {
    let address = text.as_ptr() as usize;
    // Constants lie close together.
    (address ^ (address >> 9) ^ (text.len() << 4)) % PLACES
}

impl Names {
    pub(super) fn get<'py>(&self, py: Python<'py>, text: &str) -> Bound<'py, PyString> {
        let at = place_of(text);
        if let Ok(places) = self.0.try_borrow()
            && let Some(Some((known, made))) = places.get(at)
            && **known == *text
        {
            return made.bind(py).clone();
        }
        let made = PyString::intern(py, text);
        let entry = (Box::from(text), made.clone().unbind());
        let old = match self.0.try_borrow_mut() {
            Ok(mut places) => places.get_mut(at).map(|place| place.replace(entry)),
            Err(_) => None,
        };
        drop(old);
        made
    }
}
