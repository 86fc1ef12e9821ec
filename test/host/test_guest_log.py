# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A guest's kernel log is read without loss, judged, and counted for the report."""

import argparse
import io
import json
import socket
import struct

import pytest
from icemp_lib import guest, paths, runners, test
from icemp_lib.kmsg import KernelLog, judge


@pytest.fixture(autouse=True)
def _off_the_record(monkeypatch):
    """What is judged here was in no guest's log: not for the report of this run."""
    monkeypatch.delenv("ICEMP_PYTEST_LINES", raising=False)


# The agent's connection

class Far:
    """Stands for the guest: the other end of the agent's socket."""

    def __init__(self, path) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.agent = guest.Agent(path)
        self.sock, _ = self.listener.accept()

    def frame(self, kind: int, pid: int = 0, data: bytes = b"") -> None:
        self.sock.sendall(struct.pack("<IHBB", len(data), pid, kind, 0) + data)

    def close(self) -> None:
        self.agent.close()
        self.sock.close()
        self.listener.close()


@pytest.fixture(name="far")
def _far(tmp_path):
    far = Far(tmp_path / "agent")
    yield far
    far.close()


def test_a_second_hello_ends_what_ran(far):
    far.frame(guest.HELLO, data=b"\1")
    assert far.agent.wait_hello(5)
    old = far.agent.spawn("sleep 1000")
    assert not far.agent.wait_hello(0.1, count=2)
    far.frame(guest.HELLO, data=b"\1")
    assert far.agent.wait_hello(5, count=2)
    with pytest.raises(guest.GuestError, match="started anew"):
        old.wait(5)
    # What an old command's number says now is a new one's.
    new = far.agent.spawn("true")
    far.frame(guest.EXIT, new._id, struct.pack("<i", 0))
    assert new.wait(5).status == 0 and old.status is None


# The log

class Guest:
    """Stands for the VM: has a log, and appends what is written to /dev/kmsg."""

    def __init__(self) -> None:
        self.number = 0
        self.far = None

    def say(self, text: str, skip: int = 0, more: str = "") -> None:
        self.number += 1 + skip
        self.far.frame(guest.OUT, self.pid,
                       f"6,{self.number},{self.number * 1000},-;{text}\n{more}".encode())

    def spawn(self, text: str):
        process = self.far.agent.spawn(text)
        self.pid = process._id
        return process

    def run(self, text: str) -> None:
        if "> /dev/kmsg" in text:
            self.say(text.split("'")[1])


@pytest.fixture(name="vm")
def _vm(far):
    vm = Guest()
    vm.far = far
    return vm


def test_every_line_once(vm):
    log = KernelLog(vm)
    vm.say("Linux version", more=" SUBSYSTEM=cpu\n DEVICE=+cpu:0\n")
    vm.say("tap: ü; comma, too")
    first = log.fresh()
    assert [line.split("] ")[1] for line in first] == ["Linux version", "tap: ü; comma, too"]
    assert log.fresh() == []
    vm.say("ice 0000:01:00.0: fine")
    vm.say("ice 0000:01:00.0: not fine")
    vm.say("BUG: nobody's")
    assert [line.split("] ")[1] for line in log.trouble(r"\bice ", [r": fine"])] == [
        "ice 0000:01:00.0: not fine", "BUG: nobody's"]


def test_a_lost_line_is_an_error(vm):
    log = KernelLog(vm)
    vm.say("one")
    log.fresh()
    vm.say("three", skip=1)
    with pytest.raises(guest.GuestError, match="from 2 to 4"):
        log.fresh()


@pytest.mark.parametrize("line", [
    "WARNING: CPU: 0 PID: 1 at kernel/x.c", "BUG: unable to handle page fault", "Oops: 0002 [#1]",
    "DMAR: [DMA Read] Request device [01:00.0] fault addr 0x0", "Call Trace:",
    "NETDEV WATCHDOG: eth0 (ice): transmit queue 0 timed out", "ice 0000:01:00.0: odd"])
def test_trouble(line):
    assert judge(["ice 0000:01:00.0: known", line], r"\bice ", [r"known"]) == [line]


# The report

_CASES = """
from icemp_lib import pytest_lines


def test_one():
    pytest_lines.note(dmesg={"lines": 40, "trouble": 0})


def test_two():
    pytest_lines.note(dmesg={"lines": 2, "trouble": TROUBLE})
"""


@pytest.mark.parametrize("trouble", [0, 1])
def test_the_report_has_the_sum(tmp_path, monkeypatch, trouble):
    (tmp_path / "scripts").symlink_to(paths.REPO / "scripts")
    folder = tmp_path / "test" / "x"
    folder.mkdir(parents=True)
    (folder / "test_x.py").write_text(_CASES.replace("TROUBLE", str(trouble)))
    monkeypatch.setattr(test, "_runners", lambda suite: [runners.Pytest(suite, folder)])
    out = io.StringIO()
    tally = test._Tally(out)
    test._run_suite("stock", argparse.Namespace(suite="stock", filter=None, list=False), tally)
    report = json.loads(tally.json())
    for part in (report, report["suites"]["stock"]):
        assert part["dmesg"] == {"lines": 42, "trouble": trouble}
        # Trouble is a failure, though both cases pass.
        assert (part["passed"], part["failed"]) == (2, trouble)
    assert ("FAIL stock/dmesg: 1 of 42 lines" in out.getvalue()) == bool(trouble)
