//! Pixels of plugins as textures of egui: each version is uploaded once.

use egui::{ColorImage, Context, Id, TextureHandle, TextureOptions};
use lichtfeld_embed::panel::{Frame, TextureRef};
use lichtfeld_embed::textures;

fn key(id: u64) -> Id {
    Id::unique(("texture", id))
}

/// Returns the texture with these pixels, or `None` if the plugin has destroyed it.
pub(crate) fn find(context: &Context, texture: &TextureRef) -> Option<TextureHandle> {
    let known = context.data(|data| data.get_temp::<(u32, TextureHandle)>(key(texture.id)));
    if let Some((version, handle)) = known
        && version == texture.version
    {
        return Some(handle);
    }
    let found = textures().get(texture.id)?;
    let size = [found.info.width as usize, found.info.height as usize];
    let image = ColorImage::from_rgba_unmultiplied(size, found.pixels());
    let handle = context.load_texture("plugin", image, TextureOptions::LINEAR);
    let entry = (found.info.version, handle.clone());
    context.data_mut(|data| data.insert_temp(key(texture.id), entry));
    Some(handle)
}

/// Frees what a panel showed before and does not show now. Another panel that shows it uploads it again.
pub(crate) fn free_unused(context: &Context, panel: &str, frame: &Frame) {
    let shown: Vec<u64> = frame.textures.iter().map(|texture| texture.id).collect();
    let of_panel = Id::unique(("textures", panel));
    context.data_mut(|data| {
        for before in data.get_temp::<Vec<u64>>(of_panel).unwrap_or_default() {
            if !shown.contains(&before) {
                data.remove::<(u32, TextureHandle)>(key(before));
            }
        }
        data.insert_temp(of_panel, shown);
    });
}
