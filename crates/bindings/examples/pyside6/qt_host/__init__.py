"""An application in PySide6 that runs plugins and draws their panels with Qt's widgets."""
