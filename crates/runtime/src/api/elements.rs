//! Elements of the documents in frames, for front ends and tests in Python.

use crate::convert::from_python;
use lichtfeld_document::{PlainNode, select_plain};
use lichtfeld_panel::FrameDocument;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The classes and attributes of a node.
type Parts<'a> = (Vec<&'a str>, Vec<(&'a str, &'a str)>);

/// Returns the nodes that a selector such as `div.row > button` means, of the `document` of a frame: their
/// numbers, in the order of the document.
///
/// Raises ValueError for a text that is no selector, and for what is not a document.
#[pyfunction]
pub(super) fn find_elements(document: &Bound<'_, PyAny>, selector: &str) -> PyResult<Vec<u64>> {
    let document: FrameDocument = serde_json::from_value(from_python(document)?)
        .map_err(|error| PyValueError::new_err(format!("not the document of a frame: {error}")))?;
    let parts: Vec<Parts<'_>> = document
        .nodes
        .iter()
        .map(|node| {
            let attributes = node.attributes.iter();
            let attributes = attributes.map(|(name, value)| (&**name, &**value));
            let classes = node.classes.iter().map(|class| &**class);
            (classes.collect(), attributes.collect())
        })
        .collect();
    let nodes = document.nodes.iter().zip(&parts);
    let nodes = nodes.map(|(node, (classes, attributes))| PlainNode {
        depth: node.depth.into(),
        name: &node.tag,
        id: &node.id,
        classes,
        attributes,
    });
    let found =
        select_plain(nodes, selector).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let numbers = found
        .into_iter()
        .filter_map(|index| document.nodes.get(index));
    Ok(numbers.map(|node| node.node).collect())
}
