//! Explains errors of the TOML parser to readers who do not know TOML's grammar.

use toml::de::{DeArray, DeTable, DeValue, Error};
use toml::{Table, Value};

use crate::code::Code;
use crate::report::Report;

/// Reports an error of the TOML parser.
pub(crate) fn report_error(error: &Error, report: &mut Report<'_>) {
    if report.is_full() {
        return;
    }
    let text = report.text();
    let mut range = error.span().unwrap_or(0..0);
    let message = error.message();
    if message.starts_with("duplicate key") {
        let key = text
            .get(range.clone())
            .unwrap_or("the key")
            .trim()
            .to_owned();
        let hint = "Keep one of the two and delete the other.".to_owned();
        report.syntax(
            Code::DuplicateKey,
            range,
            format!("`{key}` is defined twice."),
            hint,
        );
        return;
    }
    // An error at the end of a line or of the file has no text to underline: the text before is used.
    if range.is_empty()
        || text
            .get(range.clone())
            .is_some_and(|found| found.trim().is_empty())
    {
        let before = text.get(..range.start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.get(line_start..).unwrap_or("");
        if !line.trim().is_empty() {
            let end = line_start + line.trim_end().len();
            let start = text
                .get(..end)
                .and_then(|seen| seen.char_indices().next_back())
                .map_or(end, |(at, _)| at);
            range = start..end;
        }
    }
    let found = text.get(range.clone()).unwrap_or("");
    let line = line_of(text, range.start);
    // The parser guesses the meaning of a bare word; most often it is a string without quotes.
    let bare = [
        "string values must be quoted",
        "invalid float",
        "invalid boolean",
        "invalid integer",
    ];
    let message = if found.starts_with('=') || !bare.iter().any(|start| message.starts_with(start))
    {
        format!(
            "this is not TOML: {}.",
            message.replace("; max recursion depth met", "")
        )
    } else {
        let shown: String = found.chars().take(40).collect();
        format!(
            "this is not TOML: `{shown}` is neither a string in quotes, a number, `true` nor `false`."
        )
    };
    let hint = hint(&message, found, line);
    report.syntax(Code::NotToml, range, message, hint);
}

fn line_of(text: &str, offset: usize) -> &str {
    let start = text
        .get(..offset)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    text.get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or("")
        .trim()
}

fn hint(message: &str, found: &str, line: &str) -> String {
    let value = line.split_once('=').map(|(_, value)| value.trim());
    if line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>") || line.starts_with("=======") {
        return "This is a marker of a merge conflict: choose one side and delete the markers."
            .into();
    }
    if line.starts_with("//") || line.starts_with("/*") {
        return "Comments start with `#`.".into();
    }
    if line.ends_with(':') || (value.is_none() && line.contains(':') && !line.starts_with('[')) {
        return "Write a key, an equals sign and a value: `name = \"value\"`.".into();
    }
    if message.contains("missing comma between array elements") {
        return "Write a comma between two entries of a list, and `]` after the last one.".into();
    }
    if message.contains("recurse") || message.contains("recursion") {
        return "Tables and lists are nested too deeply: at most 80 levels are read.".into();
    }
    if let Some(value) = value {
        if value.is_empty() {
            return "Write a value after the equals sign, for example a string in quotes.".into();
        }
        if matches!(value, "True" | "False" | "TRUE" | "FALSE") {
            return format!("Write `{}`, in lower case.", value.to_ascii_lowercase());
        }
        if matches!(
            value.to_ascii_lowercase().as_str(),
            "yes" | "no" | "on" | "off"
        ) {
            let key = line.split('=').next().unwrap_or("key").trim();
            let switch = matches!(value.to_ascii_lowercase().as_str(), "yes" | "on");
            return format!("For a boolean write `{key} = {switch}`; a string needs quotes.");
        }
        if matches!(value, "None" | "null" | "nil") {
            return "TOML has no null value: delete the line.".into();
        }
        if value.starts_with('"') && value.contains('\\') {
            return "Write `\\\\` for a backslash, or put the string into single quotes.".into();
        }
        if value.starts_with('[') && !value.contains(']') || found == "[" {
            return "Close the list with `]`, with a comma between two entries.".into();
        }
        if value.starts_with(['"', '\'']) {
            return "Close the string with the same quote, and write nothing after it.".into();
        }
        let plain = value.len() <= 40 && !value.contains(['"', '\'', '\\', '#', '[', '{']);
        let value = if plain { value } else { "..." };
        let key = line.split('=').next().unwrap_or("key").trim();
        return format!("Put strings into quotes: `{key} = \"{value}\"`.");
    }
    if line.starts_with('[') {
        return "Write the header of a table in brackets, alone on its line: `[tool.lichtfeld]`."
            .into();
    }
    "Write a key, an equals sign and a value: `name = \"value\"`; comments start with `#`.".into()
}

/// Copies a table of the document, for content that is stored without being checked.
pub(crate) fn to_table(table: &DeTable<'_>) -> Table {
    table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), to_value(value.get_ref())))
        .collect()
}

fn to_array(array: &DeArray<'_>) -> Value {
    Value::Array(
        array
            .iter()
            .map(|value| to_value(value.get_ref()))
            .collect(),
    )
}

fn to_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        // Numbers out of range are stored as text: they only need to differ from others.
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::String(number.to_string()), Value::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| Value::String(number.to_string()), Value::Float),
        DeValue::Boolean(switch) => Value::Boolean(*switch),
        DeValue::Datetime(time) => Value::Datetime(*time),
        DeValue::Array(array) => to_array(array),
        DeValue::Table(table) => Value::Table(to_table(table)),
    }
}
