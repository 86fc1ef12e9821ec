# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A guest on QEMU with devices for vfio-pci.

    with VM(devices=["igb,netdev=n0"], netdevs=["hubport,id=n0,hubid=0"]) as vm:
        bdf = vm.bdf("dev0")
        vm.bind(bdf)
        pmd = vm.testpmd(eal=f"-a {bdf}", plugin=False)
        print(pmd.cmd("show port info 0"))

Leaving the block ends QEMU in every case; QEMU also dies with this process.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from . import image, kernel, kmsg, qemu_build, testpmd
from .guest import Agent, GuestError, Process, Result
from .qmp import Qmp, QmpError

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
#: Devices that want an option ROM which we neither have nor need.
_ROM_NICS = ("e1000", "e1000e", "igb", "virtio-net-pci", "vmxnet3", "rtl8139")


#: How much less of a busy host's CPUs processors get on which lcores poll.
POLLERS_NICE = 5


class VMError(Exception):
    """The VM does not start or does not answer; the text has the log's end."""


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def steady_tsc() -> bool:
    """Does the host's TSC count at one rate, whatever its CPUs do?"""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return False
    return {"constant_tsc", "nonstop_tsc"} <= set(flags)


class VM:
    """One guest.

    devices: -device strings. A PCI NIC gets a root port of its own (unless it
    names a bus), hence an IOMMU group of its own, and id=dev<n> unless it has
    an id. netdevs: -netdev strings. files: guest path → host file, added to
    the image; by default what this checkout has built. extra: more QEMU
    arguments. pass_fds: descriptors QEMU inherits (tap, socket). reboots:
    whether the guest may be reset; otherwise that is QEMU's end.
    """

    #: Those between start() and stop().
    running: "set[VM]" = set()

    def __init__(self, devices=(), netdevs=(), *, flavour: str = "cloud", accel: str = "tcg",
                 mem_mb: int = 1024, smp: int = 2, hugepages: int = 128, files=None,
                 shell: bool = False, extra=(), pass_fds=(), qemu: Path | None = None,
                 cmdline: str = "", reboots: bool = False) -> None:
        self.devices = list(devices)
        self.netdevs = list(netdevs)
        self.flavour = flavour
        self.accel = accel
        self.mem_mb = mem_mb
        self.smp = smp
        self.hugepages = hugepages
        self.files = image.project_files() if files is None else dict(files)
        self.shell = shell
        self.extra = list(extra)
        self.pass_fds = tuple(pass_fds)
        self.qemu = qemu
        self.cmdline = cmdline
        self.reboots = reboots
        self.dir = Path()
        self.boot_seconds = 0.0
        self._proc: subprocess.Popen | None = None
        self._qmp: Qmp | None = None
        self._agent: Agent | None = None

    # Life cycle

    def __enter__(self) -> "VM":
        self.start()
        return self

    def __exit__(self, *exc) -> None:
        self.stop()

    def argv(self) -> list[str]:
        """QEMU's command line (self.dir must exist)."""
        kern = kernel.find(self.flavour)
        if kern is None:
            raise VMError(f"no {self.flavour} kernel: run './icemp setup'")
        qemu = self.qemu or qemu_build.find()
        if qemu is None:
            raise VMError("QEMU is not built: run './icemp setup'")
        image.build_initramfs(kern, self.dir / "initramfs", self.files)
        split = ",kernel-irqchip=split" if self.accel == "kvm" else ""
        accel = "tcg,thread=multi" if self.accel == "tcg" else self.accel
        tcg = self.accel.startswith("tcg")
        # QEMU that counts instructions cannot have the time read by MSR.
        eim = "off" if "-icount" in self.extra else "on"
        # The kernel clears memory by "rep stosb" when erms is there: byte by byte in TCG.
        cpu = "max,erms=off,fsrm=off" if tcg else "host"
        # The UART is slow: quiet. On a loaded host the timer check at boot panics:
        # it counts ticks against the TSC, which runs on while QEMU waits.
        append = ("console=ttyS0 quiet intel_iommu=on panic=-1 mitigations=off "
                  "no_timer_check nokaslr cryptomgr.notests rcupdate.rcu_expedited=1 "
                  f"icemp.hp={self.hugepages} {self.cmdline}")
        if tcg and steady_tsc():
            # The guest's is the host's, but the kernel does not know this CPU. It would ask
            # the HPET, which costs an exit each time it wants to know the time, and measure
            # for each processor how long to spin for a delay: where the host is busy, its
            # mdelay(100) then takes anything from 23 ms. Of this model it knows better.
            append += " tsc=reliable"
            cpu += ",vendor=GenuineIntel,family=6,model=15"
        if self.shell:
            append += " icemp.shell=1"
            console = ["-chardev", "stdio,id=console,signal=off"]
        else:
            console = ["-chardev", f"file,id=console,path={self.dir / 'console.log'}"]
        args = [str(qemu), "-nodefaults", "-no-user-config", "-display", "none",
                *([] if self.reboots else ["-no-reboot"]),
                "-machine", f"q35{split}", "-accel", accel, "-cpu", cpu,
                "-smp", str(self.smp), "-m", str(self.mem_mb),
                # x2APIC, for which it takes eim: timers and interrupts need no memory access,
                # see _device_args().
                "-device", f"intel-iommu,intremap=on,eim={eim},caching-mode=on"]
        for folder in qemu_build.firmware_dirs(qemu):
            args += ["-L", str(folder)]
        args += ["-kernel", str(kern.vmlinuz), "-initrd", str(self.dir / "initramfs"),
                 "-append", append,
                 *console, "-serial", "chardev:console",
                 "-chardev", f"socket,id=qmp,path={self.dir / 'qmp'},server=on,wait=off",
                 "-mon", "chardev=qmp,mode=control",
                 "-chardev", f"socket,id=agent,path={self.dir / 'agent'},server=on,wait=off",
                 "-device", "virtio-serial-pci,id=vser,disable-modern=on,disable-legacy=off",
                 "-device", "virtserialport,bus=vser.0,chardev=agent,name=ice_agent"]
        for netdev in self.netdevs:
            args += ["-netdev", netdev]
        for i, device in enumerate(self.devices):
            args += self._device_args(i, device)
        return args + self.extra

    @staticmethod
    def _device_args(i: int, device: str) -> list[str]:
        keys = {part.split("=")[0] for part in device.split(",")[1:]}
        if "id" not in keys:
            device += f",id=dev{i}"
        if device.split(",")[0] in _ROM_NICS and "romfile" not in keys:
            device += ",romfile="
        if "bus" in keys:
            return ["-device", device]
        # QEMU 10 looks a processor's access up in the memory map of now, by an index of
        # a moment ago. A BAR that comes or goes (vfio's open, a function reset) must not
        # renumber what is in use: local APIC, HPET. So BARs go above all else, which
        # takes a window that does not fit below 4 GB, and the agent's port has none.
        return ["-device", f"pcie-root-port,id=rp{i},chassis={i + 1},slot={i + 1},"
                "pref64-reserve=2G",
                "-device", f"{device},bus=rp{i}"]

    def start(self, timeout: float = 90.0) -> None:
        """Boot; returns when the guest's agent answers. VMError on failure."""
        self.dir = Path(tempfile.mkdtemp(prefix="ice_mp-vm-"))
        self.running.add(self)
        t0 = time.monotonic()
        try:
            argv = self.argv()
            with open(self.dir / "qemu.log", "wb") as log:
                # A group of its own: the terminal's ^C is for us, we then stop it.
                self._proc = subprocess.Popen(
                    argv, stdin=None if self.shell else subprocess.DEVNULL,
                    stdout=None if self.shell else log, stderr=log,
                    pass_fds=self.pass_fds, preexec_fn=_die_with_parent,
                    start_new_session=not self.shell)
            self._qmp = Qmp(self.dir / "qmp", 20.0, self.alive)
            self._agent = Agent(self.dir / "agent")
            if not self._agent.wait_hello(timeout, self.alive):
                raise VMError(f"the guest does not answer within {timeout:g} s")
            self._give_way()
        except (VMError, TimeoutError, OSError) as err:
            text = f"{err}\n{self.logs()}"
            self.stop()
            raise VMError(text) from err
        except BaseException:
            self.stop()
            raise
        self.boot_seconds = time.monotonic() - t0

    def _give_way(self) -> None:
        """Let other work on the host go before the processors that poll in vain.

        The first one has the kernel's work and testpmd's commands, which somebody
        waits for; on the others lcores poll, whether there is something or not.
        """
        for cpu in self.qmp("query-cpus-fast"):
            if cpu["cpu-index"] > 0:
                os.setpriority(os.PRIO_PROCESS, cpu["thread-id"], POLLERS_NICE)

    def reboot(self, button: bool = False, timeout: float = 90.0) -> None:
        """Reboot the guest, by its kernel or (button) without asking it.

        Returns when its agent answers again; commands that ran have an error.
        VMError when it does not come up, or was not made for that.
        """
        if not self.reboots:
            raise VMError("this VM ends at a reset: VM(reboots=True)")
        count = self._agent.hellos + 1
        t0 = time.monotonic()
        if button:
            self.qmp("system_reset")
        else:
            self.spawn("reboot -f")
        if not self._agent.wait_hello(timeout, self.alive, count):
            raise VMError(f"the guest is not back within {timeout:g} s\n{self.logs()}")
        self.boot_seconds = time.monotonic() - t0

    def stop(self) -> None:
        """End QEMU and remove the VM's files. May be called at any time, twice."""
        self.running.discard(self)
        proc, self._proc = self._proc, None
        if proc is not None and proc.poll() is None:
            try:
                if self._qmp is not None:
                    self._qmp.command("quit")
                    proc.wait(5)
            except (OSError, ValueError, subprocess.TimeoutExpired):
                pass
            finally:
                if proc.poll() is None:
                    proc.kill()
                proc.wait()
        if self._agent is not None:
            self._agent.close()
            self._agent = None
        if self._qmp is not None:
            self._qmp.close()
            self._qmp = None
        keep = os.environ.get("ICE_MP_KEEP_LOGS")
        if self.dir != Path():
            if keep:
                Path(keep).mkdir(parents=True, exist_ok=True)
                for name in ("console.log", "qemu.log"):
                    if (self.dir / name).exists():
                        shutil.copy(self.dir / name, Path(keep) / f"{self.dir.name}-{name}")
            shutil.rmtree(self.dir, ignore_errors=True)
            self.dir = Path()

    def alive(self) -> bool:
        """Whether QEMU runs."""
        return self._proc is not None and self._proc.poll() is None

    def logs(self, lines: int = 20) -> str:
        """The last lines of QEMU's messages and of the guest's console."""
        text = ""
        for name in ("qemu.log", "console.log"):
            path = self.dir / name
            if path.exists():
                tail = path.read_text(errors="replace").splitlines()[-lines:]
                if tail:
                    text += f"--- {name}\n" + "\n".join(tail) + "\n"
        return text

    def report(self) -> str:
        """For a failure: what became of QEMU and of the guest, and their last words.

        A guest that does not answer is described by its processors.
        """
        if self._proc is None:
            return "the VM is not running"
        status = self._proc.poll()
        if status is not None:
            return f"QEMU has ended with status {status}\n{self.logs()}"
        try:
            self.run("true", 5.0)
            return "the guest answers"
        except GuestError as err:
            text = f"the guest does not answer: {err}\n"
        try:
            text += f"{self.qmp('query-status')}\n"
            for cpu in range(self.smp):
                for command in (f"info lapic {cpu}", f"info registers {cpu}"):
                    text += self.qmp("human-monitor-command", command_line=command)
        except (OSError, ValueError, QmpError) as err:
            text += f"nor does QEMU: {err}\n"
        return text + self.logs()

    def console(self) -> str:
        """What the guest has written to its console."""
        return (self.dir / "console.log").read_text(errors="replace")

    def wait_exit(self) -> int:
        """Wait (unbounded: a person is at the console) until QEMU ends."""
        return self._proc.wait()

    # Host side

    def qmp(self, command: str, **args):
        """A QMP command; QmpError when refused."""
        return self._qmp.command(command, **args)

    def qom_get(self, path: str, prop: str):
        """A QOM property; `path` may be a device's id."""
        return self.qmp("qom-get", path=self._qom(path), property=prop)

    def qom_set(self, path: str, prop: str, value) -> None:
        """Set a QOM property."""
        self.qmp("qom-set", path=self._qom(path), property=prop, value=value)

    @staticmethod
    def _qom(path: str) -> str:
        return path if path.startswith("/") else f"/machine/peripheral/{path}"

    def set_link(self, netdev: str, up: bool) -> None:
        """Cable in or out, by netdev or device id."""
        self.qmp("set_link", name=netdev, up=up)

    def plug(self, device: str, bus: str) -> None:
        """Hot-plug a device, a -device string with an id; returns when the guest has it."""
        driver, *rest = device.split(",")
        props = dict(part.split("=", 1) for part in rest)
        typed = {k: int(v) if v.isdecimal() else v for k, v in props.items()}
        self.qmp("device_add", driver=driver, bus=bus, **typed)
        self.run(f"n=0; while [ ! -e /sys/bus/pci/devices/{self.bdf(props['id'])} ]; do "
                 "n=$((n + 1)); [ $n -lt 200 ] || exit 1; sleep 0.05; done")

    def wait_unplugged(self, device_id: str, timeout: float = 30.0) -> None:
        """Until QEMU has let go of a device; TimeoutError."""
        deadline = time.monotonic() + timeout
        while True:
            left = max(0.0, deadline - time.monotonic())
            event = self._qmp.wait_event("DEVICE_DELETED", left)
            if event["data"].get("device") == device_id:
                return

    def bdf(self, device_id: str) -> str:
        """The guest's address of a device, e.g. "0000:01:00.0"."""

        def walk(devices):
            for dev in devices:
                if dev.get("qdev_id") == device_id:
                    return f"0000:{dev['bus']:02x}:{dev['slot']:02x}.{dev['function']:x}"
                below = dev.get("pci_bridge", {}).get("devices")
                found = walk(below) if below else None
                if found:
                    return found
            return None

        for bus in self.qmp("query-pci"):
            found = walk(bus["devices"])
            if found:
                return found
        raise VMError(f"no PCI device with id {device_id}")

    # Guest side

    def run(self, text: str, timeout: float = 30.0, check: bool = True) -> Result:
        """Run a shell command in the guest; GuestError on failure if `check`."""
        result = self.spawn(text).wait(timeout)
        if check and result.status != 0:
            raise GuestError(f"{text}: status {result.status}\n{result.output[-4000:]}")
        return result

    def spawn(self, text: str, pty: bool = False) -> Process:
        """Start a command in the guest and return at once."""
        if self._agent is None:
            raise VMError("the VM is not running")
        return self._agent.spawn(text, pty)

    def put(self, path: str, data: bytes, mode: str = "644") -> None:
        """Write a file in the guest."""
        proc = self.spawn(f"cat > '{path}' && chmod {mode} '{path}'")
        proc.write(data)
        proc.close_stdin()
        status, output = proc.wait(60)
        if status != 0:
            raise GuestError(f"put {path}: {output}")

    def bind(self, *bdfs: str, driver: str = "vfio-pci") -> None:
        """Give PCI functions to a driver in the guest."""
        opt = "" if driver == "vfio-pci" else f"-d {driver} "
        self.run(f"bind {opt}{' '.join(bdfs)}")

    def testpmd(self, eal: str = "", app: str = "", *, plugin: bool = True,
                timeout: float = 60.0) -> testpmd.Testpmd:
        """Start an interactive testpmd; returns at its first prompt."""
        process = self.spawn(testpmd.argv(eal, app, plugin), pty=True)
        try:
            return testpmd.Testpmd(process, timeout)
        except GuestError:
            if process.status is None:
                process.kill()
            raise

    def telemetry(self, command: str):
        """A telemetry command's answer from the application in the guest.

        It must run with telemetry; GuestError when it does not answer.
        """
        return json.loads(self.run(f"telemetry '{command}'").output)[command.split(",")[0]]

    def dmesg_problems(self) -> list[str]:
        """Kernel messages that tell of trouble: faults, oopses, IOMMU errors."""
        out = self.run("dmesg").output
        return [line for line in out.splitlines()
                if kmsg.TROUBLE.search(line)]
