//! What a Rust application offers as `lichtfeld`, to plugins in both places.

use crate::support::{Scratch, load, python};
use lichtfeld_embed::pyo3::prelude::*;
use lichtfeld_embed::pyo3::{self};
use lichtfeld_embed::{Application, Sharing};
use std::sync::atomic::Ordering;

/// A scene of the application.
#[pyclass(name = "Scene")]
struct Scene {
    names: Vec<String>,
}

#[pymethods]
impl Scene {
    fn add(&mut self, name: String) -> usize {
        self.names.push(name);
        self.names.len()
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn __len__(&self) -> usize {
        self.names.len()
    }
}

const PLUGIN: &str = "
import lichtfeld as lf

scene = lf.get_scene()

def run():
    scene.add('second')
    lf.on_ui()
    return [len(scene), scene.names == ['first', 'second'], isinstance(scene, lf.Scene)]
";

fn offer(application: &Application) -> PyResult<()> {
    Python::attach(|py| {
        let names = vec!["first".to_owned()];
        let scene = Bound::new(py, Scene { names })?;
        let class = py.get_type::<Scene>();
        let function = pyo3::types::PyCFunction::new_closure(py, None, None, {
            let scene = scene.unbind();
            move |arguments, _| scene.clone_ref(arguments.py())
        })?;
        let on_ui = pyo3::types::PyCFunction::new_closure(py, None, None, |_, _| ())?;
        application.share("get_scene", &function, Sharing::default())?;
        application.share("Scene", &class, Sharing::default())?;
        application.share("on_ui", &on_ui, Sharing::on_ui_thread())
    })
}

#[test]
fn plugins_in_both_places_use_it() {
    // Windows has no workers.
    let places: &[&str] = if cfg!(unix) {
        &["shared", "process"]
    } else {
        &["shared"]
    };
    for place in places {
        let scratch = Scratch::new();
        scratch.plugin("uses", place, &[("__init__.py", PLUGIN)]);
        let application = scratch.builder().start().unwrap();
        offer(&application).unwrap();
        load(&application, "uses");
        let (count, is_same, is_scene): (usize, bool, bool) =
            python("import uses\nresult = tuple(uses.run())");
        assert_eq!((count, is_same, is_scene), (2, true, true), "{place}");
        // Its UI thread is the calling one.
        assert_eq!(scratch.told.jobs.load(Ordering::Relaxed), 0);
        application.end();
    }
}
