//! Documents as elements, for applications that draw these themselves.

use crate::build::compiled;
use crate::{command, plugin, write};

const PLUGIN: &str = "
import lichtfeld as lf

class Elements(lf.ui.Panel):
    id = 'elements'
    template = 'elements.rml'

    def __init__(self):
        self.name, self.wide = '', 0

    def on_bind_model(self, ctx):
        model = ctx.create_data_model('m')
        model.bind('name', lambda: self.name, lambda value: setattr(self, 'name', value))
        model.bind_func('shown', lambda: f'{self.name} {self.wide:.0f} wide')
        model.bind_event('add', self.add)
        self.handle = model.get_handle()

    def on_mount(self, doc):
        self.doc = doc

    def add(self):
        field = self.doc.get_element_by_id('name')
        self.wide = field.absolute_width
        field.focus()
        self.handle.dirty('shown')

    def draw(self, layout):
        layout.label('drawn')

def on_load():
    lf.register_class(Elements)
";

const TEMPLATE: &str = "<rml><head><title>Elements</title></head><body data-model='m'>\
<p class='hint big'>{{ shown }}</p><input id='name' type='text' data-value='name'/>\
<button id='add' class='btn' data-event-click='add()'>Add</button></body></rml>";

const PRINTED: &str = "\
Elements: 1 widgets
<body id='' class=''>
  <p id='' class='hint big'>
     0 wide
  <input id='name' class=''>
  <button id='add' class='btn'>
    Add
2 changed, 0 removed
focus on an element
typed 80 wide
color known
light: changes
";

const REFUSED: [&str; 2] = [
    "LR127: surface.document is 9, not an lfp_document_form",
    "LR127: value.kind is 7, which an element does not take",
];

#[test]
fn an_application_draws_the_elements_of_documents_in_both_places() {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled("elements.c", scratch.path()) else {
        return;
    };
    for place in ["shared", "process"] {
        let plugins = scratch.path().join(place).join("plugins");
        plugin(&plugins, "elements", place, PLUGIN);
        write(&plugins.join("elements/elements.rml"), TEMPLATE);
        let output = command(&program)
            .arg(&plugins)
            .arg("elements")
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(out, PRINTED, "{place}: {err}");
        assert!(output.status.success(), "{place}: {err}");
        assert!(REFUSED.iter().all(|line| err.contains(line)), "{err}");
    }
}
