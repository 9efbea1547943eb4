//! Declarations: `color: red; padding: 4dp 8dp`.

use std::sync::Arc;

use cssparser::{
    AtRuleParser, CowRcStr, DeclarationParser, ParseError, Parser, ParserState,
    QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser,
};

use super::declared::longhand;
pub(crate) use super::declared::{Declared, is_of};
use super::properties::{self, PropertyId, SHORTHANDS, Takes};
use super::shorthand::expand;
use crate::codes;
use crate::diagnostic::Report;
use crate::limits::{MAX_DECLARATIONS, MAX_EXPRESSION};
use crate::source::Origin;
use crate::suggest::nearest;

/// A declaration.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) declared: Declared,
    pub(crate) is_important: bool,
    pub(crate) origin: Origin,
}

/// Why a declaration is left out.
pub(crate) enum Refusal {
    Unknown(Option<&'static str>),
    Value,
}

/// Replaces a name that the theme does not have, so that the declaration is left out.
pub(crate) const UNKNOWN_TOKEN: &str = "x-unknown-name-of-the-theme";

/// Reads one declaration. A shorthand gives several.
pub(crate) fn declare(name: &str, text: &str) -> Result<Vec<Declared>, Refusal> {
    let text = text.trim();
    if text.len() > MAX_EXPRESSION {
        return Err(Refusal::Value);
    }
    if name.starts_with("--") {
        return Ok(vec![Declared::Custom(Arc::from(name), Arc::from(text))]);
    }
    let lower = name.to_ascii_lowercase();
    let property = PropertyId::of(&lower);
    let shorthand = SHORTHANDS.iter().find(|(known, ..)| *known == lower);
    if property.is_none() && shorthand.is_none() {
        let shorthands = SHORTHANDS.iter().map(|(name, ..)| *name);
        let known = properties::ALL
            .iter()
            .map(|property| property.name)
            .chain(shorthands);
        return Err(Refusal::Unknown(nearest(&lower, known)));
    }
    if text.contains("var(") {
        return Ok(vec![Declared::Variable(Arc::from(lower), Arc::from(text))]);
    }
    if let Some(property) = property {
        return longhand(property, text)
            .map(|declared| vec![declared])
            .ok_or(Refusal::Value);
    }
    let (_, order, parts) = shorthand.ok_or(Refusal::Value)?;
    expand(*order, parts, text).ok_or(Refusal::Value)
}

/// Reads declarations up to the end of the input. `origin` is where its text begins.
pub(crate) fn read(
    input: &mut Parser<'_>,
    origin: &dyn Fn(usize) -> Origin,
    report: &mut Report,
) -> Vec<Declaration> {
    let mut reader = Reader {
        list: Vec::new(),
        origin,
        report,
    };
    let mut problems = Vec::new();
    let start =
        input.slice_from(input.position()).as_ptr() as usize - input.position().byte_index();
    for item in RuleBodyParser::<_, (), ()>::new(input, &mut reader) {
        if let Err((_, text, _)) = item {
            problems.push((text.to_owned(), text.as_ptr() as usize - start));
        }
    }
    let Reader { list, .. } = reader;
    for (text, at) in problems {
        let message = format!("`{}` is not a declaration", start_of(&text));
        report.error(
            codes::SHEET_SYNTAX,
            &origin(at),
            message,
            "Write `property: value;`.",
        );
    }
    list
}

/// Returns the first line of a text, cut, for a message.
pub(crate) fn start_of(text: &str) -> String {
    let first = text.trim().lines().next().unwrap_or("").trim();
    let mut start: String = first.chars().take(40).collect();
    if start.len() < first.len() {
        start.push('…');
    }
    start
}

/// Reads the text of a `style` attribute.
pub(crate) fn inline(text: &str, start: &Origin, report: &mut Report) -> Vec<Declaration> {
    let mut input = Parser::new(text);
    read(&mut input, &|at| start.after(at), report)
}

struct Reader<'a> {
    list: Vec<Declaration>,
    origin: &'a dyn Fn(usize) -> Origin,
    report: &'a mut Report,
}

impl<'i> DeclarationParser<'i> for Reader<'_> {
    type Declaration = ();
    type Error = ();

    fn parse_value(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
        start: &ParserState,
    ) -> Result<(), ParseError<()>> {
        let at = start.position().byte_index();
        let from = input.position();
        while input.next().is_ok() {}
        let mut text = input.slice_from(from).trim();
        let mut is_important = false;
        if let Some((before, mark)) = text.rsplit_once('!')
            && mark.trim().eq_ignore_ascii_case("important")
        {
            (text, is_important) = (before.trim_end(), true);
        }
        let origin = (self.origin)(at);
        if self.list.len() >= MAX_DECLARATIONS {
            let message = format!("a rule has more than {MAX_DECLARATIONS} declarations");
            self.report
                .error(codes::LIMIT, &origin, message, "Split the rule.");
            return Ok(());
        }
        match declare(&name, text) {
            // Reported where the name of the theme stands.
            Err(_) if text.contains(UNKNOWN_TOKEN) => {}
            Ok(all) => {
                let all = all.into_iter().map(|declared| Declaration {
                    declared,
                    is_important,
                    origin: origin.clone(),
                });
                self.list.extend(all);
            }
            Err(refusal) => refuse(&name, text, &refusal, &origin, self.report),
        }
        Ok(())
    }
}

/// Reports a declaration that is left out.
pub(crate) fn refuse(
    name: &str,
    text: &str,
    refusal: &Refusal,
    origin: &Origin,
    report: &mut Report,
) {
    match refusal {
        Refusal::Unknown(nearest) => {
            let hint = nearest.map_or_else(
                || "Delete it.".to_owned(),
                |found| format!("Did you mean `{found}`?"),
            );
            let message = format!("`{name}` is not a property of RCSS");
            report.error(codes::PROPERTY, origin, message, hint);
        }
        Refusal::Value => {
            let message = format!("`{name}` does not take the value `{}`", start_of(text));
            report.error(codes::PROPERTY_VALUE, origin, message, taken(name));
        }
    }
}

/// Returns what a property takes, as a sentence.
fn taken(name: &str) -> String {
    let Some(id) = PropertyId::of(&name.to_ascii_lowercase()) else {
        let found = SHORTHANDS
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name));
        let parts = found.map_or(String::new(), |(_, _, parts)| parts.join("`, `"));
        return format!("It takes the values of `{parts}`.");
    };
    let property = id.property();
    let mut kinds: Vec<String> = property
        .keywords
        .iter()
        .map(|word| format!("`{word}`"))
        .collect();
    for (takes, kind) in [
        (Takes::LENGTH, "a length such as `4dp`"),
        (Takes::PERCENT, "a percentage"),
        (Takes::NUMBER, "a number"),
        (Takes::COLOR, "a colour such as `#ff8800`"),
        (Takes::STRING, "a name"),
    ] {
        if property.takes.contains(takes) {
            kinds.push(kind.to_owned());
        }
    }
    format!("It takes {}.", kinds.join(", "))
}

impl AtRuleParser<'_> for Reader<'_> {
    type Prelude = ();
    type AtRule = ();
    type Error = ();
}

impl QualifiedRuleParser<'_> for Reader<'_> {
    type Prelude = ();
    type QualifiedRule = ();
    type Error = ();
}

impl RuleBodyItemParser<'_, (), ()> for Reader<'_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read_text(text: &str) -> (String, Vec<String>) {
        let source = Source::new("a.rcss", text);
        let mut report = Report::default();
        let list = inline(text, &Origin::new(&source, 0), &mut report);
        let written: Vec<String> = list
            .iter()
            .map(
                |Declaration {
                     declared,
                     is_important,
                     ..
                 }| {
                    let mark = if *is_important { "!" } else { "" };
                    match declared {
                        Declared::Value(id, value) => {
                            format!("{}={value}{mark}", id.property().name)
                        }
                        Declared::Inherit(id) => format!("{}=inherit", id.property().name),
                        Declared::Initial(id) => format!("{}=initial", id.property().name),
                        Declared::Custom(name, text) | Declared::Variable(name, text) => {
                            format!("{name}={text}")
                        }
                    }
                },
            )
            .collect();
        (
            written.join(" "),
            report.list().iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn shorthands_give_their_values_to_their_properties() {
        for (text, expected) in [
            (
                "padding: 4dp",
                "padding-top=4dp padding-right=4dp padding-bottom=4dp padding-left=4dp",
            ),
            (
                "margin: 1px auto 3px",
                "margin-top=1px margin-right=auto margin-bottom=3px margin-left=auto",
            ),
            ("gap: 4dp", "row-gap=4dp column-gap=4dp"),
            ("flex: 1", "flex-grow=1 flex-shrink=1 flex-basis=0px"),
            (
                "flex: 1 0 auto",
                "flex-grow=1 flex-shrink=0 flex-basis=auto",
            ),
            ("flex: none", "flex-grow=0 flex-shrink=0 flex-basis=auto"),
            (
                "border-top: 1dp #fff",
                "border-top-width=1dp border-top-color=#ffffff",
            ),
            ("background: red", "background-color=#ff0000"),
            ("overflow: hidden auto", "overflow-x=hidden overflow-y=auto"),
            ("color: RED !important", "color=#ff0000!"),
            (
                "font: italic bold 12dp \"Inter\"",
                "font-style=italic font-weight=bold font-size=12dp font-family=\"Inter\"",
            ),
            ("width: calc(100% - 4dp)", "width=calc(100% - 4dp)"),
            (
                "--x: a, b; color: var(--x, red)",
                "--x=a, b color=var(--x, red)",
            ),
            ("decorator: image( a.png )", "decorator=image( a.png )"),
            (
                "width: 50%; z-index: auto; opacity: .5; flex-flow: column wrap",
                "width=50% z-index=auto opacity=0.5 flex-direction=column flex-wrap=wrap",
            ),
            ("color: inherit", "color=inherit"),
        ] {
            assert_eq!(read_text(text), (expected.to_owned(), vec![]), "{text}");
        }
        assert!(
            read_text("border: 1dp solid red")
                .0
                .matches("-width=1dp")
                .count()
                == 4
        );
    }

    #[test]
    fn what_is_wrong_is_reported_and_the_rest_counts() {
        let (written, problems) =
            read_text("colour: red; width: 4; display: blok; nonsense; padding: 1dp 2; top: 3dp");
        assert_eq!(written, "top=3dp");
        let expected = [
            "a.rcss:1:1: error[rcss-property]: `colour` is not a property of RCSS. Did you mean `color`?",
            "a.rcss:1:14: error[rcss-value]: `width` does not take the value `4`. It takes `auto`, a length such as `4dp`, a percentage.",
            "a.rcss:1:24: error[rcss-value]: `display` does not take the value `blok`. It takes `none`, `block`, ",
            "a.rcss:1:49: error[rcss-value]: `padding` does not take the value `1dp 2`. It takes the values of `padding-top`, ",
            "a.rcss:1:39: error[rcss-syntax]: `nonsense;` is not a declaration. Write `property: value;`.",
        ];
        assert_eq!(problems.len(), expected.len());
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.starts_with(expected), "{problem}");
        }
    }
}
