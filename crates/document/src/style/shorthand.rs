//! Shorthands: `padding: 4dp 8dp` and what it stands for.

use cssparser::Parser;

use super::declared::{Declared, longhand};
use super::properties::{Order, PropertyId, Takes};
use super::value::{self, StyleValue, Unit};

/// Reads the values of a shorthand for its properties.
pub(crate) fn expand(order: Order, names: &[&str], text: &str) -> Option<Vec<Declared>> {
    let parts: Vec<PropertyId> = names
        .iter()
        .filter_map(|name| PropertyId::of(name))
        .collect();
    if text == "inherit" || text == "initial" {
        return parts.into_iter().map(|part| longhand(part, text)).collect();
    }
    let mut input = Parser::new(text);
    let declared = match order {
        Order::Box | Order::Each => {
            let mut values = Vec::new();
            while !input.is_exhausted() && values.len() < parts.len() {
                values.push(value::parse(parts[values.len()].property(), &mut input)?);
            }
            // The values of CSS: the left one is that on the right, the lower one that above.
            let from = |index: usize| match (order, index) {
                (Order::Each, _) => 0,
                (_, 3) => 1,
                (_, 2) => 0,
                _ => 0,
            };
            let mut declared: Vec<Declared> = Vec::new();
            for (index, part) in parts.iter().enumerate() {
                let given = match values.get(index) {
                    Some(given) => given,
                    None => values.get(from(index)).or_else(|| values.first())?,
                };
                declared.push(Declared::Value(*part, given.clone()));
            }
            declared
        }
        Order::Any => any(&parts, &mut input)?,
        Order::Border => borders(any(&parts, &mut input)?),
        Order::Flex => flex(&parts, text, &mut input)?,
    };
    input.is_exhausted().then_some(declared)
}

/// Gives each value to the first property that takes it. The others get their initial values.
fn any(parts: &[PropertyId], input: &mut Parser<'_>) -> Option<Vec<Declared>> {
    let mut values: Vec<Option<StyleValue>> = vec![None; parts.len()];
    let mut is_empty = true;
    while !input.is_exhausted() {
        is_empty = false;
        let mut is_taken = false;
        for (part, given) in parts.iter().zip(&mut values) {
            let property = part.property();
            if given.is_some() {
                continue;
            }
            let start = input.state();
            if property.takes.contains(Takes::RAW) {
                // A family takes all that is left.
                let from = input.position();
                while input.next().is_ok() {}
                let rest = input.slice_from(from).trim();
                *given = value::parse_whole(property, rest);
                is_taken = given.is_some();
                break;
            }
            if let Some(found) = value::parse(property, input) {
                *given = Some(found);
                is_taken = true;
                break;
            }
            input.reset(&start);
        }
        if !is_taken {
            // RCSS has no styles of borders; sheets that come from CSS have them.
            let word = input.expect_ident().ok()?;
            if !["solid", "none"].contains(&&**word) {
                return None;
            }
        }
    }
    if is_empty {
        return None;
    }
    let declared = parts.iter().zip(values).map(|(part, given)| match given {
        Some(value) => Declared::Value(*part, value),
        None => Declared::Initial(*part),
    });
    Some(declared.collect())
}

/// Repeats the width and colour of the upper border for the other three.
fn borders(upper: Vec<Declared>) -> Vec<Declared> {
    let mut all = Vec::with_capacity(8);
    for edge in ["top", "right", "bottom", "left"] {
        for declared in &upper {
            let (id, value) = match declared {
                Declared::Value(id, value) => (*id, Some(value.clone())),
                Declared::Initial(id) => (*id, None),
                _ => continue,
            };
            let name = id.property().name.replace("top", edge);
            let Some(id) = PropertyId::of(&name) else {
                continue;
            };
            all.push(value.map_or(Declared::Initial(id), |value| Declared::Value(id, value)));
        }
    }
    all
}

fn flex(parts: &[PropertyId], text: &str, input: &mut Parser<'_>) -> Option<Vec<Declared>> {
    let &[grow, shrink, basis] = parts else {
        return None;
    };
    let number = |id, value| Declared::Value(id, StyleValue::Number(value));
    let word = match text {
        "none" => Some((0.0, 0.0)),
        "auto" => Some((1.0, 1.0)),
        _ => None,
    };
    if let Some((first, second)) = word {
        while input.next().is_ok() {}
        let auto = Declared::Value(basis, StyleValue::Keyword("auto"));
        return Some(vec![number(grow, first), number(shrink, second), auto]);
    }
    let (mut numbers, mut size) = (Vec::new(), None);
    while !input.is_exhausted() {
        let start = input.state();
        match input.expect_number() {
            Ok(value) if numbers.len() < 2 => numbers.push(value),
            _ if size.is_none() => {
                input.reset(&start);
                size = Some(value::parse(basis.property(), input)?);
            }
            _ => return None,
        }
    }
    if numbers.is_empty() && size.is_none() {
        return None;
    }
    // As in CSS: `flex: 1` starts from nothing, so that all parts become equally large.
    let size = size.unwrap_or(StyleValue::Length(0.0, Unit::Px));
    Some(vec![
        number(grow, numbers.first().copied().unwrap_or(1.0)),
        number(shrink, numbers.get(1).copied().unwrap_or(1.0)),
        Declared::Value(basis, size),
    ])
}
