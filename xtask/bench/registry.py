"""A search among 10,000 plugins of a registry: the first downloads the index, the others have it."""

import json
import os
import pathlib
import shutil
import sys
import time
import urllib.request

from lfs_plugins import RegistryClient

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "python"))
from web import Web

PLUGINS, FIRST, AGAIN = 10_000, 5, 20
FOUND = 111


def index():
    """The text of an index with 10,000 plugins."""
    version = {"version": "1.0", "url": "a.zip", "sha256": "0" * 64, "plugin_api": ">=1"}
    plugins = [
        {"id": name, "name": name, "description": "x " * 20, "versions": [version]}
        for name in (f"plugin-{number}" for number in range(PLUGINS))
    ]
    return json.dumps({"format": 1, "plugins": plugins})


def timed(function):
    begun = time.perf_counter()
    found = function()
    took = time.perf_counter() - begun
    assert len(found) == FOUND, len(found)
    return took


def main():
    remembered = pathlib.Path(os.environ["LFS_RESOLVED_PLUGIN_DIR"]).parent / "cache" / ".registry"
    web = Web()
    web.pages["/index.json"] = index().encode()
    url = f"{web.url}/index.json"

    def plain():
        """What Python needs to download the same file and to look through it."""
        with urllib.request.urlopen(url) as page:
            plugins = json.load(page)["plugins"]
        return [plugin for plugin in plugins if "plugin-77" in plugin["id"]]

    client = RegistryClient(url)
    floor, first, again = [], [], []
    for _ in range(FIRST):
        floor.append(timed(plain))
        shutil.rmtree(remembered, ignore_errors=True)
        asked = len(web.asked)
        first.append(timed(lambda: client.search("plugin-77")))
        assert len(web.asked) == asked + 1, "it was not downloaded"
        again += [timed(lambda: client.search("plugin-77")) for _ in range(AGAIN // FIRST)]
        assert len(web.asked) == asked + 1, "it was downloaded again"
    web.stop()
    print(
        json.dumps(
            [
                {"name": "first search", "unit": "seconds", "samples": first, "floor": floor},
                {"name": "another search", "unit": "seconds", "samples": again, "floor": floor},
            ]
        )
    )


if __name__ == "__main__":
    main()
