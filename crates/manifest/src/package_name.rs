//! A plugin that has the name of a package.

use crate::checks::project::Project;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Manifest;
use crate::name::PluginName;
use crate::report::Report;

/// Warns if the plugin has the name of one of its own dependencies.
pub(crate) fn check(project: &Project, report: &mut Report<'_>) {
    let Some(field) = &project.name else { return };
    let name = &field.value;
    let required = project.dependencies.iter();
    let required = required.chain(project.optional_dependencies.values().flatten());
    if let Some(same) = required
        .map(crate::requirement::Requirement::name)
        .find(|required| *required == name.normalized())
    {
        report.warning(
            Code::PackageName,
            field.range.clone(),
            format!("the plugin has the name of its dependency `{same}`, which is therefore not installed."),
            "Give the plugin another `name`: uv takes a requirement of this name for the plugin itself.",
        );
    }
}

impl Manifest {
    /// Returns the warning that something else is imported by the plugin's name too. `what` names
    /// it and its place: "iniconfig 2.0 of plugin 'b'".
    #[must_use]
    pub fn name_of_package(&self, what: &str) -> Diagnostic {
        let module = PluginName::module_name(self.name());
        let mut warning = Diagnostic::of_file(
            Code::PackageName,
            Severity::Warning,
            self.path(),
            format!("`import {module}` also means {what}."),
            format!(
                "Choose another `name`, or import the plugin as `lfs_plugins.{module}` everywhere."
            ),
        );
        warning.span = self.span(self.locations.name.as_ref());
        warning
    }
}
