# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A VM in which PMDs take turns on one device, and the wire at its ports.

    with Rig(ports=1) as rig:
        pmd = rig.session("net_ice", "--rxq=4 --txq=4")
        pmd.ok("start")
        rig.wire.send([frame])
        assert rig.wire.recv(1) == [frame]

A driver is one of DRIVERS: the distribution's net_ice, in safe mode or with a
DDP package, or ours. The package in the guest is put there and taken away as
the driver wants it.
"""

import re
import select
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from icemp_lib import ddp_package, demo, kmsg  # noqa: E402
from icemp_lib.guest import GuestError  # noqa: E402
from icemp_lib.traffic import Traffic  # noqa: E402
from icemp_lib.vm import VM  # noqa: E402

COMMON = "--nb-cores=1 --rxd=512 --txd=512 --total-num-mbufs=8192"


class Driver:
    """A PMD and how it is started.

    name: in our tables. ethdev: "Driver name" of testpmd. devargs: behind the
    address. expected: output lines that look like trouble and are none.
    """

    def __init__(self, name: str, ethdev: str, *, devargs: str = "", plugin: bool = False,
                 ddp: bool = False, expected: tuple[str, ...] = ()) -> None:
        self.name = name
        self.ethdev = ethdev
        self.devargs = devargs
        self.plugin = plugin
        self.ddp = ddp
        self.expected = expected


DRIVERS = {d.name: d for d in (
    Driver("net_ice-safe", "net_ice", devargs=",safe-mode-support=1", expected=(
        r"ice_load_pkg\(\): failed to search file path",
        r"ice_dev_init\(\): Failed to load the DDP package,Entering Safe Mode",
        r"ice_init_rss\(\): RSS is not supported in safe mode")),
    # The package describes no parser; what it is for is not modelled.
    Driver("net_ice", "net_ice", ddp=True, expected=(
        r"ice_flow_init\(\): Failed to initialize DDP parser, raw packet filter will not be "
        r"supported",)),
    Driver("net_ice_mp", "net_ice_mp", plugin=True),
)}
_TROUBLE = re.compile(r"fail|error|cannot|can't|unable|invalid|unsupported|not supported", re.I)
#: The kernel's driver of a device of ours says only that it has it.
_KERNEL = r"vfio-pci .*(fail|error|invalid|timed out)"
#: Names of counters and properties.
_NAMES = re.compile(r"[RT]X-errors: |_errors: \d|error handling mode|rx_error_\w+: \d")


def trouble(text: str, driver: Driver) -> list[str]:
    """Lines of a driver's output that tell of trouble and are not expected."""
    return [line for line in text.splitlines()
            if _TROUBLE.search(line) and not _NAMES.search(line)
            and not any(re.search(e, line) for e in driver.expected)]


class Wire:
    """The host's end of a port: whole frames, in order.

    send() and recv() wait; queue(), push() and take() do not, for several
    wires at a time (see `sock`).
    """

    def __init__(self, sock) -> None:
        #: To wait for; not to be read or written.
        self.sock = sock
        #: Bytes that push() has still to send.
        self.pending = b""
        self._buf = b""

    def queue(self, frames) -> None:
        """To be sent, by push()."""
        self.pending += b"".join(struct.pack(">I", len(f)) + bytes(f) for f in frames)

    def push(self) -> None:
        """Send what the socket, which is writable, takes."""
        self.pending = self.pending[self.sock.send(self.pending):]

    def take(self) -> list[bytes]:
        """The whole frames that are there; the socket is readable."""
        self._read()
        return list(iter(self._next, None))

    def _read(self) -> None:
        data = self.sock.recv(1 << 20)
        if not data:
            raise ConnectionError("QEMU closed the port's socket")
        self._buf += data

    def _next(self) -> bytes | None:
        if len(self._buf) < 4:
            return None
        (length,) = struct.unpack_from(">I", self._buf)
        if len(self._buf) < 4 + length:
            return None
        frame = self._buf[4 : 4 + length]
        self._buf = self._buf[4 + length :]
        return frame

    def send(self, frames) -> None:
        """Send all of them, within 10 s."""
        self.queue(frames)
        deadline = time.monotonic() + 10
        while self.pending:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the device takes no more frames")
            if select.select([], [self.sock], [], left)[1]:
                self.push()

    def recv(self, count: int, timeout: float = 10.0) -> list[bytes]:
        """The next `count` frames; fewer when time is over."""
        got: list[bytes] = []
        deadline = time.monotonic() + timeout
        while len(got) < count:
            frame = self._next()
            if frame is not None:
                got.append(frame)
                continue
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                break
            self._read()
        return got

    def flush(self, quiet: float = 0.1) -> int:
        """Forget what comes until nothing does for `quiet` seconds; how many frames."""
        count = 0
        while self.recv(1, quiet):
            count += 1
        return count


class Rig:
    """See the head of this file."""

    def __init__(self, ports: int = 1) -> None:
        self.gen = Traffic(ports)
        self.wires = [Wire(self.gen.socket(i)) for i in range(ports)]
        self.vm = self._machine(ports)
        self.log: kmsg.KernelLog | None = None
        self.bdf = ""
        self.pmd = None
        self._running: tuple[str, str] | None = None
        self._package: bool | None = None

    def _machine(self, ports: int) -> VM:
        """The VM, with the device and the wires; not started."""
        return demo.machine(ports, self.gen)

    @property
    def wire(self) -> Wire:
        """The wire at lport 0."""
        return self.wires[0]

    def __enter__(self) -> "Rig":
        try:
            self.vm.start()
            self.gen.opened()
            self.log = kmsg.KernelLog(self.vm)
            self.bdf = self.vm.bdf(demo.DEVICE)
            self.vm.run(f"mkdir -p {ddp_package.FOLDER}")
            self.vm.bind(self.bdf)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc) -> None:
        self.vm.stop()
        self.gen.close()

    # Sessions

    def session(self, driver: str, app: str = "", devargs: str = ""):
        """testpmd with this driver and these arguments, port 0 started, not
        forwarding. The one that runs if it is such a one and answers."""
        key = (driver, app + devargs)
        if self._running == key:
            return self.pmd
        self.quit()
        return self.start(driver, app, devargs)

    def start(self, driver: str, app: str = "", devargs: str = ""):
        """As session(), but in any case a new one; none may be running."""
        assert self.pmd is None, "a testpmd is running"
        d = DRIVERS[driver]
        if self._package != d.ddp:
            if d.ddp:
                self.vm.put(ddp_package.PATH, ddp_package.package())
            else:
                self.vm.run(f"rm -f {ddp_package.PATH}")
            self._package = d.ddp
        for wire in self.wires:
            wire.flush()
        self.pmd = self.vm.testpmd(f"-l 0,1 -a {self.bdf}{d.devargs}{devargs}",
                                   f"{COMMON} {app}", plugin=d.plugin)
        self._running = (driver, app + devargs)
        assert re.search(r"^Configuring Port 0 ", self.pmd.banner, re.M), self.pmd.banner
        return self.pmd

    def drop(self):
        """Forget the running session without ending it; its testpmd."""
        pmd, self.pmd, self._running = self.pmd, None, None
        return pmd

    def quit(self) -> str:
        """End the running session, if any; what it printed. GuestError on a bad status."""
        if self.pmd is None:
            return ""
        pmd = self.drop()
        status = pmd.close()
        if status != 0:
            raise GuestError(f"testpmd ended with status {status}: "
                             + pmd.process.output()[-2000:])
        return pmd.process.output()

    # The device

    def state(self) -> dict:
        """The device's own report."""
        return demo.device_state(self.vm)

    def mac(self, lport: int = 0) -> str:
        """A port's permanent address."""
        return self.state()["ports"][lport]["mac"]

    def clean(self) -> None:
        """AssertionError when the contract was broken or the kernel complained."""
        violations = self.state()["violations"]
        assert violations["total"] == 0, violations
        found = self.log.trouble(_KERNEL)
        assert not found, "\n".join(found)

    def link(self, up: bool, lport: int = 0) -> None:
        """Cable in or out."""
        self.vm.set_link(self.gen.ids()[lport], up)
