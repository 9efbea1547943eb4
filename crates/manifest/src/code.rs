//! The codes of the diagnostics, each with the text of its section in the reference.
//!
//! A code is for ever: it may be retired, but never means something else.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $why:literal, $cure:literal;)+) => {
        /// What kind of problem a diagnostic is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: `", $title, "`.")] $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable text, such as `LF012`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The kind of problem in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }

            /// Why it is a problem.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $why),+ }
            }

            /// How to get rid of it.
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
        "Remove or rename it, and put a plain text file in its place.";
    DanglingLink = "LF003", "a link that leads nowhere",
        "The manifest, or the whole plugin directory, is a symbolic link whose target does not exist.",
        "Remove the link, or make it point to where the plugin is now.";
    LinkLoop = "LF004", "a link that leads to itself",
        "Following the symbolic links comes back to where it started.",
        "Remove the link and copy the file or link the real directory.";
    TooLarge = "LF005", "larger than 1 MiB",
        "A manifest is a page of text. What is larger than 1 MiB is something else.",
        "Move data out of `pyproject.toml` into files of its own.";
    NotUtf8 = "LF006", "not UTF-8",
        "TOML files are UTF-8. Some editors on Windows save other encodings, such as UTF-16 or Latin-1.",
        "Save the file as UTF-8 (without a byte order mark).";
    NotToml = "LF007", "not TOML",
        "The text does not follow the grammar of TOML 1.1, so what comes after may be misread.",
        "Repair what is underlined; <https://toml.io> shows the grammar with examples.";
    DuplicateKey = "LF008", "a key twice",
        "TOML allows each key and each table header once. Extras count as the same when they differ only in case or in `-`, `_` and `.`.",
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
        "The key exists, but its value is of another type than the key takes. `hot_reload = \"no\"` is a text, not a switch.",
        "Write a value of the type named; the message shows one.";
    UnknownKey = "LF013", "an unknown key",
        "Nobody reads this key, so whatever it is meant to do does not happen. Most are spelling mistakes.",
        "Correct the spelling or delete the line.";
    Dynamic = "LF014", "dynamic metadata",
        "`dynamic` says that a build tool computes a value. A plugin is never built: its manifest is read as it is.",
        "Write the value itself into `[project]` and delete `dynamic`.";
    RemovedKey = "LF015", "a key that has been replaced",
        "The key belongs to an older form of the manifest.",
        "Use the key that the message names, or run `lichtfeld-plugins migrate DIR`.";
    NotAPlugin = "LF016", "not a plugin",
        "A directory is a plugin when its `pyproject.toml` has a `[tool.lichtfeld]` section. This is not an error: other Python projects may lie beside plugins.",
        "If it is meant to be a plugin, add the line `[tool.lichtfeld]`.";
    PathNotUtf8 = "LF017", "a directory name that is not UTF-8",
        "The name of the directory cannot be shown, stored or passed to Python faithfully.",
        "Rename the directory.";
    InvalidChoice = "LF018", "not one of the choices",
        "The key takes one of a few words, and this is none of them.",
        "Write one of the words that the message lists.";
    EmptyValue = "LF019", "an empty value",
        "The key is there, but its value says nothing.",
        "Write a value or delete the line.";
    EmptyName = "LF020", "an empty plugin name",
        "Everything about a plugin is kept under its name.",
        "Write `name = \"my-plugin\"`.";
    InvalidName = "LF021", "not a valid plugin name",
        "A plugin's name follows the rule for Python packages (PEP 508): letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, at most 128 characters.",
        "Use letters, digits and hyphens. The name to show may be anything: put it into `display_name`.";
    WindowsDeviceName = "LF022", "the name of a Windows device",
        "Windows finds a device called `con`, `nul`, `com1` and so on in every directory, so that no plugin can be stored there.",
        "Choose another name.";
    KeywordName = "LF023", "a keyword of Python",
        "A plugin is imported by its name, and `import class` does not parse.",
        "Choose another name.";
    StandardLibraryName = "LF024", "the name of a standard library module",
        "`import queue` would find either Python's module or the plugin, and whichever loses breaks somebody's code.",
        "Choose another name.";
    ReservedName = "LF025", "a name that LichtFeld uses itself",
        "Plugins are imported beside the modules of the plugin system, as `lfs_plugins.<name>`; this name would replace one of them.",
        "Choose another name.";
    NameStartsWithDigit = "LF026", "a name that starts with a digit",
        "A Python module cannot start with a digit, so the plugin is imported with a leading underscore.",
        "Nothing breaks; rename the plugin if you want to import it without the underscore.";
    InvalidVersion = "LF030", "not a PEP 440 version",
        "Versions are compared by the rules of PEP 440, which this text does not follow.",
        "Write digits with dots, for example `1.0.0` or `1.0.0rc1`.";
    InvalidRequirement = "LF031", "not a PEP 508 requirement",
        "A dependency is a package name, then extras, a version specifier or a URL, and a marker, as PEP 508 says.",
        "Write for example `numpy>=1.26`, one requirement for each entry of the list.";
    InvalidSpecifier = "LF032", "not a version specifier",
        "The value is a list of comparisons by PEP 440, separated by commas.",
        "Write for example `>=1.0,<2`.";
    InvalidSemver = "LF033", "not a semantic version",
        "`min_lichtfeld_version` is one version of three numbers, by the rules of semver.org.",
        "Write for example `1.2.0`.";
    UnknownFeature = "LF034", "an unknown feature",
        "No version of LichtFeld Studio known today offers this feature, so the plugin would not load.",
        "Correct the spelling; the message lists the features there are.";
    UnknownExtra = "LF035", "an extra that is not declared",
        "`extras` names the optional dependencies to install, and each is a key of `[project.optional-dependencies]`.",
        "Correct the spelling, or declare the extra.";
    EntryPointAbsolute = "LF040", "an absolute entry point",
        "The entry point lies inside the plugin's directory, which is somewhere else on every machine.",
        "Write the path from the plugin's directory, for example `entry_point = \"__init__\"`.";
    EntryPointOutside = "LF041", "an entry point outside of the plugin",
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
        "`plugin_api` excludes the version of the plugin API that the host offers.",
        "Update the plugin or LichtFeld Studio.";
    HostIncompatible = "LF052", "another version of LichtFeld Studio",
        "`lichtfeld_version` or `min_lichtfeld_version` excludes the version that is running.",
        "Update the plugin or LichtFeld Studio.";
    FeatureUnavailable = "LF053", "a feature that the host lacks",
        "`required_features` names something that this host does not offer.",
        "Update LichtFeld Studio, or take the feature out if the plugin works without.";
    DuplicateName = "LF060", "two plugins of one name",
        "Two directories hold a plugin with the same name, compared without case and with `-`, `_` and `.` alike. Only one can be loaded: the one whose directory bears the name, else the first by path.",
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
