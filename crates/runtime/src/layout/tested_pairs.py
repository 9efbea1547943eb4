"""Finds ``if layout.checkbox(...)``: such a call returns ``(changed, value)``, which is always true."""

import ast
import linecache
import re

_PAIRS = frozenset(
    "checkbox radio_button combo listbox input_text input_text_with_hint input_text_enter path_input "
    "color_edit3 color_edit4 color_picker3 slider_float slider_int slider_float2 slider_float3 "
    "drag_float drag_int input_float input_int input_int_formatted stepper_float prop".split()
)
# Most sources have no such line, and need not be parsed.
_LIKELY = re.compile(rf"\b(?:if|elif|while|and|or|not)\b.*\.(?:{'|'.join(_PAIRS)})\(")


def _tested(node):
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        return [node.test]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    return []


def find(cls):
    """Returns ``(file, line, method)`` of the calls in a panel's class that are tested."""
    code = getattr(getattr(cls, "draw", None), "__code__", None)
    if code is None:
        return []
    lines = linecache.getlines(code.co_filename)
    if not any(_LIKELY.search(line) for line in lines):
        return []
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return []
    found = set()
    for owner in ast.walk(tree):
        if isinstance(owner, ast.ClassDef) and owner.name == cls.__name__:
            for node in ast.walk(owner):
                for test in _tested(node):
                    if (
                        isinstance(test, ast.Call)
                        and isinstance(test.func, ast.Attribute)
                        and isinstance(test.func.value, ast.Name)
                        and test.func.attr in _PAIRS
                    ):
                        found.add((code.co_filename, test.lineno, test.func.attr))
    return sorted(found)
