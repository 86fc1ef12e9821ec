# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A four-port PF between wires to the host, and testpmd sessions on it.

lports 0 and 1 have a wire of their own. lports 2 and 3 are on one QEMU hub,
with a wire to the host as the hub's third port.
"""

import contextlib
import itertools
import re
import selectors
import time

from icemp_lib import demo, image, vm_cmd
from icemp_lib.vm import VM
from pmd_cases import BCAST, QUEUES, Seen, eth, show
from pmd_rig import Rig

DRIVER = "net_ice_mp"
PORTS = 4
#: Index of the hub's wire.
HUB = 2
TIMEOUT = 15.0
#: Wait for what must not come, after what had to come is there.
QUIET = 0.15

#: One queue: what goes in first comes out first.
JUMBO = ("--rxd=512 --txd=1024 --total-num-mbufs=12288 --max-pkt-len=9018 --enable-scatter "
         f"--tx-offloads={demo.TX_MULTI_SEGS:#x}")
MSS = 1000
#: One descriptor per frame, several queues.
PLAIN = (f"--rxq={QUEUES} --txq={QUEUES} --rxd=128 --txd=128 --total-num-mbufs=12288 "
         "--enable-rx-cksum")


def noise(size: int, seed: int = 1) -> bytes:
    """Payload whose bytes differ from place to place."""
    value, out = seed * 2654435761 & 0xFFFFFFFF or 1, bytearray()
    while len(out) < size:
        value = (value * 1103515245 + 12345) & 0xFFFFFFFF
        out += value.to_bytes(4, "big")
    return bytes(out[:size])


class Bench(Rig):
    """See the head of this file."""

    def __init__(self) -> None:
        super().__init__(HUB + 1)
        #: Permanent addresses, by lport.
        self.macs: list[str] = []
        self._offloads = False

    def _machine(self, ports: int) -> VM:
        ids = self.gen.ids()
        netdevs = self.gen.netdevs() + [
            "hubport,id=hub2,hubid=0", "hubport,id=hub3,hubid=0",
            f"hubport,id=hubhost,hubid=0,netdev={ids[HUB]}"]
        device = vm_cmd.device(PORTS, [ids[0], ids[1], "hub2", "hub3"], f",id={demo.DEVICE}")
        pages = demo.hugepages(PORTS)
        return VM([device], netdevs, files=image.project_files(), pass_fds=self.gen.fds(),
                  hugepages=pages, mem_mb=640 + 2 * pages)

    # testpmd

    def testpmd(self, app: str) -> None:
        """testpmd with these arguments, all ports up; the running one if it is such a one."""
        before = self.pmd
        if self.session(DRIVER, app) is before:
            return
        self._offloads = False
        self.macs = [p["mac"] for p in self.state()["ports"]]
        names = demo.ethdev_names(self.pmd, PORTS)
        # The tests use one number for both.
        assert all(lport == port_id for lport, (port_id, _) in names.items()), names
        demo.wait_links(self.vm, PORTS)

    def reconfigured(self, *commands: str) -> str:
        """All ports stopped, these commands, all ports started; what the last one said."""
        self.pmd.ok("port stop all")
        said = [self.pmd.ok(command) for command in commands]
        self.pmd.ok("port start all")
        demo.wait_links(self.vm, PORTS)
        return said[-1]

    def offload(self) -> None:
        """The csum engine leaves all checksums of ports 0 and 1 to the device, and port 1
        cuts TCP to MSS bytes."""
        if self._offloads:
            return
        text = self.reconfigured(*(f"csum set {what} hw {port}" for port in (0, 1)
                                   for what in ("ip", "udp", "tcp", "sctp")),
                                 f"tso set {MSS} 1", "csum show 1")
        found = dict(re.findall(r"^(\w+) checksum offload is (hw|sw)", text, re.M))
        assert {found[k] for k in ("IP", "UDP", "TCP", "SCTP")} == {"hw"}, text
        self._offloads = True

    def new_head(self, lport: int) -> bytes:
        """Addresses that testpmd's mac and csum engines write into what leaves a port."""
        return bytes.fromhex(f"0200000000{lport:02x}" + self.macs[lport].replace(":", ""))

    @contextlib.contextmanager
    def forwarding(self, mode: str = "io", ports: str = "0,1"):
        """testpmd forwards between the first and second, third and fourth of `ports`."""
        self.pmd.cmd(f"set portlist {ports}")
        self.pmd.ok(f"set fwd {mode}")
        for wire in self.wires:
            wire.flush(0.001)
        self.pmd.cmd("start")
        try:
            yield
        finally:
            self.pmd.cmd("stop")

    # Frames

    def exchange(self, sends: dict[int, list[bytes]],
                 until: dict[int, int | bytes]) -> dict[int, list[bytes]]:
        """Send into wires, all at a time, while frames are taken from all of them.

        Ends when every wire has given what it is waited for (so many frames, or
        this one last) and QUIET seconds brought no more, or at the time-out;
        what came, by wire.
        """
        got: dict[int, list[bytes]] = {i: [] for i in range(len(self.wires))}
        for i, frames in sends.items():
            self.wires[i].queue(frames)
        deadline = time.monotonic() + TIMEOUT
        with selectors.DefaultSelector() as sel:
            for i, wire in enumerate(self.wires):
                sel.register(wire.sock, selectors.EVENT_READ | selectors.EVENT_WRITE, i)
            while True:
                for i, wire in enumerate(self.wires):
                    sel.modify(wire.sock, selectors.EVENT_READ |
                               (selectors.EVENT_WRITE if wire.pending else 0), i)
                done = not any(w.pending for w in self.wires) and all(
                    got[i][-1:] == [n] if isinstance(n, bytes) else len(got[i]) >= n
                    for i, n in until.items())
                left = QUIET if done else deadline - time.monotonic()
                ready = sel.select(max(0.0, left))
                if (done and not ready) or time.monotonic() > deadline:
                    return got
                for key, events in ready:
                    if events & selectors.EVENT_WRITE:
                        self.wires[key.data].push()
                    if events & selectors.EVENT_READ:
                        got[key.data] += self.wires[key.data].take()

    def through(self, frames: list[bytes], until: int | bytes | None = None,
                src: int = 0) -> list[bytes]:
        """Send into lport src (0 or 1); what comes out of the other one.

        until: see exchange(), by default as many as sent.

        Nothing may come out of any other wire.
        """
        dst = src ^ 1
        got = self.exchange({src: frames}, {dst: len(frames) if until is None else until})
        for i, other in got.items():
            assert i == dst or not other, f"{len(other)} frames out of wire {i}"
        return got[dst]

    def taken(self, frames: list[bytes], lport: int = 0) -> list[bool]:
        """Which of these different frames does the port take?

        io forwarding, all for queue 0: decided when a broadcast behind them is through.
        """
        marker = eth(BCAST, 77, 3)
        assert len({*frames, marker}) == len(frames) + 1
        got = self.through([*frames, marker], marker, lport)
        verdict = [f in got for f in frames]
        assert got == [*itertools.compress(frames, verdict), marker], got
        return verdict

    def seen(self, lport: int, frames: list[bytes]) -> list[Seen]:
        """Send into a port in "rxonly"; see pmd_cases.show()."""
        self.pmd.cmd("set verbose 1")
        with self.forwarding("rxonly"):
            found = show(self.pmd, self.wires[lport], frames, lport)
        self.pmd.cmd("set verbose 0")
        return found
