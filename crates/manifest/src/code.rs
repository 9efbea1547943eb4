//! The codes of the diagnostics, each with the text of its section in the reference.
//!
//! The meaning of a code never changes: a code may be retired, but not reused.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $why:literal, $cure:literal;)+) => {
        /// The kind of problem that a diagnostic reports.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: `", $title, "`.")] $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the stable text, such as `LF012`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Returns a short description of the problem.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// Returns why it is a problem.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $why),+ }
            }

            /// Returns how to solve the problem.
            #[must_use]
            pub fn cure(self) -> &'static str {
                match self { $(Self::$name => $cure),+ }
            }
        }
    };
}

codes! {
    Unreadable = "LF001", "the file cannot be read",
        "The operating system refuses to open or read the manifest, or the disk failed.",
        "Give your user the right to read the file, for example `chmod u+r pyproject.toml`.";
    NotAFile = "LF002", "not a file",
        "Something called `pyproject.toml` exists, but it is a directory, a pipe or a device.",
        "Remove or rename it, and create a plain text file instead.";
    DanglingLink = "LF003", "a link without a target",
        "The manifest, or the whole plugin directory, is a symbolic link whose target does not exist.",
        "Remove the link, or make it point to where the plugin is now.";
    LinkLoop = "LF004", "a loop of links",
        "The symbolic links of the path lead back to one of themselves.",
        "Remove the link, and copy the file or link to the real directory.";
    TooLarge = "LF005", "larger than 1 MiB",
        "A manifest is a short text. A file larger than 1 MiB is something else.",
        "Move data from `pyproject.toml` to files of its own.";
    NotUtf8 = "LF006", "not UTF-8",
        "TOML files are UTF-8. Some editors on Windows save other encodings, such as UTF-16 or Latin-1.",
        "Save the file as UTF-8 (without a byte order mark).";
    NotToml = "LF007", "not TOML",
        "The text does not follow the grammar of TOML 1.1, so what follows may be misread.",
        "Correct what is underlined; <https://toml.io> shows the grammar with examples.";
    DuplicateKey = "LF008", "a duplicate key",
        "TOML allows each key and each table header once. Extras count as the same if they differ only in case or in `-`, `_` and `.`.",
        "Keep one of the two and delete the other.";
    OldestForm = "LF009", "plugin.toml is no longer read",
        "The directory has a `plugin.toml`, the oldest form of the manifest, and no `pyproject.toml`.",
        "Run `lichtfeld-plugins migrate DIR`: it shows the new `pyproject.toml` and writes it.";
    NoProject = "LF010", "no [project] table",
        "The name and version of a plugin are in the `[project]` table, which is missing.",
        "Add `[project]` with `name` and `version`.";
    MissingKey = "LF011", "a required key is missing",
        "`[project]` needs `name` and `version`. A v1 manifest, which is one with `plugin_api`, `lichtfeld_version` or `required_features`, needs all three, and `description` and `hot_reload` as well.",
        "Add the key; the message shows a line to start from.";
    WrongType = "LF012", "a value of the wrong type",
        "The key exists, but its value has the wrong type. `hot_reload = \"no\"` is a string, not a boolean.",
        "Write a value of the right type; the message shows an example.";
    UnknownKey = "LF013", "an unknown key",
        "The key has no effect. Most unknown keys are spelling mistakes.",
        "Correct the spelling or delete the line.";
    Dynamic = "LF014", "dynamic metadata",
        "`dynamic` means that a build tool computes a value. A plugin is never built: its manifest is read as it is.",
        "Write the value itself into `[project]` and delete `dynamic`.";
    RemovedKey = "LF015", "a key that has been replaced",
        "The key belongs to an older form of the manifest.",
        "Use the key that the message names, or run `lichtfeld-plugins migrate DIR`.";
    NotAPlugin = "LF016", "not a plugin",
        "A directory is a plugin if its `pyproject.toml` has a `[tool.lichtfeld]` section. This is not an error: other Python projects may be beside plugins.",
        "If it is meant to be a plugin, add the line `[tool.lichtfeld]`.";
    PathNotUtf8 = "LF017", "a directory name that is not UTF-8",
        "The name of the directory cannot be shown, stored or passed to Python without changes.",
        "Rename the directory.";
    InvalidChoice = "LF018", "not one of the choices",
        "The key accepts one of a few words, and the value is not one of them.",
        "Write one of the words that the message lists.";
    EmptyValue = "LF019", "an empty value",
        "The key exists, but its value is empty.",
        "Write a value or delete the line.";
    EmptyName = "LF020", "an empty plugin name",
        "Everything about a plugin is stored under its name.",
        "Write `name = \"my-plugin\"`.";
    InvalidName = "LF021", "not a valid plugin name",
        "A plugin's name follows the rule for Python packages (PEP 508): letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, at most 128 characters.",
        "Use letters, digits and hyphens. For another name to show, use `display_name`.";
    WindowsDeviceName = "LF022", "the name of a Windows device",
        "On Windows, every directory contains devices called `con`, `nul`, `com1` and so on, so a plugin's directory cannot have such a name.",
        "Choose another name.";
    KeywordName = "LF023", "a keyword of Python",
        "A plugin is imported by its name, and `import class` is a syntax error.",
        "Choose another name.";
    StandardLibraryName = "LF024", "the name of a standard library module",
        "`import queue` would find either Python's module or the plugin, and break code that expects the other.",
        "Choose another name.";
    ReservedName = "LF025", "a name that LichtFeld uses itself",
        "Plugins are imported beside the modules of the plugin system, as `lfs_plugins.<name>`; this name would replace one of them.",
        "Choose another name.";
    NameStartsWithDigit = "LF026", "a name that starts with a digit",
        "The statement `import` cannot name a module that starts with a digit. The plugin works; other code imports it with `importlib.import_module`.",
        "This is no problem; rename the plugin if you want to import it without the underscore.";
    PackageName = "LF027", "the name of a package that is imported here",
        "A package has the plugin's name, or is imported by it. The plugin is always `lfs_plugins.<name>`, but `import <name>` gives the package to the code whose environment has it. As a dependency of the plugin itself, the package cannot be installed: uv takes it for the plugin.",
        "Choose another name, or import the plugin as `lfs_plugins.<name>` everywhere.";
    InvalidVersion = "LF030", "not a PEP 440 version",
        "Versions are compared by the rules of PEP 440, which this version does not follow.",
        "Write digits with dots, for example `1.0.0` or `1.0.0rc1`.";
    InvalidRequirement = "LF031", "not a PEP 508 requirement",
        "A dependency is a package name, then extras, a version specifier or a URL, and a marker, as PEP 508 defines.",
        "Write for example `numpy>=1.26`, one requirement for each entry of the list.";
    InvalidSpecifier = "LF032", "not a version specifier",
        "The value is a list of comparisons by PEP 440, separated by commas.",
        "Write for example `>=1.0,<2`.";
    InvalidSemver = "LF033", "not a semantic version",
        "`min_lichtfeld_version` is a version with three numbers, by the rules of semver.org.",
        "Write for example `1.2.0`.";
    UnknownFeature = "LF034", "an unknown feature",
        "No known version of LichtFeld Studio has this feature, so the plugin would not load.",
        "Correct the spelling; the message lists all features.";
    UnknownExtra = "LF035", "an extra that is not declared",
        "`extras` names the optional dependencies to install, and each is a key of `[project.optional-dependencies]`.",
        "Correct the spelling, or declare the extra.";
    EntryPointAbsolute = "LF040", "an absolute entry point",
        "The entry point is inside the plugin's directory, whose path differs on every machine.",
        "Write the path from the plugin's directory, for example `entry_point = \"__init__\"`.";
    EntryPointOutside = "LF041", "an entry point outside the plugin",
        "`..` or a symbolic link leads out of the plugin's directory. Code outside is not updated, watched or removed with the plugin.",
        "Move the file into the plugin's directory.";
    EntryPointMissing = "LF042", "no such entry point",
        "The file that would be imported does not exist.",
        "Create the file, or correct `entry_point`.";
    EntryPointInvalid = "LF043", "not the name of a module",
        "The entry point names a Python file or package, with or without `.py`.",
        "Write for example `entry_point = \"__init__\"` or `entry_point = \"src/main\"`.";
    PythonIncompatible = "LF050", "another version of Python",
        "`requires-python` excludes the Python of the host, on which all plugins run.",
        "Widen `requires-python` if the plugin works there, or use a version of LichtFeld Studio with that Python.";
    ApiIncompatible = "LF051", "another version of the plugin API",
        "`plugin_api` excludes the version of the plugin API that the host has.",
        "Update the plugin or LichtFeld Studio.";
    HostIncompatible = "LF052", "another version of LichtFeld Studio",
        "`lichtfeld_version` or `min_lichtfeld_version` excludes the version that is running.",
        "Update the plugin or LichtFeld Studio.";
    FeatureUnavailable = "LF053", "a feature that the host lacks",
        "`required_features` names a feature that this host does not have.",
        "Update LichtFeld Studio, or remove the feature if the plugin works without it.";
    DuplicateName = "LF060", "two plugins with one name",
        "Two directories contain a plugin with the same name; case does not matter, and `-`, `_` and `.` are equal. Only one can be loaded: the one whose directory has the name, else the first by path.",
        "Delete or rename one of the two.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_distinct_and_in_order() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.as_str() < b.as_str()));
    }
}
