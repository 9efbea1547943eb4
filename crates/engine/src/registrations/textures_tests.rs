//! Versions, bounds, and what goes with its owner.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

fn owner(key: &str, revision: u64) -> Owner {
    Owner {
        key: key.into(),
        revision,
    }
}

fn texture(id: u64, width: u32, height: u32) -> TextureRef {
    TextureRef::new(id, 0, width, height)
}

/// Pixels of any size, without the memory.
struct Claimed(&'static [u8]);

impl PixelMemory for Claimed {
    fn bytes(&self) -> &[u8] {
        self.0
    }
}

fn pixels(size: u64) -> Arc<dyn PixelMemory> {
    Arc::new(vec![7_u8; usize::try_from(size).unwrap()].into_boxed_slice())
}

fn put(
    all: &Textures,
    owner: &Owner,
    id: u64,
    width: u32,
    height: u32,
) -> Result<Put, TextureRefused> {
    let texture = texture(id, width, height);
    all.put(Some(owner), texture, pixels(texture.bytes()))
}

#[test]
fn a_version_has_pixels_of_its_own() {
    let all = Textures::default();
    let (a, id) = (owner("a", 1), all.number());
    assert!(put(&all, &a, id, 2, 1).unwrap().is_first);
    let first = all.get(id).unwrap();
    let second = put(&all, &a, id, 1, 1).unwrap();
    assert_eq!((second.texture.version, second.is_first), (2, false));
    assert_eq!((first.info.version, first.pixels().len()), (1, 8));
    assert_eq!(all.info(id), Some(TextureRef::new(id, 2, 1, 1)));
    assert!(all.number() > id, "no number is used twice");
}

#[test]
fn memory_of_another_size_is_refused_and_the_texture_stays() {
    let all = Textures::default();
    let (a, id) = (owner("a", 1), all.number());
    put(&all, &a, id, 1, 1).unwrap();
    let short = all.put(Some(&a), texture(id, 2, 2), Arc::new(Claimed(&[0; 15])));
    let (given, expected) = (15, 16);
    assert_eq!(
        short.unwrap_err(),
        TextureRefused::Bytes { given, expected }
    );
    assert_eq!(all.info(id).unwrap().width, 1);
}

#[test]
fn sides_number_and_bytes_are_bounded() {
    let all = Textures::default();
    let a = owner("a", 1);
    for (width, height) in [(0, 1), (1, 0), (16_385, 1), (u64::MAX, u64::MAX)] {
        let refused = all.check(1, Some(&a), width, height).unwrap_err();
        assert_eq!(refused, TextureRefused::Size { width, height });
    }
    let known = all.number();
    put(&all, &a, known, 1, 1).unwrap();
    for _ in 1..MAX_TEXTURES {
        put(&all, &a, all.number(), 1, 1).unwrap();
    }
    let one_more = put(&all, &a, all.number(), 1, 1).unwrap_err();
    assert_eq!(one_more, TextureRefused::TooMany { most: MAX_TEXTURES });
    assert!(
        put(&all, &owner("b", 1), all.number(), 1, 1).is_ok(),
        "each has its own"
    );
    // 8192 x 16384 x 4 are all the bytes there may be, and each of the others has four.
    let large = all.check(known, Some(&a), 8192, 16_384).unwrap_err();
    let bytes = MAX_TEXTURE_BYTES + 4 * (MAX_TEXTURES as u64 - 1);
    assert_eq!(
        large,
        TextureRefused::TooLarge {
            bytes,
            most: MAX_TEXTURE_BYTES
        }
    );
    let of_the_application = texture(all.number(), 2, 2);
    for _ in 0..2 {
        all.put(None, of_the_application, pixels(16)).unwrap();
    }
    assert_eq!(all.info(of_the_application.id).unwrap().version, 2);
    assert!(all.remove(of_the_application.id, None));
    assert!(all.check(all.number(), None, 16_384, 16_384).is_ok());
}

#[test]
fn nobody_replaces_the_texture_of_another() {
    let all = Textures::default();
    let id = all.number();
    put(&all, &owner("a", 1), id, 1, 1).unwrap();
    let refused = put(&all, &owner("b", 1), id, 1, 1).unwrap_err();
    assert_eq!(refused, TextureRefused::Number(id));
    assert!(!all.remove(id, Some(&owner("b", 1))));
    assert!(all.remove(id, Some(&owner("a", 1))));
}

#[test]
fn textures_go_with_their_owner_and_are_reported() {
    let all = Textures::default();
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    all.on_removed(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let (old, new) = (owner("a", 1), owner("a", 2));
    let ids = [all.number(), all.number(), all.number()];
    put(&all, &old, ids[0], 4, 4).unwrap();
    put(&all, &old, ids[1], 4, 4).unwrap();
    put(&all, &new, ids[2], 4, 4).unwrap();
    assert!(all.remove(ids[0], None));
    assert_eq!(all.used(&old), (1, 64));
    assert!(
        !put(&all, &old, ids[0], 1, 1).unwrap().is_first,
        "it is known until it is freed"
    );
    all.free(&old);
    assert_eq!((all.used(&old), all.used(&new)), ((0, 0), (1, 64)));
    assert!(
        put(&all, &old, ids[0], 1, 1).unwrap().is_first,
        "it began anew"
    );
    all.free_plugin("a");
    assert_eq!(all.info(ids[2]), None);
    assert_eq!(told.load(Ordering::Relaxed), 5);
}

#[test]
fn a_label_is_a_texture_until_its_panel_does_not_show_it() {
    let all = Textures::default();
    let a = owner("a", 1);
    let id = all.labelled(Some(&a), "p", "view");
    assert_eq!(all.labelled(Some(&a), "p", "view"), id);
    assert_ne!(all.labelled(Some(&a), "q", "view"), id);
    assert_ne!(all.labelled(None, "p", "view"), id);
    let shown = put(&all, &a, id, 1, 1).unwrap().texture;
    all.settle("p", &[shown]);
    all.settle("q", &[]);
    assert!(all.info(id).is_some());
    all.settle("p", &[]);
    assert_eq!(all.info(id), None);
    assert_ne!(all.labelled(Some(&a), "p", "view"), id);
}

#[test]
fn each_process_has_numbers_of_its_own() {
    let all = Textures::default();
    let (one, two) = (all.range(), all.range());
    assert!(one >= all.number() + TEXTURES_OF_A_PROCESS - 1);
    assert_eq!(two - one, TEXTURES_OF_A_PROCESS);
    let worker = Textures::default();
    worker.set_first(two);
    assert!(worker.number() > two && worker.number() < two + TEXTURES_OF_A_PROCESS);
}
