//! The document of a panel, from its first drawing to its removal.

use crate::layout::Layout;
use crate::retained::calls;
use crate::retained::context::Context;
use crate::retained::document::PyDocument;
use crate::retained::files::{self, Files};
use crate::retained::live::Live;
use crate::retained::lower::lower;
use crate::retained::ops::Op;
use crate::retained::tree;
use crate::retained::widgets::Player;
use lichtfeld_document::{
    Diagnostic, Document, LoadError, Options, Template, Theme, Viewport, builtin_template,
};
use lichtfeld_panel::{
    DocumentForm, ElementInput, FrameDocument, Location, Surface, ThemeKind, Warning,
};
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Weak};

/// The documents that are shown, by the ids of their panels.
static SHOWN: LazyLock<Mutex<HashMap<String, Weak<Live>>>> = LazyLock::new(Mutex::default);

/// A panel's template, and its document while it is shown.
pub(crate) struct Mounted {
    /// As the class names it.
    template: String,
    /// The folder of the class's module, and of its plugin.
    folders: Option<(PathBuf, PathBuf)>,
    /// RCSS that the class adds.
    sheet: String,
    /// Whether the class draws widgets too.
    draws: bool,
    live: Arc<Live>,
    /// The elements in the last frame, if its front end asks for them.
    elements: Mutex<Option<Arc<FrameDocument>>>,
    /// Where its files were looked for when it was read last.
    files: Mutex<BTreeSet<PathBuf>>,
    /// Why there is no document, or why it is not that of the last save.
    problem: Mutex<Option<Mistake>>,
}

/// A template that is not shown.
#[derive(Clone)]
pub(crate) struct Mistake {
    pub(crate) warning: Warning,
    /// From 1, if it is known.
    pub(crate) column: Option<u32>,
}

impl Mounted {
    /// Returns the template of a panel's class, or `None` if it has none.
    ///
    /// # Errors
    /// If an attribute of the class cannot be read.
    pub(crate) fn of(class: &Bound<'_, PyType>, draws: bool) -> PyResult<Option<Self>> {
        let text = |name| -> PyResult<String> {
            match class.getattr_opt(name)? {
                Some(value) if value.is_truthy()? => {
                    Ok(value.str()?.to_string_lossy().into_owned())
                }
                _ => Ok(String::new()),
            }
        };
        let template = text("template")?;
        if template.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            template,
            folders: folders(class),
            sheet: text("style")?,
            draws,
            live: Live::new(calls::finish),
            elements: Mutex::default(),
            files: Mutex::default(),
            problem: Mutex::default(),
        }))
    }

    /// Returns what `on_bind_model` receives.
    ///
    /// # Errors
    /// If Python has no memory.
    pub(crate) fn context(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(Py::new(py, Context::new(&self.live))?.into_any())
    }

    /// Returns what the other callbacks receive; None if there is no document.
    ///
    /// # Errors
    /// If Python has no memory.
    pub(crate) fn document(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(PyDocument::make(py, &self.live)?.unwrap_or_else(|| py.None()))
    }

    /// Reads the template and makes the document, with the models that are bound by now.
    pub(crate) fn mount(&self, py: Python<'_>, id: &str) {
        let read = py.detach(|| self.read());
        let template = match read {
            Ok(template) => template,
            Err(mistake) => {
                *self.problem.lock() = Some(mistake);
                return;
            }
        };
        *self.problem.lock() = None;
        let models = self.live.models();
        let mut options = Options::default();
        options.sheet.clone_from(&self.sheet);
        self.live.show(Document::new(&template, models, options));
        SHOWN
            .lock()
            .insert(id.to_owned(), Arc::downgrade(&self.live));
        calls::update(&self.live, py);
    }

    /// Returns whether a file belongs to the template: a change of it makes another document.
    pub(crate) fn is_made_of(&self, path: &Path) -> bool {
        if self.files.lock().is_empty() {
            // Not shown yet. What is wrong is told when it is.
            drop(self.read());
        }
        let path = real(path);
        self.files.lock().iter().any(|file| real(file) == path)
    }

    /// Reads the template again and shows it in place of the version before. If it cannot be read, or
    /// has a damaged tag, that version stays.
    ///
    /// # Errors
    /// Why it stays.
    pub(crate) fn read_again(&self) -> Result<(), Mistake> {
        let read = self.read().and_then(|template| match template.damage() {
            Some(damage) => Err(Mistake::of(damage)),
            None => Ok(template),
        });
        let result = read.map(|template| {
            let models = self.live.models();
            let gone = self
                .live
                .with(|document| document.replace_template(&template, models));
            self.live.forget(gone.unwrap_or_default());
        });
        *self.problem.lock() = result.as_ref().err().cloned();
        result
    }

    /// Returns whether its document is shown.
    pub(crate) fn is_shown(&self) -> bool {
        self.live.with(|_| ()).is_some()
    }

    /// Ends the document.
    pub(crate) fn unmount(&self, id: &str) {
        self.live.close();
        let mut shown = SHOWN.lock();
        if shown
            .get(id)
            .is_some_and(|live| std::ptr::eq(live.as_ptr(), Arc::as_ptr(&self.live)))
        {
            shown.remove(id);
        }
    }

    /// Returns whether something has changed since it was drawn.
    pub(crate) fn needs_drawing(&self) -> bool {
        self.live
            .with(|document| document.needs_update())
            .unwrap_or(false)
    }

    /// Draws the document, and where it says the panel's own widgets. Does what the user has done.
    ///
    /// # Errors
    /// What the panel's own `draw` raises.
    pub(crate) fn draw(
        &self,
        py: Python<'_>,
        layout: &Py<Layout>,
        own: &dyn Fn() -> PyResult<()>,
    ) -> PyResult<()> {
        let (surface, inputs) = layout
            .get()
            .with(|recorder| (*recorder.surface(), recorder.take_elements()))?;
        self.live.with(|document| {
            document.set_theme(theme(&surface));
            document.set_viewport(viewport(&surface));
        });
        for input in inputs {
            self.act(py, layout, input)?;
        }
        calls::update(&self.live, py);
        self.take_elements(surface.document);
        let mut ops = match surface.document {
            DocumentForm::Tree => None,
            _ => self.live.with(|document| lower(document)),
        }
        .unwrap_or_default();
        if self.draws && !ops.contains(&Op::Draw) {
            ops.push(Op::Draw);
        }
        let mut player = Player::default();
        let drawn = self.play(ops, &mut player, layout, own);
        for action in player.actions {
            if let Some(dispatch) = self.live.with(|document| action.start(document)) {
                self.live.finish(py, dispatch);
            }
        }
        drawn
    }

    /// Does what a front end that draws elements reports.
    fn act(&self, py: Python<'_>, layout: &Py<Layout>, input: ElementInput) -> PyResult<()> {
        let (node, action) = (input.node, input.action.clone());
        let begun = self.live.with(|document| tree::act(document, node, action));
        match begun.flatten() {
            Some(Some(dispatch)) => self.live.finish(py, dispatch),
            Some(None) => {}
            None => layout.get().with(|recorder| {
                recorder.drop_element(input, "its element is no longer in the document");
            })?,
        }
        Ok(())
    }

    /// Takes the elements for the frame, if it is to have them.
    fn take_elements(&self, form: DocumentForm) {
        let mut elements = self.elements.lock();
        let last = elements.take().filter(|_| form != DocumentForm::Widgets);
        if form != DocumentForm::Widgets {
            let taken = self
                .live
                .with(|document| tree::taken(document, last.as_ref()));
            *elements = taken.flatten();
        }
    }

    /// Returns the elements of the last drawing, if its front end has asked for them.
    pub(crate) fn elements(&self) -> Option<Arc<FrameDocument>> {
        self.elements.lock().clone()
    }

    fn play(
        &self,
        ops: Vec<Op>,
        player: &mut Player,
        layout: &Py<Layout>,
        own: &dyn Fn() -> PyResult<()>,
    ) -> PyResult<()> {
        let mut ops = ops.into_iter().peekable();
        while ops.peek().is_some() {
            layout.get().with(|recorder| {
                while let Some(op) = ops.next_if(|op| *op != Op::Draw) {
                    player.play(op, recorder);
                }
            })?;
            if ops.next().is_some() && self.draws {
                own()?;
            }
        }
        Ok(())
    }

    /// Returns what is wrong with the template and the document, for the panel.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let problem = self.problem.lock().clone();
        let found = self.live.with(|document| document.diagnostics());
        problem
            .map(|problem| problem.warning)
            .into_iter()
            .chain(found.unwrap_or_default().into_iter().map(warning))
            .collect()
    }

    /// Takes the tracebacks of what the document's functions have raised.
    pub(crate) fn take_failures(&self) -> Vec<String> {
        self.live.take_failures()
    }

    fn read(&self) -> Result<Template, Mistake> {
        if let Some(text) = builtin_template(&self.template) {
            return Ok(Template::parse(
                &self.template,
                text,
                &lichtfeld_document::NoFiles,
            ));
        }
        let mut tried = Vec::new();
        let candidates = self.candidates();
        let mut asked: BTreeSet<PathBuf> = candidates.iter().cloned().collect();
        for path in candidates {
            self.files.lock().clone_from(&asked);
            match files::read(&path) {
                Ok(text) => {
                    let root = match &self.folders {
                        Some((_, root)) if path.starts_with(root) => root.as_path(),
                        _ => path.parent().unwrap_or(Path::new("")),
                    };
                    let name = path.to_string_lossy();
                    let files = Files::new(root);
                    let template = Template::parse(&name, &text, &files);
                    asked.extend(files.into_asked());
                    *self.files.lock() = asked;
                    return Ok(template);
                }
                Err(LoadError::NotFound) => tried.push(path.display().to_string()),
                Err(error) => {
                    let mut warning = Warning::new(
                        "template",
                        format!("the template {} cannot be read: {error}", path.display()),
                        "save it as a text in UTF-8",
                    );
                    warning.location = Some(Location::new(path.display().to_string(), 1));
                    return Err(Mistake {
                        warning,
                        column: None,
                    });
                }
            }
        }
        let warning = Warning::new(
            "template",
            format!(
                "there is no template '{}'; looked for {}",
                self.template,
                tried.join(", ")
            ),
            "write `template` as a path below the plugin's folder, or as an absolute one",
        );
        Err(Mistake {
            warning,
            column: None,
        })
    }

    /// The places where the template may lie.
    fn candidates(&self) -> Vec<PathBuf> {
        let named = PathBuf::from(&self.template);
        match &self.folders {
            _ if named.is_absolute() => vec![named],
            Some((module, root)) if module == root => vec![root.join(named)],
            Some((module, root)) => vec![module.join(&named), root.join(named)],
            None => vec![named],
        }
    }
}

/// The folder of a class's module, and the nearest one above that has a manifest.
fn folders(class: &Bound<'_, PyType>) -> Option<(PathBuf, PathBuf)> {
    let py = class.py();
    let modules = py
        .import(intern!(py, "sys"))
        .ok()?
        .getattr("modules")
        .ok()?;
    let module = modules.get_item(class.module().ok()?).ok()?;
    let file: String = module
        .getattr(intern!(py, "__file__"))
        .ok()?
        .extract()
        .ok()?;
    let folder = Path::new(&file).parent()?.to_owned();
    let root = folder
        .ancestors()
        .find(|above| above.join("pyproject.toml").is_file())
        .unwrap_or(&folder)
        .to_owned();
    Some((folder, root))
}

impl Mistake {
    fn of(diagnostic: Diagnostic) -> Self {
        Self {
            column: diagnostic.position.map(|position| position.column),
            warning: warning(diagnostic),
        }
    }
}

/// Returns a path with links in its folder followed, whether the file exists or not.
fn real(path: &Path) -> PathBuf {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn viewport(surface: &Surface) -> Viewport {
    Viewport {
        width: surface.size.x(),
        height: surface.size.y(),
        dp_ratio: surface.scale,
    }
}

fn theme(surface: &Surface) -> Theme {
    match surface.theme {
        ThemeKind::Light => Theme::light(),
        _ => Theme::dark(),
    }
}

fn warning(diagnostic: Diagnostic) -> Warning {
    let place = diagnostic.position.map_or_else(String::new, |position| {
        format!("line {}, column {}: ", position.line, position.column)
    });
    let mut warning = Warning::new(
        diagnostic.code,
        format!("{place}{}", diagnostic.message),
        diagnostic.hint,
    );
    warning.location = Some(Location::new(
        diagnostic.file,
        diagnostic.position.map_or(1, |position| position.line),
    ));
    warning
}

/// Returns the document of a panel that is shown, or None.
#[pyfunction]
pub(super) fn get_document(py: Python<'_>, name: &str) -> PyResult<Option<Py<PyAny>>> {
    let live = SHOWN.lock().get(name).and_then(Weak::upgrade);
    match live {
        Some(live) => PyDocument::make(py, &live),
        None => Ok(None),
    }
}
