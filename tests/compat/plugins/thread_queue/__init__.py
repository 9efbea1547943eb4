"""Work on a thread: results come through a queue that the panel polls, and by schedule_on_ui_thread."""

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import lichtfeld as lf
from lfs_plugins.types import Panel


class Worker:
    def __init__(self):
        self.requests, self.results = queue.Queue(), queue.Queue()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, name="thread_queue", daemon=True)

    def run(self):
        while not self.stopped.is_set():
            try:
                request = self.requests.get(timeout=0.05)
            except queue.Empty:
                continue
            scene = lf.get_scene()
            self.results.put((request, scene.total_gaussian_count, len(scene.get_nodes())))
            lf.ui.request_redraw()
            lf.ui.schedule_on_ui_thread(on_ui, request, threading.get_ident())


worker = Worker()
pool = None
done, on_main = [], []


def on_ui(request, thread):
    on_main.append((request, threading.get_ident() != thread))


class QueuePanel(Panel):
    label = "Queue"
    space = "SIDE_PANEL"
    update_interval_ms = 50

    def draw(self, layout):
        while True:
            try:
                done.append(worker.results.get_nowait())
            except queue.Empty:
                break
        if layout.button("Count"):
            worker.requests.put("count")
        if layout.button("Pool"):
            future = pool.submit(lambda: lf.get_scene().total_gaussian_count)
            future.add_done_callback(lambda future: lf.ui.schedule_on_ui_thread(lambda: on_main.append(future.result())))
        layout.label("ready")


def on_load():
    global pool
    pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="thread_queue")
    worker.thread.start()
    lf.register_class(QueuePanel)


def on_unload():
    worker.stopped.set()
    worker.thread.join(timeout=10)
    pool.shutdown(wait=True)
    lf.unregister_class(QueuePanel)


def report():
    found = done + list(worker.results.queue)
    return None if len(found) < 1 or len(on_main) < 2 else {"done": found, "main": sorted(map(str, on_main))}
