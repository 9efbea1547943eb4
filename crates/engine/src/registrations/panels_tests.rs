//! Panels drawn without Python: the redraw policy, and what is told.

use super::*;
use crate::registrations::ledger::Ledger;
use crate::registrations::panel_table::Panels;
use crate::registrations::registered::Registered;
use crate::registrations::table::OnTaken;
use crate::registrations::table::Table;
use lichtfeld_panel::{DroppedInput, InputValue, Vec2, WidgetId};
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// Asks for `again` more drawings, drops one input in each, and counts.
#[derive(Default)]
struct Source {
    hides: AtomicBool,
    asked: AtomicUsize,
    surfaces: Mutex<Vec<Surface>>,
    again: AtomicUsize,
    draws: AtomicUsize,
    removed: AtomicUsize,
}

impl PanelSource for Source {
    fn draw(&self, _: &PanelInfo, session: &mut Session) -> Frame {
        self.surfaces.lock().push(session.surface());
        self.draws.fetch_add(1, Ordering::SeqCst);
        let asks = self
            .again
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .is_ok();
        let mut frame = Frame::default();
        frame.redraw = if asks { Redraw::Again } else { Redraw::OnInput };
        let input = Input::new(widget(), InputValue::CLICK);
        frame.dropped.push(DroppedInput::new(input, "test"));
        frame
    }

    fn poll(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst);
        !self.hides.load(Ordering::SeqCst)
    }

    fn removed(&self) {
        self.removed.fetch_add(1, Ordering::SeqCst);
    }
}

fn widget() -> WidgetId {
    "0000000000000001".parse().unwrap()
}

fn info(interval_ms: Option<u64>) -> PanelInfo {
    let mut info = PanelInfo::new("a", "A", "");
    info.interval_ms = interval_ms;
    info
}

fn panel(again: usize, interval_ms: Option<u64>) -> (Arc<Panels>, Arc<Panel>, Arc<Source>) {
    let panels = Table::new("panel", OnTaken::Refuse, Arc::default());
    let source = Arc::new(Source {
        again: AtomicUsize::new(again),
        ..Source::default()
    });
    let shown = Panel::new(info(interval_ms), None, Arc::clone(&source) as _);
    panels.register(shown).unwrap();
    let panel = panels.find("a").unwrap();
    (panels, panel, source)
}

#[test]
fn a_frame_that_asks_is_drawn_again_at_once_and_tells_all_that_was_dropped() {
    let (_, panel, source) = panel(2, None);
    let frame = panel.draw();
    assert_eq!(source.draws.load(Ordering::SeqCst), 3);
    assert_eq!(frame.dropped.len(), 3);
    assert_eq!(frame.redraw, Redraw::OnInput);
    assert!(!panel.due(Instant::now()));
}

#[test]
fn a_frame_that_asks_for_ever_is_left_to_the_next_drawing() {
    let (_, panel, source) = panel(usize::MAX, None);
    panel.draw();
    assert_eq!(source.draws.load(Ordering::SeqCst), MAX_AGAIN);
    assert!(panel.due(Instant::now()));
}

#[test]
fn a_drawn_panel_is_due_on_input_on_request_or_on_its_interval() {
    let (panels, panel, _) = panel(0, None);
    let later = Instant::now() + Duration::from_secs(3600);
    assert_eq!(panels.due(Instant::now()).len(), 1, "not drawn yet");
    panel.draw();
    assert!(panels.due(later).is_empty());
    assert_eq!(panels.next_due(later), None);
    panel.push_input(Input::new(widget(), InputValue::CLICK));
    assert!(panel.due(Instant::now()));
    panel.draw();
    panels.request_redraw();
    assert!(panel.due(Instant::now()));

    let (panels, panel, _) = super::tests::panel(0, Some(1000));
    let before = Instant::now();
    panel.draw();
    assert!(panels.due(before + Duration::from_millis(999)).is_empty());
    assert!(panel.due(Instant::now() + Duration::from_millis(1000)));
    let next = panels.next_due(before).unwrap();
    assert!(next >= before + Duration::from_millis(1000));
}

#[test]
fn a_hidden_panel_is_not_due_until_it_is_shown_again() {
    let (panels, panel, source) = panel(0, None);
    let now = Instant::now();
    source.hides.store(true, Ordering::SeqCst);
    assert!(panels.due(now).is_empty() && panels.shown().is_empty());
    assert!(panel.is_hidden() && panel.wants_drawing());
    assert_eq!(panels.next_due(now), Some(now + Duration::from_millis(100)));
    source.hides.store(false, Ordering::SeqCst);
    assert_eq!(panels.due(now).len(), 1);
    panel.draw();
    let asked = source.asked.load(Ordering::SeqCst);
    assert!(panels.due(Instant::now()).is_empty());
    let again = source.asked.load(Ordering::SeqCst);
    assert_eq!(again, asked, "what is not due is not asked");
    // Hidden and shown between two drawings: what it shows may be old.
    source.hides.store(true, Ordering::SeqCst);
    assert!(panels.shown().is_empty());
    source.hides.store(false, Ordering::SeqCst);
    assert_eq!(
        (panels.shown().len(), panels.due(Instant::now()).len()),
        (1, 1)
    );
}

#[test]
fn a_hidden_panel_with_an_interval_does_not_keep_its_host_awake() {
    let (panels, panel, source) = panel(0, Some(1000));
    panel.draw();
    source.hides.store(true, Ordering::SeqCst);
    let later = Instant::now() + Duration::from_secs(5);
    assert!(panels.due(later).is_empty());
    assert_eq!(panels.next_due(later), Some(later + Duration::from_secs(1)));
}

#[test]
fn a_surface_that_differs_requests_a_drawing() {
    let (_, panel, source) = panel(0, None);
    panel.draw();
    let mut surface = panel.surface();
    panel.set_surface(surface);
    surface.pointer = Vec2::new(5.0, 5.0);
    panel.set_surface(surface);
    assert!(!panel.wants_drawing(), "the pointer is elsewhere");
    surface.hovered = true;
    panel.set_surface(surface);
    assert!(panel.wants_drawing());
    panel.draw();
    surface.pointer = Vec2::new(6.0, 5.0);
    panel.set_surface(surface);
    assert!(panel.wants_drawing());
    panel.draw();
    assert_eq!(source.surfaces.lock().last(), Some(&surface));
}

#[test]
fn who_is_replaced_or_unregistered_hears_of_it_once() {
    let (panels, _, source) = panel(0, None);
    assert_eq!(
        panels.register(Panel::new(info(None), None, Arc::new(Source::default()))),
        Ok(Registered::Replaced)
    );
    assert_eq!(source.removed.load(Ordering::SeqCst), 1);
    assert!(panels.unregister("a", None));
    assert!(!panels.unregister("a", None));
    assert_eq!(source.removed.load(Ordering::SeqCst), 1);
}

#[test]
fn a_notice_is_in_the_frames_of_the_plugins_panels_also_of_later_ones() {
    let ledger = Arc::<Ledger>::default();
    let owner = |key: &str| {
        let owner = Owner {
            key: key.to_owned(),
            revision: 1,
        };
        ledger.set_active(&owner);
        owner
    };
    let panels = Table::new("panel", OnTaken::Refuse, Arc::clone(&ledger));
    let register = |id: &str, owner: Owner| {
        let info = PanelInfo::new(id, id, "");
        let source = Arc::new(Source::default());
        panels
            .register(Panel::new(info, Some(owner), source))
            .unwrap();
        panels.find(id).unwrap()
    };
    let (of_a, of_b) = (register("of_a", owner("a")), register("of_b", owner("b")));
    of_a.draw();
    of_b.draw();
    let notice = Warning::new("x", "message", "hint");
    panels.set_notice("a", Some(notice.clone()));
    assert!(of_a.wants_drawing() && !of_b.wants_drawing());
    let expected = vec![notice.clone()];
    assert_eq!(of_a.draw().warnings, expected);
    assert_eq!(of_b.draw().warnings, []);
    let later = register("more", owner("a"));
    assert_eq!(later.draw().warnings, expected);
    panels.set_notice("a", Some(notice));
    assert!(!of_a.wants_drawing());
    panels.set_notice("a", None);
    assert!(of_a.wants_drawing());
    assert_eq!(of_a.draw().warnings, []);
}
