//! The dialogs of a plugin as windows of egui, and a user who answers them. Nothing needs a display.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test whose preparation fails has failed, and its files are a plugin's"
)]

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use lichtfeld_egui_example::Dialogs;
use lichtfeld_embed::camino::Utf8Path;
use lichtfeld_embed::panel::Request;
use lichtfeld_embed::{Application, Home, Host, HostFacts, Level, Unobserved, Version, facts};
use std::fs;
use std::sync::{Arc, Mutex};

const PLUGIN: &str = "
import lichtfeld as lf

def note(answer):
    lf.log.info(f'got {answer!r}')

def on_load():
    lf.ui.confirm_dialog('Export', 'Overwrite it?', ['Yes', 'Never'], note)
    lf.ui.input_dialog('Name', 'Which name?', 'scene', note)
    lf.ui.message_dialog('Done', 'It is written.', callback=note)
    lf.ui.open_image_dialog_async(callback=note)
";

#[derive(Default)]
struct Told {
    dialogs: Dialogs,
    log: Mutex<Vec<String>>,
}

struct Studio(Arc<Told>);

impl Host for Studio {
    fn facts(&self) -> HostFacts {
        facts(Version::new([1, 0, 0]))
    }

    fn log(&self, _plugin: Option<&str>, _level: Level, message: &str) {
        self.0.log.lock().unwrap().push(message.to_owned());
    }

    fn request(&self, request: &Arc<Request>) -> bool {
        self.0.dialogs.take(request)
    }

    fn request_withdrawn(&self, request: &Request) {
        self.0.dialogs.withdraw(request.id);
    }
}

#[test]
fn a_user_answers_the_dialogs_of_a_plugin() {
    let scratch = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(scratch.path()).unwrap();
    let plugin = root.join("plugins/asks");
    fs::create_dir_all(&plugin).unwrap();
    let manifest = "[project]\nname = \"asks\"\nversion = \"1.0.0\"\n[tool.lichtfeld]\n";
    fs::write(plugin.join("pyproject.toml"), manifest).unwrap();
    fs::write(plugin.join("__init__.py"), PLUGIN).unwrap();
    let told = Arc::<Told>::default();
    let host = Studio(Arc::clone(&told));
    let application = Application::builder(host).home(Home::new(root)).start().unwrap();
    let manager = Arc::clone(application.manager());
    manager.load("asks", &mut Unobserved).unwrap();

    let requests = Arc::clone(manager.requests());
    assert_eq!(requests.open().len(), 3, "files are not for egui");
    let dialogs = told.dialogs.clone();
    let shown = Arc::clone(&requests);
    let mut window = Harness::builder()
        .with_size([600.0, 600.0])
        .with_accessibility_check(false)
        .allow_missing_glyphs()
        .build_ui(move |ui| dialogs.show(ui.ctx(), &shown));
    // They lie above each other: the last one is on top.
    let labels = [("It is written.", "OK"), ("Which name?", "OK"), ("Overwrite it?", "Never")];
    for (text, button) in labels {
        window.run_steps(4);
        window.get_by_label(text);
        let found: Vec<_> = window.get_all_by_label(button).collect();
        found.last().unwrap().click_accesskit();
        drop(found);
        window.run_steps(4);
    }
    assert!(requests.open().is_empty());
    let got: Vec<String> = {
        let log = told.log.lock().unwrap();
        log.iter().filter(|line| line.starts_with("got ")).cloned().collect()
    };
    assert_eq!(got[0], "got ''", "the image, which nobody asks for");
    assert!(got[1..].iter().any(|line| line == "got 'Never'"), "{got:?}");
    assert!(got[1..].iter().any(|line| line == "got 'scene'"), "{got:?}");
    assert!(got[1..].iter().any(|line| line == "got 'OK'"), "{got:?}");

    manager.reload("asks", &mut Unobserved).unwrap();
    assert_eq!(requests.open().len(), 3);
    manager.unload("asks").unwrap();
    window.run_steps(2);
    assert!(window.query_by_label("Which name?").is_none(), "closed with its plugin");
    application.end();
}
