"""Arrays in the memory of a GPU, by CUDA's own sharing between processes (CUDA IPC).

The owner of an array passes a handle of the allocation that contains it; the receiver maps that into its
own address space. Nothing is copied, and nothing goes through the CPU. Memory of a stream-ordered pool
(``cudaMallocAsync``) cannot be shared so.
"""

import sys
import threading

_HANDLE = 64
#: cuIpcOpenMemHandle: peer access between devices where it is needed.
_LAZY_PEER_ACCESS = 1


class Driver:
    """The functions of the CUDA driver that are needed."""

    def __init__(self):
        import ctypes  # costs every worker some milliseconds, and few have a GPU

        name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
        try:
            self._cuda = ctypes.CDLL(name)
        except OSError as error:
            raise TypeError(f"the driver of the GPU cannot be used: {error}{_BY_CPU}") from None
        self._ctypes = ctypes
        # It is passed by value, which only a structure can be.
        fields = {"_fields_": [("bytes", ctypes.c_char * _HANDLE)]}
        self._handle = type("CUipcMemHandle", (ctypes.Structure,), fields)

    def _call(self, name, *args):
        code = getattr(self._cuda, name)(*args)
        if code:
            text = self._ctypes.c_char_p()
            self._cuda.cuGetErrorName(code, self._ctypes.byref(text))
            reason = (text.value or str(code).encode()).decode("ascii", "replace")
            raise TypeError(f"an array of the GPU cannot be shared: {name} says {reason}{_BY_CPU}")

    def export(self, pointer):
        """Returns the handle of the allocation around ``pointer``, and how far into it that is."""
        ctypes = self._ctypes
        # What was begun on the array is done before another process reads it.
        self._call("cuCtxSynchronize")
        base, size = ctypes.c_uint64(), ctypes.c_size_t()
        address = ctypes.c_uint64(pointer)
        self._call("cuMemGetAddressRange_v2", ctypes.byref(base), ctypes.byref(size), address)
        handle = self._handle()
        self._call("cuIpcGetMemHandle", ctypes.byref(handle), base)
        return ctypes.string_at(ctypes.byref(handle), _HANDLE), pointer - base.value

    def open(self, handle):
        """Returns where the allocation of a handle is in this process."""
        mapped, given = self._ctypes.c_uint64(), self._handle.from_buffer_copy(handle)
        self._call("cuIpcOpenMemHandle_v2", self._ctypes.byref(mapped), given, _LAZY_PEER_ACCESS)
        return mapped.value

    def close(self, pointer):
        self._call("cuIpcCloseMemHandle", self._ctypes.c_uint64(pointer))


_BY_CPU = "; copy it to the CPU, for example by .cpu() or .get(), and pass that"
_driver = None
_lock = threading.Lock()
#: The allocations that are mapped: handle to [pointer, how many use it]. CUDA maps each only once.
_mapped = {}


def driver():
    global _driver
    if _driver is None:
        _driver = Driver()
    return _driver


def described(value):
    """Returns an array of the GPU as plain data, for the other process."""
    interface = value.__cuda_array_interface__
    pointer, is_read_only = interface["data"]
    handle, offset = driver().export(pointer)
    strides = interface.get("strides")
    return {
        "handle": handle,
        "offset": offset,
        "shape": tuple(interface["shape"]),
        "typestr": interface["typestr"],
        "strides": None if strides is None else tuple(strides),
        "readonly": bool(is_read_only),
    }


class Mapped:
    """An array of the other process in the memory of the GPU, as this process sees it."""

    def __init__(self, description, owner):
        if not _is_description(description):
            raise TypeError("an array of the GPU that is not understood")
        self._owner = owner  # the array lives as long as this
        self._handle = description["handle"]
        with _lock:
            entry = _mapped.get(self._handle)
            if entry is None:
                entry = _mapped[self._handle] = [driver().open(self._handle), 0]
            entry[1] += 1
        self.interface = {
            "shape": description["shape"],
            "typestr": description["typestr"],
            "data": (entry[0] + description["offset"], description["readonly"]),
            "strides": description["strides"],
            "version": 3,
        }

    def __del__(self):
        with _lock:
            entry = _mapped.get(getattr(self, "_handle", None))
            if entry is None:
                return
            entry[1] -= 1
            if entry[1]:
                return
            del _mapped[self._handle]
        driver().close(entry[0])


def _is_description(value):
    """Returns whether it is what ``described`` returns: it comes from another process."""
    if type(value) is not dict or set(value) != {"handle", "offset", "shape", "typestr", "strides", "readonly"}:
        return False
    kinds = type(value["handle"]), type(value["offset"]), type(value["typestr"]), type(value["readonly"])
    if kinds != (bytes, int, str, bool) or len(value["handle"]) != _HANDLE or value["offset"] < 0:
        return False
    numbers = value["shape"], () if value["strides"] is None else value["strides"]
    return all(type(each) is tuple and all(type(item) is int for item in each) for each in numbers)
