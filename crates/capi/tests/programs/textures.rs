//! Textures of plugins: their pixels belong to frames, and can be read without the GIL.

use crate::build::compiled;
use crate::{command, plugin};

const PLUGIN: &str = "
import lichtfeld as lf
from lfs_plugins.types import Panel

def image(side, value):
    pixels = bytearray([value, 2, 3]) * (side * side)
    pixels[-3:] = [7, 8, 9]
    return memoryview(pixels).cast('B', (side, side, 3))

class Textures(Panel):
    id = 'textures.panel'
    label = 'Textures'
    value = 1
    small, large = lf.ui.DynamicTexture(), lf.ui.DynamicTexture()

    def draw(self, layout):
        if layout.button('Next'):
            self.value += 1
        self.small.update(image(2, self.value))
        self.large.update(image(1024, self.value))
        layout.image_texture(self.small, (20, 20))
        layout.image(self.large.id, (20, 20))
        layout.image(7, (20, 20))

lf.register_class(Textures)
";

const PRINTED: &str = "\
first: 2 x 2, version 1, format 0: 1 2 3 255 to 7 8 9 255
first: 1024 x 1024, version 1, format 0: 1 2 3 255 to 7 8 9 255
first: one of the application
second: 2 x 2, version 2, format 0: 2 2 3 255 to 7 8 9 255
second: 1024 x 1024, version 2, format 0: 2 2 3 255 to 7 8 9 255
second: one of the application
the first after it: 2 x 2, version 1, format 0: 1 2 3 255 to 7 8 9 255
the first after it: 1024 x 1024, version 1, format 0: 1 2 3 255 to 7 8 9 255
the first after it: one of the application
after the end: 2 x 2, version 2, format 0: 2 2 3 255 to 7 8 9 255
after the end: 1024 x 1024, version 2, format 0: 2 2 3 255 to 7 8 9 255
after the end: one of the application
";

#[test]
fn pixels_stay_with_their_frame_in_both_places() {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled("textures.c", scratch.path()) else {
        return;
    };
    for place in ["shared", "process"] {
        let plugins = scratch.path().join(place).join("plugins");
        plugin(&plugins, "textures", place, PLUGIN);
        let output = command(&program).arg(&plugins).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(out, PRINTED, "{place}: {err}");
        assert!(output.status.success(), "{place}: {err}");
    }
}
