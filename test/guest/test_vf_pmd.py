# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""VFs of our PF: net_iavf in a testpmd of its own, Linux iavf, both on every port.

VFs 0..3 are testpmd's, 4..7 netdevs of the guest's kernel; VF v is of port v mod 4.
"""

import hashlib
import re
import subprocess
import time

import pytest
from icemp_lib import demo, netns, soak_vf, vfs

PORTS, VFS = soak_vf.PORTS, soak_vf.VFS
TIMEOUT = 30.0


@pytest.fixture(scope="module", name="rig")
def _rig():
    with soak_vf.Bed() as bed:
        yield bed
        assert bed.vm.dmesg_problems() == []


@pytest.fixture(name="bed")
def _bed(rig):
    """Judged after each test: whoever is told off, it is the PF or one of these VFs."""
    yield rig
    state = demo.device_state(rig.vm)
    assert state["violations"]["total"] == 0, state["violations"]
    assert state["aq"]["enosys"] == state["aq"]["timeouts"] == 0


def until(condition, why: str, timeout: float = TIMEOUT) -> None:
    """Wait for it."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def links_of_testpmd(bed) -> list[str]:
    """"up" or "down" of testpmd's VFs, in their order."""
    return re.findall(r"^\d+\s.*\s(up|down)\s", bed.vf_pmd.cmd("show port summary all"), re.M)


def links(bed) -> dict[int, bool]:
    """Of all VFs, as their drivers have it."""
    found = dict(enumerate(link == "up" for link in links_of_testpmd(bed)))
    return {**found, **{dev.vf: dev.carrier() for dev in bed.netdevs}}


def test_every_vf_has_its_traffic(bed):
    """Frames to testpmd's come back bit for bit, the kernel's answer pings."""
    assert bed.silent() == []
    groups = bed.vm.run("for f in /sys/bus/pci/devices/*/virtfn*; do readlink -f "
                        "$f/iommu_group; done").output.split()
    assert len(groups) == VFS == len(set(groups)), "an IOMMU group for each"


@pytest.mark.parametrize("size", [56, 1472])
def test_ping(bed, size):
    for dev in bed.netdevs:
        got = bed.taps.ping(dev.lport, 5, 0.05, size, address=dev.address)
        assert got["received"] == 5, f"VF {dev.vf}"


def test_ping_between_vfs_of_a_port(bed):
    """testpmd's VF answers the kernel's: ARP by broadcast, then echoes."""
    bed.vf_pmd.cmd("stop")
    bed.vf_pmd.cmd("set fwd icmpecho")
    bed.vf_pmd.ok("start")
    try:
        for dev in bed.netdevs:
            # icmpecho has any address, but one that is nobody else's.
            assert dev.ping(netns.vf_address(dev.lport, 200)) == 3, f"VF {dev.vf}"
    finally:
        bed.vf_pmd.cmd("stop")
        bed.vf_pmd.cmd("set fwd macswap")
        bed.vf_pmd.ok("start")


def test_tcp_over_the_wire(bed):
    dev = bed.netdevs[1]
    data = bytes(range(256)) * 8192
    got = bed.vm.spawn(f"/usr/bin/ip netns exec {dev.ns} nc -l -p 7777 | sha256sum")
    until(lambda: ":7777" in dev.run("netstat -ltn"), "nobody listens")
    subprocess.run(netns.as_root("ip", "netns", "exec", bed.taps.namespace(dev.lport), "busybox",
                                 "nc", dev.address, "7777"), input=data, timeout=60, check=True)
    assert got.wait(60).output.split()[0] == hashlib.sha256(data).hexdigest()


def test_a_link_reaches_exactly_its_vfs(bed):
    """Down and up, port by port; the other ports' VFs go on."""
    for lport in (1, 3):
        mine = {lport, lport + PORTS}
        bed.vm.set_link(bed.taps.ids()[lport], False)
        try:
            until(lambda mine=mine: links(bed) == {v: v not in mine for v in range(VFS)},
                  f"port {lport} down: {links(bed)}")
            other = (lport + 1) % PORTS
            assert bed.answers(other)
            dev = bed.netdevs[other]
            assert bed.taps.ping(other, 2, 0.1, address=dev.address)["received"] == 2
        finally:
            bed.vm.set_link(bed.taps.ids()[lport], True)
        until(lambda: all(links(bed).values()), f"port {lport} up again")
    assert bed.silent() == []


def test_vf_goes_and_comes(bed):
    """VFLRs in any order: the neighbours hear nothing of it, the VF is as new."""
    path = "/sys/bus/pci/drivers/iavf"
    away, stay = bed.netdevs[2], bed.netdevs[0]
    for _ in range(2):
        bed.vm.run(f"echo {away.bdf} > {path}/unbind")
        assert bed.taps.ping(0, 2, 0.1, address=stay.address)["received"] == 2
        assert bed.answers(2), "testpmd's VF of the same port"
        bed.vm.run(f"echo {away.bdf} > {path}/bind")
        away.find()
        away.up(bed.taps, 2)
        assert away.wait_carrier(True)
    assert bed.silent() == []


@pytest.mark.parametrize("kind", ["cause pci", "reset corer"])
def test_vfs_outlive_a_reset_of_the_pf(bed, kind):
    """By its driver, which tells them before, or unannounced: the kernel's come back by
    themselves, testpmd's as an application does it."""
    mark = bed.pmd.process.mark()
    bed.vm.qom_set(demo.DEVICE, "fault", kind)
    until(lambda: bed.told(mark, soak_vf.RECOVERED) == PORTS, "the PF has not recovered")
    bed.restart_vf_pmd()
    assert bed.silent() == []


def test_vfs_outlive_the_pfs_application(bed):
    """kill -9; the next one finds the VFs and serves them: testpmd's go on after a reset."""
    pf = bed.vm.bdf(demo.DEVICE)
    vfs.kill(bed.vm, pf, bed.pmd)
    assert len(vfs.addresses(bed.vm, pf)) == VFS
    eal, app = demo.testpmd_args(PORTS, "macswap")
    bed.pmd = bed.vm.testpmd(f"{eal} -a {pf} {vfs.TOKEN}", f"--print-event=all {app}")
    demo.wait_links(bed.vm, PORTS)
    bed.pmd.cmd("set promisc all off")
    bed.pmd.ok("start")
    vfs.forget_the_dead(bed.vm)
    bed.restart_vf_pmd()
    for lport in range(PORTS):
        until(lambda i=lport: bed.answers(i), f"VF {lport} does not come back")


def test_removal_in_any_order(bed):
    """testpmd and its VFs, the kernel's driver, all VFs; the ports go on."""
    vfs.end(bed.vf_pmd)
    bed.vm.run(f"echo {bed.netdevs[3].bdf} > /sys/bus/pci/drivers/iavf/unbind")
    bed.vm.run("rmmod iavf", timeout=60)
    pf = bed.vm.bdf(demo.DEVICE)
    vfs.disable(bed.vm, pf)
    assert vfs.addresses(bed.vm, pf) == []
    names = demo.ethdev_names(bed.pmd, PORTS)
    before = {i: demo.port_stats(bed.pmd, names[i][0])["rx"] for i in names}
    for lport, wire in enumerate(bed.wires):
        wire.send(b"\xff" * 6 + bytes.fromhex("020000000042") + b"\x88\xb5" + bytes(46))
        until(lambda i=lport: demo.port_stats(bed.pmd, names[i][0])["rx"] > before[i],
              f"port {lport} gets nothing")
    assert bed.pmd.close() == 0
