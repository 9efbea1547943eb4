//! Finding elements.

use super::elements::NodeError;
use super::state::Document;
use crate::style::{matching, selector};
use crate::tree::id::NodeId;

impl Document {
    /// Returns the first element with this `id`.
    #[must_use]
    pub fn element_by_id(&self, id: &str) -> Option<NodeId> {
        let known = self.tree.ids.get(id)?;
        let mut attached = known
            .iter()
            .copied()
            .filter(|node| self.tree.is_within(*node, self.root));
        let first = attached.next()?;
        if attached.next().is_none() {
            return Some(first);
        }
        // Several have it, which is rare: the first in the document counts.
        let all = self.tree.subtree(self.root);
        all.into_iter().find(|node| known.contains(node))
    }

    /// Returns the first element with this `id` in another one.
    #[must_use]
    pub fn element_by_id_in(&self, within: NodeId, id: &str) -> Option<NodeId> {
        let known = self.tree.ids.get(id)?;
        let all = self.tree.subtree(within);
        all.into_iter().find(|node| known.contains(node))
    }

    /// Returns the elements with a class, in the order of the document.
    #[must_use]
    pub fn elements_by_class(&self, within: NodeId, class: &str) -> Vec<NodeId> {
        let all = self.tree.subtree(within).into_iter().skip(1);
        all.filter(|node| self.has_class(*node, class)).collect()
    }

    /// Returns the elements with a name, in the order of the document.
    #[must_use]
    pub fn elements_by_name(&self, within: NodeId, name: &str) -> Vec<NodeId> {
        let all = self.tree.subtree(within).into_iter().skip(1);
        all.filter(|node| self.name(*node) == Some(name)).collect()
    }

    /// Returns the elements in another one that a selector means, in the order of the document.
    ///
    /// # Errors
    /// If the text is not a selector.
    pub fn query_all(&self, within: NodeId, selector: &str) -> Result<Vec<NodeId>, NodeError> {
        let selectors = selector::parse_text(selector)
            .map_err(|why| NodeError::Selector(selector.to_owned(), why))?;
        let all = self.tree.subtree(within).into_iter().skip(1);
        let means = |node: &NodeId| {
            selectors
                .iter()
                .any(|selector| matching::matches(selector, &self.tree, *node))
        };
        Ok(all.filter(means).collect())
    }

    /// Returns the first element in another one that a selector means.
    ///
    /// # Errors
    /// If the text is not a selector.
    pub fn query(&self, within: NodeId, selector: &str) -> Result<Option<NodeId>, NodeError> {
        Ok(self.query_all(within, selector)?.into_iter().next())
    }

    /// Returns the innermost element around a node, or the node itself, that a selector means.
    ///
    /// # Errors
    /// If the text is not a selector.
    pub fn closest(&self, node: NodeId, selector: &str) -> Result<Option<NodeId>, NodeError> {
        let selectors = selector::parse_text(selector)
            .map_err(|why| NodeError::Selector(selector.to_owned(), why))?;
        let mut at = Some(node);
        while let Some(node) = at {
            if selectors
                .iter()
                .any(|selector| matching::matches(selector, &self.tree, node))
            {
                return Ok(Some(node));
            }
            at = self.tree.parent(node);
        }
        Ok(None)
    }
}
