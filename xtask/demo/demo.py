"""The main job, as a host would write it: seven steps against the public API alone.

``cargo xtask demo`` runs this in an environment with the wheel. ``--home`` is a scratch home that
is kept between runs. Exit status 0 if every step did what it should, 1 otherwise. With ``--json``
one JSON object goes to standard output, everything else to standard error.
"""

import argparse
import os
import sys
import traceback
from pathlib import Path

from output import Output, claim_stdout

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
SOURCES = [
    PLUGINS / "examples" / "hello_panel",
    PLUGINS / "examples" / "array_stats",
    PLUGINS / "colmap",
]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True, help="the scratch home")
    parser.add_argument("--images", type=Path, help="the photos to reconstruct")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument(
        "--until",
        choices=["load", "end"],
        default="end",
        help="'load' stops after loading, for measurements",
    )
    options = parser.parse_args()
    if options.until == "end" and options.images is None:
        parser.error("--images is needed")
    return options


def main():
    options = arguments()
    home = options.home.resolve()
    plugins_dir = home / "plugins"
    # Before the first import of ours: the scratch home, never the user's.
    os.environ["LFS_RESOLVED_PLUGIN_DIR"] = str(plugins_dir)
    stdout = claim_stdout() if options.json else None

    import steps

    output = Output()
    demo = steps.Demo(output, plugins_dir)
    steps_to_do = [
        lambda: demo.put(SOURCES),
        demo.discover,
        demo.load,
    ]
    if options.until == "end":
        steps_to_do += [
            demo.compute,
            demo.draw,
            demo.edit,
            lambda: demo.reconstruct(options.images.resolve(), home / "reconstructions"),
        ]
    # A step that raises is a failure of the demo; the steps after it are worth seeing all the same.
    for step in [*steps_to_do, demo.unload]:
        try:
            step()
        except Exception as error:
            traceback.print_exc()
            output.fail(f"{type(error).__name__}: {error}")
    output.verdict()
    if stdout is not None:
        stdout.write(output.as_json() + "\n")
        stdout.flush()
    return 0 if output.ok else 1


if __name__ == "__main__":
    sys.exit(main())
