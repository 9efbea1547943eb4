//! All bindings of a document.

use std::sync::Arc;

use super::scope::{Address, BindingId, Place};
use crate::template::plan::{Rows, TemplateElement, TemplateText, View};
use crate::tree::id::NodeId;
use crate::value::Value;

/// What a binding does with its value.
#[derive(Clone, Debug)]
pub(crate) enum What {
    View(Arc<View>),
    Text(Arc<TemplateText>),
    /// The rows of an element, each made of the template.
    Rows(Arc<Rows>, Arc<TemplateElement>),
}

/// A binding of a node.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) node: NodeId,
    pub(crate) what: What,
    pub(crate) place: Place,
    /// The value that is shown.
    pub(crate) shown: Option<Value>,
    /// The list of which the rows are made.
    pub(crate) list: Option<Address>,
    /// Whether the running update evaluates it.
    pub(crate) is_pending: bool,
}

/// The bindings, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    slots: Vec<(u32, Option<Binding>)>,
    free: Vec<u32>,
}

impl Bindings {
    pub(crate) fn add(&mut self, binding: Binding) -> BindingId {
        if let Some(index) = self.free.pop()
            && let Some(slot) = self.slots.get_mut(index as usize)
        {
            slot.1 = Some(binding);
            return BindingId {
                index,
                generation: slot.0,
            };
        }
        // Bindings belong to nodes, whose number is bounded.
        let index = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push((0, Some(binding)));
        BindingId {
            index,
            generation: 0,
        }
    }

    pub(crate) fn get(&self, id: BindingId) -> Option<&Binding> {
        let (generation, binding) = self.slots.get(id.index as usize)?;
        binding.as_ref().filter(|_| *generation == id.generation)
    }

    pub(crate) fn get_mut(&mut self, id: BindingId) -> Option<&mut Binding> {
        let (generation, binding) = self.slots.get_mut(id.index as usize)?;
        binding.as_mut().filter(|_| *generation == id.generation)
    }

    pub(crate) fn remove(&mut self, id: BindingId) {
        if self.get(id).is_none() {
            return;
        }
        if let Some(slot) = self.slots.get_mut(id.index as usize) {
            slot.0 = slot.0.wrapping_add(1);
            slot.1 = None;
            self.free.push(id.index);
        }
    }
}
