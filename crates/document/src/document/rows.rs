//! `data-for`: one element for each value of a list, used again by their index.

use std::sync::Arc;

use super::environment::Wanted;
use super::state::Document;
use crate::codes;
use crate::data::scope::{Address, BindingId, Meaning, Place};
use crate::expression::evaluate::Stop;
use crate::limits::MAX_ROWS;
use crate::template::plan::{Rows, TemplateElement};
use crate::tree::id::NodeId;
use crate::value::{Key, Value};

impl Document {
    /// Makes as many rows as the list has values. Bindings of rows that stay are evaluated because
    /// they depend on the same variable.
    pub(super) fn show_rows(
        &mut self,
        id: BindingId,
        marker: NodeId,
        rows: &Arc<Rows>,
        template: &Arc<TemplateElement>,
        place: &Place,
    ) -> Vec<Wanted> {
        let (address, wanted) = self.address(&rows.list, place, None);
        if !wanted.is_empty() {
            return wanted;
        }
        let (value, wanted) = self.evaluate(&rows.list, place, None);
        let count = match (address.as_ref(), value) {
            (_, Err(Stop::Pending)) => return wanted,
            (Err(stop), _) => {
                self.report_stop(stop.clone(), &rows.origin);
                0
            }
            (_, Err(stop)) => {
                self.report_stop(stop, &rows.origin);
                0
            }
            (Ok(_), Ok(value)) => self.count(&value, rows),
        };
        let address = address.ok();
        let Some(binding) = self.bindings.get_mut(id) else {
            return Vec::new();
        };
        if binding.list != address {
            binding.list.clone_from(&address);
            self.cut(marker, 0);
        }
        self.cut(marker, count);
        if let Some(address) = address {
            self.extend(marker, rows, template, place, &address, count);
        }
        Vec::new()
    }

    fn count(&mut self, value: &Value, rows: &Rows) -> usize {
        match value {
            Value::List(list) if list.len() > MAX_ROWS => {
                let message = format!("the list has {} values; {MAX_ROWS} are shown", list.len());
                self.report
                    .error(codes::LIMIT, &rows.origin, message, "Show a part of it.");
                MAX_ROWS
            }
            Value::List(list) => list.len(),
            Value::Null => 0,
            other => {
                let message = format!("`data-for` needs a list, but this is {}", other.kind());
                let hint = "Return a list from the getter.";
                self.report.error(codes::VALUE, &rows.origin, message, hint);
                0
            }
        }
    }

    /// Discards rows from an index on.
    fn cut(&mut self, marker: NodeId, count: usize) {
        let Some(element) = self.tree.element_mut(marker) else {
            return;
        };
        let extra = element.rows.split_off(count.min(element.rows.len()));
        for row in extra {
            self.discard(row);
        }
    }

    fn extend(
        &mut self,
        marker: NodeId,
        rows: &Rows,
        template: &Arc<TemplateElement>,
        place: &Place,
        list: &Address,
        count: usize,
    ) {
        let Some(parent) = self.tree.parent(marker) else {
            return;
        };
        let Some(element) = self.tree.element(marker) else {
            return;
        };
        let first = element.rows.len();
        if first >= count {
            return;
        }
        if self.tree.element(parent).is_some()
            && self
                .variable_of(
                    &rows.iterator,
                    &Place {
                        model: place.model,
                        scope: None,
                    },
                )
                .is_ok()
        {
            let message = format!("the data model has a variable `{}` too", rows.iterator);
            let hint = "Give the row another name.";
            self.report
                .warn(codes::SHADOWED, &rows.origin, message, hint);
        }
        let depth = self.tree.depth(parent);
        let mut new = Vec::with_capacity(count - first);
        for index in first..count {
            let mut path = list.path.clone();
            path.push(Key::Index(index));
            let address = Address {
                variable: list.variable,
                path,
            };
            let number = i64::try_from(index).unwrap_or(i64::MAX);
            let place = place.with(vec![
                (Arc::clone(&rows.iterator), Meaning::Address(address)),
                (Arc::clone(&rows.index), Meaning::Index(number)),
            ]);
            let Some(row) = self.element(template, &place, depth + 1) else {
                break;
            };
            new.push(row);
        }
        let siblings = self.tree.children(parent);
        let at = siblings.iter().position(|sibling| *sibling == marker);
        let is_in = self
            .tree
            .insert_all(parent, at.unwrap_or(siblings.len()), &new);
        if !is_in {
            for row in new {
                self.free(row);
            }
            return;
        }
        if let Some(element) = self.tree.element_mut(marker) {
            element.rows.extend(new);
        }
    }
}
