# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A small QMP client."""

import json
import socket
import threading
import time
from pathlib import Path


class QmpError(Exception):
    """QEMU refused a command; `desc` is its reason, `cls` its error class."""

    def __init__(self, cls: str, desc: str) -> None:
        super().__init__(f"{cls}: {desc}")
        self.cls = cls
        self.desc = desc


class Qmp:
    """One connection. Commands may come from several threads, one at a time."""

    def __init__(self, path: Path, timeout: float = 10.0, alive=lambda: True) -> None:
        """Connect within `timeout` seconds, or while alive() is true."""
        self._lock = threading.Lock()
        self._buf = b""
        self.events: list[dict] = []
        deadline = time.monotonic() + timeout
        while True:
            self._sock = socket.socket(socket.AF_UNIX)
            try:
                self._sock.connect(str(path))
                break
            except OSError as err:
                self._sock.close()
                if not alive() or time.monotonic() > deadline:
                    raise TimeoutError(f"QMP does not answer: {err}") from err
                time.sleep(0.02)
        self._sock.settimeout(timeout)
        self._read()
        self.command("qmp_capabilities")

    def _read(self) -> dict:
        while b"\n" not in self._buf:
            data = self._sock.recv(65536)
            if not data:
                raise ConnectionError("QEMU closed QMP")
            self._buf += data
        line, self._buf = self._buf.split(b"\n", 1)
        return json.loads(line)

    def command(self, name: str, /, **args):
        """Execute and return the answer; underscores in names become dashes.

        Raises QmpError when QEMU refuses, TimeoutError when it is silent.
        """
        message = {"execute": name}
        if args:
            message["arguments"] = {k.replace("_", "-"): v for k, v in args.items()}
        with self._lock:
            self._sock.sendall(json.dumps(message).encode() + b"\n")
            while True:
                answer = self._read()
                if "event" in answer:
                    self.events.append(answer)
                elif "error" in answer:
                    raise QmpError(answer["error"]["class"], answer["error"]["desc"])
                else:
                    return answer["return"]

    def wait_event(self, name: str, timeout: float) -> dict:
        """The next event of this name, taken off `events`; TimeoutError."""
        deadline = time.monotonic() + timeout
        while True:
            for i, event in enumerate(self.events):
                if event["event"] == name:
                    return self.events.pop(i)
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {name} from QEMU within {timeout:g} s")
            time.sleep(0.05)
            # Events come with answers.
            self.command("query-status")

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()
