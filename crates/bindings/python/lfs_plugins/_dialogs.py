"""``lichtfeld.ui``: dialogs, notifications and the clipboard, which the front end of the application has.

The names and arguments of existing plugins; each function that waits has a variant with ``_async``, whose
result can be awaited and which calls ``callback(result)``.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from typing import Any, Optional, Union

from ._requests import Answer, ask, ask_async, takes_nothing, tell

_Path = Union[str, "os.PathLike[str]", None]
_Callback = Optional[Callable[..., object]]

_IMAGES = "png jpg jpeg webp bmp tif tiff exr hdr"
_SPLATS = "ply sog spz rad usd usda usdc usdz"
_VIDEOS = "mp4 mov avi mkv webm m4v"
_START = ("start_dir", "", "directory")
_PATH = ("default_path", "", "directory")

#: Name, kind, what it is for, parameters (name, default, field), files, their suffixes.
_FILES: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...], str, str], ...] = (
    ("open_folder_dialog", "open_folder", "a folder", (("title", "Select Folder", "title"), _START), "", ""),
    ("open_dataset_folder_dialog", "open_folder", "the folder of a dataset", (_PATH,), "", ""),
    ("select_colmap_sparse_folder_dialog", "open_folder", "the folder of a sparse model", (_PATH,), "", ""),
    ("open_image_dialog", "open_file", "an image", (_START,), "Images", _IMAGES),
    ("open_environment_map_dialog", "open_file", "an environment map", (_START,), "Environment maps", "hdr exr"),
    ("open_ply_file_dialog", "open_file", "a file of splats", (_START,), "Splats", _SPLATS),
    ("open_mesh_file_dialog", "open_file", "a mesh", (_START,), "Meshes", "obj ply stl off fbx gltf glb dae"),
    ("open_checkpoint_file_dialog", "open_file", "a checkpoint", (), "Checkpoints", "resume ckpt"),
    ("open_ppisp_file_dialog", "open_file", "a PPISP file", (_START,), "PPISP files", "ppisp"),
    ("open_json_file_dialog", "open_file", "a JSON file", (), "JSON files", "json"),
    ("open_csv_file_dialog", "open_file", "a CSV file", (), "CSV files", "csv"),
    ("open_xml_file_dialog", "open_file", "an XML file", (), "XML files", "xml"),
    ("open_las_file_dialog", "open_file", "a LAS or LAZ file", (), "Point clouds", "las laz"),
    ("open_video_file_dialog", "open_file", "a video", (), "Videos", _VIDEOS),
    *(
        (f"save_{suffix}_file_dialog", "save_file", f"where to write {what}", (("default_name", name, "name"),),
         f"{suffix.upper()} files", suffixes)
        for suffix, what, name, suffixes in (
            ("las", "a LAS file", "export", "las"),
            ("laz", "a LAZ file", "export", "laz"),
            ("json", "a JSON file", "config.json", "json"),
            ("png", "a PNG image", "export.png", "png"),
            ("jpg", "a JPEG image", "export.jpg", "jpg jpeg"),
            ("ply", "a PLY file", "export", "ply"),
            ("sog", "a SOG file", "export", "sog"),
            ("spz", "an SPZ file", "export", "spz"),
            ("usd", "a USD file", "export", "usd usda usdc"),
            ("usdz", "a USDZ file", "export", "usdz"),
            ("html", "an HTML viewer", "viewer", "html"),
            ("rad", "a RAD file", "export", "rad"),
        )
    ),
)  # fmt: skip


def _text(value: object) -> str:
    """Returns a text; of a path its text, of None an empty one."""
    if value is None:
        return ""
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _path(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _truth(value: Any) -> bool:
    return value is True


def _make(
    name: str, kind: str, what: str, parameters: tuple[tuple[str, str, str], ...], files: str, suffixes: str
) -> None:
    """Makes a dialog for files, and its variant that does not wait."""
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    arguments = [inspect.Parameter(one, keyword, default=default, annotation=str) for one, default, _ in parameters]
    signature = inspect.Signature(arguments, return_annotation=str)
    later = signature.replace(
        parameters=[*arguments, inspect.Parameter("callback", keyword, default=None, annotation=_Callback)],
        return_annotation=Answer,
    )

    def fields(bound: inspect.BoundArguments) -> dict[str, Any]:
        bound.apply_defaults()
        made: dict[str, Any] = {"kind": kind, "title": f"Select {what}"}
        made.update({field: _text(bound.arguments[one]) for one, _, field in parameters})
        if suffixes:
            made["filters"] = [{"name": files, "suffixes": suffixes.split()}]
        return made

    def dialog(*args: Any, **kwargs: Any) -> str:
        return str(ask(fields(signature.bind(*args, **kwargs)), _path))

    def dialog_async(*args: Any, **kwargs: Any) -> Answer:
        bound = later.bind(*args, **kwargs)
        return ask_async(fields(bound), _path, bound.arguments["callback"])

    dialog.__doc__ = f"""Lets the user choose {what}. Returns the path, or an empty text if the user has cancelled or there
    is no front end."""
    dialog_async.__doc__ = f"As ``{name}``, without waiting: ``await`` the result, or get it by ``callback(path)``."
    for function, its_name, its_signature in ((dialog, name, signature), (dialog_async, f"{name}_async", later)):
        function.__name__ = function.__qualname__ = its_name
        function.__signature__ = its_signature  # type: ignore[attr-defined]
        globals()[its_name] = function


for _one in _FILES:
    _make(*_one)


def message_dialog(title: str, message: str, style: str = "info", callback: _Callback = None) -> Answer:
    """Shows a message until the user closes it; ``style`` is ``info``, ``success``, ``warning`` or ``error``.

    Does not wait. ``callback()`` is called when it is closed, and ``await`` waits for that.
    """
    made = {"kind": "message", "title": _text(title), "message": _text(message), "style": _style(style)}

    def arguments(_result: object) -> tuple[object, ...]:
        return () if callback is None or takes_nothing(callback) else ("OK",)

    return ask_async(made, lambda value: None, callback, arguments)


def confirm_dialog(
    title: str, message: str, buttons: Sequence[str] = ("OK", "Cancel"), callback: _Callback = None
) -> Answer:
    """Asks a question with these buttons. Does not wait: ``callback(label)`` gets the label of the button, or
    an empty text if the user has closed the dialog, and so does ``await``."""
    made = {"kind": "confirm", "title": _text(title), "message": _text(message), "buttons": [*map(_text, buttons)]}
    return ask_async(made, _path, callback)


def input_dialog(title: str, message: str, default_value: str = "", callback: _Callback = None) -> Answer:
    """Lets the user type a text. Does not wait: ``callback(text)`` gets the text, or None if the user has
    cancelled, and so does ``await``."""
    made = {"kind": "input", "title": _text(title), "message": _text(message), "value": _text(default_value)}
    return ask_async(made, lambda value: value, callback)


def show_confirm_dialog(title: str = "", message: str = "") -> bool:
    """Asks a question, and waits. Returns whether the user has chosen OK; False without a front end."""
    made = {"kind": "confirm", "title": _text(title), "message": _text(message), "buttons": ["OK", "Cancel"]}
    return bool(ask(made, lambda value: value == "OK"))


def notify(message: str, style: str = "info", title: str = "") -> None:
    """Shows a notification for a while; ``style`` as for ``message_dialog``. Does not wait."""
    tell({"kind": "notify", "title": _text(title), "message": _text(message), "style": _style(style)})


def _style(style: object) -> str:
    styles = ("info", "success", "warning", "error")
    name = str(getattr(style, "value", style)).lower()
    if name not in styles:
        raise ValueError(f"style must be one of {', '.join(styles)}, not {style!r:.99}")
    return name


def get_clipboard_text() -> Optional[str]:
    """Returns the text of the clipboard; None if it has none, or without a front end."""
    found = ask({"kind": "get_clipboard"}, lambda value: value)
    return found if isinstance(found, str) else None


def get_clipboard_text_async(callback: _Callback = None) -> Answer:
    """As ``get_clipboard_text``, without waiting."""
    return ask_async({"kind": "get_clipboard"}, lambda value: value, callback)


def set_clipboard_text(text: str) -> None:
    """Puts a text into the clipboard. Does not wait."""
    tell({"kind": "set_clipboard", "text": _text(text)})


def has_clipboard_image() -> bool:
    """Returns whether the clipboard has an image; False without a front end."""
    return bool(ask({"kind": "has_clipboard_image"}, _truth))


def has_clipboard_image_async(callback: _Callback = None) -> Answer:
    """As ``has_clipboard_image``, without waiting."""
    return ask_async({"kind": "has_clipboard_image"}, _truth, callback)


def save_clipboard_image(path: str) -> bool:
    """Writes the image of the clipboard into a file. Returns whether that was possible."""
    return bool(ask({"kind": "save_clipboard_image", "path": _text(path)}, _truth))


def save_clipboard_image_async(path: str, callback: _Callback = None) -> Answer:
    """As ``save_clipboard_image``, without waiting."""
    return ask_async({"kind": "save_clipboard_image", "path": _text(path)}, _truth, callback)


def open_url(url: str) -> None:
    """Opens a page of the web in the browser. Does not wait. Raises ValueError for another kind of URL."""
    tell({"kind": "open_url", "url": _text(url)})


def reveal_in_file_manager(path: str) -> bool:
    """Shows a file or a directory in the file manager. Returns whether that was possible."""
    return bool(ask({"kind": "reveal", "path": _text(path)}, _truth))


def reveal_in_file_manager_async(path: str, callback: _Callback = None) -> Answer:
    """As ``reveal_in_file_manager``, without waiting."""
    return ask_async({"kind": "reveal", "path": _text(path)}, _truth, callback)


#: The names that ``lichtfeld.ui`` has of this file.
NAMES = sorted(
    name for name, value in globals().items() if inspect.isfunction(value) and value.__module__ == __name__
    and not name.startswith("_")
)  # fmt: skip
