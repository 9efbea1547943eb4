//! The worker's side of textures: each version that a frame shows goes to the application once.

use crate::textures::all;
use crate::worker::host_link::HostLink;
use lichtfeld_engine::registrations::textures::Texture;
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::Channel;
use lichtfeld_engine::worker::message::{KeepTexture, Tell, pack};
use lichtfeld_engine::worker::wire::Topic;
use lichtfeld_panel::Frame;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long the worker waits until the application has them: that runs no code of a plugin.
const AT_ONCE: Duration = Duration::from_secs(10);

/// The versions that the application has, by the numbers of the textures.
#[derive(Default)]
pub(super) struct SentTextures(Mutex<HashMap<u64, u32>>);

impl SentTextures {
    /// Takes the numbers from `first` on, and reports what is removed.
    pub(super) fn begin(self: &Arc<Self>, link: &Arc<HostLink>, first: u64) {
        all().set_first(first);
        #[cfg(target_os = "linux")]
        crate::textures::share_large();
        let (sent, link) = (Arc::clone(self), Arc::clone(link));
        all().on_removed(move |id| {
            let was_sent = sent.0.lock().remove(&id).is_some();
            if was_sent {
                link.report(&Tell::TextureGone { id });
            }
        });
    }

    /// Sends what a frame shows and the application does not have. `log` gets why one cannot be shown.
    pub(super) fn send(&self, channel: &Arc<Channel>, frame: &Frame, log: impl Fn(&str)) {
        for listed in &frame.textures {
            // Its present version: a thread may have changed it since.
            let Some(texture) = all().get(listed.id) else {
                continue;
            };
            let version = texture.info.version;
            let before = self.0.lock().insert(listed.id, version);
            if before == Some(version) {
                continue;
            }
            let answer = channel.call(Topic::Texture, body(&texture), AT_ONCE, &mut || true);
            let reason = match answer {
                Ok(Ok(_)) => continue,
                // It stays noted: the same version would be refused again.
                Ok(Err(refused)) => String::from_utf8_lossy(&refused).into_owned(),
                Err(error) => {
                    self.0.lock().remove(&listed.id);
                    error.to_string()
                }
            };
            log(&format!("a texture cannot be shown: {reason}"));
        }
    }
}

fn body(texture: &Texture) -> Body {
    let head = KeepTexture {
        texture: texture.info,
    };
    #[cfg(target_os = "linux")]
    if let Some(memory) = texture.memory().interface()
        && let Some(memory) = memory.downcast_ref::<super::sealed_memory::SealedMemory>()
        && let Ok(file) = memory.file()
    {
        return Body {
            bytes: pack(&head, &[]),
            files: vec![file],
        };
    }
    pack(&head, texture.pixels()).into()
}
