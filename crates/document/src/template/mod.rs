//! Templates: an RML text with the sheets and templates that it names.

mod compile;
pub(crate) mod include;
pub(crate) mod plan;

use std::sync::Arc;

use crate::codes;
use crate::diagnostic::{Diagnostic, Report};
use crate::loader::Loader;
use crate::rml::markup;
use crate::source::Source;
use crate::style::sheet::{self, SheetText};
use crate::style::theme::Theme;
use include::Includes;
use plan::{TemplateElement, TemplateNode};

/// A document as it is written: read once, shown as often as you like.
///
/// Copies are cheap. A template with mistakes still has everything that could be read.
#[derive(Clone, Debug)]
pub struct Template {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    title: String,
    body: Arc<TemplateElement>,
    sheets: Vec<SheetText>,
    report: Report,
    source: Arc<Source>,
}

impl Template {
    /// Reads a template. `name` is the name of its file, for diagnostics and for the loader.
    ///
    /// The sheets `NAME.rcss` and `NAME.theme.rcss` beside `NAME.rml` are loaded first, if the loader
    /// has them; then `<link>` and `<style>` in order.
    #[must_use]
    pub fn parse(name: &str, text: &str, loader: &dyn Loader) -> Self {
        let mut report = Report::default();
        let source = Source::new(name, text);
        let root = markup::read(&source, &mut report);
        let mut includes = Includes::new(loader, &mut report);
        includes.siblings(name, &source);
        let (title, body) = includes.document(root, &source);
        let sheets = includes.sheets;
        let body = Arc::new(compile::element(&body, &mut report));
        Self {
            inner: Arc::new(Inner {
                title,
                body,
                sheets,
                report,
                source,
            }),
        }
    }

    /// Returns the mistakes, in the order of their places.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        sorted(&self.inner.report)
    }

    /// Returns the mistakes with those of its sheets, for a check without a data model: names are not
    /// looked up.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut report = self.inner.report.clone();
        for sheet in &self.inner.sheets {
            // The themes have the same names.
            drop(sheet::read(sheet, &Theme::dark(), &mut report));
        }
        sorted(&report)
    }

    /// Returns the first mistake after which elements are not where the author means them: a damaged
    /// tag, or one without its other half. `None` also if there are other mistakes.
    #[must_use]
    pub fn damage(&self) -> Option<Diagnostic> {
        let all = self.diagnostics();
        // A damaged tag explains the others.
        let codes = [codes::SYNTAX, codes::END_TAG, codes::NOT_CLOSED];
        let mut found = codes
            .iter()
            .filter_map(|code| all.iter().find(|found| found.code == code.code).cloned());
        found.next()
    }

    /// Returns the text of `<title>`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.inner.title
    }

    /// Returns the text from which the template was read, for an application that has RmlUi itself.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.inner.source.text
    }

    /// Returns the texts of all sheets in the order of the cascade, without the built-in one.
    pub fn sheets(&self) -> impl Iterator<Item = &str> {
        let sheets = self.inner.sheets.iter();
        sheets.map(|sheet| sheet.source.text.get(sheet.start..sheet.end).unwrap_or(""))
    }

    /// Returns the names of the data models that the document uses.
    #[must_use]
    pub fn models(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut waiting = vec![&*self.inner.body];
        while let Some(element) = waiting.pop() {
            if let Some((name, _)) = &element.model
                && !names.contains(&&**name)
            {
                names.push(name);
            }
            waiting.extend(element.children.iter().filter_map(|child| match child {
                TemplateNode::Element(child) => Some(&**child),
                TemplateNode::Text(_) => None,
            }));
        }
        names
    }

    pub(crate) fn body(&self) -> &Arc<TemplateElement> {
        &self.inner.body
    }

    pub(crate) fn sheet_texts(&self) -> &[SheetText] {
        &self.inner.sheets
    }

    pub(crate) fn report(&self) -> &Report {
        &self.inner.report
    }
}

/// Reads RML that is not a whole document.
pub(crate) fn fragment(source: &Arc<Source>, report: &mut Report) -> Vec<TemplateNode> {
    let root = markup::read(source, report);
    compile::nodes(&root.children, report)
}

/// Returns the diagnostics by file and place.
pub(crate) fn sorted(report: &Report) -> Vec<Diagnostic> {
    let mut list = report.list().to_vec();
    list.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
    list
}
