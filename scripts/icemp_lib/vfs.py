# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""VFs in the guest: enabled by vfio-pci on our PF, given to a driver.

    vm.bind(pf)
    bdfs = vfs.enable(vm, pf, 8)
    pmd = vm.testpmd(f"-a {pf} {vfs.TOKEN}", …)          # the PF's application
    vf = vm.testpmd(vfs.eal(bdfs), …, plugin=False)      # net_iavf, beside it
    dev = vfs.Netdev(vm, 0, bdfs[0])                     # or the kernel's iavf
"""

import re
import signal
import time

from . import demo, netns

#: vfio-pci lets a VF's user in who knows what the PF's user chose.
TOKEN = "--vfio-vf-token=3d9e46a1-6a0c-4c8e-9d52-8b1f1c1ce3e7"


def enable(vm, pf: str, count: int) -> list[str]:
    """Enable that many VFs of a PF bound to vfio-pci; their addresses, by VF.

    They get no driver by themselves, but to vfio-pci they may be bound.
    """
    vm.run("echo Y > /sys/module/vfio_pci/parameters/enable_sriov && "
           f"cd /sys/bus/pci/devices/{pf} && echo 0 > sriov_drivers_autoprobe && "
           f"echo {count} > sriov_numvfs", timeout=30 + count)
    return addresses(vm, pf)


def addresses(vm, pf: str) -> list[str]:
    """Addresses of the VFs that are enabled, by VF."""
    text = vm.run(f"cd /sys/bus/pci/devices/{pf}; n=0; while [ -e virtfn$n ]; do "
                  "basename $(readlink virtfn$n); n=$((n + 1)); done").output
    return text.split()


def disable(vm, pf: str) -> None:
    """Take all VFs away."""
    vm.run(f"echo 0 > /sys/bus/pci/devices/{pf}/sriov_numvfs", timeout=60)


def spare(vm, pf: str) -> None:
    """From now on vfio does not reset the PF when it is opened or closed.

    A function level reset of the PF takes bus mastering from VFs in use, which the
    kernel's iavf gets back for itself, an application does not.
    """
    vm.run(f"echo > /sys/bus/pci/devices/{pf}/reset_method")


def kill(vm, pf: str, pmd) -> None:
    """kill -9 of the PF's application; its VFs stay as they are."""
    spare(vm, pf)
    pmd.process.kill(signal.SIGKILL)
    pmd.process.wait(30)


def forget_the_dead(vm) -> None:
    """Queues of a killed application are on and its memory is gone, or is the next one's
    who has not reset the device yet: that is no driver's breach of contract.
    AssertionError if there are others."""
    reasons = demo.device_state(vm)["violations"]["reasons"]
    assert all(re.search("outside granted memory|misuse of a control queue descriptor",
                         r["reason"]) for r in reasons), reasons
    vm.qom_set(demo.DEVICE, "fault", "check clear")


def end(pmd) -> None:
    """End a testpmd on VFs without asking it.

    iavf_dev_close() of DPDK 22.11 ignores that its interrupt callback may still run
    (-EAGAIN of rte_intr_callback_unregister()): on a busy machine that callback
    finds the registers unmapped.
    """
    pmd.process.kill(signal.SIGKILL)
    pmd.process.wait(30)


def eal(bdfs: list[str], prefix: str = "vf") -> str:
    """EAL arguments of an application on VFs, beside the PF's."""
    allow = " ".join(f"-a {b}" for b in bdfs)
    return f"-l 0,1 --file-prefix={prefix} {TOKEN} {allow}"


class Netdev:
    """A VF that is with the kernel's iavf: its netdev, in a namespace of its own.

    vf: its number, of which its address and its namespace are made.
    """

    def __init__(self, vm, vf: int, bdf: str, timeout: float = 20.0) -> None:
        """Waits for the netdev; TimeoutError."""
        self._vm = vm
        self.vf = vf
        self.bdf = bdf
        self.ns = f"vf{vf}"
        self.name = ""
        self.lport = 0
        self.find(timeout)

    def find(self, timeout: float = 20.0) -> None:
        """Learn the netdev's name and move it into the namespace, where it is not yet."""
        end = time.monotonic() + timeout
        while True:
            # A new netdev is where we are; the folder shows those of one namespace.
            name = self._vm.run(f"ls /sys/bus/pci/devices/{self.bdf}/net 2>/dev/null",
                                check=False).output.strip()
            if name:
                self._vm.run(f"{{ [ -e /run/netns/{self.ns} ] || /usr/bin/ip netns add "
                             f"{self.ns}; }} && /usr/bin/ip link set {name} netns {self.ns}")
                self.name = name
                return
            if self.name and self._vm.run(f"/usr/bin/ip -n {self.ns} link show {self.name}",
                                          check=False).status == 0:
                return
            if time.monotonic() > end:
                raise TimeoutError(f"VF {self.vf} ({self.bdf}) has no netdev")
            time.sleep(0.1)

    @property
    def address(self) -> str:
        """Its address, see netns.vf_address()."""
        return netns.vf_address(self.lport, self.vf)

    def run(self, text: str, timeout: float = 30.0, check: bool = True) -> str:
        """A command in its namespace; the output."""
        return self._vm.run(f"/usr/bin/ip netns exec {self.ns} {text}", timeout, check).output

    def ip(self, text: str) -> str:
        """ip in its namespace."""
        return self._vm.run(f"/usr/bin/ip -n {self.ns} {text}").output

    def mac(self) -> str:
        """As the netdev has it."""
        return re.search(r"link/ether (\S+)", self.ip(f"link show {self.name}"))[1]

    def up(self, taps, lport: int, mtu: int = 1500) -> None:
        """Up with its address on the port's network; the tap and it know each other."""
        self.lport = lport
        self.ip(f"addr replace {self.address}/24 dev {self.name}")
        self.ip(f"link set {self.name} mtu {mtu} up")
        self.meet(taps)

    def meet(self, taps) -> None:
        """Neither the tap's side nor it has to ask for the other's address."""
        # The kernel keeps the headers it made, the netdev's old address among them.
        self.run(f"/usr/bin/ip neigh flush dev {self.name} nud all")
        self.ip(f"neigh replace {netns.host_address(self.lport)} lladdr {taps.mac(self.lport)} "
                f"dev {self.name} nud permanent")
        taps.ip(self.lport, "neigh", "replace", self.address, "lladdr", self.mac(),
                "dev", taps.interface(self.lport), "nud", "permanent")

    def carrier(self) -> bool:
        """As the netdev has it."""
        return "LOWER_UP" in self.ip(f"link show {self.name}")

    def wait_carrier(self, up: bool, timeout: float = 15.0) -> bool:
        """Whether it came to that in time."""
        end = time.monotonic() + timeout
        while self.carrier() != up:
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True

    def ping(self, address: str, count: int = 3, size: int = 56, wait: int = 1) -> int:
        """Its kernel's ping; how many were answered."""
        text = self.run(f"ping -c {count} -W {wait} -s {size} {address}",
                        timeout=count * (wait + 1) + 20, check=False)
        m = re.search(r"(\d+) packets received", text)
        return int(m[1]) if m else 0
