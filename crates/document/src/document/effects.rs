//! Scrolling, selecting, moving, and where elements lie: what only a front end shows or knows.

use super::elements::Done;
use super::state::Document;
use crate::changes::Effect;
use crate::tree::id::NodeId;
use crate::tree::node::Layout;

impl Document {
    /// Moves a property to a value. The value is set at once; the front end shows the movement.
    ///
    /// # Errors
    /// Those of [`set_property`](Self::set_property).
    pub fn animate(
        &mut self,
        node: NodeId,
        property: &str,
        from: Option<&str>,
        to: &str,
        seconds: f32,
        tween: &str,
    ) -> Done {
        self.set_property(node, property, to)?;
        self.effects.push(Effect::Animate {
            node,
            property: property.to_owned(),
            from: from.map(str::to_owned),
            to: to.to_owned(),
            seconds,
            tween: tween.to_owned(),
        });
        self.bound_effects();
        Ok(())
    }

    /// Scrolls until an element is visible.
    pub fn scroll_into_view(&mut self, node: NodeId, is_at_top: bool) {
        self.effects
            .push(Effect::ScrollIntoView { node, is_at_top });
        self.bound_effects();
    }

    /// Scrolls the content of an element, in pixels.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn scroll(&mut self, node: NodeId, left: f32, top: f32) -> Done {
        self.known(node)?;
        if let Some(element) = self.tree.element_mut(node) {
            element.layout.scroll_left = left;
            element.layout.scroll_top = top;
        }
        self.effects.push(Effect::Scroll { node, left, top });
        self.bound_effects();
        Ok(())
    }

    /// Selects the whole text of a control.
    pub fn select_text(&mut self, node: NodeId) {
        self.effects.push(Effect::SelectText { node });
        self.bound_effects();
    }

    /// A front end that takes nothing does not make the document grow.
    fn bound_effects(&mut self) {
        const MOST: usize = 1_000;
        if self.effects.len() > MOST {
            self.effects.drain(..MOST / 2);
        }
    }

    /// Returns where an element lies, as the front end last said.
    #[must_use]
    pub fn layout(&self, node: NodeId) -> Layout {
        self.tree
            .element(node)
            .map_or_else(Layout::default, |element| element.layout)
    }

    /// Says where an element lies. A front end calls this after its layout.
    pub fn set_layout(&mut self, node: NodeId, layout: Layout) {
        if let Some(element) = self.tree.element_mut(node) {
            element.layout = layout;
        }
    }
}
