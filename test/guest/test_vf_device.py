# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""SR-IOV of the PCI function in QEMU, register by register, without a guest."""

import struct

import pytest
from qtest_machine import (CAP_EXP, CAP_MSIX, CMD_MASTER, CMD_MEM, SRIOV_ARI, SRIOV_CTRL,
                           SRIOV_MSE, SRIOV_NUM, SRIOV_VFE, VF_BAR0_SIZE, VF_BAR3, VF_BAR3_SIZE,
                           XCAP_ACS, XCAP_AER, XCAP_ARI, XCAP_DSN, XCAP_SRIOV, AdminQ, Machine)
from test_qtest_device import (NIC, PFINT_OICR, PFINT_OICR_CTL, PFINT_OICR_ENA, RING, boot,
                               pfr)

from icemp_lib.qmp import QmpError

__all__ = ["boot"]

#: PF BAR0
VFGEN_RSTAT, GLGEN_VFLRSTAT, VPGEN_VFRTRIG = 0x74000, 0x93A04, 0x90000
VPINT_ALLOC, VPINT_ALLOC_PCI, VPINT_MBX_CTL, GLINT_VECT2FUNC = 0x1D1000, 0x9D000, 0x16A000, 0x162000
VF_MBX_ATQLEN = 0x22A800
#: VF BAR0
RSTAT, ICR0, DYN_CTL0 = 0x8800, 0x4800, 0x5C00
IN_PROGRESS, ACTIVE = 0, 2
OICR_VFLR = 1 << 29
VFLR_TIME = 5_000_000
VF_RING = 0x180000
ALL_ONES = 0xFFFFFFFF


@pytest.fixture(name="nic")
def _nic(boot):
    """Four ports, 64 VFs, none of them enabled."""
    m = boot("-device", f"{NIC},ports=4,vfs=64,mac=52:54:00:aa:bb:00")
    m.dev_setup()
    return m


class VfQueue:
    """Registers of a ring of a VF's mailbox, and how the least driver sends."""

    BAL, BAH, LEN, HEAD, TAIL = 0x7C00, 0x7800, 0x6800, 0x6400, 0x8400

    def __init__(self, m: Machine, vf: int, ring: int) -> None:
        self.m, self.vf, self.ring = m, vf, ring
        m.poke(ring, bytes(32 * 8))
        for reg, val in ((self.HEAD, 0), (self.TAIL, 0), (self.LEN, 8 | 1 << 31),
                         (self.BAL, ring), (self.BAH, 0)):
            m.vf_reg_set(vf, reg, val)

    def send(self, opcode: int = 0x0801) -> None:
        """One message without data, in the first descriptor."""
        self.m.poke(self.ring, struct.pack("<HHHH", 0x2000, opcode, 0, 0) + bytes(24))
        self.m.vf_reg_set(self.vf, self.TAIL, 1)

    def taken(self) -> bool:
        """Whether the device has taken it."""
        self.m.step(1_000_000)
        return self.m.vf_reg(self.vf, self.HEAD) == 1


def vf_there(m: Machine, vf: int) -> bool:
    """Whether something answers at a VF's place. (Its ids read as all ones.)"""
    return m.vf(vf, 8) != ALL_ONES


def activate(m: Machine, vf: int) -> None:
    """What a VF-managing PF driver does: two vectors, the mailbox's interrupt, go."""
    first = 200 + 2 * vf
    for reg in (VPINT_ALLOC, VPINT_ALLOC_PCI):
        m.reg_set(reg + 4 * vf, first | (first + 1) << 12 | 1 << 31)
    for vector in (first, first + 1):
        m.reg_set(GLINT_VECT2FUNC + 4 * vector, vf)
    m.reg_set(VPINT_MBX_CTL + 4 * vf, 1 << 30)
    m.reg_set(VFGEN_RSTAT + 4 * vf, ACTIVE)


def resets_heard(m: Machine) -> set[int]:
    """VFs of whose resets the PF hears; it forgets them."""
    heard = set()
    for i in range(8):
        bits = m.reg(GLGEN_VFLRSTAT + 4 * i)
        m.reg_set(GLGEN_VFLRSTAT + 4 * i, bits)
        heard |= {32 * i + b for b in range(32) if bits >> b & 1}
    return heard


# Without


def test_without_vfs_nothing_of_it_is_there(boot):
    m = boot("-device", f"{NIC},ports=4,vfs=0")
    m.dev_setup()
    assert set(m.xcaps()) == {XCAP_AER, XCAP_ARI, XCAP_DSN}
    assert m.dev(0x0C) >> 16 & 0x80 == 0, "one function"
    assert (m.dev(m.caps()[CAP_MSIX] + 2, 2) & 0x7FF) + 1 == 257
    assert all(m.read(m.cfg(1, devfn, 0)) == ALL_ONES for devfn in range(1, 256))


# Capability


def test_capability(nic):
    cap = nic.xcaps()[XCAP_SRIOV]
    assert cap == 0x160
    assert nic.dev(cap + 12, 2) == nic.dev(cap + 14, 2) == 64, "InitialVFs, TotalVFs"
    assert nic.dev(cap + SRIOV_NUM, 2) == 0
    assert nic.dev(cap + 20, 2) + 254 * nic.dev(cap + 22, 2) < 256, "255 VFs have room"
    assert nic.dev(cap + 22, 2) == 1, "stride"
    assert nic.dev(cap + 26, 2) == 0x1889, "VF device id"
    assert nic.dev(cap + 28) == 0x553, "page sizes"
    assert nic.bar_size(cap + 36) == (128 << 10, 0xC)
    assert nic.bar_size(cap + 48) == (16 << 10, 0xC)
    assert {XCAP_ARI, XCAP_ACS} <= set(nic.xcaps())
    assert nic.dev(nic.xcaps()[XCAP_ACS] + 4) == 0, "no peer-to-peer, nothing to control"
    assert (nic.dev(nic.caps()[CAP_MSIX] + 2, 2) & 0x7FF) + 1 == 257 + 5 * 64


@pytest.mark.parametrize("count", [1, 8, 64, 255])
def test_enable_and_disable(boot, count):
    """As many functions as enabled, each one reachable, and none afterwards."""
    m = boot("-device", f"{NIC},ports=8,vfs={count}")
    m.dev_setup()
    for _ in range(2):
        assert not vf_there(m, 0)
        m.sriov_set(count)
        for vf in sorted({0, 1, 6, 7, 8, count // 2, count - 1}):
            if vf >= count:
                continue
            devfn = m.vf_devfn(vf)
            assert m.vf(vf, 0) == ALL_ONES, "vendor and device are the PF's to tell"
            assert m.vf(vf, 8) == 0x02000002
            assert m.vf(vf, 0x2C) == 0x00018086
            assert all(m.vf(vf, 0x10 + 4 * i) == 0 for i in range(6)), "no BARs of its own"
            assert {XCAP_AER, XCAP_ARI, XCAP_ACS} == set(m.xcaps(devfn))
            caps = m.caps(devfn=devfn)
            msix = caps[CAP_MSIX]
            assert (m.vf(vf, msix + 2, 2) & 0x7FF) + 1 == 17
            assert m.vf(vf, msix + 4) == 3 and m.vf(vf, msix + 8) == 0x2000 | 3
            assert m.vf(vf, caps[CAP_EXP] + 4) & 1 << 28, "FLR"
            last = VF_BAR3 + vf * VF_BAR3_SIZE + 16 * 16
            m.write(last, 0x11223340 + vf % 16)
            assert m.read(last) == 0x11223340 + vf % 16
            assert m.vf_reg(vf, RSTAT) & 3 == IN_PROGRESS
            activate(m, vf)
            assert m.vf_reg(vf, RSTAT) & 3 == ACTIVE
        if count < 255:
            assert m.read(m.cfg(1, m.vf_devfn(count), 8)) == ALL_ONES
        assert resets_heard(m) == set()
        m.sriov_set(0, 0)
        assert not any(vf_there(m, vf) for vf in range(count))
        assert resets_heard(m) == set(range(count)), "to go is a reset"
    assert m.quit() == 0


def test_fewer_than_there_can_be(nic):
    """NumVFs says how many; more than TotalVFs enables none."""
    nic.sriov_set(3)
    assert [vf_there(nic, vf) for vf in range(5)] == [True, True, True, False, False]
    cap = nic.xcaps()[XCAP_SRIOV]
    nic.dev_set(cap + SRIOV_NUM, 5, 2)
    assert nic.dev(cap + SRIOV_NUM, 2) == 3, "fixed while enabled"
    nic.sriov_set(0, 0)
    nic.sriov_set(65)
    assert nic.dev(cap + SRIOV_CTRL, 2) & SRIOV_VFE == 0
    assert not vf_there(nic, 0)
    nic.sriov_set(0, 0)
    nic.sriov_set(64)
    assert vf_there(nic, 63)


def test_memory_follows_the_pf(nic):
    """VF MSE of the PF decides; the VF's command register has no such bit."""
    nic.sriov_set(2, SRIOV_VFE | SRIOV_ARI)
    activate(nic, 1)
    cap = nic.xcaps()[XCAP_SRIOV]
    for on in (True, False, True):
        ctrl = SRIOV_VFE | SRIOV_ARI | (SRIOV_MSE if on else 0)
        nic.dev_set(cap + SRIOV_CTRL, ctrl, 2)
        assert (nic.vf_reg(1, RSTAT) & 3 == ACTIVE) == on
        for command in (CMD_MEM, 0):
            nic.vf_set(1, 4, command, 2)
            assert nic.vf(1, 4, 2) == 0
            assert (nic.vf_reg(1, RSTAT) & 3 == ACTIVE) == on
    nic.dev_set(4, CMD_MEM | CMD_MASTER, 2)
    assert nic.read(VF_BAR3 + 2 * VF_BAR3_SIZE) == nic.read(VF_BAR3 + 3 * VF_BAR3_SIZE)


def test_a_register_is_its_own_vfs(nic):
    nic.sriov_set(3)
    VfQueue(nic, 1, VF_RING)
    assert [nic.vf_reg(vf, VfQueue.LEN) >> 31 for vf in range(3)] == [0, 1, 0]
    assert [nic.reg(VF_MBX_ATQLEN + 4 * vf) >> 31 for vf in range(3)] == [0, 1, 0]
    assert nic.vf_reg(1, VF_BAR0_SIZE - 4) == 0, "the end of its BAR"


# Resets


def test_vflr(nic):
    """The PF hears of it; the VF's mailbox is off, the neighbour's is not."""
    pfr(nic)
    nic.sriov_set(8)
    nic.reg_set(PFINT_OICR_ENA, OICR_VFLR)
    nic.reg_set(PFINT_OICR_CTL, 1 << 30)
    for vf in (2, 3):
        activate(nic, vf)
        VfQueue(nic, vf, VF_RING + 0x1000 * vf)
        nic.vf_set(vf, 4, CMD_MASTER, 2)
    nic.step(VFLR_TIME)
    nic.reg(PFINT_OICR)
    assert resets_heard(nic) == set(), "to come is no reset"
    nic.vf_flr(3)
    nic.step(VFLR_TIME)
    assert resets_heard(nic) == {3}
    assert nic.reg(PFINT_OICR) & OICR_VFLR
    assert nic.vf_reg(3, VfQueue.LEN) >> 31 == 0
    assert nic.vf_reg(3, RSTAT) & 3 == IN_PROGRESS
    assert nic.vf(3, 4, 2) == 0, "command register"
    assert nic.vf_reg(2, VfQueue.LEN) >> 31 == 1
    assert nic.vf_reg(2, RSTAT) & 3 == ACTIVE
    assert nic.vf(2, 4, 2) == CMD_MASTER
    assert resets_heard(nic) == set()
    activate(nic, 3)
    assert nic.vf_reg(3, RSTAT) & 3 == ACTIVE, "its memory is still there"
    assert nic.get("violations") == 0


def test_reset_by_the_pf_is_not_heard_as_vflr(nic):
    pfr(nic)
    nic.sriov_set(2)
    activate(nic, 1)
    VfQueue(nic, 1, VF_RING)
    resets_heard(nic)
    nic.reg_set(VPGEN_VFRTRIG + 4, 1)
    assert nic.vf_reg(1, VfQueue.LEN) >> 31 == 0
    assert nic.vf_reg(1, RSTAT) & 3 == IN_PROGRESS
    assert resets_heard(nic) == set()


def test_flr_of_the_pf_takes_the_vfs(nic):
    """And they can be had again."""
    for _ in range(3):
        nic.sriov_set(64)
        VfQueue(nic, 63, VF_RING)
        nic.flr()
        assert not any(vf_there(nic, vf) for vf in (0, 7, 63))
        nic.dev_setup()
        cap = nic.xcaps()[XCAP_SRIOV]
        assert nic.dev(cap + SRIOV_CTRL, 2) == nic.dev(cap + SRIOV_NUM, 2) == 0
        assert nic.dev(cap + 36) == 0xC, "their BARs too"
    nic.sriov_set(64)
    assert nic.vf_reg(63, VfQueue.LEN) >> 31 == 0
    activate(nic, 63)
    assert nic.vf_reg(63, RSTAT) & 3 == ACTIVE


def test_pfr_leaves_the_functions(nic):
    """A reset of the PF's own resets the VFs, which stay on the bus."""
    nic.sriov_set(4)
    activate(nic, 2)
    VfQueue(nic, 2, VF_RING)
    pfr(nic)
    assert all(vf_there(nic, vf) for vf in range(4))
    assert nic.vf_reg(2, RSTAT) & 3 == IN_PROGRESS
    assert nic.vf_reg(2, VfQueue.LEN) >> 31 == 0


# DMA and interrupts


def test_dma_needs_the_vfs_own_bus_mastering(nic):
    """Neither the PF's nor the neighbour's is enough; who has none breaks no contract."""
    nic.sriov_set(2)
    for vf in (0, 1):
        activate(nic, vf)
    nic.vf_set(0, 4, CMD_MASTER, 2)
    queue = VfQueue(nic, 1, VF_RING)
    queue.send()
    for _ in range(20):
        assert not queue.taken()
    assert nic.peek(VF_RING, 1)[0] & 1 == 0
    assert nic.get("violations") == 0
    nic.vf_flr(1)
    activate(nic, 1)
    nic.vf_set(1, 4, CMD_MASTER, 2)
    queue = VfQueue(nic, 1, VF_RING)
    queue.send()
    nic.wait(queue.taken, "end of the message")
    assert nic.peek(VF_RING, 1)[0] & 1 == 1, "done"


class Mailbox(AdminQ):
    """The PF's sending side."""

    BAL, BAH, LEN, HEAD, TAIL = 0x22E100, 0x22E180, 0x22E200, 0x22E280, 0x22E300

    def to_vf(self, vf: int) -> bytes:
        """An empty message; the completed descriptor."""
        at = self.ring + 32 * self.tail
        self.m.poke(at, struct.pack("<HHHHIII", 0x2000, 0x0802, 0, 0, 17, 0, vf) + bytes(12))
        self.tail = (self.tail + 1) % self.ENTRIES
        self.m.reg_set(self.TAIL, self.tail)
        return self.done(at)


def test_msix_is_the_vfs_own(nic):
    """A message to a VF becomes its vector 0, by its own table; masked, it waits."""
    pfr(nic)
    nic.sriov_set(9)
    mailbox = Mailbox(nic, RING)
    arq = {"BAL": 0x6C00, "BAH": 0x6000, "LEN": 0x8000, "HEAD": 0x7400, "TAIL": 0x7000}
    where = {}
    for vf in (7, 8):
        activate(nic, vf)
        nic.vf_set(vf, 4, CMD_MASTER, 2)
        where[vf] = 0x140000 + 0x100 * vf
        table = VF_BAR3 + vf * VF_BAR3_SIZE
        nic.write(where[vf], 0)
        for i, val in enumerate((where[vf], 0, 0xCA00 + vf, 0)):
            nic.write(table + 4 * i, val)
        msix = nic.caps(devfn=nic.vf_devfn(vf))[CAP_MSIX]
        nic.vf_set(vf, msix + 2, 0x8000, 2)
        ring = VF_RING + 0x1000 * vf
        nic.poke(ring, (struct.pack("<HHHH", 0x1000, 0, 4096, 0) + bytes(16)
                        + struct.pack("<II", 0, 0x200000)) * 8)
        for reg, val in (("HEAD", 0), ("TAIL", 0), ("LEN", 8 | 1 << 31), ("BAL", ring),
                         ("BAH", 0), ("TAIL", 7)):
            nic.vf_reg_set(vf, arq[reg], val)
        nic.vf_reg_set(vf, 0x5000, 1 << 30)
        nic.vf_reg_set(vf, DYN_CTL0, 1 | 1 << 1 | 3 << 3)
    assert mailbox.to_vf(8)[0] & 1
    nic.wait(lambda: nic.read(where[8]) == 0xCA08, "the VF's MSI-X message", 50)
    assert nic.read(where[7]) == 0
    assert nic.vf_reg(8, arq["HEAD"]) == 1 and nic.vf_reg(7, arq["HEAD"]) == 0
    assert nic.vf_reg(8, ICR0) & 1 << 30 and nic.vf_reg(8, ICR0) == 0, "cleared by reading"
    assert nic.get("violations") == 0


# Coming and going


BAD = [
    (dict(vfs=256), "vfs=256 is out of range 0..255: the VFs share the PF's bus"),
    (dict(vfs=65535), "out of range"),
    (dict(vfs=255, addr="1"), "vfs=255 does not fit: 247 functions follow the PF"),
]


def test_bad_properties(boot):
    """Refused with the reason; a good one follows."""
    m = boot()
    m.slot_setup()
    for props, message in BAD:
        with pytest.raises(QmpError) as err:
            m.plug("nic0", **props)
        assert message in err.value.desc, props
    with pytest.raises(QmpError, match="expects a pluggable device type"):
        m.qmp.command("device_add", driver="pci-ice-mp-vf", id="vf", bus="rp0")
    m.plug("nic0", vfs=255)


def test_hot_unplug_with_vfs(boot):
    """device_del takes them along, in use or not; again and again."""
    m = boot()
    for nb in (0, 1, 255, 8):
        m.plug("nic0", ports=4, vfs=255)
        pfr(m)
        if nb:
            m.sriov_set(nb)
            activate(m, nb - 1)
            m.vf_set(nb - 1, 4, CMD_MASTER, 2)
            queue = VfQueue(m, nb - 1, VF_RING)
            queue.send()
            m.wait(queue.taken, "end of the message")
        m.unplug("nic0")
        assert all(m.read(m.cfg(1, devfn, 8)) == ALL_ONES for devfn in (0, 1, 8, 255))
    assert m.quit() == 0


def test_surprise_removal_with_vfs(boot):
    m = boot("-device", f"{NIC},ports=2,vfs=8")
    m.dev_setup()
    m.sriov_set(8)
    VfQueue(m, 7, VF_RING)
    m.set("fault", "remove")
    m.wait(lambda: m.dev(0) == ALL_ONES, "removal")
    assert m.read(m.cfg(1, 8, 8)) == ALL_ONES
    m.plug("nic1", ports=2, vfs=8)
    pfr(m)
    m.sriov_set(8)
    activate(m, 7)
    assert m.vf_reg(7, RSTAT) & 3 == ACTIVE


def test_two_hundred_vfs_cost_little_memory(boot):
    """What translates a VF's addresses is made when it is used."""
    def resident(m: Machine) -> int:
        return m.resident_kb() // 1024

    small = boot("-device", f"{NIC},ports=8")
    big = boot("-device", f"{NIC},ports=8,vfs=255")
    for m in (small, big):
        m.dev_setup()
    before = resident(big)
    big.sriov_set(255)
    for vf in range(255):
        activate(big, vf)
    assert resident(big) - before < 16
    assert before - resident(small) < 110


def test_reset_button(nic):
    """The machine's reset takes the VFs as a reset of the bus does."""
    nic.sriov_set(8)
    VfQueue(nic, 7, VF_RING)
    nic.qmp.command("system_reset")
    nic.wait(lambda: nic.dev(4, 2) == 0, "reset")
    nic.restart()
    nic.dev_setup()
    assert not vf_there(nic, 7)
    nic.sriov_set(8)
    assert nic.vf_reg(7, VfQueue.LEN) >> 31 == 0
