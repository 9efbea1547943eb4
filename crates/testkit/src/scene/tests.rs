//! What a scene promises: the same bytes, true cameras, clear errors.

use super::camera::walk;
use super::geometry::{Ray, Vec3};
use super::*;

fn rendered(options: &SceneOptions) -> (tempfile::TempDir, Scene) {
    let dir = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(dir.path()).unwrap().join("deep/down");
    let scene = render(options, &folder).unwrap();
    (dir, scene)
}

fn bytes(scene: &Scene, index: usize) -> Vec<u8> {
    std::fs::read(scene.folder.join(&scene.images[index].name)).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let options = SceneOptions::new(2, 40, 30).unwrap();
    let (_a, first) = rendered(&options);
    let (_b, again) = rendered(&options);
    let (_c, other) = rendered(&options.clone().with_seed(2));
    assert_eq!(bytes(&first, 0), bytes(&again, 0));
    assert_eq!(bytes(&first, 1), bytes(&again, 1));
    assert_ne!(bytes(&first, 0), bytes(&other, 0));
    assert_ne!(bytes(&first, 0), bytes(&first, 1));
}

#[test]
fn cameras_json_says_what_the_images_are() {
    let (_dir, scene) = rendered(&SceneOptions::new(3, 32, 24).unwrap());
    let text = std::fs::read_to_string(scene.folder.join(CAMERAS_FILE)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["camera"]["model"], "PINHOLE");
    assert_eq!(json["images"].as_array().unwrap().len(), 3);
    for image in json["images"].as_array().unwrap() {
        let file = scene.folder.join(image["name"].as_str().unwrap());
        let reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file).unwrap()))
            .read_info()
            .unwrap();
        assert_eq!((reader.info().width, reader.info().height), (32, 24));
    }
}

#[test]
fn poses_are_rotations_and_agree_with_the_centres() {
    for view in walk(&SceneOptions::new(64, 32, 24).unwrap()) {
        let [x, y, z] = view.rotation.map(Vec3);
        assert!((x.cross(y) - z).length() < 1e-12, "right-handed");
        for (row, translation) in [x, y, z].iter().zip(view.translation) {
            assert!((row.length() - 1.0).abs() < 1e-12);
            assert!((row.dot(Vec3(view.center)) + translation).abs() < 1e-12);
        }
        assert!(y.0[2] < 0.0, "down in the image is down in the room");
    }
}

#[test]
fn all_views_see_a_point_in_the_same_colour() {
    let world = World::new(5);
    // On the ceiling: no box stands between it and a camera.
    let point = Vec3::new(0.3, -0.2, 3.4);
    let colours: Vec<_> = walk(&SceneOptions::new(8, 320, 240).unwrap())
        .iter()
        .map(|view| {
            let origin = Vec3(view.center);
            let direction = point - origin;
            // Pixels too small to blur anything.
            world.colour(Ray { origin, direction }, 1e-6)
        })
        .collect();
    for (a, b) in colours.iter().zip(&colours[1..]) {
        let difference: f64 = a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum();
        assert!(difference < 1e-6, "{colours:?}");
    }
}

#[test]
fn numbers_that_make_no_scene_are_named() {
    let error = SceneOptions::new(0, 320, 240).unwrap_err();
    assert_eq!(error.to_string(), "views is 0; it must be from 1 to 1000");
    assert_eq!(error.code(), "LT101");
    assert!(error.hint().is_some());
    assert!(SceneOptions::new(4, 10, 240).is_err());
    assert!(SceneOptions::new(4, 320, 1_000_000).is_err());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = Utf8Path::from_path(dir.path()).unwrap().join("file");
    std::fs::File::create(&file).unwrap();
    let error = render(&SceneOptions::new(1, 16, 16).unwrap(), &file.join("below")).unwrap_err();
    assert!(error.to_string().contains("below"), "{error}");
    assert_eq!(error.code(), "LT102");
}
