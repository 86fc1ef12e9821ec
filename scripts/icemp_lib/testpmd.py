# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Interactive testpmd in the guest."""

import re
import signal

from . import image
from .guest import GuestError, Process

#: Events that are printed while the prompt is being written end up inside it.
#: Each is written as two pieces, the line end that it begins with and its line.
_EVENT = r"Port \d+: [\w ]+ event\r?\n"
PROMPT = "t" + "".join(rf"(?:\r?\n|{_EVENT})*{c}" for c in "estpmd> ")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def argv(eal: str = "", app: str = "", plugin: bool = True) -> str:
    """A testpmd command line for the guest: one way to start it everywhere.

    plugin: load our driver; False runs the distribution's drivers alone.
    Telemetry is off unless `eal` has --telemetry.
    """
    if "--total-num-mbufs" not in app:
        # testpmd's own default takes a while to set up on an emulated CPU.
        app = f"--total-num-mbufs=16384 {app}"
    load = f"-d {image.PLUGIN_DIR}/librte_net_ice_mp.so " if plugin else ""
    telemetry = "" if "--telemetry" in eal.split() else "--no-telemetry "
    return f"dpdk-testpmd {telemetry}{load}{eal} -- -i {app}".strip()


class Testpmd:
    """A session. Commands return their output, without echo and prompt."""

    def __init__(self, process: Process, timeout: float) -> None:
        self.process = process
        self._pos = 0
        self.banner = self._until_prompt(timeout)

    def _until_prompt(self, timeout: float) -> str:
        start = self._pos
        m = self.process.expect(PROMPT, timeout, start)
        # The match counts characters; output is ASCII as far as it matters.
        self._pos = start + len(self.process.output().encode()[start:]
                                .decode(errors="replace")[: m.end()].encode())
        text = self.process.output().encode()[start : self._pos].decode(errors="replace")
        text = text[: -len(m[0])] if text.endswith(m[0]) else text
        inside = "".join(re.findall(_EVENT, m[0]))
        return _ANSI.sub("", text + inside)

    def cmd(self, line: str, timeout: float = 20.0) -> str:
        """Run one command and return its output; GuestError on time-out."""
        self.process.write(line + "\n")
        text = self._until_prompt(timeout)
        # Up to the echo of the command: remains of events before it.
        at = text.find(line)
        return text[at + len(line) :].lstrip("\n") if at >= 0 else text

    def ok(self, line: str, timeout: float = 20.0) -> str:
        """As cmd(), but an output that reads like a refusal is an error."""
        out = self.cmd(line, timeout)
        if re.search(r"Bad arguments|Command not found|[Ff]ail|[Ii]nvalid|[Ee]rror", out):
            raise GuestError(f"testpmd: {line}: {out}")
        return out

    def pending(self) -> str:
        """What was printed since the last command, by events or forwarding."""
        return _ANSI.sub("", self.process.output().encode()[self._pos :].decode(errors="replace"))

    def wait(self, pattern: str, timeout: float) -> re.Match:
        """Wait for asynchronous output (an event) since the last command."""
        return self.process.expect(pattern, timeout, self._pos)

    def close(self, timeout: float = 30.0) -> int:
        """quit, and wait for the end; its exit status. Killed when it hangs."""
        if self.process.status is None:
            try:
                self.process.write("quit\n")
                return self.process.wait(timeout).status
            except GuestError:
                self.process.kill(signal.SIGKILL)
                raise
        return self.process.status
