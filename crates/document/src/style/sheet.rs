//! Sheets: rules, and what is kept for the front end.

use std::sync::Arc;

use cssparser::{
    AtRuleParser, CowRcStr, ParseError, Parser, ParserState, QualifiedRuleParser, StyleSheetParser,
};
use serde::Serialize;

use super::declarations::{self, Declaration, start_of};
use super::media::{self, Media};
use super::selector::{self, Selector};
use super::theme::{Filled, Theme};
use crate::codes;
use crate::diagnostic::Report;
use crate::limits::{MAX_RULES, MAX_SOURCE};
use crate::source::{Origin, Source};
use crate::suggest::did_you_mean;

/// A rule: selectors with the declarations for their elements.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) selectors: Vec<Selector>,
    pub(crate) declarations: Vec<Declaration>,
    /// The conditions that must hold, from the outermost `@media`.
    pub(crate) media: Vec<Arc<Media>>,
}

/// A rule that the front end interprets: `@keyframes`, `@font-face`, `@spritesheet`, `@decorator`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AtRule {
    /// The name, without `@`.
    pub name: String,
    /// What is between the name and the block.
    pub prelude: String,
    /// The text of the block.
    pub body: String,
}

/// A part of a sheet, in order.
#[derive(Debug)]
pub(crate) enum Item {
    Rule(Rule),
    At(AtRule),
    /// `@import`: the name and where it stands.
    Import(String, Origin),
}

/// Where the text of a sheet lies in a file.
#[derive(Clone, Debug)]
pub(crate) struct SheetText {
    pub(crate) source: Arc<Source>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl SheetText {
    pub(crate) fn whole(source: &Arc<Source>) -> Self {
        Self {
            source: Arc::clone(source),
            start: 0,
            end: source.text.len(),
        }
    }
}

/// Reads a sheet with the colours of a theme.
pub(crate) fn read(sheet: &SheetText, theme: &Theme, report: &mut Report) -> Vec<Item> {
    let text = sheet.source.text.get(sheet.start..sheet.end).unwrap_or("");
    let start = Origin::new(&sheet.source, sheet.start);
    if text.len() > MAX_SOURCE {
        let message = format!("the sheet is larger than {MAX_SOURCE} bytes and is left out");
        report.error(codes::LIMIT, &start, message, "Split it.");
        return Vec::new();
    }
    let filled = Filled::new(text, theme);
    for (at, name) in &filled.unknown {
        let hint = did_you_mean(name, theme.names(), "");
        let message = format!("the theme has no `{name}`");
        report.error(codes::TOKEN, &start.after(*at), message, hint);
    }
    let origin = |at: usize| start.after(filled.before(at));
    let mut reader = Reader {
        items: Vec::new(),
        media: Vec::new(),
        origin: &origin,
        report,
    };
    let mut input = Parser::new(&filled.text);
    reader.rules(&mut input, filled.text.as_ptr() as usize);
    reader.items
}

struct Reader<'a> {
    items: Vec<Item>,
    media: Vec<Arc<Media>>,
    origin: &'a dyn Fn(usize) -> Origin,
    report: &'a mut Report,
}

/// What a rule begins with; `None` if it is left out, with the reason reported.
enum Prelude {
    Media(Media),
    Import(String),
    Kept(String, String),
}

impl Reader<'_> {
    fn rules(&mut self, input: &mut Parser<'_>, start: usize) {
        let mut problems = Vec::new();
        for item in StyleSheetParser::new(input, self) {
            if let Err(found) = item
                && !matches!(found.0.kind, cssparser::ParseErrorKind::Custom(()))
            {
                problems.push((found.1.as_ptr() as usize - start, start_of(found.1)));
            }
        }
        for (at, text) in problems {
            let message = format!("`{text}` is not a rule");
            let hint = "Write `selector { property: value; }`.";
            self.report
                .error(codes::SHEET_SYNTAX, &(self.origin)(at), message, hint);
        }
    }

    fn push(&mut self, item: Item, at: usize) {
        if self.items.len() == MAX_RULES {
            let message = format!("more than {MAX_RULES} rules; the rest is left out");
            self.report.error(
                codes::LIMIT,
                &(self.origin)(at),
                message,
                "Use fewer rules.",
            );
        }
        if self.items.len() < MAX_RULES {
            self.items.push(item);
        }
    }
}

/// Marks an error as reported.
fn reported() -> ParseError<()> {
    ParseError::custom(())
}

fn rest<'i>(input: &mut Parser<'i>) -> &'i str {
    let from = input.position();
    while input.next().is_ok() {}
    input.slice_from(from).trim()
}

impl<'i> QualifiedRuleParser<'i> for Reader<'_> {
    type Prelude = Option<Vec<Selector>>;
    type QualifiedRule = ();
    type Error = ();

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Result<Self::Prelude, ParseError<()>> {
        input.skip_whitespace();
        let at = input.position().byte_index();
        let state = input.state();
        match selector::parse(input) {
            Ok(selectors) => Ok(Some(selectors)),
            Err(message) => {
                input.reset(&state);
                let text = start_of(rest(input));
                let message = format!("`{text}` is not a selector: {message}");
                self.report
                    .error(codes::SELECTOR, &(self.origin)(at), message, "");
                Ok(None)
            }
        }
    }

    fn parse_block(
        &mut self,
        prelude: Self::Prelude,
        start: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        let at = start.position().byte_index();
        let list = declarations::read(input, self.origin, self.report);
        if let Some(selectors) = prelude {
            let media = self.media.clone();
            self.push(
                Item::Rule(Rule {
                    selectors,
                    declarations: list,
                    media,
                }),
                at,
            );
        }
        Ok(())
    }
}

impl<'i> AtRuleParser<'i> for Reader<'_> {
    type Prelude = Prelude;
    type AtRule = ();
    type Error = ();

    fn parse_prelude(
        &mut self,
        name: CowRcStr<'i>,
        input: &mut Parser<'i>,
    ) -> Result<Prelude, ParseError<()>> {
        const NAMES: [&str; 6] = [
            "media",
            "import",
            "keyframes",
            "font-face",
            "spritesheet",
            "decorator",
        ];
        let at = input.position().byte_index();
        let lower = name.to_ascii_lowercase();
        match &*lower {
            "media" => media::parse(input).map(Prelude::Media).map_err(|message| {
                self.report
                    .error(codes::SHEET_SYNTAX, &(self.origin)(at), message, "");
                reported()
            }),
            "import" => match input.expect_url_or_string() {
                Ok(name) => {
                    let name = name.to_string();
                    rest(input);
                    Ok(Prelude::Import(name))
                }
                Err(_) => {
                    let message = "`@import` has no name of a file";
                    let hint = "Write `@import \"name.rcss\";`.";
                    self.report
                        .error(codes::SHEET_SYNTAX, &(self.origin)(at), message, hint);
                    Err(reported())
                }
            },
            "keyframes" | "font-face" | "spritesheet" | "decorator" => {
                Ok(Prelude::Kept(lower, rest(input).to_owned()))
            }
            _ => {
                let hint = did_you_mean(&lower, NAMES, "Delete the rule.");
                let message = format!("RCSS has no `@{name}`");
                self.report
                    .error(codes::AT_RULE, &(self.origin)(at), message, hint);
                Err(reported())
            }
        }
    }

    fn rule_without_block(&mut self, prelude: Prelude, start: &ParserState) -> Result<(), ()> {
        let at = start.position().byte_index();
        match prelude {
            Prelude::Import(name) => {
                let origin = (self.origin)(at);
                self.push(Item::Import(name, origin), at);
                Ok(())
            }
            _ => Err(()),
        }
    }

    fn parse_block(
        &mut self,
        prelude: Prelude,
        start: &ParserState,
        input: &mut Parser<'i>,
    ) -> Result<(), ParseError<()>> {
        match prelude {
            Prelude::Media(media) => {
                self.media.push(Arc::new(media));
                let here = input.slice_from(input.position()).as_ptr() as usize;
                self.rules(input, here - input.position().byte_index());
                self.media.pop();
                Ok(())
            }
            Prelude::Kept(name, prelude) => {
                let body = rest(input).to_owned();
                self.push(
                    Item::At(AtRule {
                        name,
                        prelude,
                        body,
                    }),
                    start.position().byte_index(),
                );
                Ok(())
            }
            Prelude::Import(_) => Err(ParseError::unexpected_token()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Vec<Item>, Vec<String>) {
        let mut report = Report::default();
        let source = Source::new("a.rcss", text);
        let items = read(&SheetText::whole(&source), &Theme::dark(), &mut report);
        (
            items,
            report.list().iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn rules_media_imports_and_what_is_kept() {
        let (items, problems) = read_text(
            "@import \"b.rcss\"; /* c */ a, .b { color: @{text}; }\n\
             @media (theme: dark) { p { top: 1dp } @media (min-width: 1px) { i { top: 2dp } } }\n\
             @keyframes k { from { top: 0 } to { top: 1dp } }",
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(items.len(), 5);
        assert!(matches!(&items[0], Item::Import(name, _) if name == "b.rcss"));
        assert!(matches!(&items[3], Item::Rule(rule) if rule.media.len() == 2));
        let Item::At(at) = &items[4] else { panic!() };
        assert_eq!((at.name.as_str(), at.prelude.as_str()), ("keyframes", "k"));
        assert_eq!(at.body, "from { top: 0 } to { top: 1dp }");
    }

    #[test]
    fn a_damaged_rule_does_not_take_the_others_with_it() {
        let (items, problems) = read_text(
            "a:hovr { top: 0 }\n{ }\n@page { }\np { color: @{txet} }\n\
             @media (x: 1) { a { } }\ni { top: 1 }\n@import ;\nb { top: 1dp",
        );
        assert_eq!(items.len(), 3);
        assert_eq!(
            problems,
            [
                "a.rcss:4:12: error[rcss-token]: the theme has no `txet`. Did you mean `text`?",
                "a.rcss:1:1: error[rcss-selector]: `a:hovr` is not a selector: RCSS has no pseudo-class `:hovr`; did you mean `:hover`?",
                "a.rcss:2:1: error[rcss-selector]: `` is not a selector: a selector is missing",
                "a.rcss:3:6: error[rcss-at-rule]: RCSS has no `@page`. Delete the rule.",
                "a.rcss:5:7: error[rcss-syntax]: `x` is not a feature of the screen, or has another kind of value",
                "a.rcss:6:5: error[rcss-value]: `top` does not take the value `1`. It takes `auto`, a length such as `4dp`, a percentage.",
                "a.rcss:7:8: error[rcss-syntax]: `@import` has no name of a file. Write `@import \"name.rcss\";`.",
            ]
        );
    }
}
