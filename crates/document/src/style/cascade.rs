//! The cascade: which declarations apply to an element, and what they amount to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::computed::{self, Inherited, Style, Values};
use super::declarations::{self, Declaration, Declared};
use super::matching;
use super::properties::{self, PropertyId, SHORTHANDS};
use super::selector::{Compound, Pseudo, Selector};
use super::sheet::Rule;
use super::value::{StyleValue, Unit};
use crate::codes;
use crate::diagnostic::Report;
use crate::source::Origin;
use crate::tree::arena::Tree;
use crate::tree::id::NodeId;
use crate::tree::node::Element;

/// A selector with its declarations.
#[derive(Debug)]
struct Prepared {
    selector: Selector,
    declarations: Arc<Vec<Declaration>>,
    /// Rules of the built-in sheet come before all others.
    is_own: bool,
}

/// What the styles of other elements than the changed one depend on.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    pub(crate) classes: BTreeSet<Arc<str>>,
    pub(crate) attributes: BTreeSet<Arc<str>>,
    pub(crate) has_ids: bool,
    pub(crate) has_states: bool,
    /// Whether a selector has `+`, `~` or a place among siblings.
    pub(crate) has_siblings: bool,
}

/// All rules of a document, by what the last part of their selectors requires.
#[derive(Debug, Default)]
pub(crate) struct Cascade {
    rules: Vec<Prepared>,
    by_id: FxHashMap<Arc<str>, Vec<u32>>,
    by_class: FxHashMap<Arc<str>, Vec<u32>>,
    by_element: FxHashMap<Arc<str>, Vec<u32>>,
    others: Vec<u32>,
    pub(crate) dependencies: Dependencies,
}

impl Cascade {
    /// Appends a rule; later ones are stronger.
    pub(crate) fn add(&mut self, rule: Rule, is_own: bool) {
        let declarations = Arc::new(rule.declarations);
        for selector in rule.selectors {
            let Ok(index) = u32::try_from(self.rules.len()) else {
                return;
            };
            let subject = &selector.subject;
            let list = if let Some(id) = &subject.id {
                self.by_id.entry(Arc::clone(id)).or_default()
            } else if let Some(class) = subject.classes.first() {
                self.by_class.entry(Arc::clone(class)).or_default()
            } else if let Some(name) = &subject.element {
                self.by_element.entry(Arc::clone(name)).or_default()
            } else {
                &mut self.others
            };
            list.push(index);
            self.depend(&selector, true);
            let declarations = Arc::clone(&declarations);
            self.rules.push(Prepared {
                selector,
                declarations,
                is_own,
            });
        }
    }

    fn depend(&mut self, selector: &Selector, is_outermost: bool) {
        self.depend_on(&selector.subject, is_outermost);
        for (combinator, compound) in &selector.before {
            use super::selector::Combinator::{Later, Next};
            self.dependencies.has_siblings |= matches!(combinator, Next | Later);
            self.depend_on(compound, false);
        }
    }

    fn depend_on(&mut self, compound: &Compound, is_subject: bool) {
        let found = &mut self.dependencies;
        if !is_subject {
            found.has_ids |= compound.id.is_some();
            found.classes.extend(compound.classes.iter().cloned());
            found.attributes.extend(
                compound
                    .attributes
                    .iter()
                    .map(|test| Arc::clone(&test.name)),
            );
        }
        for pseudo in &compound.pseudos {
            match pseudo {
                Pseudo::Nth { .. } | Pseudo::Only { .. } | Pseudo::Empty => {
                    self.dependencies.has_siblings = true;
                }
                Pseudo::Not(inner) => {
                    for inner in inner {
                        self.depend(inner, is_subject);
                    }
                }
                Pseudo::Checked if !is_subject => {
                    for name in ["checked", "selected"] {
                        self.dependencies.attributes.insert(Arc::from(name));
                    }
                }
                Pseudo::Disabled | Pseudo::Enabled if !is_subject => {
                    self.dependencies.attributes.insert(Arc::from("disabled"));
                }
                _ => self.dependencies.has_states |= !is_subject,
            }
        }
    }

    /// Returns the rules for an element, the strongest last.
    pub(crate) fn rules_for(&self, tree: &Tree, node: NodeId) -> Arc<[u32]> {
        let Some(element) = tree.element(node) else {
            return Arc::from([]);
        };
        let mut found: Vec<u32> = Vec::new();
        let mut test = |list: Option<&Vec<u32>>| {
            for index in list.into_iter().flatten() {
                let rule = &self.rules[*index as usize];
                if matching::matches(&rule.selector, tree, node) {
                    found.push(*index);
                }
            }
        };
        test(element.id.as_ref().and_then(|id| self.by_id.get(id)));
        for class in &element.classes {
            test(self.by_class.get(class));
        }
        test(self.by_element.get(&element.name));
        test(Some(&self.others));
        found.sort_unstable_by_key(|index| {
            let rule = &self.rules[*index as usize];
            (rule.is_own, rule.selector.specificity, *index)
        });
        found.dedup();
        Arc::from(found)
    }

    /// Computes the style of an element from its rules, its inline style and its parent.
    pub(crate) fn compute(
        &self,
        element: &Element,
        parent: &Style,
        root_size: Option<&StyleValue>,
        report: &mut Report,
    ) -> Style {
        let mut winners = Winners {
            values: vec![None; properties::ALL.len()],
            custom: Vec::new(),
        };
        let rules = element
            .rules
            .iter()
            .filter_map(|index| self.rules.get(*index as usize));
        let lists = || {
            let rules = rules.clone().map(|rule| &**rule.declarations);
            rules.chain([element.inline.as_slice()])
        };
        for is_important in [false, true] {
            for declaration in lists().flatten() {
                if declaration.is_important == is_important {
                    winners.take(declaration);
                }
            }
        }
        let mut style = winners.finish(parent, root_size, report);
        hide(element, &mut style);
        style
    }
}

/// Applies `data-if` and `data-visible`, which no sheet overrides.
fn hide(element: &Element, style: &mut Style) {
    let forced = [
        (element.hidden.is_absent, "display", "none"),
        (element.hidden.is_invisible, "visibility", "hidden"),
    ];
    for (is_forced, name, keyword) in forced {
        if is_forced && let Some(id) = PropertyId::of(name) {
            set(
                Arc::make_mut(&mut style.own),
                id,
                StyleValue::Keyword(keyword),
            );
        }
    }
}

fn set(values: &mut Values, id: PropertyId, value: StyleValue) {
    match values.binary_search_by_key(&id, |(known, _)| *known) {
        Ok(at) => values[at].1 = value,
        Err(at) => values.insert(at, (id, value)),
    }
}

/// The declaration that counts for a property.
#[derive(Clone)]
enum Winner<'a> {
    Value(&'a StyleValue),
    Inherit,
    Initial,
    /// The name and text of a declaration with `var()`.
    Variable(&'a Arc<str>, &'a Arc<str>, &'a Origin),
}

struct Winners<'a> {
    values: Vec<Option<Winner<'a>>>,
    custom: Vec<(&'a Arc<str>, &'a Arc<str>, &'a Origin)>,
}

/// The most `var()` within each other.
const DEEPEST: usize = 16;

/// The most `var()` that are replaced for one declaration, also indirectly.
const MOST_VARIABLES: usize = 200;

impl<'a> Winners<'a> {
    fn take(&mut self, declaration: &'a Declaration) {
        match &declaration.declared {
            Declared::Value(id, value) => self.put(*id, Winner::Value(value)),
            Declared::Inherit(id) => self.put(*id, Winner::Inherit),
            Declared::Initial(id) => self.put(*id, Winner::Initial),
            Declared::Custom(name, text) => {
                self.custom.retain(|(known, ..)| *known != name);
                self.custom.push((name, text, &declaration.origin));
            }
            Declared::Variable(name, text) => {
                let winner = Winner::Variable(name, text, &declaration.origin);
                for id in ids(name) {
                    self.put(id, winner.clone());
                }
            }
        }
    }

    fn put(&mut self, id: PropertyId, winner: Winner<'a>) {
        if let Some(slot) = self.values.get_mut(id.index()) {
            *slot = Some(winner);
        }
    }

    fn finish(self, parent: &Style, root_size: Option<&StyleValue>, report: &mut Report) -> Style {
        let mut inherited = Arc::clone(&parent.inherited);
        if !self.custom.is_empty() {
            let mut custom = inherited.custom.clone();
            for (name, text, _) in &self.custom {
                custom.insert(Arc::clone(name), Arc::clone(text));
            }
            for (name, text, origin) in &self.custom {
                let replaced = replace(text, &custom, 0, &mut { MOST_VARIABLES });
                match replaced {
                    Ok(text) => custom.insert(Arc::clone(name), Arc::from(text)),
                    Err(missing) => {
                        report_missing(&missing, origin, report);
                        custom.remove(&***name)
                    }
                };
            }
            let values = inherited.values.clone();
            inherited = Arc::new(Inherited { values, custom });
        }
        let read = |id: PropertyId, winner: &Winner<'_>, report: &mut Report| match winner {
            Winner::Value(value) => Some((*value).clone()),
            Winner::Inherit => parent.set_value(id).cloned(),
            Winner::Initial => None,
            Winner::Variable(name, text, origin) => {
                variable(id, name, text, &inherited.custom, origin, report)
            }
        };
        // The font size comes first: other lengths refer to it.
        let size_id = PropertyId::of("font-size");
        let parent_size = size_id.and_then(|id| computed::find(&parent.inherited.values, id));
        let size = size_id.and_then(|id| {
            let winner = self.values.get(id.index())?.as_ref()?;
            let value = read(id, winner, report)?;
            Some(resolve_size(value, parent_size, root_size))
        });
        let own_size = size.as_ref().or(parent_size);
        let mut values = Values::new();
        let mut changed: Vec<(PropertyId, Option<StyleValue>)> = Vec::new();
        for (id, winner) in PropertyId::all().zip(&self.values) {
            let Some(winner) = winner else { continue };
            let value = if Some(id) == size_id {
                size.clone()
            } else {
                read(id, winner, report).map(|value| resolve(value, own_size, root_size))
            };
            if id.property().is_inherited {
                changed.push((id, value));
            } else if let Some(value) = value {
                values.push((id, value));
            }
        }
        if changed
            .iter()
            .any(|(id, value)| computed::find(&inherited.values, *id) != value.as_ref())
        {
            let inherited = Arc::make_mut(&mut inherited);
            for (id, value) in changed {
                match value {
                    Some(value) => set(&mut inherited.values, id, value),
                    None => inherited.values.retain(|(known, _)| *known != id),
                }
            }
        }
        Style {
            inherited,
            own: Arc::new(values),
        }
    }
}

/// Returns the properties that a name means: itself, or those of a shorthand.
fn ids(name: &str) -> Vec<PropertyId> {
    if let Some(id) = PropertyId::of(name) {
        return vec![id];
    }
    // All four edges of `border` have a part in it.
    if name == "border" {
        let edges = ["border-width", "border-color"];
        return edges.into_iter().flat_map(ids).collect();
    }
    let found = SHORTHANDS.iter().find(|(known, ..)| *known == name);
    let parts = found.map_or(&[] as &[&str], |(_, _, parts)| parts);
    parts
        .iter()
        .filter_map(|part| PropertyId::of(part))
        .collect()
}

fn variable(
    id: PropertyId,
    name: &str,
    text: &str,
    custom: &BTreeMap<Arc<str>, Arc<str>>,
    origin: &Origin,
    report: &mut Report,
) -> Option<StyleValue> {
    let text = match replace(text, custom, 0, &mut { MOST_VARIABLES }) {
        Ok(text) => text,
        Err(missing) => {
            report_missing(&missing, origin, report);
            return None;
        }
    };
    match declarations::declare(name, &text) {
        Ok(all) => all.into_iter().find_map(|declared| match declared {
            Declared::Value(found, value) if found == id => Some(value),
            _ => None,
        }),
        Err(refusal) => {
            declarations::refuse(name, &text, &refusal, origin, report);
            None
        }
    }
}

fn report_missing(name: &str, origin: &Origin, report: &mut Report) {
    let message = format!("`{name}` is not set here, or refers to itself");
    let hint = format!("Set it on a parent, or write `var({name}, value)`.");
    report.warn(codes::CUSTOM, origin, message, hint);
}

/// Replaces each `var()`. The error is the name of what is missing.
fn replace(
    text: &str,
    custom: &BTreeMap<Arc<str>, Arc<str>>,
    depth: usize,
    left: &mut usize,
) -> Result<String, String> {
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("var(") {
        replaced.push_str(&rest[..start]);
        let inner = &rest[start + 4..];
        let end = closing(inner).unwrap_or(inner.len());
        let (name, otherwise) = match inner[..end].split_once(',') {
            Some((name, otherwise)) => (name.trim(), Some(otherwise.trim())),
            None => (inner[..end].trim(), None),
        };
        if depth == DEEPEST || *left == 0 || replaced.len() > crate::limits::MAX_EXPRESSION {
            return Err(name.to_owned());
        }
        *left -= 1;
        let value = match (custom.get(name), otherwise) {
            (Some(value), _) => replace(value, custom, depth + 1, left)?,
            (None, Some(otherwise)) => replace(otherwise, custom, depth + 1, left)?,
            (None, None) => return Err(name.to_owned()),
        };
        replaced.push_str(&value);
        rest = inner.get(end + 1..).unwrap_or("");
    }
    replaced.push_str(rest);
    Ok(replaced)
}

/// Returns the offset of the bracket that closes the one before the text.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' if open == 0 => return Some(at),
            b')' => open -= 1,
            _ => {}
        }
    }
    None
}

/// The font size without any declaration, in pixels.
const DEFAULT_SIZE: StyleValue = StyleValue::Length(12.0, Unit::Px);

fn scaled(size: Option<&StyleValue>, factor: f32) -> StyleValue {
    match size.unwrap_or(&DEFAULT_SIZE) {
        StyleValue::Length(value, unit) => StyleValue::Length(value * factor, *unit),
        _ => StyleValue::Length(12.0 * factor, Unit::Px),
    }
}

fn resolve_size(
    value: StyleValue,
    parent: Option<&StyleValue>,
    root: Option<&StyleValue>,
) -> StyleValue {
    match value {
        StyleValue::Percent(percent) => scaled(parent, percent / 100.0),
        value => resolve(value, parent, root),
    }
}

fn resolve(value: StyleValue, size: Option<&StyleValue>, root: Option<&StyleValue>) -> StyleValue {
    match value {
        StyleValue::Length(factor, Unit::Em) => scaled(size, factor),
        StyleValue::Length(factor, Unit::Rem) => scaled(root, factor),
        value => value,
    }
}
