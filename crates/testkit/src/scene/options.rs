//! What to render: checked once, so that whatever holds a [`SceneOptions`] can render it.

use super::SceneError;

const VIEWS: (u32, u32) = (1, 1000);
const PIXELS: (u32, u32) = (16, 8192);

/// How many views of which size, from which seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneOptions {
    views: u32,
    width: u32,
    height: u32,
    seed: u64,
}

impl SceneOptions {
    /// `views` images (1 to 1,000) of `width` times `height` pixels (16 to 8,192 each), seed 1.
    ///
    /// # Errors
    /// [`SceneError::OutOfRange`], which names the number and its limits.
    pub fn new(views: u32, width: u32, height: u32) -> Result<Self, SceneError> {
        check("views", views, VIEWS)?;
        check("width", width, PIXELS)?;
        check("height", height, PIXELS)?;
        Ok(Self {
            views,
            width,
            height,
            seed: 1,
        })
    }

    /// Another seed: another arrangement of boxes, other textures, slightly other cameras.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many images.
    #[must_use]
    pub fn views(&self) -> u32 {
        self.views
    }

    /// The width of each, in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The height of each, in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

impl Default for SceneOptions {
    /// 16 views of 320 x 240 pixels, seed 1: enough to register all of them, in a few seconds.
    fn default() -> Self {
        Self {
            views: 16,
            width: 320,
            height: 240,
            seed: 1,
        }
    }
}

fn check(what: &'static str, value: u32, (least, most): (u32, u32)) -> Result<(), SceneError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(SceneError::OutOfRange {
        what,
        value,
        least,
        most,
    })
}
