"""There is one manager until it is shut down; after that questions are answered, by nothing."""

import threading

import pytest

import lichtfeld as lf
import lichtfeld.plugins as native
from lfs_plugins import PluginManager, PluginState
from panels import SHOWS_A_PANEL


def test_the_manager_is_one_object(home):
    manager = PluginManager.instance()
    assert PluginManager.instance() is manager is lf.plugins.PluginManager.instance()
    manager.load_all()
    assert PluginManager.instance() is manager


def test_threads_that_ask_at_once_get_the_same_one(home):
    gate, found = threading.Barrier(8), []

    def ask():
        gate.wait()
        found.append(PluginManager.instance())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(map(id, found))) == 1


def test_it_is_another_one_after_a_shutdown(home):
    first = PluginManager.instance()
    native.shutdown()
    second = PluginManager.instance()
    assert second is not first and PluginManager.instance() is second


@pytest.mark.parametrize("place", ["shared", "process"])
def test_questions_are_answered_by_nothing_after_a_shutdown(home, manager, place, monkeypatch, tmp_path):
    home.plugin("w", SHOWS_A_PANEL, tool=f'isolation = "{place}"')
    home.plugin("broken").joinpath("pyproject.toml").write_text("[project")
    assert manager.load("w") and lf.ui.panels() == ["w.panel"] and len(manager.rejected()) == 1
    lf.plugins.register_capability("host.one", lambda args: {})
    native.shutdown()
    # A new manager could not even be made.
    monkeypatch.setenv("LFS_RESOLVED_PLUGIN_DIR", str(tmp_path / "file" / "plugins"))
    (tmp_path / "file").write_text("")
    for _ in range(2):
        for asked in (manager, native):
            assert asked.list_loaded() == asked.discover() == asked.rejected() == []
            assert asked.get_state("w") is asked.get_error("w") is asked.get_traceback("w") is None
        assert manager.get_info("w") is manager.load_report("w") is None
        assert manager.get_active_plugins_snapshot() == manager.plan() == []
        assert lf.ui.panels() == lf.ui.menus() == lf.ui.due() == lf.ui.stats() == lf.ui.ops.list() == []
        assert native.list_capabilities() == [] and not native.has_capability("host.one")
        assert native.startup_load_status()["state"] == "not_started"
        assert lf.ui.scene_changed() is None is lf.ui.request_redraw()
        assert lf.ui.ops.cancel_modal() is False
        with pytest.raises(KeyError, match="no panel is called 'w.panel'"):
            lf.ui.draw_panel("w.panel")
    assert repr(manager).startswith("<PluginManager ")


def test_the_next_operation_makes_a_new_manager(home, manager):
    home.plugin("w", SHOWS_A_PANEL)
    assert manager.load("w")
    native.shutdown()
    assert native.list_loaded() == native.discover() == []
    assert native.load("w") and native.list_loaded() == ["w"] and len(native.discover()) == 1
    assert native.get_state("w") is PluginState.ACTIVE and lf.ui.panels() == ["w.panel"]
    assert manager.list_loaded() == [], "not the old one's"


def test_a_plugin_is_answered_while_it_is_unloaded(home, manager):
    home.plugin(
        "asks",
        """
        import lichtfeld as lf
        answers = []
        def on_unload():
            manager = lf.plugins.PluginManager.instance()
            answers.append((manager.get_state("asks").name, len(manager.discover()), lf.plugins.get_state("asks").name))
        """,
    )
    assert manager.load("asks")
    import lfs_plugins.asks as module

    native.shutdown()
    assert module.answers == [("ACTIVE", 1, "ACTIVE")]


def test_a_question_before_the_first_manager_makes_it(host, home):
    home.plugin("one")
    status, out, err = host.run(
        """
        del manager
        import subprocess
        print(subprocess.run([sys.executable, "-c",
            "import lichtfeld as lf; print([one.name for one in lf.plugins.discover()])"],
            capture_output=True, text=True).stdout.strip())
        """
    )
    assert (status, out) == (0, "['one']\n"), err
