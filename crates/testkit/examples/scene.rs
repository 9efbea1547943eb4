//! Renders a synthetic scene: `cargo run -p lichtfeld-testkit --example scene -- DIR [VIEWS WIDTH
//! HEIGHT SEED]`, and prints where its `cameras.json` is.

use std::error::Error;
use std::io::Write as _;

use lichtfeld_testkit::scene::{CAMERAS_FILE, SceneOptions, render};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments
        .first()
        .ok_or("say where to: scene DIR [VIEWS WIDTH HEIGHT SEED]")?;
    let number = |index: usize, default: u32| -> Result<u32, Box<dyn Error>> {
        match arguments.get(index) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|e| format!("`{text}` is not a number: {e}").into()),
        }
    };
    let options = SceneOptions::new(number(1, 16)?, number(2, 320)?, number(3, 240)?)?
        .with_seed(number(4, 1)?.into());
    let scene = render(&options, folder.as_str().into())?;
    writeln!(std::io::stdout(), "{}", scene.folder.join(CAMERAS_FILE))?;
    Ok(())
}
