"""``lichtfeld.packages``: the program that makes the environments of plugins."""

import os
import shutil

__all__ = ["uv_path"]


def uv_path() -> str:
    """Returns the path of uv, or an empty text if it is not found."""
    named = os.environ.get("LICHTFELD_UV", "")
    if os.path.isfile(named):
        return named
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, OSError):
        return shutil.which("uv") or ""
