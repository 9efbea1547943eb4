//! The codes of the errors of this crate, and of the Python side above it.

lichtfeld_system::error_codes! {
    PLUGINS = "LR000", "an error of plugins",
        "The code of the Python class `PluginError` itself, for an error without a code of its own.",
        "Read the message.";
    UNKNOWN_PLUGIN = "LR001", "no such plugin",
        "No plugin has this name. The message contains the nearest name, if one is near.",
        "`lichtfeld-plugins list` shows the plugins.";
    CANCELLED = "LR002", "cancelled",
        "The caller cancelled the operation. Nothing is left of it.",
        "Load the plugin again if you need it.";
    DISABLED = "LR003", "the plugin is disabled",
        "The user has disabled the plugin, or it is in quarantine because it crashed.",
        "`lichtfeld-plugins enable NAME`, or `manager.enable(\"NAME\")`.";
    REENTRANT = "LR004", "an operation would wait for itself",
        "The code of a plugin asks for an operation on this very plugin, or on one that waits for it, while the first operation is under way.",
        "Do it after `on_load` has returned, for example from a timer or a button.";
    BUSY = "LR005", "another operation is under way",
        "Another operation on the same plugin did not end within the limit.",
        "The code or the installation of the plugin hangs; see its log.";
    ILLEGAL_STATE = "LR006", "the state does not allow this",
        "The operation is not allowed in the plugin's present state; see [the states](lifecycle.md).",
        "Load or unload the plugin first.";
    IO = "LR007", "an operation of the system failed",
        "A file could not be read or written, or the operating system refused something else. The message contains the reason.",
        "Do what the reason says, then try again.";
    BAD_NAME = "LR008", "not the name of a plugin",
        "The text cannot be the name of a plugin.",
        "Use letters, digits and hyphens.";
    SAFE_MODE = "LR009", "safe mode is on",
        "`LFS_SAFE_MODE` is set, so no plugin is loaded.",
        "Start the application again without `LFS_SAFE_MODE`.";
    INTERRUPTED = "LR012", "interrupted",
        "Ctrl-C was pressed while code of the plugin ran. In Python this is a `KeyboardInterrupt`.",
        "Load the plugin again if you need it.";
    WORKER_LIMIT = "LR013", "a limit of workers is out of range",
        "No worker could start with this limit of memory, open files or niceness. Nothing was changed.",
        "Set a limit within the range that the message contains.";
    NAME_TAKEN = "LR020", "a name is taken",
        "Another plugin, or the application, has registered a panel, menu, operator or capability with this name. The first one keeps it.",
        "Begin the name with that of your plugin, as in `my_plugin.align`, or unload the other plugin.";
    NO_CALLING_PLUGIN = "LR021", "no plugin is calling",
        "A function such as `settings()` or `data_dir()` was called without the name of a plugin, by code that does not belong to one.",
        "Give the name: `settings(\"my_plugin\")`.";
    HOST_SILENT = "LR022", "the application does not answer",
        "A plugin in a worker asked the application for a name or for its capabilities, and it did not answer within the limit.",
        "The application is stopped or very busy; try again later.";
    UI_THREAD = "LR023", "the UI thread did not do it",
        "A function must run on the thread that draws, such as the handler of a capability with `requires_gui`. That thread did not begin it within the limit, or the application has ended its loop. The function was not called, and is not called later.",
        "Do not wait on the UI thread for a thread that needs it. Register what needs no window with `requires_gui=False`.";
    REQUEST = "LR024", "a request or an answer is refused",
        "A plugin asked the front end for something that is too large or makes no sense, or the front end gave an answer that does not suit the request, or one to a request that has ended.",
        "The message contains the limit. Answer each request once: a path for a file, the label of a button for a question.";
    EXISTS = "LR030", "the plugin exists already",
        "A plugin with this name is installed, or its directory exists.",
        "Choose another name. To replace an installed plugin, update it, or uninstall it first.";
    NO_TEMPLATE = "LR031", "no such template",
        "A new plugin is made from one of the templates panel, operator and minimal.",
        "Name one of the three.";
    NOT_A_PLUGIN = "LR032", "not a plugin",
        "The files that were fetched are not a plugin that can be used. Nothing was installed.",
        "A plugin is a directory with a `pyproject.toml` that has a `[tool.lichtfeld]` section.";
    NO_ORIGIN = "LR033", "no source to update from",
        "The plugin was not installed from a source, so it cannot be updated.",
        "Uninstall it, which keeps your files, then install it from its source.";
    OTHER_PLUGIN = "LR034", "the source has another plugin",
        "The source that the plugin was installed from now contains a plugin with another name. Nothing was changed.",
        "Uninstall the plugin, and install the other one.";
    LINKED = "LR035", "the plugin is a link",
        "The plugin's directory is a symbolic link, and its target is not replaced or removed.",
        "Update the directory that the link points to.";
    NO_REGISTRY = "LR036", "no registry is configured",
        "The operation needs a registry of plugins.",
        "Set `LFS_PLUGIN_REGISTRY_URL` to the https:// URL or the path of an index.";
    REGISTRY_OFFLINE = "LR037", "the registry cannot be reached",
        "The registry cannot be reached, and no earlier index of it is kept.",
        "Connect to the network, then try again.";
    REGISTRY_NO_PLUGIN = "LR038", "the registry has no such plugin",
        "The registry has no plugin with this id. The message contains the nearest ids.",
        "`search(\"\")` lists all plugins; `install(\"owner/name\")` installs one from GitHub.";
    REGISTRY_NO_VERSION = "LR039", "the registry has no such version",
        "The plugin is in the registry, but not in this version. The message lists the versions.",
        "Leave out the version to get the newest that suits this host.";
    REGISTRY_MALFORMED = "LR040", "the index of the registry is damaged",
        "The index does not have the form that [registry.md](../registry.md) describes. The message contains the line and column.",
        "Report it to the maintainer of the registry.";
    REGISTRY_FUTURE = "LR041", "the index has a newer format",
        "The index has a format that this version of the application does not read.",
        "Update the application.";
    REGISTRY_UNREADABLE = "LR042", "nothing can be read where the registry should be",
        "`LFS_PLUGIN_REGISTRY_URL` is neither a URL nor the path of a file that can be read.",
        "Set it to the https:// URL or the path of an `index.json`.";
    REGISTRY_MISMATCH = "LR043", "another plugin than the registry lists",
        "The archive contains another plugin, or another version, than the registry lists. Nothing was installed.",
        "Report it to the author of the plugin and to the maintainer of the registry.";
    REGISTRY_NO_REPOSITORY = "LR044", "the registry lists no repository",
        "The plugin was to be fetched with `transport=\"git\"`, and the registry lists no repository for it.",
        "Use `transport=\"archive\"`.";
    REGISTRY_NONE_SUITS = "LR045", "no version suits this host",
        "Every version in the registry excludes this host. The message contains the reason of each.",
        "Update the application, or ask the author of the plugin.";
    MANIFEST = "LR100", "the manifest cannot be used",
        "The manifest of the plugin has errors, or was removed after the plugin was discovered.",
        "Correct what the message contains; it has the code of the manifest's first error.";
    INCOMPATIBLE = "LR101", "the plugin excludes this host",
        "The manifest excludes the version of the host, of its plugin API or of its Python, or requires a feature that the host lacks. The message lists every rule that is not met.",
        "Install a version of the plugin made for this host, or update the host.";
    ENVIRONMENT = "LR102", "no environment",
        "The environment of the plugin could not be made, or its worker has another version of the `lichtfeld` package than the application.",
        "Do what the message says; its code LI1xx is below.";
    CONFLICT = "LR103", "a conflict with loaded packages",
        "The plugin cannot share the process of the host, where another version of one of its packages is present, and cannot have a process of its own.",
        "Change one of the two versions, or write `isolation = \"auto\"` in `[tool.lichtfeld]`, which gives the plugin a process of its own if the host has workers.";
    SYNTAX = "LR104", "a syntax error",
        "A file of the plugin is not Python. The failure contains the file, line and column.",
        "Correct the line and save.";
    MISSING_MODULE = "LR105", "a module is missing",
        "The plugin imports a module that is neither in its environment nor in its directory.",
        "Add the package to `[project] dependencies`, or correct the name.";
    IMPORT = "LR106", "the import failed",
        "The code of the plugin raised an exception while it was imported.",
        "See the traceback.";
    ACTIVATION = "LR107", "on_load failed",
        "`on_load` raised an exception. What it had registered was removed.",
        "See the traceback.";
    DEACTIVATION = "LR108", "on_unload failed",
        "`on_unload` raised an exception. The plugin was unloaded nevertheless.",
        "See the traceback.";
    RESTART_NEEDED = "LR109", "a restart is necessary",
        "A native library of the plugin has changed, and a running process cannot replace it.",
        "Start the application again.";
    CRASHED = "LR110", "the worker has ended",
        "The process of the plugin crashed or was killed, or sent something that is not understood.",
        "Load the plugin again; its log contains the last lines of the process.";
    UNRESPONSIVE = "LR111", "the plugin does not answer",
        "A function of the plugin, or its worker, did not answer within the limit.",
        "See the log of the plugin for what it was doing.";
    WORKER_BOUND = "LR120", "more than may cross between processes",
        "What the application and a worker send each other is bounded: the length of a message, the number and the depth of the values in it, the number of requests under way, and what a plugin registers. The message contains the bound that was reached.",
        "Pass large data as NumPy arrays, which cross in shared memory, and wait for answers before asking more. `set_worker_limits(message=...)` sets the longest message.";
    FORKED = "LR121", "the process was forked",
        "A process that was started by `fork` has used a plugin or an application in another process, whose connection belongs to its parent alone; or it has used the plugin manager of its parent, whose threads it does not have.",
        "Load, reload and install in the parent. Start processes with `multiprocessing.get_context(\"spawn\")`.";
    NO_INTERPRETER = "LR122", "the interpreter was not found",
        "Environments and workers need the program of the Python that the application embeds: of the same version, ABI and installation. The message lists the programs that were tried, and why each is not it. No other Python is taken.",
        "Ship the interpreter with the library, or name it: `lichtfeld.plugins.set_python(path)`, in a Rust application by `Builder::python`, in C by `host.python`.";
    MANAGER_RUNS = "LR123", "the plugin manager runs already",
        "The application starts its plugin manager a second time. Plugins reach one manager, so a process has one at a time.",
        "Use the manager that runs, or end it first (`Application::end`, in C `lfp_end`).";
    NO_MANAGER = "LR124", "no plugin manager runs",
        "A function of `lichtfeld` needs the plugin manager, but the application, which makes it, has not started it or has ended it.",
        "Call the function while the application runs its plugins.";
    SECOND_RUNTIME = "LR125", "another plugin runtime is loaded",
        "The interpreter has already imported the package `lichtfeld` from a directory. That is another copy of the plugin system, which knows nothing of the application's manager.",
        "Start the plugin system before `lichtfeld` is imported for the first time. An application with a module `lichtfeld` of its own attaches to the one that is imported.";
    NO_NATIVE_MODULE = "LR126", "the native module for other processes was not found",
        "Workers, and the processes that plugins start, load the native module `lichtfeld.plugins` from a file. The message lists the paths that were tried. Plugins in the application's own process are not affected.",
        "Ship the file beside the program, or name it by `Builder::native_module`, in C by `host.native_module`; see [hosts.md](../hosts.md).";
    BAD_ARGUMENT = "LR127", "a wrong argument of a C function",
        "A C or C++ application passed what the function does not take: a null pointer, a text that is not UTF-8, a struct without its size, an unknown action or input. The message names the argument. Nothing was done.",
        "Pass what `lichtfeld_plugins.h` asks for.";
    NO_PYTHON = "LR128", "the interpreter does not run",
        "The plugin system attaches to the interpreter that the application has started, and none runs in the library of Python that it is linked with. This is also the case if the application runs another version of Python.",
        "Call `Py_Initialize` before `lfp_attach`, and use a build of the library for the same version of Python.";
    INTERNAL = "LR129", "an internal error",
        "A function of the plugin system failed in a way that it must not. It was stopped at the border to the application.",
        "Report this with the message.";
    NO_PANEL = "LR130", "no such panel",
        "No panel or menu that is registered now has this id. Its plugin may have been unloaded.",
        "Use an id of the list of panels, and get a new list after the plugin has changed.";
    DOCUMENT = "LR131", "a panel did not take its document",
        "The application gave a panel a document, and a function of the panel raised, such as `on_bind_model` or `on_mount`; the message has the exception. Or the panel is not drawn by Python. The panel has no document now.",
        "Correct the plugin; the traceback is in its log.";
    TEMPLATE = "LR132", "a saved template is not shown",
        "A template of a panel, or a file that it names, was saved and cannot be read, or has a damaged tag. The panel shows the last version that was whole. The code of the plugin runs on.",
        "Correct the place that the message names and save again.";
    TEXTURE_LIMIT = "LR140", "too many textures, or too large ones",
        "What a plugin may keep as textures is bounded: the sides of one, their number, and the bytes of all. The message contains the bound that was reached. The texture keeps the pixels that it had.",
        "Update the textures that exist instead of making new ones, free those that are not shown with `destroy()`, and make large images smaller before.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_distinct_and_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
    }
}
