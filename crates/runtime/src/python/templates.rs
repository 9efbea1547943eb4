//! The code that new plugins begin with: plugins that run as they are, with names to be replaced.

/// The entry file of a template. Its names are those of a plugin called `my_plugin`.
pub(crate) fn entry(template: crate::create::Template) -> &'static str {
    use crate::create::Template;
    match template {
        Template::Panel => include_str!("templates/panel.py"),
        Template::Operator => include_str!("templates/operator.py"),
        Template::Minimal => include_str!("templates/minimal.py"),
    }
}
