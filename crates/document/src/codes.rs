//! The codes of what a document reports, with the text of their sections in the reference. This
//! crate needs no other of the project, so the table is its own.

/// A stable code. Its meaning never changes: a code may be retired, but not reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentCode {
    /// The code, such as `rml-expression`.
    pub code: &'static str,
    /// A short description of the problem.
    pub title: &'static str,
    /// When it occurs, and what follows from it.
    pub meaning: &'static str,
    /// How to solve the problem.
    pub cure: &'static str,
}

macro_rules! document_codes {
    ($($name:ident = $code:literal, $title:literal, $meaning:literal, $cure:literal;)+) => {
        $(
            pub(crate) const $name: DocumentCode = DocumentCode {
                code: $code,
                title: $title,
                meaning: $meaning,
                cure: $cure,
            };
        )+

        /// Every code of this crate.
        pub const ALL: &[DocumentCode] = &[$($name),+];
    };
}

document_codes! {
    SYNTAX = "rml-syntax", "a tag is damaged",
        "A tag, an attribute or a comment does not follow the grammar of RML, so what follows may be misread.",
        "Close every quote, tag and comment.";
    NOT_CLOSED = "rml-not-closed", "an element is not closed",
        "RML requires an end tag for every element, or `/>`. The element is closed where its parent ends, which may not be what you mean.",
        "Add the end tag, or end the tag with `/>`.";
    END_TAG = "rml-end-tag", "an end tag without a start tag",
        "No open element has this name. The tag is ignored.",
        "Correct the name or delete the tag.";
    ATTRIBUTE_TWICE = "rml-attribute-twice", "an attribute occurs twice",
        "An element has two attributes of the same name. The first one counts.",
        "Delete one of the two.";
    ELEMENT = "rml-element", "an unknown element",
        "No element of RML has this name. It is shown as an element without a style of its own.",
        "Correct the name, or use `div` or `span` with a class.";
    ENTITY = "rml-entity", "an unknown character reference",
        "RML knows `&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;`, `&nbsp;` and numbers such as `&#8364;`. Everything else is shown as it is written.",
        "Write the character itself, or its number.";
    SCRIPT = "rml-script", "a script does not run",
        "Templates contain no code. The element is left out.",
        "Do the work in the plugin, in a function that `data-event-...` calls.";
    MISSING_FILE = "rml-missing-file", "a linked file cannot be loaded",
        "A sheet or a template that the document names does not exist, cannot be read, or includes itself. It is left out.",
        "Correct the name. It is relative to the file that contains it.";
    FOREIGN = "rml-foreign", "a URL is not fetched",
        "Documents load files only, and only through the application. URLs are never fetched.",
        "Put the file beside the template.";
    LIMIT = "rml-limit", "larger than the limit",
        "The document, or something in it, is larger than a limit. The rest is left out.",
        "Make it smaller; the message contains the limit.";
    DATA_ATTRIBUTE = "rml-data-attribute", "an unknown data attribute",
        "No binding has this name, so the attribute has no effect.",
        "Correct the name; the message contains the most similar one.";
    EVENT = "rml-event", "an unknown event",
        "No event of a document has this name. The binding is kept, since an application may send events of its own.",
        "Correct the name; the message contains the most similar one.";
    EXPRESSION = "rml-expression", "not an expression",
        "The text of a binding does not follow the grammar of data expressions. The binding has no effect, and `{{ }}` is shown as it is written.",
        "Correct what the message names.";
    VARIABLE = "rml-variable", "no such variable",
        "The data model does not have the variable, or a value does not have the member.",
        "Bind the variable in `on_bind_model`, or correct the name.";
    CALLBACK = "rml-callback", "no such event function",
        "The data model does not have the function that `data-event-...` calls.",
        "Bind it with `bind_event`, or correct the name.";
    TRANSFORM = "rml-transform", "no such transform",
        "Neither RML nor the data model has the transform after `|`.",
        "Register it with `register_transform`, or correct the name.";
    MODEL = "rml-model", "no such data model",
        "The document names a data model that nobody has created. Its bindings have no effect.",
        "Create it with `create_data_model`, or correct the name.";
    VALUE = "rml-value", "a value of the wrong kind",
        "A binding got a value that it cannot use: `data-for` needs a list, and texts and numbers have no members.",
        "Return a value of the right kind from the getter.";
    SOURCE = "rml-source", "a function of the data model failed",
        "A getter, setter, transform or event function reported an error. The last value stays.",
        "Correct the function; its log contains the traceback.";
    SHADOWED = "rml-shadowed", "a variable hides the name of a row",
        "A variable of the data model has the name that `data-for` gives to its rows. As in RmlUi, the variable is meant everywhere.",
        "Give the row another name.";
    SHEET_SYNTAX = "rcss-syntax", "a rule is damaged",
        "A part of a sheet does not follow the grammar of RCSS. The rule or declaration is left out.",
        "Correct what the message names.";
    SELECTOR = "rcss-selector", "not a selector",
        "The selector has a part that RCSS does not have. The rule is left out.",
        "Correct the selector.";
    PROPERTY = "rcss-property", "an unknown property",
        "RCSS has no property of this name. The declaration is left out.",
        "Correct the name; the message contains the most similar one.";
    PROPERTY_VALUE = "rcss-value", "a value that the property does not take",
        "The property exists, but not with this value. The declaration is left out.",
        "Use one of the values that the message lists.";
    AT_RULE = "rcss-at-rule", "an unknown at-rule",
        "RCSS has `@media`, `@import`, `@keyframes`, `@font-face`, `@spritesheet` and `@decorator`.",
        "Correct the name or delete the rule.";
    TOKEN = "rcss-token", "an unknown name of the theme",
        "Sheets may use colours and sizes of the theme as `@{name}`. The theme does not have this one. The declaration is left out.",
        "Correct the name; the message contains the most similar one.";
    CUSTOM = "rcss-variable", "no such variable",
        "`var()` names a custom property that is not set for the element, or that refers to itself, and there is no other value.",
        "Set the property on a parent, or write `var(--name, value)`.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_distinct() {
        let mut codes: Vec<&str> = ALL.iter().map(|code| code.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len());
    }
}
