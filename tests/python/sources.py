"""Plugins in the places that they are installed from: directories, archives, git repositories."""

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile

import pytest

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def entries(version="1.0.0", top="tool-main/", name="tool", code=None, tool=""):
    """Returns the files of a plugin as ``(path, text)``, below one directory as GitHub packs them."""
    manifest = f'[project]\nname = "{name}"\nversion = "{version}"\n\n[tool.lichtfeld]\n{tool}'
    code = f"version = {version!r}\n" if code is None else code
    return [(top + "pyproject.toml", manifest), (top + "__init__.py", code)]


def write(path, version="1.0.0", code=None, name="tool", files=None, tool=""):
    """Writes the files of a plugin into a directory outside the scratch home."""
    written = dict(entries(version, "", name, code, tool))
    for file, text in {**written, **(files or {})}.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_text(text, encoding="utf-8")
    return path


def archive(files):
    """Returns a zip of ``(path, text)`` as bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for path, text in files:
            opened.writestr(path, text)
    return packed.getvalue()


def pack(path, files):
    """Writes a zip of ``(path, text)`` into a file."""
    path.write_bytes(archive(files))
    return path


def plugin(name="tool", version="1.0.0", top="tool-main/", code=None, tool=""):
    """Returns the archive of a plugin as bytes."""
    return archive(entries(version, top, name, code, tool))


def sha256(content):
    """Returns the digest of an archive as a registry writes it."""
    return hashlib.sha256(content).hexdigest()


def git(path, *arguments):
    """Runs git in a directory as an author who signs nothing."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=path, check=True, capture_output=True)


def repository(path, version="1.0.0", **more):
    """Commits a version of a plugin to a git repository, which it creates if there is none."""
    write(path, version, **more)
    if not (path / ".git").exists():
        git(path, "init", "-q", "-b", "main")
    git(path, "add", "-A")
    git(path, "commit", "-q", "--allow-empty", "-m", version)
    return path


def installed():
    """Returns the version of the plugin `tool` whose code is loaded."""
    return sys.modules["lfs_plugins.tool"].version


def left(home):
    """Returns the names in the plugins directory."""
    return sorted(entry.name for entry in home.plugins.iterdir())
