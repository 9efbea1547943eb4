//! The example with Dear ImGui and SDL: built with CMake, and used by a script on a display that
//! exists in memory only.

use crate::build::installed;
use crate::{command, imgui_inputs, write};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Starts a display, runs the program on it, and ends it. The number of the display comes through a
/// pipe when it is ready.
const ON_A_DISPLAY: &str = r#"
rm -f "$1/display"
mkfifo "$1/display" || exit 3
Xvfb -displayfd 3 -screen 0 1280x1024x24 -nolisten tcp 3>"$1/display" 2>"$1/display.log" &
server=$!
trap 'kill $server' EXIT
read -r number <"$1/display" || exit 3
shift
DISPLAY=:$number SDL_VIDEODRIVER=x11 SDL_RENDER_DRIVER=software "$@"
"#;

/// What the user does, and what must be printed.
const USE: [(&str, &str); 33] = [
    ("click Primary", "[gallery] primary: clicked"),
    ("click Plain", "[gallery] Plain: clicked"),
    ("click Swatch", "[gallery] Swatch: clicked"),
    ("click Picture", "[gallery] Picture: clicked"),
    ("click Off", ""),
    ("click Check", "[gallery] Check = True"),
    ("click Check", "[gallery] Check = False"),
    ("click Two", "[gallery] Two = 2"),
    ("click Header", "[gallery] Header is open: False"),
    ("click Header", "[gallery] Header is open: True"),
    ("click File", "[gallery] File is open: True"),
    (
        "click Import",
        "[gallery] Import: clicked\n[gallery] File is open: False",
    ),
    ("click Steps", "[gallery] Steps = 60"),
    ("click Name", ""),
    ("type 's", ""),
    ("key Return", "[gallery] Name = \"fountain's\""),
    ("click Folder", ""),
    ("type /data", "[gallery] Folder = '/data'"),
    ("click Mode", ""),
    ("click exact", "[gallery] Mode = 1"),
    ("click top", "[gallery] Views = 2"),
    ("click Ask", ""),
    ("click Yes", "[gallery] answered"),
    ("right More", ""),
    ("click Cut", "[gallery] Cut: clicked"),
    ("drag Take|Put here", "[gallery] dropped plum"),
    ("click Scene", "[gallery] Scene is open: True"),
    ("click Camera", "[gallery] Camera: clicked"),
    ("click Close it", "[gallery] window closed"),
    ("click Certainly", "[gallery] chosen Certainly"),
    ("click Tools", ""),
    ("click Reload", "[gallery] Reload: clicked"),
    ("hover Hover me", ""),
];

/// What must not be empty on the screen.
const SEEN: [&str; 7] = [
    "Heading",
    "After a bullet",
    "Loss",
    "In a box",
    "0.87",
    "Fog",
    "Put here",
];

fn is_missing() -> Option<&'static str> {
    let programs = std::env::var_os("PATH").unwrap_or_default();
    let has = |name: &str| std::env::split_paths(&programs).any(|path| path.join(name).is_file());
    let headers = ["imgui/imgui.h", "stb/stb_image.h", "SDL2/SDL.h"];
    let missing = headers
        .into_iter()
        .find(|header| !Path::new("/usr/include").join(header).is_file());
    missing.or_else(|| ["cmake", "c++", "Xvfb"].into_iter().find(|name| !has(name)))
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// The numbers of all kinds of widgets, from the header.
fn kinds() -> BTreeSet<u32> {
    let header = include_str!("../../include/lichtfeld_plugins.h");
    let lines = header.lines().filter(|line| line.contains("LFP_KIND_"));
    let numbers = lines.filter_map(|line| {
        let (_, number) = line.split_once(" = ")?;
        number.trim_end_matches(',').parse().ok()
    });
    numbers.filter(|number| *number != 0).collect()
}

/// The width, the height and the number of bytes of a PNG.
fn png(path: &Path) -> (u32, u32, usize) {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "{}", path.display());
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20), bytes.len())
}

/// Lets a script use a plugin in the program. Returns what was printed, and the errors.
pub(crate) fn used(
    scratch: &Path,
    build: &Path,
    plugins: &Path,
    load: &str,
    script: &Path,
) -> (String, String) {
    let output = command(Path::new("sh"))
        .args(["-c", ON_A_DISPLAY, "sh"])
        .arg(scratch)
        .arg(build.join("imgui_host"))
        .arg("--plugins")
        .arg(plugins)
        .args(["--load", load, "--script"])
        .arg(script)
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{:?}\n{out}\n{err}", output.status);
    (out, err)
}

#[test]
fn dear_imgui_draws_every_widget_and_sends_what_the_user_does() {
    if let Some(missing) = is_missing() {
        println!("skipped: {missing} is not installed");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let Some(library) = installed(scratch.path()) else {
        return;
    };
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/imgui");
    let build = library.built(&example, &[]);
    let plugins = scratch.path().join("plugins");
    copy(&example.join("plugins"), &plugins);

    let screenshot = scratch.path().join("screenshot.png");
    let mut script: Vec<String> = USE.iter().map(|(line, _)| (*line).to_owned()).collect();
    script.push(format!("screenshot {}", screenshot.display()));
    script.extend(SEEN.iter().map(|text| format!("seen {text}")));
    script.push("kinds".to_owned());
    let script_file = scratch.path().join("script.txt");
    write(&script_file, &script.join("\n"));

    let (out, err) = used(scratch.path(), &build, &plugins, "gallery", &script_file);

    let (drawn, told): (Vec<_>, Vec<_>) = out.lines().partition(|line| line.starts_with("kind "));
    let mut expected: Vec<String> = USE
        .iter()
        .flat_map(|(_, told)| told.lines())
        .map(str::to_owned)
        .collect();
    expected.extend(SEEN.iter().map(|text| format!("{text}: seen")));
    assert_eq!(told, expected, "{err}");
    let drawn: BTreeSet<u32> = drawn
        .iter()
        .filter_map(|line| line.trim_start_matches("kind ").parse().ok())
        .collect();
    assert!(kinds().len() > 30);
    let missing: Vec<_> = kinds().difference(&drawn).copied().collect();
    assert!(
        missing.is_empty(),
        "no panel of the gallery has the kinds {missing:?}"
    );

    let (width, height, size) = png(&screenshot);
    assert_eq!((width, height), (932, 650));
    // One without widgets has about 20 kB.
    assert!(size > 40_000, "the screenshot has {size} bytes");

    // With the same build, which takes longer than all else here.
    imgui_inputs::reach_the_plugin(scratch.path(), &build);
}
