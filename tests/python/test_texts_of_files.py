"""Texts of plugins from files, one for each language."""

import pytest

import lichtfeld as lf
from homes import module
from waiting import until

CODE = '''
import lichtfeld as lf

def load(directory="texts"): return lf.ui.loc_load(directory)
def clear(key=None): return lf.ui.loc_clear_all() if key is None else lf.ui.loc_clear(key)
def tr(key): return lf.ui.tr(key)
'''
FILES = {
    "texts/en.json": '{"panel": {"title": "Title", "only": "English"}, "plain": "Plain"}',
    "texts/de.json": '\ufeff{"panel": {"title": "Titel"}, "plain": "Schlicht"}',
    "texts/notes.txt": "none",
    "broken/en.json": '{\n  "a": "b",\n}',
    "wrong/en.json": '{"a": {"b": 3}}',
}


@pytest.fixture(params=["shared", "process"])
def texts(request, home, manager):
    home.plugin("texts", CODE, files=FILES, tool=f'isolation = "{request.param}"')
    assert manager.load("texts"), manager.get_traceback("texts") or manager.get_error("texts")
    import lfs_plugins.texts as plugin

    yield plugin
    lf.ui.set_language("en")


def test_texts_come_from_files_in_the_language_of_the_application(texts, manager):
    lf.ui.set_language("de-AT")  # before anything asks for a text
    assert texts.load() == ["de", "en"]
    until(lambda: texts.tr("panel.title") == "Titel")
    assert (texts.tr("plain"), texts.tr("panel.only"), texts.tr("panel.none")) == ("Schlicht", "English", "panel.none")
    lf.ui.set_language("fr")
    until(lambda: texts.tr("panel.title") == "Title")
    texts.clear("plain")
    assert (texts.tr("plain"), texts.tr("panel.title")) == ("plain", "Title")
    texts.clear()
    assert texts.tr("panel.title") == "panel.title"
    texts.load()
    assert manager.unload("texts") and lf.ui.tr("panel.title") == "panel.title"


def test_a_file_that_cannot_be_used_says_where(texts):
    with pytest.raises(ValueError, match=r"broken.en\.json:(3:1|2:11): "):
        texts.load("broken")
    with pytest.raises(ValueError, match=r"wrong.en\.json: a\.b must be a text, or an object of texts, not 3"):
        texts.load("wrong")
    with pytest.raises(FileNotFoundError):
        texts.load("nowhere")
    assert texts.tr("a") == "a"


def test_each_plugin_clears_its_own(home, manager):
    for name in ("one", "two"):
        home.plugin(name, CODE, files={"texts/en.json": f'{{"of_{name}": "{name}"}}'})
        assert manager.load(name)
        module(name).load()
    module("one").clear()
    assert (lf.ui.tr("of_one"), lf.ui.tr("of_two")) == ("of_one", "two")
