//! The textures of all plugins of a process: pixels by number and version.
//!
//! A front end reads them from any thread. Every version has pixels of its own, which never change:
//! whoever has taken them keeps them, whatever the plugin does.

use crate::error::codes;
use crate::registrations::ledger::Owner;
use lichtfeld_panel::{FIRST_TEXTURE, MAX_TEXTURE_SIDE, TextureRef};
use parking_lot::{Mutex, MutexGuard};
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// How many textures a plugin may have.
pub const MAX_TEXTURES: usize = 1024;

/// The size of all textures of a plugin together, in bytes: 512 MiB.
pub const MAX_TEXTURE_BYTES: u64 = 512 << 20;

/// How many numbers of textures each process has for itself.
pub const TEXTURES_OF_A_PROCESS: u64 = 1 << 32;

/// Memory with pixels, which does not change.
pub trait PixelMemory: Send + Sync {
    /// Returns the pixels, as [`TextureFormat`](lichtfeld_panel::TextureFormat) says.
    fn bytes(&self) -> &[u8];

    /// Returns what the runtime knows it by: memory that another process can map.
    fn interface(&self) -> Option<&dyn Any> {
        None
    }
}

impl PixelMemory for Box<[u8]> {
    fn bytes(&self) -> &[u8] {
        self
    }
}

/// One version of a texture, with its pixels.
#[derive(Clone)]
#[non_exhaustive]
pub struct Texture {
    /// Its number, version and size.
    pub info: TextureRef,
    pixels: Arc<dyn PixelMemory>,
}

impl Texture {
    /// Returns the pixels: `info.width * info.height * 4` bytes, red, green, blue and opacity, in rows
    /// from the top.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        self.pixels.bytes()
    }

    /// Returns the memory with the pixels.
    #[must_use]
    pub fn memory(&self) -> &dyn PixelMemory {
        &*self.pixels
    }
}

impl fmt::Debug for Texture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texture").field(&self.info).finish()
    }
}

/// Pixels that are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextureRefused {
    /// A side is 0, or too long.
    #[error(
        "a texture of {width} x {height} pixels; each side may have from 1 to {MAX_TEXTURE_SIDE}"
    )]
    Size {
        /// The width, in pixels.
        width: u64,
        /// The height, in pixels.
        height: u64,
    },
    /// The plugin has as many as one may have.
    #[error("the plugin has {most} textures already, as many as a plugin may have")]
    TooMany {
        /// [`MAX_TEXTURES`].
        most: usize,
    },
    /// All textures of the plugin would be too large together.
    #[error(
        "the plugin's textures would have {bytes} bytes together; a plugin may have at most {most}"
    )]
    TooLarge {
        /// The bytes with the new one.
        bytes: u64,
        /// [`MAX_TEXTURE_BYTES`].
        most: u64,
    },
    /// The number is not one that the owner may use. Only a broken process says it.
    #[error("{0} is not the number of a texture of this process")]
    Number(u64),
    /// The memory does not have the size that was announced. Only a broken process says it.
    #[error("the pixels have {given} bytes, and not {expected}")]
    Bytes {
        /// The bytes that came.
        given: u64,
        /// Width times height times 4.
        expected: u64,
    },
}

impl TextureRefused {
    /// The stable code.
    pub const CODE: &'static str = codes::TEXTURE_LIMIT.code;

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Size { .. } => "make the image smaller before, for example image[::2, ::2]",
            Self::TooMany { .. } => {
                "update the textures that exist, and free those that are not shown with destroy()"
            }
            Self::TooLarge { .. } => {
                "make the images smaller before, for example image[::2, ::2], and free textures that \
                 are not shown with destroy()"
            }
            Self::Number(_) | Self::Bytes { .. } => "report this to the author of the plugin",
        }
    }
}

/// A label of a panel, of one plugin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Label {
    owner: Option<Owner>,
    panel: String,
    label: String,
}

struct Held {
    owner: Option<Owner>,
    texture: Texture,
}

#[derive(Clone, Copy, Default)]
struct Used {
    count: usize,
    bytes: u64,
}

#[derive(Default)]
struct Kept {
    /// How many numbers were given out, and how many ranges of them.
    numbers: u64,
    ranges: u64,
    textures: BTreeMap<u64, Held>,
    used: HashMap<Owner, Used>,
    labels: HashMap<Label, u64>,
}

type OnRemoved = Box<dyn Fn(u64) + Send + Sync>;

/// The textures of a process. Those of workers are here too, in the process of the application.
#[derive(Default)]
pub struct Textures {
    /// The first number of this process, in a worker.
    first: OnceLock<u64>,
    kept: Mutex<Kept>,
    on_removed: OnceLock<OnRemoved>,
}

impl fmt::Debug for Textures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.lock().textures.len();
        f.debug_struct("Textures")
            .field("count", &count)
            .finish_non_exhaustive()
    }
}

/// The result of [`Textures::put`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Put {
    /// The version that is kept now.
    pub texture: TextureRef,
    /// Whether it is the only texture of its owner: note that they are freed with it.
    pub is_first: bool,
}

impl Textures {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock()
    }

    /// Sets the first number of this process, once, in a worker.
    pub fn set_first(&self, first: u64) {
        let _ = self.first.set(first);
    }

    /// Calls `notify` with the number of each texture that is removed from now on, without a lock. Once.
    pub fn on_removed(&self, notify: impl Fn(u64) + Send + Sync + 'static) {
        let _ = self.on_removed.set(Box::new(notify));
    }

    /// Returns the first of [`TEXTURES_OF_A_PROCESS`] numbers for another process.
    #[must_use]
    pub fn range(&self) -> u64 {
        let mut kept = self.lock();
        kept.ranges += 1;
        FIRST_TEXTURE + kept.ranges * TEXTURES_OF_A_PROCESS
    }

    /// Returns a number that was never returned before.
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut kept = self.lock();
        kept.numbers += 1;
        self.first.get().unwrap_or(&FIRST_TEXTURE) + kept.numbers
    }

    /// Checks whether an owner may have a texture of this size, before it is made.
    ///
    /// # Errors
    /// The bound that would be exceeded.
    pub fn check(
        &self,
        id: u64,
        owner: Option<&Owner>,
        width: u64,
        height: u64,
    ) -> Result<(), TextureRefused> {
        checked(&self.lock(), id, owner, width, height).map(drop)
    }

    /// Keeps the pixels of a new version of a texture, which replace those of the version before.
    /// `texture.version` 0 means the next one. Without an owner, which is the application, there is no
    /// bound but that of the sides.
    ///
    /// # Errors
    /// The bound that is exceeded, or that the memory has another size than the texture. Then the
    /// texture keeps what it had.
    pub fn put(
        &self,
        owner: Option<&Owner>,
        mut texture: TextureRef,
        pixels: Arc<dyn PixelMemory>,
    ) -> Result<Put, TextureRefused> {
        let (given, expected) = (pixels.bytes().len() as u64, texture.bytes());
        if given != expected {
            return Err(TextureRefused::Bytes { given, expected });
        }
        let mut kept = self.lock();
        let (width, height) = (texture.width.into(), texture.height.into());
        let used = checked(&kept, texture.id, owner, width, height)?;
        if texture.version == 0 {
            let before = kept.textures.get(&texture.id);
            let before = before.map_or(0, |held| held.texture.info.version);
            texture.version = before.checked_add(1).unwrap_or(1);
        }
        let is_first = match owner {
            Some(owner) => kept.used.insert(owner.clone(), used).is_none(),
            None => false,
        };
        let held = Held {
            owner: owner.cloned(),
            texture: Texture {
                info: texture,
                pixels,
            },
        };
        let before = kept.textures.insert(texture.id, held);
        drop(kept);
        // Without the lock: freeing a mapping takes time.
        drop(before);
        Ok(Put { texture, is_first })
    }

    /// Returns a texture in its present version, with its pixels, or `None` if it does not exist.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Texture> {
        let kept = self.lock();
        kept.textures.get(&id).map(|held| held.texture.clone())
    }

    /// Returns the present version of a texture.
    #[must_use]
    pub fn info(&self, id: u64) -> Option<TextureRef> {
        self.lock().textures.get(&id).map(|held| held.texture.info)
    }

    /// Removes a texture. Returns whether it existed. With an owner only one of that owner.
    pub fn remove(&self, id: u64, owner: Option<&Owner>) -> bool {
        let mut kept = self.lock();
        let is_theirs = |held: &Held| owner.is_none() || held.owner.as_ref() == owner;
        if !kept.textures.get(&id).is_some_and(is_theirs) {
            return false;
        }
        let removed = take(&mut kept, id);
        drop(kept);
        drop(removed);
        self.tell(&[id]);
        true
    }

    /// Removes all textures of a version of a plugin.
    pub fn free(&self, owner: &Owner) {
        self.remove_where(|of| of == owner);
    }

    /// Removes all textures of all versions of a plugin, by its normalised name.
    pub fn free_plugin(&self, key: &str) {
        self.remove_where(|of| of.key == key);
    }

    fn remove_where(&self, is_theirs: impl Fn(&Owner) -> bool) {
        let mut kept = self.lock();
        let ids: Vec<u64> = kept
            .textures
            .iter()
            .filter(|(_, held)| held.owner.as_ref().is_some_and(&is_theirs))
            .map(|(id, _)| *id)
            .collect();
        let removed: Vec<Option<Held>> = ids.iter().map(|id| take(&mut kept, *id)).collect();
        kept.used.retain(|owner, _| !is_theirs(owner));
        kept.labels
            .retain(|label, _| !label.owner.as_ref().is_some_and(&is_theirs));
        drop(kept);
        drop(removed);
        self.tell(&ids);
    }

    /// Returns how many textures an owner has, and their bytes.
    #[must_use]
    pub fn used(&self, owner: &Owner) -> (usize, u64) {
        let used = self.lock().used.get(owner).copied().unwrap_or_default();
        (used.count, used.bytes)
    }

    /// Returns the number of the texture with this label in a panel, which is its own.
    #[must_use]
    pub fn labelled(&self, owner: Option<&Owner>, panel: &str, label: &str) -> u64 {
        let label = Label {
            owner: owner.cloned(),
            panel: panel.to_owned(),
            label: label.to_owned(),
        };
        if let Some(known) = self.lock().labels.get(&label) {
            return *known;
        }
        let number = self.number();
        *self.lock().labels.entry(label).or_insert(number)
    }

    /// Removes the textures of labels that a panel did not show in its last drawing.
    pub fn settle(&self, panel: &str, shown: &[TextureRef]) {
        let mut kept = self.lock();
        if kept.labels.is_empty() {
            return;
        }
        let is_over = |label: &Label, id: &u64| {
            label.panel == panel && !shown.iter().any(|texture| texture.id == *id)
        };
        let over: Vec<u64> = kept
            .labels
            .extract_if(|label, id| is_over(label, id))
            .map(|(_, id)| id)
            .collect();
        let removed: Vec<Option<Held>> = over.iter().map(|id| take(&mut kept, *id)).collect();
        drop(kept);
        drop(removed);
        self.tell(&over);
    }

    fn tell(&self, ids: &[u64]) {
        if let Some(notify) = self.on_removed.get() {
            ids.iter().for_each(|id| notify(*id));
        }
    }
}

/// What an owner would use with this texture.
fn checked(
    kept: &Kept,
    id: u64,
    owner: Option<&Owner>,
    width: u64,
    height: u64,
) -> Result<Used, TextureRefused> {
    let possible = 1..=u64::from(MAX_TEXTURE_SIDE);
    if !possible.contains(&width) || !possible.contains(&height) {
        return Err(TextureRefused::Size { width, height });
    }
    let before = kept.textures.get(&id);
    if before.is_some_and(|held| held.owner.as_ref() != owner) {
        return Err(TextureRefused::Number(id));
    }
    let Some(owner) = owner else {
        // What the application keeps is not counted.
        return Ok(Used::default());
    };
    let mut used = kept.used.get(owner).copied().unwrap_or_default();
    match before {
        Some(held) => used.bytes -= held.texture.info.bytes(),
        None => used.count += 1,
    }
    used.bytes += width * height * 4;
    if used.count > MAX_TEXTURES {
        return Err(TextureRefused::TooMany { most: MAX_TEXTURES });
    }
    if used.bytes > MAX_TEXTURE_BYTES {
        return Err(TextureRefused::TooLarge {
            bytes: used.bytes,
            most: MAX_TEXTURE_BYTES,
        });
    }
    Ok(used)
}

/// Takes a texture out. The owner stays known, so that it is not taken for a new one.
fn take(kept: &mut Kept, id: u64) -> Option<Held> {
    let held = kept.textures.remove(&id)?;
    if let Some(used) = held
        .owner
        .as_ref()
        .and_then(|owner| kept.used.get_mut(owner))
    {
        used.count -= 1;
        used.bytes -= held.texture.info.bytes();
    }
    Some(held)
}

#[cfg(test)]
#[path = "textures_tests.rs"]
mod tests;
