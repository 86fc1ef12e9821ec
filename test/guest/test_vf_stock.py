# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Strangers on both sides of the mailbox: Linux ice serves VFs of the device to
Linux iavf, both unmodified.

What they agree on is judged by what comes through: pings, bytes, carriers.
"""

import hashlib
import re
import subprocess
import time

import pytest
import stock_linux
from icemp_lib import ddp_package, netns, vfs

VFS = 8
IN_USE = 4
VF_MAC = "02:11:22:33:44:{:02x}"
#: Other traffic (neighbours, multicast) is far less.
STRANGE = 60


class StockVfs(stock_linux.Stock):
    """The stock PF with `devs`, its VFs' netdevs, each in a namespace of its own."""

    DRIVER = r"\b(ice|iavf)(:| \d{4}:)"
    EXPECTED = (
        *stock_linux.EXPECTED,
        # An address the PF gives while the VF still asks for its own.
        r"VF attempting to override administratively set MAC address",
        r"Failed to add MAC filter, error IAVF_ERR_ADMIN_QUEUE_ERROR",
        r"Intel\(R\) Ethernet Adaptive Virtual Function Network Driver",
        r"Copyright \(c\) \d+ - \d+ Intel Corporation",
        r"Enabling \d+ VFs( with \d+ vectors and \d+ queues per VF)?$",
        # The PF gives a VF no address of its own accord.
        r"Invalid MAC address [0-9a-f:]+, using random",
        r"MAC address: |GRO is enabled|Multiqueue (En|Dis)abled: Queue pair count",
        r"NIC Link is (Up|Down)|Remove device$",
        # Asked for by the administrator.
        r"(Setting|Removing) MAC .*on VF \d+\. VF driver will be reinitialized",
        r"VF \d+ is now (un)?trusted|(Setting|Clearing port) VLAN .*on VF \d+",
        r"(Entering|Leaving) (multicast )?promiscuous mode",
        # Said of whatever a VF wants of promiscuous modes, also to be without.
        r"Unprivileged VF \d+ is attempting to configure promiscuous mode",
        r"VF \d+ successfully (un)?set (multi|uni)cast promiscuous mode",
        r"Disabling (promiscuous|allmulticast) mode succeeded",
        # After a reset.
        r"VSI rebuilt\. VSI index \d+, type ICE_VSI_VF",
        r"Hardware reset detected|Reset (indication|warning) (received|from PF)|Scheduling reset task",
        r"Device is still in reset \(-?\d+\), retrying",
    )

    def __init__(self) -> None:
        super().__init__(package=ddp_package.package(), props=f",vfs={VFS}")
        self.pf = ""
        self.devs: list[vfs.Netdev] = []

    def enable(self, count: int) -> None:
        """That many VFs, with iavf, up on the port's network."""
        self.run(f"echo {count} > /sys/bus/pci/devices/{self.bdf}/sriov_numvfs", timeout=60)
        self.devs = [vfs.Netdev(self.vm, vf, bdf)
                     for vf, bdf in enumerate(vfs.addresses(self.vm, self.bdf))]
        assert len(self.devs) == count
        for dev in self.devs:
            dev.up(self.taps, 0)
        for dev in self.devs:
            self.wait(dev)

    def wait(self, dev: vfs.Netdev, up: bool = True) -> None:
        """For its carrier."""
        assert dev.wait_carrier(up), (f"VF {dev.vf}: carrier is not {up}:\n"
                                      + self.run("dmesg | tail -20"))

    def recover(self, *some: vfs.Netdev) -> None:
        """VFs whose driver has started over, or will: they come up as they were."""
        for dev in some or self.devs:
            dev.find()
            dev.up(self.taps, 0)
        for dev in some or self.devs:
            self.wait(dev)

    def answers(self, dev: vfs.Netdev, count: int = 3, **more) -> int:
        """Pings from the host that the VF has answered."""
        return self.taps.ping(0, count, address=dev.address, **more)["received"]

    def works(self, *some: vfs.Netdev) -> None:
        """Each answers the host."""
        for dev in some or self.devs:
            # Its filters are set some time after it came up.
            for _ in range(20):
                if self.answers(dev, 1, wait=0.5):
                    break
            assert self.answers(dev, interval=0.05) == 3, f"VF {dev.vf} and the wire"

    def pf_sees(self) -> dict[int, str]:
        """What ip says of the VFs, by VF."""
        text = self.run(f"/usr/bin/ip link show dev {self.pf}")
        return {int(m[1]): m[2] for m in re.finditer(r"^\s+vf (\d+)\s+(.*)$", text, re.M)}

    def set_vf(self, vf: int, what: str) -> None:
        """ip link set … vf."""
        self.run(f"/usr/bin/ip link set dev {self.pf} vf {vf} {what}")


@pytest.fixture(scope="module", name="host")
def _host():
    with StockVfs() as s:
        s.run("modprobe 8021q; modprobe bridge; modprobe veth; modprobe iavf")
        s.pf = s.load()
        s.up(s.pf)
        s.enable(IN_USE)
        yield s


@pytest.fixture(name="stock")
def _stock(host):
    """Judged after each test."""
    yield host
    host.judge()


def test_vfs_come_up(stock):
    assert set(stock.pf_sees()) == set(range(IN_USE))
    for dev in stock.devs:
        info = dev.run(f"ethtool -i {dev.name}")
        assert re.search(r"^driver: iavf$", info, re.M) and f"bus-info: {dev.bdf}" in info
        assert "Speed: 100000Mb/s" in dev.run(f"ethtool {dev.name}")
    assert len({dev.mac() for dev in stock.devs}) == IN_USE


@pytest.mark.parametrize("size", [56, 1472])
def test_ping(stock, size):
    for dev in stock.devs:
        assert stock.taps.ping(0, 5, 0.05, size, address=dev.address)["received"] == 5
    stock.ping(size=size)


def test_ping_between_vfs(stock):
    """They ask for each other's address: broadcasts come through, too."""
    for one, other in zip(stock.devs, stock.devs[1:] + stock.devs[:1]):
        one.run(f"/usr/bin/ip neigh del {other.address} dev {one.name}", check=False)
        assert one.ping(other.address) == 3, f"VF {one.vf} → VF {other.vf}"


def test_ping_between_vf_and_pf(stock):
    for dev in stock.devs[:2]:
        assert dev.ping(netns.guest_address(0)) == 3


def test_tcp_over_the_wire(stock):
    dev = stock.devs[0]
    stock.receive(f"/usr/bin/ip netns exec {dev.ns}", bytes(range(256)) * 16384, dev.address)


def test_tcp_between_vfs(stock):
    """4 MB through the device's switch."""
    one, other = stock.devs[1:3]
    got = stock.vm.spawn(f"/usr/bin/ip netns exec {other.ns} nc -l -p 7777 | sha256sum")
    data = bytes(range(256)) * 16384
    stock.vm.put("/tmp/data", data)
    one.run(f"sh -c 'n=0; until nc -w 30 {other.address} 7777 < /tmp/data; do n=$((n + 1)); "
            "[ $n -lt 50 ] || exit 1; sleep 0.1; done'", timeout=60)
    assert got.wait(60).output.split()[0] == hashlib.sha256(data).hexdigest()


def test_counters(stock):
    """ethtool's are the VF's own account, the PF's are what it asked the device for."""
    dev = stock.devs[0]

    def pf_account() -> dict[str, int]:
        text = stock.run(f"/usr/bin/ip -s link show dev {stock.pf}")
        mine = re.search(r"^\s+vf 0 .*\n((?:\s+(?:RX|TX|\d).*\n?)+)", text, re.M)[1].splitlines()
        rx, tx = mine[1].split(), mine[3].split()
        return {"rx": int(rx[1]), "tx": int(tx[1])}

    before = pf_account()
    assert stock.answers(dev, 20, interval=0.02) == 20
    after = pf_account()
    assert after["rx"] - before["rx"] >= 20 and after["tx"] - before["tx"] >= 20


def test_vlan_interface(stock):
    one, other = stock.devs[:2]
    for dev, address in ((one, "198.18.42.2"), (other, "198.18.42.3")):
        dev.ip(f"link add link {dev.name} name v42 type vlan id 42")
        dev.ip(f"addr add {address}/24 dev v42")
        dev.ip("link set v42 up")
        dev.ip("neigh replace 198.18.42.1 lladdr 02:00:00:00:00:42 dev v42")
    try:
        assert one.ping("198.18.42.3") > 0, "VF to VF in the VLAN"
        assert stock.tagged_echo(one.mac(), 42) == 42
        assert stock.tagged_echo(one.mac(), 43) is None
        other.ip("link del v42")
        assert one.ping("198.18.42.3", 1) == 0
    finally:
        one.ip("link del v42")


# What the administrator decides


def test_mac_given_by_the_pf(stock):
    """The VF takes it, and no other."""
    dev = stock.devs[0]
    old = dev.mac()
    stock.set_vf(0, f"mac {VF_MAC.format(0)}")
    assert old != VF_MAC.format(0) and f"link/ether {VF_MAC.format(0)}" in stock.pf_sees()[0]
    end = time.monotonic() + 20
    while dev.mac() != VF_MAC.format(0):
        assert time.monotonic() < end, f"the VF still has {dev.mac()}"
        time.sleep(0.1)
    stock.recover(dev)
    stock.works(dev)
    stock.judge()
    assert "not" in dev.run(f"sh -c '/usr/bin/ip link set {dev.name} address {VF_MAC.format(99)} "
                            "2>&1 || echo not'", check=False)
    found = stock.complaints()
    assert all("override administratively set MAC" in line or "Failed to add MAC filter" in line
               for line in found), found
    # As the PF says: "bring down and up the VF interface to resume normal operation".
    dev.ip(f"link set {dev.name} down")
    stock.recover(dev)
    stock.works(dev)


def _unknown_unicast(stock, dev: vfs.Netdev) -> int:
    """How much the VF gets while STRANGE frames to nobody's address arrive."""
    def received() -> int:
        return int(dev.run(f"cat /sys/class/net/{dev.name}/statistics/rx_packets"))
    before = received()
    with stock.taps.wire(0) as wire:
        wire.send(*[bytes.fromhex("02aabbccdd01") + bytes.fromhex("020000000042") + b"\x88\xb5"
                    + bytes(46) for _ in range(STRANGE)])
    # What is behind them in the queue has come: so have they.
    assert stock.answers(dev, 1) == 1
    time.sleep(0.2)
    return received() - before


def test_trust(stock):
    """Only who is trusted sees what is not for him."""
    dev = stock.devs[2]
    stock.works(dev)
    dev.ip(f"link set {dev.name} promisc on")
    time.sleep(1)
    assert _unknown_unicast(stock, dev) < STRANGE // 2
    dev.ip(f"link set {dev.name} promisc off")
    stock.set_vf(2, "trust on")
    assert "trust on" in stock.pf_sees()[2]
    stock.recover(dev)
    stock.works(dev)
    dev.ip(f"link set {dev.name} promisc on")
    end = time.monotonic() + 10
    while _unknown_unicast(stock, dev) < STRANGE:
        assert time.monotonic() < end
    assert _unknown_unicast(stock, stock.devs[3]) < STRANGE // 2, "the neighbour does not"
    dev.ip(f"link set {dev.name} promisc off")
    stock.set_vf(2, "trust off")
    stock.recover(dev)
    stock.works(dev)


def test_spoof_check(stock):
    """A bridge behind the VF: others' source addresses reach the wire only when allowed."""
    dev = stock.devs[3]
    stock.set_vf(3, "trust on")
    stock.recover(dev)
    stock.works(dev)
    dev.ip("link add br0 type bridge")
    dev.ip(f"link set {dev.name} master br0")
    dev.ip("link add va type veth peer name vb address 02:0a:0b:0c:0d:0e")
    dev.ip("link set va master br0 up")
    dev.ip("link set br0 up")
    dev.ip("addr add 198.18.99.2/24 dev vb")
    dev.ip("link set vb up")

    def on_the_wire() -> bool:
        with stock.taps.wire(0) as wire:
            dev.ping("198.18.99.1", 2)
            return bool(wire.recv(lambda f: f[6:12] == bytes.fromhex("020a0b0c0d0e"), 1, 1.0))

    try:
        assert "spoof checking on" in stock.pf_sees()[3]
        assert not on_the_wire()
        stock.set_vf(3, "spoofchk off")
        assert "spoof checking off" in stock.pf_sees()[3]
        end = time.monotonic() + 10
        while not on_the_wire():
            assert time.monotonic() < end
    finally:
        dev.ip("link del va")
        dev.ip("link del br0")
        stock.set_vf(3, "spoofchk on")
        stock.set_vf(3, "trust off")
        stock.recover(dev)
    stock.works(dev)


def test_port_vlan(stock):
    """The VF knows nothing of it; the wire sees the tag."""
    dev, other = stock.devs[1], stock.devs[0]
    stock.set_vf(1, "vlan 42")
    assert "vlan 42" in stock.pf_sees()[1]
    try:
        stock.recover(dev)
        dev.ip(f"addr add 198.18.42.2/24 dev {dev.name}")
        dev.ip(f"neigh replace 198.18.42.1 lladdr 02:00:00:00:00:42 dev {dev.name}")
        end = time.monotonic() + 20
        while stock.tagged_echo(dev.mac(), 42) != 42:
            assert time.monotonic() < end, "no answer in VLAN 42"
        assert stock.tagged_echo(dev.mac(), 43) is None
        assert stock.answers(dev, 2, wait=0.5) == 0, "untagged"
        assert other.ping(dev.address, 1) == 0, "the neighbour is in no VLAN"
    finally:
        stock.set_vf(1, "vlan 0")
        stock.recover(dev)
        dev.ip(f"addr del 198.18.42.2/24 dev {dev.name}")
    stock.works(dev)


def test_link_state(stock):
    """By the administrator for one VF; by the cable for all that follow it."""
    one, *rest = stock.devs
    stock.set_vf(0, "state disable")
    stock.wait(one, False)
    assert all(dev.carrier() for dev in rest)
    assert stock.answers(one, 1, wait=0.5) == 0
    stock.works(rest[0])
    stock.set_vf(0, "state enable")
    stock.wait(one)
    stock.works(one)
    stock.vm.set_link("net0", False)
    for dev in rest:
        stock.wait(dev, False)
    assert one.carrier()
    assert one.ping(rest[0].address, 1) == 0
    stock.set_vf(0, "state auto")
    stock.wait(one, False)
    stock.vm.set_link("net0", True)
    for dev in stock.devs:
        stock.wait(dev)
    stock.wait_carrier(stock.pf, True)
    stock.works()


# Resets


def _recovered(stock) -> None:
    """Without anybody's help."""
    stock.wait_carrier(stock.pf, True)
    for dev in stock.devs:
        stock.wait(dev)
    stock.works()
    stock.ping(count=2)


@pytest.mark.parametrize("kind", ["corer", "globr", "empr"])
def test_recover_from_a_reset_of_the_device(stock, kind):
    macs = [dev.mac() for dev in stock.devs]
    stock.reset(kind)
    time.sleep(1)
    _recovered(stock)
    assert [dev.mac() for dev in stock.devs] == macs


def test_recover_from_an_flr_of_the_pf(stock):
    """Which switches SR-IOV off; the kernel switches it on again."""
    stock.run(f"echo 1 > /sys/bus/pci/devices/{stock.bdf}/reset")
    _recovered(stock)


def test_vflr_by_sysfs(stock):
    dev = stock.devs[1]
    stock.run(f"echo 1 > /sys/bus/pci/devices/{dev.bdf}/reset")
    stock.recover(dev)
    stock.works()


def test_unbind_and_bind_in_any_order(stock):
    path = "/sys/bus/pci/drivers/iavf"
    for vf in (3, 1, 0, 2):
        stock.run(f"echo {stock.devs[vf].bdf} > {path}/unbind")
    stock.judge()
    for vf in (2, 0, 3, 1):
        stock.run(f"echo {stock.devs[vf].bdf} > {path}/bind")
    stock.recover()
    stock.works()


def test_up_and_down(stock):
    dev = stock.devs[0]
    for _ in range(5):
        dev.ip(f"link set {dev.name} down")
        stock.works(stock.devs[1])
        dev.ip(f"link set {dev.name} up")
    stock.recover(dev)
    stock.works()


def test_all_away_and_others(stock):
    """With traffic to the last moment; then as many as there can be."""
    used = stock.state()["used"]
    for count in (VFS, IN_USE):
        busy = stock.vm.spawn(f"/usr/bin/ip netns exec {stock.devs[0].ns} ping -q -A "
                              f"{netns.host_address(0)}")
        stock.run(f"echo 0 > /sys/bus/pci/devices/{stock.bdf}/sriov_numvfs", timeout=60)
        busy.kill()
        assert stock.pf_sees() == {}
        stock.ping(count=2)
        stock.enable(count)
        stock.works()
    assert stock.state()["used"]["vsis"] == used["vsis"]


def test_the_pf_goes_first(stock):
    """rmmod of the PF's driver takes the VFs; it comes again, without."""
    stock.run("rmmod ice", timeout=60)
    assert vfs.addresses(stock.vm, stock.bdf) == []
    stock.pf = stock.load()
    stock.up(stock.pf)
    stock.ping()
    stock.enable(IN_USE)
    stock.works()
