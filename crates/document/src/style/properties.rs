//! The properties of RCSS: which values they take, their initial values, and which are inherited.

/// Which values a property takes, besides its keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Takes(u8);

impl Takes {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const LENGTH: Self = Self(1);
    pub(crate) const PERCENT: Self = Self(2);
    pub(crate) const NUMBER: Self = Self(4);
    pub(crate) const COLOR: Self = Self(8);
    /// A name or a text in quotes.
    pub(crate) const STRING: Self = Self(16);
    /// Anything; the front end interprets it.
    pub(crate) const RAW: Self = Self(32);
    const SIZE: Self = Self(1 | 2);

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0 && other.0 != 0
    }
}

/// A property that is not a shorthand.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) is_inherited: bool,
    pub(crate) takes: Takes,
    pub(crate) keywords: &'static [&'static str],
    pub(crate) initial: &'static str,
}

/// The index of a property in [`ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PropertyId(u8);

impl PropertyId {
    pub(crate) fn of(name: &str) -> Option<Self> {
        let found = ALL
            .binary_search_by(|property| property.name.cmp(name))
            .ok()?;
        u8::try_from(found).ok().map(Self)
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..ALL.len()).filter_map(|index| u8::try_from(index).ok().map(Self))
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(crate) fn property(self) -> &'static Property {
        &ALL[usize::from(self.0)]
    }
}

const INHERITED: bool = true;
const OWN: bool = false;

const fn property(
    name: &'static str,
    is_inherited: bool,
    takes: Takes,
    keywords: &'static [&'static str],
    initial: &'static str,
) -> Property {
    Property {
        name,
        is_inherited,
        takes,
        keywords,
        initial,
    }
}

const SIZE: Takes = Takes::SIZE;
const LENGTH: Takes = Takes::LENGTH;
const NUMBER: Takes = Takes::NUMBER;
const COLOR: Takes = Takes::COLOR;
const STRING: Takes = Takes::STRING;
const RAW: Takes = Takes::RAW;
const NONE: Takes = Takes::NONE;
const NUMBER_OR_SIZE: Takes = Takes(1 | 2 | 4);

const AUTO: &[&str] = &["auto"];
const LIMITS: &[&str] = &["none"];
const ALIGN: &[&str] = &["flex-start", "flex-end", "center", "baseline", "stretch"];
const OVERFLOW: &[&str] = &["visible", "hidden", "auto", "scroll"];
const ON: &[&str] = &["none", "auto"];

/// All properties, by name.
#[rustfmt::skip]
pub(crate) static ALL: &[Property] = &[
    property("align-content", OWN, NONE, &["flex-start", "flex-end", "center", "space-between", "space-around", "space-evenly", "stretch"], "stretch"),
    property("align-items", OWN, NONE, ALIGN, "stretch"),
    property("align-self", OWN, NONE, &["auto", "flex-start", "flex-end", "center", "baseline", "stretch"], "auto"),
    property("animation", OWN, RAW, &["none"], "none"),
    property("backdrop-filter", OWN, RAW, &["none"], "none"),
    property("background-color", OWN, COLOR, &[], "transparent"),
    property("border-bottom-color", OWN, COLOR, &[], "black"),
    property("border-bottom-left-radius", OWN, LENGTH, &[], "0"),
    property("border-bottom-right-radius", OWN, LENGTH, &[], "0"),
    property("border-bottom-width", OWN, LENGTH, &[], "0"),
    property("border-left-color", OWN, COLOR, &[], "black"),
    property("border-left-width", OWN, LENGTH, &[], "0"),
    property("border-right-color", OWN, COLOR, &[], "black"),
    property("border-right-width", OWN, LENGTH, &[], "0"),
    property("border-top-color", OWN, COLOR, &[], "black"),
    property("border-top-left-radius", OWN, LENGTH, &[], "0"),
    property("border-top-right-radius", OWN, LENGTH, &[], "0"),
    property("border-top-width", OWN, LENGTH, &[], "0"),
    property("bottom", OWN, SIZE, AUTO, "auto"),
    property("box-shadow", OWN, RAW, &["none"], "none"),
    property("box-sizing", OWN, NONE, &["content-box", "border-box"], "content-box"),
    property("caret-color", INHERITED, COLOR, AUTO, "auto"),
    property("clear", OWN, NONE, &["none", "left", "right", "both"], "none"),
    property("clip", INHERITED, NUMBER, &["auto", "none", "always"], "auto"),
    property("color", INHERITED, COLOR, &[], "white"),
    property("column-gap", OWN, SIZE, &[], "0"),
    property("cursor", INHERITED, STRING, &[], ""),
    property("decorator", OWN, RAW, &["none"], "none"),
    property("direction", INHERITED, NONE, &["auto", "ltr", "rtl"], "auto"),
    property("display", OWN, NONE, &["none", "block", "inline", "inline-block", "flow-root", "flex", "inline-flex", "table", "inline-table", "table-row", "table-row-group", "table-column", "table-column-group", "table-cell"], "inline"),
    property("drag", OWN, NONE, &["none", "drag", "drag-drop", "block", "clone"], "none"),
    property("fill-image", OWN, STRING, &[], ""),
    property("filter", OWN, RAW, &["none"], "none"),
    property("flex-basis", OWN, SIZE, AUTO, "auto"),
    property("flex-direction", OWN, NONE, &["row", "row-reverse", "column", "column-reverse"], "row"),
    property("flex-grow", OWN, NUMBER, &[], "0"),
    property("flex-shrink", OWN, NUMBER, &[], "1"),
    property("flex-wrap", OWN, NONE, &["nowrap", "wrap", "wrap-reverse"], "nowrap"),
    property("float", OWN, NONE, &["none", "left", "right"], "none"),
    property("focus", INHERITED, NONE, ON, "auto"),
    property("font-effect", INHERITED, RAW, &["none"], "none"),
    property("font-family", INHERITED, RAW, &[], ""),
    property("font-kerning", INHERITED, NONE, &["auto", "normal", "none"], "auto"),
    property("font-size", INHERITED, SIZE, &[], "12px"),
    property("font-style", INHERITED, NONE, &["normal", "italic"], "normal"),
    property("font-weight", INHERITED, NUMBER, &["normal", "bold"], "normal"),
    property("height", OWN, SIZE, AUTO, "auto"),
    property("image-color", OWN, COLOR, &[], "white"),
    property("justify-content", OWN, NONE, &["flex-start", "flex-end", "center", "space-between", "space-around", "space-evenly"], "flex-start"),
    property("left", OWN, SIZE, AUTO, "auto"),
    property("letter-spacing", INHERITED, LENGTH, &["normal"], "normal"),
    property("line-height", INHERITED, NUMBER_OR_SIZE, &[], "1.2"),
    property("margin-bottom", OWN, SIZE, AUTO, "0"),
    property("margin-left", OWN, SIZE, AUTO, "0"),
    property("margin-right", OWN, SIZE, AUTO, "0"),
    property("margin-top", OWN, SIZE, AUTO, "0"),
    property("mask-image", OWN, RAW, &["none"], "none"),
    property("max-height", OWN, SIZE, LIMITS, "none"),
    property("max-width", OWN, SIZE, LIMITS, "none"),
    property("min-height", OWN, SIZE, &[], "0"),
    property("min-width", OWN, SIZE, &[], "0"),
    property("nav-down", OWN, STRING, &["none", "auto", "horizontal", "vertical"], "none"),
    property("nav-left", OWN, STRING, &["none", "auto", "horizontal", "vertical"], "none"),
    property("nav-right", OWN, STRING, &["none", "auto", "horizontal", "vertical"], "none"),
    property("nav-up", OWN, STRING, &["none", "auto", "horizontal", "vertical"], "none"),
    property("opacity", INHERITED, NUMBER, &[], "1"),
    property("overflow-x", OWN, NONE, OVERFLOW, "visible"),
    property("overflow-y", OWN, NONE, OVERFLOW, "visible"),
    property("overscroll-behavior", OWN, NONE, &["auto", "contain"], "auto"),
    property("padding-bottom", OWN, SIZE, &[], "0"),
    property("padding-left", OWN, SIZE, &[], "0"),
    property("padding-right", OWN, SIZE, &[], "0"),
    property("padding-top", OWN, SIZE, &[], "0"),
    property("perspective", OWN, LENGTH, &["none"], "none"),
    property("perspective-origin", OWN, RAW, &[], "50% 50%"),
    property("pointer-events", INHERITED, NONE, ON, "auto"),
    property("position", OWN, NONE, &["static", "relative", "absolute", "fixed"], "static"),
    property("right", OWN, SIZE, AUTO, "auto"),
    property("row-gap", OWN, SIZE, &[], "0"),
    property("scrollbar-margin", OWN, LENGTH, &[], "0"),
    property("tab-index", OWN, NUMBER, ON, "none"),
    property("text-align", INHERITED, NONE, &["left", "right", "center", "justify"], "left"),
    property("text-decoration", INHERITED, NONE, &["none", "underline", "overline", "line-through"], "none"),
    property("text-overflow", OWN, STRING, &["clip", "ellipsis"], "clip"),
    property("text-transform", INHERITED, NONE, &["none", "capitalize", "uppercase", "lowercase"], "none"),
    property("top", OWN, SIZE, AUTO, "auto"),
    property("transform", OWN, RAW, &["none"], "none"),
    property("transform-origin", OWN, RAW, &[], "50% 50%"),
    property("transition", OWN, RAW, &["none"], "none"),
    property("vertical-align", OWN, SIZE, &["baseline", "middle", "sub", "super", "text-top", "text-bottom", "center", "top", "bottom"], "baseline"),
    property("visibility", OWN, NONE, &["visible", "hidden"], "visible"),
    property("white-space", INHERITED, NONE, &["normal", "pre", "nowrap", "pre-wrap", "pre-line"], "normal"),
    property("width", OWN, SIZE, AUTO, "auto"),
    property("word-break", INHERITED, NONE, &["normal", "break-all", "break-word"], "normal"),
    property("z-index", OWN, NUMBER, AUTO, "auto"),
];

/// How a shorthand gives its values to its properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// One to four values for top, right, bottom and left.
    Box,
    /// One value for all, or one for each.
    Each,
    /// Each value goes to the first property that takes it and has none yet.
    Any,
    /// `flex: none | auto | grow shrink basis`.
    Flex,
    /// The width and colour of all four borders.
    Border,
}

/// Shorthands, and the properties that they stand for.
pub(crate) static SHORTHANDS: &[(&str, Order, &[&str])] = &[
    ("background", Order::Any, &["background-color"]),
    (
        "border",
        Order::Border,
        &["border-top-width", "border-top-color"],
    ),
    (
        "border-bottom",
        Order::Any,
        &["border-bottom-width", "border-bottom-color"],
    ),
    (
        "border-color",
        Order::Box,
        &[
            "border-top-color",
            "border-right-color",
            "border-bottom-color",
            "border-left-color",
        ],
    ),
    (
        "border-left",
        Order::Any,
        &["border-left-width", "border-left-color"],
    ),
    (
        "border-radius",
        Order::Box,
        &[
            "border-top-left-radius",
            "border-top-right-radius",
            "border-bottom-right-radius",
            "border-bottom-left-radius",
        ],
    ),
    (
        "border-right",
        Order::Any,
        &["border-right-width", "border-right-color"],
    ),
    (
        "border-top",
        Order::Any,
        &["border-top-width", "border-top-color"],
    ),
    (
        "border-width",
        Order::Box,
        &[
            "border-top-width",
            "border-right-width",
            "border-bottom-width",
            "border-left-width",
        ],
    ),
    (
        "flex",
        Order::Flex,
        &["flex-grow", "flex-shrink", "flex-basis"],
    ),
    ("flex-flow", Order::Any, &["flex-direction", "flex-wrap"]),
    (
        "font",
        Order::Any,
        &["font-style", "font-weight", "font-size", "font-family"],
    ),
    ("gap", Order::Each, &["row-gap", "column-gap"]),
    ("inset", Order::Box, &["top", "right", "bottom", "left"]),
    (
        "margin",
        Order::Box,
        &["margin-top", "margin-right", "margin-bottom", "margin-left"],
    ),
    (
        "nav",
        Order::Box,
        &["nav-up", "nav-right", "nav-down", "nav-left"],
    ),
    ("overflow", Order::Each, &["overflow-x", "overflow-y"]),
    (
        "padding",
        Order::Box,
        &[
            "padding-top",
            "padding-right",
            "padding-bottom",
            "padding-left",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_sorted_and_shorthands_name_them() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        assert!(ALL.len() < 256);
        for (name, _, parts) in SHORTHANDS {
            assert_eq!(PropertyId::of(name), None, "{name}");
            for part in *parts {
                assert!(PropertyId::of(part).is_some(), "{part}");
            }
        }
    }

    #[test]
    fn every_initial_value_is_one_that_the_property_takes() {
        for property in ALL.iter().filter(|property| !property.initial.is_empty()) {
            let value = super::super::value::parse_whole(property, property.initial);
            assert!(value.is_some(), "{}", property.name);
        }
    }
}
