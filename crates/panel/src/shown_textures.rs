//! The pictures of widgets, and the textures among them.

use crate::frame::Frame;
use crate::kind::WidgetKind;
use crate::value::Picture;
use rustc_hash::FxHashSet;

impl WidgetKind {
    /// Returns the picture that it shows, if it is of a kind that shows one.
    #[must_use]
    #[inline]
    pub fn picture(&self) -> Option<&Picture> {
        match self {
            Self::Image { picture, .. } => Some(picture),
            Self::Button { picture, .. } => picture.as_ref(),
            _ => None,
        }
    }

    /// Returns the picture that it shows, to be changed.
    pub fn picture_mut(&mut self) -> Option<&mut Picture> {
        match self {
            Self::Image { picture, .. } => Some(picture),
            Self::Button { picture, .. } => picture.as_mut(),
            _ => None,
        }
    }
}

impl Frame {
    /// Lists the textures that its widgets show, each version once, in [`Frame::textures`].
    pub fn list_textures(&mut self) {
        self.textures.clear();
        let mut known = FxHashSet::default();
        for widget in &self.widgets {
            if let Some(Picture::Pixels(texture)) = widget.kind.picture()
                && known.insert((texture.id, texture.version))
            {
                self.textures.push(*texture);
            }
        }
    }
}
