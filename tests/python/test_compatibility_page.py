"""The page of the names that published plugins use says the truth about each."""

import importlib
import pathlib
import re

import pytest

import lichtfeld as lf

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "reference" / "compatibility.md"


def rows():
    module = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            module = line.removeprefix("## ")
        elif named := re.fullmatch(r"\| `(\w+)` \| (same|more|host|missing) \| .*", line):
            yield module, named[1], named[2]


def owner(module):
    if module == "lichtfeld.packages":
        return lf.packages
    return importlib.import_module(module)


@pytest.mark.parametrize(("module", "name", "here"), list(rows()))
def test_a_name_is_there_or_not(module, name, here):
    assert hasattr(owner(module), name) == (here in ("same", "more")), f"{module}.{name} is said to be {here}"
