"""Uses each plugin of a folder in both places, as a user would, and says what does not work.

``cargo xtask compat DIR`` runs this. Each plugin runs in a process of its own with a time limit, for it may
do anything. Ends with 1 if a plugin was not loaded.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

PLACES = ("application", "worker")
_MISSING = (
    re.compile(r"this host has no ([\w.]+\w)"),
    re.compile(r"layout has no widget `(\w+)`"),
    re.compile(r"(?:module|object|type object) '([\w.]+)'(?: object)? has no attribute '(\w+)'"),
    re.compile(r"cannot import name '(\w+)' from '([\w.]+)'"),
    re.compile(r"No module named '([\w.]+)'"),
)


def main():
    parser = argparse.ArgumentParser(prog="cargo xtask compat", description=__doc__)
    parser.add_argument("directory", type=pathlib.Path, help="the folder with the folders of the plugins")
    parser.add_argument("--json", action="store_true", help="prints one JSON object instead of a table")
    parser.add_argument("--seconds", type=float, default=600.0, help="the time limit of a plugin in a place")
    parser.add_argument("--one", metavar="PLACE", choices=PLACES, help=argparse.SUPPRESS)
    parser.add_argument("--result", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return use(arguments.directory, arguments.one, arguments.result)
    if not arguments.directory.is_dir():
        parser.error(f"{arguments.directory} is not a folder")
    folders = sorted(
        path.parent for name in ("pyproject.toml", "plugin.toml") for path in arguments.directory.glob(f"*/{name}")
    )
    if not folders:
        parser.error(f"{arguments.directory} has no folder with a pyproject.toml")
    rows = []
    for folder in dict.fromkeys(folders):
        for place in PLACES:
            if not arguments.json:
                print(f"{folder.name} in the {place} ...", file=sys.stderr, flush=True)
            rows.append(tried(folder, place, arguments.seconds))
    if arguments.json:
        print(json.dumps({"plugins": rows, "missing": missing(rows)}, indent=2))
    else:
        print_table(rows)
    return 0 if all(row["loads"] for row in rows) else 1


# One plugin in one place. -------------------------------------------------------------------------


def tried(folder, place, seconds):
    """Runs a plugin in a process of its own; returns its row."""
    with tempfile.TemporaryDirectory(prefix="lichtfeld-compat-") as scratch:
        result = pathlib.Path(scratch) / "result.json"
        child = subprocess.Popen(
            [sys.executable, __file__, str(folder), "--one", place, "--result", str(result)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=scratch,
            start_new_session=True,
        )
        try:
            output, _ = child.communicate(timeout=seconds)
            ended = "" if child.returncode == 0 else f"the process ended with {_status(child.returncode)}"
        except subprocess.TimeoutExpired:
            end(child)
            output, _ = child.communicate()
            ended = f"not done after {seconds:g} s"
        finally:
            end(child)
        row = {"plugin": folder.name, "place": place, "loads": False, "panels": 0, "pressed": 0, "checks": []}
        row |= {"operators": 0, "errors": [], "missed": [], "left": []}
        if result.exists():
            row |= json.loads(result.read_text(encoding="utf-8"))
        if ended:
            last = output.strip().splitlines()[-1:] or [""]
            row["errors"].append([f"{ended}: {last[0]}", "", 0])
        return row


def end(child):
    """Ends a process and all that it has started."""
    try:
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    except (ProcessLookupError, PermissionError):
        pass


def _status(code):
    return signal.Signals(-code).name if code < 0 else f"status {code}"


def use(folder, place, result):
    """Uses a plugin; writes its row, once with what is known before it is loaded."""
    home_directory = result.parent / "home"
    home_directory.mkdir()
    os.environ["LFS_RESOLVED_PLUGIN_DIR"] = str(home_directory / "plugins")
    import trial
    from homes import Home
    from lfs_plugins import PluginManager
    from lfs_plugins.validator import validate_plugin

    import lichtfeld as lf

    home = Home(home_directory)
    checks = [str(problem) for problem in validate_plugin(folder)]
    result.write_text(json.dumps({"checks": checks}), encoding="utf-8")
    if not (folder / "pyproject.toml").exists():
        row = {"checks": checks, "errors": [["plugin.toml is no longer read; `lichtfeld-plugins migrate` converts it", "", 0]]}
        result.write_text(json.dumps(row), encoding="utf-8")
        return 0
    record = trial.run(home, PluginManager.instance(), folder, place, patience=20.0)
    row = {
        "checks": checks,
        "loads": record.active,
        "panels": len(record.panels),
        "hidden": len(record.hidden),
        "pressed": len(record.pressed),
        "operators": len(record.operators),
        "errors": [[_shortened(message, home), _shortened(file, home), line] for message, file, line in record.errors],
        "warnings": [[message, _shortened(file, home), line] for message, file, line in record.warnings],
        "missed": record.missed,
        "left": record.left,
    }
    result.write_text(json.dumps(row), encoding="utf-8")
    assert {field.name for field in dataclasses.fields(record)} >= {"panels", "pressed", "errors", "missed"}
    lf.plugins.shutdown()
    return 0


def _shortened(text, home):
    return text.replace(f"{home.plugins}{os.sep}", "")


# What is printed. ---------------------------------------------------------------------------------


def missing(rows):
    """Returns the names that plugins did not find, each with the plugins."""
    found = {}
    for row in rows:
        names = list(row["missed"])
        for message, _file, _line in row["errors"]:
            for pattern in _MISSING:
                names += [".".join(part for part in match.groups() if part) for match in pattern.finditer(message)]
        for name in names:
            found.setdefault(name, set()).add(row["plugin"])
    return {name: sorted(plugins) for name, plugins in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))}


def print_table(rows):
    head = ("plugin", "place", "loads", "panels drawn", "controls pressed", "errors")
    lines = [head] + [
        (row["plugin"], row["place"], "yes" if row["loads"] else "NO", str(row["panels"]), str(row["pressed"]), str(len(row["errors"])))
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    for row in rows:
        for problem in row["checks"] if row["place"] == PLACES[0] else ():
            print(f"\n{row['plugin']}, its manifest: {problem}")
        for message, file, line in row["errors"]:
            where = f"{file}:{line}: " if file else ""
            print(f"\n{row['plugin']} in the {row['place']}: {where}{message}")
        for one in row["left"]:
            print(f"\n{row['plugin']} in the {row['place']}: left behind: {one}")
    names = missing(rows)
    print("\nmissing: " + ("nothing" if not names else ""))
    for name, plugins in names.items():
        print(f"  {name}: {', '.join(plugins)}")
    loaded = sum(row["loads"] for row in rows)
    print(f"\n{loaded} of {len(rows)} loaded")


if __name__ == "__main__":
    sys.exit(main())
