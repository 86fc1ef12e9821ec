# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The distribution's Linux ice driver in the guest, and what it says."""

import hashlib
import json
import re
import subprocess
import time

from icemp_lib import ddp_package, kmsg, netns, vm_cmd
from icemp_lib.vm import VM

#: What the driver says about itself and about what it lacks, none of it a fault.
EXPECTED = (
    r"Intel\(R\) Ethernet Connection E800 Series Linux Driver",
    r"Copyright \(c\) \d+, Intel Corporation",
    # No package: safe mode.
    r"firmware: failed to load intel/ice/ddp/",
    r"Direct firmware load for intel/ice/ddp/ice\.pkg failed with error -2",
    r"The DDP package file was not found or could not be read\. Entering Safe Mode",
    # In safe mode the driver gives itself two vectors, whatever there are.
    r"not enough device MSI-X vectors\. wanted = \d+, available = 2",
    r"Reducing request to 1 MSI-X vectors for LAN traffic",
    r"RDMA is not supported on this device",
    # With a package. (Debian's kernel says which file it took.)
    r"firmware: direct-loading firmware intel/ice/ddp/ice\.pkg",
    r"The DDP package was successfully loaded: .* version \d",
    # A reset or an unload does not take the package away.
    r"DDP package already present on device: .* version \d",
    # No double VLAN mode: neither our package nor the device has it.
    r"QinQ functionality cannot be enabled on this device",
    # No LLDP agent in the device: the driver has its own, with its defaults.
    r"DCB is enabled in the hardware, max number of TCs supported on this port are 1",
    r"FW LLDP is disabled, DCBx/LLDP in SW mode",
    r"Commit DCB Configuration to the hardware",
    # Ordinary life of a netdev.
    r"NIC Link is (up|Down)",
    r"changing MTU from \d+ to \d+",
    r"entered promiscuous mode|left promiscuous mode",
    r"Setting MAC address to|updated MAC address to|MAC address [0-9a-f:]+ (added|set)",
    r"PCIe (bandwidth|link)|available PCIe bandwidth",
    r"enabling device|renamed from|Module is not present|removed PHC|PHC",
    r"Change(d|ing) number of|[Dd]escriptors",
    r"module unloaded",
    r"The fw\.mgmt flash component has a pending update",
    # After a reset, its own or the device's.
    r"VSI rebuilt\. VSI index \d+, type ICE_VSI_(PF|CTRL)",
    # ethtool -t.
    r"offline testing starting|testing finished|(link|EEPROM|interrupt|loopback) test$",
)
#: A line of the driver's.
DRIVER = r"\bice(:| \d{4}:)"


#: The host's kernel may have no VLAN devices: one tagged echo by hand.
_TAGGED_ECHO = """
from scapy.all import Dot1Q, Ether, ICMP, IP, Raw, srp1
r = srp1(Ether(src="02:00:00:00:00:42", dst="{mac}") / Dot1Q(vlan={vlan}) /
         IP(src="198.18.42.1", dst="198.18.42.2") / ICMP(id=7) / Raw(b"tagged" * 9),
         iface="{iface}", timeout=3, verbose=0)
print(r is not None and r[Raw].load == b"tagged" * 9 and r[ICMP].type == 0
      and Dot1Q in r and r[Dot1Q].vlan)
"""


class Stock:
    """A VM with the stock driver at hand, and taps at the first ports.

    package: a DDP package for the driver. props: more properties of the device.
    log: what its kernel says. more: of VM().
    """

    #: Lines of the drivers, and what of it is no complaint.
    DRIVER, EXPECTED = DRIVER, EXPECTED

    def __init__(self, ports: int = 1, files: dict | None = None, *, taps: int = 1,
                 package: bytes | None = None, props: str = "", **more) -> None:
        self.taps = netns.Taps(taps, mtu=9000)
        self.vm: VM | None = None
        self.log: kmsg.KernelLog | None = None
        self._ports = ports
        self._files = files or {}
        self._package = package
        self._props = props
        self._more = {"hugepages": 0, **more}
        self.bdf = ""

    def __enter__(self) -> "Stock":
        self.taps.__enter__()
        try:
            self.vm = VM([vm_cmd.device(self._ports, self.taps.ids(), self._props)],
                         self.taps.netdevs(), flavour="full", mem_mb=1536, files=self._files,
                         pass_fds=self.taps.fds(), **self._more)
            self.vm.start()
            self.taps.opened()
            self.log = kmsg.KernelLog(self.vm)
            if self._package is not None:
                self.run(f"mkdir -p {ddp_package.FOLDER}")
                self.vm.put(ddp_package.PATH, self._package)
            # Some tests count every frame: no kernel asks whether the other is still there.
            self.run("echo 3600 > /proc/sys/net/ipv4/neigh/default/delay_first_probe_time")
            self.bdf = self.vm.bdf("dev0")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, kind=True, *_exc) -> None:
        try:
            if kind is None:
                # What was said since the last test looked.
                self.judge()
        finally:
            if self.vm is not None:
                self.vm.stop()
            self.taps.close()

    def run(self, text: str, timeout: float = 60.0) -> str:
        """A command in the guest; its output."""
        return self.vm.run(text, timeout=timeout).output

    def reset(self, kind: str) -> None:
        """Let the device reset itself: corer, globr or empr.

        The Linux driver hears of it by an interrupt or never, and the interrupt ends with
        the reset. A tenth of a second, the device's own time, can be less than a processor
        of the guest waits for its turn on a busy host. For the end it waits a second, and
        gives up without a word.
        """
        self.vm.qom_set("dev0", "fault", f"reset {kind} us=300000")

    def reboot(self, button: bool = False) -> None:
        """See VM.reboot(). Judged is also what the kernel says on its way down."""
        self.judge()
        before = len(self.vm.console())
        # On the console: of the log's end nobody may be left to read it.
        self.run("dmesg -n 8")
        self.vm.reboot(button)
        found = kmsg.judge(self.vm.console()[before:].splitlines(), self.DRIVER,
                           self.EXPECTED)
        self.log = kmsg.KernelLog(self.vm)
        assert not found, "\n".join(found)

    # Driver

    def load(self) -> str:
        """modprobe; the netdev's name."""
        self.run("modprobe ice")
        return self.netdev()

    def netdev(self, timeout: float = 20.0) -> str:
        """Name of the only netdev of the function."""
        end = time.monotonic() + timeout
        while True:
            names = self.run(f"ls /sys/bus/pci/devices/{self.bdf}/net 2>/dev/null || true").split()
            if names:
                assert len(names) == 1, f"one function, netdevs {names}"
                return names[0]
            assert time.monotonic() < end, "no netdev:\n" + self.run("dmesg | tail -20")
            time.sleep(0.2)

    def up(self, dev: str, address: bool = True) -> None:
        """Up, with the address the host's ping expects, and carrier."""
        self.run(f"ip link set {dev} up")
        if address:
            self.run(f"ip addr replace {netns.guest_address(0)}/24 dev {dev}")
        self.wait_carrier(dev, True)

    def carrier(self, dev: str) -> bool:
        """As the driver reports it."""
        return self.run(f"cat /sys/class/net/{dev}/carrier").strip() == "1"

    def wait_carrier(self, dev: str, up: bool, timeout: float = 15.0) -> None:
        """AssertionError when it does not come to that."""
        end = time.monotonic() + timeout
        while self.carrier(dev) != up:
            assert time.monotonic() < end, (f"carrier is not {up}:\n"
                                            + self.run("dmesg | tail -20"))
            time.sleep(0.1)

    def ping(self, size: int = 56, count: int = 5, lport: int = 0, **more) -> None:
        """The host's ping through a tap: every one is answered. more: see Taps.ping()."""
        # The driver sets its filters some time after the netdev came up.
        for _ in range(10):
            if self.taps.ping(lport, count=1, wait=1)["received"]:
                break
        got = self.taps.ping(lport, count=count, size=size, **more)
        assert got["sent"] == got["received"] == count, got

    def tagged_echo(self, mac: str, vlan: int) -> int | None:
        """An echo request to 198.18.42.2 in a VLAN: in which the answer came; None: none."""
        code = _TAGGED_ECHO.format(mac=mac, vlan=vlan, iface=self.taps.interface(0))
        said = subprocess.run(netns.as_root("ip", "netns", "exec", self.taps.namespace(0),
                                            "/usr/bin/python3", "-c", code),
                              capture_output=True, text=True, timeout=60,
                              check=True).stdout.strip()
        return int(said) if said.isdecimal() else None

    def receive(self, at: str, data: bytes, address: str) -> None:
        """The host sends data over TCP to the guest, which gets it as it was.

        at: what the guest's commands begin with ("" or "ip netns exec …").
        """
        got = self.vm.spawn(f"{at} nc -l -p 7777 | sha256sum")
        self.run(f"n=0; until {at} netstat -ltn | grep -q :7777; do n=$((n + 1)); "
                 "[ $n -lt 100 ] || exit 1; sleep 0.05; done")
        try:
            subprocess.run(netns.as_root("ip", "netns", "exec", self.taps.namespace(0), "busybox",
                                         "nc", address, "7777"), input=data, timeout=60,
                           check=True)
        except subprocess.TimeoutExpired:
            self.judge()
            raise AssertionError("the transfer has stalled") from None
        assert got.wait(60).output.split()[0] == hashlib.sha256(data).hexdigest()

    def ethtool_stats(self, dev: str) -> dict[str, int]:
        """ethtool -S."""
        return {k: int(v) for k, v in re.findall(r"^\s*([\w.\-]+): (\d+)$",
                                                 self.run(f"ethtool -S {dev}"), re.M)}

    # Judgement

    def complaints(self) -> list[str]:
        """Lines of the kernel's log since the last call that should not be there."""
        return self.log.trouble(self.DRIVER, self.EXPECTED)

    def state(self) -> dict:
        """The device's own account."""
        return json.loads(self.vm.qom_get("dev0", "state"))

    def judge(self) -> None:
        """No complaint of the kernel, no breach of the device's contract."""
        found = self.complaints()
        assert not found, "\n".join(found)
        assert self.state()["violations"]["total"] == 0, self.state()["violations"]
