"""Texts in the language of the application: ``lichtfeld.ui.tr("my_plugin.title")``.

Each plugin has a table of its own, which goes with it. A text is looked for in the language of the
application, then in English, then in the application's own ``lichtfeld.ui.tr``; else the key is the text. A
plugin in a process of its own has its table there.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import threading
from typing import Any, Optional, Union

import lichtfeld.plugins as _native

from .ui import _mirror
from .ui.signals import batch
from .ui.store import RuntimeState, StateSignal

__all__ = ["get_current_language", "get_languages", "loc_clear", "loc_clear_all", "loc_load", "loc_set", "set_language", "tr"]

#: The largest file of texts, in bytes.
MOST_BYTES = 16 << 20

ENGLISH = "en"


class _Table:
    """The texts of one plugin, or of the host: by language and key. The empty language is any."""

    def __init__(self, plugin: Optional[str]) -> None:
        self.plugin = plugin
        self.texts: dict[str, dict[str, str]] = {}


_tables: list[_Table] = []
_lock = threading.RLock()
#: The language of the application, which plugins in processes of their own have as well.
_language = StateSignal("language", ENGLISH)
if _native._is_worker():
    # The values that came when this process began were those of the fields that it had then.
    _mirror.follow()
#: What the application has answered, and for which texts: see ``_of_application``.
_answers: dict[str, str] = {}
_answers_of = -1


def loc_set(key: str, text: str, language: str = "") -> None:
    """Sets the text of a key for one language such as ``"de"``, or for all of them.

    If several plugins have the same key, the one that has set its first text last counts.
    """
    table = _table_of_caller()
    with _lock:
        table.texts.setdefault(language, {})[str(key)] = str(text)
    RuntimeState.language_generation.value += 1


def loc_load(directory: Union[str, "os.PathLike[str]"]) -> list[str]:
    """Sets the texts of the files ``LANGUAGE.json`` of a directory, such as ``en.json`` and ``de.json``, for
    their languages. Returns the languages.

    A file is an object of texts by key; in an object within it, the keys have those around them in front:
    ``{"panel": {"title": "Titel"}}`` is the text of ``panel.title``. A relative path is one of the directory
    of the calling module. Raises OSError if the directory cannot be read, ValueError with file and line for
    a file that is not JSON or has something else than texts. Then nothing is set.
    """
    path = pathlib.Path(directory)
    if not path.is_absolute():
        path = pathlib.Path(sys._getframe(1).f_globals.get("__file__") or "x").parent / path
    found = {}
    for file in sorted(path.iterdir()):
        if file.suffix == ".json" and file.is_file():
            texts: dict[str, str] = {}
            _read_texts(file, texts)
            found[file.stem] = texts
    table = _table_of_caller()
    with _lock:
        for language, texts in found.items():
            table.texts.setdefault(language, {}).update(texts)
    RuntimeState.language_generation.value += 1
    return list(found)


def _read_texts(file: pathlib.Path, texts: dict[str, str]) -> None:
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise ValueError(f"{file}: it has {size} bytes, and at most {MOST_BYTES} are read")
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{file}: {error}") from error
    waiting = [("", read)]
    while waiting:
        prefix, value = waiting.pop()
        if isinstance(value, str) and prefix:
            texts[prefix] = value
        elif isinstance(value, dict):
            waiting += [(f"{prefix}.{key}" if prefix else key, inner) for key, inner in value.items()]
        else:
            raise ValueError(f"{file}: {prefix or 'the file'} must be a text, or an object of texts, not {value!r:.60}")


def loc_clear(key: str) -> None:
    """Removes the texts of a key that the calling plugin has set, of all languages."""
    table = _table_of_caller()
    with _lock:
        for texts in table.texts.values():
            texts.pop(str(key), None)
    RuntimeState.language_generation.value += 1


def loc_clear_all() -> None:
    """Removes all texts that the calling plugin has set."""
    table = _table_of_caller()
    with _lock:
        table.texts.clear()
    RuntimeState.language_generation.value += 1


def _table_of_caller() -> _Table:
    made = _Table(None)

    def release() -> None:
        with _lock:
            if made in _tables:
                _tables.remove(made)

    belonging = _native._belonging(loc_set, release, "texts", True)
    made.plugin = None if belonging is None else belonging.plugin
    with _lock:
        for known in _tables:
            if known.plugin == made.plugin:
                if belonging is not None:
                    belonging.forget()
                return known
        _tables.append(made)
    return made


def tr(key: str) -> str:
    """Returns the text of a key in the language of the application, or the key itself."""
    language = get_current_language()
    # Of "de-AT" also "de".
    for wanted in dict.fromkeys((language, language.partition("-")[0].partition("_")[0], "", ENGLISH)):
        for table in reversed(_tables):
            found = table.texts.get(wanted, {}).get(key)
            if found is not None:
                return found
    return _of_application(key)


def _of_application(key: str) -> str:
    """Returns what the application of a plugin in a process of its own says; it is asked once for each key
    until texts or the language change."""
    global _answers_of
    modules: Any = sys.modules.get("_lichtfeld_host_modules")
    if modules is None or not modules._application:
        return key
    generation = RuntimeState.language_generation.peek()
    if generation != _answers_of:
        _answers.clear()
        _answers_of = generation
    if key not in _answers:
        try:
            _answers[key] = str(modules._application[0].fetch("lichtfeld.ui", "tr")(key))
        except AttributeError:
            _answers[key] = key
    return _answers[key]


def get_current_language() -> str:
    """Returns the language of the application, such as ``"en"``."""
    return _language.value


def get_languages() -> list[tuple[str, str]]:
    """Returns the languages that have texts, as pairs of code and name; the name is the code here."""
    found = {language for table in list(_tables) for language in table.texts if language}
    return [(language, language) for language in sorted({ENGLISH, *found})]


def set_language(language: str) -> None:
    """Sets the language of the application. All panels are drawn again."""
    with batch():
        _language.value = str(language)
        RuntimeState.language_generation.value += 1
