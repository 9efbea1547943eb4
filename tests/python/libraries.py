"""Libraries under development, which a plugin uses from their directory. They build offline."""

from pathlib import Path

_BACKEND = Path(__file__).parents[2] / "crates" / "testkit" / "src" / "library_backend.py"


def library(path, name, files):
    """Writes the library ``name`` with ``files`` of ``src/`` into ``path``, over an older one."""
    manifest = (
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        f"[project]\nname = '{name}'\nversion = '1.0'\n"
    )
    contents = {"pyproject.toml": manifest, "backend.py": _BACKEND.read_text(encoding="utf-8")}
    contents.update({f"src/{file}": text for file, text in files.items()})
    for file, text in contents.items():
        target = path / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            # One change: a watcher may see half a file between two.
            beside = path.with_name(f"{path.name}.saved")
            beside.write_text(text, encoding="utf-8")
            beside.replace(target)
    return path


def sources(path, name="mate", *, editable=False, more=()):
    """The lines of a manifest of a plugin that uses a library in ``path``."""
    names = ", ".join(f'"{one}"' for one in (name, *more))
    flag = ", editable = true" if editable else ""
    return f"dependencies = [{names}]\n[tool.uv.sources]\n{name} = {{ path = '{path}'{flag} }}\n"
