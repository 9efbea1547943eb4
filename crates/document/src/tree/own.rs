//! What a plugin has changed of an element by itself: another version of the template keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::limits::{MAX_ATTRIBUTES, MAX_DECLARATIONS};

/// Content that replaced that of the template.
#[derive(Clone, Debug)]
pub(crate) enum OwnContent {
    /// The RML as the plugin wrote it, with its bindings.
    Rml(Arc<str>),
    Text(Arc<str>),
}

/// The changes, by what was changed. The values are those of the element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    pub(crate) content: Option<OwnContent>,
    /// Classes that were added (`true`) or removed.
    pub(crate) classes: BTreeMap<Arc<str>, bool>,
    pub(crate) attributes: BTreeSet<Arc<str>>,
    pub(crate) properties: BTreeSet<Arc<str>>,
}

impl Own {
    pub(crate) fn rml(&mut self, rml: &str) {
        self.content = Some(OwnContent::Rml(Arc::from(rml)));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.content = Some(OwnContent::Text(Arc::from(text)));
    }

    /// A plugin that makes up names for ever has the first ones kept.
    pub(crate) fn class(&mut self, class: &str, is_on: bool) {
        if let Some(known) = self.classes.get_mut(class) {
            *known = is_on;
        } else if self.classes.len() < MAX_ATTRIBUTES {
            self.classes.insert(Arc::from(class), is_on);
        }
    }

    /// All classes were replaced, by names that are separated by spaces.
    pub(crate) fn all_classes(&mut self, before: &[Arc<str>], after: &str) {
        let after: Vec<&str> = after.split_whitespace().collect();
        for old in before.iter().filter(|old| !after.contains(&&***old)) {
            self.class(old, false);
        }
        for new in after {
            if before.iter().all(|old| **old != *new) {
                self.class(new, true);
            }
        }
    }

    pub(crate) fn attribute(&mut self, name: &str) {
        if self.attributes.len() < MAX_ATTRIBUTES {
            self.attributes.insert(Arc::from(name));
        }
    }

    pub(crate) fn property(&mut self, name: &str) {
        if self.properties.len() < MAX_DECLARATIONS {
            self.properties.insert(Arc::from(name));
        }
    }
}
