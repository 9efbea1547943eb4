//! Frames that refer to textures: what they list, and what is written for others.

use lichtfeld_panel::{
    ButtonStyle, FIRST_TEXTURE, Frame, PanelError, PanelIdentity, Picture, Recorder, Session,
    TextureRef, Vec2, WidgetKind, render_text,
};
use serde_json::json;

fn texture(number: u64, version: u32) -> TextureRef {
    TextureRef::new(FIRST_TEXTURE + number, version, 64, 32)
}

fn image(recorder: &mut Recorder, picture: Picture) {
    recorder.place(WidgetKind::Image {
        picture,
        size: Vec2::new(8.0, 4.0),
        uv0: Vec2::ZERO,
        uv1: Vec2::new(1.0, 1.0),
        tint: None,
    });
}

fn drawn() -> Recorder {
    let mut recorder = Session::default().record(PanelIdentity::new("p", "P"));
    image(&mut recorder, Picture::Pixels(texture(1, 3)));
    image(&mut recorder, Picture::Texture(7));
    recorder.widget("go", |label| WidgetKind::Button {
        label,
        style: ButtonStyle::Plain,
        size: Vec2::ZERO,
        picture: Some(Picture::Pixels(texture(2, 1))),
        selected: false,
        tint: None,
    });
    image(&mut recorder, Picture::Pixels(texture(1, 3)));
    recorder
}

#[test]
fn a_frame_lists_each_version_that_it_shows_once() {
    let (frame, _) = drawn().finish();
    assert_eq!(frame.textures, [texture(1, 3), texture(2, 1)]);
    let (failed, _) = drawn().fail(PanelError::new("ValueError", "x", ""));
    assert_eq!(failed.textures, frame.textures, "what was drawn is shown");
    let (empty, _) = Session::default()
        .record(PanelIdentity::new("p", "P"))
        .finish();
    assert!(!serde_json::to_string(&empty).unwrap().contains("textures"));
}

#[test]
fn a_text_shows_size_and_version() {
    let (frame, _) = drawn().finish();
    let text = render_text(&frame, 40);
    assert!(text.contains("[texture 64×32 v3 8×4]"), "{text}");
    assert!(text.contains("[ texture 64×32 v1 ]"), "{text}");
}

#[test]
fn numbers_are_exact_in_json() {
    let (frame, _) = drawn().finish();
    let written = serde_json::to_value(&frame).unwrap();
    let id = FIRST_TEXTURE + 1;
    assert_eq!(
        written["widgets"][0]["picture"],
        json!({"pixels": {"id": id, "version": 3, "width": 64, "height": 32, "format": "rgba8"}})
    );
    assert!(
        id as f64 as u64 == id && (2 * FIRST_TEXTURE - 1) as f64 as u64 == 2 * FIRST_TEXTURE - 1
    );
    assert_eq!(serde_json::from_value::<Frame>(written).unwrap(), frame);
}

#[test]
fn impossible_sizes_are_known() {
    for (width, height) in [(0, 1), (1, 0), (16_385, 1), (u32::MAX, u32::MAX)] {
        assert!(!TextureRef::new(1, 1, width, height).has_possible_size());
    }
    let largest = TextureRef::new(1, 1, 16_384, 16_384);
    assert!(largest.has_possible_size() && largest.bytes() == 1 << 30);
}
