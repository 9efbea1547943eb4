//! The memory of pixels: of this process, or in a worker memory that the application maps.

use crate::textures::numbers::Numbers;
use lichtfeld_engine::registrations::textures::PixelMemory;
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

/// Pixels of this size in bytes cross to the application in shared memory; fewer are faster by the
/// socket, as for arrays (`shared_memory.py`).
#[cfg(target_os = "linux")]
const LARGE: usize = 1 << 20;

#[cfg(target_os = "linux")]
static SHARES: AtomicBool = AtomicBool::new(false);

/// From now on large textures are made in memory that another process can map. Called in a worker.
#[cfg(target_os = "linux")]
pub(crate) fn share_large() {
    SHARES.store(true, Ordering::Release);
}

/// Makes the pixels of an array. Returns `None` if there is no memory.
pub(super) fn stored(numbers: &Numbers) -> Option<Arc<dyn PixelMemory>> {
    let size = numbers.row_bytes().checked_mul(numbers.rows())?;
    #[cfg(target_os = "linux")]
    if size >= LARGE
        && SHARES.load(Ordering::Acquire)
        && let Ok(memory) = shared(numbers, size)
    {
        return Some(Arc::new(memory));
    }
    let mut pixels = Vec::new();
    pixels.try_reserve_exact(size).ok()?;
    pixels.resize(size, 0);
    numbers.write(0..numbers.rows(), &mut pixels);
    Some(Arc::new(pixels.into_boxed_slice()))
}

/// Makes them in shared memory, some rows at a time: so they are written once, and from the cache.
#[cfg(target_os = "linux")]
fn shared(
    numbers: &Numbers,
    size: usize,
) -> std::io::Result<crate::worker::sealed_memory::SealedMemory> {
    const BAND: usize = 1 << 18;
    let row = numbers.row_bytes();
    let rows_at_once = (BAND / row).max(1);
    let mut band = vec![0; row * rows_at_once];
    crate::worker::sealed_memory::SealedMemory::written(size, |write| {
        for first in (0..numbers.rows()).step_by(rows_at_once) {
            let rows = first..numbers.rows().min(first + rows_at_once);
            let band = &mut band[..row * rows.len()];
            numbers.write(rows, band);
            write(band)?;
        }
        Ok(())
    })
}
