"""A throttled signal delivers the last value without another assignment."""

import gc
import os
import threading
import weakref

import lichtfeld as lf
from lfs_plugins.props import PropertyGroup, TensorProperty
from lfs_plugins.ui.signals import ThrottledSignal
from loops import Loop
from waiting import until


def test_the_last_value_arrives_when_the_time_is_over(home):
    signal, seen = ThrottledSignal(0, max_rate_hz=20.0), []
    signal.subscribe(seen.append)
    for value in range(1, 50):
        signal.value = value
    assert seen[0] == 1
    until(lambda: seen[-1] == 49)
    assert len(seen) < 49


def test_it_arrives_on_the_ui_thread(manager):
    loop, threads = Loop(), []
    signal = ThrottledSignal(0, max_rate_hz=20.0)
    signal.subscribe(lambda value: threads.append((value, threading.get_ident())))
    signal.value = 1
    signal.value = 2
    loop.run(lambda: len(threads) == 2)
    assert threads == [(1, threading.get_ident()), (2, threading.get_ident())]


def test_a_signal_that_waits_is_not_kept(home):
    signal, seen = ThrottledSignal(0, max_rate_hz=1e-3), []
    signal.subscribe(seen.append)
    signal.value = 1
    signal.value = 2
    weak = weakref.ref(signal)
    del signal
    gc.collect()
    assert weak() is None and seen == [1]


def test_in_a_forked_process_as_well(home):
    before = ThrottledSignal(0, max_rate_hz=1e-3)
    before.subscribe(lambda value: None)
    before.value = 1
    before.value = 2  # the thread of the parent waits
    child = os.fork()
    if child == 0:
        try:
            signal, seen = ThrottledSignal(0, max_rate_hz=20.0), []
            signal.subscribe(seen.append)
            signal.value = 1
            signal.value = 2
            until(lambda: seen == [1, 2])
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


class Tensor:
    """A tensor of the application, or of PyTorch."""

    shape, dtype = (2,), "float32"

    def __init__(self, device):
        self.device = device

    def cpu(self):
        return Tensor("cpu")

    def cuda(self):
        return Tensor("cuda:0")

    def to(self, device):
        return Tensor(device)


class Fixed(Tensor):
    def cuda(self):
        raise RuntimeError("no GPU")


class Group(PropertyGroup):
    gpu = TensorProperty()
    cpu = TensorProperty(device="cpu")
    second = TensorProperty(device="cuda:1")


def test_a_tensor_is_moved_to_the_device_of_its_property():
    group = Group()
    group.gpu, group.cpu, group.second = Tensor("cpu"), Tensor("cuda:0"), Tensor("cpu")
    assert (group.gpu.device, group.cpu.device, group.second.device) == ("cuda:0", "cpu", "cuda:1")
    there = Tensor("cuda:3")
    group.gpu = there
    assert group.gpu is there, "it is on a GPU already"
    fixed = Fixed("cpu")
    group.gpu = fixed
    assert group.gpu is fixed, "it cannot be moved"
    assert lf.plugins.PropertyGroup is PropertyGroup
