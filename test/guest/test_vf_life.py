# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""As many VFs as there can be, which come and go while the PF's application runs.

A few of them are with Linux iavf, each in a namespace of its own: VF v is of port
v mod 8, and the network of no other port reaches it.
"""

import json
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from icemp_lib import demo, netns, vfs

PORTS, VFS = 8, 255
#: Two neighbours at each of two ports, and others at the ends of all tables.
IN_USE = (0, 8, 1, 9, 127, 254)
TIMEOUT = 30.0
#: Bytes of a TCP transfer, and iperf3 asked for them, with few of them under way at a time.
TRANSFER = 4 << 20
AMOUNT = f"-n {TRANSFER} -w 128K"
#: iavf waits for its PF in steps of up to 2 s.
BACK = 60.0


class Rig:
    """The guest; the PF's testpmd; netdevs of VFs by number."""

    def __init__(self, vm, taps) -> None:
        self.vm = vm
        self.taps = taps
        self.pf = vm.bdf(demo.DEVICE)
        self.netdevs: dict[int, vfs.Netdev] = {}
        vm.bind(self.pf)
        self.start()
        vm.run("modprobe iavf")

    def start(self) -> None:
        """The application of the PF."""
        eal, app = demo.testpmd_args(PORTS, "macswap")
        self.pmd = self.vm.testpmd(f"{eal} --telemetry -a {self.pf} {vfs.TOKEN}", app)
        demo.wait_links(self.vm, PORTS)
        self.pmd.cmd("set promisc all off")
        self.pmd.ok("start")

    def use(self, bdfs: list[str], some) -> None:
        """Give these VFs to iavf, up on their ports' networks."""
        self.vm.bind(*(bdfs[v] for v in some), driver="iavf")
        self.netdevs = {v: vfs.Netdev(self.vm, v, bdfs[v]) for v in some}
        for vf, dev in self.netdevs.items():
            dev.up(self.taps, vf % PORTS)
        for dev in self.netdevs.values():
            assert dev.wait_carrier(True), f"VF {dev.vf} has no link"

    def listed(self) -> dict[int, str]:
        """What the driver says of all VFs."""
        found = self.vm.telemetry(f"/ice_mp/vf_list,{self.pf}")
        return {int(name[2:]): text for name, text in found.items()}

    def answers(self, dev, lport: int, count: int = 1, wait: float = 1.0) -> int:
        """Pings a VF answers to the network of a port."""
        return self.taps.ping(lport, count, 0.1, wait=wait, address=dev.address)["received"]

    def silent(self, timeout: float = BACK) -> list[int]:
        """VFs that do not answer their port in that time."""
        end = time.monotonic() + timeout
        left = dict(self.netdevs)
        assert left, "no VF is in use"
        while left and time.monotonic() < end:
            with ThreadPoolExecutor(len(left)) as pool:
                got = list(pool.map(lambda d: self.answers(d, d.lport, 3), left.values()))
            left = {v: d for (v, d), n in zip(list(left.items()), got) if n < 3}
        return list(left)


def received(dev) -> int:
    """Frames its driver has taken from the rings until now."""
    text = dev.run(f"ethtool -S {dev.name}")
    return sum(int(n) for n in re.findall(r"rx-\d+\.packets: (\d+)", text))


def losses(dev) -> int:
    """How often it has lost its carrier."""
    return int(dev.run(f"cat /sys/class/net/{dev.name}/carrier_down_count"))


@pytest.fixture(scope="module", name="all_of_it")
def _all_of_it():
    with netns.Taps(PORTS) as taps:
        with demo.machine(PORTS, taps, nb_vfs=VFS, flavour="full", pmd_vfs=0) as vm:
            taps.opened()
            yield Rig(vm, taps)
            assert vm.dmesg_problems() == []


@pytest.fixture(name="rig")
def _rig(all_of_it):
    yield all_of_it
    state = demo.device_state(all_of_it.vm)
    assert state["violations"]["total"] == 0, state["violations"]
    assert state["aq"]["enosys"] == state["aq"]["timeouts"] == 0


@pytest.mark.parametrize("count", [1, 8, 64, VFS])
def test_come_and_go_while_the_pf_runs(rig, count):
    """Each a function of its own, on the port the map says, and reachable there only."""
    bdfs = vfs.enable(rig.vm, rig.pf, count)
    assert len(set(bdfs)) == count
    groups = rig.vm.run(f"cd /sys/bus/pci/devices/{rig.pf}; for f in virtfn*; do "
                        "readlink $f/iommu_group; done").output.split()
    assert len(set(groups)) == count, "an IOMMU group for each"
    ports = [int(re.match(r"lport(\d+) ", rig.listed()[v])[1]) for v in range(count)]
    for lport in range(PORTS):
        assert ports.count(lport) == len(range(lport, count, PORTS)), f"VFs of port {lport}"
    some = sorted({0, count - 1} if count < VFS else set(IN_USE))
    rig.use(bdfs, some)
    assert rig.silent() == []
    for vf, dev in rig.netdevs.items():
        assert received(dev) >= 3
        other = (dev.lport + 1) % PORTS
        rig.taps.ip(other, "route", "replace", f"{dev.address}/32", "dev",
                    rig.taps.interface(other))
        rig.taps.ip(other, "neigh", "replace", dev.address, "lladdr", dev.mac(), "dev",
                    rig.taps.interface(other), "nud", "permanent")
        before = received(dev)
        assert rig.answers(dev, other, wait=0.3) == 0
        assert received(dev) == before, f"VF {vf} hears port {other}"
    if count == VFS:
        return
    vfs.disable(rig.vm, rig.pf)
    assert vfs.addresses(rig.vm, rig.pf) == []
    assert all("active" not in text for text in rig.listed().values()), rig.listed()


def _listen(rig, dev):
    """iperf3 behind a VF, for one client."""
    listener = rig.vm.spawn(f"/usr/bin/ip netns exec {dev.ns} iperf3 -s -1")
    end = time.monotonic() + TIMEOUT
    while ":5201" not in dev.run("netstat -ltn"):
        assert time.monotonic() < end, "nobody listens"
        time.sleep(0.1)
    return listener


def _judge(listener, report: str) -> None:
    """All has been received, but for what was under way at the end."""
    assert listener.wait(TIMEOUT).status == 0
    end = json.loads(report)["end"]
    assert end["sum_sent"]["bytes"] >= TRANSFER, end
    assert end["sum_received"]["bytes"] >= TRANSFER * 3 / 4, end


@pytest.mark.parametrize("one, other", [(0, 8), (9, 1)])
def test_tcp_between_vfs_of_a_port(rig, one, other):
    """Through the switch of the device."""
    client, server = rig.netdevs[one], rig.netdevs[other]
    listener = _listen(rig, server)
    _judge(listener, client.run(f"iperf3 -J {AMOUNT} -c {server.address}", timeout=60))


@pytest.mark.parametrize("direction", ["", "-R"])
def test_tcp_over_the_wire(rig, direction):
    """Between the host and a VF, either way."""
    dev = rig.netdevs[254]
    listener = _listen(rig, dev)
    argv = netns.as_root("ip", "netns", "exec", rig.taps.namespace(dev.lport), "iperf3", "-J",
                         *AMOUNT.split(), "-c", dev.address, *direction.split())
    _judge(listener, subprocess.run(argv, capture_output=True, text=True, timeout=60,
                                    check=True).stdout)


def test_vfs_see_the_pf_go_and_come(rig):
    """kill -9 of its application, and the next one: nobody helps the VFs."""
    assert rig.silent() == []
    before = {vf: losses(dev) for vf, dev in rig.netdevs.items()}
    vfs.kill(rig.vm, rig.pf, rig.pmd)
    rig.start()
    vfs.forget_the_dead(rig.vm)
    end = time.monotonic() + BACK
    for vf, dev in rig.netdevs.items():
        while losses(dev) == before[vf]:
            assert time.monotonic() < end, f"VF {vf} takes its link for up all the time"
            time.sleep(0.1)
        assert dev.wait_carrier(True, BACK), (f"VF {vf} has no link\n"
                                              + rig.vm.run("dmesg | tail").output)
        dev.meet(rig.taps)
    assert rig.silent() == []


def test_all_go_at_once(rig):
    """With traffic to the last moment; the ports and their next VF are as ever."""
    busy = rig.netdevs[0]
    flood = rig.vm.spawn(f"/usr/bin/ip netns exec {busy.ns} ping -q -A "
                         f"{netns.host_address(0)}")
    vfs.disable(rig.vm, rig.pf)
    flood.kill()
    bdfs = vfs.enable(rig.vm, rig.pf, 2)
    rig.use(bdfs, (0, 1))
    assert rig.silent() == []
    assert rig.pmd.close() == 0
