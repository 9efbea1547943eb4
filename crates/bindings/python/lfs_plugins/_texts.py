"""Texts in the language of the application: ``lichtfeld.ui.tr("my_plugin.title")``.

Each plugin has a table of its own, which goes with it. A text is looked for in the language of the
application, then in English, then in the application's own ``lichtfeld.ui.tr``; else the key is the text. A
plugin in a process of its own has its table there.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Optional

import lichtfeld.plugins as _native

from .ui.signals import batch
from .ui.store import RuntimeState, StateSignal

__all__ = ["get_current_language", "get_languages", "loc_set", "set_language", "tr"]

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
    for wanted in (language, "", ENGLISH):
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
