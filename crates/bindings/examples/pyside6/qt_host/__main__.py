"""Opens the window: ``python -m qt_host``, with the plugins of ``LFS_RESOLVED_PLUGIN_DIR``."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from .window import MainWindow


def main() -> int:
    """Runs the application until its window is closed."""
    application = QApplication(sys.argv)
    window = MainWindow()
    window.show()
    window.start()
    try:
        return application.exec()
    finally:
        window.end()


if __name__ == "__main__":
    sys.exit(main())
