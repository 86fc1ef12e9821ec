# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The PCI function in QEMU, driven register by register, without a guest.

The binary comes from ICEMP_QEMU, else from setup. Seconds, not minutes.
"""

import json
import socket
import struct

import pytest
from qtest_machine import (BAR0, BAR3, CAP_EXP, CAP_MSIX, CAP_PM, CMD_MASTER, CMD_MEM,
                           XCAP_AER, XCAP_ARI, XCAP_DSN, AdminQ, Machine)

from icemp_lib import qemu_build
from icemp_lib.qmp import QmpError

MP_CAPS, MP_PORT_COUNT, MP_ENABLE, EVENT_DOORBELL = 0x000, 0x004, 0x008, 0x100
GLGEN_RSTAT, GLNVM_ULD, PFGEN_CTRL = 0xB8188, 0xB6008, 0x91000
PFINT_OICR, PFINT_OICR_ENA, PFINT_OICR_CTL, GLINT_DYN_CTL0 = 0x16CA00, 0x16C900, 0x16CA80, 0x160000
VFGEN_RSTAT = 0x8800
ULD_DONE = 0x33B
#: In the window, beside what is at BAR0, BAR3 and the VFs' BARs.
BAR0_ELSEWHERE = 0x8_0A00_0000
D0, D1, D2, D3HOT, NO_SOFT_RESET = 0, 1, 2, 3, 8
RING = 0x100000
NIC = "pci-ice-mp,id=nic0,bus=rp0"


def qemu_binary() -> str:
    """The QEMU under test."""
    path = qemu_build.find()
    if path is None:
        pytest.skip("no QEMU with the device: set ICEMP_QEMU or run ./icemp setup")
    return str(path)


@pytest.fixture
def boot(tmp_path):
    """Start machines; all of them end with the test."""
    machines = []

    def start(*args: str, **kwargs) -> Machine:
        tmp = tmp_path / str(len(machines))
        tmp.mkdir()
        machines.append(Machine(qemu_binary(), tmp, *args, **kwargs))
        return machines[-1]

    yield start
    for m in machines:
        m.__exit__()


@pytest.fixture
def nic(boot):
    """A four-port device with BARs mapped and bus mastering on."""
    m = boot("-device", f"{NIC},ports=4,mac=52:54:00:aa:bb:00")
    m.dev_setup()
    return m


def pfr(m: Machine) -> None:
    """Reset the function as every driver does first."""
    m.reg_set(PFGEN_CTRL, m.reg(PFGEN_CTRL) | 1)
    m.wait(lambda: not m.reg(PFGEN_CTRL) & 1, "end of PFR")


# PCI


def test_pci_identity(nic):
    """Vendor, device, class, revision and subsystem of an E810-C."""
    assert nic.dev(0) == 0x15928086
    assert nic.dev(8) == 0x02000002
    assert nic.dev(0x2C) == 0x00018086
    assert nic.dev(0x30) == 0, "no option ROM"


def test_pci_bars(nic):
    """BAR0 32 MiB and BAR3 64 KiB, both 64-bit prefetchable."""
    assert nic.bar_size(0x10) == (32 << 20, 0xC)
    assert nic.bar_size(0x1C) == (64 << 10, 0xC)
    assert nic.dev(0x18) == 0 and nic.dev(0x24) == 0


def test_pci_capabilities(nic):
    """PM, MSI-X with its table and PBA, PCIe endpoint with FLR, AER, ARI, DSN."""
    caps, xcaps = nic.caps(), nic.xcaps()
    assert {CAP_PM, CAP_MSIX, CAP_EXP} <= set(caps)
    assert {XCAP_AER, XCAP_ARI, XCAP_DSN} <= set(xcaps)
    msix = caps[CAP_MSIX]
    assert (nic.dev(msix + 2, 2) & 0x7FF) + 1 == 257
    assert nic.dev(msix + 4) == 0x0000 | 3
    assert nic.dev(msix + 8) == 0x8000 | 3
    exp = caps[CAP_EXP]
    assert nic.dev(exp + 2, 2) >> 4 & 0xF == 0, "an endpoint"
    assert nic.dev(exp + 4) & 1 << 28, "FLR"
    dsn = xcaps[XCAP_DSN]
    assert nic.dev(dsn + 8) << 32 | nic.dev(dsn + 4) == 0x525400FFFFAABB00


@pytest.mark.parametrize("vectors", [2, 64, 2048])
def test_msix_size_follows_property(boot, vectors):
    """vectors= is the size of the MSI-X table."""
    m = boot("-device", f"{NIC},vectors={vectors}")
    m.dev_setup()
    assert (m.dev(m.caps()[CAP_MSIX] + 2, 2) & 0x7FF) + 1 == vectors
    last = BAR3 + 16 * (vectors - 1)
    m.write(last, 0x11223344)
    assert m.read(last) == 0x11223344


# Registers


@pytest.mark.parametrize("ports", range(1, 9))
def test_port_count(boot, ports):
    """The multi-port window says what ports= said."""
    m = boot("-device", f"{NIC},ports={ports}")
    m.dev_setup()
    assert m.reg(MP_CAPS) >> 16 == 0x4D50
    assert m.reg(MP_PORT_COUNT) == ports
    assert len(json.loads(m.get("state"))["ports"]) == ports


def test_reset_registers(nic):
    """Out of reset: firmware ready, no reset under way; PFR completes."""
    assert nic.reg(GLGEN_RSTAT) & 3 == 0
    assert nic.reg(GLNVM_ULD) & ULD_DONE == ULD_DONE
    pfr(nic)
    assert nic.reg(GLNVM_ULD) & ULD_DONE == ULD_DONE


def test_memory_space_off_hides_registers(boot):
    """With memory space off no register of the PF answers, and VFs do. The memory map
    changes only with the place of a BAR."""
    nic = boot("-device", f"{NIC},ports=4,vfs=2")
    nic.dev_setup()
    nic.sriov_set(2)
    memory = nic.memory_map()
    assert memory.count("ice-mp-mmio") == 1 and memory.count("ice-mp-vf-mmio") == 2
    assert nic.reg(MP_PORT_COUNT) == 4
    nic.dev_set(4, CMD_MASTER, 2)
    assert nic.dev(4, 2) & (CMD_MEM | CMD_MASTER) == CMD_MASTER
    nic.reg_set(MP_ENABLE, 1)
    assert nic.reg(MP_PORT_COUNT) == 0xFFFFFFFF
    assert nic.vf_reg(1, VFGEN_RSTAT) != 0xFFFFFFFF
    assert nic.memory_map() == memory
    nic.dev_set(0x10, BAR0_ELSEWHERE & 0xFFFFFFFF)
    assert "ice-mp-mmio" not in nic.memory_map()
    nic.dev_set(4, CMD_MEM | CMD_MASTER, 2)
    assert nic.dev(4, 2) & (CMD_MEM | CMD_MASTER) == CMD_MEM | CMD_MASTER
    assert nic.read(BAR0_ELSEWHERE + MP_PORT_COUNT) == 4
    assert nic.read(BAR0_ELSEWHERE + MP_ENABLE) & 1 == 0
    assert nic.reg(MP_PORT_COUNT) != 4


def test_flr(nic):
    """FLR clears what the driver set, the BARs and the command register."""
    nic.reg_set(MP_ENABLE, 1)
    assert nic.reg(MP_ENABLE) & 1
    AdminQ(nic, RING)
    assert nic.reg(AdminQ.LEN) >> 31 == 1
    nic.flr()
    assert nic.dev(4, 2) & (CMD_MEM | CMD_MASTER) == 0
    assert nic.dev(0x10) & ~0xF == 0
    nic.dev_setup()
    nic.wait(lambda: nic.reg(GLNVM_ULD) & ULD_DONE == ULD_DONE, "end of FLR")
    assert nic.reg(MP_ENABLE) & 1 == 0
    assert nic.reg(AdminQ.LEN) >> 31 == 0
    assert AdminQ(nic, RING).get_version()[0] == 0


def test_power_states(boot):
    """D3hot: no register of the PF answers, VFs do, the memory map stays; D0: all is as it
    was. D1 and D2 do not exist. A reset wakes."""
    nic = boot("-device", f"{NIC},ports=4,vfs=2")
    nic.dev_setup()
    nic.sriov_set(2)
    nic.reg_set(MP_ENABLE, 1)
    pmcsr = nic.caps()[CAP_PM] + 4
    assert nic.dev(pmcsr, 2) == NO_SOFT_RESET | D0
    memory = nic.memory_map()
    vf_lives = nic.vf_reg(1, VFGEN_RSTAT)
    for state in D1, D2:
        nic.dev_set(pmcsr, state, 2)
        assert nic.dev(pmcsr, 2) & D3HOT == D0
    nic.dev_set(pmcsr, D3HOT, 2)
    assert nic.dev(pmcsr, 2) & D3HOT == D3HOT
    nic.reg_set(MP_ENABLE, 0)
    assert nic.reg(MP_ENABLE) == nic.reg(MP_PORT_COUNT) == 0xFFFFFFFF
    assert nic.vf_reg(1, VFGEN_RSTAT) == vf_lives != 0xFFFFFFFF
    assert nic.memory_map() == memory
    nic.dev_set(pmcsr, D1, 2)
    assert nic.dev(pmcsr, 2) & D3HOT == D3HOT
    nic.dev_set(pmcsr, D0, 2)
    assert nic.reg(MP_PORT_COUNT) == 4 and nic.reg(MP_ENABLE) & 1
    nic.dev_set(pmcsr, D3HOT, 2)
    nic.flr()
    nic.dev_setup()
    assert nic.dev(pmcsr, 2) & D3HOT == D0 and nic.reg(MP_PORT_COUNT) == 4


# DMA


def test_adminq_version(nic):
    """Get-version over real DMA, and the ring wraps."""
    pfr(nic)
    aq = AdminQ(nic, RING)
    for _ in range(2 * AdminQ.ENTRIES + 1):
        code, fw_major, api_major = aq.get_version()
        assert (code, fw_major > 0, api_major) == (0, True, 1)
    assert nic.reg(AdminQ.HEAD) == aq.tail
    assert nic.get("violations") == 0


def test_adminq_unknown_opcode(nic):
    """ENOSYS, not silence."""
    pfr(nic)
    aq = AdminQ(nic, RING)
    desc = aq.done(aq.post(0x7F7F))
    assert struct.unpack_from("<H", desc, 6)[0] == 17
    assert struct.unpack_from("<H", desc, 0)[0] & 0x0004, "error flag"


def test_no_dma_without_bus_master(nic):
    """Bus mastering off: nothing is read or written, cached pages included."""
    pfr(nic)
    aq = AdminQ(nic, RING)
    assert aq.get_version()[0] == 0
    nic.dev_set(4, CMD_MEM, 2)
    at = aq.post(0x0001)
    for _ in range(20):
        nic.step(1_000_000)
    assert nic.peek(at, 32)[0] & 1 == 0, "the descriptor was written"
    nic.dev_set(4, CMD_MEM | CMD_MASTER, 2)
    pfr(nic)
    assert AdminQ(nic, RING).get_version()[0] == 0


def test_no_dma_to_own_registers(nic):
    """A ring placed on the device's own BAR is no memory."""
    pfr(nic)
    nic.reg_set(AdminQ.LEN, AdminQ.ENTRIES | 1 << 31)
    nic.reg_set(AdminQ.BAL, BAR0 & 0xFFFFFFFF)
    nic.reg_set(AdminQ.BAH, BAR0 >> 32)
    nic.reg_set(AdminQ.TAIL, 1)
    for _ in range(5):
        nic.step(1_000_000)
    assert nic.reg(MP_PORT_COUNT) == 4
    assert nic.get("violations") > 0, "the breach is recorded"


class Vtd:
    """The least of an Intel IOMMU driver: three levels of 4 KiB pages."""

    REGS = 0xFED90000
    ROOT, CTX, L3, L2, L1 = (0x200000 + 0x1000 * i for i in range(5))
    DID = 5

    def __init__(self, m: Machine) -> None:
        self.m = m
        for page in (self.ROOT, self.CTX, self.L3, self.L2, self.L1):
            m.poke(page, bytes(4096))
        m.write(self.ROOT + 16, self.CTX | 1, 8)		# bus 1
        m.write(self.CTX, self.L3 | 1, 8)			# devfn 0
        m.write(self.CTX + 8, 1 | self.DID << 8, 8)		# 39 bits
        m.write(self.L3, self.L2 | 3, 8)
        m.write(self.L2, self.L1 | 3, 8)
        m.write(self.REGS + 0x20, self.ROOT, 8)
        m.write(self.REGS + 0x18, 1 << 30)
        self.flush_all()
        m.write(self.REGS + 0x18, 1 << 31)
        assert m.read(self.REGS + 0x1C) >> 31 == 1, "translation is on"

    def map(self, iova: int, phys: int, perm: int = 3) -> None:
        """Enter a page; the caller invalidates."""
        self.m.write(self.L1 + 8 * (iova >> 12 & 511), phys | perm, 8)

    def flush_all(self) -> None:
        """Context cache and IOTLB, both globally."""
        self.m.write(self.REGS + 0x28, 1 << 63 | 1 << 61, 8)
        self.m.write(self.REGS + 0xF8, 1 << 63 | 1 << 60, 8)

    def flush_page(self, iova: int) -> None:
        """One page of the domain."""
        self.m.write(self.REGS + 0xF0, iova, 8)
        self.m.write(self.REGS + 0xF8, 1 << 63 | 3 << 60 | self.DID << 32, 8)


@pytest.fixture
def viommu(boot):
    """A device behind an Intel IOMMU with translation on."""
    m = boot("-device", "intel-iommu,intremap=off,caching-mode=on",
             "-device", f"{NIC},ports=2")
    m.dev_setup()
    pfr(m)
    return m, Vtd(m)


IOVA, PAGE_A, PAGE_B = 0x40000, 0x300000, 0x308000


@pytest.mark.parametrize("how", ["page", "all"])
def test_iommu_remap(viommu, how):
    """After an invalidation the device uses the new page, never the old one."""
    m, vtd = viommu
    vtd.map(IOVA, PAGE_A)
    vtd.flush_all()
    aq = AdminQ(m, PAGE_A, IOVA)
    assert aq.get_version()[0] == 0
    assert aq.get_version()[0] == 0, "through the cached translation"
    vtd.map(IOVA, PAGE_B)
    if how == "page":
        vtd.flush_page(IOVA)
    else:
        vtd.flush_all()
    aq.ring = PAGE_B
    old = m.peek(PAGE_A, 4096)
    assert aq.get_version()[0] == 0
    assert m.peek(PAGE_A, 4096) == old, "the old page was touched"


def test_iommu_unmap(viommu):
    """After an unmap the device reaches nothing, and says so."""
    m, vtd = viommu
    vtd.map(IOVA, PAGE_A)
    vtd.flush_all()
    aq = AdminQ(m, PAGE_A, IOVA)
    assert aq.get_version()[0] == 0
    vtd.map(IOVA, 0, 0)
    vtd.flush_page(IOVA)
    at = aq.post(0x0001)
    for _ in range(20):
        m.step(1_000_000)
    assert m.peek(at, 1)[0] & 1 == 0
    assert m.get("violations") > 0


def test_iommu_read_only_page(viommu):
    """A page the device may only read does not get a completion."""
    m, vtd = viommu
    vtd.map(IOVA, PAGE_A, 1)
    vtd.flush_all()
    aq = AdminQ(m, PAGE_A, IOVA)
    at = aq.post(0x0001)
    for _ in range(20):
        m.step(1_000_000)
    assert m.peek(at, 1)[0] & 1 == 0


# Ports and backends


def hub(count: int) -> list[str]:
    """netdevs d0..: datagram sockets nobody listens to."""
    args = []
    for i in range(count):
        args += ["-netdev", f"hubport,id=d{i},hubid={i}"]
    return args


def link(m: Machine, lport: int) -> bool:
    """The carrier as `state` reports it."""
    return m.get(f"link{lport}")


def test_link_property_and_set_link(boot):
    """link<i> and set_link move one port and leave the neighbours alone."""
    m = boot(*hub(3), "-device", f"{NIC},ports=4,netdev0=d0,netdev1=d1,netdev2=d2")
    m.dev_setup()
    before = [port["backend"] for port in json.loads(m.get("state"))["ports"]]
    assert before == [True, True, True, False]
    m.set("link1", False)
    assert not link(m, 1)
    m.set("link1", True)
    m.qmp.command("set_link", name="d2", up=False)
    state = json.loads(m.get("state"))["ports"]
    assert [p["backend_up"] for p in state] == [True, True, False, False]
    m.qmp.command("set_link", name="d2", up=True)
    assert [p["backend_up"] for p in json.loads(m.get("state"))["ports"]] == \
        [True, True, True, False]


def test_link_property_bad_port(nic):
    """A port the device does not have."""
    for act in (lambda: nic.get("link4"), lambda: nic.set("link4", False)):
        with pytest.raises(QmpError, match="link4 names a port beyond ports=4"):
            act()


def test_set_link_before_flr_survives(boot):
    """The carrier belongs to the cable: a reset does not bring it back."""
    m = boot(*hub(2), "-device", f"{NIC},ports=2,netdev0=d0,netdev1=d1")
    m.dev_setup()
    m.qmp.command("set_link", name="d1", up=False)
    m.flr()
    m.dev_setup()
    assert [p["backend_up"] for p in json.loads(m.get("state"))["ports"]] == [True, False]


def test_netdev_del_takes_the_cable(boot):
    """The backend can leave before the device."""
    m = boot(*hub(2), "-device", f"{NIC},ports=2,netdev0=d0,netdev1=d1")
    m.dev_setup()
    m.qmp.command("netdev_del", id="d1")
    assert [p["backend"] for p in json.loads(m.get("state"))["ports"]] == [True, False]


def test_macs_follow_base(boot):
    """Port i has base + i, with carries."""
    m = boot("-device", f"{NIC},ports=3,mac=52:54:00:01:ff:fe")
    m.dev_setup()
    assert [p["mac"].lower() for p in json.loads(m.get("state"))["ports"]] == [
        "52:54:00:01:ff:fe", "52:54:00:01:ff:ff", "52:54:00:02:00:00"]


def test_macs_default_distinct(boot):
    """Two devices without mac= share no address."""
    m = boot(*hub(4), "-device", f"{NIC},ports=4,netdev0=d0,netdev1=d1",
             "-device", "pcie-root-port,id=rp1,chassis=2",
             "-device", "pci-ice-mp,id=nic1,bus=rp1,ports=4,netdev0=d2,netdev3=d3")
    macs = [p["mac"] for n in ("nic0", "nic1") for p in json.loads(m.get("state", n))["ports"]]
    assert len(set(macs)) == 8


def test_frames_to_an_idle_device_are_consumed(boot, tmp_path):
    """Frames for a port no driver uses do not stop its backend."""
    dev, us = tmp_path / "dev", tmp_path / "us"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(us))
        m = boot("-netdev", f"dgram,id=d0,local.type=unix,local.path={dev},"
                 f"remote.type=unix,remote.path={us}", "-device", f"{NIC},netdev0=d0")
        m.dev_setup()
        sock.settimeout(5)
        for i in range(2000):
            sock.sendto(b"\xff" * 12 + struct.pack(">HI", 0x88B5, i) + bytes(46), str(dev))
        assert m.get("violations") == 0


def test_event_raises_misc_vector(nic):
    """An injected event becomes an OICR cause and a real MSI-X message."""
    pfr(nic)
    msix = nic.caps()[CAP_MSIX]
    where = 0x140000
    nic.write(where, 0)
    nic.write(BAR3, where)
    nic.write(BAR3 + 4, 0)
    nic.write(BAR3 + 8, 0xCAFE)
    nic.write(BAR3 + 12, 0)
    nic.dev_set(msix + 2, nic.dev(msix + 2, 2) | 0x8000, 2)
    nic.reg_set(MP_ENABLE, 1)
    nic.reg_set(PFINT_OICR_ENA, 1 << 31)
    nic.reg_set(PFINT_OICR_CTL, 1 << 30 | 3 << 11)
    nic.reg_set(GLINT_DYN_CTL0, 1 | 1 << 1 | 3 << 3)
    assert nic.read(where) == 0
    nic.reg_set(EVENT_DOORBELL, 0x0007 << 16 | 1 << 8 | 2)
    nic.wait(lambda: nic.read(where) == 0xCAFE, "MSI-X message", 50)
    assert nic.reg(PFINT_OICR) >> 31 == 1
    assert nic.reg(EVENT_DOORBELL) == 0x0007 << 16 | 1 << 8 | 2
    assert nic.reg(EVENT_DOORBELL) == 0, "popped"


# Faults


def test_fault_errors(nic):
    """A command that is not understood is refused with the core's reason."""
    for bad in ("", "nonsense", "link 9 down", "link 0 sideways"):
        with pytest.raises(QmpError) as err:
            nic.set("fault", bad)
        assert err.value.desc.strip(), bad
    nic.set("fault", "help")
    assert "link" in nic.get("fault-reply")
    with pytest.raises(QmpError):
        nic.get("fault")
    with pytest.raises(QmpError):
        nic.set("state", "{}")


def test_fault_reaches_adminq(nic):
    """One command fails as told, the next one is fine."""
    pfr(nic)
    nic.set("fault", "aq-fail 0x0001 nth=1 rc=5")
    aq = AdminQ(nic, RING)
    assert aq.get_version()[0] == 5
    assert aq.get_version()[0] == 0


def test_fault_script(boot, tmp_path):
    """A script runs with the device and by order; a bad one does nothing, and says where."""
    def link(m, port: int) -> str:
        return json.loads(m.get("state"))["ports"][port]["link"]

    script = tmp_path / "links.fault"
    script.write_text("# links\nfault 0 on\nat 20ms fault 1 on\n")
    m = boot("-device", f"{NIC},ports=2,wire=0:1,fault-script={script}")
    m.dev_setup()
    assert m.get("fault-script") == str(script)
    assert link(m, 0) == "down" and link(m, 1) == "up"
    m.step(20_000_000)
    assert link(m, 1) == "down"
    script.write_text("fault 0 off\nfault 2 off\n")
    with pytest.raises(QmpError, match=r"links\.fault: line 2: fault: lport 0\.\.1 expected"):
        m.set("fault-script", str(script))
    assert link(m, 0) == "down"
    with pytest.raises(QmpError, match="No such file"):
        m.set("fault-script", str(tmp_path / "none"))
    script.write_text("clear\n")
    m.set("fault-script", str(script))
    assert link(m, 0) == link(m, 1) == "up"
    script.write_text("nonsense")
    m.unplug("nic0")
    with pytest.raises(QmpError, match=r"links\.fault: line 1: \"nonsense\""):
        m.plug("nic0", **{"fault-script": str(script)})
    m.plug("nic0")


# Bad properties

BAD = [
    ("ports=0", "ports=0 is out of range 1..8"),
    ("ports=9", "ports=9 is out of range 1..8"),
    ("vectors=1", "vectors=1 is out of range 2..2048"),
    ("vectors=2049", "vectors=2049 is out of range 2..2048"),
    ("mac=53:54:00:00:00:01", "mac=53:54:00:00:00:01 is a group address"),
    ("ports=2,mac=52:54:00:ff:ff:ff", "leaves no room for 2 consecutive addresses"),
    ("ports=2,wire=0:2", "wire: port 2 of '0:2' is beyond ports=2"),
    ("ports=2,wire=0-1", "wire: '0-1' is not of the form A:B"),
    ("ports=2,wire=0:1x", "wire: '0:1x' is not of the form A:B"),
    ("ports=2,wire=", None),
    ("ports=4,wire=0:1+1:2", "wire: port 1 of '1:2' is wired already"),
    ("ports=2,netdev0=d0,wire=0:1", "wire: port 0 of '0:1' has netdev0"),
    ("ports=2,netdev2=d0", "netdev2 names a port beyond ports=2"),
    ("ports=2,speed2=25", "speed2 names a port beyond ports=2"),
    ("ports=2,speed1=13", "13"),
    ("queues=2049", "2049"),
    ("netdev0=nobody", "nobody"),
]


def test_bad_properties(boot):
    """Each is refused with its reason, and leaves nothing: a good one follows."""
    m = boot(*hub(1))
    m.slot_setup()
    for props, message in BAD:
        args = dict(p.split("=", 1) for p in props.split(","))
        for key in ("ports", "vectors", "queues", "speed1", "speed2"):
            if key in args:
                args[key] = int(args[key])
        if message is None:
            m.plug("nic0", **args)
            m.unplug("nic0")
            continue
        with pytest.raises(QmpError) as err:
            m.plug("nic0", **args)
        assert message in err.value.desc, props
    m.plug("nic0", ports=2, netdev1="d0")
    assert json.loads(m.get("state"))["ports"][1]["backend"] is True


# Hot plug


def test_hot_unplug_ten_times(boot):
    """device_add, use, device_del; backends are free again each time."""
    m = boot(*hub(4))
    for _ in range(10):
        m.plug("nic0", ports=4, netdev0="d0", netdev1="d1", netdev2="d2", netdev3="d3")
        pfr(m)
        assert AdminQ(m, RING).get_version()[0] == 0
        m.unplug("nic0")
        assert m.dev(0) == 0xFFFFFFFF, "the slot is empty"
    assert m.quit() == 0


def test_surprise_removal(boot):
    """The fault command pulls the card; another one goes in."""
    m = boot("-device", f"{NIC},ports=2")
    m.dev_setup()
    m.set("fault", "remove")
    m.wait(lambda: m.dev(0) == 0xFFFFFFFF, "removal")
    m.plug("nic1", ports=2)
    pfr(m)
    assert AdminQ(m, RING).get_version()[0] == 0


def test_sixty_four_ports(boot):
    """Eight devices with eight ports each."""
    args = hub(64)
    for d in range(8):
        nets = ",".join(f"netdev{p}=d{8 * d + p}" for p in range(8))
        args += ["-device", f"pcie-root-port,id=rq{d},chassis={d + 8}",
                 "-device", f"pci-ice-mp,id=n{d},bus=rq{d},ports=8,mac=52:54:00:00:{d:02x}:00,{nets}"]
    m = boot(*args, slot=False)
    ports = [p for d in range(8) for p in json.loads(m.get("state", f"n{d}"))["ports"]]
    assert len(ports) == 64 and all(p["backend"] for p in ports)
    assert len({p["mac"] for p in ports}) == 64
    assert m.quit() == 0
