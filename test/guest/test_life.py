# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Ports and the PF come and go under traffic: stop, close, detach, kill, unplug."""

import os
import re

import pytest
from conftest import PORTS, TIMEOUT
from icemp_lib import demo, vm_cmd
from icemp_lib.vm import steady_tsc

ALL = range(PORTS)
RMV, CLOSED = "device removal", "device released"
ROUNDS = 10
#: Times the PF is detached and attached, and testpmd killed; more by "icemp soak life".
DETACHED, KILLED = (50, 20) if os.environ.get("ICE_MP_TEST_FULL") == "1" else (4, 2)


@pytest.fixture
def pf(bed):
    """testpmd forwards on all ports; what the test before left broken is replaced."""
    if bed.pmd is None or bed.pmd.process.status is not None or not _all_up(bed):
        bed.kill()
        if demo.DEVICE not in _devices(bed):
            _plug(bed)
        bed.launch()
        bed.pmd.ok("start")
    # Frames of the test before.
    bed.gen.drain(0.5)
    bed.assert_forwards()
    return bed


def _all_up(bed) -> bool:
    return bed.port_id.keys() == set(ALL) and set(bed.links().values()) == {"up"}


def _devices(bed) -> set[str]:
    return {d["name"] for d in bed.vm.qmp("qom-list", path="/machine/peripheral")}


def _plug(bed) -> None:
    device = vm_cmd.device(PORTS, bed.gen.ids(), f",id={demo.DEVICE}")
    bed.vm.plug(device, "rp0")
    bed.bdf = bed.vm.bdf(demo.DEVICE)
    bed.vm.bind(bed.bdf)


def _lost(bed, lports) -> dict[int, int]:
    return {i: bed.flow(i)["lost"] + bed.flow(i)["corrupted"] for i in lports}


def _forward(bed, lports=ALL) -> None:
    """Forward between these ports alone, in their pairs."""
    # It may be forwarding between no ports, after they were removed.
    bed.pmd.cmd("stop")
    bed.pmd.ok("set portlist " + ",".join(str(bed.port_id[i]) for i in lports))
    assert f"ports={len(lports)} " in bed.pmd.ok("start")


def _attach(bed) -> None:
    """port attach, and all ports at work."""
    bed.pmd.ok(f"port attach {bed.bdf}")
    bed.pmd.ok("port start all")
    bed.look()
    _forward(bed)


# Stop and start

@pytest.mark.parametrize("mine, others", [((2, 3), (0, 1)), ((0, 1), (2, 3))])
def test_restarts_are_not_noticed_next_door(pf, mine, others):
    """Ten times stop and start of a pair: the other pair loses no frame."""
    _forward(pf, others)
    before, rx = _lost(pf, others), {i: pf.flow(i)["delivered"] for i in others}
    with pf.traffic():
        for _ in range(ROUNDS):
            for i in mine:
                pf.pmd.ok(f"port stop {pf.port_id[i]}")
            assert pf.state()["used"]["rxqs"] == PORTS - len(mine)
            for i in mine:
                pf.pmd.ok(f"port start {pf.port_id[i]}")
    pf.gen.drain(1)
    assert _lost(pf, others) == before
    assert all(pf.flow(i)["delivered"] > n for i, n in rx.items())
    _forward(pf)
    pf.gen.drain(1)
    pf.assert_forwards()
    pf.assert_healthy()


def test_restarts_of_all_ports_under_traffic(pf):
    used = pf.state()["used"]
    with pf.traffic():
        for _ in range(ROUNDS):
            pf.pmd.ok("stop")
            pf.pmd.ok("port stop all")
            idle = pf.state()["used"]
            assert (idle["rxqs"], idle["txqs"]) == (0, 0)
            pf.pmd.ok("port start all")
            pf.pmd.ok("start")
    assert pf.state()["used"] == used
    pf.gen.drain(1)
    pf.assert_forwards()
    pf.assert_healthy()


# Close, detach, attach

@pytest.mark.parametrize("lport", [0, 2])
def test_closing_one_port_leaves_the_others(pf, lport):
    """The other pair forwards on; detach and attach bring the port back."""
    used = pf.state()["used"]
    pair = [i for i in ALL if i // 2 != lport // 2]
    pf.pmd.ok("stop")
    pf.pmd.ok(f"port stop {pf.port_id[lport]}")
    pf.pmd.ok(f"port close {pf.port_id[lport]}")
    left = pf.state()["used"]
    assert (left["rxqs"], left["vsis"]) == (PORTS - 1, used["vsis"] - 1)
    _forward(pf, pair)
    before = _lost(pf, pair)
    sent = [len(pf.gen.offer(i, 4, TIMEOUT)) for i in pair]
    pf.gen.drain(1)
    assert _lost(pf, pair) == before and min(sent) > 0
    pf.pmd.ok("stop")
    pf.pmd.ok("port stop all")
    out = pf.pmd.ok(f"port detach {pf.port_id[pair[0]]}")
    assert "Device is detached" in out and "total ports is 0" in out
    _attach(pf)
    assert pf.state()["used"] == used
    pf.assert_forwards()
    pf.assert_healthy()


def test_detach_and_attach_again_and_again(pf):
    """Nothing stays behind in the device or in the guest's memory."""
    used, macs = pf.state()["used"], _macs(pf)
    free = []
    with pf.traffic():
        for _ in range(DETACHED):
            pf.pmd.ok("stop")
            pf.pmd.ok("port stop all")
            pf.pmd.ok("port close all")
            assert f"Device {pf.bdf} is detached" in pf.pmd.ok(f"device detach {pf.bdf}")
            gone = pf.state()["used"]
            assert (gone["rxqs"], gone["txqs"]) == (0, 0)
            free.append(_heap_allocated(pf))
            _attach(pf)
            assert pf.state()["used"] == used
            assert _macs(pf) == macs
    pf.gen.drain(1)
    assert len(set(free[1:])) == 1, free
    pf.assert_forwards()
    pf.assert_healthy()


def _macs(bed) -> dict[int, str]:
    rows = [line.split() for line in bed.pmd.cmd("show port summary all").splitlines()]
    found = {int(r[0]): r[1] for r in rows if r and r[0].isdecimal()}
    return {lport: found[number] for lport, number in bed.port_id.items()}


def _heap_allocated(bed) -> int:
    """Bytes of DPDK's heap in use, from its own dump."""
    text = bed.pmd.cmd("dump_malloc_stats")
    return sum(int(line.split(":")[1].strip(" ,")) for line in text.splitlines()
               if line.strip().startswith("Alloc_size"))


# Death

def test_kill_and_restart(pf):
    """kill -9 amid traffic: the next testpmd finds a working device, each time.

    Frames do not cease with the application: they find its queues while the kernel
    takes the device away.
    """
    for _ in range(KILLED):
        with pf.traffic(patience=0.002):
            pf.kill()
            pf.until(lambda: pf.state()["used"]["rxqs"] == 0,
                     lambda: f"queues stay on: {pf.state()['used']}")
        pf.launch()
        pf.pmd.ok("start")
        pf.gen.drain(1)
        pf.assert_forwards()
        pf.assert_healthy()


# Unplugging

def _assert_removed(bed, mark) -> None:
    """Every port told exactly once; testpmd has closed them all."""
    bed.until(lambda: sum(e[1] == CLOSED for e in bed.events(mark)) >= PORTS,
              lambda: f"closed: {bed.events(mark)}")
    bed.quiet()
    for what in (RMV, CLOSED):
        assert sorted(e for e in bed.events(mark) if e[1] == what) == [(i, what) for i in ALL]


def test_unplugged_and_plugged_in_again(pf):
    """The ports say so, testpmd lets go, and takes the new device on."""
    mark = pf.mark()
    with pf.traffic():
        pf.assert_healthy()
        pf.vm.qmp("device_del", id=demo.DEVICE)
        pf.vm.wait_unplugged(demo.DEVICE)
        _assert_removed(pf, mark)
        assert "Number of available ports: 0" in pf.pmd.cmd("show port summary all")
    _plug(pf)
    _attach(pf)
    pf.gen.drain(1)
    pf.assert_forwards()
    pf.assert_healthy()


def test_the_end_is_clean(pf):
    """After all of it: testpmd quits well, and nothing of it stays in the device."""
    assert pf.pmd.close() == 0
    pf.assert_healthy()
    used = pf.state()["used"]
    assert (used["rxqs"], used["txqs"]) == (0, 0)


def test_bars_are_above_what_the_processors_use(pf):
    """What vfio switches on and off must not renumber the local APIC, see VM."""
    text = pf.vm.run(f"cat /sys/bus/pci/devices/{pf.bdf}/resource").output
    starts = [int(line.split()[0], 16) for line in text.splitlines()[:6]]
    assert sum(map(bool, starts)) == 2
    assert all(start > 0xFEE00000 for start in starts if start)
    others = pf.vm.run("cat /proc/iomem").output
    memory = [int(m, 16) for m in re.findall(r"^ +([0-9a-f]+)-[0-9a-f]+ : virtio", others, re.M)]
    assert all(start < min(filter(None, starts)) for start in memory)


@pytest.mark.skipif(not steady_tsc(), reason="the host's TSC is none to count on")
def test_processors_spin_alike(pf):
    """A driver's delay is as long on each: none is measured on a busy host, see VM."""
    got = re.findall(r"^bogomips\s*: (\S+)$", pf.vm.run("cat /proc/cpuinfo").output, re.M)
    assert len(got) > 1 and len(set(got)) == 1, got


def test_surprise_removal_is_told_to_each_port(pf):
    """No request, the device is just gone: nothing hangs on what it does not answer.

    The last one: a kernel that heard of no removal resets the device first
    when testpmd lets go of it, and waits for that a minute.
    """
    mark = pf.mark()
    with pf.traffic():
        pf.fault("remove")
        _assert_removed(pf, mark)
    assert "cannot be removed" not in pf.pmd.process.output(mark)
    assert "stays behind" not in pf.pmd.process.output(mark)
