# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The distribution's Linux ice driver, unmodified, in safe mode (no package).

Every check reads what the driver itself says: carrier, counters, the kernel's
log, bytes that arrived.
"""

import re
import time

import pytest
from icemp_lib import netns
from stock_linux import Stock


@pytest.fixture(scope="module")
def stock():
    with Stock() as s:
        s.run("modprobe 8021q")
        yield s


def test_probe_is_clean(stock):
    stock.run("dmesg -c > /dev/null")
    name = stock.load()
    log = stock.run("dmesg")
    assert "Entering Safe Mode" in log
    mac = stock.run(f"cat /sys/class/net/{name}/address").strip()
    assert mac == stock.state()["ports"][0]["mac"]
    stock.judge()


def test_carrier_and_speed(stock, dev):
    assert stock.run(f"cat /sys/class/net/{dev}/speed").strip() == "100000"
    assert stock.run(f"cat /sys/class/net/{dev}/duplex").strip() == "full"
    assert re.search(r"NIC Link is up 100 Gbps", stock.run("dmesg"))


@pytest.mark.parametrize("size", [0, 56, 1472])
def test_ping(stock, dev, size):
    stock.ping(size=size)


def test_tcp_transfer_is_intact(stock, dev):
    stock.receive("", bytes(range(256)) * 16384, netns.guest_address(0))


def test_ethtool_tells(stock, dev):
    info = stock.run(f"ethtool -i {dev}")
    assert re.search(r"^driver: ice$", info, re.M)
    assert f"bus-info: {stock.bdf}" in info
    # As the NVM image has it: version, its identity, the option ROM's.
    assert re.search(r"^firmware-version: 4\.10 0x80001001 0\.0\.1$", info, re.M), info
    assert re.search(r"^Combined:\s+1$", stock.run(f"ethtool -l {dev}").split("Current")[1], re.M)
    assert re.search(r"^RX:\s+\d+$", stock.run(f"ethtool -g {dev}").split("Current")[1], re.M)


def test_counters_count(stock, dev):
    before = stock.ethtool_stats(dev)
    stock.ping(size=1000, count=8)
    after = stock.ethtool_stats(dev)
    for name in ("rx_unicast.nic", "tx_unicast.nic", "rx_unicast", "tx_unicast"):
        assert after[name] - before[name] >= 8, name
    assert after["rx_bytes.nic"] - before["rx_bytes.nic"] >= 8 * 1000
    for name in ("rx_crc_errors.nic", "illegal_bytes.nic", "rx_dropped"):
        assert after[name] == before[name], name


def test_carrier_follows_the_cable(stock, dev):
    for _ in range(3):
        stock.vm.set_link("net0", False)
        stock.wait_carrier(dev, False)
        stock.vm.set_link("net0", True)
        stock.wait_carrier(dev, True)
    stock.ping()


def test_mtu_9000(stock, dev):
    stock.run(f"ip link set {dev} mtu 9000")
    stock.wait_carrier(dev, True)
    try:
        stock.ping(size=8972)
    finally:
        stock.run(f"ip link set {dev} mtu 1500")
        stock.wait_carrier(dev, True)
    stock.ping()


def _received(stock, dev) -> int:
    """Packets, as the driver counts them."""
    return int(stock.run(f"cat /sys/class/net/{dev}/statistics/rx_packets"))


def test_mac_change(stock, dev):
    old = stock.run(f"cat /sys/class/net/{dev}/address").strip()
    stock.run(f"ip link set {dev} address 02:11:22:33:44:55")
    stock.taps.ip(0, "neigh", "flush", "all")
    stock.ping()
    # The old one is nobody's: what goes there is not received, let alone answered.
    to = (netns.guest_address(0), "dev", stock.taps.interface(0))
    stock.taps.ip(0, "neigh", "replace", *to, "lladdr", old)
    before = _received(stock, dev)
    assert stock.taps.ping(0, count=20, interval=0.01, wait=0.1)["received"] == 0
    assert _received(stock, dev) - before < 5
    stock.taps.ip(0, "neigh", "del", *to)
    stock.run(f"ip link set {dev} address {old}")
    stock.taps.ip(0, "neigh", "flush", "all")
    stock.ping()


def test_vlan_interface(stock, dev):
    stock.run(f"ip link add link {dev} name v42 type vlan id 42 && "
              "ip addr add 198.18.42.2/24 dev v42 && ip link set v42 up && "
              "/usr/bin/ip neigh replace 198.18.42.1 lladdr 02:00:00:00:00:42 dev v42")
    mac = stock.run(f"cat /sys/class/net/{dev}/address").strip()
    try:
        assert stock.tagged_echo(mac, 42) == 42
        assert stock.tagged_echo(mac, 43) is None
    finally:
        stock.run("ip link del v42")


def test_up_and_down_20_times(stock, dev):
    before = _used(stock)
    for _ in range(20):
        stock.run(f"ip link set {dev} down && ip link set {dev} up")
    stock.up(dev)
    stock.ping()
    assert _used(stock) == before


def test_unbind_and_bind_20_times(stock, dev):
    path = "/sys/bus/pci/drivers/ice"
    for _ in range(20):
        stock.run(f"echo {stock.bdf} > {path}/unbind && echo {stock.bdf} > {path}/bind")
    name = stock.netdev()
    stock.up(name)
    stock.ping()


def test_unload_and_load_10_times(stock, dev):
    for _ in range(10):
        stock.run("rmmod ice && modprobe ice")
    name = stock.netdev()
    stock.up(name)
    stock.ping()


def test_reset_by_sysfs(stock, dev):
    stock.run(f"ip link set {dev} down; echo 1 > /sys/bus/pci/devices/{stock.bdf}/reset")
    stock.up(stock.netdev())
    stock.ping()


def _used(stock) -> dict:
    """What the driver has of the device. But rules: it adds and removes them when it likes."""
    return {k: v for k, v in stock.state()["used"].items() if k != "rules"}


def test_reset_by_sysfs_of_a_netdev_that_is_up(stock, dev):
    """The driver steps aside, and has it all again: address, MTU, promiscuous."""
    mac = stock.run(f"cat /sys/class/net/{dev}/address").strip()
    stock.run(f"ip link set {dev} mtu 9000 && ip link set {dev} promisc on && "
              f"ip link set {dev} address 02:11:22:33:44:66")
    stock.wait_carrier(dev, True)
    try:
        for _ in range(3):
            before = _used(stock)
            stock.run(f"echo 1 > /sys/bus/pci/devices/{stock.bdf}/reset")
            stock.wait_carrier(dev, True)
            assert stock.netdev() == dev
            assert _used(stock) == before
            stock.taps.ip(0, "neigh", "flush", "all")
            stock.ping(size=8972, count=2)
        assert "VSI rebuilt" in stock.run("dmesg")
    finally:
        stock.run(f"ip link set {dev} mtu 1500 && ip link set {dev} promisc off && "
                  f"ip link set {dev} address {mac}")
        stock.taps.ip(0, "neigh", "flush", "all")
        stock.wait_carrier(dev, True)


def _devlink(stock, *args: str):
    """A devlink command on the device; (status, output)."""
    return tuple(stock.vm.run(f"devlink dev {args[0]} pci/{stock.bdf} {' '.join(args[1:])} 2>&1",
                              timeout=90, check=False))


def _firmware(stock, dev) -> str:
    """The version the driver has read."""
    return re.search(r"^firmware-version: (\S+)", stock.run(f"ethtool -i {dev}"), re.M)[1]


def test_devlink_tells(stock, dev):
    status, text = _devlink(stock, "info")
    assert status == 0, text
    assert re.search(r"^\s+driver ice$", text, re.M)
    serial = stock.run(f"cat /sys/class/net/{dev}/address").strip().replace(":", "-")
    assert f"serial_number {serial[:8]}-ff-ff-{serial[9:]}" in text, text
    running = dict(re.findall(r"^\s+(fw\S*) (\S+)$", text.split("stored:")[0], re.M))
    assert running["fw.psid.api"] == _firmware(stock, dev)
    # What the flash image of the device says (qemu/core/aq_nvm.c).
    assert (running["fw.mgmt.api"], running["fw.undi"], running["fw.bundle_id"],
            running["fw.netlist"]) == ("1.5.0", "0.0.1", "0x80001001", "1.0.0-0.0.0"), text


def test_devlink_reload_without_an_update_is_refused(stock, dev):
    """It is for firmware that waits to be activated; the driver has no other."""
    status, text = _devlink(stock, "reload", "action", "fw_activate")
    assert status != 0 and "ice: No pending firmware update" in text, text
    status, text = _devlink(stock, "reload", "action", "driver_reinit")
    assert status != 0 and "not supported" in text, text
    stock.ping(count=2)


def test_devlink_reload_activates_an_update(stock, dev):
    """By EMPR, the netdev being up: it has its configuration and the new firmware."""
    old, used, rstat = _firmware(stock, dev), _used(stock), stock.state()["rstat"]
    stock.vm.qom_set("dev0", "fault", "nvm update")
    status, text = _devlink(stock, "reload", "action", "fw_activate")
    assert status == 0 and "fw_activate" in text, text
    # The driver may say so before it has heard of the reset.
    end = time.monotonic() + 15
    while _used(stock) != used or stock.state()["rstat"] == rstat:
        assert time.monotonic() < end, (_used(stock), used)
        time.sleep(0.1)
    stock.wait_carrier(dev, True)
    assert stock.netdev() == dev
    assert _firmware(stock, dev) != old
    stock.ping(count=2)


@pytest.mark.parametrize("kind", ["corer", "globr", "empr"])
def test_recovers_from_a_reset_of_the_device(stock, dev, kind):
    stock.reset(kind)
    time.sleep(1)
    stock.up(dev)
    stock.ping()


def test_four_ports_look_like_one():
    """A driver that does not opt in sees one port, and it works."""
    with Stock(ports=4) as s:
        name = s.load()
        s.up(name)
        s.ping()
        s.judge()
        assert s.state()["mp_enable"] is False
        # The others are not its business.
        assert [p["rx"]["bytes"] for p in s.state()["ports"][1:]] == [0, 0, 0]
