# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Soak: the PF is reset again and again under VFs of both kinds that have traffic.

Each port has a VF in a testpmd (net_iavf) and one that is a netdev of the guest's
kernel (iavf). They come back by their own ordinary path: the kernel's by itself,
testpmd's as an application does it that is told of a reset.
"""

import random
import threading
import time

from . import demo, demo_vf, frames, netns, vfs
from .lanes import Lane, swapped
from .soak_vm import RECOVERED, FAILED, EVENT, RESET_TIMEOUT, _result, _spread

PORTS, VFS = 4, 8
MAX_FRAME = 1514
#: Resets by the driver, which tells its VFs before, and in between of the device by
#: itself, which nobody tells: net_iavf then waits for answers a minute long.
KINDS = ("cause pci", "cause ecc", "cause hmc", "reset pfr",
         "cause pci", "cause ecc", "cause hmc", "reset corer",
         "cause pci", "cause ecc", "cause hmc", "reset globr")
#: iavf looks for a reset every 2 s, and waits for the PF in steps of its own.
BACK = 40.0
FRAMES = 16
#: net_iavf 22.11 loses what its queues hold when it resets itself, some 1000 each time.
MBUFS = 65536


class Bed:
    """A guest with the PF's testpmd, VFs 0..3 in another, and VFs 4..7 as netdevs.

    mbufs: of the latter testpmd.
    """

    def __init__(self, mbufs: int = 8192) -> None:
        self._mbufs = mbufs
        self.taps = netns.Taps(PORTS)
        self.vm = None
        self.pmd = self.vf_pmd = None
        self.lanes: list[Lane] = []
        self.wires: list[netns.TapWire] = []
        self.netdevs: list[vfs.Netdev] = []

    def __enter__(self) -> "Bed":
        self.taps.__enter__()
        try:
            self.vm = demo.machine(PORTS, self.taps, nb_vfs=VFS, flavour="full",
                                   pmd_vfs=VFS + self._mbufs // 4096)
            self.vm.start()
            self.taps.opened()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc) -> None:
        for wire in self.wires:
            wire.__exit__()
        if self.vm is not None:
            self.vm.stop()
        self.taps.close()

    def _start(self) -> None:
        pf = self.vm.bdf(demo.DEVICE)
        self.vm.bind(pf)
        bdfs = vfs.enable(self.vm, pf, VFS)
        eal, app = demo.testpmd_args(PORTS, "macswap", "loop")
        self.pmd = self.vm.testpmd(f"{eal} -a {pf} {vfs.TOKEN}", f"--print-event=all {app}")
        demo.wait_links(self.vm, PORTS)
        self.pmd.cmd("set promisc all off")
        self.pmd.ok("start")
        self.vf_pmd = self.vm.testpmd(vfs.eal(bdfs[:PORTS]), "--forward-mode=macswap "
                                      f"--nb-cores=1 --total-num-mbufs={self._mbufs} "
                                      "--print-event=all "
                                      "--port-topology=loop", plugin=False, timeout=90)
        self.vf_pmd.cmd("set promisc all off")
        self.vf_pmd.ok("start")
        self.vm.run("modprobe iavf")
        self.vm.bind(*bdfs[PORTS:], driver="iavf")
        for vf in range(PORTS, VFS):
            dev = vfs.Netdev(self.vm, vf, bdfs[vf])
            dev.up(self.taps, vf % PORTS)
            self.netdevs.append(dev)
        self.wires = [self.taps.wire(i) for i in range(PORTS)]
        self.lanes = [Lane(i, i, mac, MAX_FRAME)
                      for i, mac in enumerate(demo_vf.macs(self.vf_pmd, PORTS))]

    def restart_vf_pmd(self) -> None:
        """What an application does that is told of a reset of its ports."""
        for line in ("stop", "port stop all", "port reset all", "port start all",
                     "set promisc all off", "start"):
            self.vf_pmd.cmd(line, timeout=60)

    def answers(self, lport: int) -> bool:
        """Does the testpmd VF of a port send FRAMES frames back, bit for bit?"""
        lane, wire = self.lanes[lport], self.wires[lport]
        wire.flush()
        sent = [lane.draw() for _ in range(FRAMES)]
        wire.send(*sent)
        got = wire.recv(lambda f: frames.check(swapped(f)) is not None, FRAMES, 2.0)
        return sorted(map(swapped, got)) == sorted(sent)

    def silent(self) -> list[str]:
        """VFs that do not pass traffic within BACK seconds."""
        end = time.monotonic() + BACK
        left = {f"vf {i} (net_iavf)": (lambda i=i: self.answers(i)) for i in range(PORTS)}
        for dev in self.netdevs:
            left[f"vf {dev.vf} (iavf)"] = lambda dev=dev: self.taps.ping(
                dev.lport, 3, 0.2, wait=1, address=dev.address)["received"] == 3
        while left and time.monotonic() < end:
            for name in [name for name, works in left.items() if works()]:
                del left[name]
        return list(left)

    def told(self, mark: int, what: str) -> int:
        """Ports of the PF that printed an event since the mark."""
        text = self.pmd.process.output(mark).replace("\r", "")
        return len({m[1] for m in EVENT.finditer(text) if m[2] == what})


class _Load:
    """Traffic to every VF, answered or not, while the block runs."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._off = threading.Event()
        self._threads = [threading.Thread(target=self._send, daemon=True)]
        self._threads += [threading.Thread(target=self._ping, args=(d,), daemon=True)
                          for d in bed.netdevs]

    def _send(self) -> None:
        while not self._off.is_set():
            for lane, wire in zip(self._bed.lanes, self._bed.wires):
                wire.send(*(lane.draw() for _ in range(FRAMES)))
            time.sleep(0.01)

    def _ping(self, dev) -> None:
        while not self._off.is_set():
            self._bed.taps.ping(dev.lport, 10, 0.05, wait=0.2, address=dev.address)

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *exc) -> None:
        self._off.set()
        for thread in self._threads:
            thread.join(30)


def resets(count: int, seconds: float, seed: int) -> dict:
    """Resets of the PF; each time every VF of either kind passes traffic again."""
    rng = random.Random(seed)
    problems: list[str] = []
    back: list[float] = []
    done = 0
    with Bed(MBUFS) as bed:
        end = time.monotonic() + seconds
        problems += [f"before any reset: {name}" for name in bed.silent()]
        while done < count and time.monotonic() < end and not problems:
            kind = KINDS[done % len(KINDS)]
            mark, vf_mark = bed.pmd.process.mark(), bed.vf_pmd.process.mark()
            with _Load(bed):
                time.sleep(rng.uniform(0.1, 0.5))
                t0 = time.monotonic()
                bed.vm.qom_set(demo.DEVICE, "fault", kind)
                limit = time.monotonic() + RESET_TIMEOUT
                while bed.told(mark, RECOVERED) < PORTS and not bed.told(mark, FAILED) and \
                        time.monotonic() < limit:
                    time.sleep(0.02)
                bed.restart_vf_pmd()
            done += 1
            problems += [f"reset {done}, {kind}: {name} is silent" for name in bed.silent()]
            if problems:
                problems.append("testpmd of the VFs: " + bed.vf_pmd.process.output(vf_mark)[-4000:])
            back.append(time.monotonic() - t0)
        problems += [f"guest kernel: {line}" for line in bed.vm.dmesg_problems()]
        vfs.end(bed.vf_pmd)
        if (status := bed.pmd.close()) != 0:
            problems.append(f"testpmd ended with status {status}")
        violations = demo.device_state(bed.vm)["violations"]
        if violations["total"]:
            problems.append(f"breaches of contract: {violations}")
    if done < count and time.monotonic() < end and not problems:
        problems.append(f"{done} resets only")
    return _result(problems, seed=seed, resets=done, back_ms=_spread(back))
