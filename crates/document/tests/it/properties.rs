//! What holds for any text and any actions.

use proptest::prelude::*;

#[path = "../support/mod.rs"]
mod any;

/// Parts of templates in any order find more than any characters.
fn markup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("<p>"),
        Just("</p>"),
        Just("<div data-for=\"list\">"),
        Just("</div>"),
        Just("{{ a }}"),
        Just("{{ it.name | t }}"),
        Just("<b data-if=\"b\" class=\"x\">"),
        Just("</b>"),
        Just("<br>"),
        Just("<div data-rml=\"c\"/>"),
        Just("text "),
        Just("<input data-value=\"a\">"),
        Just("&lt;"),
        Just("<style>p { top: 1dp"),
        Just("</style>"),
        Just("<template src=\"x\"/>"),
        Just("<!--"),
        Just("-->"),
        Just("<body data-model=\"m\">"),
        Just("\"'"),
        Just("<select>"),
        Just("{{"),
        Just("<p data-for=\"r, i : list\" data-event-click=\"f(i)\">"),
        Just("<![CDATA["),
        Just("]]>"),
        Just("<link href=\"ab\"/>"),
        Just("<div data-alias-n=\"list[0].name\">{{ n }}"),
        Just("é"),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_template_is_shown(text in markup()) {
        any::check_template(&format!("<body data-model=\"m\">{text}"));
    }

    #[test]
    fn any_text_is_a_template(text in ".{0,200}") {
        any::check_template(&text);
    }

    #[test]
    fn any_text_is_a_sheet(text in "([a-z.#:>+~*@{}();,%0-9\\[\\]=\"' -]|p \\{|var\\(--a|@media ){0,60}") {
        any::check_sheet(&text);
    }

    #[test]
    fn the_copy_follows_any_actions(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        any::check_actions(&bytes);
    }
}
