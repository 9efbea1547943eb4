//! The steps of drawing a document as widgets.

use lichtfeld_document::NodeId;
use lichtfeld_panel::{ButtonStyle, Flow, Kind, Picture, Text, Vec2};

/// One step of drawing a document.
#[derive(Debug, PartialEq)]
pub(super) enum Op {
    /// Begins a row or a box.
    Open(Flow),
    /// Ends what was begun last.
    Close,
    /// A widget without input.
    Place(Kind),
    /// A widget that the user can use.
    Control(Box<Control>),
    /// Where the panel's own `draw` draws.
    Draw,
}

/// A control of a document.
#[derive(Debug, PartialEq)]
pub(super) struct Control {
    pub(super) node: NodeId,
    /// What the user reads on it.
    pub(super) label: String,
    pub(super) is_disabled: bool,
    pub(super) tooltip: Option<String>,
    pub(super) what: What,
}

/// What a control is, with its value.
#[derive(Debug, PartialEq)]
pub(super) enum What {
    Button(ButtonStyle),
    /// A text that reacts to a click.
    Line {
        is_selected: bool,
    },
    Checkbox(bool),
    Radio(bool),
    Slider {
        value: f64,
        min: f64,
        max: f64,
        step: f64,
    },
    Text {
        value: String,
        hint: String,
        height: f32,
    },
    /// The texts and values of the options, and the position of the one that is chosen.
    Choice {
        options: Vec<(String, String)>,
        chosen: i64,
    },
}

/// An image of a document.
pub(super) fn image(source: &str, (width, height): (f32, f32)) -> Kind {
    Kind::Image {
        picture: Picture::Named(Text::new(source)),
        size: Vec2::new(width, height),
        uv0: Vec2::ZERO,
        uv1: Vec2::new(1.0, 1.0),
        tint: None,
    }
}

/// How far something is.
pub(super) fn progress(fraction: f64, (width, height): (f32, f32)) -> Kind {
    Kind::Progress {
        #[expect(clippy::cast_possible_truncation, reason = "a fraction, from 0 to 1")]
        fraction: fraction.clamp(0.0, 1.0) as f32,
        overlay: Text::default(),
        size: Vec2::new(width, height),
    }
}
