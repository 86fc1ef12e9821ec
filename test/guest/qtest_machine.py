# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A q35 machine without a guest: the test itself is the software.

QEMU runs with -accel qtest; memory, ports and time are driven over the qtest
protocol, everything else over QMP. The class does the little a BIOS would do:
ECAM, bus numbers and BARs of one root port.
"""

import re
import struct
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "scripts"))

from icemp_lib.qmp import Qmp  # noqa: E402

ECAM = 0xB0000000
RP_BUS, DEV_BUS = 0, 1
RP_DEVFN = 2 << 3
BAR0 = 0x8_0000_0000
BAR3 = 0x8_0200_0000
VF_BAR0 = 0x8_0400_0000
VF_BAR3 = 0x8_0800_0000
VF_BAR0_SIZE, VF_BAR3_SIZE = 0x20000, 0x4000
WINDOW = 0x8_0000_0000, 0x8_0FFF_FFFF

CMD_MEM, CMD_MASTER = 2, 4
# Slot control: power controller and power indicator
SLOT_ON, SLOT_OFF = 0x0100, 0x0700
CAP_PM, CAP_MSIX, CAP_EXP = 0x01, 0x11, 0x10
XCAP_AER, XCAP_DSN, XCAP_ACS, XCAP_ARI, XCAP_SRIOV = 0x0001, 0x0003, 0x000D, 0x000E, 0x0010
#: The SR-IOV capability: offsets, and bits of its control register.
SRIOV_CTRL, SRIOV_NUM, SRIOV_BAR0, SRIOV_BAR3 = 8, 16, 36, 48
SRIOV_VFE, SRIOV_MSE, SRIOV_ARI = 1, 8, 16


class Machine:
    """One QEMU; use as a context manager."""

    def __init__(self, qemu: str, tmp: Path, *args: str, slot: bool = True) -> None:
        bios = tmp / "no-bios"
        bios.write_bytes(bytes(65536))
        self._log = open(tmp / "qemu.log", "w+", encoding="utf-8")
        sock = tmp / "qmp"
        sock.unlink(missing_ok=True)
        cmd = [qemu, "-machine", "q35", "-accel", "qtest", "-m", "64", "-nodefaults",
               "-display", "none", "-bios", str(bios), "-qtest", "stdio", "-qtest-log", "none",
               "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off",
               "-qmp", f"unix:{sock},server=on,wait=off"]
        if slot:
            cmd += ["-device", "pcie-root-port,id=rp0,bus=pcie.0,addr=2,chassis=1"]
        self._proc = subprocess.Popen([*cmd, *args], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=self._log, text=True)
        try:
            self.qmp = Qmp(sock, 20, lambda: self._proc.poll() is None)
        except TimeoutError:
            self._stop()
            raise RuntimeError(self.log()) from None
        self.restart()

    def __enter__(self):
        return self

    def __exit__(self, *exc) -> None:
        self._stop()

    def restart(self) -> None:
        """What software does first: ECAM at a place of ours, by the bridge's PCIEXBAR."""
        self._cmd("outl 0xcf8 0x80000060")
        self._cmd(f"outl 0xcfc {ECAM | 1:#x}")

    def memory_map(self) -> str:
        """Who answers a processor at which address."""
        views = self.qmp.command("human-monitor-command", command_line="info mtree -f")
        return next(v for v in views.split("FlatView #") if ' AS "memory",' in v)

    def resident_kb(self) -> int:
        """Memory of QEMU that is in use."""
        status = Path(f"/proc/{self._proc.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.M)[1])

    def log(self) -> str:
        """What QEMU wrote to stderr so far."""
        self._log.flush()
        return Path(self._log.name).read_text(encoding="utf-8")

    def _stop(self) -> None:
        if hasattr(self, "qmp"):
            self.qmp.close()
        self._proc.terminate()
        try:
            self._proc.wait(10)
        except subprocess.TimeoutExpired:
            self._proc.kill()
            self._proc.wait()
        self._log.close()

    def quit(self) -> int:
        """Leave through QMP, so that devices are taken down; exit status."""
        self.qmp.command("quit")
        return self._proc.wait(10)

    def _cmd(self, line: str) -> str:
        self._proc.stdin.write(line + "\n")
        self._proc.stdin.flush()
        while True:
            answer = self._proc.stdout.readline()
            if not answer:
                raise RuntimeError(f"QEMU died at '{line}':\n{self.log()}")
            if answer.startswith("OK"):
                return answer[2:].strip()
            if not answer.startswith("IRQ"):
                raise RuntimeError(f"qtest: {line}: {answer.strip()}")

    # memory and time
    def read(self, addr: int, size: int = 4) -> int:
        """MMIO or RAM read of 1, 2, 4 or 8 bytes."""
        return int(self._cmd(f"read{'_bw_l___q'[size]} {addr:#x}"), 0)

    def write(self, addr: int, val: int, size: int = 4) -> None:
        """MMIO or RAM write of 1, 2, 4 or 8 bytes."""
        self._cmd(f"write{'_bw_l___q'[size]} {addr:#x} {val:#x}")

    def peek(self, addr: int, size: int) -> bytes:
        """Bytes of RAM."""
        return bytes.fromhex(self._cmd(f"read {addr:#x} {size:#x}")[2:])

    def poke(self, addr: int, data: bytes) -> None:
        """Store bytes in RAM."""
        self._cmd(f"write {addr:#x} {len(data):#x} 0x{data.hex()}")

    def step(self, ns: int) -> None:
        """Let virtual time pass."""
        self._cmd(f"clock_step {ns}")

    def wait(self, cond, what: str, tries: int = 400):
        """Poll, a millisecond of virtual time apart."""
        for _ in range(tries):
            got = cond()
            if got:
                return got
            self.step(1_000_000)
        raise AssertionError(f"no {what} after {tries} ms")

    # PCI
    @staticmethod
    def cfg(bus: int, devfn: int, off: int) -> int:
        """Address of a configuration register."""
        return ECAM | bus << 20 | devfn << 12 | off

    def slot_setup(self) -> None:
        """Bus numbers and windows of the root port."""
        rp = self.cfg(RP_BUS, RP_DEVFN, 0)
        self.write(rp + 0x18, 0, 1)
        self.write(rp + 0x19, DEV_BUS, 1)
        self.write(rp + 0x1A, DEV_BUS, 1)
        base, limit = WINDOW
        self.write(rp + 0x24, (base >> 16) & 0xFFF0, 2)
        self.write(rp + 0x26, (limit >> 16) & 0xFFF0, 2)
        self.write(rp + 0x28, base >> 32)
        self.write(rp + 0x2C, limit >> 32)
        self.write(rp + 4, CMD_MEM | CMD_MASTER, 2)

    def dev(self, off: int, size: int = 4) -> int:
        """Read the device's configuration space."""
        return self.read(self.cfg(DEV_BUS, 0, off), size)

    def dev_set(self, off: int, val: int, size: int = 4) -> None:
        """Write the device's configuration space."""
        self.write(self.cfg(DEV_BUS, 0, off), val, size)

    def dev_setup(self, command: int = CMD_MEM | CMD_MASTER) -> None:
        """BARs and command register of the device in the slot."""
        self.slot_setup()
        for off, base in ((0x10, BAR0), (0x1C, BAR3)):
            self.dev_set(off, base & 0xFFFFFFFF)
            self.dev_set(off + 4, base >> 32)
        self.dev_set(4, command, 2)

    def bar_size(self, off: int) -> tuple[int, int]:
        """Size and type bits of the 64-bit BAR at `off`."""
        keep = self.dev(off), self.dev(off + 4)
        self.dev_set(off, 0xFFFFFFFF)
        self.dev_set(off + 4, 0xFFFFFFFF)
        got = self.dev(off) | self.dev(off + 4) << 32
        self.dev_set(off, keep[0])
        self.dev_set(off + 4, keep[1])
        return (~(got & ~0xF) & (1 << 64) - 1) + 1, got & 0xF

    def caps(self, rp: bool = False, devfn: int = 0) -> dict[int, int]:
        """Capability id -> offset, of the root port or of a function behind it."""
        base = self.cfg(RP_BUS, RP_DEVFN, 0) if rp else self.cfg(DEV_BUS, devfn, 0)
        found, pos = {}, self.read(base + 0x34, 1)
        while pos and len(found) < 48:
            found[self.read(base + pos, 1)] = pos
            pos = self.read(base + pos + 1, 1)
        return found

    def xcaps(self, devfn: int = 0) -> dict[int, int]:
        """Extended capability id -> offset, of a function behind the root port."""
        found, pos = {}, 0x100
        while pos and len(found) < 48:
            head = self.read(self.cfg(DEV_BUS, devfn, pos))
            if not head:
                break
            found[head & 0xFFFF] = pos
            pos = head >> 20
        return found

    def flr(self) -> None:
        """Function level reset; BARs have to be set up again."""
        ctl = self.caps()[CAP_EXP] + 8
        self.dev_set(ctl, self.dev(ctl, 2) | 0x8000, 2)

    # VFs
    def sriov_set(self, nb: int, ctrl: int = SRIOV_VFE | SRIOV_MSE | SRIOV_ARI) -> None:
        """NumVFs, the VFs' BARs, and then the control register."""
        cap = self.xcaps()[XCAP_SRIOV]
        self.dev_set(cap + SRIOV_NUM, nb, 2)
        for off, base in ((SRIOV_BAR0, VF_BAR0), (SRIOV_BAR3, VF_BAR3)):
            self.dev_set(cap + off, base & 0xFFFFFFFF)
            self.dev_set(cap + off + 4, base >> 32)
        self.dev_set(cap + SRIOV_CTRL, ctrl, 2)

    def vf_devfn(self, vf: int) -> int:
        """Where the capability says that a VF is."""
        cap = self.xcaps()[XCAP_SRIOV]
        return self.dev(cap + 20, 2) + vf * self.dev(cap + 22, 2)

    def vf(self, vf: int, off: int, size: int = 4) -> int:
        """Read a VF's configuration space."""
        return self.read(self.cfg(DEV_BUS, self.vf_devfn(vf), off), size)

    def vf_set(self, vf: int, off: int, val: int, size: int = 4) -> None:
        """Write a VF's configuration space."""
        self.write(self.cfg(DEV_BUS, self.vf_devfn(vf), off), val, size)

    def vf_reg(self, vf: int, off: int) -> int:
        """Read a register in a VF's BAR0."""
        return self.read(VF_BAR0 + vf * VF_BAR0_SIZE + off)

    def vf_reg_set(self, vf: int, off: int, val: int) -> None:
        """Write a register in a VF's BAR0."""
        self.write(VF_BAR0 + vf * VF_BAR0_SIZE + off, val)

    def vf_flr(self, vf: int) -> None:
        """Function level reset of a VF."""
        ctl = self.caps(devfn=self.vf_devfn(vf))[CAP_EXP] + 8
        self.vf_set(vf, ctl, self.vf(vf, ctl, 2) | 0x8000, 2)

    # Registers
    def reg(self, off: int, size: int = 4) -> int:
        """Read a device register."""
        return self.read(BAR0 + off, size)

    def reg_set(self, off: int, val: int, size: int = 4) -> None:
        """Write a device register."""
        self.write(BAR0 + off, val, size)

    # slot
    def _slot_control(self, val: int) -> None:
        self.write(self.cfg(RP_BUS, RP_DEVFN, self.caps(rp=True)[CAP_EXP] + 0x18), val, 2)

    def plug(self, ident: str, **props) -> None:
        """device_add, and what a guest does then: power on, BARs, command register."""
        self.qmp.command("device_add", driver="pci-ice-mp", id=ident, bus="rp0", **props)
        self._slot_control(SLOT_ON)
        self.dev_setup()

    def unplug(self, ident: str) -> None:
        """device_del, and what a guest does then: switch the slot's power off."""
        self.qmp.command("device_del", id=ident)
        self._slot_control(SLOT_OFF)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            self.qmp.command("query-status")
            if any(e["event"] == "DEVICE_DELETED" and e["data"].get("device") == ident
                   for e in self.qmp.events):
                self.qmp.events.clear()
                return
        raise AssertionError(f"{ident} does not leave")

    def get(self, prop: str, ident: str = "nic0"):
        """qom-get of the device."""
        return self.qmp.command("qom-get", path=f"/machine/peripheral/{ident}", property=prop)

    def set(self, prop: str, value, ident: str = "nic0") -> None:
        """qom-set of the device."""
        self.qmp.command("qom-set", path=f"/machine/peripheral/{ident}", property=prop,
                         value=value)


class AdminQ:
    """The least of an AdminQ driver: one ring of commands without buffers."""

    ENTRIES = 8
    BAL, BAH, LEN, HEAD, TAIL = 0x80000, 0x80100, 0x80200, 0x80300, 0x80400

    def __init__(self, machine: Machine, ring: int, iova: int | None = None) -> None:
        """`ring`: where the ring is in RAM; `iova`: as the device is told."""
        self.m = machine
        self.ring = ring
        self.tail = 0
        iova = ring if iova is None else iova
        machine.poke(ring, bytes(32 * self.ENTRIES))
        machine.reg_set(self.HEAD, 0)
        machine.reg_set(self.TAIL, 0)
        machine.reg_set(self.LEN, self.ENTRIES | 1 << 31)
        machine.reg_set(self.BAL, iova & 0xFFFFFFFF)
        machine.reg_set(self.BAH, iova >> 32)

    def post(self, opcode: int) -> int:
        """Queue one command and ring the doorbell; where its descriptor is."""
        at = self.ring + 32 * self.tail
        self.m.poke(at, struct.pack("<HHHH", 0x2000, opcode, 0, 0) + bytes(24))
        self.tail = (self.tail + 1) % self.ENTRIES
        self.m.reg_set(self.TAIL, self.tail)
        return at

    def done(self, at: int) -> bytes:
        """Wait for the completion of the descriptor at `at`."""
        self.m.wait(lambda: self.m.peek(at, 1)[0] & 1, "AdminQ completion")
        return self.m.peek(at, 32)

    def get_version(self) -> tuple[int, int, int]:
        """Run 0x0001: return code, firmware major, API major."""
        desc = self.done(self.post(0x0001))
        return struct.unpack_from("<H", desc, 6)[0], desc[25], desc[29]
