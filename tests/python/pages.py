"""Code in the pages of the documentation, which stands in files that tests compile or run.

`PAGES` lists the pages and, for each language, the files that their blocks are taken from. A block
has to be in one of them, letter for letter, at any indentation. A line ``...`` in a block stands for
lines that are left out.
"""

import pathlib
import re
import textwrap

ROOT = pathlib.Path(__file__).parents[2]

CPP = [
    str(file.relative_to(ROOT))
    for folder in ("crates/capi/tests/programs", "crates/capi/examples")
    for file in sorted((ROOT / folder).rglob("*.cpp"))
]
"""Programs that crates/capi/tests/programs builds and runs."""

PAGES = {
    "docs/hosts.md": {
        "python": [
            # Run by test_qt_application.py.
            "crates/bindings/examples/pyside6/tutorial.py",
            "tests/python/test_hosts_page.py",
            "tests/python/test_requests_page.py",
        ],
        "rust": [
            # Run by crates/embed/tests/embed.rs and crates/embed/examples/egui/tests/widgets.rs.
            "crates/embed/examples/tutorial.rs",
            "crates/embed/examples/egui/src/lib.rs",
            "crates/embed/examples/egui/build.rs",
        ],
        "c": [
            "crates/capi/tests/programs/application.c", "crates/capi/tests/programs/elements.c",
            "crates/capi/tests/programs/requests.c",
        ],
        "cpp": CPP,
        "cmake": ["crates/capi/examples/imgui/CMakeLists.txt"],
    },
}

NO_CODE = {"console", "text", "toml", "json"}
"""Languages of commands, settings and output, which are not compared."""


def blocks(text):
    """Returns the blocks of a page: language, text and number of the first line of each."""
    found, at = [], 0
    for match in re.finditer(r"^( *)```(\w*)\n(.*?)^ *```$", text, flags=re.DOTALL | re.MULTILINE):
        at = text.count("\n", 0, match.start()) + 2
        found.append((match[2], textwrap.dedent(match[3]), at))
    return found


def pieces(block):
    """Returns the parts of a block between its ``...`` lines, as lists of lines."""
    parts = [[]]
    for line in block.rstrip("\n").split("\n"):
        if line.strip() == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    return [part for part in parts if any(line.strip() for line in part)]


def is_in(piece, source):
    """Returns whether lines follow each other in a source, at one indentation."""
    while piece and not piece[0].strip():
        piece = piece[1:]
    while piece and not piece[-1].strip():
        piece = piece[:-1]
    lines = source.split("\n")
    for start, line in enumerate(lines):
        deeper = len(line) - len(piece[0])
        if deeper < 0 or line != " " * deeper + piece[0]:
            continue
        there = lines[start : start + len(piece)]
        if there == [" " * deeper + one if one else "" for one in piece]:
            return True
    return False


def strangers(page, text=None):
    """Returns what no tested file has: for each block `page:line` and the lines that differ."""
    text = (ROOT / page).read_text(encoding="utf-8") if text is None else text
    found = []
    for language, block, line in blocks(text):
        if language in NO_CODE:
            continue
        files = PAGES[page].get(language, [])
        sources = [(ROOT / file).read_text(encoding="utf-8") for file in files]
        for piece in pieces(block):
            if not any(is_in(piece, source) for source in sources):
                where = ", ".join(files) or f"there is no file for '{language}'"
                found.append(f"{page}:{line}: not in {where}:\n" + "\n".join(piece))
    return found
