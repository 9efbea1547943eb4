"""A picture of a model from above and from the side, as SVG 1.1, written without a library."""

import html
import math

from .stoppable import Process

MOST = 6000
"""The most points that are drawn; more would not make the picture clearer."""
VIEW = 460
"""The side of one of the two pictures, in pixels."""
EDGE = 20
"""The margin around a picture, in pixels."""
SHARE = 0.02
"""The share of the outermost points that the scale ignores."""


def write(model, path):
    """Draws the model in the folder ``model`` into a file; creates the folder of the file."""
    request = {"model": model, "most": MOST}
    with Process() as process:
        geometry = process.call("geometry", request, cancelled=lambda: False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draw(geometry), encoding="utf-8")


def _dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def _cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def _unit(vector):
    length = math.sqrt(_dot(vector, vector))
    return [x / length for x in vector] if length > 1e-12 else None


def _mean(vectors):
    return [sum(column) / len(vectors) for column in zip(*vectors)]


def axes(cameras):
    """Returns the directions right, ahead and up of a scene.

    The axes of a model are arbitrary; that people hold cameras upright shows where up is.
    """
    up = _unit([-x for x in _mean([down for _, _, down in cameras])]) or [0.0, -1.0, 0.0]
    ahead = _mean([ahead for _, ahead, _ in cameras])
    level = _unit([a - _dot(ahead, up) * u for a, u in zip(ahead, up)])
    if level is None:
        other = [1.0, 0.0, 0.0] if abs(up[0]) < 0.9 else [0.0, 1.0, 0.0]
        level = _unit(_cross(up, other))
    return _cross(level, up), level, up


def _bounds(values):
    values = sorted(values)
    cut = int(len(values) * SHARE)
    return values[cut], values[len(values) - 1 - cut]


def draw(geometry):
    """Returns the picture as SVG text."""
    cameras, points = geometry["cameras"], geometry["points"]
    right, ahead, up = axes(cameras)
    spans = {}
    for axis, direction in (("right", right), ("ahead", ahead), ("up", up)):
        low, high = _bounds([_dot(xyz, direction) for xyz, _ in points] or [0.0])
        own = [_dot(centre, direction) for centre, _, _ in cameras]
        spans[axis] = min(low, *own), max(high, *own)
    # One scale for both pictures, so that they can be compared.
    size = max(high - low for low, high in spans.values()) or 1.0
    width, height = 2 * VIEW + 3 * EDGE, VIEW + 4 * EDGE
    label = f"{len(cameras)} cameras, {geometry['all']} points"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">',
        f"<title>{html.escape(label)}, from above and from the side</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        "<style>text{font:14px sans-serif;fill:#333}.c{fill:none;stroke:#e8590c;stroke-width:1.5}"
        "</style>",
    ]
    pictures = (
        ("From above", right, "right", ahead, "ahead"),
        ("From the side", ahead, "ahead", up, "up"),
    )
    for index, (title, across, name, upward, other) in enumerate(pictures):
        left = EDGE + index * (VIEW + EDGE)
        view = _View(across, upward, _middle(spans[name]), _middle(spans[other]), size, left)
        lines.append(f'<text x="{left}" y="{EDGE + 4}">{title}</text>')
        lines.append(
            f'<clipPath id="v{index}"><rect x="{left}" y="{2 * EDGE}" '
            f'width="{VIEW}" height="{VIEW}"/></clipPath>'
        )
        lines.append(
            f'<g clip-path="url(#v{index})"><rect x="{left}" y="{2 * EDGE}" '
            f'width="{VIEW}" height="{VIEW}" fill="#f4f4f2"/>'
        )
        lines += _points(view, points)
        lines += [_camera(view, *camera) for camera in cameras]
        lines.append("</g>")
    lines.append(f'<text x="{EDGE}" y="{height - EDGE // 2}">{html.escape(label)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _middle(span):
    return (span[0] + span[1]) / 2


class _View:
    """Projects points of the scene into one of the pictures."""

    def __init__(self, across, upward, middle_across, middle_upward, size, left):
        self.across, self.upward = across, upward
        self._middle = middle_across, middle_upward
        self.scale = (VIEW - 2 * EDGE) / size
        self._centre = left + VIEW / 2, 2 * EDGE + VIEW / 2

    def __call__(self, xyz):
        x = self._centre[0] + (_dot(xyz, self.across) - self._middle[0]) * self.scale
        y = self._centre[1] - (_dot(xyz, self.upward) - self._middle[1]) * self.scale
        return x, y

    def shows(self, x, y):
        return abs(x - self._centre[0]) <= VIEW / 2 and abs(y - self._centre[1]) <= VIEW / 2


def _points(view, points):
    """Returns points as paths, one for all points of nearly the same colour: the file stays small."""
    paths = {}
    for xyz, color in points:
        x, y = view(xyz)
        if view.shows(x, y):
            shade = "".join(f"{min(value // 32 * 2 + 1, 15):x}" for value in color)
            paths.setdefault(shade, []).append(f"M{x:.1f} {y:.1f}h.01")
    return [
        f'<path d="{"".join(marks)}" stroke="#{shade}" stroke-width="1.6" stroke-linecap="round"/>'
        for shade, marks in sorted(paths.items())
    ]


def _camera(view, centre, ahead, down):
    """Returns a camera as a triangle that opens in its viewing direction."""
    x, y = view(centre)
    dx, dy = _dot(ahead, view.across), -_dot(ahead, view.upward)
    length, half = 11.0, 5.0
    tip = f"M{x:.1f} {y:.1f}"
    end_x, end_y = x + dx * length, y + dy * length
    one = f"L{end_x - dy * half:.1f} {end_y + dx * half:.1f}"
    two = f"L{end_x + dy * half:.1f} {end_y - dx * half:.1f}"
    return f'<path class="c" d="{tip}{one}{two}Z"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="#e8590c"/>'
