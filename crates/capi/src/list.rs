//! Lists that C reads as an array: items, and the texts that they point to, with one owner.

use crate::given_text::{Strings, pointer_of};
use std::marker::PhantomData;

/// The fields of a list that C sees.
pub(crate) trait List {
    /// One item.
    type Item;

    /// Makes it of the array.
    fn new(items: *const Self::Item, count: usize) -> Self;
}

/// A list with what it points to. C sees the first field.
///
/// cbindgen:ignore
#[repr(C)]
pub(crate) struct Held<L: List, O> {
    shown: L,
    items: Vec<L::Item>,
    texts: Strings,
    others: O,
    _shared: PhantomData<*const ()>,
}

impl<L: List, O> Held<L, O> {
    /// Gives a list to C, which releases it. `others` is what items point to besides texts.
    pub(crate) fn for_c(items: Vec<L::Item>, texts: Strings, others: O) -> *const L {
        let shown = L::new(pointer_of(&items), items.len());
        let held = Self {
            shown,
            items,
            texts,
            others,
            _shared: PhantomData,
        };
        Box::into_raw(Box::new(held)).cast()
    }

    /// Takes a list back and releases it. Null is allowed.
    ///
    /// # Safety
    /// `for_c` of the same types made it, and it is not used afterwards.
    pub(crate) unsafe fn release(list: *const L) {
        if !list.is_null() {
            // SAFETY: as the caller says.
            let held = unsafe { Box::from_raw(list.cast_mut().cast::<Self>()) };
            let Self {
                items,
                texts,
                others,
                ..
            } = *held;
            drop((items, texts, others));
        }
    }
}
