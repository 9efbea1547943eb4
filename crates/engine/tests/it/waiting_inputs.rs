//! Inputs for a panel that is not drawn are bounded.

use crate::support::Fixture;
use lichtfeld_engine::{Panel, PanelInfo, PanelSource};
use lichtfeld_panel::{Frame, Input, InputValue, MAX_PENDING, Session, Value, WidgetId};
use std::sync::{Arc, Mutex};

/// Notes the inputs of each drawing.
#[derive(Default)]
struct Source(Mutex<Vec<Vec<Input>>>);

impl PanelSource for Source {
    fn draw(&self, _: &PanelInfo, session: &mut Session) -> Frame {
        self.0.lock().unwrap().push(session.take_pending());
        Frame::default()
    }

    fn poll(&self) -> bool {
        true
    }
}

/// The value of one of many widgets, so that none follows another one.
fn input(number: usize) -> Input {
    let bits = u64::try_from(number).unwrap() + 1;
    Input::new(
        WidgetId::from_bits(bits),
        InputValue::Set(Value::Bool(true)),
    )
}

#[test]
fn the_oldest_inputs_are_dropped_counted_and_logged_once() {
    let app = Fixture::new();
    let source = Arc::new(Source::default());
    let panel = Panel::new(
        PanelInfo::new("p.wild", "Wild", ""),
        None,
        Arc::clone(&source) as _,
    );
    app.manager.panels().register(panel).unwrap();
    let panel = app.manager.panels().find("p.wild").unwrap();
    for number in 0..MAX_PENDING {
        panel.push_input(input(number));
    }
    assert_eq!(panel.dropped_inputs(), 0);
    assert_eq!(app.host.count_logged("p.wild"), 0);
    for number in MAX_PENDING..MAX_PENDING + 10 {
        panel.push_input(input(number));
    }
    assert_eq!(panel.dropped_inputs(), 10);
    assert_eq!(app.host.count_logged("4096 inputs wait for a drawing"), 1);
    panel.draw();
    let drawn = source.0.lock().unwrap().remove(0);
    assert_eq!(drawn.len(), MAX_PENDING);
    assert_eq!(
        (&drawn[0], drawn.last()),
        (&input(10), Some(&input(MAX_PENDING + 9)))
    );
    // After a drawing there is room again, and what was dropped before is not told once more.
    panel.push_input(input(0));
    panel.draw();
    assert_eq!(source.0.lock().unwrap()[0], [input(0)]);
    for number in 0..=MAX_PENDING {
        panel.push_input(input(number));
    }
    assert_eq!(panel.dropped_inputs(), 11);
    assert_eq!(app.host.count_logged("4096 inputs wait for a drawing"), 1);
}
