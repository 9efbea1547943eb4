//! A window with the panels of all plugins.
//!
//! `cargo run -p lichtfeld-egui-example --features window` shows those of the user's own home;
//! `LFS_RESOLVED_PLUGIN_DIR` names another directory of plugins.

use eframe::egui;
use lichtfeld_egui_example::Dialogs;
use lichtfeld_embed::panel::Request;
use lichtfeld_embed::{Application, Host, HostFacts, Unobserved, Version, facts};
use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The application. A panel may ask for a drawing on any thread, so egui is woken.
#[derive(Clone, Default)]
struct Studio {
    window: Arc<OnceLock<egui::Context>>,
    dialogs: Dialogs,
}

impl Host for Studio {
    fn facts(&self) -> HostFacts {
        facts(Version::new([1, 0, 0]))
    }

    fn request_redraw(&self) {
        if let Some(window) = self.window.get() {
            window.request_repaint();
        }
    }

    fn request(&self, request: &Arc<Request>) -> bool {
        self.request_redraw();
        self.dialogs.take(request)
    }

    fn request_withdrawn(&self, request: &Request) {
        self.dialogs.withdraw(request.id);
    }
}

struct Panels(Application, Dialogs);

impl eframe::App for Panels {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.1.show(ui.ctx(), self.0.manager().requests());
        egui::CentralPanel::default().show(ui, |ui| {
            for panel in self.0.manager().panels().visible() {
                ui.heading(&panel.info().label);
                lichtfeld_egui_example::show(ui, &panel);
            }
        });
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let studio = Studio::default();
    let application = Application::builder(studio.clone()).start()?;
    application.manager().load_all(&mut Unobserved)?;
    application.manager().start_watcher(Duration::from_secs(1))?;
    let start = |context: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        let _ = studio.window.set(context.egui_ctx.clone());
        Ok(Box::new(Panels(application, studio.dialogs)))
    };
    Ok(eframe::run_native("Plugins", Default::default(), Box::new(start))?)
}
