"""What is raised for a name that older plugins import and this system does not have."""

import opcode
import sys


def missing(module, name, instead):
    """The exception for ``module.name``, to be raised by the module's ``__getattr__``; ``instead`` says what to do.

    ``from module import name`` replaces an AttributeError by an ImportError of its own, which says
    nothing of use; there it is an ImportError with our message. ``hasattr`` still gives False.
    """
    message = f"{module} has no {name!r} here: {instead}"
    frame = sys._getframe(2)
    code, at = frame.f_code.co_code, frame.f_lasti
    if 0 <= at < len(code) and code[at] == opcode.opmap["IMPORT_FROM"] and not name.startswith("__"):
        return ImportError(message, name=module)
    return AttributeError(message, name=name)
