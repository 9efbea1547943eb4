//! The application's side of textures of workers. Nothing that a worker says of them is believed.

use crate::textures::kept::{all, free_with, refresh};
use crate::worker::process::Worker;
use lichtfeld_engine::registrations::textures::{
    PixelMemory, TEXTURES_OF_A_PROCESS, TextureRefused,
};
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::Answer;
use lichtfeld_engine::worker::message::{KeepTexture, unpack};
use lichtfeld_panel::{Frame, TextureRef};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Worker {
    fn may_use(&self, texture: u64) -> bool {
        let numbers = self.textures..self.textures + TEXTURES_OF_A_PROCESS;
        numbers.contains(&texture)
    }
}

/// Keeps a version of a texture. The answer is empty, or why it is refused.
pub(super) fn answer(worker: &Worker, body: Body) -> Answer {
    let Body { bytes, files } = body;
    let kept = unpack::<KeepTexture>(&bytes)
        .map_err(String::from)
        .and_then(|(head, rest)| keep(worker, head.texture, rest, files));
    match kept {
        Ok(()) => Ok(Body::default()),
        Err(reason) => Err(reason.into_bytes().into()),
    }
}

fn keep(
    worker: &Worker,
    texture: TextureRef,
    bytes: &[u8],
    files: Vec<OwnedFd>,
) -> Result<(), String> {
    let text = |error: TextureRefused| error.to_string();
    let owner = Some(&worker.owner);
    if !worker.may_use(texture.id) || texture.version == 0 {
        return Err(text(TextureRefused::Number(texture.id)));
    }
    // Before anything is copied or mapped.
    let (width, height) = (texture.width.into(), texture.height.into());
    all()
        .check(texture.id, owner, width, height)
        .map_err(text)?;
    let pixels = memory(texture, bytes, files)?;
    let put = all().put(owner, texture, pixels).map_err(text)?;
    if put.is_first {
        free_with(&worker.services.ledger, &worker.owner);
    }
    // It may have been ended on another thread, which then has freed all but this.
    if worker.ending.load(Ordering::Acquire) {
        all().free(&worker.owner);
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn memory(
    texture: TextureRef,
    bytes: &[u8],
    mut files: Vec<OwnedFd>,
) -> Result<Arc<dyn PixelMemory>, String> {
    use crate::worker::sealed_memory::SealedMemory;

    match files.pop() {
        Some(file) => {
            let received = SealedMemory::received(file, texture.bytes());
            received
                .map(|memory| Arc::new(memory) as Arc<dyn PixelMemory>)
                .map_err(|error| error.to_string())
        }
        None => copied(bytes),
    }
}

#[cfg(not(target_os = "linux"))]
fn memory(_: TextureRef, bytes: &[u8], _: Vec<OwnedFd>) -> Result<Arc<dyn PixelMemory>, String> {
    copied(bytes)
}

fn copied(bytes: &[u8]) -> Result<Arc<dyn PixelMemory>, String> {
    let bytes: Box<[u8]> = bytes.into();
    Ok(Arc::new(bytes))
}

/// Returns a frame of a worker that shows textures of its own alone, in the versions that are here.
pub(super) fn checked(worker: &Worker, mut frame: Frame) -> Frame {
    refresh(&mut frame, |id| worker.may_use(id));
    frame
}
