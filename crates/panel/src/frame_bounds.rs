//! The bounds of a frame that is read: it may come from another process.
//!
//! They are those that the recorder keeps. A front end then never meets more widgets or deeper
//! nesting than a drawing in its own process would have.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The largest number of widgets in a frame; a drawing with more is taken for an endless loop.
pub const MAX_WIDGETS: usize = 100_000;

/// The deepest nesting of containers; deeper ones are drawn as if they were side by side.
pub const MAX_DEPTH: u16 = 100;

/// What is nested in containers.
pub(crate) trait Nested {
    /// The number of containers around it.
    fn depth(&self) -> u16;
}

/// Reads the widgets of a frame. Refuses more than [`MAX_WIDGETS`], and deeper ones than
/// [`MAX_DEPTH`], at the first one too many.
pub(crate) fn widgets<'de, D, W>(reader: D) -> Result<Vec<W>, D::Error>
where
    D: Deserializer<'de>,
    W: Deserialize<'de> + Nested,
{
    reader.deserialize_seq(Bounded(PhantomData))
}

struct Bounded<W>(PhantomData<W>);

impl<'de, W: Deserialize<'de> + Nested> Visitor<'de> for Bounded<W> {
    type Value = Vec<W>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of widgets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<W>, A::Error> {
        let mut widgets: Vec<W> = Vec::new();
        while let Some(widget) = items.next_element::<W>()? {
            if widgets.len() >= MAX_WIDGETS {
                return Err(Error::custom(format_args!(
                    "more than {MAX_WIDGETS} widgets in one drawing: is there a loop that does not \
                     end?"
                )));
            }
            if widget.depth() > MAX_DEPTH {
                return Err(Error::custom(format_args!(
                    "widgets are nested more than {MAX_DEPTH} deep"
                )));
            }
            widgets.push(widget);
        }
        Ok(widgets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Frame, PanelIdentity, Session};
    use serde_json::Value;

    fn read(widgets: &[Value]) -> Result<Frame, String> {
        let mut frame = serde_json::to_value(Frame::new(PanelIdentity::new("a", "A"))).unwrap();
        frame["widgets"] = Value::from(widgets.to_vec());
        serde_json::from_value(frame).map_err(|error| error.to_string())
    }

    fn widget(depth: u16) -> Value {
        let mut recorder = Session::default().record(PanelIdentity::new("a", "A"));
        recorder.button("Run");
        let (frame, _) = recorder.finish();
        let mut widget = serde_json::to_value(&frame.widgets[0]).unwrap();
        widget["depth"] = depth.into();
        widget
    }

    #[test]
    fn as_many_as_a_drawing_may_have_are_read_and_one_more_is_not() {
        let mut widgets = vec![widget(MAX_DEPTH); MAX_WIDGETS];
        assert_eq!(read(&widgets).unwrap().widgets.len(), MAX_WIDGETS);
        widgets.push(widget(0));
        assert!(
            read(&widgets)
                .unwrap_err()
                .starts_with("more than 100000 widgets")
        );
        let deep = read(&[widget(0), widget(MAX_DEPTH + 1)]).unwrap_err();
        assert!(
            deep.starts_with("widgets are nested more than 100 deep"),
            "{deep}"
        );
    }
}
