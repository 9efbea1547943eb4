//! `prop_search` and `template_list`: a choice among the items of a collection.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::outcome::Pair;
use crate::layout::properties::{read, readable};
use lichtfeld_panel::ChoiceForm;
use lichtfeld_panel::Text;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// The names of a collection's items: of text itself, of anything else its `name`.
fn names(call: Call<'_>, argument: &str, collection: Any<'_, '_>) -> PyResult<Vec<String>> {
    let items = collection
        .try_iter()
        .and_then(Iterator::collect::<PyResult<Vec<_>>>);
    let Ok(items) = items else {
        return Err(call.wrong_type(argument, "the name of a list", collection));
    };
    let name = |(index, item): (usize, &Bound<'_, PyAny>)| {
        if let Ok(text) = item.cast::<PyString>() {
            return Ok(text.to_string_lossy().into_owned());
        }
        match item.getattr_opt("name")? {
            Some(name) => Ok(call
                .text(&format!("{argument}[{index}].name"), &name)?
                .into_owned()),
            None => Err(call.wrong_type(
                &format!("{argument}[{index}]"),
                "text, or something with a `name`",
                item,
            )),
        }
    };
    items.iter().enumerate().map(name).collect()
}

#[pymethods]
impl Layout {
    /// A choice of one of the items of `search_data.search_prop`, by name, for a text property of
    /// `data`, which is set when the user changes it. Returns `(changed, name)`.
    #[pyo3(signature = (data, prop_id, search_data, search_prop, text = None))]
    fn prop_search<'py>(
        &self,
        data: Any<'_, 'py>,
        prop_id: Any<'_, 'py>,
        search_data: Any<'_, 'py>,
        search_prop: Any<'_, 'py>,
        text: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let id = Call::new("prop_search").text("prop_id", prop_id)?;
        let call = Call::labelled("prop_search", &id);
        let among = call.text("search_prop", search_prop)?;
        let text = call.text_or("text", text)?;
        let value = read(call, "prop_id", data, &id)?;
        let collection = read(call, "search_prop", search_data, &among)?;
        let items: Vec<(String, String)> = names(call, "search_prop", &collection)?
            .into_iter()
            .map(|name| (name.clone(), name))
            .collect();
        let shown = match text.as_str() {
            "" => readable(&id),
            text => text.to_owned(),
        };
        let items = items.into_pyobject(data.py())?.into_any();
        let label = format!("{shown}###search:{id}");
        let outcome = self.enumeration(call, &label, &items, &value)?;
        if outcome.get_item(0)?.is_truthy()? {
            data.setattr(&*id, outcome.get_item(1)?)?;
        }
        Ok(outcome)
    }

    /// The items of `data.prop_id` as a list of `rows` lines; which one is chosen is
    /// `active_data.active_prop`, a position, which is set when the user changes it. Returns
    /// `(changed, position)`.
    #[pyo3(signature = (list_type_id, list_id, data, prop_id, active_data, active_prop, rows = None))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the signature is what plugins call"
    )]
    fn template_list<'py>(
        &self,
        list_type_id: Any<'_, 'py>,
        list_id: Any<'_, 'py>,
        data: Any<'_, 'py>,
        prop_id: Any<'_, 'py>,
        active_data: Any<'_, 'py>,
        active_prop: Any<'_, 'py>,
        rows: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let py = data.py();
        let id = Call::new("template_list").text("prop_id", prop_id)?;
        let call = Call::labelled("template_list", &id);
        // How an item is drawn is up to the front end; it is known by its name.
        call.text("list_type_id", list_type_id)?;
        let list = call.text("list_id", list_id)?;
        let active = call.text("active_prop", active_prop)?;
        let rows = call.int_or("rows", rows, 5)?.clamp(0, 1000);
        let collection = read(call, "prop_id", data, &id)?;
        let items = names(call, "prop_id", &collection)?;
        let value = read(call, "active_prop", active_data, &active)?;
        let position = call.int("active_prop", &value)?;
        let label = format!("{}###list:{list}:{id}", readable(&id));
        let rows = u32::try_from(rows).unwrap_or(0);
        let items = items.into_iter().map(Text::from).collect();
        let given = position.into_pyobject(py)?.into_any();
        let outcome = self.choice(&label, &given, position, items, ChoiceForm::List { rows })?;
        if outcome.get_item(0)?.is(&*PyBool::new(py, true)) {
            active_data.setattr(&*active, outcome.get_item(1)?)?;
        }
        Ok(outcome)
    }
}
