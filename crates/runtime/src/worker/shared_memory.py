"""Memory that two processes share: large buffers cross in it without a second copy.

A ``Block`` is a mapping of a file. The process that makes it writes; the process that receives it
reads, and writes where the maker allows it. The memory is freed when the last process that maps it
unmaps it or ends.
"""

import errno
import math
import mmap
import os
import stat
import sys

LARGE = 1 << 20
"""Buffers of this size in bytes cross in shared memory; smaller ones are faster through the socket."""
MOST = 64
"""More blocks than this do not go with one call: the rest of it is copied."""

try:
    from fcntl import (
        F_ADD_SEALS, F_GET_SEALS, F_GETFL, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE, fcntl,
    )  # fmt: skip

    _CAN_SEAL = hasattr(os, "memfd_create")
except ImportError:
    _CAN_SEAL = False
# Linux 5.1: no new mapping for writing is possible; the mapping of its maker stays.
_F_SEAL_FUTURE_WRITE = 0x10


class Block(mmap.mmap):
    """A mapping, and the file that it maps: sending it sends the file."""

    #: Whether the process that receives it may write.
    is_shared_for_writing = False

    def __new__(cls, file, size, protection):
        block = super().__new__(cls, file, size, prot=protection)
        # Set last: a block that was not made does not close the caller's file.
        block.file = file
        return block

    def __del__(self, close=os.close):
        file = vars(self).pop("file", None)
        if file is not None:
            close(file)


def create(size, writable=False):
    """Makes a block of ``size`` bytes, all zero, for this process to write; with ``writable`` for
    those that receive it, too.

    Raises OSError if there are no more files or no memory.
    """
    file = _nameless(size)
    try:
        block = Block(file, size, mmap.PROT_READ | mmap.PROT_WRITE)
    except BaseException:
        os.close(file)
        raise
    block.is_shared_for_writing = writable
    if _CAN_SEAL:
        # If the file shrank, a process that reads behind its end would be killed.
        fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW)
        if not writable:
            try:
                fcntl(file, F_ADD_SEALS, _F_SEAL_FUTURE_WRITE)
            except OSError:
                pass
        fcntl(file, F_ADD_SEALS, F_SEAL_SEAL)
    return block


def _filled(numpy, array):
    """Makes a block with the content of an array."""
    if not _CAN_SEAL or not array.flags.c_contiguous:
        block = create(array.nbytes)
        numpy.frombuffer(block, array.dtype, array.size).reshape(array.shape)[...] = array
        return block
    # Writing a file takes half the time of writing a new mapping, whose pages the system clears first.
    file = _nameless(array.nbytes)
    try:
        rest = memoryview(array.reshape(-1).view("u1"))
        at = 0
        while at < len(rest):
            at += os.pwrite(file, rest[at:], at)
        fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
        return Block(file, array.nbytes, mmap.PROT_READ)
    except BaseException:
        os.close(file)
        raise


def _nameless(size):
    if _CAN_SEAL:
        file = os.memfd_create("lichtfeld-array", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        from _posixshmem import shm_open, shm_unlink

        name = f"/lf-{os.urandom(8).hex()}"
        file = shm_open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode=0o600)
        shm_unlink(name)
    try:
        os.ftruncate(file, size)
        if not _CAN_SEAL and sys.platform == "linux":
            # It lies in a file system that may be full, which would be found out by a signal.
            os.posix_fallocate(file, 0, size)
    except BaseException:
        os.close(file)
        raise
    return file


def receive(files, most, is_trusted=False):
    """Returns the contents of files that the other process has sent, and takes the files over.

    Only the application is trusted not to shorten a file that is in use. Raises OSError for what is
    no plain file, and for files of more than ``most`` bytes together that have to be copied.
    """
    found, files = [], list(files)
    try:
        while files:
            state = os.fstat(files[0])
            if not stat.S_ISREG(state.st_mode):
                raise OSError(errno.EINVAL, "a file of another process is not a plain one")
            size = state.st_size
            seals = _seals(files[0])
            if _CAN_SEAL and not is_trusted and not seals & F_SEAL_SHRINK:
                # It might shrink while it is read: a copy cannot.
                most -= size
                if most < 0:
                    raise OSError(errno.EFBIG, "files of another process are too large to be copied")
                found.append(os.pread(files[0], size, 0))
                os.close(files.pop(0))
            else:
                protection = _protection(files[0], seals)
                found.append(Block(files[0], size, protection))
                files.pop(0)
                found[-1].is_shared_for_writing = bool(protection & mmap.PROT_WRITE)
    finally:
        for file in files:
            os.close(file)
    return found


def _seals(file):
    if not _CAN_SEAL:
        return 0
    try:
        return fcntl(file, F_GET_SEALS)
    except OSError:
        return 0  # a file of a disk has none


def _protection(file, seals):
    """Returns how a file that was received is mapped: for writing if its sender has left it so."""
    if not _CAN_SEAL or seals & (F_SEAL_WRITE | _F_SEAL_FUTURE_WRITE):
        return mmap.PROT_READ
    if fcntl(file, F_GETFL) & os.O_ACCMODE != os.O_RDWR:
        return mmap.PROT_READ
    return mmap.PROT_READ | mmap.PROT_WRITE


def part(blocks, index, offset, size):
    """Some bytes of a block that was received."""
    if index >= len(blocks):
        # The system drops files that a process cannot open.
        raise OSError(errno.EMFILE, "a large array could not be received: too many open files")
    return memoryview(blocks[index])[offset : offset + size]


class Sender:
    """The blocks that go with one message."""

    def __init__(self):
        self.blocks = []

    def locate(self, numpy, array):
        """Returns where an array's bytes are, ``(index, offset, size)``, or None if they do not go
        this way."""
        if array.nbytes < LARGE:
            return None
        block, offset = block_of(numpy, array)
        if block is None:
            if len(self.blocks) >= MOST:
                return None
            try:
                block = _filled(numpy, array)
            except OSError:
                return None
            offset = 0
        return self._position(block, offset, array.nbytes)

    def locate_whole(self, view):
        """As ``locate``, without NumPy: for a memoryview of a whole block."""
        block = view.obj
        if type(block) is not Block or view.nbytes != len(block):
            return None
        return self._position(block, 0, view.nbytes)

    def _position(self, block, offset, size):
        for index, known in enumerate(self.blocks):
            if known is block:
                return index, offset, size
        if len(self.blocks) >= MOST:
            return None
        self.blocks.append(block)
        return len(self.blocks) - 1, offset, size

    def files(self):
        """Returns new numbers of the files, which the sender closes."""
        made = []
        try:
            for block in self.blocks:
                made.append(_file_to_send(block))
        except BaseException:
            for file in made:
                os.close(file)
            raise
        return made


def _file_to_send(block):
    """Returns a new number of its file, with which the receiver can do what it may."""
    sealed = _seals(block.file) & (F_SEAL_WRITE | _F_SEAL_FUTURE_WRITE) if _CAN_SEAL else True
    if block.is_shared_for_writing or sealed:
        return os.dup(block.file)
    try:
        return os.open(f"/proc/self/fd/{block.file}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return os.dup(block.file)


def block_of(numpy, array):
    """Returns the block that an array lies in and the offset in bytes; ``(None, 0)`` if in none."""
    if not array.flags.c_contiguous:
        return None, 0
    base = array
    while True:
        if isinstance(base, numpy.ndarray):
            base = base.base
        elif isinstance(base, memoryview):
            base = base.obj
        else:
            break
    if type(base) is not Block:
        return None, 0
    begin = numpy.frombuffer(base, "u1").__array_interface__["data"][0]
    return base, array.__array_interface__["data"][0] - begin


def shared_array(shape, dtype="float64", writable=False):
    """A NumPy array of zeros that crosses to a process of a plugin, or from it, without a copy.

    The receiver sees what the maker writes later. With ``writable`` (on Linux) it can write as well,
    and the maker sees it. Raises ModuleNotFoundError without NumPy, TypeError for a dtype of objects,
    OSError where there is no memory.
    """
    numpy, kind, shape, count = _form(shape, dtype)
    block = create(max(1, count * kind.itemsize), writable)
    return numpy.frombuffer(block, kind, count).reshape(shape)


def shared_from_fd(fd, shape, dtype="float64", writable=False, offset=0):
    """A NumPy array in memory that an open file stands for (``memfd_create``, ``shm_open``): it
    crosses to a process of a plugin without a copy.

    The file stays the caller's. Its memory must not be shortened while plugins use it. Raises
    ValueError if the file is too short, OSError if it cannot be mapped.
    """
    numpy, kind, shape, count = _form(shape, dtype)
    size = offset + count * kind.itemsize
    found = os.fstat(fd).st_size
    if offset < 0 or size > found:
        raise ValueError(f"an array of {shape} {kind} at {offset} takes {size} bytes; the file has {found}")
    can_write = fcntl(fd, F_GETFL) & os.O_ACCMODE == os.O_RDWR if _CAN_SEAL else writable
    if writable and not can_write:
        raise ValueError("the file was opened for reading, so the array cannot be writable")
    protection = mmap.PROT_READ | (mmap.PROT_WRITE if can_write else 0)
    file = os.dup(fd)
    try:
        block = Block(file, max(1, size), protection)
    except BaseException:
        os.close(file)
        raise
    block.is_shared_for_writing = writable
    return numpy.frombuffer(block, kind, count, offset).reshape(shape)


#: The types of ``host_array``, and how a memoryview names them.
_FORMATS = {
    "bool": "?", "int8": "b", "int16": "h", "int32": "i", "int64": "q", "uint8": "B", "uint16": "H",
    "uint32": "I", "uint64": "Q", "float32": "f", "float64": "d",
}  # fmt: skip


def host_array(shape, dtype, writable=False):
    """An array of zeros for an application in C, in memory that crosses without a copy.

    Returns the object for Python, a NumPy array or without NumPy a memoryview, then the address of its
    first byte, and its size in bytes. Raises ValueError for a shape or a type that it does not take,
    OSError where there is no memory.
    """
    if dtype not in _FORMATS:
        raise ValueError(f"{dtype!r:.99} is none of {', '.join(_FORMATS)}")
    if not 0 < len(shape) <= 32 or min(shape) < 1:
        raise ValueError(f"a shape has from 1 to 32 lengths of at least 1, and not {list(shape)}")
    size = math.prod(shape) * memoryview(b"").cast(_FORMATS[dtype]).itemsize
    try:
        array = shared_array(shape, dtype, writable)
    except ModuleNotFoundError:
        import ctypes

        block = create(size, writable)
        address = ctypes.addressof(ctypes.c_char.from_buffer(block))
        return memoryview(block).cast(_FORMATS[dtype], shape), address, size
    except ValueError as error:  # NumPy's for more than fits into memory.
        raise OSError(errno.ENOMEM, str(error)) from None
    return array, array.__array_interface__["data"][0], size


def _form(shape, dtype):
    import numpy

    kind = numpy.dtype(dtype)
    if kind.hasobject:
        raise TypeError(f"an array of {kind} cannot be shared: its elements are Python objects")
    shape = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    return numpy, kind, shape, math.prod(shape)
