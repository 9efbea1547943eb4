"""A front end without a window: answers requests as a test says."""

import threading

import lichtfeld as lf
from waiting import until


def click(panel, label):
    """Clicks a widget of a panel that was drawn; the plugin sees it in its next drawing."""
    (widget,) = [one for one in lf.ui.last_frame(panel)["widgets"] if one.get("label") == label]
    lf.ui.push_input(panel, {"widget": widget["id"], "click": "primary"})


class FrontEnd:
    """Answers requests of a kind at once (``now``), or keeps them until the test answers (``later``)."""

    def __init__(self, **now):
        self.now = now
        self.later = []
        self.seen = []
        self.withdrawn = []
        self.threads = set()
        lf.plugins.set_request_handler(self.handle, self.withdrawn.append)

    def handle(self, request):
        self.threads.add(threading.get_ident())
        self.seen.append(request)
        if request.kind not in self.now:
            self.later.append(request)
            return None
        value = self.now[request.kind]
        if callable(value):
            value = value(request)
        if value is NotImplemented:
            return False
        request.answer(value)
        return True

    def next(self):
        """Waits for a request that was not answered at once."""
        return until(lambda: self.later and self.later.pop(0))
