"""My plugin."""

import lichtfeld as lf


def on_load() -> None:
    lf.log.info("my_plugin is loaded")


def on_unload() -> None:
    pass
