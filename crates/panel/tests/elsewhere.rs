//! Panels inside of panels: drawn by another session, shown in one frame, each with its own inputs.

use lichtfeld_panel::{
    Elsewhere, Frame, Input, InputValue, MAX_ELSEWHERE, PanelError, PanelIdentity, PopupForm,
    Recorder, Redraw, Registered, Registry, ScopeKind, Session, Title, WidgetId, WidgetKind,
    render_text,
};

fn draw(session: &mut Session, body: impl FnOnce(&mut Recorder)) -> Frame {
    let mut recorder = std::mem::take(session).record(PanelIdentity::new("outer", "Outer"));
    body(&mut recorder);
    let (frame, after) = recorder.finish();
    *session = after;
    frame
}

/// A menu with one entry and a tree, and how often the entry was clicked.
#[derive(Default)]
struct Menu {
    clicks: usize,
    hovers: usize,
    is_broken: bool,
}

impl Menu {
    fn draw(&mut self, session: &mut Session) -> Frame {
        let identity = PanelIdentity::new("a.menu", "The menu");
        let mut recorder = std::mem::take(session).record(identity.clone());
        self.clicks += usize::from(recorder.button("Run"));
        self.hovers += usize::from(recorder.is_hovered());
        recorder.fold("Tree", false, Some(ScopeKind::Tree), None, |label, open| {
            WidgetKind::Tree {
                label,
                open,
                leaf: false,
            }
        });
        let (frame, after) = recorder.finish();
        *session = after;
        if self.is_broken {
            return Frame::failed(identity, PanelError::new("ValueError", "no", ""));
        }
        frame
    }
}

impl Registry for Menu {
    fn title(&mut self, _: Registered, id: &str) -> Title {
        let mut title = Title::default();
        match id {
            "a.menu" => title.text = "The menu".into(),
            _ => title.reason = Some(format!("no menu is called '{id}'")),
        }
        title
    }

    fn draw(&mut self, of: Registered, _: &str, session: &mut Session) -> Frame {
        assert_eq!(of, Registered::Menu);
        self.draw(session)
    }
}

fn menu(recorder: &mut Recorder, id: &str, text: &str, of: Registered) -> bool {
    let label = format!("{}###{id}", if text.is_empty() { id } else { text });
    let menu = |label, open| WidgetKind::Menu { label, open };
    let is_open = recorder.fold(&label, false, Some(ScopeKind::Menu), None, menu);
    assert!(recorder.elsewhere(of, id, !text.is_empty()));
    if is_open {
        recorder.end(ScopeKind::Menu, None);
    }
    is_open
}

/// As another process: draws with a session of its own, and sends the frame as JSON.
fn remote(session: &mut Session, inputs: Vec<Input>, id: &str) -> Frame {
    for input in inputs {
        session.push_input(input);
    }
    let frame = draw(session, |recorder| {
        recorder.button("Mine");
        menu(recorder, id, "", Registered::Menu);
        recorder.button("Run");
    });
    let bytes = serde_json::to_string(&frame);
    // One that does not come across is empty, which no test expects.
    bytes
        .and_then(|bytes| serde_json::from_str(&bytes))
        .unwrap_or_default()
}

fn input(frame: &Frame, label: &str, value: InputValue) -> Input {
    let widget = frame.labelled(label).map(|widget| widget.id);
    // An input for nothing is dropped, which no test expects.
    Input::new(widget.unwrap_or(WidgetId::PANEL), value)
}

#[test]
fn what_another_session_draws_is_a_part_with_inputs_of_its_own() {
    let (mut session, mut inner) = (Session::default(), Menu::default());
    let mut outer_clicks = 0;
    let mut once = |session: &mut Session, inner: &mut Menu| {
        draw(session, |recorder| {
            outer_clicks += usize::from(recorder.button("Run"));
            recorder.open_popup("More");
            recorder.begin_popup("More", PopupForm::Plain, None);
            recorder.embed(|session| inner.draw(session));
            recorder.end(ScopeKind::Popup, None);
        })
    };
    let frame = once(&mut session, &mut inner);
    let popup = frame.widgets.iter().position(|w| w.depth == 1).unwrap() - 1;
    let content = frame.content(popup);
    assert_eq!(content.len(), 2);
    session.push_input(Input::new(content[1].id, InputValue::Open(true)));
    session.push_input(Input::new(content[0].id, InputValue::CLICK));
    session.push_input(Input::new(content[0].id, InputValue::Hover(true)));
    // One drawing for each that is not in the order of drawing.
    let mut frame = once(&mut session, &mut inner);
    while frame.redraw == Redraw::Again && session.has_pending() {
        frame = once(&mut session, &mut inner);
    }
    frame = once(&mut session, &mut inner);
    assert!(frame.dropped.is_empty());
    let content = frame.content(popup);
    assert!(matches!(
        content[1].kind,
        WidgetKind::Tree { open: true, .. }
    ));
    assert_eq!((inner.clicks, outer_clicks), (1, 0));
    assert!(inner.hovers >= 1);
}

#[test]
fn a_frame_of_another_process_is_filled_in() {
    let (mut there, mut here, mut registry) =
        (Session::default(), Session::default(), Menu::default());
    let mut once = |here: &mut Session, registry: &mut Menu, id: &str| {
        here.route();
        let mut frame = remote(&mut there, here.take_pending(), id);
        here.fill(&mut frame, registry);
        assert!(frame.elsewhere.is_empty());
        frame
    };
    let frame = once(&mut here, &mut registry, "a.menu");
    assert_eq!(frame.widgets.len(), 3, "closed");
    here.push_input(input(&frame, "The menu", InputValue::Open(true)));
    let frame = once(&mut here, &mut registry, "a.menu");
    let content = frame.content(1);
    assert_eq!(content.len(), 2, "{}", render_text(&frame, 40));
    here.push_input(Input::new(content[0].id, InputValue::CLICK));
    here.push_input(Input::new(content[0].id, InputValue::Hover(true)));
    let frame = once(&mut here, &mut registry, "a.menu");
    assert_eq!((registry.clicks, registry.hovers), (1, 1));
    assert_eq!(frame.redraw, Redraw::Again, "that of the part");
    registry.is_broken = true;
    let frame = once(&mut here, &mut registry, "a.menu");
    let text = render_text(&frame, 60);
    assert!(
        text.contains("'a.menu' cannot be drawn: ValueError: no"),
        "{text}"
    );
    // What is not registered is disabled, and the rest goes on.
    let frame = once(&mut here, &mut registry, "nobody.s");
    let entry = &frame.widgets[1];
    assert!(entry.traits.disabled && matches!(entry.kind, WidgetKind::MenuItem { .. }));
    assert_eq!(
        entry.traits.tooltip.as_deref(),
        Some("no menu is called 'nobody.s'")
    );
    assert_eq!(frame.widgets.len(), 3);
}

#[test]
fn there_are_not_more_parts_than_are_read() {
    let mut session = Session::default();
    let frame = draw(&mut session, |recorder| {
        for number in 0..MAX_ELSEWHERE {
            menu(recorder, &format!("a.{number}"), "", Registered::Menu);
        }
        recorder.button("one more");
        assert!(!recorder.elsewhere(Registered::Operator, "a", true));
    });
    assert!(frame.widgets[MAX_ELSEWHERE].traits.disabled);
    let mut json = serde_json::to_value(&frame).unwrap();
    assert!(serde_json::from_value::<Frame>(json.clone()).is_ok());
    let one = json["elsewhere"][0].clone();
    json["elsewhere"].as_array_mut().unwrap().push(one);
    let refused = serde_json::from_value::<Frame>(json)
        .unwrap_err()
        .to_string();
    assert!(refused.starts_with("more than 256 menus"), "{refused}");
}

#[test]
fn marks_that_fit_no_widget_do_nothing() {
    let (mut session, mut registry) = (Session::default(), Menu::default());
    let mut frame = remote(&mut Session::default(), Vec::new(), "a.menu");
    let mark = |widget| {
        let json =
            serde_json::json!({"widget": widget, "of": "menu", "id": "a.menu", "titled": false});
        serde_json::from_value::<Elsewhere>(json).unwrap()
    };
    frame.elsewhere = vec![mark(7), mark(0), mark(0), mark(u32::MAX)];
    session.fill(&mut frame, &mut registry);
    assert_eq!(frame.widgets.len(), 3);
}
