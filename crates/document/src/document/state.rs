//! A document, and how it is made.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::changes::Effect;
use crate::data::bindings::Bindings;
use crate::data::model::{Model, ModelState};
use crate::data::scope::BindingId;
use crate::diagnostic::{Diagnostic, Report};
use crate::event::ListenerId;
use crate::style::cascade::Cascade;
use crate::style::media::Viewport;
use crate::style::sheet::AtRule;
use crate::style::theme::Theme;
use crate::template::plan::{TemplateElement, TemplateNode};
use crate::template::{self, Template};
use crate::tree::arena::Tree;
use crate::tree::id::NodeId;
use crate::value::Value;

/// How a document is shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The colours of the application.
    pub theme: Theme,
    /// The size of the panel.
    pub viewport: Viewport,
    /// A further sheet, stronger than those of the template.
    pub sheet: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            theme: Theme::dark(),
            viewport: Viewport::default(),
            sheet: String::new(),
        }
    }
}

/// A result of a transform, or why there is none.
pub(super) type Transformed = Result<Value, String>;

/// A listener of an element.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    pub(super) id: ListenerId,
    pub(super) event: Arc<str>,
    pub(super) is_capture: bool,
}

/// A document: elements, values and styles.
///
/// It does nothing by itself. Say what has changed (`dirty`, `event`, the functions of elements),
/// then [`update`](Self::update) it and [take the changes](Self::take_changes).
#[derive(Debug)]
pub struct Document {
    pub(super) template: Template,
    pub(super) options: Options,
    pub(super) tree: Tree,
    pub(super) root: NodeId,
    pub(super) title: String,
    pub(super) is_shown: bool,
    pub(super) models: Vec<ModelState>,
    /// Elements whose data model does not exist, with what they are made of.
    pub(super) without_model: Vec<(NodeId, Arc<TemplateElement>)>,
    pub(super) bindings: Bindings,
    /// Bindings that the running update has to evaluate.
    pub(super) pending: Vec<BindingId>,
    pub(super) is_dirty: bool,
    /// How often the running update has asked; 0 if none runs.
    pub(super) round: usize,
    /// The RML that was read last for `data-rml`: rows often have the same.
    pub(super) fragment: Option<(String, Arc<[TemplateNode]>)>,
    pub(super) transformed: FxHashMap<String, Transformed>,
    pub(super) listeners: FxHashMap<NodeId, Vec<Listener>>,
    pub(super) listener_count: usize,
    pub(super) next_listener: u64,
    pub(super) cascade: Cascade,
    pub(super) at_rules: Vec<AtRule>,
    pub(super) focus: Option<NodeId>,
    pub(super) hover: Option<NodeId>,
    pub(super) active: Option<NodeId>,
    pub(super) effects: Vec<Effect>,
    pub(super) report: Report,
    /// The number of diagnostics that the last version had.
    pub(super) taken_diagnostics: usize,
    /// Whether a version has been taken, so that there is something to compare with.
    pub(super) is_taken: bool,
}

impl Document {
    /// Makes a document of a template. Its values are not known before the first
    /// [`update`](Self::update).
    #[must_use]
    pub fn new(template: &Template, models: Vec<Model>, options: Options) -> Self {
        let mut document = Self::on_tree(Tree::default(), template, models, options);
        document.restyle();
        document
    }

    /// Makes the elements in an empty tree. Their styles are not computed yet.
    pub(super) fn on_tree(
        tree: Tree,
        template: &Template,
        models: Vec<Model>,
        options: Options,
    ) -> Self {
        let mut document = Self {
            template: template.clone(),
            options,
            tree,
            root: NodeId::from_number(u64::MAX),
            title: template.title().to_owned(),
            is_shown: true,
            models: models.into_iter().map(ModelState::new).collect(),
            without_model: Vec::new(),
            bindings: Bindings::default(),
            pending: Vec::new(),
            is_dirty: true,
            round: 0,
            fragment: None,
            transformed: FxHashMap::default(),
            listeners: FxHashMap::default(),
            listener_count: 0,
            next_listener: 1,
            cascade: Cascade::default(),
            at_rules: Vec::new(),
            focus: None,
            hover: None,
            active: None,
            effects: Vec::new(),
            report: template.report().clone(),
            taken_diagnostics: 0,
            is_taken: false,
        };
        document.read_sheets();
        document.mount();
        document
    }

    /// Returns the body.
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Returns the element into which the panel itself draws, or `None` if the template has none.
    #[must_use]
    pub fn im_root(&self) -> Option<NodeId> {
        self.element_by_id("im-root")
    }

    /// Returns the template.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// Returns the title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Sets the title.
    pub fn set_title(&mut self, title: impl Into<String>) {
        self.title = title.into();
    }

    /// Returns whether the document is shown.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Shows or hides the document. A front end asks with [`is_shown`](Self::is_shown).
    pub fn show(&mut self, is_shown: bool) {
        self.is_shown = is_shown;
    }

    /// Returns the rules of sheets that a front end interprets.
    #[must_use]
    pub fn at_rules(&self) -> &[AtRule] {
        &self.at_rules
    }

    /// Returns what is wrong with the template, its sheets and its values, by file and place. It
    /// belongs into the panel, where the author sees it.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        template::sorted(&self.report)
    }

    /// Sets the colours, and computes all styles again.
    pub fn set_theme(&mut self, theme: Theme) {
        if self.options.theme != theme {
            self.options.theme = theme;
            self.read_sheets();
            self.restyle_all();
        }
    }

    /// Sets the size of the panel, and computes all styles again if a sheet has media queries for it.
    pub fn set_viewport(&mut self, viewport: Viewport) {
        if self.options.viewport != viewport {
            self.options.viewport = viewport;
            self.read_sheets();
            self.restyle_all();
        }
    }
}

/// A document is made on one thread and used on others.
const _: () = {
    const fn is_send<T: Send + 'static>() {}
    is_send::<Document>();
};
