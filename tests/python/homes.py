"""Scratch homes with a plugins directory, and what is loaded from one."""

import sys
import textwrap


class Home:
    """A scratch home with a plugins directory."""

    def __init__(self, root):
        self.root = root
        self.plugins = root / "plugins"
        self.plugins.mkdir()

    def plugin(self, name, code="", *, files=None, project="", tool="", version="1.0.0", directory=None):
        """Writes a plugin; ``code`` is its ``__init__.py``."""
        path = self.plugins / (directory or name)
        path.mkdir(exist_ok=True)
        manifest = (
            f'[project]\nname = "{name}"\nversion = "{version}"\n'
            + textwrap.dedent(project)
            + "\n[tool.lichtfeld]\n"
            + textwrap.dedent(tool)
        )
        (path / "pyproject.toml").write_text(manifest, encoding="utf-8")
        for file, text in {"__init__.py": code, **(files or {})}.items():
            target = path / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def log(self, name):
        """Returns what is in the log of a plugin; nothing where there is none yet."""
        path = self.root / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def module(name):
    """Returns the module of a plugin that is loaded now."""
    return sys.modules[f"lfs_plugins.{name}"]
