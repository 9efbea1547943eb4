"""A package whose parts lie in the environments of two plugins: both parts can be imported."""

import importlib
import sys

import pytest
from wheels import project, wheel

PKGUTIL = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
RESOURCES = (
    "try:\n    __import__('pkg_resources').declare_namespace(__name__)\n"
    "except ImportError:\n    __path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
)
KINDS = {"implicit": None, "pkgutil": PKGUTIL, "pkg_resources": RESOURCES}


@pytest.fixture(autouse=True)
def fresh():
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "shared_name"]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.mark.parametrize("deep", [False, True], ids=["flat", "nested"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("implicit", "implicit"),
        ("pkgutil", "pkgutil"),
        ("pkgutil", "implicit"),
        ("implicit", "pkgutil"),
        ("pkg_resources", "pkg_resources"),
    ],
)
def test_both_parts_can_be_imported(home, manager, tmp_path, first, second, deep):
    wheels = tmp_path / "wheels"
    package = "shared_name.inner" if deep else "shared_name"
    for part, kind in (("a", first), ("b", second)):
        files = {f"{package.replace('.', '/')}/{part}.py": f"value = {part!r}"}
        if KINDS[kind] is not None:
            names = package.split(".")
            for depth in range(len(names)):
                files["/".join([*names[: depth + 1], "__init__.py"])] = KINDS[kind]
        wheel(wheels, f"shared_name_{part}", "1.0", files)
        home.plugin(
            f"plugin_{part}",
            f"from {package} import {part}\nimport {package}.{part} as again\nvalue = {part}.value\n",
            project=project(wheels, f"shared-name-{part}==1.0"),
        )
        assert manager.load(f"plugin_{part}"), manager.get_traceback(f"plugin_{part}") or manager.get_error(f"plugin_{part}")
        assert manager.load_report(f"plugin_{part}")["place"] == "shared"
        assert sys.modules[f"lfs_plugins.plugin_{part}"].value == part
    assert importlib.import_module(f"{package}.a").value == "a"


def test_a_package_of_its_own_is_not_extended(home, manager, tmp_path):
    wheels = tmp_path / "wheels"
    wheel(wheels, "whole", "1.0", {"shared_name/__init__.py": "", "shared_name/a.py": ""})
    wheel(wheels, "intruder", "1.0", {"shared_name/b.py": ""})
    home.plugin("one", "import shared_name.a\n", project=project(wheels, "whole==1.0"))
    home.plugin("two", "import shared_name.b\n", project=project(wheels, "intruder==1.0"))
    assert manager.load("one"), manager.get_error("one")
    assert not manager.load("two")
    assert len(sys.modules["shared_name"].__path__) == 1
