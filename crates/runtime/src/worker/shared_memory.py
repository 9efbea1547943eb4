"""Memory that two processes share: large buffers cross in it without a second copy.

A ``Block`` is a mapping of a file without a name. The process that makes it writes; the process that
receives it reads. The memory is freed when the last process that maps it unmaps it or ends.
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
    from fcntl import F_ADD_SEALS, F_GET_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, fcntl

    _CAN_SEAL = hasattr(os, "memfd_create")
except ImportError:
    _CAN_SEAL = False
# Linux 5.1: no new mapping for writing is possible; the mapping of its maker stays.
_F_SEAL_FUTURE_WRITE = 0x10


class Block(mmap.mmap):
    """A mapping, and the file that it maps: sending it sends the file."""

    def __new__(cls, file, size, protection):
        block = super().__new__(cls, file, size, prot=protection)
        # Set last: a block that was not made does not close the caller's file.
        block.file = file
        return block

    def __del__(self, close=os.close):
        file = vars(self).pop("file", None)
        if file is not None:
            close(file)


def create(size):
    """Makes a block of ``size`` bytes, all zero, for this process to write.

    Raises OSError if there are no more files or no memory.
    """
    file = _nameless(size)
    try:
        block = Block(file, size, mmap.PROT_READ | mmap.PROT_WRITE)
    except BaseException:
        os.close(file)
        raise
    if _CAN_SEAL:
        # If the file shrank, a process that reads behind its end would be killed.
        fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW)
        try:
            fcntl(file, F_ADD_SEALS, _F_SEAL_FUTURE_WRITE)
        except OSError:
            pass
        fcntl(file, F_ADD_SEALS, F_SEAL_SEAL)
    return block


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


def receive(files, most):
    """Returns the contents of files that the other process has sent, and takes the files over.

    Raises OSError for what is no plain file, and for files of more than ``most`` bytes together
    that have to be copied.
    """
    found, files = [], list(files)
    try:
        while files:
            state = os.fstat(files[0])
            if not stat.S_ISREG(state.st_mode):
                raise OSError(errno.EINVAL, "a file of another process is not a plain one")
            size = state.st_size
            if _CAN_SEAL and not fcntl(files[0], F_GET_SEALS) & F_SEAL_SHRINK:
                # It might shrink while it is read: a copy cannot.
                most -= size
                if most < 0:
                    raise OSError(errno.EFBIG, "files of another process are too large to be copied")
                found.append(os.pread(files[0], size, 0))
                os.close(files.pop(0))
            else:
                found.append(Block(files[0], size, mmap.PROT_READ))
                files.pop(0)
    finally:
        for file in files:
            os.close(file)
    return found


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
                block = create(array.nbytes)
            except OSError:
                return None
            offset = 0
            numpy.frombuffer(block, array.dtype, array.size).reshape(array.shape)[...] = array
        for index, known in enumerate(self.blocks):
            if known is block:
                return index, offset, array.nbytes
        if len(self.blocks) >= MOST:
            return None
        self.blocks.append(block)
        return len(self.blocks) - 1, offset, array.nbytes

    def files(self):
        """Returns new numbers of the files, which the sender closes."""
        made = []
        try:
            for block in self.blocks:
                made.append(os.dup(block.file))
        except BaseException:
            for file in made:
                os.close(file)
            raise
        return made


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


def shared_array(shape, dtype="float64"):
    """A NumPy array of zeros that crosses to a process of a plugin, or from it, without a copy.

    The receiver sees what the maker writes later, and cannot write. Raises
    ModuleNotFoundError without NumPy, TypeError for a dtype of objects, OSError where there is no
    memory.
    """
    import numpy

    kind = numpy.dtype(dtype)
    if kind.hasobject:
        raise TypeError(f"an array of {kind} cannot be shared: its elements are Python objects")
    shape = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    count = math.prod(shape)
    block = create(max(1, count * kind.itemsize))
    return numpy.frombuffer(block, kind, count).reshape(shape)
