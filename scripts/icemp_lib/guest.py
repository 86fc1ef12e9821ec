# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The host's side of the guest agent (test/guest/agent/ice_agent.c)."""

import re
import signal
import socket
import struct
import threading
import time
from pathlib import Path

SPAWN, STDIN, EOF, KILL, POWEROFF = 1, 2, 3, 4, 5
HELLO, OUT, EXIT, ERROR = 0x80, 0x81, 0x82, 0x83
SPAWN_PTY = 1
_HEADER = struct.Struct("<IHBB")


class GuestError(Exception):
    """The guest did not do what was asked; the text has command and output."""


class GuestGone(GuestError):
    """The connection to the guest ended."""


class Result:
    """Exit status (128 + signal when killed) and output of a finished command."""

    def __init__(self, status: int, output: str) -> None:
        self.status = status
        self.output = output

    def __iter__(self):
        return iter((self.status, self.output))


class Process:
    """A command in the guest. Its output collects here until it is read."""

    def __init__(self, agent: "Agent", pid: int, text: str) -> None:
        self._agent = agent
        self._id = pid
        self.text = text
        self._cond = threading.Condition()
        self._out = bytearray()
        self._status: int | None = None
        self._error: str | None = None

    # Called by the agent's thread.
    def _deliver(self, kind: int, data: bytes) -> None:
        with self._cond:
            if kind == OUT:
                self._out += data
            elif kind == EXIT:
                self._status = struct.unpack("<i", data)[0]
            else:
                self._error = data.decode(errors="replace")
            self._cond.notify_all()

    @property
    def status(self) -> int | None:
        """Exit status, None while it runs."""
        return self._status

    def output(self, start: int = 0) -> str:
        """All output so far, from byte `start` on (a mark())."""
        with self._cond:
            return self._out[start:].decode(errors="replace")

    def mark(self) -> int:
        """Position after all output so far, for expect(start=...)."""
        with self._cond:
            return len(self._out)

    def write(self, data: bytes | str) -> None:
        """Send to the command's input."""
        raw = data.encode() if isinstance(data, str) else data
        for i in range(0, len(raw), 65536):
            self._agent._send(STDIN, self._id, raw[i : i + 65536])

    def close_stdin(self) -> None:
        """End of its input."""
        self._agent._send(EOF, self._id)

    def kill(self, sig: int = signal.SIGKILL) -> None:
        """Signal the command and all processes of its session's group."""
        self._agent._send(KILL, self._id, bytes([sig]))

    def expect(self, pattern: str, timeout: float, start: int = 0) -> re.Match:
        """Wait until the output from byte `start` on matches; the match.

        Raises GuestError with the output's end when the command exits first,
        or after `timeout` seconds.
        """
        rx = re.compile(pattern, re.M)
        deadline = time.monotonic() + timeout
        with self._cond:
            while True:
                text = self._out[start:].decode(errors="replace")
                m = rx.search(text)
                if m:
                    return m
                why = None
                if self._status is not None:
                    why = f"ended with status {self._status}"
                elif self._error is not None:
                    why = self._error
                elif time.monotonic() >= deadline:
                    why = f"no match of {pattern!r} within {timeout:g} s"
                if why is not None:
                    raise GuestError(f"{self.text}: {why}; output ends:\n{text[-2000:]}")
                self._cond.wait(max(0.0, deadline - time.monotonic()))

    def wait(self, timeout: float) -> Result:
        """Wait for the end. On time-out the command is killed and GuestError raised."""
        deadline = time.monotonic() + timeout
        with self._cond:
            while self._status is None and self._error is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self._cond.wait(left)
            text = self._out.decode(errors="replace")
            if self._error is not None:
                raise GuestError(f"{self.text}: {self._error}\n{text[-2000:]}")
            if self._status is not None:
                return Result(self._status, text)
        self.kill()
        raise GuestError(f"{self.text}: still running after {timeout:g} s, killed; "
                         f"output ends:\n{text[-2000:]}")


class Agent:
    """The connection. A reader thread sorts frames into processes."""

    def __init__(self, path: Path) -> None:
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.connect(str(path))
        self._send_lock = threading.Lock()
        self._lock = threading.Condition()
        self._procs: dict[int, Process] = {}
        self._next = 1
        self._hellos = 0
        self._gone = False
        self._thread = threading.Thread(target=self._reader, daemon=True, name="guest-agent")
        self._thread.start()

    def _recv(self, n: int) -> bytes:
        data = bytearray()
        while len(data) < n:
            part = self._sock.recv(n - len(data))
            if not part:
                raise ConnectionError
            data += part
        return bytes(data)

    def _reader(self) -> None:
        try:
            while True:
                length, pid, kind, _ = _HEADER.unpack(self._recv(_HEADER.size))
                data = self._recv(length)
                if kind == HELLO:
                    self._began()
                    continue
                with self._lock:
                    proc = self._procs.get(pid)
                    if kind == EXIT:
                        self._procs.pop(pid, None)
                if proc is not None:
                    proc._deliver(kind, data)
        except OSError:
            pass
        with self._lock:
            self._gone = True
            self._lock.notify_all()
        self._lose(b"the guest is gone")

    def _began(self) -> None:
        """A hello: the guest's agent has just started, and knows of no command."""
        self._lose(b"the guest has started anew")
        with self._lock:
            self._hellos += 1
            self._lock.notify_all()

    def _lose(self, why: bytes) -> None:
        with self._lock:
            procs = list(self._procs.values())
            self._procs.clear()
        for proc in procs:
            proc._deliver(ERROR, why)

    def _send(self, kind: int, pid: int, data: bytes = b"", flags: int = 0) -> None:
        try:
            with self._send_lock:
                self._sock.sendall(_HEADER.pack(len(data), pid, kind, flags) + data)
        except OSError as err:
            raise GuestGone(f"the guest is gone: {err}") from err

    @property
    def hellos(self) -> int:
        """How often the guest's agent has started."""
        return self._hellos

    def wait_hello(self, timeout: float, alive=lambda: True, count: int = 1) -> bool:
        """Wait for the agent's start number `count`; False when it does not come."""
        deadline = time.monotonic() + timeout
        with self._lock:
            while self._hellos < count and not self._gone:
                left = deadline - time.monotonic()
                if left <= 0 or not alive():
                    return False
                self._lock.wait(min(left, 0.5))
            return self._hellos >= count

    def spawn(self, text: str, pty: bool = False) -> Process:
        """Start a shell command in the guest; pty: on a terminal of its own."""
        with self._lock:
            if self._gone:
                raise GuestGone(f"{text}: the guest is gone")
            while self._next in self._procs or self._next == 0:
                self._next = (self._next + 1) & 0xFFFF
            proc = Process(self, self._next, text)
            self._procs[self._next] = proc
            self._next = (self._next + 1) & 0xFFFF
        self._send(SPAWN, proc._id, text.encode(), SPAWN_PTY if pty else 0)
        return proc

    def poweroff(self) -> None:
        """Switch the guest off."""
        self._send(POWEROFF, 0)

    def close(self) -> None:
        """End the connection; running processes get an error."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()
        self._thread.join(5)
