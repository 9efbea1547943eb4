"""What the demo prints, and the same as data."""

import json
import os
import platform
import sys
import time


def claim_stdout():
    """Standard output for one caller alone; what anybody else prints goes to standard error.

    Done with the file descriptor: native libraries print past ``sys.stdout``.
    """
    sys.stdout.flush()
    mine = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return mine


class Output:
    """Lines for people as the demo goes, facts for ``--json``, and whether all is well."""

    def __init__(self):
        self.facts = {
            "ok": False,
            "python": platform.python_version(),
            "plugins": [],
            "failures": [],
        }
        self._started = time.monotonic()

    @property
    def ok(self):
        return not self.facts["failures"]

    def say(self, text=""):
        print(text, flush=True)

    def step(self, number, title):
        self.say(f"\n{number}. {title}")

    def progress(self, who, message):
        seconds = time.monotonic() - self._started
        self.say(f"   {seconds:6.1f} s  {who}: {message}")

    def fail(self, message, hint=None):
        self.facts["failures"].append(message)
        self.say(f"   FAILED: {message}")
        if hint:
            self.say("   hint: " + hint.strip().replace("\n", "\n         "))

    def table(self, head, rows):
        rows = [[_cell(cell) for cell in row] for row in rows]
        widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
        for row in [head, ["-" * width for width in widths], *rows]:
            cells = (cell.ljust(width) for cell, width in zip(row, widths))
            self.say("   " + "  ".join(cells).rstrip())

    def block(self, text):
        for line in text.rstrip().splitlines():
            self.say("   | " + line)

    def verdict(self):
        seconds = time.monotonic() - self._started
        self.facts["ok"] = self.ok
        self.facts["seconds"] = round(seconds, 3)
        self.say()
        if self.ok:
            self.say(f"All seven steps did what they should, in {seconds:.1f} s.")
            return
        self.say(f"{len(self.facts['failures'])} of the demo's checks failed:")
        for failure in self.facts["failures"]:
            self.say(f"- {failure.splitlines()[0]}")

    def as_json(self):
        return json.dumps(self.facts, indent=2, default=str)


def _cell(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)
