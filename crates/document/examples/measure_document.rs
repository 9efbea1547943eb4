//! How long a template of 400 elements with 60 bindings takes to parse, to mount, and to bring up to
//! date. Prints series as `cargo xtask bench document` reads them.
//!
//! `cargo run --release -p lichtfeld-document --example measure_document`

#![expect(
    clippy::print_stdout,
    reason = "the result is for a person or for xtask"
)]

use std::hint::black_box;
use std::time::Instant;

use lichtfeld_document::{
    DataSource, Document, Event, Key, Model, NoFiles, Options, SourceError, Template, Value,
};

const ROUNDS: usize = 200;

/// Numbers that change whenever they are asked for.
struct Numbers(i64);

impl DataSource for Numbers {
    fn get(&mut self, _model: &str, _variable: &str) -> Result<Value, SourceError> {
        self.0 += 1;
        Ok(Value::Int(self.0))
    }

    fn set(&mut self, _: &str, _: &str, _: &[Key], _: Value) -> Result<(), SourceError> {
        Ok(())
    }

    fn call(&mut self, _: &str, _: &str, _: &mut Event, _: &[Value]) -> Result<(), SourceError> {
        Ok(())
    }
}

/// A panel of 40 sections with ten elements each; 60 bindings of 20 variables.
fn template() -> String {
    let mut text = String::from("<rml><head><title>Measured</title></head><body data-model=\"m\">");
    for section in 0..40 {
        let (a, b) = (section % 20, (section + 7) % 20);
        let text_binding = format!("{{{{ v{a} | format(1) }}}}");
        let (condition, label) = if section % 2 == 0 {
            (format!(" data-if=\"v{b} != 3\""), text_binding)
        } else {
            (String::new(), format!("Value: {text_binding}"))
        };
        text.push_str(&format!(
            "<div class=\"card\"{condition}><h3>Section {section}</h3>\
             <div class=\"setting-row\"><span class=\"prop-label\">Name</span><span class=\"prop-value\">{label}</span></div>\
             <div class=\"setting-row\"><span class=\"prop-label\">Size</span><input type=\"range\" class=\"setting-slider\" min=\"0\" max=\"9\"/></div>\
             <p class=\"hint\">Some words about it.</p><button class=\"btn btn--primary\">Run</button></div>"
        ));
    }
    text.push_str("</body></rml>");
    text
}

/// Returns the seconds of each round; the preparation of a round does not count.
fn measure<T>(mut prepare: impl FnMut() -> T, mut work: impl FnMut(&mut T)) -> Vec<f64> {
    let mut samples = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let mut prepared = prepare();
        let start = Instant::now();
        work(&mut prepared);
        samples.push(start.elapsed().as_secs_f64());
        black_box(&prepared);
    }
    samples
}

fn mounted(text: &str, model: &Model) -> (Document, Numbers) {
    let template = Template::parse("measured.rml", text, &NoFiles);
    let mut document = Document::new(&template, vec![model.clone()], Options::default());
    let mut numbers = Numbers(0);
    document.update(&mut numbers);
    (document, numbers)
}

fn series(name: &str, samples: &[f64], floor: &[f64], limit: f64) -> String {
    format!(
        "{{\"name\":\"{name}\",\"unit\":\"seconds\",\"samples\":{samples:?},\"floor\":{floor:?},\
         \"limits\":[{{\"median\":{limit}}}]}}"
    )
}

fn main() {
    let text = template();
    let model = (0..20).fold(Model::new("m"), |model, index| {
        model.variable(format!("v{index}"))
    });
    let tokens = measure(
        || (),
        |()| {
            let tokens = html5gum::Tokenizer::new(text.as_str());
            black_box(tokens.count());
        },
    );
    let mount = measure(
        || (),
        |()| {
            black_box(mounted(&text, &model));
        },
    );
    let (mut document, mut numbers) = mounted(&text, &model);
    let count = document
        .query_all(document.root(), "*")
        .map_or(0, |all| all.len());
    assert!((390..=410).contains(&count), "{count} elements");
    let _ = document.take_changes();
    let clean = measure(
        || (),
        |()| {
            document.update(&mut numbers);
            black_box(document.take_changes());
        },
    );
    let dirty = measure(
        || (),
        |()| {
            document.dirty("m", "v3");
            document.update(&mut numbers);
            let changes = document.take_changes();
            assert!(!changes.is_empty());
        },
    );
    let snapshot = measure(
        || (),
        |()| {
            black_box(document.snapshot());
        },
    );
    let all = [
        series(
            &format!("parse and mount {count} elements"),
            &mount,
            &tokens,
            0.003,
        ),
        series(
            "one dirty variable to its changes",
            &dirty,
            &clean,
            0.000_150,
        ),
        series("nothing dirty", &clean, &[], 0.000_005),
        series("the whole document as a snapshot", &snapshot, &[], 0.003),
    ];
    println!("[{}]", all.join(","));
}
