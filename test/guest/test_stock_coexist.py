# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The stock Linux ice driver and our PMD take turns on one four-port device.

The same with the distribution's net_ice is in test_stock_dpdk.py. Here too:
what a reboot leaves of the one and the other, which must be nothing.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from icemp_lib import demo, image
from pmd_rig import DRIVERS, trouble
from stock_linux import Stock

PORTS = 4
CYCLES = 10
#: Offset and words. Read from outside, and without effect; what a driver has set up shows.
REGISTERS = {
    "MP_ENABLE": (0x000008, 1), "MP_DOORBELL_STAT": (0x00000C, 1), "VF_PORT_MAP": (0x000200, 64),
    "PF_FW_ATQBAL": (0x080000, 1), "PF_FW_ARQBAL": (0x080080, 1), "PF_FW_ATQLEN": (0x080200, 1),
    "PF_FW_ARQLEN": (0x080280, 1), "PFGEN_CTRL": (0x091000, 1), "GLGEN_RSTAT": (0x0B8188, 1),
    "QRX_CTRL": (0x120000, 16), "QINT_RQCTL": (0x150000, 16), "GLINT_ITR": (0x154000, 16),
    "GLINT_DYN_CTL": (0x160000, 16), "PFINT_FW_CTL": (0x16C800, 1),
    "PFINT_OICR_ENA": (0x16C900, 1), "PFINT_OICR_CTL": (0x16CA80, 1),
    "QRX_CONTEXT": (0x280000, 16), "QRX_TAIL": (0x290000, 16),
}
VECTORS = 16
#: Of a ping: Ethernet, IP, ICMP.
HEADERS = 42


@pytest.fixture(scope="module", name="guest")
def _guest():
    with Stock(PORTS, image.project_files(), taps=PORTS, reboots=True,
               hugepages=demo.hugepages(PORTS)) as s:
        s.fresh = snapshot(s)
        s.load()
        yield s


# The device as it is after power on

def snapshot(guest) -> dict:
    """All that a driver could have left: configuration space, registers, the device's report."""
    found = {"config": guest.run(f"hexdump -Cv /sys/bus/pci/devices/{guest.bdf}/config")}
    enable = f"/sys/bus/pci/devices/{guest.bdf}/enable"
    guest.run(f"echo 1 > {enable}")
    bars = [int(line.split()[0], 16) for line in guest.run(
        f"cat /sys/bus/pci/devices/{guest.bdf}/resource").splitlines()]
    for name, (offset, words) in REGISTERS.items():
        found[name] = _words(guest, bars[0] + offset, words)
    found["MSI-X table"] = _words(guest, bars[3], 4 * VECTORS)
    guest.run(f"echo 0 > {enable}")
    state = guest.state()
    # The host's, and how the device was used since QEMU started.
    del state["fault"], state["aq"]
    for port in state["ports"]:
        del port["link_changes"]
    return {**found, **dict(_leaves("state", state))}


def _leaves(name: str, part):
    """(path, value) of what is in a report."""
    if isinstance(part, (dict, list)):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from _leaves(f"{name}.{key}", value)
    else:
        yield name, part


def _words(guest, address: int, count: int) -> list[str]:
    text = guest.vm.qmp("human-monitor-command", command_line=f"xp /{count}xw {address:#x}")
    found = re.findall(r"\b0x[0-9a-f]{8}\b", text)
    assert len(found) == count, text
    return found


def forget(guest, *lports: int) -> None:
    """The host no longer looks after its neighbours at these ports."""
    for lport in lports:
        guest.taps.ip(lport, "neigh", "flush", "all")


def restart(guest, button: bool) -> None:
    """Reboot, after which the device must be what it was before the first driver came."""
    forget(guest, *range(PORTS))
    guest.reboot(button)
    now = snapshot(guest)
    assert {k: v for k, v in now.items() if v != guest.fresh.get(k)} == {}, "survived"
    guest.load()


# Turns

def ice(guest) -> str:
    """The kernel's driver has the device: its netdev, up."""
    guest.vm.bind(guest.bdf, driver="ice")
    dev = guest.netdev()
    guest.up(dev)
    return dev


def one_port(guest, dev: str) -> None:
    """One netdev, which works, and nothing reaches it of what happens at other ports."""
    assert sorted(guest.run("ls /sys/class/net").split()) == sorted(["lo", dev])
    assert guest.run(f"cat /sys/class/net/{dev}/speed").strip() == "100000"
    guest.ping(count=2)
    changes = guest.run(f"cat /sys/class/net/{dev}/carrier_changes")
    received = int(guest.run(f"cat /sys/class/net/{dev}/statistics/rx_packets"))
    for lport in range(1, PORTS):
        guest.vm.set_link(f"net{lport}", False)
        guest.vm.set_link(f"net{lport}", True)
        got = guest.taps.ping(lport, count=2, interval=0.01, wait=0.1)
        assert got["sent"] == 2 and got["received"] == 0, got
        forget(guest, lport)
    # Either kernel may ask for the other's address; a frame of each hidden port is more.
    received -= int(guest.run(f"cat /sys/class/net/{dev}/statistics/rx_packets"))
    assert -received < PORTS - 1
    guest.ping(count=2)
    assert guest.run(f"cat /sys/class/net/{dev}/carrier_changes") == changes
    assert guest.state()["mp_enable"] is False
    guest.judge()


def ours(guest):
    """Our PMD has the device and answers pings on every port: its testpmd."""
    guest.vm.bind(guest.bdf)
    pmd = guest.vm.testpmd(f"-l 0,1 -a {guest.bdf}",
                           "--nb-cores=1 --rxd=256 --txd=256 --total-num-mbufs=6144 "
                           "--forward-mode=icmpecho")
    pmd.ok("start")
    return pmd


def _size(lport: int) -> int:
    """Bytes in a ping of this port."""
    return 100 + 300 * lport


def four_ports(guest, pmd) -> None:
    """Each port answers what comes in there, and the right ethdev has counted it."""
    names = demo.ethdev_names(pmd, PORTS)
    assert {name for _, name in names.values()} == {f"{guest.bdf}_port{i}" for i in range(PORTS)}
    assert guest.state()["mp_enable"] is True
    # At once, each with a size of its own.
    with ThreadPoolExecutor(PORTS) as pool:
        list(pool.map(lambda lport: guest.ping(lport=lport, count=2, size=_size(lport)),
                      range(PORTS)))
    for lport, (port_id, _) in names.items():
        stats = demo.port_stats(pmd, port_id)
        pings = 2 * (_size(lport) + HEADERS)
        # The host may ask for the address, too; earlier than testpmd answers.
        assert pings <= stats["tx_bytes"] <= stats["rx_bytes"] <= pings + 3 * 64, (lport, stats)
    assert pmd.close() == 0
    assert not trouble(pmd.process.output(), DRIVERS["net_ice_mp"])
    used = guest.state()["used"]
    assert (used["rxqs"], used["txqs"], used["vsis"], used["rules"]) == (0, 0, 0, 0), used
    guest.judge()


def test_one_port_for_ice_and_all_four_for_ours(guest):
    """There and back ten times, in one boot."""
    for _ in range(CYCLES):
        one_port(guest, ice(guest))
        four_ports(guest, ours(guest))
    one_port(guest, ice(guest))


# Reboots

def test_reboot_with_the_driver_loaded(guest):
    """The kernel restarts, the netdev being up; the next one finds a new device."""
    dev = ice(guest)
    guest.run(f"ip link set {dev} mtu 9000 && ip link set {dev} address 02:00:00:00:00:77 && "
              f"ip link set {dev} promisc on")
    guest.wait_carrier(dev, True)
    forget(guest, 0)
    guest.ping(size=8972)
    restart(guest, button=False)
    one_port(guest, ice(guest))


def test_reset_of_the_machine_under_our_driver(guest):
    """Nobody asks testpmd: its queues, interrupts and opt-in are gone all the same."""
    pmd = ours(guest)
    demo.ethdev_names(pmd, PORTS)
    assert guest.state()["used"]["rxqs"] == PORTS
    guest.ping(lport=PORTS - 1, count=2)
    restart(guest, button=True)
    one_port(guest, ice(guest))
    four_ports(guest, ours(guest))
