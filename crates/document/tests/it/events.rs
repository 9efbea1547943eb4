//! Events: phases, bubbling, functions with arguments, assignments, controls.

use lichtfeld_document::{Event, Phase, Request, State, Step, Value};

use crate::support::{Data, Panel};

#[test]
fn functions_get_their_arguments_and_assignments_make_dirty() {
    let mut panel = Panel::new(
        "<button data-event-click=\"count = count + 1; save('x', count, ev.button)\">{{ count }}</button>",
        Data::with([("count", Value::Int(1))]),
    );
    let button = panel.find("button");
    let event = Event::new("click", button).with("button", 2);
    panel.document.dispatch(event, &mut panel.data);
    // The second statement sees what the first has set.
    assert_eq!(panel.data.log, ["count[] = Int(2)", "save(x, 2, 2)"]);
    panel.update();
    assert_eq!(panel.text(), "[ 2 ]\n");
}

#[test]
fn an_event_goes_down_to_its_target_and_back() {
    let mut panel = Panel::new(
        "<div id=\"outer\" data-event-click=\"save('outer')\"><p><b data-event-click=\"save('inner')\">x</b></p></div>",
        Data::default(),
    );
    let (outer, inner) = (panel.find("#outer"), panel.find("b"));
    for (node, is_capture) in [(outer, true), (outer, false), (inner, true), (inner, false)] {
        panel
            .document
            .add_listener(node, "click", is_capture)
            .unwrap();
    }
    panel.click("b");
    assert_eq!(
        panel.data.log,
        [
            "listener 1 click Capture",
            "listener 3 click Target",
            "listener 4 click Target",
            "save(inner)",
            "listener 2 click Bubble",
            "save(outer)",
        ]
    );
}

#[test]
fn a_stopped_event_reaches_the_others_of_its_element_only() {
    let mut panel = Panel::new(
        "<div data-event-click=\"save('outer')\"><p data-event-click=\"stop(); save('same')\">x</p></div>",
        Data::default(),
    );
    panel.click("p");
    assert_eq!(panel.data.log, ["stop()", "save(same)"]);
    panel.data.log.clear();
    let outer = panel.find("div");
    let listener = panel.document.add_listener(outer, "click", true).unwrap();
    panel.data.stops.push(listener);
    panel.click("p");
    assert_eq!(panel.data.log, ["listener 1 click Capture"]);
    assert!(panel.document.remove_listener(outer, listener));
    assert!(!panel.document.remove_listener(outer, listener));
}

#[test]
fn focus_does_not_bubble_but_its_state_does() {
    let mut panel = Panel::new(
        "<div data-event-focus=\"save('outer')\"><input id=\"a\" data-event-focus=\"save('in')\" data-event-blur=\"save('out')\"/></div>",
        Data::default(),
    );
    let input = panel.find("#a");
    let dispatch = panel.document.focus(Some(input));
    panel.document.finish(dispatch, &mut panel.data);
    assert!(panel.document.has_state(panel.find("div"), State::Focus));
    panel.update();
    assert_eq!(panel.property("#a", "border-top-color"), "#3d7eff");
    let dispatch = panel.document.focus(None);
    panel.document.finish(dispatch, &mut panel.data);
    assert_eq!(panel.data.log, ["save(in)", "save(out)"]);
}

#[test]
fn pointing_sends_over_out_enter_and_leave() {
    let mut panel = Panel::new(
        "<div data-event-mouseenter=\"save('enter')\" data-event-mouseleave=\"save('leave')\" data-event-mouseover=\"save('over')\" data-event-mouseout=\"save('out')\"><b>a</b><i>b</i></div>",
        Data::default(),
    );
    for target in [Some(panel.find("b")), Some(panel.find("i")), None] {
        let dispatch = panel.document.hover(target);
        panel.document.finish(dispatch, &mut panel.data);
    }
    let log = panel.data.log.join(" ");
    assert_eq!(
        log,
        "save(over) save(enter) save(out) save(over) save(out) save(leave)"
    );
}

#[test]
fn a_label_passes_its_click_on_and_disabled_controls_take_none() {
    let mut panel = Panel::new(
        "<label for=\"c\">text</label><input id=\"c\" type=\"checkbox\" data-checked=\"on\" data-event-change=\"save(on, ev.value)\"/>\
         <label><input type=\"checkbox\" disabled=\"\" data-checked=\"on\"/></label>\
         <button disabled=\"\" data-event-click=\"save(1)\">b</button>",
        Data::with([("on", Value::Bool(false))]),
    );
    panel.click("label");
    assert_eq!(panel.data.log, ["on[] = Bool(true)", "save(1, on)"]);
    panel.data.log.clear();
    panel.click("label:nth-of-type(2)");
    panel.click("button");
    assert_eq!(panel.data.log, [""; 0]);
}

#[test]
fn a_form_sends_the_values_of_its_controls() {
    let mut panel = Panel::new(
        "<form data-event-submit=\"save(ev.name, ev.on.size)\"><input name=\"name\" value=\"N\"/><input type=\"checkbox\" name=\"off\" value=\"1\"/><input type=\"submit\" value=\"Go\"/></form>",
        Data::default(),
    );
    panel.click("input[type=submit]");
    // The member that is missing is reported, and nothing is called.
    assert_eq!(panel.data.log, [""; 0]);
    assert!(
        panel.problems()[0].contains("no member `on`"),
        "{:?}",
        panel.problems()
    );
    let form = panel.find("form");
    panel.document.add_listener(form, "submit", false).unwrap();
    let input = panel.find("input");
    let mut dispatch = panel.document.submit(input);
    assert!(matches!(
        dispatch.step(&mut panel.document),
        Some(Step::Listen(_))
    ));
    let event = dispatch.event().unwrap();
    assert_eq!(event.parameters.get("name"), Some(&"N".into()));
    assert!(!event.parameters.contains_key("off"));
    assert_eq!(event.phase, Phase::Target);
}

#[test]
fn rows_assign_to_their_own_values() {
    let rows = Value::list([Value::map([("n", 1.into())]), Value::map([("n", 2.into())])]);
    let mut panel = Panel::new(
        "<button data-for=\"row, i : rows\" data-event-click=\"row.n = row.n + 1; save(i)\">{{ row.n }}</button>",
        Data::with([("rows", rows)]),
    );
    panel.click("button:nth-child(2)");
    assert_eq!(
        panel.data.log,
        ["rows[Index(1), Name(\"n\")] = Int(3)", "save(1)"]
    );
}

#[test]
fn a_step_that_needs_a_value_asks_for_it_first() {
    let mut panel = Panel::new(
        "<p data-event-click=\"save(hidden | double)\">x</p>",
        Data::with([("hidden", Value::Int(4))]),
    );
    let node = panel.find("p");
    let mut dispatch = panel.document.event(Event::new("click", node));
    let mut steps = Vec::new();
    while let Some(step) = dispatch.step(&mut panel.document) {
        if let Step::Ask(request) = &step {
            let answer = match request {
                Request::Variable { .. } => Value::Int(4),
                Request::Transform { input, .. } => Value::Float(input.to_number() * 2.0),
                _ => panic!("{request:?}"),
            };
            panel.document.answer(request, Ok(answer));
        }
        steps.push(step);
    }
    assert_eq!(steps.len(), 3, "{steps:?}");
    assert!(matches!(&steps[2], Step::Call { arguments, .. } if *arguments == [Value::Float(8.0)]));
}

#[test]
fn the_target_may_go_while_the_event_is_on_its_way() {
    let mut panel = Panel::new(
        "<div data-event-click=\"save('outer')\"><p id=\"p\"><b data-event-click=\"save('b')\">x</b></p></div>",
        Data::default(),
    );
    let (root, target) = (panel.find("div"), panel.find("b"));
    let mut dispatch = panel.document.event(Event::new("click", target));
    assert!(dispatch.step(&mut panel.document).is_some());
    panel.document.set_inner_rml(root, "").unwrap();
    assert!(matches!(
        dispatch.step(&mut panel.document),
        Some(Step::Call { .. })
    ));
    assert_eq!(dispatch.step(&mut panel.document), None);
    assert_eq!(
        panel
            .document
            .event(Event::new("click", target))
            .step(&mut panel.document),
        None
    );
}

#[test]
fn a_function_that_fails_is_reported_where_it_is_named() {
    let mut panel = Panel::new("<p data-event-click=\"fail()\">x</p>", Data::default());
    panel.click("p");
    assert_eq!(
        panel.problems(),
        ["panel.rml:1:48: error[rml-source]: it broke"]
    );
}

#[test]
fn a_press_is_all_that_a_click_consists_of() {
    let mut panel = Panel::new(
        "<button data-event-mousedown=\"save('down', ev.button)\" data-event-mouseup=\"save('up')\" \
         data-event-click=\"save('click')\">b</button>\
         <button disabled=\"\" data-event-mousedown=\"save(1)\">b</button>",
        Data::default(),
    );
    for selector in ["button", "button:nth-of-type(2)"] {
        let node = panel.find(selector);
        let dispatch = panel.document.press_and_release(node);
        panel.document.finish(dispatch, &mut panel.data);
    }
    assert_eq!(panel.data.log, ["save(down, 0)", "save(up)", "save(click)"]);
}

#[test]
fn a_control_shows_the_value_again_that_was_there_before_a_refused_one() {
    let mut panel = Panel::new(
        "<input id=\"n\" type=\"text\" data-value=\"name\"/><input type=\"checkbox\" data-checked=\"on\"/>",
        Data::with([("name", Value::text("old")), ("on", Value::Bool(true))]),
    );
    let node = panel.find("#n");
    let dispatch = panel.document.change(node, Value::text("new"));
    panel.document.finish(dispatch, &mut panel.data);
    // As a setter does that refuses what was typed.
    panel.data.values.insert("name".into(), Value::text("old"));
    panel.update();
    assert_eq!(
        panel.document.attribute(node, "value").as_deref(),
        Some("old")
    );
}
