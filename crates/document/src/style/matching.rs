//! Whether a selector means an element.

use super::selector::{AttributeTest, Combinator, Comparison, Compound, Pseudo, Selector};
use crate::tree::arena::Tree;
use crate::tree::id::NodeId;
use crate::tree::node::{Element, States};

/// The most elements that are compared with one selector. A selector such as `* * * * .a` could
/// otherwise be tried in very many ways.
const BUDGET: u32 = 2_000;

/// Returns whether a selector means an element.
pub(crate) fn matches(selector: &Selector, tree: &Tree, node: NodeId) -> bool {
    let mut budget = BUDGET;
    complex(selector, tree, node, &mut budget)
}

fn complex(selector: &Selector, tree: &Tree, node: NodeId, budget: &mut u32) -> bool {
    compound(&selector.subject, tree, node, budget) && before(&selector.before, tree, node, budget)
}

/// Returns whether the elements before `node` are what the rest of the selector wants. The
/// recursion is as deep as the selector has parts.
fn before(parts: &[(Combinator, Compound)], tree: &Tree, node: NodeId, budget: &mut u32) -> bool {
    let Some(((combinator, wanted), rest)) = parts.split_first() else {
        return true;
    };
    let mut candidate = step(*combinator, tree, node);
    while let Some(found) = candidate {
        if compound(wanted, tree, found, budget) && before(rest, tree, found, budget) {
            return true;
        }
        if matches!(combinator, Combinator::Child | Combinator::Next) || *budget == 0 {
            return false;
        }
        candidate = step(*combinator, tree, found);
    }
    false
}

fn step(combinator: Combinator, tree: &Tree, node: NodeId) -> Option<NodeId> {
    match combinator {
        Combinator::Descendant | Combinator::Child => tree.parent(node),
        Combinator::Next | Combinator::Later => {
            let siblings = tree.children(tree.parent(node)?);
            let at = siblings.iter().position(|sibling| *sibling == node)?;
            let earlier = siblings[..at].iter().rev();
            earlier
                .copied()
                .find(|sibling| tree.element(*sibling).is_some())
        }
    }
}

fn compound(wanted: &Compound, tree: &Tree, node: NodeId, budget: &mut u32) -> bool {
    *budget = budget.saturating_sub(1);
    let Some(element) = tree.element(node) else {
        return false;
    };
    *budget > 0
        && wanted
            .element
            .as_ref()
            .is_none_or(|name| *name == element.name)
        && wanted
            .id
            .as_ref()
            .is_none_or(|id| element.id.as_ref() == Some(id))
        && wanted.classes.iter().all(|class| element.has_class(class))
        && wanted
            .attributes
            .iter()
            .all(|test| attribute(test, element))
        && wanted
            .pseudos
            .iter()
            .all(|wanted| pseudo(wanted, tree, node, element, budget))
}

fn attribute(test: &AttributeTest, element: &Element) -> bool {
    let AttributeTest {
        name,
        comparison,
        value,
    } = test;
    let classes;
    let found: &str = match (element.attribute(name), &**name) {
        (Some(found), _) => found,
        (None, "id") => match &element.id {
            Some(id) => id,
            None => return false,
        },
        (None, "class") if !element.classes.is_empty() => {
            classes = element.classes.join(" ");
            &classes
        }
        (None, _) => return false,
    };
    match comparison {
        Comparison::Exists => true,
        Comparison::Equals => *found == **value,
        Comparison::Word => found.split_whitespace().any(|word| *word == **value),
        Comparison::Language => {
            let rest = found.strip_prefix(&**value);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        }
        Comparison::Prefix => !value.is_empty() && found.starts_with(&**value),
        Comparison::Suffix => !value.is_empty() && found.ends_with(&**value),
        Comparison::Substring => !value.is_empty() && found.contains(&**value),
    }
}

/// Returns whether a checkbox, radio button or option is on.
pub(crate) fn is_checked(element: &Element) -> bool {
    element.attribute("checked").is_some()
        || (&*element.name == "option" && element.attribute("selected").is_some())
}

fn pseudo(wanted: &Pseudo, tree: &Tree, node: NodeId, element: &Element, budget: &mut u32) -> bool {
    match wanted {
        Pseudo::Hover => element.states.contains(States::HOVER),
        Pseudo::Active => element.states.contains(States::ACTIVE),
        Pseudo::Focus => element.states.contains(States::FOCUS),
        Pseudo::FocusVisible => element.states.contains(States::FOCUS_VISIBLE),
        Pseudo::Checked => is_checked(element),
        Pseudo::Disabled => element.attribute("disabled").is_some(),
        Pseudo::Enabled => element.attribute("disabled").is_none(),
        Pseudo::Root => tree.parent(node).is_none(),
        Pseudo::Empty => tree.children(node).is_empty(),
        Pseudo::Not(inner) => !inner.iter().any(|inner| complex(inner, tree, node, budget)),
        Pseudo::Only { is_of_type } => {
            let of_type = is_of_type.then_some(element);
            place(tree, node, of_type, false) == 1 && place(tree, node, of_type, true) == 1
        }
        Pseudo::Nth {
            step,
            offset,
            is_last,
            is_of_type,
        } => {
            let place = place(tree, node, is_of_type.then_some(element), *is_last);
            let distance = place.saturating_sub(*offset);
            match step {
                0 => distance == 0,
                step => distance % step == 0 && distance / step >= 0,
            }
        }
    }
}

/// Returns the place of an element among its siblings, from 1; of the same name if `of_type`.
fn place(tree: &Tree, node: NodeId, of_type: Option<&Element>, is_last: bool) -> i32 {
    let Some(parent) = tree.parent(node) else {
        return 1;
    };
    let siblings = tree.children(parent);
    let counts = |sibling: &&NodeId| {
        let element = tree.element(**sibling);
        element.is_some_and(|element| of_type.is_none_or(|wanted| wanted.name == element.name))
    };
    let Some(at) = siblings.iter().position(|sibling| *sibling == node) else {
        return 1;
    };
    let counted = if is_last {
        siblings[at..].iter().filter(counts).count()
    } else {
        siblings[..=at].iter().filter(counts).count()
    };
    i32::try_from(counted).unwrap_or(i32::MAX)
}
